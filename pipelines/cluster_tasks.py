"""What the machines of a cluster do with files: look into them, read some of them whole, or read a piece of a huge one.

Each is a task: a plain tuple that says all there is to know, with `run`. Nothing here knows of Spark.
"""

import dataclasses
import hashlib
import io
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from pipelines.archives import Source
from pipelines.check import as_error
from pipelines.cluster_parts import Parts, own_folder
from pipelines.cluster_sources import Given, opened, sources_in
from pipelines.errors import DenialboardError, Refused, StoreError
from pipelines.ingest import GROUP_BYTES, GROUP_FILES, default_readers, grouped
from pipelines.kinds import HEAD_BYTES, detect
from pipelines.lake import LakeWriter
from pipelines.limits import Limits
from pipelines.reading import CHUNK_BYTES, Reading, Refusal, Staged, Words, is_demo, read_group, stage
from pipelines.tally import Tally
from pipelines.x12.cuts import Cut, find_cuts
from pipelines.x12.pieces import End, open_piece

CUT_KINDS = ("835", "837P", "837I", "837D")


class Sizes(NamedTuple):
    """How large tasks are, in bytes of files."""

    huge: int = 128_000_000  # a file from here on is cut
    piece: int = 64_000_000
    group: int = 64_000_000  # small files that are read by one task


class Found(NamedTuple):
    """One file of those listed, or of an archive among them, as its bytes are."""

    given: Given
    member: int  # its place in the archive; 0 for a file of its own
    name: str
    sha256: str = ""
    byte_count: int = 0
    kind: str = ""
    is_demo: bool = False
    refusal: Refusal | None = None  # its bytes cannot be had
    cuts: list[Cut] | None = None  # of a huge file that can be read in pieces


class Look(NamedTuple):
    """Some listed files, all to be looked into; gives what is found, file by file."""

    files: list[Given]
    limits: Limits
    sizes: Sizes

    def run(self) -> list[Found]:
        """Every file with its SHA-256."""
        return [found for given in self.files for found in self._in(given)]

    def _in(self, given: Given) -> Iterator[Found]:
        for member, source in enumerate(sources_in(given, self.limits)):
            try:
                yield self._hashed(given, member, source)
            except Refused as problem:
                yield Found(given, member, source.name, refusal=as_error(problem))

    def _hashed(self, given: Given, member: int, source: Source) -> Found:
        """The file gone through once, and skimmed for cuts on the way where it is huge."""
        with source.open() as stream:
            head = stream.read(HEAD_BYTES)
        kind, cuts = detect(head, source.name), None
        with source.open() as stream:
            hashing = _Hashing(stream)
            is_itself = member == 0 and source.name == given.name
            if is_itself and given.byte_count >= self.sizes.huge and kind in CUT_KINDS:
                buffered = io.BufferedReader(hashing, CHUNK_BYTES)
                cuts = find_cuts(buffered, source.name, kind, self.sizes.piece)
                buffered.detach()  # it would close what is read on
            while hashing.read(CHUNK_BYTES):
                pass
        demo = is_demo(head, source.name)
        return Found(given, member, source.name, hashing.sha256, hashing.byte_count, kind, demo, None, cuts or None)


class _Hashing(io.RawIOBase):
    """Reckons the SHA-256 of all that is read through it."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream, self._digest, self.byte_count = stream, hashlib.sha256(), 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "bytearray | memoryview") -> int:  # type: ignore[override]
        data = self._stream.read(len(buffer))
        buffer[: len(data)] = data
        self._digest.update(data)
        self.byte_count += len(data)
        return len(data)

    @property
    def sha256(self) -> str:
        """Of what was read so far."""
        return self._digest.hexdigest()


class Wanted(NamedTuple):
    """A file that is to be read."""

    found: Found
    received_at: str


class Place(NamedTuple):
    """Where in the lake a task's rows go."""

    lake: str
    batch: str
    task: int


class FilesRead(NamedTuple):
    """What came of each file of a task, and the rows of its part files."""

    readings: list[Reading]
    parts: dict[str, int]


class ReadFiles(NamedTuple):
    """Some files, each to be read whole: as `ingest` reads them at home, with the same words for refusals."""

    place: Place
    files: list[Wanted]
    limits: Limits
    words: Words

    def run(self) -> FilesRead:
        """Their rows are in the lake."""
        readings: list[Reading] = []
        with own_folder() as folder:
            parts = Parts(folder)
            for number, group in enumerate(grouped(self.files, byte_count_of, GROUP_BYTES, GROUP_FILES)):
                staged = self._staged(group, folder / str(number))
                read = read_group(staged, default_readers(), self.words)
                for each, reading in zip(staged, read, strict=True):
                    if not reading.refusal:
                        parts.add(each.tables)
                    each.source.unlink()
                readings += read
            return FilesRead(readings, parts.put(*self.place))

    def _staged(self, group: list[Wanted], folder: Path) -> list[Staged]:
        """Their bytes, compressed on this machine; StoreError where they are not those that were looked into."""
        folder.mkdir()
        staged: list[Staged] = []
        for given, wanted in groupby(group, lambda each: each.found.given):
            by_member = {each.found.member: each for each in wanted}
            for member, source in enumerate(sources_in(given, self.limits)):
                if member in by_member:
                    staged.append(_stage(by_member[member], source, folder / f"{len(staged)}.zst"))
        return staged


def byte_count_of(wanted: Wanted) -> int:
    """The file's length."""
    return wanted.found.byte_count


def _stage(wanted: Wanted, source: Source, path: Path) -> Staged:
    staged = stage(source, path)
    if staged.sha256 != wanted.found.sha256:
        raise StoreError(f"{source.place}: it changed while it was read; ingest it again")
    return dataclasses.replace(staged, received_at=wanted.received_at)


class PieceRead(NamedTuple):
    """What came of a piece: how its reader stood at the end and what it held back, None where it could not be read."""

    end: End | None
    tally: Tally
    parts: dict[str, int]


class ReadPiece(NamedTuple):
    """The bytes of a huge file from `first` until before `last`, to be read on from a cut."""

    place: Place
    file: Wanted
    start: Cut | None
    first: int
    last: int

    def run(self) -> PieceRead:
        """Its rows are in the lake, all but those that it holds back."""
        found = self.file.found
        with own_folder() as folder, opened(found.given) as stream:
            stream.seek(self.first)
            window = io.BufferedReader(_Window(stream, self.last - self.first), CHUNK_BYTES)
            writer = LakeWriter(folder, found.sha256[:12], found.name)
            try:
                piece = open_piece(window, found.name, found.kind, self.start, self.last == found.byte_count)
                writer.write(piece.own_rows())
                writer.flush()
            except (OSError, MemoryError):
                raise
            except Exception as problem:  # the whole file says what is wrong, and where
                if isinstance(problem, DenialboardError) and not isinstance(problem, Refused):
                    raise
                return PieceRead(None, Tally(), {})
            writer.close()
            parts = Parts(folder)
            parts.add(folder)
            return PieceRead(piece.outcome(), writer.tally, parts.put(*self.place))


class _Window(io.RawIOBase):
    """So many bytes of a stream, from where it is."""

    def __init__(self, stream: BinaryIO, byte_count: int) -> None:
        self._stream, self._left = stream, byte_count

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "bytearray | memoryview") -> int:  # type: ignore[override]
        data = self._stream.read(min(len(buffer), self._left))
        buffer[: len(data)] = data
        self._left -= len(data)
        return len(data)


Task = Look | ReadFiles | ReadPiece
Result = Any  # what the task's `run` gives
