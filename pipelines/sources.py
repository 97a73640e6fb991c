"""A path -> the files in it, archives opened; first bytes -> which reader; a file -> its rows.

A new kind of input is one module and one line in READERS. Archives are gone through to a depth of three; a workbook is
a zip too, but it is a file of its own here. Whatever cannot be opened is still a source: reading it says why.
"""

import gzip
import io
import shutil
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from tempfile import SpooledTemporaryFile
from typing import IO, BinaryIO, TypeVar, cast

from pipelines.disk import temporary_folder
from pipelines.errors import MappingNeeded, NotReadable, UsageError
from pipelines.kinds import HEAD_BYTES, detect, of_no_use
from pipelines.rows import Row
from pipelines.rows.batch import RowBatch

__all__ = ["Source", "detect", "expand", "read", "read_batches"]

DEEPEST = 3  # such as a gz in a zip in a zip
BUFFER = 1 << 18
IN_MEMORY = 1 << 24  # an archive within an archive is kept in memory up to this size, then in a temporary file
ZIP, GZIP = b"PK\x03\x04", b"\x1f\x8b"
WORKBOOK_SUFFIXES = (".xlsx", ".xlsm", ".xlsb", ".ods")
WORKBOOK_MEMBERS = ("[Content_Types].xml", "mimetype")
PASSED_OVER = (".json", ".jsonl", ".md", ".html", ".db", ".ini")  # in a folder only: what lies beside remittances
BROKEN_ARCHIVE = (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError, OSError)

Opener = Callable[[], IO[bytes]]
Read = TypeVar("Read")
Reader = Callable[[BinaryIO, str, Mapping[str, str] | None], Iterator[Read]]


@dataclass(frozen=True)
class Source:
    """One file, on disk or in an archive; `open()` may be called more than once and begins at the first byte."""

    name: str
    opener: Opener
    place: str | None = None  # what a person types to reach it: the path of the file, or of the archive it is in

    def open(self) -> BinaryIO:
        """Return the file's bytes as a stream; raises NotReadable where a broken archive does not give them."""
        try:
            return io.BufferedReader(_Guarded(self.opener(), self.name), BUFFER)
        except BROKEN_ARCHIVE as error:
            raise NotReadable(self.name, str(error) or type(error).__name__, "a file that can be opened") from error


class _Guarded(io.RawIOBase):
    """Turns what a broken archive raises half-way into NotReadable; closing it closes all it was opened through."""

    def __init__(self, stream: IO[bytes], name: str, through: ExitStack | None = None) -> None:
        self._stream, self._name, self._through = stream, name, through or ExitStack()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "bytearray | memoryview") -> int:  # type: ignore[override]
        try:
            data = self._stream.read(len(buffer))
        except BROKEN_ARCHIVE as error:
            raise NotReadable(self._name, str(error) or type(error).__name__, "an archive that is whole") from error
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        self._stream.close()
        self._through.close()
        super().close()


def expand(path: Path) -> Iterator[Source]:
    """Yield the files of a path: itself, a folder's files in order of name, an archive's members."""
    if path.is_dir():
        for found in sorted(path.rglob("*")):
            hidden = any(part.startswith(".") for part in found.relative_to(path).parts)
            if found.is_file() and not hidden and found.suffix.lower() not in PASSED_OVER:
                yield from _members(Source(str(found.relative_to(path)), _on_disk(found), str(found)), DEEPEST)
    elif path.exists():
        yield from _members(Source(path.name, _on_disk(path), str(path)), DEEPEST)
    else:
        raise UsageError(f"{path}: there is no such file or folder")


def _on_disk(path: Path) -> Opener:
    return lambda: path.open("rb")


def _members(source: Source, depth: int) -> Iterator[Source]:
    """Yield the source itself, or what is in it if it is an archive and not too deep."""
    try:
        with source.open() as stream:
            magic = stream.read(len(ZIP))
        if magic[:2] == GZIP and depth:
            name = source.name[:-3] if source.name.lower().endswith(".gz") else source.name
            yield from _members(Source(name, _in_gzip(source, name), source.place), depth - 1)
        elif magic == ZIP and not source.name.lower().endswith(WORKBOOK_SUFFIXES) and depth:
            yield from _zip_members(source, depth)
        else:
            yield source
    except NotReadable:
        yield source


def _zip_members(source: Source, depth: int) -> Iterator[Source]:
    """Yield the files of a zip, or the zip itself where it turns out to be a workbook or broken."""
    try:
        with _seekable(source) as stream, zipfile.ZipFile(stream) as archive:
            names = [info.filename for info in archive.infolist() if not info.is_dir()]
    except BROKEN_ARCHIVE:
        yield source
        return
    if any(name in WORKBOOK_MEMBERS for name in names):
        yield source
        return
    for name in sorted(names):
        path = PurePosixPath(name)
        if not any(part.startswith((".", "__MACOSX")) for part in path.parts):
            member = f"{source.name}/{name}"
            yield from _members(Source(member, _in_zip(source, name, member), source.place), depth - 1)


def _in_gzip(source: Source, name: str) -> Opener:
    def opener() -> IO[bytes]:
        with ExitStack() as stack:
            compressed = stack.enter_context(source.opener())
            stream = cast(IO[bytes], gzip.GzipFile(fileobj=compressed))
            return cast(IO[bytes], _Guarded(stream, name, stack.pop_all()))

    return opener


def _in_zip(source: Source, name: str, member: str) -> Opener:
    def opener() -> IO[bytes]:
        with ExitStack() as stack:
            archive = stack.enter_context(zipfile.ZipFile(stack.enter_context(_seekable(source))))
            return cast(IO[bytes], _Guarded(archive.open(name), member, stack.pop_all()))

    return opener


def _seekable(source: Source) -> IO[bytes]:
    """Return the source's bytes as a stream that can go back, which zip needs: the file itself, or a copy."""
    with ExitStack() as stack:
        stream = stack.enter_context(source.opener())
        if stream.seekable():
            stack.pop_all()
            return stream
        copy = cast(IO[bytes], SpooledTemporaryFile(IN_MEMORY, dir=temporary_folder()))  # noqa: SIM115 - closed by whoever reads it
        shutil.copyfileobj(stream, copy, BUFFER)
        copy.seek(0)
        return copy


def read(source: Source, mapping: Mapping[str, str] | None = None) -> Iterator[Row]:
    """Yield the rows of a file by the reader of its kind; raises NotReadable, MappingNeeded for an unclear log."""
    return _read(source, mapping, READERS)


def read_batches(source: Source, mapping: Mapping[str, str] | None = None) -> Iterator[Row | RowBatch]:
    """Yield the same rows in no certain order, many at once where the kind has a reader that works by columns."""
    return _read(source, mapping, BATCH_READERS)


def _read(source: Source, mapping: Mapping[str, str] | None, readers: "dict[str, Reader[Read]]") -> Iterator[Read]:
    with source.open() as stream:
        head = stream.read(HEAD_BYTES)
    kind = detect(head, source.name)
    reader = readers.get(kind)
    if reader is None:
        got = _described(head)
        wanted = "an 835, 837, 277CA or 999, or a denial log as CSV, TSV, XLSX or XLS"
        raise NotReadable(source.name, got, wanted, 1)
    with source.open() as stream:
        try:
            yield from reader(stream, source.name, mapping)
        except MappingNeeded as refusal:
            raise refusal.at(source.place or source.name) from None


def _described(head: bytes) -> str:
    """Say in words what an unknown file is, or else begins with."""
    if head.startswith((ZIP, GZIP)):
        return "an archive that is damaged or lies too deep in others"
    if what := of_no_use(head):
        return what
    start = head[:40].decode("latin-1").strip()
    if not start:
        return "an empty file"
    start = start.splitlines()[0]
    return f"a file that begins {start!r}" if start.isprintable() else f"bytes {head[:8].hex(' ')}"


def _read_remittance(stream: BinaryIO, name: str, mapping: Mapping[str, str] | None) -> Iterator[Row]:
    from pipelines.x12.remittance import read_remittance

    return read_remittance(stream, name)


def _read_remittance_columns(
    stream: BinaryIO, name: str, mapping: Mapping[str, str] | None
) -> Iterator[Row | RowBatch]:
    from pipelines.x12.remittance_columns import read_remittance_columns

    return read_remittance_columns(stream, name)


def _read_claims(stream: BinaryIO, name: str, mapping: Mapping[str, str] | None) -> Iterator[Row]:
    from pipelines.x12.claim import read_claims

    return read_claims(stream, name)


def _read_claims_columns(stream: BinaryIO, name: str, mapping: Mapping[str, str] | None) -> Iterator[Row | RowBatch]:
    from pipelines.x12.claim_columns import read_claims_columns

    return read_claims_columns(stream, name)


def _read_acknowledgements(stream: BinaryIO, name: str, mapping: Mapping[str, str] | None) -> Iterator[Row]:
    from pipelines.x12.acknowledgement import read_acknowledgements

    return read_acknowledgements(stream, name)


def _read_log(stream: BinaryIO, name: str, mapping: Mapping[str, str] | None) -> Iterator[Row]:
    from pipelines.denial_log import read_log

    return read_log(stream, name, dict(mapping) if mapping is not None else None)


READERS: dict[str, Reader[Row]] = {
    "835": _read_remittance,
    "837P": _read_claims,
    "837I": _read_claims,
    "837D": _read_claims,
    "277CA": _read_acknowledgements,
    "999": _read_acknowledgements,
    "denial_log": _read_log,
}
BATCH_READERS: dict[str, Reader[Row | RowBatch]] = {
    **READERS,
    "835": _read_remittance_columns,
    **dict.fromkeys(("837P", "837I", "837D"), _read_claims_columns),
}  # what `ingest` reads with
