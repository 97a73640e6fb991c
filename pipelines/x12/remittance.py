"""835 (005010X221A1, and 004010 as it is still sent) -> rows: payments, claims, lines, adjustments and remarks.

The way of a segment: its text is looked up among those already taken in; a new one is parted into elements and goes
to the function of its id. Segments that repeat word for word are remembered with what they say (remittance_values), so
each distinct one is parted and converted once. Rows of a claim are handed out when its loop ends.
"""

from collections.abc import Callable, Iterator
from itertools import count
from typing import Any, BinaryIO

from pipelines.errors import NotReadable
from pipelines.rows import Row
from pipelines.x12 import remittance_claim as claim
from pipelines.x12 import remittance_header as header
from pipelines.x12 import remittance_reference as reference
from pipelines.x12.envelope import ENVELOPE_IDS
from pipelines.x12.remittance_state import RemittanceState
from pipelines.x12.remittance_values import RemittanceValues as Values
from pipelines.x12.segments import Batch, SegmentStream, open_segments
from pipelines.x12.values import text

REMEMBERED = 1 << 13  # distinct segments; when there are more the memory starts anew, so it stays flat
WORTH_IT = 4  # segments read for each one remembered; below that remembering costs more than it saves
ALWAYS_REPEATING = ("DTM", "LQ", "LX")

Handler = Callable[[RemittanceState, int, int, Any], None]
Taken = tuple[Handler, Any]

HANDLERS: dict[str, Handler] = {
    **dict.fromkeys(ENVELOPE_IDS, header.envelope),
    **dict.fromkeys(("N2", "N3", "RDM"), header.ignored),
    "BPR": header.payment,
    "TRN": header.trace,
    "CUR": header.currency,
    "N1": header.party,
    "N4": header.address,
    "PER": reference.contact,
    "REF": reference.reference,
    "LX": header.group,
    "TS3": header.summary,
    "TS2": header.summary_drg,
    "PLB": header.provider_adjustment,
    "CLP": claim.claim,
    "NM1": reference.person,
}
REPEATING: dict[str, tuple[Callable[..., Any], Handler]] = {
    "SVC": (Values.service, claim.service),
    "CAS": (Values.adjustments, claim.adjustments),
    "DTM": (Values.date_of, claim.other_date),
    "DTP": (Values.date_of, claim.other_date),
    "AMT": (Values.amount_of, claim.amount),
    "QTY": (Values.code_of, claim.quantity),
    "LQ": (Values.code_of, claim.remark),
    "MIA": (Values.outpatient, claim.outpatient),
    "MOA": (Values.outpatient, claim.outpatient),
}
DATES: dict[str, Handler] = {
    **dict.fromkeys(claim.CLAIM_DATES, claim.claim_date),
    **dict.fromkeys(claim.LINE_DATES, claim.service_date),
}


def read_remittance(stream: BinaryIO, name: str) -> Iterator[Row]:
    """Yield the rows of an open 835; raises NotReadable, maybe only at its end, where it cannot be a remittance."""
    segments = open_segments(stream, name)
    reader = RemittanceReader(segments)
    for batch in segments.batches():
        reader.take(batch)
        yield from reader.rows()
    reader.finish()
    yield from reader.rows()
    reader.refuse_if_empty()


class RemittanceReader:
    """Takes batches of segments and gathers rows in its state."""

    def __init__(self, segments: SegmentStream) -> None:
        self._segments = segments
        self._delimiters = segments.delimiters
        self.state = RemittanceState(segments.oddities, segments.delimiters.component)
        self._known: dict[str, Taken] = {}
        self._is_worth_it = True  # to remember amounts too: whether they repeat is seen when the memory is full
        self._read_count = 0
        self._last = (0, 0)
        self._has_lower_case = False

    def take(self, batch: Batch) -> None:
        """Read a batch of segments; rows of claims that ended in it are ready."""
        if batch.delimiters != self._delimiters:
            self._delimiters = batch.delimiters
            self.state.values.use(batch.delimiters.component)
            self._known.clear()
        known, state, separator, number, offset = self._known, self.state, batch.delimiters.element, 0, 0
        for number, offset, piece in zip(count(batch.first_number), batch.offsets, batch.pieces):
            if piece in known:
                handler, said = known[piece]
                handler(state, number, offset, said)
                continue
            elements = piece.split(separator)
            segment_id = elements[0]
            if " " in piece or not piece.isascii():
                elements = [text(element) or "" for element in elements]
            if segment_id in REPEATING:
                self._take_repeating(piece, elements, number, offset)
            elif segment_id in HANDLERS:
                HANDLERS[segment_id](state, number, offset, elements)
            else:
                self._take_unusual(elements, number, offset)
        self._last = number, offset
        self._forget_if_full(len(batch.pieces))

    def _take_repeating(self, piece: str, elements: list[str], number: int, offset: int) -> None:
        """Read a segment that may repeat; what it says is remembered unless it was odd."""
        state = self.state
        told = len(state.oddities)
        read, handler = REPEATING[elements[0]]
        said = read(state.values, elements, number, offset)
        if handler is claim.other_date:
            handler = DATES.get(said[0], handler)
        handler(state, number, offset, said)
        if (self._is_worth_it or elements[0] in ALWAYS_REPEATING) and len(state.oddities) == told:
            self._known[piece] = handler, said

    def _forget_if_full(self, read_count: int) -> None:
        """Start the memory anew when it is full, without amounts where those hardly repeat."""
        self._read_count += read_count
        if len(self._known) > REMEMBERED:
            self._is_worth_it = self._read_count > WORTH_IT * REMEMBERED
            self._read_count = 0
            self._known.clear()

    def _take_unusual(self, elements: list[str], number: int, offset: int) -> None:
        """Read a segment whose id is in lower case; tell one that is unknown altogether."""
        state, given = self.state, elements[0]
        elements[0] = given.upper()
        if elements[0] in HANDLERS or elements[0] in REPEATING:
            if not self._has_lower_case and given.islower():
                self._has_lower_case = True
                state.tell("lower_case_id", number, offset, f"a segment is named {given!r}")
            if elements[0] in HANDLERS:
                HANDLERS[elements[0]](state, number, offset, elements)
            else:
                self._take_repeating(self._delimiters.element.join(elements), elements, number, offset)
        elif state.is_ours():
            state.tell("unknown_segment", number, offset, f"{given[:20]!r} is not a segment of an 835")

    def finish(self) -> None:
        """End what is open at the file's end; raises NotReadable if there was no remittance at all."""
        state, (number, offset) = self.state, self._last
        state.close_remit(self._segments.end_offset)
        state.envelope.finish(number, offset)

    def refuse_if_empty(self) -> None:
        """Raise NotReadable if there was no remittance at all."""
        foreign, wanted = self.state.foreign, "an 835 transaction (ST*835) or a claim payment (CLP)"
        if self.state.transaction_no:
            return
        if foreign is not None:
            raise NotReadable(self._segments.name, f"ST01 is {foreign[1]!r}", wanted, foreign[0])
        raise NotReadable(self._segments.name, f"{self._last[0]} segments and neither", wanted, self._last[0])

    def rows(self) -> list[Row]:
        """Return the rows and oddities that are ready, and forget them."""
        state = self.state
        ready: list[Row] = [*state.oddities, *state.rows]
        state.oddities.clear()
        state.rows = []
        return ready
