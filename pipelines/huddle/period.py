"""The quarter of a pack, the one before it, and the year to its end; and how far the data reach into it."""

import dataclasses
import datetime
from typing import TYPE_CHECKING

from pipelines import words
from pipelines.errors import UsageError
from pipelines.measure import Scope, answer
from pipelines.months import between, first_of, last_of, shift
from pipelines.register import quarter_dates, quarter_of

if TYPE_CHECKING:
    import duckdb


@dataclasses.dataclass(frozen=True)
class Period:
    """A span of days by remittance, what it is called, and the data's first day and last payment date."""

    name: str  # 2026Q3, or 2026-10
    first: datetime.date
    last: datetime.date
    data_first: datetime.date | None
    data_last: datetime.date | None

    @property
    def scope(self) -> Scope:
        """The period whole: `denials kpi --from FIRST --to LAST` gives the same numbers."""
        return Scope(date_from=self.first, date_to=self.last)

    @property
    def before(self) -> Scope | None:
        """As many months before, up to the same day where this period is not over; None before the data begin."""
        months = between(self.first, self.last)
        start = shift(self.first, -months)
        if self.data_first is None or start < self.data_first.replace(day=1):
            return None
        end = self.first - datetime.timedelta(days=1)
        if self.is_open and self.data_last:
            end = min(end, shift(self.data_last, -months))
        return Scope(date_from=start, date_to=end)

    @property
    def year(self) -> Scope:
        """The twelve months that end with the period."""
        start = first_of(self.last, 11)
        return Scope(date_from=start, date_to=self.last)

    @property
    def is_open(self) -> bool:
        """The data end before the period does, but not before it begins."""
        return self.data_last is not None and self.first <= self.data_last < self.last

    @property
    def is_empty(self) -> bool:
        """The data end before the period begins, or there are none."""
        return self.data_last is None or self.data_last < self.first

    @property
    def is_quarter(self) -> bool:
        """A quarter, not a month."""
        return "Q" in self.name

    @property
    def unit(self) -> str:
        """Quarter or month."""
        return "quarter" if self.is_quarter else "month"

    @property
    def name_before(self) -> str:
        """The period before: 2026Q2 before 2026Q3, 2026-09 before 2026-10."""
        day = self.first - datetime.timedelta(days=1)
        return quarter_of(day) if self.is_quarter else f"{day:%Y-%m}"

    @property
    def words(self) -> str:
        """The period as people say it: `the third quarter of 2026`, `October 2026`."""
        if not self.is_quarter:
            return f"{self.first:%B %Y}"
        number = ("first", "second", "third", "fourth")[int(self.name[-1]) - 1]
        return f"the {number} quarter of {self.first.year}"

    @property
    def span(self) -> str:
        """Its first and last day."""
        return words.period(self.first, self.last)


def quarter_period(connection: "duckdb.DuckDBPyConnection", quarter: str) -> Period:
    """The quarter such as 2026Q3. Raises UsageError for what is none."""
    first, last = quarter_dates(quarter)
    return Period(quarter, first, last, *reach(connection))


def month_period(connection: "duckdb.DuckDBPyConnection", month: str) -> Period:
    """The month such as 2026-10. Raises UsageError for what is none, and for one of which there are no data."""
    try:
        first = datetime.datetime.strptime(f"{month}-01", "%Y-%m-%d").date()
    except ValueError as problem:
        raise UsageError(f"{month}: not a month, wanted one such as 2026-10") from problem
    found = Period(f"{first:%Y-%m}", first, last_of(first), *reach(connection))
    if found.data_last is None:
        raise UsageError(f"{month}: there is no month to write of, nothing was decided yet")
    if found.is_empty or (found.data_first and found.last < found.data_first):
        known = f"{found.data_first or found.data_last:%Y-%m} to {found.data_last:%Y-%m}"
        raise UsageError(f"{month}: nothing was decided in that month, wanted one of {known}")
    return found


def reach(connection: "duckdb.DuckDBPyConnection") -> tuple[datetime.date | None, datetime.date | None]:
    """The first and the last payment date of the data, or of its denial logs where it has no remittance."""
    (row,) = answer(connection, "select first_date, newest_payment_date, as_of_date from data_span", [])
    return row[0], row[1] or row[2]
