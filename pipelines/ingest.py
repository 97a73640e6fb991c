"""Files in, rows in the lake: each file is accepted whole, found to be here already, or quarantined whole.

A file goes through three steps. Staging copies its bytes, compressed, into a workplace and takes their SHA-256. Reading
turns them into Parquet tables beside it, on all cores when there is enough to read. Putting moves everything into place
in one locked moment, always in this process, so that nothing that dies half-way can leave half a file in the store.
"""

import dataclasses
import shutil
from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_COMPLETED, Future, wait
from pathlib import Path
from typing import NamedTuple, Self

from pipelines.check import as_error
from pipelines.crew import Crew
from pipelines.errors import Refused
from pipelines.lake import File
from pipelines.reading import (
    NO_WORDS,
    Mapping,
    Readers,
    Reading,
    Refusal,
    Staged,
    Words,
    read_staged,
    stage,
)
from pipelines.sources import Source
from pipelines.store import Record, Store


@dataclasses.dataclass(frozen=True)
class Ingested:
    """What became of one file; the object that `denials ingest --json` prints."""

    file: str
    status: str  # loaded, already_loaded or quarantined
    claims: int = 0
    lines: int = 0
    rejected_rows: int = 0
    error: Refusal | None = None

    def as_json(self) -> dict[str, object]:
        """The object, in the order of its fields."""
        return dataclasses.asdict(self)

    @classmethod
    def of(cls, row: File, name: str, status: str) -> Self:
        """The report for a file's row in the lake."""
        error: Refusal | None = None
        if row.error_message is not None:
            error = {
                "segment": row.error_segment_no,
                "got": row.error_got,
                "wanted": row.error_wanted,
                "message": row.error_message,
            }
        return cls(name, status, row.claim_count, row.line_count, row.rejected_row_count, error)


class _Waiting(NamedTuple):
    """A file that is being read, and the places in the report of it and of its copies in the same run."""

    staged: Staged
    future: "Future[Reading]"
    places: list[tuple[int, str]]


class Ingestion:
    """One run of `ingest`: results are kept in the order in which files were given."""

    def __init__(
        self, store: Store, crew: Crew, readers: Readers, given: Mapping, tell: Callable[[Ingested], None]
    ) -> None:
        self.store, self.crew, self.readers, self.tell = store, crew, readers, tell
        self.ledger = store.ledger
        self.words = Words(given, self.ledger.log_mappings())
        self.results: dict[int, Ingested] = {}
        self._waiting: dict[str, _Waiting] = {}
        self._place = 0

    def take(self, source: Source, workplace: Path) -> None:
        """The file is in, refused, or being read."""
        place, self._place = self._place, self._place + 1
        try:
            staged = stage(source, workplace / str(place))
        except Refused as problem:
            self._report(place, Ingested(source.name, "quarantined", error=as_error(problem)))
            return
        row = self.store.loaded(staged.sha256)
        if row:
            self._already(place, staged, row)
        elif staged.sha256 in self._waiting:
            shutil.rmtree(staged.folder)
            self._waiting[staged.sha256].places.append((place, source.name))
        else:
            self._read(place, staged)

    def _read(self, place: int, staged: Staged) -> None:
        future = self.crew.submit(staged.byte_count, read_staged, staged, self.readers, self.words)
        self._waiting[staged.sha256] = _Waiting(staged, future, [(place, staged.name)])
        while len(self._waiting) >= self.crew.limit:
            self._settle_some()

    def finish(self) -> list[Ingested]:
        """Every file taken has its result."""
        while self._waiting:
            self._settle_some()
        return [self.results[place] for place in sorted(self.results)]

    def _settle_some(self) -> None:
        wait([waiting.future for waiting in self._waiting.values()], return_when=FIRST_COMPLETED)
        for sha256, waiting in list(self._waiting.items()):
            if waiting.future.done():
                del self._waiting[sha256]
                self._settle(waiting)

    def _settle(self, waiting: _Waiting) -> None:
        staged, reading = waiting.staged, waiting.future.result()
        if reading.refusal:
            for place, name in waiting.places:
                self._report(place, Ingested(name, "quarantined", error=reading.refusal))
        else:
            is_new = self.store.put(_record(staged, reading), staged.source, staged.tables)
            self._remember(reading)
            for number, (place, name) in enumerate(waiting.places):
                self.store.add_name(staged.sha256, name)
                is_own = reading.row.status == "quarantined" or (is_new and number == 0)
                self._report(place, Ingested.of(reading.row, name, reading.row.status if is_own else "already_loaded"))
        shutil.rmtree(staged.folder)

    def _remember(self, reading: Reading) -> None:
        """What was said about these headers in this run is in the ledger, for the next file that has them."""
        if reading.fingerprint is None or reading.mapping is None or reading.row.status != "loaded":
            return
        if reading.mapping != self.words.remembered.get(reading.fingerprint):
            self.ledger.append("log_mapping", reading.fingerprint, {"mapping": reading.mapping})
            self.words.remembered[reading.fingerprint] = reading.mapping

    def _already(self, place: int, staged: Staged, row: File) -> None:
        shutil.rmtree(staged.folder)
        self.store.add_name(staged.sha256, staged.name)
        self._report(place, Ingested.of(row, staged.name, "already_loaded"))

    def _report(self, place: int, result: Ingested) -> None:
        self.results[place] = result
        self.tell(result)


def _record(staged: Staged, reading: Reading) -> Record:
    kind, is_demo = reading.row.kind, reading.is_demo
    names = (staged.name,)
    return Record(staged.sha256, names, staged.byte_count, staged.received_at, kind, reading.mapping, is_demo)


def default_readers() -> Readers:
    """The readers of `sources.py`."""
    from pipelines import sources

    return Readers(sources.detect, sources.read_batches, _log_fingerprint)


def _log_fingerprint(source: Source) -> str:
    from pipelines.denial_log import header_fingerprint

    with source.open() as stream:
        return header_fingerprint(stream, source.name)


def ingest(
    store: Store,
    found: Iterable[Source],
    given: Mapping | None = None,
    tell: Callable[[Ingested], None] = lambda result: None,
    readers: Readers | None = None,
    workers: int | None = None,
) -> list[Ingested]:
    """Every file of `found` is in the store or refused; one result each, in their order. `tell` hears of each.

    `given` is what a person said about the columns of a denial log (header -> field); it is remembered for logs with
    the same headers. A log whose columns are not clear is reported as quarantined, with what to say, and not stored.
    """
    with store.workplace() as workplace, Crew(workers) as crew:
        run = Ingestion(store, crew, readers or default_readers(), given or {}, tell)
        for source in found:
            run.take(source, workplace)
        return run.finish()


def reread(store: Store, readers: Readers | None = None, workers: int | None = None) -> None:
    """Every accepted file has its rows in the lake; sources whose folder there is missing were read again."""
    missing = [record for record in store.records() if not (store.lake / record.sha256).exists()]
    if not missing:
        return
    with store.workplace() as workplace, Crew(workers) as crew:
        futures = []
        for record in missing:
            staged = _staged_again(store, record, workplace / record.sha256)
            work = crew.submit(record.byte_count, read_staged, staged, readers or default_readers(), NO_WORDS)
            futures.append((record, staged, work))
        for record, staged, work in futures:
            work.result()
            store.put(record, None, staged.tables)


def _staged_again(store: Store, record: Record, folder: Path) -> Staged:
    folder.mkdir(mode=0o700)
    source = store.source_path(record.sha256)
    return Staged(
        record.name, record.sha256, record.byte_count, record.received_at, source, folder, record.mapping, True
    )
