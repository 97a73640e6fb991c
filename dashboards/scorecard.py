"""The cards of a view: denial rate, M-code ratio, days to resubmission, denied and open, overturned; clean claims."""

import dataclasses
import datetime
from typing import Any, NamedTuple

import pandas as pd

from dashboards import cache, span_cards, words
from dashboards.cards import Card
from dashboards.controls import View
from dashboards.figures import dollars_of, n_of
from pipelines.intervals import difference
from pipelines.kpis import KPIS
from pipelines.measure import Scope
from pipelines.months import first_of

RATES = {"claims": "denial_rate", "lines": "denial_rate_lines", "dollars": "denial_rate_dollars"}
RATIOS = {"claims": "m_code_ratio", "lines": "m_code_ratio", "dollars": "m_code_ratio_dollars"}
BASELINE_MONTHS = SPARK_MONTHS = 12
EXPIRING_DAYS = 14  # as the KPI's definition says
TOGETHER = (  # asked for at once wherever one is: the cards want them all, and one read of a fact answers for its KPIs
    (
        *("denied_amount", "open_denied_amount", "expiring_amount", "overturned_share", "never_resubmitted_share"),
        *("m_code_ratio", "m_code_ratio_dollars", "denial_rate_lines", "denial_rate_dollars"),
    ),
    ("clean_claim_rate", "never_reached_share"),
)


class Goal(NamedTuple):
    """What a KPI should reach in its own unit, how that is said, and where it comes from if not from the list."""

    value: float | None
    said: str
    basis: str = ""


def card(view: View, kpi: str, **more: Any) -> Card:
    """The card of one KPI in this view; `more` adds or replaces fields."""
    now, spark = total(view, kpi, view.scope), _monthly(view, kpi)
    why = _why_not(kpi, now)
    if why:
        return dataclasses.replace(Card(KPIS[kpi].label, KPIS[kpi].definition), why_not=why, **more)
    aim = goal(view, kpi)
    shown = Card(
        label=KPIS[kpi].label,
        definition=KPIS[kpi].definition,
        value=words.amount(now["value"], KPIS[kpi].unit),
        n=_of(kpi, now["denominator"]),
        target=aim.said and f"{aim.said}: {_distance(kpi, now['value'], aim.value)}",
        is_breach=aim.value is not None and float(now["value"]) > aim.value,
        change=_change(view, kpi, now),
        note=aim.basis,
        spark=spark,
        spark_target=aim.value,
    )
    return dataclasses.replace(shown, **more)


def scorecard(view: View, whole: View | None = None) -> list[Card]:
    """The five cards of the Overview, and of a payer's own page; a sixth where acknowledgements (277CA, 999) are known.

    Where the view is cut to its mature months, `whole` has them all: what is open is open in each of them.
    """
    return [
        card(view, RATES[view.unit]),
        card(view, RATIOS[view.unit]),
        _resubmission(view),
        _open(whole or view),
        card(view, "overturned_share", change="", note="recent denials may yet be overturned"),
        *_clean(whole or view),
    ]


def _clean(view: View) -> list[Card]:
    """What the front end took at once, and what never came through; nothing where nobody acknowledges."""
    if not total(view, "clean_claim_rate", view.scope)["denominator"]:
        return []
    lost = int(total(view, "never_reached_share", view.scope)["numerator"])
    note = f"{words.counted(lost, 'claim')} never reached the payer" if lost else ""
    return [card(view, "clean_claim_rate", note=note)]


def _resubmission(view: View) -> Card:
    """The days of what was sent again; where hardly any submission is known the upper bound, called so."""
    kpi, bound = "days_to_resubmission", "days_to_next_remit"
    known, seen = total(view, kpi, view.scope)["denominator"], total(view, bound, view.scope)
    if known >= words.TOO_FEW or seen["denominator"] < words.TOO_FEW:
        return card(view, kpi, note=_never_sent(view))
    return card(
        view,
        bound,
        label=KPIS[kpi].label,
        value=f"{span_cards.AT_MOST} {words.days(seen['value'])}",
        target=span_cards.bound_target(seen["value"], *goal(view, kpi)[:2]),
        is_breach=False,
        note=span_cards.BOUND,
    )


def _open(view: View) -> Card:
    """Denied dollars that nothing is decided about, and those of them that expire soon."""
    expiring = total(view, "expiring_amount", view.scope)["value"]
    soon = f"{words.money(expiring)} expire < {EXPIRING_DAYS}{words.SPACE}d" if expiring else ""
    return card(view, "open_denied_amount", target=_denied(view), change=soon, is_breach=False)


def total(view: View, kpi: str, scope: Scope) -> pd.Series:
    """The KPI over the whole scope: `numerator`, `denominator`, `value`, `low`, `high`."""
    kpis = _beside(kpi)
    return cache.measures(view.build, kpis, (), scope).iloc[kpis.index(kpi)]


def _beside(kpi: str) -> tuple[str, ...]:
    return next((kpis for kpis in TOGETHER if kpi in kpis), (kpi,))


def goal(view: View, kpi: str) -> Goal:
    """The target as it applies to this view; broad denials have none."""
    target = cache.targets(view.build).get(_family(kpi))
    if target is None:
        return Goal(None, "")
    if target.direction == "change_from_baseline":
        return _baseline_goal(view, kpi, target.value)
    if kpi.startswith("denial_rate") and view.scope.denial_scope != "core":
        return Goal(None, "")
    sign = {"below": "< ", "at_most": "≤ ", "at_least": "≥ "}.get(target.direction, "")
    return Goal(target.value, f"target {sign}{words.amount(target.value, KPIS[kpi].unit)}")


def _baseline_goal(view: View, kpi: str, change: float) -> Goal:
    """The value of the first twelve months, changed by so much; none while there are fewer months."""
    start = first_of(view.first_day) if view.first_day else None
    if start is None or first_of(view.last_day, BASELINE_MONTHS) < start:
        return Goal(None, "")
    end = first_of(start, -BASELINE_MONTHS) - datetime.timedelta(days=1)
    base = total(view, kpi, dataclasses.replace(view.scope, date_from=start, date_to=end))["value"]
    if base is None:
        return Goal(None, "")
    aim = float(base) * (1 + change)
    said = f"target {words.amount(aim, KPIS[kpi].unit)}"
    return Goal(aim, said, f"target: the first year's less {round(abs(change) * 100)}{words.SPACE}%")


def _family(kpi: str) -> str:
    """The KPI that carries the target of this one: a rate by lines or dollars is held against the rate's target."""
    return kpi.removesuffix("_dollars").removesuffix("_lines")


def _distance(kpi: str, value: Any, aim: float | None) -> str:
    if aim is None:
        return ""
    gap = float(value) - aim
    if gap <= 0:
        return "reached"
    return f"{words.difference(gap, KPIS[kpi].unit).lstrip('+')} over"


def _change(view: View, kpi: str, now: pd.Series) -> str:
    if view.before is None:
        return "no data for the same months before"
    then = total(view, kpi, view.before)
    if then["value"] is None:
        return "nothing to compare in the same months before"
    moved = words.difference(float(now["value"]) - float(then["value"]), KPIS[kpi].unit)
    return f"{moved} on the same months before{_noise(now, then)}"


def _noise(now: pd.Series, then: pd.Series) -> str:
    if pd.isna(now["low"]) or pd.isna(then["low"]):
        return ""
    low, high = difference(now["numerator"], now["denominator"], then["numerator"], then["denominator"])
    return ", within noise" if low <= 0 <= high else ", more than noise"


def _monthly(view: View, kpi: str) -> list[float | None]:
    """The last twelve months up to the end of the view, None where there was nothing to count."""
    frame = cache.measures(view.build, _beside(kpi), ("month",), view.over(SPARK_MONTHS).scope)
    rows = frame[frame["kpi"] == kpi].itertuples()
    known = {row.month: None if row.value is None else float(row.value) for row in rows}
    return [known.get(month) for month in _spark_months(view)]


def _spark_months(view: View) -> list[datetime.date]:
    """The last twelve months up to the end of the view, the oldest first."""
    end = view.scope.date_to or view.last_day
    return [first_of(end, back) for back in range(SPARK_MONTHS - 1, -1, -1)]


def _of(kpi: str, denominator: Any) -> str:
    if not denominator:
        return ""
    return dollars_of(denominator) if kpi.endswith("_dollars") else n_of(denominator)


def _never_sent(view: View) -> str:
    share = total(view, "never_resubmitted_share", view.scope)["value"]
    return "" if share is None else f"never sent again: {words.rate(share)}"


def _denied(view: View) -> str:
    now = total(view, "denied_amount", view.scope)["value"]
    is_alike = view.before and not view.by_submission  # what was sent lately is still being denied
    then = total(view, "denied_amount", view.before)["value"] if is_alike and view.before else None
    moved = f" ({words.difference(now - then, 'amount')} on the same months before)" if now and then else ""
    return f"of {words.money(now)} denied{moved}"


def _why_not(kpi: str, now: pd.Series) -> str:
    """Why the number is not shown; empty where it is."""
    if now["value"] is None:
        return f"Cannot be told: {_missing(kpi)} in this view."
    is_counted = KPIS[kpi].unit in ("share", "days") and not kpi.endswith("_dollars")
    if is_counted and now["denominator"] < words.TOO_FEW:
        value, n = words.amount(now["value"], KPIS[kpi].unit), words.count(now["denominator"])
        return f"Too few to tell: {value}, but of only {n}."
    return ""


def _missing(kpi: str) -> str:
    if kpi.startswith("denial_rate"):
        return "nothing was adjudicated"
    if kpi == "days_to_resubmission":
        return "no denied line was sent again"
    return "there is no denial"
