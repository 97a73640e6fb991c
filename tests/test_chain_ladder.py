"""Young cohorts completed: worked by hand, and against made-up cohorts of which the end is known."""

import dataclasses
import datetime
import random
import statistics
from collections import Counter

import pytest

from pipelines.chain_ladder import Cohort, Decided, Estimate, Ladder, cut

Day = datetime.date
START = Day(2025, 1, 1)
LENGTH = 28  # days of sending in a made-up month
SEED = 20261122


def decided(sent_on: Day, lag: int, denied: float, other: float) -> Decided:
    """Counts that are their own amounts."""
    return Decided(sent_on, lag, denied, other, denied, other)


def one_day(start: Day, *rows: tuple[int, float, float], sent: float = 100) -> Cohort:
    """A cohort sent on one day."""
    return Cohort(start, {start: sent}, [decided(start, *row) for row in rows])


def test_worked_by_hand() -> None:
    """Old cohorts had half of the denials and 80 % of the rest by day 10: 5 and 40 will be 10 and 50."""
    old = [one_day(START + datetime.timedelta(n), (10, 5, 72), (30, 5, 18)) for n in range(3)]
    young = one_day(START + datetime.timedelta(90), (10, 5, 40))
    found = Ladder([*old, young], young.last_day + datetime.timedelta(12)).estimate(3, [0, 1, 2])
    assert found is not None
    assert pytest.approx(10 / 60) == found.rate
    assert found.low < found.rate < found.high


def test_young_ones_count_only_where_they_were_watched() -> None:
    """A cohort of 12 days says nothing about day 30, and much about day 5: a third of what comes by day 10."""
    old = [one_day(START + datetime.timedelta(n), (10, 5, 50), (30, 5, 50)) for n in range(3)]
    middle = one_day(START + datetime.timedelta(90), (5, 40, 0), (10, 20, 0))
    young = one_day(START + datetime.timedelta(96), (5, 2, 40))
    found = Ladder([*old, middle, young], young.last_day + datetime.timedelta(6)).estimate(4, [0, 1, 2])
    assert found is None, "nothing that is not denied had ever come by day 6, so nothing can be said"
    old = [one_day(START + datetime.timedelta(n), (5, 0, 50), (10, 5, 0), (30, 5, 50)) for n in range(3)]
    found = Ladder([*old, middle, young], young.last_day + datetime.timedelta(6)).estimate(4, [0, 1, 2])
    assert found is not None
    by_day_6 = 40 / 75 * 0.5
    assert pytest.approx((2 / by_day_6) / (2 / by_day_6 + 80)) == found.rate


def test_too_few_mature() -> None:
    """With two mature cohorts nothing is estimated."""
    old = [one_day(START + datetime.timedelta(n), (10, 5, 72), (30, 5, 18)) for n in range(2)]
    young = one_day(START + datetime.timedelta(90), (10, 5, 40))
    assert Ladder([*old, young], Day(2025, 4, 20)).estimate(2, [0, 1]) is None
    assert Ladder([young], Day(2025, 4, 20)).estimate(0, []) is None


def test_nothing_left_to_come() -> None:
    """Where every claim sent is decided, the rate is what it is."""
    old = [one_day(START + datetime.timedelta(n), (10, 5, 72), (30, 5, 18)) for n in range(3)]
    young = one_day(START + datetime.timedelta(90), (2, 30, 70))
    assert Estimate(0.3, 0.3, 0.3) == Ladder([*old, young], Day(2025, 4, 20)).estimate(3, [0, 1, 2])


def test_no_denial_yet() -> None:
    """No denial so far is no proof of none: the range begins at 0 and does not end there."""
    old = [one_day(START + datetime.timedelta(n), (10, 5, 72), (30, 5, 18)) for n in range(3)]
    young = one_day(START + datetime.timedelta(90), (10, 0, 40))
    found = Ladder([*old, young], young.last_day + datetime.timedelta(12)).estimate(3, [0, 1, 2])
    assert found is not None
    assert (0, 0, True) == (found.rate, found.low, 0.01 < found.high < 0.4)


@dataclasses.dataclass
class World:
    """How made-up cohorts behave."""

    rate: float = 0.1
    claims: int = 400
    denied_days: float = 30  # mean days until a denial
    other_days: float = 18
    drift: float = 0.0  # how much faster or slower whole months are
    months: int = 12
    chance: random.Random = dataclasses.field(default_factory=lambda: random.Random(SEED))

    def cohort(self, number: int) -> Cohort:
        """A month as it will be in the end; 3 % are never decided."""
        first = START + datetime.timedelta(number * LENGTH)
        speed = self.chance.lognormvariate(0, self.drift)
        sent: Counter[Day] = Counter()
        counts: Counter[tuple[Day, int, bool]] = Counter()
        for _ in range(self.claims):
            day = first + datetime.timedelta(self.chance.randrange(LENGTH))
            sent[day] += 1
            is_denied = self.chance.random() < self.rate
            mean = self.denied_days if is_denied else self.other_days
            if self.chance.random() > 0.03:
                counts[day, 5 + int(speed * self.chance.gammavariate(2, (mean - 5) / 2)), is_denied] += 1
        keys = sorted({(day, lag) for day, lag, _ in counts})
        rows = [decided(day, lag, counts[day, lag, True], counts[day, lag, False]) for day, lag in keys]
        return Cohort(first + datetime.timedelta(LENGTH - 1), sent, rows)

    def trial(self, age: int) -> tuple[float, float, Estimate]:
        """The final rate of the youngest month, its rate as seen at this age, and the estimate made then."""
        whole = [self.cohort(number) for number in range(self.months)]
        as_of = whole[-1].last_day + datetime.timedelta(age)
        known = [cut(one, as_of) for one in whole]
        mature = [place for place, one in enumerate(known) if (as_of - one.last_day).days >= 90]
        estimate = Ladder(known, as_of).estimate(self.months - 1, mature)
        assert estimate is not None
        return _rate(whole[-1]), _rate(known[-1]), estimate


def _rate(cohort: Cohort) -> float:
    denied, other = (sum(row[column] for row in cohort.decided) for column in (2, 3))
    return float(denied / (denied + other))


TRIALS = 40
WORLDS = {
    "plain": (World(), 15),
    "months of different speed": (World(drift=0.15), 20),
    "few claims": (World(claims=80), 25),
    "denials come first": (World(denied_days=14), 5),
}


@pytest.mark.parametrize(("world", "age"), WORLDS.values(), ids=WORLDS)
def test_estimate_and_range(world: World, age: int) -> None:
    """On average the estimate is off by nothing, the rate as seen is off; of the ranges about 95 % hold the truth."""
    trials = [world.trial(age) for _ in range(TRIALS)]
    off = [estimate.rate - final for final, _, estimate in trials]
    misled = [seen - final for final, seen, _ in trials]
    error = statistics.stdev(off) / TRIALS**0.5
    held = sum(estimate.low <= final <= estimate.high for final, _, estimate in trials)
    assert abs(statistics.mean(off)) < 3 * error
    assert abs(statistics.mean(misled)) > 3 * statistics.stdev(misled) / TRIALS**0.5
    assert 0.85 * TRIALS <= held


def test_ranges_are_not_merely_wide() -> None:
    """The range of a cohort of 400 claims shrinks with its age: 20 days after its end it spans a few points."""
    world = World()
    young, older = ([world.trial(age)[2] for _ in range(8)] for age in (3, 25))
    spans = [statistics.mean(one.high - one.low for one in found) for found in (young, older)]
    assert spans[1] < 0.07 < spans[0] < 0.25
