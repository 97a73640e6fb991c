"""Is the store still what it was? What came in is hashed again, what people decided is checked link by link, what was
computed is made again from both, from the first byte on, and compared row by row.

Nothing is changed. What a finding says to do mends it.
"""

import contextlib
import hashlib
import os
import shutil
import sqlite3
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from pipelines.audit import chain_findings
from pipelines.backup import copy_ledger
from pipelines.build import Recipe, build, is_current
from pipelines.cluster_lake import lake_records
from pipelines.distant import is_of_cluster, lake_of_last_build, lost_tables
from pipelines.errors import DenialboardError, NoBuild, NotReadable, StoreError
from pipelines.export import table_names
from pipelines.lake import FEW_ROWS, has_few_rows, read_few_rows, read_file_row
from pipelines.reading import Readers, stored_source
from pipelines.store import Record, Store, connect_build
from pipelines.words import counted

if TYPE_CHECKING:
    import duckdb

PARTS = ("sources", "ledger", "lake", "build")
CHUNK_BYTES = 1 << 20
OF_ONE_BUILD = ("build_info", "build_table", "build_source")  # when and how it was made: no two are alike

Contents = dict[str, tuple[int, int]]  # table -> its rows, and a number that is equal where they are, in any order
MACROS = """
    select function_name, macro_definition from system.main.duckdb_functions() where not internal order by 1, 2
"""  # by its full name: a macro of the build may bear a function's, and would be asked in its place


class Finding(NamedTuple):
    """What is not as it should be: in which part of the store, and a sentence with what to do."""

    part: str
    what: str


def verify(
    store: Store,
    is_quick: bool = False,
    recipe: Recipe | None = None,
    readers: Readers | None = None,
    workers: int | None = None,
) -> list[Finding]:
    """Everything found, in the order of PARTS; `is_quick` leaves out to make the build again."""
    found = [Finding("sources", what) for what in source_findings(store)]
    found += [Finding("ledger", what) for what in ledger_findings(store)]
    found += [Finding("lake", what) for what in lake_findings(store)]
    found += [Finding("build", what) for what in build_findings(store, recipe or Recipe())]
    is_worth_it = {"sources", "build"}.isdisjoint(finding.part for finding in found)  # else it cannot be the same
    if is_worth_it and not is_of_cluster(store) and not is_quick:
        found += [Finding("build", what) for what in _rebuilt_findings(store, recipe, readers, workers)]
    return found


def source_findings(store: Store) -> Iterator[str]:
    """Records that cannot be read, bytes without a record, and bytes that are missing or not those of their name."""
    if not store.sources.exists():
        return
    with store.lock():
        paths = sorted(store.sources.iterdir())
    names = {path.name for path in paths}
    for path in paths:
        if path.suffix == ".zst" and f"{path.stem}.json" not in names:
            yield f"{path}: has no record: a process was killed, or the record was lost; ingest the file again"
        elif path.suffix == ".json":
            yield from _file_findings(store, path)


def _file_findings(store: Store, path: Path) -> Iterator[str]:
    """What is wrong with one record and its bytes."""
    again = f"delete {path}, and ingest the file again or restore a backup"
    try:
        record = store.record(path.stem)
    except StoreError as problem:
        yield f"{problem}; {again}"
        return
    if record is None or record.sha256 != path.stem:
        yield f"{path}: is the record of another file; {again}"
    elif not store.source_path(record.sha256).exists():
        yield f"{record.name}: its bytes are missing; {again}"
    elif (got := _hashed(store, record)) != (record.sha256, record.byte_count):
        yield f"{record.name}: its bytes are not those that came in ({got[1]:,} of {record.byte_count:,}); {again}"


def _hashed(store: Store, record: Record) -> tuple[str, int]:
    """SHA-256 and number of the bytes as they can be read now."""
    import pyarrow as pa

    digest, count = hashlib.sha256(), 0
    try:
        with stored_source(record.name, store.source_path(record.sha256)).open() as stream:
            while chunk := stream.read(CHUNK_BYTES):
                digest.update(chunk)
                count += len(chunk)
    except (OSError, NotReadable, pa.ArrowException):
        return "", count  # what can no more be decompressed is not what came in
    return digest.hexdigest(), count


def ledger_findings(store: Store) -> Iterator[str]:
    """Damage of the database, and each event that is not what was written or not where."""
    if not store.ledger_path.exists():
        return
    try:
        with contextlib.closing(sqlite3.connect(store.ledger_path, timeout=30)) as connection:
            told = [str(said) for (said,) in connection.execute("pragma integrity_check") if said != "ok"]
        yield from (f"{store.ledger_path}: {said}; restore a backup" for said in told)
        yield from (f"{said}; restore a backup, or see `denials ledger list`" for said in chain_findings(store.ledger))
    except (sqlite3.Error, DenialboardError) as problem:
        yield f"{store.ledger_path}: cannot be read ({problem}); restore a backup"


def lake_findings(store: Store) -> Iterator[str]:
    """Files whose rows are missing, or cannot be read to the last."""
    for path in sorted(store.sources.glob("*.json")):
        folder = store.lake / path.stem
        remedy = f"delete {folder}, and `denials build` reads its source again"
        try:
            row = read_file_row(folder)
            if row is None:
                yield f"{folder}: is missing; `denials build` reads its source again"
            elif row.sha256 != path.stem:
                yield f"{folder}: holds the rows of another file; {remedy}"
            else:
                _read_all(folder)
        except (OSError, StoreError, ValueError, KeyError) as problem:  # Arrow's own errors are of these
            yield f"{folder}: cannot be read ({' '.join(str(problem).split())}); {remedy}"


def _read_all(folder: Path) -> None:
    """Every row of the folder was read once."""
    import pyarrow.parquet as pq

    if has_few_rows(folder):
        read_few_rows(folder)
        if others := [path.name for path in folder.iterdir() if path.name != FEW_ROWS]:
            raise StoreError(f"{others[0]} does not belong here")
        return
    for path in folder.iterdir():
        with pq.ParquetFile(path, page_checksum_verification=True) as table:
            for _ in table.iter_batches():
                pass


def build_findings(store: Store, recipe: Recipe) -> Iterator[str]:
    """No build, one that cannot be opened, one of other sources or decisions; and files it knew that are gone."""
    import duckdb

    try:
        with contextlib.closing(store.connect()) as connection:
            if lost := list(lost_tables(connection) if is_of_cluster(store) else ()):
                yield from lost
                return
            known = connection.execute("select file_id, file_name from source_file").fetchall()
        lake = lake_of_last_build(store)
        elsewhere = None if lake is None else lake_records(lake)
        here = {path.stem[:12] for path in store.sources.glob("*.json")} | {one.file_id for one in elsewhere or ()}
        where = lake or "the store"
        gone = [name for file_id, name in known if file_id not in here]
        yield from (f"{name}: is in the build and not in {where} any more; ingest it again" for name in gone)
        if not gone and not is_current(store, recipe, elsewhere):
            yield "it is not of the present sources and decisions; `denials build` makes one that is"
    except NoBuild:
        if any(store.sources.glob("*.json")):
            yield "there is none; `denials build` makes one"
    except (StoreError, duckdb.Error) as problem:
        yield " ".join(str(problem).split())


def _rebuilt_findings(
    store: Store, recipe: Recipe | None, readers: Readers | None, workers: int | None
) -> Iterator[str]:
    """Tables of the current build that are not what sources and decisions give when everything is made anew."""
    try:
        current = store.current_build()
    except NoBuild:
        return
    with store.workplace() as workplace:
        anew = build(_copied(store, workplace / "anew"), recipe, readers, workers, is_complete=True)
        yield from different(contents_of(current), contents_of(anew))


def _copied(store: Store, home: Path) -> Store:
    """A store with the same sources and decisions, and nothing that was made of them."""
    copy = Store(home)
    copy.prepare()
    for record in store.records():
        for path in (store.sources / f"{record.sha256}.json", store.source_path(record.sha256)):
            try:
                os.link(path, copy.sources / path.name)  # sources are never written to, only replaced
            except OSError:  # a disk that knows no second name for a file
                shutil.copyfile(path, copy.sources / path.name)
    if store.ledger_path.exists():
        copy_ledger(store, copy.ledger_path)
    return copy


def contents_of(build: Path) -> Contents:
    """What every table, view and macro of the build holds, but for when and how the build was made."""
    with contextlib.closing(connect_build(build)) as connection:
        macros = connection.execute(MACROS).fetchall()
        names = [name for name in table_names(connection) if name not in OF_ONE_BUILD]
        found = {name: _content(connection, name) for name in names}
    return found | {f"macro {name}": (0, zlib.crc32(text.encode())) for name, text in macros}


def _content(connection: "duckdb.DuckDBPyConnection", table: str) -> tuple[int, int]:
    """Number of rows and sum of their hashes, which does not depend on their order."""
    sql = f'select count(*), coalesce(sum(cast(hash(one) as hugeint)), 0) from "{table}" as one'
    ((count, total),) = connection.execute(sql).fetchall()
    return int(count), int(total)


def different(current: Contents, anew: Contents) -> Iterator[str]:
    """A sentence for each table that is not the same in both."""
    remedy = "`denials build --full` makes it again; who changed it?"
    for table in sorted({*current, *anew}):
        if table not in current:
            yield f"{table}: is missing from the build; {remedy}"
        elif table not in anew:
            yield f"{table}: does not belong to the build; {remedy}"
        elif current[table] != anew[table]:
            counts = f"{counted(current[table][0], 'row')}, wanted {anew[table][0]:,}"
            is_same_count = current[table][0] == anew[table][0]
            yield f"{table}: {'some of its rows are not those wanted' if is_same_count else counts}; {remedy}"
