"""Balancing on three levels: off amounts are exact, claim-level adjustments count once, the unknown is not checked."""

import pytest

from pipelines.rows import Cents, Remit, RemitClaim, RemitLine
from pipelines.x12.balance import transaction_off
from tests.x12.test_remittance import of, read_body


def offs(*segments: str) -> tuple[list[int | None], list[int | None]]:
    """Return the off amounts of the claims and of the lines."""
    rows = read_body(*segments)
    return [row.off_amount for row in of(RemitClaim, rows)], [row.off_amount for row in of(RemitLine, rows)]


def test_all_in_lines() -> None:
    """A claim whose lines tell every adjustment balances, and so do they."""
    line = ("SVC*HC:1*100*60", "CAS*CO*45*25", "CAS*PR*2*15")
    assert ([0], [0, 0]) == offs("CLP*A*1*200*120*30*12*I", *line, *line)


def test_claim_level_adjustment_that_explains_the_lines_counts_once() -> None:
    """Lines that leave open just what the claim's CAS explains balance."""
    assert ([0], [0, 0]) == offs("CLP*A*1*200*0*0*12*I", "CAS*CO*50*200", "SVC*HC:1*150*0", "SVC*HC:2*50*0")


def test_claim_level_adjustment_beside_balanced_lines() -> None:
    """A claim-level CAS on money that no line tells leaves balanced lines as they are."""
    assert ([0], [0]) == offs("CLP*A*1*100*50*0*12*I", "CAS*CO*253*10", "SVC*HC:1*100*60", "CAS*CO*45*40")


def test_imbalance_keeps_its_amount() -> None:
    """What is not explained is kept, with its sign, on claim and line."""
    assert ([1000], [1000]) == offs("CLP*A*1*100*60*0*12*I", "SVC*HC:1*100*60", "CAS*CO*45*30")
    assert ([-1000], [-1000]) == offs("CLP*A*1*100*60*0*12*I", "SVC*HC:1*100*60", "CAS*CO*45*50")


def test_reversal() -> None:
    """A reversal balances in negative amounts."""
    assert ([0], [0]) == offs("CLP*A*22*-100*-60*0*12*I", "SVC*HC:1*-100*-60", "CAS*CO*45*-40")


@pytest.mark.parametrize(
    "segments",
    [
        ("CLP*A*1**60*0*12*I", "SVC*HC:1**60", "CAS*CO*45*40"),
        ("CLP*A*1*100*x*0*12*I", "SVC*HC:1*100*x", "CAS*CO*45*40"),
        ("CLP*A*1*100*60*0*12*I", "SVC*HC:1*100*60", "CAS*CO*45*forty"),
    ],
)
def test_unknown_amounts_are_not_checked(segments: tuple[str, ...]) -> None:
    """Where an amount is missing or cannot be read, claim and line are not checked: NULL, not off."""
    assert ([None], [None]) == offs(*segments)


def test_unknown_claim_level_adjustment() -> None:
    """An unreadable claim-level CAS leaves the claim unchecked; a line that balances by itself still does."""
    assert ([None], [0]) == offs("CLP*A*1*100*60*0*12*I", "CAS*CO*45*x", "SVC*HC:1*100*60", "CAS*CO*45*40")


@pytest.mark.parametrize(
    ("payment", "code", "claims", "provider", "off"),
    [
        (9000, "C", 10000, 1000, 0),  # a positive PLB reduces the payment
        (11000, "C", 10000, -1000, 0),
        (9000, "C", 10000, 0, -1000),
        (5000, "D", -5000, 0, 0),  # money taken back, written without a sign
        (-5000, "D", -5000, 0, 0),  # and with one
        (5000, "D", 5000, 0, 0),  # a payment that the payer calls a debit of its own account
        (4000, "D", -5000, 0, 1000),
        (None, "C", 5000, 0, None),
        (5000, "C", None, 0, None),
        (5000, "C", 5000, None, None),
    ],
)
def test_transaction(
    payment: Cents | None, code: str, claims: Cents | None, provider: Cents | None, off: int | None
) -> None:
    """BPR02 is the sum of CLP04 less the sum of PLB; a debit is money taken back."""
    assert off == transaction_off(payment, code, claims, provider)


def test_transaction_with_an_unknown_claim_payment_is_not_checked() -> None:
    """One unreadable CLP04 leaves the transaction unchecked, and the sum holds what could be read."""
    (remit,) = of(Remit, read_body("CLP*A*1*10*x*0*12*I", "CLP*B*1*10*5*0*12*J"))
    assert (None, 500) == (remit.off_amount, remit.claim_paid_amount)


def test_lines_that_do_not_sum_to_the_claim_are_told() -> None:
    """Charges of lines that do not make the claim's charge are told with the difference."""
    rows = read_body("CLP*A*1*100*100*0*12*I", "SVC*HC:1*60*60")
    assert ["the claim's charge is 40.00 more than its lines' charges"] == [
        row.message for row in rows if getattr(row, "code", "") == "lines_do_not_sum_to_claim"
    ]
