"""The payer policy matrix: which version of a policy is in force on a day, and what changed between two days.

A policy has versions: each event `policy_set` about it is one, from its `effective_from` on. Said again for the same
day, a version is corrected; said for another day, it is followed. An event with an empty body takes the whole policy
back. A version is in force from its first day until the day before the next version, or its own last day if that is
earlier. What decides for a claim is its service date.
"""

import dataclasses
import datetime
from collections.abc import Sequence
from itertools import groupby
from typing import Any, NamedTuple

from pipelines.ledger import Ledger
from pipelines.policy import KIND, LISTS, TOLD, Policy, from_body

Day = datetime.date
Said = Ledger | Sequence[Policy]
NOT_COMPARED = ("policy_id", "effective_from")


class InForce(NamedTuple):
    """A version and the days on which it holds; `last_day` is None while nothing ends it."""

    policy: Policy
    first_day: Day
    last_day: Day | None


class FieldChange(NamedTuple):
    """What a field was and is; of a list what was added to it and what was taken away."""

    field: str
    before: Any
    after: Any


class Change(NamedTuple):
    """A policy of which another version holds."""

    before: Policy
    after: Policy
    fields: tuple[FieldChange, ...]


class Difference(NamedTuple):
    """What changed between two days, each in the order of payer and procedures."""

    added: tuple[Policy, ...]
    ended: tuple[Policy, ...]
    changed: tuple[Change, ...]

    def __bool__(self) -> bool:
        return bool(self.added or self.ended or self.changed)


def records(ledger: Ledger) -> list[Policy]:
    """Every version that stands, by policy and first day; `version_no` counts from 1 within a policy."""
    standing: dict[str, dict[Day, Policy]] = {}
    for event in ledger.events(KIND):
        if not event.body:
            standing.pop(event.subject, None)
            continue
        version = from_body(event.subject, event.body, event.who, event.at)
        standing.setdefault(event.subject, {})[version.effective_from] = version
    return [
        dataclasses.replace(versions[day], version_no=number)
        for _, versions in sorted(standing.items())
        for number, day in enumerate(sorted(versions), 1)
    ]


def spans(said: Said) -> list[InForce]:
    """Every version with the days on which it holds, without those that a later one leaves no day."""
    found = []
    for _, group in groupby(_listed(said), key=lambda policy: policy.policy_id):
        versions = sorted(group, key=lambda policy: policy.effective_from)
        for version, following in zip(versions, [*versions[1:], None], strict=True):
            ends = [version.effective_to] if version.effective_to else []
            if following:
                ends.append(following.effective_from - datetime.timedelta(days=1))
            last_day = min(ends, default=None)
            if last_day is None or last_day >= version.effective_from:
                found.append(InForce(version, version.effective_from, last_day))
    return found


def in_force(said: Said, day: Day) -> list[Policy]:
    """The versions that hold on this day, by payer and procedures."""
    holding = [one.policy for one in spans(said) if one.first_day <= day <= (one.last_day or day)]
    return sorted(holding, key=_place)


def current(said: Said) -> list[Policy]:
    """The newest version of every policy, whether it has begun or ended, by payer and procedures."""
    return sorted({policy.policy_id: policy for policy in _listed(said)}.values(), key=_place)


def versions(said: Said, policy_id: str) -> list[Policy]:
    """Every version of one policy, the newest first."""
    return [policy for policy in _listed(said) if policy.policy_id == policy_id][::-1]


def diff(said: Said, day_a: Day, day_b: Day) -> Difference:
    """What holds on the second day and did not on the first, the other way round, and what holds in another version."""
    standing = _listed(said)
    before = {policy.policy_id: policy for policy in in_force(standing, day_a)}
    after = {policy.policy_id: policy for policy in in_force(standing, day_b)}
    both = [(before[one], after[one]) for one in after if one in before]
    changes = [Change(old, new, field_changes(old, new)) for old, new in both]
    return Difference(
        added=tuple(policy for name, policy in after.items() if name not in before),
        ended=tuple(policy for name, policy in before.items() if name not in after),
        changed=tuple(change for change in changes if change.fields),
    )


def field_changes(before: Policy, after: Policy) -> tuple[FieldChange, ...]:
    """The fields in which two versions differ; the first day alone is no difference."""
    changes = []
    for name in TOLD:
        old, new = getattr(before, name), getattr(after, name)
        if name in NOT_COMPARED or old == new:
            continue
        if name in LISTS:
            old, new = _without(old, new), _without(new, old)
        changes.append(FieldChange(name, old, new))
    return tuple(changes)


def _without(these: tuple[str, ...], those: tuple[str, ...]) -> tuple[str, ...]:
    gone = set(those)
    return tuple(one for one in these if one not in gone)


def _listed(said: Said) -> Sequence[Policy]:
    if isinstance(said, Ledger):
        return records(said)
    return sorted(said, key=lambda policy: (policy.policy_id, policy.effective_from))


def _place(policy: Policy) -> tuple[str, tuple[str, ...], str]:
    return policy.payer, policy.procedures, policy.policy_id
