"""What the row reader still reads of a part of an 837 whose claims are read by columns: a thinner file.

It takes the envelope, the segments that have something odd about them, and each odd claim with what stands above it,
in the order of the file.
"""

from collections.abc import Callable, Iterator
from functools import partial
from operator import itemgetter

import numpy as np

from pipelines.rows import Row
from pipelines.x12.claim import CLAIM_IDS, ClaimReader
from pipelines.x12.claim_columns_above import LEVELS, NAMES, Above
from pipelines.x12.claim_columns_batches import Transaction
from pipelines.x12.claim_columns_part import OPEN
from pipelines.x12.claim_parties import HANDLERS
from pipelines.x12.columns import Ints
from pipelines.x12.envelope import ENVELOPE_IDS
from pipelines.x12.joined import Region
from pipelines.x12.segments import Segment, SegmentStream
from pipelines.x12.values import element

Step = tuple[int, Callable[[int], None]]  # a segment of the part and what to do there


class Header:
    """What stands above the next claim, as elements of segments: what the next part has to be told."""

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        """A transaction begins."""
        self.is_orderly = True  # nothing was said on a lower level than that for which it holds
        self._level = ""
        self._segments: dict[str, list[list[str]]] = {level: [] for level in ("", *LEVELS)}

    def add(self, elements: list[str]) -> None:
        """A segment above claims: a level makes what stood at it and below it forgotten."""
        level = element(elements, 3)
        if elements[0] == "HL" and level in LEVELS:
            self._level = level
            for forgotten in LEVELS[LEVELS.index(level) :]:
                self._segments[forgotten] = []
            self._segments[level].append(elements)
        elif elements[0] in HANDLERS:
            self.is_orderly &= self._level <= level_of(elements)
            self._segments[self._level].append(elements)

    def segments(self) -> list[list[str]]:
        """All of them, in order."""
        return [elements for level in self._segments.values() for elements in level]


def level_of(elements: list[str]) -> str:
    """The level for which what a segment above claims says holds, see `Above.is_orderly`; the lowest if it is open."""
    segment_id, code = elements[0], element(elements, 1).upper()
    if segment_id == "BHT" or (segment_id, code) == ("REF", "87"):
        return ""
    if segment_id == "NM1":
        return next((("", *LEVELS)[level] for level, codes in NAMES.items() if code in codes), LEVELS[-1])
    return {"PRV": "20", "SBR": "22"}.get(segment_id, LEVELS[-1])


class ThinReader(ClaimReader):
    """Reads the 837s of a file row by row, or thinly those parts whose claims are read by columns."""

    def __init__(self, segments: SegmentStream) -> None:
        super().__init__(segments)
        self.header = Header()
        self.last: Segment = (0, 0, [""])  # the last segment read

    def begin(self, number: int, offset: int) -> None:
        """Nothing of the transaction before is left."""
        super().begin(number, offset)
        self.header.clear()

    def take(self, number: int, offset: int, elements: list[str]) -> None:
        """As the row reader takes it; what stands above claims is remembered."""
        super().take(number, offset, elements)
        if self._claim is None:
            self.header.add(elements)

    def rest(self) -> Iterator[Row]:
        """Yield all rows that are left where the whole file has been walked through."""
        yield from self._drain()
        yield from self._finish(*self.last)

    def walk(self, above: Above, odd_dates: list[tuple[int, int]], region: Region) -> list[Transaction]:
        """What is not for columns in the region is read; returns its transactions, that of its beginning first."""
        self._part, self._above, self._region = above.part, above, region
        self._seen, self._before, part = 0, self._claim_no, above.part
        self._first_claim, self._claims_end = np.searchsorted(part.claims, [region.first, region.end]).tolist()
        self._transactions = [self._transaction(region.first)]
        steps: list[Step] = [(region.first, self._go_on)]
        envelope = self._here(part.where(*ENVELOPE_IDS))
        seen = np.searchsorted(part.claims, envelope) - self._first_claim
        pairs = zip(envelope.tolist(), seen.tolist(), strict=True)
        steps += [(segment, partial(self._cross, seen=count)) for segment, count in pairs]
        steps += [(segment, self._single) for segment in self._strays().tolist()]
        dates = ((segment, place) for segment, place in odd_dates if region.first <= segment < region.end)
        steps += [(segment, partial(self._date, place=place)) for segment, place in dates]
        steps += [(segment, self._odd_claim) for segment in self._here(part.claims[part.is_odd]).tolist()]
        steps += [(segment, self._open_claim) for segment in self._here(part.starts[part.kinds == OPEN]).tolist()]
        for segment, step in sorted(steps, key=itemgetter(0)):
            step(segment)
        self._leave()
        return self._transactions

    def _here(self, segments: Ints) -> Ints:
        """Those of the region."""
        start, stop = np.searchsorted(segments, [self._region.first, self._region.end])
        return segments[start:stop]

    def _transaction(self, segment: int) -> Transaction:
        parties = self._parties
        return Transaction(segment, self.envelope.transaction_no, parties.claim_form, parties.control_numbers)

    def _strays(self) -> Ints:
        """Segments that are told of: unknown ones, and above claims those that belong in one."""
        part = self._part
        unknown = self._here(part.unknown())
        claims = part.claim_of(unknown)
        is_read_so = ~part.is_above(unknown) & ((claims < 0) | np.append(part.is_odd, False)[claims])
        return np.concatenate([unknown[~is_read_so], self._here(part.above(*CLAIM_IDS))])

    def _segments(self, first: int, end: int) -> Iterator[Segment]:
        return self.segments.segments(self._region.batch(self._part.table, first, end))

    def _end_before(self, segment: int) -> None:
        """The claim at hand ends where this segment begins, if that is in the part."""
        if segment < len(self._part.table):
            self._end_claim(int(self._part.table.offsets[segment]) - self._region.offset)

    def _go_on(self, segment: int) -> None:
        """The first segment of the file's next part: it may end the claim of the part before."""
        if self._part.begins_outer(segment):
            self._end_before(segment)

    def _single(self, segment: int) -> None:
        (found,) = self._segments(segment, segment + 1)
        self._step(*found)

    def _date(self, segment: int, place: int) -> None:
        """The date tells what is odd about it."""
        ((number, offset, elements),) = self._segments(segment, segment + 1)
        self.values.date(elements, place, number, offset)

    def _cross(self, segment: int, seen: int) -> None:
        """A segment of the envelope with so many claims before it in the part."""
        self._see_claims(seen)
        number = self.envelope.transaction_no
        self._single(segment)
        if self.envelope.transaction_no != number:
            self._transactions.append(self._transaction(segment))

    def _see_claims(self, seen: int) -> None:
        """A transaction with a claim is not told to be without one."""
        if seen > self._seen:
            self._began = None
        self._seen = seen

    def _odd_claim(self, segment: int) -> None:
        claim = int(np.searchsorted(self._part.claims, segment))
        self._read_claim(segment, int(self._part.claim_ends[claim]), self._before + claim - self._first_claim)

    def _open_claim(self, segment: int) -> None:
        """A claim that goes on from the part before or into the next one."""
        end = self._part.outer_after(segment)
        if self._part.is_one_of(np.array([segment]), ["CLM"])[0]:
            self._read_claim(segment, end, self._before + self._claims_end - self._first_claim)
            return
        for found in self._segments(segment, end):
            self._step(*found)
        self._end_before(end)

    def _read_claim(self, segment: int, end: int, claims_before: int) -> None:
        self._stand_at(segment)
        self._claim_no = claims_before
        for found in self._segments(segment, end):
            self._step(*found)
        self._end_before(end)

    def _stand_at(self, segment: int) -> None:
        """What stands above the segment is known to the row reader; what was odd there is told elsewhere."""
        self.header.clear()
        self._parties.begin_transaction(self.envelope)
        told = len(self.oddities)
        for first, end in self._above.in_force(segment):
            for number, offset, elements in self._segments(first, end):
                self.header.add(elements)
                if elements[0] == "HL":
                    self._parties.begin_level(element(elements, 3))
                else:
                    self._parties.take(number, offset, elements)
        del self.oddities[told:]

    def _leave(self) -> None:
        """The region is read: what stands at its end stands above what follows in the file."""
        part, end, claims = self._part, self._region.end, self._claims_end - self._first_claim
        self._see_claims(claims)
        self._claim_no = self._before + claims + (part.is_cut and end == len(part.table))
        if self._is_open and end == len(part.table):
            self._stand_at(end)
        (self.last,) = self._segments(end - 1, end)
