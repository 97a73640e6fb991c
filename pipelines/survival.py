"""How long something takes when some of it is still open: Kaplan and Meier's estimate out of two histograms of days.

What is open at day d has waited at least d days, which says something; leaving it out would make the time look shorter
than it is. Sources: Kaplan and Meier 1958; Greenwood's variance, with the interval on the scale log(-log S), which
stays between 0 and 1 (Kalbfleisch and Prentice, The Statistical Analysis of Failure Time Data).
"""

import itertools
import math
from collections.abc import Mapping
from typing import NamedTuple

Z_95 = 1.959963984540054
ROUNDING = 1e-9  # a product of shares may miss a round number by so much


class Step(NamedTuple):
    """A day on which something was done: how many had waited so long, how many were done, what share is open after."""

    day: int
    at_risk: int
    done: int
    share_open: float
    low: float  # 95 % interval of the share open
    high: float


class Curve(NamedTuple):
    """The share still open after each day on which something was done."""

    steps: tuple[Step, ...]
    done_count: int
    open_count: int
    last_day: int  # the longest time that anything was watched, done or open; -1 where there is nothing

    @property
    def median(self) -> float | None:
        """The days within which half is done; None where half is not done within the time watched."""
        return self.percentile(0.5)

    def percentile(self, share: float) -> float | None:
        """The first day by which this share is done, None where it is not reached.

        Where exactly this share is done it is halfway to the next day, as the percentile of a histogram is: with
        nothing open both say the same.
        """
        for step, later in itertools.zip_longest(self.steps, self.steps[1:]):
            if abs(step.share_open - (1 - share)) <= ROUNDING and later:
                return (step.day + later.day) / 2
            if step.share_open <= 1 - share + ROUNDING:
                return step.day
        return None

    def share_done(self, day: int) -> float | None:
        """The share done within so many days; None where nothing was watched so long."""
        if day > self.last_day and not (self.steps and self.steps[-1].share_open == 0):
            return None
        return 1 - min((step.share_open for step in self.steps if step.day <= day), default=1.0)


def kaplan_meier(done: Mapping[int, int], still_open: Mapping[int, int]) -> Curve:
    """The curve of what was done after so many days and what has been open for so many days.

    Of two with the same number of days the one that was done comes first: the open one was still watched on that day.
    """
    at_risk = sum(done.values()) + sum(still_open.values())
    share, variance, high, steps = 1.0, 0.0, 1.0, []
    for day in sorted({*done, *still_open}):
        count = done.get(day, 0)
        if count:
            share = share * (at_risk - count) / at_risk if count < at_risk else 0.0
            variance += count / (at_risk * (at_risk - count)) if count < at_risk else 0.0
            low, high = _interval(share, variance, high)
            steps.append(Step(day, at_risk, count, share, low, high))
        at_risk -= count + still_open.get(day, 0)
    last_day = max((day for counts in (done, still_open) for day in counts), default=-1)
    return Curve(tuple(steps), sum(done.values()), sum(still_open.values()), last_day)


def _interval(share: float, variance: float, high_before: float) -> tuple[float, float]:
    """The 95 % interval of a share open; at 0 the formula says nothing, and what was possible before is kept."""
    if share <= 0:
        return 0.0, high_before
    half = Z_95 * math.sqrt(variance) / abs(math.log(share))
    return share ** math.exp(half), share ** math.exp(-half)
