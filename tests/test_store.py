"""What a reader of a build can and cannot do, and how files of the store are found again."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from pipelines.build import Recipe, build
from pipelines.errors import NoBuild, StoreError
from pipelines.ingest import ingest
from pipelines.store import Store, connect_build
from tests.fake_reader import FAKE, claims, given, one_table


@pytest.fixture
def recipe(tmp_path: Path) -> Recipe:
    """One table and no checks."""
    return one_table(tmp_path)


@pytest.fixture
def built(tmp_path: Path, recipe: Recipe) -> Store:
    """A store with one file and a build."""
    store = Store(tmp_path / "store")
    ingest(store, [given("a.835", claims(100))], readers=FAKE, workers=1)
    build(store, recipe, FAKE)
    return store


@pytest.fixture
def connection(built: Store) -> Iterator[duckdb.DuckDBPyConnection]:
    """The hardened connection to that build."""
    with contextlib.closing(built.connect()) as opened:
        yield opened


def test_home_is_the_environment_s_or_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    """DENIALS_HOME names the store; without it, data/store does."""
    monkeypatch.setenv("DENIALS_HOME", "/somewhere")
    assert Path("/somewhere") == Store().home
    monkeypatch.delenv("DENIALS_HOME")
    assert Path("data/store") == Store().home
    assert Path("given") == Store("given").home


def test_no_build_says_what_to_do(tmp_path: Path) -> None:
    """Without a build the error names the command that makes one."""
    with pytest.raises(NoBuild, match="denials ingest"):
        Store(tmp_path).current_build()


def test_a_store_that_cannot_be_made_is_one_line(tmp_path: Path) -> None:
    """A file where the folder should be is said, not traced."""
    (tmp_path / "store").write_text("a file")
    with pytest.raises(StoreError, match="cannot be used as a store"):
        Store(tmp_path / "store").prepare()


def test_cursors_see_the_tables(connection: duckdb.DuckDBPyConnection) -> None:
    """Every cursor of the connection names tables without a prefix, and has the portable functions."""
    assert [(1,)] == connection.cursor().execute("select count(*) from paid").fetchall()
    sql = "select days_between(date '2026-01-30', date '2026-02-02'), text_matches('CO-50', '^CO')"
    assert [(3, True)] == connection.cursor().execute(sql).fetchall()


@pytest.mark.parametrize(
    "statement",
    [
        "select * from read_text('{file}')",
        "select * from read_csv('{file}')",
        "select * from '{file}'",
        "select * from sniff_csv('{file}')",
        "select * from glob('{folder}/*')",
        "select * from parquet_metadata('{file}')",
        "copy paid to '{folder}/stolen.csv'",
        "copy (select 1) to '{folder}/stolen.parquet'",
        "export database '{folder}/stolen'",
        "attach '{folder}/other.duckdb' as other",
        "install httpfs",
        "load httpfs",
        "set enable_external_access = true",
        "set allowed_directories = ['/']",
        "set temp_directory = '{folder}'",
        "set profiling_output = '{folder}/stolen.json'",
        "reset lock_configuration",
        "insert into paid values (1)",
        "delete from paid",
        "drop table paid",
        "create table mine (a integer)",
        "checkpoint build",
        "create persistent secret s (type s3)",
    ],
)
def test_a_query_can_reach_nothing_else(
    connection: duckdb.DuckDBPyConnection, built: Store, tmp_path: Path, statement: str
) -> None:
    """No statement reads or writes a file, changes the build, a setting or an extension."""
    file = tmp_path / "secret.csv"
    file.write_text("a,b\n1,2\n")
    before = sorted(path.name for path in tmp_path.rglob("*"))
    with pytest.raises(duckdb.Error):
        connection.cursor().execute(statement.format(file=file, folder=tmp_path)).fetchall()
    assert before == sorted(path.name for path in tmp_path.rglob("*"))
    assert [(1,)] == connection.cursor().execute("select count(*) from paid").fetchall()


def test_a_new_build_beside_an_open_one(built: Store, recipe: Recipe) -> None:
    """One process reads the old and the new build at once; each shows its own rows."""
    with contextlib.closing(built.connect()) as old:
        ingest(built, [given("b.835", claims(5, 6))], readers=FAKE, workers=1)
        build(built, recipe, FAKE)
        with contextlib.closing(built.connect()) as new, contextlib.closing(built.connect()) as again:
            counts = [c.cursor().execute("select count(*) from paid").fetchall()[0][0] for c in (old, new, again)]
    assert [1, 3, 3] == counts


def test_a_damaged_build_says_how_to_mend_it(tmp_path: Path) -> None:
    """What is no DuckDB file is reported with the command that makes a new build."""
    path = tmp_path / "x.duckdb"
    path.write_bytes(b"not a database" * 1000)
    with pytest.raises(StoreError, match="denials build"):
        connect_build(path)


X12 = (
    "ISA*00*          *00*          *ZZ*PAYER          *ZZ*PRACTICE       *260301*1200*^*00501*000000001*0*T*:~\n"
    "GS*HP*P*R*20260301*1200*1*X*005010X221A1~\nST*835*0001~\nBPR*I*80*C*ACH************20260301~\n"
    "TRN*1*T1*1999999999~\nN1*PR*Müller Health~\nN1*PE*PRACTICE~\nLX*1~\n"
    "CLP*P1*1*100*80**12*C1~\nCAS*CO*45*20~\nCLP*P2*4*50*0**12*C2~\nSE*9*0001~\nGE*1*1~\nIEA*1*000000001~\n"
)


def test_segments_of_a_stored_file(tmp_path: Path) -> None:
    """The segments that begin within a byte range come back with their offsets, letters decoded."""
    store = Store(tmp_path)
    content = X12.encode()
    ingest(store, [given("era.835", content)], workers=1)
    [record] = store.records()
    start, end = content.index(b"CLP*P1"), content.index(b"CLP*P2")
    expected = [(start, "CLP*P1*1*100*80**12*C1"), (content.index(b"CAS*"), "CAS*CO*45*20")]
    assert expected == store.segments(record.file_id, start, end)
    payer = content.index(b"N1*PR")
    assert [(payer, "N1*PR*Müller Health")] == store.segments(record.file_id, payer, payer + 1)


@pytest.mark.parametrize("file_id", ["000000000000", "", "../*", "*"])
def test_an_unknown_file_id_is_said_so(built: Store, file_id: str) -> None:
    """Only a file of this store is found, and nothing beside it."""
    with pytest.raises(StoreError, match="no file of this store"):
        built.find(file_id)


def test_a_damaged_record_names_its_file(built: Store) -> None:
    """A record that is not JSON is reported with its path."""
    [path] = built.sources.glob("*.json")
    path.write_text("{")
    with pytest.raises(StoreError, match="not a record of this store"):
        built.records()
