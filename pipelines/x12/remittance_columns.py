"""835 -> rows, many at once: regular claims by columns, everything else by the row reader, in one walk over the file.

The row reader of `remittance` says what a segment means; its state is the only state. A part of the file is gone
through from regular run to regular run: what lies between (headers, LX, PLB, ends, and claims with anything odd about
them) is read by rows, and a run of regular claims is passed over in the state and made of columns. So both readers give
the same rows, in another order.
"""

from bisect import bisect_left
from collections.abc import Iterator
from typing import BinaryIO

import numpy as np
import pyarrow as pa

from pipelines.rows import Row
from pipelines.rows.batch import RowBatch
from pipelines.x12.columns import PART, Elements, Ints, part_elements
from pipelines.x12.columns_values import DistinctValues
from pipelines.x12.joined import Joined, Region
from pipelines.x12.remittance import RemittanceReader
from pipelines.x12.remittance_columns_claim import Claims
from pipelines.x12.remittance_columns_loops import Loops, Taken
from pipelines.x12.remittance_state import RemittanceState
from pipelines.x12.segments import SegmentStream

WORTH_IT = 1 << 16  # characters; below that the columns' fixed cost is more than reading by rows


def read_remittance_columns(stream: BinaryIO, name: str) -> Iterator[Row | RowBatch]:
    """Yield the rows of an open 835; raises NotReadable, maybe only at its end, where it cannot be a remittance."""
    segments = SegmentStream(stream, name, PART, ("CLP",))
    reader = RemittanceReader(segments)
    yield from read_parts(segments, reader)
    reader.finish()
    yield from reader.rows()
    reader.refuse_if_empty()


def read_parts(segments: SegmentStream, reader: RemittanceReader) -> Iterator[Row | RowBatch]:
    """Yield the rows of all segments that are left; what the last of them leave open is in the reader's state."""
    values = DistinctValues()
    for part in segments.parts():
        table = part_elements(part) if len(part.text) >= WORTH_IT else None
        if table is None:
            reader.take(segments.batch(part))
        else:
            segments.count(len(table))
            yield from _batches(table, reader, values)
        yield from reader.rows()


def _batches(table: Elements, reader: RemittanceReader, values: DistinctValues) -> Iterator[RowBatch]:
    """Yield the regular claims of the part; all else in it is read into the reader's rows."""
    if not len(table.where("CLP")):
        reader.take(table.batch(0, len(table)))
        return
    claims = Claims(Loops(table), values)
    walk = _Walk(claims)
    walk.go(reader, Region(0, len(table)))
    yield from _told(claims, walk.taken())


def read_remittances_together(joined: Joined) -> list[list[Row | RowBatch]] | None:
    """The rows of each of several 835s, None without a claim; NotReadable where one of them cannot be a remittance."""
    if not len(joined.table.where("CLP")):
        return None
    claims = Claims(Loops(joined.table), DistinctValues())
    walk = _Walk(claims)
    rows: list[list[Row | RowBatch]] = []
    for file, region in zip(joined.files, joined.regions, strict=True):
        reader = RemittanceReader(file.segments)
        walk.go(reader, region)
        reader.finish()
        rows.append(list(reader.rows()))
        reader.refuse_if_empty()
    for batch in _told(claims, walk.taken()):
        for own, part in zip(rows, joined.parted(batch), strict=True):
            if part.rows.num_rows:
                own.append(part)
    return rows


def _told(claims: Claims, taken: Taken) -> Iterator[RowBatch]:
    """Yield the rows of the loops that are taken."""
    if taken.is_taken.any():
        yield from (each for each in claims.batches(taken) if each.rows.num_rows)


class _Walk:
    """Goes through a part, or one file's region after another, from one run of regular claims to the next."""

    def __init__(self, claims: Claims) -> None:
        self._loops = claims.loops
        self._lines, self._paid = _totals(claims.line_count), _totals(claims.paid.values)
        size = len(self._loops.heads)
        self._is_taken = np.zeros(size, dtype=bool)
        self._transaction_no, self._claim_no = np.zeros(size, dtype=np.int64), np.zeros(size, dtype=np.int64)
        self._group = np.zeros(size, dtype=np.int64)
        self._lx_numbers: list[str | None] = [None]
        self._all_runs = self._runs()

    def taken(self) -> Taken:
        """What columns are to tell of the part; everything else was read."""
        lx_number = pa.array(self._lx_numbers, pa.string()).take(pa.array(self._group))
        return Taken(self._is_taken, self._transaction_no, self._claim_no, lx_number)

    def go(self, reader: RemittanceReader, region: Region) -> None:
        """Everything in the region is either read by the row reader or taken."""
        loops, table, done = self._loops, self._loops.table, region.first
        for first, after in self._runs_of(region):
            start = int(loops.heads[first])
            if start > done:
                reader.take(region.batch(table, done, start))
                done = start
            if reader.state.remit is not None:  # else these claims are of no 835, or begin one without its ST
                self._pass(reader.state, int(table.offsets[start]) - region.offset, first, after)
                done = int(loops.ends[after - 1])
        if done < region.end:
            reader.take(region.batch(table, done, region.end))

    def _runs_of(self, region: Region) -> list[tuple[int, int]]:
        heads, runs = self._loops.heads, self._all_runs
        start, stop = np.searchsorted(heads, [region.first, region.end]).tolist()
        return runs[bisect_left(runs, (start, 0)) : bisect_left(runs, (stop, 0))]

    def _runs(self) -> list[tuple[int, int]]:
        """First loop and the one after the last, of regular loops that follow on each other."""
        loops = self._loops
        follows = np.append(False, loops.ends[:-1] == loops.heads[1:])
        begins = loops.is_regular & ~(follows & np.append(False, loops.is_regular[:-1]))
        ends = loops.is_regular & ~(np.append(follows[1:] & loops.is_regular[1:], False))
        return list(zip(np.flatnonzero(begins).tolist(), (np.flatnonzero(ends) + 1).tolist(), strict=True))

    def _pass(self, state: RemittanceState, offset: int, first: int, after: int) -> None:
        """The loops from `first`, which is at byte `offset`, until before `after` are taken by columns."""
        lines, paid = self._lines[after] - self._lines[first], self._paid[after] - self._paid[first]
        claim_no = state.pass_claims(offset, after - first, int(lines), int(paid))
        these = slice(first, after)
        self._is_taken[these] = True
        self._transaction_no[these] = state.transaction_no
        self._claim_no[these] = np.arange(claim_no, claim_no + after - first)
        if state.lx_number != self._lx_numbers[-1]:
            self._lx_numbers.append(state.lx_number)
        self._group[these] = len(self._lx_numbers) - 1


def _totals(values: Ints) -> Ints:
    return np.append(0, np.cumsum(values))
