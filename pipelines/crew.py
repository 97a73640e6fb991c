"""Who does the reading: this process while there is little to read, one process per core once there is more."""

import gc
import importlib.abc
import multiprocessing
import multiprocessing.connection
import os
import signal
import sys
import threading
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from types import TracebackType
from typing import Any, Self, TypeVar

from pipelines.errors import StoreError

Result = TypeVar("Result")

GARBAGE_THRESHOLD = (200_000, 20, 20)
INLINE_BYTES = 4_000_000  # starting a process costs about as much as reading this


class Crew:
    """Runs module-level functions, here or in other processes; use as a context manager."""

    def __init__(self, workers: int | None = None) -> None:
        self.workers = workers or len(os.sched_getaffinity(0))
        self._inline_bytes = 0
        self._pool: ProcessPoolExecutor | None = None

    @property
    def limit(self) -> int:
        """How many pieces of work may wait or run at once: enough to keep everybody busy, few enough to stay small."""
        return 3 * self.workers if self._pool else 1

    def submit(self, byte_count: int, work: Callable[..., Result], *arguments: object) -> "Future[Result]":
        """The work's future; done already when it was little enough to do here."""
        if self.workers == 1 or self._inline_bytes + byte_count <= INLINE_BYTES:
            self._inline_bytes += byte_count
            return _done(work(*arguments))
        if self._pool is None:
            context = multiprocessing.get_context("spawn")
            self._pool = ProcessPoolExecutor(self.workers, mp_context=context, initializer=_start_worker)
        return self._pool.submit(work, *arguments)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._pool is None:
            return
        if error is not None:
            for process in list((self._pool._processes or {}).values()):
                process.terminate()  # they write into the workplace only, which goes next
        self._pool.shutdown(wait=True, cancel_futures=True)
        if isinstance(error, BrokenProcessPool):
            raise StoreError(
                "a reading process was killed (out of memory?); what was loaded before it stays"
            ) from error


def _done(result: Result) -> "Future[Result]":
    future: Future[Result] = Future()
    future.set_result(result)
    return future


def _start_worker() -> None:
    """Ctrl-C is the parent's to handle; and no worker outlives its parent, however that ended."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.umask(0o077)
    settle_in()
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent: Any = multiprocessing.parent_process()
    multiprocessing.connection.wait([parent.sentinel])
    os._exit(1)


class _NoPandas(importlib.abc.MetaPathFinder):
    """Says that there is no pandas to import."""

    def find_spec(self, name: str, path: object = None, target: object = None) -> None:
        """Nothing is found here; for pandas, nothing is to be looked for elsewhere either."""
        if name == "pandas":
            raise ModuleNotFoundError("pandas is kept out of this process", name=name)


def settle_in() -> None:
    """This process is set for reading: pyarrow does without pandas, and garbage is looked for less often.

    pyarrow's first array looks for pandas and imports it when it can, up to three seconds and 60 MB for nothing, since
    rows never meet a DataFrame here. It looks only once; what has imported pandas already keeps it. Rows never refer
    in circles, so looking through them every 700 objects, as Python does, costs a third of the time and finds nothing.
    """
    gc.set_threshold(*GARBAGE_THRESHOLD)
    if "pandas" not in sys.modules:
        import pyarrow as pa

        finder = _NoPandas()
        sys.meta_path.insert(0, finder)
        try:
            pa.array([""])
        finally:
            sys.meta_path.remove(finder)
