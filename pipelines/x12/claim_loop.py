"""One CLM loop of an 837: from the CLM to the next claim or level, with its lines.

Inside the loop, SBR begins what another payer knows of the claim (2320, 2330): its names, references, dates and amounts
are not the claim's and are passed over. LX begins a service line, which ends both.
"""

from collections.abc import Callable

from pipelines.rows import Date, Oddity, Row, Submission, SubmissionLine
from pipelines.x12.claim_parties import read_party
from pipelines.x12.diagnosis import Diagnoses
from pipelines.x12.service_line import SERVICE_FORM, ServiceReader
from pipelines.x12.values import ValueReader, element, text

CLAIM, OTHER_PAYER, LINE = "claim", "other payer", "line"
FACILITY_CODES = frozenset(("77", "FA", "LI", "TL"))  # 4010 tells facility, laboratory and so on apart

CLAIM_REFERENCES = {
    "F8": "original_reference_number",
    "G1": "authorization_number",
    "D9": "clearinghouse_number",
    "EA": "medical_record_number",
}
LINE_REFERENCES = {"6R": "line_control_number", "G1": "authorization_number"}


class ClaimLoop:
    """One claim while it is read; `finish` returns its rows."""

    def __init__(
        self, submission: Submission, billing_taxonomy_code: str | None, services: ServiceReader, values: ValueReader
    ) -> None:
        self.submission, self._services, self._values = submission, services, values
        self._billing_taxonomy_code = billing_taxonomy_code
        self._diagnoses = Diagnoses()
        self._loop = CLAIM
        self._described = ""
        self._line: SubmissionLine | None = None
        self._has_service = False
        self._lines: list[SubmissionLine] = []
        self._form: str | None = None
        self._admission_date: Date | None = None

    def open(self, number: int, offset: int, elements: list[str]) -> None:
        """The claim holds what its CLM segment says."""
        claim = self.submission
        claim.patient_control_number = text(element(elements, 1))
        if claim.patient_control_number is None:
            self._values.tell("claim_number_missing", elements, 1, number, offset, "is missing")
        claim.charge_amount = self._values.amount(elements, 2, number, offset, required=True)
        place = element(elements, 5).split(self._services.component)
        claim.facility_code = text(place[0])
        claim.frequency_code = text(place[2]) if len(place) > 2 else None

    def take(self, number: int, offset: int, elements: list[str]) -> None:
        """Remember what a segment of the loop says."""
        handler = HANDLERS.get(elements[0])
        if handler is not None:
            handler(self, number, offset, elements)

    def finish(self, end_byte_offset: int, form: str | None) -> list[Row]:
        """Return the claim and its lines; `form` is what the envelope says, else the service segments decide."""
        self._end_line()
        claim = self.submission
        claim.end_byte_offset, claim.claim_form = end_byte_offset, form or self._form
        claim.line_count = len(self._lines)
        claim.principal_diagnosis_code, claim.diagnosis_codes = self._diagnoses.principal, self._diagnoses.all()
        if claim.rendering_name is None and claim.rendering_npi is None:
            claim.rendering_taxonomy_code = self._billing_taxonomy_code
        self._settle_dates()
        self._check()
        return [claim, *self._lines]

    def _settle_dates(self) -> None:
        """The claim's own dates, else those its lines span, else the admission."""
        claim = self.submission
        if claim.service_from_date is not None:
            return
        firsts = [line.service_date for line in self._lines if line.service_date]
        lasts = [line.service_end_date or line.service_date for line in self._lines]
        claim.service_from_date = min(firsts, default=self._admission_date)
        claim.service_to_date = max((last for last in lasts if last), default=self._admission_date)

    def _check(self) -> None:
        claim = self.submission
        if claim.payer_name is None and claim.payer_id is None:
            self._tell("claim_payer_missing", "the claim names no payer")
        if not self._lines:
            self._tell("claim_without_lines", "the claim has no service line")
            return
        charges = [line.charge_amount for line in self._lines if line.charge_amount is not None]
        if claim.charge_amount is None or len(charges) < len(self._lines) or sum(charges) == claim.charge_amount:
            return
        told, summed = _dollars(claim.charge_amount), _dollars(sum(charges))
        self._tell("lines_do_not_sum_to_claim", f"CLM02 is {told}, its lines sum to {summed}")

    def _tell(self, code: str, message: str) -> None:
        claim = self.submission
        self._note_oddity(code, claim.segment_no, claim.byte_offset, message)

    def _note_oddity(self, code: str, number: int, offset: int, message: str) -> None:
        self._values.oddities.append(Oddity(code, number, offset, message))

    def _other_payer(self, number: int, offset: int, elements: list[str]) -> None:
        self._loop = OTHER_PAYER

    def _name(self, number: int, offset: int, elements: list[str]) -> None:
        self._described = code = element(elements, 1).upper()
        if self._loop != CLAIM:
            return
        claim, party = self.submission, read_party(elements)
        if code == "82":
            claim.rendering_name, claim.rendering_npi = party.name, party.npi
        elif code == "DN" and claim.referring_npi is None:
            claim.referring_npi = party.npi
        elif code in FACILITY_CODES:
            claim.service_facility_name, claim.service_facility_npi = party.name, party.npi

    def _taxonomy(self, number: int, offset: int, elements: list[str]) -> None:
        if self._loop == CLAIM and self._described == "82":
            self.submission.rendering_taxonomy_code = text(element(elements, 3))

    def _reference(self, number: int, offset: int, elements: list[str]) -> None:
        qualifier = element(elements, 1).upper()
        if self._loop == CLAIM and qualifier in CLAIM_REFERENCES:
            self._keep_first(self.submission, CLAIM_REFERENCES[qualifier], number, offset, elements)
        elif self._line is not None and qualifier in LINE_REFERENCES:
            self._keep_first(self._line, LINE_REFERENCES[qualifier], number, offset, elements)

    def _keep_first(
        self, row: Submission | SubmissionLine, field: str, number: int, offset: int, elements: list[str]
    ) -> None:
        known, value = getattr(row, field), text(element(elements, 2))
        if known is None:
            setattr(row, field, value)
        elif value not in (None, known):
            self._values.tell("repeated_segment", elements, 1, number, offset, f"is {elements[1]} again")

    def _diagnosis(self, number: int, offset: int, elements: list[str]) -> None:
        if not self._diagnoses.add(elements, self._services.component):
            self._values.tell("composite_split", elements, 1, number, offset, "and its code are two elements")

    def _note(self, number: int, offset: int, elements: list[str]) -> None:
        row = self._line or self.submission
        words = [part for part in (row.note, text(element(elements, 2))) if part]
        row.note = "; ".join(words) or None

    def _date(self, number: int, offset: int, elements: list[str]) -> None:
        qualifier = element(elements, 1)
        if self._loop == OTHER_PAYER or qualifier not in ("472", "434", "435"):
            return
        first, last = self._period(number, offset, elements)
        if self._line is not None:
            if qualifier == "472":
                self._line.service_date, self._line.service_end_date = first, last
        elif qualifier == "435":
            self._admission_date = first
        else:
            self.submission.service_from_date, self.submission.service_to_date = first, last or first

    def _period(self, number: int, offset: int, elements: list[str]) -> tuple[Date | None, Date | None]:
        """Return a DTP's first day, and its last one where it gives a range; an hour of the day is left out."""
        head, value = elements[:3], element(elements, 3)
        if element(elements, 2).upper() == "DT":
            value = value[:8]
        first, _, last = value.partition("-") if len(value) == 17 else (value, "", "")
        dates = (self._values.date([*head, part], 3, number, offset) for part in (first, last))
        return next(dates), next(dates)

    def _begin_line(self, number: int, offset: int, elements: list[str]) -> None:
        self._new_line(number, offset)

    def _new_line(self, number: int, offset: int) -> SubmissionLine:
        self._end_line()
        claim = self.submission
        self._loop, self._has_service = LINE, False
        self._line = SubmissionLine(claim.transaction_no, claim.claim_no, len(self._lines) + 1, number, offset)
        return self._line

    def _service(self, number: int, offset: int, elements: list[str]) -> None:
        """A service fills the line that LX began; one without an LX of its own begins its line itself."""
        line = self._line
        if line is None or self._has_service:
            self._note_oddity("segment_out_of_place", number, offset, f"{elements[0]} without an LX before it")
            line = self._new_line(number, offset)
        self._services.fill(line, number, offset, elements)
        self._has_service = True
        self._form = self._form or SERVICE_FORM[elements[0]]

    def _end_line(self) -> None:
        line = self._line
        if line is not None and self._has_service:
            self._lines.append(line)
        elif line is not None:
            self._note_oddity("line_without_service", line.segment_no, line.byte_offset, "an LX without a service")
        self._line = None


def _dollars(cents: int) -> str:
    """Return an amount as people write it."""
    return f"{'-' if cents < 0 else ''}{abs(cents) // 100}.{abs(cents) % 100:02d}"


Handler = Callable[[ClaimLoop, int, int, list[str]], None]
HANDLERS: dict[str, Handler] = {
    "SBR": ClaimLoop._other_payer,
    "NM1": ClaimLoop._name,
    "PRV": ClaimLoop._taxonomy,
    "REF": ClaimLoop._reference,
    "HI": ClaimLoop._diagnosis,
    "NTE": ClaimLoop._note,
    "DTP": ClaimLoop._date,
    "LX": ClaimLoop._begin_line,
    "SV1": ClaimLoop._service,
    "SV2": ClaimLoop._service,
    "SV3": ClaimLoop._service,
}
