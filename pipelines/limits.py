"""How much a file may hold before it is refused, and the count that an archive is held to while it is unpacked.

A megabyte of zip can hold ten gigabytes, or an archive that holds archives. What counts is what comes out, whatever the
archive says of itself: bytes of each file, bytes of all files, how many times the archive's own size that is, and how
many files there are. `[limits]` of settings.toml changes the numbers.
"""

import dataclasses
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO

from pipelines.errors import NotReadable, wrong

MEGABYTE = 1_000_000
MOST = 1_000_000
FREE = 100 * MEGABYTE  # up to this much a file may be packed as tightly as it likes
ENTRY_BYTES = 500  # of a zip's list of files, for each file that is allowed
END, END_64, TAIL = b"PK\x05\x06", b"PK\x06\x07", 65_557  # how a zip ends, and where that lies at the most


@dataclasses.dataclass(frozen=True)
class Limits:
    """What is taken; `[limits]` of settings.toml under the same names."""

    upload_mb: int = 1_000  # one dropped file
    uploads_mb: int = 4_000  # all files dropped together
    file_mb: int = 8_000  # one file, unpacked
    archive_mb: int = 32_000  # all files of an archive, unpacked
    archive_files: int = 20_000
    archive_ratio: int = 300  # times its own size, from 100 MB on; remittances pack 10 to 60 times


USUAL = Limits()


def limits_of(path: Path, given: Mapping[str, Any]) -> Limits:
    """The numbers of the section, the usual ones where it says none; UsageError for what is no number of things."""
    for key, value in given.items():
        if type(value) is not int or not 1 <= value <= MOST:
            raise wrong(path, f"limits.{key}", value, f"a whole number from 1 to {MOST}")
    return Limits(**given)


class Unpacked:
    """What has come out of one archive so far; a file that is opened again counts once."""

    def __init__(self, name: str, packed_bytes: int, limits: Limits = USUAL) -> None:
        self.name, self.packed_bytes, self.limits = name, packed_bytes, limits
        self.byte_count = self.file_count = 0
        self._reached: dict[str, int] = {}

    def reach(self, name: str, place: int) -> None:
        """The file was unpacked up to this byte; NotReadable where it, or all of them, are more than is taken.

        Of an archive that is too much no file is given any more, not even one that was before.
        """
        new = max(0, place - self._reached.get(name, 0))
        self._reached[name] = place if new else self._reached.get(name, 0)
        self.byte_count += new
        if place > self.limits.file_mb * MEGABYTE:
            raise NotReadable(name, f"more than {self.limits.file_mb:,} MB", f"at most that (limits.file_mb){HINT}")
        self._refuse_much(name)

    def _refuse_much(self, name: str) -> None:
        limits, ratio = self.limits, self.byte_count / max(self.packed_bytes, 1)
        if self.byte_count > limits.archive_mb * MEGABYTE:
            got = f"{self.name} unpacks to more than {limits.archive_mb:,} MB"
            raise NotReadable(name, got, f"at most that (limits.archive_mb){HINT}")
        if self.byte_count > FREE and ratio > limits.archive_ratio:
            got = f"{self.name} unpacks to more than {limits.archive_ratio} times its {self.packed_bytes:,} bytes"
            raise NotReadable(name, got, f"at most that (limits.archive_ratio){HINT}")

    def refuse_crowd(self, name: str, file_count: int) -> None:
        """NotReadable where the archive, with those within it, holds more files than are taken."""
        self.file_count += file_count
        if self.file_count > self.limits.archive_files:
            got = f"an archive of more than {self.limits.archive_files:,} files"
            raise NotReadable(name, got, f"at most that (limits.archive_files){HINT}")

    def refuse_long_list(self, name: str, stream: BinaryIO) -> None:
        """NotReadable, before it is read into memory, where a zip's list of its files is too long for that."""
        if (length := list_bytes(stream)) > self.limits.archive_files * ENTRY_BYTES:
            got = f"a zip whose list of files has {length:,} bytes"
            raise NotReadable(name, got, f"at most {self.limits.archive_files:,} files (limits.archive_files){HINT}")


HINT = "; settings.toml changes it"


def list_bytes(stream: BinaryIO) -> int:
    """How long a zip says that the list of its files is; 0 where it does not say. The stream is at its start again."""
    end = stream.seek(0, 2)
    stream.seek(max(0, end - TAIL - 20))
    tail = stream.read()
    place = tail.rfind(END)
    length = int.from_bytes(tail[place + 12 : place + 16], "little") if place >= 0 else 0
    if place >= 20 and tail[place - 20 : place - 16] == END_64:
        stream.seek(min(int.from_bytes(tail[place - 12 : place - 4], "little"), end))
        length = max(length if length < 2**32 - 1 else 0, int.from_bytes(stream.read(48)[40:], "little"))
    stream.seek(0)
    return length
