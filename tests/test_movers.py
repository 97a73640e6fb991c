"""What moved between two periods, and whether chance explains it."""

import datetime
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.intervals import difference, wilson
from pipelines.measure import Scope
from pipelines.movers import movers
from tests.practice import claim, denied, paid, remit
from tests.warehouse import warehouse

Day = datetime.date


@pytest.mark.parametrize(
    ("numerator", "denominator", "low", "high"),
    [(0, 0, 0.0, 1.0), (0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0), (5, 10, 0.2366, 0.7634), (81, 263, 0.2553, 0.3662)],
)
def test_wilson(numerator: int, denominator: int, low: float, high: float) -> None:
    """Wilson's interval as published, whole where nothing was counted."""
    assert (low, high) == pytest.approx(wilson(numerator, denominator), abs=1e-4)


@pytest.mark.parametrize(
    ("counts", "low", "high"),
    [((56, 70, 48, 80), 0.0524, 0.3339), ((9, 10, 3, 10), 0.1705, 0.8090), ((0, 10, 0, 20), -0.1611, 0.2775)],
)
def test_difference(counts: tuple[int, int, int, int], low: float, high: float) -> None:
    """Newcombe's interval of a difference as published (1998, method 10)."""
    assert (low, high) == pytest.approx(difference(*counts), abs=1e-4)


@given(st.integers(0, 300), st.integers(0, 300))
def test_wilson_holds_the_share(one: int, other: int) -> None:
    """The interval holds the share itself and stays between 0 and 1."""
    numerator, denominator = min(one, other), max(one, other)
    low, high = wilson(numerator, denominator)
    share = numerator / denominator if denominator else math.nan
    assert 0 <= low <= high <= 1
    assert not denominator or low - 1e-12 <= share <= high + 1e-12


def test_of_nothing_and_of_all_the_interval_ends_exactly_there() -> None:
    """No 2.8e-17 in a file where the share is 0."""
    assert all((0.0, 1.0) == (wilson(0, n)[0], wilson(n, n)[1]) for n in range(1, 200))


def test_movers() -> None:
    """Every payer and category with a denial in either period; what is more than noise comes first."""
    march = [claim(f"A{n}", denied("CO-197") if n < 2 else paid()) for n in range(60)]
    april = [claim(f"B{n}", denied("CO-197") if n < 30 else denied("CO-29") if n == 30 else paid()) for n in range(60)]
    connection = warehouse({"a": remit(Day(2026, 3, 2), *march), "b": remit(Day(2026, 4, 2), *april)})
    found = movers(
        connection, Scope(date_from=Day(2026, 4, 1)), Scope(date_from=Day(2026, 3, 1), date_to=Day(2026, 3, 31))
    )
    assert [
        ("authorization", 30, 2, 2800, 60, 60, True),
        ("timely_filing", 1, 0, 100, 60, 60, False),
    ] == [
        (
            one.dimensions["category"],
            one.count,
            one.count_before,
            one.amount_change,
            one.adjudicated,
            one.adjudicated_before,
            one.is_signal,
        )
        for one in found
    ]


def test_a_payer_that_is_new_is_not_judged() -> None:
    """Without a rate in both periods a change is neither noise nor signal."""
    april = [claim(f"B{n}", denied("CO-197") if n < 30 else paid()) for n in range(60)]
    connection = warehouse({"b": remit(Day(2026, 4, 2), *april)})
    found = movers(
        connection, Scope(date_from=Day(2026, 4, 1)), Scope(date_from=Day(2026, 3, 1), date_to=Day(2026, 3, 31))
    )
    assert [(30, 0, False, False)] == [(one.count, one.count_before, one.is_judged, one.is_signal) for one in found]
