"""Crowd: many people at the dashboard at once, each opening pages and turning switches, and looking in between."""

import asyncio
import dataclasses
import random
import statistics
import time
from pathlib import Path

from websockets.exceptions import WebSocketException

from benchmarks.children import held
from benchmarks.serving import Server, serving
from benchmarks.session import Answer, Visitor, visit
from benchmarks.timing import Bar, Section, Timed

PEOPLE = 30
LOOK_SECONDS = 10.0  # that a person looks at a page before the next click, on average
TURNED = 0.5  # share of clicks that turn a switch instead of opening a page
SLOWEST_MEDIAN = 1.5
FLAT = 1.1  # memory at the end by memory after a quarter of the time
LOOK_AT_MEMORY = 1.0  # seconds


@dataclasses.dataclass
class Visit:
    """What all people together met with."""

    seconds: list[float] = dataclasses.field(default_factory=list)
    errors: list[str] = dataclasses.field(default_factory=list)
    megabytes: list[float] = dataclasses.field(default_factory=list)

    def note(self, answer: Answer) -> None:
        """One more interaction."""
        self.seconds.append(answer.seconds)
        self.errors += answer.errors


def measure_crowd(
    home: Path, work: Path, people: int = PEOPLE, seconds: float = 60, look: float = LOOK_SECONDS
) -> Section:
    """So many people for so long; bounded by both, and on this machine only."""
    with serving(home, work / "crowd.log") as server:
        met = asyncio.run(visits(server, people, seconds, look))
    return section(met, people, seconds, look)


def section(met: Visit, people: int, seconds: float, look: float) -> Section:
    """The crowd's figures and bars."""
    timed = Timed("an interaction", met.seconds, max(met.megabytes, default=0))
    quarter = met.megabytes[len(met.megabytes) // 4 :]
    tail = quarter[-max(1, len(quarter) // 10) :]
    growth = statistics.median(tail) / quarter[0] if quarter and quarter[0] else 1.0
    bars = [
        Bar("median of an interaction", timed.median, SLOWEST_MEDIAN, unit="s"),
        Bar("errors", len(met.errors), 0, unit=""),
        Bar("memory of the server at the end by that after a quarter of the time", growth, FLAT),
    ]
    note = f"{people} people for {seconds:,.0f} s, {len(met.seconds):,} interactions, {look:g} s of looking after each."
    first = f" The first error: {met.errors[0]}." if met.errors else ""
    return Section("Crowd", note + first, [timed], bars)


async def visits(server: Server, people: int, seconds: float, look: float) -> Visit:
    """What so many people met with until the time was over."""
    met, end = Visit(), time.monotonic() + seconds
    watching = asyncio.create_task(_watch(server.pid, met))
    await asyncio.gather(*(_person(server.port, number, end, look, met) for number in range(people)))
    watching.cancel()
    return met


async def _watch(pid: int, met: Visit) -> None:
    while True:
        met.megabytes.append(held(pid))
        await asyncio.sleep(LOOK_AT_MEMORY)


async def _person(port: int, number: int, end: float, look: float, met: Visit) -> None:
    """Comes within the first moments, looks around until the end, goes."""
    chance = random.Random(number)
    await asyncio.sleep(min(chance.random() * look, max(0.0, end - time.monotonic()) / 2))
    try:
        async with visit(port) as connection:
            visitor = Visitor(connection)
            met.note(await visitor.open(""))
            is_over = False
            while not is_over:
                await asyncio.sleep(chance.uniform(0.5, 1.5) * look)
                met.note(await _click(visitor, chance))
                is_over = time.monotonic() >= end
    except (WebSocketException, OSError, TimeoutError) as problem:
        met.errors.append(f"{type(problem).__name__}: {problem}")


async def _click(visitor: Visitor, chance: random.Random) -> Answer:
    if visitor.switches and chance.random() < TURNED:
        label = chance.choice(sorted(visitor.switches))
        return await visitor.turn(label, chance.choice(visitor.switches[label][1]))
    return await visitor.open(chance.choice(sorted(visitor.pages)))
