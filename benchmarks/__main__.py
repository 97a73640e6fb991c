"""Measure against floors and rivals in the same run: `python -m benchmarks --claims 100000 --only read,build`.

Floors: for reading, CPython splitting the same text into segments and each segment into elements, nothing more; for
the build, DuckDB copying the lake's tables once; for a day's files, the complete build; for the pages' questions, the
same sums on the smallest table that has them; for the command line, the bare import of duckdb. Rivals: two readers
from PyPI. Machines differ, so the ratios are the result.
"""

import argparse
import os
import platform
import tempfile
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

from benchmarks import building, inputs, reading
from benchmarks.timing import Bar, Section

RESULTS = Path(__file__).with_name("results.md")
PARTS = ("read", "build", "daily", "look", "crowd")
MOST = 5_000_000  # claims; more than anybody asks of anything else


def sections(options: argparse.Namespace, work: Path) -> Iterator[Section]:
    """Everything that is asked for, measured, one after the other on one practice and one store."""
    practice = inputs.make_practice(work, options.claims, options.inputs)
    home, runs, full = work / "store", options.runs, 0.0
    if "read" in options.only:
        yield from reading.sections(practice, work, options.claims, runs)
    if "build" in options.only and not home.exists():
        made, cost = building.measure_build(practice, home, work, runs)
        full = made.timed[1].median
        yield from (made, cost)
    elif not home.exists():
        building.load(practice, home)
    if "daily" in options.only:
        yield building.measure_daily(practice, home, full)
    if "look" in options.only:
        yield from _looks(home, work, runs)
    if "crowd" in options.only:
        from benchmarks.crowd import measure_crowd

        yield measure_crowd(home, work, options.people, options.seconds)


def _looks(home: Path, work: Path, runs: int) -> Iterator[Section]:
    from benchmarks import looking, questions

    yield looking.measure_question(home, runs)
    yield questions.measure_questions(home, runs)
    yield from looking.measure_pages(home, work)


def machine() -> str:
    """What this ran on."""
    names = ("duckdb", "pyarrow", "streamlit", "numpy", "pandas", "plotly")
    versions = ", ".join(f"{name} {metadata.version(name)}" for name in names)
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    system = f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, {memory:.0f} GB"
    return f"{system}, Python {platform.python_version()}, {versions}"


def summary(found: list[Section]) -> str:
    """Which bars are met, in a sentence."""
    bars: list[Bar] = [bar for section in found for bar in section.bars]
    return f"{sum(bar.is_met for bar in bars)} of {len(bars)} bars are met."


def report(options: argparse.Namespace, found: list[Section]) -> str:
    """results.md."""
    command = f"python -m benchmarks --claims {options.claims} --only {','.join(options.only)} --runs {options.runs}"
    head = f"# Benchmarks\n\n`{command}` on {machine()}.\n\n{summary(found)}\n"
    return "\n".join([head, *(section.as_markdown() for section in found)])


def parsed(arguments: list[str] | None = None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--claims", type=_count, default=100_000, help="size of the demo practice, up to 5 million")
    parser.add_argument("--runs", type=_count, default=5, help="times each thing is run; long things less often")
    parser.add_argument("--only", type=_parts, default=PARTS, help=f"some of {','.join(PARTS)}")
    parser.add_argument("--people", type=_count, default=30, help="of the crowd")
    parser.add_argument("--seconds", type=float, default=900, help="that the crowd stays")
    parser.add_argument("--inputs", type=Path, help="pieces that were made before; on the disk of the work")
    parser.add_argument("--work", type=Path, help="a folder that keeps inputs and store; what is there is used again")
    parser.add_argument("--out", type=Path, default=RESULTS, help="file to write")
    return parser.parse_args(arguments)


def _count(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= MOST:
        raise argparse.ArgumentTypeError(f"{text}: wanted a number from 1 to {MOST:,}")
    return int(text)


def _parts(text: str) -> tuple[str, ...]:
    chosen = tuple(text.split(","))
    if unknown := set(chosen) - set(PARTS):
        raise argparse.ArgumentTypeError(f"{', '.join(sorted(unknown))}: there are {', '.join(PARTS)}")
    return chosen


def main() -> None:
    """The results file holds this run, each part from the moment it is measured."""
    options, found = parsed(), []
    with tempfile.TemporaryDirectory(prefix="denialboard-bench-") as name:
        work = options.work or Path(name)
        work.mkdir(parents=True, exist_ok=True)
        for section in sections(options, work):
            found.append(section)
            print(section.as_markdown(), flush=True)
            options.out.write_text(report(options, found), encoding="utf-8")
    print(summary(found))


if __name__ == "__main__":
    main()
