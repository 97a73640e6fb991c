"""Rows -> lake -> build, in a temporary folder and in memory: what the tests of classifying and measuring stand on."""

import datetime
import hashlib
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import duckdb

from pipelines.build import MACROS, SQL_FOLDER
from pipelines.build_inputs import create_reference_tables
from pipelines.lake import LAKE_TABLES, File, LakeWriter, sql_columns
from pipelines.reference import reference_dir
from pipelines.rows import Row
from pipelines.tables import TABLES

LEDGER = (
    "create table ledger_override (denial_id VARCHAR, family_id VARCHAR, line_key VARCHAR, root_cause VARCHAR,"
    " note VARCHAR, who VARCHAR, decided_at TIMESTAMP)",
    "create table ledger_target (kpi VARCHAR, target DECIMAL(18,4), who VARCHAR, decided_at TIMESTAMP)",
)
WHEN = datetime.datetime(2026, 11, 1)


def file_id(name: str) -> str:
    """The file id that a test file of this name gets."""
    return hashlib.sha256(name.encode()).hexdigest()[:12]


def write_lake(folder: Path, files: Mapping[str, Iterable[Row]]) -> list[Path]:
    """One lake folder per named file."""
    folders = []
    for name, rows in files.items():
        kind = "denial_log" if name.startswith("log") else "837P" if name.startswith("837") else "835"
        home = folder / file_id(name)
        home.mkdir()
        writer = LakeWriter(home, file_id(name), name)
        writer.write([File(file_id(name) * 5, name, kind, "loaded", 0, WHEN), *rows])
        writer.close()
        folders.append(home)
    return folders


def create_lake_tables(connection: duckdb.DuckDBPyConnection, folders: list[Path]) -> None:
    """Each lake table is a table `lake_<table>`, empty where no file has rows for it."""
    for table in LAKE_TABLES:
        columns = ", ".join(f"{name} {kind}" for name, kind in sql_columns(table).items())
        connection.execute(f"create table lake_{table} ({columns})")
        for path in (folder / f"{table}.parquet" for folder in folders):
            if path.exists():
                connection.execute(f"insert into lake_{table} select * from read_parquet('{path}')")


def warehouse(
    files: Mapping[str, Iterable[Row]], tables: tuple[str, ...] = TABLES, overrides: Mapping[str, str] = {}
) -> duckdb.DuckDBPyConnection:
    """A connection that holds every table of a build made of these files."""
    connection = duckdb.connect(":memory:")
    connection.execute("set threads = 1")
    for statement in (*MACROS, *LEDGER):
        connection.execute(statement)
    for denial_id, root_cause in overrides.items():
        connection.execute(
            "insert into ledger_override values (?, null, null, ?, null, 'tester', null)", [denial_id, root_cause]
        )
    create_reference_tables(connection, reference_dir())
    with tempfile.TemporaryDirectory() as folder:
        create_lake_tables(connection, write_lake(Path(folder), files))
        for table in tables:
            text = (SQL_FOLDER / f"{table}.sql").read_text(encoding="utf-8")
            connection.execute(f"create table {table} as\n{text}")
    return connection


def query(connection: duckdb.DuckDBPyConnection, sql: str) -> list[tuple[Any, ...]]:
    """Every row of a query."""
    return connection.cursor().execute(sql).fetchall()
