"""Files in, rows in a lake, by a cluster: what `ingest` does at home, for more files than one machine can read.

Every listed file is looked into where it is; what the lake has already is dropped here; the rest is read, small files
together and a huge one in pieces. Nothing counts before the manifest is written, last and at once, so a run that is
killed leaves the lake as it was. The files stay where they are: the lake knows their places and their SHA-256.
"""

import contextlib
import datetime
import time
from collections.abc import Callable, Iterator, Sequence

from pipelines.cluster_known import Arrived, known_names, known_rows, new_batch, write_sources
from pipelines.cluster_lake import Manifest, prepare, write_manifest
from pipelines.cluster_read import Read, Reader, Runs
from pipelines.cluster_sources import listed
from pipelines.cluster_tasks import Found, Look, Sizes, Wanted
from pipelines.ingest import Ingested, grouped
from pipelines.lake import File
from pipelines.limits import Limits
from pipelines.logs import Log
from pipelines.reading import Mapping, Reading, Words
from pipelines.source_text import remember_lake
from pipelines.store import Store

LOOKED_INTO = 500  # files at most that one task looks into
USUAL_SIZES = Sizes()


@contextlib.contextmanager
def cluster_at(master: str) -> Iterator[Runs]:
    """The cluster at this `sc://` address; StoreError where there is none, or it gives up."""
    from pipelines.cluster import Cluster
    from pipelines.engine_spark import connected, said

    with connected(master) as session, said(master):
        yield Cluster(session)


def ingest_by(
    cluster: Runs,
    store: Store,
    lake: str,
    urls: Sequence[str],
    given: Mapping | None = None,
    tell: Callable[[Ingested], None] = lambda result: None,
    sizes: Sizes = USUAL_SIZES,
) -> list[Ingested]:
    """Every file of these paths and URLs is in the lake or refused; one result each, in their order.

    The store keeps what people decide: what was said about the columns of denial logs holds here as it does at home.
    UsageError for a path that is not there, StoreError where the lake cannot be had or a file changes meanwhile.
    """
    from pipelines.settings import read_settings

    started, limits = time.perf_counter(), read_settings(store.home).limits
    files = [file for url in urls for file in listed(url)]
    looks = grouped(files, lambda file: file.byte_count, sizes.group, LOOKED_INTO)
    store.prepare()
    prepare(lake)
    with store.lock("lake_lock"):
        found = [file for look in cluster.run([Look(some, limits, sizes) for some in looks]) for file in look]
        results = _Run(store, cluster, lake, limits, sizes).take(found, given or {})
    for result in results:
        tell(result)
    Log(store.home).ingested((result.status for result in results), time.perf_counter() - started)
    return results


class _Run:
    """One run: the files that were found become rows, a batch and a report."""

    def __init__(self, store: Store, cluster: Runs, lake: str, limits: Limits, sizes: Sizes) -> None:
        self._store, self._cluster, self._lake, self._limits, self._sizes = store, cluster, lake, limits, sizes
        self._ledger, self._log = store.ledger, Log(store.home)
        self._began = datetime.datetime.now(datetime.UTC).replace(tzinfo=None)

    def take(self, found: list[Found], given: Mapping) -> list[Ingested]:
        """What became of each file."""
        known = known_rows(self._lake, {file.sha256 for file in found if not file.refusal})
        words = Words(given, self._ledger.log_mappings())
        wanted = self._wanted(found, known)
        batch = new_batch(self._lake)
        reader = Reader(self._cluster, self._lake, batch, self._limits, self._sizes, words)
        read = reader.read(list(wanted.values()))
        for reading in read.readings.values():
            self._log.read(reading.row, is_taken=not reading.refusal)
            self._remember(reading, words)
        self._put(batch, read, found, known, wanted)
        return list(_told(found, known, read.readings))

    def _wanted(self, found: list[Found], known: dict[str, File]) -> dict[str, Wanted]:
        """The first of each new file, by its SHA-256; they came in the order in which they were listed."""
        wanted: dict[str, Wanted] = {}
        for place, file in enumerate(found):
            if not file.refusal and file.sha256 not in known and file.sha256 not in wanted:
                wanted[file.sha256] = Wanted(file, self._moment(place))
        return wanted

    def _moment(self, place: int) -> str:
        return (self._began + datetime.timedelta(microseconds=place)).isoformat(timespec="microseconds")

    def _put(
        self, batch: str, read: Read, found: list[Found], known: dict[str, File], wanted: dict[str, Wanted]
    ) -> None:
        """All that is new is in the lake, names included; nothing is written where nothing is."""
        names = known_names(self._lake, known)
        arrived: list[Arrived] = []
        for file in found:
            reading = read.readings.get(file.sha256)
            is_in = file.sha256 in known or (reading is not None and not reading.refusal)
            if is_in and file.name not in names[file.sha256]:
                names[file.sha256].add(file.name)
                received_at = wanted[file.sha256].received_at if reading else known[file.sha256].received_at.isoformat()
                arrived.append(Arrived(file, received_at, reading.mapping if reading else None))
        if arrived:
            parts = {**read.parts, **write_sources(self._lake, batch, arrived)}
            remember_lake(self._store, self._lake)  # first: of rows that are in, the text can be found
            write_manifest(self._lake, Manifest(batch, parts))

    def _remember(self, reading: Reading, words: Words) -> None:
        """What was said about these headers is in the ledger, for the next file that has them."""
        if reading.fingerprint is None or reading.mapping is None or reading.row.status != "loaded":
            return
        if reading.mapping != words.remembered.get(reading.fingerprint):
            self._ledger.append("log_mapping", reading.fingerprint, {"mapping": reading.mapping})
            words.remembered[reading.fingerprint] = reading.mapping


def _told(found: list[Found], known: dict[str, File], readings: dict[str, Reading]) -> list[Ingested]:
    """The report: a copy within the run, or of a file that the lake has, is loaded already."""
    told: list[Ingested] = []
    seen: set[str] = set()
    for file in found:
        reading = readings.get(file.sha256)
        refusal = file.refusal or (reading.refusal if reading else None)
        if refusal:
            told.append(Ingested(file.name, "quarantined", error=refusal))
            continue
        row = reading.row if reading else known[file.sha256]
        is_own = row.status == "quarantined" or (reading is not None and file.sha256 not in seen)
        seen.add(file.sha256)
        told.append(Ingested.of(row, file.name, row.status if is_own else "already_loaded"))
    return told
