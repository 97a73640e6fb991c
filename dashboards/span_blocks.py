"""The charts of one span: its distribution, what is still open, who is slow, and how it went month by month."""

import datetime

import pandas as pd
import streamlit as st

from dashboards import charts, controls, day_charts, day_frames, day_words, parts, words
from dashboards.blocks import TREND_MONTHS
from dashboards.controls import View
from dashboards.day_charts import Rule
from dashboards.day_frames import NINETY, Watched
from dashboards.months import last_of
from dashboards.parts import Block
from dashboards.scorecard import goal
from dashboards.span_cards import AT_MOST
from pipelines.kpis import KPIS

MOST_GROUPS = 10
FEW = dict.fromkeys(("Typical days", "Interval from", "Interval to", "90 % within"), "n")
NARROWS = {"payer": "payer", "provider": "provider"}  # dimension -> filter of the bar


def about(view: View, found: Watched) -> None:
    """All about one span, or why there is nothing to draw."""
    if not found.total:
        parts.empty(found.span.missing, found.span.advice, {"Go to Import": "dashboards/import_page.py"})
        return
    if found.is_few:
        _few(view, found)
        return
    with st.grid(2, min_column_width=parts.HALF):
        _distribution(view, found)
        _curve(view, found)
        for dimension, called in found.span.groups:
            _groups(view, found, dimension, called)
    _trend(view, found)


def subtitle(view: View, found: Watched, how: str = "") -> str:
    """What a chart of the span is: the days, how they are put, scope, period and n."""
    bound = f", {AT_MOST}: counted to the next remit" if found.is_bound else ""
    behind = f"n {words.count(found.total)}, {words.count(found.curve.open_count)} still open"
    return f"{KPIS[found.kpi].label}{bound}{how}; {_scope(view, found)}, {behind}"


def aim(view: View, found: Watched) -> float | None:
    """The target; an upper bound is not held against it."""
    return None if found.is_bound else goal(view, found.span.kpi).value


def _scope(view: View, found: Watched) -> str:
    return view.words if found.span.what != "claim" else view.period_words


def _few(view: View, found: Watched) -> None:
    """Too few to speak of typical days: what took how long, as a table."""
    with st.container(border=True):
        parts.heading(day_words.headline(found, None), subtitle(view, found))
        parts.table(_days_table(found), {"Days": "count", "Done": "count", "Still open": "count"}, alt="Days")
        with st.container(horizontal=True):
            parts.downloads(f"days-{found.span.key}", _days_table(found), {"What": found.span.label})


def _days_table(found: Watched) -> pd.DataFrame:
    days = sorted({*found.days.done, *found.days.open})
    done, still = ([counts.get(day, 0) for day in days] for counts in (found.days.done, found.days.open))
    return pd.DataFrame({"Days": days, "Done": done, "Still open": still})


def _distribution(view: View, found: Watched) -> None:
    target = aim(view, found)
    half, ninety = found.curve.median, found.curve.percentile(NINETY)
    marks = [Rule(half, f"half {words.days(half)}")] if half is not None else []
    marks += [Rule(ninety, f"90{words.SPACE}% {words.days(ninety)}")] if ninety is not None else []
    parts.chart_block(
        Block(
            key=f"days-{found.span.key}",
            title=day_words.histogram(found, target),
            subtitle=subtitle(view, found, f", {found.span.many()} {found.span.done} by days"),
            figure=day_charts.waits(found.days.done, found.span.what, target, marks),
            table=_days_table(found),
            formats={"Days": "count", "Done": "count", "Still open": "count"},
            hint="Half and 90 % are of all, with those still open.",
        )
    )


def _curve(view: View, found: Watched) -> None:
    frame = day_frames.curve_frame(found)
    left = f"{words.rate(frame['value'].iloc[-1])} open<br>{words.count(found.curve.open_count)} {found.span.not_done}"
    names = {"day": "Day", "value": "Still open", "low": "Interval from", "high": "Interval to", "n": "Under watch"}
    parts.chart_block(
        Block(
            key=f"open-{found.span.key}",
            title=day_words.curve(found),
            subtitle=subtitle(view, found, f", share of {found.span.many()} still {found.span.not_done}"),
            figure=day_charts.still_open(frame, found.curve.median, left, aim(view, found)),
            table=frame.rename(columns=names),
            formats={"Day": "count", "Still open": "rate", "Interval from": "rate", "Interval to": "rate"},
            hint="Those not watched so long leave the curve without ending it (Kaplan-Meier).",
        )
    )


def _groups(view: View, found: Watched, dimension: str, called: str) -> None:
    frame = day_frames.groups(view, found.kpi, dimension)
    table, formats = day_frames.for_people(frame, "name", called)
    more = len(frame) - MOST_GROUPS
    cut = f"{more} more in the table. " if more > 0 else ""
    filtered = NARROWS.get(dimension)
    parts.chart_block(
        Block(
            key=f"{dimension}-{found.span.key}",
            title=day_words.spread(frame, found.curve.median, called),
            subtitle=subtitle(view, found, f", typical days by {words.named(dimension)}"),
            figure=day_charts.day_dots(frame.head(MOST_GROUPS), found.curve.median),
            table=table,
            formats=formats,
            few=FEW,
            on_point=(lambda data: controls.narrow(filtered, data[0])) if filtered else None,
            hint=f"{cut}Click a {called.lower()} to see it alone." if filtered else cut,
        )
    )


def _trend(view: View, found: Watched) -> None:
    """Typical days month by month by the chosen clock; with one month alone there is no trend."""
    longer = view.at_least(TREND_MONTHS)
    frame = day_frames.monthly(longer, found.kpi)
    shown = frame.dropna(subset=["value"])
    table, formats = day_frames.for_people(frame, "month", "Month")
    if len(shown) < 2:
        with st.container(border=True):
            parts.heading("One month of data: a trend needs more", subtitle(longer, found))
            parts.table(table, formats, alt="By month", few=FEW)
        return
    target = aim(view, found)
    open_months = len(frame) - len(shown)
    unknown = f"{words.counted(open_months, 'month')} without typical days yet: see the table." if open_months else ""
    parts.chart_block(
        Block(
            key=f"trend-{found.span.key}",
            title=day_words.trend(frame, target),
            subtitle=subtitle(longer, found, f", typical days {view.by_month}"),
            figure=charts.trend(shown, words.days, target, height=300),
            table=table,
            formats=formats,
            few=FEW,
            on_point=lambda data: controls.narrow_dates(*_month(data[0])),
            hint=f"{unknown} Click a month to see it alone.".strip(),
        )
    )


def _month(text: str) -> tuple[datetime.date, datetime.date]:
    first = datetime.date.fromisoformat(text[:10])
    return first, last_of(first)
