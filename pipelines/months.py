"""Days and months reckoned as people do: a month's first and last day, months between, the same day months later."""

import calendar
import datetime

from pipelines.errors import UsageError


def day(text: str, option: str = "") -> datetime.date:
    """The day as typed; UsageError, which names the option, for what is none."""
    try:
        return datetime.date.fromisoformat(text)
    except ValueError as problem:
        raise UsageError(f"{option} {text}: not a date, wanted YYYY-MM-DD".strip()) from problem


def first_of(day: datetime.date, months_back: int = 0) -> datetime.date:
    """The first day of the month so many months before the day's."""
    return shift(day.replace(day=1), -months_back)


def last_of(day: datetime.date) -> datetime.date:
    """The last day of the day's month."""
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def between(first: datetime.date, last: datetime.date) -> int:
    """How many months the two days touch, both included."""
    return (last.year - first.year) * 12 + last.month - first.month + 1


def shift(day: datetime.date, months: int) -> datetime.date:
    """The same day so many months later; the month's last where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return datetime.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
