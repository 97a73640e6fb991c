"""Kill the program again and again and look whether anything is lost: `python -m benchmarks.survive --runs 300`.

Each run copies a store, starts a work on it, kills that (survive_kill.py), looks what is there, does the same work
again to its end, and holds the store against one that nobody disturbed. Half of the kills fall on a step, chosen among
all that the work has; a quarter on the moment when a file outgrows a size; a quarter on any moment.
"""

import argparse
import dataclasses
import json
import random
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from benchmarks.survive_kill import Ended, Kill, get_ready, run
from benchmarks.survive_scenes import Scene, make_stores, scenes_in
from benchmarks.survive_state import State, broken_after_kill, broken_at_the_end, state_of


class Known(NamedTuple):
    """A scene, and what comes of it when nobody disturbs it."""

    scene: Scene
    before: State
    after: State
    steps: int
    sizes: list[int]  # of its files
    seconds: float


@dataclasses.dataclass
class Tally:
    """How many runs there were of a kind, how many of those were killed, and what was broken."""

    tried: int = 0
    killed: int = 0
    broken: list[str] = dataclasses.field(default_factory=list)

    def __str__(self) -> str:
        return f"{self.tried} tried, {self.killed} killed, {self.killed - len(self.broken)} survived"


def asked(question: Callable[[], object]) -> object:
    """The answer of a function, from a process of its own; RuntimeError where that failed."""
    ended = run(lambda: print(json.dumps(question())))
    if ended.status:
        raise RuntimeError(ended.errors[-2000:])
    return json.loads(ended.said[0])


def _state(home: Path) -> State:
    return State(**asked(lambda: dataclasses.asdict(state_of(home))))  # type: ignore[arg-type]


def know(scene: Scene, folder: Path) -> Known:
    """The scene was played once, undisturbed."""
    home = _copy(scene, folder)
    before = _state(home)
    ended = run(scene.work(home), Kill())
    if ended.status not in (0, 1):
        raise RuntimeError(f"{scene.name}: {ended.errors[-2000:]}")
    sizes = [path.stat().st_size for path in home.rglob("*") if path.is_file()]
    return Known(scene, before, _state(home), ended.steps, sizes, ended.seconds)


def _copy(scene: Scene, folder: Path) -> Path:
    home = folder / "home"
    shutil.rmtree(home, ignore_errors=True)
    shutil.copytree(scene.base, home)
    return home


def kill_of(known: Known, chance: random.Random) -> Kill:
    """One of the ways to die in this scene."""
    way = chance.random()
    if way < 0.5:
        return Kill(step=chance.randint(1, known.steps))
    if way < 0.75:
        return Kill(size=chance.randint(0, max(1, chance.choice(known.sizes) - 1)))
    return Kill(seconds=chance.uniform(0, known.seconds))


def survived(known: Known, kill: Kill, folder: Path) -> tuple[Ended, list[str]]:
    """How the work ended that was to be killed so, and all that was wrong with the store then and later."""
    scene = known.scene
    home = _copy(scene, folder)
    ended = run(scene.work(home), kill)
    said = ended.said if ended.was_killed else ended.said[:-1]
    found = _broken(lambda: broken_after_kill(home, scene.recipe, known.before, known.after, said))
    again = run(scene.work(home))
    if again.status not in (0, 1):
        found.append(f"the next run fails: {again.errors[-500:]}")
    return ended, found + _broken(lambda: broken_at_the_end(home, scene.recipe, known.after, scene.is_built))


def _broken(look: Callable[[], list[str]]) -> list[str]:
    try:
        return list(asked(look))  # type: ignore[call-overload, no-any-return]
    except RuntimeError as problem:
        return [f"nobody can look into the store: {problem}"]


def kills(scenes: list[Scene], options: argparse.Namespace, folder: Path) -> Iterator[tuple[Scene, Tally]]:
    """Each scene with what came of its share of the runs; none is begun after the time that is given."""
    began, chance = time.monotonic(), random.Random(options.seed)
    whole = sum(scene.share for scene in scenes)
    for scene in scenes:
        tally, known = Tally(), know(scene, folder)
        for _ in range(max(1, round(options.runs * scene.share / whole))):
            if time.monotonic() - began > options.seconds:
                break
            kill = kill_of(known, chance)
            ended, found = survived(known, kill, folder)
            tally.tried += 1
            tally.killed += ended.was_killed
            tally.broken += [f"{scene.name}, killed at {kill}: {'; '.join(found)}"] if found else []
        yield scene, tally


def parsed(arguments: list[str] | None = None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.survive", description=__doc__)
    parser.add_argument("--runs", type=int, default=300, help="kills in all")
    parser.add_argument("--seconds", type=float, default=3600, help="after which no run is begun")
    parser.add_argument("--seed", type=int, default=1, help="another one kills elsewhere")
    parser.add_argument("--only", help="scenes and trials whose name holds this")
    return parser.parse_args(arguments)


def main() -> None:
    """What was tried is printed; exit status 1 where anything was broken."""
    options = parsed()
    get_ready()
    is_broken = False
    with tempfile.TemporaryDirectory(prefix="denialboard-survive-") as name:
        folder = Path(name)
        asked(lambda: make_stores(folder))
        chosen = [scene for scene in scenes_in(folder) if (options.only or "") in scene.name]
        for scene, tally in kills(chosen, options, folder):
            print(f"{scene.name:24}{tally}", *tally.broken, sep="\n  ", flush=True)
            is_broken |= bool(tally.broken)
    sys.exit(is_broken)


if __name__ == "__main__":
    main()
