"""What is measured in a process of its own: `python -m benchmarks.jobs ingest FOLDER HOME 1` prints seconds and answer.

Each job imports what it needs and does a little of the same once before its clock starts: the start of a process is
measured elsewhere. Nothing here knows how reading, ingest and build work inside.
"""

import contextlib
import json
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

Job = Callable[..., tuple[float, Any]]
TINY = Path(__file__).parent.parent / "data" / "samples"


def split(path: str) -> tuple[float, int]:
    """The floor of reading: every element of every segment, nothing understood, nothing kept."""
    started = time.perf_counter()
    count = sum(split_only(file.read_bytes().decode("latin-1")) for file in files(path))
    return time.perf_counter() - started, count


def split_only(text: str) -> int:
    """How many elements the text has, by splitting it into segments and each of them into elements."""
    return sum(len(segment.split("*")) for segment in text.split("~"))


def files(path: str) -> list[Path]:
    """The file itself, or all X12 files under a folder."""
    found = Path(path)
    return sorted(found.rglob("*.83[57]")) if found.is_dir() else [found]


def ingest(path: str, home: str, workers: str = "") -> tuple[float, list[int]]:
    """The files' rows are on disk in an empty store; the answer is the number of files, claims and lines."""
    from pipelines.ingest import ingest as take_in
    from pipelines.sources import expand
    from pipelines.store import Store

    with tempfile.TemporaryDirectory() as other:
        first = sorted(TINY.glob("*.83[57]"))
        take_in(Store(Path(other)), (source for one in (first[0], first[-1]) for source in expand(one)), workers=1)
    started = time.perf_counter()
    told = take_in(Store(Path(home)), expand(Path(path)), workers=int(workers) if workers else None)
    seconds = time.perf_counter() - started
    return seconds, [len(told), sum(one.claims for one in told), sum(one.lines for one in told)]


def build(home: str) -> tuple[float, int]:
    """A complete new build stands; the answer is how many service lines it has."""
    from pipelines.build import build as make
    from pipelines.store import Store

    store = Store(Path(home))
    started = time.perf_counter()
    make(store, is_complete=True)
    return time.perf_counter() - started, _lines(home)


def add(home: str, path: str) -> tuple[float, list[Any]]:
    """The files are in the store and the build holds them; the answer is its service lines and how it was made."""
    from pipelines.build import build as make
    from pipelines.ingest import ingest as take_in
    from pipelines.sources import expand
    from pipelines.store import Store

    store = Store(Path(home))
    take_in(store, expand(Path(path)), workers=1)
    started = time.perf_counter()
    make(store)
    seconds = time.perf_counter() - started
    with contextlib.closing(store.connect()) as connection:
        (how,) = connection.execute("select concat_ws(': ', kind, reason) from build_info").fetchall()
    return seconds, [_lines(home), *how]


def copy(home: str, folder: str) -> tuple[float, int]:
    """The floor of a build: what it reads, put into one DuckDB file before, is copied into another; the rows of it."""
    import duckdb

    given, copied = Path(folder) / "given.duckdb", Path(folder) / "copied.duckdb"
    if not given.exists():
        _give(home, given)
    rows, started = 0, time.perf_counter()
    with contextlib.closing(duckdb.connect(str(copied))) as connection:
        connection.execute(f"attach '{given}' as given (read_only)")
        for (table,) in connection.execute("select table_name from duckdb_tables()").fetchall():
            rows += connection.execute(f"create table {table} as select * from given.{table}").fetchall()[0][0]
    seconds = time.perf_counter() - started
    copied.unlink()
    return seconds, rows


def _give(home: str, target: Path) -> None:
    """The lake of this store is in one DuckDB file, as a build sees it."""
    import duckdb

    from pipelines.build_inputs import create_lake_views
    from pipelines.lake import LAKE_TABLES
    from pipelines.store import Store

    store = Store(Path(home))
    with contextlib.closing(duckdb.connect(str(target))) as connection:
        create_lake_views(connection, store.gathered, [store.lake / record.sha256 for record in store.records()])
        for table in LAKE_TABLES:
            connection.execute(f"create table lake_{table} as select * from temp.lake_{table}")


def lines(home: str) -> tuple[float, int]:
    """How many service lines the store's build has."""
    return 0.0, _lines(home)


def _lines(home: str) -> int:
    from pipelines.store import Store

    with contextlib.closing(Store(Path(home)).connect()) as connection:
        found = connection.execute("select count(*) from line_fact").fetchall()
    return int(found[0][0])


JOBS: dict[str, Job] = {"split": split, "ingest": ingest, "build": build, "add": add, "copy": copy, "lines": lines}


def main() -> None:
    """The last line of the output is the job's seconds and answer."""
    seconds, answer = JOBS[sys.argv[1]](*sys.argv[2:])
    print(json.dumps({"seconds": seconds, "answer": answer}))


if __name__ == "__main__":
    main()
