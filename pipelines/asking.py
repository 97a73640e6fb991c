"""Where to ask for sums of a fact: the smallest of its roll-ups that has all the columns the question names."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, NamedTuple

from pipelines.kpis import column_of
from pipelines.months import first_of
from pipelines.rollup import rollups_of, smallest
from pipelines.scope import Scope

if TYPE_CHECKING:
    import duckdb


class Asked(NamedTuple):
    """From which table a question is answered, its WHERE clause ('' where nothing is restricted) and the values."""

    table: str
    where: str
    values: list[Any]


def ask(
    connection: "duckdb.DuckDBPyConnection", fact: str, names: Iterable[str], scope: Scope, with_reasons: bool
) -> Asked:
    """Where to ask for sums of a fact by these columns in this scope; the answer is that of the fact itself."""
    rollups = rollups_of(connection, fact)
    by_month = bool(rollups) and not _cuts_a_month(connection, fact, scope)
    where, values = scope.conditions(fact, with_reasons, by_month)
    needed = {*names, *scope.columns(fact, with_reasons, by_month)}
    return Asked(smallest(rollups, fact, needed), where, values)


def table_with(connection: "duckdb.DuckDBPyConnection", fact: str, names: Iterable[str]) -> str:
    """The smallest table that has the sums of the fact by these columns."""
    return smallest(rollups_of(connection, fact), fact, names)


def _cuts_a_month(connection: "duckdb.DuckDBPyConnection", fact: str, scope: Scope) -> bool:
    """Whether rows of the fact lie in the month of the scope's first or last day, but outside its dates."""
    if scope.date_from is None and scope.date_to is None:
        return False
    day = column_of("payment_date", fact, scope.clock)
    cut: list[str] = []
    values: list[Any] = [fact, day]
    for date, outside in ((scope.date_from, "first_date < ?"), (scope.date_to, "last_date > ?")):
        if date is not None:
            cut.append(f"(month = ? and {outside})")
            values += [first_of(date), date]
    sql = f"select count(*) from rollup_month where fact = ? and day_column = ? and ({' or '.join(cut)})"
    return bool(connection.cursor().execute(sql, values).fetchall() != [(0,)])
