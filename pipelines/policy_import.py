"""Policies from a file, held against what the ledger says: what each would do there, and the writing of it."""

import dataclasses
import datetime
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from pipelines.ledger import Ledger
from pipelines.policy import KIND, Policy, body
from pipelines.policy_matrix import current, field_changes, records

NEW, VERSION, CORRECTION, SAME = "new", "new version", "correction", "unchanged"
ENDED, WITHDRAWN = "ended", "taken back"


class Step(NamedTuple):
    """What a policy of the file would do: its row or place there, the policy, and the fields that it changes."""

    place: str
    policy: Policy
    status: str  # new, new version, correction, unchanged; ended or taken back for one that the file has no more
    fields: tuple[str, ...] = ()


def preview(found: Iterable[tuple[object, Policy]], ledger: Ledger) -> list[Step]:
    """Each policy of a file, and what it would do to what stands; nothing is written.

    Of an article that groups its procedures in a new way the policies that are no more in the file end.
    """
    standing: dict[str, list[Policy]] = {}
    for policy in records(ledger):
        standing.setdefault(policy.policy_id, []).append(policy)
    before = current([policy for versions in standing.values() for policy in versions])
    steps = []
    for place, policy in found:
        steps.append(_step(str(place), policy, standing.get(policy.policy_id, [])))
        standing.setdefault(policy.policy_id, []).append(policy)
    return [*steps, *_left_over(steps, before)]


def _step(place: str, policy: Policy, known: Sequence[Policy]) -> Step:
    same_day = [one for one in known if one.effective_from == policy.effective_from]
    if same_day:
        fields = tuple(change.field for change in field_changes(same_day[-1], policy))
        return Step(place, policy, CORRECTION if fields else SAME, fields)
    if not known:
        return Step(place, policy, NEW)
    before = [one for one in known if one.effective_from < policy.effective_from]
    nearest = max(before, key=lambda one: one.effective_from) if before else known[0]
    return Step(place, policy, VERSION, tuple(change.field for change in field_changes(nearest, policy)))


def _left_over(steps: Sequence[Step], standing: Iterable[Policy]) -> list[Step]:
    """What stands of an article of the file and is not in the file any more: it ends when the article's rest begins."""
    begins = {_article(step.policy): step.policy.effective_from for step in steps if _article(step.policy)}
    known = {step.policy.policy_id for step in steps}
    found = []
    for policy in standing:
        first_day = begins.get(_article(policy))
        if first_day is None or policy.policy_id in known:
            continue
        last_day = first_day - datetime.timedelta(days=1)
        place = f"{policy.named}, not in the file"
        if policy.effective_from > last_day:
            found.append(Step(place, policy, WITHDRAWN))
        elif policy.effective_to is None or policy.effective_to > last_day:
            ended = dataclasses.replace(policy, effective_to=last_day)
            found.append(Step(place, ended, ENDED, ("effective_to",)))
    return found


def _article(policy: Policy) -> tuple[str, str] | None:
    """Payer and number of the article that the policy comes from."""
    if policy.reference_kind != "article" or " (version " not in policy.reference:
        return None
    return policy.payer, policy.reference.partition(" (version ")[0]


def write(steps: Iterable[Step], ledger: Ledger, who: str | None = None) -> int:
    """What is new or different is in the ledger; how many events that were."""
    changed = [step for step in steps if step.status != SAME]
    for step in changed:
        told = {} if step.status == WITHDRAWN else body(step.policy)
        ledger.append(KIND, step.policy.policy_id, told, who)
    return len(changed)


def counted(steps: Iterable[Step]) -> dict[str, int]:
    """How many policies each status has, in the order new, new version, correction, ended, taken back, unchanged."""
    statuses = [step.status for step in steps]
    order = (NEW, VERSION, CORRECTION, ENDED, WITHDRAWN, SAME)
    return {status: statuses.count(status) for status in order if status in statuses}
