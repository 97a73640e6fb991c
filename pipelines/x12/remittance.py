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
from pipelines.x12 import remittance_values as values
from pipelines.x12.delimiters import BLANKS
from pipelines.x12.envelope import ENVELOPE_IDS
from pipelines.x12.remittance_state import RemittanceState
from pipelines.x12.segments import Batch, SegmentStream, open_segments

REMEMBERED = 1 << 14  # distinct segments; when there are more the memory starts anew, so it stays flat

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
    "PER": header.contact,
    "REF": header.reference,
    "LX": header.group,
    "TS3": header.summary,
    "TS2": header.summary_drg,
    "PLB": header.provider_adjustment,
    "CLP": claim.claim,
    "NM1": claim.person,
}
REPEATING: dict[str, tuple[Callable[..., Any], Handler]] = {
    "SVC": (values.read_service, claim.service),
    "CAS": (values.read_adjustments, claim.adjustments),
    "DTM": (values.read_date, claim.other_date),
    "DTP": (values.read_date, claim.other_date),
    "AMT": (values.read_amount, claim.amount),
    "QTY": (values.read_code, claim.quantity),
    "LQ": (values.read_code, claim.remark),
    "MIA": (values.read_outpatient, claim.outpatient),
    "MOA": (values.read_outpatient, claim.outpatient),
}
DATES: dict[str, Handler] = {
    **dict.fromkeys(claim.CLAIM_DATES, claim.claim_date),
    **dict.fromkeys(claim.LINE_DATES, claim.service_date),
}


def read_remittance(stream: BinaryIO, name: str) -> Iterator[Row]:
    """Yield the rows of an open 835; raises NotReadable, maybe only at its end, where it cannot be a remittance."""
    segments = open_segments(stream, name)
    reader = _Reader(segments)
    for batch in segments.batches():
        reader.take(batch)
        yield from reader.rows()
    reader.finish()
    yield from reader.rows()
    reader.refuse_if_empty()


class _Reader:
    """Takes batches of segments and gathers rows in its state."""

    def __init__(self, segments: SegmentStream) -> None:
        self._segments = segments
        self._delimiters = segments.delimiters
        self._state = RemittanceState(segments.oddities, segments.delimiters.component)
        self._known: dict[str, Taken] = {}
        self._last = (0, 0)
        self._has_lower_case = False

    def take(self, batch: Batch) -> None:
        """Read a batch of segments; rows of claims that ended in it are ready."""
        if batch.delimiters != self._delimiters:
            self._delimiters = batch.delimiters
            self._state.component = batch.delimiters.component
            self._known.clear()
        known, state, number, offset = self._known.get, self._state, 0, 0
        for number, offset, piece in zip(count(batch.first_number), batch.offsets, batch.pieces):
            taken = known(piece)
            if taken is None:
                self._take_new(piece, number, offset)
            else:
                taken[0](state, number, offset, taken[1])
        self._last = number, offset

    def _take_new(self, piece: str, number: int, offset: int) -> None:
        """Part a segment into its elements and read it; one that may repeat is remembered unless it was odd."""
        state = self._state
        elements = piece.split(self._delimiters.element)
        handler = HANDLERS.get(elements[0])
        if handler is not None:
            handler(state, number, offset, elements)
            return
        told = len(state.oddities)
        taken = self._read(elements, number, offset)
        if taken is not None:
            taken[0](state, number, offset, taken[1])
            if len(state.oddities) == told:
                if len(self._known) >= REMEMBERED:
                    self._known.clear()
                self._known[piece] = taken

    def _read(self, elements: list[str], number: int, offset: int) -> Taken | None:
        """Return the handler of a repeating segment and what it says; a segment that is no such is dealt with here."""
        entry = REPEATING.get(elements[0])
        if entry is None:
            self._take_unusual(elements, number, offset)
            return None
        read, handler = entry
        said = read(elements, number, offset, self._state.values, self._delimiters.component)
        if handler is claim.other_date:
            handler = DATES.get(said.qualifier, handler)
        return handler, said

    def _take_unusual(self, elements: list[str], number: int, offset: int) -> None:
        """Read a segment whose id is in lower case or has blanks; tell one that is unknown altogether."""
        state, given = self._state, elements[0]
        elements[0] = given.strip(BLANKS).upper()
        if elements[0] != given and (elements[0] in HANDLERS or elements[0] in REPEATING):
            if not self._has_lower_case:
                self._has_lower_case = True
                state.tell("lower_case_id", number, offset, f"a segment is named {given!r}")
            handler = HANDLERS.get(elements[0])
            taken = (handler, elements) if handler is not None else self._read(elements, number, offset)
            if taken is not None:
                taken[0](state, number, offset, taken[1])
        elif state.remit is not None or state.foreign is None:
            state.tell("unknown_segment", number, offset, f"{elements[0][:20]!r} is not a segment of an 835")

    def finish(self) -> None:
        """End what is open at the file's end; raises NotReadable if there was no remittance at all."""
        state, (number, offset) = self._state, self._last
        state.close_remit(number, self._segments.end_offset)
        state.envelope.finish(number, offset)

    def refuse_if_empty(self) -> None:
        """Raise NotReadable if there was no remittance at all."""
        foreign, wanted = self._state.foreign, "an 835 transaction (ST*835) or a claim payment (CLP)"
        if self._state.transaction_no:
            return
        if foreign is not None:
            raise NotReadable(self._segments.name, f"ST01 is {foreign[1]!r}", wanted, foreign[0])
        raise NotReadable(self._segments.name, f"{self._last[0]} segments and neither", wanted, self._last[0])

    def rows(self) -> list[Row]:
        """Return the rows and oddities that are ready, and forget them."""
        state = self._state
        ready: list[Row] = [*state.oddities, *state.rows]
        state.oddities.clear()
        state.rows = []
        return ready
