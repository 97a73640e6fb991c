"""Texts from files and people do nothing where they go: cells of spreadsheets, names of files."""

import csv
import io
import unicodedata
from decimal import Decimal

import openpyxl
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboards import files
from pipelines import harmless
from pipelines.denial_log.delimited import read_delimited
from pipelines.export import write_xlsx
from pipelines.harmless import cell, known_name, safe_name, uncell

RUNS = (
    "=1+1",
    "+49",
    "-5 days",
    "@SUM(A1)",
    "\tx",
    "\rx",
    "\n=x",
    " =x",
    '"=x',
    " \" '@x",
    "\u00a0=x",
    "\uff1d1",
    "\ufeff=x",
)
RISKY = st.text(st.sampled_from("=+-@\t\r\n '\"a1\uff1d\u00a0,"), max_size=6)


@pytest.mark.parametrize("text", RUNS)
def test_a_text_that_would_run_is_led_by_an_apostrophe(text: str) -> None:
    """Also behind blanks, quotes and marks that cannot be seen, and in full-width signs that some programs fold."""
    assert "'" + text == cell(text)


@pytest.mark.parametrize("value", [-1, Decimal("-1.50"), 0.5, None, True, "x=1", "CO-45", "(555) 1", "", "A+ Plan"])
def test_numbers_and_plain_texts_stay(value: object) -> None:
    """A number is a number however it is signed; a sign within a text does nothing."""
    assert value is cell(value)


@given(RISKY)
def test_our_own_files_give_back_what_was_there(text: str) -> None:
    """`uncell` undoes `cell`, whatever stood there, apostrophes too."""
    assert text == uncell(cell(text))


def test_a_log_that_we_wrote_reads_as_it_was() -> None:
    """A table exported as CSV and dropped on Import again has the same texts."""
    texts = {"Claim": ["=1+1", "'quoted", "plain"], "Note": ["-5 days", "@x", "+1"], "=Head": ["1", "2", "3"]}
    frame = pd.DataFrame(texts)
    sheet, _ = read_delimited(files.to_csv(frame), "again.csv")
    assert [list(frame.columns), *frame.to_numpy().tolist()] == list(sheet.rows())


def test_a_header_does_not_run_either() -> None:
    """Names of columns may come from a practice's own log."""
    text = files.to_csv(pd.DataFrame({"@cmd": [1]})).decode("utf-8-sig")
    assert [["'@cmd"], ["1"]] == list(csv.reader(io.StringIO(text)))


@pytest.mark.parametrize("make", ["pages", "export"])
def test_a_cell_that_somebody_edits_stays_a_text(make: str) -> None:
    """In a workbook the text is stored as a text, and marked so that pressing Enter in it does not run it."""
    held = io.BytesIO()
    if make == "pages":
        held = io.BytesIO(files.to_xlsx(pd.DataFrame({"Payer": ["=cmd()", "Aetna"]}), {"What": "=cmd()"}))
    else:
        write_xlsx(held, "payer", ["Payer"], [("=cmd()",), ("Aetna",)])
    sheet = openpyxl.load_workbook(held).worksheets[0]
    found = [(sheet[place].data_type, sheet[place].value, bool(sheet[place].quotePrefix)) for place in ("A2", "A3")]
    assert [("s", "=cmd()", True), ("s", "Aetna", False)] == found


@pytest.mark.parametrize("make", ["pages", "export"])
def test_a_text_is_no_ready_made_xml(make: str) -> None:
    """XlsxWriter writes a text between these tags as it is: a name so made would break the workbook."""
    text, held = "<r>a<b></r>", io.BytesIO()
    if make == "pages":
        held = io.BytesIO(files.to_xlsx(pd.DataFrame({"Payer": [text]}), {"What": text}))
    else:
        write_xlsx(held, "payer", ["Payer"], [(text,)])
    assert f"{text} " == openpyxl.load_workbook(held).worksheets[0]["A2"].value


@given(st.text(st.characters(exclude_categories=())))
def test_what_is_printed_can_be_read_by_all(text: str) -> None:
    """UTF-8, JSON and XML take it, it has no control but line ends, and it is the same when it is made so again."""
    said = harmless.printed(text)
    assert said == harmless.printed(said.encode().decode())
    assert {"\n"} >= {letter for letter in said if unicodedata.category(letter) in ("Cc", "Cs")}
    assert "\n" not in harmless.one_line(text)


@pytest.mark.parametrize(
    ("expected", "name"),
    [
        ("passwd", "../../etc/passwd"),
        ("b.csv", "C:\\logs\\b.csv"),
        ("ab.csv", "a\r\nb.csv"),
        ("_con.csv", "con.csv"),
        ("_LPT1", "LPT1"),
        ("console.csv", "console.csv"),
        ("x_y_.csv", 'x"y?.csv'),
        ("gpj.exe", "\u202egpj.exe"),
        ("a", "a. . "),
        ("file", ".."),
        ("file", "\0"),
        ("'; drop table denial; --.csv", "'; drop table denial; --.csv"),
    ],
)
def test_a_file_name_means_nothing_to_a_disk(expected: str, name: str) -> None:
    """No folders, no control or direction characters, no names that Windows gives to devices."""
    assert expected == safe_name(name)


def test_a_long_name_keeps_its_ending() -> None:
    """A name too long for a disk is cut before its ending; what people drop keeps signs that only Windows refuses."""
    assert known_name("é" * 300 + ".xlsx").endswith(".xlsx")
    assert "<b>notes.txt" == known_name("logs/<b>notes.txt")


@given(st.text(max_size=300))
def test_any_name_is_short_and_plain(name: str) -> None:
    """Whatever a name is made of, a disk takes it, and it stays as it is when it is made safe again."""
    safe = safe_name(name)
    assert 0 < len(safe.encode()) <= 180
    assert not {"/", "\\", "\0", "\n"} & set(safe)
    assert safe == safe_name(safe)
