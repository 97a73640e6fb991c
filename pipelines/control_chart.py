"""When a share by month is more than its usual coming and going: a p-chart, with Laney's correction where it is needed.

Centre and limits are learnt from a baseline: the months that a person froze, else those before the first change that is
live in a settled month and has 12 before it (at most the last 24), else the first settled ones, 12 to 24 of them, but
never the newest while there are 12 others: what is asked about a month is not answered by that month. Around the centre
p lies sigma = sqrt(p (1 - p) / n), which differs by month with n, and limits lie three of them away.

Many months are further apart than a throw of dice would put them, and a plain p-chart of large practices cries wolf
each month. Laney (2002): z is each baseline month's distance in sigmas, sigma_z the mean of the steps between
neighbouring z, over 1.128; limits lie three sigma x sigma_z away. It is applied where sigma_z exceeds 1 only: nothing
that is counted varies less than dice do, and a smaller estimate from so few months is chance that would narrow limits.

Two rules, and no others, because each further one raises false alarms:
- a month beyond a limit, if at least 5 cases make it so: of fewer, one case more or less would decide;
- a shift: more months in a row on one side of the centre than round(log2(n)) + 3 of n months (Anhoej and Olesen 2014),
  where an average month has at least 5 cases: of a rare thing most months have none and lie below the mean.
Too few crossings of the centre, their other rule, is left out: it names no month that one could open.
"""

import dataclasses
import datetime
import itertools
import math
from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

from pipelines.words import TOO_FEW

FEWEST_MONTHS = 12  # in a baseline; with fewer there are no limits
SETTLED_MONTHS = 20  # in a baseline; up to so many its limits are provisional
MOST_MONTHS = 24  # of a baseline that nobody froze: later months are held against these until a person says otherwise
FEWEST_CASES = 5
SIGMAS = 3.0
STEP = 1.128  # mean distance of two draws from a normal distribution, in standard deviations

ABOVE, BELOW, SHIFT_ABOVE, SHIFT_BELOW = "above", "below", "shift_above", "shift_below"
RULES = {
    ABOVE: "above its upper limit",
    BELOW: "below its lower limit",
    SHIFT_ABOVE: "in a long run above the centre",
    SHIFT_BELOW: "in a long run below the centre",
}
WORSE = {"lower": (ABOVE, SHIFT_ABOVE), "higher": (BELOW, SHIFT_BELOW)}  # by which way is better


class Span(NamedTuple):
    """Months from the first to the last, both included; each is the first day of its month."""

    first: datetime.date
    last: datetime.date

    def holds(self, month: datetime.date) -> bool:
        """Whether the month is one of them."""
        return self.first <= month <= self.last


class Point(NamedTuple):
    """What was counted in one month; `unsettled` says why the month is not judged yet, '' where it is."""

    month: datetime.date
    numerator: int
    denominator: int
    unsettled: str = ""


@dataclasses.dataclass(frozen=True)
class Mark:
    """One month on the chart: its share, its limits, and the rules that it breaks. Shares lie between 0 and 1.

    `z` is the distance from the centre in the chart's own sigmas, None where the centre is 0 or 1. Months of too few
    and unsettled ones have a place on the chart, but no signal, and no part in the baseline.
    """

    month: datetime.date
    numerator: int
    denominator: int
    unsettled: str
    is_baseline: bool
    lower: float | None = None
    upper: float | None = None
    z: float | None = None
    signals: tuple[str, ...] = ()

    @property
    def rate(self) -> float | None:
        """The share; None where nothing was counted."""
        return self.numerator / self.denominator if self.denominator > 0 else None

    @property
    def is_few(self) -> bool:
        """The denominator is too small for a rate."""
        return self.denominator < TOO_FEW

    @property
    def is_judged(self) -> bool:
        """The month is held against the limits."""
        return not self.unsettled and not self.is_few


@dataclasses.dataclass(frozen=True)
class Run:
    """Neighbouring judged months that break the same rule."""

    signal: str
    first: datetime.date
    last: datetime.date
    months: int


@dataclasses.dataclass(frozen=True)
class Chart:
    """Months in order with what they are held against; without a baseline the centre and all limits are None.

    `status` is none, provisional or settled. `sigma_z` is Laney's, and applied (`is_laney`) above 1 only; a run of more
    than `longest_run` months on one side is a shift. `runs` are of all months, whichever of them are shown as marks.
    """

    status: str
    centre: float | None
    sigma_z: float | None
    longest_run: int
    baseline: Span | None
    baseline_months: int
    is_frozen: bool
    marks: tuple[Mark, ...]
    runs: tuple[Run, ...] = ()

    @property
    def is_laney(self) -> bool:
        """The months are further apart than dice would put them, and the limits are wider for it."""
        return self.sigma_z is not None and self.sigma_z > 1

    @property
    def latest(self) -> Mark | None:
        """The newest month that is judged."""
        return next((mark for mark in reversed(self.marks) if mark.is_judged), None)

    @property
    def current(self) -> tuple[Run, ...]:
        """The runs that the newest judged month belongs to."""
        return tuple(run for run in self.runs if self.latest and run.first <= self.latest.month <= run.last)

    def within(self, first: datetime.date | None, last: datetime.date | None) -> "Chart":
        """The same limits and runs, with the marks of the months that these days touch."""
        shown = [
            mark
            for mark in self.marks
            if (first is None or mark.month >= first.replace(day=1)) and (last is None or mark.month <= last)
        ]
        return dataclasses.replace(self, marks=tuple(shown))


def p_chart(
    points: Sequence[Point],
    baseline: Span | None = None,
    left_out: Collection[datetime.date] = (),
    go_lives: Collection[datetime.date] = (),
) -> Chart:
    """The chart of these months. A `baseline` freezes what limits are learnt from, else a day of `go_lives` may.

    Months `left_out` teach nothing in either case.
    """
    marks = [Mark(*point, is_baseline=False) for point in sorted(points)]
    usable = [mark.month for mark in marks if mark.is_judged and mark.month not in left_out]
    months, is_frozen = _baseline(usable, baseline, go_lives)
    marks = [dataclasses.replace(mark, is_baseline=mark.month in months) for mark in marks]
    learnt = [mark for mark in marks if mark.is_baseline]
    span = Span(learnt[0].month, learnt[-1].month) if learnt else None
    if len(learnt) < FEWEST_MONTHS:
        return Chart("none", None, None, 0, span, len(learnt), is_frozen, tuple(marks))
    centre = sum(mark.numerator for mark in learnt) / sum(mark.denominator for mark in learnt)
    sigma_z = laney(learnt, centre)
    marks = [_with_limits(mark, centre, max(1.0, sigma_z or 1.0)) for mark in marks]
    longest = longest_run(sum(mark.is_judged and mark.rate != centre for mark in marks))
    if _cases(learnt) >= FEWEST_CASES * len(learnt):
        marks = _with_shifts(marks, centre, longest)
    status = "settled" if len(learnt) > SETTLED_MONTHS else "provisional"
    runs = tuple(run for signal in RULES for run in _runs(marks, signal))
    return Chart(status, centre, sigma_z, longest, span, len(learnt), is_frozen, tuple(marks), runs)


def sigma_of(centre: float, denominator: int) -> float:
    """The standard deviation that chance gives the share of so many; 0 where the centre is 0 or 1."""
    return math.sqrt(centre * (1 - centre) / denominator) if denominator > 0 else 0.0


def longest_run(months: int) -> int:
    """The longest run on one side of the centre that is nothing unusual among so many months."""
    return round(math.log2(months)) + 3 if months else 0


def _baseline(
    usable: Sequence[datetime.date], baseline: Span | None, go_lives: Collection[datetime.date]
) -> tuple[set[datetime.date], bool]:
    """The months that limits are learnt from, of those that can be used, and whether they are frozen."""
    if baseline is not None:
        return {month for month in usable if baseline.holds(month)}, True
    for day in sorted(go_lives):
        before = [month for month in usable if month < day.replace(day=1)]
        if FEWEST_MONTHS <= len(before) < len(usable):  # what is not live yet has nothing to be held against it
            return set(before[-MOST_MONTHS:]), True
    return set(usable[: min(MOST_MONTHS, max(FEWEST_MONTHS, len(usable) - 1))]), False


def _cases(learnt: Sequence[Mark]) -> int:
    """How often the rarer of the two happened: the thing counted, or that it did not happen."""
    numerator, denominator = sum(mark.numerator for mark in learnt), sum(mark.denominator for mark in learnt)
    return min(numerator, denominator - numerator)


def laney(learnt: Sequence[Mark], centre: float) -> float | None:
    """How much further apart the months are than dice would put them; None where the centre is 0 or 1."""
    if not 0 < centre < 1:
        return None
    z = [((mark.rate or 0.0) - centre) / sigma_of(centre, mark.denominator) for mark in learnt]
    steps = [abs(later - earlier) for earlier, later in itertools.pairwise(z)]
    return sum(steps) / len(steps) / STEP


def _with_limits(mark: Mark, centre: float, stretch: float) -> Mark:
    if mark.rate is None:
        return mark
    sigma = sigma_of(centre, mark.denominator) * stretch
    lower, upper = max(0.0, centre - SIGMAS * sigma), min(1.0, centre + SIGMAS * sigma)
    signals: tuple[str, ...] = ()
    if mark.is_judged and mark.rate > upper and mark.numerator >= FEWEST_CASES:
        signals = (ABOVE,)
    elif mark.is_judged and mark.rate < lower and mark.denominator - mark.numerator >= FEWEST_CASES:
        signals = (BELOW,)
    z = (mark.rate - centre) / sigma if sigma else None
    return dataclasses.replace(mark, lower=lower, upper=upper, z=z, signals=signals)


def _with_shifts(marks: Sequence[Mark], centre: float, longest: int) -> list[Mark]:
    """Each month of a run that is too long says so; one on the centre itself neither breaks a run nor belongs to it."""
    found: dict[datetime.date, str] = {}
    sides = [(mark.month, mark.rate > centre) for mark in marks if mark.is_judged and mark.rate not in (None, centre)]
    run: list[tuple[datetime.date, bool]] = []
    for month, is_above in sides:
        run = [*run, (month, is_above)] if run and run[-1][1] == is_above else [(month, is_above)]
        if len(run) > longest:
            found.update((one, SHIFT_ABOVE if is_above else SHIFT_BELOW) for one, _ in run)
    return [
        dataclasses.replace(mark, signals=(*mark.signals, found[mark.month])) if mark.month in found else mark
        for mark in marks
    ]


def _runs(marks: Sequence[Mark], signal: str) -> Iterator[Run]:
    """Neighbouring judged months with this signal, the oldest first."""
    run: list[datetime.date] = []
    for mark in (mark for mark in marks if mark.is_judged):
        if signal in mark.signals:
            run.append(mark.month)
        elif run and not (signal in (SHIFT_ABOVE, SHIFT_BELOW) and mark.z == 0):
            yield Run(signal, run[0], run[-1], len(run))
            run = []
    if run:
        yield Run(signal, run[0], run[-1], len(run))
