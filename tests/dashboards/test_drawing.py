"""Drawings: what the browser is told is what Plotly's own figure would tell it."""

import json
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest
from plotly.subplots import make_subplots

from dashboards.drawing import Drawing, plain

LINE = {"dash": "dot", "width": 1}


def told(figure: go.Figure) -> Any:
    """What a figure tells the browser, in Plotly's own words and without what is only a theme."""
    checked = go.Figure(figure.to_dict()).update_layout(template=None)
    return json.loads(checked.to_json(), parse_float=lambda text: round(float(text), 9))


def both(**layout: Any) -> tuple[Drawing, go.Figure]:
    """The same empty figure twice, ours and Plotly's."""
    return Drawing(layout), go.Figure(layout=layout)


def test_a_drawing_is_plotlys_figure() -> None:
    """Traces, labels, lines, bands and axes come out as Plotly makes them."""
    figures = both(height=300)
    for figure in figures:
        figure.update_xaxes(zeroline=False)
        figure.add_scatter(x=[1, 2], y=[0.5, None], mode="lines", line=LINE)
        figure.add_bar(x=[1, 2], customdata=[["a"], ["b"]])
        figure.add_heatmap(z=[[1.0, None]])
        figure.add_annotation(x=np.float64(1.5), text="one", showarrow=False)
        figure.add_vline(x="2026-01-01", line=LINE)
        figure.add_hline(y=0.2, line=LINE)
        figure.add_vrect(x0=1, x1=2, fillcolor="red", line={"width": 0})
        figure.update_yaxes(range=[0, 1])
        figure.update_layout(hoverdistance=160)
    ours, plotlys = map(told, figures)
    assert plotlys == ours


@pytest.mark.parametrize("count", [1, 2, 5])
def test_panels_stand_where_plotly_puts_them(count: int) -> None:
    """A grid has the axes, places and shared scales of Plotly's subplots."""
    rows, columns = -(-count // 3), min(3, count)
    space = {"vertical_spacing": 0.2, "horizontal_spacing": 0.03}
    drawing, plotlys = Drawing({}), make_subplots(rows, columns, shared_yaxes=True, **space)
    drawing.grid(rows, columns, across=0.03, down=0.2)
    for place in range(count):
        drawing.add_scatter(y=[1, 2], panel=place)
        plotlys.add_scatter(y=[1, 2], row=place // 3 + 1, col=place % 3 + 1)
    assert told(plotlys) == told(drawing)


def test_what_plotly_does_not_know_is_no_part_of_a_drawing() -> None:
    """Whoever asks for Plotly's figure hears of a field that is none."""
    drawing = Drawing({})
    drawing.add_scatter(colour="red")
    with pytest.raises(ValueError, match="colour"):
        drawing.checked()


def test_plain_values_are_what_json_can_say() -> None:
    """Columns become lists, what is no number becomes None, numbers of numpy become Python's."""
    given = {
        "x": pd.Series([1.0, float("nan")]),
        "marker": {"size": np.int64(3)},
        "customdata": pd.DataFrame({"name": ["a"]}),
    }
    assert {"x": [1.0, None], "marker": {"size": 3}, "customdata": [["a"]]} == plain(given)
