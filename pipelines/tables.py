"""The order in which the SELECTs of `sql/` are made into tables; a SELECT may name any table before it."""

TABLES: tuple[str, ...] = (
    # who is who
    "source_file",
    "payer_match",
    "provider_match",
    "submission_event",
    # claims and lines as the payers decided them
    "claim_start",
    "claim_family",
    "claim_submission",
    "claim_event",
    "remit_payment",
    "claim_line",
    "reason_given",
    "line_reason",
    "line_event",
    "line_history",
    "resubmission",
    "acknowledgement_event",
    # denial logs
    "log_reason",
    "log_match",
    "log_line",
    "log_entry",
    "log_header",
    # denials and why
    "procedure_match",
    "diagnosis_match",
    "family_line",
    "denial_start",
    "denial_reason",
    "denial_subject",
    "rule",
    "evidence_code",
    "evidence_claim",
    "evidence_log",
    "root_cause_evidence",
    "denial",
    # what is counted
    "counted_line",
    "line_fact",
    "claim_fact",
    "remit_fact",
    "payment_fact",
    "lag_fact",
    "payer",
    # what is odd
    "file_oddity",
    "log_reject",
    "imbalance",
    "data_quality",
)
