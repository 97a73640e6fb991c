"""What is in a file and whether it adds up, without storing anything: the report of `denials check`."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from pipelines.errors import MappingNeeded, NotReadable, Refused
from pipelines.kinds import HEAD_BYTES, detect
from pipelines.rows import (
    Acknowledgement,
    Cents,
    LogCode,
    LogColumn,
    LogRow,
    Oddity,
    Remit,
    RemitClaim,
    RemitLine,
    Row,
    Submission,
    SubmissionLine,
)
from pipelines.sources import Source, read

if TYPE_CHECKING:
    from pipelines.denial_log.use import Use

ALIKE_SHOWN = 50  # oddities with the same code and message; the rest are counted in one more entry
SHOWN = 10_000  # oddities in all, likewise, so that a file of garbage cannot fill the memory
EMPTY_TRANSACTIONS = ("other_transaction", "transaction_without_claims", "transaction_without_answers")


LEVELS = ("transaction", "claim", "line")


@dataclass
class Level:
    """How many rows of one level were checked for balance, how many are off, and by how much in all."""

    checked: int = 0
    off: int = 0
    cents_off: int = 0

    def add(self, off_amount: Cents | None) -> None:
        """Count one row; None is a row that could not be checked."""
        if off_amount is not None:
            self.checked += 1
            self.off += off_amount != 0
            self.cents_off += abs(off_amount)


@dataclass
class Report:
    """What `check` found in one file; `as_json` is the documented object."""

    file: str
    kind: str = "unknown"
    transactions: int = 0
    claims: int = 0
    lines: int = 0
    total_cents: int = 0
    balanced: dict[str, Level] = field(default_factory=lambda: {name: Level() for name in LEVELS})
    oddities: list[dict[str, Any]] = field(default_factory=list)
    error: dict[str, Any] | None = None
    used_as: str | None = None  # of a denial log or claim export: what its rows will be counted as, in words
    columns: list[LogColumn] = field(default_factory=list)  # of a denial log: what each is taken for, for people

    def as_json(self) -> dict[str, Any]:
        """Return the object that `check --json` prints for the file."""
        balanced = {
            name: {"checked": level.checked, "off": level.off, "amount_off": dollars(level.cents_off)}
            for name, level in self.balanced.items()
        }
        plain = asdict(self) | {"total_amount": dollars(self.total_cents), "balanced": balanced}
        return {name: plain[name] for name in JSON_FIELDS}


JSON_FIELDS = (
    "file",
    "kind",
    "transactions",
    "claims",
    "lines",
    "total_amount",
    "balanced",
    "oddities",
    "error",
    "used_as",
)


def check(
    source: Source,
    mapping: Mapping[str, str] | None = None,
    remembered: Mapping[str, Mapping[str, str]] | None = None,
) -> Report:
    """Return the report of one file; whatever refuses it is in `error`, and then nothing of it would be loaded.

    `mapping` says what a denial log's columns hold; else what is `remembered` for the fingerprint of its headers.
    """
    kind = "unknown"
    try:
        with source.open() as stream:
            kind = detect(stream.read(HEAD_BYTES), source.name)
        if kind == "denial_log" and remembered and mapping is None:
            mapping = _remembered_for(source, remembered)
        return _Tally(source.name, kind).of(read(source, mapping))
    except Refused as refusal:
        columns = list(refusal.columns) if isinstance(refusal, MappingNeeded) else []
        return Report(source.name, kind, error=as_error(refusal), columns=columns)


def _remembered_for(source: Source, remembered: Mapping[str, Mapping[str, str]]) -> Mapping[str, str] | None:
    from pipelines.denial_log import header_fingerprint

    with source.open() as stream:
        return remembered.get(header_fingerprint(stream, source.name))


def as_error(refusal: Refused) -> dict[str, Any]:
    """Return the refusal as `--json` prints it: segment, got, wanted, message."""
    if isinstance(refusal, NotReadable):
        return {"segment": refusal.segment, "got": refusal.got, "wanted": refusal.wanted, "message": str(refusal)}
    return {"segment": None, "got": "columns that are not clear", "wanted": "a mapping", "message": str(refusal)}


class _Tally:
    """Adds up the rows of one file."""

    def __init__(self, name: str, kind: str) -> None:
        self.report = Report(name, kind)
        self._transaction_no = 0
        self._alike: Counter[tuple[str, str]] = Counter()
        self._log_claims: set[str] = set()
        self._denied_cents = 0
        self._use: Use | None = None

    def of(self, rows: Iterator[Row]) -> Report:
        """Return the report of all rows."""
        for row in rows:
            match row:
                case RemitClaim():
                    self._claim(row.paid_amount)
                    self.report.balanced["claim"].add(row.off_amount)
                case RemitLine():
                    self.report.lines += 1
                    self.report.balanced["line"].add(row.off_amount)
                case Remit():
                    self.report.transactions += 1
                    self.report.balanced["transaction"].add(row.off_amount)
                case Oddity():
                    self._oddity(row)
                case Submission():
                    self._transaction(row.transaction_no)
                    self._claim(row.charge_amount)
                case SubmissionLine():
                    self.report.lines += 1
                case Acknowledgement():
                    self._transaction(row.transaction_no)
                    self.report.claims += row.level == "claim"
                case LogRow():
                    self._log_row(row)
                    self._use_of_log().add(row)
                case LogCode():
                    self._use_of_log().add(row)
                case LogColumn():
                    self.report.columns.append(row)
        self._finish()
        return self.report

    def _claim(self, amount: Cents | None) -> None:
        self.report.claims += 1
        self.report.total_cents += amount or 0

    def _transaction(self, transaction_no: int) -> None:
        if transaction_no != self._transaction_no:
            self._transaction_no = transaction_no
            self.report.transactions += 1

    def _log_row(self, row: LogRow) -> None:
        self.report.lines += 1
        self.report.total_cents += row.charge_amount or 0
        self._denied_cents += row.denied_amount or 0
        claim = row.claim_id or row.account or row.denial_id
        if claim is not None:
            self._log_claims.add(claim)

    def _use_of_log(self) -> "Use":
        if self._use is None:
            from pipelines.denial_log.use import Use

            self._use = Use()
        return self._use

    def _oddity(self, oddity: Oddity) -> None:
        self.report.transactions += oddity.code in EMPTY_TRANSACTIONS
        key = oddity.code, oddity.message
        if key not in self._alike and len(self._alike) >= SHOWN:
            key = oddity.code, "and others"
        self._alike[key] += 1
        if self._alike[key] <= ALIKE_SHOWN:
            found = {"code": oddity.code, "segment": oddity.segment_no, "message": oddity.message}
            self.report.oddities.append(found)

    def _finish(self) -> None:
        self.report.claims += len(self._log_claims)
        self.report.total_cents = self.report.total_cents or self._denied_cents
        self.report.used_as = self._use.words() if self._use is not None else None
        for (code, message), number in self._alike.items():
            if number > ALIKE_SHOWN:
                more = f"{number - ALIKE_SHOWN:,} more like this: {message}"
                self.report.oddities.append({"code": code, "segment": None, "message": more})


def dollars(cents: int) -> str:
    """Return cents as a decimal text with two places."""
    sign = "-" if cents < 0 else ""
    return f"{sign}{abs(cents) // 100}.{abs(cents) % 100:02d}"


def render(report: Report) -> str:
    """Return the report as lines for people."""
    if report.error is not None:
        refused = [report.error["message"], "  not taken: nothing of this file would be loaded"]
        return "\n".join(refused + _column_lines(report.columns))
    lines = [
        f"{report.file}: {report.kind}",
        f"  transactions {report.transactions:,}  claims {report.claims:,}  lines {report.lines:,}"
        f"  total {dollars(report.total_cents)}",
    ]
    lines += [f"  {_balance_line(name, level)}" for name, level in report.balanced.items() if level.checked]
    lines += [f"  used as {report.used_as}"] if report.used_as else []
    lines += _column_lines(report.columns)
    lines += [f"  odd: {_oddity_line(oddity)}" for oddity in report.oddities]
    return "\n".join(lines)


def _column_lines(columns: list[LogColumn]) -> list[str]:
    """What each column of a log is taken for, and why."""
    lines = []
    for column in columns:
        sheet = f"sheet ‘{column.sheet_name}’, " if column.sheet_name else ""
        lines.append(f"  {sheet}column ‘{column.header}’: {column.field or 'not used'} ({column.reason})")
    return lines


def _balance_line(name: str, level: Level) -> str:
    if not level.off:
        return f"{name}s balance: {level.checked:,} checked"
    return f"{name}s off balance: {level.off:,} of {level.checked:,}, by {dollars(level.cents_off)} in all"


def _oddity_line(oddity: dict[str, Any]) -> str:
    place = f"segment {oddity['segment']}: " if oddity["segment"] is not None else ""
    return f"{place}{oddity['message']} ({oddity['code']})"
