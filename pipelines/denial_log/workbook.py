"""Workbooks (XLSX, XLSB, XLS, ODS) -> Sheets, every cell as text: dates in ISO form, numbers without '.0'."""

import datetime
import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from functools import partial

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
    ZipError,
)

from pipelines.denial_log.sheet import Cells, Merge, Sheet
from pipelines.errors import NotReadable

WANTED = "a workbook that opens in Excel (XLSX, XLS) or LibreOffice (ODS)"
MOST_BYTES = 2**31
MOST_CELLS = 60_000_000
CHUNK_BYTES = 2**20
CELL_REFERENCE = re.compile(rb'\br="([A-Z]{1,3})(\d{1,7})"')
REPEATED = re.compile(rb'number-(rows|columns)-repeated="(\d+)"')

CellValue = int | float | str | bool | datetime.time | datetime.date | datetime.datetime | datetime.timedelta


def read_workbook(data: bytes, name: str) -> list[Sheet]:
    """The worksheets in their order; NotReadable when the bytes are no workbook, are locked or claim absurd sizes."""
    refuse_absurd(data, name)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        found = [
            (book.get_sheet_by_name(sheet.name), sheet.visible != SheetVisibleEnum.Visible)
            for sheet in book.sheets_metadata
            if sheet.typ == SheetTypeEnum.WorkSheet
        ]
    except PasswordError as error:
        raise NotReadable(name, "a workbook locked with a password", "the same workbook saved without one") from error
    except (CalamineError, ZipError, OSError, ValueError) as error:
        raise NotReadable(name, f"a workbook that cannot be opened ({error})", WANTED) from error
    return [Sheet(sheet.name, partial(_rows, sheet), _merges(sheet), hidden) for sheet, hidden in found]


def _merges(sheet: CalamineSheet) -> list[Merge]:
    return [Merge(top, left, bottom, right) for (top, left), (bottom, right) in sheet.merged_cell_ranges or []]


def _rows(sheet: CalamineSheet) -> Iterator[Cells]:
    padding = [""] * (sheet.start[1] if sheet.start else 0)  # calamine pads rows above, but not columns to the left
    for row in sheet.iter_rows():
        yield padding + [cell_text(value) for value in row]


def cell_text(value: CellValue) -> str:
    """The cell as a person would type it: '97', '1234.5', '2026-03-01', '2026-03-01 14:30:00', 'TRUE'."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime.datetime):
        return value.isoformat(" ", "seconds") if value.time() != datetime.time() else value.date().isoformat()
    return str(value)


def refuse_absurd(data: bytes, name: str) -> None:
    """Raise NotReadable for a workbook that would unpack to more than a machine can hold."""
    if not data.startswith(b"PK"):
        return
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            size = sum(member.file_size for member in archive.infolist())
            if size > MOST_BYTES:
                raise NotReadable(name, f"a workbook that unpacks to {size} bytes", f"at most {MOST_BYTES}")
            for member in archive.namelist():
                if member.startswith("xl/worksheets/") and member.endswith(".xml"):
                    _refuse_large(archive, member, name)
                elif member == "content.xml":
                    _refuse_repeated(archive, member, name)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError, zlib.error) as error:
        raise NotReadable(name, f"a damaged workbook ({error})", WANTED) from error


def _chunks(archive: zipfile.ZipFile, member: str) -> Iterator[bytes]:
    with archive.open(member) as file:
        tail = b""
        while chunk := file.read(CHUNK_BYTES):
            yield tail + chunk
            tail = chunk[-40:]


def _refuse_large(archive: zipfile.ZipFile, member: str, name: str) -> None:
    """A sheet is held as a full rectangle: one stray cell in the last corner would claim 17 thousand million cells."""
    height = width = 0
    for chunk in _chunks(archive, member):
        found = CELL_REFERENCE.findall(chunk)
        width = max([width, *map(_column_number, {letters for letters, _ in found})])
        height = max([height, *(int(row) for _, row in found)])
    if height * width > MOST_CELLS:
        raise NotReadable(name, f"a sheet of {height} rows by {width} columns", f"at most {MOST_CELLS} cells")


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _refuse_repeated(archive: zipfile.ZipFile, member: str, name: str) -> None:
    """OpenDocument repeats rows and columns by a number: a sheet may claim any size in a few bytes."""
    for chunk in _chunks(archive, member):
        for axis, count in REPEATED.findall(chunk):
            if int(count) > 2**20:
                raise NotReadable(name, f"a sheet with {int(count)} repeated {axis.decode()}", f"at most {2**20}")
