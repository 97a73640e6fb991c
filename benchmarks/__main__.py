"""Measure reading, ingest, build and a question against their floors: `python -m benchmarks --claims 100000`.

Floors: for reading, CPython splitting the same text into segments and each segment into elements, nothing more; for
the build, DuckDB copying the lake's tables once; for a question, the bare import of duckdb in a new process. Machines
differ, so the ratios are the result.
"""

import argparse
import contextlib
import io
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

import duckdb

from benchmarks.timing import Timed, in_turn
from pipelines import sources
from pipelines.build import build
from pipelines.demo import write_demo
from pipelines.ingest import ingest
from pipelines.store import Store
from pipelines.x12.remittance import read_remittance

RESULTS = Path(__file__).with_name("results.md")
ROOT = Path(__file__).parent.parent


def split_only(text: str) -> int:
    """The floor of reading: every element of every segment, nothing understood."""
    return sum(len(segment.split("*")) for segment in text.split("~"))


def read_all(files: list[bytes]) -> int:
    """Every row of every file."""
    return sum(1 for content in files for _ in read_remittance(io.BytesIO(content), "bench.835"))


def measure_reading(folder: Path, runs: int) -> tuple[list[Timed], str]:
    """Reading all remittances of the demo, against the floor."""
    files = [path.read_bytes() for path in sorted(folder.rglob("*.835"))]
    texts = [content.decode("latin-1") for content in files]
    timed = in_turn(
        runs,
        split_into_elements=lambda: sum(map(split_only, texts)),
        read_to_rows=lambda: read_all(files),
    )
    megabytes = sum(map(len, files)) / 1e6
    speed = megabytes / timed[1].median
    return timed, f"{megabytes:.1f} MB in {len(files)} files; rows at {speed:.1f} MB/s of this machine"


def measure_ingest(folder: Path, home: Path) -> list[Timed]:
    """Ingest of the whole demo into empty stores, with one process and with all."""
    found = list(sources.expand(folder))
    return in_turn(
        1,
        ingest_with_one_process=lambda: ingest(Store(home / "one"), found, workers=1),
        ingest_with_all_cores=lambda: ingest(Store(home / "all"), found),
    )


def measure_build(home: Path, runs: int) -> list[Timed]:
    """A whole build, against copying the lake's tables once."""
    store = Store(home / "all")
    return in_turn(runs, copy_the_lake_once=lambda: copy_lake(store), build_all_tables=lambda: build(store))


def copy_lake(store: Store) -> None:
    """The lake's tables are in a DuckDB file, as they are."""
    with tempfile.TemporaryDirectory() as folder, contextlib.closing(duckdb.connect(f"{folder}/copy.duckdb")) as copy:
        for table in sorted({path.stem for path in store.lake.glob("*/*.parquet")}):
            copy.execute(f"create table {table} as select * from read_parquet('{store.lake}/*/{table}.parquet')")


def measure_question(home: Path, runs: int) -> list[Timed]:
    """`denials kpi` in a new process, against importing duckdb alone."""
    environment = os.environ | {"DENIALS_HOME": str(home / "all")}

    def run(*arguments: str) -> None:
        subprocess.run([sys.executable, *arguments], check=True, env=environment, cwd=ROOT, stdout=subprocess.DEVNULL)

    return in_turn(
        runs,
        import_duckdb=lambda: run("-c", "import duckdb"),
        denials_kpi_by_payer=lambda: run("-m", "pipelines", "kpi", "denial_rate", "--by", "payer"),
    )


def tables(claims: int, runs: int) -> Iterator[str]:
    """Everything measured, as Markdown."""
    with tempfile.TemporaryDirectory(prefix="denialboard-bench-") as name:
        work = Path(name)
        demo = write_demo(work / "demo", claims=claims, seed=1, practice="ortho").parent
        reading, note = measure_reading(demo, runs)
        yield section("Reading", f"{note}.", reading)
        yield section("Ingest", "Bytes to Parquet, fsync included.", measure_ingest(demo, work))
        yield section("Build", "All tables and checks.", measure_build(work, runs))
        yield section("A question", "A new process each time.", measure_question(work, runs))


def section(title: str, note: str, timed: list[Timed]) -> str:
    """One table: the first row is the floor, ratios are of medians to it."""
    rows = [f"| {each.name} | {each.cells()} | {each.median / timed[0].median:.2f} |" for each in timed]
    head = f"## {title}\n\n{note}\n\n| what | min s | median s | max s | times the first |\n|---|---|---|---|---|\n"
    return head + "\n".join(rows) + "\n"


def machine() -> str:
    """What this ran on."""
    versions = ", ".join(f"{name} {metadata.version(name)}" for name in ("duckdb", "pyarrow"))
    return f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}, {versions}"


def main() -> None:
    """results.md holds this run."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--claims", type=int, default=100_000, help="size of the demo practice")
    parser.add_argument("--runs", type=int, default=5, help="times each thing is run")
    parser.add_argument("--out", type=Path, default=RESULTS, help="file to write")
    options = parser.parse_args()
    head = f"# Benchmarks\n\n`make bench CLAIMS={options.claims}` on {machine()}.\n"
    options.out.write_text("\n".join([head, *tables(options.claims, options.runs)]), encoding="utf-8")
    print(options.out.read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
