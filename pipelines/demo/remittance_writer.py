"""835 bodies (005010X221A1) from settlements."""

from dataclasses import dataclass, field

from pipelines.demo.calendar import compact
from pipelines.demo.practice import Payer, Practice
from pipelines.demo.rulings import Adjustment, Ruling, Settlement, summed
from pipelines.demo.x12_writer import money, segment

TRIPLETS = 6  # a CAS holds up to six adjustments


@dataclass(slots=True)
class Payment:
    """One 835 transaction: a payer's payment of one day; amounts in cents."""

    payer: Payer
    day: int
    settlements: list[Settlement]
    adjustments: list[tuple[str, str, int]] = field(default_factory=list)  # PLB: reason, reference, amount
    part: int = 1
    misstated: int = 0  # how far BPR02 is planted beside the truth

    @property
    def amount(self) -> int:
        """BPR02."""
        paid = sum(settlement.paid for settlement in self.settlements)
        return paid - sum(item[2] for item in self.adjustments) + self.misstated

    @property
    def trace_number(self) -> str:
        """TRN02."""
        return f"{self.payer.trace_prefix}{compact(self.day)}{self.part:02d}"


def remittance_body(practice: Practice, payment: Payment) -> list[str]:
    """The segments between ST and SE."""
    body = _heading(practice, payment)
    body.append(segment("LX", "1"))
    if "summary" in payment.payer.habits and payment.settlements:
        charge = sum(settlement.charge for settlement in payment.settlements)
        body.append(
            segment("TS3", practice.npi, "11", _year_end(payment.day), str(len(payment.settlements)), money(charge))
        )
    for settlement in payment.settlements:
        body.extend(claim_loop(settlement))
    for start in range(0, len(payment.adjustments), TRIPLETS):
        body.append(_provider_adjustment(practice, payment, start))
    return body


def _heading(practice: Practice, payment: Payment) -> list[str]:
    payer, date, amount = payment.payer, compact(payment.day), payment.amount
    tax_id = f"1{payer.payer_id[-3:]}990000"
    method = ["ACH", "CCP", "01", "000000000", "DA", "000111", tax_id, "", "01", "000000000", "DA", "000222", date]
    none = ["NON", "", "", "", "", "", tax_id, "", "", "", "", "", date]
    return [
        segment("BPR", "I" if amount else "H", money(amount), "C", *(method if amount else none)),
        segment("TRN", "1", payment.trace_number, tax_id),
        segment("DTM", "405", date),
        segment("N1", "PR", payer.name, "XV", payer.payer_id),
        segment("N3", "1 MADE-UP PLAZA"),
        segment("N4", "SAMPLETON", "KS", "660000000"),
        segment("REF", "2U", payer.payer_id),
        segment("PER", "BL", "DEMO DATA", "TE", "5555550100"),
        segment("N1", "PE", practice.name, "XX", practice.npi),
        segment("REF", "TJ", practice.tax_id),
    ]


def claim_loop(settlement: Settlement) -> list[str]:
    """CLP to the last segment of the claim's last line."""
    claim, rulings = settlement.claim, settlement.rulings
    without_lines = "no_lines" in settlement.payer.habits
    loop = [_claim_payment(settlement)]
    if without_lines or settlement.lifted:
        loop.extend(_adjustments(summed(rulings)))
    person = claim.patient
    loop.append(segment("NM1", "QC", "1", person.last_name, person.first_name, "", "", "", "MI", person.member_id))
    provider = claim.provider
    loop.append(segment("NM1", "82", "1", provider.last_name, provider.first_name, "", "", "", "XX", provider.npi))
    if settlement.secondary:
        loop.append(
            segment("NM1", "TT", "2", settlement.secondary.name, *[""] * 4, "PI", settlement.secondary.payer_id)
        )
    loop.extend(_remarks(settlement))
    if settlement.original_number:
        loop.append(segment("REF", "F8", settlement.original_number))
    loop.append(segment("DTM", "232", compact(claim.service_day)))
    loop.append(segment("DTM", "050", compact(settlement.received_day)))
    if settlement.interest:
        loop.append(segment("AMT", "I", money(settlement.interest)))
    if not without_lines:
        for ruling in rulings:
            loop.extend(_line(ruling, claim.service_day, settlement))
    return loop


def _claim_payment(settlement: Settlement) -> str:
    return segment(
        "CLP",
        settlement.account,
        settlement.status,
        money(settlement.charge),
        money(settlement.paid),
        money(settlement.patient_share) if settlement.patient_share and settlement.status != "22" else "",
        settlement.payer.filing_code,
        settlement.control_number,
        settlement.claim.place.code,
        settlement.frequency,
    )


def _remarks(settlement: Settlement) -> list[str]:
    remarks = list(settlement.claim_remarks)
    if settlement.lifted or "no_lines" in settlement.payer.habits:
        remarks += [remark for remark in settlement.rulings[0].remarks if remark not in remarks]
    return [segment("MOA", "", "", *remarks)] if remarks else []


def _line(ruling: Ruling, service_day: int, settlement: Settlement) -> list[str]:
    line = ruling.line
    procedure = ":".join(("HC", line.procedure, *line.modifiers))
    was_cut = ruling.paid_units != line.units
    submitted = str(line.units) if was_cut and ruling.paid_units else ""
    units = str(ruling.paid_units or line.units)
    segments = [
        segment("SVC", procedure, money(line.charge), money(ruling.paid), "", units, "", submitted),
        segment("DTM", "472", compact(service_day)),
    ]
    if not settlement.lifted:
        segments.extend(_adjustments(ruling.adjustments))
    segments.append(segment("REF", "6R", line.control_number))
    if ruling.policy_reference and "policy" in settlement.payer.habits:
        segments.append(segment("REF", "0K", ruling.policy_reference))
    allowed = ruling.paid + ruling.patient_share
    if allowed > 0:
        segments.append(segment("AMT", "B6", money(allowed)))
    if not settlement.lifted:
        segments.extend(segment("LQ", "HE", remark) for remark in ruling.remarks)
    return segments


def _adjustments(adjustments: list[Adjustment]) -> list[str]:
    """CAS segments: one for each group, six adjustments at most in each."""
    groups: dict[str, list[str]] = {}
    for group, carc, amount, units in adjustments:
        groups.setdefault(group, []).extend((carc, money(amount), str(units) if units else ""))
    width = 3 * TRIPLETS
    return [
        segment("CAS", group, *cells[start : start + width])
        for group, cells in groups.items()
        for start in range(0, len(cells), width)
    ]


def _provider_adjustment(practice: Practice, payment: Payment, start: int) -> str:
    cells: list[str] = []
    for reason, reference, amount in payment.adjustments[start : start + TRIPLETS]:
        cells += [f"{reason}:{reference}", money(amount)]
    return segment("PLB", practice.npi, _year_end(payment.day), *cells)


def _year_end(day: int) -> str:
    return f"{compact(day)[:4]}1231"
