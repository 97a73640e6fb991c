"""The pack as a workbook: one sheet per table, numbers as numbers, texts as texts; nothing on it is ever a formula."""

import datetime
import io
import re
from decimal import Decimal
from typing import Any

from pipelines.harmless import is_risky, one_line, printed, sheet_text
from pipelines.huddle.pack import Pack
from pipelines.huddle.tables import As, Table

FORMATS = {
    "share": "0.0 %",
    "points": "0.0 %",
    "money": "$#,##0.00",
    "count": "#,##0",
    "days": "0.0",
    "number": "General",
    "month": "mmm yyyy",
    "date": "d mmm yyyy",
}
WIDE = 14  # characters of a column of width 1
LONGEST_NAME = 31
SIGN = re.compile("[<>≤≥]")


def pack_xlsx(pack: Pack) -> bytes:
    """The workbook: a sheet that says what this is, then each table."""
    import xlsxwriter

    held = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(held, options) as book:
        book.set_properties({"title": pack.title, "comments": pack.edition, "created": _noon(pack)})
        sheets = _Sheets(book)
        sheets.words(pack)
        for table in pack.tables:
            sheets.table(table)
    return held.getvalue()


def _noon(pack: Pack) -> datetime.datetime:
    """A fixed moment, so that the same pack makes the same file."""
    return datetime.datetime.combine(pack.period.last, datetime.time(12))


def _text(text: str) -> str:
    """The text as a sheet shows it."""
    return sheet_text(printed(text))


class _Sheets:
    """The sheets of one workbook, each name once."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._names: set[str] = set()
        self._bold = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        self._title = book.add_format({"bold": True, "font_size": 14})
        self._quiet = book.add_format({"font_color": "#5b6470"})
        self._wrap = book.add_format({"text_wrap": True, "valign": "top"})
        self._risky = book.add_format({"text_wrap": True, "valign": "top", "quote_prefix": True})
        self._mark = book.add_format({"align": "right", "font_color": "#5b6470"})
        self._formats = {kind: book.add_format({"num_format": text}) for kind, text in FORMATS.items()}
        self._targets: dict[tuple[str, str], Any] = {}
        self._totals = {kind: book.add_format({"num_format": text, "bold": True}) for kind, text in FORMATS.items()}

    def words(self, pack: Pack) -> None:
        """The first sheet: headline, what all is of, the summary, the questions."""
        sheet = self._sheet("Summary")
        sheet.set_column(0, 0, 110, self._wrap)
        said = [pack.headline, pack.title, *pack.basis, pack.edition, "", *pack.summary, "", "Open questions"]
        for row, text in enumerate([*said, *pack.questions]):
            sheet.write_string(row, 0, _text(text), self._title if row == 0 else self._wrap)

    def table(self, table: Table) -> None:
        """One table: title, subtitle, headings, rows; the filter sits on the headings."""
        sheet = self._sheet(table.name)
        sheet.write_string(0, 0, _text(table.title), self._title)
        sheet.write_string(1, 0, _text(table.subtitle), self._quiet)
        for place, column in enumerate(table.columns):
            sheet.set_column(place, place, max(10, column.width * WIDE))
            sheet.write_string(3, place, column.label, self._bold)
        for number, row in enumerate(table.rows, 4):
            is_total = table.has_total and number == len(table.rows) + 3
            for place, (value, column) in enumerate(zip(row, table.columns, strict=True)):
                self._cell(sheet, (number, place), value, column.kind, is_total)
        sheet.freeze_panes(4, 1)
        if table.rows:
            sheet.autofilter(3, 0, 3 + len(table.rows), len(table.columns) - 1)
        elif table.empty != table.title:
            sheet.write_string(4, 0, _text(table.empty), self._quiet)

    def _cell(self, sheet: Any, place: tuple[int, int], value: Any, kind: str, is_total: bool) -> None:
        formats = self._totals if is_total else self._formats
        if isinstance(value, As):
            if sign := SIGN.match(value.said):
                formats = {value.kind: self._signed(sign[0], value.kind)}
            value, kind = value.value, value.kind
        if value is None or value == "":
            return
        if isinstance(value, datetime.date):
            moment = datetime.datetime.combine(value, datetime.time())
            sheet.write_datetime(*place, moment, formats["month" if kind == "month" else "date"])
        elif isinstance(value, int | float | Decimal):
            sheet.write_number(*place, float(value) if isinstance(value, Decimal) else value, formats[kind])
        else:
            text, usual = _text(str(value)), self._mark if kind in FORMATS else self._wrap
            sheet.write_string(*place, text, self._risky if is_risky(text) else usual)

    def _signed(self, sign: str, kind: str) -> Any:
        """The format of a target: a number, with what is wanted of it in front."""
        if (sign, kind) not in self._targets:
            self._targets[sign, kind] = self._book.add_format({"num_format": f'"{sign} "{FORMATS[kind]}'})
        return self._targets[sign, kind]

    def _sheet(self, name: str) -> Any:
        """A sheet under a name that Excel takes and no other sheet has."""
        plain = re.sub(r"[\[\]:*?/\\]", " ", one_line(name)).strip("' ")[:LONGEST_NAME] or "Table"
        free, number = plain, 2
        while free.casefold() in self._names:
            end = f" {number}"
            free, number = plain[: LONGEST_NAME - len(end)] + end, number + 1
        self._names.add(free.casefold())
        return self._book.add_worksheet(free)
