import datetime
import io
import zipfile

import pytest

from pipelines.denial_log.sheet import Merge, filled_down, is_blank
from pipelines.denial_log.tables import open_tables
from pipelines.errors import NotReadable
from tests.denial_log.tables import read, rows, text_bytes, workbook_bytes

HEADER = ["Claim ID", "Patient Name", "DOS", "Payer", "Denial Code", "Charge"]
TABLE = [
    HEADER,
    ["C1", "Müller, Zoë", "2026-03-01", "Aetna", "CO-50", "100.00"],
    ["C2", "Roe, Jane", "2026-03-02", "Cigna", "CO-97", "50.00"],
]


def cells(data: bytes, name: str = "log.csv") -> list[list[str]]:
    """The raw cells of the first sheet."""
    return [list(row) for row in open_tables(io.BytesIO(data), name).sheets[0].rows()]


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_separator_and_encoding_are_found_from_the_bytes(separator: str, encoding: str) -> None:
    """The same cells come out whatever the encoding and separator, and whatever the file is called."""
    assert TABLE == cells(text_bytes(TABLE, separator, encoding), "log.txt")


def test_stray_bytes_of_another_encoding_are_read_and_told() -> None:
    """One name in Windows-1252 within UTF-8 does not spoil the others."""
    data = text_bytes(TABLE) + "C3,Gómez,2026-03-03,Aetna,CO-50,1.00\r\n".encode("cp1252")
    opened = open_tables(io.BytesIO(data), "log.csv")
    assert ["Müller, Zoë", "Gómez"] == [row[1] for row in list(opened.sheets[0].rows())[1::2]]
    assert ["encoding_guessed"] == [oddity.code for oddity in opened.oddities]


def test_amounts_with_decimal_commas_do_not_make_the_comma_the_separator() -> None:
    """Known headers decide between separators."""
    table = [["Claim", "Payer", "Charge"], ["C1", "Aetna", "1.234,50"], ["C2", "Aetna", "45,00"]]
    assert table == cells(text_bytes(table, ";"))


def test_a_separator_hint_is_obeyed_and_is_no_row() -> None:
    """Excel's first line 'sep=;' names the separator; the header is still row 1."""
    data = b"sep=;\r\n" + text_bytes(TABLE, ";")
    assert TABLE == cells(data)
    assert [2, 3] == [row.row_no for row in rows(data)]


@pytest.mark.parametrize(
    ("data", "got"),
    [
        (b"", "nothing"),
        (b"\r\n \r\n", "nothing"),
        (b"%PDF-1.7", "a PDF"),
        (b"\x89PNG\r\n", "a picture"),
        (b"<html><table>", "a web page"),
        (b"<?xml version='1.0'?>", "an XML file"),
        (b'{"claims": []}', "JSON"),
        (b"\x00\x01\x02\x03" * 100, "binary bytes"),
        (b"PK\x03\x04 and then nothing of use", "a damaged workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "a workbook that cannot be opened"),
        (b'a,b\n"never closed, ' + b"x" * 200_000, "a field that does not end"),
        (b"just one line of text", "no row of column names"),
    ],
)
def test_what_is_no_table_is_refused_by_what_it_is(data: bytes, got: str) -> None:
    """The refusal names what was found, not a parser's complaint."""
    with pytest.raises(NotReadable) as refused:
        read(data)
    assert refused.value.got.startswith(got)


def test_a_table_of_a_million_columns_is_refused() -> None:
    """No log has a thousand columns."""
    with pytest.raises(NotReadable, match="1000000 columns"):
        read(",".join(f"c{number}" for number in range(1_000_000)).encode() + b"\n1,2\n")


def test_a_sheet_that_claims_the_last_corner_is_refused() -> None:
    """A full rectangle of 17 thousand million cells is not even tried."""
    data = workbook_bytes({"Sheet": TABLE})
    swollen = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(swollen, "w") as new:
        for member in old.namelist():
            new.writestr(member, old.read(member).replace(b'r="F3"', b'r="XFD1048576"'))
    with pytest.raises(NotReadable, match="1048576 rows by 16384 columns"):
        read(swollen.getvalue(), "log.xlsx")


def test_cells_of_a_workbook_are_texts_as_a_person_would_type_them() -> None:
    """Whole numbers have no '.0', dates are ISO, times stay."""
    day, moment = datetime.datetime(2026, 3, 1), datetime.datetime(2026, 3, 1, 14, 30)
    table = [["a", "b", "c", "d", "e", "f"], [97, 1234.5, True, day, moment, "  x "]]
    stream = io.BytesIO(workbook_bytes({"Sheet": [table[0]]}))
    assert [["a", "b", "c", "d", "e", "f"]] == cells(stream.getvalue())
    written = openpyxl_bytes(table)
    assert ["97", "1234.5", "TRUE", "2026-03-01", "2026-03-01 14:30:00", "  x "] == cells(written)[1]


def openpyxl_bytes(table: list[list[object]]) -> bytes:
    """A workbook whose dates are true dates."""
    import openpyxl

    book, stream = openpyxl.Workbook(), io.BytesIO()
    for row in table:
        book.active.append(row)
    book.save(stream)
    return stream.getvalue()


def test_a_merged_area_is_filled_down_and_no_other_blank_is() -> None:
    """Only the merge says that a blank cell means the one above; columns of amounts are left alone."""
    table = [["h", "h"], ["a", "9"], ["", ""], ["", ""], ["b", ""]]
    merges = [Merge(1, 0, 2, 0), Merge(1, 1, 3, 1)]
    filled = filled_down(iter([list(row) for row in table]), merges, frozenset({1}))
    assert [["h", "h"], ["a", "9"], ["a", ""], ["", ""], ["b", ""]] == list(filled)


def test_words_for_nothing_are_blank() -> None:
    """nan, NULL, N/A and dashes are how programs write an empty cell; 0 and None-like names are not."""
    assert all(map(is_blank, ["", "  ", "nan", "NULL", " n/a ", "-", "—", "None", "#N/A"]))
    assert not any(map(is_blank, ["0", "Nancy", "N30", "-5", "no"]))


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_a_quote_that_is_never_closed_does_not_swallow_rows(newline: str) -> None:
    """The rows after it would all stand in one cell; a last cell of several lines that is closed is read."""
    lines = ["Claim,Payer,Note", "C1,Aetna,fine", 'C2,Aetna,"open', "C3,Aetna,lost"]
    with pytest.raises(NotReadable, match="a quoted field that has no end before line 4"):
        cells(newline.join([*lines, ""]).encode())
    closed = newline.join([*lines[:3], 'closed"', ""]).encode()
    assert ["C2", "Aetna", f"open{newline}closed"] == cells(closed)[-1]
