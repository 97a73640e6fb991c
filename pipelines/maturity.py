"""Claims by the month in which they were sent: how far they are decided, and what the young months will come to."""

import dataclasses
import datetime
from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from pipelines.asking import ask
from pipelines.chain_ladder import Cohort as Sent
from pipelines.chain_ladder import Decided, Estimate, Ladder
from pipelines.kpis import column_of
from pipelines.measure import Key, Number, answer, divide, known
from pipelines.months import last_of
from pipelines.scope import Scope

if TYPE_CHECKING:
    import duckdb

MATURE_SHARE = Decimal("0.95")
MATURE_DAYS = 90
FACT = "cohort_fact"
UNITS = {  # sent, awaited, decided, denied; and what tells how many decisions there were
    "claims": (
        "sent_count",
        "awaited_count",
        "adjudicated_count",
        "denied_{scope}_count",
        "adjudicated_count",
        "denied_{scope}_count",
    ),
    "lines": (
        "sent_line_count",
        "awaited_line_count",
        "adjudicated_line_count",
        "denied_{scope}_line_count",
        "adjudicated_line_count",
        "denied_{scope}_line_count",
    ),
    "dollars": (
        "sent_amount",
        "awaited_amount",
        "adjudicated_amount",
        "denied_{scope}_amount",
        "adjudicated_line_count",
        "denied_{scope}_line_count",
    ),
}


@dataclasses.dataclass(frozen=True)
class Cohort:
    """What was first sent in one month, and what has become of it until the data end.

    `share_adjudicated` is of what is `awaited`: decided, or waiting for a decision that would be seen in this store.
    `rate` is denied over adjudicated so far. A month that is not mature has a completed estimate and the range in which
    its final rate will lie; they are None for a mature month, and where fewer than three mature months are older.
    """

    month: datetime.date
    sent: Number
    awaited: Number
    adjudicated: Number
    denied: Number
    share_adjudicated: Decimal | None
    age_days: int  # from the month's last day; negative while it is not over
    is_mature: bool
    rate: Decimal | None
    estimate: float | None = None
    low: float | None = None
    high: float | None = None


def cohorts(connection: "duckdb.DuckDBPyConnection", scope: Scope | None = None, unit: str = "claims") -> list[Cohort]:
    """Every month in which claims of this scope were sent, in order; dates of the scope are days of sending.

    The dates choose which months are told, not what is learnt from: factors come from all months. Raises UsageError
    for a unit that is none.
    """
    scope = scope or Scope()
    scope.check()
    columns, as_of = known(UNITS, unit, "unit"), day_reached(connection)
    every = dataclasses.replace(scope, date_from=None, date_to=None)
    return [
        one
        for one in _completed(_sent(connection, every, columns), as_of)
        if (not scope.date_from or last_of(one.month) >= scope.date_from)
        and (not scope.date_to or one.month <= scope.date_to)
    ]


def mature_from(
    connection: "duckdb.DuckDBPyConnection", scope: Scope, by: Sequence[str] = ()
) -> dict[Key, dict[datetime.date, bool]]:
    """In every cell of `by`: month of sending -> whether it is mature by its claims, whatever the scope's dates."""
    names = [*(column_of(name, FACT, scope.clock) for name in by), "submission_month"]
    whole = dataclasses.replace(scope, date_from=None, date_to=None)
    table, where, values = ask(connection, FACT, names, whole, with_reasons=False)
    columns = ", ".join(names)
    sums = "sum(adjudicated_count), sum(awaited_count)"
    sql = f"select {columns}, {sums} from {table}{where} group by {columns} order by {columns}"
    as_of, cells = day_reached(connection), dict[Key, dict[datetime.date, bool]]()
    for *key, month, adjudicated, awaited in answer(connection, sql, values):
        age = (as_of - last_of(month)).days
        cells.setdefault(tuple(key), {})[month] = _is_mature(age, divide(adjudicated, awaited))
    return cells


def day_reached(connection: "duckdb.DuckDBPyConnection") -> datetime.date:
    """The day to which the data reach; without any there is no cohort that could be asked about it."""
    (found,) = answer(connection, "select max(as_of_date) from data_span", [])
    return found[0] or datetime.date.min


def _sent(
    connection: "duckdb.DuckDBPyConnection", scope: Scope, unit: tuple[str, ...]
) -> dict[datetime.date, list[tuple[Any, ...]]]:
    """Month -> rows of day sent, days until decided (None: not yet, or no day is known), and the six sums of the unit.

    By reason only what was denied is restricted, as in every rate.
    """
    sent, awaited, adjudicated, denied, decisions, denials = (name.format(scope=scope.denial_scope) for name in unit)
    wholes = _add_up(connection, scope, (sent, awaited, adjudicated, decisions), with_reasons=False)
    parts = _add_up(connection, scope, (denied, denials), with_reasons=True)
    months: dict[datetime.date, list[tuple[Any, ...]]] = {}
    for (day, lag), (sent_sum, awaited_sum, adjudicated_sum, decision_sum) in wholes.items():
        denied_sum, denial_sum = parts.get((day, lag), (0, 0))
        row = (day, lag, sent_sum, awaited_sum, adjudicated_sum, denied_sum, decision_sum, denial_sum)
        months.setdefault(day.replace(day=1), []).append(row)
    return dict(sorted(months.items()))


def _add_up(
    connection: "duckdb.DuckDBPyConnection", scope: Scope, columns: Sequence[str], with_reasons: bool
) -> dict[Key, tuple[Number, ...]]:
    keys = ("submission_date", "lag_days")
    table, where, values = ask(connection, FACT, keys, scope, with_reasons)
    names, sums = ", ".join(keys), ", ".join(f"sum({column})" for column in columns)
    sql = f"select {names}, {sums} from {table}{where} group by {names} order by {names}"
    return {row[:2]: row[2:] for row in answer(connection, sql, values)}


def _completed(months: dict[datetime.date, list[tuple[Any, ...]]], as_of: datetime.date) -> list[Cohort]:
    """The cohorts in order, the young ones completed by what the others tell."""
    plain = [_plain(month, rows, as_of) for month, rows in months.items()]
    ladder = Ladder([_of_ladder(month, rows) for month, rows in months.items()], as_of)
    mature = [place for place, one in enumerate(plain) if one.is_mature]
    return [
        one if one.is_mature else _with(one, ladder.estimate(place, [older for older in mature if older < place]))
        for place, one in enumerate(plain)
    ]


def _with(cohort: Cohort, found: Estimate | None) -> Cohort:
    if found is None:
        return cohort
    return dataclasses.replace(cohort, estimate=found.rate, low=found.low, high=found.high)


def _plain(month: datetime.date, rows: list[tuple[Any, ...]], as_of: datetime.date) -> Cohort:
    """A month as it stands."""
    sent, awaited, adjudicated, denied = (sum(row[column] for row in rows) for column in (2, 3, 4, 5))
    share, age = divide(adjudicated, awaited), (as_of - last_of(month)).days
    rate = divide(denied, adjudicated)
    return Cohort(month, sent, awaited, adjudicated, denied, share, age, _is_mature(age, share), rate)


def _is_mature(age_days: int, share: Decimal | None) -> bool:
    return age_days >= MATURE_DAYS or (age_days >= 0 and share is not None and share >= MATURE_SHARE)


def _of_ladder(month: datetime.date, rows: list[tuple[Any, ...]]) -> Sent:
    sent: dict[datetime.date, float] = {}
    decided = []
    for day, lag, _, awaited, *told in rows:
        waiting = awaited - told[0] if lag is None else awaited  # what was decided on no known day is on no step
        sent[day] = sent.get(day, 0.0) + float(waiting)
        if lag is not None and lag >= 0:
            adjudicated, denied, decisions, denials = map(float, told)
            decided.append(Decided(day, lag, denied, adjudicated - denied, denials, decisions - denials))
    return Sent(last_of(month), sent, decided)
