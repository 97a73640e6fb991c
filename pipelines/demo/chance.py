"""Chance that falls alike on every machine: only `random()` of a seeded generator and plain arithmetic are used."""

from bisect import bisect_right
from collections.abc import Iterable
from random import Random
from typing import Generic, TypeVar

Item = TypeVar("Item")
LAG_PLACES = (0.0, 0.5, 0.9, 1.0)


class Wheel(Generic[Item]):
    """Items with weights, ready to be drawn from."""

    def __init__(self, items: Iterable[tuple[Item, float]]) -> None:
        self.items: list[Item] = []
        self._edges: list[float] = []
        total = 0.0
        for item, weight in items:
            total += weight
            self.items.append(item)
            self._edges.append(total)

    def at(self, share: float) -> Item:
        """The item at this share (0 to 1) of the whole weight."""
        place = bisect_right(self._edges, share * self._edges[-1])
        return self.items[min(place, len(self.items) - 1)]


class Chance:
    """One seeded stream of decisions."""

    def __init__(self, seed: int) -> None:
        self.share = Random(seed).random

    def happens(self, probability: float) -> bool:
        """True in this share of the calls."""
        return self.share() < probability

    def draw(self, wheel: Wheel[Item]) -> Item:
        """One item, the heavier the likelier."""
        return wheel.at(self.share())

    def below(self, count: int) -> int:
        """A whole number from 0 to count - 1."""
        return int(self.share() * count)

    def days(self, lag: tuple[int, ...], factor: float = 1.0) -> int:
        """Days of a lag given by its least, median, 90th percentile and most."""
        share = self.share()
        place = 0 if share < LAG_PLACES[1] else 1 if share < LAG_PLACES[2] else 2
        low, high = lag[place], lag[place + 1]
        within = (share - LAG_PLACES[place]) / (LAG_PLACES[place + 1] - LAG_PLACES[place])
        return int((low + (high - low) * within) * factor + 0.5)
