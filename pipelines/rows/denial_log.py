"""The rows of a denial log or claim export."""

from dataclasses import dataclass

from pipelines.rows.units import Cents, Date, Milli


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
