"""The flow: how much there was at first, what was done about it, and where each part of it stands now.

Three columns of bars with ribbons between them, all of one scale: a bar is as high as its number, and so is a ribbon
where it leaves and where it arrives. Every bar carries its name and number, every ribbon thick enough its number; the
other numbers are in the hover and in the table.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import pandas as pd

from dashboards import words
from dashboards.drawing import Drawing
from dashboards.figures import Say, figure_of
from dashboards.palette import ACCENT, GREY, faded

TALL = 300  # pixels that all of it together is high
SLOT, GAP, LEAST = 40, 8, 2  # pixels: room for a bar's two lines of text, between bars, a bar of almost nothing
TOP = 30  # pixels above the bars, for the names of the columns
BAR = 0.016  # width of a bar; the whole chart is 1 wide
STARTS = (0.0, 0.4, 0.95)  # where the three columns stand; the last leaves room for the mouse
STEPS = 24  # points along the edge of a ribbon
THICK = 15  # pixels from which on a ribbon carries its number
NUMBER_AT = 0.86  # how far along a ribbon its number stands


class Bar(NamedTuple):
    """One bar: its name, number, upper edge and height in pixels, and the middle of the room it has."""

    name: str
    value: float
    top: float
    height: float
    middle: float


def flow(
    frame: pd.DataFrame,
    say: Say,
    heads: Sequence[str],
    subject: str = "",
    keys: Mapping[str, str] | None = None,
    order: Sequence[str] = (),
) -> Drawing:
    """A flow: columns `done`, `end`, `value`; `heads` names the three columns of bars, the first being all of it.

    Bars stand as `order` names them, the others as the frame does, below. What ends in `subject` is in the accent. A
    click on an end gives `customdata` [its key], which is its name unless `keys` says otherwise.
    """
    cells = frame.assign(value=pd.to_numeric(frame["value"].astype("object")).astype(float))
    cells = cells[cells["value"] > 0]
    total = cells["value"].sum()
    columns = [{heads[0]: total} if total else {}, _sums(cells, "done", order), _sums(cells, "end", order)]
    height = max((_height(column, total) for column in columns), default=SLOT)
    bars = [_bars(column, total, height) for column in columns]
    figure = figure_of(int(height) + TOP + 16, right=170, top=TOP)
    figure.update_xaxes(range=[0, 1], visible=False)
    figure.update_yaxes(range=[height, 0], visible=False)
    if total:
        _first_ribbons(figure, bars, say)
        _last_ribbons(figure, bars, cells, say, subject)
    for place, column in enumerate(bars):
        _column(figure, place, list(column.values()), total, say, subject, keys or {})
    _heads(figure, heads)
    return figure


def _sums(cells: pd.DataFrame, column: str, order: Sequence[str]) -> dict[str, float]:
    sums = {str(name): float(value) for name, value in cells.groupby(column, sort=False)["value"].sum().items()}
    return {name: sums[name] for name in dict.fromkeys([*order, *sums]) if name in sums}


def _pixels(value: float, total: float) -> float:
    return max(value / total * TALL, LEAST)


def _height(column: Mapping[str, float], total: float) -> float:
    return sum(max(_pixels(value, total), SLOT) + GAP for value in column.values()) - GAP if column else SLOT


def _bars(column: Mapping[str, float], total: float, height: float) -> dict[str, Bar]:
    """The bars of one column from the top down, the column in the middle of the height."""
    found: dict[str, Bar] = {}
    top = (height - _height(column, total)) / 2
    for name, value in column.items():
        tall = _pixels(value, total)
        room = max(tall, SLOT)
        found[name] = Bar(name, value, top + (room - tall) / 2, tall, top + room / 2)
        top += room + GAP
    return found


def _first_ribbons(figure: Drawing, bars: Sequence[Mapping[str, Bar]], say: Say) -> None:
    (start,) = bars[0].values()
    at = start.top
    for bar in bars[1].values():
        tall = start.height * bar.value / start.value
        hover = f"<b>{words.markup(bar.name)}</b><br>{say(bar.value)}"
        _ribbon(figure, 0, (at, at + tall), (bar.top, bar.top + bar.height), hover, GREY)
        at += tall


def _last_ribbons(
    figure: Drawing, bars: Sequence[Mapping[str, Bar]], cells: pd.DataFrame, say: Say, subject: str
) -> None:
    """From what was done to where it stands; on either side in the order of the bars on the other."""
    values = {(str(row.done), str(row.end)): float(row.value) for row in cells.itertuples()}
    leaves = {name: bar.top for name, bar in bars[1].items()}
    arrives = {name: bar.top for name, bar in bars[2].items()}
    for done, left in bars[1].items():
        for end, right in bars[2].items():
            value = values.get((done, end), 0.0)
            if not value:
                continue
            out, into = left.height * value / left.value, right.height * value / right.value
            hover = f"<b>{words.markup(done)}, then {words.markup(end)}</b><br>{say(value)}"
            tone = ACCENT if end == subject else GREY
            edges = (leaves[done], leaves[done] + out), (arrives[end], arrives[end] + into)
            _ribbon(figure, 1, *edges, hover, tone)
            if min(out, into) >= THICK and len(bars[1]) > 1:
                _number(figure, *edges, say(value))
            leaves[done] += out
            arrives[end] += into


def _ribbon(
    figure: Drawing, place: int, left: tuple[float, float], right: tuple[float, float], hover: str, tone: str
) -> None:
    x, upper, lower = _edges(place, left, right)
    figure.add_scatter(
        x=[*x, *reversed(x)],
        y=[*upper, *reversed(lower)],
        mode="lines",
        fill="toself",
        fillcolor=faded(tone, 0.34),
        line={"width": 0},
        hoveron="fills",
        hoverinfo="text",
        text=hover,
    )


def _edges(
    place: int, left: tuple[float, float], right: tuple[float, float]
) -> tuple[list[float], list[float], list[float]]:
    """The points along a ribbon from one column of bars to the next: x, upper y, lower y."""
    from_x, to_x = STARTS[place] + BAR, STARTS[place + 1]
    steps = [step / STEPS for step in range(STEPS + 1)]
    eased = [step * step * (3 - 2 * step) for step in steps]
    x = [from_x + (to_x - from_x) * step for step in steps]
    upper, lower = ([a + (b - a) * ease for ease in eased] for a, b in zip(left, right, strict=True))
    return x, upper, lower


def _number(figure: Drawing, left: tuple[float, float], right: tuple[float, float], text: str) -> None:
    step = round(NUMBER_AT * STEPS)
    x, upper, lower = _edges(1, left, right)
    at = {"x": x[step], "y": (upper[step] + lower[step]) / 2}
    figure.add_annotation(**at, text=text, showarrow=False, font={"size": 12}, xanchor="right")


def _column(
    figure: Drawing, place: int, bars: list[Bar], total: float, say: Say, subject: str, keys: Mapping[str, str]
) -> None:
    tones = [ACCENT if place == 2 and bar.name == subject else GREY for bar in bars]
    for bar, tone in zip(bars, tones, strict=True):
        edges = {"x0": STARTS[place], "x1": STARTS[place] + BAR, "y0": bar.top, "y1": bar.top + bar.height}
        figure.add_shape(type="rect", **edges, fillcolor=tone, line={"width": 0})
        share = f" · {words.rate(bar.value / total)}" if place else ""
        text = f"<b>{words.markup(bar.name)}</b><br>{say(bar.value)}{share}"
        at = {"x": STARTS[place] + BAR + 0.008, "xref": "paper", "y": bar.middle, "xanchor": "left", "align": "left"}
        figure.add_annotation(**at, text=text, showarrow=False, font={"size": 12.5})
    if place == 2:
        _targets(figure, bars, say, keys)


def _targets(figure: Drawing, bars: list[Bar], say: Say, keys: Mapping[str, str]) -> None:
    """What can be clicked: a shape itself cannot be."""
    figure.add_scatter(
        x=[STARTS[2] + BAR / 2] * len(bars),
        y=[bar.middle for bar in bars],
        mode="markers",
        customdata=[[keys.get(bar.name, bar.name)] for bar in bars],
        hovertext=[f"<b>{words.markup(bar.name)}</b><br>{say(bar.value)}" for bar in bars],
        hoverinfo="text",
        marker={"symbol": "square", "size": 26, "color": "rgba(0,0,0,0)"},
    )


def _heads(figure: Drawing, heads: Sequence[str]) -> None:
    for place, name in enumerate(heads[1:], start=1):
        at = {"x": STARTS[place], "xanchor": "left", "y": 1, "yref": "paper", "yanchor": "bottom", "yshift": 6}
        figure.add_annotation(**at, text=words.markup(name), showarrow=False, opacity=0.75, font={"size": 12})
