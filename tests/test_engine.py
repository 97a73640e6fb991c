"""What both engines promise, and what is said before a cluster is asked: no server is needed here."""

import contextlib
import socket
import sys
from decimal import Decimal
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pyarrow.fs import LocalFileSystem, SubTreeFileSystem

from pipelines import build_cluster, cli_files, cluster_lake
from pipelines.build import KEPT_BUILDS, publish
from pipelines.build_cluster import build_on_cluster
from pipelines.cli_cluster import OnCluster, cluster_given
from pipelines.distant import lake_of_last_build, reach, refuse_to_replace, remember_tables, sweep, tables_folder
from pipelines.engine import DuckEngine
from pipelines.engine_spark import connect, for_spark
from pipelines.errors import StoreError
from pipelines.ingest import ingest
from pipelines.store import Store, connect_build
from tests.fake_reader import FAKE, claims, given


def test_a_table_is_made_and_known() -> None:
    """What was made can be asked and described; of what was not, there are no columns."""
    engine = DuckEngine(duckdb.connect())
    engine.make("paid", "select 1 as one, 2 as two")
    engine.make("seen", "select two from paid", is_view=True)
    assert [(2,)] == engine.rows("select * from seen")
    assert (["one", "two"], ["two"], []) == tuple(map(engine.columns, ("paid", "seen", "unknown")))


def test_without_the_client(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who did not install the extra is told how."""
    monkeypatch.setitem(sys.modules, "pyspark.sql.connect.session", None)
    with pytest.raises(StoreError, match=r"pip install 'denialboard\[spark\]'"):
        connect("sc://127.0.0.1:15002")


@pytest.mark.parametrize("master", ["spark://head:7077", "127.0.0.1:15002", "sc://", "sc://head:443;token=hush"])
def test_an_address_of_another_kind(master: str) -> None:
    """The address is that of a Connect server; what may be a token in a wrong place is not told."""
    with pytest.raises(StoreError, match="wanted sc://HOST:PORT") as told:
        connect(master)
    assert "hush" not in str(told.value)


def test_nobody_answers() -> None:
    """Where no server listens it is said at once, and without the word that lets one in."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # and does not listen
        port = taken.getsockname()[1]
        with pytest.raises(StoreError, match=f"no Spark Connect server answers at 127.0.0.1:{port}") as told:
            connect(f"sc://127.0.0.1:{port}/;token=hush")
    assert "hush" not in str(told.value)


def test_an_empty_lake_is_no_build(tmp_path: Path) -> None:
    """A build of nothing would take the place of a good one."""
    with pytest.raises(StoreError, match="no files are in this lake"):
        build_on_cluster(Store(tmp_path / "store"), "sc://127.0.0.1:1", str(tmp_path / "lake"))


def test_a_plain_path_is_of_this_machine() -> None:
    """Spark would look for a plain path in the cluster's own store."""
    assert ("file:///data/lake", "s3a://b/lake") == (for_spark("/data/lake"), for_spark("s3a://b/lake"))


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """A store that is there."""
    made = Store(tmp_path / "store")
    made.prepare()
    return made


def folder_of(store: Store, stamp: str) -> Path:
    """The folder of a build's large tables, which the build says."""
    folder = store.home.parent / "lake" / "builds" / stamp
    folder.mkdir(parents=True)
    remember_tables(store.builds / f"{stamp}.duckdb", str(folder))
    return folder


def test_files_go_with_their_build(store: Store) -> None:
    """When a build makes room for a newer one, so do its large tables."""
    folders = []
    for number in range(KEPT_BUILDS + 1):
        folders.append(folder_of(store, f"2026110{number}"))
        path = store.home / "made.duckdb"
        path.touch()
        publish(store, path, f"2026110{number}")
    assert [False, True, True, True] == [folder.exists() for folder in folders]
    assert [None, *map(str, folders[1:])] == [tables_folder(store.builds / f"{one.name}.duckdb") for one in folders]


def test_what_a_killed_build_wrote_is_swept(store: Store) -> None:
    """Files of a build that is not there go; those of one that is, stay."""
    (store.builds / "20261101.duckdb").touch()
    kept, left = folder_of(store, "20261101"), folder_of(store, "20261102")
    sweep(store)
    assert (True, False) == (kept.exists(), left.exists())
    assert ["20261101.duckdb", "20261101.tables"] == sorted(path.name for path in store.builds.iterdir())


def test_what_cannot_be_reached_is_swept_another_time(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """A bucket that does not answer today keeps nobody from a build; what is left there is not forgotten."""
    left = folder_of(store, "20261101")
    with monkeypatch.context() as patch:
        patch.setattr(cluster_lake, "filesystem", _gone)
        sweep(store)
    assert str(left) == tables_folder(store.builds / "20261101.duckdb")
    sweep(store)
    assert (False, None) == (left.exists(), tables_folder(store.builds / "20261101.duckdb"))


def _gone(url: str) -> object:
    raise OSError(f"{url}: no answer")


def test_the_lake_of_a_build(store: Store) -> None:
    """A lake may itself lie in a folder called `builds`."""
    (store.builds / "20261101.duckdb").touch()
    assert lake_of_last_build(store) is None
    remember_tables(store.builds / "20261101.duckdb", "/data/builds/my lake/builds/20261101")
    assert "/data/builds/my lake" == lake_of_last_build(store)
    with pytest.raises(StoreError, match="--lake '/data/builds/my lake' go on"):
        refuse_to_replace(store)


def test_files_of_a_store_and_of_a_lake_do_not_mix(store: Store) -> None:
    """No build could show both: neither a cluster's takes the place of the store's, nor are files taken beside it."""
    ingest(store, [given("a.835", claims(100))], readers=FAKE, workers=1)
    with pytest.raises(StoreError, match="holds 1 file of its own"):
        build_on_cluster(store, "sc://127.0.0.1:1", str(store.home.parent / "lake"))
    folder_of(store, "20261101")
    (store.builds / "20261101.duckdb").touch()
    with pytest.raises(StoreError, match="its last build was made on a cluster"):
        ingest(store, [given("b.835", claims(200))], readers=FAKE, workers=1)
    assert ["a.835"] == [record.name for record in store.records()]


def test_a_build_that_failed_is_made_by_the_same_command(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """The files are in the lake and none is new: what the last build does not hold is built all the same."""
    made: list[object] = []
    (store.builds / "20261101.duckdb").touch()
    monkeypatch.setenv("DENIALS_HOME", str(store.home))
    monkeypatch.setattr(cli_files, "_made", lambda store, cluster: made.append(cluster))
    monkeypatch.setattr(cli_files, "tell_of_alerts", lambda quiet: None)
    monkeypatch.setattr("pipelines.build.is_current", lambda store, elsewhere: elsewhere != [])
    for lake, records in (("behind", []), ("shown", ["a file"])):
        monkeypatch.setattr(cluster_lake, "lake_records", lambda lake, records=records: records)
        cli_files._build(True, False, OnCluster("sc://127.0.0.1:1", lake))
    assert [OnCluster("sc://127.0.0.1:1", "behind")] == made


@pytest.mark.parametrize(("seen", "said"), [(1, "sees 1 file there, wanted 2"), (3, "two ingests took some at once")])
def test_a_cluster_that_sees_another_lake(seen: int, said: str) -> None:
    """A build of other files than the lake's would take the place of a good one."""
    engine = DuckEngine(duckdb.connect())
    engine.make("lake_file", f"select * from range({seen})")
    with pytest.raises(StoreError, match=said):
        build_cluster._expect_files(engine, 2, "lake")
    build_cluster._expect_files(engine, seen, "lake")


def test_a_cluster_that_writes_elsewhere() -> None:
    """Rows that the cluster made, and of which no file is found, are not none."""
    engine = DuckEngine(duckdb.connect())
    engine.make("paid", "select 1 as one")
    engine.make("unpaid", "select one from paid where one = 2")
    build_cluster._expect_none(engine, "unpaid", "lake")
    with pytest.raises(StoreError, match="made 1 row of paid, and none is here"):
        build_cluster._expect_none(engine, "paid", "lake")


def test_tables_that_only_arrow_reaches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A build's large tables may be where DuckDB cannot look by itself: they are read through Arrow, and no others."""
    far = tmp_path / "far" / "builds" / "20261101"
    (far / "paid").mkdir(parents=True)
    pq.write_table(pa.table({"family_id": ["a", "b"], "amount": [1, 2]}), far / "paid" / "part-0.parquet")
    bucket = SubTreeFileSystem(str(tmp_path / "far"), LocalFileSystem())

    for module in (cluster_lake, build_cluster):
        monkeypatch.setattr(module, "filesystem", lambda url: (bucket, url.removeprefix("s3://")))
    build = tmp_path / "20261101.duckdb"
    with contextlib.closing(duckdb.connect(str(build))) as connection:
        place = (url := "s3://builds/20261101", reach(connection, url))
        build_cluster._take_in(connection, place, "paid", {"family_id": "VARCHAR", "amount": "DECIMAL(18,2)"}, 0)
    remember_tables(build, url)
    with contextlib.closing(connect_build(build)) as connection:
        found = connection.execute("select * from paid where family_id = 'b'").fetchall()
        assert [("b", Decimal("2.00"))] == found
        with pytest.raises(duckdb.PermissionException):
            connection.execute(f"from read_parquet('{far}/paid/part-0.parquet')")


def test_an_address_with_a_token_need_not_be_typed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment says the cluster's address where no option does, and nothing where no cluster is meant."""
    monkeypatch.setenv("DENIALS_SPARK_MASTER", "sc://cluster:443/;token=hush")
    assert OnCluster("sc://cluster:443/;token=hush", "s3://lake") == cluster_given("spark", None, "s3://lake")
    assert OnCluster("sc://other:15002", "s3://lake") == cluster_given("spark", "sc://other:15002", "s3://lake")
    assert None is cluster_given("duckdb", None, None)
