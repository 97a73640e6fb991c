"""Files that only their owner can read, writes that survive a power cut, locks that die with their process."""

import contextlib
import datetime
import fcntl
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

SYNC_THREADS = 8


def _opener(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def open_private(path: Path) -> BinaryIO:
    """A new file, for writing, that only its owner can read."""
    return open(path, "wb", opener=_opener)


def write_private(path: Path, content: bytes) -> None:
    """The file holds these bytes; where it is new, only its owner can read it."""
    with open_private(path) as handle:
        handle.write(content)


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


def utc_now() -> str:
    """This moment as ISO text in UTC, to the microsecond."""
    return datetime.datetime.now(datetime.UTC).replace(tzinfo=None).isoformat(timespec="microseconds")
