"""What became of claims whose files mislead: appeals told in pieces, claims sent twice, refusals of old."""

from typing import Any

from pipelines.measure import measure
from pipelines.rows import Acknowledgement, Row
from tests.practice import SERVICE, Day, claim, denied, log, paid, remit, reversal, sent
from tests.warehouse import failures, found, query, warehouse

JANUARY, MARCH, APRIL = Day(2026, 1, 8), Day(2026, 3, 2), Day(2026, 4, 2)
LATER = remit(Day(2026, 12, 1), claim("Z999999", paid()), trace="later")
LINE = {"service_date": SERVICE, "procedure_code": "99213", "denial_date": MARCH}


def measured(files: dict[str, Any], kpi: str) -> tuple[Any, Any]:
    """Numerator and denominator; the checks of the build find nothing."""
    connection = warehouse(files)
    assert {} == failures(connection)
    (one,) = measure(connection, [kpi])
    return one.numerator, one.denominator


def appeals(*rows: list[Row]) -> list[Any]:
    """Day, level and outcome of the requests that these rows of a log tell about one denied line."""
    files = {
        "era": remit(MARCH, claim("A100001", denied())),
        "era-2": remit(APRIL, claim("A100001", denied("CO-16"), icn="2")),
        "era-3": remit(Day(2026, 6, 1), claim("A100001", paid(), icn="3")),
        "log": [one for row in rows for one in row],
    }
    return found(files, "appeal", "appeal_date, appeal_level, outcome, decided_date")


def told(row_no: int, **more: Any) -> list[Row]:
    """A row of a log about an appeal of that line."""
    return log(row_no, "CO-50", claim_id="A100001", is_appealed=True, **{**LINE, **more})


def test_an_appeal_told_in_pieces() -> None:
    """The day may stand in one row and the level in another: it is one appeal, and it is there."""
    rows = told(2, appeal_date=Day(2026, 3, 20)), told(3, appeal_level="1st")
    assert [(Day(2026, 3, 20), "1st", "upheld", APRIL)] == appeals(*rows)


def test_an_appeal_without_a_level_beside_one_with() -> None:
    """A first appeal is not lost because only the second has a level."""
    first = told(2, appeal_date=Day(2026, 3, 20), appeal_outcome="upheld")
    second = told(3, appeal_date=Day(2026, 4, 20), appeal_level="2", appeal_outcome="pending")
    assert [(Day(2026, 3, 20), None, "upheld"), (Day(2026, 4, 20), "2", "overturned")] == [
        one[:3] for one in appeals(first, second)
    ]


def test_the_next_remit_decides() -> None:
    """An appeal without an outcome is lost when the next remit denies, though a later one pays."""
    assert [(Day(2026, 3, 20), None, "upheld", APRIL)] == appeals(told(2, appeal_date=Day(2026, 3, 20)))


def test_who_overturned() -> None:
    """By the payer where it reversed its denial, or where the claims sent are known; else nobody can tell."""
    first = claim("P3", denied(), icn="1")
    files = {
        "a": remit(MARCH, claim("P1", denied()), claim("P2", denied()), first),
        "b": remit(APRIL, claim("P1", paid()), claim("P2", paid()), reversal(first), claim("P3", paid(), icn="1")),
        "837": sent(JANUARY, "P2"),
    }
    assert [None, "payer", "payer"] == found(files, "family_line", "overturned_by", "family_id")


def waiting(*later: tuple[str, list[Row]], procedure: str = "99213") -> list[Any]:
    """State of a line denied in March whose claim was sent again, when this follows and all deadlines have passed."""
    files = {
        "837": sent(JANUARY, "P100001"),
        "era": remit(MARCH, claim("P100001", denied(procedure=procedure))),
        "837-2": sent(Day(2026, 3, 12), "P100001", frequency_code="7"),
        "later": LATER,
        **dict(later),
    }
    rows = query(warehouse(files, "denial"), "select patient_control_number, state, is_awaiting_answer from denial")
    return [one[1:] for one in rows if one[0] == "P100001"]


def test_sent_again_twice() -> None:
    """Denied again and sent again: it waits for the second answer and is not denied for good."""
    again = remit(APRIL, claim("P100001", denied("CO-16"), icn="2"))
    assert [("denied_final", False)] == waiting(("era-2", again))
    assert [("denied_open", True)] == waiting(("era-2", again), ("837-3", sent(Day(2026, 4, 20), "P100001")))


def test_sent_again_with_another_procedure() -> None:
    """A line that was sent again as another one is answered when its claim is: it does not wait for ever."""
    answer = remit(APRIL, claim("P100001", paid(procedure="99214"), icn="2"))
    assert [("denied_open", True)] == waiting(procedure="99215")
    assert [("denied_final", False)] == waiting(("era-2", answer), procedure="99215")


def exported(**more: Any) -> dict[str, Any]:
    """A claim denied and paid later, of which only an export tells when it was first sent."""
    return {
        "era": remit(MARCH, claim("P100001", denied())),
        "era-2": remit(APRIL, claim("P100001", paid(), icn="2")),
        "log": log(1, claim_id="P100001", service_date=SERVICE, submission_date=JANUARY, is_denied=None, **more),
        "later": LATER,
    }


def test_an_export_tells_no_resubmission() -> None:
    """A claim known from an export only is never called never resubmitted; its next remit is the upper bound."""
    assert (0, 0) == measured(exported(denial_date=None), "never_resubmitted_share")
    assert (31, 1) == measured(exported(denial_date=None), "days_to_next_remit")


def answer(number: int, account: str, is_accepted: bool, day: Day) -> Row:
    """One claim of a 277CA."""
    return Acknowledgement(
        1, number, number, number, "claim", is_accepted, effective_date=day, patient_control_number=account
    )


def test_a_decided_claim_has_reached_the_payer() -> None:
    """A rejected resubmission does not make a claim that the payer decided one that never reached it."""
    files = {
        "837": sent(JANUARY, "A100001"),
        "277": [answer(1, "A100001", True, Day(2026, 1, 9))],
        "era": remit(MARCH, claim("A100001", denied())),
        "837-2": sent(Day(2026, 3, 10), "A100001", frequency_code="7"),
        "277-2": [answer(1, "A100001", False, Day(2026, 3, 11))],
    }
    assert (0, 1) == measured(files, "never_reached_share")
    assert (1, 1) == measured(files, "clean_claim_rate")


def refused(day: Day) -> list[Any]:
    """Accounts that a 999 of this day refuses; small vendors begin their control numbers anew in every file."""
    refusal = Acknowledgement(
        1, 1, 1, 1, "transaction_set", False, effective_date=day, acknowledged_group_number="1",
        acknowledged_transaction_number="0001",
    )  # fmt: skip
    numbers = {"transaction_control_number": "0001", "group_control_number": "1"}
    return found(
        {"837": sent(JANUARY, "A100001", **numbers), "999": [refusal]},
        "acknowledgement_event",
        "submission_file_id is not null",
    )


def test_a_refusal_is_of_these_weeks() -> None:
    """A whole transaction is refused within two weeks; a later 999 of its number is about a file that is not here."""
    assert [[True], [True], [False]] == [refused(day) for day in (JANUARY, Day(2026, 1, 22), Day(2026, 1, 23))]
