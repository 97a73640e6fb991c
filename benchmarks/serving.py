"""The dashboard in a process of its own, on a free port of this machine, and its memory."""

import contextlib
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from benchmarks.children import ROOT

HOST = "127.0.0.1"
START_SECONDS = 120


class Server(NamedTuple):
    """A dashboard that answers: where, which process, when it was started."""

    port: int
    pid: int
    started: float

    @property
    def address(self) -> str:
        """For browsers."""
        return f"http://{HOST}:{self.port}"


@contextlib.contextmanager
def serving(home: Path, log: Path) -> Iterator[Server]:
    """`denials serve` over this store; it ends with the block. Raises RuntimeError where it does not start."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port = probe.getsockname()[1]
    environment = os.environ | {"DENIALS_HOME": str(home)}
    command = [sys.executable, "-m", "pipelines", "serve", "--port", str(port)]
    with log.open("wb") as told:
        started = time.perf_counter()
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=told, stderr=subprocess.STDOUT)
        try:
            _wait(port, process, log)
            yield Server(port, process.pid, started)
        finally:
            process.terminate()
            process.wait(30)


def _wait(port: int, process: "subprocess.Popen[bytes]", log: Path) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and process.poll() is None:
        with contextlib.suppress(urllib.error.URLError, OSError):
            urllib.request.urlopen(f"http://{HOST}:{port}/_stcore/health", timeout=2).close()
            return
        time.sleep(0.02)
    raise RuntimeError(f"the dashboard did not start: {log.read_text(errors='replace')[-2000:]}")
