"""The trend: a measure by month, its interval, its target."""

import pandas as pd
import plotly.graph_objects as go

from dashboards import words
from dashboards.figures import Say, figure_of, floats, n_of, tick_format, value_and_n
from dashboards.palette import ACCENT, BREACH, GREY, faded


def trend(
    frame: pd.DataFrame,
    say: Say = words.rate,
    target: float | None = None,
    is_breach: bool = False,
    height: int = 300,
    say_n: Say = n_of,
) -> go.Figure:
    """A measure by month: columns `month`, `value`, `n`, and if known `low`, `high`, `is_partial`.

    The interval is a pale band, the target a dashed line with its name, the last whole month carries its value; months
    that are not over, or of too few cases, are hollow.
    """
    figure = figure_of(height, right=72, top=8)
    points = floats(frame.sort_values("month"))
    if {"low", "high"} <= set(points.columns):
        _band(figure, points)
    _line(figure, points)
    _marks(figure, points, [value_and_n(row, say, say_n) for row in points.itertuples()])
    if target is not None:
        _target_line(figure, target, say)
    _last_label(figure, points, say, BREACH if is_breach else ACCENT)
    figure.update_yaxes(range=[0, _top(points, target) * 1.12 or 1], tickformat=tick_format(say), nticks=5)
    figure.update_xaxes(tickformat="%b<br>%Y", showgrid=False, nticks=12)
    return figure


def _top(points: pd.DataFrame, target: float | None) -> float:
    """The greatest value to make room for; the wide intervals of months of too few are cut off."""
    solid = points[points["n"] >= words.TOO_FEW]
    seen = (points if solid.empty else solid).reindex(columns=["value", "high"]).to_numpy().ravel()
    return max([target or 0.0, *(float(value) for value in seen if value == value)])


def _band(figure: go.Figure, points: pd.DataFrame) -> None:
    known = points.dropna(subset=["low", "high"])
    line = {"width": 0}
    figure.add_scatter(x=known["month"], y=known["high"], mode="lines", line=line, hoverinfo="skip")
    figure.add_scatter(
        x=known["month"],
        y=known["low"],
        mode="lines",
        line=line,
        fill="tonexty",
        fillcolor=faded(GREY, 0.18),
        hoverinfo="skip",
    )


def _line(figure: go.Figure, points: pd.DataFrame) -> None:
    """Whole months are joined by a line, the step to a month that is not over is dotted."""
    open_count = int(_is_open(points).sum())
    whole, tail = points[~_is_open(points)], points.tail(open_count + 1)
    line = {"color": ACCENT, "width": 2.5}
    figure.add_scatter(x=whole["month"], y=whole["value"], mode="lines", line=line, hoverinfo="skip")
    if open_count:
        dotted = {"color": ACCENT, "width": 2, "dash": "dot"}
        figure.add_scatter(x=tail["month"], y=tail["value"], mode="lines", line=dotted, hoverinfo="skip")


def _marks(figure: go.Figure, points: pd.DataFrame, said: list[str]) -> None:
    hollow = _is_open(points) | (points["n"] < words.TOO_FEW)
    open_words = [" so far" if is_open else "" for is_open in _is_open(points)]
    months = [f"<b>{words.month(month)}{so_far}</b>" for month, so_far in zip(points["month"], open_words, strict=True)]
    figure.add_scatter(
        x=points["month"],
        y=points["value"],
        mode="markers",
        customdata=[[str(value)] for value in points["month"]],
        hovertext=[f"{month}<br>{text}" for month, text in zip(months, said, strict=True)],
        hoverinfo="text",
        marker={
            "size": 8,
            "color": ACCENT,
            "symbol": ["circle-open" if is_hollow else "circle" for is_hollow in hollow],
        },
    )


def _is_open(points: pd.DataFrame) -> pd.Series:
    return points["is_partial"].astype(bool) if "is_partial" in points else pd.Series(False, index=points.index)


def _target_line(figure: go.Figure, target: float, say: Say) -> None:
    figure.add_hline(y=target, line={"dash": "dash", "width": 1.5, "color": GREY})
    figure.add_annotation(
        x=1,
        xref="paper",
        xanchor="left",
        y=target,
        text=f" target<br> {say(target)}",
        align="left",
        showarrow=False,
        opacity=0.8,
        font={"size": 12},
    )


def _last_label(figure: go.Figure, points: pd.DataFrame, say: Say, tone: str) -> None:
    known = points[~_is_open(points)].dropna(subset=["value"])
    if known.empty:
        return
    last = known.iloc[-1]
    figure.add_annotation(
        x=last["month"],
        y=last["value"],
        text=f"<b>{say(last['value'])}</b>",
        showarrow=False,
        yshift=16,
        font={"color": tone, "size": 14},
    )
