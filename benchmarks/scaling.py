"""What a service line costs on a Spark cluster: `python -m benchmarks.scaling --millions 1,3,10 --inputs PIECES`.

The cluster is real: a master, two workers and a Connect server on this machine, whose executors read the files and make
the tables. DuckDB reads and makes the same beside it, and every table has the same rows. At the first size a worker is
killed in the middle of a build, which must come out the same. Where all share two cores, seconds by the clock say
little: CPU seconds of all processes, bytes and shuffles are the result, written to benchmarks/scaling.md.
"""

import argparse
import contextlib
import dataclasses
import functools
import os
import re
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

from benchmarks.__main__ import machine
from benchmarks.children import ROOT, job
from benchmarks.inputs import make_piece
from benchmarks.spark_costs import Cost, Meter, cost_here
from pipelines.store import Store
from pipelines.tables import TABLES
from tests.spark import cluster

RESULTS = Path(__file__).with_name("scaling.md")
LINE = re.compile(rb"~\s*SVC\*")
PIECE_CLAIMS = 200_000
MEMORY = "3g"  # of each executor
SETTINGS = {"spark.sql.shuffle.partitions": "8", "spark.executor.extraJavaOptions": "-XX:+UseSerialGC"}
OF_A_BUILD = {"build_info", "build_source", "build_table"}  # differ from build to build


@dataclasses.dataclass(frozen=True)
class Row:
    """One thing measured at one size."""

    what: str
    lines: int
    cost: Cost
    megabytes: float  # of what it left on disk

    def as_markdown(self) -> str:
        """A row of the table: each figure by line where that makes sense."""
        million, cost = self.lines / 1e6, self.cost
        cells = (
            self.what,
            f"{self.lines:,}",
            f"{cost.seconds:,.0f}",
            f"{cost.cpu:,.0f}" if cost.cpu else "",
            f"{cost.cpu / million:,.0f}" if cost.cpu else "",
            f"{self.megabytes * 1e6 / self.lines:,.0f}",
            f"{cost.shuffled / self.lines:,.0f}" if cost.shuffled else "",
            f"{cost.spilled / 1e6:,.0f}" if cost.shuffled else "",
            f"{cost.lost_tasks}" if cost.shuffled else "",
        )
        return f"| {' | '.join(cells)} |"


HEAD = """# What a line costs on a Spark cluster

`python -m benchmarks.scaling --millions {millions}` on {machine}, Spark {spark}: a master, two workers of one core and
{memory} each, a Connect server, all on this machine. Lines are service lines of remittances. CPU seconds are those of
all processes, client and servers included.

| what | lines | seconds | CPU s | CPU s a million | bytes kept a line | shuffled a line | MB spilled | tasks lost |
|---|---|---|---|---|---|---|---|---|
"""


class Bench:
    """One store fed by a cluster and one by this machine alone, growing with the same files."""

    def __init__(self, work: Path, pieces: list[Path], running: cluster.Cluster) -> None:
        self.work, self.pieces, self.running, self.meter = work, pieces, running, Meter(running)
        self.far, self.here, self.lake = work / "far", work / "here", work / "lake"
        self.taken, self.rows, self.said = 0, list[Row](), list[str]()

    def grow(self, lines: int) -> None:
        """Both stores hold at least so many lines, or all there are; what reading the new ones cost is a row."""
        new, before = [], sum(map(lines_of, self.pieces[: self.taken]))
        while self.taken < len(self.pieces) and sum(map(lines_of, new), before) < lines:
            new.append(self.pieces[self.taken])
            self.taken += 1
        added = sum(map(lines_of, new))
        words = ["ingest", "--no-build", *self._on_spark(), *map(str, new)]
        was = size_of(self.lake), size_of(self.here)
        self._add("Spark reads", added, self.meter.cost(lambda: self._denials(*words)), size_of(self.lake) - was[0])
        own = cost_here(lambda: [job("ingest", folder, self.here) for folder in new])
        self._add("DuckDB's store reads", added, own, size_of(self.here) - was[1])

    def build(self) -> None:
        """Both builds stand and have the same rows."""
        lines = sum(map(lines_of, self.pieces[: self.taken]))
        was = size_of(self.lake), size_of(self.here)
        cost = self.meter.cost(lambda: self._denials("build", *self._on_spark()))
        self._add("Spark builds", lines, cost, size_of(self.lake) - was[0])
        own = cost_here(lambda: job("build", self.here))
        self._add("DuckDB builds", lines, own, size_of(self.here) - was[1])
        self.compare("the build on Spark")
        self.said.append(f"{lines:,} lines: the biggest payer has {biggest_share(self.far):.0%} of them.")

    def build_with_a_loss(self) -> None:
        """A worker and its executor are killed once half of the tables are made; the build has the same rows."""
        lines, done = sum(map(lines_of, self.pieces[: self.taken])), threading.Event()
        before = {path.name for path in (self.lake / "builds").iterdir()}

        def lose() -> None:
            while not done.wait(0.2):
                new = [path for path in (self.lake / "builds").iterdir() if path.name not in before]
                if sum(1 for path in new for table in TABLES if (path / table).exists()) > len(TABLES) / 2:
                    self.running.workers[0].kill()
                    return

        watcher = threading.Thread(target=lose)
        watcher.start()
        try:
            cost = self.meter.cost(lambda: self._denials("build", *self._on_spark()))
        finally:
            done.set()
            watcher.join()
        cost = dataclasses.replace(cost, cpu=0)  # nobody counts what the killed did
        self._add("Spark builds, a worker killed half-way", lines, cost, 0)
        self.compare("the build that lost a worker")

    def compare(self, what: str) -> None:
        """What is said of the tables of both builds: how many are equal. Raises RuntimeError where one is not."""
        far, here = fingerprints(self.far), fingerprints(self.here)
        if wrong := sorted(table for table in far.keys() | here.keys() if far.get(table) != here.get(table)):
            raise RuntimeError(f"{what}: {', '.join(f'{name}: {far.get(name)}, {here.get(name)}' for name in wrong)}")
        self.said.append(f"Of {what} all {len(here)} tables and roll-ups have the rows of DuckDB's.")

    def _add(self, what: str, lines: int, cost: Cost, megabytes: float) -> None:
        self.rows.append(Row(what, lines, cost, megabytes))
        print(self.rows[-1].as_markdown(), flush=True)

    def _on_spark(self) -> list[str]:
        return ["--engine", "spark", "--master", self.running.remote, "--lake", str(self.lake)]

    def _denials(self, *words: str) -> None:
        environment = os.environ | {"DENIALS_HOME": str(self.far)}
        command = [sys.executable, "-m", "pipelines", *words, "--json"]
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"denials {words[0]}: ended with {done.returncode}: {done.stderr[-3000:]}")


@functools.cache
def lines_of(piece: Path) -> int:
    """How many service lines the remittances of a piece have."""
    return sum(len(LINE.findall(path.read_bytes())) for path in piece.glob("*.835"))


def size_of(folder: Path) -> float:
    """MB of all files under it."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6


def fingerprints(home: Path) -> dict[str, tuple[int, int]]:
    """Table or roll-up of the current build -> its rows, and the sum of their hashes: the same in any order."""
    with contextlib.closing(Store(home).connect()) as connection:
        names = [name for (name,) in connection.execute("select table_name from information_schema.tables").fetchall()]
        found = dict[str, tuple[int, int]]()
        for name in set(names) - OF_A_BUILD:
            [found[name]] = connection.execute(f"select count(*), sum(hash(whole)) from {name} as whole").fetchall()
    return found


def biggest_share(home: Path) -> float:
    """The share of all lines that the payer with most of them has."""
    with contextlib.closing(Store(home).connect()) as connection:
        sql = "select max(n) / sum(n) from (select count(*) as n from line_fact group by payer)"
        return float(connection.execute(sql).fetchall()[0][0])


def pieces_in(folder: Path, lines: int) -> list[Path]:
    """The pieces there, in order; more are made until they have so many lines."""
    pieces = sorted(path for path in folder.iterdir() if path.is_dir()) if folder.exists() else []
    while sum(map(lines_of, pieces)) < lines:
        make_piece(folder, PIECE_CLAIMS, len(pieces))
        pieces = sorted(path for path in folder.iterdir() if path.is_dir())
    return pieces


def parsed() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scaling", description=__doc__)
    parser.add_argument("--millions", default="1,3,10", help="of lines, each more than the one before")
    parser.add_argument("--inputs", type=Path, help="pieces of a practice that were made before")
    parser.add_argument("--work", type=Path, help="an empty folder with room; a temporary one if not given")
    parser.add_argument("--out", type=Path, default=RESULTS, help="file to write")
    return parser.parse_args()


def measure(bench: Bench, millions: list[float], out: Path) -> None:
    """The file holds every size, each from the moment it is measured."""
    head = HEAD.format(millions=",".join(f"{one:g}" for one in millions), machine=machine(), spark="4.3", memory=MEMORY)
    for number, size in enumerate(millions):
        bench.grow(round(size * 1e6))
        bench.build()
        if number == 0:
            bench.build_with_a_loss()
            bench.running.replace_worker(0)
        rows = "\n".join(row.as_markdown() for row in bench.rows)
        out.write_text(f"{head}{rows}\n\n{chr(10).join(f'* {said}' for said in bench.said)}\n", encoding="utf-8")


def main() -> None:
    """Everything is measured on one cluster and one practice."""
    options = parsed()
    millions = [float(one) for one in options.millions.split(",")]
    with tempfile.TemporaryDirectory(prefix="denialboard-scaling-") as name:
        work = options.work or Path(name)
        pieces = pieces_in(options.inputs or work / "pieces", round(max(millions) * 1e6))
        with cluster.running(work / "spark", memory=MEMORY, settings=SETTINGS) as running:
            measure(Bench(work, pieces, running), millions, options.out)


if __name__ == "__main__":
    main()
