"""The lake, the reference data and the ledger -> one DuckDB file that everything above reads.

A build is made in a workplace, checked, and renamed into `builds/` when it is whole; the three newest are kept. Its
tables are `ref_<stem>` (data/reference), `ledger_*` (what people decided), those of TABLES in that order, and
`build_info` and `build_table` about the build itself. The SELECTs see the lake as `lake_<table>`, whole but possibly
empty.
"""

import contextlib
import dataclasses
import datetime
import hashlib
import shutil
import time
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines import functions, rollup
from pipelines.build_inputs import create_lake_views, create_ledger_tables, create_reference_tables, ledger_digest
from pipelines.disk import sync
from pipelines.errors import CheckFailed, StoreError
from pipelines.gathered import STORAGE_VERSION, quoted
from pipelines.ingest import reread
from pipelines.lake import LAKE_VERSION
from pipelines.reading import Readers
from pipelines.reference import reference_dir
from pipelines.store import Record, Store
from pipelines.tables import TABLES

if TYPE_CHECKING:
    import duckdb

SQL_FOLDER = Path(__file__).parent / "sql"
CHECKS_FOLDER = Path(__file__).parent / "checks"
KEPT_BUILDS = 3


@dataclasses.dataclass(frozen=True)
class Recipe:
    """What a build is made with; tests bring their own."""

    tables: tuple[str, ...] = TABLES
    sql: Path = SQL_FOLDER
    checks: Path = CHECKS_FOLDER
    reference: Path = dataclasses.field(default_factory=reference_dir)


STAMP = "%Y%m%dT%H%M%S%fZ"


def create_tables(connection: "duckdb.DuckDBPyConnection", recipe: Recipe) -> None:
    """Each table of the recipe is made from its SELECT, in order; `build_table` tells rows, seconds and grain."""
    connection.execute(
        "create table build_table (position INTEGER, table_name VARCHAR, row_count BIGINT, seconds DOUBLE)"
    )
    for position, table in enumerate(recipe.tables, 1):
        started = time.perf_counter()
        _run(connection, recipe.sql / f"{table}.sql", f"create table {table} as\n")
        seconds = time.perf_counter() - started
        connection.execute(
            f"insert into build_table select {position}, {quoted(table)}, count(*), {seconds:.3f} from {table}"
        )


def _run(connection: "duckdb.DuckDBPyConnection", path: Path, before: str = "") -> "duckdb.DuckDBPyConnection":
    import duckdb

    try:
        return connection.execute(before + path.read_text(encoding="utf-8").rstrip().rstrip(";"))
    except duckdb.Error as problem:
        raise StoreError(f"{path.name}: {str(problem).strip()}") from problem
    except FileNotFoundError as problem:
        raise StoreError(f"{path}: is in TABLES but there is no such file") from problem


def run_checks(connection: "duckdb.DuckDBPyConnection", folder: Path) -> None:
    """No check found a row; else CheckFailed with each check's count and its first row."""
    failures = []
    for path in sorted(folder.glob("*.sql")):
        found = _run(connection, path).fetchall()
        if found:
            failures.append(f"{path.stem}: {len(found)} rows, the first {found[0]}")
    if failures:
        raise CheckFailed("the new build is not used: " + "; ".join(failures))


def input_digest(store: Store, records: list[Record], recipe: Recipe) -> str:
    """Equal for two builds exactly when they would hold the same: sources, decisions, SQL, reference data, version."""
    decided = ledger_digest(store.ledger)
    digest = hashlib.sha256(f"{_version()} {LAKE_VERSION} {decided}".encode())
    for record in sorted(records, key=lambda record: record.sha256):
        digest.update(f"{record.sha256} {record.name} {record.mapping}".encode())
    for folder in (recipe.sql, recipe.checks, recipe.reference):
        for path in sorted(path for path in folder.glob("*") if path.suffix in (".sql", ".csv", ".parquet")):
            digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()


def is_current(store: Store, recipe: Recipe | None = None) -> bool:
    """The newest build holds what a new one would."""
    import duckdb

    if not any(store.builds.glob("*.duckdb")):
        return False
    with contextlib.closing(store.connect()) as connection:
        try:
            found = connection.execute("select input_digest from build_info").fetchall()
        except duckdb.CatalogException:  # made by a version that did not write it
            return False
    return bool(found == [(input_digest(store, store.records(), recipe or Recipe()),)])


def build(
    store: Store, recipe: Recipe | None = None, readers: Readers | None = None, workers: int | None = None
) -> Path:
    """A new build is current; sources whose rows are not in the lake were read again first."""
    recipe = recipe or Recipe()
    store.prepare()
    with store.lock("build.lock"):
        reread(store, readers, workers)
        with store.workplace() as workplace:
            records = store.records()
            path = workplace / "build.duckdb"
            digest = input_digest(store, records, recipe)  # before the ledger is read: a word said in between is new
            with _new_build(path) as connection:
                create_lake_views(connection, store.gathered, [store.lake / record.sha256 for record in records])
                create_reference_tables(connection, recipe.reference)
                create_ledger_tables(connection, store.ledger)
                stamp = _stamp(store)
                _create_build_info(connection, stamp, records, digest)
                create_tables(connection, recipe)
                rollup.create(connection)
                run_checks(connection, recipe.checks)
            return _publish(store, path, stamp)


@contextlib.contextmanager
def _new_build(path: Path) -> Iterator["duckdb.DuckDBPyConnection"]:
    """A connection that makes its tables in a new file; the file is whole and closed afterwards."""
    import duckdb

    config: dict[str, Any] = {"autoinstall_known_extensions": "false", "autoload_known_extensions": "false"}
    with contextlib.closing(duckdb.connect(":memory:", config=config)) as connection:
        try:
            connection.execute(f"set temp_directory = {quoted(str(path.parent / 'spill'))}")
            connection.execute(f"attach {quoted(str(path))} as build (storage_version '{STORAGE_VERSION}')")
            connection.execute("use build")
            functions.register(connection)
            yield connection
            functions.keep(connection)
            connection.execute("use memory")
            connection.execute("detach build")
        except duckdb.Error as problem:
            raise StoreError(f"the build could not be made: {' '.join(str(problem).split())}") from problem


def _create_build_info(connection: "duckdb.DuckDBPyConnection", stamp: str, records: list[Record], digest: str) -> None:
    connection.execute(
        "create table build_info (version VARCHAR, created_at TIMESTAMP, file_count BIGINT, is_demo BOOLEAN,"
        " input_digest VARCHAR)"
    )
    created_at = datetime.datetime.strptime(stamp, STAMP)
    values = [_version(), created_at, len(records), any(record.is_demo for record in records), digest]
    connection.execute("insert into build_info values (?, ?, ?, ?, ?)", values)


def _version() -> str:
    try:
        return metadata.version("denialboard")
    except metadata.PackageNotFoundError:
        return "source"


def _stamp(store: Store) -> str:
    """This moment as a build's name, greater than every name so far even where the clock went back."""
    now = datetime.datetime.now(datetime.UTC).replace(tzinfo=None)
    newest = max((path.stem for path in store.builds.glob("*.duckdb")), default="")
    if newest and now.strftime(STAMP) <= newest:
        now = datetime.datetime.strptime(newest, STAMP) + datetime.timedelta(microseconds=1)
    return now.strftime(STAMP)


def _publish(store: Store, path: Path, stamp: str) -> Path:
    """The build is current; older ones than the newest few, and lakes of older readers, are gone."""
    target = store.builds / f"{stamp}.duckdb"
    path.chmod(0o600)
    sync(path)
    path.rename(target)
    sync(store.builds)
    for old in sorted(store.builds.glob("*.duckdb"))[:-KEPT_BUILDS]:
        old.unlink()  # who has it open reads on undisturbed
    for lake in store.lake.parent.iterdir():
        if lake not in (store.lake, store.gathered.parent):
            shutil.rmtree(lake)
    return target
