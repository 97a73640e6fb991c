"""A small language for made-up remittances, claims and logs, as rows: `remit(day, claim("P1", line(...)))`."""

import datetime
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from pipelines.rows import (
    Adjustment,
    Cents,
    LogCode,
    LogRow,
    ProviderAdjustment,
    Remark,
    Remit,
    RemitClaim,
    RemitLine,
    Row,
    Submission,
    SubmissionLine,
)

Day = datetime.date
SERVICE = Day(2026, 1, 5)
PAYERS = {"Aetna": "60054", "Bright Valley Health": "", "Cigna": "62308"}


def dollars(amount: float | None) -> Cents | None:
    """Dollars as rows hold them."""
    return None if amount is None else Cents(round(amount * 100))


@dataclass
class Cas:
    """One adjustment: `Cas("CO-50", 100)`."""

    code: str
    amount: float | None


@dataclass
class Line:
    """One service line of a remit."""

    procedure: str | None = "99213"
    charge: float | None = 100
    paid: float | None = 0
    cas: Sequence[Cas] = ()
    remarks: Sequence[str] = ()
    date: Day | None = SERVICE
    number: str | None = None
    policy: str | None = None
    submitted: str | None = None


@dataclass
class Claim:
    """One claim payment of a remit; charge and paid follow from the lines unless given."""

    pcn: str | None
    lines: Sequence[Line] = ()
    status: str | None = "1"
    icn: str | None = None
    f8: str | None = None
    cas: Sequence[Cas] = ()
    remarks: Sequence[str] = ()
    charge: float | None = None
    paid: float | None = None
    npi: str | None = "1111111111"
    place: str | None = "11"
    filing: str | None = None
    date: Day | None = None
    fields: dict[str, Any] = field(default_factory=dict)


def line(*cas: Cas, **more: Any) -> Line:
    """A line with these adjustments."""
    return Line(cas=cas, **more)


def denied(code: str = "CO-50", charge: float = 100, **more: Any) -> Line:
    """A line of which the payer pays nothing, for one reason."""
    return Line(charge=charge, cas=(Cas(code, charge),), **more)


def paid(charge: float = 100, amount: float = 80, **more: Any) -> Line:
    """A line paid at the contract's rate."""
    return Line(charge=charge, paid=amount, cas=(Cas("CO-45", charge - amount),), **more)


def claim(pcn: str | None, *lines: Line, **more: Any) -> Claim:
    """A claim payment of these lines."""
    return Claim(pcn, lines, **more)


def reversal(of: Claim, **more: Any) -> Claim:
    """The claim payment that takes the other one back."""
    lines = [
        Line(
            one.procedure,
            -(one.charge or 0),
            -(one.paid or 0),
            [Cas(c.code, -(c.amount or 0)) for c in one.cas],
            (),
            one.date,
            one.number,
        )
        for one in of.lines
    ]
    charge, paid_amount = _total(of, "charge"), _total(of, "paid")
    values = {"icn": of.icn, "charge": -charge, "paid": -paid_amount, "date": of.date, "npi": of.npi, "place": of.place}
    return Claim(of.pcn, lines, "22", cas=[Cas(c.code, -(c.amount or 0)) for c in of.cas], **{**values, **more})


def _total(of: Claim, name: str) -> float:
    given = getattr(of, name)
    return given if given is not None else sum(getattr(one, name) or 0 for one in of.lines)


def remit(
    day: Day | None,
    *claims: Claim,
    payer: str | None = "Aetna",
    trace: str | None = None,
    plb: float = 0,
    payment: float | None = None,
    transaction_no: int = 1,
    control: str = "000000001",
) -> list[Row]:
    """The rows of one 835 transaction."""
    rows: list[Row] = []
    place = _Place()
    paid_total = sum(dollars(_total(one, "paid")) or 0 for one in claims)
    amount = paid_total - (dollars(plb) or 0) if payment is None else dollars(payment) or 0
    rows.append(
        Remit(
            transaction_no,
            *place.next(),
            payment_amount=Cents(amount),
            payment_date=day,
            interchange_control_number=control,
            trace_number=f"T{day}{payer}" if trace is None else trace,
            payer_name=payer,
            payer_id=PAYERS.get(payer or "", "") or None,
            claim_count=len(claims),
            claim_paid_amount=Cents(paid_total),
            provider_adjustment_amount=dollars(plb) or Cents(0),
            off_amount=Cents(amount - (paid_total - (dollars(plb) or 0))),
        )
    )
    for number, one in enumerate(claims, 1):
        rows += _claim(transaction_no, number, one, place)
    if plb:
        rows.append(ProviderAdjustment(transaction_no, 1, *place.next(), reason_code="WO", amount=dollars(plb)))
    return rows


def in_interchange(rows: list[Row], day: Day) -> list[Row]:
    """The rows of a remittance whose interchange is of this day."""
    assert isinstance(rows[0], Remit)
    rows[0].interchange_date = day
    return rows


class _Place:
    """Segment numbers and offsets, each used once."""

    def __init__(self) -> None:
        self.number = 0

    def next(self) -> tuple[int, int]:
        self.number += 1
        return self.number, self.number * 10


def _claim(transaction_no: int, claim_no: int, one: Claim, place: _Place) -> list[Row]:
    adjustments = [(0, c) for c in one.cas] + [(n, c) for n, li in enumerate(one.lines, 1) for c in li.cas]
    charge, paid_amount = dollars(_total(one, "charge")) or 0, dollars(_total(one, "paid")) or 0
    off = charge - paid_amount - sum(dollars(c.amount) or 0 for _, c in adjustments)
    key = hashlib.sha256(repr((one.pcn, one.icn, one.status, one.lines, one.cas, one.remarks)).encode()).hexdigest()
    rows: list[Row] = [
        RemitClaim(
            transaction_no,
            claim_no,
            *place.next(),
            patient_control_number=one.pcn,
            claim_status_code=one.status,
            charge_amount=Cents(charge),
            paid_amount=Cents(paid_amount),
            claim_filing_code=one.filing,
            payer_claim_control_number=one.icn,
            facility_code=one.place,
            rendering_npi=one.npi,
            original_reference_number=one.f8,
            statement_from_date=one.date,
            line_count=len(one.lines),
            off_amount=Cents(off),
            content_key=key[:16],
            **one.fields,
        )
    ]
    claim_off = off - sum(dollars(c.amount) or 0 for c in one.cas) * 0
    for number, li in enumerate(one.lines, 1):
        rows.append(_line(transaction_no, claim_no, number, li, place, claim_off))
    for count, (line_no, cas) in enumerate(adjustments, 1):
        group, _, code = cas.code.partition("-")
        amount = dollars(cas.amount)
        rows.append(Adjustment(transaction_no, claim_no, line_no, count, *place.next(), group, code, amount))
    remarks = [(0, "MOA", r) for r in one.remarks] + [
        (n, "LQ", r) for n, li in enumerate(one.lines, 1) for r in li.remarks
    ]
    for count, (line_no, source, code) in enumerate(remarks, 1):
        rows.append(Remark(transaction_no, claim_no, line_no, count, *place.next(), source, "HE", code))
    return rows


def _line(transaction_no: int, claim_no: int, number: int, li: Line, place: _Place, claim_off: int) -> RemitLine:
    off = (dollars(li.charge) or 0) - (dollars(li.paid) or 0) - sum(dollars(c.amount) or 0 for c in li.cas)
    return RemitLine(
        transaction_no,
        claim_no,
        number,
        *place.next(),
        procedure_qualifier="HC",
        procedure_code=li.procedure,
        charge_amount=dollars(li.charge),
        paid_amount=dollars(li.paid),
        service_date=li.date,
        line_control_number=li.number,
        policy_reference=li.policy,
        submitted_procedure_code=li.submitted,
        off_amount=Cents(0 if claim_off == 0 else off),
    )


def sent(
    day: Day | None, pcn: str | None, number: int = 1, *, payer: str = "Aetna", sequence: str | None = "P", **more: Any
) -> list[Row]:
    """The rows of one claim of an 837."""
    values: dict[str, Any] = {
        "created_date": day,
        "patient_control_number": pcn,
        "frequency_code": "1",
        "payer_name": payer,
        "payer_id": PAYERS.get(payer, "") or None,
        "payer_sequence_code": sequence,
        "service_from_date": SERVICE,
        "service_to_date": SERVICE,
        "claim_form": "837P",
        "line_count": 1,
    }
    authorization = more.pop("line_authorization", None)
    submission = Submission(1, number, number * 10, number * 100, **{**values, **more})
    first = SubmissionLine(1, number, 1, number * 10 + 1, number * 100 + 10, authorization_number=authorization)
    return [submission, first]


def log(row_no: int, *codes: str, **more: Any) -> list[Row]:
    """The rows of one row of a denial log; codes as `CO-50`, `N115` or `local:NR`."""
    values: dict[str, Any] = {"payer_name": "Aetna", "is_denied": True, "denial_date": Day(2026, 2, 1)}
    for name in [name for name in more if name.endswith("_amount")]:
        more[name] = dollars(more[name])
    rows: list[Row] = [LogRow(row_no, **{**values, **more})]
    for number, code in enumerate(codes, 1):
        if code.startswith("local:"):
            rows.append(LogCode(row_no, number, "local", None, code.removeprefix("local:")))
        elif "-" in code:
            group, _, plain = code.partition("-")
            rows.append(LogCode(row_no, number, "CARC", group, plain))
        else:
            rows.append(LogCode(row_no, number, "RARC", None, code))
    return rows
