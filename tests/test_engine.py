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

from pipelines import build_cluster, cluster_lake
from pipelines.build import KEPT_BUILDS, publish
from pipelines.build_cluster import build_on_cluster
from pipelines.distant import reach, remember_tables, sweep, tables_folder
from pipelines.engine import DuckEngine
from pipelines.engine_spark import connect, for_spark
from pipelines.errors import StoreError
from pipelines.store import Store, connect_build


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


@pytest.mark.parametrize("master", ["spark://head:7077", "127.0.0.1:15002", "sc://"])
def test_an_address_of_another_kind(master: str) -> None:
    """The address is that of a Connect server."""
    with pytest.raises(StoreError, match="wanted sc://HOST:PORT"):
        connect(master)


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
