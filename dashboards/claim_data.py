"""Everything that the build knows about one claim: decisions, lines, reasons, submissions, answers, log rows."""

import dataclasses
from typing import Any

import pandas as pd

from dashboards import cache

EVENTS = "select * from claim_event where family_id = ? order by is_repeat, event_no, payment_date, file_id"
LINES = "select * from line_event where family_id = ? order by event_no, line_no"
REASONS = "select * from line_reason where family_id = ? order by event_no, line_no, kind, reason_no"
DENIALS = "select * from denial where family_id = ? order by is_core desc, denied_amount desc, line_key"
SENT = """
    select distinct submissions.* from submission_event as submissions
    inner join claim_event as events on events.family_id = ? and (
        (submissions.patient_control_number = events.patient_control_number
            and coalesce(submissions.payer_sequence, events.payer_sequence) = events.payer_sequence
            and coalesce(events.first_service_date between submissions.service_from_date
                and submissions.service_to_date, true))
        or (submissions.original_reference_number = events.payer_claim_control_number
            and submissions.payer_code in (events.payer_code, '(not given)')))
    where submissions.source = '837'
    order by submissions.created_date, submissions.file_id, submissions.claim_no
"""  # as resubmission.sql finds them
ANSWERS = """
    with answered as (
        select answers.*, submissions.file_id as sent_file_id, submissions.transaction_no as sent_transaction_no,
            submissions.claim_no as sent_claim_no
        from acknowledgement_event as answers
        inner join submission_event as submissions
            on submissions.patient_control_number = answers.patient_control_number
            and submissions.created_date <= answers.answer_date
        where answers.patient_control_number in (
            select patient_control_number from claim_event where family_id = ?)
        qualify row_number() over (
            partition by answers.file_id, answers.transaction_no, answers.acknowledgement_no
            order by submissions.created_date desc, submissions.file_id, submissions.claim_no) = 1
    )
    select answered.* from answered
    where (sent_file_id, sent_transaction_no, sent_claim_no) in (
        select (file_id, transaction_no, claim_no) from ({}) as sent)
    order by answer_date, file_id, acknowledgement_no
"""  # an answer belongs to the newest claim of that number that was sent before it
NOTES = """
    select distinct log_entry.* from log_entry
    inner join log_match on log_match.file_id = log_entry.file_id and log_match.row_no = log_entry.row_no
    where log_match.family_id = ? order by log_entry.file_id, log_entry.row_no
"""
LOOK_UP = """
    select family_id as claim, min(patient_control_number) as number, min(payer_key) as payer,
        min(first_service_date) as service_date, max(abs(charge_amount)) as charge_amount
    from claim_event
    where upper(patient_control_number) = ? or upper(payer_claim_control_number) = ? group by family_id
    union all
    select denial_id, patient_control_number, payer_key, service_date, charge_amount from denial
    where source = 'log' and upper(patient_control_number) = ? order by 4 desc nulls last, 1 limit 20
"""


@dataclasses.dataclass(frozen=True)
class Claim:
    """One claim family. Frames have the columns of the build's tables; `denials` holds its initially denied lines."""

    build: str
    family_id: str
    events: pd.DataFrame
    lines: pd.DataFrame
    reasons: pd.DataFrame
    denials: pd.DataFrame
    sent: pd.DataFrame
    answers: pd.DataFrame
    notes: pd.DataFrame

    @property
    def head(self) -> Any:
        """The first decision: what the claim is called, whose it is."""
        return self.events.iloc[0]

    @property
    def counted(self) -> pd.DataFrame:
        """Its decisions, reversals and pended answers without those that only came again."""
        return self.events[~self.events["is_repeat"].astype(bool)]


def load(build: str, family_id: str) -> Claim | None:
    """The claim; None where the build does not know it."""
    key = (family_id,)
    events = cache.query(build, EVENTS, key)
    if events.empty:
        return None
    return Claim(
        build,
        family_id,
        events,
        lines=cache.query(build, LINES, key),
        reasons=cache.query(build, REASONS, key),
        denials=cache.query(build, DENIALS, key),
        sent=cache.query(build, SENT, key),
        answers=cache.query(build, ANSWERS.format(SENT), (family_id, family_id)),
        notes=cache.query(build, NOTES, key),
    )


def log_denial(build: str, denial_id: str) -> pd.Series | None:
    """The denial that only a log knows; None where there is none of this name."""
    found = cache.query(build, "select * from denial where denial_id = ? and source = 'log'", (denial_id,))
    return None if found.empty else found.iloc[0]


def evidence(build: str, denial_id: str) -> pd.DataFrame:
    """Every rule that matched the denial, the winner first, with the rule's note, or the person's."""
    return cache.query(
        build,
        """select found.*, coalesce(rules.note, decided.note) as note from root_cause_evidence as found
        left join ref_root_cause_rule as rules on rules.rule_id = found.rule_id
        left join ledger_override as decided on decided.denial_id = found.denial_id and found.rule_id = 'override'
        where found.denial_id = ? order by found.rank""",
        (denial_id,),
    )


def file_names(build: str) -> dict[str, str]:
    """File id to the name under which the file came."""
    frame = cache.query(build, "select file_id, file_name from source_file")
    return dict(zip(frame["file_id"], frame["file_name"], strict=True))


def look_up(build: str, number: str) -> pd.DataFrame:
    """Claims with this number of the practice or of a payer: `claim`, `number`, `payer`, `service_date`, ..."""
    wanted = number.strip().upper()
    return cache.query(build, LOOK_UP, (wanted, wanted, wanted))


def deciding(claim: Claim, event_no: int) -> pd.DataFrame:
    """The lines of one decision."""
    return claim.lines[claim.lines["event_no"] == event_no]
