import datetime
from typing import Any

import pytest

from dashboards import change_chart, words
from pipelines.effect.result import Arm, Counts, Month, Result

SP = words.SPACE
Day = datetime.date


def result(counts: Counts, series: tuple[Month, ...] = ()) -> Result:
    """A result of which only the picture's part matters."""
    fields: dict[str, Any] = dict.fromkeys(Result.__dataclass_fields__)
    told = {"counts": counts, "series": series, "go_live": Day(2026, 3, 1), "wash_in_to": Day(2026, 3, 28)}
    spans = {"baseline_from": Day(2026, 1, 1), "baseline_to": Day(2026, 2, 1)}
    return Result(**{**fields, **told, **spans})


FULL = Counts(Arm(100, 20), Arm(100, 10), Arm(50, 5), Arm(50, 6))


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        (FULL, f"With the change 20.0{SP}% before and 10.0{SP}% after; in the comparison 10.0{SP}% and 12.0{SP}%"),
        (
            Counts(Arm(100, 20), Arm(100, 10), Arm(0, 0), Arm(0, 0)),
            f"With the change 20.0{SP}% before and 10.0{SP}% after; there is no comparison to hold it against",
        ),
        (
            Counts(Arm(100, 20), Arm(19, 0), Arm(50, 5), Arm(50, 6)),
            f"20.0{SP}% before go-live; too few settled lines after it to say more",
        ),
        (Counts(Arm(19, 1), Arm(100, 1), Arm(50, 5), Arm(50, 6)), "Too few lines before go-live to compare with"),
    ],
)
def test_the_title_says_what_the_picture_shows(counts: Counts, expected: str) -> None:
    """Both arms where both are known, and otherwise what is missing."""
    assert expected == change_chart.title(result(counts))


def test_small_spiky_and_young_months_are_hollow_and_young_ones_dotted() -> None:
    """Only a settled month of enough lines is a full mark."""
    big, small = Arm(40, 4), Arm(5, 1)
    series = (
        Month(Day(2026, 1, 1), "before", True, big, big),
        Month(Day(2026, 2, 1), "spike", True, big, big),
        Month(Day(2026, 4, 1), "after", True, small, big, 0.2),
        Month(Day(2026, 5, 1), "after", False, big, Arm(0, 0), 0.2),
    )
    chart = change_chart.figure(result(FULL, series))
    treated = [list(one.marker.symbol) for one in chart.data if one.mode == "markers"][1]
    assert ["circle", "circle-open", "circle-open", "circle-open"] == treated
    dashes = {one.line.dash: len(one.x) for one in chart.data if one.mode == "lines" and one.line.dash}
    assert {"dot": 2, "dash": 2} == dashes
    compared = next(one for one in chart.data if one.mode == "markers")
    assert "no line<br>still being decided" in compared.hovertext[3]


def test_the_table_carries_the_true_numbers() -> None:
    """A month without a line has no rate, and none is made up."""
    table = change_chart.table(result(FULL, (Month(Day(2026, 1, 1), "before", True, Arm(4, 1), Arm(0, 0)),)))
    assert [1, 4, 0.25, 0, 0, None, None] == list(table.iloc[0])[3:]


def test_nothing_to_draw_is_no_error() -> None:
    """A change without a line has an empty picture."""
    assert 0.055 == pytest.approx(change_chart.figure(result(FULL)).layout.yaxis.range[1])


def test_few_months_are_named_once_each() -> None:
    """Of two months the axis does not name every week by its month."""
    big = Arm(40, 4)
    series = tuple(Month(Day(2026, month, 1), "before", True, big, big) for month in (1, 2))
    assert "M1" == change_chart.figure(result(FULL, series)).layout.xaxis.dtick
