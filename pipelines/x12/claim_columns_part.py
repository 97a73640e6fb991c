"""Where the segments of a part of an 837 stand: above the claims or in one, and there at which payer, line, decision.

A segment that begins something (HL, CLM, LX, ...) begins a stretch of segments that stand where it stands. There are
fewer stretches than segments, so places are worked out for stretches, and segments look theirs up. Claims, other
payers (2320), lines (2400) and decisions (2430) are numbered from 0 through the part; -1 means none.
"""

from collections.abc import Iterable
from typing import Any

import numpy as np

from pipelines.x12.claim import SEGMENT_IDS
from pipelines.x12.columns import Elements, Flags, Ints, id_number
from pipelines.x12.envelope import ENVELOPE_IDS

Codes = np.ndarray[Any, np.dtype[np.uint8]]
UNKNOWN, PLAIN, ENVELOPE, LEVEL, CLAIM, OPEN, PAYER, LINE, DECISION = range(9)
OUTER = (ENVELOPE, LEVEL, CLAIM, OPEN)  # each of them ends the claim before
IS_OUTER = np.isin(np.arange(DECISION + 1), OUTER)
BEGINNERS = {"HL": LEVEL, "CLM": CLAIM, "SBR": PAYER, "LX": LINE, "SVD": DECISION}
BEGINNERS |= dict.fromkeys(ENVELOPE_IDS, ENVELOPE)
KNOWN_IDS = sorted(ENVELOPE_IDS | set(SEGMENT_IDS.split()))
CODES = {segment_id: code for code, segment_id in enumerate(KNOWN_IDS, 1)}  # 0 is any other id
KINDS = np.array([UNKNOWN, *(BEGINNERS.get(segment_id, PLAIN) for segment_id in KNOWN_IDS)], dtype=np.uint8)


def _code_table() -> Codes:
    """The code of every id of up to three letters; the 16 MB are never touched where no id points, so cost nothing."""
    table = np.zeros(1 << 24, dtype=np.uint8)
    for segment_id, code in CODES.items():
        table[id_number(segment_id)] = code
    return table


CODE_OF = _code_table()


class ClaimPart:
    """The segments of a part by where they stand, and which claims of it are odd: those are read row by row.

    The first `carried` segments stand far above in the file. `goes_on` says that the next ones belong to a claim that
    an earlier part began; they are no claim here, nor is the last one where its end is not in the part.
    """

    def __init__(self, table: Elements, carried: int, goes_on: bool) -> None:
        self.table, self.carried = table, carried
        self.codes: Codes = CODE_OF[table.ids]
        self._counts = np.bincount(self.codes, minlength=len(KINDS))
        kinds = KINDS[self.codes]
        is_open = goes_on and kinds[carried] not in OUTER
        kinds[0] = kinds[0] if kinds[0] in OUTER else ENVELOPE
        kinds[carried] = OPEN if is_open else kinds[carried]  # it is the very first where nothing stands above
        self._place(kinds)
        self.claims, self.lines, self.payers, self.decisions = map(self._firsts, (CLAIM, LINE, PAYER, DECISION))
        self.claim_ends = self._ends()
        self.is_odd: Flags = np.zeros(len(self.claims), dtype=bool)
        self.mark(np.flatnonzero(table.strange))

    def _place(self, kinds: Codes) -> None:
        """Every stretch knows its claim, payer, line and decision."""
        self.starts = np.flatnonzero(kinds > PLAIN)
        self._stretch = np.cumsum(kinds > PLAIN, dtype=np.int32) - 1
        self.kinds = kinds = kinds[self.starts]
        self._outer = outer = _latest(IS_OUTER[kinds])
        self.is_cut = bool(kinds[outer[-1]] == CLAIM)
        if self.is_cut:
            kinds[outer[-1]] = OPEN
        self._is_in_claim = kinds[outer] == CLAIM
        line, payer, decision = (_latest((kinds == kind) & self._is_in_claim) for kind in (LINE, PAYER, DECISION))
        self._claim = self._numbered(CLAIM, self._is_in_claim)
        self._line = self._numbered(LINE, line > outer)
        self._payer = self._numbered(PAYER, payer > np.maximum(line, outer))
        self._decision = self._numbered(DECISION, decision > np.maximum(np.maximum(line, payer), outer))

    def _numbered(self, kind: int, holds: Flags) -> Ints:
        """For each stretch the number of the last one of this kind, -1 where the stretch does not stand in it."""
        return np.where(holds, np.cumsum((self.kinds == kind) & self._is_in_claim) - 1, -1)

    def _firsts(self, kind: int) -> Ints:
        firsts: Ints = self.starts[(self.kinds == kind) & self._is_in_claim]
        return firsts

    def _ends(self) -> Ints:
        """For each claim the segment that ends it: the next claim, level or segment of the envelope."""
        outers = np.flatnonzero(IS_OUTER[self.kinds])
        after = np.searchsorted(outers, np.flatnonzero(self.kinds == CLAIM), side="right")
        return self.starts[outers[after]]

    def where(self, *segment_ids: str) -> Ints:
        """All segments with one of these ids, in order."""
        codes = [CODES[name] for name in segment_ids if self._counts[CODES[name]]]
        found = [np.flatnonzero(self.codes == code) for code in codes]
        return np.sort(np.concatenate(found)) if len(found) > 1 else found[0] if found else np.empty(0, np.int64)

    def inside(self, *segment_ids: str) -> Ints:
        """Those of them that stand in a claim."""
        found = self.where(*segment_ids)
        return found[self.claim_of(found) >= 0]

    def above(self, *segment_ids: str) -> Ints:
        """Those of them that stand above the claims: after a level, or before all levels of a transaction."""
        found = self.where(*segment_ids)
        return found[self.is_above(found)]

    def unknown(self) -> Ints:
        """The segments whose id is none of an 837."""
        return np.flatnonzero(self.codes == 0) if self._counts[0] else np.empty(0, np.int64)

    def begins_outer(self, segment: int) -> bool:
        """Whether the segment ends a claim that is open before it."""
        return KINDS[self.codes[segment]] in OUTER

    def outer_after(self, segment: int) -> int:
        """The next segment that ends a claim, or the end of the part."""
        outers = self.starts[IS_OUTER[self.kinds]]
        return int(np.append(outers, len(self.table))[np.searchsorted(outers, segment, side="right")])

    def is_above(self, segments: Ints) -> Flags:
        """Whether each segment stands there."""
        return np.isin(self.kinds[self._outer[self._stretch[segments]]], (ENVELOPE, LEVEL))

    def is_one_of(self, segments: Ints, segment_ids: Iterable[str]) -> Flags:
        """Whether each segment has one of these ids."""
        return np.isin(self.codes[segments], [CODES[name] for name in segment_ids])

    def claim_of(self, segments: Ints) -> Ints:
        """The claim of each segment."""
        return self._claim[self._stretch[segments]]

    def payer_of(self, segments: Ints) -> Ints:
        """The other payer of each segment."""
        return self._payer[self._stretch[segments]]

    def line_of(self, segments: Ints) -> Ints:
        """The line of each segment."""
        return self._line[self._stretch[segments]]

    def decision_of(self, segments: Ints) -> Ints:
        """The decision of each segment."""
        return self._decision[self._stretch[segments]]

    def mark(self, segments: Ints) -> None:
        """The claims of these segments are odd."""
        claims = self.claim_of(segments)
        self.is_odd[claims[claims >= 0]] = True

    def only(self, segments: Ints, owners: Ints, count: int) -> Ints:
        """The segment of each of `count` owners, -1 where it has none; a claim with two for one owner is odd."""
        owned = np.full(count, -1)
        owned[owners[::-1]] = segments[::-1]
        if len(segments) > np.count_nonzero(owned >= 0):
            self.mark(segments[np.bincount(owners, minlength=count)[owners] > 1])
        return owned


def _latest(is_mark: Flags) -> Ints:
    """For each stretch the last marked one up to it, -1 where there is none."""
    return np.maximum.accumulate(np.where(is_mark, np.arange(len(is_mark)), -1))
