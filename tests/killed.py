"""Works of the store that die at one step after the other, and what is there then: `-m tests.killed FOLDER WORKS`.

A program of its own, because it forks. It prints as JSON, of each work, how many runs were killed and what was wrong.
"""

import functools
import json
import math
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks import survive_keep
from benchmarks.survive_kill import Kill, get_ready, run
from pipelines import audit
from pipelines.build import KEPT_BUILDS, new_stamp, publish
from pipelines.disk import loose
from pipelines.ingest import ingest
from pipelines.lake import read_few_rows
from pipelines.reading import Readers
from pipelines.store import Store
from tests.fake_reader import FAKE, claims, detect, fingerprint, given, read

MOST_KILLED_KEEPING = 4  # of each of the three
MOST_KILLS = 12  # of a work; the bench target `survive` does it hundreds of times, with real files and builds
WORDS = {"AMOUNT": "paid_amount"}
BUILDS = 5

Told = tuple[int, list[str]]  # how many runs were killed, and what was wrong


def take(home: Path) -> None:
    """Files come: one that was refused before, one with a person's words, a copy, others."""
    log, copy, other = given("log", b"LOG AMOUNT\nCLAIM 1\n"), given("copy", claims(9)), given("c", claims(4))
    found = [log, given("refused", claims(2, 3)), copy, other]
    ingest(Store(home), found, WORDS, lambda result: print(result.file, flush=True), FAKE, workers=1)


def decide(home: Path) -> None:
    """Somebody decides, unless that was done before."""
    ledger = Store(home).ledger
    for subject in {"a", "b", "c"} - {event.subject for event in ledger.events("line_closed")}:
        ledger.append("line_closed", subject, {"state": "open"}, "ana")
        print(subject, flush=True)


def swap(home: Path) -> None:
    """New builds take their places until there were BUILDS, and the oldest go."""
    store = Store(home)
    made = [int(path.read_text()) for path in store.builds.iterdir()]
    for number in range(min(max(made) + 1, BUILDS - 1), BUILDS):
        with store.lock("build.lock"), store.workplace() as workplace:
            (workplace / "whole").write_text(str(number))
            publish(store, workplace / "whole", new_stamp(store))
            print(number, flush=True)


WORKS: dict[str, Callable[[Path], None]] = {"take": take, "decide": decide, "swap": swap}


def prepare(home: Path) -> None:
    """A store with a file, a refused one, a decision and a build."""
    store = Store(home)
    ingest(store, [given("a", claims(9))], readers=FAKE, workers=1)
    unable = Readers(detect, lambda source, mapping=None: read(given("refused", b"BAD")), fingerprint)
    ingest(store, [given("refused", claims(2, 3))], readers=unable, workers=1)
    store.ledger.append("line_closed", "first", {"state": "open"}, "ana")
    (store.builds / "20260101T000000000000Z.duckdb").write_text("0")
    (store.builds / "20260101T000000000000Z.duckdb").chmod(0o600)


def state(home: Path) -> dict[str, Any]:
    """What the store holds: files with their words and amounts, decisions, what the current build is."""
    store = Store(home)
    files = {record.name: [record.names, record.mapping, amounts(store, record.sha256)] for record in store.records()}
    events = sorted([event.kind, event.subject, str(event.body)] for event in store.ledger.events())
    return {"files": files, "events": events, "build": store.current_build().read_text()}


def amounts(store: Store, sha256: str) -> list[str] | None:
    """The paid amounts of a loaded file."""
    if store.loaded(sha256) is None:
        return None
    return [str(amount) for amount in read_few_rows(store.lake / sha256)["remit_claim"]["paid_amount"].to_pylist()]


def wrong(home: Path, said: list[str]) -> list[str]:
    """What was said and is not there, what others may see, what the ledger's chain says."""
    now, store = state(home), Store(home)
    there = [name for names, _, paid in now["files"].values() if paid is not None for name in names]
    there += [subject for _, subject, _ in now["events"]] + [str(number) for number in range(int(now["build"]) + 1)]
    return [*(set(said) - set(there)), *map(str, loose(home)), *audit.chain_findings(store.ledger)]


def wrong_at_the_end(home: Path) -> list[str]:
    """What is left over once the same was done again."""
    store = Store(home)
    left = [path.name for path in (home / "work").iterdir()]
    few = len(list(store.builds.iterdir())) > KEPT_BUILDS
    recorded = {record.sha256 for record in store.records()}
    strays = {path.name.split(".")[0] for path in (*store.sources.iterdir(), *store.lake.iterdir())} - recorded
    return [*left, *strays, *(["too many builds"] if few else [])]


def told(question: Callable[[], object]) -> Any:
    """The answer of a function, from a process of its own; its error where it failed."""
    ended = run(lambda: print(json.dumps(question())))
    return [ended.errors[-800:]] if ended.status else json.loads(ended.said[0])


def main() -> None:
    """What came of each work that is named; `keep` is backup, rekey and restore."""
    folder = Path(sys.argv[1])
    get_ready()
    if run(lambda: prepare(folder / "base")).status:
        raise RuntimeError("no store to begin with")
    ways = {name: functools.partial(kill, name) for name in WORKS} | {"keep": kill_keeping}
    print(json.dumps({name: ways[name](folder) for name in sys.argv[2:]}))


def kill_keeping(folder: Path) -> Told:
    """Backup, rekey and restore of the base are killed, done again, and looked at."""
    kept, killed, found = survive_keep.kept_of(folder / "base", folder / "kept"), 0, []
    for name in survive_keep.WORKS:
        known = survive_keep.known_of(name, kept)
        for step in range(known.steps, 0, -math.ceil(known.steps / MOST_KILLED_KEEPING)):
            ended, problems = survive_keep.survived(known, Kill(step))
            killed += ended.was_killed
            found += [f"{name}, step {step}: {problem}" for problem in problems]
    return killed, found


def kill(name: str, base: Path) -> Told:
    """The work is killed again and again, done again, and compared with one that nobody disturbed."""
    work, folder = WORKS[name], base / name
    shutil.copytree(base / "base", folder / "base")
    shutil.copytree(folder / "base", folder / "calm")
    steps = run(lambda: work(folder / "calm"), Kill()).steps
    wanted = told(lambda: state(folder / "calm"))
    killed, found = 0, []
    for step in range(1, steps + 1, max(1, steps // MOST_KILLS)):
        home = folder / f"{step}"
        shutil.copytree(folder / "base", home)
        ended = run(lambda home=home: work(home), Kill(step))
        killed += ended.was_killed
        problems = told(lambda home=home, said=ended.said: wrong(home, said))
        again = run(lambda home=home: work(home))
        problems += [again.errors] if again.status else told(lambda home=home: wrong_at_the_end(home))
        problems += [] if told(lambda home=home: state(home)) == wanted else ["it ends otherwise"]
        found += [f"step {step}: {problem}" for problem in problems]
    return killed, found


if __name__ == "__main__":
    main()
