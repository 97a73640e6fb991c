"""A table as a file to take away: true numbers, real dates, and a second sheet that says what the table is.

Texts never become formulas: see pipelines/harmless.py.
"""

import datetime
import io
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pandas as pd

from pipelines import harmless
from pipelines.deidentify import LEFT_OUT, REPLACED, Tokens

WIDEST = 60


def without_numbers(table: pd.DataFrame, token: Tokens) -> pd.DataFrame:
    """The table without what tells who a patient is: see pipelines/deidentify.py."""
    kept = table.drop(columns=[name for name in table.columns if name in LEFT_OUT])
    return kept.assign(**{name: kept[name].map(token) for name in kept.columns if name in REPLACED})


def to_csv(table: pd.DataFrame) -> bytes:
    """UTF-8 with a byte-order mark, so that Excel reads names right."""
    text: str = table.map(harmless.cell).rename(columns=harmless.cell).to_csv(index=False)
    return text.encode("utf-8-sig")


def to_xlsx(table: pd.DataFrame, about: Mapping[str, str]) -> bytes:
    """A workbook with the sheets Data (filter and frozen header) and About (one row per entry of `about`)."""
    import xlsxwriter

    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True, **harmless.STAYS_TEXT}) as book:
        _data_sheet(book, table)
        sheet = book.add_worksheet("About")
        for row, (name, text) in enumerate(about.items()):
            sheet.write_string(row, 0, name)
            sheet.write_string(row, 1, harmless.sheet_text(text))
        sheet.set_column(0, 0, 18)
        sheet.set_column(1, 1, WIDEST)
    return target.getvalue()


def _data_sheet(book: Any, table: pd.DataFrame) -> None:
    sheet = book.add_worksheet("Data")
    bold, date = book.add_format({"bold": True, "bottom": 1}), book.add_format({"num_format": "d mmm yyyy"})
    risky = book.add_format({"quote_prefix": True})
    sheet.write_row(0, 0, list(table.columns), bold)
    for row, values in enumerate(table.itertuples(index=False), start=1):
        for column, value in enumerate(values):
            _write(sheet, row, column, value, date, risky)
    for column, name in enumerate(table.columns):
        longest = max([len(str(name)) + 2, *(len(str(value)) for value in table[name].head(200))])
        sheet.set_column(column, column, min(longest + 1, WIDEST))
    sheet.freeze_panes(1, 1)
    if len(table):
        sheet.autofilter(0, 0, len(table), len(table.columns) - 1)


def _write(sheet: Any, row: int, column: int, value: Any, date: Any, risky: Any) -> None:
    if value is None or value is pd.NaT or value != value:
        return
    if isinstance(value, datetime.date):
        moment = value.to_pydatetime() if isinstance(value, pd.Timestamp) else value
        sheet.write_datetime(row, column, moment, date)
    elif isinstance(value, bool):
        sheet.write_boolean(row, column, value)
    elif isinstance(value, int | float | Decimal):
        sheet.write_number(row, column, value)
    else:
        harmless.write_text(sheet, row, column, str(value), risky)
