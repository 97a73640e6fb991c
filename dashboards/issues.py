"""What each issue of the table data_quality asks of people, and the cases behind it.

`ADVICE` is issue -> (what kind of matter it is, what to do). The cases of an issue are rows of the table that its
`where_to_look` names; `CASES` says what is worth seeing of that table.
"""

from typing import NamedTuple

import pandas as pd

from dashboards import cache, words
from dashboards.parts import Format
from pipelines.x12.oddities import ODDITIES

MOST_CASES = 5_000
ACT, LOOK, TOLD = "act", "look", "told"
GROUPS = {
    ACT: ("Needs you", "Each of these makes a number less true than it could be."),
    LOOK: ("Worth a look", "Loaded and counted as described; a person may know better."),
    TOLD: ("Taken care of", "Nothing to do: this is how it was counted."),
}
ADVICE: dict[str, tuple[str, str]] = {
    "quarantined_file": (
        ACT,
        "Nothing of these files is counted. Ask the sender for the file again, or mend it at the segment "
        "named, and drop it on Import once more: a refused file is tried again.",
    ),
    "rejected_log_row": (
        LOOK,
        "Titles, totals and footers belong here. Mend any other row in the log and import the log again. What stood in "
        "the rows is kept in the store and not shown.",
    ),
    "file_oddity": (
        TOLD,
        "Read anyway. A kind that keeps coming is worth a word with the payer or clearinghouse that writes the files.",
    ),
    "repeated_payment": (TOLD, "Counted once. If the bank shows two deposits, the payer paid twice: ask."),
    "repeated_claim": (TOLD, "Counted once, wherever it came first."),
    "payment_off": (
        ACT,
        "A payment should equal its claims less its provider adjustments. Compare with the deposit, then ask "
        "the payer for a corrected remittance. The claims are counted as they stand.",
    ),
    "payment_unchecked": (LOOK, "An amount that the check needs is missing or cannot be read."),
    "claim_off": (
        ACT,
        "Charge less payment should equal the claim's adjustments. Pick a row to see its segments, then ask "
        "the payer what the difference is.",
    ),
    "line_off": (
        ACT,
        "Charge less payment should equal the line's adjustments. Pick a row to see its segments, then ask "
        "the payer what the difference is.",
    ),
    "payment_without_date": (
        LOOK,
        "They are in no month and no trend. Ask the payer to send the payment date (BPR16).",
    ),
    "payer_not_given": (LOOK, "They are shown as (not given). Ask the payer to name itself (N1*PR)."),
    "unknown_status": (ACT, "If the code is real, add it to data/reference/claim_status.csv and run `denials build`."),
    "pended_claim": (TOLD, "In no rate until the payer decides. The oldest are worth a call."),
    "lone_reversal": (LOOK, "What they take back is in a remittance that is not here. Import older remittances."),
    "stray_claim": (LOOK, "They cannot be laid to a line and are left out of line numbers."),
    "amount_unreadable": (ACT, "The lines are in no sum. Ask the sender for the file again."),
    "no_charge_line": (TOLD, "Nothing was charged, so there is nothing to deny: in no part of a rate."),
    "unknown_carc": (
        ACT,
        "They make no denial, since what they mean is not known. If a code is real, add it to "
        "data/reference/carc.csv and run `denials build`.",
    ),
    "unknown_rarc": (LOOK, "They decide nothing. If a code is real, add it to data/reference/rarc.csv."),
    "retired_code": (LOOK, "Counted by its old meaning. Tell the payer that the code has ended."),
    "zero_pay_unknown_code": (ACT, "Add the codes to data/reference/carc.csv; until then these are no denials."),
    "zero_pay_unexplained": (
        ACT,
        "The payer paid nothing and gave no reason. Ask for one; until then it is no denial.",
    ),
    "whole_contractual": (
        LOOK,
        "CO-45 may not equal the whole charge. Often the payer has no fee for the code on file: ask. Not "
        "counted as denied.",
    ),
    "payment_before_service": (LOOK, "One of the two dates is wrong; the lag in days leaves them out."),
    "log_contradiction": (LOOK, "Not counted as denied. Check the code in the log."),
    "log_undecided": (LOOK, "In no number. Fill the status, or the denial code, in the log and import it again."),
    "appeal_without_denial": (
        LOOK,
        "In no number of appeals: the line was paid in part, taken back or never denied. Check the row in the log.",
    ),
    "log_sending": (TOLD, "Used as claims sent. They say nothing of denials, and none is expected of them."),
    "log_repeat": (TOLD, "The first row of the line is the one that counts."),
    "log_matched": (TOLD, "The remittance counts; the log's words are evidence for the root cause."),
    "log_flag_disagrees": (LOOK, "Open the claim; if the practice is right, set the root cause there."),
    "lost_override": (LOOK, "The decision stays in the ledger and counts again when its file is back."),
    "remit_without_claim": (
        LOOK,
        "Without the 837 there is no diagnosis and no date of resubmission. Import the claims.",
    ),
    "ambiguous_match": (
        LOOK,
        "Each could belong to several claims by the surest rule that finds any, so it was laid to none: the table "
        "match_candidate lists them. A claim number of its own, or REF*F8 on a corrected claim, makes it clear.",
    ),
    "answer_without_claim": (LOOK, "The 837 that they answer is not here. Import the claims."),
    "claim_without_remit": (
        LOOK,
        "Waiting for the payer, or the remittance is not here. The oldest come first: ask the payer before its limit "
        "for filing has passed.",
    ),
    "unknown_local_code": (LOOK, "They decide nothing. Say in data/reference/local_code.csv what they mean."),
    "log_unmatched": (TOLD, "Counted as denials of their own. They fall away when the remittance comes."),
}


class Cases(NamedTuple):
    """What is shown of one table: SQL of our own with {where} in it, and how its columns are shown."""

    sql: str
    formats: dict[str, Format]


_MONEY: dict[str, Format] = {"Charge": "money", "Paid on": "date", "Service": "date", "Segment": "count"}
_CLAIM = 'family_id, patient_control_number as "Claim", payer_key as "Payer", payment_date as "Paid on"'
_PLACE = 'source_file.file_name as "File", segment_no as "Segment"'
CASES: dict[str, Cases] = {
    "source_file": Cases(
        'select file_name as "File", kind as "Kind", error_segment_no as "Segment", error_got as "Found",'
        ' error_wanted as "Wanted", cast(received_at as date) as "Received" from {where} order by received_at desc, 1',
        {"Segment": "count", "Received": "date"},
    ),
    "log_reject": Cases(
        'select file_name as "File", sheet_name as "Sheet", row_no % 10000000 as "Row", reason as "Reason"'
        " from log_reject join source_file using (file_id) order by 1, row_no",
        {"Row": "count"},
    ),
    "file_oddity": Cases(
        'select code as "What", sum(file_oddity.oddity_count) as "Times", count(*) as "Files",'
        ' min(file_name) as "For example", arg_min(segment_no, file_name) as "Segment",'
        ' arg_min(message, file_name) as "Found" from file_oddity join source_file using (file_id)'
        " group by code order by 2 desc, 1",
        {"Times": "count", "Files": "count", "Segment": "count"},
    ),
    "imbalance": Cases(
        f'select {_CLAIM}, trace_number as "Trace", procedure_code as "CPT/HCPCS", whole_amount as "Amount",'
        f' off_amount as "Off by",'
        f" {_PLACE} from (select * from {{where}}) join source_file using (file_id) order by abs(off_amount) desc, 1",
        {"Amount": "money", "Off by": "money", "Paid on": "date", "Segment": "count"},
    ),
    "remit_payment": Cases(
        'select trace_number as "Trace", payer_key as "Payer", payment_date as "Paid on", payment_amount as "Payment",'
        f' payments.claim_count as "Claims", {_PLACE}'
        " from (select * from {where}) as payments join source_file using (file_id)"
        " order by abs(payment_amount) desc, 1",
        {"Payment": "money", "Paid on": "date", "Claims": "count", "Segment": "count"},
    ),
    "claim_event": Cases(
        f'select {_CLAIM}, claim_status_code as "Status", charge_amount as "Charge", {_PLACE}'
        " from (select * from {where}) join source_file using (file_id) order by abs(charge_amount) desc, 2",
        _MONEY,
    ),
    "line_event": Cases(
        'select family_id, procedure_code as "CPT/HCPCS", service_date as "Service", payment_date as "Paid on",'
        f' charge_amount as "Charge", {_PLACE}'
        " from (select * from {where}) join source_file using (file_id) order by charge_amount desc nulls last, 1",
        _MONEY,
    ),
    "line_reason": Cases(
        'select code as "Code", max(label) as "Our label", max(group_code) as "Group", count(*) as "Times",'
        ' sum(amount) as "Dollars", count(distinct family_id) as "Claims" from {where} group by code'
        " order by 4 desc, 1",
        {"Times": "count", "Dollars": "money", "Claims": "count"},
    ),
    "counted_line": Cases(
        'select procedure as "CPT/HCPCS", payer as "Payer", service_date as "Service", payment_date as "Paid on",'
        ' charge_amount as "Charge", file_name as "File"'
        " from (select * from {where}) join source_file using (file_id) order by charge_amount desc nulls last, 1",
        _MONEY,
    ),
    "log_line": Cases(
        'select patient_control_number as "Claim", payer_key as "Payer", procedure_code as "CPT/HCPCS",'
        ' service_date as "Service", carc as "CARC", charge_amount as "Charge", file_name as "File", row_no as "Row"'
        " from (select * from {where}) join source_file using (file_id) order by charge_amount desc nulls last, 1",
        _MONEY | {"Row": "count"},
    ),
    "log_reason": Cases(
        'select code as "Code", count(*) as "Times", count(distinct file_name) as "Files",'
        ' min(file_name) as "For example"'
        " from (select * from {where}) join source_file using (file_id) group by code order by 2 desc, 1",
        {"Times": "count", "Files": "count"},
    ),
    "denial": Cases(
        'select family_id, patient_control_number as "Claim", payer_key as "Payer", procedure_code as "CPT/HCPCS",'
        ' log_flag as "Practice says", mn_tier as "Our tier", carc as "CARC", denied_amount as "Denied"'
        " from {where} order by denied_amount desc",
        {"Denied": "money"},
    ),
    "ledger_override": Cases(
        'select denial_id as "Denial", root_cause as "Root cause", who as "Set by", cast(decided_at as date) as "On"'
        " from ledger_override where denial_id not in (select denial_id from denial) order by 4 desc",
        {"On": "date"},
    ),
    "family_submission": Cases(
        'select family_id, patient_control_number as "Claim",'
        ' payer as "Payer", first_submission_date as "Sent", submission_count as "Times sent",'
        ' is_acknowledged as "Acknowledged", charge_amount as "Charge" from {where} order by first_submission_date, 2',
        _MONEY | {"Sent": "date"},
    ),
    "family_member": Cases(
        'select family_id, member_kind as "Kind", patient_control_number as "Claim", payer as "Payer",'
        ' event_date as "On", match_rule as "Rule", amount as "Charge" from {where} order by event_date, 2',
        _MONEY | {"On": "date"},
    ),
    "acknowledgement_event": Cases(
        'select patient_control_number as "Claim", payer_name as "From", answer_date as "On",'
        ' is_accepted as "Accepted", message as "Answer", charge_amount as "Charge" from {where}'
        " order by answer_date, 1",
        _MONEY | {"On": "date"},
    ),
}


def found(build: str) -> pd.DataFrame:
    """Every kind of issue, in order: `issue`, `label`, `issue_count`, `amount`, `where_to_look`, `group`, `advice`."""
    frame = cache.query(build, "select * from data_quality order by issue_no")
    told = [ADVICE.get(issue, (LOOK, "")) for issue in frame["issue"]]
    return frame.assign(group=[group for group, _ in told], advice=[advice for _, advice in told])


def cases(build: str, where_to_look: str) -> tuple[pd.DataFrame, dict[str, Format]]:
    """The cases of one issue, the weightiest first, and their formats; `family_id`, where there is one, is "
    "for links."""
    shape = CASES[where_to_look.split()[0]]
    frame = cache.query(build, f"{shape.sql.format(where=where_to_look)} limit {MOST_CASES}").dropna(axis=1, how="all")
    if "What" in frame:
        frame = frame.assign(What=[oddity_label(code) for code in frame["What"]])
    return frame, {name: how for name, how in shape.formats.items() if name in frame}


def oddity_label(code: str) -> str:
    """What an oddity is, in words."""
    return ODDITIES.get(code) or words.named(code).capitalize()
