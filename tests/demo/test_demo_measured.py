"""What the pipelines measure on a demo is what truth.json counted from the demo's own events."""

from decimal import Decimal

import pytest

from pipelines.measure import Scope
from tests.demo.conftest import Measured

TRUTH_OF_KPI = {
    "denial_rate": "claims_denied_{scope}",
    "any_line_denied_rate": "claims_any_line_denied_{scope}",
    "denial_rate_lines": "lines_denied_{scope}",
    "denial_rate_dollars": "denied_{scope}_cents",
    "partial_denial_rate": "lines_partly_denied",
    "necessity_denial_rate": "necessity_strict_lines",
    "necessity_denial_rate_extended": "necessity_extended_lines",
}
BY_LINES = ("denial_rate_lines", "partial_denial_rate", "necessity_denial_rate", "necessity_denial_rate_extended")

CASES = [
    (kpi, scope) for kpi, told in TRUTH_OF_KPI.items() for scope in (("core", "broad") if "{" in told else ("core",))
]


@pytest.mark.parametrize(("kpi", "scope"), CASES)
def test_denials_are_as_told(measured: Measured, kpi: str, scope: str) -> None:
    """Each primary denial count is truth's; lines and claims without a charge are no part of a rate."""
    found = measured.kpi(kpi, Scope(denial_scope=scope))
    primary = measured.truth["primary"]
    expected = primary.get(TRUTH_OF_KPI[kpi].format(scope=scope), 0)
    unit = 100 if kpi == "denial_rate_dollars" else 1
    grain = "lines" if kpi in BY_LINES else "claims"
    whole = primary["charge_cents"] if unit == 100 else primary[grain] - primary[f"{grain}_without_charge"]
    assert (Decimal(expected) / unit, Decimal(whole) / unit) == (found.numerator, found.denominator)


def test_takebacks_are_as_told(measured: Measured) -> None:
    """Lines first paid and later taken back by a denial are truth's, and none of them is an initial denial."""
    assert measured.truth["line_states"].get("takeback", 0) == measured.kpi("takeback_lines").numerator


def test_days_to_payment_are_as_told(measured: Measured) -> None:
    """The days from service to payment add up to truth's histogram."""
    histogram = measured.truth["histograms"]["service_to_payment_lines"]
    found = measured.kpi("days_service_to_payment")
    days = sum(int(day) * count for day, count in histogram.items())
    assert (days, sum(histogram.values())) == (found.numerator, found.denominator)


def test_resubmissions_are_as_told(measured: Measured) -> None:
    """The days from each initial denial to the corrected claim are truth's, line by line."""
    sql = """
        select days_to_resubmission, count(*) from denial
        where source = '835' and payer_sequence = 'primary' and is_core and days_to_resubmission is not null
        group by days_to_resubmission"""
    histogram = measured.truth["histograms"]["denial_to_resubmission_core_lines"]
    assert {int(day): count for day, count in histogram.items()} == dict(measured.rows(sql))


def test_open_denials_are_as_told(measured: Measured) -> None:
    """The core lines that the last remittance leaves denied, given up or not, and their charges, are truth's."""
    sql = """
        select count(*), sum(charge_amount) from denial
        where source = '835' and payer_sequence = 'primary' and is_core
            and state in ('denied_open', 'denied_final', 'written_off')"""
    states = measured.truth["line_states"]
    expected = (states["denied_core_open"], Decimal(states["denied_core_open_cents"]) / 100)
    assert [expected] == measured.rows(sql)


def test_payments_are_as_told(measured: Measured) -> None:
    """Payments that count leave out what was sent twice, be it one denial alone: what came earlier is the original."""
    sql = "select count(*), sum(payment_amount) from remit_payment where not is_repeat"
    counted = measured.truth["remits_counted"]
    assert [(counted["transactions"], Decimal(counted["payment_cents"]) / 100)] == measured.rows(sql)


def test_log_only_denials_are_as_told(measured: Measured) -> None:
    """Of the log's rows only those of the payer on paper are denials of their own."""
    sql = "select count(*) from denial where source = 'log'"
    assert [(measured.truth["log"]["rows_on_paper_only"],)] == measured.rows(sql)


def test_causes_are_as_planted(measured: Measured) -> None:
    """Of a hundred denied lines at least 95 have the root cause that was planted, cause by cause, and none is open."""
    sql = """
        select root_cause, count(*) from denial
        where source = '835' and payer_sequence = 'primary' group by root_cause"""
    found = {str(cause): int(count) for cause, count in measured.rows(sql)}
    planted = measured.truth["denied_lines_by_planted_cause"]
    alike = sum(min(count, found.get(cause, 0)) for cause, count in planted.items())
    assert (True, 0) == (alike >= 0.95 * sum(planted.values()), found.get("not_determined", 0))
