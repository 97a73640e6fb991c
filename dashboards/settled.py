"""On the submission clock: the part of a view of which nearly all claims are decided.

Rates of months that are still being decided are not those of months that are. Cards, comparisons and groups are drawn
of the mature months alone and say so; a trend shows all months, the others dotted, with what they will come to.
"""

import dataclasses
from collections.abc import Sequence

import pandas as pd

from dashboards import cache, cohort_words, titles, words
from dashboards.controls import OWN, View
from dashboards.months import before
from pipelines.maturity import Cohort
from pipelines.months import last_of

COLUMNS = {  # of a trend's table
    "adjudicated": "Share decided",
    "estimate": "Completed estimate",
    "estimate_low": "Estimate from",
    "estimate_high": "Estimate to",
}
WAIT = "Choose a longer period, or look at the months by remittance: what was answered then is known."
RATED = {"denial_rate": "claims", "denial_rate_lines": "lines", "denial_rate_dollars": "dollars"}


def settled(view: View) -> View | None:
    """The view up to its last month before one that is immature; itself by remittance; None without such a month."""
    if not view.by_submission:
        return view
    months = cohorts(view)
    mature = mature_months(months)
    if not mature:
        return None
    if len(mature) == len(months):
        return view
    scope = dataclasses.replace(view.scope, date_to=last_of(mature[-1].month))
    return dataclasses.replace(view, scope=scope, before=before(scope, view.first_day))


def words_of(view: View, whole: View) -> str:
    """The view in words and, where months of the whole are left out, which and why."""
    return "; ".join(filter(None, (view.words, young_words(view, whole), undated(whole))))


def young_words(view: View, whole: View) -> str:
    """Which months of the whole the view leaves out; where none is mature, that it has those too."""
    if view is not whole:
        return left_out(whole)
    has_young = whole.by_submission and any(not month.is_mature for month in cohorts(whole))
    return "months that are still adjudicating are among them" if has_young else ""


def undated(view: View) -> str:
    """By submission: how many of the claims that were answered in this period no submission date is known of."""
    if not view.by_submission:
        return ""
    answered, without = cache.undated(view.build, dataclasses.replace(view.scope, clock="remittance"))
    if not without:
        return ""
    share = f" ({cohort_words.share(without / answered)})"
    return f"{words.counted(without, 'claim')} without a submission date left out{share}"


def filters(view: View, whole: View) -> dict[str, Sequence[str]]:
    """What a link to the lines behind the numbers says beyond the filters that all pages share."""
    chosen: dict[str, Sequence[str]] = {"payer": view.scope.payers, "cpt": view.scope.procedures}
    if view is whole or view.scope.date_from is None:
        return chosen
    return chosen | {"period": [OWN], "from": [str(view.scope.date_from)], "to": [str(view.scope.date_to)]}


def cohorts(view: View, unit: str = "claims") -> list[Cohort]:
    """The months of the view, the oldest first."""
    return sorted(cache.cohorts(view.build, view.scope, unit), key=lambda cohort: cohort.month)


def mature_months(months: Sequence[Cohort]) -> list[Cohort]:
    """Those before the first that is immature: none is compared across a gap."""
    young = next((place for place, cohort in enumerate(months) if not cohort.is_mature), len(months))
    return list(months[:young])


def left_out(view: View) -> str:
    """Which months the cards leave out and how far these are; empty where none."""
    if not view.by_submission:
        return ""
    months = cohorts(view)
    young = months[len(mature_months(months)) :]
    if not young:
        return ""
    first, last = words.month(young[0].month), words.month(young[-1].month)
    named = first if len(young) == 1 else f"{first} to {last}"
    awaited, decided = sum(one.awaited for one in young), sum(one.adjudicated for one in young)
    return f"{named} left out: still adjudicating, {cohort_words.share(decided / awaited if awaited else None)} decided"


def not_mature(view: View) -> str:
    """What stands instead of a rate where no month is mature."""
    months = cohorts(view)
    awaited, decided = sum(one.awaited for one in months), sum(one.adjudicated for one in months)
    if not awaited:
        has_sent = any(one.sent for one in months)
        return "No remits of these payers are here" if has_sent else "No claim was sent in this period"
    return f"Not mature yet: {cohort_words.share(decided / awaited)} of the claims sent in this period are decided"


def completed(view: View, kpi: str, frame: pd.DataFrame) -> pd.DataFrame:
    """A frame by month with `is_immature` and, for a denial rate, what each of these months will come to."""
    if not view.by_submission:
        return frame
    known = {cohort.month: cohort for cohort in cohorts(view, RATED.get(kpi, "claims"))}
    found = [known.get(month) for month in frame["month"]]
    is_rated = kpi in RATED
    return frame.assign(
        is_immature=[one is not None and not one.is_mature for one in found],
        adjudicated=[one and one.share_adjudicated for one in found],
        estimate=[one.estimate if one and is_rated else None for one in found],
        estimate_low=[one.low if one and is_rated else None for one in found],
        estimate_high=[one.high if one and is_rated else None for one in found],
        told=[told(one, is_rated) if one and not one.is_mature else "" for one in found],
    )


def told(cohort: Cohort, is_rated: bool = True) -> str:
    """How far a month is, and what it will come to."""
    if not is_rated:
        return f"still adjudicating: {cohort_words.share(cohort.share_adjudicated)} decided; more may come"
    return cohort_words.still_adjudicating(cohort.share_adjudicated, cohort.estimate, cohort.low, cohort.high)


def hint(frame: pd.DataFrame) -> str:
    """The newest month that is not complete, in words, for below a trend."""
    if "is_immature" not in frame or not frame["is_immature"].any():
        return ""
    last = frame[frame["is_immature"]].iloc[-1]
    return titles.sentence(f"{words.month(last['month'])} is {last['told']}.")
