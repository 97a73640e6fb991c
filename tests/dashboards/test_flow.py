"""The flow chart: one scale, nothing lost on the way, every bar named, every end a place to click."""

import itertools
from decimal import Decimal

import pandas as pd
import plotly.graph_objects as go
import pytest

from dashboards import flow as flows
from dashboards import words
from dashboards.flow import flow
from dashboards.palette import ACCENT, GREY, faded

HEADS = ("Denied at first", "What was done", "Where it stands")
ROWS = [("Sent again", "Paid", 30), ("Sent again", "Open", 50), ("Nothing", "Open", 19), ("Nothing", "Closed", 1)]


def frame(rows: list[tuple[str, str, int]]) -> pd.DataFrame:
    """The rows as the page has them: amounts are decimals."""
    cells = [(done, end, Decimal(value)) for done, end, value in rows]
    return pd.DataFrame(cells, columns=["done", "end", "value"], dtype="object")


def lines(value: object) -> str:
    """A number as `30 lines`."""
    return words.counted(value, "line")  # type: ignore[arg-type]


def drawn(rows: list[tuple[str, str, int]], subject: str = "") -> go.Figure:
    """The flow of these rows."""
    return flow(frame(rows), lines, HEADS, subject)


def texts(figure: go.Figure) -> list[str]:
    """What is written in the figure."""
    return [annotation.text for annotation in figure.layout.annotations]


@pytest.mark.parametrize("rows", [[], [("a", "b", 0)], ROWS[:1], ROWS])
def test_a_flow_of_nothing_of_one_and_of_many_can_be_drawn(rows: list[tuple[str, str, int]]) -> None:
    """Zero rows, rows of nothing and several are figures, never errors."""
    assert isinstance(drawn(rows).to_json(), str)


def test_every_bar_says_its_name_number_and_share() -> None:
    """What goes in comes out: the first bar is all of it, and each column of bars adds up to it."""
    said = texts(drawn(ROWS))
    sp = words.SPACE
    expected = {
        "<b>Denied at first</b><br>100 lines",
        f"<b>Sent again</b><br>80 lines · 80.0{sp}%",
        f"<b>Nothing</b><br>20 lines · 20.0{sp}%",
        f"<b>Paid</b><br>30 lines · 30.0{sp}%",
        f"<b>Open</b><br>69 lines · 69.0{sp}%",
        f"<b>Closed</b><br>1 line · 1.0{sp}%",
    }
    assert set() == expected - set(said)


def test_a_bar_is_as_high_as_its_number_and_a_tiny_one_can_be_seen() -> None:
    """All bars have one scale; one of almost nothing has a least height."""
    tall = [round(shape.y1 - shape.y0) for shape in drawn(ROWS).layout.shapes]
    assert [flows.TALL, 240, 60, 90, 207, 3] == tall
    tiny = drawn([("a", "b", 99_999), ("a", "c", 1)]).layout.shapes[-1]
    assert flows.LEAST == pytest.approx(tiny.y1 - tiny.y0)


def test_bars_never_touch_each_other() -> None:
    """Between two bars of a column there is room, and for each bar room for its two lines of text."""
    shapes = drawn([("a", f"end {number}", 1) for number in range(12)]).layout.shapes[2:]
    middles = [(shape.y0 + shape.y1) / 2 for shape in shapes]
    assert all(lower - upper >= flows.SLOT for upper, lower in itertools.pairwise(middles))


def test_ribbons_fill_each_bar_from_edge_to_edge() -> None:
    """A ribbon begins and ends within its bars, as thick as its number; together they fill them."""
    figure = drawn(ROWS)
    bars = figure.layout.shapes
    into_open = [trace for trace in figure.data if trace.text and "then Open" in trace.text]
    last = flows.STEPS
    edges = sorted((trace.y[last], trace.y[last + 1]) for trace in into_open)
    (first_upper, first_lower), (second_upper, second_lower) = edges
    assert [bars[4].y0, bars[4].y1] == pytest.approx([first_upper, second_lower])
    assert second_upper == pytest.approx(first_lower)
    assert 150 == pytest.approx(first_lower - first_upper)


def test_thick_ribbons_carry_their_number() -> None:
    """A number stands on a ribbon where there is room; the others are in the hover."""
    figure = drawn(ROWS)
    assert {"30 lines", "50 lines", "19 lines"} <= set(texts(figure))
    assert "1 line" not in texts(figure)
    assert any(trace.text and trace.text.endswith("<br>1 line") for trace in figure.data)


def test_only_the_subject_is_in_the_accent() -> None:
    """Grey is context: of bars and ribbons only what ends in the subject has the accent."""
    figure = drawn(ROWS, "Paid")
    assert [GREY, GREY, GREY, ACCENT, GREY, GREY] == [shape.fillcolor for shape in figure.layout.shapes]
    blue = [trace.text for trace in figure.data if trace.fillcolor == faded(ACCENT, 0.34)]
    assert ["<b>Sent again, then Paid</b><br>30 lines"] == blue


def test_a_click_on_an_end_says_which() -> None:
    """The key of an end, else its name, is what a click gives."""
    figure = flow(frame(ROWS), lines, HEADS, keys={"Paid": "paid_after_denial"})
    assert [["paid_after_denial"], ["Open"], ["Closed"]] == [list(data) for data in figure.data[-1].customdata]


def test_bars_stand_in_the_order_given() -> None:
    """The order is of names; what it does not name comes after, and what is not there is left out."""
    figure = flow(frame(ROWS), lines, HEADS, order=("Closed", "No such", "Nothing", "Open"))
    bars = [text.split("</b>")[0].removeprefix("<b>") for text in texts(figure) if text.startswith("<b>")]
    assert ["Denied at first", "Nothing", "Sent again", "Closed", "Open", "Paid"] == bars


def test_names_are_text_and_never_markup() -> None:
    """A name that a file gave cannot become markup."""
    figure = flow(frame([("<i>a", "<b>b", 5)]), lines, ("<u>all", "x", "y"))
    assert "<i>a" not in figure.to_json() and "<u>all" not in figure.to_json()
