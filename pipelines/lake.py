"""Rows -> Arrow -> disk: one folder per source file, written in batches so that memory stays flat.

The schema of every table follows from the dataclasses in `rows`; this module adds `file_id` in front and the table
`file` (one row per source file). A folder holds one Parquet file per table, which any engine reads where it is; or,
where all its rows are few, one file with all of them: a Parquet file costs a millisecond to write and two to open,
however little is in it, and a practice's files are thousands with half a dozen tables each.
"""

import dataclasses
import datetime
import functools
import struct
import typing
import zlib
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines import rows
from pipelines.disk import write_private
from pipelines.errors import NotReadable, StoreError
from pipelines.rows import Cents, Milli, Row
from pipelines.rows.batch import RowBatch, arrow_schema, batch_of, columns, table_name
from pipelines.tally import Tally
from pipelines.usable import LAKE_VERSION as LAKE_VERSION  # raise it there when a reader or a row class changes

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq

BATCH_ROWS = 32_768
FEW_BYTES = 8_000_000  # of Arrow columns; a file with fewer keeps its rows in one file: an 835 of two or three MB
SKIPPED = bytes.fromhex("502a4d1804000000")  # zstd: a frame to be passed over, of four bytes
CHECKSUM = struct.Struct("<8sI")
FEW_ROWS = "rows.arrow.zst"  # Arrow streams one after the other, each with its table's name; all compressed as one


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


@functools.cache
def lake_schema(table: str) -> "pa.Schema":
    """The Arrow schema of one lake table, `file_id` first; its metadata tells the table's name."""
    import pyarrow as pa

    schema = arrow_schema(LAKE_TABLES[table]).insert(0, pa.field("file_id", pa.string()))
    return schema.with_metadata({"table": table})


def has_few_rows(folder: Path) -> bool:
    """The rows in this lake folder are to be had by `read_few_rows`; else they are Parquet files."""
    return (folder / FEW_ROWS).exists()


def read_few_rows(folder: Path) -> "dict[str, pa.Table]":
    """Every table that has rows in this lake folder, by its name; StoreError where they are damaged."""
    import pyarrow as pa

    path, tables = folder / FEW_ROWS, {}
    try:
        content = _checked(path)
        with pa.CompressedInputStream(pa.BufferReader(content), "zstd") as compressed:
            source = pa.BufferReader(compressed.read())
        while source.tell() < source.size():
            table = pa.ipc.open_stream(source).read_all()
            tables[table.schema.metadata[b"table"].decode()] = table
    except (OSError, pa.ArrowException) as problem:
        raise _damaged(path, str(problem)) from problem
    if not tables:  # a folder has its row of `file` at least
        raise _damaged(path, "it is empty")
    return tables


def _checked(path: Path) -> bytes:
    """The file's bytes; StoreError where they are not those that were written. Earlier files have no checksum."""
    content = path.read_bytes()
    rows, end = content[: -CHECKSUM.size], content[-CHECKSUM.size :]
    if end.startswith(SKIPPED) and end != _checksum(rows):
        raise _damaged(path, "its checksum is another")
    return content


def _checksum(rows: bytes) -> bytes:
    """A frame that says what bytes stand before it, and that whoever unpacks zstd passes over."""
    return CHECKSUM.pack(SKIPPED, zlib.crc32(rows))


def _damaged(path: Path, why: str) -> StoreError:
    remedy = f"delete the folder {path.parent}, and `denials build` reads its source again"
    return StoreError(f"{path}: damaged ({why}); {remedy}")


def _write_few_rows(folder: Path, tables: "dict[str, list[pa.Table]]") -> None:
    import pyarrow as pa

    sink = pa.BufferOutputStream()
    for table, parts in tables.items():
        with pa.ipc.new_stream(sink, lake_schema(table)) as stream:
            for part in parts:
                stream.write_table(part)
    compressed = pa.compress(sink.getvalue(), "zstd", asbytes=True)
    write_private(folder / FEW_ROWS, compressed + _checksum(compressed))


def written_at(folder: Path) -> int:
    """When the rows in this lake folder were written, in nanoseconds."""
    return (folder / (FEW_ROWS if has_few_rows(folder) else "file.parquet")).stat().st_mtime_ns


def read_file_row(folder: Path) -> File | None:
    """The row of the table `file` in this lake folder, if the folder is there."""
    import pyarrow.parquet as pq

    if not folder.exists():
        return None
    table = read_few_rows(folder)["file"] if has_few_rows(folder) else pq.read_table(folder / "file.parquet")
    return file_of(table.to_pylist()[0])


def file_of(fields: dict[str, Any]) -> File:
    """A row of the table `file`."""
    cents = fields["total_amount"]
    known = {name: fields[name] for name in columns(File)}
    return File(**{**known, "total_amount": cents if cents is None else Cents(int(cents.scaleb(2)))})


def parquet_options(table: str) -> dict[str, Any]:
    """Texts are written as numbers of a dictionary, counts, places and dates as their differences.

    A third less time and 40 % fewer bytes than dictionaries for everything: no place in a file comes twice.
    """
    import pyarrow as pa

    fields = list(lake_schema(table))
    texts = [field.name for field in fields if pa.types.is_string(field.type)]
    numbers = [field.name for field in fields if pa.types.is_int64(field.type) or pa.types.is_date32(field.type)]
    return {
        "compression": "zstd",
        "store_decimal_as_integer": True,
        "write_page_checksum": True,
        "use_dictionary": texts,
        "column_encoding": dict.fromkeys(numbers, "DELTA_BINARY_PACKED"),
    }


class LakeWriter:
    """Takes the rows of one source file; once it is closed they are in `folder`, and `tally` says what they were."""

    def __init__(self, folder: Path, file_id: str, file_name: str) -> None:
        self.folder, self.file_id, self.file_name = folder, file_id, file_name
        self.tally = Tally()
        self._rows: dict[type, list[Any]] = {}  # not yet columns
        self._few: dict[str, list[pa.Table]] = {}  # all so far, until they are many
        self._few_bytes = 0
        self._writers: dict[str, pq.ParquetWriter] = {}  # once they are

    def write(self, source_rows: Iterable[Row | RowBatch | File]) -> None:
        """Take every row and every batch of rows; once there are many, what is enough goes to disk at once."""
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

    def flush(self) -> None:
        """The tally has counted every row taken so far; NotReadable where a number is too large for its column."""
        for row_class in list(self._rows):
            self._flush(row_class)

    def _flush(self, row_class: type) -> None:
        try:
            batch = batch_of(self._rows.pop(row_class))
        except OverflowError as problem:
            got = f"a number of more than eighteen digits among its {table_name(row_class)} rows"
            raise NotReadable(self.file_name, got, "amounts and counts of at most eighteen digits") from problem
        self._put(batch)

    def _put(self, batch: RowBatch) -> None:
        """The batch is counted and held, or a row group on disk; ValueError where its columns are not the table's."""
        import pyarrow as pa

        name, rows = batch
        if not rows.schema.equals(arrow_schema(LAKE_TABLES[name])):
            raise ValueError(f"a batch of {name} with other columns than the schema of its rows")
        self.tally.add(batch)
        file_id = pa.repeat(pa.scalar(self.file_id), len(rows))
        table = rows.add_column(0, "file_id", file_id)
        if self._writers:
            self._writer(name).write_table(table)
            return
        self._few.setdefault(name, []).append(table)
        self._few_bytes += table.nbytes
        if self._few_bytes > FEW_BYTES:
            self._become_many()

    def _become_many(self) -> None:
        """What was held is on disk as row groups, where all that follows goes too."""
        import pyarrow as pa

        for name, parts in self._few.items():
            self._writer(name).write_table(pa.concat_tables(parts))
        self._few.clear()

    def _writer(self, table: str) -> "pq.ParquetWriter":
        import pyarrow.parquet as pq

        if table not in self._writers:
            path = self.folder / f"{table}.parquet"
            self._writers[table] = pq.ParquetWriter(path, lake_schema(table), **parquet_options(table))
            path.chmod(0o600)
        return self._writers[table]

    def keep_only(self, kept: type) -> None:
        """Of all rows taken so far only those of this class will be there."""
        name = table_name(kept)
        self._rows = {row_class: waiting for row_class, waiting in self._rows.items() if row_class is kept}
        self._few = {table: parts for table, parts in self._few.items() if table == name}
        for table in [table for table in self._writers if table != name]:
            self._writers.pop(table).close()
            (self.folder / f"{table}.parquet").unlink()

    def close(self) -> None:
        """Every row taken so far is in the folder, and each file there is whole."""
        self.flush()
        for writer in self._writers.values():
            writer.close()
        if not self._writers:
            _write_few_rows(self.folder, self._few)
