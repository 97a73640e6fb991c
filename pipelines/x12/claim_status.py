"""277CA -> rows: which claims, batches and providers a payer or clearinghouse took in, and why not.

One row is one answer: a claim (HL level PT, one TRN) or one of its lines (SVC), a provider (19) or a whole batch (21)
with its STC segments. The category of an STC says whether it was accepted; the first STC that decides the answer gives
its codes, all of them are in the message. Rejected here means that the claim never reached adjudication: it is no
denial.
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

    def __str__(self) -> str:
        return " ".join(str(code) for code in self.codes)


class Answer:
    """One row while its segments are read; a claim's lines are answers of their own."""

    def __init__(self, row: Acknowledgement) -> None:
        self.row = row
        self.reference: str | None = None  # TRN02: patient control number, or the batch's own number
        self.statuses: list[Status] = []
        self.lines: list[Answer] = []
        self.totals: list[str] = []

    def is_empty(self) -> bool:
        """Say whether nothing has been answered: levels that only hold others together have no STC."""
        return not (self._all_statuses() or self.totals or (self.row.level == "claim" and self.reference))

    def _all_statuses(self) -> list[Status]:
        return [*self.statuses, *(status for line in self.lines for status in line.statuses)]

    def settle(self) -> list[Acknowledgement]:
        """Return the row with its verdict, the codes that decided it and all of them in the message; then its lines."""
        row = self.row
        row.is_accepted = _verdict(self.statuses)
        if row.is_accepted is None:
            row.is_accepted = _verdict(self._all_statuses())
        if row.level == "claim" and self.reference:
            row.patient_control_number = self.reference
        self._name_codes()
        if row.charge_amount is None:
            row.charge_amount = next((status.amount for status in self.statuses if status.amount is not None), None)
        row.message = self._message()
        return [row, *(line._settle_under(row) for line in self.lines if line.statuses)]

    def _settle_under(self, claim: Acknowledgement) -> Acknowledgement:
        """Return a line's row, which names its claim as the claim's own row does."""
        (row,) = self.settle()
        row.patient_control_number = claim.patient_control_number
        row.payer_claim_control_number = claim.payer_claim_control_number
        row.clearinghouse_number = claim.clearinghouse_number
        row.effective_date = row.effective_date or claim.effective_date
        return row

    def _name_codes(self) -> None:
        """The row's codes are those of the first STC, and in it of the first code, that says what the row says."""
        row, ordered = self.row, self._all_statuses()
        deciding = next((status for status in ordered if status.verdict == row.is_accepted), None)
        if deciding is None:
            return
        code = next((code for code in deciding.codes if code.verdict == row.is_accepted), deciding.codes[0])
        row.category_code, row.status_code, row.entity_code = code
        row.effective_date = deciding.date or next((status.date for status in ordered if status.date), None)

    def _message(self) -> str | None:
        parts = [f"batch {self.reference}"] if self.row.level == "batch" and self.reference else []
        parts += [str(status) for status in self.statuses]
        parts += [f"line {line.row.procedure_code or '?'} {status}" for line in self.lines for status in line.statuses]
        parts += [status.words for status in self._all_statuses() if status.words]
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
        self._batch_reference: str | None = None
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
            for row in self._answer.settle():
                self._emit(row)
        for line in self._answer.lines if self._answer is not None else ():
            if not line.statuses:
                row = line.row
                self._reader.tell("line_without_answer", row.segment_no, row.byte_offset, "an SVC without an STC")
        self._answer = None

    def _begin_level(self, number: int, offset: int, elements: list[str]) -> None:
        self.end()
        self._level = element(elements, 3).upper()
        if self._level in LEVELS:
            self._begin_answer(number, offset)
        elif self._level == SOURCE_LEVEL:
            self._payer_name = self._batch_reference = None
        else:
            self._reader.tell("level_unknown", number, offset, f"HL03 is {self._level[:12]!r}, not 20, 21, 19 or PT")

    def _begin_answer(self, number: int, offset: int) -> None:
        if LEVELS[self._level] == "batch":
            self._batch_reference = None
        self._answer = Answer(self._row(LEVELS[self._level], number, offset))

    def _row(self, level: str, number: int, offset: int) -> Acknowledgement:
        row = Acknowledgement(self._reader.envelope.transaction_no, 0, number, offset, level=level)
        row.payer_name, row.batch_reference = self._payer_name, self._batch_reference
        return row

    def _name(self, number: int, offset: int, elements: list[str]) -> None:
        if self._level == SOURCE_LEVEL and element(elements, 1).upper() == "PR":
            self._payer_name = text(element(elements, 3))

    def _trace(self, number: int, offset: int, elements: list[str]) -> None:
        """A TRN names its claim; a second one under the same patient begins the next claim."""
        if self._answer is None:
            if self._level != SOURCE_LEVEL:
                self._tell_outside(number, offset, "TRN")
            return
        if self._answer.row.level == "claim" and not self._answer.is_empty():
            self.end()
            self._begin_answer(number, offset)
        reference = text(element(elements, 2))
        if self._answer.reference not in (None, reference):
            self._reader.tell("repeated_segment", number, offset, "a second TRN at the level")
            return
        self._answer.reference = reference
        if self._answer.row.level == "batch":
            self._answer.row.batch_reference = self._batch_reference = reference

    def _status(self, number: int, offset: int, elements: list[str]) -> None:
        if self._answer is None:
            self._tell_outside(number, offset, "STC")
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
        answer = self._answer.lines[-1] if self._answer.lines else self._answer
        answer.statuses.append(Status(codes, verdict, date, amount, words))

    def _tell_outside(self, number: int, offset: int, segment_id: str) -> None:
        self._reader.tell("segment_out_of_place", number, offset, f"{segment_id} outside any level that is answered")

    def _code(self, composite: str) -> Code:
        parts = [text(part.upper()) for part in composite.split(self._component)]
        return Code(*[*parts, None, None][:3])

    def _reference(self, number: int, offset: int, elements: list[str]) -> None:
        qualifier, value = element(elements, 1).upper(), text(element(elements, 2))
        if self._answer is None or self._answer.row.level != "claim":
            return
        if qualifier == "1K":
            self._answer.row.payer_claim_control_number = value
        elif qualifier == "D9":
            self._answer.row.clearinghouse_number = value
        elif qualifier == "FJ" and self._answer.lines:
            self._answer.lines[-1].row.line_control_number = value
        elif qualifier == "EJ" and self._answer.reference is None:
            self._answer.reference = value

    def _line(self, number: int, offset: int, elements: list[str]) -> None:
        if self._answer is None:
            self._tell_outside(number, offset, "SVC")
            return
        row = self._row("line", number, offset)
        parts = element(elements, 1).split(self._component)
        row.procedure_code = text(parts[1] if len(parts) > 1 else parts[0]) or text(element(elements, 4))
        row.charge_amount = self._reader.values.amount(elements, 2, number, offset)
        self._answer.lines.append(Answer(row))

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
