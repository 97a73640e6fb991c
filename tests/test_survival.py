"""Kaplan and Meier's estimate: worked by hand, and against a slow second implementation."""

import math
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.measure import percentile
from pipelines.survival import Curve, kaplan_meier

histograms = st.dictionaries(st.integers(0, 40), st.integers(1, 30), max_size=12)


def plain(done: dict[int, int], still_open: dict[int, int]) -> dict[int, Fraction]:
    """Day -> share open, one line at a time."""
    lines = [(day, True) for day, count in done.items() for _ in range(count)]
    lines += [(day, False) for day, count in still_open.items() for _ in range(count)]
    share, found = Fraction(1), {}
    for day in sorted({day for day, is_done in lines if is_done}):
        watched = [line for line in lines if line[0] >= day]
        finished = [line for line in watched if line == (day, True)]
        share *= 1 - Fraction(len(finished), len(watched))
        found[day] = share
    return found


def test_worked_by_hand() -> None:
    """Six lines, done after 1, 3 and 6 days, open since 3, 4 and 7: 5/6, then 4/5 of it, then half of that."""
    curve = kaplan_meier({1: 1, 3: 1, 6: 1}, {3: 1, 4: 1, 7: 1})
    expected = [(1, 6, 1, 5 / 6), (3, 5, 1, 2 / 3), (6, 2, 1, 1 / 3)]
    assert [pytest.approx(step) for step in expected] == [step[:4] for step in curve.steps]
    assert (6, 3, 3) == (curve.median, curve.done_count, curve.open_count)


def test_interval_worked_by_hand() -> None:
    """Greenwood: 5 of 10 done on day 2 has variance 1/20, on the log(-log) scale a half width of 1.96 x 0.3226."""
    (step,) = kaplan_meier({2: 5}, {9: 5}).steps
    half = 1.959963984540054 * math.sqrt(5 / (10 * 5)) / math.log(2)
    assert (pytest.approx(0.5 ** math.exp(half)), pytest.approx(0.5 ** math.exp(-half))) == (step.low, step.high)
    assert (pytest.approx(0.1836, abs=1e-4), pytest.approx(0.7532, abs=1e-4)) == (step.low, step.high)


def test_remission_of_leukaemia() -> None:
    """The 6-MP arm of Freireich 1963, printed in most textbooks: median 23 weeks, 0.8571 open after week 6."""
    done = {6: 3, 7: 1, 10: 1, 13: 1, 16: 1, 22: 1, 23: 1}
    still_open = {6: 1, 9: 1, 10: 1, 11: 1, 17: 1, 19: 1, 20: 1, 25: 1, 32: 2, 34: 1, 35: 1}
    curve = kaplan_meier(done, still_open)
    printed = [0.8571, 0.8067, 0.7529, 0.6902, 0.6275, 0.5378, 0.4482]
    assert printed == [pytest.approx(step.share_open, abs=5e-5) for step in curve.steps]
    assert (23, None) == (curve.median, curve.percentile(0.9))


@given(histograms, histograms)
def test_as_line_by_line(done: dict[int, int], still_open: dict[int, int]) -> None:
    """The shares are those that a loop over single lines finds, and each lies within its interval."""
    curve = kaplan_meier(done, still_open)
    expected = {day: pytest.approx(float(share)) for day, share in plain(done, still_open).items()}
    assert expected == {step.day: step.share_open for step in curve.steps}
    assert all(0 <= step.low <= step.share_open <= step.high <= 1 for step in curve.steps)


@given(histograms, st.sampled_from([0.25, 0.5, 0.75, 0.9, 1.0]))
def test_nothing_open(done: dict[int, int], share: float) -> None:
    """Where nothing is open, a percentile is that of the histogram, halfway between two days as there."""
    assert percentile(done, Decimal(str(share))) == kaplan_meier(done, {}).percentile(share)


@given(histograms, histograms, st.integers(1, 20))
def test_waiting_longer(done: dict[int, int], still_open: dict[int, int], more: int) -> None:
    """What is open for longer never makes the typical time shorter."""
    before = kaplan_meier(done, still_open).median
    after = kaplan_meier(done, {day + more: count for day, count in still_open.items()}).median
    assert after is None or (before is not None and after >= before)


@pytest.mark.parametrize(
    ("done", "still_open", "median", "within"),
    [
        ({}, {}, None, None),
        ({}, {5: 3}, None, 0.0),
        ({2: 1}, {}, 2, 1.0),
        ({2: 1}, {1: 1}, 2, 1.0),
        ({2: 1}, {3: 9}, None, None),
        ({2: 1, 9: 1}, {}, 5.5, 0.5),
    ],
)
def test_edges(done: dict[int, int], still_open: dict[int, int], median: float | None, within: float | None) -> None:
    """Nothing at all, nothing done, all done; a share within 5 days is not known if none was watched so long."""
    curve = kaplan_meier(done, still_open)
    assert (median, within) == (curve.median, curve.share_done(5))


def test_plain_data() -> None:
    """A curve can be compared and cached."""
    assert Curve((), 0, 0, -1) == kaplan_meier({}, {})
