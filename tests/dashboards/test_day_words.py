from types import SimpleNamespace

import pandas as pd
import pytest

from dashboards import day_words, words
from dashboards.day_frames import Watched, curve_frame, median_interval, typical
from dashboards.spans import SPANS
from pipelines.survival import kaplan_meier

SP = words.SPACE


def found(
    done: dict[int, int], still: dict[int, int] | None = None, key: str = "resubmission", kpi: str = ""
) -> Watched:
    """A span of which so many took so many days and so many have been open for so many."""
    span, still = SPANS[key], still or {}
    return Watched(span, kpi or span.kpi, SimpleNamespace(done=done, open=still), kaplan_meier(done, still))


def groups(*rows: tuple[str, int | None, int | None, int]) -> pd.DataFrame:
    """Groups, the slowest first: name, typical days, lower end of the interval, n."""
    return pd.DataFrame(rows, columns=["name", "value", "low", "n"], dtype="object")


def test_the_headline_says_the_days_and_how_far_from_the_target() -> None:
    """Half within six days, where two are wanted."""
    told = day_words.headline(found({2: 10, 6: 20, 30: 20}), 2)
    assert f"Half of denied lines are sent again within 6{SP}days, 4{SP}days over the target" == told
    assert day_words.headline(found({1: 30}), 2).endswith("within the target")


def test_an_upper_bound_says_at_most() -> None:
    """From the next remit it is only known that the claim was sent before it."""
    told = day_words.headline(found({20: 30}, kpi="days_to_next_remit"), 2)
    assert f"within at most 20{SP}days" in told


def test_too_few_have_no_typical_days() -> None:
    """Nineteen lines are told as what they are; none as what to load."""
    assert "19 denied lines: too few to speak of typical days" == day_words.headline(found({3: 19}), 2)
    assert "No denied line in this view" == day_words.headline(found({}), 2)


def test_more_open_than_done_is_no_number_of_days() -> None:
    """Where less than half is done no day is the typical one."""
    told = day_words.headline(found({3: 10}, {40: 90}), 2)
    assert "Fewer than half of denied lines are sent again within the time watched" == told


def test_what_is_open_counts_as_long_as_it_was_watched() -> None:
    """Forty sent after two days and forty open for a month: half are done, the days of the done alone would say all."""
    row = typical(kaplan_meier({2: 40}, {30: 40}))
    assert (2, 80, 40, None) == (row["value"], row["n"], row["open"], row["ninety"])


def test_the_interval_of_the_typical_days_is_where_the_curves_interval_crosses_half() -> None:
    """Few cases, wide interval; an end that is never crossed is none."""
    few, many = kaplan_meier({1: 5, 5: 5, 9: 5, 20: 5}, {}), kaplan_meier({1: 500, 5: 500, 9: 500, 20: 500}, {})
    assert (1, 9) == median_interval(few)
    assert (5, 9) == median_interval(many)
    assert None is median_interval(kaplan_meier({1: 10}, {2: 90}))[1]


@pytest.mark.parametrize(("done", "still"), [({}, {}), ({}, {5: 3}), ({0: 1}, {}), ({3: 5, 400: 1}, {90: 7})])
def test_a_curve_begins_with_all_open(done: dict[int, int], still: dict[int, int]) -> None:
    """Also where nothing is done, or nothing is watched at all."""
    frame = curve_frame(found(done, still))
    assert (0, 1.0) == (frame["day"].iloc[0], frame["value"].iloc[0])
    assert frame["day"].is_monotonic_increasing


def test_a_histogram_says_the_share_of_all_within_the_target_not_of_those_done() -> None:
    """Thirty of a hundred within two days; the forty still open are among the hundred."""
    told = day_words.histogram(found({1: 30, 9: 30}, {60: 40}), 2)
    assert f"30.0{SP}% were sent again within 2{SP}days" == told
    assert f"Half were answered after 10 to 30{SP}days" == day_words.histogram(
        found({10: 40, 30: 60}, key="first-answer"), None
    )


def test_the_curve_says_how_many_are_open_at_the_last_round_number_of_days() -> None:
    """Watched for 100 days: at 90."""
    assert f"After 90{SP}days 40.0{SP}% are still not sent again" == day_words.curve(found({1: 60}, {100: 40}))
    assert "All were sent again within the time watched" == day_words.curve(found({1: 60}))


def test_only_a_group_surely_slower_than_all_is_named() -> None:
    """The slowest whose interval holds the days of all is not; one of too few is not."""
    sure = groups(("medicaid", 14, 11, 50), ("Aetna", 6, 4, 90))
    assert f"Medicaid takes longest: 14{SP}days, all together 7{SP}days" == day_words.spread(sure, 7, "Payer")
    assert f"; longest for medicaid: 14{SP}days" == day_words.slowest(sure, 7)
    assert "No payer takes clearly longer than all together" == day_words.spread(sure, 12, "Payer")
    assert "" == day_words.slowest(groups(("A", 14, 11, 19)), 7)
    assert "Too few of any payer to compare" == day_words.spread(groups(("A", 14, 11, 19)), 7, "Payer")


def test_a_trend_counts_a_month_of_which_less_than_half_is_done_as_missed() -> None:
    """No typical days yet is more than two days."""
    frame = pd.DataFrame(
        {"month": pd.to_datetime(["2026-01-01", "2026-02-01"]), "value": [1, None], "n": [50, 50], "is_partial": False}
    )
    assert f"Above the target of 2{SP}days in one of two whole months" == day_words.trend(frame, 2)
