"""277CA, 999 and 997 -> rows: what was accepted or rejected before any payer looked at it, and what was odd."""

from collections.abc import Iterator
from typing import BinaryIO

from pipelines.rows import Acknowledgement, Row
from pipelines.x12.claim_status import ClaimStatusReader
from pipelines.x12.functional_ack import HANDLERS as FUNCTIONAL_HANDLERS
from pipelines.x12.functional_ack import FunctionalReader
from pipelines.x12.segments import SegmentStream, open_segments
from pipelines.x12.transactions import TransactionReader
from pipelines.x12.values import element

STATUS_IDS = frozenset(("AMT", "BHT", "DMG", "DTP", "HL", "NM1", "PER", "QTY", "REF", "STC", "SVC", "TRN"))
INTERCHANGE_VERDICTS = {"A": True, "E": True, "R": False}


def read_acknowledgements(stream: BinaryIO, name: str) -> Iterator[Row]:
    """Yield the answers of an open 277CA or 999 and its oddities; raises NotReadable where there is neither in it."""
    yield from AcknowledgementReader(open_segments(stream, name)).rows()


class AcknowledgementReader(TransactionReader):
    """Reads the acknowledgements of one file, holding one answer at a time."""

    wanted = "a 277CA or 999"
    types = frozenset(("277", "999", "997"))
    openers = {"BHT": "277", "HL": "277", "AK1": "999", "AK2": "999"}  # noqa: RUF012 - declared in the base
    known_ids = STATUS_IDS | frozenset(FUNCTIONAL_HANDLERS)

    def __init__(self, segments: SegmentStream) -> None:
        super().__init__(segments)
        self._acknowledgement_no = 0
        self._functional = FunctionalReader(self, self._emit)
        self._status = ClaimStatusReader(self, self._emit)

    def begin(self, number: int, offset: int) -> None:
        """Nothing of the transaction before is left."""
        self._began = (number, offset, self._acknowledgement_no)
        self._status.begin()

    def take(self, number: int, offset: int, elements: list[str]) -> None:
        """The transaction's type says who reads the segment; one of the other type has no place in it."""
        is_status = self.envelope.transaction_type == "277"
        if (elements[0] in STATUS_IDS) != is_status:
            self.tell("segment_out_of_place", number, offset, f"{elements[0]} in a {self.envelope.transaction_type}")
        elif is_status:
            self._status.take(number, offset, elements)
        else:
            self._functional.take(number, offset, elements)

    def end(self, end_byte_offset: int) -> None:
        """The last answer is complete. A transaction without answers leaves no other row, so it is told."""
        self._status.end()
        self._functional.end()
        number, offset, before = self._began
        if self._acknowledgement_no == before:
            self.tell("transaction_without_answers", number, offset, "nothing is acknowledged")

    def take_outside(self, number: int, offset: int, elements: list[str]) -> bool:
        """TA1 answers a whole interchange, outside any transaction."""
        if elements[0] != "TA1":
            return False
        code, error = element(elements, 4).upper(), element(elements, 5)
        row = Acknowledgement(self.envelope.transaction_no, 0, number, offset, level="interchange")
        row.category_code, row.is_accepted, row.status_code = (
            code or None,
            INTERCHANGE_VERDICTS.get(code),
            error or None,
        )
        row.effective_date = self.values.date(elements, 2, number, offset, is_short_fine=True)
        row.acknowledged_interchange_number = element(elements, 1) or None
        row.message = f"interchange {element(elements, 1)}"
        self._emit(row)
        return True

    def _emit(self, row: Acknowledgement) -> None:
        self._acknowledgement_no += 1
        row.acknowledgement_no = self._acknowledgement_no
        self.ready.append(row)
