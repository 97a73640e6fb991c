"""One file through its reader: bytes staged under their SHA-256, rows written beside them, or the reason why not."""

import dataclasses
import datetime
import hashlib
import io
import traceback
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple, Protocol

from pipelines.disk import open_private, sync, utc_now
from pipelines.errors import DenialboardError, NotReadable, Refused
from pipelines.lake import File, LakeWriter
from pipelines.rows import Row

CHUNK_BYTES = 1 << 20
HEAD_BYTES = 8192

Mapping = dict[str, str]


class Source(Protocol):
    """A file somewhere: plain, in an archive, or in the store."""

    @property
    def name(self) -> str:
        """What people call it."""

    def open(self) -> BinaryIO:
        """Its bytes, uncompressed, from the first."""


@dataclasses.dataclass(frozen=True)
class StoredFile:
    """Compressed bytes in the store or a workplace."""

    name: str
    path: Path

    def open(self) -> BinaryIO:
        """The bytes as they came."""
        import pyarrow as pa

        stream = pa.CompressedInputStream(pa.OSFile(str(self.path)), "zstd")
        return io.BufferedReader(stream, CHUNK_BYTES)


class Readers(NamedTuple):
    """What turns bytes into rows; tests put their own here. Both must be module-level functions."""

    detect: Callable[[bytes, str], str]
    read: Callable[[Source, Mapping | None], Iterator[Row]]


@dataclasses.dataclass(frozen=True)
class Staged:
    """A file whose bytes are safe in a workplace."""

    name: str
    sha256: str
    byte_count: int
    received_at: str
    folder: Path
    mapping: Mapping | None = None

    @property
    def source(self) -> Path:
        """Its bytes, compressed."""
        return self.folder / "source.zst"

    @property
    def tables(self) -> Path:
        """Its rows, once they are read."""
        return self.folder / "tables"


def stage(source: Source, folder: Path) -> Staged:
    """The source's bytes are in `folder`, compressed; NotReadable when they cannot be had."""
    import pyarrow as pa

    folder.mkdir(mode=0o700)
    digest, byte_count = hashlib.sha256(), 0
    path = folder / "source.zst"
    with open_private(path) as raw, pa.CompressedOutputStream(raw, "zstd") as compressed:
        for chunk in _chunks(source):
            digest.update(chunk)
            byte_count += len(chunk)
            compressed.write(chunk)
    sync(path)
    return Staged(source.name, digest.hexdigest(), byte_count, utc_now(), folder)


def _chunks(source: Source) -> Iterator[bytes]:
    try:
        with source.open() as stream:
            while chunk := stream.read(CHUNK_BYTES):
                yield chunk
    except (OSError, EOFError, zlib.error) as problem:
        raise NotReadable(source.name, str(problem), "a file that can be read to its end") from problem


def read_staged(staged: Staged, source: Path, readers: Readers) -> File:
    """The rows of `source` are in `staged.tables`, safe on disk; the result is the file's own row there."""
    stored = StoredFile(staged.name, source)
    with stored.open() as stream:
        kind = readers.detect(stream.read(HEAD_BYTES), staged.name)
    received_at = datetime.datetime.fromisoformat(staged.received_at)
    row = File(staged.sha256, staged.name, kind, "loaded", staged.byte_count, received_at)
    staged.tables.mkdir(mode=0o700)
    writer = LakeWriter(staged.tables, staged.sha256[:12], staged.name)
    try:
        writer.write(_rows(stored, staged.mapping, readers))
        writer.close()
        row = dataclasses.replace(row, **dataclasses.asdict(writer.tally))
    except NotReadable as problem:
        writer.abandon()
        row = _quarantined(row, problem)
        _keep_only_oddities(staged.tables)
    _write_file_row(staged, row)
    return row


def _rows(stored: StoredFile, mapping: Mapping | None, readers: Readers) -> Iterator[Row]:
    """The reader's rows; a reader that trips over a file refuses that file, not the run."""
    try:
        yield from readers.read(stored, mapping)
    except (DenialboardError, MemoryError, OSError):
        raise
    except Exception as problem:
        place = traceback.extract_tb(problem.__traceback__)[-1]
        got = f"{type(problem).__name__} in {place.name} ({problem})"
        raise NotReadable(stored.name, got, "a file that this reader can follow; please report it") from problem


def _quarantined(row: File, problem: NotReadable) -> File:
    return dataclasses.replace(
        row,
        status="quarantined",
        error_segment_no=problem.segment,
        error_got=problem.got,
        error_wanted=problem.wanted,
        error_message=str(problem),
    )


def _keep_only_oddities(tables: Path) -> None:
    for path in tables.glob("*.parquet"):
        if path.stem != "oddity":
            path.unlink()


def _write_file_row(staged: Staged, row: File) -> None:
    writer = LakeWriter(staged.tables, staged.sha256[:12], staged.name)
    writer.write([row])
    writer.close()
    for path in staged.tables.iterdir():
        path.chmod(0o600)
        sync(path)
    sync(staged.tables)


def refusal(problem: Refused) -> dict[str, str | int | None]:
    """The error as `--json` prints it: segment, got, wanted, message."""
    place = {name: getattr(problem, name, None) for name in ("segment", "got", "wanted")}
    return {**place, "message": str(problem)}
