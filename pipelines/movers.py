"""Which cell moved most against its own history: payer x root cause x procedure, in denied lines and dollars.

A cell's own history is its settled months before the period, at most the last 24. How likely would the period's denied
lines be, had the cell gone on as before? Given how many lines were denied in history and period together, that is a
hypergeometric tail (Fisher's; mid-p, which is not too careful of few). The history's own unrest widens it: the distance
in standard deviations is divided by Laney's sigma_z where that exceeds 1. With fewer than 12 months of history there is
no sigma_z, and the cell is held against the period before, by chance alone.

Of hundreds of cells some always look as if they had moved. A signal is beyond three of its own standard deviations, as
on a chart, and is among those that Benjamini and Hochberg's procedure (1995) keeps at a false discovery rate of 10 %
of all cells looked at: those with a rate, and with at least 5 denied lines in history and period together.
"""

import dataclasses
import math
import statistics
from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from pipelines.control_chart import FEWEST_CASES, FEWEST_MONTHS, MOST_MONTHS, SIGMAS, Mark, Point, laney
from pipelines.kpis import DIMENSIONS
from pipelines.measure import Measure, measure
from pipelines.scope import Scope
from pipelines.trend import series

if TYPE_CHECKING:
    import duckdb

Key = tuple[str, ...]
RATE = "denial_rate_lines"
FALSE_DISCOVERIES = 0.10
SMALLEST = 1e-300  # probabilities below are this


class Base(NamedTuple):
    """What a cell is held against: its lines denied and adjudicated, over how many months, and their unrest."""

    denied: int = 0
    adjudicated: int = 0
    months: int = 0  # 0 where it is the period before, for want of history
    sigma_z: float | None = None


@dataclasses.dataclass(frozen=True)
class Mover:
    """One cell in the period and the one before: denied lines, their dollars, and lines adjudicated behind them.

    `expected` lines would be denied had it gone on as before; `lower` and `upper` are its own limits on their number,
    and `z` how many of its own standard deviations it is away. None where it is not judged, or of too few to say.
    """

    dimensions: dict[str, str]
    count: int
    count_before: int
    amount: Decimal
    amount_before: Decimal
    adjudicated: int
    adjudicated_before: int
    base: Base
    expected: float | None = None
    lower: float | None = None
    upper: float | None = None
    z: float | None = None
    p_value: float | None = None
    q_value: float | None = None  # share of false ones among all that are at least as far away
    looks: int = 0  # cells looked at

    @property
    def amount_change(self) -> Decimal:
        """Dollars denied now less those before."""
        return self.amount - self.amount_before

    @property
    def is_judged(self) -> bool:
        """There is a rate now and one to hold it against; denials of a log alone, or of a new payer, have none."""
        return 0 < self.adjudicated >= self.count and self.base.adjudicated > 0

    @property
    def is_signal(self) -> bool:
        """It is beyond its own limits, with allowance for the number of cells looked at."""
        return self.z is not None and abs(self.z) > SIGMAS and (self.q_value or 0.0) <= FALSE_DISCOVERIES


def movers(
    connection: "duckdb.DuckDBPyConnection",
    scope: Scope,
    before: Scope,
    by: Sequence[str] = ("payer", "root_cause", "procedure"),
) -> list[Mover]:
    """Every cell with a denial in either period; signals first, then by the size of the change in dollars.

    `scope` and `before` are the same restrictions with the dates of the two periods.
    """
    now, then = _cells(connection, scope, by), _cells(connection, before, by)
    wholes, wholes_before = _wholes(connection, scope, by), _wholes(connection, before, by)
    rated, rated_before = _rated(connection, scope, by), _rated(connection, before, by)
    histories = _histories(connection, scope, by)
    found = []
    for key in sorted(set(now) | set(then)):
        plain = tuple(part for name, part in zip(by, key, strict=True) if not DIMENSIONS[name].is_reason)
        count, amount = now.get(key, (0, Decimal(0)))
        count_before, amount_before = then.get(key, (0, Decimal(0)))
        whole, whole_before = wholes.get(plain, 0), wholes_before.get(plain, 0)
        base = histories.get(key) or Base(rated_before.get(key, 0), whole_before)
        cell = dict(zip(by, key, strict=True))
        mover = Mover(cell, count, count_before, amount, amount_before, whole, whole_before, base)
        found.append(_judged(mover, rated.get(key, 0)) if mover.is_judged else mover)
    found = corrected(found)
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


def _wholes(connection: "duckdb.DuckDBPyConnection", scope: Scope, by: Sequence[str]) -> dict[Key, int]:
    """Lines adjudicated behind every cell: those of its payer, not of its cause."""
    plain = [name for name in by if not DIMENSIONS[name].is_reason]
    return {_key(one): int(one.denominator or 0) for one in measure(connection, [RATE], plain, scope)}


def _rated(connection: "duckdb.DuckDBPyConnection", scope: Scope, by: Sequence[str]) -> dict[Key, int]:
    """Denied lines of every cell that are in its rate: those in a log alone are not."""
    return {_key(one): int(one.numerator) for one in measure(connection, [RATE], by, scope)}


def _histories(connection: "duckdb.DuckDBPyConnection", scope: Scope, by: Sequence[str]) -> dict[Key, Base]:
    """The history of every cell that has one of 12 months before the period."""
    if scope.date_from is None:
        return {}
    first = scope.date_from.replace(day=1)
    found = {}
    for key, points in series(connection, RATE, by, scope).items():
        months = [one for one in points if one.month < first and not one.unsettled and one.denominator][-MOST_MONTHS:]
        if len(months) >= FEWEST_MONTHS:
            found[tuple(map(str, key))] = _base(months)
    return found


def _base(months: Sequence[Point]) -> Base:
    denied, adjudicated = sum(one.numerator for one in months), sum(one.denominator for one in months)
    unrest = laney([Mark(*one, is_baseline=True) for one in months], denied / adjudicated)
    return Base(denied, adjudicated, len(months), unrest)


def _key(found: Measure) -> Key:
    return tuple(str(value) for value in found.dimensions.values())


def _judged(mover: Mover, denied: int) -> Mover:
    """With what was to be expected; `denied` are the lines in its rate. Of too few there is nothing to say."""
    base, whole = mover.base, mover.adjudicated
    if denied + base.denied < FEWEST_CASES:
        return mover
    share, stretch = base.denied / base.adjudicated, max(1.0, base.sigma_z or 1.0)
    expected = share * whole
    half = SIGMAS / 2 * stretch * math.sqrt((1 - share) * (1 + whole / base.adjudicated))  # on the scale of roots
    chance = mid_p(denied, whole, base.denied, base.adjudicated)
    z = -statistics.NormalDist().inv_cdf(max(chance, SMALLEST) / 2) / stretch
    is_up = denied * base.adjudicated > base.denied * whole
    return dataclasses.replace(
        mover,
        expected=expected,
        lower=max(0.0, math.sqrt(expected) - half) ** 2,
        upper=min(whole, (math.sqrt(expected) + half) ** 2),
        z=z if is_up else -z,
        p_value=2 * statistics.NormalDist().cdf(-z),
    )


def mid_p(count: int, whole: int, count_before: int, whole_before: int) -> float:
    """How likely chance puts so many of all denied lines into the one part, or further from the mean; two-sided."""
    total, everything = count + count_before, whole + whole_before
    lowest, highest = max(0, total - whole_before), min(whole, total)
    step = 1 if count * everything >= total * whole else -1
    term = math.exp(
        _log_choose(whole, count) + _log_choose(whole_before, count_before) - _log_choose(everything, total)
    )
    tail, at = term / 2, count
    while lowest <= at + step <= highest and term > tail * 1e-16:
        if step > 0:
            term *= (whole - at) * (total - at) / ((at + 1) * (whole_before - total + at + 1))
        else:
            term *= at * (whole_before - total + at) / ((whole - at + 1) * (total - at + 1))
        tail, at = tail + term, at + step
    return min(1.0, 2 * tail)


def _log_choose(of: int, count: int) -> float:
    return math.lgamma(of + 1) - math.lgamma(count + 1) - math.lgamma(of - count + 1)


def corrected(found: Sequence[Mover]) -> list[Mover]:
    """With the share of false ones among those at least as far away, by Benjamini and Hochberg."""
    ordered = sorted(
        (place for place, one in enumerate(found) if one.p_value is not None), key=lambda at: _p(found[at])
    )
    shares: dict[int, float] = {}
    least = 1.0
    for rank, place in reversed(list(enumerate(ordered, start=1))):
        least = min(least, _p(found[place]) * len(ordered) / rank)
        shares[place] = least
    return [dataclasses.replace(one, q_value=shares.get(place), looks=len(ordered)) for place, one in enumerate(found)]


def _p(mover: Mover) -> float:
    return 1.0 if mover.p_value is None else mover.p_value
