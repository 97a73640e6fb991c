"""Rows of claims -> the text of an 837 and what it should read as: the reader's counterpart, for tests only."""

import datetime
from dataclasses import dataclass, field

from pipelines.rows import (
    Cents,
    Row,
    Submission,
    SubmissionAdjustment,
    SubmissionCode,
    SubmissionDecision,
    SubmissionDetail,
    SubmissionLine,
    SubmissionPayer,
)

GUIDES = {"837P": "005010X222A1", "837I": "005010X223A2", "837D": "005010X224A2"}
HI_CODES = 12  # a segment holds so many
Claim = tuple[Submission, list[SubmissionLine], list[Row]]


@dataclass
class Style:
    """How a file is written: its delimiters and its habits."""

    element: str = "*"
    component: str = ":"
    terminator: str = "~"
    newline: str = "\n"

    def segment(self, *elements: str | None) -> str:
        """One segment without empty elements at its end."""
        values = [element or "" for element in elements]
        while values and not values[-1]:
            values.pop()
        return self.element.join(values) + self.terminator + self.newline

    def composite(self, *parts: str | None) -> str:
        """One composite without empty parts at its end."""
        return self.component.join(part or "" for part in parts).rstrip(self.component)


@dataclass
class Writer:
    """Collects segments; a new hierarchical level is written only where the claim stands under something else."""

    style: Style
    form: str
    segments: list[str] = field(default_factory=list)
    level_no: int = 0
    above: dict[str, object] = field(default_factory=dict)

    def add(self, *elements: str | None) -> None:
        """Write one segment."""
        self.segments.append(self.style.segment(*elements))

    def text(self, claims: list[Claim]) -> str:
        """The whole interchange."""
        style, first = self.style, claims[0][0]
        fixed = ["00", " " * 10, "00", " " * 10, "ZZ", "EX".ljust(15), "ZZ", "EX".ljust(15), "250310", "0815"]
        isa = style.element.join(["ISA", *fixed, "^", "00501", "000000001", "0", "T", style.component])
        self.segments.append(isa + style.terminator + style.newline)
        self.add("GS", "HC", "EX", "EX", "20250310", "0815", "1", "X", GUIDES[self.form])
        self.add("ST", "837", "0001", GUIDES[self.form])
        self.add("BHT", "0019", "00", first.batch_reference, day(first.created_date), "0815", "CH")
        if first.submitter_name:
            self.add("NM1", "41", "2", first.submitter_name, "", "", "", "", "46", "EX")
        for claim, lines, others in claims:
            self.write_levels(claim)
            self.write_claim(claim, others)
            for line in lines:
                self.write_line(line, [row for row in others if line_of(row) == line.line_no])
        self.add("SE", str(len(self.segments) - 1), "0001")
        self.add("GE", "1", "1")
        self.add("IEA", "1", "000000001")
        return "".join(self.segments)

    def write_levels(self, claim: Submission) -> None:
        """Write the levels that the claim before did not already stand under."""
        billing = (claim.billing_name, claim.billing_npi)
        subscriber = (claim.subscriber_id, claim.subscriber_last_name, claim.payer_id, claim.payer_sequence_code)
        patient = (claim.patient_last_name, claim.patient_first_name)
        is_dependent = patient != (claim.subscriber_last_name, claim.subscriber_first_name)
        if self.above.get("billing") != billing:
            self.above = {"billing": billing}
            self.level("20")
            if claim.billing_taxonomy_code:
                self.add("PRV", "BI", "PXC", claim.billing_taxonomy_code)
            self.add("NM1", "85", "2", claim.billing_name, "", "", "", "", "XX", claim.billing_npi)
            if claim.pay_to_npi:
                self.add("NM1", "87", "2", claim.pay_to_name, "", "", "", "", "XX", claim.pay_to_npi)
        if self.above.get("subscriber") != subscriber or (not is_dependent and "patient" in self.above):
            self.above = {"billing": billing, "subscriber": subscriber}
            self.level("22")
            self.write_subscriber(claim, is_dependent)
        if is_dependent and self.above.get("patient") != patient:
            self.above["patient"] = patient
            self.level("23")
            self.add("NM1", "QC", "1", claim.patient_last_name, claim.patient_first_name)
            self.add("DMG", "D8", day(claim.patient_birth_date))

    def level(self, code: str) -> None:
        """Begin a hierarchical level."""
        self.level_no += 1
        self.add("HL", str(self.level_no), "", code)

    def write_subscriber(self, claim: Submission, is_dependent: bool) -> None:
        """Write coverage, subscriber and payer; a subscriber who is not the patient has a birthday of their own."""
        self.add("SBR", claim.payer_sequence_code, "", "", "", "", "", "", "", claim.claim_filing_code)
        names = (claim.subscriber_last_name, claim.subscriber_first_name)
        self.add("NM1", "IL", "1", *names, "", "", "", "MI", claim.subscriber_id)
        self.add("DMG", "D8", "19010101" if is_dependent else day(claim.patient_birth_date))
        self.add("NM1", "PR", "2", claim.payer_name, "", "", "", "", "PI", claim.payer_id)

    def write_claim(self, claim: Submission, others: list[Row]) -> None:
        """Write a CLM loop up to its lines; `others` are the claim's codes, details and other payers."""
        place = self.style.composite(claim.facility_code, "B", claim.frequency_code)
        self.add("CLM", claim.patient_control_number, dollars(claim.charge_amount), "", "", place, "Y")
        if self.form != "837P":
            qualifier = "434" if self.form == "837I" else "472"
            days = f"{day(claim.service_from_date)}-{day(claim.service_to_date)}"
            self.add("DTP", qualifier, "RD8", days)
        self.write_details([row for row in others if line_of(row) == 0 and payer_of(row) == 0])
        if claim.patient_paid_amount is not None:
            self.add("AMT", "F5", dollars(claim.patient_paid_amount))
        self.write_references(claim)
        if claim.note:
            self.add("NTE", "ADD", claim.note)
        self.write_codes([row for row in others if isinstance(row, SubmissionCode)])
        if claim.rendering_npi:
            last, _, first = (claim.rendering_name or "").partition(", ")
            self.add("NM1", "82", "1", last, first, "", "", "", "XX", claim.rendering_npi)
            self.add("PRV", "PE", "PXC", claim.rendering_taxonomy_code)
        if claim.service_facility_npi:
            self.add("NM1", "77", "2", claim.service_facility_name, "", "", "", "", "XX", claim.service_facility_npi)
        if claim.supervising_npi:
            self.add("NM1", "DQ", "1", "ANY", "ONE", "", "", "", "XX", claim.supervising_npi)
        for payer in [row for row in others if isinstance(row, SubmissionPayer)]:
            self.write_payer(payer, [row for row in others if payer_of(row) == payer.payer_no])

    def write_references(self, claim: Submission) -> None:
        """Write the claim's REF segments."""
        for qualifier, value in (
            ("F8", claim.original_reference_number),
            ("G1", claim.authorization_number),
            ("D9", claim.clearinghouse_number),
            ("EA", claim.medical_record_number),
        ):
            if value:
                self.add("REF", qualifier, value)

    def write_codes(self, codes: list[SubmissionCode]) -> None:
        """Twelve to a segment, diagnoses without their dots, with day or span, amount, and presence at admission."""
        composites = []
        for code in codes:
            days = [day(date) for date in (code.date_value, code.end_date) if date]
            form = ["", "D8", "RD8"][len(days)]
            parts = [code.qualifier, code.code.replace(".", ""), form, "-".join(days), dollars(code.amount)]
            composites.append(self.style.composite(*parts, "", "", "", code.present_on_admission_code))
        for start in range(0, len(composites), HI_CODES):
            self.add("HI", *composites[start : start + HI_CODES])

    def write_details(self, rows: list[Row]) -> None:
        """Write what has no column of its own."""
        for row in (row for row in rows if isinstance(row, SubmissionDetail)):
            text = row.text_value or ""
            if row.segment_id == "DTP":
                self.add("DTP", row.qualifier, "D8", text)
            elif row.segment_id == "NM1":
                name, _, npi = text.rpartition(" ")
                self.add("NM1", row.qualifier, "1", *name.split(", "), "", "", "", "XX", npi)
            else:
                self.add(row.segment_id, *([row.qualifier] if row.qualifier else []), *text.split("*"))

    def write_adjustments(self, rows: list[Row]) -> None:
        """A CAS segment for each run of adjustments of one group, up to six."""
        run: list[str | None] = []
        for row in (row for row in rows if isinstance(row, SubmissionAdjustment)):
            if run and (run[1] != row.group_code or len(run) > 18):
                self.add(*run)
                run = []
            run = run or ["CAS", row.group_code]
            run += [row.carc, dollars(row.amount), thousandths(row.quantity)]
        if run:
            self.add(*run)

    def write_payer(self, payer: SubmissionPayer, rows: list[Row]) -> None:
        """Write loops 2320 and 2330 of another payer: nothing of it may be taken for the claim's."""
        self.add("SBR", payer.sequence_code, "18", "", "", "", "", "", "", payer.claim_filing_code)
        self.write_adjustments(rows)
        if payer.paid_amount is not None:
            self.add("AMT", "D", dollars(payer.paid_amount))
        self.add("NM1", "IL", "1", "OTHER", "OTHER", "", "", "", "MI", payer.subscriber_id)
        self.add("NM1", "PR", "2", payer.payer_name, "", "", "", "", "PI", payer.payer_id)
        if payer.decision_date:
            self.add("DTP", "573", "D8", day(payer.decision_date))
        if payer.payer_claim_control_number:
            self.add("REF", "F8", payer.payer_claim_control_number)
        self.write_details(rows)

    def write_decision(self, made: SubmissionDecision, rows: list[Row]) -> None:
        """Write a loop 2430."""
        modifiers = (made.modifiers or "").split()
        procedure = self.style.composite(made.procedure_qualifier, made.procedure_code, *modifiers)
        amounts = (dollars(made.paid_amount), procedure, made.revenue_code, thousandths(made.paid_units))
        self.add("SVD", made.payer_id, *amounts, made.bundled_line)
        self.write_adjustments([row for row in rows if decision_of(row) == made.decision_no])
        if made.decision_date:
            self.add("DTP", "573", "D8", day(made.decision_date))

    def write_line(self, line: SubmissionLine, others: list[Row]) -> None:
        """Write an LX loop with its details and what other payers did with the line."""
        self.add("LX", str(line.line_no))
        modifiers = (line.modifiers or "").split()
        procedure = self.style.composite(line.procedure_qualifier, line.procedure_code, *modifiers)
        pointers = self.style.composite(*(line.diagnosis_pointers or "").split())
        charge, units = dollars(line.charge_amount), thousandths(line.units)
        if self.form == "837P":
            self.add("SV1", procedure, charge, line.unit_code, units, line.place_of_service_code, "", pointers)
        elif self.form == "837I":
            self.add("SV2", line.revenue_code, procedure, charge, line.unit_code, units)
        else:
            self.add("SV3", procedure, charge, line.place_of_service_code, "", "", units, "", "", "", "", pointers)
        self.write_line_dates(line)
        for qualifier, value in (("6R", line.line_control_number), ("G1", line.authorization_number)):
            if value:
                self.add("REF", qualifier, value)
        if line.note:
            self.add("NTE", "ADD", line.note)
        self.write_details(others)
        if line.rendering_npi:
            self.add("NM1", "82", "1", "ANY", "ONE", "", "", "", "XX", line.rendering_npi)
        for made in [row for row in others if isinstance(row, SubmissionDecision)]:
            self.write_decision(made, others)

    def write_line_dates(self, line: SubmissionLine) -> None:
        """Write the line's day, or its days."""
        if line.service_date and line.service_end_date:
            self.add("DTP", "472", "RD8", f"{day(line.service_date)}-{day(line.service_end_date)}")
        elif line.service_date:
            self.add("DTP", "472", "D8", day(line.service_date))


def line_of(row: Row) -> int | None:
    """The line that a row belongs to; 0 is the claim, None a row of another kind."""
    has_line = isinstance(row, SubmissionDetail | SubmissionDecision | SubmissionAdjustment)
    return row.line_no if has_line else None


def payer_of(row: Row) -> int | None:
    """The other payer whose a detail or adjustment of the claim is."""
    return row.payer_no if isinstance(row, SubmissionDetail | SubmissionAdjustment) and row.line_no == 0 else None


def decision_of(row: Row) -> int | None:
    """The decision whose an adjustment is."""
    return row.decision_no if isinstance(row, SubmissionAdjustment) else None


def day(date: datetime.date | None) -> str:
    """CCYYMMDD."""
    return f"{date:%Y%m%d}" if date else ""


def dollars(amount: Cents | None) -> str:
    """As X12 has it: no zeros at the end of the cents."""
    return "" if amount is None else f"{amount // 100}.{amount % 100:02d}".rstrip("0").rstrip(".")


def thousandths(quantity: int | None) -> str:
    """A quantity without zeros at its end."""
    return "" if quantity is None else f"{quantity // 1000}.{quantity % 1000:03d}".rstrip("0").rstrip(".")
