"""Workbooks made to hurt: what they claim or unpack to is refused with its numbers, in little time and memory."""

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Callable

import pytest

from pipelines.denial_log import absurd
from pipelines.denial_log.absurd import watcher
from pipelines.denial_log.workbook import read_workbook
from pipelines.errors import NotReadable
from tests.denial_log.tables import workbook_bytes

PLAIN = workbook_bytes({"Sheet": [["Claim", "Payer"], ["C1", "Aetna"]]})
SHEET = "xl/worksheets/sheet1.xml"
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))


def changed(change: Callable[[bytes], bytes], member: str = SHEET) -> bytes:
    """The plain workbook with one part of it changed."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(PLAIN)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change(old.read(name)) if name == member else old.read(name))
    return made.getvalue()


def with_head(head: str, member: str = SHEET) -> bytes:
    """The plain workbook with something between the XML declaration of a part and its first element."""
    return changed(lambda text: re.sub(rb"^(<\?xml[^>]*>)", lambda found: found[1] + head.encode(), text), member)


def rows(extra: str) -> bytes:
    """The plain workbook with more at the end of its rows."""
    return changed(lambda text: text.replace(b"</sheetData>", extra.encode() + b"</sheetData>"))


@pytest.mark.parametrize(
    ("got", "data"),
    [
        ("a workbook with an XML entity of its own", with_head(f'<!DOCTYPE x [<!ENTITY l0 "ha">{LAUGHS}]>')),
        ("a workbook with an XML entity", with_head('<!DOCTYPE x SYSTEM "file:///etc/passwd">', "xl/workbook.xml")),
        ("a workbook with an XML entity", with_head('<!doctype x [<!ENTITY e SYSTEM "http://x/">]>', "xl/styles.xml")),
        ("a sheet of 1048576 rows by 16384 columns", rows("<row r='1048576'><c r='XFD1048576'><v>1</v></c></row>")),
        ("a sheet of 1048576 rows by 16384 columns", rows('<row r="1"><c r="XFD1"/></row><row r="1048576"><c/></row>')),
        ("a workbook of", changed(lambda text: text + b" " * 200_000_000)),
    ],
)
def test_an_absurd_workbook_is_refused_with_its_numbers(got: str, data: bytes) -> None:
    """Entities that grow or fetch, a cell in the last corner however it is written, ten gigabytes in a megabyte."""
    with pytest.raises(NotReadable) as refused:
        read_workbook(data, "log.xlsx")
    assert refused.value.got.startswith(got)


def test_cells_without_a_place_count_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """A cell may leave out where it stands: then it is the next, and takes as much room."""
    monkeypatch.setattr(absurd, "MOST_CELLS", 1000)
    with pytest.raises(NotReadable, match=r"a sheet of 10\d\d rows by 1 columns"):
        read_workbook(rows("<row>" + "<c/>" * 1000 + "</row>"), "log.xlsx")


def test_dimensions_are_not_believed() -> None:
    """A sheet of two rows that says it has a million is read as two."""
    data = changed(lambda text: re.sub(rb'<dimension ref="[^"]*"', b'<dimension ref="A1:XFD1048576"', text))
    assert [["Claim", "Payer"], ["C1", "Aetna"]] == list(read_workbook(data, "log.xlsx")[0].rows())


def test_a_size_that_is_a_lie_is_found() -> None:
    """A part says ten bytes, with the checksum of those ten, and holds three million."""
    data = bytearray(changed(lambda text: text + b" " * 3_000_000, "xl/workbook.xml"))
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        start = book.read("xl/workbook.xml")[:10]
        offset = book.getinfo("xl/workbook.xml").header_offset
    listed = data.index(b"PK\x01\x02")
    while data[listed + 46 :].startswith(b"xl/workbook.xml") is False:
        listed = data.index(b"PK\x01\x02", listed + 4)
    data[listed + 16 : listed + 20] = struct.pack("<I", zlib.crc32(start))
    data[listed + 24 : listed + 28] = struct.pack("<I", 10)
    data[offset + 14 : offset + 18] = struct.pack("<I", zlib.crc32(start))
    data[offset + 22 : offset + 26] = struct.pack("<I", 10)
    with pytest.raises(NotReadable, match="a damaged workbook"):
        read_workbook(bytes(data), "log.xlsx")


TABLE = '<office:body xmlns:office="o" xmlns:table="t" xmlns:text="x"><table:table>{}</table:table></office:body>'
FULL = '<table:table-cell office:value-type="float" table:number-columns-repeated="{}"/>'
ROW = '<table:table-row table:number-rows-repeated="{}">{}</table:table-row>'


def watched(member: str, data: bytes) -> None:
    """All of a part goes by in small pieces."""
    watch = watcher(member, "log")
    for place in range(0, len(data), 50):
        watch(data[max(0, place - 100) : place], data[place : place + 50])


def test_a_repeated_rectangle_is_refused_and_empty_ones_are_not() -> None:
    """LibreOffice ends each sheet with a million empty rows; a million full ones of 16 thousand cells are none."""
    empty = ROW.format(1048576, '<table:table-cell table:number-columns-repeated="16384"/>')
    watched("content.xml", TABLE.format(ROW.format(1, FULL.format(3)) + empty).encode())
    with pytest.raises(NotReadable, match="a sheet of 1048577 rows by 16384 columns"):
        watched(
            "content.xml",
            TABLE.format(ROW.format(1, FULL.format(3)) + ROW.format(1048576, FULL.format(16384))).encode(),
        )


def test_a_binary_sheet_is_held_to_the_same() -> None:
    """XLSB names rows and columns by number: the last corner is a dozen bytes."""
    row, cell = b"\x00\x19%s" + b"\0" * 21, b"\x05\x10%s" + b"\0" * 12
    small = row % struct.pack("<I", 5) + cell % struct.pack("<I", 3) + b"\x94\x01\x04abcd"
    watched("xl/worksheets/sheet1.bin", small)
    with pytest.raises(NotReadable, match="a sheet of 1048576 rows by 16384 columns"):
        last = row % struct.pack("<I", 1048575) + cell % struct.pack("<I", 16383)
        watched("xl/worksheets/sheet1.bin", small + last + small)
