"""Whatever is damaged or tampered with in a store is found, each in one line; a store that is well is said to be."""

import contextlib
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from pipelines.backup import backup
from pipelines.build import Recipe, build
from pipelines.distant import remember_tables
from pipelines.ingest import ingest
from pipelines.lake import FEW_ROWS
from pipelines.restore import restore
from pipelines.store import Store
from pipelines.verify import contents_of, different, verify
from tests.fake_reader import FAKE, claims, given

KEY = bytes(range(32))


@pytest.fixture
def recipe(tmp_path: Path) -> Recipe:
    """Two tables: what was paid, and the files."""
    folder = tmp_path / "sql"
    folder.mkdir()
    (folder / "paid.sql").write_text("-- One row per claim.\nselect paid_amount from lake_remit_claim;\n")
    (folder / "source_file.sql").write_text("-- One row per file.\nselect file_id, file_name from lake_file;\n")
    return Recipe(("paid", "source_file"), folder, tmp_path / "no checks", tmp_path / "no reference")


@pytest.fixture
def store(tmp_path: Path, recipe: Recipe) -> Store:
    """Two files, three decisions, a build."""
    store = Store(tmp_path / "store")
    ingest(store, [given("a.835", claims(100, 200)), given("b.835", claims(300))], readers=FAKE, workers=1)
    for target in ("0.05", "0.06", "0.07"):
        store.ledger.append("target_set", "denial_rate", {"target": target}, who="ana")
    build(store, recipe, FAKE, workers=1)
    return store


@pytest.fixture
def found(store: Store, recipe: Recipe) -> Callable[[], list[str]]:
    """What is found now, each as `part: sentence`."""
    return lambda: [f"{part}: {what}" for part, what in verify(store, recipe=recipe, readers=FAKE, workers=1)]


def one_of(store: Store, name: str) -> str:
    """The SHA-256 of the file with this name."""
    return next(record.sha256 for record in store.records() if record.name == name)


def test_a_store_that_is_well(store: Store, found: Callable[[], list[str]]) -> None:
    """Nothing is found, and nothing is changed or left behind."""
    before = sorted(path.relative_to(store.home) for path in store.home.rglob("*"))
    assert [] == found()
    assert before == sorted(path.relative_to(store.home) for path in store.home.rglob("*"))


def test_an_empty_store_is_well(tmp_path: Path) -> None:
    """Where nothing is, nothing is wrong; and looking makes no store."""
    assert [] == verify(Store(tmp_path / "store"))
    assert [] == list(tmp_path.iterdir())


@pytest.mark.parametrize("place", [0, 12, -1])
def test_a_flipped_byte_of_a_source_is_found(store: Store, found: Callable[[], list[str]], place: int) -> None:
    """The file is named, with what to do."""
    path = store.source_path(one_of(store, "a.835"))
    content = bytearray(path.read_bytes())
    content[place] ^= 1
    path.write_bytes(content)
    [said] = found()
    assert "sources: a.835: its bytes are not those that came in" in said and "restore a backup" in said


def test_lost_bytes_are_found(store: Store, found: Callable[[], list[str]]) -> None:
    """A record whose bytes are gone."""
    store.source_path(one_of(store, "a.835")).unlink()
    assert ["sources: a.835: its bytes are missing"] == [said.split(";")[0] for said in found()]


def test_a_lost_record_is_found(store: Store, found: Callable[[], list[str]]) -> None:
    """Its bytes have no record, and the build knows a file that the store does not; they are still there to be seen."""
    sha256 = one_of(store, "a.835")
    (store.sources / f"{sha256}.json").unlink()
    orphan, gone = found()
    assert f"sources: {store.source_path(sha256)}: has no record" in orphan
    assert "build: a.835: is in the build and not in the store any more" in gone
    assert store.source_path(sha256).exists()


def test_a_file_that_was_taken_out_is_found(store: Store, found: Callable[[], list[str]]) -> None:
    """Bytes and record of a file are gone together: the build still knows it."""
    for path in list(store.sources.glob(f"{one_of(store, 'a.835')}*")):
        path.unlink()
    [said] = found()
    assert "build: a.835: is in the build and not in the store any more" in said


@pytest.mark.parametrize(("content", "said"), [("{", "not a record of this store"), ("", "not a record")])
def test_a_damaged_record_is_found(store: Store, found: Callable[[], list[str]], content: str, said: str) -> None:
    """A record that cannot be read is named with its path."""
    (store.sources / f"{one_of(store, 'a.835')}.json").write_text(content)
    assert said in found()[0]


def test_a_record_of_another_file_is_found(store: Store, found: Callable[[], list[str]]) -> None:
    """A record under a name that is not that of its file."""
    one, two = (store.sources / f"{one_of(store, name)}.json" for name in ("a.835", "b.835"))
    shutil.copy(one, two)
    assert f"sources: {two}: is the record of another file" in found()[0]


CHANGED = 'update event set body = \'{{"target": "0.50"}}\' where event_id = {0}'


@pytest.mark.parametrize(("statement", "number"), [(CHANGED.format(2), 2), ("delete from event where event_id = 1", 2)])
def test_a_changed_event_is_found(store: Store, found: Callable[[], list[str]], statement: str, number: int) -> None:
    """Who switches the table's own refusal off and changes what was said is seen by the chain."""
    with contextlib.closing(sqlite3.connect(store.ledger_path)) as connection, connection:
        for (trigger,) in connection.execute("select name from sqlite_schema where type = 'trigger'").fetchall():
            connection.execute(f"drop trigger {trigger}")
        connection.execute(statement)
    [said] = found()
    assert f"ledger: event {number} (" in said and "does not fit" in said


def test_a_damaged_ledger_is_found(store: Store, found: Callable[[], list[str]]) -> None:
    """A page that is no more what SQLite wrote."""
    content = bytearray(store.ledger_path.read_bytes())
    content[4096:4200] = bytes(104)
    store.ledger_path.write_bytes(content)
    assert any(said.startswith("ledger: ") and "restore a backup" in said for said in found())


def test_lost_rows_are_found(store: Store, found: Callable[[], list[str]]) -> None:
    """A folder of the lake that is missing or cannot be read; the line says that a build reads the source again."""
    one, two = (store.lake / one_of(store, name) for name in ("a.835", "b.835"))
    shutil.rmtree(one)
    next(two.iterdir()).write_bytes(b"not rows")
    said = sorted(line for line in found() if line.startswith("lake: "))
    expected = sorted([f"lake: {one}: is missing", f"lake: {two}: cannot be read"])
    assert expected == [line[: len(wanted)] for line, wanted in zip(said, expected, strict=True)]


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("update paid set paid_amount = paid_amount + 1 where paid_amount = 1", "paid: some of its rows are not"),
        ("delete from paid where paid_amount = 1", "paid: 2 rows, wanted 3"),
        ("update ledger_target set target = 0.5", "ledger_target: some of its rows"),
        ("drop table ledger_closed", "ledger_closed: is missing"),
        ("create table more (a integer)", "more: does not belong"),
        ("create view more as select 1", "more: does not belong"),
        ("create macro rate(x) as 0", "macro rate: does not belong"),
    ],
)
def test_a_changed_build_is_found(store: Store, found: Callable[[], list[str]], statement: str, said: str) -> None:
    """One cent in one row of a table, a row less, a table or view more: each is seen, in that table alone."""
    with duckdb.connect(str(store.current_build())) as connection:
        connection.execute(statement)
    [line] = found()
    assert line.startswith(f"build: {said}")


def test_rows_that_were_changed_before_the_build_are_found(
    store: Store, found: Callable[[], list[str]], recipe: Recipe
) -> None:
    """A build is compared with the sources themselves: rows of the lake that were exchanged do not pass for them."""
    one, two = (store.lake / one_of(store, name) for name in ("a.835", "b.835"))
    shutil.copy(two / FEW_ROWS, one / FEW_ROWS)
    build(store, recipe, FAKE, workers=1, is_complete=True)
    said = found()
    assert any(line.startswith(f"lake: {one}: holds the rows of another file") for line in said)
    assert any(line.startswith("build: paid:") for line in said)


def test_a_build_that_is_behind_is_said_so(store: Store, found: Callable[[], list[str]]) -> None:
    """A decision made since is no tampering: the line says what to do."""
    store.ledger.append("target_set", "denial_rate", {"target": "0.08"})
    assert ["build: it is not of the present sources and decisions; `denials build` makes one that is"] == found()


def test_a_build_of_a_cluster_is_looked_at_beside_its_lake(
    store: Store, recipe: Recipe, found: Callable[[], list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its files are in the lake and in no store; what is not there any more is said so, and no build is made here."""
    records = store.records()
    for path in store.sources.iterdir():
        path.unlink()
    remember_tables(store.current_build(), "/lake/builds/1")
    monkeypatch.setattr("pipelines.verify.lake_records", lambda lake: records)
    assert [] == found()
    del records[0]
    assert ["build: a.835: is in the build and not in /lake any more; ingest it again"] == found()


def test_quick_does_not_make_a_build(store: Store, recipe: Recipe) -> None:
    """A changed build is then not seen, all else is."""
    with duckdb.connect(str(store.current_build())) as connection:
        connection.execute("delete from paid")
    assert [] == verify(store, is_quick=True, recipe=recipe, readers=FAKE)
    store.source_path(one_of(store, "a.835")).unlink()
    assert ["sources"] == [part for part, _ in verify(store, is_quick=True, recipe=recipe, readers=FAKE)]


def test_a_restored_demo_practice_has_every_table(demo_home: Path, tmp_path: Path) -> None:
    """The build of a restored store is the build of the store it was taken of, in every table and row."""
    original = Store(tmp_path / "store")
    shutil.copytree(demo_home, original.home)
    restored = Store(tmp_path / "restored")
    restore(backup(original, tmp_path / "x.backup", KEY).path, restored.home, KEY)
    anew = contents_of(build(restored, workers=1))
    assert [] == list(different(contents_of(original.current_build()), anew))
    assert anew["denial"][0] > 0


def test_restored_decisions_are_in_the_build(store: Store, recipe: Recipe, tmp_path: Path) -> None:
    """The same of what people decided; and the restored store is well."""
    restored = Store(tmp_path / "restored")
    restore(backup(store, tmp_path / "x.backup", KEY).path, restored.home, KEY)
    anew = build(restored, recipe, FAKE, workers=1)
    assert contents_of(store.current_build()) == contents_of(anew)
    assert [] == verify(restored, recipe=recipe, readers=FAKE, workers=1)
