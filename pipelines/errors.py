"""Every error that this project raises on purpose.

DenialboardError              anything a person can mend; shown as one line, never a traceback
├── UsageError                a command or setting that cannot be meant (exit status 2)
├── Refused                   an input that is not taken (exit status 1)
│   ├── NotReadable           a file that cannot be what it claims to be; it is quarantined whole
│   └── MappingNeeded         a denial log whose columns a person has to settle first
├── StoreError                the store's folder cannot be used as asked
│   ├── NoBuild               nothing has been built yet
│   └── NoSuchFile            no file is called so
├── AccessRefused            somebody may not see or do this; nothing was read or written
│   └── SignInNeeded          nobody has signed in, or the sign-in has ended
├── CheckFailed               a build whose own checks found rows that must not exist
└── NotSent                   an e-mail that the server did not take
"""

import errno
import shlex
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from pipelines.rows import LogColumn


class DenialboardError(Exception):
    """Base of every deliberate error; `str(error)` is the one line that a user sees."""


class UsageError(DenialboardError):
    """The request itself makes no sense: unknown KPI, bad date, missing file."""


def wrong(path: "Path", place: str, got: object, wanted: str) -> UsageError:
    """The error for a value in the file of settings that cannot be meant."""
    return UsageError(f"{path}: {place}: got {got!r}, wanted {wanted}")


class Refused(DenialboardError):
    """An input is not taken, and the store is as it was before."""


class NotReadable(Refused):
    """A file is not what it claims to be: says the file, the place, what was found and what was wanted."""

    def __init__(self, file: str, got: str, wanted: str, segment: int | None = None) -> None:
        self.file, self.segment, self.got, self.wanted = file, segment, got, wanted
        place = f", segment {segment}" if segment is not None else ""
        super().__init__(f"{file}{place}: {got}, wanted {wanted}")


class MappingNeeded(Refused):
    """A denial log's columns are not clear enough to load it without a person's word: says what, and what to type."""

    def __init__(self, message: str, options: str = "", columns: Sequence["LogColumn"] = (), place: str = "") -> None:
        self.message, self.options, self.columns = message, options, columns
        super().__init__(f"{message} denials ingest {shlex.quote(place)} {options}" if options else message)

    def at(self, place: str) -> "MappingNeeded":
        """The same, with the line to type naming the file as a person reaches it."""
        return MappingNeeded(self.message, self.options, self.columns, place)


class StoreError(DenialboardError):
    """The store's folder cannot be read or written as asked."""


class NoBuild(StoreError):
    """There is no build to read: `denials build` or `denials ingest` makes one."""


class NoSuchFile(StoreError):
    """The store has no file of this short name."""


class InDoubt(StoreError):
    """A build out of the last one may not be what a complete one would be: one is to be made; says why."""


class AccessRefused(DenialboardError):
    """Somebody asked for what their role does not hold, or came in a way that is not open."""


class SignInNeeded(AccessRefused):
    """Nobody has signed in here yet, or the sign-in has ended."""


class CheckFailed(DenialboardError):
    """A build broke one of its own rules (pipelines/checks); the build before stays current."""


class NotSent(DenialboardError):
    """An e-mail that nobody has: the server is not there, wants other credentials, or refused everybody."""


REFUSED_BY_THE_SYSTEM = {
    errno.ENOSPC: "the disk is full; make room and do the same again, nothing is half-done",
    errno.EDQUOT: "the disk space that you may use is full; make room and do the same again, nothing is half-done",
    errno.EFBIG: "no file may grow so large here; raise the limit (`ulimit -f`) or choose another disk (DENIALS_HOME)",
    errno.EROFS: "this disk can only be read; have it made writable, or choose another folder by DENIALS_HOME",
    errno.EACCES: "this user may not; see whose it is (`ls -ld`) and run denialboard as that user",
    errno.EPERM: "this user may not; see whose it is (`ls -ld`) and run denialboard as that user",
    errno.EEXIST: "there is a file where a folder is wanted; choose another folder by DENIALS_HOME",
    errno.ENOTDIR: "there is a file where a folder is wanted; choose another folder by DENIALS_HOME",
    errno.EMFILE: "too many files are open at once; allow more (`ulimit -n 4096`) and do the same again",
    errno.EIO: "the disk fails at this place; copy what can be read, then `denials restore` a backup to another disk",
}
SAID_BY_DATABASES = {  # words of DuckDB's and SQLite's errors -> what to do
    "Corrupt database file": "the build is damaged; `denials build --full` makes a new one",
    "malformed": "damaged, or not a database of ours; `denials restore` brings back a backup",
    "file is not a database": "damaged, or not a database of ours; `denials restore` brings back a backup",
    "is locked": "another program has held the ledger for half a minute; end it and do the same again",
    "readonly database": "the ledger can only be read; see whose file it is (`ls -l`) and run denialboard as that user",
    "unable to open database file": "the ledger cannot be opened; see whose folder it is (`ls -ld`)",
    "No space left": "the disk is full; make room and do the same again, nothing is half-done",
    "disk I/O error": "the disk is full or fails; make room, or look after the disk, and do the same again",
    "disk is full": "the disk is full; make room and do the same again, nothing is half-done",
    "Out of Memory": "there is not enough memory; close other programs, or ask for less at once",
}


def advice(problem: Exception) -> str:
    """What the system or a database refused, as one sentence with what to do; '' for an error that is neither's."""
    if isinstance(problem, OSError):
        what = REFUSED_BY_THE_SYSTEM.get(problem.errno or 0) or problem.strerror or str(problem)
        return f"{problem.filename}: {what}" if problem.filename else what
    if isinstance(problem, MemoryError):
        return SAID_BY_DATABASES["Out of Memory"]
    if type(problem).__module__ not in ("_duckdb", "duckdb", "sqlite3"):
        return ""
    return next((what for words, what in SAID_BY_DATABASES.items() if words in str(problem)), "")
