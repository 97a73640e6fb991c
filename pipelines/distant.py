"""Builds whose large tables are not in their file: those are Parquet in a folder that a cluster wrote.

Beside `builds/<stamp>.duckdb` then lies `<stamp>.tables`, which says where: the only folder that a reader of the build
is let into. The folder goes when the build does.
"""

import contextlib
import shlex
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines.errors import StoreError
from pipelines.words import counted

if TYPE_CHECKING:
    import duckdb

    from pipelines.store import Store

ENDING = ".tables"
_OPENING = threading.Lock()


def tables_folder(build: Path) -> str | None:
    """Where the build's large tables are; None where it has them all."""
    path = build.with_suffix(ENDING)
    return path.read_text(encoding="utf-8") if path.exists() else None


def open_with(build: Path, folder: str, config: Mapping[str, Any]) -> "duckdb.DuckDBPyConnection":
    """The build opened with this configuration, and its large tables to be read in the folder; no other file is.

    What may be read can be said only as long as anything may, so the last two words are said once it has been.
    """
    import duckdb

    at_last = ("enable_external_access", "lock_configuration")
    first = {key: value for key, value in config.items() if key not in at_last}
    with _OPENING:
        connection = duckdb.connect(str(build), read_only=True, config=first)
        [(is_said,)] = connection.execute("select current_setting('lock_configuration')").fetchall()
        if not is_said:  # all connections of a process to one file share what was said
            connection.execute("set parquet_metadata_cache = true")
            connection.execute("set allowed_directories = [?]", [reach(connection, folder)])
            for key in at_last:
                connection.execute(f"set {key} = {config[key]}")
    return connection


def reach(connection: "duckdb.DuckDBPyConnection", folder: str) -> str:
    """How DuckDB calls the folder, ending in a slash; what only Arrow reaches, the connection now reads by it."""
    from pyarrow.fs import LocalFileSystem

    from pipelines.cluster_lake import filesystem

    files, path = filesystem(folder)
    if isinstance(files, LocalFileSystem):
        return f"{path}/"
    try:
        from pipelines.distant_files import SCHEME, DistantFiles
    except ImportError as problem:
        raise StoreError(f"{folder}: fsspec is missing ({problem}); `pip install 'denialboard[spark]'`") from problem
    connection.register_filesystem(DistantFiles(files, path))
    return f"{SCHEME}://"


def remember_tables(build: Path, folder: str) -> None:
    """Readers of the build, which is not there yet, will find its large tables."""
    from pipelines.disk import write_private

    write_private(build.with_suffix(ENDING), folder.encode())


def sweep(store: "Store") -> None:
    """Nothing is left of builds that were never finished."""
    for path in store.builds.glob(f"*{ENDING}"):
        if not path.with_suffix(".duckdb").exists():
            forget_tables(path)


def forget_tables(build: Path) -> None:
    """The large tables of a build that has gone are gone too; what cannot be reached now, the next sweep removes."""
    if (folder := tables_folder(build)) is not None:
        with contextlib.suppress(OSError, StoreError):
            remove(folder)
            build.with_suffix(ENDING).unlink()


def remove(folder: str) -> None:
    """There is no such folder."""
    from pyarrow.fs import FileType

    from pipelines.cluster_lake import filesystem

    files, path = filesystem(folder)
    if files.get_file_info(path).type != FileType.NotFound:
        files.delete_dir(path)


def lost_tables(connection: "duckdb.DuckDBPyConnection") -> Iterator[str]:
    """A sentence for each large table of the build whose files cannot be read."""
    import duckdb

    views = connection.execute("select view_name from duckdb_views() where not internal order by 1").fetchall()
    for (view,) in views:
        try:
            connection.execute(f"select count(*) from {view}").fetchall()
        except duckdb.Error as problem:
            why = str(problem).splitlines()[0]
            yield f"{view}: its files cannot be read ({why}); `denials build --engine spark` makes them again"


def lake_of_last_build(store: "Store") -> str | None:
    """The lake that a cluster made the last build of; None where this machine made it, or there is none."""
    newest = max(store.builds.glob("*.duckdb"), default=None)
    folder = tables_folder(newest) if newest is not None else None
    return folder.rpartition("/builds/")[0] if folder is not None else None


def is_of_cluster(store: "Store") -> bool:
    """A cluster made the store's last build."""
    return lake_of_last_build(store) is not None


def refuse_to_hide(store: "Store") -> None:
    """StoreError where the store has files of its own: a build of a cluster's lake would not hold them."""
    if count := len(store.records()):
        raise StoreError(
            f"{store.home}: holds {counted(count, 'file')} of its own, which a build of a cluster's lake would hide;"
            " choose another folder by DENIALS_HOME"
        )


def refuse_to_replace(store: "Store") -> None:
    """StoreError where a cluster made the last build: this computer has not what it was made from."""
    if (lake := lake_of_last_build(store)) is not None:
        raise StoreError(
            f"{store.home}: its last build was made on a cluster; `denials ingest` and `denials build` with --engine"
            f" spark --master sc://HOST:PORT --lake {shlex.quote(lake)} go on from there, or choose another folder by"
            " DENIALS_HOME"
        )
