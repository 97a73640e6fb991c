"""What work on a Spark cluster of this machine costs, by what the system and Spark's event log tell of it."""

import contextlib
import dataclasses
import json
import os
import resource
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from benchmarks.children import family
from tests.spark.cluster import Cluster

TICKS = os.sysconf("SC_CLK_TCK")


@dataclasses.dataclass(frozen=True)
class Cost:
    """Seconds by the clock, CPU seconds of all processes, and bytes that went from one task to another or to disk."""

    seconds: float
    cpu: float
    shuffled: int = 0
    spilled: int = 0
    lost_tasks: int = 0


def cost_here(action: Callable[[], object]) -> Cost:
    """Of work that children of this process do."""
    before, started = _children_cpu(), time.perf_counter()
    action()
    return Cost(time.perf_counter() - started, _children_cpu() - before)


class Meter:
    """Tells what each piece of work on the cluster costs, its client included."""

    def __init__(self, cluster: Cluster) -> None:
        self.cluster, self.read_up_to = cluster, 0

    def cost(self, action: Callable[[], object]) -> Cost:
        """Of an action that children of this process ask the cluster for."""
        self._told()  # what was before is no part of it
        before = self._cpu()
        own = cost_here(action)
        cpu = own.cpu + self._cpu() - before
        told = list(self._told())
        return Cost(own.seconds, cpu, *(sum(column) for column in zip(*map(_task, told), strict=True)))

    def _cpu(self) -> float:
        """CPU seconds so far of every process that runs, and of those that ended and were waited for."""
        parts = (part.process.pid for part in self.cluster.parts)
        return sum(_cpu(pid) for part in parts for pid in family(part))

    def _told(self) -> Iterator[dict[str, Any]]:
        """The ends of tasks that the event log has since this was asked last."""
        (log,) = self.cluster.events.iterdir()
        with log.open("rb") as lines:
            lines.seek(self.read_up_to)
            text = lines.read()
        whole = text[: text.rfind(b"\n") + 1]  # the last may be half written
        self.read_up_to += len(whole)
        return (json.loads(line) for line in whole.splitlines() if b'"SparkListenerTaskEnd"' in line)


def _task(event: dict[str, Any]) -> tuple[int, int, int]:
    """Bytes it gave to other tasks, bytes it put on disk because memory was short, and whether it did not succeed."""
    metrics = event.get("Task Metrics") or {}
    shuffled = metrics.get("Shuffle Write Metrics", {}).get("Shuffle Bytes Written", 0)
    failed = event["Task End Reason"]["Reason"] != "Success"
    return shuffled, metrics.get("Disk Bytes Spilled", 0), int(failed)


def _cpu(pid: int) -> float:
    with contextlib.suppress(OSError):  # it has just ended
        words = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return sum(map(int, words[11:15])) / TICKS
    return 0.0


def _children_cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
