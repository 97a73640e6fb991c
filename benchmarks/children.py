"""Work done in a process of its own, with the memory that it and the processes it started held."""

import dataclasses
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from benchmarks.timing import Timed

ROOT = Path(__file__).parent.parent
LOOK_SECONDS = 0.02  # between two looks at the memory
PROC = Path("/proc")


@dataclasses.dataclass(frozen=True)
class Done:
    """What a child said of its own work, and what it held."""

    seconds: float
    answer: Any
    megabytes: float

    def timed(self, size: float = 0) -> Timed:
        """For `in_turn`."""
        return Timed("", [self.seconds], self.megabytes, size)


def job(name: str, *arguments: object, home: Path | None = None) -> Done:
    """What benchmarks/jobs.py did under this name, in a new process of this Python."""
    environment = os.environ | ({"DENIALS_HOME": str(home)} if home else {})
    return run([sys.executable, "-m", "benchmarks.jobs", name, *map(str, arguments)], environment)


def run(command: Sequence[str], environment: dict[str, str] | None = None) -> Done:
    """The child ended well; its last line is JSON with `seconds` and `answer`. Raises RuntimeError else."""
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as child:
        most = 0.0
        while child.poll() is None:
            most = max(most, held(child.pid))
            time.sleep(LOOK_SECONDS)
        told, errors = child.communicate()
    if child.returncode:
        raise RuntimeError(f"{' '.join(command)}: ended with {child.returncode}: {errors.decode()[-2000:]}")
    said = json.loads(told.splitlines()[-1])
    return Done(said["seconds"], said["answer"], most)


def held(pid: int) -> float:
    """MB of memory that this process and all it started hold now; 0 where the system does not tell."""
    return sum(_resident(one) for one in family(pid)) / 1e6


def family(pid: int) -> Iterator[int]:
    """The process and all that it started and that run now."""
    yield pid
    for tasks in PROC.glob(f"{pid}/task/*/children"):
        try:
            children = [int(word) for word in tasks.read_text().split()]
        except OSError:  # it has just ended
            continue
        for child in children:
            yield from family(child)


def _resident(pid: int) -> int:
    try:
        return int((PROC / str(pid) / "statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:  # it has just ended, or this system has no such file
        return 0
