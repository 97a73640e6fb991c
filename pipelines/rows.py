"""The rows that readers make. One class is one table of the lake; a field is a column; the docstring is its grain.

Readers yield instances in any order; the store adds `file_id` in front and writes one Parquet file per table and
source file. Money is `Cents` and quantities are `Milli` (whole thousandths): exact, quick integers while reading,
DECIMAL(18,2) and DECIMAL(18,3) in the lake. Numbers count from 1 within the file (`transaction_no`, `claim_no`) or
within their parent (`line_no`, ...); `line_no` 0 means the claim itself, `claim_no` 0 the transaction. `segment_no`
counts segments from the start of the file; `byte_offset` is the place of that segment's first byte in the decompressed
file (for UTF-16: in its UTF-8 form).
"""

import datetime
from dataclasses import dataclass
from typing import NewType

Cents = NewType("Cents", int)
Milli = NewType("Milli", int)
Date = datetime.date


@dataclass(slots=True)
class Oddity:
    """One thing about a file that is not as the standard wants it, and that did not stop the reading."""

    code: str
    segment_no: int | None = None
    byte_offset: int | None = None
    message: str = ""


@dataclass(slots=True)
class Remit:
    """One 835 transaction (ST to SE): one payment, or one notice of no payment."""

    transaction_no: int
    segment_no: int
    byte_offset: int
    transaction_control_number: str | None = None
    version_code: str | None = None
    interchange_control_number: str | None = None
    interchange_date: Date | None = None
    handling_code: str | None = None  # BPR01
    payment_amount: Cents | None = None  # BPR02
    credit_debit_code: str | None = None  # BPR03
    payment_method_code: str | None = None  # BPR04
    payment_date: Date | None = None  # BPR16
    production_date: Date | None = None  # DTM*405
    trace_number: str | None = None  # TRN02
    originator_id: str | None = None  # TRN03
    payer_name: str | None = None
    payer_id: str | None = None  # N104, else REF*2U / REF*EO / REF*HI / REF*NF of the payer
    payer_state: str | None = None
    payer_contact: str | None = None  # PER of the payer: name and numbers as given
    payee_name: str | None = None
    payee_id_qualifier: str | None = None
    payee_id: str | None = None
    payee_tax_id: str | None = None
    claim_count: int = 0
    line_count: int = 0
    claim_paid_amount: Cents = Cents(0)  # sum of CLP04 as far as readable
    provider_adjustment_amount: Cents = Cents(0)  # sum of PLB as far as readable
    off_amount: Cents | None = None  # BPR02 - (sum CLP04 - sum PLB); NULL where it could not be checked


@dataclass(slots=True)
class ProviderAdjustment:
    """One pair of a PLB segment: money moved outside any claim. Positive reduces the payment."""

    transaction_no: int
    adjustment_no: int
    segment_no: int
    byte_offset: int
    provider_id: str | None = None
    fiscal_period_date: Date | None = None
    reason_code: str | None = None
    reference_id: str | None = None
    amount: Cents | None = None


@dataclass(slots=True)
class ProviderSummary:
    """One LX group's TS3 (and its TS2): a payer's own totals for a provider number."""

    transaction_no: int
    summary_no: int
    segment_no: int
    byte_offset: int
    provider_id: str | None = None
    facility_type_code: str | None = None
    fiscal_period_date: Date | None = None
    claim_count: int | None = None
    charge_amount: Cents | None = None
    drg_amount: Cents | None = None  # TS201


@dataclass(slots=True)
class RemitClaim:
    """One CLP loop: one claim payment, reversal or denial as the payer told it."""

    transaction_no: int
    claim_no: int
    segment_no: int
    byte_offset: int
    end_byte_offset: int = 0  # first byte after the loop's last segment
    lx_number: str | None = None
    patient_control_number: str | None = None  # CLP01
    claim_status_code: str | None = None  # CLP02
    charge_amount: Cents | None = None
    paid_amount: Cents | None = None
    patient_responsibility_amount: Cents | None = None
    claim_filing_code: str | None = None  # CLP06
    payer_claim_control_number: str | None = None  # CLP07
    facility_code: str | None = None  # CLP08: place of service, or the bill type's first digits
    frequency_code: str | None = None  # CLP09
    patient_status_code: str | None = None
    drg_code: str | None = None
    patient_last_name: str | None = None
    patient_first_name: str | None = None
    patient_id: str | None = None
    insured_last_name: str | None = None  # NM1*IL
    insured_first_name: str | None = None
    insured_id: str | None = None
    corrected_last_name: str | None = None  # NM1*74
    corrected_first_name: str | None = None
    corrected_id: str | None = None
    rendering_name: str | None = None  # NM1*82
    rendering_npi: str | None = None
    crossover_payer_name: str | None = None  # NM1*TT
    crossover_payer_id: str | None = None
    priority_payer_name: str | None = None  # NM1*PR
    priority_payer_id: str | None = None
    other_subscriber_id: str | None = None  # NM1*GB
    original_reference_number: str | None = None  # REF*F8
    medical_record_number: str | None = None  # REF*EA
    authorization_number: str | None = None  # REF*G1
    statement_from_date: Date | None = None  # DTM*232
    statement_to_date: Date | None = None  # DTM*233
    received_date: Date | None = None  # DTM*050
    coverage_expiration_date: Date | None = None  # DTM*036
    contract_code: str | None = None  # REF*CE
    line_count: int = 0
    off_amount: Cents | None = None  # CLP03 - CLP04 - every CAS of the claim and its lines
    content_key: str = ""  # digest of codes and amounts of the whole loop, for recognising a claim sent twice


@dataclass(slots=True)
class RemitLine:
    """One SVC loop: one service line as the payer adjudicated it."""

    transaction_no: int
    claim_no: int
    line_no: int
    segment_no: int
    byte_offset: int
    procedure_qualifier: str | None = None  # HC, AD, ER, HP, IV, N4, NU, RB, WK
    procedure_code: str | None = None
    modifiers: str | None = None  # as "RT 59", in the order given
    revenue_code: str | None = None
    charge_amount: Cents | None = None
    paid_amount: Cents | None = None
    paid_units: Milli | None = None
    submitted_procedure_code: str | None = None  # SVC06
    submitted_modifiers: str | None = None
    submitted_units: Milli | None = None
    service_date: Date | None = None  # DTM*472, else DTM*150
    service_end_date: Date | None = None  # DTM*151
    line_control_number: str | None = None  # REF*6R
    policy_reference: str | None = None  # REF*0K
    authorization_number: str | None = None  # REF*G1
    location_number: str | None = None  # REF*LU
    rendering_npi: str | None = None  # REF*HPI of the line
    allowed_evidence_amount: Cents | None = None  # AMT*B6: what the payer calls allowed; evidence only
    off_amount: Cents | None = None  # SVC02 - SVC03 - its CAS, claim-level CAS counted once


@dataclass(slots=True)
class Adjustment:
    """One CAS triplet of a claim (`line_no` 0) or a line."""

    transaction_no: int
    claim_no: int
    line_no: int
    adjustment_no: int  # within the claim loop
    segment_no: int
    byte_offset: int
    group_code: str | None = None
    carc: str | None = None
    amount: Cents | None = None
    quantity: Milli | None = None


@dataclass(slots=True)
class Remark:
    """One remark code of a claim (MIA, MOA) or a line (LQ)."""

    transaction_no: int
    claim_no: int
    line_no: int
    remark_no: int  # within the claim loop
    segment_no: int
    byte_offset: int
    source: str = ""  # LQ, MIA or MOA
    qualifier: str | None = None  # HE or RX for LQ
    rarc: str | None = None


@dataclass(slots=True)
class Detail:
    """One further REF, DTM, AMT or QTY of a claim or line, kept as given so that nothing is lost."""

    transaction_no: int
    claim_no: int
    line_no: int
    detail_no: int  # within the claim loop
    segment_no: int
    byte_offset: int
    segment_id: str = ""
    qualifier: str | None = None
    text_value: str | None = None
    amount: Cents | None = None
    date_value: Date | None = None


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


@dataclass(slots=True)
class Acknowledgement:
    """One answer of a 277CA or 999: a claim, batch or group that was accepted or rejected before adjudication."""

    transaction_no: int
    acknowledgement_no: int
    segment_no: int
    byte_offset: int
    level: str = ""  # line, claim, batch, provider, transaction_set, functional_group or interchange
    is_accepted: bool | None = None
    category_code: str | None = None  # STC01-1 (A1..A8) or AK5/IK5/AK9 code
    status_code: str | None = None  # STC01-2
    entity_code: str | None = None
    effective_date: Date | None = None
    batch_reference: str | None = None  # the 837's BHT03, as TRN02 of level 21 repeats it
    acknowledged_interchange_number: str | None = None  # TA101
    acknowledged_group_number: str | None = None  # AK102: the 837's GS06
    acknowledged_transaction_number: str | None = None  # AK202: the 837's ST02
    patient_control_number: str | None = None
    payer_claim_control_number: str | None = None  # REF*1K
    clearinghouse_number: str | None = None  # REF*D9
    line_control_number: str | None = None  # REF*FJ of a line
    procedure_code: str | None = None  # of a line
    payer_name: str | None = None
    charge_amount: Cents | None = None
    message: str | None = None


@dataclass(slots=True)
class LogRow:
    """One usable row of a denial log or claim export: a claim, or one line of it."""

    row_no: int  # row of the sheet, counting from 1, headers included
    sheet_name: str | None = None
    claim_id: str | None = None
    line_id: str | None = None
    denial_id: str | None = None
    account: str | None = None
    patient_id: str | None = None
    patient_name: str | None = None
    member_id: str | None = None
    service_date: Date | None = None
    service_end_date: Date | None = None
    submission_date: Date | None = None
    last_bill_date: Date | None = None
    adjudication_date: Date | None = None
    denial_date: Date | None = None
    payer_name: str | None = None
    payer_id: str | None = None
    payer_class: str | None = None
    procedure_code: str | None = None
    modifiers: str | None = None
    diagnosis_codes: str | None = None  # as "M17.11 Z96.651"
    units: Milli | None = None
    place_of_service_code: str | None = None
    provider_name: str | None = None
    rendering_npi: str | None = None
    location: str | None = None
    charge_amount: Cents | None = None
    allowed_amount: Cents | None = None
    paid_amount: Cents | None = None
    denied_amount: Cents | None = None
    adjustment_amount: Cents | None = None
    patient_responsibility_amount: Cents | None = None
    recovered_amount: Cents | None = None
    reason_text: str | None = None
    category_text: str | None = None  # the practice's own category, as written
    local_flag: str | None = None  # NR, NMR, M, ... : the practice's own letters for necessity
    claim_status: str | None = None
    is_denied: bool | None = None  # what the log says or plainly implies; NULL where it does not
    is_appealed: bool | None = None
    appeal_date: Date | None = None
    appeal_level: str | None = None
    appeal_outcome: str | None = None
    resolved_date: Date | None = None
    deadline_date: Date | None = None
    owner: str | None = None
    note: str | None = None
    authorization_number: str | None = None
    patient_birth_date: Date | None = None
    payer_sequence_code: str | None = None  # P, S, T: for which of the patient's payers the claim is
    frequency_code: str | None = None  # 1 original, 7 replacement, 8 void
    original_reference_number: str | None = None  # the payer's number of the claim that is replaced


@dataclass(slots=True)
class LogCode:
    """One reason code in a row of a denial log."""

    row_no: int
    code_no: int
    kind: str = ""  # CARC, RARC or local
    group_code: str | None = None
    code: str = ""
    amount: Cents | None = None


@dataclass(slots=True)
class LogReject:
    """One row of a denial log that could not be used, with why, as it stood."""

    row_no: int
    sheet_name: str | None = None
    reason: str = ""
    raw_text: str = ""  # the cells as JSON


@dataclass(slots=True)
class LogColumn:
    """One column of a denial log and what it was taken for."""

    column_no: int
    sheet_name: str | None = None
    header: str = ""
    field: str | None = None  # a field of LogRow, or NULL where the column is not used
    reason: str = ""


Row = (
    Oddity
    | Remit
    | ProviderAdjustment
    | ProviderSummary
    | RemitClaim
    | RemitLine
    | Adjustment
    | Remark
    | Detail
    | Submission
    | SubmissionLine
    | SubmissionPayer
    | SubmissionDecision
    | SubmissionAdjustment
    | SubmissionCode
    | SubmissionDetail
    | Acknowledgement
    | LogRow
    | LogCode
    | LogReject
    | LogColumn
)
