"""What practices write about the end of a denial, and how it is read."""

from typing import Any

import pytest

from tests.practice import Day, log
from tests.warehouse import found

# what stands in the outcome column -> outcome, written off, closed
OUTCOMES = {
    "Overturned": ("overturned", False, False),
    "approved": ("overturned", False, False),
    "Paid": ("overturned", False, False),
    "Won - paid in full": ("overturned", False, False),
    "Favorable": ("overturned", False, False),
    "partial_approval": ("partly_overturned", False, False),
    "Partially overturned": ("partly_overturned", False, False),
    "PAID PARTIAL": ("overturned", False, False),
    "Upheld": ("upheld", False, False),
    "denied": ("upheld", False, False),
    "Unfavorable": ("upheld", False, False),
    "not overturned": ("upheld", False, False),
    "lost": ("upheld", False, False),
    "Appeal denied": ("upheld", False, False),
    "Unpaid": ("upheld", False, False),
    "upheld at 2nd level": ("upheld", False, True),
    "Appeals exhausted": ("upheld", False, True),
    "final denial": ("upheld", False, True),
    "Written off": (None, True, True),
    "WRITE-OFF": (None, True, True),
    "W/O": (None, True, True),
    "wo": (None, True, True),
    "adj off": (None, True, True),
    "Adjusted off 3/2": (None, True, True),
    "bad debt": (None, True, True),
    "not written off": ("open", False, False),
    "pending write off": ("open", False, False),
    "Closed": (None, False, True),
    "no further action": (None, False, True),
    "NFA": (None, False, True),
    "not worth appealing": (None, False, True),
    "withdrawn": (None, False, True),
    "billed to patient": (None, False, True),
    "reopened": ("open", False, False),
    "Pending": ("open", False, False),
    "in process": ("open", False, False),
    "sent 2nd appeal": ("open", False, False),
    "Reprocessed": ("open", False, False),
}
STATUSES = {
    "closed no appeal": (None, False, True),
    "Closed - W/O'd": (None, True, True),
    "w/o": (None, True, True),
    "Write off approved": (None, True, True),
    "Appealed": ("open", False, False),
    "Appeal won": ("overturned", False, False),
    "Appeal - denied": ("upheld", False, False),
    "Paid": ("overturned", False, False),
    "Resolved": (None, False, True),
}
NOTES = {
    "will not appeal, too small": (None, False, True),
    "wrote it off per Ann": (None, True, True),
    "do not write off yet, waiting on dr": (None, False, False),
    "claim closed by office": (None, False, True),
}
SAY_NOTHING = ["MRI w/o contrast", "office closed Friday", "called payer", "waiting on records", "sent w/o auth"]


def read(column: str, words: list[str]) -> list[Any]:
    """How these words are read where they stand in this column."""
    rows = [row for number, text in enumerate(words, 2) for row in log(number, "CO-50", **{column: text})]
    found_rows = found({"log": rows}, "log_outcome", "row_no, outcome, is_written_off, is_closed")
    answers = {row_no: tuple(said) for row_no, *said in found_rows}
    return [(text, answers.get(number)) for number, text in enumerate(words, 2)]


@pytest.mark.parametrize(
    ("column", "known"), [("appeal_outcome", OUTCOMES), ("claim_status", STATUSES), ("note", NOTES)]
)
def test_wording(column: str, known: dict[str, Any]) -> None:
    """An outcome, a status or a note is read as a biller means it."""
    assert list(known.items()) == read(column, list(known))


def test_notes_that_say_nothing_of_the_end() -> None:
    """Without contrast is no write-off, and a closed office closes no claim."""
    assert [(text, None) for text in SAY_NOTHING] == read("note", SAY_NOTHING)


def test_a_day_of_resolution_closes() -> None:
    """A row with a day of resolution is closed, unless its words say that it is open."""
    rows = [
        *log(2, "CO-50", resolved_date=Day(2026, 5, 1)),
        *log(3, "CO-50", resolved_date=Day(2026, 5, 1), claim_status="appealed"),
    ]
    assert [True, False] == found({"log": rows}, "log_outcome", "is_closed", "row_no")
