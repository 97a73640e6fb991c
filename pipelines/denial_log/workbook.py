"""Workbooks (XLSX, XLSB, XLS, ODS) -> Sheets, every cell as text: dates in ISO form, numbers without '.0'."""

import copy
import datetime
import io
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

from pipelines.denial_log.absurd import watcher
from pipelines.denial_log.sheet import Cells, Merge, Sheet
from pipelines.errors import NotReadable

WANTED = "a workbook that opens in Excel (XLSX, XLS) or LibreOffice (ODS)"
MOST_BYTES = 2**30
MOST_RATIO = 300  # times its own size, from FREE_BYTES on
FREE_BYTES = 2**27
MOST_MEMBERS = 5_000
CHUNK_BYTES = 2**20
KEPT_BYTES = 100  # of a chunk before the next, so that nothing looked for is cut in two

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
    """Raise NotReadable for a workbook that unpacks to more than a machine can hold, whatever it says of itself."""
    if not data.startswith(b"PK"):
        return
    unpacked = 0
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
            if len(members) > MOST_MEMBERS:
                raise NotReadable(name, f"a workbook of {len(members):,} parts", f"at most {MOST_MEMBERS:,}")
            _refuse_size(name, sum(member.file_size for member in members), len(data))
            for member in members:
                watch = watcher(member.filename, name)
                for before, chunk in _chunks(archive, member):
                    unpacked += len(chunk)
                    _refuse_size(name, unpacked, len(data))
                    watch(before, chunk)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError, zlib.error) as error:
        raise NotReadable(name, f"a damaged workbook ({error})", WANTED) from error


def _refuse_size(name: str, size: int, packed: int) -> None:
    if size > MOST_BYTES:
        raise NotReadable(name, f"a workbook that unpacks to {size} bytes or more", f"at most {MOST_BYTES}")
    if size > FREE_BYTES and size > MOST_RATIO * packed:
        got = f"a workbook of {packed} bytes that unpacks to {size} or more"
        raise NotReadable(name, got, f"at most {MOST_RATIO} times its size")


def _chunks(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Iterator[tuple[bytes, bytes]]:
    """Some bytes from before, and the next of the member: all that are there, not those it owns up to.

    A size that is a lie fails the check of the bytes where they end, and where more than is taken come, before that.
    """
    told = copy.copy(member)
    told.file_size = MOST_BYTES + 1
    with archive.open(told) as file:
        tail = b""
        while chunk := file.read(CHUNK_BYTES):
            yield tail, chunk
            tail = chunk[-KEPT_BYTES:]
