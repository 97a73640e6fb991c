"""One change judged: data, estimate, checks and words put together."""

import datetime
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from pipelines import words
from pipelines.effect import arms, drift, placebo, verdict
from pipelines.effect.case import (
    LEAST_AFTER,
    LEAST_DAYS,
    Case,
    can_judge_from,
    case_of,
    counts_of,
    days_after,
    months_after,
)
from pipelines.effect.cells import wash_in_to
from pipelines.effect.did import Fit, before_after, estimate, said
from pipelines.effect.its import interrupted
from pipelines.effect.power import PLANNED_MONTHS, power
from pipelines.effect.result import (
    AFTER,
    JUDGED,
    NOT_ATTRIBUTABLE,
    SPIKE,
    TOO_EARLY,
    TOO_FEW,
    Check,
    Estimate,
    Power,
    Result,
    Settings,
)
from pipelines.effect.rows import thin
from pipelines.effect.sensitivity import sensitivity
from pipelines.effect.series import series
from pipelines.effect.worth import worth

if TYPE_CHECKING:
    import duckdb

    from pipelines.register import Change

WANTED_BASELINE = 12
NOTHING_MORE: dict[str, Any] = {  # of a result: what only some states tell
    "why": "",
    "verdict": "",
    "strength": "",
    "can_judge_from": None,
    "primary": None,
    "before_after": None,
    "its": None,
    "checks": (),
    "drift": (),
    "sensitivity": (),
    "worth": None,
}


def judge(
    connection: "duckdb.DuckDBPyConnection",
    change: "Change",
    others: Sequence["Change"] = (),
    settings: Settings | None = None,
) -> Result:
    """Everything that can be said about the change; UsageError for a KPI by which none can be judged."""
    case = case_of(connection, change, others, settings or Settings())
    before, after = case.months(case.before), case.months(case.after)
    day, whole = can_judge_from(change), sum(days_after(change, month) >= LEAST_DAYS for month in after)
    if whole < LEAST_AFTER and case.as_of < day:
        headline = verdict.too_early(day, whole, LEAST_AFTER)
        return _result(case, TOO_EARLY, headline, planned(case), can_judge_from=day)
    if whole < LEAST_AFTER or not before:
        had = words.counted(len(before), "mature month")
        why = f"treated lines were sent in {had} before go-live and {whole} after"
        return _result(case, TOO_FEW, verdict.too_few(why, planned(case)), planned(case))
    if not case.table.treated.all() and arms.comparison(change) is not None:
        return _compared(connection, case, before, after)
    return _alone(case, before, after)


def planned(case: Case, months: int = PLANNED_MONTHS) -> Power:
    """The power of so many months to come, by the baseline's numbers alone."""
    return power(case.table, case.before, None, len(case.months(case.before)), months)


def _alone(case: Case, before: list[datetime.date], after: list[datetime.date]) -> Result:
    """Before against after, which cannot be put down to the change."""
    naive = naive_estimate(case)
    if naive.odds_ratio is None:
        return _result(case, TOO_FEW, verdict.too_few(naive.note, planned(case)), planned(case), before_after=naive)
    counts = counts_of(case)
    when = verdict.span(after[0], after[-1])
    headline = verdict.before_after(case.change, naive, counts.treated_before, counts.treated_after, when)
    why = "There is no comparison, so whatever else changed at that time is in the difference too."
    months = series(case.table, case.change, case.mature, None)
    return _result(
        case,
        NOT_ATTRIBUTABLE,
        headline,
        planned(case),
        why=why,
        verdict=naive.verdict,
        before_after=naive,
        its=interrupted(months, has_comparison=False),
        checks=(verdict.baseline_check(len(before), WANTED_BASELINE), verdict.registered_check(case.change)),
    )


def naive_estimate(case: Case) -> Estimate:
    """The treated lines alone, before against after."""
    rows = case.table.rows(case.keep & case.table.treated)
    return said(
        rows, before_after(rows), "before_after", "treated lines, before and after", "there are too few denials"
    )


def _compared(
    connection: "duckdb.DuckDBPyConnection", case: Case, before: list[datetime.date], after: list[datetime.date]
) -> Result:
    """Treated against comparison."""
    rows = case.table.rows(case.keep)
    primary, found = estimate(rows, "primary", "against the comparison")
    seen = power(case.table, case.before, case.after, len(before), len(after))
    if found is None:
        why = thin(rows) or primary.note
        return _result(case, TOO_FEW, verdict.too_few(why, seen), seen, before_after=naive_estimate(case))
    checks, drifts = all_checks(case, primary), all_drift(connection, case)
    span = months_after(case.change, after)
    money = worth(connection, case.change, case.table, found, span, case.as_of, case.settings)
    when = verdict.span(after[0], after[-1])
    strong = verdict.strength([*checks, *drifts])
    arm = counts_of(case).treated_after
    return _result(
        case,
        JUDGED,
        verdict.judged(case.change, primary, money, arm, when, seen),
        seen,
        found,
        why=verdict.why_judged(strong, primary, [*checks, *drifts], arms.comparison_text(case.change)),
        verdict=primary.verdict,
        strength=strong,
        primary=primary,
        before_after=naive_estimate(case),
        its=interrupted(series(case.table, case.change, case.mature, found), has_comparison=True),
        checks=checks,
        drift=drifts,
        sensitivity=sensitivity(case, primary),
        worth=money,
    )


def all_checks(case: Case, primary: Estimate) -> tuple[Check, ...]:
    """What would speak against the estimate."""
    return (
        placebo.pre_trend(case.table, case.before),
        placebo.placebo_dates(case.table, case.before),
        placebo.placebo_groups(case.table, case.keep, case.change, primary, case.settings.seed),
        placebo.negative_control(case.table, case.keep),
        verdict.baseline_check(len(case.months(case.before)), WANTED_BASELINE),
        verdict.registered_check(case.change),
        verdict.overlap_check(case.overlaps),
    )


def all_drift(connection: "duckdb.DuckDBPyConnection", case: Case) -> tuple[Check, ...]:
    """Whether the billing itself moved."""
    return (
        drift.volume(case.table, case.keep),
        drift.level_mix(connection, case.change, case.mature),
        drift.abandoned(connection, case.change, case.mature),
    )


def _result(case: Case, state: str, headline: str, seen: Power, found: Fit | None = None, **others: Any) -> Result:
    """The result with what every state tells."""
    change = case.change
    cells = [len(np.unique(case.table.cell[case.keep & arm])) for arm in (case.table.treated, ~case.table.treated)]
    common = {
        "change_id": change.change_id,
        "title": change.title,
        "kpi": change.kpi,
        "state": state,
        "headline": headline,
        "as_of": case.as_of,
        "go_live": change.go_live,
        "wash_in_to": wash_in_to(change),
        "counts": counts_of(case),
        "treated_cells": cells[0],
        "comparison_cells": cells[1],
        "comparison_text": arms.comparison_text(change),
        "series": tuple(series(case.table, change, case.mature, found)),
        "power": seen,
        "overlaps": case.overlaps,
        "is_retrospective": change.is_retrospective,
        "notes": notes(case),
    }
    return Result(**(NOTHING_MORE | common | _periods(case) | others))


def _periods(case: Case) -> dict[str, Any]:
    """The months used before and after."""
    before, after = case.months(case.before), case.months(case.after)
    return {
        "baseline_from": before[0] if before else None,
        "baseline_to": before[-1] if before else None,
        "after_from": after[0] if after else None,
        "after_to": after[-1] if after else None,
        "baseline_months": len(before),
        "after_months": len(after),
    }


def notes(case: Case) -> tuple[str, ...]:
    """What a reader should know besides."""
    told = []
    spike = case.table.arm(case.table.is_phase(SPIKE) & case.table.treated)
    if spike.lines:
        told.append(
            f"The months of the spike ({words.rate(spike.rate, spike.lines)} of {words.counted(spike.lines, 'line')})"
            " are kept out of the baseline."
        )
    told += [one.sentence for one in case.overlaps if one.where == "comparison"]
    young = case.table.is_phase(AFTER) & ~case.table.is_month(case.mature)
    waiting = case.table.arm(young & case.table.treated)
    if waiting.lines:
        told.append(f"{words.counted(waiting.lines, 'treated line')} of months that are not mature yet are left out.")
    return tuple(told)
