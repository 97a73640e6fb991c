"""The walk through a file of transactions that the readers of claims and acknowledgements share.

A reader says which transactions it wants and what to do with their segments; the walk keeps the envelope, passes over
other transactions, tells of segments that stand nowhere, and refuses a file that has nothing of what is wanted.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import ClassVar

from pipelines.errors import NotReadable
from pipelines.rows import Oddity, Row
from pipelines.x12.envelope import ENVELOPE_IDS, Envelope
from pipelines.x12.segments import Segment, SegmentStream
from pipelines.x12.values import ValueReader

MOST_KINDS_TOLD = 1000  # of odd segment names; bounds memory on a file that is garbage throughout


class TransactionReader(ABC):
    """Goes through the segments of one file once; subclasses fill `ready` with rows."""

    wanted: ClassVar[str]  # for people: "an 837"
    types: ClassVar[frozenset[str]]  # ST01 of the transactions that are read
    openers: ClassVar[dict[str, str]]  # segments that begin a transaction where its ST is missing, and its type
    known_ids: ClassVar[frozenset[str]]

    def __init__(self, segments: SegmentStream) -> None:
        self.ready: list[Row] = []
        self.oddities = segments.oddities
        self.values = ValueReader(self.oddities)
        self.envelope = Envelope(self.oddities, self.values)
        self.segments = segments
        self._is_open = False
        self._has_wanted = False
        self._passed_over: tuple[int, str] | None = None  # the first transaction of another kind: segment, type
        self._told: set[tuple[str, str]] = set()

    @abstractmethod
    def begin(self, number: int, offset: int) -> None:
        """A wanted transaction begins; the envelope says which."""

    @abstractmethod
    def take(self, number: int, offset: int, elements: list[str]) -> None:
        """A known segment of the transaction."""

    @abstractmethod
    def end(self, end_byte_offset: int) -> None:
        """The transaction ends before this byte."""

    def rows(self) -> Iterator[Row]:
        """Yield every row of the file, each as soon as it is known to be complete."""
        last: Segment = (0, 0, [""])
        for last in self.segments:
            self._step(*last)
            if self.ready or self.oddities:
                yield from self._drain()
        yield from self._finish(*last)

    def _finish(self, number: int, offset: int, elements: list[str]) -> Iterator[Row]:
        """The file ends with this segment; refuse it if nothing in it was wanted."""
        self._close(offset + len(self.segments.delimiters.element.join(elements)) + 1)
        self.envelope.finish(number, offset)
        if not self._has_wanted:
            raise self._refusal()
        yield from self._drain()

    def tell(self, code: str, number: int, offset: int, message: str) -> None:
        """Record an oddity of a place in the file."""
        self.oddities.append(Oddity(code, number, offset, message))

    def take_outside(self, number: int, offset: int, elements: list[str]) -> bool:
        """Say whether an envelope segment was itself something wanted; nothing is, unless a reader says so."""
        return False

    def _drain(self) -> Iterator[Row]:
        yield from self.ready
        yield from self.oddities
        self.ready.clear()
        self.oddities.clear()

    def _step(self, number: int, offset: int, elements: list[str]) -> None:
        segment_id = elements[0]
        if segment_id in ENVELOPE_IDS:
            self._cross_envelope(number, offset, elements)
        elif not self._is_wanted(segment_id, number, offset):
            return
        elif segment_id in self.known_ids:
            self.take(number, offset, elements)
        else:
            self._tell_once("unknown_segment", segment_id, number, offset, f"is no segment of {self.wanted}")

    def _cross_envelope(self, number: int, offset: int, elements: list[str]) -> None:
        if elements[0] != "TA1":
            self._close(offset)
        elif self.envelope.in_transaction:  # it ends nothing: what follows is the transaction's all the same
            self.tell("segment_out_of_place", number, offset, "TA1 stands within a transaction")
        self.envelope.take(number, offset, elements)
        if self.take_outside(number, offset, elements):
            self._has_wanted = True
        if elements[0] == "ST":
            self._open(number, offset)

    def _open(self, number: int, offset: int) -> None:
        transaction_type = self.envelope.transaction_type
        if transaction_type in self.types:
            self._is_open = self._has_wanted = True
            self.begin(number, offset)
            return
        self._passed_over = self._passed_over or (number, transaction_type)
        self.tell("other_transaction", number, offset, f"ST01 is {transaction_type[:12]!r}, not of {self.wanted}")

    def _close(self, end_byte_offset: int) -> None:
        if self._is_open:
            self._is_open = False
            self.end(end_byte_offset)

    def _is_wanted(self, segment_id: str, number: int, offset: int) -> bool:
        """Say whether a segment belongs to a wanted transaction; one that no ST announces is read all the same."""
        if self._is_open or self.envelope.in_transaction:
            return self._is_open
        if segment_id not in self.openers:
            self._tell_once("segment_out_of_place", segment_id, number, offset, "stands outside any transaction")
            return False
        self.envelope.open_implied(number, offset, self.openers[segment_id], f"{segment_id} without an ST before it")
        self._open(number, offset)
        return True

    def _tell_once(self, code: str, segment_id: str, number: int, offset: int, what: str) -> None:
        name = segment_id[:12]
        if (code, name) not in self._told and len(self._told) < MOST_KINDS_TOLD:
            self._told.add((code, name))
            self.tell(code, number, offset, f"{name!r} {what}")

    def _refusal(self) -> NotReadable:
        number, found = self._passed_over or (None, "")
        got = f"ST01 is {found[:12]!r}" if self._passed_over else "no transaction"
        return NotReadable(self.segments.name, got, self.wanted, number)
