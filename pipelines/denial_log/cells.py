"""How the cells of one column become values of a field: each distinct text is read once and remembered."""

import datetime
import re
from collections.abc import Callable
from functools import partial

from pipelines.denial_log.codes import (
    parse_diagnoses,
    parse_frequency,
    parse_modifiers,
    parse_place,
    parse_procedure,
    parse_procedures,
    parse_sequence,
)
from pipelines.denial_log.fields import IDENTIFIERS, KINDS
from pipelines.denial_log.mapping import Column
from pipelines.denial_log.outcome import says_nothing_was_denied, status_says_denied
from pipelines.denial_log.sheet import one_line
from pipelines.denial_log.values import parse_amount, parse_date, parse_dates, parse_flag, parse_units
from pipelines.rows import Oddity

Value = str | int | bool | datetime.date | tuple[object, ...] | None
MOST_REMEMBERED = 100_000
MOST_TOLD = 100  # unreadable cells of a column told one by one; the rest is counted
CODE_NAMES = {"carc": "reason code", "rarc": "remark code", "code_amount": "amount", "group_code": "group code"}
MARKS = {  # what is told of marked texts, by the kind of their column
    "money": ("amount_rounded", "amounts were rounded to cents"),
    "id": ("id_mangled", "identifiers were shortened by a spreadsheet (1.23E+11)"),
    "procedure": ("several_procedures", "cells name several procedures; the first is kept"),
}
MANGLED = re.compile(r"\d(?:\.\d+)?E\+\d+$", re.IGNORECASE)


class CellReader:
    """Reads the cells of one column, and keeps count of what could not be read as given."""

    def __init__(self, column: Column, sheet_name: str | None) -> None:
        self.column, self.sheet_name = column, sheet_name
        self.place = column.column_no - 1
        self.read = _reading(column, self)
        self.remembered: dict[str, Value] = {}
        self.marked: set[str] = set()  # texts of which it is told how often they came: rounded, mangled
        self.unreadable_count = self.marked_count = 0

    def value(self, text: str) -> Value:
        """The cell's value, or None where it cannot be read; `text` is not blank."""
        value = self.remembered.get(text, self)
        if value is self:
            value = self.read(text.strip())
            if len(self.remembered) < MOST_REMEMBERED:
                self.remembered[text] = value
        if self.marked and text.strip() in self.marked:
            self.marked_count += 1
        return value  # type: ignore[return-value]  # never the reader itself, which only stands for 'not yet read'

    def amount(self, text: str) -> int | None:
        """The amount in cents; texts that have to be rounded are marked."""
        cents, is_rounded = parse_amount(text, self.column.is_decimal_comma)
        if is_rounded:
            self.marked.add(text)
        return cents

    def identifier(self, text: str) -> str:
        """The identifier as it stands; those that a spreadsheet turned into 1.23E+11 are marked."""
        if MANGLED.match(text):
            self.marked.add(text)
        return one_line(text)

    def procedure(self, text: str) -> Value:
        """Code and modifiers, of several procedures the first; a text of another form is kept, to be shown as such."""
        parsed = parse_procedure(text)
        if parsed is None and (several := parse_procedures(text)):
            parsed = several[0]
            self.marked.add(text)
        return (one_line(text).upper(), None) if parsed is None else parsed

    def unreadable(self, row_no: int, text: str) -> Oddity | None:
        """What to tell of a cell that could not be read; None when the column has said it often enough."""
        self.unreadable_count += 1
        if self.unreadable_count > MOST_TOLD:
            return None
        shown = "a value" if self.column.field == "patient_birth_date" else f"‘{one_line(text)[:30]}’"
        kind = CODE_NAMES.get(self.column.field or "", (self.column.field or "").replace("_", " "))
        return Oddity("value_unreadable", message=f"{self._where()}, row {row_no}: {shown} is no {kind}")

    def summary(self) -> list[Oddity]:
        """What is told once per column, after its last row."""
        more = self.unreadable_count - MOST_TOLD
        code, words = MARKS.get(KINDS[self.column.field or ""], MARKS["id"])
        told = (
            (more, "value_unreadable", f"{more} more values cannot be read"),
            (self.marked_count, code, f"{self.marked_count} {words}"),
        )
        return [Oddity(code, message=f"{self._where()}: {message}") for count, code, message in told if count > 0]

    def _where(self) -> str:
        sheet = f"sheet ‘{self.sheet_name}’, " if self.sheet_name else ""
        return f"{sheet}column ‘{self.column.header}’"


def _reading(column: Column, reader: CellReader) -> Callable[[str], Value]:
    """The function that reads this column's texts."""
    field = column.field or ""
    if field == "service_date":
        return partial(_service_dates, is_day_first=column.is_day_first)
    if field in IDENTIFIERS:
        return reader.identifier
    by_kind: dict[str, Callable[[str], Value]] = {
        "date": partial(parse_date, is_day_first=column.is_day_first, is_birth=field == "patient_birth_date"),
        "money": reader.amount,
        "number": parse_units,
        "flag": _flag,
        "procedure": reader.procedure,
        "modifier": parse_modifiers,
        "diagnosis": parse_diagnoses,
        "place": parse_place,
        "npi": _npi,
        "sequence": parse_sequence,
        "frequency": parse_frequency,
        "local": lambda text: one_line(text).upper(),
    }
    return by_kind.get(KINDS[field], one_line if field not in {"reason_text", "category_text"} else _reason)


def _service_dates(text: str, is_day_first: bool) -> Value:
    first, last = parse_dates(text, is_day_first)
    return first if last is None else (first, last)


def _flag(text: str) -> bool | None:
    flag = parse_flag(text)
    return status_says_denied(text) if flag is None else flag


def _npi(text: str) -> str | None:
    digits = text.strip().removesuffix(".0")
    return digits if len(digits) == 10 and digits.isdigit() else None


def _reason(text: str) -> str:
    """The text, or '' for words that say that nothing was denied."""
    return "" if says_nothing_was_denied(text) else one_line(text)
