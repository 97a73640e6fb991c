"""A change split into rate, mix and volume; a trend at the mix of its baseline."""

import datetime
import math
from decimal import Decimal
from fractions import Fraction

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.control_chart import Span
from pipelines.errors import UsageError
from pipelines.intervals import wilson
from pipelines.measure import Scope
from pipelines.mix import Split, split, split_cells
from pipelines.mix_cells import OTHERS, Both, joined
from pipelines.standardised import standardised
from tests.practice import Row, claim, denied, paid, remit
from tests.warehouse import warehouse

Day = datetime.date
BEFORE, NOW = Scope(date_to=Day(2026, 1, 31)), Scope(date_from=Day(2026, 2, 1), date_to=Day(2026, 2, 28))
JANUARY = Span(Day(2026, 1, 1), Day(2026, 1, 1))


def of(*cells: tuple[int, int, int, int]) -> Split:
    """The split of cells of denied and adjudicated before, denied and adjudicated now; each line is a dollar."""
    both = {(f"payer {at}",): Both(*map(Fraction, cell)) for at, cell in enumerate(cells)}
    return split_cells("denial_rate_lines", ["payer"], both, both, 0, both)


def test_mix_alone() -> None:
    """Payers that deny 5 % and 15 %, half each, then 70 to 30: from 10 % to 8 % though nobody denies more or less."""
    found = of((5, 100, 7, 140), (15, 100, 9, 60))
    assert (Decimal("0.1"), Decimal("0.08")) == (found.before, found.now)
    assert (Decimal("-0.02"), Decimal(0), Decimal("-0.02")) == (found.change, found.rate, found.mix)
    assert ["-0.012", "-0.008"] == [str(part.mix_part.normalize()) for part in found.cells]
    said = "The rate changed by -2.0 points, at an unchanged mix by ±0.0 points: what is sent in has changed too"
    assert (True, (said,)) == (found.is_simpson, tuple(text.replace("\u00a0", " ") for text in found.warnings))


def test_rate_alone() -> None:
    """The same weights: all is rate, and in dollars rate too."""
    found = of((5, 100, 10, 100), (15, 100, 20, 100))
    assert (Decimal("0.05"), Decimal(0), False, ()) == (found.rate, found.mix, found.is_simpson, found.warnings)
    assert found.dollars is not None
    assert (Decimal(10), Decimal(0), Decimal(0)) == (found.dollars.rate, found.dollars.mix, found.dollars.volume)


def test_volume_alone() -> None:
    """Twice as much of the same: no points, and dollars by volume."""
    found = of((5, 100, 10, 200), (15, 100, 30, 200))
    assert found.dollars is not None
    assert (Decimal(0), Decimal(0), Decimal(20)) == (found.change, found.dollars.rate, found.dollars.volume)


def test_simpson() -> None:
    """Both deny more, by 1 and 2 points, and the crude rate falls: 0.65 x 1 + 0.35 x 2 = 1.35 points up by rate."""
    found = of((50, 1000, 96, 1600), (150, 1000, 68, 400))
    assert (Decimal("-0.018"), Decimal("0.0135"), True) == (found.change, found.rate, found.is_simpson)


def test_by_chance_alone_no_warning() -> None:
    """A point of mix out of cells of twenty: were they all alike, its standard error would be 0.76 points."""
    found = of((1, 20, 1, 40), (2, 20, 2, 20))
    share, step = 3 / 60, 1 / 6
    error = math.sqrt(share * (1 - share) / 4 * step**2 * (1 / 20 + 1 / 40 + 1 / 20 + 1 / 20))
    assert (pytest.approx(-0.0104, abs=1e-4), pytest.approx(error), False) == (
        float(found.mix or 0),
        found.mix_error,
        found.is_simpson,
    )


def test_new_and_gone() -> None:
    """A cell of one period is mix alone, and its part of the volume is told."""
    found = of((10, 100, 10, 100), (0, 0, 15, 25), (6, 60, 0, 0))
    assert (Decimal("0.2"), Decimal("0.375"), Decimal(0)) == (found.new_share, found.gone_share, found.rate)
    assert [None, Decimal("0.6")] == [found.cells[0].rate_before, found.cells[0].rate]
    assert 3 == len(found.warnings)


def test_nothing_to_divide_by() -> None:
    """Where a period has nothing adjudicated there is no change."""
    found = of((0, 0, 5, 100))
    assert (None, None, None, None, False, ()) == (
        found.change,
        found.rate,
        found.mix,
        found.dollars,
        found.is_simpson,
        found.warnings,
    )


COUNT = st.integers(0, 300)


@given(st.lists(st.tuples(COUNT, COUNT, COUNT, COUNT), min_size=1, max_size=8))
def test_parts_are_the_change(cells: list[tuple[int, int, int, int]]) -> None:
    """Rate and mix are the change exactly, in dollars with the volume to the cent; cells add up to both."""
    ordered = [(min(a, b), max(a, b), min(c, d), max(c, d)) for a, b, c, d in cells]
    found = of(*ordered)
    if found.change is None or found.rate is None or found.mix is None or found.dollars is None:
        assert 0 in (found.n_before, found.n)
        return
    assert found.change == found.rate + found.mix
    assert found.dollars.change == found.dollars.rate + found.dollars.mix + found.dollars.volume
    assert found.dollars.change == sum(now - before for before, _, now, _ in ordered)
    assert abs(sum(part.rate_part for part in found.cells) - found.rate) < Decimal("1e-10")
    assert abs(sum(part.mix_part for part in found.cells) - found.mix) < Decimal("1e-10")


def test_small_cells_are_joined() -> None:
    """Fewer than 20 in a period join others of their payer, then all others; what is new or gone stays alone."""
    counts = {
        ("A", "visits"): (50, 40),
        ("A", "imaging"): (19, 30),
        ("A", "therapy"): (5, 4),
        ("B", "visits"): (9, 9),
        ("B", "imaging"): (0, 25),
        ("C", "visits"): (12, 14),
    }
    groups = joined({key: (Fraction(one), Fraction(other)) for key, (one, other) in counts.items()}, 2)
    expected = [
        ("A", "visits"),
        ("A", OTHERS),
        ("A", OTHERS),
        (OTHERS, OTHERS),
        ("B", "imaging"),
        (OTHERS, OTHERS),
    ]
    assert expected == list(groups.values())


def month(day: Day, counts: dict[str, tuple[int, int]]) -> dict[str, list[Row]]:
    """Payer -> denied and adjudicated lines of this month."""
    return {
        f"era-{payer}-{day}": remit(
            day,
            *(claim(f"{payer}{day}{n}", denied(charge=200) if n < part else paid()) for n in range(whole)),
            payer=payer,
        )
        for payer, (part, whole) in counts.items()
    }


@pytest.fixture(scope="module")
def practice() -> duckdb.DuckDBPyConnection:
    """January and February of two payers; in February most is Aetna's and a few are a new payer's, in March all is."""
    january = month(Day(2026, 1, 5), {"Aetna": (2, 40), "Cigna": (8, 40)})
    february = month(Day(2026, 2, 5), {"Aetna": (3, 60), "Cigna": (6, 30), "Bright Valley Health": (1, 10)})
    return warehouse({**january, **february, **month(Day(2026, 3, 5), {"Aetna": (1, 20)})})


def test_split_of_a_store(practice: duckdb.DuckDBPyConnection) -> None:
    """Lines are split by KPI and period, and their dollars with them: 200 for a line denied, 100 for others."""
    found = split(practice, "denial_rate_lines", NOW, BEFORE)
    assert (80, 100, Decimal("0.125"), Decimal("0.1")) == (found.n_before, found.n, found.before, found.now)
    assert (Decimal(0), Decimal("-0.025"), Decimal("0.1")) == (found.rate, found.mix, found.new_share)
    assert found.dollars is not None
    assert (Decimal(2000), Decimal(2000), Decimal(9000), Decimal(11000)) == (
        found.dollars.before,
        found.dollars.now,
        found.dollars.volume_before,
        found.dollars.volume_now,
    )
    dollars = split(practice, "denial_rate_dollars", NOW, BEFORE)
    assert (found.dollars, [10, 30, 60]) == (dollars.dollars, sorted(part.n for part in dollars.cells))


def test_what_cannot_be_split(practice: duckdb.DuckDBPyConnection) -> None:
    """Neither what is no share nor by a reason."""
    for kpi, by in (("denied_lines", ["payer"]), ("denial_rate", ["root_cause"])):
        with pytest.raises(UsageError):
            split(practice, kpi, NOW, BEFORE, by)
    with pytest.raises(UsageError):
        standardised(practice, "denial_rate", by=["root_cause"])


def test_standardised(practice: duckdb.DuckDBPyConnection) -> None:
    """February at January's mix, half and half: 5 % and 20 % make 12.5 %; the new payer has no weight."""
    found = standardised(practice, "denial_rate_lines", None, JANUARY)
    first, second, _ = found.months
    assert (0.125, 0.1) == (first.rate, second.rate)
    assert (pytest.approx(0.125), pytest.approx(0.125)) == (first.standardised, second.standardised)
    assert (1.0, 0.0, 1.0, 0.1) == (first.covered, first.unknown_share, second.covered, second.unknown_share)
    assert pytest.approx(wilson(0.125 * 80, 80)) == (second.low, second.high), "(40 + 40)^2 / (40^2/60 + 40^2/30)"
    assert [second] == list(standardised(practice, "denial_rate_lines", NOW, JANUARY).months)


def test_too_little_of_the_mix(practice: duckdb.DuckDBPyConnection) -> None:
    """A month without the payers of the baseline has no standardised rate, and says how much it covers."""
    march = standardised(practice, "denial_rate_lines", Scope(date_from=Day(2026, 3, 1)), JANUARY)
    assert [(0.5, None, 0.05)] == [(one.covered, one.standardised, one.rate) for one in march.months]
    nothing = standardised(practice, "denial_rate_lines", None, Span(Day(2020, 1, 1), Day(2020, 2, 1)))
    assert [None] * 3 == [one.standardised for one in nothing.months]
    assert "there is no settled month to standardise to" == nothing.reason
