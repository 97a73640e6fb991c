"""Rows become Parquet tables with the types that rows.py says, exactly and in batches."""

import datetime
import hashlib
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines import lake
from pipelines.errors import NotReadable, StoreError
from pipelines.lake import (
    FEW_ROWS,
    LAKE_TABLES,
    LAKE_VERSION,
    File,
    LakeWriter,
    has_few_rows,
    read_few_rows,
    read_file_row,
    sql_columns,
)
from pipelines.rows import Adjustment, Cents, LogReject, LogRow, Milli, Oddity, Remit, RemitClaim, RemitLine, Row
from pipelines.rows.batch import LARGEST, RowBatch, batch_of, columns, to_table


def write(folder: Path, *rows: Row | RowBatch | File) -> LakeWriter:
    """The rows, written as those of one file."""
    writer = LakeWriter(folder, "0123456789ab", "era.835")
    writer.write(rows)
    writer.close()
    return writer


def query(folder: Path, sql: str) -> list[tuple[Any, ...]]:
    """All rows of the answer; tables are those of the lake folder."""
    with duckdb.connect() as connection:
        for path in folder.glob("*.parquet"):
            connection.execute(f"create view {path.stem} as from read_parquet('{path}')")
        for table, table_rows in (read_few_rows(folder) if has_few_rows(folder) else {}).items():
            connection.register(table, table_rows)
        return connection.execute(sql).fetchall()


@pytest.fixture(params=[0, lake.FEW_BYTES], ids=["many", "few"])
def is_few(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Whether the rows of the test are few for the lake; the rule must hold both ways."""
    monkeypatch.setattr(lake, "FEW_BYTES", request.param)
    return bool(request.param)


def test_table_names_are_the_row_classes_in_snake_case() -> None:
    """One lake table per row class, and `file`."""
    names = (
        "file oddity remit provider_adjustment provider_summary remit_claim remit_line adjustment remark detail"
        " submission submission_line submission_payer submission_decision submission_adjustment submission_code"
        " submission_detail acknowledgement log_row log_code log_reject log_column"
    )
    assert names.split() == list(LAKE_TABLES)


@pytest.mark.usefixtures("is_few")
@pytest.mark.parametrize("table", LAKE_TABLES)
def test_columns_on_disk_are_those_of_the_empty_view(table: str, tmp_path: Path) -> None:
    """A table reads with the same names and types from disk as `sql_columns` promises for an empty one."""
    row_class = LAKE_TABLES[table]
    values: dict[object, Any] = {
        str: "x",
        int: 1,
        bool: True,
        datetime.date: datetime.date(2026, 3, 1),
        datetime.datetime: datetime.datetime(2026, 3, 1),
    }
    write(tmp_path, row_class(**{name: values.get(kind, 1) for name, kind in columns(row_class).items()}))
    described = query(tmp_path, f"describe select * from {table}")
    assert sql_columns(table) == {name: kind for name, kind, *_ in described}


@pytest.mark.usefixtures("is_few")
def test_amounts_are_exact(tmp_path: Path) -> None:
    """Cents and thousandths come out as the decimals they stand for, the largest and the negative too."""
    amounts = [0, 1, -1, 12345, -LARGEST, LARGEST, None]
    rows = [Adjustment(1, 1, 1, n, 1, 0, amount=cents and Cents(cents)) for n, cents in enumerate(amounts)]
    write(tmp_path, *rows, Adjustment(1, 1, 1, 9, 1, 0, quantity=Milli(1500)))
    found = query(tmp_path, "select amount, quantity from adjustment order by adjustment_no")
    expected = [None if cents is None else Decimal(cents).scaleb(-2) for cents in amounts]
    assert [*((amount, None) for amount in expected), (None, Decimal("1.500"))] == found


@settings(deadline=None)
@given(st.lists(st.one_of(st.none(), st.integers(-LARGEST, LARGEST)), min_size=1))
def test_any_cents_come_back(amounts: list[int | None]) -> None:
    """Whatever whole cents go into a column, the same decimals are in the Arrow table."""
    rows = [Adjustment(1, 1, 1, 1, 1, 0, amount=None if cents is None else Cents(cents)) for cents in amounts]
    expected = [None if cents is None else Decimal(cents).scaleb(-2) for cents in amounts]
    assert expected == to_table(rows)["amount"].to_pylist()


@pytest.mark.parametrize("cents", [LARGEST + 1, -LARGEST - 1, 10**30])
def test_an_amount_too_large_refuses_the_file(cents: int, tmp_path: Path) -> None:
    """What DECIMAL(18,2) cannot hold is never cut: the file is refused with got and wanted."""
    with pytest.raises(NotReadable, match="wanted amounts and counts of at most eighteen digits"):
        write(tmp_path, Adjustment(1, 1, 1, 1, 1, 0, amount=Cents(cents)))


def test_many_rows_go_to_disk_in_batches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full batch is one row group on disk, so memory does not grow with the file; order stays."""
    monkeypatch.setattr(lake, "BATCH_ROWS", 10)
    monkeypatch.setattr(lake, "FEW_BYTES", 1000)
    writer = write(tmp_path, *(Oddity("odd", number) for number in range(65)))
    path = tmp_path / "oddity.parquet"
    assert 4 < pq.ParquetFile(path).num_row_groups < 7
    assert list(range(65)) == pq.read_table(path)["segment_no"].to_pylist()
    assert ({}, {}) == (writer._rows, writer._few)


def test_only_tables_with_rows_have_a_file(tmp_path: Path, is_few: bool) -> None:
    """No empty Parquet files: most files have few of the tables; and few rows are one file, whatever their tables."""
    write(tmp_path, Oddity("odd"), LogReject(4))
    names = [FEW_ROWS] if is_few else ["log_reject.parquet", "oddity.parquet"]
    assert names == sorted(path.name for path in tmp_path.iterdir())


def test_only_oddities_are_kept_of_a_refused_file(tmp_path: Path, is_few: bool) -> None:
    """Whether rows are waiting, held or on disk already, only those of the class that is to stay do."""
    writer = LakeWriter(tmp_path, "0123456789ab", "era.835")
    writer.write([batch_of([Oddity("one")]), batch_of([LogReject(4)]), Oddity("two"), LogReject(5)])
    writer.keep_only(Oddity)
    writer.write([a_file()])
    writer.close()
    assert [("one",), ("two",)] == query(tmp_path, "select code from oddity order by 1")
    assert a_file() == read_file_row(tmp_path)
    names = [FEW_ROWS] if is_few else ["file.parquet", "oddity.parquet"]
    assert names == sorted(path.name for path in tmp_path.iterdir())


@pytest.mark.usefixtures("is_few")
def test_tally_counts_what_went_by(tmp_path: Path) -> None:
    """Transactions, claims, lines, rejected rows and the sum of CLP04 are counted while writing."""
    rows: list[Row] = [Remit(1, 1, 0), Remit(2, 9, 90), Oddity("transaction_without_claims", 20, 200)]
    rows += [RemitClaim(2, n, n, 0, paid_amount=Cents(1050)) for n in (1, 2)]
    rows += [RemitClaim(2, 3, 3, 0), RemitLine(2, 1, 1, 1, 0), LogReject(4, reason="no claim")]
    expected = {
        "transaction_count": 3,
        "claim_count": 3,
        "line_count": 1,
        "rejected_row_count": 1,
        "total_amount": 2100,
    }
    assert expected == write(tmp_path, *rows).tally.counts


def test_tally_of_a_log(tmp_path: Path) -> None:
    """Usable rows are lines, rows with one claim number one claim; without charges, denials are the total."""
    rows = [LogRow(n, claim_id="A", charge_amount=Cents(0), denied_amount=Cents(250)) for n in (2, 3)]
    counts = write(tmp_path, *rows, LogRow(4)).tally.counts
    assert (1, 3, 500) == (counts["claim_count"], counts["line_count"], counts["total_amount"])


@pytest.mark.usefixtures("is_few")
def test_batches_and_rows_make_the_same_tables(tmp_path: Path) -> None:
    """Rows that come one by one, many at once or both ways in turn are the same rows on disk, counted alike."""
    claims = [RemitClaim(1, n, n, 0, paid_amount=Cents(n) if n % 3 else None) for n in range(9)]
    odd = [Oddity("transaction_without_claims", 20 + n, 200) for n in range(2)]
    ways: dict[str, list[Row | RowBatch]] = {
        "rows": [*claims, *odd],
        "batches": [batch_of(claims[:4]), batch_of(odd), batch_of(claims[4:])],
        "mixed": [claims[0], batch_of(claims[2:]), odd[0], claims[1], batch_of(odd[1:])],
    }
    found = []
    for name, way in ways.items():
        (folder := tmp_path / name).mkdir()
        counts = write(folder, *way).tally.counts
        found.append([counts, *(query(folder, f"from {table} order by all") for table in ("remit_claim", "oddity"))])
    assert [found[0]] * 3 == found


def test_a_batch_with_other_columns_is_not_written(tmp_path: Path) -> None:
    """A columnar reader that leaves out a column trips at once, not the build later."""
    batch = batch_of([Oddity("odd")])
    with pytest.raises(ValueError, match="schema"):
        write(tmp_path, RowBatch("oddity", batch.rows.drop_columns(["message"])))


def a_file() -> File:
    """The row of a file that was taken."""
    return File("ab" * 32, "era.835", "835", "loaded", 10, datetime.datetime(2026, 3, 1), total_amount=Cents(-1234))


@pytest.mark.usefixtures("is_few")
def test_file_row_comes_back(tmp_path: Path) -> None:
    """The row of the table `file` reads back as it was written."""
    write(tmp_path, a_file())
    assert a_file() == read_file_row(tmp_path)
    assert None is read_file_row(tmp_path / "nothing")


def test_a_new_shape_is_a_new_version() -> None:
    """Whoever changes a row class raises LAKE_VERSION, so that every source is read again; then both numbers here."""
    shape = "\n".join(f"{table} {sql_columns(table)}" for table in LAKE_TABLES)
    assert (4, "f28d8c26") == (LAKE_VERSION, hashlib.sha256(shape.encode()).hexdigest()[:8])


@pytest.mark.parametrize("kept", [0, 1, 40, -1])
def test_rows_that_are_cut_off_are_refused_with_what_to_do(kept: int, tmp_path: Path) -> None:
    """Nothing is taken for all there is; the sources are whole, so the rows can be made again."""
    write(tmp_path, Oddity("x", 1, 2, "words"))
    path = tmp_path / FEW_ROWS
    path.write_bytes(path.read_bytes()[:kept])
    with pytest.raises(StoreError, match=r"rows\.arrow\.zst: damaged .* delete the folder"):
        read_few_rows(tmp_path)


def test_a_flipped_bit_among_the_rows_is_seen(tmp_path: Path) -> None:
    """Wherever among them; other programs unpack the file all the same, and one of before checksums is read."""
    write(tmp_path, Oddity("x", 1, 2, "words"))
    path = tmp_path / FEW_ROWS
    whole, tables = path.read_bytes(), read_few_rows(tmp_path)
    for place in range(len(whole) - lake.CHECKSUM.size):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        with pytest.raises(StoreError, match=r"rows\.arrow\.zst: damaged"):
            read_few_rows(tmp_path)
    for content in (whole, whole[: -lake.CHECKSUM.size]):
        path.write_bytes(content)
        assert tables == read_few_rows(tmp_path)
        with pa.CompressedInputStream(pa.OSFile(str(path)), "zstd") as compressed:
            assert len(compressed.read()) > len(tables)
