"""Rows of claims -> the text of an 837 and what it should read as: the reader's counterpart, for tests only."""

import datetime
from dataclasses import dataclass, field

from pipelines.rows import Cents, Submission, SubmissionLine

GUIDES = {"837P": "005010X222A1", "837I": "005010X223A2", "837D": "005010X224A2"}
DIAGNOSIS_DAY = "20250101"


@dataclass
class Style:
    """How a file is written: its delimiters and its habits."""

    element: str = "*"
    component: str = ":"
    terminator: str = "~"
    newline: str = "\n"
    has_other_payer: bool = False  # writes loops 2320, 2330 and 2430, full of values that are not the claim's

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

    def text(self, claims: list[tuple[Submission, list[SubmissionLine]]]) -> str:
        """The whole interchange."""
        style, first = self.style, claims[0][0]
        fixed = ["00", " " * 10, "00", " " * 10, "ZZ", "EX".ljust(15), "ZZ", "EX".ljust(15), "250310", "0815"]
        isa = style.element.join(["ISA", *fixed, "^", "00501", "000000001", "0", "T", style.component])
        self.segments.append(isa + style.terminator + style.newline)
        self.add("GS", "HC", "EX", "EX", "20250310", "0815", "1", "X", GUIDES[self.form])
        self.add("ST", "837", "0001", GUIDES[self.form])
        self.add("BHT", "0019", "00", first.batch_reference, day(first.created_date), "0815", "CH")
        for claim, lines in claims:
            self.write_levels(claim)
            self.write_claim(claim)
            for line in lines:
                self.write_line(line)
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
            self.add("NM1", "85", "2", claim.billing_name, "", "", "", "", "XX", claim.billing_npi)
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

    def write_claim(self, claim: Submission) -> None:
        """Write a CLM loop up to its lines."""
        place = self.style.composite(claim.facility_code, "B", claim.frequency_code)
        self.add("CLM", claim.patient_control_number, dollars(claim.charge_amount), "", "", place, "Y")
        if self.form != "837P":
            qualifier = "434" if self.form == "837I" else "472"
            days = f"{day(claim.service_from_date)}-{day(claim.service_to_date)}"
            self.add("DTP", qualifier, "RD8", days)
        self.write_references(claim)
        if claim.note:
            self.add("NTE", "ADD", claim.note)
        self.write_diagnoses((claim.diagnosis_codes or "").split())
        if claim.rendering_npi:
            last, _, first = (claim.rendering_name or "").partition(", ")
            self.add("NM1", "82", "1", last, first, "", "", "", "XX", claim.rendering_npi)
            self.add("PRV", "PE", "PXC", claim.rendering_taxonomy_code)
        if claim.service_facility_npi:
            self.add("NM1", "77", "2", claim.service_facility_name, "", "", "", "", "XX", claim.service_facility_npi)
        if self.style.has_other_payer:
            self.write_other_payer()

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

    def write_diagnoses(self, codes: list[str]) -> None:
        """Twelve to a segment, without their dots, and a few codes that are not diagnoses."""
        plain = [code.replace(".", "") for code in codes]
        composites = [self.style.composite("ABF" if place else "ABK", code) for place, code in enumerate(plain)]
        for start in range(0, len(composites), 12):
            self.add("HI", *composites[start : start + 12])
        self.add("HI", self.style.composite("BH", "11", "D8", DIAGNOSIS_DAY), self.style.composite("BG", "C5"))

    def write_other_payer(self) -> None:
        """Write what another payer knows: nothing of it may be taken for the claim's."""
        self.add("SBR", "T", "18", "", "", "", "", "", "", "ZZ")
        self.add("CAS", "PR", "1", "9.99")
        self.add("NM1", "IL", "1", "OTHER", "OTHER", "", "", "", "MI", "OTHER")
        self.add("NM1", "PR", "2", "OTHER", "", "", "", "", "PI", "OTHER")
        self.add("DTP", "573", "D8", DIAGNOSIS_DAY)
        for qualifier in ("F8", "G1", "D9", "EA"):
            self.add("REF", qualifier, "OTHER")
        self.add("NM1", "82", "1", "OTHER", "", "", "", "", "XX", "1000000004")

    def write_line(self, line: SubmissionLine) -> None:
        """Write an LX loop."""
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
        if self.style.has_other_payer:
            self.add("SVD", "OTHER", "1", self.style.composite("HC", "00000"), "", "9")
            self.add("CAS", "CO", "45", "9.99")
            self.add("DTP", "573", "D8", DIAGNOSIS_DAY)

    def write_line_dates(self, line: SubmissionLine) -> None:
        """Write the line's day, or its days."""
        if line.service_date and line.service_end_date:
            self.add("DTP", "472", "RD8", f"{day(line.service_date)}-{day(line.service_end_date)}")
        elif line.service_date:
            self.add("DTP", "472", "D8", day(line.service_date))


def day(date: datetime.date | None) -> str:
    """CCYYMMDD."""
    return f"{date:%Y%m%d}" if date else ""


def dollars(amount: Cents | None) -> str:
    """As X12 has it: no zeros at the end of the cents."""
    return "" if amount is None else f"{amount // 100}.{amount % 100:02d}".rstrip("0").rstrip(".")


def thousandths(quantity: int | None) -> str:
    """A quantity without zeros at its end."""
    return "" if quantity is None else f"{quantity // 1000}.{quantity % 1000:03d}".rstrip("0").rstrip(".")
