"""A figure of plain dicts: what Plotly draws in the browser, without Plotly's check of every part on the way there.

Plotly's own figure makes an object of every line, font and label and looks up what each may be: 40 to 90 ms for one of
our charts, paid by everybody who looks. A `Drawing` has the few methods that our charts use and keeps what they are
given; `checked()` is Plotly's figure of it, and tests ask for that, so that a field that is none does not pass.
"""

import functools
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import plotly.io

Fields = dict[str, Any]
Span = tuple[float, float]  # from and to, of the whole
UPRIGHT = {"xref": "x", "yref": "y domain", "y0": 0, "y1": 1}  # as high as the axis, whatever its values
LEVEL = {"xref": "x domain", "yref": "y", "x0": 0, "x1": 1}


class Drawing(go.Figure):  # type: ignore[misc]  # Streamlit asks what it is given for `to_dict`, if it is one of these
    """Traces, labels, shapes and axes, in the order in which they were added."""

    def __init__(self, layout: Mapping[str, Any]) -> None:
        self._traces: list[Fields] = []
        self._parts: Fields = dict(layout)

    @property
    def data(self) -> Any:
        """The traces as Plotly's objects."""
        return self.checked().data

    @property
    def layout(self) -> Any:
        """The layout as Plotly's object."""
        return self.checked().layout

    def checked(self) -> go.Figure:
        """Plotly's figure of the same; raises ValueError for what Plotly does not know."""
        return go.Figure(self.to_dict())

    def to_dict(self) -> Fields:
        """What the browser is told, with the template that Streamlit turns into its theme."""
        return {"data": self._traces, "layout": {"template": _template(plotly.io.templates.default), **self._parts}}

    def add_scatter(self, **fields: Any) -> None:
        """Lines, marks or both; in a grid `panel` says where, from 0 on."""
        self._trace("scatter", fields)

    def add_bar(self, **fields: Any) -> None:
        """Bars."""
        self._trace("bar", fields)

    def add_heatmap(self, **fields: Any) -> None:
        """Cells."""
        self._trace("heatmap", fields)

    def add_annotation(self, **fields: Any) -> None:
        """A label."""
        self._parts.setdefault("annotations", []).append(plain(fields))

    def add_shape(self, **fields: Any) -> None:
        """A rectangle or a line."""
        self._parts.setdefault("shapes", []).append(plain(fields))

    def add_vline(self, x: Any, **fields: Any) -> None:
        """An upright line from the bottom to the top."""
        self.add_shape(type="line", x0=x, x1=x, **UPRIGHT, **fields)

    def add_hline(self, y: Any, **fields: Any) -> None:
        """A level line from side to side."""
        self.add_shape(type="line", y0=y, y1=y, **LEVEL, **fields)

    def add_vrect(self, x0: Any, x1: Any, **fields: Any) -> None:
        """A band from the bottom to the top."""
        self.add_shape(type="rect", x0=x0, x1=x1, **UPRIGHT, **fields)

    def update_xaxes(self, **fields: Any) -> None:
        """Every horizontal axis has these fields from now on."""
        self._update("xaxis", fields)

    def update_yaxes(self, **fields: Any) -> None:
        """Every vertical axis has these fields from now on."""
        self._update("yaxis", fields)

    def update_layout(self, **fields: Any) -> None:
        """The figure has these fields from now on."""
        self._parts |= fields

    def grid(self, rows: int, columns: int, across: float, down: float) -> list[tuple[Span, Span]]:
        """Where the panels stand, row by row from the top: so much of the whole between them, a row of one scale."""
        width, height = (1 - across * (columns - 1)) / columns, (1 - down * (rows - 1)) / rows
        lefts = [column * (width + across) for column in range(columns)]
        lows = [row * (height + down) for row in reversed(range(rows))]
        panels = [((left, left + width), (low, low + height)) for low in lows for left in lefts]
        for place, panel in enumerate(panels):
            self._panel(place, place - place % columns, *panel)
        return panels

    def _panel(self, place: int, leader: int, horizontal: Span, vertical: Span) -> None:
        x, y = _names(place)
        first = _names(leader)[1]
        shared = {"matches": first, "showticklabels": False} if first != y else {}
        self._axis(x).update(anchor=y, domain=list(horizontal))
        self._axis(y).update(anchor=x, domain=list(vertical), **shared)

    def _trace(self, kind: str, fields: Fields) -> None:
        place = fields.pop("panel", None)
        axes = {} if place is None else dict(zip(("xaxis", "yaxis"), _names(place), strict=True))
        self._traces.append({"type": kind, **plain(fields), **axes})

    def _axis(self, short: str) -> Fields:
        """The axis that traces call `x2`."""
        axis: Fields = self._parts.setdefault(f"{short[0]}axis{short[1:]}", {})
        return axis

    def _update(self, kind: str, fields: Fields) -> None:
        self._parts.setdefault(kind, {})
        for name in self._parts:
            if name.startswith(kind):
                self._parts[name].update(fields)


def plain(value: Any) -> Any:
    """Columns as lists, numbers of numpy as Python's, and None for what is no number: what JSON can say."""
    if isinstance(value, dict):
        return {name: plain(one) for name, one in value.items()}
    if isinstance(value, pd.DataFrame):
        return value.to_numpy().tolist()
    if isinstance(value, pd.Series):
        return [None if one != one else one for one in value.tolist()]
    return value.item() if isinstance(value, np.generic) else value


def _names(place: int) -> tuple[str, str]:
    """What traces call the axes of the panel at this place."""
    number = place + 1 if place else ""
    return f"x{number}", f"y{number}"


@functools.cache
def _template(name: str) -> Fields:
    template: Fields = plotly.io.templates[name].to_plotly_json()
    return template
