"""What happened and who did it, as the ledger tells: the words of each event, and where its chain is broken."""

import json
from collections.abc import Mapping
from typing import NamedTuple

from pipelines import words
from pipelines.kpis import KPIS
from pipelines.ledger import Event, Ledger
from pipelines.ledger_chain import FIRST, link

DONE = {  # kind -> what the person did, in words
    "unmasked": "looked at names and IDs",
    "exported": "took away a file",
    "imported": "loaded files",
    "signed_in": "signed in",
    "sign_in_refused": "was refused",
    "log_mapping": "settled a log's columns",
    "root_cause_override": "set a root cause",
    "target_set": "set a target",
    "bank_amount": "entered a bank amount",
    "line_closed": "closed a line",
    "change_registered": "registered a change",
    "decision_made": "recorded a decision",
    "alert_rule": "set an alert",
    "alert_raised": "told of an alert",
    "survey_answered": "recorded a survey's answer",
    "audit_finding": "recorded a finding",
    "baseline_set": "froze a baseline",
    "policy_set": "recorded a policy",
    "setting": "chose a setting",
}


ABOUT_CLAIMS = ("unmasked", "root_cause_override", "line_closed")  # their subject holds the claim's number


class Broken(NamedTuple):
    """An event that does not fit the chain: its number and moment as they stand now, and what is wrong."""

    number: int
    at: str
    why: str


def broken_links(ledger: Ledger) -> list[Broken]:
    """The events that do not fit what came before them, the first one first; empty where nothing was changed.

    After an event that was changed the chain is taken up again from its own hash, so that each change shows once.
    """
    found, before, last = [], FIRST, 0
    for number, row, known in ledger.links():
        if number != last + 1:
            found.append(Broken(number, row[0], f"event {last + 1} is missing before it"))
        elif known != link(before, number, row):
            found.append(Broken(number, row[0], "it is not what was written, or not after what was written before it"))
        before, last = known or FIRST, number
    return found


def chain_findings(ledger: Ledger) -> list[str]:
    """One sentence for each event that does not fit; empty where nothing was changed."""
    return [f"event {one.number} ({one.at[:19]}) does not fit: {one.why}" for one in broken_links(ledger)]


def holds(ledger: Ledger, head: str) -> bool:
    """Whether a head that was written down is one of the chain: then nothing up to it was changed or left out.

    Of a whole chain alone: `broken_links` says whether it is.
    """
    return head == FIRST or any(known == head for *_, known in ledger.links())


def about(event: Event) -> str:
    """What the event was about, in words that name nobody: `12 files`, `to biller`; which claim, `claim_of` says."""
    body = event.body
    if event.kind == "signed_in":
        return f"as {body['role']}, by {body['way']}"
    if event.kind == "sign_in_refused":
        return str(body["why"])
    if event.kind == "imported":
        return f"{event.subject}: {body['loaded']:,} loaded, {body['known']:,} known, {body['refused']:,} refused"
    if event.kind == "exported":
        rows = f", {body['rows']:,} rows" if body["rows"] is not None else ""
        return f"{event.subject}{rows}"
    if event.kind == "alert_raised" and body:
        return str(body["told"])
    if event.kind == "alert_rule" and body:
        return f"{_number(body['kpi'], body['cell'])}: against its {body['by']}{'s' if body['by'] == 'limit' else ''}"
    subject = "" if event.kind in ABOUT_CLAIMS else event.subject
    if event.kind == "baseline_set":
        kpi, _, cell = subject.partition("|")
        subject = _number(kpi, json.loads(cell or "{}"))
    if body or event.kind == "unmasked":
        return subject
    return f"{subject}: taken back" if subject else "taken back"


def _number(kpi: str, cell: Mapping[str, str]) -> str:
    """A number and where it is watched: `Denial rate, NORTHFIELD, missing auth`."""
    where = ", ".join(words.named(value) for value in cell.values()) or "all payers and procedures"
    return f"{KPIS[kpi].label if kpi in KPIS else kpi}, {where}"


def claim_of(event: Event) -> str:
    """Our key of the claim or line that the event is about, which holds the claim's number; else nothing."""
    return event.subject if event.kind in ABOUT_CLAIMS else ""
