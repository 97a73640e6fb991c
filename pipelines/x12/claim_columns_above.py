"""What stands above the claims of a part of an 837, as columns with one row per claim: batch, provider, payer, patient.

What a claim stands under is the last segment of a kind before it, unless a level since then has made it forgotten: one
binary search per kind finds it for all claims. It is what `claim_parties` says of one claim after another.
"""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipelines.x12.claim_columns_part import IS_OUTER, ClaimPart
from pipelines.x12.claim_columns_values import has, joined, pick
from pipelines.x12.claim_parties import NPI_LENGTH
from pipelines.x12.columns import Elements, Flags, Ints
from pipelines.x12.columns_values import coded

BATCH, PROVIDER, SUBSCRIBER, PATIENT = range(4)  # what begins anew with a transaction, with HL 20, 22, 23
LEVELS = ("20", "22", "23")
NAMES = {BATCH: ("41",), PROVIDER: ("85", "87"), SUBSCRIBER: ("IL", "PR")}  # NM101 of those whose names hold there


class PartyColumns:
    """What NM1 segments say, as `claim_parties.Party` does; with `rows`, one row for each of these, -1 for nobody."""

    def __init__(self, table: Elements, segments: Ints, rows: Ints | None = None) -> None:
        self._table, self._segments, self._rows = table, segments, rows

    def _picked(self, column: pa.StringArray) -> pa.StringArray:
        return column if self._rows is None else pick(column, self._rows)

    def _take(self, index: int) -> pa.StringArray:
        return self._table.take(self._segments, index)

    @property
    def last_name(self) -> pa.StringArray:
        """NM103."""
        return self._picked(self._take(3))

    @property
    def first_name(self) -> pa.StringArray:
        """NM104."""
        return self._picked(self._take(4))

    @property
    def identifier(self) -> pa.StringArray:
        """NM109."""
        return self._picked(self._take(9))

    @property
    def name(self) -> pa.StringArray:
        """Last and first name in one text, NULL where there is neither."""
        return self._picked(joined(self._take(3), self._take(4), ", "))

    @property
    def npi(self) -> pa.StringArray:
        """NM109 where it is an NPI."""
        identifier, is_one = self._take(9), has_npi(self._table, self._segments)
        return self._picked(identifier if is_one.all() else pc.if_else(pa.array(is_one), identifier, None))


def has_npi(table: Elements, segments: Ints) -> Flags:
    """Whether each NM1 has an NPI: NM108 says that its identifier is one, or it looks like one."""
    is_there = has(table, segments, 9)
    doubtful = is_there & ~coded(table.column(segments, 8), str.upper).among(["XX"])
    if not doubtful.any():
        return is_there
    texts = table.take(segments, 9)
    looks_like = pc.and_(pc.equal(pc.utf8_length(texts), NPI_LENGTH), pc.utf8_is_decimal(texts))
    found: Flags = is_there & (~doubtful | np.asarray(looks_like.fill_null(False)))
    return found


def latest(marks: Ints, segments: Ints) -> Ints:
    """Which of the marks stands last before each segment, -1 where none does."""
    return np.searchsorted(marks, segments) - 1


class Above:
    """The levels of a part and what is said in them."""

    def __init__(self, part: ClaimPart) -> None:
        self.part, self.table = part, part.table
        self._levels = part.where("HL")
        level = coded(self.table.column(self._levels, 3))
        self._is_known = bool(level.among(LEVELS).all())
        begins = part.where("ST")
        if not len(begins) or begins[0]:
            begins = np.append(0, begins)
        self._begins = [begins]
        for code in LEVELS:
            self._begins.append(np.union1d(self._begins[-1], self._levels[level.among([code])]))
        self._outers = part.starts[IS_OUTER[part.kinds]]
        self.bad: list[Ints] = []  # segments that columns cannot tell: the claims under them are odd

    def since(self, level: int, segments: Ints) -> Ints:
        """For each segment where its present batch, provider, subscriber or patient begins."""
        begins = self._begins[level]
        return begins[np.maximum(latest(begins, segments), 0)]

    def stretches(self, segments: Ints) -> list[tuple[Ints, Ints]]:
        """What holds for each segment: from where to where it stands, for batch, provider, subscriber and patient."""
        starts = [self.since(level, segments) for level in (BATCH, PROVIDER, SUBSCRIBER, PATIENT)]
        ends = np.append(self._outers, len(self.table))
        return [(start, ends[np.searchsorted(ends, start, side="right")]) for start in starts]

    def is_orderly(self) -> bool:
        """Say whether all levels are known, and nothing is said on a lower one than that for which it holds."""
        names, references = self.part.above("NM1"), self.part.above("REF")
        codes = coded(self.table.column(names, 1), str.upper)
        said = {
            BATCH: [self.part.above("BHT"), references[coded(self.table.column(references, 1)).among(["87"])]],
            PROVIDER: [self.part.above("PRV")],
            SUBSCRIBER: [self.part.above("SBR")],
        }
        for level, found in said.items():
            found.append(names[codes.among(NAMES[level])])
        pairs = [(level, segments) for level, found in said.items() for segments in found]
        return self._is_known and not any(self._is_below(level, segments).any() for level, segments in pairs)

    def _is_below(self, level: int, segments: Ints) -> Flags:
        """Whether a lower level has begun since."""
        is_below: Flags = self.since(PATIENT, segments) > self.since(level, segments)
        return is_below

    def in_force(self, segment: int) -> list[tuple[int, int]]:
        """The stretches above claims that hold for one segment, each once."""
        found = {(int(start[0]), int(end[0])) for start, end in self.stretches(np.array([segment]))}
        return sorted(stretch for stretch in found if self.part.is_above(np.array([stretch[0]]))[0])

    def under_bad(self) -> Flags:
        """The claims that stand under a segment that columns cannot tell."""
        is_bad = self.table.strange.copy()
        for segments in self.bad:
            is_bad[segments] = True
        claims = self.part.claims
        if not is_bad.any():
            return np.zeros(len(claims), dtype=bool)
        count = np.append(0, np.cumsum(is_bad))
        found: Flags = np.any([count[end] > count[start] for start, end in self.stretches(claims)], axis=0)
        return found

    def last(self, segments: Ints, level: int) -> Ints:
        """Which of the segments holds for each claim: the last since its level began, -1 where there is none."""
        claims = self.part.claims
        found = latest(segments, claims)
        if not len(segments):
            return found
        return np.where((found >= 0) & (segments[found] >= self.since(level, claims)), found, -1)

    def described(self, segments: Ints, names: Ints) -> Ints:
        """Which of the NM1 segments `names` each segment belongs to: the last before it on its level, -1 if none."""
        found = latest(names, segments)
        if not len(names):
            return found
        return np.where((found >= 0) & (names[found] >= self.since(PATIENT, segments)), found, -1)
