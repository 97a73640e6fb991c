"""One table of a build as a file to take away: CSV, Excel or Parquet, with true numbers and real dates.

A text never becomes a formula: in Excel it is written as a text and, where it looks like a formula, marked to stay one
when somebody edits it; in CSV such a text is led by an apostrophe. Rows stream, so a large table needs no memory.
"""

import csv
import datetime
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from pipelines import harmless
from pipelines.deidentify import LEFT_OUT, REPLACED, Tokens
from pipelines.disk import open_private
from pipelines.errors import UsageError

if TYPE_CHECKING:
    import duckdb

FORMATS = (".csv", ".xlsx", ".parquet")
BATCH_ROWS = 10_000
SHEET_ROWS = 1_048_576 - 1  # Excel's limit, less the header
WIDEST = 60


def export_table(connection: "duckdb.DuckDBPyConnection", table: str, out: Path, tokens: Tokens | None = None) -> int:
    """The table of the build is in `out`, in the format of its ending; the result is how many rows it has.

    With `tokens` patients' names and free text are left out, and what gives each of their numbers is told instead.
    """
    names = table_names(connection)
    if table not in names:
        raise UsageError(f"{table}: not a table of the build; there are {', '.join(names)}")
    if out.suffix.lower() not in FORMATS:
        raise UsageError(f"{out}: ends in {out.suffix or 'nothing'}, wanted {' or '.join(FORMATS)}")
    row_count = _scalar(connection, f"select count(*) from {table}")
    if out.suffix.lower() == ".xlsx" and row_count > SHEET_ROWS:
        raise UsageError(f"{table}: {row_count:,} rows do not fit on a sheet; export it as .csv or .parquet")
    write = {".csv": _to_csv, ".xlsx": _to_xlsx, ".parquet": _to_parquet}[out.suffix.lower()]
    write(connection, table, out, tokens)
    return row_count


def table_names(connection: "duckdb.DuckDBPyConnection") -> list[str]:
    """The tables of the build, in alphabetical order."""
    sql = (
        "select table_name from duckdb_tables() where not temporary"
        " union select view_name from duckdb_views() where not temporary and not internal order by 1"
    )
    return [name for (name,) in connection.cursor().execute(sql).fetchall()]


def _scalar(connection: "duckdb.DuckDBPyConnection", sql: str) -> int:
    return int(connection.cursor().execute(sql).fetchall()[0][0])


def _rows(
    connection: "duckdb.DuckDBPyConnection", table: str, tokens: Tokens | None
) -> tuple[list[str], Iterator[tuple[Any, ...]]]:
    """Column names and all rows of the table."""
    cursor = connection.cursor()
    cursor.execute(f"select {_wanted(connection, table, tokens)} from {table}")
    names = [column[0] for column in cursor.description or ()]
    places = {place for place, name in enumerate(names) if name in REPLACED}
    if tokens is None or not places:
        return names, _fetched(cursor)
    told = tokens
    return names, (
        tuple(told(value) if place in places else value for place, value in enumerate(row)) for row in _fetched(cursor)
    )


def _wanted(connection: "duckdb.DuckDBPyConnection", table: str, tokens: Tokens | None) -> str:
    """The columns of the table that may leave, for a SELECT."""
    if tokens is None:
        return "*"
    described = connection.cursor().execute(f"select * from {table} limit 0").description or ()
    return ", ".join(f'"{column[0]}"' for column in described if column[0] not in LEFT_OUT) or "null as nothing"


def _fetched(cursor: "duckdb.DuckDBPyConnection") -> Iterator[tuple[Any, ...]]:
    while batch := cursor.fetchmany(BATCH_ROWS):
        yield from batch


def _to_csv(connection: "duckdb.DuckDBPyConnection", table: str, out: Path, tokens: Tokens | None) -> None:
    import io

    with io.TextIOWrapper(open_private(out), encoding="utf-8-sig", newline="") as handle:
        write_csv(handle, *_rows(connection, table, tokens))


def write_csv(handle: TextIO, names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """A header and the rows; no text among them is a formula to a spreadsheet."""
    writer = csv.writer(handle)
    writer.writerow([harmless.cell(name) for name in names])
    writer.writerows([harmless.cell(value) for value in row] for row in rows)


def _to_xlsx(connection: "duckdb.DuckDBPyConnection", table: str, out: Path, tokens: Tokens | None) -> None:
    names, rows = _rows(connection, table, tokens)
    with open_private(out) as handle:
        write_xlsx(handle, table, names, rows)


def write_xlsx(target: Any, title: str, names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """A workbook with one sheet: bold frozen header, filter, numbers as numbers, dates as dates, texts as texts."""
    import xlsxwriter

    with xlsxwriter.Workbook(target, {"constant_memory": True, **harmless.STAYS_TEXT}) as book:
        sheet = book.add_worksheet(title[:31])
        bold = book.add_format({"bold": True, "bottom": 1})
        formats = {kind: book.add_format({"num_format": text}) for kind, text in NUMBER_FORMATS.items()}
        formats[str] = book.add_format({"quote_prefix": True})
        for column, name in enumerate(names):
            sheet.set_column(column, column, min(max(len(name) + 2, 10), WIDEST))
        sheet.freeze_panes(1, 0)
        sheet.write_row(0, 0, names, bold)
        last = 0
        for last, row in enumerate(rows, 1):
            for column, value in enumerate(row):
                _write_cell(sheet, last, column, value, formats)
        sheet.autofilter(0, 0, last, max(len(names) - 1, 0))


NUMBER_FORMATS: dict[type, str] = {
    datetime.date: "yyyy-mm-dd",
    datetime.datetime: "yyyy-mm-dd hh:mm:ss",
    Decimal: "#,##0.00",
}


def _write_cell(sheet: Any, row: int, column: int, value: Any, formats: dict[type, Any]) -> None:
    if value is None:
        return
    if isinstance(value, bool):
        sheet.write_boolean(row, column, value)
    elif isinstance(value, int | float | Decimal):
        sheet.write_number(row, column, value, formats.get(type(value)))
    elif isinstance(value, datetime.date):
        sheet.write_datetime(row, column, value, formats[type(value)])
    else:
        harmless.write_text(sheet, row, column, str(value), formats[str])


def _to_parquet(connection: "duckdb.DuckDBPyConnection", table: str, out: Path, tokens: Tokens | None) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    sql = f"select {_wanted(connection, table, tokens)} from {table}"
    reader = pa.RecordBatchReader.from_stream(connection.cursor().sql(sql))
    with open_private(out) as handle, pq.ParquetWriter(handle, reader.schema, compression="zstd") as writer:
        for batch in reader:
            writer.write_batch(batch if tokens is None else _told(batch, tokens))


def _told(batch: Any, tokens: Tokens) -> Any:
    """The batch with tokens for its numbers."""
    import pyarrow as pa

    for place, name in enumerate(batch.schema.names):
        if name in REPLACED and pa.types.is_string(batch.schema.types[place]):
            told = pa.array([tokens(value) for value in batch.column(place).to_pylist()], pa.string())
            batch = batch.set_column(place, batch.schema.field(place), told)
    return batch
