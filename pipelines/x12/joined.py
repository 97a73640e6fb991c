"""Several small files as one part of segments: what columns cost once for each part, many files share.

A file is joined to others when it is one interchange from its first byte to its last terminator and all that holds for
a part holds for it: the same delimiters, nothing untidy. Each file keeps a reader of its own, which walks through its
region of the table; rows told by columns are parted by region, and count their segments and bytes in their own file.
"""

import io
from collections.abc import Sequence
from itertools import accumulate, islice, pairwise
from typing import BinaryIO, NamedTuple

import numpy as np
import pyarrow as pa

from pipelines.errors import NotReadable
from pipelines.rows.batch import RowBatch
from pipelines.x12.columns import Elements, part_elements
from pipelines.x12.segments import Batch, Part, SegmentStream

LARGEST = 1 << 19  # bytes; a larger file makes a part of its own that is worth its cost
OFFSETS = ("byte_offset", "end_byte_offset")


class Whole(NamedTuple):
    """A small file all of whose segments are one part; its stream has been gone through."""

    segments: SegmentStream
    part: Part


class Region(NamedTuple):
    """The segments of one file in a table, from `first` until before `end`."""

    first: int
    end: int
    numbers: int = 0  # how many of the table's segments, and of its bytes, are those of files before
    offset: int = 0

    def batch(self, table: Elements, first: int, end: int) -> Batch:
        """Segments of the region as the file's own row reader takes them."""
        found = table.batch(first, end)
        offsets = [offset - self.offset for offset in found.offsets]
        return found._replace(first_number=found.first_number - self.numbers, offsets=offsets)


class Joined(NamedTuple):
    """Whole files as one table."""

    files: list[Whole]
    table: Elements
    regions: list[Region]

    def parted(self, batch: RowBatch) -> list[RowBatch]:
        """The rows of each file, counted as they are in it."""
        rows = batch.rows
        numbers, firsts = rows["segment_no"].to_numpy(), np.array([region.first for region in self.regions])
        which = np.searchsorted(firsts + 1, numbers, side="right") - 1
        if (which[1:] < which[:-1]).any():
            order = np.argsort(which, kind="stable")
            rows, numbers, which = rows.take(order), numbers[order], which[order]
        rows = _with(rows, "segment_no", numbers - firsts[which])
        offsets = np.array([region.offset for region in self.regions])[which]
        for name in set(OFFSETS) & set(rows.column_names):
            rows = _with(rows, name, rows[name].to_numpy() - offsets)
        bounds = np.searchsorted(which, np.arange(len(self.regions) + 1)).tolist()
        return [RowBatch(batch.table, rows.slice(start, end - start)) for start, end in pairwise(bounds)]


def _with(rows: pa.Table, name: str, values: "np.ndarray[tuple[int], np.dtype[np.int64]]") -> pa.Table:
    place = rows.schema.get_field_index(name)
    return rows.set_column(place, rows.schema.field(place), pa.array(values))


def whole(stream: BinaryIO, name: str) -> Whole | None:
    """The file as one part; None where it is to be read alone."""
    content = stream.read(LARGEST + 1)
    if len(content) > LARGEST or not content.startswith(b"ISA"):
        return None
    try:
        segments = SegmentStream(io.BytesIO(content), name, chunk=LARGEST)
        parts = list(islice(segments.parts(), 2))
    except NotReadable:  # reading it alone says so again, of this file and no other
        return None
    is_one = len(parts) == 1 and len(parts[0].text) + len(parts[0].separator) == len(content)
    return Whole(segments, parts[0]) if is_one else None


def join(files: Sequence[Whole]) -> Joined | None:
    """The files as one table; None where one of them is not tidy. All have the same delimiters and separator."""
    first = files[0].part
    texts = [each.part.text for each in files]
    table = part_elements(first._replace(text=first.separator.join(texts)))
    if table is None:
        return None
    offsets = list(accumulate((len(text) + len(first.separator) for text in texts), initial=0))
    places = np.searchsorted(table.offsets, offsets).tolist()
    regions = [Region(*each) for each in zip(places[:-1], places[1:], places[:-1], offsets[:-1], strict=True)]
    return Joined(list(files), table, regions)
