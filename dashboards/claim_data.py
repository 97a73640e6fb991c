"""Everything that the build knows about one claim: decisions, lines, reasons, submissions, answers, log rows."""

import dataclasses
import datetime
from typing import Any

import pandas as pd

from dashboards import cache

EVENTS = "select * from claim_event where family_id = ? order by is_repeat, event_no, payment_date, file_id"
LINES = "select * from line_event where family_id = ? order by event_no, line_no"
REASONS = "select * from line_reason where family_id = ? order by event_no, line_no, kind, reason_no"
DENIALS = "select * from denial where family_id = ? order by is_core desc, denied_amount desc, line_key"
SENT = """
    select submissions.*, joined.match_rule, joined.sureness from submission_event as submissions
    inner join submission_family as joined on joined.file_id = submissions.file_id
        and joined.transaction_no = submissions.transaction_no and joined.claim_no = submissions.claim_no
    where joined.family_id = ? order by submissions.created_date, submissions.file_id, submissions.claim_no
"""
HISTORY = "select * from family_event where family_id = ? order by event_date, sort_no, file_id, segment_no, row_no"
MEMBERS = "select * from family_member where family_id = ? order by event_date, file_id, member_no"
TURNS = """
    select family_id, later_family_id, later_payer, later_sequence, later_paid_amount from family_turn
    where family_id = ? or later_family_id = ? order by later_sequence, later_family_id
"""
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
    select family_id, patient_control_number, payer, service_date, charge_amount from family_submission
    where not has_remit and upper(patient_control_number) = ?
    union all
    select denial_id, patient_control_number, payer_key, service_date, charge_amount from denial
    where source = 'log' and upper(patient_control_number) = ? order by 4 desc nulls last, 1 limit 20
"""


@dataclasses.dataclass(frozen=True)
class Claim:
    """One claim family. Frames have the columns of the build's tables; `denials` holds its initially denied lines.

    A claim that is known only as it was sent has no `events`, no `lines` and no `reasons`.
    """

    build: str
    family_id: str
    events: pd.DataFrame
    lines: pd.DataFrame
    reasons: pd.DataFrame
    denials: pd.DataFrame
    sent: pd.DataFrame
    history: pd.DataFrame
    members: pd.DataFrame
    turns: pd.DataFrame
    notes: pd.DataFrame

    @property
    def head(self) -> Any:
        """The first decision: what the claim is called, whose it is."""
        return self.events.iloc[0]

    @property
    def service_date(self) -> datetime.date | None:
        """The first day of service as the payer, else as the practice told it."""
        told = [*self.events["first_service_date"], *self.sent["service_from_date"]]
        return next((day for day in told if isinstance(day, datetime.date)), None)

    @property
    def counted(self) -> pd.DataFrame:
        """Its decisions, reversals and pended answers without those that only came again."""
        return self.events[~self.events["is_repeat"].astype(bool)]


def load(build: str, family_id: str) -> Claim | None:
    """The claim, decided or only sent; None where the build does not know it."""
    key = (family_id,)
    events, sent = cache.query(build, EVENTS, key), cache.query(build, SENT, key)
    if events.empty and sent.empty:
        return None
    return Claim(
        build,
        family_id,
        events,
        lines=cache.query(build, LINES, key),
        reasons=cache.query(build, REASONS, key),
        denials=cache.query(build, DENIALS, key),
        sent=sent,
        history=cache.query(build, HISTORY, key),
        members=cache.query(build, MEMBERS, key),
        turns=cache.query(build, TURNS, key * 2),
        notes=cache.query(build, NOTES, key),
    )


def submitted(build: str, family_id: str) -> pd.Series:
    """What the claim files say of a claim as a whole: a row of family_submission."""
    return cache.query(build, "select * from family_submission where family_id = ?", (family_id,)).iloc[0]


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
    return cache.query(build, LOOK_UP, (wanted,) * 4)


def deciding(claim: Claim, event_no: int) -> pd.DataFrame:
    """The lines of one decision."""
    return claim.lines[claim.lines["event_no"] == event_no]
