"""What a young cohort will come to: the chain ladder on what was denied and what was not, by day since sending.

Plain arithmetic on sums by day of sending and days until the decision. The factor of a day is told by every cohort
that has been watched so long, so young ones count only where nothing more can come. What is denied and what is not each
has a ladder of its own: denials may come later than payments, and one ladder for all would shift with the rate.

The range is where the final rate will lie, 19 times out of 20. It is made of the noise of what is still to come and of
the factors, and of the mature cohorts: each is cut at the age that the young one has now and completed in the same way.
How far that was off, in units of its own noise, widens the range and never narrows it (docs/decisions.md says why).
"""

import datetime
import itertools
import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

Day = datetime.date
FEWEST = 3  # mature cohorts without which nothing is estimated
Z_95 = 1.959963984540054
T_95 = (12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228)  # Student's t, two-sided, 1 to 10


class Decided(NamedTuple):
    """What was sent on one day and decided so many days later; amounts are completed, counts size the noise."""

    sent_on: Day
    lag: int
    denied: float
    other: float  # decided and not denied
    denied_count: float
    other_count: float


class Cohort(NamedTuple):
    """What was sent in one month: how much on each day, and what has become of it."""

    last_day: Day
    sent: Mapping[Day, float]
    decided: Sequence[Decided]


class Estimate(NamedTuple):
    """The rate to which a cohort will come, and the range in which it will lie."""

    rate: float
    low: float
    high: float


class _Development(NamedTuple):
    """The share of what will ever come that has come by each day, and the noise (variance) of each day's factor."""

    seen: list[float]
    noise: list[float]

    def by(self, age: int) -> float:
        return 0.0 if age < 0 else self.seen[age] if age < len(self.seen) else 1.0


class _Part(NamedTuple):
    """One kind of decision of a cohort: what has come, what it will come to, and the variance of its logarithm."""

    now: float
    final: float
    variance: float


Sums = list[list[float]]  # amounts come on each day, amounts known by it (as steps), and the same of counts


class Ladder:
    """Cohorts as known on one day, and what they say about each other."""

    def __init__(self, cohorts: Sequence[Cohort], as_of: Day) -> None:
        self.cohorts, self.as_of = cohorts, as_of
        self._length = 1 + max((row.lag for cohort in cohorts for row in cohort.decided), default=0)
        self._sums = [self._add_up(cohort) for cohort in cohorts]
        self._patterns: dict[int | None, tuple[_Development, _Development]] = {}
        rows = [row for cohort in cohorts for row in cohort.decided]
        count = sum(row.denied_count + row.other_count for row in rows)
        self._unit = sum(row.denied + row.other for row in rows) / count if count else 1.0

    def estimate(self, number: int, mature: Sequence[int]) -> Estimate | None:
        """The rate that a cohort will come to; None with fewer than three mature ones, or where nothing has come.

        `mature` are the places of older cohorts of which the final rate is known.
        """
        cohort = self.cohorts[number]
        parts = self._parts(cohort, self._pattern(None), self.as_of)
        if parts is None or len(mature) < FEWEST:
            return None
        denied, other = parts
        excess = self._excess(self.as_of - cohort.last_day, mature)
        far = Z_95 if excess == 1 else _t(len(mature))  # how far off is told by so few that they may tell wrong
        half = far * math.sqrt(excess * (denied.variance + other.variance))
        middle, rate = self._logit(denied.final, other.final), denied.final / (denied.final + other.final)
        least, most = _possible(cohort, denied.now, other.now)
        low, high = min(_share(middle - half), rate), max(_share(middle + half), rate)
        return Estimate(*(min(max(value, least), most) for value in (rate, low, high)))

    def _add_up(self, cohort: Cohort) -> tuple[Sums, Sums]:
        """The sums of one cohort, of what was denied and of what was not."""
        found: tuple[Sums, Sums] = ([], [])
        for sums in found:
            sums += [[0.0] * (self._length + 1) for _ in range(4)]
        for row in cohort.decided:
            after = min(max((self.as_of - row.sent_on).days, row.lag) + 1, self._length)
            for sums, amount, count in zip(found, (row.denied, row.other), row[4:], strict=True):
                for come, known, value in ((0, 1, amount), (2, 3, count)):
                    sums[come][row.lag] += value
                    sums[known][row.lag] += value
                    sums[known][after] -= value
        return found

    def _pattern(self, without: int | None) -> tuple[_Development, _Development]:
        """How denials and other decisions come in, told by all cohorts but one."""
        if without not in self._patterns:
            told = [sums for place, sums in enumerate(self._sums) if place != without]
            denied, other = ([_total(series) for series in zip(*kind, strict=True)] for kind in zip(*told, strict=True))
            self._patterns[without] = _develop(denied), _develop(other)
        return self._patterns[without]

    def _parts(
        self, cohort: Cohort, pattern: tuple[_Development, _Development], as_of: Day
    ) -> tuple[_Part, _Part] | None:
        rows = cohort.decided
        denied = _part(
            pattern[0], cohort, as_of, sum(row.denied for row in rows), sum(row.denied_count for row in rows)
        )
        other = _part(pattern[1], cohort, as_of, sum(row.other for row in rows), sum(row.other_count for row in rows))
        return (denied, other) if denied and other and denied.final + other.final > 0 else None

    def _excess(self, age: datetime.timedelta, mature: Sequence[int]) -> float:
        """How many times its own noise the square of the error was in the mature cohorts; at least 1."""
        found = []
        for place in mature:
            whole = self.cohorts[place]
            then = whole.last_day + age
            parts = self._parts(cut(whole, then), self._pattern(place), then)
            variance = parts[0].variance + parts[1].variance if parts else 0.0
            if parts and variance:
                denied, other = sum(row.denied for row in whole.decided), sum(row.other for row in whole.decided)
                off = self._logit(parts[0].final, parts[1].final) - self._logit(denied, other)
                found.append(off * off / variance)
        return max(1.0, sum(found) / len(found)) if found else 1.0

    def _logit(self, denied: float, other: float) -> float:
        """The logarithm of denied against not denied; half a decision added to both keeps it finite."""
        half = self._unit / 2
        return math.log((denied + half) / (other + half))


def cut(cohort: Cohort, as_of: Day) -> Cohort:
    """The cohort as it was known on that day."""
    sent = {day: amount for day, amount in cohort.sent.items() if day <= as_of}
    return Cohort(cohort.last_day, sent, [row for row in cohort.decided if (as_of - row.sent_on).days >= row.lag])


def _total(series: Sequence[list[float]]) -> list[float]:
    return [sum(values) for values in zip(*series, strict=True)]


def _develop(sums: Sums) -> _Development:
    """Day by day, backwards: of what had come by day j where it was watched to day j, the share that came on day j.

    That is the chain ladder with a factor for each day. Its noise is Greenwood's, told by counts.
    """
    come, come_count = sums[0], sums[2]
    known, known_count = list(itertools.accumulate(sums[1])), list(itertools.accumulate(sums[3]))
    length = len(come) - 1
    seen, noise = [1.0] * length, [0.0] * length
    for day in range(length - 1, 0, -1):
        share = come[day] / known[day] if come[day] else 0.0
        seen[day - 1] = seen[day] * max(0.0, 1 - share)
        left = known_count[day] - come_count[day]
        noise[day] = come_count[day] / (known_count[day] * left) if left > 0 else 0.0
    return _Development(seen, noise)


def _part(development: _Development, cohort: Cohort, as_of: Day, now: float, count: float) -> _Part | None:
    """One kind of decision completed; None where none can have come yet."""
    total = sum(cohort.sent.values())
    if total <= 0:
        return None
    ages = [((as_of - day).days, amount / total) for day, amount in cohort.sent.items()]
    shares = [(age, share * development.by(age)) for age, share in ages]
    seen = sum(share for _, share in shares)
    if seen <= 0:
        return None
    to_come = max(0.0, 1 - seen) / max(count, 0.5)
    return _Part(now, now / seen, to_come + _factor_noise(development, shares, seen))


def _factor_noise(development: _Development, shares: list[tuple[int, float]], seen: float) -> float:
    """The variance that the factors bring: a day's factor moves what was sent too late to have passed that day."""
    younger = [0.0] * (len(development.noise) + 1)
    for age, share in shares:
        if 0 <= age < len(development.noise):
            younger[age + 1] += share
    moved = itertools.accumulate(younger)
    return sum(noise * (share / seen) ** 2 for noise, share in zip(development.noise, moved, strict=False))


def _possible(cohort: Cohort, denied: float, other: float) -> tuple[float, float]:
    """The rates between which the final one must lie: what is not decided will all be paid, or all be denied."""
    waiting = max(sum(cohort.sent.values()) - denied - other, 0.0)
    total = denied + other + waiting
    return (denied / total, (denied + waiting) / total) if total else (0.0, 1.0)


def _share(logit: float) -> float:
    return 1 / (1 + math.exp(-logit)) if logit > -700 else 0.0


def _t(count: int) -> float:
    """Student's t for 95 %, by the number of cohorts that told how far off one is."""
    return T_95[count - 1] if count <= len(T_95) else 1.96 + 2.7 / count
