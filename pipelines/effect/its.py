"""Segmented regression of months: the jump at go-live and the change of slope (secondary, never the headline)."""

import math
from typing import NamedTuple

import numpy as np

from pipelines.effect.fitting import student
from pipelines.effect.result import Estimate, Interrupted, Month
from pipelines.effect.rows import Floats

LEAST_MONTHS = 8
LEAST_SIDE = 3
NOTE = "months are few and follow on each other, so that its intervals are known to be too narrow"


class Series(NamedTuple):
    """Months in order: the value, how much each weighs, and whether it is after go-live."""

    number: Floats
    value: Floats
    weight: Floats
    is_after: Floats


def interrupted(months: list[Month], has_comparison: bool) -> Interrupted | None:
    """The regression of the difference of the arms' logits, or of the treated alone; None where months are too few."""
    usable = [one for one in months if one.is_mature and one.phase in ("before", "after") and one.treated.lines]
    if has_comparison:
        usable = [one for one in usable if one.comparison.lines]
    after = sum(one.phase == "after" for one in usable)
    if len(usable) < LEAST_MONTHS or min(after, len(usable) - after) < LEAST_SIDE:
        return None
    return _fitted(_series(usable, months[0], has_comparison), usable, has_comparison)


def _series(usable: list[Month], first: Month, has_comparison: bool) -> Series:
    values, weights = [], []
    for one in usable:
        value, variance = _logit(one.treated.denials, one.treated.lines)
        if has_comparison:
            other, other_variance = _logit(one.comparison.denials, one.comparison.lines)
            value, variance = value - other, variance + other_variance
        values.append(value)
        weights.append(1 / variance)
    starts = [12 * (one.month.year - first.month.year) + one.month.month - first.month.month for one in usable]
    after = [float(one.phase == "after") for one in usable]
    return Series(np.array(starts, dtype=np.float64), np.array(values), np.array(weights), np.array(after))


def _logit(denials: int, lines: int) -> tuple[float, float]:
    """The empirical logit of a month and its variance; half a denial more on both sides keeps them finite."""
    hit, miss = denials + 0.5, lines - denials + 0.5
    return math.log(hit / miss), 1 / hit + 1 / miss


def _fitted(series: Series, usable: list[Month], has_comparison: bool) -> Interrupted:
    from statsmodels.regression.linear_model import WLS
    from statsmodels.stats.stattools import durbin_watson

    begin = series.number[series.is_after > 0].min()
    since = (series.number - begin) * series.is_after
    columns = np.column_stack([np.ones(len(usable)), series.number - begin, series.is_after, since])
    found = WLS(series.value, columns, weights=series.weight).fit()
    reach = student(0.025, len(usable) - columns.shape[1])
    lines, denials = (sum(getattr(one.treated, name) for one in usable) for name in ("lines", "denials"))

    def said(at: int, name: str, label: str) -> Estimate:
        middle, error = float(found.params[at]), float(found.bse[at])
        low, high = math.exp(middle - reach * error), math.exp(middle + reach * error)
        return Estimate(name, label, math.exp(middle), low, high, float(found.pvalues[at]), lines, denials, 0)

    return Interrupted(
        on="difference" if has_comparison else "treated alone",
        months=len(usable),
        level=said(2, "level", "odds ratio of the jump at go-live"),
        slope=said(3, "slope", "odds ratio per month, change of slope"),
        durbin_watson=float(durbin_watson(found.wresid)),
        note=NOTE,
    )
