"""The charts of one span: its distribution, what is still open, who is slow, and how it went month by month."""

import datetime

import pandas as pd
import streamlit as st

from dashboards import charts, controls, day_charts, day_frames, day_words, parts, settled, words
from dashboards.blocks import TREND_MONTHS
from dashboards.controls import View
from dashboards.day_charts import Rule
from dashboards.day_frames import NINETY, Watched
from dashboards.parts import Block
from dashboards.scorecard import goal
from dashboards.span_cards import AT_MOST
from dashboards.spans import CLAIM
from pipelines.kpis import KPIS
from pipelines.months import last_of

MOST_GROUPS = 10
FEW = dict.fromkeys(("Typical days", "Interval from", "Interval to", "90 % within"), "n")
LEFT_HOW = f"share {{}} after {words.days(day_frames.CHECKED)},"
BY_SUBMISSION = "by month of submission"
NARROWS = {"payer": "payer", "provider": "provider"}  # dimension -> filter of the bar


def about(view: View, whole: View, found: Watched) -> None:
    """All about one span, or why there is nothing to draw; the trend has the months that the view leaves out."""
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
    _trend(whole, found)


def subtitle(view: View, found: Watched, how: str = "") -> str:
    """What a chart of the span is: the days, how they are put, scope, period and n."""
    bound = f", {AT_MOST}: counted to the next remit" if found.is_bound else ""
    behind = f"n {words.count(found.total)}, {words.count(found.curve.open_count)} still open"
    return f"{KPIS[found.kpi].label}{bound}{how}; {_scope(view, found)}, {behind}"


def aim(view: View, found: Watched) -> float | None:
    """The target; an upper bound is not held against it."""
    return None if found.is_bound else goal(view, found.span.kpi).value


def _scope(view: View, found: Watched) -> str:
    if found.span.what != CLAIM:
        return view.words
    return words.sent(view.scope.date_from, view.scope.date_to)


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
            hint=_beyond(found),
        )
    )


def _beyond(found: Watched) -> str:
    """What the bars do not show, and what the marks are of."""
    _, rest = day_charts.bars_of(found.days.done)
    late = f"{words.counted(rest.cases, found.span.what)} took {words.days(rest.first)} or more. " if rest.cases else ""
    marks = f"Half and 90{words.SPACE}% are of all, with those still open." if found.curve.median is not None else ""
    return f"{late}{marks}".strip()


def _curve(view: View, found: Watched) -> None:
    frame = day_frames.curve_frame(found)
    left = f"{words.rate(frame['value'].iloc[-1])} open<br>{words.count(found.curve.open_count)} open now"
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
    """Typical days by group; where not even half is done of all, the share still open after a month."""
    frame = day_frames.groups(view, found.kpi, dimension)
    table, formats = day_frames.for_people(frame, "name", called)
    more = len(frame) - MOST_GROUPS
    cut = f"{more} more in the table. " if more > 0 else ""
    filtered = NARROWS.get(dimension)
    half = found.curve.median
    if half is None:
        left = day_frames.left_open(frame)
        title, how = day_words.spread_left(left, found, called), LEFT_HOW.format(found.span.not_done)
        figure = charts.dots(left.head(MOST_GROUPS), reference=day_words.left_of(found))
    else:
        title, how = day_words.spread(frame, half, called), "typical days"
        figure = day_charts.day_dots(frame.head(MOST_GROUPS), half)
    parts.chart_block(
        Block(
            key=f"{dimension}-{found.span.key}",
            title=title,
            subtitle=subtitle(view, found, f", {how} by {words.named(dimension)}"),
            figure=figure,
            table=table,
            formats=formats,
            few=FEW,
            on_point=(lambda data: controls.narrow(filtered, data[0])) if filtered else None,
            hint=f"{cut}Click a {called.lower()} to see it alone." if filtered else cut,
        )
    )


def _trend(view: View, found: Watched) -> None:
    """Month by month by the chosen clock; with one month alone there is no trend."""
    longer = view.at_least(TREND_MONTHS)
    frame = day_frames.monthly(longer, found.kpi)
    if found.span.what != CLAIM:
        frame = settled.completed(longer, found.kpi, frame)
    shown = day_frames.left_open(frame) if found.curve.median is None else frame.dropna(subset=["value"])
    table, formats = day_frames.for_people(frame, "month", "Month")
    if len(shown) < 2:
        with st.container(border=True):
            parts.heading("One month of data: a trend needs more", subtitle(longer, found))
            parts.table(table, formats, alt="By month", few=FEW)
        return
    target, clock = aim(view, found), view.by_month if found.span.what != CLAIM else BY_SUBMISSION
    if found.curve.median is None:
        title, how = day_words.trend_left(shown, found), LEFT_HOW.format(found.span.not_done)
        figure = charts.trend(shown, words.rate, height=300)
    else:
        title, how = day_words.trend(frame, target), "typical days"
        figure = charts.trend(shown, words.days, target, height=300)
    hints = (_unknown(found, len(frame) - len(shown)), settled.hint(shown), "Click a month to see it alone.")
    parts.chart_block(
        Block(
            key=f"trend-{found.span.key}",
            title=title,
            subtitle=subtitle(longer, found, f", {how} {clock}"),
            figure=figure,
            table=table,
            formats=formats,
            few=FEW,
            on_point=lambda data: controls.narrow_dates(*_month(data[0])),
            hint=" ".join(filter(None, hints)),
        )
    )


def _unknown(found: Watched, months: int) -> str:
    """Which months are only in the table."""
    if not months:
        return ""
    if found.curve.median is None:
        return f"{words.counted(months, 'month')} not watched for {words.days(day_frames.CHECKED)} yet."
    return f"{words.counted(months, 'month')} without typical days yet: see the table."


def _month(text: str) -> tuple[datetime.date, datetime.date]:
    first = datetime.date.fromisoformat(text[:10])
    return first, last_of(first)
