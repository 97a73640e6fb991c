from types import SimpleNamespace

import pandas as pd
import pytest

from dashboards import day_words, words
from dashboards.day_frames import Watched, curve_frame, left_open, median_interval, typical, watched_long
from dashboards.spans import SPANS
from pipelines.intervals import wilson
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
    assert f"90.0{SP}% of denied lines are still not sent again after 30{SP}days" == told
    told = day_words.headline(found({3: 10}, {20: 90}), 2)
    assert "Fewer than half of denied lines are sent again within the time watched" == told


def test_what_is_open_counts_as_long_as_it_was_watched() -> None:
    """Forty sent after two days and forty open for a month: half are done, the days of the done alone would say all."""
    row = typical(SimpleNamespace(done={2: 40}, open={30: 40}))
    assert (2, 80, 40, None) == (row["value"], row["n"], row["open"], row["ninety"])


def test_one_that_was_watched_longest_does_not_decide_the_typical_days() -> None:
    """A month of which most were watched for a few days only: one of the last two was done after 29."""
    days = SimpleNamespace(done={10: 3, 29: 1}, open={**dict.fromkeys(range(11, 21), 3), 30: 1})
    assert 29 == kaplan_meier(days.done, days.open).median
    assert None is typical(days)["value"]
    assert 5 == typical(SimpleNamespace(done={5: 20}, open={}))["value"]


def test_what_nobody_ever_did_takes_longer_than_it_was_watched() -> None:
    """Thirty open for ten to thirty-nine days: twenty of them were watched for twenty days, and none was done."""
    row = typical(SimpleNamespace(done={}, open=dict.fromkeys(range(10, 40), 1)))
    assert (None, 20, None) == (row["value"], row["low"], row["high"])
    assert None is watched_long(SimpleNamespace(done={1: 19}, open={}))


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
    """The last was sent after 92 days: at 90. All others were sent at once: at 30, where the curve ends."""
    assert f"After 90{SP}days 45.0{SP}% are still not sent again" == day_words.curve(found({1: 55, 92: 5}, {100: 40}))
    assert f"After 30{SP}days 40.0{SP}% are still not sent again" == day_words.curve(found({1: 60}, {100: 40}))
    assert "All were sent again within the time watched" == day_words.curve(found({1: 60}))


def test_only_a_group_surely_slower_than_all_is_named() -> None:
    """The slowest whose interval holds the days of all is not; one of too few is not."""
    sure = groups(("medicaid", 14, 11, 50), ("Aetna", 6, 4, 90))
    assert f"Medicaid takes longest: 14{SP}days, all together 7{SP}days" == day_words.spread(sure, 7, "Payer")
    assert f"; longest for medicaid: 14{SP}days" == day_words.slowest(sure, found({7: 30}))
    assert "No payer takes clearly longer than all together" == day_words.spread(sure, 12, "Payer")
    assert "" == day_words.slowest(groups(("A", 14, 11, 19)), found({7: 30}))
    assert "Too few of any payer to compare" == day_words.spread(groups(("A", 14, 11, 19)), 7, "Payer")


def test_a_trend_counts_a_month_of_which_less_than_half_is_done_as_missed() -> None:
    """No typical days yet is more than two days."""
    frame = pd.DataFrame(
        {"month": pd.to_datetime(["2026-01-01", "2026-02-01"]), "value": [1, None], "n": [50, 50], "is_partial": False}
    )
    assert f"Above the target of 2{SP}days in one of two whole months" == day_words.trend(frame, 2)


def test_where_nothing_is_done_chance_is_told_all_the_same() -> None:
    """None of five was done in a month: that leaves room for half of all; of five hundred it does not."""
    few, many = (typical(SimpleNamespace(done={}, open={10: 99, 40: count})) for count in (5, 500))
    assert (1.0, *wilson(5, 5)) == (few["left"], few["left_low"], few["left_high"])
    assert few["left_low"] < 0.6 and many["left_low"] > 0.99
    later = typical(SimpleNamespace(done={31: 3, 40: 1}, open={29: 7}))
    assert (1.0, *wilson(4, 4)) == (later["left"], later["left_low"], later["left_high"])


def test_where_most_is_never_done_groups_are_told_by_what_is_open_after_a_month() -> None:
    """No typical days: the share still open, and who has surely more of it open than all."""
    rows = [("A", 0.95, 0.9, 0.99, 60), ("B", 0.6, 0.5, 0.7, 90), ("C", 1.0, 1.0, 1.0, 5)]
    frame = pd.DataFrame(rows, columns=["name", "left", "left_low", "left_high", "n"], dtype="object")
    left = left_open(frame.assign(value=None, low=None, high=None))
    assert ["A", "B", "C"] == list(left["name"])
    told = day_words.spread_left(left, found({3: 25}, {60: 75}), "Payer")
    assert f"A is slowest: 95.0{SP}% not sent again after 30{SP}days, all together 75.0{SP}%" == told


def test_nobody_without_a_name_is_called_the_slowest() -> None:
    """What a file does not say is no payer, provider or procedure that could be slow."""
    assert "No payer takes" in day_words.spread(groups(("(not given)", 33, 30, 90), ("A", 5, 4, 90)), 7, "Payer")
