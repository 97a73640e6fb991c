"""How far a cell moved from its own history, in its own standard deviations, and how many looks were taken."""

import dataclasses
import datetime
import math
import statistics
from collections.abc import Collection, Sequence
from decimal import Decimal
from typing import NamedTuple

from pipelines.control_chart import FEWEST_CASES, FEWEST_MONTHS, SIGMAS, Mark, Point, laney

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
    rated: int = 0  # of its denied lines, those in its rate
    expected: float | None = None
    lower: float | None = None
    upper: float | None = None
    z: float | None = None
    p_value: float | None = None
    q_value: float | None = None  # share of false ones among all that are at least as far away; of none within limits
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
        return self.q_value is not None and self.q_value <= FALSE_DISCOVERIES


def judged(mover: Mover) -> Mover:
    """With what was to be expected; of too few there is nothing to say."""
    base, whole, denied = mover.base, mover.adjudicated, mover.rated
    if not mover.is_judged or denied + base.denied < FEWEST_CASES:
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
    """With the share of false ones among those at least as far away (Benjamini and Hochberg), where beyond limits."""
    looks = sum(one.p_value is not None for one in found)
    beyond = [place for place, one in enumerate(found) if one.z is not None and abs(one.z) > SIGMAS]
    shares: dict[int, float] = {}
    least = 1.0
    for rank, place in reversed(list(enumerate(sorted(beyond, key=lambda at: _p(found[at])), start=1))):
        least = min(least, _p(found[place]) * looks / rank)
        shares[place] = least
    return [dataclasses.replace(one, q_value=shares.get(place), looks=looks) for place, one in enumerate(found)]


def _p(mover: Mover) -> float:
    return 1.0 if mover.p_value is None else mover.p_value


def laney_of(points: Sequence[Point], months: Collection[datetime.date]) -> float | None:
    """Laney's sigma_z of a cell in these months; None where it has lines in fewer than 12, or none denied."""
    marks = [Mark(*one, is_baseline=True) for one in points if one.month in months and one.denominator]
    whole = sum(mark.denominator for mark in marks)
    return laney(marks, sum(mark.numerator for mark in marks) / whole) if len(marks) >= FEWEST_MONTHS else None
