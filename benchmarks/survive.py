"""Kill the program again and again and look whether anything is lost: `python -m benchmarks.survive --runs 300`.

Each run copies a store, starts a work on it, kills that (survive_kill.py), looks what is there, does the same work
again to its end, and holds the store against one that nobody disturbed. Half of the kills fall on a step, chosen among
all that the work has; a quarter on the moment when a file outgrows a size; a quarter on any moment. Backups are made,
encrypted anew and restored under the same kills (survive_keep.py). Then come the other things that happen to a store
(survive_trials.py).
"""

import argparse
import dataclasses
import functools
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks import survive_keep
from benchmarks.survive_kill import Ended, Kill, get_ready, run
from benchmarks.survive_look import Known, asked, broken, copied, know
from benchmarks.survive_scenes import make_stores, scenes_in
from benchmarks.survive_state import broken_after_kill, broken_at_the_end
from benchmarks.survive_trials import TRIALS, NotHere, Trial


@dataclasses.dataclass
class Tally:
    """How many runs there were of a kind, how many of those were disturbed, and what was broken."""

    name: str
    tried: int = 0
    disturbed: int = 0
    broken: list[str] = dataclasses.field(default_factory=list)
    skipped: str = ""

    def add(self, kill: Kill, ended: Ended, found: list[str]) -> None:
        """One more kill, with how the work ended and what was wrong."""
        self.tried += 1
        self.disturbed += ended.was_killed
        self.broken += [f"at {kill}: {'; '.join(found)}"] if found else []

    def __str__(self) -> str:
        survived = self.tried - len(self.broken)
        counts = f"{self.tried:5} tried, {self.disturbed:5} disturbed, {survived:5} survived"
        return f"{self.name:42}{self.skipped or counts}"


class Runs:
    """Runs in a folder that holds the stores to begin with; none is begun after the time that is given."""

    def __init__(self, folder: Path, options: argparse.Namespace) -> None:
        self.folder, self.options = folder, options
        self.chance = random.Random(options.seed)
        self.scenes = {scene.name: scene for scene in scenes_in(folder)}
        self._end = time.monotonic() + options.seconds
        self.know = functools.cache(lambda name: know(self.scenes[name], folder))

    @property
    def is_time(self) -> bool:
        """Another run may begin."""
        return time.monotonic() < self._end

    def kills(self) -> Iterator[Tally]:
        """What came of each scene's share of the kills."""
        whole = sum(scene.share for scene in self.scenes.values())
        for name, scene in self.scenes.items():
            tally = Tally(f"killed: {name}")
            if not self._is_asked_for(tally) or not self.is_time:
                continue
            known = self.know(name)
            while tally.tried < max(1, round(self.options.runs * scene.share / whole)) and self.is_time:
                kill = kill_of(known, self.chance)
                tally.add(kill, *survived(known, kill, self.folder))
            yield tally

    def keeping(self) -> Iterator[Tally]:
        """What came of kills of backup, rekey and restore, of each a fifteenth of the others' number."""
        tallies = [one for one in (Tally(f"killed: {name}") for name in survive_keep.WORKS) if self._is_asked_for(one)]
        if tallies and self.is_time:
            kept = survive_keep.kept_of(self.scenes["ingest"].base, self.folder / "kept")
        for tally in tallies if self.is_time else ():
            known = survive_keep.known_of(tally.name.removeprefix("killed: "), kept)
            while tally.tried < max(1, self.options.runs // 15) and self.is_time:
                kill = kill_of(known, self.chance)
                tally.add(kill, *survive_keep.survived(known, kill))
            yield tally

    def trials(self) -> Iterator[Tally]:
        """What came of each trial."""
        for trial in TRIALS:
            for name in trial.scenes:
                tally = Tally(f"{trial.name}: {name}")
                if self._is_asked_for(tally) and self.is_time:
                    self._try(trial, self.know(name), tally)
                    yield tally

    def _try(self, trial: Trial, known: Known, tally: Tally) -> None:
        try:
            while tally.tried < trial.times and self.is_time:
                found, was_noticed = trial.happen(known, self.folder, self.chance)
                tally.tried += 1
                tally.disturbed += was_noticed
                tally.broken += ["; ".join(found)] if found else []
        except NotHere as why:
            tally.skipped = f"not tried: {why}"

    def _is_asked_for(self, tally: Tally) -> bool:
        return not self.options.only or self.options.only in tally.name


def kill_of(known: Known | survive_keep.Keeping, chance: random.Random) -> Kill:
    """One of the ways to die in this scene."""
    way = chance.random()
    if way < 0.5:
        return Kill(step=chance.randint(1, known.steps))
    if way < 0.75:
        return Kill(size=chance.randint(0, max(1, chance.choice(known.sizes) - 1)))
    return Kill(seconds=chance.uniform(0, known.seconds))


def survived(known: Known, kill: Kill, folder: Path) -> tuple[Ended, list[str]]:
    """How the work ended that was to be killed so, and all that was wrong with the store then and later."""
    scene, home = known.scene, copied(known.scene, folder)
    ended = run(scene.work(home), kill)
    found = broken(lambda: broken_after_kill(home, scene.recipe, known.before, known.after, ended.said))
    again = run(scene.work(home))
    if again.status not in (0, 1):
        found.append(f"the next run fails: {again.errors[-500:]}")
    return ended, found + broken(lambda: broken_at_the_end(home, scene.recipe, known.after, scene.is_built))


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
    options, is_broken = parsed(), False
    get_ready()
    with tempfile.TemporaryDirectory(prefix="denialboard-survive-") as name:
        folder = Path(name)
        asked(lambda: make_stores(folder))
        runs = Runs(folder, options)
        for tallies in (runs.kills(), runs.keeping(), runs.trials()):
            for tally in tallies:
                print(tally, *tally.broken, sep="\n    ", flush=True)
                is_broken |= bool(tally.broken)
    sys.exit(is_broken)


if __name__ == "__main__":
    main()
