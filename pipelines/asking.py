"""Where to ask for sums of a fact: the smallest of its roll-ups that has all the columns the question names."""

import contextlib
import datetime
from collections.abc import Iterable, Iterator
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, NamedTuple

from pipelines.kpis import column_of
from pipelines.months import first_of, last_of
from pipelines.rollup import smallest
from pipelines.scope import Scope

if TYPE_CHECKING:
    import duckdb


class Asked(NamedTuple):
    """From which table a question is answered, its WHERE clause ('' where nothing is restricted) and the values."""

    table: str
    where: str
    values: list[Any]


class Catalog(NamedTuple):
    """What a build has: of each fact its roll-ups, the smallest first, and the days that each of its months spans."""

    rollups: dict[str, list[str]]
    spans: dict[tuple[str, str, datetime.date], tuple[datetime.date, datetime.date]]  # fact, clock, month: first, last


_known: ContextVar[Catalog | None] = ContextVar("catalog", default=None)


def catalog(connection: "duckdb.DuckDBPyConnection") -> Catalog:
    """The catalog of a build; empty where it was made without roll-ups."""
    import duckdb

    cursor, rollups = connection.cursor(), dict[str, list[str]]()
    try:
        tables = cursor.execute("select fact, table_name from rollup order by row_count, table_name").fetchall()
        months = cursor.execute("select fact, day_column, month, first_date, last_date from rollup_month").fetchall()
    except duckdb.CatalogException:
        return Catalog({}, {})
    for fact, table in tables:
        rollups.setdefault(fact, []).append(table)
    return Catalog(rollups, {(fact, day, month): (first, last) for fact, day, month, first, last in months})


@contextlib.contextmanager
def knowing(build: Catalog) -> Iterator[None]:
    """Inside, every question is about this build, and its catalog is not read again for each."""
    token = _known.set(build)
    try:
        yield
    finally:
        _known.reset(token)


def ask(
    connection: "duckdb.DuckDBPyConnection", fact: str, names: Iterable[str], scope: Scope, with_reasons: bool
) -> Asked:
    """Where to ask for sums of a fact by these columns in this scope; the answer is that of the fact itself."""
    build = _known.get() or catalog(connection)
    rollups = build.rollups.get(fact, [])
    by_month = bool(rollups) and not _cuts_a_month(build, fact, scope)
    where, values = scope.conditions(fact, with_reasons, by_month)
    needed = {*names, *scope.columns(fact, with_reasons, by_month)}
    return Asked(smallest(rollups, fact, needed), where, values)


def table_with(connection: "duckdb.DuckDBPyConnection", fact: str, names: Iterable[str]) -> str:
    """The smallest table that has the sums of the fact by these columns."""
    build = _known.get() or catalog(connection)
    return smallest(build.rollups.get(fact, []), fact, names)


def _cuts_a_month(build: Catalog, fact: str, scope: Scope) -> bool:
    """Whether rows of the fact lie in the month of the scope's first or last day, but outside its dates."""
    day = column_of("payment_date", fact, scope.clock)
    ends = [date for date in (scope.date_from, scope.date_to) if date]
    spans = [build.spans[key] for date in ends if (key := (fact, day, first_of(date))) in build.spans]
    is_early = any(scope.date_from and first < scope.date_from <= last_of(first) for first, _ in spans)
    return is_early or any(scope.date_to and first_of(last) <= scope.date_to < last for _, last in spans)
