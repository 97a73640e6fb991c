import csv
import io
from decimal import Decimal
from pathlib import Path

import openpyxl

from pipelines.store import Store
from tests.browser.conftest import OpenBoard


def test_the_files_of_the_store_as_excel(open_board: OpenBoard, demo_home: Path, tmp_path: Path) -> None:
    """The workbook holds a row per file with true numbers and dates, and says what it is."""
    path = open_board().go("data_quality").download("xlsx-files", tmp_path)
    book = openpyxl.load_workbook(path)
    rows = list(book["Data"].iter_rows(values_only=True))
    assert len(Store(demo_home).records()) == len(rows) - 1
    head = [str(name) for name in rows[0]]
    with Store(demo_home).connect() as connection:
        ((lines, dollars),) = connection.execute(
            "select sum(line_count), sum(total_amount) from source_file"
        ).fetchall()
    place = {name: head.index(name) for name in ("Lines", "Dollars")}
    assert lines == sum(row[place["Lines"]] for row in rows[1:])
    assert dollars == sum(Decimal(str(row[place["Dollars"]])) for row in rows[1:] if row[place["Dollars"]] is not None)
    assert "What" == book["About"]["A1"].value
    book.close()


def test_a_table_as_csv(open_board: OpenBoard, tmp_path: Path) -> None:
    """The CSV that a spreadsheet opens has the names of the table and its rows."""
    path = open_board().go("definitions").download("csv-definitions", tmp_path)
    text = path.read_bytes()
    assert text.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(text.decode("utf-8-sig"))))
    assert ["Name", "Key", "Definition"] == rows[0][:3]
    assert "denial_rate" in [row[1] for row in rows]
