"""What a column may be taken for, what values it then holds, and what else to think of when they do not fit."""

import dataclasses

from pipelines.rows import LogRow

ROW_FIELDS = tuple(field.name for field in dataclasses.fields(LogRow) if field.name not in {"row_no", "sheet_name"})
CODE_FIELDS = ("carc", "rarc", "group_code", "code_amount")
FIELDS = ROW_FIELDS + CODE_FIELDS

DATES = frozenset(name for name in ROW_FIELDS if name.endswith("_date"))
AMOUNTS = frozenset(name for name in FIELDS if name.endswith("_amount"))
IDENTIFIERS = frozenset(
    {
        "claim_id",
        "line_id",
        "denial_id",
        "account",
        "patient_id",
        "member_id",
        "payer_id",
        "authorization_number",
        "original_reference_number",
    }
)
JOINED = frozenset({"reason_text", "note"})  # several columns are joined into one text
REPEATABLE = JOINED | {"carc", "rarc", "group_code", "code_amount", "modifiers", "diagnosis_codes"}

KINDS: dict[str, str] = (
    dict.fromkeys(FIELDS, "text")
    | dict.fromkeys(IDENTIFIERS, "id")
    | dict.fromkeys(DATES, "date")
    | dict.fromkeys(AMOUNTS, "money")
    | {
        "procedure_code": "procedure",
        "modifiers": "modifier",
        "diagnosis_codes": "diagnosis",
        "units": "number",
        "place_of_service_code": "place",
        "rendering_npi": "npi",
        "payer_sequence_code": "sequence",
        "frequency_code": "frequency",
        "is_denied": "flag",
        "is_appealed": "flag",
        "carc": "code",
        "rarc": "code",
        "group_code": "group",
        "local_flag": "local",
        "claim_status": "status",
        "payer_name": "words",
        "patient_name": "words",
        "reason_text": "words",
        "category_text": "words",
    }
)

# Where the header says one thing and the values another, these are tried in turn.
ELSEWISE: dict[str, tuple[str, ...]] = {
    "procedure_code": ("carc",),
    "carc": ("group_code", "local_flag", "procedure_code", "reason_text"),
    "rarc": ("reason_text",),
    "reason_text": ("carc",),
    "category_text": ("carc",),
    "is_denied": ("denied_amount", "denial_date", "claim_status"),
    "denied_amount": ("is_denied",),
    "denial_date": ("is_denied",),
    "is_appealed": ("appeal_date", "appeal_outcome"),
    "appeal_date": ("is_appealed",),
    "claim_status": ("is_denied", "denial_date"),
    "local_flag": ("is_denied", "carc"),
    "place_of_service_code": ("location",),
    "rendering_npi": ("provider_name",),
    "provider_name": ("rendering_npi",),
    "group_code": ("category_text",),
    "payer_name": ("payer_id",),
    "payer_class": ("payer_sequence_code",),
    "patient_name": ("patient_id",),
}

# Headers too general to be believed when the values cannot be looked at.
GENERAL_WORDS = (
    "code amount status date name level reason type category description desc remark remarks plan line queue id total "
    "claim patient denial denied note resolved outcome payment payments account appeal rejection"
)
GENERAL = frozenset(GENERAL_WORDS.split())

# What a column of the second choice gives way to: the first that the table has.
PREFERRED: dict[str, tuple[str, ...]] = {
    "claim_id": ("claimid", "claimnumber", "claimno", "claim", "patientcontrolnumber", "pcn", "icn", "tcn"),
    "submission_date": ("firstbilldate", "originalbilldate", "submissiondate", "claimsubmissiondate", "datesubmitted"),
    "last_bill_date": ("lastbilldate", "lastbilleddate", "resubmissiondate"),
    "account": ("accountnumber", "patientaccountnumber", "acctno", "account", "har"),
    "charge_amount": ("linebilled", "linecharge", "chargeamount", "billedamount", "totalcharges", "claimamount"),
    "paid_amount": ("linepaid", "paidamount", "insurancepaid", "totalpaid", "totalpayments", "paymentamount"),
    "payer_name": ("primarypayername", "primaryinsurancecompanyname", "primarypayer", "payername", "payer"),
    "provider_name": ("renderingprovidername", "renderingprovider", "providername", "provider", "attendingprovider"),
    "rendering_npi": ("renderingnpi", "renderingprovidernpi", "npi"),
    "service_date": ("dateofservice", "dos", "servicedate", "servicedatefrom", "servicefromdate", "servicestartdate"),
    "adjudication_date": ("adjudicationdate", "remittancedate", "remitdate", "eobdate", "paiddate", "paymentdate"),
    "claim_status": ("claimstatus", "status", "linestatus", "denialstatus"),
    "category_text": ("denialcategory", "rootcause", "denialtype", "category"),
    "location": ("location", "servicelocation", "facilityname", "facility", "clinic", "practice"),
    "units": ("billedunits", "units"),
    "procedure_code": ("cptcode", "cpt", "procedurecode", "hcpcs"),
    "patient_id": ("mrn", "patientid"),
    "appeal_outcome": ("appealoutcome", "appealresult", "appealstatus", "finaloutcome"),
    "deadline_date": ("appealdeadline", "appealduedate"),
    "local_flag": ("localflag", "mflag"),
    "adjustment_amount": ("adjustmentamount", "totaladjustments", "adjustments", "adjustment"),
    "recovered_amount": ("recoveredamount", "recoveryamount"),
}
