"""The rows of an 837."""

from dataclasses import dataclass

from pipelines.rows.units import Cents, Date, Milli


@dataclass(slots=True)
class Submission:
    """One CLM loop of an 837: one claim as it was sent to a payer."""

    transaction_no: int
    claim_no: int
    segment_no: int
    byte_offset: int
    end_byte_offset: int = 0
    claim_form: str | None = None  # 837P, 837I or 837D
    created_date: Date | None = None  # BHT04
    batch_reference: str | None = None  # BHT03
    transaction_control_number: str | None = None  # ST02
    group_control_number: str | None = None  # GS06
    interchange_control_number: str | None = None  # ISA13
    submitter_name: str | None = None  # NM1*41
    patient_control_number: str | None = None  # CLM01
    charge_amount: Cents | None = None
    patient_paid_amount: Cents | None = None  # AMT*F5
    facility_code: str | None = None
    frequency_code: str | None = None
    original_reference_number: str | None = None  # REF*F8
    authorization_number: str | None = None  # REF*G1
    clearinghouse_number: str | None = None  # REF*D9
    medical_record_number: str | None = None  # REF*EA
    payer_sequence_code: str | None = None  # SBR01: P, S, T
    claim_filing_code: str | None = None  # SBR09
    payer_name: str | None = None
    payer_id: str | None = None
    subscriber_id: str | None = None
    subscriber_last_name: str | None = None
    subscriber_first_name: str | None = None
    patient_last_name: str | None = None
    patient_first_name: str | None = None
    patient_birth_date: Date | None = None
    billing_name: str | None = None
    billing_npi: str | None = None
    billing_taxonomy_code: str | None = None
    pay_to_name: str | None = None  # NM1*87
    pay_to_npi: str | None = None
    rendering_name: str | None = None
    rendering_npi: str | None = None
    rendering_taxonomy_code: str | None = None
    referring_npi: str | None = None
    supervising_npi: str | None = None
    service_facility_name: str | None = None
    service_facility_npi: str | None = None
    service_from_date: Date | None = None
    service_to_date: Date | None = None
    principal_diagnosis_code: str | None = None
    diagnosis_codes: str | None = None  # all, in order, as "M17.11 Z96.651"
    note: str | None = None
    line_count: int = 0


@dataclass(slots=True)
class SubmissionLine:
    """One LX loop of an 837: one service line as it was sent; its place is that of its SV1, SV2 or SV3."""

    transaction_no: int
    claim_no: int
    line_no: int
    segment_no: int
    byte_offset: int
    procedure_qualifier: str | None = None
    procedure_code: str | None = None
    modifiers: str | None = None
    revenue_code: str | None = None
    charge_amount: Cents | None = None
    units: Milli | None = None
    unit_code: str | None = None
    place_of_service_code: str | None = None
    diagnosis_pointers: str | None = None  # as "1 2"
    service_date: Date | None = None
    service_end_date: Date | None = None
    line_control_number: str | None = None  # REF*6R
    authorization_number: str | None = None
    rendering_npi: str | None = None  # NM1*82 of the line
    note: str | None = None


@dataclass(slots=True)
class SubmissionPayer:
    """One loop 2320 of a claim: another payer of the same patient, and what it did with the claim so far."""

    transaction_no: int
    claim_no: int
    payer_no: int
    segment_no: int
    byte_offset: int
    sequence_code: str | None = None  # SBR01: P, S, T
    claim_filing_code: str | None = None  # SBR09
    payer_name: str | None = None
    payer_id: str | None = None
    subscriber_id: str | None = None
    paid_amount: Cents | None = None  # AMT*D
    payer_claim_control_number: str | None = None  # REF*F8 of the other payer
    decision_date: Date | None = None  # DTP*573


@dataclass(slots=True)
class SubmissionDecision:
    """One SVD of a line: what another payer paid for it."""

    transaction_no: int
    claim_no: int
    line_no: int
    decision_no: int  # within the claim
    segment_no: int
    byte_offset: int
    payer_id: str | None = None
    paid_amount: Cents | None = None
    procedure_qualifier: str | None = None
    procedure_code: str | None = None
    modifiers: str | None = None
    revenue_code: str | None = None
    paid_units: Milli | None = None
    bundled_line: str | None = None  # SVD06: the line that this one was paid with
    decision_date: Date | None = None  # DTP*573


@dataclass(slots=True)
class SubmissionAdjustment:
    """One CAS triplet that another payer gave: for the claim (`line_no` 0, with `payer_no`) or in a decision."""

    transaction_no: int
    claim_no: int
    line_no: int
    payer_no: int  # 0 in a line
    decision_no: int  # 0 for the claim
    adjustment_no: int  # within the claim
    segment_no: int
    byte_offset: int
    group_code: str | None = None
    carc: str | None = None
    amount: Cents | None = None
    quantity: Milli | None = None


@dataclass(slots=True)
class SubmissionCode:
    """One code of an HI segment: diagnosis, procedure, occurrence, value, condition, DRG, by its qualifier."""

    transaction_no: int
    claim_no: int
    code_no: int  # within the claim
    segment_no: int
    byte_offset: int
    qualifier: str = ""  # ABK, ABF, BBR, BH, BE, BG, DR, ... and what 4010 had in their place
    code: str = ""  # diagnoses with their dot
    date_value: Date | None = None
    end_date: Date | None = None
    amount: Cents | None = None
    present_on_admission_code: str | None = None


@dataclass(slots=True)
class SubmissionDetail:
    """One further REF, DTP, AMT, NM1, CRC, ... of a claim (`line_no` 0), another payer of it, or a line, as given."""

    transaction_no: int
    claim_no: int
    line_no: int
    payer_no: int  # 0 where it is not another payer's
    detail_no: int  # within the claim
    segment_no: int
    byte_offset: int
    segment_id: str = ""
    qualifier: str | None = None
    text_value: str | None = None  # what follows the qualifier; several elements are parted by `*`
    amount: Cents | None = None
    date_value: Date | None = None
