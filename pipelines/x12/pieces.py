"""The pieces of a huge 835 or 837, each read by itself, and all together the very rows of the file read whole.

Each piece is read by the ordinary reader, which begins as `cuts` says that it stands there. That is proved link by
link: where the reader of one piece ends just as that of the next one began, the next one's rows are what reading on
would have given. Where it does not, or a piece is not readable, `joined` says so, and the file is read whole.

Two things are of the file and not of a piece: a remittance whose claims lie in several pieces adds them all up, and
what is told once is told once. A piece holds these back.
"""

import dataclasses
import pickle
from collections.abc import Iterator
from typing import Any, BinaryIO, NamedTuple

from pipelines.rows import Cents, Oddity, Remit, Row
from pipelines.rows.batch import RowBatch
from pipelines.x12 import balance
from pipelines.x12.claim_columns import ColumnReader
from pipelines.x12.columns import PART
from pipelines.x12.cuts import Cut
from pipelines.x12.delimiters import Delimiters
from pipelines.x12.remittance import RemittanceReader
from pipelines.x12.remittance_columns import read_parts
from pipelines.x12.remittance_state import RemittanceState
from pipelines.x12.segments import SegmentStream
from pipelines.x12.skimmers import standing_in_claims, standing_in_remittance
from pipelines.x12.transactions import MOST_KINDS_TOLD

OF_THE_TEXT = ("wrapped_lines", "lower_case_id")  # told once by whoever reads the text
LOOPS = {"835": ("CLP",)}  # what parts begin with where they can
Place = tuple[int, int, Delimiters, dict[str, Any]]  # the next segment's number and byte, and how the reader stands


class PieceStream(SegmentStream):
    """The segments of a piece, numbered and placed as they are in the file."""

    def __init__(self, stream: BinaryIO, name: str, loop_ids: tuple[str, ...], start: Cut | None) -> None:
        self._cut = start
        super().__init__(stream, name, PART, loop_ids)

    def _start(self) -> None:
        """The file's own start, or a segment in its midst."""
        if self._cut is None:
            super()._start()
            return
        self._number, self._offset, self.delimiters, self._separator, _ = self._cut
        self._isa_from, self._isa_words = 0, ("ISA",)

    @property
    def place(self) -> tuple[int, int, Delimiters]:
        """The number and byte of the next segment, and the delimiters that hold before it."""
        return self._number, self._offset, self.delimiters


class Spanning(NamedTuple):
    """What the claims of one piece add to a remittance that began before or goes on after."""

    transaction_no: int
    claim_count: int
    line_count: int
    paid: int
    paid_is_known: bool


@dataclasses.dataclass
class End:
    """How the reader of a piece stood at its end, and what it held back."""

    place: Place
    remit: Remit | None = None  # one that began in an earlier piece and ended here
    spanning: Spanning | None = None  # of the remittance that is open
    once: dict[tuple[str, str], Oddity] = dataclasses.field(default_factory=dict)


class RemittancePiece:
    """A piece of an 835: its rows first, then its end."""

    def __init__(self, stream: BinaryIO, name: str, start: Cut | None, is_last: bool) -> None:
        self._segments = PieceStream(stream, name, LOOPS["835"], start)
        self._reader, self._is_last = RemittanceReader(self._segments), is_last
        if start is not None:
            self._reader.state = pickle.loads(start.reader)
            self._segments.oddities = self._reader.state.oddities
        remit = self._reader.state.remit
        self._begun = remit.transaction_no if remit else 0
        self._remit: Remit | None = None
        self._once: dict[tuple[str, str], Oddity] = {}

    def own_rows(self) -> Iterator[Row | RowBatch]:
        """Yield the rows that are the piece's own."""
        for row in self._all_rows():
            if type(row) is Remit and row.transaction_no == self._begun:
                self._remit = row
            elif type(row) is Oddity and row.code in OF_THE_TEXT:
                self._once.setdefault((row.code, ""), row)
            else:
                yield row

    def _all_rows(self) -> Iterator[Row | RowBatch]:
        reader = self._reader
        yield from read_parts(self._segments, reader)
        if self._is_last:
            reader.finish()
            reader.refuse_if_empty()
        else:
            reader.state.close_claim(self._segments.end_offset)
        yield from reader.rows()

    def outcome(self) -> End:
        """How its reader stands once all rows are out."""
        state = self._reader.state
        place = *self._segments.place, standing_in_remittance(state)
        return End(place, self._remit, _spanning(state), self._once)


def _spanning(state: RemittanceState) -> Spanning | None:
    remit = state.remit
    if remit is None:
        return None
    counts = remit.claim_count, remit.line_count, remit.claim_paid_amount
    return Spanning(remit.transaction_no, *counts, state.paid_is_known)


class ClaimPiece(ColumnReader):
    """A piece of an 837: its rows first, then its end."""

    def __init__(self, stream: BinaryIO, name: str, start: Cut | None, is_last: bool) -> None:
        segments = PieceStream(stream, name, (), start)
        super().__init__(segments)
        if start is not None:
            vars(self).update(pickle.loads(start.reader))
            segments.oddities = self.oddities
        self._piece, self._is_last = segments, is_last
        self._once: dict[tuple[str, str], Oddity] = {}

    def _all_rows(self) -> Iterator[Row | RowBatch]:
        yield from self.read_parts()
        if self._is_last:
            yield from self._finish(*self.last)
        else:
            self._end_claim(self._piece.end_offset)
            yield from self._drain()

    def own_rows(self) -> Iterator[Row | RowBatch]:
        """Yield the rows that are the piece's own."""
        for row in self._all_rows():
            if type(row) is Oddity and row.code in OF_THE_TEXT:
                self._once.setdefault((row.code, ""), row)
            else:
                yield row

    def _tell_once(self, code: str, segment_id: str, number: int, offset: int, what: str) -> None:
        """Held back: another piece may have told it before."""
        name = segment_id[:12]
        if (code, name) not in self._once:
            self._once[code, name] = Oddity(code, number, offset, f"{name!r} {what}")

    def outcome(self) -> End:
        """How its reader stands once all rows are out."""
        return End((*self._piece.place, standing_in_claims(vars(self))), once=self._once)


Piece = RemittancePiece | ClaimPiece


def open_piece(stream: BinaryIO, name: str, kind: str, start: Cut | None, is_last: bool) -> Piece:
    """The piece that begins at the cut (None: with the file); the stream begins there too, and ends with the piece."""
    return (RemittancePiece if kind == "835" else ClaimPiece)(stream, name, start, is_last)


def joined(cuts: list[Cut], kind: str, ends: list[End]) -> list[Row] | None:
    """What the pieces held back, as it is of the file; None where a piece did not begin as the one before ended."""
    for cut, end in zip(cuts, ends[:-1], strict=True):
        if end.place != _place(cut, kind):
            return None
    once: dict[tuple[str, str], Oddity] = {}
    for end in ends:
        once = {**end.once, **once}
    if len(once) >= MOST_KINDS_TOLD:
        return None
    return [*once.values(), *_remits(ends)]


def _place(cut: Cut, kind: str) -> Place:
    """How the reader of the piece that begins here began."""
    reader = pickle.loads(cut.reader)
    standing = standing_in_remittance(reader) if kind == "835" else standing_in_claims(reader)
    return cut.number, cut.offset, cut.delimiters, standing


def _remits(ends: list[End]) -> Iterator[Remit]:
    """Yield the remittances whose claims lie in several pieces, all added up."""
    known: list[Spanning] = []
    for end in ends:
        if end.remit is not None:
            yield _whole(end.remit, known)
        goes_on = end.spanning is not None and known and known[-1].transaction_no == end.spanning.transaction_no
        known = [*(known if goes_on else []), *([end.spanning] if end.spanning else [])]


def _whole(remit: Remit, before: list[Spanning]) -> Remit:
    """The remittance with the claims of earlier pieces; it is off as all of them make it."""
    paid = Cents(remit.claim_paid_amount + sum(each.paid for each in before))
    is_known = remit.off_amount is not None and all(each.paid_is_known for each in before)
    off = balance.transaction_off(
        remit.payment_amount, remit.credit_debit_code, paid if is_known else None, remit.provider_adjustment_amount
    )
    return dataclasses.replace(
        remit,
        claim_count=remit.claim_count + sum(each.claim_count for each in before),
        line_count=remit.line_count + sum(each.line_count for each in before),
        claim_paid_amount=paid,
        off_amount=off,
    )
