"""How a daily build brings each table up to date, and which rows of a table stand for which records of the lake."""

# Made anew from the whole store: what looks across claims, and what costs nothing.
WHOLE = frozenset(
    [
        "source_file",
        "payer_match",
        "provider_match",
        "usual_class",
        "procedure_match",
        "diagnosis_match",
        "remit_payment",
        "log_file",
        "log_header",
        "log_reject",
        "file_oddity",
        "data_span",
        "provider_adjustment",
        "payer_rule",
        "rule",
        "cause_class",
        "paid_line",
        "paid_diagnosis",
        "diagnosis_paid",
        "own_diagnosis_paid",
        "procedure_paid",
        "place_paid",
        "denial_diagnosis",
        "denial_paid",
        "pair_paid",
        "evidence_pointer",
        "evidence_line",
        "evidence_place",
        "heard_payer",
        "payment_fact",
        "lag_fact",
        "payer",
        "family_turn",
        "deposit",
        "underpayment",
        "imbalance",
        "issue_file",
        "issue_line",
        "issue_log",
        "issue_match",
        "data_quality",
    ]
)

CLAIM = "file_id, transaction_no, claim_no"
ROW = "file_id, 0, row_no"
ANSWER = "file_id, transaction_no, acknowledgement_no"
MEMBER = "file_id, transaction_no, member_no"
DENIAL = "file_id, coalesce(transaction_no, 0), coalesce(claim_no, row_no)"
LINE = "file_id, coalesce(transaction_no, 0), coalesce(claim_no, line_no)"

SLICED = {  # tables of the lake that a daily build sees through the touched records: table -> the record of a row
    **dict.fromkeys(
        ["remit_claim", "remit_line", "adjustment", "remark", "submission", "submission_line", "submission_code"], CLAIM
    ),
    **dict.fromkeys(["log_row", "log_code"], ROW),
    "acknowledgement": ANSWER,
}

# Of all other tables only the rows of touched records are made: table -> the record of a row ...
RECORD_OF = {
    **dict.fromkeys(
        [
            "log_submission",
            "submission_event",
            "claim_start",
            "claim_family",
            "submission_candidate",
            "submission_likeness",
            "submission_choice",
            "submission_family",
            "claim_submission",
            "claim_event",
            "claim_line",
            "line_submission",
            "line_reason",
            "line_event",
            "line_history",
            "submission_class",
            "family_line",
            "remit_fact",
        ],
        CLAIM,
    ),
    **dict.fromkeys(
        ["log_reason", "log_candidate", "log_match", "log_outcome", "log_line", "log_entry", "appeal_line", "appeal"],
        ROW,
    ),
    **dict.fromkeys(["acknowledgement_candidate", "acknowledgement_event"], ANSWER),
    **dict.fromkeys(["match_candidate", "family_member"], MEMBER),
    **dict.fromkeys(["denial_start", "denial"], DENIAL),
    "counted_line": LINE,
}
# ... or the family, denial, claim or base key, whose records they are
OWNER_OF = {
    "submission_link": "base_key",
    "line_outcome": "coalesce(family_id, denial_id)",
    **dict.fromkeys(
        ["resubmission", "filing_deadline", "family_submission", "cohort_fact", "family_event"], "family_id"
    ),
    **dict.fromkeys(["line_fact", "claim_fact", "appeal_fact"], "claim_id"),
    **dict.fromkeys(
        [
            "deadline",
            "denial_reason",
            "denial_line",
            "denial_subject",
            "denial_beside",
            "policy_denial_diagnosis",
            "policy_denial",
            "evidence_code",
            "evidence_claim",
            "evidence_policy",
            "evidence_log",
            "root_cause_evidence",
        ],
        "denial_id",
    ),
}
OWNERS = {  # where the owners of a record stand
    "claim_family": "family_id",
    "submission_family": "family_id",
    "submission_event": "base_key",
    "denial_start": "denial_id",
    "counted_line": "claim_id",
}

# A SELECT of touched records that takes all rows of such a table sees those of its own records only: table -> column
SEEN_BY = {
    "provider_adjustment": ("family_id", "claim_family"),
    **dict.fromkeys(["evidence_pointer", "evidence_line", "evidence_place"], ("denial_id", "denial_start")),
}

# columns that go up or down by one with every day that the data reach further
AGED = {"age_days": "+", "days_left": "-"}

# Once a whole table is made: the records of the last build that it changes, which are touched as well.
_CHANGED_CODES = """
    select payer_code from (select * from before.main.usual_class except select * from build.main.usual_class)
    union select payer_code from (select * from build.main.usual_class except select * from before.main.usual_class)
"""
_CHANGED_NPIS = """
    select rendering_npi from (select * from before.main.provider_match except select * from build.main.provider_match)
    union
    select rendering_npi from (select * from build.main.provider_match except select * from before.main.provider_match)
"""
_CHANGED_PAYERS = """
    select payer_key from (
        select * exclude (use_count) from before.main.payer_match
        except select * exclude (use_count) from build.main.payer_match
    )
"""
_HEARD = """
    select payer from (select * from before.main.heard_payer except select * from build.main.heard_payer)
    union select payer from (select * from build.main.heard_payer except select * from before.main.heard_payer)
"""
_OF_FAMILIES = "select file_id, transaction_no, member_no from before.main.family_member where family_id in"
_PASSED = """
    select denial_id from before.main.deadline cross join changed_span
    where (refile_deadline_date >= old_date and refile_deadline_date < new_date)
        or (appeal_deadline_date >= old_date and appeal_deadline_date < new_date)
        or (log_deadline_date >= old_date and log_deadline_date < new_date)
        or (days_left between 0 and 13) <> (days_left - days between 0 and 13)
    union
    select denial_id from before.main.denial_start cross join changed_span
    where (date_diff('day', denial_date, old_payment_date) >= 30)
        <> (date_diff('day', denial_date, new_payment_date) >= 30)
"""


def _changed(table: str, column: str) -> str:
    return f"""
        select {column} from (select * from before.main.{table} except select * from build.main.{table})
        union select {column} from (select * from build.main.{table} except select * from before.main.{table})
    """


def _of_denials(denial_ids: str) -> str:
    return f"select {DENIAL} from before.main.denial_start where denial_id in ({denial_ids})"


DECIDED = _of_denials(f"{_changed('ledger_override', 'denial_id')} union {_changed('ledger_closed', 'denial_id')}")

WATCHED = {
    "payer_match": f"""
        select {CLAIM} from before.main.claim_start where payer_key in ({_CHANGED_PAYERS})
        union select {CLAIM} from before.main.submission_event where payer_key in ({_CHANGED_PAYERS})
        union select {ROW} from before.main.log_line where payer_key in ({_CHANGED_PAYERS})
    """,
    "provider_match": f"""
        select {CLAIM} from before.main.claim_event where rendering_npi in ({_CHANGED_NPIS})
        union select {CLAIM} from before.main.claim_line where rendering_npi in ({_CHANGED_NPIS})
        union select {CLAIM} from before.main.submission_event where rendering_npi in ({_CHANGED_NPIS})
        union select {ROW} from before.main.log_line where provider_id in ({_CHANGED_NPIS})
    """,
    "usual_class": f"""
        select {CLAIM} from before.main.claim_start where payer_code in ({_CHANGED_CODES})
        union select {CLAIM} from before.main.submission_event where payer_code in ({_CHANGED_CODES})
    """,
    "data_span": _of_denials(_PASSED),
    "heard_payer": f"{_OF_FAMILIES} (select family_id from before.main.cohort_fact where payer in ({_HEARD}))",
    "provider_adjustment": f"{_OF_FAMILIES} ({_changed('provider_adjustment', 'family_id')})",
    **{
        table: _of_denials(_changed(table, "denial_id"))
        for table in ("evidence_pointer", "evidence_line", "evidence_place")
    },
}
