"""Measuring: sums and quotients, parts and wholes, filters, medians, and names that are none."""

import datetime
import itertools
import subprocess
import sys
from collections import Counter, defaultdict
from decimal import Decimal
from typing import Any

import duckdb
import pytest

from pipelines.errors import StoreError, UsageError
from pipelines.kpis import CLOCKS, DIMENSIONS, KPIS, SCOPES
from pipelines.measure import Measure, Scope, Span, histogram, measure, percentile, share_within, spans
from tests.practice import claim, denied, paid, remit, sent
from tests.warehouse import warehouse
from tests.whole_practice import practice

Day = datetime.date
ALL = Scope(payer_sequence="all")


@pytest.fixture(scope="module")
def made_up() -> duckdb.DuckDBPyConnection:
    """A build of the practice in which most things occur."""
    return warehouse(practice())


@pytest.mark.parametrize("kpi", KPIS)
def test_parts_sum_to_whole(made_up: duckdb.DuckDBPyConnection, kpi: str) -> None:
    """The parts of a KPI by any dimension add up to it, numerator and, unless a reason parts it, denominator."""
    for denial_scope, turn, clock in itertools.product(SCOPES, ("all", "primary"), CLOCKS):
        scope = Scope(denial_scope=denial_scope, payer_sequence=turn, clock=clock)
        (whole,) = measure(made_up, [kpi], [], scope)
        for name, dimension in DIMENSIONS.items():
            parts = measure(made_up, [kpi], [name], scope)
            is_shared = dimension.is_reason and not KPIS[kpi].splits_both
            expected = (whole.numerator, whole.denominator)
            below = (
                {part.denominator for part in parts} if is_shared else [sum(part.denominator or 0 for part in parts)]
            )
            actual = sum(part.numerator for part in parts), None if whole.denominator is None else next(iter(below), 0)
            if not (is_shared and not parts):
                assert (name, *expected, True) == (name, *actual, len(below) <= 1)


def test_two_dimensions(made_up: duckdb.DuckDBPyConnection) -> None:
    """Cells of two dimensions add up to the cells of one; by a reason they share the payer's denominator."""
    cells = measure(made_up, ["denial_rate_lines"], ["payer", "category"], ALL)
    payers = {str(m.dimensions["payer"]): m for m in measure(made_up, ["denial_rate_lines"], ["payer"], ALL)}
    sums: dict[str, Any] = defaultdict(int)
    for cell in cells:
        sums[str(cell.dimensions["payer"])] += cell.numerator
        assert payers[str(cell.dimensions["payer"])].denominator == cell.denominator
    assert {name: one.numerator for name, one in payers.items() if one.numerator} == dict(sums)


def test_value(made_up: duckdb.DuckDBPyConnection) -> None:
    """A share is numerator over denominator, exact to twelve decimals; a count or amount is its numerator."""
    for found in measure(made_up, list(KPIS), [], ALL):
        kpi = KPIS[found.kpi]
        if kpi.unit == "share" and found.denominator:
            assert abs(found.value * found.denominator - found.numerator) < Decimal("1e-6")  # type: ignore[operator]
        if kpi.denominator is None:
            assert (found.numerator, None) == (found.value, found.denominator)


def test_nothing() -> None:
    """On an empty store every KPI is one row: counts of 0, and no value where there is nothing to divide by."""
    connection = warehouse({})
    for found in measure(connection, list(KPIS)):
        expected = 0 if KPIS[found.kpi].denominator is None else None
        assert (0, expected) == (found.numerator, found.value)
    assert [] == measure(connection, ["denial_rate"], ["payer"])


def test_order(made_up: duckdb.DuckDBPyConnection) -> None:
    """KPIs come in the order asked for, cells in the order of their names."""
    found = measure(made_up, ["denied_lines", "denial_rate", "days_to_resubmission"], ["payer"], ALL)
    names = [(m.kpi, m.dimensions["payer"]) for m in found]
    kpis = list(dict.fromkeys(name for name, _ in names))
    assert ["denied_lines", "denial_rate", "days_to_resubmission"] == kpis
    assert names == sorted(names, key=lambda name: (kpis.index(name[0]), name[1]))


@pytest.fixture(scope="module")
def two_payers() -> duckdb.DuckDBPyConnection:
    """A build of three lines of one payer, and of one line of another a month later, as the second to pay."""
    return warehouse(
        {
            "a": remit(Day(2026, 3, 2), claim("P1", denied(), paid()), claim("P2", paid(procedure="20610"))),
            "b": remit(Day(2026, 4, 2), claim("P3", paid(), status="2"), payer="Cigna"),
        }
    )


@pytest.mark.parametrize(
    ("scope", "expected"),
    [
        (ALL, 4),
        (Scope(payers=("Aetna",), payer_sequence="all"), 3),
        (Scope(payers=("Aetna", "Cigna"), payer_sequence="all"), 4),
        (Scope(payers=("'; drop table line_fact; --",), payer_sequence="all"), 0),
        (Scope(date_from=Day(2026, 4, 1), payer_sequence="all"), 1),
        (Scope(date_to=Day(2026, 3, 31), payer_sequence="all"), 3),
        (Scope(procedures=("20610",), payer_sequence="all"), 1),
        (Scope(payer_sequence="primary"), 3),
        (Scope(payer_sequence="secondary"), 1),
    ],
)
def test_filters(two_payers: duckdb.DuckDBPyConnection, scope: Scope, expected: int) -> None:
    """Each field of a scope narrows what is counted; values never become SQL."""
    (found,) = measure(two_payers, ["denial_rate_lines"], [], scope)
    assert expected == found.denominator


def test_reason_filter_keeps_denominator(made_up: duckdb.DuckDBPyConnection) -> None:
    """A filter on a category narrows what was denied, not what was adjudicated."""
    names = ["denial_rate_lines"]
    (whole,) = measure(made_up, names, [], ALL)
    (narrow,) = measure(made_up, names, [], Scope(categories=("medical_necessity",), payer_sequence="all"))
    assert (whole.denominator, True) == (narrow.denominator, 0 < narrow.numerator < whole.numerator)


def test_payments_have_no_procedure(made_up: duckdb.DuckDBPyConnection) -> None:
    """A filter that payments know nothing of leaves their balance alone."""
    whole = measure(made_up, ["balanced_payment_share"], [], ALL)
    assert whole == measure(made_up, ["balanced_payment_share"], [], Scope(procedures=("99213",), categories=("x",)))


@pytest.mark.parametrize(
    ("kpis", "by", "scope", "words"),
    [
        (["nonsense"], [], Scope(), "nonsense: no such KPI; there are denial_rate, "),
        (["denial_rate"], ["nonsense"], Scope(), "nonsense: no such dimension; there are month, "),
        (["denial_rate"], ["1; drop table x"], Scope(), "no such dimension"),
        (["denial_rate"], [], Scope(denial_scope="all"), "scope all: there are core, broad"),
        (["denial_rate"], [], Scope(clock="service"), "clock service: there are remittance, submission"),
        (["denial_rate"], [], Scope(payer_sequence="first"), "payer's turn first: there are primary, "),
    ],
)
def test_unknown_names(
    made_up: duckdb.DuckDBPyConnection, kpis: list[str], by: list[str], scope: Scope, words: str
) -> None:
    """A name that is none is refused with the names that there are."""
    with pytest.raises(UsageError) as problem:
        measure(made_up, kpis, by, scope)
    assert words in str(problem.value)


@pytest.mark.parametrize(
    ("counts", "median"),
    [({}, None), ({3: 1}, 3), ({3: 1, 5: 1}, 4), ({3: 2, 5: 1}, 3), ({0: 5}, 0), ({1: 1, 2: 1}, Decimal("1.5"))],
)
def test_median(counts: dict[int, int], median: Any) -> None:
    """A median comes out of a histogram exactly; of an even number of lines it is halfway between the middle two."""
    assert median == percentile(counts, Decimal("0.5"))


def test_histogram(made_up: duckdb.DuckDBPyConnection) -> None:
    """The histogram behind a median of days, by any dimension; a share within some days comes from it too."""
    whole = histogram(made_up, "days_to_resubmission")
    assert ({(): {10: 2}}, Decimal(1), Decimal(0)) == (whole, share_within(whole[()], 14), share_within(whole[()], 9))
    assert [("Aetna",)] == list(histogram(made_up, "days_to_resubmission", ["payer"]))


def test_spans(made_up: duckdb.DuckDBPyConnection) -> None:
    """Done and open in every cell; the parts of both sum to the whole, and the done ones are the histogram."""
    for kpi in (name for name, one in KPIS.items() if one.lag_kind):
        for by in ("payer", "month", "category"):
            whole, parts = spans(made_up, kpi)[()], spans(made_up, kpi, [by])
            for at in (0, 1):
                together: Counter[int] = Counter()
                for span in parts.values():
                    together.update(span[at])
                assert whole[at] == together
        assert {(): whole.done} == histogram(made_up, kpi)


def test_open_ones_are_counted() -> None:
    """A denial of a claim known from an 837 that was not sent again is open, at its age; without 837 nobody knows."""
    files = {
        "era": remit(Day(2026, 3, 2), claim("P1", denied()), claim("P2", denied()), claim("P3", denied())),
        "era-2": remit(Day(2026, 5, 4), claim("P4", paid())),
        "837-1": [*sent(Day(2026, 1, 6), "P1"), *sent(Day(2026, 1, 6), "P2", 2)],
        "837-2": sent(Day(2026, 3, 9), "P1", frequency_code="7"),
    }
    assert {(): Span({7: 1}, {63: 1})} == spans(warehouse(files), "days_to_resubmission")


def test_two_clocks() -> None:
    """By submission a claim counts in the month in which it was sent; one whose submission is not known is left out."""
    files = {
        "era": remit(Day(2026, 3, 2), claim("P1", denied()), claim("P2", paid()), claim("P3", paid())),
        "837-1": [*sent(Day(2026, 1, 6), "P1"), *sent(Day(2026, 2, 6), "P2", 2)],
    }
    connection, by_sent = warehouse(files), Scope(clock="submission")
    by_month = {
        clock: {
            m.dimensions["month"]: (m.numerator, m.denominator) for m in measure(connection, ["denial_rate"], by, one)
        }
        for clock, one, by in (("paid", Scope(), ["month"]), ("sent", by_sent, ["month"]))
    }
    expected = {"paid": {Day(2026, 3, 1): (1, 3)}, "sent": {Day(2026, 1, 1): (1, 1), Day(2026, 2, 1): (0, 1)}}
    assert expected == by_month
    january = Scope(clock="submission", date_to=Day(2026, 1, 31))
    assert [(1, 2), (1, 1)] == [
        (m.numerator, m.denominator)
        for scope in (by_sent, january)
        for m in measure(connection, ["denial_rate"], [], scope)
    ]
    (payments,) = measure(connection, ["balanced_payment_share"], ["month"], by_sent)
    assert (Day(2026, 3, 1), 1) == (payments.dimensions["month"], payments.denominator)


def test_histogram_of_what_is_none(made_up: duckdb.DuckDBPyConnection) -> None:
    """Only a KPI of days has a histogram."""
    with pytest.raises(UsageError):
        histogram(made_up, "denial_rate")


def test_light_import() -> None:
    """Measuring imports nothing heavy: the command line answers at once."""
    code = "import sys, pipelines.measure; print(sorted({'pyarrow', 'duckdb', 'pandas', 'numpy'} & set(sys.modules)))"
    assert (
        "[]" == subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip()
    )


def test_measure_is_plain() -> None:
    """What is returned is plain data that can be compared and cached."""
    assert Measure("x", {}, 1, 2, Decimal("0.5")) == Measure("x", {}, 1, 2, Decimal("0.5"))


def test_a_build_of_another_version_is_said_to_be_one() -> None:
    """A fact or column that the build lacks ends in what to do about it."""
    with pytest.raises(StoreError, match="`denials build` makes a new one"):
        measure(duckdb.connect(":memory:"), ["denial_rate"])
