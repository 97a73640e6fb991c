"""Segments with a qualifier (NM1, REF, DTP, AMT, ...) in claims: where each stands, and which have a column.

What `keep` does not take, has none; it becomes a detail.
"""

from collections.abc import Callable

import numpy as np
import pyarrow as pa

from pipelines.x12.claim_columns_part import ClaimPart
from pipelines.x12.columns import Flags, Ints
from pipelines.x12.columns_values import coded

AT_CLAIM, AT_PAYER, AT_LINE = range(3)


class Qualified:
    """The segments of one id that stand in claims, by their first element."""

    def __init__(self, part: ClaimPart, segment_id: str, is_upper: bool = True) -> None:
        self.segment_id, self.part = segment_id, part
        self.segments = part.inside(segment_id)
        self._read: Callable[[str], str] = str.upper if is_upper else str
        self._codes = coded(part.table.column(self.segments, 1), self._read)
        self.places = places(part, self.segments)
        self.is_kept = np.zeros(len(self.segments), dtype=bool)

    def named(self, *names: str) -> Flags:
        """Whether each segment has one of these qualifiers."""
        return self._codes.among(names)

    def at(self, place: int, *names: str) -> Flags:
        """Whether each stands there with one of these qualifiers."""
        found: Flags = (self.places == place) & self.named(*names)
        return found

    def keep(self, is_wanted: Flags) -> Ints:
        """The wanted segments, which are kept now."""
        self.is_kept |= is_wanted
        return self.segments[is_wanted]

    def rows(self, segments: Ints) -> Ints:
        """Which of the segments these are; -1 for -1."""
        return np.where(segments < 0, -1, np.searchsorted(self.segments, segments))

    def are_before(self, segments: Ints, owner_of: Callable[[Ints], Ints], *names: str) -> Flags:
        """Whether the last of these before each segment, of the same owner, has one of the qualifiers."""
        before = np.searchsorted(self.segments, segments) - 1
        is_same = (before >= 0) & (owner_of(np.append(self.segments, -1)[before]) == owner_of(segments))
        found: Flags = is_same & np.append(self.named(*names), False)[before]
        return found

    def qualifiers(self, rows: Ints) -> pa.StringArray:
        """The qualifiers of some rows, NULL where there is none."""
        return self._codes.array(rows)


def places(part: ClaimPart, segments: Ints) -> Ints:
    """Whether each segment of a claim stands at the claim itself, another payer or a line."""
    of_line = np.where(part.line_of(segments) >= 0, AT_LINE, AT_CLAIM)
    return np.where(part.payer_of(segments) >= 0, AT_PAYER, of_line)
