"""What changed most between two periods: payer x category, in denied lines and dollars, and whether it is noise."""

import dataclasses
import statistics
from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from pipelines.intervals import difference
from pipelines.kpis import DIMENSIONS
from pipelines.measure import Measure, measure
from pipelines.scope import Scope

if TYPE_CHECKING:
    import duckdb

Key = tuple[str, ...]
ERROR = 0.05  # chance that any of the cells looks like a change when none is


@dataclasses.dataclass(frozen=True)
class Mover:
    """One cell in the period and the one before: denied lines, their dollars, and lines adjudicated behind them."""

    dimensions: dict[str, str]
    count: int
    count_before: int
    amount: Decimal
    amount_before: Decimal
    adjudicated: int
    adjudicated_before: int
    rate_low: float  # interval of the change of the rate
    rate_high: float

    @property
    def amount_change(self) -> Decimal:
        """Dollars denied now less those before."""
        return self.amount - self.amount_before

    @property
    def is_judged(self) -> bool:
        """There is a rate in both periods; denials that stand only in a log, or a payer new or gone, have none."""
        return 0 < self.adjudicated >= self.count and 0 < self.adjudicated_before >= self.count_before

    @property
    def is_signal(self) -> bool:
        """The rate changed by more than chance explains, with allowance for the number of cells looked at."""
        return self.rate_low > 0 or self.rate_high < 0


def movers(
    connection: "duckdb.DuckDBPyConnection", scope: Scope, before: Scope, by: Sequence[str] = ("payer", "category")
) -> list[Mover]:
    """Every cell with a denial in either period; signals first, then by the size of the change in dollars.

    `scope` and `before` are the same restrictions with the dates of the two periods.
    """
    now, then = _cells(connection, scope, by), _cells(connection, before, by)
    bases, bases_before = _bases(connection, scope, by), _bases(connection, before, by)
    keys = sorted(set(now) | set(then))
    z = statistics.NormalDist().inv_cdf(1 - ERROR / 2 / max(1, len(keys)))
    found = []
    for key in keys:
        count, amount = now.get(key, (0, Decimal(0)))
        count_before, amount_before = then.get(key, (0, Decimal(0)))
        base = tuple(part for name, part in zip(by, key, strict=True) if not DIMENSIONS[name].is_reason)
        total, total_before = bases.get(base, 0), bases_before.get(base, 0)
        low, high = _interval(count, total, count_before, total_before, z)
        cell = dict(zip(by, key, strict=True))
        found.append(Mover(cell, count, count_before, amount, amount_before, total, total_before, low, high))
    return sorted(found, key=lambda mover: (not mover.is_signal, -abs(mover.amount_change), str(mover.dimensions)))


def _cells(
    connection: "duckdb.DuckDBPyConnection", scope: Scope, by: Sequence[str]
) -> dict[tuple[str, ...], tuple[int, Decimal]]:
    """Denied lines and dollars of every cell."""
    found = measure(connection, ["denied_lines", "denied_amount"], by, scope)
    amounts = {_key(one): Decimal(one.numerator) for one in found if one.kpi == "denied_amount"}
    return {
        _key(one): (int(one.numerator), amounts.get(_key(one), Decimal(0)))
        for one in found
        if one.kpi == "denied_lines" and one.numerator
    }


def _bases(connection: "duckdb.DuckDBPyConnection", scope: Scope, by: Sequence[str]) -> dict[Key, int]:
    """Lines adjudicated behind every cell: those of its payer, not of its category."""
    plain = [name for name in by if not DIMENSIONS[name].is_reason]
    return {_key(one): int(one.denominator or 0) for one in measure(connection, ["denial_rate_lines"], plain, scope)}


def _key(found: Measure) -> Key:
    return tuple(str(value) for value in found.dimensions.values())


def _interval(count: int, total: int, count_before: int, total_before: int, z: float) -> tuple[float, float]:
    """The interval of the change of the rate; of a log without a denominator nothing can be said."""
    if count > total or count_before > total_before:
        return -1.0, 1.0
    return difference(count, total, count_before, total_before, z)
