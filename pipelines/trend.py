"""A share by month with its control limits: which months are judged, what the limits are learnt from, what they say.

The dates of a scope choose which months are shown; limits are learnt from all months, so that they stay the same
whatever period one looks at. Months are whole ones, also where the dates cut them.

Not judged, and not learnt from: a month that is not over; by submission one that is still adjudicating (maturity.py)
and those sent before the first remittance that is here, of which only the slow decisions are seen; for what becomes of
a denial later, a month that ended less than 180 days ago (our choice: appeals and corrections take months).

A share of dollars has no limits: dollars are no trials, one large claim moves it, and limits that ignore n would be
another chart beside this one. Its lines or claims have limits.
"""

import dataclasses
import datetime
from collections.abc import Collection, Iterator, Sequence
from typing import TYPE_CHECKING

from pipelines import words
from pipelines.control_chart import ABOVE, BELOW, FEWEST_MONTHS, RULES, Chart, Point, Run, Span, p_chart
from pipelines.errors import UsageError
from pipelines.kpis import DIMENSIONS, KPIS, is_by_submission
from pipelines.maturity import day_reached, mature_from
from pipelines.measure import Key, answer, known, measure
from pipelines.months import last_of
from pipelines.scope import Scope

if TYPE_CHECKING:
    import duckdb

FOLLOWED_DAYS = 180
FOLLOWED = ("overturned_share", "overturn_rate", "appeal_rate", "never_resubmitted_share", "final_denial_rate")
DECIDED_BY = ("payer", "payer_class", "provider", "place_of_service")  # what the speed of a decision is known by
MOST_NAMED = 2  # runs that a title names

Counts = dict[datetime.date, tuple[int, int]]  # month -> numerator, denominator


@dataclasses.dataclass(frozen=True)
class Trend:
    """One KPI by month; `reason` says in words why there are no limits, '' where there are."""

    kpi: str
    scope: Scope
    chart: Chart
    reason: str = ""

    @property
    def said(self) -> str:
        """What the chart says, as a title: how many of the months shown lie within limits, and which do not."""
        if self.reason:
            return self.reason
        judged = [mark for mark in self.chart.marks if mark.is_judged]
        within = sum(not {ABOVE, BELOW} & set(mark.signals) for mark in judged)
        runs = list(_shown(self.chart))
        named = [_run_words(run) for run in runs[:MOST_NAMED]]
        more = [f"{len(runs) - MOST_NAMED} more"] if len(runs) > MOST_NAMED else []
        months = words.counted(len(judged), "month")
        how_many = f"all {months}" if 1 < within == len(judged) else f"{within} of {months}"
        return "; ".join([f"{how_many} within limits", *named, *more])


def trend(
    connection: "duckdb.DuckDBPyConnection",
    kpi: str,
    scope: Scope | None = None,
    baseline: Span | None = None,
    left_out: Collection[datetime.date] = (),
    go_lives: Collection[datetime.date] = (),
) -> Trend:
    """The trend of a KPI in this scope; `baseline`, `left_out` and `go_lives` as in `p_chart`.

    Raises UsageError for a KPI that is no share of things counted.
    """
    scope = scope or Scope()
    points = series(connection, kpi, (), scope).get((), [])
    chart = p_chart(points, baseline, left_out, go_lives)
    return Trend(kpi, scope, chart.within(scope.date_from, scope.date_to), _reason(chart))


def has_limits(kpi: str) -> bool:
    """Whether the KPI is a share of things counted."""
    one = known(KPIS, kpi, "KPI")
    return one.unit == "share" and one.numerator.endswith("_count")


def series(
    connection: "duckdb.DuckDBPyConnection", kpi: str, by: Sequence[str], scope: Scope
) -> dict[Key, list[Point]]:
    """What was counted month by month in every cell of `by`, over all dates; months in which nothing was are absent."""
    if not has_limits(kpi):
        raise UsageError(f"{kpi}: control limits are for shares of claims or lines, this is none")
    whole = dataclasses.replace(scope, date_from=None, date_to=None)
    counts = _counts(connection, kpi, by, whole)
    unsettled = _Unsettled(connection, kpi, by, whole)
    return {
        key: [Point(month, *both, unsettled.why(key, month)) for month, both in sorted(months.items())]
        for key, months in counts.items()
    }


def _reason(chart: Chart) -> str:
    if chart.status != "none":
        return ""
    needed = f"limits need {FEWEST_MONTHS} settled months of {words.TOO_FEW} or more"
    return f"{needed}{' in the frozen baseline' if chart.is_frozen else ''}; there are {chart.baseline_months}"


def _shown(chart: Chart) -> Iterator[Run]:
    """The runs that the shown months belong to, the newest first."""
    months = [mark.month for mark in chart.marks]
    for run in sorted(chart.runs, key=lambda run: (run.last, run.first), reverse=True):
        if any(run.first <= month <= run.last for month in months):
            yield run


def _run_words(run: Run) -> str:
    months = words.month(run.first) if run.months == 1 else f"{words.month(run.first)} to {words.month(run.last)}"
    return f"{months} {RULES[run.signal]}"


def _counts(connection: "duckdb.DuckDBPyConnection", kpi: str, by: Sequence[str], scope: Scope) -> dict[Key, Counts]:
    """Numerator and denominator of every cell and month; by a reason, months without a denial have a 0."""
    found = measure(connection, [kpi], ["month", *by], scope)
    cells: dict[Key, Counts] = {}
    for one in found:
        month, *key = one.dimensions.values()
        if isinstance(month, datetime.date):
            cells.setdefault(tuple(key), {})[month] = (int(one.numerator), int(one.denominator or 0))
    plain = [name for name in by if not DIMENSIONS[name].is_reason]
    if len(plain) == len(by) or KPIS[kpi].splits_both:
        return cells
    wholes = _counts(connection, kpi, plain, scope)
    return {key: _filled(months, wholes.get(_part(key, by, plain), {})) for key, months in cells.items()}


def _filled(months: Counts, wholes: Counts) -> Counts:
    return {month: (months.get(month, (0, 0))[0], below) for month, (_, below) in wholes.items()}


def _part(key: Key, by: Sequence[str], names: Sequence[str]) -> Key:
    return tuple(part for name, part in zip(by, key, strict=True) if name in names)


class _Unsettled:
    """Knows why a month of a cell is not judged yet."""

    def __init__(self, connection: "duckdb.DuckDBPyConnection", kpi: str, by: Sequence[str], scope: Scope) -> None:
        self.by, self.as_of = by, day_reached(connection)
        self.is_followed = kpi in FOLLOWED
        self.is_by_submission = is_by_submission(KPIS[kpi].fact, scope.clock)
        self.decided_by = [name for name in by if name in DECIDED_BY]
        if self.is_by_submission:
            (found,) = answer(connection, "select min(first_date) from data_span", [])
            self.first_month = (found[0] or datetime.date.min).replace(day=1)
            self.mature = mature_from(connection, scope, self.decided_by)

    def why(self, key: Key, month: datetime.date) -> str:
        """'' where the month is judged."""
        age = (self.as_of - last_of(month)).days
        if age < 0:
            return "not over"
        if self.is_followed and age < FOLLOWED_DAYS:
            return "still being followed"
        if not self.is_by_submission:
            return ""
        if month < self.first_month:
            return "before the first remittance"
        months = self.mature.get(_part(key, self.by, self.decided_by), {})
        young = (other for other, is_mature in months.items() if not is_mature)
        return "still adjudicating" if month >= min(young, default=datetime.date.max) else ""
