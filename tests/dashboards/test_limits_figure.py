import datetime
import itertools
from typing import Any

import pandas as pd
import plotly.graph_objects as go
import pytest

from dashboards import charts, limits_words, words
from dashboards.limits_figure import LABEL_HEIGHT, Mark
from dashboards.limits_small import small_multiples
from dashboards.palette import ACCENT, BREACH, PAYER_TONES

SP = words.SPACE
NO_LIMITS: dict[str, Any] = {"centre": None, "lower": None, "upper": None}


def month(number: int) -> datetime.date:
    """The month so many after January 2025."""
    return datetime.date(2025 + number // 12, number % 12 + 1, 1)


def chart(*values: float, n: int = 100, **more: Any) -> pd.DataFrame:
    """Months of these rates about a mean of 10 %, with limits at 4 % and 16 %; those outside say so."""
    rules = ["above" if value > 0.16 else "below" if value < 0.04 else "" for value in values]
    frame = pd.DataFrame(
        {
            "month": [month(place) for place in range(len(values))],
            "value": list(values),
            "n": n,
            "centre": 0.1,
            "lower": 0.04,
            "upper": 0.16,
            "rule": rules,
            "signal": [f"{rule} its limit" if rule else "" for rule in rules],
            "is_worse": [rule == "above" for rule in rules],
            "is_partial": False,
        },
        dtype="object",
    )
    return frame.assign(**more)


def marks_of(figure: go.Figure) -> Any:
    """The trace that carries the months' marks."""
    return next(trace for trace in reversed(figure.data) if trace.mode == "markers")


def test_limits_are_steps_and_a_month_outside_is_a_red_diamond_that_says_why() -> None:
    """Shape and colour both tell it; hovering tells limits, mean and the rule."""
    figure = charts.trend(chart(0.1, 0.2, 0.02, 0.1))
    assert 3 == sum(trace.line.shape == "hvh" for trace in figure.data)
    marks = marks_of(figure)
    assert ("circle", "diamond", "diamond", "circle") == marks.marker.symbol
    assert (ACCENT, BREACH, ACCENT, ACCENT) == marks.marker.color
    told = f"limits 4.0{SP}% to 16.0{SP}%, mean 10.0{SP}%<br><b>above its limit</b>"
    assert told in marks.hovertext[1] and "above" not in marks.hovertext[0]


def test_without_limits_a_trend_keeps_its_interval() -> None:
    """Under twelve months there is nothing to judge by, but chance still has a band."""
    figure = charts.trend(chart(0.1, 0.2, low=0.05, high=0.3, signal=None, **NO_LIMITS))
    assert 0 == sum(trace.line.shape == "hvh" for trace in figure.data)
    assert ("tonexty",) == tuple(trace.fill for trace in figure.data if trace.fill)


def test_a_month_that_is_not_judged_has_no_limits() -> None:
    """The band ends where judging ends; the month is hollow."""
    frame = chart(0.1, 0.1, 0.1, is_partial=[False, False, True])
    frame.loc[2, ["centre", "lower", "upper"]] = None
    figure = charts.trend(frame)
    band = next(trace for trace in figure.data if trace.fill)
    assert 2 == len(band.x) and "circle-open" == marks_of(figure).marker.symbol[2]


def test_names_of_lines_never_cover_each_other() -> None:
    """Mean and target lie a hair apart: their names at the side do not."""
    figure = charts.trend(chart(0.1, 0.1), target=0.101)
    names = [one for one in figure.layout.annotations if one.xref == "paper"]
    room = (340 if figure.layout.height == 340 else figure.layout.height) - 8 - 44
    heights = sorted(one.y / figure.layout.yaxis.range[1] * room + one.yshift for one in names)
    assert 3 == len(names)
    assert all(high - low >= LABEL_HEIGHT - 0.01 for low, high in itertools.pairwise(heights))


def test_a_change_that_went_live_is_an_upright_line_with_its_name() -> None:
    """A long name is cut and told whole on hover; names from people are text, not markup."""
    name = "Injection template <b>with</b> prior therapy spelt out"
    figure = charts.trend(chart(*[0.1] * 6), marks=[Mark(datetime.date(2025, 3, 10), name)])
    assert ["2025-03-10"] == [shape.x0 for shape in figure.layout.shapes if shape.x0 == shape.x1]
    shown = next(one for one in figure.layout.annotations if one.hovertext)
    assert "&lt;b&gt;" in shown.text and shown.text.endswith("…")
    assert "prior therapy spelt out<br>went live 10 Mar 2025" in shown.hovertext


@pytest.mark.parametrize("count", [0, 1, 5])
def test_changes_do_not_need_a_trend(count: int) -> None:
    """Nothing to draw, one month, or more changes than rows for their names: a figure in every case."""
    marks = [Mark(month(place), f"Change {place}") for place in range(6)]
    assert isinstance(charts.trend(chart(*[0.1] * count), marks=marks).to_json(), str)


def test_each_payer_has_a_panel_in_its_own_colour_on_one_scale() -> None:
    """Heights can be compared across panels; a month outside its own limits is red in any of them."""
    frame = pd.concat([chart(0.1, 0.2).assign(name="A"), chart(0.1, 0.1).assign(name="B")])
    figure = small_multiples(frame, {"A": PAYER_TONES[0], "B": PAYER_TONES[1]})
    colours = [tuple(trace.marker.color) for trace in figure.data if trace.mode == "markers"]
    assert [(PAYER_TONES[0], BREACH), (PAYER_TONES[1], PAYER_TONES[1])] == colours
    assert 1 == len({axis.range for axis in figure.select_yaxes()})
    assert ["A", "B"] == [one.text for one in figure.layout.annotations]


@pytest.mark.parametrize("names", [0, 1, 7])
def test_panels_can_be_drawn_of_nothing_of_one_and_of_many(names: int) -> None:
    """No payer, one and a last row that is not full; months without limits are months all the same."""
    frames = [chart(0.1, 0.2, **NO_LIMITS).assign(name=f"Payer {place}") for place in range(names)]
    frame = pd.concat(frames) if frames else chart().assign(name=None)
    assert isinstance(small_multiples(frame, {}).to_json(), str)


def test_the_title_names_the_months_outside() -> None:
    """One or two by name, more or both sides by number; the rest is counted."""
    assert "Feb 2025 above its limit; 3 of 4 months within" == limits_words.title(chart(0.1, 0.2, 0.1, 0.1))
    two = limits_words.title(chart(0.01, 0.1, 0.02))
    assert "Jan 2025 and Mar 2025 below their limits; 1 of 3 months within" == two
    assert "Two months outside their limits; 1 of 3 months within" == limits_words.title(chart(0.01, 0.1, 0.2))


def test_the_title_of_a_quiet_chart_holds_it_against_the_target() -> None:
    """Within limits is not within the target: a steady process may steadily miss it."""
    steady = chart(0.1, 0.1)
    assert "All 2 months within their limits" == limits_words.title(steady)
    assert f"All 2 months within their limits, each above the target of 5.0{SP}%" == limits_words.title(steady, 0.05)
    assert f"All 2 months within their limits, and within the target of 12.0{SP}%" == limits_words.title(steady, 0.12)
    some = limits_words.title(chart(0.1, 0.15), 0.12)
    assert f"All 2 months within their limits, one of them above the target of 12.0{SP}%" == some


def test_the_title_of_a_run_says_since_when() -> None:
    """Months on one side of the mean, none of them outside: a shift."""
    frame = chart(0.1, *[0.12] * 8, rule=["", *["run"] * 8])
    assert "8 months in a row above the mean since Feb 2025: more than chance explains" == limits_words.title(frame)


def test_without_limits_there_is_no_title_of_limits() -> None:
    """The page says how many months are missing instead."""
    assert "" == limits_words.title(chart(0.1, **NO_LIMITS))
