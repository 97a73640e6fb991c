"""A denial log or claim export -> its columns, its rows with their reason codes, and the rows that cannot be used."""

import json
from collections.abc import Iterator
from itertools import islice
from typing import BinaryIO

from pipelines.denial_log.build_row import RowBuilder
from pipelines.denial_log.claim_total import ClaimTotals
from pipelines.denial_log.header import is_total
from pipelines.denial_log.kind import CLAIM, DATED, PATIENT, Kind
from pipelines.denial_log.proposal import Proposal, Table, Words, amount_columns, propose_mapping
from pipelines.denial_log.sheet import Cells, filled_down, is_blank, one_line
from pipelines.errors import MappingNeeded
from pipelines.rows import LogCode, LogColumn, LogReject, LogRow, Oddity
from pipelines.words import counted

LogRows = LogColumn | LogRow | LogCode | LogReject | Oddity
NAMING = tuple(sorted(CLAIM | PATIENT))
TELLING = frozenset({"reason_text", "category_text", "denied_amount", "denial_date"})
SHEET_STRIDE = 10_000_000  # row 5 of the second sheet is 10000005: row numbers are unique in a file
LONGEST_RAW = 20_000


def read_log(stream: BinaryIO, name: str, mapping: Words | None = None) -> Iterator[LogRows]:
    """The rows of the log; `mapping` is header -> field for the columns that a person settled.

    Raises MappingNeeded when what is needed is not clear and no one has said it, and NotReadable when the file is no
    log at all.
    """
    proposal = propose_mapping(stream, name, mapping)
    refuse_unclear(proposal)
    yield from proposal.oddities
    for column in proposal.columns:
        yield column.as_row()
    told: dict[LogRowKey, str] = {}
    for place, table in enumerate(proposal.tables):
        yield from table.oddities
        yield from TableReader(table, place * SHEET_STRIDE, told if len(proposal.tables) > 1 else None).rows()


def refuse_unclear(proposal: Proposal) -> None:
    """Raise MappingNeeded, in one line, unless each table is clear or a person has spoken about it."""
    open_tables = [table for table in proposal.tables if table.kind is not Kind.CLEAR and not table.is_given]
    if open_tables:
        message = f"{proposal.file_name}: {' '.join(proposal.questions)}"
        columns = [column.as_row() for column in proposal.columns]
        raise MappingNeeded(message, proposal.options, columns, proposal.file_name)


LogRowKey = tuple[object, ...]


class TableReader:
    """Reads one table: each row becomes a LogRow with its codes, or a LogReject with the reason."""

    def __init__(self, table: Table, offset: int, told: dict[LogRowKey, str] | None) -> None:
        self.table, self.offset, self.told = table, offset, told
        self.sheet_name = table.sheet.name
        self.builder = RowBuilder(table)
        fields = {column.field for column in table.columns}
        self.names_claims = bool(fields & CLAIM or fields & PATIENT)
        self.header_cells = {name.lower() for name in table.header.names if name}
        self.seen: set[int] = set()
        self.repeated_count = 0
        is_total = any(column.is_claim_total for column in table.columns)
        self.claim_totals = ClaimTotals() if is_total else None

    def rows(self) -> Iterator[LogRows]:
        """All rows below the header, then what is told once per column."""
        sheet, header = self.table.sheet, self.table.header
        filled = filled_down(sheet.rows(), sheet.merges, amount_columns(self.table.columns))
        for number, cells in enumerate(islice(filled, header.row_no, None), start=header.row_no + 1):
            if any(cells) and not all(map(is_blank, cells)):
                yield from self._row(number, cells)
        for reader in self.builder.readers:
            yield from reader.summary()
        if self.repeated_count:
            rows = "row stands" if self.repeated_count == 1 else "rows stand"
            message = f"{self.repeated_count} {rows} in the log more than once, cell for cell"
            yield Oddity("row_repeated", message=message)
        if self.claim_totals is not None:
            lines = counted(self.claim_totals.repeated_count, "further line")
            message = f"the charge of the whole claim stands on {lines} of it"
            yield Oddity("claim_total_repeated", message=message)

    def _row(self, number: int, cells: Cells) -> Iterator[LogRows]:
        if reason := self._is_no_row(cells):
            yield self._reject(number, cells, reason)
            return
        row, codes, oddities = self.builder.build(number + self.offset, number, cells)
        reason = self._is_unusable(row, codes, cells) or self._is_elsewhere(row, codes, number)
        if reason:
            yield self._reject(number, cells, reason)
            return
        self._count_repeat(cells)
        if self.claim_totals is not None:
            self.claim_totals.settle(row)
        yield row
        yield from codes
        yield from oddities

    def _is_no_row(self, cells: Cells) -> str:
        """Why the cells are not a row of the table at all; '' when they may be."""
        width = len(self.table.header.names)
        if len(cells) > width and any(not is_blank(cell) for cell in cells[width:]):
            return f"more cells than the {width} columns of the header: a separator stands within a value"
        if len(cells) < width and any(cell.count("\n") > 1 for cell in cells):
            return "a quoted field runs over several lines and leaves cells missing"
        first = next(cell for cell in cells if not is_blank(cell))
        if one_line(first).lower() in self.header_cells:
            filled = {one_line(cell).lower() for cell in cells if not is_blank(cell)}
            if len(filled) > 1 and filled <= self.header_cells:
                return "the row of column names again"
        return ""

    def _is_unusable(self, row: LogRow, codes: list[LogCode], cells: Cells) -> str:
        """Why the row cannot be used; '' when it can."""
        names = [value for field in NAMING if (value := getattr(row, field)) is not None]
        if len(names) < 2:
            filled = [one_line(cell) for cell in cells if not is_blank(cell)]
            totals = [text for text in filled[:3] if is_total(text)]
            if totals and set(names) <= set(totals):
                return f"a total row (‘{totals[0][:40]}’)"
            if len(filled) == 1:
                return "a single cell: a note or a footer, not a row"
        if self.names_claims and not (_has(row, CLAIM) or (names and _has(row, DATED))):
            return "no claim or account, nor a patient with a date"
        if not self.names_claims and not (codes or _has(row, TELLING)):
            return "neither an identifier nor a denial reason"
        return ""

    def _is_elsewhere(self, row: LogRow, codes: list[LogCode], number: int) -> str:
        """Where the same row stands in a sheet before; '' for a new one. Sheets of one file often repeat each other."""
        if self.told is None:
            return ""
        values = tuple(getattr(row, field) for field in LogRow.__slots__ if field not in {"row_no", "sheet_name"})
        key = (*values, *((code.kind, code.group_code, code.code, code.amount) for code in codes))
        here = f"sheet ‘{self.sheet_name}’"
        place = self.told.setdefault(key, f"{here}, row {number}")
        return "" if place.startswith(here) else f"the same row stands in {place}"

    def _count_repeat(self, cells: Cells) -> None:
        key = hash(tuple(cells))
        self.repeated_count += key in self.seen
        self.seen.add(key)

    def _reject(self, number: int, cells: Cells, reason: str) -> LogReject:
        raw = json.dumps(cells, ensure_ascii=False)[:LONGEST_RAW]
        return LogReject(number + self.offset, self.sheet_name, reason, raw)


def _has(row: LogRow, fields: frozenset[str]) -> bool:
    return any(getattr(row, field) is not None for field in fields)
