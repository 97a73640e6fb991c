"""The figure of how cohorts fill up: which share of the claims sent has been adjudicated by which day."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import pandas as pd

from dashboards import words
from dashboards.drawing import Drawing
from dashboards.figures import figure_of, floats, labels_of, ticks
from dashboards.palette import ACCENT, GREY, faded
from pipelines.maturity import MATURE_SHARE

MATURE = float(MATURE_SHARE)

LEFT, RIGHT, END = "left", "right", "end"
NAMED_AT = 0.5  # a curve is named beside itself where it passes this share, or at its end


class Named(NamedTuple):
    """One curve that carries its name: beside its rise to the left or right, or at its end."""

    name: str
    side: str
    text: str = ""
    is_subject: bool = False
    is_dotted: bool = False


def developing(frame: pd.DataFrame, named: Sequence[Named] = (), height: int = 340) -> Drawing:
    """The share adjudicated by lag day: columns `name`, `day`, `value`; a line each, grey unless it is the subject."""
    figure = figure_of(height, right=150, top=12)
    points = floats(frame)
    special = {one.name: one for one in named}
    known = sorted(points["name"].unique(), key=lambda name: name in special and special[name].is_subject)
    for name in known:
        _curve(figure, points[points["name"] == name], special.get(name, Named(name, "")))
    for one in named:
        _name(figure, points[points["name"] == one.name], one)
    _mature_line(figure)
    end = float(points["day"].max()) if len(points) else 1.0
    title = {"text": "days since it was sent", "standoff": 4}
    figure.update_xaxes(range=[0, end * 1.01 or 1], title=title, nticks=10, showgrid=False)
    figure.update_yaxes(range=[0, 1.04], **ticks(words.rate), tickvals=[0, 0.25, 0.5, 0.75, 1])
    return figure


def _curve(figure: Drawing, points: pd.DataFrame, one: Named) -> None:
    line: dict[str, Any] = {"shape": "hv", "color": faded(GREY, 0.8), "width": 1.5}
    if one.is_subject:
        line |= {"color": ACCENT, "width": 2.5}
    if one.is_dotted:
        line |= {"dash": "dot"}
    name = words.markup(one.name)
    figure.add_scatter(
        x=points["day"],
        y=points["value"],
        mode="lines",
        line=line,
        customdata=[[one.name]] * len(points),
        hovertext=[
            f"<b>{name}</b><br>{words.rate(row.value)} adjudicated within {words.days(row.day)}"
            for row in points.itertuples()
        ],
        hoverinfo="text",
    )


def _name(figure: Drawing, points: pd.DataFrame, one: Named) -> None:
    """The name where the curve is apart from the others: at half of its rise, or where it ends."""
    if points.empty:
        return
    risen = points[points["value"] >= NAMED_AT]
    at = points.iloc[-1] if one.side == END or risen.empty else risen.iloc[0]
    is_left = one.side == LEFT
    figure.add_annotation(
        x=at["day"],
        y=at["value"],
        xanchor="right" if is_left else "left",
        xshift=-6 if is_left else 6,
        yshift=8 if is_left else -8,
        text=one.text or labels_of([one.name])[0],
        showarrow=False,
        font={"size": 12, **({"color": ACCENT} if one.is_subject else {})},
    )


def _mature_line(figure: Drawing) -> None:
    figure.add_hline(y=MATURE, line={"dash": "dash", "width": 1, "color": GREY})
    at = {"x": 1.01, "xref": "paper", "xanchor": "left", "y": MATURE}
    figure.add_annotation(
        **at, text=f"{MATURE * 100:.0f}{words.SPACE}% = mature", showarrow=False, opacity=0.8, font={"size": 12}
    )
