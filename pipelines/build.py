"""The lake, the reference data and the ledger -> one DuckDB file that everything above reads.

A build is made in a workplace, checked, and renamed into `builds/` when it is whole; the three newest are kept. Its
tables are `ref_<stem>` (data/reference), `ledger_*` (what people decided), those of TABLES in that order, and
`build_info` and `build_table` about the build itself. The SELECTs see the lake as `lake_<table>`, whole but possibly
empty.
"""

import contextlib
import dataclasses
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines import functions, rollup
from pipelines.build_about import STAMP, Inputs, inputs_of, new_since, write_about, write_tables, write_way
from pipelines.build_inputs import create_lake_views, create_ledger_tables, create_reference_tables
from pipelines.daily import Daily, attached, is_known
from pipelines.disk import stamp_after, sync
from pipelines.distant import forget_tables, refuse_to_replace
from pipelines.engine import DuckEngine, Engine
from pipelines.errors import CheckFailed, InDoubt, StoreError, advice
from pipelines.gathered import STORAGE_VERSION, quoted
from pipelines.ingest import reread
from pipelines.logs import Log
from pipelines.reading import Readers
from pipelines.reference import reference_dir
from pipelines.store import Record, Store
from pipelines.tables import TABLES, VIEWS
from pipelines.words import counted

if TYPE_CHECKING:
    import duckdb

SQL_FOLDER = Path(__file__).parent / "sql"
CHECKS_FOLDER = Path(__file__).parent / "checks"
KEPT_BUILDS = 3
MEMORY_LIMIT = "3GB"  # what does not fit is spilled beside the build


@dataclasses.dataclass(frozen=True)
class Recipe:
    """What a build is made with; tests bring their own."""

    tables: tuple[str, ...] = TABLES
    sql: Path = SQL_FOLDER
    checks: Path = CHECKS_FOLDER
    reference: Path = dataclasses.field(default_factory=reference_dir)


def create_tables(engine: Engine, recipe: Recipe) -> dict[str, float]:
    """Each table of the recipe is made from its SELECT, in order; how many seconds each took."""
    seconds: dict[str, float] = {}
    for table in recipe.tables:
        started = time.perf_counter()
        path = recipe.sql / f"{table}.sql"
        with _named(path):
            engine.make(table, _select_of(path), table in VIEWS)
        seconds[table] = time.perf_counter() - started
    return seconds


@contextlib.contextmanager
def _named(path: Path) -> Iterator[None]:
    """What an engine refuses inside is a StoreError that names the file."""
    import duckdb

    try:
        yield
    except (duckdb.Error, StoreError) as problem:
        raise StoreError(f"{path.name}: {str(problem).strip()}") from problem
    except FileNotFoundError as problem:
        raise StoreError(f"{path}: is in TABLES but there is no such file") from problem


def _select_of(path: Path) -> str:
    return path.read_text(encoding="utf-8").rstrip().rstrip(";")


def run_checks(engine: Engine, folder: Path) -> None:
    """No check found a row; else CheckFailed with each check's count and its first row."""
    failures = []
    for path in sorted(folder.glob("*.sql")):
        with _named(path):
            found = engine.rows(_select_of(path))
        if found:
            failures.append(f"{path.stem}: {counted(len(found), 'row')}, the first {found[0]}")
    if failures:
        raise CheckFailed("the new build is not used: " + "; ".join(failures))


def is_current(store: Store, recipe: Recipe | None = None, elsewhere: list[Record] | None = None) -> bool:
    """The newest build holds what a new one would, of the store's files or of those that are elsewhere."""
    import duckdb

    if not any(store.builds.glob("*.duckdb")):
        return False
    try:
        with contextlib.closing(store.connect()) as connection:
            found = connection.execute("select input_digest from build_info").fetchall()
    except (StoreError, duckdb.Error):  # damaged, or made by a version that did not write it
        return False
    return bool(found == [(inputs_of(store, recipe or Recipe(), elsewhere).digest,)])


def build(
    store: Store,
    recipe: Recipe | None = None,
    readers: Readers | None = None,
    workers: int | None = None,
    is_complete: bool = False,
) -> Path:
    """A new build is current; sources whose rows are not in the lake were read again first.

    Where only files have come since the last build, it is made out of that, unless a complete one is asked for.
    """
    recipe, started = recipe or Recipe(), time.perf_counter()
    store.prepare()
    with store.lock("build.lock"):
        refuse_to_replace(store)  # what a cluster made while this waited, too
        reread(store, readers, workers)
        with store.workplace() as workplace:
            inputs = inputs_of(store, recipe)  # before the ledger is read: a word said in between is new
            stamp, day, path = new_stamp(store), workplace / "day", workplace / "build.duckdb"
            day.mkdir()
            try:
                _add_the_new(store, recipe, inputs, stamp, day / path.name, is_complete)
                (day / path.name).rename(path)
            except (StoreError, CheckFailed) as doubt:  # InDoubt, or whatever else: `reason` tells it
                shutil.rmtree(day)
                _make_anew(store, recipe, inputs, stamp, path, str(doubt))
            published = publish(store, path, stamp)
    Log(store.home).built(stamp, time.perf_counter() - started)
    return published


def _make_anew(store: Store, recipe: Recipe, inputs: Inputs, stamp: str, path: Path, reason: str) -> None:
    """The file is a complete build, checked."""
    started = time.perf_counter()
    with making(path) as connection:
        _see_the_lake(connection, store, inputs)
        create_reference_tables(connection, recipe.reference)
        create_ledger_tables(connection, store.ledger)
        write_about(connection, stamp, inputs)
        engine = DuckEngine(connection)
        write_tables(connection, create_tables(engine, recipe))
        rollup.create(engine)
        run_checks(engine, recipe.checks)
        write_way(connection, "complete", reason, None, time.perf_counter() - started)


def _add_the_new(store: Store, recipe: Recipe, inputs: Inputs, stamp: str, path: Path, is_complete: bool) -> None:
    """The file is the last build with the files that are new since, checked; InDoubt where that may not be it."""
    started = time.perf_counter()
    before = max(store.builds.glob("*.duckdb"), default=None)
    if is_complete or before is None or not all(map(is_known, recipe.tables)):
        raise InDoubt("asked for" if is_complete else "the first")
    new = new_since(before, inputs)
    shutil.copyfile(before, path)
    with making(path) as connection, attached(connection, before, path.with_name("scratch.duckdb")):
        connection.execute("create schema scratch.lake")
        _see_the_lake(connection, store, inputs, "scratch.lake")
        create_ledger_tables(connection, store.ledger)
        daily = Daily(connection, recipe.sql, recipe.tables)
        touched = daily.run(new)
        write_about(connection, stamp, inputs)
        write_tables(connection, daily.seconds)
        rollup.drop(connection)
        engine = DuckEngine(connection)
        rollup.create(engine)
        daily.look("scratch.lake,build.main")
        run_checks(engine, recipe.checks)
        write_way(connection, "daily", None, touched, time.perf_counter() - started)


def _see_the_lake(
    connection: "duckdb.DuckDBPyConnection", store: Store, inputs: Inputs, schema: str | None = None
) -> None:
    folders = [store.lake / record.sha256 for record in inputs.records]
    create_lake_views(connection, store.gathered, folders, schema)


@contextlib.contextmanager
def making(path: Path) -> Iterator["duckdb.DuckDBPyConnection"]:
    """A connection that makes its tables in this file; the file is whole and closed afterwards."""
    import duckdb

    config: dict[str, Any] = {
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
        "memory_limit": MEMORY_LIMIT,
        "preserve_insertion_order": "false",  # no row's place means anything, and keeping it costs memory
    }
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
            why = advice(problem) or " ".join(str(problem).split())
            raise StoreError(f"the build could not be made: {why}") from problem


def new_stamp(store: Store) -> str:
    """This moment as a build's name, greater than every name so far even where the clock went back."""
    return stamp_after(max((path.stem for path in store.builds.glob("*.duckdb")), default=""), STAMP)


def publish(store: Store, path: Path, stamp: str) -> Path:
    """The build is current; older ones than the newest few, and lakes of older readers, are gone."""
    target = store.builds / f"{stamp}.duckdb"
    path.chmod(0o600)
    sync(path)
    path.rename(target)
    sync(store.builds)
    for old in sorted(store.builds.glob("*.duckdb"))[:-KEPT_BUILDS]:
        old.unlink()  # who has it open reads on undisturbed
        forget_tables(old)
    for lake in store.lake.parent.iterdir():
        if lake not in (store.lake, store.gathered.parent):
            shutil.rmtree(lake)
    return target
