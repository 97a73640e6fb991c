"""Control charts: worked by hand with the formulas of Laney (2002), as the R package qicharts2 has them."""

import datetime
import math
import random
import statistics
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.control_chart import Chart, Mark, Point, Run, Span, longest_run, p_chart

Day = datetime.date
Counts = Sequence[tuple[int, int]]
QUIET = [(10, 100)] * 12


def month(number: int) -> Day:
    """The month so many after January 2025."""
    return Day(2025 + number // 12, number % 12 + 1, 1)


YEAR = Span(month(0), month(11))


def chart(counts: Counts, *unsettled: int, baseline: Span | None = None, left_out: Sequence[int] = ()) -> Chart:
    """The chart of months from January 2025 on; some are unsettled or left out of the baseline."""
    points = [Point(month(at), *both, "not over" if at in unsettled else "") for at, both in enumerate(counts)]
    return p_chart(points, baseline, [month(at) for at in left_out])


def signals(of: Chart) -> dict[int, str]:
    """Month, counted from 0, -> its signals."""
    return {at: " ".join(mark.signals) for at, mark in enumerate(of.marks) if mark.signals}


def limits(mark: Mark) -> tuple[float | None, float | None]:
    """Lower and upper."""
    return mark.lower, mark.upper


def test_limits_follow_n() -> None:
    """Centre 0.1: three times sqrt(0.1 x 0.9 / n) is 0.09 of 100 and 0.045 of 400; a month beyond is named."""
    found = chart([(10, 100), (40, 400)] * 6 + [(20, 100), (18, 100), (60, 400), (0, 100), (21, 400)], baseline=YEAR)
    assert (0.1, 0.0, False) == (found.centre, found.sigma_z, found.is_laney)
    assert [(0.01, 0.19), (0.055, 0.145)] == [pytest.approx(limits(mark)) for mark in found.marks[:2]]
    assert {12: "above", 14: "above", 15: "below", 16: "below"} == signals(found)
    assert pytest.approx(10 / 3) == found.marks[12].z


def test_laney_widens() -> None:
    """5 and 15 of 100 in turn: z is 5/3 to either side, each step 10/3, and sigma_z 10/3 / 1.128 = 2.9551."""
    found = chart([(5, 100), (15, 100)] * 6)
    assert (True, pytest.approx(2.9551, abs=1e-4)) == (found.is_laney, found.sigma_z)
    assert (0.0, pytest.approx(0.1 + 0.09 * 2.9551, abs=1e-5)) == limits(found.marks[0])
    assert (pytest.approx(-0.5640, abs=1e-4), {}) == (found.marks[0].z, signals(found))


def test_laney_never_narrows() -> None:
    """9 and 11 of 100 in turn: sigma_z is 2/3 / 1.128 = 0.5910, and the limits stay those of dice."""
    found = chart([(9, 100), (11, 100)] * 6)
    assert (False, pytest.approx(0.5910, abs=1e-4)) == (found.is_laney, found.sigma_z)
    assert pytest.approx((0.01, 0.19)) == limits(found.marks[0])


@given(st.lists(st.tuples(st.integers(1, 60), st.integers(61, 900)), min_size=12, max_size=12))
def test_as_the_published_formula(counts: Counts) -> None:
    """Limits of any twelve months are those of qicharts2's P' chart, or of its P chart where sigma_z is below 1."""
    centre = sum(y for y, _ in counts) / sum(n for _, n in counts)
    stdev = [math.sqrt(centre * (1 - centre) / n) for _, n in counts]
    z = [(y / n - centre) / one for (y, n), one in zip(counts, stdev, strict=True)]
    sigma_z = statistics.mean(abs(z[at] - z[at - 1]) for at in range(1, 12)) / 1.128
    half = [3 * one * max(1, sigma_z) for one in stdev]
    found = chart(counts)
    assert (pytest.approx(centre), pytest.approx(sigma_z)) == (found.centre, found.sigma_z)
    assert pytest.approx([max(0, centre - one) for one in half]) == [mark.lower for mark in found.marks]
    assert pytest.approx([min(1, centre + one) for one in half]) == [mark.upper for mark in found.marks]


@pytest.mark.parametrize(
    ("months", "learnt", "status"),
    [
        (0, 0, "none"),
        (11, 11, "none"),
        (12, 12, "provisional"),
        (13, 12, "provisional"),
        (21, 20, "provisional"),
        (22, 21, "settled"),
        (25, 24, "settled"),
        (60, 24, "settled"),
    ],
)
def test_status(months: int, learnt: int, status: str) -> None:
    """Limits need 12 months and are provisional to 20; the newest is none of them, and nor is one after the 24th."""
    found = chart([(10, 100)] * months)
    assert (learnt, status, False) == (found.baseline_months, found.status, found.is_frozen)
    assert {status == "none"} == {found.centre is None, *(mark.upper is None for mark in found.marks)}


def test_what_is_not_judged() -> None:
    """Months that are unsettled, of too few or of none have no signal, teach nothing and break no run."""
    found = chart([*QUIET, (50, 100), (10, 19), (0, 0), (50, 100), (50, 100)], 15, baseline=YEAR)
    assert {12: "above", 16: "above"} == signals(found)
    assert [Run("above", month(12), month(16), 2)] == list(found.runs)
    assert (month(16), found.runs) == (found.latest and found.latest.month, found.current)
    assert (None, None, None) == (found.marks[14].rate, found.marks[14].lower, found.marks[14].z)
    assert [True, True, False] == [found.marks[at].is_few for at in (13, 14, 15)]


def test_frozen_baseline() -> None:
    """A person's baseline holds its months only, but those left out; with fewer than 12 there are no limits."""
    counts = [*QUIET[:6], (60, 100), *QUIET[:6], *[(30, 100)] * 12]
    found = chart(counts, baseline=Span(month(0), month(12)), left_out=[6])
    assert (0.1, 12, True, "provisional") == (found.centre, found.baseline_months, found.is_frozen, found.status)
    assert list(range(13, 25)) == [at for at in signals(found) if at != 6]
    assert "none" == chart(counts, baseline=Span(month(0), month(12)), left_out=[5, 6]).status


@pytest.mark.parametrize(("months", "longest"), [(0, 0), (10, 6), (12, 7), (16, 7), (20, 7), (24, 8), (40, 8), (60, 9)])
def test_longest_run(months: int, longest: int) -> None:
    """As Anhoej and Olesen (2014) tabulate it."""
    assert longest == longest_run(months)


def test_shift() -> None:
    """Of 23 months off the centre 9 in a row are a shift, 8 are none; the centre itself neither counts nor breaks."""
    apart, high = [(11, 100), (9, 100)] * 7, (11, 100)
    assert {} == signals(chart([*apart, *[high] * 8, (9, 100)], baseline=YEAR))
    found = chart([*apart, high, (10, 100), *[high] * 8, (9, 100)], baseline=YEAR)
    assert dict.fromkeys((14, *range(16, 24)), "shift_above") == signals(found)
    assert [Run("shift_above", month(14), month(23), 9)] == list(found.runs)


def test_of_a_rare_thing_nine_quiet_months_are_no_shift() -> None:
    """Where a month has fewer than five cases most lie below the mean."""
    assert {} == signals(chart([(3, 100), *[(0, 100)] * 11] * 2))


def test_few_cases_are_no_signal() -> None:
    """Four of a hundred lie far beyond the limit of 1 in 200, but take five to say so."""
    found = chart([(1, 200)] * 12 + [(4, 100), (5, 100)], baseline=YEAR)
    assert (True, {13: "above"}) == ((found.marks[12].upper or 1) < 0.04, signals(found))


@pytest.mark.parametrize(("count", "side"), [(0, "above"), (100, "below")])
def test_nothing_and_all(count: int, side: str) -> None:
    """Of none (or all) the limits are that itself; there is no z, and five others are a signal."""
    found = chart([*[(count, 100)] * 12, (count, 100), (abs(count - 5), 100)], baseline=YEAR)
    assert ((count / 100, count / 100), None) == (limits(found.marks[0]), found.marks[13].z)
    assert {13: side} == signals(found)


def test_within() -> None:
    """Fewer marks under the same limits and runs: those of the months that the days touch."""
    whole = chart([*QUIET, (50, 100), (10, 100)])
    shown = whole.within(Day(2025, 12, 15), Day(2026, 1, 10))
    assert [month(11), month(12)] == [mark.month for mark in shown.marks]
    assert (whole.centre, whole.runs) == (shown.centre, shown.runs)
    assert whole == whole.within(None, None)


@given(st.lists(st.tuples(st.integers(0, 400), st.integers(0, 400), st.booleans()), max_size=40), st.randoms())
def test_any_months(months: list[tuple[int, int, bool]], shuffled: random.Random) -> None:
    """Limits hold the centre between 0 and 1, only judged months have signals, and the order given does not matter."""
    points = [
        Point(month(at), min(one, other), max(one, other), "" if is_judged else "not over")
        for at, (one, other, is_judged) in enumerate(months)
    ]
    found = p_chart(points)
    for mark in found.marks:
        if mark.lower is not None and mark.upper is not None and found.centre is not None:
            assert 0 <= mark.lower <= found.centre <= mark.upper <= 1
        assert mark.is_judged or not (mark.signals or mark.is_baseline)
    shuffled.shuffle(points)
    assert found == p_chart(points)


def test_go_live_freezes() -> None:
    """Limits are those of the months before the first change that has twelve before it, at most the last 24."""
    counts = [(20, 100)] * 6 + [(10, 100)] * 24 + [(3, 100)] * 6
    points = [Point(month(at), *both) for at, both in enumerate(counts)]
    found = p_chart(points, go_lives=[month(30).replace(day=15), month(33), month(4)])
    assert (True, 0.1, Span(month(6), month(29))) == (found.is_frozen, found.centre, found.baseline)
    assert (False, 24) == ((early := p_chart(points, go_lives=[month(4)])).is_frozen, early.baseline_months)
    assert Span(month(5), month(29)) == p_chart(points, None, [month(10)], [month(30)]).baseline


def test_what_is_not_live_yet_freezes_nothing() -> None:
    """A change registered for a month to come leaves the limits, and what is beyond them, as they were."""
    counts = [(10 + at % 3, 100) for at in range(24)] + [(40, 100)] * 4
    points = [Point(month(at), *both) for at, both in enumerate(counts)]
    assert p_chart(points) == p_chart(points, go_lives=[month(28), month(40)])
    assert p_chart(points).runs != p_chart(points, go_lives=[month(27)]).runs
