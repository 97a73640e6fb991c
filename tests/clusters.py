"""A lake as an ingest on a cluster writes it, and what DuckDB makes of the same rows: for tests of builds on Spark."""

import contextlib
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from pipelines import rollup
from pipelines.build import Recipe, create_tables
from pipelines.build_inputs import create_ledger_tables
from pipelines.cluster_lake import SOURCE, Manifest, source_schema, versioned, write_manifest
from pipelines.cluster_parts import part_name
from pipelines.engine import DuckEngine
from pipelines.gathered import quoted
from pipelines.lake import LAKE_TABLES, lake_schema, sql_columns
from pipelines.store import Store
from tests.warehouse import warehouse
from tests.whole_practice import practice

BATCH = "20261101T000000000000Z"
RECEIVED_AT = "2026-11-01T00:00:00+00:00"


def odd_and_usual(samples: Store, decided: Store) -> duckdb.DuckDBPyConnection:
    """A connection with the practice of odd cases and the samples in one lake, and every table DuckDB makes of them."""
    connection = warehouse(practice(), upto=[])
    with contextlib.closing(duckdb.connect(str(samples.gathered), read_only=True)) as gathered:
        for table in LAKE_TABLES:
            rows = gathered.sql(f"select {', '.join(sql_columns(table))} from {table}").to_arrow_table()
            connection.register("arrived", rows)
            connection.execute(f"insert into lake_{table} select * from arrived")
            connection.unregister("arrived")
    create_ledger_tables(connection, decided.ledger)
    create_tables(DuckEngine(connection), Recipe())
    rollup.create(DuckEngine(connection))
    return connection


def keep(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    """All that the connection holds is in a database file."""
    connection.execute(f"attach {quoted(str(path))} as kept")
    connection.execute("copy from database memory to kept")
    connection.execute("detach kept")


def write_cluster_lake(lake: Path, connection: duckdb.DuckDBPyConnection) -> None:
    """The lake holds the rows of the connection's `lake_` tables, as one batch of two part files for each table."""
    parts: dict[str, int] = {}
    for table in LAKE_TABLES:
        rows = connection.sql(f"select * from lake_{table}").to_arrow_table().cast(lake_schema(table))
        half = (len(rows) + 1) // 2
        for number, part in enumerate((rows.slice(0, half), rows.slice(half))):
            if len(part):
                parts[_place(lake, table, number, part)] = len(part)
    files = connection.sql("select sha256, file_name, kind, byte_count from lake_file").to_arrow_table().to_pylist()
    told = {"received_at": RECEIVED_AT, "is_demo": False, "changed_at": 0, "member": 0}
    rows = [told | one | _listed(one["file_name"], one["byte_count"]) for one in files]
    sources = pa.Table.from_pylist(rows, source_schema())
    parts[_place(lake, SOURCE, 0, sources)] = len(sources)
    write_manifest(str(lake), Manifest(BATCH, parts))


def _listed(name: str, byte_count: int) -> dict[str, object]:
    """Where the file was: it is not there any more."""
    return {"url": f"/gone/{name}", "listed_name": name, "listed_bytes": byte_count}


def _place(lake: Path, table: str, number: int, rows: object) -> str:
    """The rows are a part file; its place in the lake."""
    place = part_name(table, BATCH, number)
    path = Path(versioned(str(lake))) / place
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(rows, path)
    return place


def differences(here: duckdb.DuckDBPyConnection, tables: list[str]) -> dict[str, object]:
    """Of each table that differs: how its columns do, a row that the attached build has not, or both row counts."""
    own, other, found = _columns(here, "here"), _columns(here, "build"), dict[str, object]()
    for table in tables:
        mine, theirs = f"here.{table}", f"build.{table}"
        if own[table] != other[table]:
            found[table] = set(own[table]) ^ set(other[table])
        elif missing := here.execute(f"from {mine} except all from {theirs} limit 1").fetchall():
            found[table] = missing
        else:
            counts = here.execute(f"select (select count(*) from {mine}), (select count(*) from {theirs})").fetchone()
            if counts and counts[0] != counts[1]:
                found[table] = counts
    return found


def _columns(connection: duckdb.DuckDBPyConnection, catalog: str) -> dict[str, list[tuple[str, str]]]:
    """Table -> its columns with their types, in order."""
    rows = connection.execute(
        "select table_name, column_name, data_type from information_schema.columns"
        " where table_catalog = ? order by table_name, ordinal_position",
        [catalog],
    ).fetchall()
    found: dict[str, list[tuple[str, str]]] = {}
    for table, column, kind in rows:
        found.setdefault(table, []).append((column, kind))
    return found
