"""Until when a claim that no payer has decided can reach it."""

from typing import Any

import pytest

from pipelines.rows import Acknowledgement, Row
from tests.practice import SERVICE, Day, claim, paid, remit, sent
from tests.warehouse import Files, found

JANUARY, ANSWERED, LATER, MARCH = Day(2026, 1, 6), Day(2026, 1, 8), Day(2026, 1, 20), Day(2026, 3, 2)
COLUMNS = "patient_control_number, standing, payer_rule_id, deadline_date, days_left"


def answer(account: str, is_accepted: bool, day: Day = ANSWERED) -> Row:
    """One claim of a 277CA."""
    return Acknowledgement(1, 1, 1, 1, "claim", is_accepted, effective_date=day, patient_control_number=account)


def filing(files: Files) -> list[Any]:
    """What stands in the table, with a claim that was paid on the last day of the data."""
    return found({"era": remit(MARCH, claim("P900", paid())), **files}, "filing_deadline", COLUMNS)


@pytest.mark.parametrize(
    ("answers", "standing"),
    [([], "unanswered"), ([answer("P1000", True)], "accepted"), ([answer("P1000", False)], "rejected")],
)
def test_standing(answers: list[Row], standing: str) -> None:
    """Days to file count from the service, by the rule for the payer, whatever the clearinghouse said."""
    limit = Day.fromordinal(SERVICE.toordinal() + 120)
    expected = [("P1000", standing, "aetna", limit, limit.toordinal() - MARCH.toordinal())]
    assert expected == filing({"837": sent(JANUARY, "P1000", claim_filing_code="CI"), "277": answers})


def test_sent_again_is_not_rejected_any_more() -> None:
    """A claim that was accepted at the second time waits for its payer."""
    files: Files = {
        "837": sent(JANUARY, "P1000"),
        "837-2": sent(LATER, "P1000"),
        "277": [answer("P1000", False)],
        "277-2": [answer("P1000", True, Day(2026, 1, 22))],
    }
    assert ["accepted"] == [row[1] for row in filing(files)]


def test_a_decided_claim_has_reached_its_payer() -> None:
    """There is no limit for filing any more."""
    assert [] == filing({"837": sent(JANUARY, "P900"), "277": [answer("P900", False)]})
