"""Months as people compare them: so many before, the same days of them, whole or cut."""

import calendar
import dataclasses
import datetime

from pipelines.measure import Scope


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


def first_of(day: datetime.date, months_back: int = 0) -> datetime.date:
    """The first day of the month so many months before the day's."""
    return shift(day.replace(day=1), -months_back)


def last_of(day: datetime.date) -> datetime.date:
    """The last day of the day's month."""
    return first_of(day, -1) - datetime.timedelta(days=1)


def between(first: datetime.date, last: datetime.date) -> int:
    """How many months the two days touch, both included."""
    return (last.year - first.year) * 12 + last.month - first.month + 1


def shift(day: datetime.date, months: int) -> datetime.date:
    """The same day so many months later; the month's last where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return datetime.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _end_before(day: datetime.date, months: int) -> datetime.date:
    """The same day so many months before; a month's end stays a month's end."""
    if is_month_end(day):
        return first_of(day, months - 1) - datetime.timedelta(days=1)
    return shift(day, -months)
