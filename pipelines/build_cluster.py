"""A lake that many machines wrote -> a build made on Spark: the same SELECTs, the same checks, the same DuckDB file.

Spark writes each table as Parquet under `<lake>/builds/<stamp>/<table>/`. The build file takes in the small ones, all
roll-ups that pages ask for most among them; a large one it only names, as a view. So whoever reads the build need not
know who made it. The types of all columns are those that DuckDB itself gives them.
"""

import contextlib
import shlex
import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines import functions, rollup
from pipelines.build import Recipe, create_tables, making, new_stamp, publish, run_checks
from pipelines.build_about import inputs_of, write_about, write_tables, write_way
from pipelines.build_inputs import LEDGER_TABLES, create_ledger_tables, create_reference_tables
from pipelines.cluster_lake import filesystem, lake_parts, lake_records
from pipelines.distant import reach, refuse_to_hide, remember_tables, sweep
from pipelines.engine import DuckEngine, Engine
from pipelines.engine_spark import SparkEngine, connected
from pipelines.errors import StoreError
from pipelines.gathered import quoted, select_lake
from pipelines.lake import LAKE_TABLES, sql_columns
from pipelines.logs import Log
from pipelines.source_text import remember_lake
from pipelines.store import Record, Store
from pipelines.words import counted

if TYPE_CHECKING:
    import duckdb

SMALL_BYTES = 256_000_000  # of Parquet; a larger table stays where the cluster wrote it
Shape = Mapping[str, Mapping[str, str]]  # table -> column -> type


def build_on_cluster(
    store: Store, master: str, lake: str, recipe: Recipe | None = None, small_bytes: int = SMALL_BYTES
) -> Path:
    """A build of the lake, made on the cluster at `master` (sc://...), is the store's current one."""
    recipe, started = recipe or Recipe(), time.perf_counter()
    store.prepare()
    with store.lock("build.lock"), store.workplace() as workplace:
        refuse_to_hide(store)
        sweep(store)
        inputs = inputs_of(store, recipe, _records(lake))
        stamp, path = new_stamp(store), workplace / "build.duckdb"
        folder = f"{lake.rstrip('/')}/builds/{stamp}"
        remember_tables(store.builds / f"{stamp}.duckdb", folder)  # who is killed from here on leaves a trace
        try:
            with connected(master) as session, making(path) as connection:
                engine = SparkEngine(session, folder)
                seconds = _run(engine, connection, recipe, store, lake, len(inputs.records))
                write_about(connection, stamp, inputs)
                place = folder, reach(connection, folder)
                for table, columns in _shape(recipe).items():
                    if not _take_in(connection, place, table, columns, small_bytes):
                        _expect_none(engine, table, folder)
                write_tables(connection, seconds)
                write_way(connection, "complete", "made on a cluster", None, time.perf_counter() - started)
            remember_lake(store, lake)  # whoever made it: the text of its claims is found there
            published = publish(store, path, stamp)
        except BaseException:
            sweep(store)
            raise
    Log(store.home).built(stamp, time.perf_counter() - started)
    return published


def _records(lake: str) -> list[Record]:
    """The files in the lake; StoreError where there are none, for a build of nothing would replace a good one."""
    if records := lake_records(lake):
        return records
    raise StoreError(
        f"{lake}: no files are in this lake; `denials ingest --engine spark --lake {shlex.quote(lake)} PATH...`"
    )


def _run(
    engine: SparkEngine,
    connection: "duckdb.DuckDBPyConnection",
    recipe: Recipe,
    store: Store,
    lake: str,
    file_count: int,
) -> dict[str, float]:
    """Every table and roll-up is made on the cluster and checked there; the seconds that each table took."""
    create_reference_tables(connection, recipe.reference)
    create_ledger_tables(connection, store.ledger)
    parts = lake_parts(lake)
    for table in LAKE_TABLES:
        engine.show(f"lake_{table}", sql_columns(table), parts.get(table, []))
    _expect_files(engine, file_count, lake)
    for table, columns in _columns_of(connection).items():
        _send(connection, engine, table, columns)
    seconds = create_tables(engine, recipe)
    rollup.create(engine)
    run_checks(engine, recipe.checks)
    return seconds


def _expect_files(engine: Engine, file_count: int, lake: str) -> None:
    """The cluster sees every file of the lake, and each once; StoreError otherwise."""
    [(seen,)] = engine.rows("select count(*) from lake_file")
    if seen != file_count:
        why = "it reaches another place than we do" if seen < file_count else "two ingests took some at once"
        raise StoreError(
            f"{lake}: the cluster sees {counted(seen, 'file')} there, wanted {file_count} ({why}, or one is under way);"
            " build again, or ingest into another lake that all machines share"
        )


def _expect_none(engine: Engine, table: str, folder: str) -> None:
    """StoreError where the cluster has rows of a table of which no file is in the folder."""
    [(count,)] = engine.rows(f"select count(*) from {table}")
    if count:
        raise StoreError(
            f"{folder}: the cluster made {counted(count, 'row')} of {table}, and none is here; wanted a lake that all"
            " machines reach under this name"
        )


def _columns_of(connection: "duckdb.DuckDBPyConnection") -> Shape:
    """The tables and views of the database in use, with their columns and types."""
    rows = connection.execute(
        "select table_name, column_name, data_type from information_schema.columns"
        " where table_catalog = current_database() order by table_name, ordinal_position"
    ).fetchall()
    shape: dict[str, dict[str, str]] = {}
    for table, column, kind in rows:
        shape.setdefault(table, {})[column] = kind
    return shape


def _send(connection: "duckdb.DuckDBPyConnection", engine: SparkEngine, table: str, columns: Mapping[str, str]) -> None:
    """The cluster sees a table that was made here."""
    import pyarrow.parquet as pq

    files, path = filesystem(f"{engine.folder}/{table}")
    files.create_dir(path, recursive=True)
    rows = connection.sql(f"select * from {table}").to_arrow_table()
    pq.write_table(rows, f"{path}/part-0.parquet", filesystem=files)
    engine.show(table, columns, [f"{engine.folder}/{table}/part-0.parquet"])


def _shape(recipe: Recipe) -> Shape:
    """The tables and roll-ups of the recipe with the columns and types that DuckDB gives them: made of no rows."""
    import duckdb

    with contextlib.closing(duckdb.connect(":memory:")) as connection:
        functions.register(connection)
        create_reference_tables(connection, recipe.reference)
        for table, columns in LEDGER_TABLES.items():
            connection.execute(f"create table {table} ({columns})")
        for table in LAKE_TABLES:
            connection.execute(f"create table lake_{table} as {select_lake(table, [])}")
        given = set(_columns_of(connection))
        engine = DuckEngine(connection)
        create_tables(engine, recipe)
        rollup.create(engine)
        return {table: columns for table, columns in _columns_of(connection).items() if table not in given}


def _take_in(
    connection: "duckdb.DuckDBPyConnection",
    place: tuple[str, str],
    table: str,
    columns: Mapping[str, str],
    small: int,
) -> bool:
    """The build has the table: its rows where they are few, else a view of its files; whether there are any."""
    import pyarrow.dataset as ds
    from pyarrow.fs import FileSelector

    folder, reached = place  # as Arrow calls it, and as DuckDB does
    files, path = filesystem(f"{folder}/{table}")
    found = files.get_file_info(FileSelector(path, recursive=True, allow_not_found=True))
    parts = {one.path: one.size for one in found if one.path.endswith(".parquet")}
    wanted = ", ".join(f"cast({name} as {kind}) as {name}" for name, kind in columns.items())
    if not parts:
        connection.execute(f"create table {table} ({', '.join(f'{name} {kind}' for name, kind in columns.items())})")
    elif sum(parts.values()) > small:
        root = path.removesuffix(table)
        names = ", ".join(quoted(reached + part.removeprefix(root)) for part in sorted(parts))
        source = f"read_parquet([{names}], hive_partitioning = false)"
        connection.execute(f"create view {table} as select {wanted} from {source}")
    else:
        connection.register("arrived", ds.dataset(list(parts), filesystem=files, format="parquet"))
        connection.execute(f"create table {table} as select {wanted} from arrived")
        connection.unregister("arrived")
    return bool(parts)
