"""Runs things in turn and keeps how long each took."""

import dataclasses
import statistics
import time
from collections.abc import Callable


@dataclasses.dataclass
class Timed:
    """One thing measured: its name and the seconds of each run."""

    name: str
    seconds: list[float]

    @property
    def median(self) -> float:
        """Seconds of the middle run."""
        return statistics.median(self.seconds)

    def cells(self) -> str:
        """Minimum, median and maximum as cells of a Markdown table."""
        return " | ".join(f"{value:.3f}" for value in (min(self.seconds), self.median, max(self.seconds)))


def in_turn(runs: int, **actions: Callable[[], object]) -> list[Timed]:
    """Every action is run `runs` times, each round in the same order, so that noise falls on all alike."""
    timed = [Timed(name.replace("_", " "), []) for name in actions]
    for _ in range(runs):
        for result, action in zip(timed, actions.values(), strict=True):
            started = time.perf_counter()
            action()
            result.seconds.append(time.perf_counter() - started)
    return timed
