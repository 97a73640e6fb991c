"""Exported tables hold true numbers, real dates and harmless texts."""

import contextlib
import csv
import datetime
import io
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pyarrow.parquet as pq
import pytest

from pipelines.deidentify import LEFT_OUT, REPLACED, tokens
from pipelines.errors import UsageError
from pipelines.export import export_table, table_names, write_csv
from pipelines.store import Store, connect_build

DANGEROUS = ["=1+1", "+49", "-5 days", "@cmd", "\tx", "\rx", "http://example.org", "plain", "1234"]


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A hardened connection to a build with one table of every type and one of texts."""
    path = tmp_path / "b.duckdb"
    with duckdb.connect(str(path)) as made:
        made.execute(
            "create table kinds as select 'P1' as code, cast(-45.10 as decimal(18,2)) as amount, 7 as line_count,"
            " cast(0.25 as double) as share, date '2026-03-01' as payment_date,"
            " timestamp '2026-03-01 12:30:00' as received_at, true as is_denied, cast(null as varchar) as nothing"
        )
        made.execute("create table texts as select unnest(?) as said", [DANGEROUS])
    with contextlib.closing(connect_build(path)) as opened:
        yield opened


def sheet(path: Path) -> list[tuple[Any, ...]]:
    """The cells of the workbook's sheet, as values, header included."""
    book = openpyxl.load_workbook(path)
    with contextlib.closing(book):
        return list(book.worksheets[0].iter_rows(values_only=True))


def test_excel_has_true_numbers_and_dates(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    """Amounts are numbers, dates are dates, flags are flags, and nothing stays nothing."""
    assert 1 == export_table(connection, "kinds", tmp_path / "out.xlsx")
    moment = datetime.datetime(2026, 3, 1)
    expected = ("P1", -45.1, 7, 0.25, moment, moment.replace(hour=12, minute=30), True, None)
    assert expected == sheet(tmp_path / "out.xlsx")[1]


def test_excel_texts_stay_texts(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    """No text becomes a formula, a link or a number."""
    export_table(connection, "texts", tmp_path / "out.xlsx")
    book = openpyxl.load_workbook(tmp_path / "out.xlsx")
    with contextlib.closing(book):
        cells = [cell for row in book.worksheets[0].iter_rows(min_row=2) for cell in row]
        assert {"s"} == {cell.data_type for cell in cells}
        assert {None} == {cell.hyperlink for cell in cells}
        assert DANGEROUS == [str(cell.value).replace("_x000D_", "\r") for cell in cells]


def test_csv_texts_are_no_formulas(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    """A text that a spreadsheet would run is led by an apostrophe; a negative amount is not."""
    export_table(connection, "texts", tmp_path / "out.csv")
    with (tmp_path / "out.csv").open(encoding="utf-8-sig", newline="") as handle:
        said = [row["said"] for row in csv.DictReader(handle)]
    assert ["'" + text for text in DANGEROUS[:6]] + DANGEROUS[6:] == said
    export_table(connection, "kinds", tmp_path / "out.csv")
    text = (tmp_path / "out.csv").read_text(encoding="utf-8-sig")
    assert text.splitlines()[1] == "P1,-45.10,7,0.25,2026-03-01,2026-03-01 12:30:00,True,"


def test_parquet_keeps_types(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    """Parquet holds the decimals and dates as they are in the build."""
    export_table(connection, "kinds", tmp_path / "out.parquet")
    [row] = pq.read_table(tmp_path / "out.parquet").to_pylist()
    assert (Decimal("-45.10"), datetime.date(2026, 3, 1)) == (row["amount"], row["payment_date"])


@pytest.mark.parametrize("suffix", ["csv", "xlsx", "parquet"])
def test_only_the_owner_reads_an_export(connection: duckdb.DuckDBPyConnection, tmp_path: Path, suffix: str) -> None:
    """It may hold names: its mode is 0600."""
    export_table(connection, "kinds", tmp_path / f"out.{suffix}")
    assert 0o600 == (tmp_path / f"out.{suffix}").stat().st_mode & 0o777


@pytest.mark.parametrize(
    ("table", "name", "message"),
    [
        ("nothing", "out.csv", "not a table of the build; there are kinds, texts"),
        ("kinds; drop table kinds", "out.csv", "not a table of the build"),
        ("kinds", "out.pdf", "ends in .pdf, wanted .csv or .xlsx or .parquet"),
        ("kinds", "out", "ends in nothing"),
    ],
)
def test_what_cannot_be_exported_is_said(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path, table: str, name: str, message: str
) -> None:
    """An unknown table or ending is a usage error that names what there is, and no file is made."""
    with pytest.raises(UsageError, match=message):
        export_table(connection, table, tmp_path / name)
    assert not (tmp_path / name).exists()


def test_headers_are_harmless_too() -> None:
    """A column named by an analyst's query cannot be a formula either."""
    handle = io.StringIO()
    write_csv(handle, ["=cmd"], [])
    assert "'=cmd" == handle.getvalue().strip()


@pytest.mark.parametrize("ending", [".csv", ".xlsx", ".parquet"])
def test_an_export_knows_no_patient_unless_asked(tmp_path: Path, ending: str) -> None:
    """Names and birth dates are left out, numbers are tokens that two files share, and amounts stay."""
    with duckdb.connect(str(tmp_path / "b.duckdb")) as made:
        made.execute(
            "create table claim as select 'MADEUP' as patient_last_name, date '1960-01-02' as patient_birth_date,"
            " 'A1' as patient_control_number, cast(null as varchar) as member_id, 5 as line_count"
        )
    with contextlib.closing(connect_build(tmp_path / "b.duckdb")) as opened:
        token = tokens(tmp_path)
        export_table(opened, "claim", tmp_path / f"told{ending}", token)
        export_table(opened, "claim", tmp_path / f"named{ending}")
    expected = {"patient_control_number": token("A1"), "member_id": None, "line_count": 5}
    assert expected == one_row(tmp_path / f"told{ending}")
    assert {"MADEUP", "A1"} <= set(one_row(tmp_path / f"named{ending}").values())


def one_row(path: Path) -> dict[str, Any]:
    """The only row of a file that we wrote."""
    if path.suffix == ".parquet":
        return dict(pq.read_table(path).to_pylist()[0])
    rows = (
        sheet(path) if path.suffix == ".xlsx" else list(csv.reader(path.read_text(encoding="utf-8-sig").splitlines()))
    )
    return {
        name: None if value == "" else int(value) if value == "5" else value for name, value in zip(*rows, strict=True)
    }


def test_no_column_of_a_build_hides_a_claim_number(demo_home: Path) -> None:
    """Our own keys are made of claim numbers, too: of what is neither left out nor a token, no value holds one."""
    number, found = "DB[0-9]{7}([^0-9]|$)", []
    with contextlib.closing(connect_build(Store(demo_home).current_build())) as opened:
        for table in table_names(opened):
            for name, kind, *_ in opened.execute(f"describe {table}").fetchall():
                if "VARCHAR" in kind and name not in LEFT_OUT | REPLACED:
                    sql = f'select max("{name}"::varchar) from {table} where regexp_matches("{name}"::varchar, ?)'
                    found += [(table, name, value) for (value,) in opened.execute(sql, [number]).fetchall() if value]
    assert [] == found


def test_tokens_are_of_one_store(tmp_path: Path) -> None:
    """The same number has the same token in a store, however it is written, and another one elsewhere."""
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
    here, again, there = tokens(tmp_path / "a"), tokens(tmp_path / "a"), tokens(tmp_path / "b")
    assert here("acct-1") == again(" ACCT-1 ") != there("acct-1")
    assert (None, "") == (here(None), here(""))
    assert 0o600 == (tmp_path / "a" / "token_key").stat().st_mode & 0o777
