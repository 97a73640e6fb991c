"""Small cells are withheld from whatever leaves the dashboard, and so is what would give them away by subtraction.

A count from 1 to one less than the minimum is small: of so few claims somebody could know whose they are. Counts are
bound together by sums: payers add up to all payers, denied and not denied to adjudicated. A small count is hidden,
then others, the smallest of those nearest to it through the sums, until from all that is shown no small count can be
got (what need not be hidden for that is shown again):

* none is the only solution of the sums (found exactly, over all sums together, not one table at a time), nor the
  only one without negative numbers;
* no sum leaves a hidden remainder that is itself a small count.

What rests on a hidden count (rate, interval, dollars) is hidden with it. All that is hidden is called withheld, whether
small or hidden for a small one's sake: "<11" said of a large count would be false, and two words would tell which are
the small ones. The rule of 11 is that of the CMS cell size suppression policy; what is hidden beside the small ones
follows the usual practice of complementary suppression.
"""

import dataclasses
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any

Key = Hashable
MINIMUM = 11
WITHHELD = "withheld"  # in place of every hidden number
_REST = "(rest of the sum)"
_MOST = 10**12  # a hidden count may be this large, for all that is known
_ROUNDS = 6  # bounds that pass through more sums than this are wide


@dataclasses.dataclass(frozen=True)
class Count:
    """A number of claims or lines. The same fact has the same key wherever it is shown."""

    value: int
    key: Key


@dataclasses.dataclass(frozen=True)
class Derived:
    """Something computed from counts: a rate, an interval, dollars. It is shown if all counts it rests on are."""

    value: Any
    of: tuple[Key, ...]


@dataclasses.dataclass(frozen=True)
class Sum:
    """The parts add up to the total; where they do not, the rest is a cell of its own that is never shown."""

    total: Key
    parts: tuple[Key, ...]


@dataclasses.dataclass(frozen=True)
class Hidden:
    """What is withheld, and below which number a count is small."""

    keys: frozenset[Key] = frozenset()
    minimum: int = MINIMUM

    def has(self, cell: Any) -> bool:
        """Whether this cell may not be shown."""
        if isinstance(cell, Count):
            return cell.key in self.keys
        return isinstance(cell, Derived) and not self.keys.isdisjoint(cell.of)

    def shown(self, cell: Any) -> Any:
        """The cell's plain value, or that it is withheld."""
        if self.has(cell):
            return WITHHELD
        return cell.value if isinstance(cell, Count | Derived) else cell

    def visible(self, cell: Any) -> Any:
        """The cell's plain value, or None where it is hidden: for charts, which leave a gap."""
        return None if self.has(cell) else self.shown(cell)


def hidden_keys(
    counts: Mapping[Key, int], sums: Iterable[Sum] = (), minimum: int = MINIMUM, keep: Collection[Key] = ()
) -> frozenset[Key]:
    """The keys of the counts that may not be shown; those to `keep` are hidden beside a small one only at the last.

    Raises ValueError where parts exceed their total.
    """
    rows = [(one.total, one.parts) for one in sums]
    values = dict(counts)
    for number, (total, parts) in enumerate(rows):
        rest = counts[total] - sum(counts[part] for part in parts)
        if rest < 0:
            raise ValueError(f"{total}: {counts[total]} in all, but its parts add up to {counts[total] - rest}")
        if rest:
            values[(_REST, number)] = rest
            rows[number] = (total, (*parts, (_REST, number)))
    never_shown = {(_REST, number) for number in range(len(rows))} & values.keys()
    small = {key for key, value in values.items() if 0 < value < minimum}
    hidden = small | never_shown
    near = _Near(values, rows, frozenset(keep))
    while True:
        told = _small_remainders(values, rows, hidden, minimum)
        more = {near.in_sum(number, hidden) for number in told}
        if not told:  # the plain cases first: what they hide often settles the others
            more = {near.linked(key, hidden) for key in small & _known(values, rows, hidden)}
        if not more - {None}:
            return frozenset(_shown_again(values, rows, hidden, small | never_shown, keep, minimum) - never_shown)
        hidden |= {key for key in more if key is not None}


Row = tuple[Key, tuple[Key, ...]]


def _shown_again(
    values: Mapping[Key, int],
    rows: Sequence[Row],
    hidden: set[Key],
    stay: set[Key],
    keep: Collection[Key],
    minimum: int,
) -> set[Key]:
    """Without what need not have been hidden after all: what is to be kept is tried first, then totals, the largest."""
    totals, small = {total for total, _ in rows}, {key for key in stay if 0 < values[key] < minimum}
    for key in sorted(hidden - stay, key=lambda one: (one not in keep, one not in totals, -values[one], str(one))):
        fewer = hidden - {key}
        if not (_small_remainders(values, rows, fewer, minimum) or small & _known(values, rows, fewer)):
            hidden = fewer
    return hidden


def _small_remainders(values: Mapping[Key, int], rows: Sequence[Row], hidden: set[Key], minimum: int) -> list[int]:
    """The numbers of the sums whose hidden parts are together a small count, which the rest of the sum gives away."""
    remainders = (sum(values[part] for part in parts if part in hidden) for _, parts in rows)
    return [number for number, left in enumerate(remainders) if rows[number][0] not in hidden and 0 < left < minimum]


def _known(values: Mapping[Key, int], rows: Sequence[Row], hidden: set[Key]) -> set[Key]:
    """The hidden keys that have one possible value."""
    pinned = _pinned(values, rows, hidden)
    return pinned | _solved(rows, hidden - pinned)


class _Near:
    """Finds the count to hide next: the smallest of the nearest, a zero and what is to be kept only for want of others.

    Only sums that hidden counts link to the one in question are looked at; so nothing unrelated is ever hidden. Where
    all that is so linked is hidden, any multiple of it would fit as well, and there is nothing left to be got.
    """

    def __init__(self, values: Mapping[Key, int], rows: Sequence[Row], keep: frozenset[Key]) -> None:
        self._values, self._rows, self._keep = values, rows, keep
        self._holding: dict[Key, set[int]] = {}
        for number, (total, parts) in enumerate(rows):
            for key in (total, *parts):
                self._holding.setdefault(key, set()).add(number)

    def in_sum(self, number: int, hidden: set[Key]) -> Key | None:
        """A count of this sum; None where all are hidden."""
        return min(self._shown({number}, hidden), key=self._rank, default=None)

    def linked(self, key: Key, hidden: set[Key]) -> Key | None:
        """A count of the sums that hold the key, else of the next ones; None where all that is linked is hidden."""
        edge, seen, last = {key}, set[int](), None
        while edge:
            near = set().union(*(self._holding.get(one, set()) for one in edge)) - seen
            seen |= near
            best = min(self._shown(near, hidden), key=self._rank, default=None)
            if best is not None and best not in self._keep:
                return best
            last = best if last is None else last
            edge = {one for number in near for one in self._members(number) if one in hidden} - edge
        return last

    def _shown(self, numbers: Collection[int], hidden: set[Key]) -> set[Key]:
        return {key for number in numbers for key in self._members(number) if key not in hidden}

    def _members(self, number: int) -> tuple[Key, ...]:
        total, parts = self._rows[number]
        return (total, *parts)

    def _rank(self, key: Key) -> tuple[bool, bool, int, str]:
        return (key in self._keep, self._values[key] == 0, self._values[key], str(key))


def _pinned(values: Mapping[Key, int], rows: Sequence[Row], hidden: set[Key]) -> set[Key]:
    """The hidden keys that have one possible value because no count is negative: parts of nothing are nothing."""
    low = {key: 0 if key in hidden else value for key, value in values.items()}
    high = {key: _MOST if key in hidden else value for key, value in values.items()}
    for _ in range(_ROUNDS):
        before = (dict(low), dict(high))
        for total, parts in rows:
            low[total] = max(low[total], sum(low[part] for part in parts))
            high[total] = min(high[total], sum(high[part] for part in parts))
            least, most = sum(low[part] for part in parts), sum(high[part] for part in parts)
            for part in parts:
                room, need = high[total] - (least - low[part]), low[total] - (most - high[part])
                low[part], high[part] = max(low[part], need), min(high[part], room)
        if before == (low, high):
            break
    return {key for key in hidden if low[key] == high[key]}


def _solved(rows: Sequence[Row], hidden: set[Key]) -> set[Key]:
    """The hidden keys that have only one solution when everything else is known: exact, by elimination."""
    pivots: dict[Key, dict[Key, Fraction]] = {}
    for total, parts in rows:
        row: dict[Key, Fraction] = {}
        for key, sign in ((total, -1), *((part, 1) for part in parts)):
            if key in hidden:
                row[key] = row.get(key, Fraction(0)) + sign
        row = {key: factor for key, factor in row.items() if factor}
        for key in [key for key in row if key in pivots]:
            row = _less(row, pivots[key], row.get(key, Fraction(0)))
        if not row:
            continue
        pivot, factor = next(iter(row.items()))
        row = {key: value / factor for key, value in row.items()}
        for key, other in pivots.items():
            if pivot in other:
                pivots[key] = _less(other, row, other[pivot])
        pivots[pivot] = row
    return {key for key, row in pivots.items() if len(row) == 1}


def _less(row: dict[Key, Fraction], other: dict[Key, Fraction], times: Fraction) -> dict[Key, Fraction]:
    """The row less so many times the other, without what is nothing."""
    left = dict(row)
    for key, factor in other.items():
        left[key] = left.get(key, Fraction(0)) - times * factor
    return {key: factor for key, factor in left.items() if factor}
