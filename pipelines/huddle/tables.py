"""Tables as they are printed, written to sheets and put on slides: columns with a kind, rows of plain values."""

import dataclasses
import datetime
from collections.abc import Sequence
from typing import Any

from pipelines import words
from pipelines.huddle.suppress import Hidden


@dataclasses.dataclass(frozen=True)
class As:
    """A value of another kind than its column's, or one with more words than the number alone."""

    value: Any
    kind: str
    said: str = ""


@dataclasses.dataclass(frozen=True)
class Column:
    """A column: its heading, what its values are, and how wide it is beside the others."""

    label: str
    kind: str = "text"  # or count, share, points, money, days, number, month, date
    width: float = 1.0


@dataclasses.dataclass(frozen=True)
class Table:
    """One table. Before `shown` its cells may be counts and what rests on them; after it they are plain."""

    name: str  # of its sheet
    title: str  # what it says
    columns: tuple[Column, ...]
    rows: tuple[tuple[Any, ...], ...]
    subtitle: str = ""  # measure, scope, period
    has_total: bool = False  # the last row is the sum of the others
    empty: str = ""  # what is said where there are no rows

    def shown(self, hidden: Hidden) -> "Table":
        """The same with plain values, and `withheld` where one may not be shown."""
        return dataclasses.replace(self, rows=tuple(tuple(map(hidden.shown, row)) for row in self.rows))

    def said(self) -> list[list[str]]:
        """Every cell as people read it."""
        return [[say(value, column.kind) for value, column in zip(row, self.columns, strict=True)] for row in self.rows]


def say(value: Any, kind: str) -> str:
    """A value as people read it; a text, the mark of a hidden number included, is said as it is."""
    if isinstance(value, As):
        return value.said or say(value.value, value.kind)
    if value is None:
        return words.NONE
    if isinstance(value, str):
        return value
    if kind == "share":
        return words.rate(value)
    if kind == "points":
        return words.points(value)
    if kind == "money":
        return words.money(value)
    if kind == "days":
        return words.days(value)
    if isinstance(value, datetime.date):
        said = words.month(value) if kind == "month" else words.day(value)
        return said.replace(" ", words.SPACE)
    return words.count(value) if kind == "count" else str(value)


def columns(*given: tuple[Any, ...]) -> tuple[Column, ...]:
    """Columns from (label, kind, width)."""
    return tuple(Column(*one) for one in given)


def labels(table: Table) -> Sequence[str]:
    """The headings."""
    return [column.label for column in table.columns]
