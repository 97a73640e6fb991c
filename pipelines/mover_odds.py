"""How far a cell moved from its own history, in its own standard deviations, and how many looks were taken."""

import bisect
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

    `expected` lines would be denied had it gone on as before; `lower` and `upper` are the least and the most within its
    own limits, and `z` how many of its own standard deviations it is away. None where not judged, or of too few to say.
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
    lower: int | None = None
    upper: int | None = None
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
    """With what was to be expected, without its limits; of too few there is nothing to say."""
    base, whole, denied = mover.base, mover.adjudicated, mover.rated
    if not mover.is_judged or denied + base.denied < FEWEST_CASES:
        return mover
    z = distance(denied, whole, base)
    expected = base.denied / base.adjudicated * whole
    return dataclasses.replace(mover, expected=expected, z=z, p_value=2 * statistics.NormalDist().cdf(-abs(z)))


def limited(mover: Mover) -> Mover:
    """With its limits, where it was judged; asked for last, because they are searched for, and unrest widens them."""
    if mover.z is None:
        return mover
    lower, upper = limits(mover.adjudicated, mover.base)
    return dataclasses.replace(mover, lower=lower, upper=upper)


def distance(denied: int, whole: int, base: Base) -> float:
    """How many of its own standard deviations so many lines are above (or, negative, below) what the base gives."""
    chance = max(mid_p(denied, whole, base.denied, base.adjudicated), SMALLEST)
    z = -statistics.NormalDist().inv_cdf(chance / 2) / max(1.0, base.sigma_z or 1.0)
    return z if denied * base.adjudicated > base.denied * whole else -z


def limits(whole: int, base: Base) -> tuple[int, int]:
    """The least and the most denied lines that are within three of its own standard deviations."""
    counts = range(whole + 1)
    least = bisect.bisect_left(counts, -SIGMAS, key=lambda count: distance(count, whole, base))
    most = bisect.bisect_right(counts, SIGMAS, key=lambda count: distance(count, whole, base)) - 1
    return least, most


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
