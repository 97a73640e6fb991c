"""The second implementation, continued: what came twice, whose turn it was, what is one claim, what was taken back."""

import datetime
from collections import defaultdict
from typing import Any

from pipelines.rows import Submission
from tests.oracle import ClaimEvent


def without_repeats(events: list[ClaimEvent]) -> list[ClaimEvent]:
    """Each claim payment once, however many files it came in; the n-th of its kind in a transaction is the n-th."""
    seen: set[Any] = set()
    counts: dict[Any, int] = defaultdict(int)
    kept = []
    for event in sorted(events, key=lambda e: (e.day or datetime.date.max, e.file, e.place)):
        remit, claim = event.remit, event.claim
        content = (remit.payer_name, remit.trace_number, remit.payment_date, claim.content_key)
        within = (event.file, claim.transaction_no, content)
        counts[within] += 1
        if (content, counts[within]) not in seen:
            kept.append(event)
        seen.add((content, counts[within]))
    return kept


def set_sequences(events: list[ClaimEvent], submissions: list[Submission]) -> None:
    """Whose turn it was: CLP02; else an adjustment 23, what the payer said under the same number, or the 837."""
    for event in events:
        stated = event.status["payer_sequence"] if event.claim.claim_status_code != "4" else ""
        claim = event.claim
        mates = _said(events, event, claim.payer_claim_control_number) or _said(
            events, event, claim.original_reference_number
        )
        to_payer = (event.claim.patient_control_number, event.remit.payer_name)
        letters = {
            one.payer_sequence_code for one in submissions if (one.patient_control_number, one.payer_name) == to_payer
        }
        sent = "secondary" if letters and letters <= {"S", "T"} else "primary"
        event.sequence = stated or ("secondary" if "23" in event.codes else min(mates, default=sent))


def _said(events: list[ClaimEvent], event: ClaimEvent, number: str | None) -> list[str]:
    """The turns that the payer stated for the same claim under this number of its own."""
    of = (event.remit.payer_name, event.claim.patient_control_number, number)
    return [
        other.status["payer_sequence"]
        for other in events
        if number is not None
        and other.claim.claim_status_code != "4"
        and other.status["payer_sequence"]
        and (other.remit.payer_name, other.claim.patient_control_number, other.claim.payer_claim_control_number) == of
    ]


def set_families(events: list[ClaimEvent], submissions: list[Submission]) -> None:
    """Events are joined by what they say of themselves and by the payer's numbers, until nothing more joins."""
    for event in events:
        event.names = {event.claim.payer_claim_control_number, event.claim.original_reference_number}
        of = (event.claim.patient_control_number, event.remit.payer_name, event.service_date)
        event.names |= {
            one.original_reference_number
            for one in submissions
            if (one.patient_control_number, one.payer_name, one.service_from_date) == of
        }
        event.family = (event.remit.payer_name, event.claim.patient_control_number, event.service_date, event.sequence)
    changed = True
    while changed:
        changed = False
        for one in events:
            for other in events:
                if one.family != other.family and _is_linked(one, other):
                    first, last = sorted(
                        (one, other), key=lambda e: min(x.place for x in events if x.family == e.family)
                    )
                    old = last.family
                    for event in events:
                        if event.family == old:
                            event.family = first.family
                    changed = True


def _is_linked(one: ClaimEvent, other: ClaimEvent) -> bool:
    number = one.claim.payer_claim_control_number
    is_number = number is not None and number in other.names
    return is_number and (one.remit.payer_name, one.sequence) == (other.remit.payer_name, other.sequence)


def set_reversed(family: list[ClaimEvent]) -> None:
    """Each reversal takes back the first payment of its amounts that stands open before it."""
    for position, reversal in enumerate(family):
        if reversal.is_reversal:
            for event in family[:position]:
                is_same = event.is_decision and not event.is_reversed and _size(event) == _size(reversal)
                if is_same:
                    event.is_reversed = True
                    break


def _size(event: ClaimEvent) -> tuple[int, int]:
    return abs(event.claim.charge_amount or 0), abs(event.claim.paid_amount or 0)


def set_keys(family: list[ClaimEvent]) -> list[ClaimEvent]:
    """The family's decisions, with a key on each line; those without lines after lines are left out."""
    decisions = [event for event in family if event.is_decision]
    if decisions and decisions[0].lines[0].number == 0:
        for event in decisions:
            for li in event.lines:
                li.key = "claim"
        return decisions
    decisions = [event for event in decisions if event.lines[0].number > 0]
    numbers: set[str] = set()
    keys: set[str] = set()
    lasts = True
    for event in decisions:
        seen: dict[Any, int] = defaultdict(int)
        own = [li.line_number for li in event.lines]
        lasts = lasts and None not in own and len(set(own)) == len(own)
        numbers |= {number for number in own if number}
        for li in event.lines:
            seen[li.procedure, li.date] += 1
            li.key = f"{li.procedure} {li.date} {seen[li.procedure, li.date]}"
            keys.add(li.key)
    if lasts and len(numbers) <= len(keys):
        for event in decisions:
            for li in event.lines:
                li.key = li.line_number or ""
    return decisions
