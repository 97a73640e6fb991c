"""KPI names + dimensions + scope -> numbers. SQL adds, Python divides.

One SELECT per fact and set of filters; names come from kpis.py, values only ever travel as parameters.
"""

import contextlib
import dataclasses
import datetime
import itertools
from collections.abc import Iterable, Iterator, Sequence
from decimal import ROUND_HALF_EVEN, Decimal
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from pipelines.asking import ask
from pipelines.errors import StoreError, UsageError
from pipelines.kpis import DIMENSIONS, KPIS, Kpi, column_of
from pipelines.scope import Scope

if TYPE_CHECKING:
    import duckdb

__all__ = ["Measure", "Scope", "Span", "histogram", "measure", "percentile", "share_within", "spans"]

Number = Decimal | int
Named = TypeVar("Named")
Key = tuple[Any, ...]
PLACES = 12  # decimals kept of a quotient


@dataclasses.dataclass(frozen=True)
class Measure:
    """One KPI in one cell: what was added up, and the value, None where there is nothing to divide by.

    Shares lie between 0 and 1; amounts are dollars; days are the median, with the sum of days over the number of lines.
    """

    kpi: str
    dimensions: dict[str, str | datetime.date]
    numerator: Number
    denominator: Number | None
    value: Number | None


def measure(
    connection: "duckdb.DuckDBPyConnection", kpis: Sequence[str], by: Sequence[str] = (), scope: Scope | None = None
) -> list[Measure]:
    """Every KPI in every cell of `by`, in the order asked for, cells in the order of their names (not given last).

    By a reason dimension (category, root cause, CARC, ...) only what was denied is parted: cells share their
    denominator, and a cell without a denial is left out. Raises UsageError for a name that is none.
    """
    scope = scope or Scope()
    scope.check()
    wanted = [known(KPIS, name, "KPI") for name in kpis]
    for name in by:
        known(DIMENSIONS, name, "dimension")
    cells: dict[str, list[Measure]] = {}
    for _, group in itertools.groupby(sorted(wanted, key=_query_key), key=_query_key):
        together = list(dict.fromkeys(group))
        measured = _days if together[0].lag_kind else _sums
        for kpi, found in measured(connection, together, tuple(by), scope):
            cells[kpi.name] = found
    return [found for kpi in wanted for found in cells[kpi.name]]


def known(names: dict[str, Named], name: str, what: str) -> Named:
    """What goes by this name. Raises UsageError with the names that there are."""
    if name not in names:
        raise UsageError(f"{name}: no such {what}; there are {', '.join(names)}")
    return names[name]


def _query_key(kpi: Kpi) -> tuple[str, str, bool, str]:
    return (kpi.fact, kpi.lag_kind, kpi.splits_both, kpi.name if kpi.lag_kind else "")


Sums = dict[Key, tuple[Number, ...]]
Found = Iterable[tuple[Kpi, list[Measure]]]


def _sums(connection: "duckdb.DuckDBPyConnection", kpis: list[Kpi], by: tuple[str, ...], scope: Scope) -> Found:
    """Quotients of sums: one query where both parts are split alike, else one for each part."""
    fact, plain = kpis[0].fact, tuple(name for name in by if not DIMENSIONS[name].is_reason)
    columns = list(dict.fromkeys(column for kpi in kpis for column in _columns(kpi, scope)))
    parts = _add_up(connection, fact, columns, by, scope, with_reasons=True)
    is_split = not kpis[0].splits_both and (scope.has_reasons or plain != by)
    wholes = _add_up(connection, fact, columns, plain, scope, with_reasons=False) if is_split else parts
    zero = (0,) * len(columns)
    for kpi in kpis:
        at = [columns.index(column) for column in _columns(kpi, scope)]
        cells = []
        for key in parts if plain != by else wholes:
            whole = wholes.get(tuple(part for name, part in zip(by, key, strict=True) if name in plain), zero)
            numerator = parts.get(key, zero)[at[0]]
            denominator = (whole if is_split else parts[key])[at[1]] if kpi.denominator else None
            if plain == by or numerator or (denominator and not is_split):
                cells.append(_measure(kpi, by, key, numerator, denominator))
        yield kpi, sorted(cells, key=_order)


def _columns(kpi: Kpi, scope: Scope) -> list[str]:
    names = [kpi.numerator, *([kpi.denominator] if kpi.denominator else [])]
    return [name.format(scope=scope.denial_scope) for name in names]


def _add_up(
    connection: "duckdb.DuckDBPyConnection",
    fact: str,
    columns: list[str],
    by: tuple[str, ...],
    scope: Scope,
    with_reasons: bool,
) -> Sums:
    """The sums of the columns in every cell of `by`; without `by` one cell, zero where there is no row."""
    sums = [f"coalesce(sum({column}), 0)" for column in columns]
    names = [column_of(name, fact, scope.clock) for name in by]
    table, where, values = ask(connection, fact, names, scope, with_reasons)
    groups = f" group by {', '.join(names)}" if by else ""
    sql = f"select {', '.join([*names, *sums])} from {table}{where}{groups}"
    rows = answer(connection, sql, values)
    return {tuple(row[: len(by)]): tuple(row[len(by) :]) for row in rows}


def answer(connection: "duckdb.DuckDBPyConnection", sql: str, values: list[Any]) -> list[tuple[Any, ...]]:
    """The rows of a SELECT whose names are all our own."""
    with of_this_version():
        return connection.cursor().execute(sql, values).fetchall()


@contextlib.contextmanager
def of_this_version() -> Iterator[None]:
    """Inside, a name that is not there raises StoreError: names are our own, so another version made the build."""
    import duckdb

    try:
        yield
    except (duckdb.CatalogException, duckdb.BinderException) as problem:
        why = str(problem).splitlines()[0]
        raise StoreError(f"another version made this build ({why}): `denials build` makes a new one") from problem


def _measure(kpi: Kpi, by: tuple[str, ...], key: Key, numerator: Number, denominator: Number | None) -> Measure:
    value: Number | None = numerator if kpi.denominator is None else divide(numerator, denominator)
    return Measure(kpi.name, dict(zip(by, key, strict=True)), numerator, denominator, value)


def divide(numerator: Number, denominator: Number | None) -> Decimal | None:
    """The quotient to twelve decimals; None where there is nothing to divide by."""
    if not denominator:
        return None
    return (Decimal(numerator) / Decimal(denominator)).quantize(Decimal(1).scaleb(-PLACES), ROUND_HALF_EVEN).normalize()


def _order(found: Measure) -> list[tuple[bool, str]]:
    return [(value in (None, "(not given)"), str(value)) for value in found.dimensions.values()]


Histogram = dict[int, int]


class Span(NamedTuple):
    """Days -> number of cases: what was done after so many days, and what has been open for so many."""

    done: Histogram
    open: Histogram


def spans(
    connection: "duckdb.DuckDBPyConnection", kpi: str, by: Sequence[str] = (), scope: Scope | None = None
) -> dict[Key, Span]:
    """What is done and what is still open, in every cell of `by`, for a KPI that is a median of days.

    `survival.kaplan_meier(*span)` makes a curve of it. A histogram adds up: parts sum to the whole.
    """
    scope = scope or Scope()
    scope.check()
    wanted = known({name: one for name, one in KPIS.items() if one.lag_kind}, kpi, "KPI of days")
    for name in by:
        known(DIMENSIONS, name, "dimension")
    names = [*(column_of(name, wanted.fact, scope.clock) for name in by), "lag_days"]
    table, where, values = ask(connection, wanted.fact, [*names, "lag_kind"], scope, with_reasons=True)
    where = f"{where} and lag_kind = ?" if where else " where lag_kind = ?"
    done = (wanted.denominator or "").format(scope=scope.denial_scope)
    still_open = done.replace("line_count", "open_line_count")
    columns = ", ".join(names)
    sql = f"select {columns}, sum({done}), sum({still_open}) from {table}{where} group by {columns}"
    cells: dict[Key, Span] = {} if by else {(): Span({}, {})}
    for *key, days, done_count, open_count in answer(connection, sql, [*values, wanted.lag_kind]):
        if done_count or open_count:
            cell = cells.setdefault(tuple(key), Span({}, {}))
            cell.done.update({days: done_count} if done_count else {})
            cell.open.update({days: open_count} if open_count else {})
    return cells


def histogram(
    connection: "duckdb.DuckDBPyConnection", kpi: str, by: Sequence[str] = (), scope: Scope | None = None
) -> dict[Key, Histogram]:
    """Days -> number of what was done after so many, in every cell of `by` with any, for a KPI that is a median."""
    found = spans(connection, kpi, by, scope)
    return {key: span.done for key, span in found.items() if span.done or not by}


def _days(connection: "duckdb.DuckDBPyConnection", kpis: list[Kpi], by: tuple[str, ...], scope: Scope) -> Found:
    """Medians out of histograms: exact, because a histogram adds up."""
    for kpi in kpis:
        cells = []
        for key, counts in histogram(connection, kpi.name, by, scope).items():
            total = sum(days * lines for days, lines in counts.items())
            median = percentile(counts, Decimal("0.5"))
            cells.append(Measure(kpi.name, dict(zip(by, key, strict=True)), total, sum(counts.values()), median))
        yield kpi, sorted(cells, key=_order)


def percentile(counts: Histogram, share: Decimal) -> Number | None:
    """The least days within which this share of lines lies, halfway where it falls between two; None without lines."""
    place, seen = share * sum(counts.values()), 0
    days = sorted(counts)
    for position, day in enumerate(days):
        seen += counts[day]
        if seen == place and position + 1 < len(days):
            return Decimal(day + days[position + 1]) / 2
        if seen >= place:
            return day
    return None


def share_within(counts: Histogram, days: int) -> Decimal | None:
    """The share of lines that took at most so many days."""
    return divide(sum(lines for day, lines in counts.items() if day <= days), sum(counts.values()))
