"""Servers that tests start are gone when they are left, and say why they did not come up."""

import contextlib
import os
import time
from pathlib import Path

import pytest

from tests.spark.cluster import NotUpError, start_part


def is_there(pid: int) -> bool:
    """The process runs (one that ended and that nobody has asked about yet does not)."""
    status = Path(f"/proc/{pid}/stat")
    with contextlib.suppress(OSError):
        return status.read_text().rpartition(")")[2].split()[0] != "Z"
    return False


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="asks /proc")
def test_a_part_goes_with_all_that_it_started(tmp_path: Path) -> None:
    """What a part started ends with it, also where the work it was for failed and it does not listen to TERM."""
    stubborn = "trap '' TERM; sleep 600 & echo child $!; while true; do wait; done"
    with contextlib.suppress(KeyError), contextlib.ExitStack() as parts:
        part = start_part(parts, tmp_path / "log", ["sh", "-c", stubborn], os.environ, patience=0.2)
        child = int(part.says(r"child (\d+)\n")[1])
        assert is_there(child)
        raise KeyError
    deadline = time.monotonic() + 60
    while is_there(child) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert (False, False) == (is_there(part.process.pid), is_there(child))


def test_what_does_not_come_up_says_why(tmp_path: Path) -> None:
    """Its last words are told, without waiting for more."""
    with contextlib.ExitStack() as parts, pytest.raises(NotUpError, match="log: wanted 'ready', got no room"):
        start_part(parts, tmp_path / "log", ["sh", "-c", "echo no room"], os.environ).says("ready")
