"""The life of a claim: sent, denied, sent again, appealed, closed; what became of each denied line, and why."""

from typing import Any

import pytest

from pipelines.rows import Cents, ProviderAdjustment, Row
from tests.practice import SERVICE, Claim, Day, claim, denied, log, paid, remit, reversal, sent
from tests.warehouse import Files, found, query, warehouse

JANUARY, MARCH, APRIL, MAY, LATE = Day(2026, 1, 9), Day(2026, 3, 2), Day(2026, 4, 2), Day(2026, 5, 4), Day(2026, 6, 1)
OVER = Day(2027, 6, 1)
STATE = "state, state_reason, resolution_date"


def told(**more: Any) -> list[Row]:
    """One row of the practice's log about the line of claim P1."""
    return log(2, "CO-50", claim_id="P1", procedure_code="99213", service_date=SERVICE, **more)


def denial(*later: tuple[Day, Claim], upto: Day = LATE, **files: list[Row]) -> Files:
    """P1 denied on 2 March, what came later, and a payment of another claim by which the data reach to `upto`."""
    events = [(MARCH, claim("P1", denied(), icn="I1")), *later]
    eras = {f"era-{number}": remit(day, one, trace=f"T{number}") for number, (day, one) in enumerate(events)}
    return {**eras, "era-z": remit(upto, claim("P9", paid()), trace="Z"), **files}


PAID = (MAY, claim("P1", paid(), icn="I2"))
OUTCOMES: dict[str, tuple[Files, tuple[Any, ...]]] = {
    "nothing done": (denial(), ("denied_open", "nothing is under way", None)),
    "every deadline passed": (
        denial(upto=OVER),
        ("denied_final", "every deadline has passed", Day(2026, 8, 29)),
    ),
    "sent again": (
        denial(upto=OVER, **{"837": sent(APRIL, "P1", frequency_code="7")}),
        ("denied_open", "sent again, no answer yet", None),
    ),
    "sent again and denied again": (
        denial((MAY, claim("P1", denied(), icn="I2")), **{"837": sent(APRIL, "P1", frequency_code="7")}),
        ("denied_open", "nothing is under way", None),
    ),
    "paid later": (denial(PAID), ("paid_after_denial", "paid after the denial", MAY)),
    "written off": (
        denial(log=told(claim_status="Written Off", resolved_date=MAY)),
        ("written_off", "the log says written off", MAY),
    ),
    "written off, then paid": (
        denial(PAID, log=told(claim_status="written off", resolved_date=APRIL)),
        ("paid_after_denial", "paid after the denial", MAY),
    ),
    "closed": (denial(log=told(note="will not appeal")), ("denied_final", "the log says closed", None)),
    "closed, but sent again": (
        denial(log=told(claim_status="closed"), **{"837": sent(APRIL, "P1", frequency_code="7")}),
        ("denied_open", "sent again, no answer yet", None),
    ),
    "appealed": (denial(upto=OVER, log=told(appeal_date=APRIL)), ("denied_open", "an appeal is open", None)),
    "appeal lost": (
        denial(log=told(appeal_date=APRIL, appeal_outcome="Upheld", resolved_date=MAY)),
        ("denied_final", "the last appeal was lost", MAY),
    ),
    "appeal lost by a remittance": (
        denial((MAY, claim("P1", denied(), icn="I2")), log=told(appeal_date=APRIL)),
        ("denied_final", "the last appeal was lost", MAY),
    ),
    "appeal won, no payment": (
        denial(upto=OVER, log=told(appeal_date=APRIL, appeal_outcome="Overturned", resolved_date=MAY)),
        ("denied_open", "won, and not paid yet", None),
    ),
    "taken back by the payer": (
        denial((APRIL, reversal(claim("P1", denied(), icn="I1")))),
        ("pending", "taken back and not decided since", None),
    ),
}


@pytest.mark.parametrize("name", OUTCOMES)
def test_what_became_of_a_denied_line(name: str) -> None:
    """A payment wins over all; then a write-off; what is under way keeps it open; then the log, then the calendar."""
    files, expected = OUTCOMES[name]
    assert expected == found(files, "line_outcome", STATE, "family_id")[0]


def test_what_was_never_denied_has_no_outcome() -> None:
    """A line that was allowed at first needs nobody's word."""
    assert [] == found({"a": remit(MARCH, claim("P1", paid()))}, "line_outcome", "denial_id")


PEOPLE = [
    ("written_off", denial(), "written_off"),
    ("denied_final", denial(log=told(appeal_date=APRIL)), "denied_final"),
    ("open", denial(upto=OVER), "denied_open"),
    ("open", denial(log=told(claim_status="written off")), "denied_open"),
    ("written_off", denial(PAID), "paid_after_denial"),
]


@pytest.mark.parametrize(("said", "files", "expected"), PEOPLE)
def test_a_person_decides_over_log_and_calendar(said: str, files: Files, expected: str) -> None:
    """What a person says of a denial stands, unless the payer pays after all."""
    first = query(warehouse(files, "line_history"), "select family_id || '|' || line_key from line_history order by 1")
    connection = warehouse(files, "line_outcome", closed={first[0][0]: said})
    assert expected == query(connection, "select state from line_outcome order by family_id")[0][0]


def test_written_off_amount() -> None:
    """Only what was written off has an amount of its own: the line's charge."""
    files = denial(log=told(claim_status="written off"))
    assert [100, 0] == found(files, "family_line", "written_off_amount", "family_id")


def test_open_dollars_leave_out_what_is_given_up() -> None:
    """A line that was written off or closed is not at risk any more."""
    files = {"a": remit(MARCH, *(claim(f"P{number}", denied()) for number in (1, 2))), "log": told(claim_status="W/O")}
    sums = "sum(open_denied_core_amount), sum(denied_core_amount)"
    assert [(100, 200)] == query(warehouse(files, "line_fact"), f"select {sums} from line_fact")


def test_a_denial_that_only_a_log_knows() -> None:
    """It is open, closed, written off or won by the log's own words, of whichever file of it."""
    rows = [
        *log(2, "CO-50", claim_id="L1", charge_amount=10),
        *log(3, "CO-50", claim_id="L2", charge_amount=20, claim_status="W/O"),
        *log(4, "CO-50", claim_id="L3", charge_amount=30, appeal_outcome="no further action"),
        *log(5, "CO-50", claim_id="L4", charge_amount=40, recovered_amount=35, resolved_date=APRIL),
        *log(6, "CO-50", claim_id="L5", charge_amount=50),
    ]
    newer = log(2, "CO-50", claim_id="L5", charge_amount=50, claim_status="adj off", resolved_date=APRIL)
    columns = "patient_control_number, state, resolution_date, written_off_amount, recovered_amount"
    expected = [
        ("L1", "denied_open", None, 0, 0),
        ("L2", "written_off", None, 20, 0),
        ("L3", "denied_final", None, 0, 0),
        ("L4", "paid_after_denial", APRIL, 0, 35),
        ("L5", "written_off", APRIL, 50, 0),
    ]
    assert expected == found({"log-a": rows, "log-b": newer}, "denial", columns)


AGAIN: dict[str, tuple[Files, tuple[Any, ...]]] = {
    "never": (denial(**{"837": sent(JANUARY, "P1")}), (1, None, None, None, None)),
    "by an 837": (
        denial(PAID, **{"837": [*sent(JANUARY, "P1"), *sent(APRIL, "P1", 2, frequency_code="7")]}),
        (2, APRIL, "837", MAY, None),
    ),
    "by the log": (denial(PAID, log=told(last_bill_date=APRIL)), (0, APRIL, "log", MAY, None)),
    "by both": (
        denial(PAID, log=told(last_bill_date=APRIL), **{"837": sent(APRIL, "P1", frequency_code="7")}),
        (1, APRIL, "837", MAY, None),
    ),
    "no claim file": (denial(PAID), (0, None, None, None, MAY)),
    "the payer's own correction": (
        denial((APRIL, reversal(claim("P1", denied(), icn="I1"))), PAID),
        (0, None, None, None, None),
    ),
    "billed before the denial": (denial(log=told(last_bill_date=JANUARY)), (0, None, None, None, None)),
}


@pytest.mark.parametrize("name", AGAIN)
def test_sent_again(name: str) -> None:
    """The first later submission, by claim file or log; without either the next decision bounds the day."""
    files, expected = AGAIN[name]
    columns = "submission_count, resubmission_date, resubmission_source, answer_date, bound_date"
    assert expected[1:] == found(files, "resubmission", columns)[0][1:]
    if "log" not in files:
        assert expected[0] == found(files, "resubmission", "submission_count")[0]


BY: dict[str, tuple[Files, str | None]] = {
    "the payer": (denial(PAID, **{"837": sent(JANUARY, "P1")}), "payer"),
    "nobody knows who": (denial(PAID), None),
    "a resubmission": (denial(PAID, **{"837": sent(APRIL, "P1", frequency_code="7")}), "resubmission"),
    "an appeal": (denial(PAID, log=told(appeal_date=APRIL)), "appeal"),
    "an appeal after a resubmission": (
        denial(PAID, log=told(appeal_date=Day(2026, 4, 20)), **{"837": sent(APRIL, "P1", frequency_code="7")}),
        "appeal",
    ),
    "a resubmission after an appeal": (
        denial(PAID, log=told(appeal_date=Day(2026, 3, 20)), **{"837": sent(APRIL, "P1", frequency_code="7")}),
        "resubmission",
    ),
    "nobody": (denial(), None),
}


@pytest.mark.parametrize("name", BY)
def test_overturned_by_what_came_last(name: str) -> None:
    """What came last before the payment overturned the denial; where nothing was sent, the payer itself."""
    files, expected = BY[name]
    assert expected == found(files, "line_outcome", "overturned_by", "family_id")[0]


def test_deposit_takeback_is_told_of_the_claim() -> None:
    """An adjustment outside any claim that names the claim is part of its story."""
    taken = ProviderAdjustment(1, 1, 99, 990, reason_code="WO", reference_id="I1", amount=Cents(8000))
    files = {
        "a": remit(MARCH, claim("P1", paid(), icn="I1"), trace="T1"),
        "b": [*remit(APRIL, claim("P2", paid(), icn="I2"), trace="T2"), taken],
    }
    columns = "event_kind, event_date, amount"
    rows = found(files, "family_event", columns, "family_id, event_date, sort_no")
    assert [("paid", MARCH, 80), ("recouped", APRIL, 80), ("paid", APRIL, 80)] == rows


def test_the_story_of_a_claim() -> None:
    """Everything that happened, in order, from the sending to the end."""
    files = denial(
        (MAY, claim("P1", denied(), icn="I2")),
        log=told(appeal_date=Day(2026, 5, 10), appeal_outcome="won", resolved_date=Day(2026, 5, 30)),
        **{"837": [*sent(JANUARY, "P1"), *sent(APRIL, "P1", 2, frequency_code="7", original_reference_number="I1")]},
    )
    connection = warehouse(files, "family_event")
    rows = query(
        connection,
        "select event_kind, event_date, source from family_event where family_id like '%P1%'"
        " order by event_date, sort_no",
    )
    expected = [
        ("submitted", JANUARY, "837"),
        ("denied", MARCH, "835"),
        ("resubmitted", APRIL, "837"),
        ("denied", MAY, "835"),
        ("appealed", Day(2026, 5, 10), "log"),
        ("appeal_overturned", Day(2026, 5, 30), "log"),
    ]
    assert expected == rows


def test_reversed_and_corrected_are_told() -> None:
    """A reversal and the decision that follows it are told as such."""
    first = claim("P1", paid(), icn="I1")
    files = {
        "a": remit(MARCH, first, trace="T1"),
        "b": remit(APRIL, reversal(first), claim("P1", paid(100, 90), icn="I2", f8="I1"), trace="T2"),
    }
    assert ["paid", "reversed", "corrected"] == found(files, "family_event", "event_kind", "event_date, sort_no")


def test_later_payers() -> None:
    """The secondary payer's family hangs on the primary's, with what it paid."""
    files = {
        "a": remit(MARCH, claim("P1", paid(), icn="I1"), trace="T1"),
        "b": remit(APRIL, claim("P1", paid(100, 15), status="2", icn="C1"), payer="Cigna", trace="T2"),
        "c": remit(APRIL, claim("P2", paid(100, 15), status="2", icn="C2"), payer="Cigna", trace="T3"),
    }
    columns = "later_payer, later_sequence, later_paid_amount"
    assert [("Cigna", "secondary", 15)] == found(files, "family_turn", columns)
