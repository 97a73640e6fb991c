"""The rows of small files gathered in one database, so that a build opens only the files that are new since the last.

Opening a Parquet file costs a millisecond or two however little is in it, and a practice's store holds thousands of
files of a dozen tables each. The database lies beside the lake, is made from it alone, and may be deleted like it.
"""

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.lake import LAKE_TABLES, sql_columns

if TYPE_CHECKING:
    import duckdb

SMALL_BYTES = 2_000_000  # source files up to this are gathered; larger ones are read where they are
STORAGE_VERSION = "v1.5.0"  # readable by every DuckDB that we support


def quoted(text: str) -> str:
    """The text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def select_lake(table: str, folders: list[Path]) -> str:
    """The SELECT of one lake table over these folders; of no rows where none of them has any."""
    columns = sql_columns(table)
    paths = [path for folder in folders if (path := folder / f"{table}.parquet").exists()]
    if paths:
        files = ", ".join(quoted(str(path)) for path in paths)
        return f"select {', '.join(columns)} from read_parquet([{files}])"
    nulls = ", ".join(f"cast(null as {kind}) as {name}" for name, kind in columns.items())
    return f"select {nulls} where false"


def attach_gathered(connection: "duckdb.DuckDBPyConnection", database: Path, folders: list[Path]) -> None:
    """Attached as `gathered`: one table per lake table, with the rows of exactly these folders.

    A database that cannot be used, for whatever reason, is made anew.
    """
    import duckdb

    database.parent.mkdir(mode=0o700, exist_ok=True)
    try:
        _attach(connection, database)
        _bring_up_to_date(connection, folders)
    except duckdb.Error:
        _forget(connection, database)
        _attach(connection, database)
        _bring_up_to_date(connection, folders)


def _attach(connection: "duckdb.DuckDBPyConnection", database: Path) -> None:
    connection.execute(f"attach {quoted(str(database))} as gathered (storage_version '{STORAGE_VERSION}')")
    database.chmod(0o600)
    for table in LAKE_TABLES:
        columns = ", ".join(f"{name} {kind}" for name, kind in sql_columns(table).items())
        connection.execute(f"create table if not exists gathered.{table} ({columns})")
    connection.execute("create table if not exists gathered.member (folder VARCHAR, written_at BIGINT)")


def _forget(connection: "duckdb.DuckDBPyConnection", database: Path) -> None:
    """The database is detached and its files are gone."""
    import duckdb

    with contextlib.suppress(duckdb.TransactionException):  # there may be no transaction to give up
        connection.execute("rollback")
    connection.execute("detach database if exists gathered")
    for path in database.parent.glob(f"{database.name}*"):
        path.unlink()


def _bring_up_to_date(connection: "duckdb.DuckDBPyConnection", folders: list[Path]) -> None:
    """What has gone or changed is out, what is new is in, all at once."""
    known = dict(connection.execute("select folder, written_at from gathered.member").fetchall())
    wanted = {folder.name: (folder / "file.parquet").stat().st_mtime_ns for folder in folders}
    gone = [name for name, written_at in known.items() if wanted.get(name) != written_at]
    new = [folder for folder in folders if known.get(folder.name) != wanted[folder.name]]
    connection.execute("begin")
    for table in LAKE_TABLES:
        if gone:
            file_ids = ", ".join(quoted(name[:12]) for name in gone)
            connection.execute(f"delete from gathered.{table} where file_id in ({file_ids})")
        if new:
            connection.execute(f"insert into gathered.{table} {select_lake(table, new)}")
    if gone:
        connection.execute(f"delete from gathered.member where folder in ({', '.join(map(quoted, gone))})")
    if new:
        members = ", ".join(f"({quoted(folder.name)}, {wanted[folder.name]})" for folder in new)
        connection.execute(f"insert into gathered.member values {members}")
    connection.execute("commit")
