"""The reason codes of one row, from however many columns: each code once, with its group and its amount."""

from dataclasses import dataclass

from pipelines.denial_log.cells import CellReader
from pipelines.denial_log.codes import Code, grouped_codes, has_words, parse_codes, parse_groups
from pipelines.denial_log.sheet import Cells, cell, is_blank
from pipelines.denial_log.synonyms import column_index
from pipelines.rows import Cents, LogCode, Oddity


@dataclass(frozen=True, slots=True)
class CodeColumn:
    """A column of reason codes with the columns that hold its groups and amounts, if any."""

    codes: CellReader
    groups: CellReader | None
    amounts: CellReader | None


def pair_columns(readers: list[CellReader]) -> list[CodeColumn]:
    """The code columns, each with its partners: those of the same number ('adj_1_group'), else of the same rank."""
    groups = [reader for reader in readers if reader.column.field == "group_code"]
    amounts = [reader for reader in readers if reader.column.field == "code_amount"]
    reasons = [reader for reader in readers if reader.column.field == "carc"]
    paired = [
        CodeColumn(reader, _partner(reader, rank, groups), _partner(reader, rank, amounts))
        for rank, reader in enumerate(reasons)
    ]
    return paired + [CodeColumn(reader, None, None) for reader in readers if reader.column.field == "rarc"]


def _partner(reader: CellReader, rank: int, others: list[CellReader]) -> CellReader | None:
    number = column_index(reader.column.header)
    for other in others:
        if number is not None and column_index(other.column.header) == number:
            return other
    unnumbered = [other for other in others if number is None or column_index(other.column.header) is None]
    return unnumbered[rank] if rank < len(unnumbered) else None


class RowCodes:
    """Collects the codes of one row; `words` is what stood in a code column and is no code."""

    def __init__(self, row_no: int) -> None:
        self.row_no = row_no
        self.found: list[LogCode] = []
        self.words: list[str] = []
        self.oddities: list[Oddity] = []

    def add(self, column: CodeColumn, cells: Cells) -> None:
        """The codes of this column's cell are part of the row."""
        text = _cell(cells, column.codes)
        if not text:
            return
        codes = _codes_of(text, column.codes)
        if codes is None:
            self.words.append(text)
            if oddity := column.codes.unreadable(self.row_no, text):
                self.oddities.append(oddity)
            return
        if has_words(text):
            self.words.append(text)
        groups = parse_groups(_cell(cells, column.groups)) if column.groups else []
        amount = self._amount(column.amounts, cells)
        for place, code in enumerate(codes):
            group = code.group or _group(code, place, groups, len(codes))
            self._keep(code, group, amount if len(codes) == 1 else None)

    def add_from_words(self, text: str) -> None:
        """The codes named with their group in a sentence are part of the row."""
        for code in grouped_codes(text):
            self._keep(code, code.group, None)

    def _keep(self, code: Code, group: str | None, amount: Cents | None) -> None:
        for known in self.found:
            if (known.kind, known.code) == (code.kind, code.code) and (
                group is None or known.group_code in {None, group}
            ):
                known.group_code = known.group_code or group
                known.amount = amount if known.amount is None else known.amount
                return
        self.found.append(LogCode(self.row_no, len(self.found) + 1, code.kind, group, code.code, amount))

    def _amount(self, reader: CellReader | None, cells: Cells) -> Cents | None:
        text = _cell(cells, reader) if reader else ""
        if not reader or not text:
            return None
        value = reader.value(text)
        if isinstance(value, int):
            return Cents(value)
        if oddity := reader.unreadable(self.row_no, text):
            self.oddities.append(oddity)
        return None


def _codes_of(text: str, reader: CellReader) -> list[Code] | None:
    """The cell's codes; remembered, as a log repeats few texts many times."""
    memory = reader.remembered
    if text not in memory:
        codes = parse_codes(text)
        memory[text] = None if codes is None else tuple(codes)
    value = memory[text]
    return [code for code in value if isinstance(code, Code)] if isinstance(value, tuple) else None


def _group(code: Code, place: int, groups: list[str], code_count: int) -> str | None:
    """A group of its own for each code, or the only group there is; remark codes have none."""
    if code.kind != "CARC" or not groups:
        return None
    if len(groups) == code_count:
        return groups[place]
    return groups[0] if len(groups) == 1 else None


def _cell(cells: Cells, reader: CellReader) -> str:
    text = cell(cells, reader.place)
    return "" if is_blank(text) else text.strip()
