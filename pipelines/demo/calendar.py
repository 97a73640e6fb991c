"""The demo's days: whole months up to a fixed end, workdays, and the dates on which the planted facts begin."""

import datetime
from dataclasses import dataclass
from functools import lru_cache

from pipelines.demo.parameters import Parameters

FULL_SPAN = 24  # months that the planted months are counted in; a shorter demo shrinks them alike


@dataclass(frozen=True, slots=True)
class Span:
    """First and last day of the demo as proleptic ordinals, and its length in months."""

    first: int
    last: int
    months: int

    def month_start(self, month: int) -> int:
        """The first day of the month of this number, the first being 1."""
        day = datetime.date.fromordinal(self.first)
        months = day.year * 12 + day.month - 1 + month - 1
        return datetime.date(months // 12, months % 12 + 1, 1).toordinal()

    def planted_month(self, parameters: Parameters, key: str) -> int:
        """The month in which a planted fact begins, shrunk with the span."""
        return round((parameters.number("planted", key) - 1) * self.months / FULL_SPAN) + 1


def span(end: datetime.date, months: int) -> Span:
    """The whole months that end with the month of `end`; the last day is `end` itself."""
    index = end.year * 12 + end.month - 1 - (months - 1)
    return Span(datetime.date(index // 12, index % 12 + 1, 1).toordinal(), end.toordinal(), months)


def workday(day: int) -> int:
    """The day itself, or the Monday after a weekend."""
    return day + (0, 0, 0, 0, 0, 2, 1)[(day - 1) % 7]


def is_workday(day: int) -> bool:
    """True from Monday to Friday."""
    return (day - 1) % 7 < 5


@lru_cache(maxsize=4096)
def compact(day: int) -> str:
    """CCYYMMDD."""
    return datetime.date.fromordinal(day).strftime("%Y%m%d")


@lru_cache(maxsize=4096)
def iso(day: int) -> str:
    """CCYY-MM-DD."""
    return datetime.date.fromordinal(day).isoformat()


@lru_cache(maxsize=4096)
def american(day: int) -> str:
    """Month/day/short year without leading zeros, as people type it."""
    date = datetime.date.fromordinal(day)
    return f"{date.month}/{date.day}/{date.year % 100:02d}"
