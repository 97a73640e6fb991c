"""A file's tables with a proposed field for each column: to be shown, corrected by a person's words, and remembered."""

import difflib
import hashlib
import shlex
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import BinaryIO

from pipelines.denial_log.claim_total import settle_claim_totals
from pipelines.denial_log.fields import AMOUNTS, FIELDS
from pipelines.denial_log.header import Header, find_header
from pipelines.denial_log.kind import Kind, is_denials_only, questions, table_kind
from pipelines.denial_log.mapping import Column, propose_columns, settle_rivals
from pipelines.denial_log.profile import profile_columns
from pipelines.denial_log.settle import ORDERS, settle_amounts, settle_dates
from pipelines.denial_log.sheet import MOST_COLUMNS, Sheet, filled_down
from pipelines.denial_log.synonyms import header_key
from pipelines.denial_log.tables import WANTED, open_tables
from pipelines.errors import NotReadable, UsageError
from pipelines.rows import Oddity

Words = Mapping[str, str | None]
COLUMNS_SHOWN = 8


@dataclass(slots=True)
class Table:
    """One sheet with its header found and its columns understood."""

    sheet: Sheet
    header: Header
    columns: list[Column]
    kind: Kind
    is_denials_only: bool
    oddities: list[Oddity]

    @property
    def is_given(self) -> bool:
        """True when a person said what one of its columns holds."""
        return any(column.is_given for column in self.columns)


@dataclass(slots=True)
class Proposal:
    """What a file's columns are taken for. `tables` are read when it is loaded; `oddities` say what is passed over."""

    file_name: str
    tables: list[Table]
    oddities: list[Oddity] = field(default_factory=list)

    @property
    def sheets(self) -> list[str | None]:
        """The names of the sheets that are read; None for a text file."""
        return [table.sheet.name for table in self.tables]

    @property
    def columns(self) -> list[Column]:
        """All columns of all sheets that are read, in their order."""
        return [column for table in self.tables for column in table.columns]

    @property
    def is_clear(self) -> bool:
        """True when the file can be loaded without asking anyone."""
        return all(table.kind is Kind.CLEAR for table in self.tables)

    @property
    def questions(self) -> list[str]:
        """What a person has to settle first, or may want to: plain sentences."""
        asked = [question for table in self.tables for question in questions(table.columns)]
        assumed = [
            f"{oddity.message}; if that is wrong, its --map ends with :dmy (day first) or :mdy."
            for table in self.tables
            for oddity in table.oddities
            if oddity.code == "date_order_assumed"
        ]
        return list(dict.fromkeys(asked + assumed))

    @property
    def fingerprint(self) -> str:
        """The same for each file with these headers, in whatever order and case."""
        return fingerprint(column.header for column in self.columns)

    @property
    def mapping(self) -> dict[str, str]:
        """The proposal as the words that would give it again: header -> field, '' for a column that is not used."""
        return {column.header: column.field or "" for column in self.columns}

    @property
    def options(self) -> str:
        """What to type after `denials ingest FILE` to load it with this mapping, to be mended first."""
        words = [f"{column.header}={column.field}" for column in self.columns if column.field]
        if not self.is_clear:
            words += ["HEADER=claim_id"] if not {"claim_id", "account"} & set(self.mapping.values()) else []
        return " ".join(f"--map {shlex.quote(word)}" for word in dict.fromkeys(words))


def fingerprint(headers: Iterable[str]) -> str:
    """Sixteen hexadecimal digits for a set of headers, whatever their order, case and spacing."""
    keys = sorted({header_key(header) for header in headers})
    return hashlib.sha256("\n".join(keys).encode()).hexdigest()[:16]


def propose_mapping(stream: BinaryIO, name: str, mapping: Words | None = None) -> Proposal:
    """What the columns of the file are taken for, with a person's words (header -> field) above all else.

    A field may carry the order of its dates (`service_date:dmy`, `:mdy`). NotReadable when the file is no table, or no
    table about claims or denials; UsageError when the words name a column or a field that there is not.
    """
    proposal = _understood(stream, name, mapping or {})
    _refuse_unknown_headers(proposal, mapping or {})
    kept = _best(proposal)
    if not kept:
        raise _foreign(proposal)
    for table in proposal.tables:
        if table not in kept:
            _pass_over(proposal, table.sheet, "its columns are not those of a denial log")
    proposal.tables = kept
    return proposal


def header_fingerprint(stream: BinaryIO, name: str) -> str:
    """The fingerprint of the file's headers, also of headers that only a person's words make a log of."""
    return any_table(stream, name).fingerprint


def any_table(stream: BinaryIO, name: str) -> Proposal:
    """What is understood of any table, a log or not, for a person to say what its columns hold."""
    proposal = _understood(stream, name, {})
    proposal.tables = _best(proposal) or proposal.tables
    return proposal


def _understood(stream: BinaryIO, name: str, mapping: Words) -> Proposal:
    """Each table of the file as far as it is understood; NotReadable when there is none."""
    opened = open_tables(stream, name)
    proposal = Proposal(name, [], opened.oddities)
    headerless = 0
    for sheet in opened.sheets:
        header = None if sheet.is_hidden else find_header(sheet)
        if header is None:
            headerless += not sheet.is_hidden
            _pass_over(proposal, sheet, "hidden" if sheet.is_hidden else "no row of column names")
        else:
            proposal.tables.append(understand(sheet, header, name, mapping))
    if not proposal.tables:
        raise NotReadable(name, "no row of column names" if headerless else "only hidden sheets", WANTED)
    return proposal


def understand(sheet: Sheet, header: Header, name: str, mapping: Words) -> Table:
    """The sheet with its columns proposed, overridden by the words given, and settled."""
    width = len(header.names)
    if width > MOST_COLUMNS and sum(map(bool, header.names)) > MOST_COLUMNS:
        raise NotReadable(name, f"a table of {width} columns", f"at most {MOST_COLUMNS} columns")
    rows = islice(filled_down(sheet.rows(), sheet.merges), header.row_no, None)
    columns = propose_columns(sheet.name, header.names, profile_columns(rows, width))
    orders = override(columns, mapping)
    settle_rivals(columns)
    settle_claim_totals(columns, islice(filled_down(sheet.rows(), sheet.merges), header.row_no, None))
    settle_amounts(columns)
    oddities = settle_dates(columns, orders)
    is_log = is_denials_only(columns, name, sheet.name)
    return Table(sheet, header, columns, table_kind(columns), is_log, oddities)


def override(columns: list[Column], mapping: Words) -> dict[int, str]:
    """The columns named in `mapping` hold what it says; returned are the date orders that came with it."""
    orders = {}
    wanted = {header_key(header): value or "" for header, value in mapping.items()}
    for column in columns:
        value = wanted.get(header_key(column.header))
        if value is None:
            continue
        chosen, _, order = value.partition(":")
        _refuse_unknown_field(column.header, chosen, order)
        column.field, column.confidence, column.is_given = chosen or None, "high", True
        column.reason = "as asked" if chosen else "not used, as asked"
        if order:
            orders[column.column_no] = order
    return orders


def _refuse_unknown_field(header: str, chosen: str, order: str) -> None:
    if chosen and chosen not in FIELDS:
        near = difflib.get_close_matches(chosen, FIELDS, 3, 0.5)
        hint = f", perhaps {' or '.join(near)}" if near else ""
        raise UsageError(f"--map ‘{header}={chosen}’: there is no field ‘{chosen}’{hint}")
    if order and (order not in ORDERS or not chosen.endswith("_date")):
        raise UsageError(f"--map ‘{header}={chosen}:{order}’: only dates take an order, and it is dmy or mdy")


def _refuse_unknown_headers(proposal: Proposal, mapping: Words) -> None:
    known = {header_key(column.header) for column in proposal.columns}
    for header in mapping:
        if header_key(header) not in known:
            names = ", ".join(dict.fromkeys(column.header for column in proposal.columns))
            raise UsageError(f"{proposal.file_name}: there is no column ‘{header}’; its columns are {names[:500]}")


def _best(proposal: Proposal) -> list[Table]:
    """The clear tables, and those that a person spoke about; without any, those that can be asked about."""
    kept = [table for table in proposal.tables if table.kind is Kind.CLEAR or (table.is_given and _is_usable(table))]
    return kept or [table for table in proposal.tables if _is_usable(table)]


def _foreign(proposal: Proposal) -> NotReadable:
    headers = [column.header for column in proposal.columns]
    shown = ", ".join(headers[:COLUMNS_SHOWN]) + (", ..." if len(headers) > COLUMNS_SHOWN else "")
    wanted = "columns of a denial log or claim export: a claim, account or patient, and a payer or a denial reason"
    hint = "if it is one, say what they hold with --map 'HEADER=FIELD'"
    return NotReadable(proposal.file_name, f"a table with the columns {shown}", f"{wanted}; {hint}")


def _is_usable(table: Table) -> bool:
    return table.kind is not Kind.FOREIGN


def _pass_over(proposal: Proposal, sheet: Sheet, why: str) -> None:
    if sheet.name is not None:
        proposal.oddities.append(Oddity("sheet_not_read", message=f"sheet ‘{sheet.name}’ was not read: {why}"))


def amount_columns(columns: list[Column]) -> frozenset[int]:
    """The places (from 0) of the columns that hold money."""
    return frozenset(column.column_no - 1 for column in columns if column.field in AMOUNTS)
