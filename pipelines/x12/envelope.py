"""ISA, GS, ST and their ends: which interchange and transaction the reader is in, and whether counts and numbers agree.

Nothing here refuses a file: a wrong count or a missing end is told as an oddity and reading goes on, because the claims
inside are no less true. The readers hand every segment with one of ENVELOPE_IDS to `Envelope.take`.
"""

from pipelines.rows import Date, Oddity
from pipelines.x12.values import ValueReader, element

ENVELOPE_IDS = frozenset(("ISA", "IEA", "GS", "GE", "ST", "SE", "TA1"))


class Envelope:
    """Where in the file's envelope the reader is; `transaction_no` counts the ST segments seen so far."""

    def __init__(self, oddities: list[Oddity], values: ValueReader) -> None:
        self.oddities, self._values = oddities, values
        self.transaction_no = 0
        self.in_transaction = False
        self.transaction_type = ""  # ST01: 835, 837, 277, 999
        self.transaction_control_number: str | None = None
        self.version_code: str | None = None  # ST03, else GS08
        self.interchange_control_number: str | None = None
        self.interchange_date: Date | None = None
        self.group_control_number: str | None = None  # GS06
        self._group_version: str | None = None
        self._in_interchange = self._in_group = False
        self._group_count = self._transaction_count = self._start_number = 0

    def take(self, number: int, offset: int, elements: list[str]) -> None:
        """Go into or out of what the segment opens or ends; TA1 changes nothing."""
        match elements[0]:
            case "ISA":
                self._open_interchange(number, offset, elements)
            case "GS":
                self._open_group(number, offset, elements)
            case "ST":
                self._open_transaction(number, offset, elements)
            case "SE":
                self._close_transaction(number, offset, elements)
            case "GE":
                self._close_group(number, offset, elements)
            case "IEA":
                self._close_interchange(number, offset, elements)

    def open_implied(self, number: int, offset: int, transaction_type: str, message: str) -> None:
        """Begin a transaction that no ST opened, because its content is there all the same."""
        self._tell("missing_st", number, offset, message)
        self._begin_transaction(number, transaction_type, None)

    def finish(self, number: int, offset: int) -> None:
        """Tell what was still open when the file ended; `number` and `offset` are of its last segment."""
        self._end_interchange(number, offset, "the file ends")

    def _open_interchange(self, number: int, offset: int, elements: list[str]) -> None:
        self._end_interchange(number, offset, "an ISA follows")
        self._in_interchange, self._group_count = True, 0
        self.interchange_control_number = element(elements, 13) or None
        self.interchange_date = self._values.date(elements, 9, number, offset, is_short_fine=True)

    def _open_group(self, number: int, offset: int, elements: list[str]) -> None:
        self._end_group(number, offset, "a GS follows")
        self._in_group, self._transaction_count = True, 0
        self._group_count += 1
        self.group_control_number = element(elements, 6) or None
        self._group_version = element(elements, 8) or None

    def _open_transaction(self, number: int, offset: int, elements: list[str]) -> None:
        self._end_transaction(number, offset, "an ST follows")
        if self._in_interchange and not self._in_group:
            self._tell("missing_gs", number, offset, "an ST without GS before it")
        self._begin_transaction(number, element(elements, 1), element(elements, 2) or None)
        self.version_code = element(elements, 3) or self._group_version
        if self.transaction_control_number is None:
            self._tell("control_number_missing", number, offset, "ST02 is missing")

    def _begin_transaction(self, number: int, transaction_type: str, control_number: str | None) -> None:
        self.transaction_no += 1
        self._transaction_count += 1
        self.in_transaction, self._start_number = True, number
        self.transaction_type, self.transaction_control_number = transaction_type, control_number
        self.version_code = self._group_version

    def _close_transaction(self, number: int, offset: int, elements: list[str]) -> None:
        if not self.in_transaction:
            self._tell("unexpected_se", number, offset, "an SE without ST before it")
            return
        self.in_transaction = False
        self._check_count("segment_count_wrong", number, offset, elements, number - self._start_number + 1)
        self._check_control(number, offset, elements, self.transaction_control_number, "ST02")

    def _close_group(self, number: int, offset: int, elements: list[str]) -> None:
        self._end_transaction(number, offset, "a GE follows")
        if not self._in_group:
            self._tell("unexpected_ge", number, offset, "a GE without GS before it")
            return
        self._in_group = False
        self._check_count("transaction_count_wrong", number, offset, elements, self._transaction_count)
        self._check_control(number, offset, elements, self.group_control_number, "GS06")

    def _close_interchange(self, number: int, offset: int, elements: list[str]) -> None:
        self._end_group(number, offset, "an IEA follows")
        if not self._in_interchange:
            self._tell("unexpected_iea", number, offset, "an IEA without ISA before it")
            return
        self._in_interchange = False
        self._check_count("group_count_wrong", number, offset, elements, self._group_count)
        self._check_control(number, offset, elements, self.interchange_control_number, "ISA13")

    def _end_transaction(self, number: int, offset: int, why: str) -> None:
        if self.in_transaction:
            self._tell("missing_se", number, offset, f"{why} where SE belongs")
        self.in_transaction = False

    def _end_group(self, number: int, offset: int, why: str) -> None:
        self._end_transaction(number, offset, why)
        if self._in_group:
            self._tell("missing_ge", number, offset, f"{why} where GE belongs")
        self._in_group, self._group_version, self.group_control_number = False, None, None

    def _end_interchange(self, number: int, offset: int, why: str) -> None:
        self._end_group(number, offset, why)
        if self._in_interchange:
            self._tell("missing_iea", number, offset, f"{why} where IEA belongs")
        self._in_interchange = False
        self.interchange_control_number, self.interchange_date = None, None

    def _check_count(self, code: str, number: int, offset: int, elements: list[str], counted: int) -> None:
        told = element(elements, 1)
        if not (told.isascii() and told.isdecimal() and int(told) == counted):
            self._tell(code, number, offset, f"{elements[0]}01 is {told!r}, counted {counted}")

    def _check_control(self, number: int, offset: int, elements: list[str], wanted: str | None, where: str) -> None:
        got, begun = element(elements, 2), wanted or ""
        if got.lstrip("0") != begun.lstrip("0"):
            self._tell("control_number_mismatch", number, offset, f"{elements[0]}02 is {got!r}, {where} is {begun!r}")

    def _tell(self, code: str, number: int, offset: int, message: str) -> None:
        self.oddities.append(Oddity(code, number, offset, message))
