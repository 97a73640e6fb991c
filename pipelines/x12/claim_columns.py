"""837 -> rows by columns: a part of the file at a time, its claims told all at once; odd ones are read row by row.

The row reader, `claim.ClaimReader`, is what defines the rows. It walks here through a thinner file: the envelope,
segments of unknown names, and each odd claim with what stands above it. Parts whose segments are not tidy, or that are
not wholly in an 837, it reads as ever.
"""

from collections.abc import Iterator
from typing import BinaryIO

import numpy as np

from pipelines.rows import Row
from pipelines.rows.batch import RowBatch
from pipelines.x12.claim_columns_above import Above
from pipelines.x12.claim_columns_batches import Batches, Transaction
from pipelines.x12.claim_columns_part import ClaimPart
from pipelines.x12.claim_columns_tables import PartColumns, Told
from pipelines.x12.claim_columns_walk import ThinReader
from pipelines.x12.columns import PART, part_elements
from pipelines.x12.columns_values import DistinctValues, coded
from pipelines.x12.envelope import ENVELOPE_IDS
from pipelines.x12.joined import Joined, Region
from pipelines.x12.segments import Part, SegmentStream

WORTH_IT = 1 << 15  # characters; below that the fixed cost of columns is more than that of reading by rows
MOST_CARRIED = 1000  # segments above claims that are kept for the next part; no real file comes near


def read_claims_columns(stream: BinaryIO, name: str) -> Iterator[Row | RowBatch]:
    """Yield what `claim.read_claims` does, most of it in batches; raises NotReadable where there is no 837 in it."""
    yield from ColumnReader(SegmentStream(stream, name, chunk=PART)).batches()


class ColumnReader(ThinReader):
    """Reads the 837s of one file part by part."""

    def batches(self) -> Iterator[Row | RowBatch]:
        """Yield every row of the file, each as soon as it is known to be complete."""
        yield from self.read_parts()
        yield from self._finish(*self.last)

    def read_parts(self) -> Iterator[Row | RowBatch]:
        """Yield the rows of all segments that are left; what the last of them leave open is this reader's state."""
        values = DistinctValues()
        for part in self.segments.parts():
            claims = self._claims(part)
            if claims is None:
                self._read_rows(part)
            else:
                self.segments.count(len(claims.table) - claims.part.carried)
                yield from self._read_columns(claims, values)
            yield from self._drain()

    def _claims(self, part: Part) -> Above | None:
        """The part with what stands above it in front; None where it is to be read by rows."""
        header = self.header.segments() if self._is_open else []
        above = "".join(part.delimiters.element.join(elements) + part.separator for elements in header)
        number, offset = part.first_number - len(header), part.offset - len(above)
        is_wanted = len(part.text) >= WORTH_IT and len(header) < MOST_CARRIED and self.header.is_orderly
        whole = part._replace(first_number=number, offset=offset, text=above + part.text)
        table = part_elements(whole) if is_wanted else None
        if table is None:
            return None
        found = Above(ClaimPart(table, len(header), self._claim is not None))
        return found if found.is_orderly() and is_within(found.part, self._is_open) else None

    def _read_rows(self, part: Part) -> None:
        for segment in self.segments.segments(self.segments.batch(part)):
            self._step(*segment)
            self.last = segment

    def _read_columns(self, above: Above, values: DistinctValues) -> Iterator[RowBatch]:
        claim_no, columns = self._claim_no, PartColumns(above, values)
        tables = columns.read()
        walk = self.walk(above, columns.header.odd_dates, Region(above.part.carried, len(above.table)))
        yield from _told(columns, tables, [walk], [claim_no])


def read_claims_together(joined: Joined) -> list[list[Row | RowBatch]] | None:
    """The rows of each of several 837s; None where rows must tell them, NotReadable where one of them is no 837."""
    above = Above(ClaimPart(joined.table, 0, False))
    if not above.is_orderly() or not is_within(above.part, False):
        return None
    columns = PartColumns(above, DistinctValues())
    tables, walks = columns.read(), []
    rows: list[list[Row | RowBatch]] = []
    for file, region in zip(joined.files, joined.regions, strict=True):
        reader = ThinReader(file.segments)
        walks.append(reader.walk(above, columns.header.odd_dates, region))
        rows.append(list(reader.rest()))
    for batch in _told(columns, tables, walks, [0] * len(walks)):
        for own, part in zip(rows, joined.parted(batch), strict=True):
            if part.rows.num_rows:
                own.append(part)
    return rows


def _told(
    columns: PartColumns, tables: list[Told], walks: list[list[Transaction]], claim_nos: list[int]
) -> Iterator[RowBatch]:
    """Yield the rows of a part's claims; files begin where the transactions of their walks do, after these claims."""
    batches = Batches(columns, walks, claim_nos)
    found = (batches.of(told) for told in tables if len(told.claims))
    yield from (batch for batch in found if batch.rows.num_rows)


def is_within(part: ClaimPart, is_open: bool) -> bool:
    """Say whether all segments of a part are an 837's or the envelope's, and their ids in capitals."""
    begins, envelope = part.where("ST"), part.where(*ENVELOPE_IDS)
    if not coded(part.table.column(begins, 1)).among(["837"]).all():
        return False
    if not all(is_plain_id(name) for name in part.table.take(part.unknown(), 0).to_pylist()):
        return False
    outside = np.setdiff1d(envelope, begins) + 1  # what follows these stands outside any transaction
    outside = outside if is_open else np.append(outside, part.carried)
    outside = np.append(outside, part.where("TA1") - 1)  # within a transaction it ends no claim, as columns take it
    return bool(np.isin(outside, np.append(envelope, len(part.table))).all())


def is_plain_id(name: str | None) -> bool:
    """Say whether the row reader takes a segment's id as it stands."""
    return name is not None and name.isalnum() and name == name.upper()
