"""Small multiples: the same control chart once for each of several names, on one scale, each in its own colour."""

import math
from collections.abc import Mapping
from typing import Any

import pandas as pd

from dashboards import limits_figure, words
from dashboards.drawing import Drawing
from dashboards.figures import LIMITS, Say, figure_of, floats, labels_of, n_of, ticks, value_and_n
from dashboards.palette import BREACH, GREY, faded

ACROSS = 3
PANEL_HEIGHT = 150
GAP = 62  # pixels between rows: months below, the next names above
FEWEST_TICKS = 3


def small_multiples(frame: pd.DataFrame, tones: Mapping[str, str], say: Say = words.rate, say_n: Say = n_of) -> Drawing:
    """One panel per `name` in the order of the frame: columns `month`, `value`, `n`, limits and `signal` as of a trend.

    A click on a mark gives the name. Panels share their scales, so that heights can be compared across; a month of too
    few has no mark, and the line passes it by.
    """
    points = _whole(floats(frame))
    names = list(dict.fromkeys(points["name"]))
    rows = max(1, math.ceil(len(names) / ACROSS))
    figure = _grid(names, rows)
    for place, name in enumerate(names):
        _panel(figure, points[points["name"] == name], tones.get(name, GREY), place, (say, say_n))
    top = max([0.0, *points["value"].dropna(), *points["upper"].dropna()]) * 1.1 or 1
    figure.update_yaxes(range=[0, top], **ticks(say), nticks=4)
    figure.update_xaxes(tickformat="%b %y", showgrid=False, nticks=FEWEST_TICKS)
    return figure


def _whole(points: pd.DataFrame) -> pd.DataFrame:
    """With every column that a panel reads; months of too few cases have no mark."""
    columns = dict.fromkeys([*points.columns, *LIMITS, "signal", "is_worse", "is_partial", "is_immature"])
    points = points.reindex(columns=list(columns))
    flags = {name: points[name].eq(True) for name in ("is_worse", "is_partial", "is_immature")}
    points = points.assign(**flags, is_open=flags["is_partial"] | flags["is_immature"])
    points["value"] = points["value"].where(points["n"] >= words.TOO_FEW)
    return points.assign(signal=[text if isinstance(text, str) else "" for text in points["signal"]])


def _grid(names: list[str], rows: int) -> Drawing:
    """The empty panels, each with its name above it."""
    height = rows * (PANEL_HEIGHT + GAP)
    figure = figure_of(height, top=28)
    panels = figure.grid(rows, min(ACROSS, max(1, len(names))), across=0.03, down=GAP / height if rows > 1 else 0)
    for name, (x, y) in zip(labels_of(names, 30), panels, strict=False):  # the last row may have panels to spare
        middle = {"x": (x[0] + x[1]) / 2, "xref": "paper", "xanchor": "center"}
        above = {"y": y[1], "yref": "paper", "yanchor": "bottom", "yshift": 2}
        figure.add_annotation(**middle, **above, text=name, showarrow=False, font={"size": 13})
    return figure


def _panel(figure: Drawing, points: pd.DataFrame, tone: str, place: int, said: tuple[Say, Say]) -> None:
    _band(figure, points, place)
    whole, tail = points[~points["is_open"]], points.tail(int(points["is_open"].sum()) + 1)
    line = {"color": tone, "width": 2}
    figure.add_scatter(
        x=whole["month"], y=whole["value"], mode="lines", connectgaps=True, line=line, hoverinfo="skip", panel=place
    )
    if len(tail) > 1:
        dotted = {**line, "dash": "dot"}
        figure.add_scatter(x=tail["month"], y=tail["value"], mode="lines", line=dotted, hoverinfo="skip", panel=place)
    figure.add_scatter(
        x=points["month"],
        y=points["value"],
        mode="markers",
        cliponaxis=False,
        customdata=[[name] for name in points["name"]],
        hovertext=[_hover(row, *said) for row in points.itertuples()],
        hoverinfo="text",
        marker={
            "size": [10 if signal else 5 for signal in points["signal"]],
            "color": [BREACH if row.signal and row.is_worse else tone for row in points.itertuples()],
            "symbol": limits_figure.symbols(points),
        },
        panel=place,
    )


def _band(figure: Drawing, points: pd.DataFrame, place: int) -> None:
    known = points.dropna(subset=["lower", "upper"])
    options: dict[str, Any] = {"x": known["month"], "mode": "lines", "hoverinfo": "skip", "panel": place}
    edge = {"width": 0, "shape": "hvh"}
    figure.add_scatter(y=known["upper"], line=edge, **options)
    figure.add_scatter(y=known["lower"], line=edge, fill="tonexty", fillcolor=faded(GREY, 0.2), **options)
    figure.add_scatter(y=known["centre"], line={"width": 1, "color": GREY, "shape": "hvh"}, **options)


def _hover(row: Any, say: Say, say_n: Say) -> str:
    month = f"<b>{words.markup(row.name)}, {words.month(row.month)}{' so far' if row.is_open else ''}</b>"
    return f"{month}<br>{value_and_n(row, say, say_n)}{limits_figure.said(row, say)}"
