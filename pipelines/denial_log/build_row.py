"""The cells of one row -> a LogRow with its LogCodes, and what was odd about its values."""

from typing import Any

from pipelines.denial_log.cells import CellReader, Value
from pipelines.denial_log.codes import local_flags
from pipelines.denial_log.fields import CODE_FIELDS, JOINED
from pipelines.denial_log.outcome import is_row_denied
from pipelines.denial_log.proposal import Table
from pipelines.denial_log.row_codes import RowCodes, pair_columns
from pipelines.denial_log.sheet import BLANK_BEGINNINGS, Cells, cell, is_blank, one_line
from pipelines.denial_log.synonyms import series_place
from pipelines.rows import LogCode, LogRow, Oddity

MANIFOLD = JOINED | {"service_date", "procedure_code", "category_text", "modifiers", "diagnosis_codes"}
SERIES = frozenset({"modifiers", "diagnosis_codes"})
NAME_ORDER = {"last": 0, "first": 1, "middle": 2}


class RowBuilder:
    """Builds the rows of one table; `readers` are those of its columns that are used."""

    def __init__(self, table: Table) -> None:
        self.sheet_name = table.sheet.name
        self.is_denials_only = table.is_denials_only
        self.readers = [CellReader(column, self.sheet_name) for column in table.columns if column.field]
        plain = [reader for reader in self.readers if reader.column.field not in CODE_FIELDS]
        self.plain = [
            (reader.place, field, field not in MANIFOLD, reader)
            for reader in sorted(plain, key=_turn)
            if reader.column.name_part is None and (field := reader.column.field)
        ]
        self.names = [(NAME_ORDER[part], reader) for reader in plain if (part := reader.column.name_part)]
        self.code_columns = pair_columns(self.readers)

    def build(self, row_no: int, number: int, cells: Cells) -> tuple[LogRow, list[LogCode], list[Oddity]]:
        """The row of the cells: `row_no` is its number in the file, `number` that in its sheet, as people see it."""
        values: dict[str, Any] = {}
        oddities: list[Oddity] = []
        for place, field, is_single, reader in self.plain:
            text = cells[place] if place < len(cells) else ""
            if not text or (text[0] in BLANK_BEGINNINGS and is_blank(text)):
                continue
            value = reader.value(text)
            if value is None:
                if oddity := reader.unreadable(number, text):
                    oddities.append(oddity)
            elif is_single:
                values[field] = value
            else:
                _put(values, field, value)
        if self.names:
            values["patient_name"] = self._full_name(cells)
        codes = RowCodes(row_no)
        for column in self.code_columns:
            codes.add(column, cells)
        row = LogRow(row_no, self.sheet_name, **values)
        self._complete(row, codes)
        return row, codes.found, oddities + codes.oddities

    def _full_name(self, cells: Cells) -> str | None:
        """Last name, then the others: 'Doe, Jane Q'."""
        parts = {
            place: one_line(text) for place, reader in self.names if not is_blank(text := cell(cells, reader.place))
        }
        rest = " ".join(parts[place] for place in (1, 2) if place in parts)
        return ", ".join(filter(None, [parts.get(0), rest])) or None

    def _complete(self, row: LogRow, codes: RowCodes) -> None:
        """What follows from other columns: words among the codes, local flags, appeals, and whether it was denied."""
        if codes.words and row.reason_text is None:
            row.reason_text = " | ".join(dict.fromkeys(codes.words))
        if not codes.found and row.reason_text is not None:
            codes.add_from_words(row.reason_text)
        if row.local_flag is None:
            row.local_flag = next((code.code for code in codes.found if code.code in local_flags()), None)
        if row.is_appealed is None and row.appeal_date is not None:
            row.is_appealed = True
        row.is_denied = is_row_denied(row, codes.found, self.is_denials_only)


def _turn(reader: CellReader) -> tuple[int, int]:
    """Columns that hold one code each come in the order of their numbers: DX1, DX2, DX3, wherever they stand."""
    column = reader.column
    return series_place(column.header) if column.field in SERIES else 0, reader.place


def _put(values: dict[str, Any], field: str, value: Value) -> None:
    """The value stands in the row; texts of several columns are joined, each once."""
    if isinstance(value, tuple):
        second = "service_end_date" if field == "service_date" else "modifiers"
        first, rest = value
        values.setdefault(field, first)
        if rest is not None and not (field == "service_date" and second in values):
            values[second] = f"{rest} {values[second]}" if second in values else rest
    elif value == "":
        return
    elif field in values and field in JOINED | {"modifiers", "diagnosis_codes"}:
        between = " | " if field in JOINED else " "
        known = values[field].split(between)
        values[field] = between.join([*known, *(part for part in str(value).split(between) if part not in known)])
    else:
        values[field] = value
