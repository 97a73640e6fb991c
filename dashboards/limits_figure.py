"""What a control chart adds to a trend: centre, limits, months that break a rule, and the changes that went live."""

import datetime
from collections.abc import Sequence
from typing import NamedTuple

import pandas as pd

from dashboards import words
from dashboards.drawing import Drawing
from dashboards.figures import Say
from dashboards.palette import ACCENT, BREACH, GREY, faded

LABEL_HEIGHT = 17  # pixels of one line of text beside the chart
MARK_HEIGHT = 18  # pixels of one row of names above it
MARK_ROWS = 3
LONGEST_MARK = 30
AXIS_HEIGHT = 44  # pixels below the chart for its months


class Mark(NamedTuple):
    """Something that happened on a day and is drawn upright through the chart, with its name."""

    day: datetime.date
    name: str


class Label(NamedTuple):
    """A line's name at the right edge: `mean`, `8.3 %`."""

    height: float
    text: str


def has_limits(points: pd.DataFrame) -> bool:
    """Whether any month has limits to draw."""
    return bool(points["upper"].notna().any())


def draw_limits(figure: Drawing, points: pd.DataFrame) -> None:
    """The band between the limits, one step a month because they follow n, and the centre line through it."""
    known = points.dropna(subset=["lower", "upper"])
    edge = {"width": 1, "color": faded(GREY, 0.75), "shape": "hvh"}
    options = {"x": known["month"], "mode": "lines", "hoverinfo": "skip"}
    figure.add_scatter(y=known["upper"], line=edge, **options)
    figure.add_scatter(y=known["lower"], line=edge, fill="tonexty", fillcolor=faded(GREY, 0.13), **options)
    figure.add_scatter(y=known["centre"], line={"width": 1.5, "color": GREY, "shape": "hvh"}, **options)


def tones(points: pd.DataFrame) -> list[str]:
    """A month that breaks a rule on the bad side is red; all others are the subject's."""
    return [BREACH if row.signal and row.is_worse else ACCENT for row in points.itertuples()]


def symbols(points: pd.DataFrame) -> list[str]:
    """Open months and those of too few are hollow; one that breaks a rule is a diamond, also in grey print."""
    hollow = points["is_open"] | (points["n"] < words.TOO_FEW)
    shapes = ["diamond" if signal else "circle" for signal in points["signal"]]
    return [f"{shape}-open" if is_hollow else shape for shape, is_hollow in zip(shapes, hollow, strict=True)]


def sizes(points: pd.DataFrame) -> list[int]:
    """What breaks a rule is larger."""
    return [12 if signal else 8 for signal in points["signal"]]


def said(row: pd.Series, say: Say) -> str:
    """The limits of a month and the rule it breaks, in words; empty where it has none."""
    if row.upper != row.upper:
        return ""
    limits = f"<br>limits {say(row.lower)} to {say(row.upper)}, mean {say(row.centre)}"
    return limits + (f"<br><b>{words.markup(row.signal)}</b>" if row.signal else "")


def labels_of(points: pd.DataFrame, say: Say) -> list[Label]:
    """The names of the newest centre and upper limit."""
    known = points.dropna(subset=["upper"])
    if known.empty:
        return []
    last = known.iloc[-1]
    return [Label(last["centre"], f"mean {say(last['centre'])}"), Label(last["upper"], f"limit {say(last['upper'])}")]


def side_labels(figure: Drawing, labels: Sequence[Label], top: float, plot_height: int) -> None:
    """Each line carries its name at the right edge; names that would cover each other are moved apart."""
    room = plot_height / top if top else 1
    lowest = float("-inf")
    for label in sorted(labels):
        at = max(label.height * room, lowest + LABEL_HEIGHT)
        lowest = at
        shift = at - label.height * room
        figure.add_annotation(
            x=1,
            xref="paper",
            xanchor="left",
            xshift=6,
            y=label.height,
            yshift=shift,
            text=label.text,
            align="left",
            showarrow=False,
            opacity=0.85,
            font={"size": 12},
        )


def marks_height(marks: Sequence[Mark]) -> int:
    """Pixels above the chart that the names of the marks want."""
    return MARK_HEIGHT * min(len(marks), MARK_ROWS)


def draw_marks(figure: Drawing, marks: Sequence[Mark], first: datetime.date, last: datetime.date) -> None:
    """An upright line where a change went live, with its name above; hovering over the name tells it whole."""
    middle = first + (last - first) / 2
    rows = min(len(marks), MARK_ROWS)
    for place, mark in enumerate(sorted(marks)):
        is_late = mark.day > middle
        line = {"color": faded(GREY, 0.9), "width": 1.5, "dash": "dot"}
        figure.add_vline(x=str(mark.day), line=line)
        figure.add_annotation(
            x=str(mark.day),
            xanchor="right" if is_late else "left",
            y=1,
            yref="paper",
            yanchor="bottom",
            yshift=MARK_HEIGHT * (rows - 1 - place % MARK_ROWS),
            text=words.markup(words.shortened(mark.name, LONGEST_MARK)),
            hovertext=f"{words.markup(mark.name)}<br>went live {words.day(mark.day)}",
            showarrow=False,
            font={"size": 12},
            opacity=0.9,
        )
