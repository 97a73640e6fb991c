"""Rows of remittances -> the bytes of an 835 in any dress: the reader's counterpart, for tests only."""

import datetime
from dataclasses import dataclass, field

from pipelines.rows import Adjustment, Date, ProviderAdjustment, Remark, Remit, RemitClaim, RemitLine
from pipelines.x12.delimiters import Delimiters

Elements = list[str]
USUAL = Delimiters("*", ":", "^", "~")


@dataclass
class Line:
    """A service line with what belongs to it."""

    row: RemitLine
    adjustments: list[Adjustment] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)


@dataclass
class Claim:
    """A claim payment with what belongs to it."""

    row: RemitClaim
    adjustments: list[Adjustment] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)


@dataclass
class Payment:
    """A transaction with what belongs to it."""

    row: Remit
    claims: list[Claim] = field(default_factory=list)
    provider_adjustments: list[ProviderAdjustment] = field(default_factory=list)


@dataclass(frozen=True)
class Dress:
    """How a file looks: its delimiters, what follows a terminator, and the width at which its lines are cut."""

    delimiters: Delimiters = USUAL
    newline: str = ""
    width: int | None = None
    empty_elements_at_end: int = 0


def decimal(scaled: int | None, places: int = 2) -> str:
    """Return a scaled whole number as X12 writes decimals: no needless zeros."""
    if scaled is None:
        return ""
    digits = f"{abs(scaled):0{places + 1}d}"
    number = f"{digits[:-places]}.{digits[-places:]}".rstrip("0").rstrip(".")
    return f"-{number}" if scaled < 0 else number


def day(date: Date | None) -> str:
    """Return a date as CCYYMMDD."""
    return f"{date:%Y%m%d}" if date is not None else ""


def interchange(payments: list[Payment], dress: Dress = Dress(), control: int = 1) -> bytes:
    """Return one interchange of these payments, written in this dress."""
    marks = dress.delimiters
    isa = ["ISA", "00", " " * 10, "00", " " * 10, "ZZ", "PAYER".ljust(15), "ZZ", "PRACTICE".ljust(15), "260301", "0900"]
    isa += [marks.repetition or "U", "00501", f"{control:09d}", "0", "P", marks.component]
    segments = [["GS", "HP", "PAYER", "PRACTICE", "20260301", "0900", "1", "X", "005010X221A1"]]
    for payment in payments:
        segments += transaction(payment, marks.component)
    segments += [["GE", str(len(payments)), "1"], ["IEA", "1", f"{control:09d}"]]
    texts = [marks.element.join(isa)]
    texts += [marks.element.join([*segment, *[""] * dress.empty_elements_at_end]) for segment in segments]
    text = "".join(text + marks.terminator + dress.newline for text in texts)
    if dress.width is not None:
        text = "\n".join(text[start : start + dress.width] for start in range(0, len(text), dress.width))
    return text.encode()


def transaction(payment: Payment, component: str) -> list[Elements]:
    """Return the segments of one payment, ST to SE."""
    row = payment.row
    number = row.transaction_control_number or ""
    bpr = ["BPR", row.handling_code, decimal(row.payment_amount), row.credit_debit_code, row.payment_method_code]
    segments: list[list[str | None]] = [
        ["ST", "835", number],
        [*bpr, *[""] * 11, day(row.payment_date)],
        ["TRN", "1", row.trace_number, row.originator_id],
        ["DTM", "405", day(row.production_date)],
        ["N1", "PR", row.payer_name, "XV", row.payer_id],
        ["N4", "", row.payer_state],
        ["N1", "PE", row.payee_name, row.payee_id_qualifier, row.payee_id],
        ["REF", "TJ", row.payee_tax_id],
        ["LX", "1"],
    ]
    for claim in payment.claims:
        segments += claim_loop(claim, component)
    for adjustment in payment.provider_adjustments:
        reason = component.join(part for part in (adjustment.reason_code, adjustment.reference_id) if part)
        date = day(adjustment.fiscal_period_date)
        segments.append(["PLB", adjustment.provider_id, date, reason, decimal(adjustment.amount)])
    segments.append(["SE", str(len(segments) + 1), number])
    return [[element or "" for element in segment] for segment in segments]


def claim_loop(claim: Claim, component: str) -> list[list[str | None]]:
    """Return the segments of one claim, those it has something to say in."""
    row = claim.row
    amounts = (row.charge_amount, row.paid_amount, row.patient_responsibility_amount)
    head = ["CLP", row.patient_control_number, row.claim_status_code, *map(decimal, amounts), row.claim_filing_code]
    head += [row.payer_claim_control_number, row.facility_code, row.frequency_code]
    names = [row.patient_last_name, row.patient_first_name, "", "", "", "MI", row.patient_id]
    segments: list[list[str | None]] = [head, *adjustment_segments(claim.adjustments), ["NM1", "QC", "1", *names]]
    if row.rendering_npi:
        segments.append(["NM1", "82", "1", row.rendering_name, "", "", "", "", "XX", row.rendering_npi])
    segments += [["REF", "EA", row.medical_record_number]] if row.medical_record_number else []
    segments += [["REF", "F8", row.original_reference_number]] if row.original_reference_number else []
    segments += [["DTM", "232", day(row.statement_from_date)]] if row.statement_from_date else []
    for line in claim.lines:
        segments += line_loop(line, component)
    return segments


def line_loop(line: Line, component: str) -> list[list[str | None]]:
    """Return the segments of one line, those it has something to say in."""
    row = line.row
    modifiers = (row.modifiers or "").split()
    procedure = component.join([row.procedure_qualifier or "", row.procedure_code or "", *modifiers])
    amounts = [decimal(row.charge_amount), decimal(row.paid_amount)]
    segments: list[list[str | None]] = [
        ["SVC", procedure, *amounts, row.revenue_code, decimal(row.paid_units, 3)],
    ]
    segments += [["DTM", "472", day(row.service_date)]] if row.service_date else []
    segments += adjustment_segments(line.adjustments)
    segments += [["REF", "6R", row.line_control_number]] if row.line_control_number else []
    segments += [["REF", "0K", row.policy_reference]] if row.policy_reference else []
    if row.allowed_evidence_amount is not None:
        segments.append(["AMT", "B6", decimal(row.allowed_evidence_amount)])
    segments += [["LQ", remark.qualifier, remark.rarc] for remark in line.remarks]
    return segments


def adjustment_segments(adjustments: list[Adjustment]) -> list[list[str | None]]:
    """Return CAS segments of up to six triplets, neighbours of one group together."""
    segments: list[list[str | None]] = []
    for adjustment in adjustments:
        if not segments or segments[-1][1] != adjustment.group_code or len(segments[-1]) >= 20:
            segments.append(["CAS", adjustment.group_code])
        segments[-1] += [adjustment.carc, decimal(adjustment.amount), decimal(adjustment.quantity, 3)]
    return segments


def a_payment(**changes: object) -> Payment:
    """Return one plain payment of one claim with one line, which adds up; `changes` are of the claim's row."""
    claim = RemitClaim(1, 1, 0, 0)
    claim.lx_number, claim.patient_control_number, claim.claim_status_code = "1", "HO-1", "1"
    claim.charge_amount, claim.paid_amount, claim.patient_responsibility_amount = 10000, 6000, 1500
    claim.claim_filing_code, claim.payer_claim_control_number = "12", "PC1"
    claim.patient_last_name, claim.patient_first_name = "OKAFOR", "ADA"
    for name, value in changes.items():
        setattr(claim, name, value)
    line = RemitLine(1, 1, 1, 0, 0, "HC", "99213", "25", None, 10000, 6000, 1000)
    line.service_date = datetime.date(2026, 2, 10)
    adjustments = [Adjustment(1, 1, 1, 1, 0, 0, "CO", "45", 2500), Adjustment(1, 1, 1, 2, 0, 0, "PR", "2", 1500)]
    remit = Remit(1, 0, 0, "0001")
    remit.handling_code, remit.payment_amount, remit.credit_debit_code = "I", 6000, "C"
    remit.payment_method_code, remit.payment_date = "ACH", datetime.date(2026, 3, 5)
    remit.trace_number, remit.payer_name, remit.payee_name = "T1", "MERIDIAN HEALTH", "HILLSIDE"
    return Payment(remit, [Claim(claim, lines=[Line(line, adjustments)])])
