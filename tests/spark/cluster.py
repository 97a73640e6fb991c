"""Servers that speak Spark's protocol, on this machine, each gone with all that it started when it is left.

A real cluster has a master, two workers and a Connect server. It runs from pip's pyspark in .venv/spark, whose Python
is that of the executors too: they have what Spark and the readers need, but not this package and not DuckDB. Sail is
one process with two workers in it and no Java. All of it listens on loopback only, at ports that the system chooses.

`python -m tests.spark.cluster` says whether a real cluster can run here.
"""

import contextlib
import dataclasses
import functools
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

HOST = "127.0.0.1"
ROOT = Path(__file__).parent.parent.parent
PLACE = ROOT / ".venv" / "spark"
OLDEST_JAVA = 17
REGISTERED = "Successfully registered with master"
START_SECONDS = 120
STOP_SECONDS = 20
DEPLOY = "org.apache.spark.deploy"
CONNECT = "org.apache.spark.sql.connect.service.SparkConnectServer"
QUICK = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"  # a short life does not repay what Java would spend on speed
SETTINGS = {
    "spark.connect.grpc.binding.address": HOST,
    "spark.connect.grpc.binding.port": "0",
    "spark.driver.host": HOST,
    "spark.driver.bindAddress": HOST,
    "spark.eventLog.enabled": "true",
    "spark.eventLog.compress": "false",
    "spark.eventLog.rolling.enabled": "false",
    "spark.executor.extraJavaOptions": QUICK,
    "spark.sql.catalogImplementation": "in-memory",
    "spark.sql.shuffle.partitions": "2",
    "spark.ui.enabled": "false",
}


class NotUpError(Exception):
    """A part of the cluster did not come up; its last words are told."""


@dataclasses.dataclass(frozen=True)
class Part:
    """One process of the cluster, the leader of a group of its own, and what it says."""

    process: subprocess.Popen[bytes]
    log: Path
    patience: float  # seconds that it has to end by its own way

    def says(self, pattern: str) -> re.Match[str]:
        """What it says once it is up. Raises NotUpError when it ends before, or takes longer than START_SECONDS."""
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            ended = self.process.poll() is not None  # asked first: what it said last is then read
            if found := re.search(pattern, self.log.read_text(errors="replace")):
                return found
            if ended:
                break
            time.sleep(0.1)
        raise NotUpError(f"{self.log.name}: wanted {pattern!r}, got {self.log.read_text(errors='replace')[-2000:]}")

    def kill(self) -> None:
        """It and all that it started is gone at once, as when a machine loses its power."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        """It has ended, by its own way where it can."""
        self.process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(self.patience)
        self.kill()


@dataclasses.dataclass(frozen=True)
class Cluster:
    """Where the cluster is reached, its processes, and the folder where Spark tells what it did."""

    remote: str
    master: Part
    workers: list[Part]
    server: Part
    events: Path
    start_worker: Callable[[str], Part]

    @property
    def parts(self) -> list[Part]:
        """Every process of it."""
        return [self.master, *self.workers, self.server]

    def replace_worker(self, number: int) -> None:
        """Another worker is there in the place of one that was killed."""
        self.workers[number] = self.start_worker(f"worker{time.monotonic_ns()}")
        self.workers[number].says(REGISTERED)


def java() -> str | None:
    """The `java` that Spark would start, if it is new enough."""
    home = os.environ.get("JAVA_HOME")
    path = shutil.which("java", path=f"{home}/bin" if home else None)
    if path is None:
        return None
    said = subprocess.run([path, "-version"], capture_output=True, text=True, check=False).stderr
    found = re.search(r'version "(\d+)', said)
    return path if found and int(found[1]) >= OLDEST_JAVA else None


@contextlib.contextmanager
def sail(folder: Path) -> Iterator[str]:
    """The address of a Sail server with two workers; its log is in the folder."""
    names = ("INITIAL_COUNT", "MAX_COUNT", "TASK_SLOTS")  # a query of ours has up to some thirty tasks at once
    workers = {f"SAIL_CLUSTER__WORKER_{name}": count for name, count in zip(names, ("2", "2", "64"), strict=True)}
    code = {"PYTHONPATH": os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))}
    mode = {"SAIL_MODE": "local-cluster", "SAIL_EXECUTION__DEFAULT_PARALLELISM": "2"}
    with contextlib.ExitStack() as parts:
        command = [sys.executable, "-m", "pysail", "spark", "server", "--ip", HOST, "--port", "0"]
        server = start_part(parts, folder / "sail.log", command, os.environ | code | mode | workers)
        port = server.says(rf"server on {HOST}:(\d+)")[1]
        yield f"sc://{HOST}:{port}"


@contextlib.contextmanager
def running(folder: Path, cores: int = 1, memory: str = "1g", settings: Mapping[str, str] = {}) -> Iterator[Cluster]:
    """A cluster whose two workers have so many cores and so much memory each; all it writes is in the folder."""
    events = folder / "events"
    events.mkdir(parents=True)
    given = SETTINGS | {"spark.executor.memory": memory, "spark.eventLog.dir": events.as_uri()} | settings
    with contextlib.ExitStack() as parts:
        start = functools.partial(_start_java, parts, folder, memory)
        master = start("master", [f"{DEPLOY}.master.Master", "--host", HOST, "--port", "0", "--webui-port", "0"])
        url = master.says(rf"spark://{HOST}:\d+")[0]
        size = ["--cores", str(cores), "--memory", memory, "--work-dir", str(folder / "work")]
        where = ["--host", HOST, "--port", "0", "--webui-port", "0", url]
        worker_of = functools.partial(start, arguments=[f"{DEPLOY}.worker.Worker", *size, *where])
        workers = [worker_of("worker1"), worker_of("worker2")]
        options = [word for name, value in given.items() for word in ("--conf", f"{name}={value}")]
        submitted = ["--master", url, "--class", CONNECT, *options, "spark-internal"]
        server = start("connect", [f"{DEPLOY}.SparkSubmit", *submitted])
        for worker in workers:
            worker.says(REGISTERED)
        port = server.says(r"Spark Connect server started at: \S*?:(\d+)")[1]
        yield Cluster(f"sc://{HOST}:{port}", master, workers, server, events, worker_of)


def _start_java(parts: contextlib.ExitStack, folder: Path, memory: str, name: str, arguments: Sequence[str]) -> Part:
    """A part of the cluster that Spark's own script starts."""
    home = next(PLACE.glob("lib/python3*/site-packages/pyspark"))
    environment = os.environ | {
        "SPARK_HOME": str(home),
        "SPARK_LOCAL_IP": HOST,
        "SPARK_LOCAL_DIRS": str(folder / "spill"),
        "SPARK_DAEMON_MEMORY": memory,
        "SPARK_DAEMON_JAVA_OPTS": QUICK,
        "PYSPARK_PYTHON": str(PLACE / "bin" / "python"),
    }
    return start_part(parts, folder / f"{name}.log", [str(home / "bin" / "spark-class"), *arguments], environment)


def start_part(
    parts: contextlib.ExitStack,
    log: Path,
    command: Sequence[str],
    environment: Mapping[str, str],
    patience: float = STOP_SECONDS,
) -> Part:
    """A process that is stopped when the parts are left; it ends too when this one is killed, where setpriv is."""
    leash = ["setpriv", "--pdeathsig", "TERM"] if shutil.which("setpriv") else []
    with log.open("wb") as told:
        process = subprocess.Popen(
            [*leash, *command],
            cwd=log.parent,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=told,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    part = Part(process, log, patience)
    parts.callback(part.stop)
    return part


def main() -> int:
    """Exit status: 0 where a real cluster can run."""
    if java() is None:
        print(f"No Java {OLDEST_JAVA} or newer: nothing runs on a real Spark cluster here.", file=sys.stderr)
    return int(java() is None)


if __name__ == "__main__":
    sys.exit(main())
