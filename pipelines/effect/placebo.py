"""What would speak against an estimate: arms that drifted apart before, effects where nothing was changed.

Each check says passed, failed or not possible, and why, in a sentence.
"""

import dataclasses
import itertools
import math
from typing import TYPE_CHECKING

import numpy as np

from pipelines import words
from pipelines.effect.cells import NEGATIVE, Table
from pipelines.effect.did import estimate, score_table
from pipelines.effect.result import FAILED, NO_CLEAR_CHANGE, NOT_POSSIBLE, PASSED, Check, Estimate
from pipelines.effect.rows import Flags, Floats, Ints, Rows, blocked, informative, pooled

if TYPE_CHECKING:
    from pipelines.register import Change

LEVEL = 0.05
GROUP_LEVEL = 0.10  # relabellings are few, so "as far out" is said from one in ten on
LEAST_MONTHS = 4  # on either side of a made-up go-live
LEAST_WAYS = 20  # to divide the cells; with fewer the real division cannot stand out
MOST_WAYS = 2000


def pre_trend(baseline: Table, keep: Flags) -> Check:
    """Whether treated and comparison drifted apart before go-live, per year."""
    rows = baseline.rows(keep)
    months = np.unique(rows.month)
    label = "Same course before go-live"
    if len(months) < 2 * LEAST_MONTHS - 2:
        return Check("pre_trend", label, NOT_POSSIBLE, f"6 months before go-live are needed, got {len(months)}.")
    place = np.searchsorted(months, rows.month)
    years = (place - (len(months) - 1) / 2) / 12
    found, _ = estimate(dataclasses.replace(rows, exposure=years), "pre_trend", "odds ratio per year before go-live")
    if found.odds_ratio is None or found.p is None:
        return Check("pre_trend", label, NOT_POSSIBLE, f"It cannot be checked: {found.note}.", (found,))
    said = f"before go-live the treated lines' odds moved by a factor of {factor(found)} a year against the comparison"
    if found.p < LEVEL:
        return Check("pre_trend", label, FAILED, f"The arms were already drifting apart: {said}.", (found,))
    return Check("pre_trend", label, PASSED, f"No drift apart is seen: {said}.", (found,))


def placebo_dates(baseline: Table, keep: Flags) -> Check:
    """Whether go-lives that never were, within the baseline, seem to have had an effect."""
    rows, label = baseline.rows(keep), "Made-up go-live dates"
    months = np.unique(rows.month)
    dates = sorted({round(len(months) * part) for part in (1 / 3, 1 / 2, 2 / 3)})
    dates = [at for at in dates if LEAST_MONTHS <= at <= len(months) - LEAST_MONTHS]
    found = []
    for at in dates:
        month = baseline.months[months[at]]
        shifted = dataclasses.replace(rows, exposure=(rows.month >= months[at]).astype(np.float64))
        found.append(estimate(shifted, f"placebo_{month:%Y-%m}", f"go-live in {words.month(month)}")[0])
    told = [one for one in found if one.p is not None]
    if not told:
        why = found[0].note if found else f"{len(months)} months before go-live, {2 * LEAST_MONTHS} are needed"
        return Check("placebo_dates", label, NOT_POSSIBLE, f"They cannot be tried: {why}.", tuple(found))
    wrong = [one for one in told if one.p is not None and one.p < LEVEL / len(told)]
    if wrong:
        why = f"A {wrong[0].label} that never was seems to have had an effect ({factor(wrong[0])})."
        return Check("placebo_dates", label, FAILED, why, tuple(found))
    count = words.counted(len(told), "made-up date")
    return Check(
        "placebo_dates", label, PASSED, f"None of {count} before go-live seems to have an effect.", tuple(found)
    )


def negative_control(table: Table, keep: Flags) -> Check:
    """Whether eligibility denials moved too, which documentation does not touch."""
    found, _ = estimate(table.rows(keep, NEGATIVE), "negative_control", "eligibility denials")
    label = "Eligibility denials stay as they were"
    if found.odds_ratio is None:
        return Check("negative_control", label, NOT_POSSIBLE, f"It cannot be checked: {found.note}.", (found,))
    if found.verdict != NO_CLEAR_CHANGE:
        why = f"Eligibility denials moved too, by a factor of {factor(found)}: something else changed as well."
        return Check("negative_control", label, FAILED, why, (found,))
    why = f"Eligibility denials, which documentation does not touch, did not move clearly ({factor(found)})."
    return Check("negative_control", label, PASSED, why, (found,))


def placebo_groups(table: Table, keep: Flags, change: "Change", primary: Estimate, seed: int) -> Check:
    """How many ways to divide the cells into two such arms show as much as the real one (randomisation inference)."""
    rows, label = informative(blocked(pooled(table.rows(keep)))), "Made-up groups"
    units, unit = _units(rows, table, change)
    ways = _ways(units, rows, seed)
    if len(ways) < LEAST_WAYS:
        why = f"There are {words.counted(len(ways), 'way')} to divide the {unit}s; {LEAST_WAYS} are needed."
        return Check("placebo_groups", label, NOT_POSSIBLE, why)
    real, others = _distances(rows, units, ways)
    as_far = int(np.sum(others >= real - 1e-9))
    share = as_far / len(ways)
    why = (
        f"Of {len(ways):,} ways to divide the {unit}s, {as_far:,} ({words.rate(share)}) differ as much as the real one"
    )
    if primary.verdict != NO_CLEAR_CHANGE and share > GROUP_LEVEL:
        return Check("placebo_groups", label, FAILED, f"{why}: such differences occur without a change.")
    return Check("placebo_groups", label, PASSED, f"{why}.")


def _units(rows: Rows, table: Table, change: "Change") -> tuple[Ints, str]:
    """What the change was given to: whole providers or procedures where they divide in enough ways, else cells."""
    procedures = len(table.names["procedure"])
    by_kind = {
        "other_providers": (rows.cell // procedures, "provider"),
        "other_procedures": (rows.cell % procedures, "procedure"),
    }
    units, unit = by_kind.get(change.comparison, (rows.cell, "cell"))
    treated = len(np.unique(units[rows.treated]))
    if math.comb(len(np.unique(units)), treated) < LEAST_WAYS:
        return rows.cell, "cell"
    return units, unit


def _ways(units: Ints, rows: Rows, seed: int) -> Floats:
    """Every division of the units into arms of the real sizes, the real one first; a seeded choice of many."""
    names, place = np.unique(units, return_inverse=True)
    real = np.bincount(place, rows.treated) > 0
    count = math.comb(len(names), int(real.sum()))
    if count <= MOST_WAYS:
        chosen = itertools.combinations(range(len(names)), int(real.sum()))
        return np.array([np.isin(np.arange(len(names)), one) for one in chosen], dtype=np.float64)
    random = np.random.default_rng(seed)
    return np.array([real, *(random.permutation(real) for _ in range(MOST_WAYS - 1))], dtype=np.float64)


def _distances(rows: Rows, units: Ints, ways: Floats) -> tuple[float, Floats]:
    """The standardised score of the real division and of every way, from one fit without an effect."""
    found = score_table(rows, units)
    if found is None:
        return 0.0, np.zeros(len(ways))
    pull, square = found
    place = np.unique(units, return_inverse=True)[1]
    real = (np.bincount(place, rows.treated) > 0).astype(np.float64)
    every = np.vstack([real, ways])
    spread = np.einsum("ij,jk,ik->i", every, square, every)
    distance = np.abs(every @ pull) / np.sqrt(np.maximum(spread, 1e-12))
    return float(distance[0]), distance[1:]


def factor(found: Estimate) -> str:
    """An odds ratio with its interval, as `0.62 (0.41 to 0.94)`."""
    if found.odds_ratio is None:
        return words.NONE
    low = f"{found.low:.2f}" if found.low is not None else "no bound"
    high = f"{found.high:.2f}" if found.high is not None else "no bound"
    return f"{found.odds_ratio:.2f} ({low} to {high})"
