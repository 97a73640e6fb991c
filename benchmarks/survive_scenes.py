"""The works that are killed, each with the store it begins with: a practice of a few dozen claims."""

import contextlib
import dataclasses
import gzip
import shutil
import sqlite3
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from benchmarks.survive_kill import Work, command
from pipelines import build as building
from pipelines import crew, daily
from pipelines.build import Recipe, build
from pipelines.demo import LEDGER, write_demo
from pipelines.errors import NotReadable
from pipelines.ingest import default_readers, ingest
from pipelines.ledger_lines import import_lines
from pipelines.ledger_versions import EVENTS
from pipelines.rows import Row
from pipelines.rows.batch import RowBatch
from pipelines.sources import Source, expand
from pipelines.store import Store
from pipelines.tables import TABLES

CLAIMS, MONTHS, SEED = 12, 1, 5
LATE = "2026103"  # files of the last days come after the first build
DECISIONS = 12
LOG = "Claim No,Remark,DOS,Insurer,Billed,Weird\nA-1,CO-50,01/02/2026,Bluebird,100.00,x\n"
MAPPING = "Remark=carc"  # what only a person knows


class Scene(NamedTuple):
    """A work, the store it begins with, and how often of a hundred kills it is the one."""

    name: str
    base: Path
    share: int
    is_built: bool = True  # afterwards the build is of all that is there
    is_small: bool = True  # the build has the first tables only

    def work(self, home: Path) -> Work:
        """What is done with a copy of the base in this folder."""
        return WORKS[self.name](home, self.base.parent)

    @property
    def recipe(self) -> Recipe:
        """What its builds are made with."""
        return small_recipe() if self.is_small else Recipe()


def small_recipe() -> Recipe:
    """The first tables, and of checks those that need no others: quick, and made in the very same way."""
    tables = TABLES[: TABLES.index("data_span") + 1]
    return dataclasses.replace(Recipe(), tables=tables, checks=Path("no checks"))


def scenes_in(folder: Path) -> list[Scene]:
    """The scenes whose stores `make_stores` has made in the folder."""
    return [
        Scene("ingest", folder / "loaded", 36, is_built=False),
        Scene("ingest, two workers", folder / "empty", 2, is_built=False),
        Scene("ledger", folder / "old ledger", 30),
        Scene("swap", folder / "loaded", 20),
        Scene("build, complete", folder / "unbuilt", 6),
        Scene("build, daily", folder / "unbuilt", 6),
        Scene("build, every table", folder / "unbuilt", 1, is_small=False),
    ]


def make_stores(folder: Path) -> None:
    """The stores lie in the folder, and the files that come."""
    early, late = folder / "early", folder / "late"
    write_demo(early, claims=CLAIMS, seed=SEED, months=MONTHS)
    late.mkdir()
    for path in sorted(early.glob(f"*{LATE}*")):
        path.rename(late / path.name)
    _write_odd_files(early, late)
    shutil.move(early / LEDGER, folder / LEDGER)
    _make_stores(folder, early, late)


def _write_odd_files(early: Path, late: Path) -> None:
    """Late come a copy under another name, a file that cannot be read, archives, and a log that a person settles."""
    for path in early.glob("*resent*"):  # the same bytes once more
        path.unlink()
    first, second, third = sorted(early.glob("*.835"))[:3]
    shutil.copyfile(first, late / "copy of the first.835")
    (late / "torn.835").write_bytes(second.read_bytes()[:90])
    (late / "packed.835.gz").write_bytes(gzip.compress(second.read_bytes() + b"\n"))
    third.rename(early.parent / "second chance.835")
    with zipfile.ZipFile(late / "many.zip", "w") as archive:
        for path in sorted(late.glob("*.277")):
            archive.write(path, f"again/{path.name}")
    (late / "a log.csv").write_text(LOG)


def _make_stores(folder: Path, early: Path, late: Path) -> None:
    loaded = Store(folder / "loaded")
    readers = default_readers()
    unable = readers._replace(read=_refuse, together=lambda looked, kinds: [None for _ in looked])
    ingest(loaded, expand(folder / "second chance.835"), readers=unable, workers=1)
    shutil.move(folder / "second chance.835", late)
    ingest(loaded, expand(early), workers=1)
    loaded.ledger.append("target_set", "denial_rate", {"target": "0.05"}, who="ana")
    build(loaded, small_recipe(), workers=1)
    shutil.copytree(loaded.home, folder / "unbuilt")
    unbuilt = Store(folder / "unbuilt")
    ingest(unbuilt, expand(late / "many.zip"), workers=1)
    for gone in sorted(path for path in loaded.lake.iterdir())[:2]:
        shutil.rmtree(unbuilt.lake / gone.name)
    empty = Store(folder / "empty")
    empty.prepare()
    _make_old_ledger(folder / "old ledger")


def _refuse(source: Source, mapping: dict[str, str] | None = None) -> Iterator[Row | RowBatch]:
    """An earlier reader, that could not read what came."""
    raise NotReadable(source.name, "what an earlier reader did not know", "something that it knew")
    yield


def _make_old_ledger(home: Path) -> None:
    """A store whose ledger is of the first version, with some events."""
    Store(home).prepare()
    with contextlib.closing(sqlite3.connect(home / "ledger.sqlite")) as connection, connection:
        for statement in EVENTS:
            connection.execute(statement)
        connection.executemany(
            "insert into event (at, who, kind, subject, body) values (?, 'ana', 'target_set', 'denial_rate', ?)",
            [(f"2026-01-{day:02d}T08:00:00.000000", f'{{"target": "0.{day:02d}"}}') for day in range(1, 20)],
        )
        connection.execute("pragma user_version = 1")


def _ingest(home: Path, folder: Path) -> Work:
    return command(home, "ingest", "--no-build", "--map", MAPPING, folder / "late")


def _ingest_by_two(home: Path, folder: Path) -> Work:
    def work() -> None:
        crew.INLINE_BYTES = 0
        for result in ingest(Store(home), expand(folder / "late"), workers=2):
            print(f"{result.status:15}{result.file}: read", flush=True)

    return work


def _decide(home: Path, folder: Path) -> Work:
    """Decisions, one after the other, then those of another ledger at once; each is said when it is safe."""

    def work() -> None:
        ledger = Store(home).ledger
        known = {event.body.get("reason") for event in ledger.events("baseline_set")}
        for number in range(DECISIONS):
            body = {"from": "2026-01", "to": "2026-03", "reason": f"number {number}"}
            if body["reason"] not in known:
                print(f"event {ledger.append('baseline_set', f'cell {number}', body, 'ana')}", flush=True)
        with (folder / LEDGER).open("rb") as stream:
            import_lines(ledger, stream, LEDGER)
        print(f"event {ledger.last_event_id()}", flush=True)

    return work


def _build(home: Path, folder: Path, is_complete: bool = True, recipe: Recipe | None = None) -> Work:
    def work() -> None:
        daily.LEAST_RECORDS, daily.LARGEST_SHARE = 0, 100.0
        print(f"built {build(Store(home), recipe or small_recipe(), workers=1, is_complete=is_complete)}", flush=True)

    return work


def _build_daily(home: Path, folder: Path) -> Work:
    return _build(home, folder, is_complete=False)


def _build_all(home: Path, folder: Path) -> Work:
    return _build(home, folder, recipe=Recipe())


def _swap(home: Path, folder: Path) -> Work:
    """A build that is whole takes its place, over and over, until the oldest go."""

    def work() -> None:
        store = Store(home)
        for _ in range(building.KEPT_BUILDS + 1):
            with store.lock("build.lock"), store.workplace() as workplace:
                shutil.copyfile(store.current_build(), workplace / "build.duckdb")
                stamp = building.new_stamp(store)
                print(f"built {building.publish(store, workplace / 'build.duckdb', stamp)}", flush=True)

    return work


WORKS: dict[str, Callable[[Path, Path], Work]] = {
    "ingest": _ingest,
    "ingest, two workers": _ingest_by_two,
    "ledger": _decide,
    "swap": _swap,
    "build, complete": _build,
    "build, daily": _build_daily,
    "build, every table": _build_all,
}
