"""What all charts share: the empty figure, floats at the last step, labels that are escaped and cut."""

import textwrap
from collections.abc import Callable, Sequence
from typing import Any

import pandas as pd

from dashboards import words
from dashboards.drawing import Drawing
from dashboards.palette import GREY, faded

CONFIG = {"displayModeBar": False, "scrollZoom": False, "showSendToCloud": False, "doubleClick": False}
LONGEST_NAME = 34
LIMITS = ("centre", "lower", "upper")  # of a control chart
NUMBERS = ("value", "low", "high", "n", "of", "open", "estimate", "estimate_low", "estimate_high", *LIMITS)
PER_CENTS = {f"{number}%": f"{number}{words.SPACE}%" for number in range(101)}  # Plotly knows no blank before the sign
Say = Callable[[Any], str]


def figure_of(height: int, right: int = 12, top: int = 24) -> Drawing:
    """An empty figure with our margins, faint grid and no zooming; `right` leaves room for labels at the side."""
    layout = {
        "height": height,
        "margin": {"l": 8, "r": right, "t": top, "b": 8},
        "showlegend": False,
        "dragmode": False,
        "hovermode": "closest",
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"size": 13},
        "bargap": 0.35,
        "clickmode": "event+select",
    }
    figure = Drawing(layout)
    figure.update_xaxes(zeroline=False, fixedrange=True, automargin=True, gridcolor=faded(GREY, 0.22))
    figure.update_yaxes(zeroline=False, fixedrange=True, automargin=True, gridcolor=faded(GREY, 0.22))
    return figure


def rows_height(rows: int) -> int:
    """Height in pixels of a chart with one row of marks per name."""
    return 76 + 32 * max(rows, 1)


def floats(frame: pd.DataFrame) -> pd.DataFrame:
    """The last step to the screen: pixels are floats, tables and files keep the decimals."""
    numeric = [name for name in NUMBERS if name in frame]
    return frame.assign(
        **{name: pd.to_numeric(frame[name].astype("object"), errors="coerce").astype(float) for name in numeric}
    )


def labels_of(names: Sequence[str] | pd.Series, longest: int = LONGEST_NAME) -> list[str]:
    """Names as labels: cut and escaped."""
    return [words.markup(words.shortened(str(name), longest)) for name in names]


def folded(names: Sequence[str], width: int = 18, most_lines: int = 3) -> list[str]:
    """Names as labels for columns: folded into short lines instead of cut."""
    cut = [textwrap.shorten(str(name), width * most_lines, placeholder="…") for name in names]
    return ["<br>".join(words.markup(line) for line in textwrap.wrap(name, width)) or " " for name in cut]


def ticks(say: Say) -> dict[str, Any]:
    """The labels of an axis that go with a way of saying values; per cents as `words.rate` writes them."""
    if say is words.rate:
        return {"tickformat": ".0%", "labelalias": PER_CENTS}
    return {"tickformat": "$~s" if say is words.money else ",d"}


def row_texts(figure: Drawing, texts: Sequence[str]) -> None:
    """Each row of a chart carries its text at the right edge, where texts line up and never cover a mark."""
    at = {"x": 1.01, "xref": "paper", "xanchor": "left"}
    for place, text in enumerate(texts):
        figure.add_annotation(**at, y=place, text=text, showarrow=False, align="left", font={"size": 12})


def column_head(figure: Drawing, text: str) -> None:
    """What the texts at the right edge of the rows are, above them."""
    at = {"x": 1.01, "xref": "paper", "xanchor": "left", "y": 1, "yref": "paper", "yanchor": "bottom"}
    figure.add_annotation(**at, text=text, showarrow=False, opacity=0.8, font={"size": 12})


def rows_axis(figure: Drawing, names: Sequence[str] | pd.Series) -> None:
    """The vertical axis lists the names in the order given, the first on top. Rows are places: names may look alike."""
    places = list(range(len(names)))
    figure.update_yaxes(tickmode="array", tickvals=places, ticktext=labels_of(names), showgrid=False)
    figure.update_yaxes(range=[len(places) - 0.5, -0.5])


def n_of(value: Any) -> str:
    """What stands behind a rate of things that are counted: `n 1,240`."""
    return f"n {words.count(value)}"


def dollars_of(value: Any) -> str:
    """What stands behind a rate of dollars: `of $48,210`."""
    return f"of {words.money(value)}"


def value_and_n(row: Any, say: Say, say_n: Say = n_of) -> str:
    """`7.8 % · n 1,240`, or `too few` for a row of too few cases."""
    value = "too few" if row.n < words.TOO_FEW else say(row.value)
    return f"{value}<span style='opacity:.65'> · {say_n(row.n)}</span>"
