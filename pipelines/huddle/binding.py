"""Which numbers of a document are parts of which: found from what each is a number of, wherever in it they stand."""

import datetime
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from pipelines.huddle.suppress import Key, Sum

Kind = tuple[str, ...]  # fact, lag, column, payer's turn, clock: what can be added up


class Cell(NamedTuple):
    """What a count is a count of: the same for the same fact, wherever it is shown. Days are both included."""

    kind: Kind
    first: datetime.date | None
    last: datetime.date | None
    filters: tuple[tuple[str, ...], ...]  # values by dimension; () is all

    @property
    def is_in_a_month(self) -> bool:
        """Its days are of one month."""
        return bool(self.first and self.last and self.first.replace(day=1) == self.last.replace(day=1))


def sums(counts: Mapping[Key, int]) -> list[Sum]:
    """Every sum that the counts make: values of one dimension add up to all of it, spans of days to a longer one.

    What counts in a rate is a part of what was counted, often all of it: where one is withheld, so is the other.

    Parts that exceed their total (a claim has several reasons) are none of it and make no sum.
    """
    cells = sorted((key for key in counts if isinstance(key, Cell)), key=str)
    found = dict.fromkeys([*_by_dimension(cells), *_by_days(cells), *_by_rate(cells)])
    return [one for one in found if sum(counts[part] for part in one.parts) <= counts[one.total]]


def _by_dimension(cells: Iterable[Cell]) -> Iterator[Sum]:
    known = set(cells)
    parts: dict[tuple[Cell, int], list[Cell]] = {}
    for cell in cells:
        for place, values in enumerate(cell.filters):
            whole = cell._replace(filters=(*cell.filters[:place], (), *cell.filters[place + 1 :]))
            if len(values) == 1 and whole in known:
                parts.setdefault((whole, place), []).append(cell)
    for (whole, _), found in parts.items():
        yield Sum(whole, tuple(found))


def _by_rate(cells: Iterable[Cell]) -> Iterator[Sum]:
    known = set(cells)
    for cell in cells:
        whole = cell._replace(kind=tuple(part.removeprefix("rate_") for part in cell.kind))
        if whole != cell and whole in known:
            yield Sum(whole, (cell,))


def _by_days(cells: Iterable[Cell]) -> Iterator[Sum]:
    alike: dict[Cell, list[Cell]] = {}
    for cell in cells:
        alike.setdefault(cell._replace(first=None, last=None), []).append(cell)
    for same in alike.values():
        for whole in same:
            within = [one for one in same if one != whole and _is_within(one, whole)]
            for parts in (_apart(within), _apart([one for one in within if one.is_in_a_month])):
                if parts:
                    yield Sum(whole, parts)


def _apart(cells: Iterable[Cell]) -> tuple[Cell, ...]:
    """Spans that do not overlap, the longest chosen first."""
    chosen: list[Cell] = []
    for cell in sorted(cells, key=lambda one: (-_days(one), one.first or datetime.date.min)):
        if not any(_overlap(cell, other) for other in chosen):
            chosen.append(cell)
    return tuple(sorted(chosen, key=lambda one: one.first or datetime.date.min))


def _bounds(cell: Cell) -> tuple[datetime.date, datetime.date]:
    return cell.first or datetime.date.min, cell.last or datetime.date.max


def _is_within(cell: Cell, whole: Cell) -> bool:
    (first, last), (start, end) = _bounds(cell), _bounds(whole)
    return start <= first and last <= end


def _overlap(cell: Cell, other: Cell) -> bool:
    (first, last), (start, end) = _bounds(cell), _bounds(other)
    return first <= end and start <= last


def _days(cell: Cell) -> int:
    first, last = _bounds(cell)
    return (last - first).days
