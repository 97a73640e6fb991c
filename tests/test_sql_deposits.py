"""The money: payments tied out to the cent, adjustments outside any claim, and what a person found at the bank."""

from decimal import Decimal
from typing import Any

import pytest

from pipelines.rows import Cents, ProviderAdjustment, Remit, Row
from tests.practice import Cas, Day, claim, denied, line, paid, remit, reversal
from tests.warehouse import Files, failures, found, query, warehouse

MARCH, APRIL = Day(2026, 3, 2), Day(2026, 4, 2)
COLUMNS = "trace_number, transaction_count, payment_amount, expected_amount, explanation, unexplained_amount"


def deposits(files: Files) -> list[Any]:
    """What every deposit of these files says; the build's checks find nothing."""
    connection = warehouse(files)
    assert {} == failures(connection)
    return [
        tuple(float(value) if isinstance(value, Decimal) else value for value in row)
        for row in query(connection, f"select {COLUMNS} from deposit order by trace_number, payment_date")
    ]


def two(first: list[Row], second: list[Row]) -> list[Row]:
    """Two transactions of one file."""
    return [*first, *second]


CASES: dict[str, tuple[Files, list[Any]]] = {
    "balanced": ({"a": remit(MARCH, claim("P1", paid()), trace="T1")}, [("T1", 1, 80, 80, "balanced", 0)]),
    "less a takeback": (
        {"a": remit(MARCH, claim("P1", paid()), trace="T1", plb=30)},
        [("T1", 1, 50, 50, "balanced", 0)],
    ),
    "interest on top": (
        {"a": remit(MARCH, claim("P1", paid()), trace="T1", plb=-2.5)},
        [("T1", 1, 82.5, 82.5, "balanced", 0)],
    ),
    "a notice of no payment": (
        {"a": remit(MARCH, claim("P1", denied()), trace="T1")},
        [("T1", 1, 0, 0, "balanced", 0)],
    ),
    "a balance carried forward": (
        {"a": remit(MARCH, reversal(claim("P1", paid())), trace="T1", payment=0)},
        [("T1", 1, 0, -80, "nothing to pay: balance carried forward", 0)],
    ),
    "a reversal and its correction": (
        {"a": remit(MARCH, reversal(claim("P1", paid())), claim("P1", paid(100, 95), icn="2"), trace="T1")},
        [("T1", 1, 15, 15, "balanced", 0)],
    ),
    "a file sent twice": (
        dict.fromkeys(("a", "b"), remit(MARCH, claim("P1", paid()), trace="T1")),
        [("T1", 1, 80, 80, "balanced", 0)],
    ),
    "its share in each transaction": (
        {
            "a": two(
                remit(MARCH, claim("P1", paid()), trace="T1"),
                remit(MARCH, claim("P2", paid(50, 40)), trace="T1", transaction_no=2),
            )
        },
        [("T1", 2, 120, 120, "balanced", 0)],
    ),
    "the whole payment in each transaction": (
        {
            "a": remit(MARCH, claim("P1", paid()), trace="T1", payment=120),
            "b": remit(MARCH, claim("P2", paid(50, 40)), trace="T1", payment=120),
        },
        [("T1", 2, 120, 120, "told in several transactions", 0)],
    ),
    "the payment in one, claims in both": (
        {
            "a": remit(MARCH, claim("P1", paid()), trace="T1", payment=120),
            "b": remit(MARCH, claim("P2", paid(50, 40)), trace="T1", payment=0),
        },
        [("T1", 2, 120, 120, "told in several transactions", 0)],
    ),
    "told again with a claim more": (
        {
            "b": remit(MARCH, claim("P1", paid()), trace="T1", plb=5),
            "a": remit(MARCH, claim("P1", paid()), claim("P2", paid(50, 40)), trace="T1", plb=5),
        },
        [("T1", 2, 115, 115, "told in several transactions", 0)],
    ),
    "told again, of which the fuller counts": (
        {
            "a": remit(MARCH, claim("P1", paid()), trace="T1", plb=5),
            "b": remit(MARCH, claim("P1", paid()), claim("P2", paid(50, 40)), trace="T1", plb=5),
        },
        [("T1", 1, 115, 115, "balanced", 0)],
    ),
    "ten dollars more than its claims": (
        {"a": remit(MARCH, claim("P1", paid()), trace="T1", payment=90)},
        [("T1", 1, 90, 80, "not explained", 10)],
    ),
    "one number on two days": (
        {"a": remit(MARCH, claim("P1", paid()), trace="T1"), "b": remit(APRIL, claim("P2", paid()), trace="T1")},
        [("T1", 1, 80, 80, "balanced", 0), ("T1", 1, 80, 80, "balanced", 0)],
    ),
    "without a number": (
        {"a": remit(MARCH, claim("P1", paid()), trace=""), "b": remit(MARCH, claim("P2", paid(50, 40)), trace="")},
        [("", 1, 80, 80, "balanced", 0), ("", 1, 40, 40, "balanced", 0)],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_every_cent_is_explained_or_listed(name: str) -> None:
    """Payment = claims - adjustments, or the difference has a name, or it is listed."""
    files, expected = CASES[name]
    assert sorted(expected) == sorted(deposits(files))


def test_an_unreadable_amount_is_listed() -> None:
    """Without a readable BPR02 the whole of the claims is unexplained."""
    rows = remit(MARCH, claim("P1", paid()), trace="T1")
    assert isinstance(rows[0], Remit)
    rows[0].payment_amount = rows[0].off_amount = None
    assert [("T1", 1, 0, 80, "amount unreadable", -80)] == deposits({"a": rows})


def test_a_debit_is_a_negative_payment() -> None:
    """BPR03 D: the payer takes the amount from the practice."""
    rows = remit(MARCH, reversal(claim("P1", paid())), trace="T1", payment=80)
    assert isinstance(rows[0], Remit)
    rows[0].credit_debit_code, rows[0].off_amount = "D", Cents(0)
    assert [("T1", 1, -80, -80, "balanced", 0)] == deposits({"a": rows})


def test_two_payers_with_one_number() -> None:
    """Payments of two payers stay two, with keys of their own."""
    files = {
        "a": remit(MARCH, claim("P1", paid()), trace="7"),
        "b": remit(MARCH, claim("P2", paid(50, 40)), trace="7", payer="Cigna"),
    }
    rows = found(files, "deposit", "deposit_key, payer, payment_amount", "deposit_key")
    assert [("7|2026-03-02|AETNA", "Aetna", 80), ("7|2026-03-02|CIGNA", "Cigna", 40)] == rows


def test_bank_amount() -> None:
    """What a person found at the bank stands beside the payment, with what it differs by."""
    files = {"a": remit(MARCH, claim("P1", paid()), trace="T1"), "b": remit(APRIL, claim("P2", paid()), trace="T2")}
    connection = warehouse(files, "deposit", bank_amounts={"T1|2026-03-02|AETNA": "79.50"})
    rows = query(connection, "select trace_number, bank_amount, bank_off_amount, bank_who from deposit order by 1")
    assert [("T1", Decimal("79.50"), Decimal("-0.50"), "tester"), ("T2", None, None, None)] == rows


REFERENCES = [
    ("ICN7", "P1", "payer_number"),
    ("icn7 ", "P1", "payer_number"),
    ("P1", "P1", "account"),
    ("P120260105 ICN7", "P1", "payer_number"),
    ("P120260105 NOWHERE", "P1", "account"),
    ("ICN7 123456789A", "P1", "payer_number"),
    ("TWICE", None, None),
    ("NOWHERE", None, None),
    (None, None, None),
]


def test_adjustment_names_its_claim() -> None:
    """A reference that is the number of exactly one claim of the payer leads to it; anything else to none."""
    first = remit(
        MARCH,
        claim("P1", paid(), icn="ICN7"),
        claim("P2", paid(), icn="TWICE"),
        claim("P3", paid(), icn="TWICE", date=Day(2026, 1, 9)),
        trace="T1",
    )
    taken: list[Row] = [
        ProviderAdjustment(1, number, 90 + number, 0, reason_code="WO", reference_id=text, amount=Cents(100))
        for number, (text, *_) in enumerate(REFERENCES, 1)
    ]
    files = {"a": first, "b": [*remit(APRIL, claim("P9", paid()), trace="T2"), *taken]}
    rows = found(files, "provider_adjustment", "family_id, match_rule", "adjustment_no")
    named = [(family_id.split("~")[1] if family_id else None, rule) for family_id, rule in rows]
    assert [(account, rule) for _, account, rule in REFERENCES] == named


def test_adjustment_kinds() -> None:
    """The reason says what kind of money it is; a code in no list is 'other' and says so."""
    taken: list[Row] = [
        ProviderAdjustment(1, number, 90 + number, 0, reason_code=code, amount=Cents(100))
        for number, code in enumerate(("WO", "FB", "L6", "E3", "Q9"), 1)
    ]
    rows = found({"a": [*remit(MARCH, claim("P1", paid())), *taken]}, "provider_adjustment", "kind", "adjustment_no")
    assert ["takeback", "forward_balance", "interest", "withholding", "other"] == rows


def usual(count: int, amount: float, first: int = 0) -> list[Any]:
    """Claim payments of the same service at the same price."""
    return [claim(f"U{first + number}", paid(100, amount)) for number in range(count)]


@pytest.mark.parametrize(
    ("claims", "expected"),
    [
        ([*usual(5, 80), claim("P1", paid(100, 70))], [("P1", 80, 5, 10)]),
        ([*usual(4, 80), claim("P1", paid(100, 70))], []),
        ([*usual(5, 80), claim("P1", paid(100, 79))], []),
        ([*usual(5, 80), claim("P1", paid(100, 95))], []),
        ([*usual(5, 80), *usual(6, 70, 50)], []),
        ([*usual(5, 80), claim("P1", denied())], []),
        ([*usual(5, 80), claim("P1", line(Cas("CO-151", 30), paid=70))], []),
        ([*usual(5, 80), claim("P1", paid(100, 70, procedure="97110"))], []),
        ([*usual(5, 80), claim("P1", paid(100, 70, date=Day(2025, 12, 30)))], []),
        ([*usual(5, 80), claim("P1", paid(100, 70), place="22")], []),
    ],
    ids=["short", "too few", "a dollar", "more", "no usual", "denied", "cut", "procedure", "year", "place"],
)
def test_underpayment(claims: list[Any], expected: list[Any]) -> None:
    """A line is a candidate where the payer allows it less than it does for most of the same kind in that year."""
    files = {"a": remit(MARCH, *claims)}
    columns = "patient_control_number, usual_amount, usual_count, short_amount"
    assert expected == found(files, "underpayment", columns)
