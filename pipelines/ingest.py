"""Files in, rows in the lake: each file is accepted whole, found to be here already, or quarantined whole.

A file goes through three steps. Staging copies its bytes, compressed, into a workplace and takes their SHA-256. Reading
turns them into rows beside it, on all cores when there is enough to read. Putting moves everything into place in one
locked moment, always in this process, so that nothing that dies half-way can leave half a file in the store. Small
files are read and put in groups, because each going to another process and each waiting for the disk costs more than
they do.
"""

import dataclasses
import shutil
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from pathlib import Path
from typing import NamedTuple, Self, TypeVar

from pipelines.check import as_error
from pipelines.crew import Crew
from pipelines.distant import refuse_to_replace
from pipelines.errors import NotReadable, Refused, StoreError
from pipelines.lake import File
from pipelines.logs import Log
from pipelines.reading import (
    NO_WORDS,
    Mapping,
    Readers,
    Reading,
    Refusal,
    Staged,
    Words,
    read_group,
    stage,
)
from pipelines.sources import Source
from pipelines.store import Arrival, Record, Store

GROUP_BYTES = 1_000_000  # some tenths of a second of reading: what a person waits for the next line, and a kill costs
GROUP_FILES = 32
Item = TypeVar("Item")


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


class _Group(NamedTuple):
    """Files that are being read together."""

    group: list[Staged]
    future: "Future[list[Reading]]"


class Ingestion:
    """One run of `ingest`: results are kept in the order in which files were given."""

    def __init__(
        self, store: Store, crew: Crew, readers: Readers, given: Mapping, tell: Callable[[Ingested], None]
    ) -> None:
        self.store, self.crew, self.readers, self.tell = store, crew, readers, tell
        self.ledger, self.log = store.ledger, Log(store.home)
        self.words = Words(given, self.ledger.log_mappings())
        self.results: dict[int, Ingested] = {}
        self._gathering: list[Staged] = []
        self._reading: list[_Group] = []
        self._places: dict[str, list[tuple[int, str]]] = {}  # in the report, of each file under way and of its copies
        self._place = 0

    def take(self, source: Source, workplace: Path) -> None:
        """The file is in, refused, or on its way."""
        place, self._place = self._place, self._place + 1
        path = workplace / f"{place}.zst"
        try:
            staged = stage(source, path)
        except Refused as problem:
            self._report(place, Ingested(source.name, "quarantined", error=as_error(problem)))
            return
        if staged.sha256 in self._places:
            path.unlink()
            self._places[staged.sha256].append((place, source.name))
        elif row := self.store.loaded(staged.sha256):
            path.unlink()
            self.store.add_name(staged.sha256, staged.name)
            self._report(place, Ingested.of(row, staged.name, "already_loaded"))
        else:
            self._places[staged.sha256] = [(place, source.name)]
            self._gather(staged)

    def _gather(self, staged: Staged) -> None:
        """The file waits for others to be read with, or is being read; a large one keeps nobody waiting."""
        if self._gathering and _byte_count([*self._gathering, staged]) > GROUP_BYTES:
            self._read()
        self._gathering.append(staged)
        if _is_full(self._gathering):
            self._read()

    def _read(self) -> None:
        """The files gathered so far are being read, and no more are under way than the crew likes."""
        group, self._gathering = self._gathering, []
        future = self.crew.submit(_byte_count(group), read_group, group, self.readers, self.words)
        self._reading.append(_Group(group, future))
        while len(self._reading) >= self.crew.limit:
            self._settle_some()

    def finish(self) -> list[Ingested]:
        """Every file taken has its result."""
        if self._gathering:
            self._read()
        while self._reading:
            self._settle_some()
        return [self.results[place] for place in sorted(self.results)]

    def _settle_some(self) -> None:
        wait([group.future for group in self._reading], return_when=FIRST_COMPLETED)
        for group in [group for group in self._reading if group.future.done()]:
            self._reading.remove(group)
            self._settle(group)

    def _settle(self, group: _Group) -> None:
        """Every file of the group is in the store or refused, and told."""
        read = list(zip(group.group, group.future.result(), strict=True))
        arrived = [(staged, reading) for staged, reading in read if not reading.refusal]
        for staged, reading in read:
            if reading.refusal:
                self._refuse(staged, reading.refusal)
                self.log.read(reading.row, is_taken=False)
        for _, reading in arrived:
            self._remember(reading)  # first: of a file that is in, nothing is asked or heard again
        arrivals = [Arrival(self._record(staged, reading), staged.source, staged.tables) for staged, reading in arrived]
        for (staged, reading), is_new in zip(arrived, self.store.put(arrivals), strict=True):
            self.log.read(reading.row, is_taken=True)
            self._tell_of(staged, reading.row, is_new)

    def _refuse(self, staged: Staged, refusal: Refusal) -> None:
        staged.source.unlink()
        shutil.rmtree(staged.tables)
        for place, name in self._places.pop(staged.sha256):
            self._report(place, Ingested(name, "quarantined", error=refusal))

    def _record(self, staged: Staged, reading: Reading) -> Record:
        names = tuple(dict.fromkeys(name for _, name in self._places[staged.sha256]))
        kind, is_demo = reading.row.kind, reading.is_demo
        return Record(staged.sha256, names, staged.byte_count, staged.received_at, kind, reading.mapping, is_demo)

    def _tell_of(self, staged: Staged, row: File, is_new: bool) -> None:
        """The file and its copies in this run are reported; where another process put it first, its names are kept."""
        for number, (place, name) in enumerate(self._places.pop(staged.sha256)):
            if not is_new:
                self.store.add_name(staged.sha256, name)
            is_own = row.status == "quarantined" or (is_new and number == 0)
            self._report(place, Ingested.of(row, name, row.status if is_own else "already_loaded"))

    def _remember(self, reading: Reading) -> None:
        """What was said about these headers in this run is in the ledger, for the next file that has them."""
        if reading.fingerprint is None or reading.mapping is None or reading.row.status != "loaded":
            return
        if reading.mapping != self.words.remembered.get(reading.fingerprint):
            self.ledger.append("log_mapping", reading.fingerprint, {"mapping": reading.mapping})
            self.words.remembered[reading.fingerprint] = reading.mapping

    def _report(self, place: int, result: Ingested) -> None:
        self.results[place] = result
        self.tell(result)


def _byte_count(group: Sequence[Staged | Record]) -> int:
    return sum(file.byte_count for file in group)


def _is_full(group: Sequence[Staged | Record]) -> bool:
    """These files are read together without waiting for more."""
    return len(group) >= GROUP_FILES or _byte_count(group) >= GROUP_BYTES


def default_readers() -> Readers:
    """The readers of `sources.py`."""
    from pipelines import sources, together

    return Readers(sources.detect, sources.read_batches, _log_fingerprint, together.read_together)


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
    started = time.perf_counter()
    refuse_to_replace(store)  # no build could show what is taken here
    with store.workplace() as workplace, Crew(workers) as crew:
        run = Ingestion(store, crew, readers or default_readers(), given or {}, tell)
        for source in found:
            run.take(source, workplace)
        results = run.finish()
    run.log.ingested((result.status for result in results), time.perf_counter() - started)
    return results


def reread(store: Store, readers: Readers | None = None, workers: int | None = None) -> None:
    """Every accepted file has its rows in the lake; sources whose folder there is missing were read again."""
    missing = [record for record in store.records() if not (store.lake / record.sha256).exists()]
    if not missing:
        return
    try:
        _read_again(store, missing, readers or default_readers(), workers)
    except NotReadable as problem:
        remedy = "give the file to `denials ingest` again, or `denials restore` a backup"
        raise StoreError(f"the store's copy is gone or damaged ({problem}); {remedy}") from problem


def _read_again(store: Store, missing: list[Record], readers: Readers, workers: int | None) -> None:
    """Their rows are in the lake, from the store's own copies."""
    with store.workplace() as workplace, Crew(workers) as crew:
        under_way = []
        for records in grouped(missing, lambda record: record.byte_count, GROUP_BYTES, GROUP_FILES):
            group = [_staged_again(store, record, workplace / record.sha256) for record in records]
            reading = crew.submit(_byte_count(group), read_group, group, readers, NO_WORDS)
            under_way.append((records, group, reading))
        for records, group, reading in under_way:
            reading.result()
            store.put([Arrival(record, None, staged.tables) for record, staged in zip(records, group, strict=True)])


def grouped(items: Iterable[Item], bytes_of: Callable[[Item], int], most_bytes: int, most: int) -> Iterator[list[Item]]:
    """The items in order, as many at a time as have so many bytes, or are so many."""
    group: list[Item] = []
    byte_count = 0
    for item in items:
        group.append(item)
        byte_count += bytes_of(item)
        if len(group) >= most or byte_count >= most_bytes:
            yield group
            group, byte_count = [], 0
    if group:
        yield group


def _staged_again(store: Store, record: Record, tables: Path) -> Staged:
    source = store.source_path(record.sha256)
    return Staged(
        record.name, record.sha256, record.byte_count, record.received_at, source, tables, record.mapping, True
    )
