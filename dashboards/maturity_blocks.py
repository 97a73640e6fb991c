"""How fast what was sent is decided: by payer, and month by month with what is still to come."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from dashboards import cache, cohort_words, controls, parts, settled, titles, words
from dashboards.cohort_charts import END, LEFT, MATURE, RIGHT, Named, developing
from dashboards.controls import View
from dashboards.day_frames import CHECKED, FEWEST, Days, Watched, groups, last_shown, left_open, watched, watched_long
from dashboards.day_words import left_of, surely_slower
from dashboards.parts import Block, Format
from dashboards.spans import NO_SUBMISSIONS, SPANS
from pipelines.maturity import Cohort
from pipelines.survival import kaplan_meier

KPI = "days_submission_to_remit"
MOST_CURVES = 8
TOLD = (14, 30, 60, 90)  # days at which the tables tell the share
NO_DECISIONS = "Load the remittances (835) that answer these claims on the Import page."
FEW = f"A payer is compared from {words.TOO_FEW} claims sent on. Choose a longer period, or take a filter away."
Points = Sequence[tuple[int, float]]


def maturity(view: View) -> None:
    """Both charts, or why there are none."""
    months = settled.cohorts(view)
    if not any(month.sent for month in months):
        parts.empty("How fast payers decide cannot be told: no submission date is known in this view", NO_SUBMISSIONS)
        return
    if not any(month.adjudicated for month in months):
        parts.empty("How fast payers decide cannot be told: nothing of what was sent is decided yet", NO_DECISIONS)
        return
    with st.grid(2, min_column_width=parts.HALF):
        _by_payer(view, months)
        _by_month(view, months)


def left_out(view: View) -> str:
    """Which claims sent in this view no decision is awaited of, in words."""
    payers, withdrawn = cache.not_awaited(view.build, view.scope)
    return cohort_words.not_awaited(payers, withdrawn)


def reached(points: Points, share: float) -> int | None:
    """The first day by which this share is decided; None where it is not."""
    return next((day for day, value in points if value >= share), None)


def share_at(points: Points, day: int) -> float | None:
    """The share decided within so many days; None where nothing was watched so long."""
    if not points or day > points[-1][0]:
        return None
    return max((value for at, value in points if at <= day), default=0.0)


def filled(days: Days, end: int) -> Points:
    """Day and the share decided by then, to the end or as long as enough claims were watched to tell."""
    watched_days = watched_long(days, FEWEST)
    if watched_days is None:
        return []
    last = min(watched_days, end)
    curve = kaplan_meier(days.done, days.open)
    points = [(step.day, 1 - step.share_open) for step in curve.steps if step.day <= last]
    return [(0, 0.0), *points, (last, points[-1][1] if points else 0.0)]


def _by_payer(view: View, months: Sequence[Cohort]) -> None:
    found = watched(view, SPANS["first-answer"])
    cells, end = cache.spans(view.build, KPI, ("payer",), view.scope), last_shown(found)
    curves = {str(key[0]): filled(days, end) for key, days in cells.items()}
    frame = left_open(groups(view, KPI, "payer"))
    enough = list(frame[frame["n"].astype(float) >= words.TOO_FEW]["name"])
    if not enough:
        parts.empty("Too few claims of any payer to say who decides slowly", FEW)
        return
    slow = surely_slower(frame, left_of(found))
    named = [] if slow is None else [Named(slow["name"], RIGHT, is_subject=True)]
    named += [Named(enough[-1], LEFT)] if len(enough) > 1 else []
    shown = dict.fromkeys([*(one.name for one in named), *enough[:MOST_CURVES]])
    parts.chart_block(
        Block(
            key="maturity-payers",
            title=_slowest(frame, found),
            subtitle=_subtitle(view, months, "payer"),
            figure=developing(_frame({name: curves[name] for name in shown}), named),
            table=_table(curves, dict(zip(frame["name"], frame["n"], strict=True))),
            formats=FORMATS,
            on_point=lambda data: controls.narrow("payer", data[0]),
            hint="Hover a line for its payer, click it to see it alone.",
        )
    )


def _by_month(view: View, months: Sequence[Cohort]) -> None:
    cells, end = cache.spans(view.build, KPI, ("month",), view.scope), last_shown(watched(view, SPANS["first-answer"]))
    names = {one.month: words.month(one.month) for one in months}
    curves = {names[key[0]]: filled(days, end) for key, days in cells.items() if key[0] in names}
    young = [one for one in months if not one.is_mature]
    named = [Named(names[one.month], END, is_subject=True, is_dotted=True) for one in young]
    parts.chart_block(
        Block(
            key="maturity-months",
            title=_young(young),
            subtitle=_subtitle(view, months, "month of submission"),
            figure=developing(_frame(curves), named),
            table=_months(months),
            formats=MONTH_FORMATS,
            hint="Dotted: months that are not mature yet. The table has what they will come to.",
        )
    )


def _slowest(frame: pd.DataFrame, found: Watched) -> str:
    """Who is surely the slowest to decide."""
    top, all_left = surely_slower(frame, left_of(found)), left_of(found)
    if top is None or all_left is None:
        return "No payer decides clearly more slowly than all together"
    decided, of_all = words.rate(1 - float(top["value"])), words.rate(1 - all_left)
    return f"{top['name']} is slowest: {decided} decided within {words.days(CHECKED)}, all together {of_all}"


def _young(young: Sequence[Cohort]) -> str:
    if not young:
        return "Every month in this view is mature: nearly all that was sent is decided"
    last = young[-1]
    count = titles.sentence(f"{titles.number(len(young))} {words.unit(len(young), 'month')}")
    verb = "is" if len(young) == 1 else "are"
    decided = cohort_words.share(last.share_adjudicated)
    return f"{count} {verb} not mature yet; of {words.month(last.month)} {decided} is decided"


def _subtitle(view: View, months: Sequence[Cohort], by: str) -> str:
    period, n = words.sent(view.scope.date_from, view.scope.date_to), words.count(sum(one.awaited for one in months))
    told = f"Share of claims sent that are adjudicated, by days since sending and by {by}; {period}, n {n}"
    return "; ".join(filter(None, (told, left_out(view))))


def _frame(curves: dict[str, Points]) -> pd.DataFrame:
    rows = [(name, day, value) for name, points in curves.items() for day, value in points]
    return pd.DataFrame(rows, columns=["name", "day", "value"])


def _table(curves: dict[str, Points], sent: dict[str, int]) -> pd.DataFrame:
    rows = [
        {
            "Payer": name,
            "Claims sent": sent.get(name),
            "Half decided after": reached(points, 0.5),
            "95 % decided after": reached(points, MATURE),
            **{f"Within {day} days": share_at(points, day) for day in TOLD},
        }
        for name, points in curves.items()
    ]
    return pd.DataFrame(rows, dtype="object").sort_values("Claims sent", ascending=False, ignore_index=True)


FORMATS: dict[str, Format] = {
    "Claims sent": "count",
    "Half decided after": "days",
    "95 % decided after": "days",
    **{f"Within {day} days": "rate" for day in TOLD},
}
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
            "Claims sent": one.awaited,
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
