"""The second implementation, continued: which claim a submission belongs to, and what became of each claim sent."""

import datetime
from collections import defaultdict
from collections.abc import Callable
from typing import Any, NamedTuple

from pipelines.rows import Submission
from tests.oracle import ClaimEvent

TURNS = {"P": "primary", "S": "secondary", "T": "tertiary"}
UNCLEAR = "unclear"


class SentClaim(NamedTuple):
    """A claim of which the first submission is known."""

    family: Any
    first: Submission
    submission_date: datetime.date


def sent_claims(submissions: list[Submission], events: list[ClaimEvent]) -> list[SentClaim]:
    """Every family with a submission that is no void and not later than its first decision; doubtful ones are none."""
    together: dict[Any, list[Submission]] = defaultdict(list)
    for one, family in zip(submissions, families_of(submissions, events), strict=True):
        if family[-1] != UNCLEAR:
            together[family].append(one)
    found = []
    for family, own in together.items():
        days = [event.day for event in events if event.family == family and event.is_decision and event.day]
        in_time = [
            one
            for one in own
            if one.frequency_code != "8" and one.created_date and (not days or one.created_date <= min(days))
        ]
        if in_time:
            first = min(in_time, key=lambda one: (one.created_date, one.claim_no))
            assert first.created_date
            found.append(SentClaim(family, first, first.created_date))
    return found


def is_awaited(sent: SentClaim, own: list[Submission], events: list[ClaimEvent]) -> bool:
    """Whether its decision could yet be seen: not decided, not voided, and of a payer whose remits are here."""
    if any(event.family == sent.family and event.is_decision for event in events):
        return False
    voids = [one.created_date for one in own if one.frequency_code == "8" and one.created_date]
    others = [one.created_date for one in own if one.frequency_code != "8" and one.created_date]
    is_voided = bool(voids) and (max(voids) > max(others) or (max(voids) == max(others) and len(others) == 1))
    return not is_voided and any(event.remit.payer_name == sent.first.payer_name for event in events)


def families_of(submissions: list[Submission], events: list[ClaimEvent]) -> list[Any]:
    """The family of each submission: one with a remit by the payer's number, else by account; else its own."""
    candidates = [_candidates(one, submissions, events) for one in submissions]
    bases = [_base(one) for one in submissions]
    fellows: dict[Any, set[Any]] = defaultdict(set)
    for base, found in zip(bases, candidates, strict=True):
        if len(found) == 1:
            fellows[base] |= found
    answers = []
    for base, found in zip(bases, candidates, strict=True):
        own = found if len(found) == 1 else fellows[base] if not found and len(fellows[base]) == 1 else set()
        answers.append(next(iter(own)) if own else (base, UNCLEAR) if found else base)
    return answers


def _base(one: Submission) -> tuple[Any, ...]:
    turn = TURNS.get(one.payer_sequence_code or "", "primary")
    return one.payer_name, one.patient_control_number, one.service_from_date, turn


def _candidates(one: Submission, submissions: list[Submission], events: list[ClaimEvent]) -> set[Any]:
    """The families to which it fits best: by number, by account and day, by account where a day is missing."""
    turn = TURNS.get(one.payer_sequence_code or "")
    mates = [e for e in events if e.remit.payer_name == one.payer_name and turn in (None, e.sequence)]
    accounts = [e for e in mates if e.claim.patient_control_number == one.patient_control_number is not None]
    rules: list[Callable[[], list[ClaimEvent]]] = [
        lambda: _by_number(one, submissions, events, mates),
        lambda: [e for e in accounts if e.service_date and e.service_date == one.service_from_date],
        lambda: [e for e in accounts if not e.service_date or not one.service_from_date],
    ]
    for rule in rules:
        found = rule()
        if found:
            exact = {e.family for e in found if e.service_date == one.service_from_date} if rule is rules[1] else set()
            return exact or {e.family for e in found}
    return set()


def _by_number(
    one: Submission, submissions: list[Submission], events: list[ClaimEvent], mates: list[ClaimEvent]
) -> list[ClaimEvent]:
    """Events that carry the number to which it refers, unless that number is nobody's."""
    number = one.original_reference_number
    if not number:
        return []
    users = [s for s in submissions if (s.payer_name, s.original_reference_number) == (one.payer_name, number)]
    accounts, days = {s.patient_control_number for s in users}, {s.service_from_date for s in users}
    if len(accounts) > 3 or (len(accounts) > 1 and len(days) > 1):
        return []
    carriers = [e for e in events if e.remit.payer_name == one.payer_name and number in _numbers(e)]
    if len({e.claim.patient_control_number for e in carriers}) > 1 and len({e.family for e in carriers}) > 1:
        return []
    return [e for e in mates if number in _numbers(e)]


def _numbers(event: ClaimEvent) -> tuple[str | None, str | None]:
    return event.claim.payer_claim_control_number, event.claim.original_reference_number
