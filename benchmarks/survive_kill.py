"""A piece of work in a process of its own that is killed as `kill -9` kills: at a step, at a byte, or at a moment.

A step is whatever the program is about to do to the disk, or a function of the modules that store, build and decide. A
byte is the size beyond which no file may grow: the system ends the process in the middle of a write, also one of
DuckDB, SQLite or Arrow. A moment is any. Nothing of the program is changed for it.

The process is forked, so that three hundred of them do not import everything three hundred times; the one that forks
must not have opened a database.
"""

import importlib
import os
import pkgutil
import resource
import select
import signal
import sys
import tempfile
import threading
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import IO, Any, NamedTuple

import pipelines.denial_log
import pipelines.x12
from pipelines.crew import settle_in

TO_THE_DISK = frozenset(
    ("chmod", "close", "flock", "fsync", "link", "mkdir", "open", "rename", "replace", "rmdir", "unlink", "write")
)
BY_MODULES = frozenset(("posix", "io", "fcntl"))
STORING = (
    "build build_about build_inputs daily disk gathered ingest lake ledger ledger_chain ledger_lines ledger_versions"
    " logs rollup store units backup keys restore sealed"
)
FILES = frozenset(f"{name}.py" for name in STORING.split())
LONGEST_SECONDS = 300  # no work here takes that long, on however busy a machine
STEPS = "steps "
IMPORTED = (  # once, not by each child
    "pyarrow.compute pyarrow.parquet concurrent.futures.thread ssl pwd sqlite3 duckdb pydoc"
    " pipelines.cli_app pipelines.cli_files pipelines.check pipelines.together pipelines.build pipelines.rollup"
    " pipelines.status pipelines.verify pipelines.ledger_lines pipelines.settings pipelines.cli_keep pipelines.restore"
    " pipelines.keys cryptography.hazmat.primitives.ciphers.aead cryptography.hazmat.primitives.kdf.hkdf"
    " encodings.ascii pydantic.type_adapter"
)

Work = Callable[[], None]


class Kill(NamedTuple):
    """When the process is to die; never, where nothing is said."""

    step: int | None = None
    size: int | None = None  # bytes that no file outgrows
    seconds: float | None = None

    def __str__(self) -> str:
        names = {"step": self.step, "size": self.size, "seconds": self.seconds}
        return ", ".join(f"{name} {value:,}" for name, value in names.items() if value is not None) or "never"


class Ended(NamedTuple):
    """How a process ended and what it had said until then."""

    status: int  # of its exit; minus the signal's number where it was killed
    said: list[str]
    errors: str
    seconds: float

    @property
    def was_killed(self) -> bool:
        """It did not come to its end."""
        return -self.status in (signal.SIGKILL, signal.SIGXFSZ)

    @property
    def steps(self) -> int:
        """How many steps the work has, once it was done undisturbed."""
        return int(self.said[-1].removeprefix(STEPS))


class Fuse:
    """Counts the steps of this process, in all threads, and kills it before the one that is asked for."""

    def __init__(self, last: int | None) -> None:
        self.count, self.last = 0, last

    def light(self) -> None:
        """From now on steps are counted."""
        threading.setprofile(self.step)
        sys.setprofile(self.step)

    def step(self, frame: FrameType, event: str, argument: Any) -> None:
        """One call or return of anything; few of them are steps."""
        if event in ("c_call", "c_return"):
            is_step = argument.__name__ in TO_THE_DISK and argument.__module__ in BY_MODULES
            is_step = is_step or type(getattr(argument, "__self__", None)).__module__ == "sqlite3"
        else:
            is_step = event == "call" and os.path.basename(frame.f_code.co_filename) in FILES  # noqa: PTH119
        if is_step:
            self.count += 1
            if self.count == self.last:
                os.kill(os.getpid(), signal.SIGKILL)


def get_ready() -> None:
    """What children will import is there."""
    settle_in()
    readers = [
        module.name
        for package in (pipelines.x12, pipelines.denial_log)
        for module in pkgutil.iter_modules(package.__path__, f"{package.__name__}.")
    ]
    for name in (*IMPORTED.split(), *readers):
        importlib.import_module(name)


class Running:
    """A child at its work, with what it has said so far."""

    def __init__(self, work: Work, kill: Kill | None = None) -> None:
        self._said, self._errors = (tempfile.TemporaryFile() for _ in range(2))  # noqa: SIM115 - `end` closes them
        self._seconds, self._began = kill.seconds if kill else None, time.monotonic()
        sys.stdout.flush()
        self._pid = os.fork()
        if not self._pid:
            _be_the_child(work, kill, self._said, self._errors)

    def end(self) -> Ended:
        """The child is gone, and so is all that it started."""
        try:
            status = _wait(self._pid, self._seconds)
        finally:
            _end_group(self._pid)
        with self._said, self._errors:
            self._said.seek(0)
            self._errors.seek(0)
            said, errors = self._said.read().decode(), self._errors.read().decode()
        return Ended(status, said.splitlines(), errors, time.monotonic() - self._began)


def run(work: Work, kill: Kill | None = None) -> Ended:
    """The work was done by a child that is gone now. What it printed, it said.

    With a kill, also one that never comes, the last thing said is how many steps it had.
    """
    return Running(work, kill).end()


def _wait(pid: int, seconds: float | None) -> int:
    """The exit status of the child, which is killed after so many seconds."""
    descriptor = os.pidfd_open(pid)
    try:
        if not select.select([descriptor], [], [], LONGEST_SECONDS if seconds is None else seconds)[0]:
            os.kill(pid, signal.SIGKILL)
    finally:
        os.close(descriptor)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def _end_group(pid: int) -> None:
    """Whatever the child has started is gone."""
    try:
        os.killpg(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def _be_the_child(work: Work, kill: Kill | None, said: IO[bytes], errors: IO[bytes]) -> None:
    """Do the work and end, in whatever way."""
    status = 70
    try:
        os.setpgid(0, 0)
        os.dup2(said.fileno(), 1)
        os.dup2(errors.fileno(), 2)
        if kill is None:
            status = _status_of(work)
            return
        if kill.size is not None:
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
            resource.setrlimit(resource.RLIMIT_FSIZE, (kill.size, kill.size))
            signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
        fuse = Fuse(kill.step)
        fuse.light()
        status = _status_of(work)
        sys.setprofile(None)
        print(f"{STEPS}{fuse.count}", flush=True)
    finally:
        sys.stdout.flush()
        os._exit(status)


def _status_of(work: Work) -> int:
    try:
        work()
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 0 if end.code is None else 1
    except BaseException:  # whatever it is, the parent hears of it
        traceback.print_exc()
        return 70
    return 0


def command(home: Path, *words: object) -> Work:
    """What `denials WORDS` does with the store in this folder."""

    def work() -> None:
        from pipelines.__main__ import main

        os.environ["DENIALS_HOME"] = str(home)
        sys.argv = ["denials", *map(str, words)]
        main()

    return work
