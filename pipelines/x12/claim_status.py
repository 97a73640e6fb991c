"""277CA -> rows: which claims, batches and providers a payer or clearinghouse took in, and why not.

One row is one answer: a claim (HL level PT, one TRN), a provider (19) or a whole batch (21) with its STC segments. The
category of an STC says whether it was accepted; the first STC that decides the answer gives its codes, all of them are
in the message. Rejected here means that the claim never reached adjudication: it is not a denial.
"""

import re
from collections.abc import Callable
from typing import NamedTuple

from pipelines.rows import Acknowledgement, Cents, Date
from pipelines.x12.transactions import TransactionReader
from pipelines.x12.values import element, text

# A0 (passed on to another entity) decides nothing by itself. A5 is a claim split when it was taken in.
ACCEPTED_CATEGORIES = frozenset(("A1", "A2", "A5"))
REJECTED_CATEGORIES = frozenset(("A3", "A4", "A6", "A7", "A8"))
ACTIONS = {"WQ": True, "U": False}  # STC03, asked only where the category decides nothing

LEVELS = {"21": "batch", "19": "provider", "PT": "claim", "22": "claim", "23": "claim"}
SOURCE_LEVEL = "20"
TOTALS = {
    "90": "accepted claims",
    "AA": "rejected claims",
    "QA": "accepted claims",
    "QC": "rejected claims",
    "YU": "accepted amount",
    "YY": "rejected amount",
}


class Code(NamedTuple):
    """One STC composite: category, status and the entity it speaks of."""

    category: str | None
    status: str | None
    entity: str | None

    @property
    def verdict(self) -> bool | None:
        """Accepted, rejected, or neither."""
        if self.category in ACCEPTED_CATEGORIES:
            return True
        return False if self.category in REJECTED_CATEGORIES else None

    def __str__(self) -> str:
        return ":".join(part for part in self if part)


class Status(NamedTuple):
    """One STC: up to three codes, of the claim or of one of its lines."""

    codes: list[Code]
    verdict: bool | None
    date: Date | None
    amount: Cents | None
    words: str | None
    line: str | None  # the procedure of the service line, or None for the claim itself


class Answer:
    """One row while its segments are read."""

    def __init__(self, row: Acknowledgement) -> None:
        self.row = row
        self.reference: str | None = None  # TRN02: patient control number, or the batch's own number
        self.line: str | None = None
        self.statuses: list[Status] = []
        self.totals: list[str] = []

    def is_empty(self) -> bool:
        """Say whether nothing has been answered: levels that only hold others together have no STC."""
        return not (self.statuses or self.totals or (self.row.level == "claim" and self.reference))

    def settle(self) -> Acknowledgement:
        """Return the row with its verdict, the codes that decided it, and all of them in the message."""
        row = self.row
        of_claim = [status for status in self.statuses if status.line is None]
        row.is_accepted = _verdict(of_claim)
        if row.is_accepted is None:
            row.is_accepted = _verdict(self.statuses)
        if row.level == "claim" and self.reference:
            row.patient_control_number = self.reference
        self._name_codes(of_claim or self.statuses)
        row.charge_amount = next((status.amount for status in of_claim if status.amount is not None), None)
        row.message = self._message()
        return row

    def _name_codes(self, of_claim: list[Status]) -> None:
        """The row's codes are those of the first STC, and in it of the first code, that says what the row says."""
        row = self.row
        ordered = [*of_claim, *(status for status in self.statuses if status not in of_claim)]
        deciding = next((status for status in ordered if status.verdict == row.is_accepted), None)
        if deciding is None:
            return
        code = next((code for code in deciding.codes if code.verdict == row.is_accepted), deciding.codes[0])
        row.category_code, row.status_code, row.entity_code = code
        row.effective_date = deciding.date or next((status.date for status in ordered if status.date), None)

    def _message(self) -> str | None:
        parts = [f"batch {self.reference}"] if self.row.level == "batch" and self.reference else []
        for status in self.statuses:
            codes = " ".join(str(code) for code in status.codes)
            parts.append(f"line {status.line} {codes}" if status.line else codes)
        parts += [status.words for status in self.statuses if status.words]
        return "; ".join([*parts, *self.totals]) or None


def _verdict(statuses: list[Status]) -> bool | None:
    """One rejection rejects; otherwise one acceptance accepts."""
    verdicts = {status.verdict for status in statuses}
    return False if False in verdicts else True if True in verdicts else None


class ClaimStatusReader:
    """Reads the segments of one 277 after another; finished answers are handed to `emit`."""

    def __init__(self, reader: TransactionReader, emit: Callable[[Acknowledgement], None]) -> None:
        self._reader, self._emit = reader, emit
        self.begin()

    def begin(self) -> None:
        """Forget the transaction before."""
        self._component = self._reader.segments.delimiters.component
        self._payer_name: str | None = None
        self._level = ""
        self._answer: Answer | None = None

    def take(self, number: int, offset: int, elements: list[str]) -> None:
        """Remember what a segment says."""
        handler = HANDLERS.get(elements[0])
        if handler is not None:
            handler(self, number, offset, elements)

    def end(self) -> None:
        """The answer at hand is complete."""
        if self._answer is not None and not self._answer.is_empty():
            self._emit(self._answer.settle())
        self._answer = None

    def _begin_level(self, number: int, offset: int, elements: list[str]) -> None:
        self.end()
        self._level = element(elements, 3).upper()
        if self._level in LEVELS:
            self._begin_answer(number, offset)
        elif self._level == SOURCE_LEVEL:
            self._payer_name = None
        else:
            self._reader.tell("level_unknown", number, offset, f"HL03 is {self._level[:12]!r}, not 20, 21, 19 or PT")

    def _begin_answer(self, number: int, offset: int) -> None:
        row = Acknowledgement(self._reader.envelope.transaction_no, 0, number, offset, level=LEVELS[self._level])
        row.payer_name = self._payer_name
        self._answer = Answer(row)

    def _name(self, number: int, offset: int, elements: list[str]) -> None:
        if self._level == SOURCE_LEVEL and element(elements, 1).upper() == "PR":
            self._payer_name = text(element(elements, 3))

    def _trace(self, number: int, offset: int, elements: list[str]) -> None:
        """A TRN names its claim; a second one under the same patient begins the next claim."""
        if self._answer is None:
            return
        if self._answer.row.level == "claim" and not self._answer.is_empty():
            self.end()
            self._begin_answer(number, offset)
        self._answer.reference = text(element(elements, 2))

    def _status(self, number: int, offset: int, elements: list[str]) -> None:
        if self._answer is None:
            self._reader.tell("segment_out_of_place", number, offset, "STC outside any level that is answered")
            return
        codes = [self._code(element(elements, place)) for place in (1, 10, 11) if element(elements, place)]
        codes = codes or [Code(None, None, None)]
        if not re.fullmatch("[ADEFPR][0-9A-Z]", codes[0].category or ""):
            self._reader.values.tell(
                "acknowledgement_code_unknown", elements, 1, number, offset, "has no known category"
            )
        verdict = _verdict_of(codes, element(elements, 3).upper())
        values = self._reader.values
        date, amount = values.date(elements, 2, number, offset), values.amount(elements, 4, number, offset)
        words = text(element(elements, 12))
        self._answer.statuses.append(Status(codes, verdict, date, amount, words, self._answer.line))

    def _code(self, composite: str) -> Code:
        parts = [text(part.upper()) for part in composite.split(self._component)]
        return Code(*[*parts, None, None][:3])

    def _reference(self, number: int, offset: int, elements: list[str]) -> None:
        qualifier, value = element(elements, 1).upper(), text(element(elements, 2))
        if self._answer is None or self._answer.row.level != "claim":
            return
        if qualifier == "1K":
            self._answer.row.payer_claim_control_number = value
        elif qualifier == "EJ" and self._answer.reference is None:
            self._answer.reference = value

    def _line(self, number: int, offset: int, elements: list[str]) -> None:
        if self._answer is not None:
            parts = element(elements, 1).split(self._component)
            self._answer.line = text(parts[1] if len(parts) > 1 else parts[0]) or element(elements, 4) or "?"

    def _total(self, number: int, offset: int, elements: list[str]) -> None:
        label = TOTALS.get(element(elements, 1).upper())
        if self._answer is not None and label is not None:
            self._answer.totals.append(f"{label} {element(elements, 2)}")


def _verdict_of(codes: list[Code], action: str) -> bool | None:
    """Return what an STC says: its categories first, its action code only where they say nothing."""
    verdicts = {code.verdict for code in codes}
    if False in verdicts:
        return False
    return True if True in verdicts else ACTIONS.get(action)


Handler = Callable[[ClaimStatusReader, int, int, list[str]], None]
HANDLERS: dict[str, Handler] = {
    "HL": ClaimStatusReader._begin_level,
    "NM1": ClaimStatusReader._name,
    "TRN": ClaimStatusReader._trace,
    "STC": ClaimStatusReader._status,
    "REF": ClaimStatusReader._reference,
    "SVC": ClaimStatusReader._line,
    "QTY": ClaimStatusReader._total,
    "AMT": ClaimStatusReader._total,
}
