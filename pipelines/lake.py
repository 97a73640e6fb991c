"""Rows -> Arrow -> Parquet: one folder of tables per source file, written in batches so that memory stays flat.

The schema of every table follows from the dataclasses in `rows`; this module adds `file_id` in front and the table
`file` (one row per source file). Amounts travel as whole cents and land as DECIMAL(18,2), never through a float.
"""

import dataclasses
import datetime
import functools
import re
import types
import typing
from collections.abc import Iterable
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines import rows
from pipelines.errors import NotReadable
from pipelines.rows import Cents, Milli, Row
from pipelines.tally import Tally

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq

LAKE_VERSION = 2  # raise it when a reader or a row class changes: `denials build` then reads every source again
BATCH_ROWS = 32_768
LARGEST = 10**18 - 1  # eighteen digits, the width of DECIMAL(18,2)


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


@functools.cache
def table_name(row_class: type) -> str:
    """The row class's name in snake_case: RemitLine -> remit_line."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", row_class.__name__).lower()


LAKE_TABLES: dict[str, type] = {table_name(c): c for c in (File, *typing.get_args(rows.Row))}


@functools.cache
def columns(row_class: type) -> dict[str, object]:
    """Column name -> its type (a key of SQL_TYPES), in the order of the fields, without `file_id`."""
    hints = typing.get_type_hints(row_class)
    return {field.name: _without_none(hints[field.name]) for field in dataclasses.fields(row_class)}


def _without_none(hint: Any) -> object:
    if typing.get_origin(hint) in (typing.Union, types.UnionType):
        return next(part for part in typing.get_args(hint) if part is not type(None))
    return hint


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


def _arrow_type(kind: object) -> "pa.DataType":
    import pyarrow as pa

    arrow: dict[object, pa.DataType] = {
        str: pa.string(),
        int: pa.int64(),
        bool: pa.bool_(),
        datetime.date: pa.date32(),
        datetime.datetime: pa.timestamp("us"),
        Cents: pa.decimal128(18, 2),
        Milli: pa.decimal128(18, 3),
    }
    return arrow[kind]


@functools.cache
def arrow_schema(row_class: type) -> "pa.Schema":
    """The Arrow schema of one lake table, `file_id` first."""
    import pyarrow as pa

    fields = [(name, _arrow_type(kind)) for name, kind in columns(row_class).items()]
    return pa.schema([("file_id", pa.string()), *fields])


def _decimals(values: tuple[int | None, ...], kind: "pa.DataType") -> "pa.Array":
    """Whole cents (or thousandths) as decimals of the same digits: the integer is the decimal's own storage form."""
    import numpy
    import pyarrow as pa

    whole = pa.array(values, pa.int64())
    low = numpy.asarray(whole.fill_null(0))
    if len(low) and (low.max() > LARGEST or low.min() < -LARGEST):
        raise OverflowError("more than eighteen digits")
    both = numpy.empty((len(low), 2), dtype=numpy.int64)
    both[:, 0], both[:, 1] = low, low >> 63  # 128 bits, little-endian: the low word, then the sign's
    return pa.Array.from_buffers(kind, len(low), [whole.is_valid().buffers()[1], pa.py_buffer(both)])


def to_table(file_id: str, batch: list[Any]) -> "pa.Table":
    """One Arrow table out of rows of one class."""
    import pyarrow as pa

    row_class: type = type(batch[0])
    schema = arrow_schema(row_class)
    names = schema.names[1:]
    arrays = [pa.repeat(pa.scalar(file_id), len(batch))]
    for name, values in zip(names, zip(*map(attrgetter(*names), batch), strict=True), strict=True):
        kind = schema.field(name).type
        arrays.append(_decimals(values, kind) if pa.types.is_decimal(kind) else pa.array(values, kind))
    return pa.Table.from_arrays(arrays, schema=schema)


class LakeWriter:
    """Writes the rows of one source file into `folder`; `tally` says what has gone by once it is closed."""

    def __init__(self, folder: Path, file_id: str, file_name: str) -> None:
        self.folder, self.file_id, self.file_name = folder, file_id, file_name
        self.tally = Tally()
        self._batches: dict[type, list[Any]] = {}
        self._writers: dict[type, pq.ParquetWriter] = {}

    def write(self, source_rows: Iterable[Row | File]) -> None:
        """Take every row; a full batch of its class goes to disk at once."""
        batches = self._batches
        for row in source_rows:
            batch = batches.setdefault(type(row), [])
            batch.append(row)
            if len(batch) >= BATCH_ROWS:
                self._flush(type(row))

    def _flush(self, row_class: type) -> None:
        batch = self._batches.pop(row_class)
        self.tally.add(table_name(row_class), batch)
        try:
            table = to_table(self.file_id, batch)
        except OverflowError as problem:
            got = f"a number of more than eighteen digits among its {table_name(row_class)} rows"
            raise NotReadable(self.file_name, got, "amounts and counts of at most eighteen digits") from problem
        self._writer(row_class).write_table(table)

    def _writer(self, row_class: type) -> "pq.ParquetWriter":
        import pyarrow.parquet as pq

        if row_class not in self._writers:
            path = self.folder / f"{table_name(row_class)}.parquet"
            self._writers[row_class] = pq.ParquetWriter(
                path, arrow_schema(row_class), compression="zstd", store_decimal_as_integer=True
            )
        return self._writers[row_class]

    def close(self) -> None:
        """Every row taken so far is on disk and each Parquet file is whole."""
        for row_class in list(self._batches):
            self._flush(row_class)
        self.abandon()

    def abandon(self) -> None:
        """The files are closed as they are; rows not yet written are forgotten."""
        for writer in self._writers.values():
            writer.close()
        self._writers.clear()
        self._batches.clear()
