"""How fast what was sent is decided: by payer, and month by month with what is still to come."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from dashboards import cache, cohort_words, controls, parts, settled, titles, words
from dashboards.cohort_charts import END, LEFT, MATURE, RIGHT, Named, developing
from dashboards.controls import View
from dashboards.parts import Block, Format
from dashboards.spans import NO_SUBMISSIONS
from pipelines.maturity import Cohort

MOST_CURVES = 8
CHECKED = (14, 30, 60, 90)  # days at which the tables tell the share
Points = Sequence[tuple[int, float]]


def maturity(view: View) -> None:
    """Both charts, or why there are none."""
    months = settled.cohorts(view)
    if not any(month.sent for month in months):
        parts.empty("How fast payers decide cannot be told: no submission date is known in this view", NO_SUBMISSIONS)
        return
    with st.grid(2, min_column_width=parts.HALF):
        _by_payer(view, months)
        _by_month(view, months)


def reached(points: Points, share: float) -> int | None:
    """The first day by which this share is decided; None where it is not."""
    return next((day for day, value in points if value >= share), None)


def share_at(points: Points, day: int) -> float | None:
    """The share decided within so many days; None where nothing was watched so long."""
    if not points or day > points[-1][0]:
        return None
    return max((value for at, value in points if at <= day), default=0.0)


def _by_payer(view: View, months: Sequence[Cohort]) -> None:
    developed = cache.development(view.build, view.scope, ("payer",))
    curves: dict[str, Points] = {str(key[0]): points for key, points in developed.items()}
    sent = cache.sent(view.build, view.scope, "payer")
    most_first = sorted(curves, key=lambda name: -sent.get(name, 0))
    enough = [name for name in most_first if sent.get(name, 0) >= words.TOO_FEW]
    slow, fast = _extremes({name: curves[name] for name in enough})
    named = [Named(slow, RIGHT, is_subject=True)] if slow else []
    named += [Named(fast, LEFT)] if fast and fast != slow else []
    shown = dict.fromkeys([*(one.name for one in named), *enough[:MOST_CURVES]])
    parts.chart_block(
        Block(
            key="maturity-payers",
            title=_slowest(slow, curves.get(slow or "", ())),
            subtitle=_subtitle(view, months, "payer"),
            figure=developing(_frame({name: curves[name] for name in shown}), named),
            table=_table(curves, sent, "Payer"),
            formats=_formats(),
            on_point=lambda data: controls.narrow("payer", data[0]),
            hint="Hover a line for its payer, click it to see it alone.",
        )
    )


def _by_month(view: View, months: Sequence[Cohort]) -> None:
    curves = {key[0]: points for key, points in cache.development(view.build, view.scope, ("month",)).items()}
    young = [month for month in months if not month.is_mature and month.month in curves]
    names = {month.month: words.month(month.month) for month in months}
    named = [
        Named(names[one.month], END, f"{names[one.month]}: {cohort_words.share(one.share_adjudicated)}", True, True)
        for one in young
    ]
    parts.chart_block(
        Block(
            key="maturity-months",
            title=_young(young),
            subtitle=_subtitle(view, months, "month of submission"),
            figure=developing(_frame({names[key]: points for key, points in curves.items() if key in names}), named),
            table=_months(months),
            formats=MONTH_FORMATS,
            hint="Dotted: months that are not mature yet. The table has what they will come to.",
        )
    )


def _extremes(curves: dict[str, Points]) -> tuple[str | None, str | None]:
    """Who takes longest and who is quickest to have nearly all decided."""
    never = float("inf")
    known = {name: reached(points, MATURE) for name, points in curves.items()}
    days = {name: never if day is None else day for name, day in known.items()}
    if not days:
        return None, None
    return max(days, key=lambda name: days[name]), min(days, key=lambda name: days[name])


def _slowest(name: str | None, points: Points) -> str:
    if name is None:
        return "Too few claims of any payer to say how fast it decides"
    day, share = reached(points, MATURE), f"{MATURE:.0%}".replace("%", f"{words.SPACE}%")
    if day is None:
        last, value = points[-1] if points else (0, 0.0)
        return f"{name} is slowest: {cohort_words.share(value)} decided after {words.days(last)}"
    return f"{name} takes longest: {share} decided after {words.days(day)}"


def _young(young: Sequence[Cohort]) -> str:
    if not young:
        return "Every month in this view is mature: nearly all that was sent is decided"
    last = young[-1]
    count = titles.sentence(f"{titles.number(len(young))} {words.unit(len(young), 'month')}")
    verb = "is" if len(young) == 1 else "are"
    decided = cohort_words.share(last.share_adjudicated)
    return f"{count} {verb} not mature yet; of {words.month(last.month)} {decided} is decided"


def _subtitle(view: View, months: Sequence[Cohort], by: str) -> str:
    period, n = words.period(view.scope.date_from, view.scope.date_to), words.count(sum(one.sent for one in months))
    return f"Share of claims sent that are adjudicated, by days since sending and by {by}; sent {period}, n {n}"


def _frame(curves: dict[str, Points]) -> pd.DataFrame:
    rows = [(name, day, value) for name, points in curves.items() for day, value in points]
    return pd.DataFrame(rows, columns=["name", "day", "value"])


def _table(curves: dict[str, Points], sent: dict[str, int], called: str) -> pd.DataFrame:
    rows = [
        {
            called: name,
            "Claims sent": sent.get(name),
            "Half decided after": reached(points, 0.5),
            "95 % decided after": reached(points, MATURE),
            **{f"Within {day} days": share_at(points, day) for day in CHECKED},
        }
        for name, points in curves.items()
    ]
    return pd.DataFrame(rows).sort_values("Claims sent", ascending=False, ignore_index=True) if rows else pd.DataFrame()


def _formats() -> dict[str, Format]:
    rates: dict[str, Format] = {f"Within {day} days": "rate" for day in CHECKED}
    return {"Claims sent": "count", "Half decided after": "days", "95 % decided after": "days", **rates}


MONTH_FORMATS: dict[str, Format] = {
    "Month": "date",
    "Claims sent": "count",
    "Share decided": "rate",
    "Denied so far": "rate",
    "Completed estimate": "rate",
    "Estimate from": "rate",
    "Estimate to": "rate",
}


def _months(months: Sequence[Cohort]) -> pd.DataFrame:
    """Each month of claims sent: how far it is, its rate so far, and what it will come to."""
    rows = [
        {
            "Month": one.month,
            "Claims sent": one.sent,
            "Share decided": one.share_adjudicated,
            "Mature": "yes" if one.is_mature else "not yet",
            "Denied so far": one.rate,
            "Completed estimate": one.estimate,
            "Estimate from": one.low,
            "Estimate to": one.high,
        }
        for one in months
    ]
    return pd.DataFrame(rows, dtype="object")
