"""A second, slow and boring implementation of what the words mean: rows in, lines and claims with their verdicts out.

Plain loops over dataclasses, no SQL and nothing of pipelines/sql: written from docs/kpis.md. It knows remittances and
submissions, not denial logs, and it takes payers by their names as given.
"""

import dataclasses
import datetime
from collections.abc import Iterable, Mapping
from typing import Any

from pipelines import reference
from pipelines.rows import Adjustment, Remark, Remit, RemitClaim, RemitLine, Row
from tests.warehouse import file_id

CARCS = {row["code"]: row for row in reference.rows("carc")}
RARCS = {row["code"]: row for row in reference.rows("rarc")}
STATUSES = {row["code"]: row for row in reference.rows("claim_status")}
SCOPES = ("core", "broad")


@dataclasses.dataclass
class Reason:
    """One adjustment in effect on a line."""

    order: int
    group: str
    code: str
    amount: int | None

    @property
    def scope(self) -> str:
        """core or broad where it takes something away, else nothing."""
        scope = CARCS[self.code]["denial_scope"] if self.code in CARCS else ""
        takes = self.amount is None or self.amount > 0
        return scope if takes and scope in SCOPES else ""

    @property
    def tier(self) -> str:
        """Medical-necessity tier, '' for none."""
        return CARCS[self.code]["mn_tier"]


@dataclasses.dataclass
class LineEvent:
    """One decision on one line."""

    number: int
    procedure: str
    date: datetime.date | None
    line_number: str | None
    charge: int | None
    paid: int | None
    reasons: list[Reason]
    remarks: list[str]
    key: str = ""

    @property
    def has_share(self) -> bool:
        """Some of it is the patient's: deductible, coinsurance or copay."""
        shares = [r for r in self.reasons if r.group == "PR" and r.code in ("1", "2", "3")]
        return any(r.amount is None or r.amount > 0 for r in shares)

    @property
    def is_counted(self) -> bool:
        """It has a charge that can be denied."""
        return (self.charge or 0) > 1

    @property
    def is_allowed(self) -> bool:
        """The payer paid something or left it to the patient."""
        return (self.paid or 0) > 0 or self.has_share

    def denied(self, scope: str) -> bool:
        """Denied, for a reason in this scope."""
        found = {reason.scope for reason in self.reasons}
        return (
            self.paid == 0 and not self.has_share and bool(found & ({"core"} if scope == "core" else {"core", "broad"}))
        )

    @property
    def principal(self) -> Reason | None:
        """The reason that stands for the line."""
        return min(
            (reason for reason in self.reasons if reason.scope),
            key=lambda r: (r.scope != "core", r.tier or "Z", r.amount is None, -(r.amount or 0), r.order),
            default=None,
        )

    @property
    def tier(self) -> str:
        """The best tier of its denial reasons and of its remarks that are no alerts."""
        tiers = [reason.tier for reason in self.reasons if reason.scope]
        tiers += [RARCS[r]["mn_tier"] for r in self.remarks if r in RARCS and RARCS[r]["is_alert"] == "false"]
        return min((tier for tier in tiers if tier), default="")


@dataclasses.dataclass
class ClaimEvent:
    """One claim payment."""

    file: str
    claim: RemitClaim
    remit: Remit
    lines: list[LineEvent]
    codes: list[str]
    sequence: str = "primary"
    family: Any = None
    names: set[str | None] = dataclasses.field(default_factory=set)
    is_reversed: bool = False

    @property
    def day(self) -> datetime.date | None:
        """Payment date."""
        return self.remit.payment_date

    @property
    def place(self) -> tuple[Any, ...]:
        """What orders the events of a family."""
        late = datetime.date.max
        control = self.remit.interchange_control_number
        return (self.day or late, control, self.file, self.claim.transaction_no, self.claim.claim_no)

    @property
    def status(self) -> dict[str, str]:
        """What CLP02 means; an unknown code is a decision."""
        unknown = {"payer_sequence": "", "is_adjudicated": "true", "is_reversal": "false", "code": ""}
        return STATUSES.get(self.claim.claim_status_code or "", unknown)

    @property
    def is_decision(self) -> bool:
        """A decision of the payer."""
        return self.status["is_adjudicated"] == "true" and not self.is_reversal

    @property
    def is_reversal(self) -> bool:
        """Takes back another claim payment."""
        return self.status["is_reversal"] == "true"

    @property
    def service_date(self) -> datetime.date | None:
        """First date of its lines, else of the claim."""
        return min((li.date for li in self.lines if li.date), default=self.claim.statement_from_date)


def claim_events(files: Mapping[str, Iterable[Row]]) -> list[ClaimEvent]:
    """Every claim payment of every file."""
    events = []
    for name, rows in files.items():
        held = list(rows)
        remits = {row.transaction_no: row for row in held if isinstance(row, Remit)}
        for claim in held:
            if isinstance(claim, RemitClaim):
                own = [row for row in held if _is_of(row, claim)]
                codes = [row.carc or "" for row in own if isinstance(row, Adjustment)]
                events.append(ClaimEvent(file_id(name), claim, remits[claim.transaction_no], _lines(claim, own), codes))
    return events


def _is_of(row: Row, claim: RemitClaim) -> bool:
    is_part = isinstance(row, RemitLine | Adjustment | Remark)
    return is_part and (row.transaction_no, row.claim_no) == (claim.transaction_no, claim.claim_no)  # type: ignore[union-attr]


def _lines(claim: RemitClaim, own: list[Row]) -> list[LineEvent]:
    adjustments = [row for row in own if isinstance(row, Adjustment)]
    remarks = [row for row in own if isinstance(row, Remark)]
    svcs = [row for row in own if isinstance(row, RemitLine)]
    if not svcs:
        reasons = _reasons(adjustments)
        codes = [row.rarc or "" for row in remarks]
        return [
            LineEvent(0, "", claim.statement_from_date, None, claim.charge_amount, claim.paid_amount, reasons, codes)
        ]
    lines = []
    first = min((svc.service_date for svc in svcs if svc.service_date), default=claim.statement_from_date)
    for svc in svcs:
        mine = [row for row in adjustments if row.line_no == svc.line_no]
        whole = [row for row in adjustments if row.line_no == 0]
        is_known = svc.charge_amount is not None and svc.paid_amount is not None
        if is_known and (svc.charge_amount or 0) - (svc.paid_amount or 0) != sum(row.amount or 0 for row in mine):
            mine = mine + whole
        codes = [row.rarc or "" for row in remarks if row.line_no == svc.line_no]
        if not [code for code in codes if RARCS.get(code, {}).get("is_alert", "false") == "false"]:
            codes += [row.rarc or "" for row in remarks if row.line_no == 0]
        procedure = svc.submitted_procedure_code or svc.procedure_code or ""
        date, number = svc.service_date or first, svc.line_control_number
        lines.append(
            LineEvent(svc.line_no, procedure, date, number, svc.charge_amount, svc.paid_amount, _reasons(mine), codes)
        )
    return lines


def _reasons(adjustments: list[Adjustment]) -> list[Reason]:
    return [Reason(row.adjustment_no, row.group_code or "", row.carc or "", row.amount) for row in adjustments]
