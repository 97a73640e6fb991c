import pandas as pd
import plotly.graph_objects as go
import pytest

from dashboards import words
from dashboards.day_charts import MOST_BARS, Bar, Rule, bars_of, day_dots, span, still_open, waits
from dashboards.palette import ACCENT, GREY

SP = words.SPACE


def texts(figure: go.Figure) -> list[str]:
    """What is written beside the marks."""
    return [annotation.text for annotation in figure.layout.annotations]


def groups(*rows: tuple[str, float | None, float | None, float | None, int, int]) -> pd.DataFrame:
    """Typical days by group as the chart reads them."""
    return pd.DataFrame(rows, columns=["name", "value", "low", "high", "n", "open"], dtype="object")


def curve(*rows: tuple[int, float]) -> pd.DataFrame:
    """A share still open by day, with an interval of ten points."""
    return pd.DataFrame(
        [(day, share, max(share - 0.1, 0), min(share + 0.1, 1), 100) for day, share in rows],
        columns=["day", "value", "low", "high", "n"],
    )


@pytest.mark.parametrize("counts", [{}, {0: 1}, {0: 5, 3: 2, 400: 1}, {4000: 3}])
def test_a_histogram_can_be_drawn_of_whatever_days(counts: dict[int, int]) -> None:
    """No case, one on the same day, one of years: figures, never errors, and never more bars than can be seen."""
    figure = waits(counts, "line", target=2)
    assert isinstance(figure.to_json(), str)
    assert len(figure.data[0].x) <= MOST_BARS


@pytest.mark.parametrize("last", [10, 100, 900, 9000])
def test_every_case_is_in_a_bar_or_in_the_words_beside_them(last: int) -> None:
    """Bars of one day, of a week or of thirty days: together with the rest they hold every case once."""
    counts = dict.fromkeys(range(0, last, 3), 2)
    bars, beyond = bars_of(counts)
    assert sum(counts.values()) == sum(bar.cases for bar in bars) + beyond.cases
    assert 1 == len({bar.last - bar.first for bar in bars})


def test_a_lonely_late_case_does_not_squeeze_the_rest() -> None:
    """One of a hundred and one took a year: the bars end with the others, and it is said beside them."""
    counts = dict.fromkeys(range(10), 20) | {365: 1}
    figure = waits(counts, "line")
    assert 10 == len(figure.data[0].x)
    assert Bar(10, 365, 1) == bars_of(counts)[1]


def test_bars_within_the_target_are_the_subject() -> None:
    """A target of two days: the bars of day 0 to 2 are in the accent, day 3 is not."""
    colors = waits({0: 1, 1: 1, 2: 1, 3: 1}, "line", target=2).data[0].marker.color
    assert [ACCENT] * 3 == list(colors[:3]) and ACCENT != colors[3]


def test_the_target_line_stands_after_its_last_day_and_is_named() -> None:
    """Day 2 is within a target of at most 2 days: the line is to the right of its bar."""
    figure = waits(dict.fromkeys(range(9), 1), "line", target=2)
    assert 2.5 == figure.layout.shapes[0].x0
    assert [f"target ≤ 2{SP}days"] == texts(figure)


def test_close_marks_have_their_words_in_rows_of_their_own() -> None:
    """The target and the half on neighbouring days do not cover each other's words."""
    figure = waits(dict.fromkeys(range(9), 1), "line", target=2, marks=[Rule(3, "half"), Rule(8, "90 %")])
    assert 3 == len({annotation.yshift for annotation in figure.layout.annotations})


def test_a_mark_beyond_the_bars_is_not_drawn() -> None:
    """A percentile in the tail that no bar shows would stretch the axis."""
    figure = waits(dict.fromkeys(range(5), 50) | {300: 1}, "line", marks=[Rule(300, "late")])
    assert "late" not in texts(figure)


def test_a_bar_says_its_days() -> None:
    """One day, or from and to."""
    assert (f"1{SP}day", f"7 to 13{SP}days") == (span(Bar(1, 1, 5)), span(Bar(7, 13, 5)))


def test_the_curve_goes_in_steps_and_marks_the_half() -> None:
    """Nothing is done between two days, so no slanted line; half is where it crosses 50 %."""
    figure = still_open(curve((0, 1.0), (2, 0.6), (6, 0.4), (20, 0.2)), 6, "20 % open")
    assert "hv" == figure.data[2].line.shape
    assert f"<b>half within 6{SP}days</b>" in texts(figure) and "20 % open" in texts(figure)


def test_a_curve_that_never_reaches_half_marks_none() -> None:
    """More than half are still open: no typical days, no mark."""
    figure = still_open(curve((0, 1.0), (2, 0.9)), None, "90 % open", target=2)
    assert not [text for text in texts(figure) if "half" in text]


def test_an_empty_curve_is_a_figure() -> None:
    """Nothing to watch is no error."""
    assert isinstance(still_open(curve(), None, "").to_json(), str)


def test_a_dot_says_days_n_and_how_many_are_open() -> None:
    """The days are nothing without the number behind them and those not done yet."""
    figure = day_dots(groups(("Aetna", 6, 4, 9, 120, 14)), reference=5)
    assert f"6{SP}days<span style='opacity:.65'> · 120 · 14</span>" in texts(figure)
    assert f"all 5{SP}days" in texts(figure)


def test_a_group_of_which_half_are_open_is_an_arrow_not_a_dot() -> None:
    """Its typical days are not known, only that they are more: it points beyond the edge."""
    figure = day_dots(groups(("Slow", None, 30, None, 50, 40)))
    assert "triangle-right" == figure.data[-1].marker.symbol
    assert texts(figure)[0].startswith("fewer than half")


def test_only_a_group_surely_slower_than_all_is_the_subject() -> None:
    """An interval that holds the days of all stays grey, as does a group of too few, which is hollow."""
    figure = day_dots(groups(("A", 20, 15, 30, 50, 1), ("B", 9, 6, 14, 50, 1), ("C", 40, 30, 50, 5, 1)), reference=8)
    marks = [trace.marker for trace in figure.data if trace.mode == "markers"]
    assert [ACCENT, GREY, GREY] == [mark.color for mark in marks]
    assert ["circle", "circle", "circle-open"] == [mark.symbol for mark in marks]


def test_a_click_on_a_dot_gives_its_name() -> None:
    """As on every chart, the full name stands behind the mark; markup in it is text."""
    figure = day_dots(groups(("<b>X</b>", 6, 4, 9, 120, 14)))
    assert "<b>X</b>" == figure.data[-1].customdata[0][0]
    assert "&lt;b&gt;X" in figure.data[-1].hovertext[0]


@pytest.mark.parametrize(
    ("group", "said"),
    [
        (("A", 12, 9, 14, 50, 1), f"<br>interval 9 to 14{SP}days"),
        (("A", 12, 12, 12, 50, 1), "<br>interval within the same day"),
        (("A", 12, 9, None, 50, 1), "<br>interval 9 and more"),
        (("A", 12, None, None, 50, 1), "</b>"),
        (("A", 12, 12, 12, 5, 0), "</b>"),
    ],
)
def test_an_interval_is_said_where_there_is_one(group: tuple[str, int, int, int, int, int], said: str) -> None:
    """Of too few lines there is none, as in the table; one of whole days that is narrower than a day says so."""
    hover = day_dots(groups(group)).data[-1].hovertext[0]
    assert said in hover and hover.count("interval") == said.count("interval")


def test_nothing_is_done_yet_on_the_first_day() -> None:
    """The curve begins with all of them open: that is no estimate, so it has no interval."""
    frame = curve((0, 1.0), (2, 0.6)).assign(high=[1.0, 0.7], low=[1.0, 0.5])
    first, second = still_open(frame, None, "").data[2].hovertext
    assert "interval" not in first and f"interval 50.0{SP}% to 70.0{SP}%" in second
