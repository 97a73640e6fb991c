"""The trend: a measure by month, its interval, its target; months that are not complete are never drawn as if."""

from typing import Any

import pandas as pd
import plotly.graph_objects as go

from dashboards import words
from dashboards.figures import Say, figure_of, floats, n_of, tick_format, value_and_n
from dashboards.palette import ACCENT, BREACH, GREY, faded

COMPLETED = ("estimate", "estimate_low", "estimate_high")


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
    that are not over, or of too few cases, are hollow. A month whose claims are not all decided (`is_immature`) is
    dotted, hollow at its completed `estimate` with its range (`estimate_low`, `_high`), and says what is `told` of it.
    """
    figure = figure_of(height, right=72, top=8)
    points = _completed(floats(frame.sort_values("month")))
    _band(figure, points)
    _line(figure, points)
    _estimates(figure, points)
    _marks(figure, points, [_said(row, say, say_n) for row in points.itertuples()])
    if target is not None:
        _target_line(figure, target, say)
    _last_label(figure, points, say, BREACH if is_breach else ACCENT)
    _estimate_label(figure, points, say)
    figure.update_yaxes(range=[0, _top(points, target) * 1.12 or 1], tickformat=tick_format(say), nticks=5)
    figure.update_xaxes(tickformat="%b<br>%Y", showgrid=False, nticks=12)
    return figure


def _completed(points: pd.DataFrame) -> pd.DataFrame:
    """With every column; `at` is where a month's mark stands: its estimate if known. What is open has no interval."""
    flags = {name: _flag(points, name) for name in ("is_partial", "is_immature")}
    columns = dict.fromkeys([*points.columns, "low", "high", *COMPLETED])
    points = points.reindex(columns=list(columns)).assign(**flags)
    points[list(COMPLETED)] = points[list(COMPLETED)].where(points["is_immature"])
    points[["low", "high"]] = points[["low", "high"]].mask(points["is_immature"])
    return points.assign(
        at=points["estimate"].fillna(points["value"]), is_open=points["is_partial"] | points["is_immature"]
    )


def _flag(points: pd.DataFrame, name: str) -> pd.Series:
    return points[name].astype(bool) if name in points else pd.Series(False, index=points.index)


def _said(row: Any, say: Say, say_n: Say) -> str:
    """A month in words; one that is not complete says how far it is and what is to be expected."""
    so_far = value_and_n(row, say, say_n)
    if not row.is_immature:
        return so_far
    return f"{row.told.replace('; ', '<br>')}<br>so far {so_far}"


def _top(points: pd.DataFrame, target: float | None) -> float:
    """The greatest value to make room for; the wide intervals of months of too few are cut off."""
    solid = points[points["n"] >= words.TOO_FEW]
    columns = ["value", "high", "estimate", "estimate_high"]
    seen = (points if solid.empty else solid)[columns].to_numpy().ravel()
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
    open_count = int(points["is_open"].sum())
    whole, tail = points[~points["is_open"]], points.tail(open_count + 1)
    line = {"color": ACCENT, "width": 2.5}
    figure.add_scatter(x=whole["month"], y=whole["value"], mode="lines", line=line, hoverinfo="skip")
    if open_count:
        dotted = {"color": ACCENT, "width": 2, "dash": "dot"}
        figure.add_scatter(x=tail["month"], y=tail["value"], mode="lines", line=dotted, hoverinfo="skip")


def _marks(figure: go.Figure, points: pd.DataFrame, said: list[str]) -> None:
    hollow = points["is_open"] | (points["n"] < words.TOO_FEW)
    open_words = [" so far" if is_open else "" for is_open in points["is_open"]]
    months = [f"<b>{words.month(month)}{so_far}</b>" for month, so_far in zip(points["month"], open_words, strict=True)]
    figure.add_scatter(
        x=points["month"],
        y=points["at"],
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


def _estimates(figure: go.Figure, points: pd.DataFrame) -> None:
    """The range of each completed estimate, as an upright bar through its mark."""
    for row in points.dropna(subset=["estimate_low", "estimate_high"]).itertuples():
        ends, line = [row.estimate_low, row.estimate_high], {"color": faded(ACCENT, 0.6), "width": 2}
        figure.add_scatter(x=[row.month] * 2, y=ends, mode="lines", line=line, hoverinfo="skip")


def _estimate_label(figure: go.Figure, points: pd.DataFrame, say: Say) -> None:
    """The newest completed estimate carries its value, called what it is."""
    known = points.dropna(subset=["estimate"])
    if known.empty:
        return
    last = known.iloc[-1]
    at = {"x": last["month"], "y": last["estimate"], "xanchor": "left", "xshift": 9, "yanchor": "bottom"}
    figure.add_annotation(**at, text=f"est. {say(last['estimate'])}", showarrow=False, font={"size": 12})


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
    known = points[~points["is_open"] & (points["n"] >= words.TOO_FEW)].dropna(subset=["value"])
    if known.empty:
        return
    last = known.iloc[-1]
    is_falling = len(known) > 1 and known.iloc[-2]["value"] > last["value"] and not points["is_open"].any()
    side = {"xanchor": "left", "xshift": 9} if is_falling else {"yshift": 16}  # never on the line
    figure.add_annotation(
        x=last["month"],
        y=last["value"],
        text=f"<b>{say(last['value'])}</b>",
        showarrow=False,
        **side,
        font={"color": tone, "size": 14},
    )
