"""A claim's history as steps with the days between: service, sent, answered, decided, sent again, appealed, paid."""

import datetime
from collections.abc import Iterator
from typing import Any, NamedTuple

import pandas as pd

from dashboards import cache, words
from dashboards.claim_data import Claim, deciding, file_names

ANSWERS = {
    "A0": "Forwarded",
    "A1": "Received",
    "A2": "Accepted",
    "A3": "Rejected as unprocessable",
    "A4": "Not found",
    "A5": "Split",
    "A6": "Rejected for missing information",
    "A7": "Rejected for invalid information",
    "A8": "Rejected for relational errors",
}
SHOWN_CODES = 2


class Step(NamedTuple):
    """One thing that happened. `tone` is good, bad, warn or ''; `order` sorts steps of one day."""

    date: datetime.date | None
    order: int
    what: str
    detail: str = ""
    tone: str = ""


def steps(claim: Claim) -> list[Step]:
    """Everything that happened to the claim as far as the files say, oldest first."""
    found = [
        Step(claim.head["first_service_date"], 0, "Service"),
        *_sent(claim),
        *_answered(claim),
        *_decided(claim),
        *_noted(claim.notes, has_submissions=not claim.sent.empty),
    ]
    return sorted((step for step in found if step.date), key=lambda step: (step.date, step.order))


def markup(found: list[Step], is_open: bool, last_day: datetime.date | None) -> str:
    """The steps as an ordered list, with the days between them."""
    items: list[str] = []
    before: datetime.date | None = None
    for step in found:
        items.append(_gap(before, step.date))
        items.append(_step(step))
        before = step.date
    if is_open and before and last_day and last_day > before:
        items += [_gap(before, last_day), _step(Step(last_day, 9, "Still denied", "as far as the data reach", "bad"))]
    return f"<ol class='db-timeline'>{''.join(items)}</ol>"


def _gap(before: datetime.date | None, after: datetime.date | None) -> str:
    if before is None or after is None or before == after:
        return ""
    return f"<li class='db-gap'>{words.days((after - before).days)}</li>"


def _step(step: Step) -> str:
    detail = f"<div class='db-step-detail'>{words.markup(step.detail)}</div>" if step.detail else ""
    tone = f" db-{step.tone}" if step.tone else ""
    return (
        f"<li class='db-step{tone}'><span class='db-step-what'>{words.markup(step.what)}</span> "
        f"<span class='db-step-date'>{words.day(step.date)}</span>{detail}</li>"
    )


def _sent(claim: Claim) -> Iterator[Step]:
    for number, row in enumerate(claim.sent.itertuples()):
        if row.frequency_code == "8":
            what = "Voided"
        elif number == 0 and row.frequency_code != "7":
            what = "Submitted"
        else:
            what = "Sent again" + (", corrected claim" if row.frequency_code == "7" else "")
        yield Step(row.created_date, 1, what, f"charge {words.cents(row.charge_amount)}")


def _answered(claim: Claim) -> Iterator[Step]:
    for row in claim.answers.itertuples():
        what = ANSWERS.get(str(row.category_code), "Answered")
        by = f"by {row.payer_name}" if row.payer_name else "before a decision"
        status = f", status {row.status_code}" if row.status_code and row.is_accepted is False else ""
        yield Step(row.answer_date, 2, what, by + status, "bad" if row.is_accepted is False else "")


def _decided(claim: Claim) -> Iterator[Step]:
    names = file_names(claim.build)
    for row in claim.events.itertuples():
        if row.is_repeat:
            name = names.get(str(row.file_id), "another file")
            yield Step(row.payment_date, 8, "The same payment came again", f"in {name}; counted once")
        else:
            yield Step(row.payment_date, 4, *decision(claim, row))


def decision(claim: Claim, event: Any) -> tuple[str, str, str]:
    """What a claim payment did, its reasons, and its tone."""
    if event.is_reversal:
        return "Taken back", f"reversal of {words.cents(abs(event.paid_amount or 0))} paid", "warn"
    if event.is_pended:
        return "Pended", "not decided yet", ""
    if not event.is_adjudicated:
        return "Passed on", "not a decision of this payer", ""
    lines = deciding(claim, event.event_no)
    lines = lines[lines["is_counted"].astype(bool)]
    denied = lines[lines["is_denied_broad"].astype(bool)]
    paid = event.paid_amount or 0
    if len(denied):
        of = "" if len(denied) == len(lines) else f" in part: {len(denied)} of {len(lines)} lines"
        also = f"; {words.cents(paid)} paid" if paid > 0 else ""
        return f"Denied{of}", _reasons(claim, event.event_no) + also, "bad"
    if paid > 0:
        return f"Paid {words.cents(paid)}", _paid_by(event), "good"
    if lines["has_patient_share"].astype(bool).any():
        return "Allowed", "all of it is the patient's share", "good"
    return "Nothing paid", "and no denial reason given", "warn"


def _paid_by(event: Any) -> str:
    return f"payment {event.trace_number}" if event.trace_number else ""


def _reasons(claim: Claim, event_no: int) -> str:
    """The principal reasons of a decision's denied lines: `CO-50 not medically necessary`."""
    reasons = claim.reasons
    found = reasons[
        (reasons["event_no"] == event_no) & reasons["is_denial_reason"].astype(bool) & reasons["is_principal"]
    ]
    said = dict.fromkeys(words.code(row.group_code, row.code, row.label) for row in found.itertuples())
    return words.listed(list(said), SHOWN_CODES) if said else ""


def _noted(notes: pd.DataFrame, has_submissions: bool) -> Iterator[Step]:
    """What only the practice's own log says: appeals, deadlines, closings; sendings where no 837 does."""
    seen: set[Step] = set()
    for row in notes.itertuples():
        level = f"level {row.appeal_level}, " if row.appeal_level else ""
        outcome = f"outcome: {row.appeal_outcome}" if row.appeal_outcome else "no outcome noted"
        found = [
            Step(row.appeal_date, 5, "Appealed", f"{level}{outcome} (log)"),
            Step(row.resolved_date, 6, "Closed", "by the log"),
            Step(row.deadline_date, 7, "Deadline", "for the next step (log)", "warn"),
        ]
        if not has_submissions:
            found += [Step(row.submission_date, 1, "Submitted", "by the log")]
            found += [Step(row.last_bill_date, 3, "Billed again", "by the log")]
        for step in found:
            if step.date and step not in seen:
                seen.add(step)
                yield step


def of_log(row: Any) -> list[Step]:
    """The steps that a log row alone tells."""
    found = [
        Step(row.service_date, 0, "Service"),
        Step(row.denial_date or row.adjudication_date, 4, "Denied", "by the log", "bad"),
        *_noted(pd.DataFrame([row]), has_submissions=False),
    ]
    return sorted((step for step in found if step.date), key=lambda step: (step.date, step.order))


def last_day(build: str) -> datetime.date | None:
    """The newest payment date of the data."""
    return cache.freshness(build).last_payment_date
