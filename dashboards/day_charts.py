"""Figures about days: how long something took, and how much of it is still open.

    waits       how many took how many days: bars, the target, percentile marks
    still_open  the share still open by day: steps with interval, half marked, what is open at the end
    day_dots    typical days by group with interval, n and how many are still open

They compute positions and labels only; the typical days and their intervals come from `day_frames`.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import pandas as pd

from dashboards import words
from dashboards.drawing import Drawing
from dashboards.figures import column_head, figure_of, floats, row_texts, rows_axis, rows_height, ticks
from dashboards.palette import ACCENT, GREY, faded

WIDTHS = (1, 7, 30)  # days that one bar may stand for
MOST_BARS = 48
WITHIN = 0.99  # of all cases the bars show; the rest is said in words
LABEL_ROW = 17  # pixels between labels above a chart
ALL_OPEN, HALF = 1.0, 0.5


class Bar(NamedTuple):
    """One bar of a histogram: from and to which day, both included, and how many cases."""

    first: int
    last: int
    cases: int


class Rule(NamedTuple):
    """An upright line at a number of days with its words above the chart."""

    day: float
    text: str
    is_target: bool = False


def waits(
    counts: Mapping[int, int], what: str, target: float | None = None, marks: Sequence[Rule] = (), height: int = 320
) -> Drawing:
    """How many cases (`what` in the singular: line, claim) took how many days; those within the target in the accent.

    `marks` are percentiles and the like; one that lies beyond the bars is left out.
    """
    rules = [*([Rule(target, f"target ≤ {words.days(target)}", True)] if target is not None else []), *marks]
    figure = figure_of(height, top=8 + LABEL_ROW * max(len(rules), 1))
    shown, _ = bars_of(counts)
    tones = [ACCENT if target is None or bar.last <= target else faded(GREY, 0.75) for bar in shown]
    figure.add_bar(
        x=[(bar.first + bar.last) / 2 for bar in shown],
        y=[bar.cases for bar in shown],
        width=[(bar.last - bar.first + 1) * 0.86 for bar in shown],
        marker={"color": tones},
        hovertext=[f"<b>{span(bar)}</b><br>{words.counted(bar.cases, what)}" for bar in shown],
        hoverinfo="text",
    )
    end = (shown[-1].last if shown else 0) + 0.5
    _rules(figure, [rule for rule in rules if rule.day <= end], end, shift=0.5)
    figure.update_xaxes(range=[-0.7, end + 0.2], title={"text": "days", "standoff": 4}, nticks=10, showgrid=False)
    figure.update_yaxes(rangemode="tozero", tickformat=",d", nticks=4)
    return figure


def bars_of(counts: Mapping[int, int]) -> tuple[list[Bar], Bar]:
    """Bars of one width over the days of nearly all cases, empty ones between included, and the rest as one."""
    days, total, seen, last = sorted(counts), sum(counts.values()), 0, 0
    for last in days:
        seen += counts[last]
        if seen >= WITHIN * total:
            break
    width = next((width for width in WIDTHS if last // width < MOST_BARS), WIDTHS[-1])
    end = min(last // width, MOST_BARS - 1)
    bars = [Bar(place * width, place * width + width - 1, 0) for place in range(end + 1)] if days else []
    bars = [bar._replace(cases=sum(counts.get(day, 0) for day in range(bar.first, bar.last + 1))) for bar in bars]
    after = bars[-1].last + 1 if bars else 0
    return bars, Bar(after, days[-1] if days else 0, total - sum(bar.cases for bar in bars))


def span(bar: Bar) -> str:
    """The days of a bar in words."""
    return words.days(bar.first) if bar.first == bar.last else f"{bar.first} to {words.days(bar.last)}"


def still_open(
    frame: pd.DataFrame, half: float | None, said: str, target: float | None = None, height: int = 320
) -> Drawing:
    """The share still open by day: columns `day`, `value`, `low`, `high`, `n` (at risk), beginning at day 0.

    `half` is the day at which half are done, if any; `said` stands at the end of the curve.
    """
    figure = figure_of(height, right=120, top=8 + LABEL_ROW)
    points = floats(frame)
    _step_band(figure, points)
    figure.add_scatter(
        x=points["day"],
        y=points["value"],
        mode="lines",
        line={"color": ACCENT, "width": 2.5, "shape": "hv"},
        hovertext=[_open_hover(row) for row in points.itertuples()],
        hoverinfo="text",
    )
    end = float(points["day"].max()) if len(points) else 1.0
    if half is not None and half <= end:
        _half(figure, half, end)
    if target is not None and target <= end:
        _rules(figure, [Rule(target, f"target ≤ {words.days(target)}", True)], end)
    if len(points):
        at = {"x": 1.01, "xref": "paper", "xanchor": "left", "y": float(points["value"].iloc[-1]), "yanchor": "middle"}
        figure.add_annotation(**at, text=said, showarrow=False, align="left", font={"size": 12})
    figure.update_xaxes(range=[0, end * 1.01 or 1], title={"text": "days", "standoff": 4}, nticks=10, showgrid=False)
    figure.update_yaxes(range=[0, 1.03], **ticks(words.rate), tickvals=[0, 0.25, HALF, 0.75, 1])
    return figure


def day_dots(frame: pd.DataFrame, reference: float | None = None) -> Drawing:
    """Typical days by group: columns `name`, `value`, `low`, `high`, `n` (all cases), `open` (of them); first on top.

    No `value`: fewer than half are done. No `high`: the interval has no end yet. Groups of too few are hollow; one
    whose interval lies wholly above the reference, the typical days of all, is in the accent.
    """
    figure = figure_of(rows_height(len(frame)), right=150)
    points = floats(frame).reset_index(drop=True)
    few = points["n"] < words.TOO_FEW
    above = points["low"].gt(float("inf") if reference is None else reference) & ~few
    end = _widest(points[~few] if not few.all() else points, reference)
    for row, is_above in zip(points.itertuples(), above, strict=True):
        _dot(figure, row, end, ACCENT if is_above else GREY)
    row_texts(figure, [_beside(row) for row in points.itertuples()])
    column_head(figure, "typical<span style='opacity:.65'> · n · still open</span>")
    if reference is not None:
        figure.add_vline(x=reference, line={"dash": "dot", "width": 1, "color": GREY})
        at = {"x": reference, "y": 1, "yref": "paper", "yanchor": "bottom"}
        figure.add_annotation(
            **at, text=f"all {words.days(reference)}", showarrow=False, opacity=0.8, font={"size": 12}
        )
    figure.update_xaxes(range=[0, end], tickformat=",d", nticks=6, tickangle=0)
    rows_axis(figure, points["name"])
    return figure


def _widest(points: pd.DataFrame, reference: float | None) -> float:
    done = points.dropna(subset=["value"])  # of the others it is only known that they take longer
    seen = [*done["value"], *done["high"].dropna(), reference or 0, 1]
    return float(max(seen)) * 1.08


def _dot(figure: Drawing, row: Any, end: float, tone: str) -> None:
    """The group's interval and its dot; an arrow at the edge where half are not done yet."""
    is_reached, is_few = row.value == row.value, row.n < words.TOO_FEW
    low = min(row.low, end) if row.low == row.low else 0
    high = row.high if row.high == row.high else end
    line = {"color": faded(tone, 0.45), "width": 5}
    if is_reached or row.low == row.low:
        figure.add_scatter(x=[low, high], y=[row.Index] * 2, mode="lines", line=line, hoverinfo="skip")
    full, hollow = ("circle", "circle-open") if is_reached else ("triangle-right", "triangle-right-open")
    figure.add_scatter(
        x=[row.value if is_reached else end * 0.97],
        y=[row.Index],
        mode="markers",
        customdata=[[row.name]],
        hovertext=[f"<b>{words.markup(row.name)}</b><br>{_days_n_open(row)}{_interval(row)}"],
        hoverinfo="text",
        marker={"size": 11, "color": tone, "symbol": hollow if is_few else full},
    )


def _beside(row: Any) -> str:
    """`6 days · 120 · 14`: typical days, n and still open."""
    return f"{_typical(row)}<span style='opacity:.65'> · {words.count(row.n)} · {words.count(row.open)}</span>"


def _days_n_open(row: Any) -> str:
    return f"{_typical(row)} · n {words.count(row.n)} · {words.count(row.open)} still open"


def _typical(row: Any) -> str:
    """The days; fewer than half done, or too few cases, is said instead."""
    is_reached = row.value == row.value
    return "too few" if row.n < words.TOO_FEW else words.days(row.value) if is_reached else "fewer than half"


def _interval(row: Any) -> str:
    """The interval of enough cases; of whole days it may begin and end on the same one."""
    if row.low != row.low or row.n < words.TOO_FEW:
        return ""
    if row.low == row.high:
        return "<br>interval within the same day"
    high = f"to {words.days(row.high)}" if row.high == row.high else "and more"
    return f"<br>interval {words.count(row.low)} {high}"


def _rules(figure: Drawing, rules: Sequence[Rule], end: float, shift: float = 0.0) -> None:
    """Upright lines, their words in rows above the chart so that close ones do not cover each other."""
    for place, rule in enumerate(rules):
        x, is_right = rule.day + shift, rule.day > 0.7 * end
        dash, width = ("dash", 1.5) if rule.is_target else ("dot", 1)
        figure.add_vline(x=x, line={"dash": dash, "width": width, "color": GREY})
        figure.add_annotation(
            x=x,
            xanchor="right" if is_right else "left",
            y=1,
            yref="paper",
            yanchor="bottom",
            yshift=LABEL_ROW * (len(rules) - 1 - place),
            text=rule.text,
            showarrow=False,
            font={"size": 12},
        )


def _step_band(figure: Drawing, points: pd.DataFrame) -> None:
    line = {"width": 0, "shape": "hv"}
    figure.add_scatter(x=points["day"], y=points["high"], mode="lines", line=line, hoverinfo="skip")
    fill = {"fill": "tonexty", "fillcolor": faded(GREY, 0.22)}
    figure.add_scatter(x=points["day"], y=points["low"], mode="lines", line=line, hoverinfo="skip", **fill)


def _half(figure: Drawing, half: float, end: float) -> None:
    """The median where the curve crosses half, with its words to the side where there is room."""
    figure.add_scatter(
        x=[0, half, half],
        y=[HALF, HALF, 0],
        mode="lines",
        line={"dash": "dot", "width": 1, "color": GREY},
        hoverinfo="skip",
    )
    figure.add_scatter(x=[half], y=[HALF], mode="markers", marker={"size": 9, "color": ACCENT}, hoverinfo="skip")
    at = {"x": half, "y": HALF, "xanchor": "left" if half < 0.6 * end else "right", "yanchor": "bottom"}
    side = 8 if half < 0.6 * end else -8
    text = f"<b>half within {words.days(half)}</b>"
    figure.add_annotation(**at, xshift=side, text=text, showarrow=False, font={"size": 13, "color": ACCENT})


def _open_hover(row: Any) -> str:
    share = f"{words.rate(row.value)} still open" if row.value < ALL_OPEN else "all still open"
    low_high = f"<br>interval {words.rate(row.low)} to {words.rate(row.high)}" if row.low < row.high else ""
    return f"<b>after {words.days(row.day)}</b><br>{share}, {words.count(row.n)} under watch{low_high}"
