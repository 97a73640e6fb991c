"""A build holds what the sources and decisions give, whole and checked, and the same whenever it is made again."""

import contextlib
import datetime
import os
import shutil
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipelines import build as building
from pipelines import lake
from pipelines.build import Recipe, build, is_current
from pipelines.build_inputs import create_lake_views, reference_type
from pipelines.errors import CheckFailed, StoreError
from pipelines.gathered import attach_gathered
from pipelines.ingest import ingest
from pipelines.lake import FEW_ROWS, LAKE_TABLES, sql_columns
from pipelines.ledger import Ledger
from pipelines.sources import expand
from pipelines.store import Store
from tests.fake_reader import FAKE, claims, given

SAMPLES = Path(__file__).parent.parent / "data" / "samples"
OF_ITSELF = {"build_info", "build_source", "build_table", "rollup", "rollup_month"}


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """A store with one file."""
    made = Store(tmp_path / "store")
    ingest(made, [given("a", claims(100, 200))], readers=FAKE, workers=1)
    return made


@pytest.fixture
def recipe(tmp_path: Path) -> Recipe:
    """Two tables, the second made from the first; no checks; one reference table."""
    for name in ("sql", "checks", "reference"):
        (tmp_path / name).mkdir()
    (tmp_path / "sql" / "paid.sql").write_text(
        "-- One row per claim.\nselect file_id, paid_amount from lake_remit_claim;\n"
    )
    (tmp_path / "sql" / "total.sql").write_text("-- One row.\nselect sum(paid_amount) as amount from paid\n")
    (tmp_path / "reference" / "place.csv").write_text("code,is_home,valid_from\n01,true,2020-01-01\n02,,\n")
    return Recipe(("paid", "total"), tmp_path / "sql", tmp_path / "checks", tmp_path / "reference")


def query(store: Store, sql: str) -> list[tuple[Any, ...]]:
    """All rows of the answer from the current build."""
    with contextlib.closing(store.connect()) as connection:
        return connection.execute(sql).fetchall()


def contents(store: Store) -> dict[str, Sequence[tuple[Any, ...]]]:
    """Every table of the current build with its rows, but for those about the build itself."""
    tables = [name for (name,) in query(store, "select table_name from duckdb_tables()") if name not in OF_ITSELF]
    return {name: sorted(query(store, f"select * from {name}"), key=repr) for name in tables}


def test_tables_are_made_in_order(store: Store, recipe: Recipe) -> None:
    """Each SELECT becomes a table that the next may name; rows and order stand in build_table."""
    build(store, recipe, FAKE)
    assert [(Decimal("3.00"),)] == query(store, "select amount from total")
    expected = [(1, "paid", 2), (2, "total", 1)]
    assert expected == query(store, "select position, table_name, row_count from build_table order by 1")


def test_build_info_says_what_it_is(store: Store, recipe: Recipe) -> None:
    """Version, moment, number of files, and whether any of them is the demo's."""
    path = build(store, recipe, FAKE)
    [(version, created_at, file_count, is_demo)] = query(
        store, "select version, created_at, file_count, is_demo from build_info"
    )
    assert (1, False, path.stem) == (file_count, is_demo, created_at.strftime("%Y%m%dT%H%M%S%fZ"))
    assert version


def test_reference_tables_keep_codes_as_text(store: Store, recipe: Recipe) -> None:
    """`01` stays `01`; flags and dates have their types; an empty cell is NULL."""
    build(store, recipe, FAKE)
    expected = [("01", True, datetime.date(2020, 1, 1)), ("02", None, None)]
    assert expected == query(store, "select * from ref_place order by code")


def test_reference_types_follow_names() -> None:
    """A column's name says its type."""
    names = ("code", "is_alert", "valid_from", "list_date", "stage", "precedence", "target", "value", "status")
    types = ["VARCHAR", "BOOLEAN", "DATE", "DATE", "INTEGER", "INTEGER", "DECIMAL(18,4)", "DECIMAL(18,4)", "VARCHAR"]
    assert types == [reference_type(name) for name in names]


@pytest.mark.parametrize(("small", "large"), [(0, 0), (3, 0), (0, 2), (40, 1)])
def test_lake_views_have_one_shape(tmp_path: Path, small: int, large: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Empty, over gathered files or over those read in place, `lake_<table>` has the same columns and all rows."""
    store = Store(tmp_path)
    ingest(store, [given(f"f{n}", claims(n)) for n in range(small)], readers=FAKE, workers=1)
    monkeypatch.setattr(lake, "FEW_BYTES", 0)
    ingest(store, [given(f"f{n}", claims(n)) for n in range(small, small + large)], readers=FAKE, workers=1)
    folders = [store.lake / record.sha256 for record in store.records()]
    assert small == sum(map(lake.has_few_rows, folders))
    with duckdb.connect() as connection:
        create_lake_views(connection, store.gathered, folders)
        for table in LAKE_TABLES:
            described = connection.execute(f"describe lake_{table}").fetchall()
            assert sql_columns(table) == {name: kind for name, kind, *_ in described}
        assert [(small + large,)] == connection.execute("select count(*) from lake_remit_claim").fetchall()


def gathered(store: Store, folders: list[Path]) -> list[int]:
    """The amounts that are gathered once these folders have been asked for."""
    with duckdb.connect() as connection:
        attach_gathered(connection, store.gathered, folders)
        found = connection.execute("select paid_amount * 100 from gathered.remit_claim order by 1").fetchall()
    return [int(cents) for (cents,) in found]


def test_gathered_rows_follow_the_lake(tmp_path: Path) -> None:
    """New files come in, gone ones go, and one that was written anew is taken anew; nothing counts twice."""
    store = Store(tmp_path)
    ingest(store, [given(f"f{n}", claims(n)) for n in range(4)], readers=FAKE, workers=1)
    folders = [store.lake / record.sha256 for record in store.records()]
    assert [0, 1] == gathered(store, folders[:2])
    assert [0, 1, 2, 3] == gathered(store, folders)
    os.utime(folders[0] / FEW_ROWS, (1, 1))
    assert [0, 1, 2, 3] == gathered(store, folders)
    assert [1, 3] == gathered(store, [folders[1], folders[3]])


@pytest.mark.parametrize("content", [b"", b"not a database" * 1000])
def test_a_damaged_gathering_is_made_anew(tmp_path: Path, content: bytes) -> None:
    """Whatever lies in its place, the gathered rows are those of the lake."""
    store = Store(tmp_path)
    ingest(store, [given("f", claims(7))], readers=FAKE, workers=1)
    folders = [store.lake / record.sha256 for record in store.records()]
    store.gathered.parent.mkdir()
    store.gathered.write_bytes(content)
    assert [7] == gathered(store, folders)
    with duckdb.connect(str(store.gathered)) as connection:
        connection.execute("alter table remit_claim drop column paid_amount")
    ingest(store, [given("g", claims(8))], readers=FAKE, workers=1)
    assert [7, 8] == gathered(store, [store.lake / record.sha256 for record in store.records()])


def test_decisions_are_in_the_build(store: Store, recipe: Recipe) -> None:
    """Overrides and targets stand in their tables as people last said them."""
    ledger = Ledger(store.ledger_path)
    for cause in ("no_imaging", "wrong_site"):
        ledger.append("root_cause_override", "F|1|20610|2", {"root_cause": cause, "note": "seen"}, who="ana")
    ledger.append("target_set", "denial_rate", {"target": "0.045"}, who="bo")
    build(store, recipe, FAKE)
    expected = [("F|1|20610|2", "wrong_site", "seen", "ana")]
    assert expected == query(store, "select denial_id, root_cause, note, who from ledger_override")
    assert [("denial_rate", Decimal("0.0450"), "bo")] == query(store, "select kpi, target, who from ledger_target")


def test_a_failed_check_keeps_the_build_before(store: Store, recipe: Recipe) -> None:
    """A check that finds a row names itself and the row; the build before stays current, nothing is left behind."""
    before = build(store, recipe, FAKE)
    (recipe.checks / "no_large_claims.sql").write_text("select * from paid where paid_amount > 1.50")
    with pytest.raises(CheckFailed, match="no_large_claims: 1 row"):
        build(store, recipe, FAKE)
    assert before == store.current_build()
    assert [] == list((store.home / "work").iterdir())


def test_another_process_spares_a_build_that_is_being_made(
    store: Store, recipe: Recipe, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who sweeps up what dead processes left, leaves a build alone, also one that could not be made out of the last."""

    def sweep(*_: object) -> None:
        with Store(store.home).workplace():
            pass

    monkeypatch.setattr(building, "run_checks", sweep)
    assert build(store, recipe, FAKE).exists()


def test_a_broken_select_names_its_file(store: Store, recipe: Recipe) -> None:
    """An SQL error is one line with the file's name."""
    (recipe.sql / "total.sql").write_text("select nothing from nowhere")
    with pytest.raises(StoreError, match=r"total\.sql: .*nowhere"):
        build(store, recipe, FAKE)


def test_a_missing_select_is_said(store: Store, recipe: Recipe) -> None:
    """A table without its file is an error that names the file."""
    (recipe.sql / "total.sql").unlink()
    with pytest.raises(StoreError, match=r"total\.sql: is in TABLES"):
        build(store, recipe, FAKE)


def test_three_builds_are_kept_and_the_newest_is_current(store: Store, recipe: Recipe) -> None:
    """Older builds go; names grow even where the clock does not."""
    (store.builds / "29991231T235959999999Z.duckdb").write_bytes(b"from a wrong clock")
    paths = [build(store, recipe, FAKE) for _ in range(4)]
    assert paths == sorted(paths)
    assert paths[-1] == store.current_build()
    assert paths[1:] == sorted(store.builds.iterdir())


def test_whether_a_build_is_current(store: Store, recipe: Recipe) -> None:
    """It is until a source, a decision that tables hold, an SQL file or a reference table changes."""
    assert not is_current(store, recipe)
    build(store, recipe, FAKE)
    assert is_current(store, recipe)
    (recipe.reference / "place.csv").write_text("code\n03\n")
    assert not is_current(store, recipe)
    build(store, recipe, FAKE)
    ledger = Ledger(store.ledger_path)
    ledger.append("target_set", "denial_rate", {"target": 1})
    assert not is_current(store, recipe)
    build(store, recipe, FAKE)
    ledger.append("setting", "rework_cost", {"value": "30", "source": "ours"})
    assert is_current(store, recipe)  # no table is made of settings
    ingest(store, [given("b", claims(1))], readers=FAKE, workers=1)
    assert not is_current(store, recipe)


def test_lakes_of_older_readers_are_read_again(store: Store, recipe: Recipe) -> None:
    """A lake of another version is not used, and gone after the build."""
    older = store.lake.parent / "v0"
    store.lake.rename(older)
    build(store, recipe, FAKE)
    assert [(Decimal("3.00"),)] == query(store, "select amount from total")
    assert {store.lake, store.gathered.parent} == set(store.lake.parent.iterdir())


def test_an_empty_store_builds(tmp_path: Path) -> None:
    """With no file at all every table of the project is there, with its columns and no claims."""
    store = Store(tmp_path)
    build(store)
    assert [(0,)] == query(store, "select count(*) from denial")


def test_a_rebuild_is_equal(tmp_path: Path) -> None:
    """With lake and builds deleted, or the files given in another order, every table comes out the same."""
    found = list(expand(SAMPLES))[::5]
    store, other = Store(tmp_path / "a"), Store(tmp_path / "b")
    ingest(store, found, workers=1)
    build(store)
    before = contents(store)
    assert before["denial"]
    shutil.rmtree(store.home / "lake")
    shutil.rmtree(store.builds)
    build(store, workers=1)
    assert before == contents(store)
    ingest(other, found[::-1], workers=1)
    build(other)
    assert _without_arrival(before) == _without_arrival(contents(other))


def _without_arrival(tables: dict[str, Sequence[tuple[Any, ...]]]) -> dict[str, Sequence[tuple[Any, ...]]]:
    """The tables without source_file, which tells when each file came."""
    return {name: rows for name, rows in tables.items() if name != "source_file"}
