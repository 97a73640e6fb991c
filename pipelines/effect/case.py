"""What judging one change looks at: its table, its months, and the changes that share lines with it."""

import dataclasses
import datetime
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from pipelines.effect.cells import Table, cohorts_of, mature_months, table, wash_in_to
from pipelines.effect.overlap import overlaps
from pipelines.effect.result import AFTER, BEFORE, Counts, Overlap, Settings
from pipelines.effect.rows import Flags
from pipelines.maturity import MATURE_DAYS, Cohort
from pipelines.measure import answer
from pipelines.months import first_of, last_of
from pipelines.trend import FOLLOWED, FOLLOWED_DAYS

if TYPE_CHECKING:
    import duckdb

    from pipelines.register import Change

LEAST_AFTER = 3  # mature months after the wash-in
LEAST_DAYS = 14  # of a month after the wash-in: with fewer it does not count as one
LONGEST_BASELINE = 24


@dataclasses.dataclass(frozen=True)
class Case:
    """What judging one change looks at; `keep` are the rows of mature months before and after."""

    change: "Change"
    settings: Settings
    table: Table
    cohorts: dict[datetime.date, Cohort]
    mature: set[datetime.date]
    as_of: datetime.date
    keep: Flags
    overlaps: tuple[Overlap, ...] = ()

    @property
    def before(self) -> Flags:
        """Rows of the baseline."""
        return self.keep & self.table.is_phase(BEFORE)

    @property
    def after(self) -> Flags:
        """Rows after the wash-in."""
        return self.keep & self.table.is_phase(AFTER)

    def months(self, rows: Flags) -> list[datetime.date]:
        """The months in which treated lines of these rows were sent."""
        return [self.table.months[place] for place in np.unique(self.table.month[rows & self.table.treated])]


def case_of(
    connection: "duckdb.DuckDBPyConnection", change: "Change", others: Sequence["Change"], settings: Settings
) -> Case:
    """The data of the change; another change counts once it is live within them."""
    ((as_of, first_date),) = answer(connection, "select max(as_of_date), min(first_date) from data_span", [])
    as_of = as_of or datetime.date.min
    others = [other for other in others if other.change_id != change.change_id and other.go_live <= as_of]
    found = table(connection, change, others, settings.denial_scope)
    cohorts = cohorts_of(connection, change)
    mature = settled_months(change, cohorts)
    first = max(first_of(change.go_live, LONGEST_BASELINE), (first_date or datetime.date.min).replace(day=1))
    recent = found.is_month({month for month in mature if month >= first})
    keep = recent & found.is_phase(BEFORE, AFTER)
    return Case(change, settings, found, cohorts, mature, as_of, keep, overlaps(connection, change, others))


def settled_months(change: "Change", cohorts: dict[datetime.date, Cohort]) -> set[datetime.date]:
    """Months that can be judged; what becomes of a denial has to be followed for longer than a first decision."""
    mature = mature_months(cohorts)
    return mature & mature_months(cohorts, FOLLOWED_DAYS) if change.kpi in FOLLOWED else mature


def counts_of(case: Case) -> Counts:
    """The four corners."""
    flags = case.table.treated
    parts = (case.before & flags, case.after & flags, case.before & ~flags, case.after & ~flags)
    return Counts(*(case.table.arm(part) for part in parts))


def can_judge_from(change: "Change") -> datetime.date:
    """The day on which the third month after the wash-in is mature, at the latest."""
    first = wash_in_to(change) + datetime.timedelta(days=1)
    late = days_after(change, first.replace(day=1)) < LEAST_DAYS
    third = first_of(first, -(LEAST_AFTER - 1 + late))
    return last_of(third) + datetime.timedelta(days=FOLLOWED_DAYS if change.kpi in FOLLOWED else MATURE_DAYS)


def days_after(change: "Change", month: datetime.date) -> int:
    """How many days of this month lie after the wash-in."""
    return max(0, (last_of(month) - max(wash_in_to(change), month - datetime.timedelta(days=1))).days)


def months_after(change: "Change", months: Sequence[datetime.date]) -> float:
    """How long these months are, of the first only what lies after the wash-in."""
    return sum(days_after(change, month) / last_of(month).day for month in months)
