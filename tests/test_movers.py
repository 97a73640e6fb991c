"""What moved between two periods, and whether chance explains it."""

import datetime
import math
import random
from decimal import Decimal

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import hypergeom

from pipelines.intervals import difference, wilson
from pipelines.measure import Scope
from pipelines.mover_odds import corrected, distance, limits, mid_p
from pipelines.movers import Base, Mover, movers
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
        connection,
        Scope(date_from=Day(2026, 4, 1)),
        Scope(date_from=Day(2026, 3, 1), date_to=Day(2026, 3, 31)),
        ("payer", "category"),
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
    """Without a rate now and one to hold it against a change is neither noise nor signal."""
    april = [claim(f"B{n}", denied("CO-197") if n < 30 else paid()) for n in range(60)]
    connection = warehouse({"b": remit(Day(2026, 4, 2), *april)})
    found = movers(
        connection, Scope(date_from=Day(2026, 4, 1)), Scope(date_from=Day(2026, 3, 1), date_to=Day(2026, 3, 31))
    )
    assert [(30, 0, False, False)] == [(one.count, one.count_before, one.is_judged, one.is_signal) for one in found]


STARTS = [Day(2025 + number // 12, number % 12 + 1, 1) for number in range(15)]  # January 2025 to March 2026
STEADY, RESTLESS = [2] * 14 + [9], [0, 4] * 7 + [9]  # of 30 lines a month, the last the period


@pytest.fixture(scope="module")
def histories() -> duckdb.DuckDBPyConnection:
    """Two payers that deny two lines a month, one steadily, the other none and four in turn; both nine in March."""
    return warehouse(
        {
            f"{payer}-{at}": remit(
                start.replace(day=28),
                *(claim(f"{payer}{at}-{n}", denied("CO-197") if n < counts[at] else paid()) for n in range(30)),
                payer=payer,
            )
            for payer, counts in (("Aetna", STEADY), ("Cigna", RESTLESS))
            for at, start in enumerate(STARTS)
        }
        | {"last": remit(Day(2026, 3, 31), claim("last", paid(procedure="99214")))}
    )


def test_against_its_own_history(histories: duckdb.DuckDBPyConnection) -> None:
    """Nine lines where two are expected: more than the steady payer's limits, within those of the restless one."""
    found = movers(
        histories, Scope(date_from=Day(2026, 3, 1)), Scope(date_from=Day(2026, 2, 1), date_to=Day(2026, 2, 28))
    )
    assert [("Aetna", 9, 2, True, True), ("Cigna", 9, 4, True, False)] == [
        (one.dimensions["payer"], one.count, one.count_before, one.is_judged, one.is_signal) for one in found
    ]
    steady, restless = found
    assert (Base(28, 420, 14, 0.0), 28, 2) == (steady.base, restless.base.denied, steady.looks)
    # of 14 months at 1/15 the steps of z are all 4 / 30 / sqrt(14 / 15 / 15 / 30) long
    assert pytest.approx(4 / 30 / math.sqrt(14 / 225 / 30) / 1.128) == restless.base.sigma_z
    chance = mid_p(9, 30, 28, 420)
    assert (pytest.approx(chance), pytest.approx(2 * chance)) == (steady.p_value, steady.q_value)
    assert steady.z is not None and restless.z is not None
    assert pytest.approx(steady.z / (restless.base.sigma_z or 1)) == restless.z
    assert (pytest.approx(2), 0, 7) == (steady.expected, steady.lower, steady.upper)
    assert restless.upper is not None and 9 <= restless.upper


def test_limits_are_those_of_the_test() -> None:
    """The least and the most lines within three deviations: one more, or less, is beyond."""
    for base in (Base(40, 400, 12, 0.5), Base(40, 400, 12, 1.4), Base(3, 500, 14), Base(0, 63, 12)):
        least, most = limits(200, base)
        assert -3 <= distance(least, 200, base) <= distance(most, 200, base) <= 3 < distance(most + 1, 200, base)
        assert least == 0 or distance(least - 1, 200, base) < -3


def test_short_history_is_the_period_before(histories: duckdb.DuckDBPyConnection) -> None:
    """With fewer than 12 months behind it a cell is held against the period before, by chance alone."""
    found = movers(
        histories,
        Scope(date_from=Day(2025, 12, 1), date_to=Day(2025, 12, 31)),
        Scope(date_from=Day(2025, 11, 1), date_to=Day(2025, 11, 30)),
        ("payer", "category"),
    )
    assert {("Aetna", Base(2, 30)), ("Cigna", Base(0, 30))} == {(one.dimensions["payer"], one.base) for one in found}
    assert {None} == {one.p_value for one in found}, "fewer than five denied lines"


def test_mid_p() -> None:
    """As SciPy's hypergeometric distribution has it, half of what was found counted."""
    dice = random.Random(5)
    for _ in range(200):
        whole, before = dice.randint(1, 300), dice.randint(1, 3000)
        count, count_before = dice.randint(0, min(whole, 40)), dice.randint(0, min(before, 60))
        chance = hypergeom(whole + before, count + count_before, whole)
        is_up = count / whole >= (count + count_before) / (whole + before)
        tail = chance.sf(count) if is_up else chance.cdf(count - 1)
        assert pytest.approx(min(1, 2 * tail + chance.pmf(count)), rel=1e-6) == mid_p(
            count, whole, count_before, before
        )


def test_many_looks() -> None:
    """Benjamini and Hochberg by hand, of 50 looks: 0.002 x 50 / 3 = 0.033, 0.001 x 50 / 2 = 0.025, 0.0001 x 50."""
    values = [0.002, 0.0001, None, 0.001, *[0.5] * 47]
    cells = [
        Mover({}, 0, 0, Decimal(0), Decimal(0), 0, 0, Base(), z=value and (4 if value < 0.1 else 1), p_value=value)
        for value in values
    ]
    found = corrected(cells)
    assert [pytest.approx(0.1 / 3), pytest.approx(0.005), None, pytest.approx(0.025), None] == [
        one.q_value for one in found[:5]
    ]
    assert ({50}, 3) == ({one.looks for one in found}, sum(one.is_signal for one in found))


def test_a_cell_that_is_far_but_one_of_many_is_no_signal() -> None:
    """One beyond its limits at 0.0026 among 50 looks would be false too often: 0.13."""
    odds = [(3.01, 0.0026), *[(0.5, 0.6)] * 49]
    found = corrected([Mover({}, 0, 0, Decimal(0), Decimal(0), 0, 0, Base(), z=z, p_value=p) for z, p in odds])
    assert (pytest.approx(0.13), 0) == (found[0].q_value, sum(one.is_signal for one in found))
