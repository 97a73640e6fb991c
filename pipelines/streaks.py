"""Weeks without a denial of a chosen kind: the run that is going on, the longest one, and the last denial.

The kind is the numerator of a KPI (all denied lines, medical necessity), narrowed by the categories and root causes of
the scope. Weeks begin on Monday and are those of the first adjudication's payment date, whatever the scope's clock: a
claim sent last week may yet be denied, one that was answered is what it is. A week in which nothing was adjudicated
neither breaks a run nor counts; nor does the week that is not over, unless it has a denial. Runs are of all dates that
the data hold, whatever the dates of the scope.
"""

import dataclasses
import datetime
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from pipelines import words
from pipelines.errors import UsageError
from pipelines.kpis import DIMENSIONS, KPIS
from pipelines.maturity import day_reached
from pipelines.measure import Key, known, measure
from pipelines.scope import Scope

if TYPE_CHECKING:
    import duckdb

ADJUDICATED = "denial_rate_lines"  # whose denominator is what was adjudicated
FREE, DENIED, EMPTY, RUNNING = "free", "denied", "empty", "running"
WEEK = datetime.timedelta(7)

Days = Mapping[datetime.date, int]


@dataclasses.dataclass(frozen=True)
class Week:
    """One week: lines adjudicated, denials of the kind, and its state: free, denied, empty or running."""

    monday: datetime.date
    adjudicated: int
    denied: int
    state: str


@dataclasses.dataclass(frozen=True)
class Run:
    """So many free weeks; the Mondays of the first and the last of them, None where there is none."""

    weeks: int = 0
    first: datetime.date | None = None
    last: datetime.date | None = None


@dataclasses.dataclass(frozen=True)
class Streak:
    """The run up to now, the longest (the first of equals), and the weeks that they are made of, the oldest first."""

    current: Run
    longest: Run
    last_denial: datetime.date | None
    weeks: tuple[Week, ...]

    @property
    def counted(self) -> int:
        """Weeks with adjudications that are over."""
        return sum(week.state in (FREE, DENIED) for week in self.weeks)

    @property
    def free(self) -> int:
        """Of them, weeks without a denial."""
        return sum(week.state == FREE for week in self.weeks)

    @property
    def is_record(self) -> bool:
        """No run before was as long as the one up to now."""
        return self.current.weeks > 0 and self.current.first == self.longest.first

    @property
    def said(self) -> str:
        """The run up to now in words."""
        if not self.counted:
            return "no week with adjudications yet"
        ago = "none on record" if self.last_denial is None else f"the last on {words.day(self.last_denial)}"
        record = ", the longest run yet" if self.is_record and self.current.weeks > 1 else ""
        return f"{words.counted(self.current.weeks, 'week')} without one{record}; {ago}"


def streak(connection: "duckdb.DuckDBPyConnection", kpi: str = "denied_lines", scope: Scope | None = None) -> Streak:
    """The weeks without what the KPI counts, in this scope. Raises UsageError for a KPI that counts no denials."""
    return streaks(connection, (), kpi, scope).get((), Streak(Run(), Run(), None, ()))


def streaks(
    connection: "duckdb.DuckDBPyConnection",
    by: Sequence[str],
    kpi: str = "denied_lines",
    scope: Scope | None = None,
) -> dict[Key, Streak]:
    """The same in every cell of `by` in which anything was adjudicated; by a reason, in those that ever occurred."""
    one = known(KPIS, kpi, "KPI")
    is_counted = one.fact in ("line_fact", "claim_fact") and one.numerator.endswith("_count")
    if not is_counted or one.better != "lower":
        raise UsageError(f"{kpi}: counts no denied lines or claims, so no week is free of it")
    whole = dataclasses.replace(scope or Scope(), date_from=None, date_to=None, clock="remittance")
    plain = [name for name in by if not DIMENSIONS[name].is_reason]
    denied = _by_day(connection, kpi, by, whole, of_whole=False)
    adjudicated = _by_day(connection, ADJUDICATED, plain, whole, of_whole=True)
    as_of = day_reached(connection)
    found = {}
    for key in sorted({*denied, *(adjudicated if len(plain) == len(by) else ())}, key=str):
        part = tuple(value for name, value in zip(by, key, strict=True) if name in plain)
        found[key] = _streak(adjudicated.get(part, {}), denied.get(key, {}), as_of)
    return found


def _by_day(
    connection: "duckdb.DuckDBPyConnection", kpi: str, by: Sequence[str], scope: Scope, of_whole: bool
) -> dict[Key, dict[datetime.date, int]]:
    """Numerator, or denominator, of every cell and day that has any."""
    cells: dict[Key, dict[datetime.date, int]] = {}
    for found in measure(connection, [kpi], ["payment_date", *by], scope):
        day, *key = found.dimensions.values()
        count = int((found.denominator if of_whole else found.numerator) or 0)
        if count and isinstance(day, datetime.date):
            cells.setdefault(tuple(key), {})[day] = count
    return cells


def _streak(adjudicated: Days, denied: Days, as_of: datetime.date) -> Streak:
    weeks = tuple(_weeks(adjudicated, denied, as_of))
    runs: list[Run] = [Run()]
    for week in weeks:
        if week.state == DENIED:
            runs.append(Run())
        elif week.state == FREE:
            runs[-1] = Run(runs[-1].weeks + 1, runs[-1].first or week.monday, week.monday)
    last = max((day for day in denied if day <= as_of), default=None)
    return Streak(runs[-1], max(runs, key=lambda run: run.weeks), last, weeks)


def _weeks(adjudicated: Days, denied: Days, as_of: datetime.date) -> Iterable[Week]:
    """Every week from the first with anything to the one of the last day of the data."""
    wholes, parts = _weekly(adjudicated, as_of), _weekly(denied, as_of)
    monday = min([*wholes, *parts], default=None)
    while monday is not None and monday <= as_of:
        whole, part = wholes.get(monday, 0), parts.get(monday, 0)
        is_over = monday + WEEK - datetime.timedelta(1) <= as_of
        state = DENIED if part else RUNNING if not is_over else FREE if whole else EMPTY
        yield Week(monday, whole, part, state)
        monday += WEEK


def _weekly(days: Days, as_of: datetime.date) -> Days:
    """Monday -> what its week holds; a day after the end of the data is a typing error."""
    sums: dict[datetime.date, int] = defaultdict(int)
    for day, count in days.items():
        if day <= as_of:
            sums[day - datetime.timedelta(day.weekday())] += count
    return sums
