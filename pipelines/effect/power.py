"""How small an effect the numbers of lines could show: before a change goes live, and after."""

import dataclasses
import math
from collections.abc import Sequence

import numpy as np

from pipelines import words
from pipelines.effect.cells import Table
from pipelines.effect.did import LEVEL
from pipelines.effect.fitting import student
from pipelines.effect.result import Power
from pipelines.effect.rows import LEAST_CELLS, LEAST_DENIALS, Flags

WANTED = 0.8  # chance to see the effect
EFFECTS = (0.75, 0.6, 0.5, 0.4)
SMALLEST = 0.02  # odds ratio; nobody registers a change that leaves less
PLANNED_MONTHS = 6


@dataclasses.dataclass(frozen=True)
class Plan:
    """Expected lines and denials of the four corners, and the cells behind the arms."""

    treated_before: float
    treated_after: float
    compared_before: float
    compared_after: float
    treated_rate: float
    compared_rate: float
    treated_cells: int
    compared_cells: int

    def error(self, odds_ratio: float) -> tuple[float, float]:
        """The error of the logarithm of the odds ratio if it were this one, and its degrees of freedom (Welch's)."""
        after = _scaled(self.treated_rate, odds_ratio)
        own = _variance(self.treated_before, self.treated_rate) + _variance(self.treated_after, after)
        other = _variance(self.compared_before, self.compared_rate) + _variance(self.compared_after, self.compared_rate)
        spread = own**2 / (self.treated_cells - 1) + other**2 / (self.compared_cells - 1)
        return math.sqrt(own + other), (own + other) ** 2 / spread

    def chance(self, odds_ratio: float) -> float:
        """The chance that an effect of this size is seen."""
        from scipy import stats

        error, degrees = self.error(odds_ratio)
        distance = abs(math.log(odds_ratio)) / error
        return float(stats.nct.sf(student(LEVEL / 2, degrees), degrees, distance))

    def smallest(self) -> float | None:
        """The odds ratio nearest to 1 that is seen four times in five; None where even a very large one is not."""
        from scipy import optimize

        steps = np.geomspace(0.99, SMALLEST, 60)  # a very strong effect leaves few denials, and is seen worse again
        seen = [at for at, ratio in enumerate(steps) if self.chance(float(ratio)) >= WANTED]
        if not seen:
            return None
        near, far = steps[max(0, seen[0] - 1)], steps[seen[0]]
        return (
            float(optimize.brentq(lambda ratio: self.chance(ratio) - WANTED, far, near, xtol=1e-5)) if seen[0] else 0.99
        )


def _scaled(rate: float, odds_ratio: float) -> float:
    odds = rate / (1 - rate) * odds_ratio
    return odds / (1 + odds)


def _variance(lines: float, rate: float) -> float:
    return 1 / (lines * rate * (1 - rate))


def power(table: Table, before: Flags, after: Flags | None, months_before: int, months_after: int) -> Power:
    """What can be seen with the baseline's lines and those of `after`, or as many a month as there were before."""
    arms = {}
    for name, flags in (("treated", table.treated), ("compared", ~table.treated)):
        counted = table.arm(before & flags)
        monthly = counted.lines / max(1, months_before)
        later = table.arm(after & flags).lines if after is not None else monthly * months_after
        rows = table.rows(before & flags)
        cells = len(np.unique(rows.cell[rows.denials > 0]))
        arms[name] = (counted, monthly, float(later), cells)
    (treated, per_month, later, cells), (compared, other_month, other_later, other_cells) = arms.values()
    enough = min(treated.denials, compared.denials) >= LEAST_DENIALS and min(cells, other_cells) >= LEAST_CELLS
    enough = enough and later > 0 and other_later > 0 and (treated.rate or 0) < 1 and (compared.rate or 0) < 1
    base = treated.rate
    if not enough or base is None or compared.rate is None:
        sentence = _too_few(treated.denials, compared.denials, cells, other_cells)
        return Power(months_after, per_month, other_month, base, cells, other_cells, None, None, (), False, sentence)
    plan = Plan(treated.lines, later, compared.lines, other_later, base, compared.rate, cells, other_cells)
    smallest = plan.smallest()
    rate = _scaled(base, smallest) if smallest else None
    chances = tuple((ratio, plan.chance(ratio)) for ratio in EFFECTS)
    sentence = _said(base, rate, months_after, chances)
    return Power(
        months_after, per_month, other_month, base, cells, other_cells, smallest, rate, chances, True, sentence
    )


def _too_few(denials: int, compared: int, cells: int, other_cells: int) -> str:
    return (
        f"Too few to see any effect: {words.counted(denials, 'denial')} in {words.counted(cells, 'treated cell')} and"
        f" {words.counted(compared, 'denial')} in {words.counted(other_cells, 'compared cell')} before go-live;"
        f" {LEAST_DENIALS} denials and {LEAST_CELLS} provider-and-procedure cells are needed on either side."
    )


def _said(base: float, rate: float | None, months: int, chances: Sequence[tuple[float, float]]) -> str:
    half = dict(chances)[0.5]
    seen = f"a halving of the odds would be noticed {words.rate(half)} of the time"
    span = words.counted(months, "month")
    if rate is None:
        return f"With {span} after go-live no fall from {words.rate(base)} could be seen reliably; {seen}."
    return (
        f"With {span} after go-live a fall from {words.rate(base)} to {words.rate(rate)} or lower would be seen"
        f" four times in five; {seen}."
    )
