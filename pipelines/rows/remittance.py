"""The rows of an 835."""

from dataclasses import dataclass

from pipelines.rows.units import NOTHING, Cents, Date, Milli


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
    claim_paid_amount: Cents = NOTHING  # sum of CLP04 as far as readable
    provider_adjustment_amount: Cents = NOTHING  # sum of PLB as far as readable
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
