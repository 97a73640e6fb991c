"""Where a huge X12 file is cut, so that its pieces can be read at the same time: the whole of it skimmed once.

A piece begins with a segment that ends whatever claim is open before it (CLP, CLM, HL, ST), and with it goes the reader
as it stands there. To know how it stands, the row reader reads what lies outside claims and is told how many claims it
passes: of a megabyte of remittance some kilobytes. The claims themselves are not looked into, so how the reader stands
is a good guess and no more; `pieces` proves it afterwards. A file with anything untidy about it is not cut at all.
"""

from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

import numpy as np

from pipelines.x12.columns import PART, Bytes, Flags, Ints, is_tidy
from pipelines.x12.delimiters import Delimiters
from pipelines.x12.segments import Batch, Part, SegmentStream
from pipelines.x12.skimmers import Skimmer, skimmer_of

ID_BYTES = 4  # an id and the separator after it


class Cut(NamedTuple):
    """The first segment of a piece, and the reader as it stands before it."""

    number: int
    offset: int
    delimiters: Delimiters
    separator: str
    reader: bytes  # as `Skimmer.state` packs it


class _TooOddError(Exception):
    """The file holds something that skimming cannot follow."""


def find_cuts(stream: BinaryIO, name: str, kind: str, piece_bytes: int) -> list[Cut] | None:
    """Cuts of an open 835 or 837 after every so many bytes, ascending; None where the file is to be read whole.

    The stream may be left anywhere.
    """
    try:
        segments = SegmentStream(stream, name, PART)
        return _Skim(segments, skimmer_of(kind, segments), piece_bytes).cuts()
    except OSError:
        raise
    except Exception:  # it is no such file, or the reader trips over it: reading it whole says so
        return None


class _Skim:
    """One file, gone through once."""

    def __init__(self, segments: SegmentStream, skimmer: Skimmer, piece_bytes: int) -> None:
        self._segments, self._skimmer, self._piece_bytes = segments, skimmer, piece_bytes
        self._found: list[Cut] = []
        self._is_outside = True  # of claims

    def cuts(self) -> list[Cut]:
        """Every cut."""
        for part in self._segments.parts():
            table = _table(part)
            self._segments.count(len(table))
            self._walk(table)
        return self._found

    def _walk(self, table: "Heads") -> None:
        """Every stretch of segments is read or passed: all up to the next mark stand where the mark stands."""
        marks, is_outside = table.marks(self._skimmer.outside, self._skimmer.inside)
        self._go_on(table, int(marks[0]) if len(marks) else len(table))
        if not len(marks):
            return
        starts = [0, *(np.flatnonzero(np.diff(is_outside)) + 1).tolist()]
        for start, stop in zip(starts, [*starts[1:], len(marks)], strict=True):
            end = int(marks[stop]) if stop < len(marks) else len(table)
            self._is_outside = bool(is_outside[start])
            if self._is_outside:
                self._read(table, int(marks[start]), end)
            else:
                self._pass(table, marks[start:stop], end)

    def _go_on(self, table: "Heads", end: int) -> None:
        """The segments before the first mark belong to what the last part ended with."""
        if self._is_outside and end:
            self._read(table, 0, end)
        elif end:
            self._skimmer.go_on(table.batch(0, end))

    def _read(self, table: "Heads", start: int, end: int) -> None:
        """Segments outside claims, from `start` until before `end`, are read; there may be cuts at their STs."""
        for place in table.where(start, end, "ST"):
            if self._is_due(table, place):
                self._skimmer.read(table.batch(start, place))
                self._cut(table, place)
                start = place
        self._skimmer.read(table.batch(start, end))

    def _pass(self, table: "Heads", marks: Ints, end: int) -> None:
        """The claims that begin at these marks are passed; there may be cuts at any of them."""
        if not self._skimmer.is_open:
            if self._skimmer.is_elsewhere:
                return
            raise _TooOddError("a claim that no ST announces")
        start = 0
        while (due := start + self._first_due(table, marks[start:])) < len(marks):
            self._skimmer.pass_claims(table, marks[start:due], int(marks[due]))
            self._cut(table, int(marks[due]))
            start = due
        self._skimmer.pass_claims(table, marks[start:], end)

    def _first_due(self, table: "Heads", marks: Ints) -> int:
        return int(np.searchsorted(table.starts[marks] + table.part.offset, self._due))

    def _is_due(self, table: "Heads", place: int) -> bool:
        return table.offset(place) >= self._due

    @property
    def _due(self) -> int:
        return (self._found[-1].offset if self._found else 0) + self._piece_bytes

    def _cut(self, table: "Heads", place: int) -> None:
        part = table.part
        number, offset = part.first_number + place, table.offset(place)
        self._found.append(Cut(number, offset, part.delimiters, part.separator, self._skimmer.state()))


class Heads:
    """The segments of a part by their ids alone."""

    def __init__(self, part: Part, raw: Bytes, starts: Ints) -> None:
        self.part, self.starts = part, starts  # and where the first segment after the part would start
        windows = np.ndarray((len(raw) - ID_BYTES + 1,), "<u4", raw, 0, (1,))
        self._ids = windows[starts[:-1]]
        self._short = self._ids & np.uint32(0xFFFFFF)

    def __len__(self) -> int:
        """The number of segments."""
        return len(self.starts) - 1

    def marks(self, outside: tuple[str, ...], inside: tuple[str, ...]) -> tuple[Ints, Flags]:
        """The segments with one of all these ids, and which of them have one of the first."""
        is_outside = self._are(*outside)
        marks = np.flatnonzero(is_outside | self._are(*inside))
        return marks, is_outside[marks]

    def where(self, start: int, end: int, segment_id: str) -> list[int]:
        """The segments with this id from `start` until before `end`."""
        found = np.flatnonzero(self._short[start:end] == self._number(segment_id)) + start
        return [int(place) for place in found]

    def are(self, marks: Ints, segment_id: str) -> Ints:
        """Those of the marks that have this id."""
        return marks[self._are(segment_id)[marks]]

    def elements(self, place: int) -> list[str]:
        """The elements of one segment."""
        start, end = int(self.starts[place]), int(self.starts[place + 1]) - len(self.part.separator)
        return self.part.text[start:end].split(self.part.delimiters.element)

    def offset(self, place: int) -> int:
        """The file's byte where a segment begins."""
        return int(self.starts[place]) + self.part.offset

    def batch(self, start: int, end: int) -> Batch:
        """Segments as the row readers take them."""
        part, separator = self.part, self.part.separator
        text = part.text[int(self.starts[start]) : int(self.starts[end]) - len(separator)] if end > start else ""
        offsets = (self.starts[start:end] + part.offset).tolist()
        return Batch(part.delimiters, part.first_number + start, offsets, text.split(separator) if text else [])

    def _are(self, *segment_ids: str) -> Flags:
        found = np.zeros(len(self), dtype=bool)
        for segment_id in segment_ids:
            found |= (self._short if len(segment_id) == ID_BYTES - 2 else self._ids) == self._number(segment_id)
        return found

    def _number(self, segment_id: str) -> int:
        return int.from_bytes(f"{segment_id}{self.part.delimiters.element}".encode("latin-1"), "little")


def _table(part: Part) -> Heads:
    """The segments of a tidy part; _TooOddError for another."""
    separator, terminator = part.separator, part.delimiters.terminator
    whole = part.text + separator
    padded = np.frombuffer((whole + ID_BYTES * " ").encode("latin-1"), dtype=np.uint8)
    raw, before = padded[: len(whole)], separator.index(terminator)
    ends = np.flatnonzero(raw == ord(terminator))
    starts = np.append(0, ends + (len(separator) - before))
    if starts[-1] != len(whole) or not is_tidy(raw, starts[:-1], (ends - before).astype(np.int32), part):
        raise _TooOddError("a part that is not tidy")
    return Heads(part, padded, starts)


def bounds_of(cuts: list[Cut], byte_count: int) -> Iterator[tuple[Cut | None, int, int]]:
    """For each piece the cut that it begins with (None: the file's start), its first byte and the one after it."""
    places = [cut.offset for cut in cuts]
    yield from zip([None, *cuts], [0, *places], [*places, byte_count], strict=True)
