"""The numbers of one document, each remembered once with what it is bound to, so that suppression sees all together."""

import dataclasses
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from pipelines.asking import ask
from pipelines.huddle.binding import Cell, Kind, sums
from pipelines.huddle.suppress import Count, Derived, Hidden, Key, Sum, hidden_keys
from pipelines.kpis import KPIS, Kpi
from pipelines.measure import Measure, Scope, measure
from pipelines.months import last_of
from pipelines.scope import FILTERS

if TYPE_CHECKING:
    import duckdb

# What dollars rest on: the count of the lines whose dollars they are.
COUNTED = {"adjudicated_amount": "adjudicated_count", "recovered_core_amount": "overturned_core_count"}
FIELD_OF = {dimension: field for field, dimension in FILTERS.items()}


class Figure(NamedTuple):
    """A KPI in one cell as a document shows it: each part is a cell that suppression may hide."""

    kpi: str
    value: Derived  # share, dollars, days; None where there is nothing to divide by
    numerator: Count  # lines or claims; of dollars, the lines whose dollars they are
    denominator: Count | None
    amount: Derived  # what was added up above: of a share of dollars, the dollars

    @property
    def n(self) -> int:
        """The size of the denominator; of what has none, its own count."""
        return (self.denominator or self.numerator).value


class Facts:
    """Measures of one build, and every count and sum that was read for the document."""

    def __init__(self, connection: "duckdb.DuckDBPyConnection", denial_scope: str = "core") -> None:
        self.connection = connection
        self.denial_scope = denial_scope
        self._counts: dict[Key, int] = {}
        self._sums: set[Sum] = set()
        self._keep: set[Key] = set()
        self._measured: dict[tuple[str, tuple[str, ...], Scope], list[Measure]] = {}

    def hidden(self, minimum: int) -> Hidden:
        """What the document may not show of all that was read; nothing where the minimum is 0 or 1."""
        if minimum <= 1:
            return Hidden(frozenset(), minimum)
        bound = [*sorted(self._sums, key=str), *sums(self._counts)]
        return Hidden(hidden_keys(self._counts, bound, minimum, self._keep), minimum)

    def keep(self, figure: Figure | None) -> None:
        """This is a headline: of two counts that could be hidden for a small one's sake it is the other."""
        if figure:
            self._keep |= {part.key for part in figure[2:4] if part}

    def count(self, value: int, *key: Any) -> Count:
        """A count that was got otherwise than by a KPI, under a key of its own."""
        return self._kept(Count(int(value), key))

    def adds_up(self, total: Count, parts: Iterable[Count]) -> None:
        """The parts are parts of the total, whether or not they are all of it; more than it they cannot be parts of."""
        counts = {part.key: part.value for part in parts}
        if counts and set(counts) != {total.key} and sum(counts.values()) <= total.value:
            self._sums.add(Sum(total.key, tuple(counts)))

    def figure(self, kpi: str, scope: Scope) -> Figure:
        """The KPI over the whole scope, equal to `denials kpi` with the same filters."""
        return self._figure(scope, self._measures(kpi, (), scope)[0])

    def by(self, kpi: str, dimension: str, scope: Scope) -> dict[Any, Figure]:
        """The KPI by one dimension, bound to the whole: value of the dimension -> figure."""
        self.figure(kpi, scope)  # what the parts are parts of
        return {
            one.dimensions[dimension]: self._figure(_narrowed(scope, dimension, one.dimensions[dimension]), one)
            for one in self._measures(kpi, (dimension,), scope)
        }

    def ask(self, kpis: Sequence[str], by: Sequence[str], scope: Scope) -> None:
        """These KPIs are known in every cell, asked together: each by itself would read the same rows once more."""
        found = measure(self.connection, kpis, by, dataclasses.replace(scope, denial_scope=self.denial_scope))
        for kpi in kpis:
            self._measured[kpi, tuple(by), scope] = [one for one in found if one.kpi == kpi]

    def _measures(self, kpi: str, by: tuple[str, ...], scope: Scope) -> list[Measure]:
        """The same number stands in many places of a document and is asked for once."""
        if (kpi, by, scope) not in self._measured:
            self.ask((kpi,), by, scope)
        return self._measured[kpi, by, scope]

    def _figure(self, scope: Scope, found: Measure) -> Figure:
        kpi = KPIS[found.kpi]
        numerator = self._part(kpi, kpi.numerator, scope, found.numerator, is_denied=True)
        denominator = None
        if kpi.denominator:
            is_split = kpi.splits_both
            denominator = self._part(kpi, kpi.denominator, scope, found.denominator or 0, is_denied=is_split)
        if kpi.unit == "days" and denominator:
            days, total = (Derived(value, (denominator.key,)) for value in (found.value, found.numerator))
            return Figure(found.kpi, days, denominator, denominator, total)
        of = tuple(part.key for part in (numerator, denominator) if part)
        if denominator:
            self.adds_up(denominator, [numerator])
        amount = Derived(found.numerator, (numerator.key,))
        return Figure(found.kpi, Derived(found.value, of), numerator, denominator, amount)

    def _part(self, kpi: Kpi, column: str, scope: Scope, value: Any, is_denied: bool) -> Count:
        """The count behind a part of a KPI; of dollars, the count of their lines."""
        name = column.format(scope=self.denial_scope)
        counted = _counted(name)
        key = _cell((kpi.fact, kpi.lag_kind, counted), scope, is_denied)
        if not name.endswith("_amount"):
            return self._kept(Count(int(value), key))
        if key in self._counts:
            return Count(self._counts[key], key)
        return self._kept(Count(self._lines(kpi.fact, counted, scope, is_denied), key))

    def _lines(self, fact: str, column: str, scope: Scope, is_denied: bool) -> int:
        table, where, values = ask(self.connection, fact, (), scope, with_reasons=is_denied)
        sql = f"select coalesce(sum({column}), 0) from {table}{where}"
        (row,) = self.connection.cursor().execute(sql, values).fetchall()
        return int(row[0])

    def _kept(self, count: Count) -> Count:
        self._counts[count.key] = count.value
        return count


def _counted(column: str) -> str:
    return COUNTED.get(column, column.removesuffix("_amount") + "_count" if column.endswith("_amount") else column)


def _cell(kind: Kind, scope: Scope, is_denied: bool) -> Cell:
    """What makes a number the same number: dates, filters and clock; reasons only where they part it."""
    reasons = ("categories", "root_causes")
    filters = tuple(getattr(scope, name) if is_denied or name not in reasons else () for name in FILTERS)
    return Cell((*kind, scope.payer_sequence, scope.clock), scope.date_from, scope.date_to, filters)


def within(scope: Scope, dimension: str, value: Any) -> Scope:
    """The scope cut to one value of a dimension that a scope can filter by."""
    chosen: dict[str, Any] = {FIELD_OF[dimension]: (value,)}
    return dataclasses.replace(scope, **chosen)


def _narrowed(scope: Scope, dimension: str, value: Any) -> Scope:
    """The scope cut to one value of a dimension; a month becomes its dates within the scope."""
    if dimension != "month":
        return within(scope, dimension, value)
    last = last_of(value)
    return dataclasses.replace(scope, date_from=value, date_to=min(last, scope.date_to or last))
