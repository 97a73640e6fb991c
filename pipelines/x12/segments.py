"""Bytes of an X12 file -> its segments, each with its number and the byte offset of its first character.

Reading is by chunks, so memory stays flat, and every byte is looked at a fixed number of times, so time is linear.
Bytes are decoded as latin-1: one character is one byte, offsets are exact and nothing can fail; `values.text` turns
UTF-8 in a name back into letters. What is untidy in a chunk (wrapped lines, blanks around segments, empty segments) is
mended there and told once per kind; chunks without such things take the quick way.
"""

import codecs
from collections.abc import Callable, Iterable, Iterator
from itertools import accumulate, count
from typing import BinaryIO, NamedTuple

from pipelines.errors import NotReadable
from pipelines.rows import Oddity
from pipelines.x12.delimiters import BLANKS, ISA_WINDOW, NEWLINES, Delimiters, Header, find_header, find_isa

CHUNK = 1 << 15  # small: what is made of one chunk stays in the processor's cache
LONGEST_SEGMENT = 1 << 20
LONGEST_LOOP = 1 << 19  # characters at most that wait for the rest of their loop
AFTER_THIS_ISA = 3  # characters: past the letters of the ISA that the text may begin with
FIRST_LETTER = "A"  # blanks, line ends and nothing at all sort before it
BYTE_ORDER_MARK = "\xef\xbb\xbf"

Segment = tuple[int, int, list[str]]  # number from 1, byte offset, elements; elements[0] is the id


class Batch(NamedTuple):
    """Some whole segments in a row, not yet parted into elements; `offsets` can be gone through once."""

    delimiters: Delimiters
    first_number: int
    offsets: Iterable[int]
    pieces: list[str]


class Part(NamedTuple):
    """Some whole segments in a row as they stand in the file, without the separator after the last of them."""

    delimiters: Delimiters
    separator: str  # the terminator with the line end that comes with it
    first_number: int
    offset: int
    text: str


def open_segments(stream: BinaryIO, name: str) -> "SegmentStream":
    """Return the segments of an open X12 file; raises NotReadable where no X12 can be found in it."""
    return SegmentStream(stream, name)


class SegmentStream:
    """The segments of one file, to be gone through once: by `parts`, `batches` (quick) or iteration (convenient).

    Parts of `chunk` characters end where a loop begins (a segment with one of `loop_ids`), as far as there is one.
    """

    def __init__(self, stream: BinaryIO, name: str, chunk: int = CHUNK, loop_ids: tuple[str, ...] = ()) -> None:
        self.name = name
        self._loop_ids = loop_ids
        self.oddities: list[Oddity] = []
        self._told: set[str] = set()
        self._number = 1
        self._offset = 0
        self._isa_from = AFTER_THIS_ISA  # where the next one may stand in the text
        self._chunks = _chunks(stream, self._note, chunk)
        self._text = next(self._chunks, "")  # not yet parted; its first character is the file's byte self._offset
        self._start()

    def __iter__(self) -> Iterator[Segment]:
        """Yield every segment as (number, offset, elements), ids in upper case and without blanks."""
        for batch in self.batches():
            yield from self.segments(batch)

    def segments(self, batch: Batch) -> Iterator[Segment]:
        """Yield the segments of one batch as iteration yields all."""
        separator = batch.delimiters.element
        for number, offset, piece in zip(count(batch.first_number), batch.offsets, batch.pieces):
            elements = piece.split(separator)
            given = elements[0].strip(BLANKS)
            elements[0] = segment_id = given.upper()
            if segment_id != given and "lower_case_id" not in self._told:
                self._told.add("lower_case_id")
                self.oddities.append(Oddity("lower_case_id", number, offset, f"a segment is named {given[:12]!r}"))
            yield number, offset, elements

    def batches(self) -> Iterator[Batch]:
        """Yield every segment, many at a time, with the delimiters that hold for them."""
        for part in self.parts():
            batch = self.batch(part)
            if batch.pieces:
                yield batch

    def batch(self, part: Part) -> Batch:
        """Return the segments of the part that `parts` has just yielded, mended where they are untidy."""
        offsets, pieces = _parted(part)
        if not _is_tidy(part, pieces):
            offsets, pieces = self._mended(part)
        self.count(len(pieces))
        return Batch(part.delimiters, part.first_number, offsets, pieces)

    def count(self, segments: int) -> None:
        """So many segments were in the part just yielded; the next one's number goes on from there."""
        self._number += segments

    def parts(self) -> Iterator[Part]:
        """Yield all text by parts; whoever takes one says by `batch` or `count` how many segments are in it."""
        is_last = False
        while not is_last:
            chunk = next(self._chunks, None)
            is_last = chunk is None
            self._text += chunk or ""
            yield from self._whole_segments(is_last)
            if len(self._text) > LONGEST_SEGMENT:
                raise self._too_long()

    @property
    def end_offset(self) -> int:
        """The offset of the first byte that has not been yielded: at the end, the length of the file."""
        return self._offset

    def _start(self) -> None:
        """Find the first interchange; whatever text stands before it is passed over and told."""
        while len(self._text) < 2 * ISA_WINDOW and (chunk := next(self._chunks, None)) is not None:
            self._text += chunk
        if self._text.startswith(BYTE_ORDER_MARK):
            self._note("byte_order_mark", "the file begins with a byte order mark")
            self._drop(len(BYTE_ORDER_MARK))
        header = find_header(self._text)
        if header is None:
            got = repr(self._text[:40].strip(BLANKS)) if self._text.strip(BLANKS) else "nothing"
            raise NotReadable(self.name, f"found {got}", "an ISA, GS, ST or CLP segment", 1)
        if self._text[: header.start].strip(BLANKS):
            self._note("text_before_isa", f"{header.start} characters stand before the first segment")
        self._begin(header)

    def _begin(self, header: Header) -> None:
        """Drop the text before the header and take its delimiters for all that follows."""
        self._drop(header.start)
        self._isa_from = AFTER_THIS_ISA
        self.delimiters = header.delimiters
        self._separator = header.delimiters.terminator + header.newline
        if self._separator == "\n" and "\r\n" in self._text[:ISA_WINDOW]:
            self._separator = "\r\n"
        self._isa_words = ("isa", "ISA") if self._text[:1].islower() else ("ISA",)
        for code, message in header.oddities:
            self.oddities.append(Oddity(code, self._number, self._offset, message))

    def _drop(self, length: int) -> None:
        self._text = self._text[length:]
        self._offset += length

    def _note(self, code: str, message: str, place: tuple[int, int] | None = None) -> None:
        """Record an oddity of the text itself, the first time only: one wrapped line means a thousand."""
        if code not in self._told:
            self._told.add(code)
            self.oddities.append(Oddity(code, *(place or (self._number, self._offset)), message))

    def _whole_segments(self, is_last: bool) -> Iterator[Part]:
        """Yield the whole segments of the text at hand, interchange by interchange."""
        while (header := find_isa(self._text, self._isa_from, self.delimiters.terminator, self._isa_words)) is not None:
            yield from self._part(header.start, False)
            if not is_last and len(self._text) < ISA_WINDOW:
                return  # it may be cut: it is begun when there is more
            self._begin(find_isa(self._text, 0) or header._replace(start=0))
        yield from self._part(len(self._text) if is_last else self._safe_end(), is_last)

    def _safe_end(self) -> int:
        """Return where the last loop begins, else the last terminator ends, but not beyond an `ISA` that may be cut."""
        doubtful = self._text.find(self._isa_words[0], max(self._isa_from, len(self._text) - ISA_WINDOW))
        limit = doubtful if doubtful >= 0 else len(self._text)
        marks = [f"{self._separator}{loop_id}{self.delimiters.element}" for loop_id in self._loop_ids]
        last = max((self._text.rfind(mark, 0, limit) for mark in marks), default=-1)
        if last >= 0 and len(self._text) - last < LONGEST_LOOP:
            return last + len(self._separator)
        for mark in (self._separator, self.delimiters.terminator):
            end = self._text.rfind(mark, 0, limit)
            if end >= 0:
                return end + len(mark)
        return 0

    def _part(self, end: int, is_last: bool) -> Iterator[Part]:
        """Yield the text before `end`, if there is any, and drop it."""
        text = self._text[:end].removesuffix(self._separator)
        if (start := self._long_segment(text)) is not None:
            yield from self._part(start, False)
            raise self._too_long()
        if text:
            yield Part(self.delimiters, self._separator, self._number, self._offset, text)
        if is_last and text.strip(BLANKS) and not _ends_with(self._text, self.delimiters.terminator):
            last = text.rpartition(self.delimiters.terminator)[2].lstrip(BLANKS)
            place = self._number - 1, self._offset + len(text) - len(last)
            self._note("no_last_terminator", "the last segment has no terminator", place)
        if end:
            self._isa_from = 0
        self._drop(end)

    def _long_segment(self, text: str) -> int | None:
        """Return where a segment begins that is too long, if one is; so it is refused however large the parts are."""
        start = 0
        while len(text) - start > LONGEST_SEGMENT:
            end = text.rfind(self.delimiters.terminator, start, start + LONGEST_SEGMENT + 1)
            if end < 0:
                return start
            start = end + 1
        return None

    def _too_long(self) -> NotReadable:
        got = f"more than {LONGEST_SEGMENT:,} characters without a segment terminator"
        return NotReadable(self.name, got, f"one of {self.delimiters.terminator!r}", self._number)

    def _mended(self, part: Part) -> tuple[list[int], list[str]]:
        """Return the segments without the blanks around them, the line ends within them and the empty ones."""
        offset = part.offset
        offsets: list[int] = []
        pieces: list[str] = []
        for raw in part.text.split(part.delimiters.terminator):
            piece = raw.strip(BLANKS)
            if piece:
                start = offset + raw.index(piece[0])
                if "\n" in piece or "\r" in piece:
                    piece = piece.replace("\r", "").replace("\n", "")
                    place = part.first_number + len(pieces), start
                    self._note("wrapped_lines", "a line ends within a segment", place)
                offsets.append(start)
                pieces.append(piece)
            offset += len(raw) + 1
        return offsets, pieces


def _parted(part: Part) -> tuple[Iterable[int], list[str]]:
    """Return the segments of a tidy part and where each begins."""
    pieces = part.text.split(part.separator)
    lengths = map(len(part.separator).__add__, map(len, pieces))
    return accumulate(lengths, initial=part.offset), pieces


def _is_tidy(part: Part, pieces: list[str]) -> bool:
    """Say whether line ends come only with terminators, and no segment is empty or begins with a blank."""
    text, breaks = part.text, len(pieces) - 1
    if text.count(part.delimiters.terminator) != breaks or text[-1] in BLANKS or min(pieces) < FIRST_LETTER:
        return False
    return all(mark not in text or (mark in part.separator and text.count(mark) == breaks) for mark in NEWLINES)


def decode_head(head: bytes) -> str:
    """Return a file's first bytes as the text that its segments would be read from."""
    encoding = _utf_16(head)
    decoded = codecs.getincrementaldecoder(encoding)("replace").decode(head).encode("utf-8") if encoding else head
    return decoded.decode("latin-1").removeprefix(BYTE_ORDER_MARK)


def _ends_with(text: str, terminator: str) -> bool:
    """Say whether a terminator ends the text, blanks after it aside."""
    return terminator in text[len(text.rstrip(BLANKS)) - 1 :]


def _chunks(stream: BinaryIO, note: Callable[[str, str], None], size: int) -> Iterator[str]:
    """Yield the stream's text by chunks, one character per byte; UTF-16 becomes UTF-8 first.

    The first chunk is small whatever the size: what a header is guessed from must not depend on it.
    """
    chunk = stream.read(CHUNK)
    encoding = _utf_16(chunk)
    if encoding is None:
        while chunk:
            yield chunk.decode("latin-1")
            chunk = stream.read(size)
        return
    note("utf_16", "the file is UTF-16; byte offsets count in its UTF-8 form")
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    while chunk:
        yield decoder.decode(chunk).encode("utf-8", "replace").decode("latin-1")
        chunk = stream.read(size)


def _utf_16(head: bytes) -> str | None:
    """Return the name of the file's UTF-16 encoding, or None if it is not UTF-16."""
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "utf-16"
    sample = head[:256]
    if sample[1::2].count(0) * 4 > len(sample):
        return "utf-16-le"
    return "utf-16-be" if sample[0::2].count(0) * 4 > len(sample) else None
