"""Files through their readers: bytes staged under their SHA-256, rows written beside them, or the reason why not.

Nothing here waits for the disk: the store does, for many files at once, when it puts them in place.
"""

import dataclasses
import datetime
import hashlib
import io
import traceback
import zlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path, PurePath
from typing import Any, BinaryIO, NamedTuple

from pipelines.check import as_error
from pipelines.disk import open_private, utc_now
from pipelines.errors import DenialboardError, MappingNeeded, NotReadable
from pipelines.kinds import HEAD_BYTES
from pipelines.lake import File, LakeWriter
from pipelines.rows import Oddity, Row
from pipelines.rows.batch import RowBatch
from pipelines.sources import Source

CHUNK_BYTES = 1 << 20

DEMO_MARKS = (b"*DBDEMO ", b"DEMO DATA")  # what pipelines/demo writes near the start of its X12 and CSV files

Mapping = dict[str, str]  # of a denial log: header -> field
Refusal = dict[str, Any]  # as `check.as_error` makes it
Rows = list[Row | RowBatch]


def stored_source(name: str, path: Path, place: str | None = None) -> Source:
    """The compressed bytes in the store or a workplace, as they came."""
    return Source(name, lambda: _decompressed(path), place)


def _decompressed(path: Path) -> BinaryIO:
    import pyarrow as pa

    return io.BufferedReader(pa.CompressedInputStream(pa.OSFile(str(path)), "zstd"), CHUNK_BYTES)


def _none_together(sources: Sequence[Source], kinds: Sequence[str]) -> Sequence[Rows | None]:
    return [None] * len(sources)


class Readers(NamedTuple):
    """What turns bytes into rows; tests put their own here. All must be module-level functions."""

    detect: Callable[[bytes, str], str]
    read: Callable[[Source, Mapping | None], Iterator[Row | RowBatch]]
    fingerprint: Callable[[Source], str]  # of a denial log's headers
    together: Callable[[Sequence[Source], Sequence[str]], Sequence[Rows | None]] = _none_together  # see `together.py`


class Words(NamedTuple):
    """What people said about the columns of denial logs: header -> field."""

    given: Mapping  # for this run, by `--map`
    remembered: dict[str, Mapping]  # by the fingerprint of the headers they were said about

    def about(self, fingerprint: str) -> Mapping | None:
        """All that was said about a log with these headers; what was said last counts."""
        return {**self.remembered.get(fingerprint, {}), **self.given} or None


NO_WORDS = Words({}, {})


@dataclasses.dataclass(frozen=True)
class Staged:
    """A file whose bytes are in a workplace or in the store, and the folder for its rows once they are read."""

    name: str
    sha256: str
    byte_count: int
    received_at: str
    source: Path
    tables: Path
    mapping: Mapping | None = None  # as settled when the file was accepted; None for a new file
    is_accepted: bool = False
    place: str | None = None  # what a person types to reach the file that came


class Reading(NamedTuple):
    """What came of reading one file: its row in the lake, or why it is not taken at all."""

    row: File
    mapping: Mapping | None = None
    fingerprint: str | None = None
    is_demo: bool = False
    refusal: Refusal | None = None


def stage(source: Source, path: Path) -> Staged:
    """The source's bytes are in the new file `path`, compressed; NotReadable when they cannot be had."""
    import pyarrow as pa

    digest, byte_count = hashlib.sha256(), 0
    with open_private(path) as raw, pa.CompressedOutputStream(raw, "zstd") as compressed:
        for chunk in _chunks(source):
            digest.update(chunk)
            byte_count += len(chunk)
            compressed.write(chunk)
    tables = path.with_suffix("")
    return Staged(source.name, digest.hexdigest(), byte_count, utc_now(), path, tables, place=source.place)


def _chunks(source: Source) -> Iterator[bytes]:
    try:
        with source.open() as stream:
            while chunk := stream.read(CHUNK_BYTES):
                yield chunk
    except (OSError, EOFError, zlib.error) as problem:
        raise NotReadable(source.name, str(problem), "a file that can be read to its end") from problem


class _Look(NamedTuple):
    """What the first bytes of a staged file say."""

    stored: Source
    head: bytes
    kind: str


def read_group(group: list[Staged], readers: Readers, words: Words) -> list[Reading]:
    """What came of each file, in order: its rows are in its `tables`, unless a person has to settle its columns."""
    looks = [_look(staged, readers) for staged in group]
    together = readers.together([look.stored for look in looks], [look.kind for look in looks])
    return [
        _read_staged(staged, look, rows, readers, words)
        for staged, look, rows in zip(group, looks, together, strict=True)
    ]


def _look(staged: Staged, readers: Readers) -> _Look:
    stored = stored_source(staged.name, staged.source, staged.place)
    with stored.open() as stream:
        head = stream.read(HEAD_BYTES)
    return _Look(stored, head, readers.detect(head, staged.name))


def _read_staged(staged: Staged, look: _Look, rows: Rows | None, readers: Readers, words: Words) -> Reading:
    """`rows` are those of the file where it was read with others."""
    stored, head, kind = look
    received_at = datetime.datetime.fromisoformat(staged.received_at)
    row = File(staged.sha256, staged.name, kind, "loaded", staged.byte_count, received_at)
    mapping, fingerprint = staged.mapping, None
    staged.tables.mkdir(mode=0o700)
    writer = LakeWriter(staged.tables, staged.sha256[:12], staged.name)
    try:
        if kind == "denial_log" and not staged.is_accepted:
            fingerprint = readers.fingerprint(stored)
            mapping = words.about(fingerprint)
        writer.write(_rows(stored, mapping, readers) if rows is None else rows)
        writer.flush()
        row = dataclasses.replace(row, **writer.tally.counts)
    except MappingNeeded as problem:
        writer.keep_only(Oddity)
        if not staged.is_accepted:
            return Reading(row, refusal=as_error(problem))
        row = _quarantined(row, NotReadable(staged.name, str(problem), "columns that are clear"))
    except NotReadable as problem:
        writer.keep_only(Oddity)
        row = _quarantined(row, problem)
    writer.write([row])
    writer.close()
    return Reading(row, mapping, fingerprint, is_demo(head, staged.name))


def is_demo(head: bytes, name: str) -> bool:
    """The file is one of the made-up practice's: by what it says, or a workbook, which is compressed, by its name."""
    path = PurePath(name)
    is_workbook = path.suffix == ".xlsx" and path.name.startswith("demo_")
    return is_workbook or any(mark in head for mark in DEMO_MARKS)


def _rows(stored: Source, mapping: Mapping | None, readers: Readers) -> Iterator[Row | RowBatch]:
    """The reader's rows; a reader that trips over a file refuses that file, not the run."""
    try:
        yield from readers.read(stored, mapping)
    except (DenialboardError, MemoryError, OSError, ImportError):
        raise
    except Exception as problem:
        place = traceback.extract_tb(problem.__traceback__)[-1]
        got = f"{type(problem).__name__} in {place.name} ({problem})"
        raise NotReadable(stored.name, got, "a file that this reader can follow; please report it") from problem


def _quarantined(row: File, problem: NotReadable) -> File:
    """The file's row says why it was refused."""
    return dataclasses.replace(
        row,
        status="quarantined",
        error_segment_no=problem.segment,
        error_got=problem.got,
        error_wanted=problem.wanted,
        error_message=str(problem),
    )
