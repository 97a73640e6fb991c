"""The second implementation, continued: the root cause of a denial."""

import datetime

from pipelines import reference
from pipelines.rows import Submission
from tests.oracle import CARCS, RARCS, ClaimEvent, LineEvent

RULES = reference.rows("root_cause_rule")


def root_cause(
    event: ClaimEvent, deciding: list[LineEvent], submissions: list[Submission], own: list[Submission]
) -> str:
    """The root cause by remark, pair of codes, missing authorisation, or the codes alone."""
    li = deciding[0]
    codes = [reason.code for reason in li.reasons if reason.scope]
    principal = li.principal
    openness = int(CARCS[principal.code]["openness"]) if principal else 3
    spoken = [code for code in li.remarks if RARCS.get(code, {}).get("is_alert", "false") == "false"]
    unauthorised = _is_unauthorised(event, submissions, own)
    hits = []
    for rule in RULES:
        kind, carc, rarc = rule["match_kind"], rule["carc"], rule["rarc"]
        is_hit = (
            (kind == "remark" and rarc in spoken and openness >= int(rule["min_openness"]))
            or (kind == "carc_and_remark" and carc in codes and rarc in spoken)
            or (kind == "auth_missing" and carc in codes and unauthorised)
        )
        if is_hit:
            rank = {"high": 0, "medium": 1, "low": 2}[rule["confidence"]]
            hits.append((int(rule["stage"]), int(rule["precedence"]), rank, rule["rule_id"], rule["root_cause"]))
    for code in codes:
        cause = CARCS[code]["root_cause"]
        if cause not in ("", "not_determined"):
            rank = 0 if openness == 0 else 1
            hits.append((50, 90 if principal and code == principal.code else 91, rank, f"D50-{code}", cause))
    return min(hits)[-1] if hits else "not_determined"


def _is_unauthorised(event: ClaimEvent, submissions: list[Submission], own: list[Submission]) -> bool:
    """A claim was sent before this remit, of its family or else of its account, and it names no authorisation."""
    number, day = event.claim.patient_control_number, event.service_date
    sent_before = [one for one in own if one.created_date and event.day and one.created_date <= event.day]
    if sent_before:
        best = max(sent_before, key=lambda one: (one.patient_control_number == number, one.created_date))
        return best.authorization_number is None
    letter = {"primary": "P", "secondary": "S", "tertiary": "T"}[event.sequence]
    found = [
        one
        for one in submissions
        if one.patient_control_number == number is not None
        and (one.payer_name == event.remit.payer_name or one.charge_amount == event.claim.charge_amount is not None)
        and (not day or not one.service_from_date or one.service_from_date <= day <= (one.service_to_date or day))
    ]
    early = [one for one in found if one.payer_sequence_code == letter] or found
    before = [one for one in early if not one.created_date or not event.day or one.created_date <= event.day]
    if not before:
        return False
    return max(before, key=lambda one: one.created_date or datetime.date.min).authorization_number is None
