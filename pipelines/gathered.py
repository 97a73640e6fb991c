"""The rows of small files gathered in one database, so that a build opens only the files that are new since the last.

Opening a file costs a good part of a millisecond however little is in it, and a practice's store holds thousands. The
database lies beside the lake, is made from it alone, and may be deleted like it.
"""

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.lake import LAKE_TABLES, read_few_rows, sql_columns, written_at

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

AT_ONCE_BYTES = 64_000_000  # of rows that are in memory together; a statement costs more than the rows of one file
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
    wanted = {folder.name: written_at(folder) for folder in folders}
    gone = [name for name, when in known.items() if wanted.get(name) != when]
    new = [folder for folder in folders if known.get(folder.name) != wanted[folder.name]]
    connection.execute("begin")
    if gone:
        file_ids = ", ".join(quoted(name[:12]) for name in gone)
        for table in LAKE_TABLES:
            connection.execute(f"delete from gathered.{table} where file_id in ({file_ids})")
        connection.execute(f"delete from gathered.member where folder in ({', '.join(map(quoted, gone))})")
    _take_in(connection, new)
    if new:
        members = ", ".join(f"({quoted(folder.name)}, {wanted[folder.name]})" for folder in new)
        connection.execute(f"insert into gathered.member values {members}")
    connection.execute("commit")


def _take_in(connection: "duckdb.DuckDBPyConnection", folders: list[Path]) -> None:
    """The rows of these folders are in the database's tables."""
    parts: dict[str, list[pa.Table]] = {}
    byte_count = 0
    for folder in folders:
        for table, rows in read_few_rows(folder).items():
            parts.setdefault(table, []).append(rows)
            byte_count += rows.nbytes
        if byte_count > AT_ONCE_BYTES:
            _insert(connection, parts)
            parts, byte_count = {}, 0
    _insert(connection, parts)


def _insert(connection: "duckdb.DuckDBPyConnection", parts: "dict[str, list[pa.Table]]") -> None:
    import pyarrow as pa

    for table, of_folders in parts.items():
        connection.register("arrived", pa.concat_tables(of_folders))
        connection.execute(f"insert into gathered.{table} select * from arrived")
        connection.unregister("arrived")
