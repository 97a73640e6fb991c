"""The store's folder: what came in, what was computed from it, and how a file gets in or stays out.

    sources/<sha256>.zst    the file's bytes, compressed; written once
    sources/<sha256>.json   its record. A file is in the store exactly when this exists: it is put in place last
    lake/v<n>/<sha256>/     its rows, one Parquet file per table or one file of all; renamed into place whole
    lake/gathered/          the rows of small files in one database, for quicker builds
    builds/<stamp>.duckdb   what pages and the command line read; the greatest name is current
    ledger.sqlite           what people decided
    lakes.json              the lakes of clusters that files were read into from here
    work/<name>/            half-done things of one running process; swept once that process is gone
    logs/denials.jsonl      what the program did, without what is in the data (logs.py)
    lock                    held for the moment in which something is put in place

Files are put in place under the lock, many at once because a disk is slow to answer and answers for all: everything is
made safe beside its place, then come the bytes, then the rows, then the records. A process killed between two of these
leaves something without a record, which the next one sweeps away.
"""

import contextlib
import dataclasses
import functools
import json
import os
import shutil
import uuid
from collections.abc import Iterator, Sequence
from itertools import compress
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from pipelines.disk import held, is_held, sync_all, temporary_in, tighten, write_private
from pipelines.distant import open_with, tables_folder
from pipelines.errors import NoBuild, NoSuchFile, StoreError, advice
from pipelines.usable import LAKE_VERSION, check_usable

if TYPE_CHECKING:
    import duckdb

    from pipelines.lake import File
    from pipelines.ledger import Ledger

DEFAULT_HOME = "data/store"


@dataclasses.dataclass(frozen=True)
class Record:
    """What is known of one accepted source file from the moment it came in."""

    sha256: str
    names: tuple[str, ...]  # the first is the one it came under first; renamed copies add theirs
    byte_count: int
    received_at: str  # UTC, ISO
    kind: str
    mapping: dict[str, str] | None = None  # a denial log's columns as settled when it came
    is_demo: bool = False

    @property
    def name(self) -> str:
        """The name that pages show."""
        return self.names[0]

    @property
    def file_id(self) -> str:
        """The short name that every row of this file carries."""
        return self.sha256[:12]


class Arrival(NamedTuple):
    """A file that was read and waits beside the store: its compressed bytes (None: in place already) and its rows."""

    record: Record
    source: Path | None
    tables: Path


class Store:
    """One store's folder. Cheap to make; nothing is created before `prepare`."""

    def __init__(self, home: Path | str | None = None) -> None:
        self.home = Path(home or os.environ.get("DENIALS_HOME") or DEFAULT_HOME)
        self.sources = self.home / "sources"
        self.builds = self.home / "builds"
        self.ledger_path = self.home / "ledger.sqlite"
        self.lakes_path = self.home / "lakes.json"
        self._work = self.home / "work"

    @functools.cached_property
    def lake(self) -> Path:
        """The rows of every file as this version reads them."""
        return self.home / "lake" / f"v{LAKE_VERSION}"

    @property
    def gathered(self) -> Path:
        """The database of the rows of small files."""
        return self.lake.parent / "gathered" / f"{self.lake.name}.duckdb"

    def prepare(self) -> None:
        """The folders exist, and only their owner can look into them and whatever this process makes from now on."""
        check_usable(self.home)
        os.umask(0o077)
        try:
            for folder in (self.home, self.sources, self.lake.parent, self.lake, self.builds, self._work):
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if self.home.stat().st_mode & 0o077:  # copied or unpacked by something that lost its rights
                tighten(self.home)
        except OSError as problem:
            raise StoreError(f"{self.home}: cannot be used as a store; {advice(problem)}") from problem

    def lock(self, name: str = "lock") -> contextlib.AbstractContextManager[None]:
        """Only one process at a time is inside."""
        return held(self.home / name)

    @contextlib.contextmanager
    def workplace(self) -> Iterator[Path]:
        """A folder on the store's own disk for half-done things; gone afterwards, whatever happens."""
        self.prepare()
        folder = self._work / f"{os.getpid()}-{uuid.uuid4().hex[:8]}"
        with contextlib.ExitStack() as stack:
            with self.lock():
                self._sweep()
                folder.mkdir(mode=0o700)
                stack.enter_context(held(folder / "held"))
            stack.callback(shutil.rmtree, folder, ignore_errors=True)
            stack.enter_context(temporary_in(folder))
            yield folder

    def _sweep(self) -> None:
        """Workplaces of dead processes are gone, and so is what has no record."""
        for folder in self._work.iterdir():
            if not is_held(folder / "held"):
                shutil.rmtree(folder, ignore_errors=True)
        recorded = {path.stem for path in self.sources.glob("*.json")}
        for path in (*self.sources.glob("*.zst"), *self.sources.glob("*.new"), *self.lake.iterdir()):
            if path.name.removesuffix(".zst") not in recorded:
                shutil.rmtree(path) if path.is_dir() else path.unlink()

    @property
    def ledger(self) -> "Ledger":
        """What people decided; StoreError where this version must not use the store."""
        from pipelines.ledger import Ledger

        check_usable(self.home)
        return Ledger(self.ledger_path)

    def records(self) -> list[Record]:
        """Every accepted file, in the order of arrival."""
        found = [self._read_record(path) for path in self.sources.glob("*.json")]
        return sorted(found, key=lambda record: (record.received_at, record.sha256))

    @property
    def has_demo(self) -> bool:
        """Whether a made-up file is among those accepted."""
        return any(record.is_demo for record in self.records())

    def record(self, sha256: str) -> Record | None:
        """The record of the file with these bytes, if it was accepted."""
        path = self.sources / f"{sha256}.json"
        return self._read_record(path) if path.exists() else None

    def _read_record(self, path: Path) -> Record:
        try:
            fields = json.loads(path.read_text(encoding="utf-8"))
            return Record(**{**fields, "names": tuple(fields["names"])})
        except (ValueError, TypeError, KeyError) as problem:
            raise StoreError(f"{path}: not a record of this store ({problem}); `denials restore` a backup") from problem

    def _write_records(self, records: list[Record]) -> None:
        """The records are in place, each whole."""
        paths = [self.sources / f"{record.sha256}.json" for record in records]
        beside = [path.with_suffix(".json.new") for path in paths]
        for path, record in zip(beside, records, strict=True):
            write_private(path, json.dumps(dataclasses.asdict(record), indent=1).encode())
        sync_all(beside)
        for path, target in zip(beside, paths, strict=True):
            path.replace(target)

    def loaded(self, sha256: str) -> "File | None":
        """The file's row in the lake if it was accepted, its rows are here, and it was not quarantined."""
        from pipelines.lake import read_file_row

        is_recorded = (self.sources / f"{sha256}.json").exists()
        row = read_file_row(self.lake / sha256) if is_recorded else None
        return row if row and row.status == "loaded" else None

    def put(self, arrivals: Sequence[Arrival]) -> list[bool]:
        """Bytes, rows and record of each are in place and survive a power cut; False where another was quicker."""
        sync_all(path for arrival in arrivals for path in _of(arrival))
        with self.lock():
            is_new = [self.loaded(arrival.record.sha256) is None for arrival in arrivals]
            new = list(compress(arrivals, is_new))
            records = self._with_known_names([arrival.record for arrival in new if arrival.source])
            for arrival in new:
                self._put_in_place(arrival)
            self._write_records(records)
            sync_all((self.lake, self.sources))
        return is_new

    def _put_in_place(self, arrival: Arrival) -> None:
        """Bytes and rows have their names; only the record is missing."""
        sha256 = arrival.record.sha256
        if arrival.source:
            arrival.source.replace(self.source_path(sha256))
        target = self.lake / sha256
        if target.exists():  # quarantined before: this is its second chance; out at once, never half
            target.replace(arrival.tables.with_name(f"{arrival.tables.name}.before"))
        arrival.tables.replace(target)

    def _with_known_names(self, records: list[Record]) -> list[Record]:
        """The records with the names of earlier, quarantined arrivals first; StoreError for a doubtful file id."""
        sha256_of = {path.stem[:12]: path.stem for path in self.sources.glob("*.json")}
        result = []
        for record in records:
            if sha256_of.setdefault(record.file_id, record.sha256) != record.sha256:
                raise StoreError(
                    f"{record.name}: its SHA-256 begins like another file's; it cannot be told from that one"
                )
            known = self.record(record.sha256)
            names = dict.fromkeys((*(known.names if known else ()), *record.names))
            result.append(dataclasses.replace(record, names=tuple(names)))
        return result

    def add_name(self, sha256: str, name: str) -> None:
        """The record also holds the name of this renamed copy."""
        with self.lock():
            record = self.record(sha256)
            if record and name not in record.names:
                self._write_records([dataclasses.replace(record, names=(*record.names, name))])

    def source_path(self, sha256: str) -> Path:
        """Where the compressed bytes of a file are."""
        return self.sources / f"{sha256}.zst"

    def find(self, file_id: str) -> Record:
        """The record of a file by its short name."""
        found = list(self.sources.glob(f"{file_id}*.json")) if file_id.isalnum() else []
        if len(found) != 1:
            raise NoSuchFile(f"{file_id}: no file of this store is called so")
        return self._read_record(found[0])

    def current_build(self) -> Path:
        """The newest build; StoreError where this version must not use the store."""
        check_usable(self.home)
        found = max(self.builds.glob("*.duckdb"), default=None)
        if found is None:
            raise NoBuild(f"{self.home}: nothing has been built yet; `denials ingest FILE...` does it")
        return found

    def segments(self, file_id: str, start: int, end: int) -> list[tuple[int, str]]:
        """The segments of an X12 file that begin at byte `start` or later but before `end`, each with its offset."""
        from pipelines.source_text import segments

        return segments(self, file_id, start, end)

    def connect(self) -> "duckdb.DuckDBPyConnection":
        """The current build, for reading only; see `connect_build`."""
        return connect_build(self.current_build())


def _of(arrival: Arrival) -> Iterator[Path]:
    """Every file and folder that waits beside the store."""
    if arrival.source:
        yield arrival.source
    yield from arrival.tables.iterdir()
    yield arrival.tables


def connect_build(build: Path) -> "duckdb.DuckDBPyConnection":
    """A build opened read-only that can reach no other file, no network and no extension, and cannot be told otherwise.

    Of a build that a cluster made, the large tables are other files: those, it reaches.

    A build's name is never used twice, so one process may open many builds, each as often as it likes. Take a
    `cursor()` per query. What does not fit into memory fails: nothing of the data is spilled to a disk.
    """
    import duckdb

    config: dict[str, Any] = {
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
        "enable_external_access": "false",
        "temp_directory": "",
        "lock_configuration": "true",
    }
    try:
        if folder := tables_folder(build):
            return open_with(build, folder, config)
        return duckdb.connect(str(build), read_only=True, config=config)
    except duckdb.Error as problem:
        why = str(problem).splitlines()[0]
        raise StoreError(f"{build}: cannot be opened ({why}); `denials build` makes a new one") from problem
