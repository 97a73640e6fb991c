"""A path -> the files in it, archives opened and held to their limits.

Archives are gone through to a depth of three; a workbook is a zip too, but it is a file of its own here. Whatever
cannot be opened, or holds more than is taken, is still a source: reading it says why.
"""

import gzip
import io
import shutil
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from tempfile import SpooledTemporaryFile
from typing import IO, Any, BinaryIO, cast

from pipelines.disk import temporary_folder
from pipelines.errors import NotReadable, UsageError
from pipelines.limits import USUAL, Limits, Unpacked

DEEPEST = 3  # such as a gz in a zip in a zip
BUFFER = 1 << 18
IN_MEMORY = 1 << 24  # an archive within an archive is kept in memory up to this size, then in a temporary file
ENCRYPTED = 1  # of a zip's flags
ZIP, GZIP = b"PK\x03\x04", b"\x1f\x8b"
WORKBOOK_SUFFIXES = (".xlsx", ".xlsm", ".xlsb", ".ods")
WORKBOOK_MEMBERS = ("[Content_Types].xml", "mimetype")
PASSED_OVER = (".json", ".jsonl", ".md", ".html", ".db", ".ini")  # in a folder only: what lies beside remittances
BROKEN_ARCHIVE = (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError, OSError, ValueError)

Opener = Callable[[], IO[bytes]]


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

    def __init__(
        self, stream: IO[bytes], name: str, through: ExitStack | None = None, unpacked: Unpacked | None = None
    ) -> None:
        self._stream, self._name, self._through = stream, name, through or ExitStack()
        self._unpacked, self._place = unpacked, 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "bytearray | memoryview") -> int:  # type: ignore[override]
        try:
            data = self._stream.read(len(buffer))
        except BROKEN_ARCHIVE as error:
            raise NotReadable(self._name, str(error) or type(error).__name__, "an archive that is whole") from error
        buffer[: len(data)] = data
        self._place += len(data)
        if self._unpacked:
            self._unpacked.reach(self._name, self._place)
        return len(data)

    def close(self) -> None:
        self._stream.close()
        self._through.close()
        super().close()


def expand(path: Path, limits: Limits = USUAL) -> Iterator[Source]:
    """Yield the files of a path: itself, a folder's files in order of name, an archive's members.

    An archive that holds more than `limits` is a source that cannot be read, from where that is seen.
    """
    if path.is_dir():
        for found in sorted(path.rglob("*")):
            if found.is_file() and not is_passed_over(found.relative_to(path).parts):
                yield from _file(found, str(found.relative_to(path)), limits)
    elif path.exists():
        yield from _file(path, path.name, limits)
    else:
        raise UsageError(f"{path}: there is no such file or folder")


def _file(path: Path, name: str, limits: Limits) -> Iterator[Source]:
    yield from files_in(Source(name, _on_disk(path), str(path)), path.stat().st_size, limits)


def files_in(source: Source, byte_count: int, limits: Limits = USUAL) -> Iterator[Source]:
    """Yield the source itself, or what is in it where it is an archive; always in the same order."""
    yield from _members(source, DEEPEST, Unpacked(source.name, byte_count, limits))


def is_passed_over(parts: Sequence[str]) -> bool:
    """Whether a file at this place of a folder is none to be read: hidden, or of a kind that lies beside them."""
    return any(part.startswith(".") for part in parts) or PurePosixPath(parts[-1]).suffix.lower() in PASSED_OVER


def _on_disk(path: Path) -> Opener:
    return lambda: path.open("rb")


def _members(source: Source, depth: int, unpacked: Unpacked) -> Iterator[Source]:
    """Yield the source itself, or what is in it if it is an archive and not too deep."""
    try:
        with source.open() as stream:
            magic = stream.read(len(ZIP))
        if magic[:2] == GZIP and depth:
            name = source.name[:-3] if source.name.lower().endswith(".gz") else source.name
            yield from _members(Source(name, _in_gzip(source, name, unpacked), source.place), depth - 1, unpacked)
        elif magic == ZIP and not source.name.lower().endswith(WORKBOOK_SUFFIXES) and depth:
            yield from _zip_members(source, depth, unpacked)
        else:
            yield source
    except NotReadable:
        yield source


def _zip_members(source: Source, depth: int, unpacked: Unpacked) -> Iterator[Source]:
    """Yield the files of a zip, or the zip itself where it turns out to be a workbook, broken or too much.

    A member is known by where it lies: of two with one name each is a file. Names are told, never used as paths.
    """
    try:
        listed = _listed(source, unpacked)
    except NotReadable as problem:
        yield Source(source.name, _refused(problem), source.place)
        return
    except BROKEN_ARCHIVE:
        listed = None
    if listed is None or any(info.filename in WORKBOOK_MEMBERS for info in listed):
        yield source
        return
    for info in sorted(listed, key=lambda info: info.filename):
        if not any(part.startswith((".", "__MACOSX")) and part != ".." for part in PurePosixPath(info.filename).parts):
            member = f"{source.name}/{info.filename}"
            found = Source(member, _in_zip(source, info, member, unpacked), source.place)
            yield from _members(found, depth - 1, unpacked)


def _listed(source: Source, unpacked: Unpacked) -> list[zipfile.ZipInfo]:
    """The files of a zip as its list has them."""
    with _seekable(source) as stream:
        unpacked.refuse_long_list(source.name, cast(BinaryIO, stream))
        with zipfile.ZipFile(stream) as archive:
            listed = [info for info in archive.infolist() if not info.is_dir()]
    if not any(info.filename in WORKBOOK_MEMBERS for info in listed):
        unpacked.refuse_crowd(source.name, len(listed))
    return listed


def _refused(problem: NotReadable) -> Opener:
    def opener() -> IO[bytes]:
        raise problem

    return opener


def _in_gzip(source: Source, name: str, unpacked: Unpacked) -> Opener:
    def opener() -> IO[bytes]:
        with ExitStack() as stack:
            compressed = stack.enter_context(source.opener())
            stream = cast(IO[bytes], gzip.GzipFile(fileobj=compressed))
            return cast(IO[bytes], _Guarded(stream, name, stack.pop_all(), unpacked))

    return opener


def _in_zip(source: Source, info: zipfile.ZipInfo, member: str, unpacked: Unpacked) -> Opener:
    """Opens one file of a zip where its list says that it begins; the list itself is not read again for each."""

    def opener() -> IO[bytes]:
        with ExitStack() as stack:
            stream = stack.enter_context(_seekable(source))
            _go_to(stream, info)
            opened = stack.enter_context(zipfile.ZipExtFile(cast(Any, stream), "r", info))
            return cast(IO[bytes], _Guarded(cast(IO[bytes], opened), member, stack.pop_all(), unpacked))

    return opener


def _go_to(stream: IO[bytes], info: zipfile.ZipInfo) -> None:
    """The stream is at the first byte of the file; BadZipFile where it does not begin as the list says."""
    if info.flag_bits & ENCRYPTED:
        raise zipfile.BadZipFile("locked with a password")
    stream.seek(info.header_offset)
    head = stream.read(30)
    if len(head) < 30 or not head.startswith(ZIP):
        raise zipfile.BadZipFile("its list names a file that is not there")
    stream.seek(int.from_bytes(head[26:28], "little") + int.from_bytes(head[28:30], "little"), 1)


def _seekable(source: Source) -> IO[bytes]:
    """Return the source's bytes as a stream that can go back, which zip needs: the file itself, or a copy."""
    with ExitStack() as stack:
        stream = stack.enter_context(source.opener())
        if stream.seekable():
            stack.pop_all()
            return stream
        copy = cast(IO[bytes], SpooledTemporaryFile(IN_MEMORY, dir=temporary_folder()))  # noqa: SIM115 - its reader closes it
        undo = stack.enter_context(ExitStack())
        undo.callback(copy.close)
        shutil.copyfileobj(stream, copy, BUFFER)
        undo.pop_all()
        copy.seek(0)
        return copy
