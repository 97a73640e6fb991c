"""The heat map: values in cells with their n, small cells greyed, each cell a place to click."""

from collections.abc import Sequence
from typing import Any

import pandas as pd

from dashboards import words
from dashboards.drawing import Drawing
from dashboards.figures import Say, figure_of, floats, folded, labels_of
from dashboards.palette import ACCENT, GREY, faded

BLUES = [[0, faded(ACCENT, 0.03)], [1, faded(ACCENT, 0.6)]]  # pale enough that text of the page's ink stays readable
GREYS = [[0, faded(GREY, 0.2)], [1, faded(GREY, 0.2)]]


def heat(frame: pd.DataFrame, rows: Sequence[str], columns: Sequence[str], say: Say = words.rate) -> Drawing:
    """A heat map: columns `row`, `column`, `value`, `n` (cases in the cell), `of` (its denominator).

    Each cell holds its value and n; cells whose denominator is too small are grey and say so. A click gives
    `customdata` [row, column].
    """
    room = 64 if len(columns) > 5 else 12  # for the last column's name where names have to lean
    figure = figure_of(84 + 46 * max(len(rows), 1), right=room, top=60)
    figure.update_layout(hoverdistance=160)  # pixels: the whole cell answers to the mouse, not only its middle
    cells = _placed(floats(frame), rows, columns)
    is_small = cells["of"] < words.TOO_FEW
    _layer(figure, cells[~is_small], BLUES, len(rows), len(columns))
    _layer(figure, cells[is_small].assign(value=0.0), GREYS, len(rows), len(columns))
    _texts(figure, cells.assign(said=["too few" if small else "" for small in is_small]), say)
    _axis(figure.update_xaxes, folded(columns), side="top", autotickangles=[0, -90], range=[-0.5, len(columns) - 0.5])
    _axis(figure.update_yaxes, labels_of(rows), range=[len(rows) - 0.5, -0.5])
    return figure


def _placed(cells: pd.DataFrame, rows: Sequence[str], columns: Sequence[str]) -> pd.DataFrame:
    """The cells that are shown, with their place in the grid: labels may be equal, places are not."""
    x_of, y_of = _places(columns), _places(rows)
    placed = cells.assign(x=cells["column"].map(x_of), y=cells["row"].map(y_of))
    return placed.dropna(subset=["x", "y"])


def _places(names: Sequence[str]) -> dict[str, int]:
    return {name: place for place, name in enumerate(names)}


def _layer(figure: Drawing, cells: pd.DataFrame, scale: Any, row_count: int, column_count: int) -> None:
    grid: list[list[float | None]] = [[None] * column_count for _ in range(row_count)]
    for cell in cells.itertuples():
        grid[int(cell.y)][int(cell.x)] = cell.value
    figure.add_heatmap(z=grid, xgap=3, ygap=3, showscale=False, hoverinfo="skip", zmin=0, colorscale=scale)


def _texts(figure: Drawing, cells: pd.DataFrame, say: Say) -> None:
    """Text and click targets of the cells: a heat map itself cannot be selected in Streamlit."""
    texts = [
        f"{cell.said or say(cell.value)}<br><span style='opacity:.75;font-size:11px'>n {words.count(cell.n)}</span>"
        for cell in cells.itertuples()
    ]
    hover = [f"<b>{words.markup(cell.row)}</b><br>{words.markup(cell.column)}" for cell in cells.itertuples()]
    figure.add_scatter(
        x=cells["x"],
        y=cells["y"],
        mode="markers+text",
        text=texts,
        textfont={"size": 12},
        customdata=cells[["row", "column"]],
        hovertext=hover,
        hoverinfo="text",
        marker={"symbol": "square", "size": 40, "color": "rgba(0,0,0,0)"},
    )


def _axis(update: Any, labels: list[str], **options: Any) -> None:
    update(tickmode="array", tickvals=list(range(len(labels))), ticktext=labels, showgrid=False, **options)
