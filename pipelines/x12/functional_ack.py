"""999 and 997 -> rows: which functional groups and transaction sets passed the receiver's syntax check.

AK1 to AK9 is a functional group, AK2 to IK5 (997: AK5) one transaction set of it. The message says what was found
where; the bad value itself is left out, because it may be a patient's.
"""

from collections.abc import Callable

from pipelines.rows import Acknowledgement
from pipelines.x12.transactions import TransactionReader
from pipelines.x12.values import element, text

VERDICTS = {"A": True, "E": True, "M": False, "R": False, "W": False, "X": False, "P": None}  # P: some sets, not all
MOST_ERRORS = 20  # per message; a file that is wrong throughout has thousands

SEGMENT_ERRORS = {
    "1": "unknown segment",
    "2": "unexpected segment",
    "3": "required segment missing",
    "4": "loop too often",
    "5": "segment too often",
    "6": "not in this transaction set",
    "7": "out of order",
    "8": "has element errors",
    "I4": "not used by the guide",
    "I6": "missing where the situation requires it",
    "I7": "loop not often enough",
    "I8": "segment not often enough",
    "I9": "not allowed in this situation",
}
ELEMENT_ERRORS = {
    "1": "required element missing",
    "2": "element missing that another one requires",
    "3": "too many elements",
    "4": "too short",
    "5": "too long",
    "6": "invalid character",
    "7": "invalid code",
    "8": "invalid date",
    "9": "invalid time",
    "10": "excluded by another element",
    "12": "too many repetitions",
    "13": "too many components",
    "I6": "code not used by the guide",
    "I9": "missing where the situation requires it",
    "I10": "not used by the guide",
    "I11": "too few repetitions",
    "I12": "does not have the required pattern",
    "I13": "not allowed in this situation",
}


class Part:
    """A functional group or transaction set while it is read."""

    def __init__(self, row: Acknowledgement, name: str) -> None:
        self.row, self._name = row, name
        self.result: list[str] = []  # what the answer itself adds to the message
        self._errors: list[str] = []
        self._error_count = 0
        self._claims: set[str] = set()  # patient control numbers that errors are tied to; two are enough

    def add_error(self, words: str) -> None:
        """One more error is counted; only the first ones are kept in words."""
        self._error_count += 1
        if len(self._errors) < MOST_ERRORS:
            self._errors.append(words)

    def add_claim(self, patient_control_number: str) -> None:
        """An error is tied to this claim."""
        if len(self._claims) < 2:
            self._claims.add(patient_control_number)

    def settle(self) -> Acknowledgement:
        """Return the row; it names a patient control number only if all errors are tied to one claim."""
        more = self._error_count - len(self._errors)
        words = [*self._errors, *([f"and {more} more"] if more else []), *self.result]
        self.row.message = "; ".join([self._name, *words])
        self.row.patient_control_number = next(iter(self._claims)) if len(self._claims) == 1 else None
        return self.row


class FunctionalReader:
    """Reads the segments of one 999 or 997 after another; finished groups and sets are handed to `emit`."""

    def __init__(self, reader: TransactionReader, emit: Callable[[Acknowledgement], None]) -> None:
        self._reader, self._emit = reader, emit
        self._group: Part | None = None
        self._set: Part | None = None
        self._segment = ""

    def take(self, number: int, offset: int, elements: list[str]) -> None:
        """Remember what a segment says; 997 calls IK3, IK4 and IK5 AK3, AK4 and AK5."""
        HANDLERS[elements[0]](self, number, offset, elements)

    def end(self) -> None:
        """The set and the group at hand are complete."""
        self._end_set()
        if self._group is not None:
            self._emit(self._group.settle())
        self._group = None

    def _end_set(self) -> None:
        if self._set is not None:
            self._emit(self._set.settle())
        self._set = None

    def _part(self, level: str, number: int, offset: int, elements: list[str]) -> Part:
        envelope = self._reader.envelope
        row = Acknowledgement(envelope.transaction_no, 0, number, offset, level=level)
        row.effective_date = envelope.interchange_date
        return Part(row, " ".join(part for part in (element(elements, 1), element(elements, 2)) if part))

    def _begin_group(self, number: int, offset: int, elements: list[str]) -> None:
        self.end()
        self._group = self._part("functional_group", number, offset, elements)
        self._group.row.acknowledged_group_number = text(element(elements, 2))

    def _begin_set(self, number: int, offset: int, elements: list[str]) -> None:
        self._end_set()
        self._set = self._part("transaction_set", number, offset, elements)
        self._set.row.acknowledged_transaction_number = text(element(elements, 2))
        if self._group is not None:
            self._set.row.acknowledged_group_number = self._group.row.acknowledged_group_number

    def _segment_error(self, number: int, offset: int, elements: list[str]) -> None:
        part = self._part_of(number, offset, elements)
        name, place, loop, code = (element(elements, index) for index in (1, 2, 3, 4))
        self._segment = name
        if part is not None:
            where = f"{name} at segment {place}" + (f" in loop {loop}" if loop else "")
            part.add_error(f"{where}: {_labelled(code, SEGMENT_ERRORS)}")

    def _element_error(self, number: int, offset: int, elements: list[str]) -> None:
        part = self._part_of(number, offset, elements)
        if part is not None:
            place = element(elements, 1).replace(self._reader.segments.delimiters.component, "-")
            part.add_error(f"{self._segment} element {place}: {_labelled(element(elements, 3), ELEMENT_ERRORS)}")

    def _context(self, number: int, offset: int, elements: list[str]) -> None:
        """CTX*CLM01:number names the claim that an error stands in."""
        name, _, value = element(elements, 1).partition(self._reader.segments.delimiters.component)
        claim = text(value)
        if self._set is not None and name.upper() == "CLM01" and claim:
            self._set.add_claim(claim)

    def _answer_set(self, number: int, offset: int, elements: list[str]) -> None:
        part = self._part_of(number, offset, elements)
        if part is not None:
            self._answer(part, number, offset, elements, 2)

    def _answer_group(self, number: int, offset: int, elements: list[str]) -> None:
        self._end_set()
        if self._group is None:
            self._reader.tell("segment_out_of_place", number, offset, "AK9 without an AK1 before it")
            return
        told, received, accepted = (element(elements, index) or "?" for index in (2, 3, 4))
        self._group.result.append(f"{told} sets sent, {received} received, {accepted} accepted")
        self._answer(self._group, number, offset, elements, 5)

    def _answer(self, part: Part, number: int, offset: int, elements: list[str], first_error: int) -> None:
        """The part has its verdict and error codes; of two answers the first one with a known code stands."""
        code, row = element(elements, 1).upper(), part.row
        if row.category_code in VERDICTS:
            self._reader.values.tell("repeated_segment", elements, 1, number, offset, "answers the same part again")
            return
        if code not in VERDICTS:
            self._reader.values.tell("acknowledgement_code_unknown", elements, 1, number, offset, f"is {code[:12]!r}")
        row.category_code, row.is_accepted = code or None, VERDICTS.get(code)
        codes = [code for index in range(first_error, first_error + 5) if (code := element(elements, index))]
        row.status_code = codes[0] if codes else None
        if codes:
            part.result.append(f"error codes {' '.join(codes)}")

    def _part_of(self, number: int, offset: int, elements: list[str]) -> Part | None:
        if self._set is None:
            self._reader.tell("segment_out_of_place", number, offset, f"{elements[0]} without an AK2 before it")
        return self._set


def _labelled(code: str, labels: dict[str, str]) -> str:
    return f"{code} {labels[code]}" if code in labels else code or "?"


Handler = Callable[[FunctionalReader, int, int, list[str]], None]
HANDLERS: dict[str, Handler] = {
    "AK1": FunctionalReader._begin_group,
    "AK2": FunctionalReader._begin_set,
    "AK3": FunctionalReader._segment_error,
    "IK3": FunctionalReader._segment_error,
    "AK4": FunctionalReader._element_error,
    "IK4": FunctionalReader._element_error,
    "AK5": FunctionalReader._answer_set,
    "IK5": FunctionalReader._answer_set,
    "AK9": FunctionalReader._answer_group,
    "CTX": FunctionalReader._context,
}
