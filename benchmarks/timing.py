"""Runs things in turn, keeps how long each took, and says whether a bar is met."""

import dataclasses
import statistics
import time
from collections.abc import Callable, Iterable

ENOUGH_SECONDS = 900  # no new round is begun after this


@dataclasses.dataclass
class Timed:
    """One thing measured: its name, the seconds of each run and, where it ran in a process of its own, its memory."""

    name: str
    seconds: list[float]
    megabytes: float = 0  # most that the process and those it started held at one moment; 0 where nobody looked
    size: float = 0  # of what was read, in MB, or the number of things done; 0 where speed says nothing

    @property
    def median(self) -> float:
        """Seconds of the middle run."""
        return statistics.median(self.seconds)

    def cells(self) -> str:
        """Minimum, median and maximum as cells of a Markdown table."""
        return " | ".join(f"{value:.3f}" for value in (min(self.seconds), self.median, max(self.seconds)))


@dataclasses.dataclass(frozen=True)
class Bar:
    """What is asked of a figure, and the figure."""

    asked: str
    got: float
    limit: float
    is_least: bool = False  # the figure is to be at least the limit, not at most
    unit: str = "times"

    @property
    def is_met(self) -> bool:
        """The figure is on the right side of the limit."""
        return self.got >= self.limit if self.is_least else self.got <= self.limit


@dataclasses.dataclass
class Section:
    """One part of the report: the first thing timed is the rival, ratios are of medians to it."""

    title: str
    note: str
    timed: list[Timed]
    bars: list[Bar] = dataclasses.field(default_factory=list)

    def as_markdown(self) -> str:
        """The section, its figures and its bars."""
        parts = [f"## {self.title}", self.note, _figures(self.timed), _bars(self.bars)]
        return "\n\n".join(part for part in parts if part) + "\n"


def _figures(timed: list[Timed]) -> str:
    if not timed:
        return ""
    names = ("what", "runs", "min s", "median s", "max s", "times the first", "MB a second", "most MB of memory")
    head = f"| {' | '.join(names)} |\n{'|---' * len(names)}|"
    return "\n".join([head, *(_row(each, timed[0].median) for each in timed)])


def _row(each: Timed, first: float) -> str:
    speed = f"{each.size / each.median:,.1f}" if each.size and each.median else ""
    memory = f"{each.megabytes:,.0f}" if each.megabytes else ""
    times = f"{each.median / first:.2f}" if first else ""
    return f"| {each.name} | {len(each.seconds)} | {each.cells()} | {times} | {speed} | {memory} |"


def _bars(bars: Iterable[Bar]) -> str:
    rows = [
        f"| {bar.asked} | {bar.got:,.2f} {bar.unit} | {'at least' if bar.is_least else 'at most'} {bar.limit:,g} |"
        f" {'yes' if bar.is_met else '**no**'} |"
        for bar in bars
    ]
    return "\n".join(["| bar | got | wanted | met |\n|---|---|---|---|", *rows]) if rows else ""


def in_turn(runs: int, **actions: Callable[[], object]) -> list[Timed]:
    """Every action is run `runs` times, each round in the same order, so that noise falls on all alike.

    An action that returns a Timed is taken at its word: it measured itself, in a process of its own. Long things are
    run less often: no round begins after ENOUGH_SECONDS.
    """
    timed = [Timed(name.replace("_", " "), []) for name in actions]
    began = time.perf_counter()
    for _ in range(runs):
        for result, action in zip(timed, actions.values(), strict=True):
            started = time.perf_counter()
            told = action()
            own = told if isinstance(told, Timed) else Timed("", [time.perf_counter() - started])
            result.seconds += own.seconds
            result.megabytes, result.size = max(result.megabytes, own.megabytes), own.size
        if time.perf_counter() - began > ENOUGH_SECONDS:
            break
    return timed
