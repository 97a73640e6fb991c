"""Files that only their owner can read, writes that survive a power cut, locks that die with their process."""

import contextlib
import contextvars
import datetime
import fcntl
import os
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

from pipelines.errors import UsageError

SYNC_THREADS = 8
_TEMPORARY: contextvars.ContextVar[Path | None] = contextvars.ContextVar("temporary", default=None)


def _opener(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _private_opener(path: str, flags: int) -> int:
    descriptor = _opener(path, flags)
    try:
        os.fchmod(descriptor, 0o600)  # before there is anything in it; refused of a file that is another's
    except OSError:
        os.close(descriptor)
        raise
    return descriptor


def open_private(path: Path) -> BinaryIO:
    """A file for writing that only its owner can read, also where one that others could read was there before."""
    return open(path, "wb", opener=_private_opener)


def write_private(path: Path, content: bytes) -> None:
    """The file holds these bytes, and only its owner can read it."""
    with open_private(path) as handle:
        handle.write(content)


def refuse_shared(path: Path) -> None:
    """UsageError where others than its owner have any right on the file; OSError where it cannot be looked at."""
    if path.stat().st_mode & 0o077:
        raise UsageError(f"{path}: others may read it, wanted its owner alone: chmod 600 {path}")


def loose(folder: Path) -> Iterator[Path]:
    """The folder, and every folder and file in it, on which others than its owner have any right; links aside."""
    for place, _, names in os.walk(folder):
        for path in (place, *(os.path.join(place, name) for name in names)):  # noqa: PTH118 - Path is dear for so many
            mode = os.lstat(path).st_mode
            if mode & 0o077 and not stat.S_ISLNK(mode):
                yield Path(path)


def tighten(folder: Path) -> None:
    """Nobody but its owner has any right on the folder and what is in it."""
    for path in loose(folder):
        path.chmod(0o700 if path.is_dir() else 0o600)


@contextlib.contextmanager
def temporary_in(folder: Path) -> Iterator[None]:
    """What this piece of work keeps for a moment is kept in the folder, see `temporary_folder`."""
    token = _TEMPORARY.set(folder)
    try:
        yield
    finally:
        _TEMPORARY.reset(token)


def temporary_folder() -> str | None:
    """Where temporary files of patients' data belong: in the store's workplace where there is one; None elsewhere."""
    folder = _TEMPORARY.get()
    return None if folder is None else str(folder)


def sync(path: Path) -> None:
    """What was written to this file, or the names in this folder, survive a power cut."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_all(paths: Iterable[Path]) -> None:
    """The same for each of these files and folders.

    Several at once: a disk writes in one go what waits for it together, so that a hundred files cost the time of ten.
    """
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(SYNC_THREADS) as pool:
        list(pool.map(sync, paths))


@contextlib.contextmanager
def held(path: Path) -> Iterator[None]:
    """Only one process at a time is inside; one that dies lets go."""
    with open(path, "ab", opener=_opener) as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def is_held(path: Path) -> bool:
    """Some living process is inside `held(path)`."""
    try:
        with path.open("ab") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except FileNotFoundError:
        return False
    return False


def stamp_after(newest: str, form: str) -> str:
    """This moment in the form (of strftime), greater than the newest stamp so far even where the clock went back."""
    now = datetime.datetime.now(datetime.UTC).replace(tzinfo=None)
    if newest and now.strftime(form) <= newest:
        now = datetime.datetime.strptime(newest, form) + datetime.timedelta(microseconds=1)
    return now.strftime(form)


def utc_now() -> str:
    """This moment as ISO text in UTC, to the microsecond."""
    return datetime.datetime.now(datetime.UTC).replace(tzinfo=None).isoformat(timespec="microseconds")
