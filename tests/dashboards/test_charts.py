import datetime
from decimal import Decimal

import pandas as pd
import plotly.graph_objects as go
import pytest

from dashboards import charts, cohort_words, words
from dashboards.cards import spark
from dashboards.cohort_charts import END, RIGHT, Named, developing
from dashboards.palette import ACCENT, BREACH, GREY, PAYER_TONES, payer_tone

SP = words.SPACE


def rates(count: int, n: int = 100) -> pd.DataFrame:
    """So many groups, or months, of a rate of 10 %."""
    rows = [
        {
            "name": f"Payer {i}",
            "value": Decimal("0.1"),
            "low": 0.05,
            "high": 0.2,
            "n": n,
            "month": datetime.date(2025, i + 1, 1),
        }
        for i in range(count)
    ]
    return pd.DataFrame(rows, columns=["name", "value", "low", "high", "n", "month"], dtype="object")


def texts(figure: go.Figure) -> list[str]:
    """What is written beside the marks."""
    return [annotation.text for annotation in figure.layout.annotations]


@pytest.mark.parametrize("count", [0, 1, 12])
def test_every_chart_can_be_drawn_of_nothing_of_one_and_of_many(count: int) -> None:
    """Zero rows, one row and a year of rows are figures, never errors."""
    frame = rates(count)
    for figure in (charts.trend(frame, target=0.05), charts.dots(frame), charts.pareto(frame), charts.bars(frame)):
        assert isinstance(figure.to_json(), str)
    cells = frame.assign(row="A", column="B", of=50).head(1)
    assert isinstance(charts.heat(cells, ["A"][:count], ["B"][:count]).to_json(), str)


def test_a_group_of_too_few_is_hollow_and_says_so() -> None:
    """Below twenty in the denominator there is no rate, only n."""
    figure = charts.dots(rates(1, n=19))
    assert ("circle-open",) == figure.data[-1].marker.symbol
    assert "too few" in texts(figure)[0] and "n 19" in texts(figure)[0]


def test_only_a_group_whose_interval_lies_above_the_reference_is_the_subject() -> None:
    """A point above the reference that may well be chance stays grey."""
    frame = rates(2)
    frame["low"] = [0.08, 0.05]
    assert (ACCENT, GREY) == charts.dots(frame, reference=0.06).data[-1].marker.color


def test_the_axis_of_small_rates_says_no_tick_twice() -> None:
    """Ticks are whole per cents: an axis to 1.3 % would say `1%` for half a per cent too."""
    frame = rates(1).assign(value=0.0, low=0.0, high=0.012)
    assert charts.dots(frame).layout.xaxis.range[1] >= charts.LEAST_AXIS


@pytest.mark.parametrize("share", [0, 0.05, 1])
def test_the_axis_writes_per_cents_as_the_text_does(share: float) -> None:
    """`15 %`, with the blank that Plotly's own format leaves out, at every tick of a rate."""
    axis = charts.dots(rates(2)).layout.xaxis
    assert ".0%" == axis.tickformat
    assert f"{share * 100:.0f}{SP}%" == axis.labelalias[f"{share:.0%}"]


def test_marks_of_too_few_alone_are_within_the_axis() -> None:
    """Hollow marks are the only ones: the axis reaches to them."""
    assert charts.dots(rates(1, n=2).assign(value=1.0, low=0.3, high=1.0)).layout.xaxis.range[1] >= 1


def test_names_are_labels_not_markup() -> None:
    """A payer called <b>X</b> is shown with its brackets; names that look alike once cut keep rows of their own."""
    frame = rates(2).assign(name=["<b>X</b>" + "y" * 60, "<b>X</b>" + "y" * 60 + "z"])
    figure = charts.dots(frame)
    assert figure.layout.yaxis.ticktext[0].startswith("&lt;b&gt;X") and [0, 1] == list(figure.data[-1].y)


def test_a_click_gives_the_name_behind_the_mark() -> None:
    """The mark's customdata is the full name, however its label was cut."""
    assert ["Payer 0"] == list(charts.pareto(rates(1)).data[0].customdata[0])


def test_bars_that_make_up_the_first_four_fifths_are_the_subject() -> None:
    """The running share is printed; context bars stay grey whatever their size."""
    frame = pd.DataFrame(
        {"name": ["a", "b", "c"], "value": [Decimal(60), Decimal(30), Decimal(10)], "is_context": False}
    )
    figure = charts.pareto(frame)
    assert [ACCENT, ACCENT] == list(figure.data[0].marker.color[:2]) and ACCENT != figure.data[0].marker.color[2]
    assert f"$30 · 30.0{SP}%" in texts(figure)[1] and f"90.0{SP}%" in texts(figure)[1]


def test_a_month_that_is_not_over_is_dotted_and_hollow() -> None:
    """The last whole month carries the value, in red where it misses the target."""
    frame = rates(3).assign(is_partial=[False, False, True])
    figure = charts.trend(frame, target=0.05, is_breach=True)
    assert "circle-open" == figure.data[-1].marker.symbol[-1]
    assert "dot" in [trace.line.dash for trace in figure.data if trace.line]
    last = next(annotation for annotation in figure.layout.annotations if annotation.font.color == BREACH)
    assert datetime.date(2025, 2, 1) == last.x


def test_small_cells_are_grey_and_hold_their_n() -> None:
    """A heat map shows no rate for a cell of too few."""
    cells = pd.DataFrame(
        [
            {"row": "A", "column": "B", "value": 0.5, "n": 3, "of": 6},
            {"row": "A", "column": "C", "value": 0.1, "n": 9, "of": 90},
        ]
    )
    figure = charts.heat(cells, ["A"], ["B", "C"])
    assert "too few" in figure.data[-1].text[0] and "n 3" in figure.data[-1].text[0]
    assert [None, 0.1] == list(figure.data[0].z[0])


def test_a_spark_marks_the_last_month_and_leaves_gaps() -> None:
    """A month without data is no zero."""
    drawn = spark([0.1, None, 0.2], target=0.05, is_breach=True)
    assert 2 == drawn.count("M") and BREACH in drawn and "stroke-dasharray" in drawn


def test_a_payer_keeps_its_colour() -> None:
    """Colours go by rank; after the ninth all are grey."""
    assert (PAYER_TONES[0], GREY, GREY) == (payer_tone(1), payer_tone(10), payer_tone(None))


def contrast(tone: str, ground: str) -> float:
    """The contrast ratio of WCAG 2."""

    def light(text: str) -> float:
        parts = [int(text[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    high, low = sorted((light(tone), light(ground)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("ground", ["#ffffff", "#12171d"])
def test_every_tone_can_be_told_from_both_grounds(ground: str) -> None:
    """Marks reach 3:1 on the light and on the dark page."""
    assert [] == [tone for tone in (GREY, ACCENT, BREACH, *PAYER_TONES) if contrast(tone, ground) < 3]


def cohort(**more: object) -> pd.DataFrame:
    """Three months, of the last of which a part of the claims is decided."""
    told = cohort_words.still_adjudicating(0.62, 0.079, 0.068, 0.094)
    known: dict[str, object] = {"is_immature": [False, False, True], "told": ["", "", told]}
    known |= {"estimate": [0.1, 0.1, 0.079], "estimate_low": [0.1, 0.1, 0.068], "estimate_high": [0.1, 0.1, 0.094]}
    return rates(3).assign(**(known | more))


def test_a_month_that_is_not_decided_stands_at_its_estimate_with_its_range() -> None:
    """Hollow, with an upright bar, and in words: how far it is, and what is to be expected."""
    figure = charts.trend(cohort())
    marks = figure.data[-1]
    assert ("circle", "circle", "circle-open") == marks.marker.symbol and [0.1, 0.1, 0.079] == list(marks.y)
    told = f"still adjudicating: 62{SP}% decided<br>completed estimate 7.9{SP}% (6.8 to 9.4)"
    assert told in marks.hovertext[2] and "adjudicating" not in marks.hovertext[1]
    assert [(0.068, 0.094)] == [trace.y for trace in figure.data if trace.line.width == 2 and not trace.line.dash]


def test_what_is_not_decided_is_dotted_and_has_no_interval() -> None:
    """The band ends with the last month that is mature; the line goes on dotted."""
    figure = charts.trend(cohort())
    assert 2 == len(figure.data[0].x)
    assert "dot" in [trace.line.dash for trace in figure.data if trace.line]


def test_a_month_without_an_estimate_stays_where_it_is_so_far() -> None:
    """Hollow at what is known; that there are too few complete months to estimate from is said."""
    marks = charts.trend(cohort(estimate=None, estimate_low=None, estimate_high=None)).data[-1]
    assert 0.1 == marks.y[2] and "circle-open" == marks.marker.symbol[2]
    assert "too few complete months" in cohort_words.still_adjudicating(0.62, None, None, None)


def curves(*names: str) -> pd.DataFrame:
    """Shares adjudicated by lag day, alike for each name."""
    return pd.DataFrame(
        [(name, day, day / 40) for name in names for day in range(0, 41, 10)], columns=["name", "day", "value"]
    )


def test_curves_of_cohorts_are_grey_but_for_the_subject_which_is_named() -> None:
    """One colour for the subject, its name beside it instead of a legend, and the share that is called mature."""
    named = [Named("slow", RIGHT, is_subject=True), Named("Oct", END, f"Oct 25{SP}%", is_dotted=True)]
    figure = developing(curves("fast", "slow", "Oct"), named)
    lines = {trace.customdata[0][0]: trace.line for trace in figure.data}
    assert ACCENT == lines["slow"].color and ACCENT != lines["fast"].color and "dot" == lines["Oct"].dash
    assert ["slow", f"Oct 25{SP}%", f"95{SP}% = mature"] == texts(figure)
    assert isinstance(developing(curves()).to_json(), str)


def test_a_cohort_says_how_far_it_is_but_never_rounds_to_all() -> None:
    """62 % is decided; 99.6 % is not all, 0.2 % is not nothing."""
    assert f"62{SP}%" == cohort_words.share(Decimal("0.62"))
    assert (f"more than 99{SP}%", f"less than 1{SP}%") == (cohort_words.share(0.996), cohort_words.share(0.002))
