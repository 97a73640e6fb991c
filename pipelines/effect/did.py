"""Difference-in-differences on the logit, and how sure it is with few provider x procedure cells.

The fit is a binomial GLM of statsmodels: each cell, month and payer has its level, each payer its own shift at go-live,
and what is left is the treated cells' shift. Its error is the jackknife over cells, in the linearised form of
MacKinnon, Nielsen and Webb (Journal of Business & Economic Statistics, 2024: CV3L), against Student's t with
Welch's degrees of freedom for two groups of cells; of what was tried it is what holds its level by simulation
(docs/calibration.md).
"""

import dataclasses
import math

import numpy as np

from pipelines.effect.fitting import (
    binomial,
    dummies,
    fitted,
    independent,
    jackknife,
    left_out,
    student,
    tail,
    without_levels,
)
from pipelines.effect.result import Estimate
from pipelines.effect.rows import (
    LEAST_CELLS,
    Flags,
    Floats,
    Ints,
    Rows,
    blocked,
    corners,
    halved,
    informative,
    pooled,
    thin,
)

LEVEL = 0.05


@dataclasses.dataclass(frozen=True)
class Fit:
    """The logarithm of the odds ratio, its error with degrees of freedom, and the fitted rates of the rows used."""

    log_ratio: float
    error: float
    degrees: float
    rows: Rows
    rate: Floats

    @property
    def reach(self) -> float:
        """How many errors the interval reaches to either side."""
        return student(LEVEL / 2, self.degrees)

    @property
    def p(self) -> float:
        """The chance of an estimate as far from 1, if there is no effect."""
        return self.p_against(0.0)

    def p_against(self, log_ratio: float) -> float:
        """The same if the logarithm of the odds ratio were this."""
        return 2 * tail(abs(self.log_ratio - log_ratio) / self.error, self.degrees)

    @property
    def bounds(self) -> tuple[float, float]:
        """The 95 % interval of the logarithm of the odds ratio."""
        return self.log_ratio - self.reach * self.error, self.log_ratio + self.reach * self.error


def estimate(rows: Rows, name: str, label: str) -> tuple[Estimate, Fit | None]:
    """The odds ratio with its interval, or why there is none; and the fit behind it."""
    why = thin(rows)
    found = fit(rows) if not why else None
    return said(rows, found, name, label, why or "the numbers do not pin it down"), found


def said(rows: Rows, found: Fit | None, name: str, label: str, why: str) -> Estimate:
    """A fit as an odds ratio; without one, why not."""
    lines, denials = int(rows.lines.sum()), int(rows.denials.sum())
    cells = len(np.unique(rows.cell))
    if found is None:
        return Estimate(name, label, None, None, None, None, lines, denials, cells, why)
    low, high = found.bounds
    note = "" if corners(rows)[1] else "no denial after go-live: half a one is assumed, which errs towards no effect"
    return Estimate(name, label, math.exp(found.log_ratio), _exp(low), _exp(high), found.p, lines, denials, cells, note)


def _exp(value: float) -> float | None:
    return math.exp(value) if abs(value) < 20 else None


def fit(rows: Rows) -> Fit | None:
    """The difference-in-differences of these rows; None where no single answer fits them."""
    rows = informative(blocked(pooled(halved(rows))))
    if any(len(np.unique(rows.cell[arm])) < 2 for arm in (rows.treated, ~rows.treated)):
        return None
    levels, rest = _design(rows)
    aim = rows.treated * rows.exposure
    found = binomial(rows, np.column_stack([levels, rest, aim]))
    if found is None:
        return None
    log_ratio, rate = found
    weight = rows.lines * rate * (1 - rate)
    columns = without_levels(np.column_stack([rest, aim]), rows.cell, weight)
    moved, treated = left_out(columns, (rows.denials - rows.lines * rate) / weight, weight, rows.cell, rows.treated)
    return _fit(log_ratio, moved, treated, rows, rate)


def before_after(rows: Rows) -> Fit | None:
    """Treated rows alone, before against after: every cell and payer has its level, months are left out in turn."""
    rows = informative(pooled(halved(rows.where(rows.treated))))
    late = rows.exposure > 0
    if any(len(np.unique(rows.month[part])) < LEAST_CELLS for part in (late, ~late)):
        return None
    columns = np.column_stack([dummies(rows.cell), dummies(rows.payer)[:, 1:], rows.exposure])
    found = binomial(rows, columns)
    if found is None:
        return None
    log_ratio, rate = found
    weight = rows.lines * rate * (1 - rate)
    months = rows.month * 2 + late  # a month that go-live parts is two
    moved, after = left_out(columns, (rows.denials - rows.lines * rate) / weight, weight, months, late)
    return _fit(log_ratio, moved, after, rows, rate)


def score_table(rows: Rows, unit: Ints) -> tuple[Floats, Floats] | None:
    """Of a fit without an effect: how each unit pulls after go-live, and how these pulls spread together."""
    levels, rest = _design(rows)
    columns = independent(np.column_stack([levels, rest]))
    found = fitted(rows, columns)
    if found is None:
        return None
    rate = found[1]
    weight = rows.lines * rate * (1 - rate)
    aims = dummies(unit) * rows.exposure[:, np.newaxis]
    weighted = columns.T * weight
    inner = aims - columns @ np.linalg.lstsq(weighted @ columns, weighted @ aims, rcond=1e-10)[0]
    return inner.T @ (rows.denials - rows.lines * rate), (inner.T * weight) @ inner


def _fit(log_ratio: float, moved: Floats, in_first: Flags, rows: Rows, rate: Floats) -> Fit | None:
    error, degrees = jackknife(moved, in_first)
    if not math.isfinite(error) or error <= 0:
        return None
    return Fit(log_ratio, error, degrees, rows, rate)


def _design(rows: Rows) -> tuple[Floats, Floats]:
    """One column per cell; and those of months, payers and the payers' own shifts, none of them twice."""
    payers = dummies(rows.payer)[:, 1:]
    return dummies(rows.cell), np.column_stack(
        [dummies(rows.block)[:, 1:], payers, payers * rows.exposure[:, np.newaxis]]
    )
