"""The figure of a rate as it was and as it would have been with the mix of the baseline."""

from collections.abc import Sequence
from typing import Any

import pandas as pd

from dashboards import words
from dashboards.drawing import Drawing
from dashboards.figures import figure_of, ticks
from dashboards.limits_figure import AXIS_HEIGHT, LABEL_HEIGHT
from dashboards.palette import ACCENT, GREY, faded

CRUDE, LIKE = "as it was", "like for like"
RIGHT, TOP = 132, 8


def standardised(frame: pd.DataFrame, height: int = 320) -> Drawing:
    """Two lines by month: columns `month`, `rate` (grey), `standardised` (accent), `low`, `high`, `n`, `is_open`.

    Months that are not settled are dotted; each line carries its name and newest settled value at its end.
    """
    figure = figure_of(height, right=RIGHT, top=TOP)
    points = frame.assign(**{name: frame[name].astype(float) for name in ("rate", "standardised", "low", "high")})
    _band(figure, points)
    for name, column, tone in ((CRUDE, "rate", GREY), (LIKE, "standardised", ACCENT)):
        _line(figure, points, column, tone, name)
    top = _top(points)
    _names(figure, points, top, height)
    figure.update_yaxes(range=[0, top], **ticks(words.rate), nticks=5)
    figure.update_xaxes(tickformat="%b<br>%Y", showgrid=False, nticks=12)
    return figure


def _top(points: pd.DataFrame) -> float:
    """Room for the lines, and for their interval unless it is much wider than they are high."""
    highest = [float(points[name].max()) for name in ("rate", "standardised", "high")]
    line, band = max([0.0, *(one for one in highest[:2] if one == one)]), highest[2]
    return max(line, min(band, line * 1.6) if band == band else 0.0) * 1.12 or 1


def _band(figure: Drawing, points: pd.DataFrame) -> None:
    known = points[~points["is_open"].astype(bool)].dropna(subset=["low", "high"])
    options: dict[str, Any] = {"x": known["month"], "mode": "lines", "line": {"width": 0}, "hoverinfo": "skip"}
    figure.add_scatter(y=known["high"], **options)
    figure.add_scatter(y=known["low"], fill="tonexty", fillcolor=faded(ACCENT, 0.13), **options)


def _line(figure: Drawing, points: pd.DataFrame, column: str, tone: str, name: str) -> None:
    is_open = points["is_open"].astype(bool)
    beside = is_open | is_open.shift(1, fill_value=False) | is_open.shift(-1, fill_value=False)
    line = {"color": tone, "width": 2.5 if tone == ACCENT else 2}
    hover = [f"<b>{words.month(row.month)}</b><br>{_told(row)}" for row in points.itertuples()]
    options: dict[str, Any] = {"x": points["month"], "hovertext": hover, "hoverinfo": "text"}
    values = points[column]
    marker = {"size": 6, "color": tone, "symbol": ["circle-open" if one else "circle" for one in is_open]}
    figure.add_scatter(y=values.where(beside), mode="lines", line={**line, "dash": "dot"}, **options)
    figure.add_scatter(y=values.mask(is_open), mode="lines", line=line, **options)
    figure.add_scatter(y=values, mode="markers", marker=marker, name=name, **options)


def _told(row: Any) -> str:
    n = f"<span style='opacity:.65'> · n {words.count(row.n)}</span>"
    so_far = "<br>not settled yet" if row.is_open else ""
    return f"{CRUDE} {_said(row.rate)}{n}<br>{LIKE} {_said(row.standardised)}{so_far}"


def _said(value: float) -> str:
    return words.rate(value if value == value else None)


def _names(figure: Drawing, points: pd.DataFrame, top: float, height: int) -> None:
    """The two names at the right edge, moved apart where the lines end close together."""
    settled = points[~points["is_open"].astype(bool)].dropna(subset=["rate", "standardised"])
    if settled.empty:
        return
    last = settled.iloc[-1]
    ends = [(last["rate"], CRUDE, GREY), (last["standardised"], LIKE, ACCENT)]
    for (value, name, tone), shift in zip(ends, _apart(ends, top, height), strict=True):
        text = f"<b>{name}</b> {words.rate(value)}" if tone == ACCENT else f"{name} {words.rate(value)}"
        at = {"x": 1, "xref": "paper", "xanchor": "left", "xshift": 6, "y": value, "yshift": shift}
        font = {"size": 12, **({"color": ACCENT} if tone == ACCENT else {})}
        figure.add_annotation(**at, text=text, showarrow=False, font=font)


def _apart(ends: Sequence[tuple[float, str, str]], top: float, height: int) -> list[float]:
    room = (height - TOP - AXIS_HEIGHT) / top
    gap = (ends[0][0] - ends[1][0]) * room
    if abs(gap) >= LABEL_HEIGHT:
        return [0.0, 0.0]
    push = (LABEL_HEIGHT - abs(gap)) / 2
    return [push, -push] if gap >= 0 else [-push, push]
