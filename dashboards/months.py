"""Spans of months as people compare them: as many before, the same days of them, whole or cut."""

import calendar
import dataclasses
import datetime

from pipelines.measure import Scope
from pipelines.months import between, first_of, shift


def before(scope: Scope, first_day: datetime.date | None) -> Scope | None:
    """As many months just before the scope's, ending at the same day of the month; None if the data begins later."""
    if scope.date_from is None or scope.date_to is None:
        return None
    months = between(scope.date_from, scope.date_to)
    start = shift(scope.date_from, -months)
    if first_day is None or start < first_day.replace(day=1):
        return None
    return dataclasses.replace(scope, date_from=start, date_to=_end_before(scope.date_to, months))


def is_month_end(day: datetime.date) -> bool:
    """Whether the day is the last of its month."""
    return day.day == calendar.monthrange(day.year, day.month)[1]


def is_open(month: datetime.date, end: datetime.date) -> bool:
    """Whether the month was not over on the last day of the view."""
    return month == end.replace(day=1) and not is_month_end(end)


def _end_before(day: datetime.date, months: int) -> datetime.date:
    """The same day so many months before; a month's end stays a month's end."""
    if is_month_end(day):
        return first_of(day, months - 1) - datetime.timedelta(days=1)
    return shift(day, -months)
