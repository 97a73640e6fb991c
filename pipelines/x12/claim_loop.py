"""One CLM loop of an 837 while it is read: from the CLM to the next claim or level, with everything in it.

The loop is in one of three places: at the claim itself, in what another payer knows of it (2320, begun by SBR), or in a
service line (2400, begun by LX; what another payer did with the line, 2430, begins with SVD). `payer`, `line` and
`decision` say which; `claim_segments` and `claim_payers` say what a segment means there.
"""

from pipelines.rows import (
    Cents,
    Date,
    Oddity,
    Row,
    Submission,
    SubmissionAdjustment,
    SubmissionDecision,
    SubmissionDetail,
    SubmissionLine,
    SubmissionPayer,
)
from pipelines.x12.diagnosis import Diagnoses
from pipelines.x12.service_line import SERVICE_FORM, ServiceReader
from pipelines.x12.values import ValueReader, element, text

CLAIM_DETAILS = (11, 20)  # CLM11 causes such as an accident, CLM20 why the claim comes late


class ClaimLoop:
    """One claim; `finish` returns its rows."""

    def __init__(self, submission: Submission, services: ServiceReader, values: ValueReader) -> None:
        self.submission, self.services, self.values = submission, services, values
        self.diagnoses = Diagnoses()
        self.payer: SubmissionPayer | None = None
        self.line: SubmissionLine | None = None
        self.decision: SubmissionDecision | None = None
        self.described = ""  # NM101 of the party that the next PRV or REF belongs to
        self.admission_date: Date | None = None
        self.rows: list[Row] = []  # other payers, decisions, adjustments, codes and details
        self.payer_no = self.decision_no = self.adjustment_no = self.code_no = self.detail_no = 0
        self._lines: list[SubmissionLine] = []
        self._has_service = False
        self._form: str | None = None

    def open(self, number: int, offset: int, elements: list[str]) -> None:
        """The claim holds what its CLM segment says."""
        claim = self.submission
        claim.patient_control_number = text(element(elements, 1))
        if claim.patient_control_number is None:
            self.values.tell("claim_number_missing", elements, 1, number, offset, "is missing")
        claim.charge_amount = self.values.amount(elements, 2, number, offset, required=True)
        place = element(elements, 5).split(self.services.component)
        claim.facility_code = text(place[0])
        claim.frequency_code = text(place[2]) if len(place) > 2 else None
        for index in CLAIM_DETAILS:
            if value := text(element(elements, index)):
                self.add_detail(number, offset, "CLM", f"{index}", value)

    def add_detail(
        self,
        number: int,
        offset: int,
        segment_id: str,
        qualifier: str | None,
        text_value: str | None,
        amount: Cents | None = None,
        date_value: Date | None = None,
    ) -> None:
        """Keep what has no column of its own under the other payer, line or claim where it stands."""
        claim, line = self.submission, self.line
        self.detail_no += 1
        payer_no = self.payer.payer_no if self.payer is not None else 0
        line_no = line.line_no if line is not None and not payer_no else 0
        self.rows.append(
            SubmissionDetail(
                claim.transaction_no,
                claim.claim_no,
                line_no,
                payer_no,
                self.detail_no,
                number,
                offset,
                segment_id,
                qualifier,
                text_value,
                amount,
                date_value,
            )
        )

    def tell(self, code: str, number: int, offset: int, message: str) -> None:
        """Record an oddity at a segment of the loop."""
        self.values.oddities.append(Oddity(code, number, offset, message))

    def begin_line(self, number: int, offset: int, elements: list[str]) -> None:
        """LX: whatever came before is complete."""
        self._new_line(number, offset)

    def _new_line(self, number: int, offset: int) -> SubmissionLine:
        self._end_line()
        claim = self.submission
        self.payer = self.decision = None
        self._has_service = False
        self.line = SubmissionLine(claim.transaction_no, claim.claim_no, len(self._lines) + 1, number, offset)
        return self.line

    def service(self, number: int, offset: int, elements: list[str]) -> None:
        """A service fills the line that LX began, and is its place; one without an LX begins its line itself."""
        line = self.line
        if line is None or self._has_service:
            self.tell("segment_out_of_place", number, offset, f"{elements[0]} without an LX before it")
            line = self._new_line(number, offset)
        self.payer = None
        self.services.fill(line, number, offset, elements)
        line.segment_no, line.byte_offset = number, offset
        self._has_service = True
        self._form = self._form or SERVICE_FORM[elements[0]]

    def _end_line(self) -> None:
        line = self.line
        if line is not None and self._has_service:
            self._lines.append(line)
        elif line is not None:
            self.tell("line_without_service", line.segment_no, line.byte_offset, "an LX without a service")
            self._give_to_claim(line.line_no)
        self.line = None

    def _give_to_claim(self, line_no: int) -> None:
        """What stands in a line that does not come to be is the claim's, for the next line has the same number."""
        for row in self.rows:
            if isinstance(row, SubmissionDecision | SubmissionAdjustment | SubmissionDetail) and row.line_no == line_no:
                row.line_no = 0

    def finish(self, end_byte_offset: int, form: str | None) -> list[Row]:
        """Return the claim and all its rows; `form` is what the envelope says, else the service segments decide."""
        self._end_line()
        claim = self.submission
        claim.end_byte_offset, claim.claim_form = end_byte_offset, form or self._form
        claim.line_count = len(self._lines)
        claim.principal_diagnosis_code, claim.diagnosis_codes = self.diagnoses.principal, self.diagnoses.all()
        if claim.rendering_name is None and claim.rendering_npi is None and claim.rendering_taxonomy_code is None:
            claim.rendering_taxonomy_code = claim.billing_taxonomy_code
        self._settle_dates()
        self._check()
        return [claim, *self._lines, *self.rows]

    def _settle_dates(self) -> None:
        """The claim's own dates, else those its lines span, else the admission."""
        claim = self.submission
        if claim.service_from_date is not None:
            return
        firsts = [line.service_date for line in self._lines if line.service_date]
        lasts = [line.service_end_date or line.service_date for line in self._lines]
        claim.service_from_date = min(firsts, default=self.admission_date)
        claim.service_to_date = max((last for last in lasts if last), default=self.admission_date)

    def _check(self) -> None:
        claim = self.submission
        if claim.payer_name is None and claim.payer_id is None:
            self._tell_claim("claim_payer_missing", "the claim names no payer")
        if not self._lines:
            self._tell_claim("claim_without_lines", "the claim has no service line")
            return
        charges = [line.charge_amount for line in self._lines if line.charge_amount is not None]
        if claim.charge_amount is None or len(charges) < len(self._lines) or sum(charges) == claim.charge_amount:
            return
        told, summed = _dollars(claim.charge_amount), _dollars(sum(charges))
        self._tell_claim("lines_do_not_sum_to_claim", f"CLM02 is {told}, its lines sum to {summed}")

    def _tell_claim(self, code: str, message: str) -> None:
        self.tell(code, self.submission.segment_no, self.submission.byte_offset, message)


def _dollars(cents: int) -> str:
    """Return an amount as people write it."""
    return f"{'-' if cents < 0 else ''}{abs(cents) // 100}.{abs(cents) % 100:02d}"
