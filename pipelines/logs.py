"""The store's log: what the program did, how long it took and what failed. Never what a file or a person said.

    {"at": "2026-11-22T23:15:02.123456", "level": "info", "event": "built", "process": 4711, "seconds": 2.3, ...}

One JSON object a line, in `logs/denials.jsonl` of the store, for its owner alone; a full file becomes
`denials.1.jsonl` and the oldest goes, so that there are never more than FILES times LIMIT bytes. The methods of `Log`
are all that is ever written, and they take numbers, kinds and digests: a file is known by the start of its SHA-256,
since its name may hold a patient's; a person by the role, since who it was stands in the ledger; an error by its kinds
and places (faults.py).

Nothing is written before there is a store, and a log that cannot be written stops nobody's work.
"""

import contextlib
import json
import os
import secrets
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines.disk import held, utc_now
from pipelines.errors import UsageError
from pipelines.log_settings import LEVELS, LogSettings

if TYPE_CHECKING:
    from pipelines.lake import File

FOLDER, STEM = "logs", "denials"
LIMIT, FILES = 5_000_000, 4  # bytes of a file, and how many there are: 20 MB in all


class Log:
    """The log of the store in this folder. Cheap to make."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.path = home / FOLDER / f"{STEM}.jsonl"

    def started(self) -> None:
        """The dashboard's server starts."""
        self._say("info", "started")

    def signed_in(self, role: str, way: str) -> None:
        """Somebody came in; the ledger says who."""
        self._say("info", "signed_in", role=role, way=way)

    def sign_in_refused(self, way: str) -> None:
        """Somebody did not come in; the ledger says who."""
        self._say("warning", "sign_in_refused", way=way)

    def read(self, row: "File", is_taken: bool) -> None:
        """A file was read: its row in the lake, and whether the store has it now."""
        counts = {"claims": row.claim_count, "lines": row.line_count, "rejected_rows": row.rejected_row_count}
        status = row.status if is_taken else "not_taken"
        level = "info" if status == "loaded" else "warning"
        self._say(level, "read", file=row.sha256[:12], kind=row.kind, bytes=row.byte_count, status=status, **counts)

    def ingested(self, statuses: Iterable[str], seconds: float) -> None:
        """A run of files is done: how many there are of each status."""
        self._say("info", "ingested", **Counter(statuses), seconds=round(seconds, 3))

    def built(self, stamp: str, seconds: float) -> None:
        """A build is current."""
        self._say("info", "built", build=stamp, seconds=round(seconds, 3))

    def refused(self, error: BaseException) -> None:
        """A person was told in a sentence what they can mend; the sentence itself may name files and values."""
        from pipelines.faults import summary

        self._say("warning", "refused", error=summary(error))

    def failed(self, error: BaseException) -> str:
        """What nobody foresaw is written down; the result is its number, which the person is told."""
        from pipelines.faults import told

        number = secrets.token_hex(4)
        self._say("error", "failed", number=number, errors=told(error))
        return number

    @contextlib.contextmanager
    def timed(self, question: str) -> Iterator[None]:
        """A question that takes longer than the settings allow is written down, without the values it asked for."""
        begun = time.perf_counter()
        yield
        seconds = time.perf_counter() - begun
        if seconds > self._settings.slow_seconds:
            self._say("warning", "slow", question=question, seconds=round(seconds, 3))

    def lines(self) -> Iterator[str]:
        """Every line there is, the oldest first."""
        for path in reversed([self.path, *self._older]):
            with contextlib.suppress(FileNotFoundError):
                yield from path.read_text(encoding="utf-8").splitlines()

    @property
    def _older(self) -> list[Path]:
        return [self.path.with_name(f"{STEM}.{number}.jsonl") for number in range(1, FILES)]

    @property
    def _settings(self) -> LogSettings:
        """What the store's settings say of the log; settings that are wrong are for those to tell who need them."""
        try:
            if not (self.home / "settings.toml").exists():  # as in most stores: what reads them is not even imported
                return LogSettings()
            from pipelines.settings import current_settings

            return current_settings(self.home).log
        except (OSError, UsageError):
            return LogSettings()

    def _say(self, level: str, event: str, **fields: Any) -> None:
        """The line is at the end of the log, unless the settings ask for graver ones only."""
        line: Mapping[str, Any] = {"at": utc_now(), "level": level, "event": event, "process": os.getpid(), **fields}
        with contextlib.suppress(OSError):  # a full disk, a folder for reading only, or of others: the work goes on
            if (self.home / "sources").is_dir() and LEVELS.index(level) >= LEVELS.index(self._settings.level):
                self._append(json.dumps(line).encode() + b"\n")

    def _append(self, line: bytes) -> None:
        """Several processes write at once: a line is one write at the end, and one of them puts a full file aside."""
        self.path.parent.mkdir(mode=0o700, exist_ok=True)
        descriptor = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(descriptor, line)
            is_full = os.fstat(descriptor).st_size >= LIMIT
        finally:
            os.close(descriptor)
        if is_full:
            self._put_aside()

    def _put_aside(self) -> None:
        with held(self.path.parent / "lock"):
            if self.path.stat().st_size < LIMIT:
                return  # another process was quicker
            names = [self.path, *self._older]
            for newer, older in reversed(list(pairwise(names))):
                if newer.exists():
                    newer.replace(older)
