import dataclasses
import datetime
import itertools
from typing import Any

import pandas as pd
import plotly.graph_objects as go
import pytest

from dashboards import charts, limits_words, words
from dashboards.limits_blocks import payers_title
from dashboards.limits_data import judged
from dashboards.limits_figure import LABEL_HEIGHT, Mark
from dashboards.limits_small import small_multiples
from dashboards.palette import ACCENT, BREACH, PAYER_TONES
from pipelines.control_chart import Point, Span, p_chart
from pipelines.scope import Scope
from pipelines.trend import Trend

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


def trend_of(*denied: int, n: int = 100) -> tuple[Trend, pd.DataFrame]:
    """Months of so many denied of n, as they are judged, and their frame."""
    points = [Point(month(place), count, n) for place, count in enumerate(denied)]
    found = p_chart(points)
    reason = "" if found.centre else "limits need 12 settled months of 20 or more; there are 3"
    frame = pd.DataFrame({"month": [one.month for one in points], "n": n, "is_partial": False}, dtype="object")
    frame = frame.assign(value=[one.numerator / n for one in points])
    return Trend("denial_rate", Scope(), found, reason), judged(frame, found, "denial_rate")


def test_the_title_of_a_quiet_chart_holds_it_against_the_target() -> None:
    """Within limits is not within the target: a steady process may steadily miss it."""
    trend, frame = trend_of(*[9, 10] * 6)
    steady = limits_words.title(trend, frame, None)
    assert "months within limits" in steady
    assert f"{steady}, each above the target of 5.0{SP}%" == limits_words.title(trend, frame, 0.05)
    assert f"{steady}, and within the target of 12.0{SP}%" == limits_words.title(trend, frame, 0.12)
    assert f"{steady}, six of them above the target of 10.0{SP}%" == limits_words.title(trend, frame, 0.1)


def test_the_title_of_a_month_outside_names_it_and_leaves_the_target_alone() -> None:
    """What is more than chance goes first; it is red on the side that is worse."""
    trend, frame = trend_of(*[9, 10] * 6, 40)
    assert "11" not in limits_words.title(trend, frame, 0.05)
    assert "Jan 2026 above its upper limit" in limits_words.title(trend, frame, 0.05)
    assert ["above its upper limit"] == [text for text in frame["signal"] if text] and frame["is_worse"].iloc[-1]


def test_under_twelve_months_the_title_is_about_the_target_and_the_hint_says_what_is_missing() -> None:
    """No limits is a state, and it says what it needs."""
    trend, frame = trend_of(9, 10, 11)
    assert f"Above the target of 5.0{SP}% in every whole month" == limits_words.title(trend, frame, 0.05)
    assert "Limits need 12 settled months of 20 or more; there are 3." == limits_words.learnt(trend)
    assert frame["upper"].isna().all()


def test_the_hint_says_what_limits_are_learnt_from() -> None:
    """Twelve to twenty months are provisional; dollars never have limits and say nothing."""
    provisional, _ = trend_of(*[9, 10] * 6)
    settled, _ = trend_of(*[9, 10] * 12)
    assert "Provisional limits from 12 months; settled above 20." == limits_words.learnt(provisional)
    assert "Limits from 23 months." == limits_words.learnt(settled)
    assert "" == limits_words.learnt(None)
    frozen = dataclasses.replace(
        settled, chart=p_chart([Point(month(place), 9, 100) for place in range(20)], Span(month(0), month(12)))
    )
    assert "Limits frozen at Jan 2025 to Jan 2026." == limits_words.learnt(frozen)


def test_a_month_that_the_view_cuts_is_not_held_against_limits() -> None:
    """Its rate is of a part of the month, its limits would be of the whole."""
    trend, frame = trend_of(*[9, 10] * 6)
    frame.loc[0, "n"] = 50
    assert pd.isna(judged(frame, trend.chart, "denial_rate")["upper"].iloc[0])


def test_which_payers_are_out_of_their_usual_range() -> None:
    """One month by name, several payers by theirs, those without limits are counted."""
    quiet, odd = chart(0.1, 0.1).assign(name="A"), chart(0.1, 0.2).assign(name="B")
    new = chart(0.1, **NO_LIMITS).assign(name="C")
    assert "Too few months at any payer for limits" == payers_title(new)
    assert "No payer out of its usual range; one without limits yet" == payers_title(pd.concat([quiet, new]))
    assert "B: Feb 2025 above its limit" == payers_title(pd.concat([quiet, odd]))
    both = payers_title(pd.concat([odd, odd.assign(name="D")]))
    assert "B and D have months out of the usual range" == both


@pytest.mark.parametrize(
    ("values", "side"),
    [
        ((0.05, 0.10, 0.05), 16),  # a peak: above it
        ((0.10, 0.05, 0.10), -16),  # a trough: below it
        ((0.15, 0.10, 0.05), 10),  # it falls and goes on falling: above the slope
        ((0.05, 0.10, 0.15), -11),  # it rises and goes on rising: below the slope
    ],
)
def test_the_last_value_is_written_beside_the_line(values: tuple[float, ...], side: int) -> None:
    """The last whole month is followed by one that is not over: the value lies on neither of the two lines."""
    figure = charts.trend(chart(*values, is_partial=[False, False, True]))
    last = next(one for one in figure.layout.annotations if one.text.startswith("<b>"))
    assert side == last.yshift
