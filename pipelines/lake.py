"""Rows -> Arrow -> Parquet: one folder of tables per source file, written in batches so that memory stays flat.

The schema of every table follows from the dataclasses in `rows`; this module adds `file_id` in front and the table
`file` (one row per source file).
"""

import dataclasses
import datetime
import functools
import typing
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines import rows
from pipelines.errors import NotReadable
from pipelines.rows import Cents, Milli, Row
from pipelines.rows.batch import RowBatch, arrow_schema, batch_of, columns, table_name
from pipelines.tally import Tally

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq

LAKE_VERSION = 2  # raise it when a reader or a row class changes: `denials build` then reads every source again
BATCH_ROWS = 32_768


@dataclasses.dataclass(slots=True)
class File:
    """One source file of the store: what it was taken for, what it holds, and why it was refused if it was."""

    sha256: str
    file_name: str
    kind: str
    status: str  # loaded or quarantined
    byte_count: int
    received_at: datetime.datetime  # UTC
    reader_version: int = LAKE_VERSION
    transaction_count: int = 0
    claim_count: int = 0
    line_count: int = 0
    rejected_row_count: int = 0
    total_amount: Cents | None = None  # sum of CLP04 or CLM02; of the charges in a denial log
    error_segment_no: int | None = None
    error_got: str | None = None
    error_wanted: str | None = None
    error_message: str | None = None


SQL_TYPES: dict[object, str] = {
    str: "VARCHAR",
    int: "BIGINT",
    bool: "BOOLEAN",
    datetime.date: "DATE",
    datetime.datetime: "TIMESTAMP",
    Cents: "DECIMAL(18,2)",
    Milli: "DECIMAL(18,3)",
}


LAKE_TABLES: dict[str, type] = {table_name(c): c for c in (File, *typing.get_args(rows.Row))}


def sql_columns(table: str) -> dict[str, str]:
    """Column name -> SQL type of one lake table, `file_id` first."""
    return {"file_id": "VARCHAR", **{name: SQL_TYPES[kind] for name, kind in columns(LAKE_TABLES[table]).items()}}


def read_file_row(folder: Path) -> File | None:
    """The row of the table `file` in this lake folder, if the folder is there."""
    import pyarrow.parquet as pq

    path = folder / "file.parquet"
    if not path.exists():
        return None
    fields = pq.read_table(path).to_pylist()[0]
    cents = fields["total_amount"]
    known = {name: fields[name] for name in columns(File)}
    return File(**{**known, "total_amount": cents if cents is None else Cents(int(cents.scaleb(2)))})


@functools.cache
def lake_schema(table: str) -> "pa.Schema":
    """The Arrow schema of one lake table, `file_id` first."""
    import pyarrow as pa

    return arrow_schema(LAKE_TABLES[table]).insert(0, pa.field("file_id", pa.string()))


class LakeWriter:
    """Writes the rows of one source file into `folder`; `tally` says what has gone by once it is closed."""

    def __init__(self, folder: Path, file_id: str, file_name: str) -> None:
        self.folder, self.file_id, self.file_name = folder, file_id, file_name
        self.tally = Tally()
        self._rows: dict[type, list[Any]] = {}
        self._writers: dict[str, pq.ParquetWriter] = {}

    def write(self, source_rows: Iterable[Row | RowBatch | File]) -> None:
        """Take every row and every batch of rows; what is enough of its class goes to disk at once."""
        rows = self._rows
        for row in source_rows:
            row_class = type(row)
            if row_class is RowBatch:
                self._put(typing.cast(RowBatch, row))
                continue
            waiting = rows.setdefault(row_class, [])
            waiting.append(row)
            if len(waiting) >= BATCH_ROWS:
                self._flush(row_class)

    def _flush(self, row_class: type) -> None:
        try:
            batch = batch_of(self._rows.pop(row_class))
        except OverflowError as problem:
            got = f"a number of more than eighteen digits among its {table_name(row_class)} rows"
            raise NotReadable(self.file_name, got, "amounts and counts of at most eighteen digits") from problem
        self._put(batch)

    def _put(self, batch: RowBatch) -> None:
        """The batch is counted, and a row group on disk; ValueError where its columns are not the table's."""
        import pyarrow as pa

        self.tally.add(batch)
        file_id = pa.repeat(pa.scalar(self.file_id), len(batch.rows))
        table = batch.rows.add_column(0, "file_id", file_id)
        self._writer(batch.table).write_table(table)

    def _writer(self, table: str) -> "pq.ParquetWriter":
        import pyarrow.parquet as pq

        if table not in self._writers:
            path = self.folder / f"{table}.parquet"
            schema = lake_schema(table)
            self._writers[table] = pq.ParquetWriter(path, schema, compression="zstd", store_decimal_as_integer=True)
        return self._writers[table]

    def close(self) -> None:
        """Every row taken so far is on disk and each Parquet file is whole."""
        for row_class in list(self._rows):
            self._flush(row_class)
        self.abandon()

    def abandon(self) -> None:
        """The files are closed as they are; rows not yet written are forgotten."""
        for writer in self._writers.values():
            writer.close()
        self._writers.clear()
        self._rows.clear()
