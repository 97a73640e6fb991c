"""The rows of a 277CA, 999, 997 or TA1."""

from dataclasses import dataclass

from pipelines.rows.units import Cents, Date


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
