"""Made-up logs for the tests: rows in, bytes out."""

import io
from collections.abc import Sequence
from typing import Any

import xlsxwriter

from pipelines.denial_log import propose_mapping, read_log
from pipelines.denial_log.mapping import Column
from pipelines.denial_log.reader import LogRows
from pipelines.rows import LogCode, LogReject, LogRow, Oddity

Table = Sequence[Sequence[Any]]


def text_bytes(table: Table, separator: str = ",", encoding: str = "utf-8") -> bytes:
    """The table as delimited text."""
    lines = [separator.join(_quoted(str(cell), separator) for cell in row) for row in table]
    return ("\r\n".join(lines) + "\r\n").encode(encoding)


def _quoted(cell: str, separator: str) -> str:
    return f'"{cell}"' if separator in cell or "\n" in cell else cell


def workbook_bytes(
    sheets: dict[str, Table], merges: Sequence[tuple[int, int, int, int, str]] = (), hidden: str = ""
) -> bytes:
    """The tables as the sheets of a workbook; each merge is in every sheet."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True, "default_date_format": "m/d/yyyy"})
    for name, table in sheets.items():
        sheet = book.add_worksheet(name)
        for row_no, row in enumerate(table):
            sheet.write_row(row_no, 0, row)
        for merge in merges:
            sheet.merge_range(*merge)
        if name == hidden:
            sheet.hide()
    book.close()
    return stream.getvalue()


def read(data: bytes, name: str = "log.csv", mapping: dict[str, str | None] | None = None) -> list[LogRows]:
    """All that the reader yields."""
    return list(read_log(io.BytesIO(data), name, mapping))


def rows(data: bytes, name: str = "log.csv", mapping: dict[str, str | None] | None = None) -> list[LogRow]:
    """The usable rows."""
    return [row for row in read(data, name, mapping) if isinstance(row, LogRow)]


def codes(data: bytes, name: str = "log.csv") -> list[tuple[int, str, str | None, str]]:
    """The codes as (row, kind, group, code)."""
    found = [row for row in read(data, name) if isinstance(row, LogCode)]
    return [(code.row_no, code.kind, code.group_code, code.code) for code in found]


def rejects(data: bytes, name: str = "log.csv", mapping: dict[str, str | None] | None = None) -> list[tuple[int, str]]:
    """The rejected rows as (row, reason)."""
    return [(row.row_no, row.reason) for row in read(data, name, mapping) if isinstance(row, LogReject)]


def oddities(data: bytes, name: str = "log.csv") -> list[tuple[str, str]]:
    """The oddities as (code, message)."""
    return [(row.code, row.message) for row in read(data, name) if isinstance(row, Oddity)]


def columns(table: Table, name: str = "log.csv") -> dict[str, Column]:
    """The proposed columns by their header."""
    return {column.header: column for column in propose_mapping(io.BytesIO(text_bytes(table)), name).columns}


def fields(table: Table) -> dict[str, str | None]:
    """The proposed fields by header."""
    return {header: column.field for header, column in columns(table).items()}
