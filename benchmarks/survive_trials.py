"""What else a store must survive: full disks, disks for reading only, strangers, clocks set back, crowds."""

import contextlib
import datetime
import io
import os
import random
import resource
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import NamedTuple

from benchmarks.survive_kill import Ended, Running, Work, command, run
from benchmarks.survive_look import Known, broken, copied
from benchmarks.survive_state import broken_after_kill, broken_at_the_end
from pipelines import __main__ as cli
from pipelines import build as building
from pipelines import disk
from pipelines.store import Store

NOBODY = 65_534
READERS = 10
PAGE = 4096  # bytes in which such a disk counts
ROOMY = 400_000_000  # bytes; more than any store here takes
FORESEEN = (0, 1)


class NotHere(Exception):  # noqa: N818 - it is no error
    """This system does not let us try that; says why."""


class Happened(NamedTuple):
    """What was broken, and whether the work noticed anything at all."""

    broken: list[str]
    was_noticed: bool = True


class Trial(NamedTuple):
    """Something that happens to a store, and the scenes that it happens to."""

    name: str
    scenes: tuple[str, ...]
    times: int
    happen: Callable[[Known, Path, random.Random], Happened]


def _told_badly(ended: Ended) -> list[str]:
    """A person was told other than in one sentence, with exit status 1."""
    lines = ended.errors.splitlines()
    is_told = ended.status == 1 and len(lines) == 1 and lines[0].startswith("denials: ")
    if is_told and "something went wrong in the program" not in lines[0]:
        return []
    return [] if ended.status == 0 and not lines else [f"ends with {ended.status} and says {ended.errors[-400:]!r}"]


def _afterwards(known: Known, home: Path, ended: Ended) -> list[str]:
    """The store is whole, and the same again, with nothing in its way, ends as if nothing had been."""
    return [*_whole(known, home, ended), *_completed(known, home)]


def _whole(known: Known, home: Path, ended: Ended) -> list[str]:
    return broken(lambda: broken_after_kill(home, known.scene.recipe, known.before, known.after, ended.said))


def _completed(known: Known, home: Path) -> list[str]:
    again = run(known.scene.work(home))
    found = [] if again.status in FORESEEN else [f"the next run fails: {again.errors[-500:]}"]
    return found + broken(lambda: broken_at_the_end(home, known.scene.recipe, known.after, known.scene.is_built))


def _as_a_person_is_told(known: Known, home: Path) -> Work:
    """The scene's work, with its errors told as the command line tells them."""
    work = known.scene.work(home)

    def told() -> None:
        cli._run = lambda words: work()  # type: ignore[assignment]
        cli.main()

    return work if known.scene.name == "ingest" else told


@contextlib.contextmanager
def _disk(folder: Path, size: int) -> Iterator[Path]:
    """A disk of so many bytes; NotHere where nobody may mount one."""
    place = folder / "disk"
    place.mkdir(exist_ok=True)
    _mount(f"size={size}", "-t", "tmpfs", "tmpfs", str(place))
    try:
        yield place
    finally:
        subprocess.run(["umount", str(place)], check=True)


def _mount(options: str, *words: str) -> None:
    try:
        subprocess.run(["mount", "-o", options, *words], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError) as problem:
        raise NotHere("no disk may be mounted here") from problem


def full_disk(known: Known, folder: Path, chance: random.Random) -> Happened:
    """The disk is full at some moment of the work; then somebody makes room."""
    taken = sum(-(-path.stat().st_size // PAGE) * PAGE for path in known.scene.base.rglob("*"))
    size = int(taken + 8 * PAGE + chance.random() * 1.5 * (known.grown + 16 * PAGE))
    with _disk(folder, size) as place:
        home = place / "home"
        shutil.copytree(known.scene.base, home)
        ended = run(_as_a_person_is_told(known, home))
        found = _told_badly(ended) if "ingest" not in known.scene.name else _told_badly_of_files(ended)
        _mount(f"remount,size={ROOMY}", str(place))
        return Happened(found + _afterwards(known, home, ended), bool(ended.errors))


def _told_badly_of_files(ended: Ended) -> list[str]:
    """Refused files are no error of the disk."""
    return [] if ended.status == 1 and not ended.errors else _told_badly(ended)


def short_files(known: Known, folder: Path, chance: random.Random) -> Happened:
    """No file may grow beyond a size, as a quota or an old disk has it; writing fails, and the program goes on."""
    home, size = copied(known.scene, folder), chance.randint(500, max(501, chance.choice(known.sizes)))

    def work() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))
        _as_a_person_is_told(known, home)()

    ended = run(work)
    found = _told_badly(ended) if "ingest" not in known.scene.name else _told_badly_of_files(ended)
    return Happened(found + _afterwards(known, home, ended), bool(ended.errors))


def read_only(known: Known, folder: Path, chance: random.Random) -> Happened:
    """The disk can be read and no more: that is said, and reports still come."""
    with _disk(folder, ROOMY) as place:
        home = place / "home"
        shutil.copytree(known.scene.base, home)
        _mount("remount,ro", str(place))
        ended = run(_as_a_person_is_told(known, home))
        found = _told_badly(ended) + ([] if ended.status else ["nothing is said"])
        _mount("remount,rw", str(place))
        return Happened(found + _afterwards(known, home, ended))


def stranger(known: Known, folder: Path, chance: random.Random) -> Happened:
    """Another user of the computer can do nothing with the store, and is told so."""
    if os.getuid():
        raise NotHere("only root can become somebody else")
    home = copied(known.scene, folder)
    found = []
    for words in (("status",), ("kpi", "denial_rate"), ("build",), ("verify", "--quick")):

        def work(words: tuple[str, ...] = words) -> None:
            _do_unseen(command(folder / "none", *words))  # what is imported now, a stranger need not be able to read
            os.setgroups([])
            os.setgid(NOBODY)
            os.setuid(NOBODY)
            command(home, *words)()

        ended = run(work)
        found += [f"{words[0]}: {what}" for what in _told_badly(ended)]
        found += [] if ended.status else [f"{words[0]}: is done for a stranger: {ended.said[:3]}"]
    return Happened(found + _whole(known, home, ended) + _completed(known, home))


def _do_unseen(work: Work) -> None:
    unseen = io.StringIO()
    with contextlib.redirect_stdout(unseen), contextlib.redirect_stderr(unseen), contextlib.suppress(SystemExit):
        work()


class _Earlier(datetime.datetime):
    """A clock that was set back by two years."""

    @classmethod
    def now(cls, tz: datetime.tzinfo | None = None) -> "_Earlier":
        """The moment as the clock has it."""
        return super().now(tz) - datetime.timedelta(days=731)


def clock_set_back(known: Known, folder: Path, chance: random.Random) -> Happened:
    """What is new stays the newest, whatever the clock says."""
    home = copied(known.scene, folder)
    newest = max((path.name for path in Store(home).builds.iterdir()), default="")

    def work() -> None:
        clock = SimpleNamespace(datetime=_Earlier, UTC=datetime.UTC, timedelta=datetime.timedelta)
        building.datetime = disk.datetime = clock  # type: ignore[assignment]
        known.scene.work(home)()

    ended = run(work)
    found = [] if ended.status in FORESEEN else [f"fails: {ended.errors[-400:]}"]
    found += broken(lambda: broken_at_the_end(home, known.scene.recipe, known.after, known.scene.is_built))
    if newest and known.scene.is_built and max(path.name for path in Store(home).builds.iterdir()) <= newest:
        found.append("the new build is not the newest")
    return Happened(found + _completed(known, home))


def two_at_once(known: Known, folder: Path, chance: random.Random) -> Happened:
    """Two do the same at the same time."""
    home = copied(known.scene, folder)
    both = [Running(known.scene.work(home)) for _ in range(2)]
    found = [each.errors[-400:] for each in [one.end() for one in both] if each.status not in FORESEEN]
    found += broken(lambda: broken_at_the_end(home, known.scene.recipe, known.after, known.scene.is_built))
    return Happened(found)


def readers(known: Known, folder: Path, chance: random.Random) -> Happened:
    """While builds come and go, each of ten readers has answers from one whole build, always."""
    home, stop = copied(known.scene, folder), folder / "stop"
    stop.unlink(missing_ok=True)
    crowd = [Running(lambda: _look_on(home, stop)) for _ in range(READERS)]
    try:
        found = _completed(known, home)
        time.sleep(1)
    finally:
        stop.touch()
        ended = [reader.end() for reader in crowd]
    answers: dict[str, set[str]] = {}
    for line in (line for reader in ended for line in reader.said):
        name, _, answer = line.partition(" ")
        answers.setdefault(name, set()).add(answer)
    found += [f"{name}: answers otherwise: {told}" for name, told in answers.items() if len(told) > 1]
    found += [reader.errors[-400:] for reader in ended if reader.status]
    return Happened(found + ([] if len(answers) > 1 else ["readers saw one build only"]))


def _look_on(home: Path, stop: Path) -> None:
    """Ask the current build again and again, and the first one too, as long as it is open, though its file goes."""
    store = Store(home)
    first = store.current_build()
    with contextlib.closing(store.connect()) as kept:
        while not stop.exists():
            print(first.name, _answer(kept), flush=True)
            current = store.current_build()
            with contextlib.closing(store.connect()) as connection:
                answer = _answer(connection)
            if current == store.current_build():
                print(current.name, answer, flush=True)
            time.sleep(0.05)


def _answer(connection: "building.duckdb.DuckDBPyConnection") -> list[object]:  # type: ignore[name-defined]
    """A few sums that must fit each other."""
    sql = "select file_count, (select count(*) from source_file), (select count(*) from remit_payment) from build_info"
    [answer] = connection.cursor().execute(sql).fetchall()
    if answer[0] != answer[1]:
        raise ValueError(f"half a build: {answer}")
    return list(answer)


TRIALS = (
    Trial("disk full", ("ingest", "ledger", "build, complete", "build, daily"), 6, full_disk),
    Trial("files may not grow", ("ingest", "ledger", "build, complete", "build, daily"), 4, short_files),
    Trial("read-only", ("ingest", "ledger", "build, complete"), 1, read_only),
    Trial("a stranger", ("build, complete",), 1, stranger),
    Trial("clock set back", ("ingest", "ledger", "build, complete", "build, daily"), 1, clock_set_back),
    Trial("two at once", ("ingest", "ledger", "build, complete"), 2, two_at_once),
    Trial("ten readers", ("swap", "build, daily"), 1, readers),
)
