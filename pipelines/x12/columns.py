"""A part of an X12 file as one table of its elements, taken out by columns: what the quick readers stand on.

Some megabytes of whole segments are parted at once by numpy: where every delimiter stands says where every element
begins and ends. How a reader goes about it:

    stream = SegmentStream(file, name, chunk=PART, loop_ids=("CLP",))  # parts begin with a CLP where they can
    for part in stream.parts():
        table = part_elements(part)  # None: not tidy; read stream.batch(part) by rows instead
        stream.count(len(table))  # batch() counts by itself
        loops = table.where("CLP")  # positions of segments in the part, ascending
        accounts = table.take(loops, 1)  # CLP01 as strings; NULL where empty or not there
        charges = values.amounts(table.take(loops, 3))  # columns_values: each distinct text is read once

Segment `i` of the part is number `table.first_number + i` of the file, begins at byte `table.offsets[i]` and has
`table.lengths[i]` elements, its id among them. Elements come without blanks around them, as `values.element` gives
them. `table.strange[i]` says that a segment holds something besides printable ASCII: such a segment is not for columns.
An id in lower case is none that `where` finds. `table.batch(first, end)` are segments as the row readers take them, for
whatever is not plainly regular.
"""

from functools import cached_property

import numpy as np
import pyarrow as pa

from pipelines.x12.delimiters import BLANKS, NEWLINES
from pipelines.x12.segments import FIRST_LETTER, Batch, Part

PART = 1 << 21  # characters read at once: enough to make the cost of a column's first row small
Ints = np.ndarray[tuple[int], np.dtype[np.int64]]
Flags = np.ndarray[tuple[int], np.dtype[np.bool_]]
Places = np.ndarray[tuple[int], np.dtype[np.int32]]
Bytes = np.ndarray[tuple[int], np.dtype[np.uint8]]
Words = np.ndarray[tuple[int], np.dtype[np.uint64]]

WINDOW = 8  # bytes looked at together
ID_MASKS = np.array([0, 0xFF, 0xFFFF, 0xFFFFFF, 0], dtype=np.uint64)  # by length; there is no id of four letters
LONGEST_ID = len(ID_MASKS) - 1
FIRST_BYTES = np.array([(1 << 8 * length) - 1 for length in range(WINDOW + 1)], dtype=np.uint64)
PRINTABLE = 0x7F - ord(" ")  # so many characters, from the blank on


class Elements:
    """Every element of some whole segments in a row."""

    def __init__(self, part: Part, raw: Bytes, spans: Places, firsts: Ints, strange: Flags | None) -> None:
        self.first_number, self.delimiters = part.first_number, part.delimiters
        self.firsts = firsts  # position of each segment's id among all elements, and one more for the end
        self.lengths = np.diff(firsts)
        self.spans = spans  # where each element begins and ends in turn, as they are looked up together
        self._part, self._raw = part, raw
        self._heads: Ints = spans[2 * firsts[:-1]].astype(np.int64)
        self._strange = strange

    def __len__(self) -> int:
        """The number of segments."""
        return len(self.lengths)

    @cached_property
    def offsets(self) -> Ints:
        """The file's byte where each segment begins, and where the first segment after the part does."""
        end = len(self._part.text) + len(self._part.separator)
        return np.append(self._heads, end) + self._part.offset

    @cached_property
    def ids(self) -> "np.ndarray[tuple[int], np.dtype[np.uint32]]":
        """Each segment's id as a number, see `id_number`; 0 where it is no id at all."""
        lengths = self.spans[2 * self.firsts[:-1] + 1] - self._heads
        ids: Words = self.windows(self._heads) & ID_MASKS[np.minimum(lengths, LONGEST_ID)]
        return ids.astype(np.uint32)

    def windows(self, starts: Ints) -> Words:
        """The eight bytes from each of these places of the part on, as one number: the first byte is the lowest."""
        windows: Words = np.ndarray((len(self._raw) - WINDOW + 1,), "<u8", self._raw, 0, (1,))
        found: Words = windows[starts]
        return found

    def where(self, *segment_ids: str) -> Ints:
        """The positions of all segments with one of these ids."""
        found = self.ids == id_number(segment_ids[0])
        for segment_id in segment_ids[1:]:
            found |= self.ids == id_number(segment_id)
        return np.flatnonzero(found)

    @property
    def strange(self) -> Flags:
        """Whether a segment holds a byte that is no printable ASCII."""
        return np.zeros(len(self), dtype=bool) if self._strange is None else self._strange

    def column(self, segments: Ints, index: int | Ints) -> "Column":
        """One element of each of these segments (-1: none)."""
        if not len(segments) or segments.max() < 0:
            return Column(self, np.zeros(len(segments), dtype=np.int64), np.zeros(len(segments), dtype=bool))
        places = self.firsts[segments] + index
        there = places < self.firsts[segments + 1]  # never so for -1: the first comes after the last
        return Column(self, 2 * places, None if there.all() else there)

    def take(self, segments: Ints, index: int | Ints) -> pa.StringArray:
        """One element of each of these segments (-1: none) as strings; NULL where there is none, or it is empty."""
        return self.column(segments, index).texts()

    def bounds(self, segments: Ints, index: int | Ints) -> tuple[Ints, Ints, Flags]:
        """Where in the part one element of each of these segments begins and ends, and whether it is there."""
        column = self.column(segments, index)
        return column.starts, column.ends, column.is_there

    @cached_property
    def texts(self) -> pa.StringArray:
        """All elements in order, and after each what parts it from the next: element `i` is at `2 * i`."""
        buffers = [None, pa.py_buffer(self.spans), pa.py_buffer(self._raw)]
        return pa.Array.from_buffers(pa.string(), len(self.spans) - 1, buffers)

    def batch(self, first: int, end: int) -> Batch:
        """The segments from `first` until before `end` as the row readers take them."""
        part, base = self._part, self._part.offset
        start, stop = int(self.offsets[first]) - base, int(self.offsets[end]) - base - len(part.separator)
        pieces = part.text[start:stop].split(part.separator)
        return Batch(part.delimiters, part.first_number + first, self.offsets[first:end].tolist(), pieces)


class Column:
    """One element of each of some segments, not yet taken out."""

    def __init__(self, table: Elements, places: Ints, there: Flags | None) -> None:
        if there is not None:
            places *= there
        self._table = table
        self._places = places  # among the table's texts
        self.starts: Ints = table.spans[places].astype(np.int64)
        self.ends: Ints = table.spans[places + 1].astype(np.int64)
        self.is_there: Flags = self.starts < self.ends
        if there is not None:
            self.is_there &= there

    def __len__(self) -> int:
        """The number of segments."""
        return len(self._places)

    def texts(self) -> pa.StringArray:
        """As strings; NULL where there is none, or it is empty."""
        if not self.is_there.any():
            return pa.nulls(len(self), pa.string())
        return self._table.texts.take(pa.array(self._places, mask=~self.is_there))

    def distinct(self) -> tuple[Ints, list[str | None]]:
        """For each segment its text's place among the distinct texts, and those; the last one is always None."""
        lengths = (self.ends - self.starts) * self.is_there
        if lengths.max(initial=0) > WINDOW:
            encoded = self.texts().dictionary_encode()
            words = encoded.dictionary.to_pylist()
            return np.asarray(encoded.indices.fill_null(len(words))), [*words, None]
        encoded = pa.array(self._table.windows(self.starts) & FIRST_BYTES[lengths]).dictionary_encode()
        numbers = encoded.dictionary.to_pylist()
        words = [
            number.to_bytes(WINDOW, "little").rstrip(b"\0").decode("ascii", "replace") or None for number in numbers
        ]
        return np.asarray(encoded.indices), [*words, None]


def id_number(segment_id: str) -> int:
    """A segment's id as `Elements.ids` has it."""
    return int.from_bytes(segment_id.encode("ascii"), "little")


def part_elements(part: Part) -> Elements | None:
    """The elements of a tidy part: line ends come only with terminators, no segment is empty or begins with a blank."""
    whole = part.text + part.separator
    padded = np.frombuffer((whole + WINDOW * " ").encode("latin-1"), dtype=np.uint8)
    raw = padded[: len(whole)]
    is_mark = (raw == ord(part.delimiters.element)) | (raw == ord(part.delimiters.terminator))
    spans, firsts = _spans(raw, np.flatnonzero(is_mark), part)
    heads = spans[2 * firsts[:-1]].astype(np.int64)
    if not is_tidy(raw, heads, spans[2 * firsts[1:] - 1], part):
        return None
    _trim(raw, is_mark, spans, part.separator)
    padded, strange = _strange(padded, heads, part)
    return Elements(part, padded, spans, firsts, strange)


def _spans(raw: Bytes, marks: Ints, part: Part) -> tuple[Places, Ints]:
    """Begin and end of each element in turn, and which elements begin segments, if every terminator is a separator."""
    terminator, separator = part.delimiters.terminator, part.separator
    firsts = np.concatenate(([0], np.flatnonzero(raw[marks] == ord(terminator)) + 1))
    spans = np.empty(2 * len(marks) + 1, dtype=np.int32)
    spans[0], spans[1::2], spans[2::2] = 0, marks, marks
    spans[2::2] += 1
    before = separator.index(terminator)  # 1 where segments end with "\r\n", else 0
    spans[2 * firsts[1:-1]] += len(separator) - before - 1
    spans[2 * firsts[1:] - 1] -= before
    return spans, firsts


def is_tidy(raw: Bytes, heads: Ints, tails: Places, part: Part) -> bool:
    """Say the same as the row readers' `segments._is_tidy`; segments begin at `heads` and end at `tails`."""
    if (tails <= heads).any() or (raw[heads] < ord(FIRST_LETTER)).any() or part.text[-1] in BLANKS:
        return False
    if any((raw[tails + place] != ord(mark)).any() for place, mark in enumerate(part.separator)):
        return False
    return all(np.count_nonzero(raw == ord(mark)) == len(heads) * (mark in part.separator) for mark in NEWLINES)


def _trim(raw: Bytes, is_mark: Flags, spans: Places, separator: str) -> None:
    """Let no element begin or end with a blank."""
    blanks, starts, ends = np.flatnonzero(raw == ord(" ")), spans[0:-1:2], spans[1::2]
    if is_mark[blanks - 1].any():
        these = np.flatnonzero((starts < ends) & (raw[starts] == ord(" ")))
        while len(these):
            starts[these] += 1
            these = these[(starts[these] < ends[these]) & (raw[starts[these]] == ord(" "))]
    if (is_mark[blanks + 1] | (raw[blanks + 1] == ord(separator[0]))).any():
        these = np.flatnonzero((starts < ends) & (raw[ends - 1] == ord(" ")))
        while len(these):
            ends[these] -= 1
            these = these[(starts[these] < ends[these]) & (raw[ends[these] - 1] == ord(" "))]


def _strange(raw: Bytes, heads: Ints, part: Part) -> tuple[Bytes, Flags | None]:
    """Which segments hold other bytes than printable ASCII, if any do, and the text without bytes that are no ASCII."""
    is_odd = (raw - np.uint8(ord(" "))) >= PRINTABLE
    if np.count_nonzero(is_odd) == len(heads) * sum(not mark.isprintable() for mark in part.separator):
        return raw, None
    for mark in (*part.separator, part.delimiters.element):
        is_odd &= raw != ord(mark)
    strange = np.zeros(len(heads), dtype=bool)
    strange[np.searchsorted(heads, np.flatnonzero(is_odd), "right") - 1] = True
    return np.where(raw < 0x80, raw, np.uint8(ord("?"))), strange
