"""The playbook of a procedure: what the note must show, by the payers' policies and by our own list; who owns it.

Own items are `data/reference/playbook_item.csv`: for one procedure, for its family, or for any. What a payer wants
comes from its policies in force.
"""

import datetime
import functools
from collections.abc import Sequence
from typing import NamedTuple

from pipelines import policy_words, reference, words
from pipelines.policy import Policy

ANY = "*"
TOPICS = {  # in the order of the page; what a topic is called
    "diagnosis": "Diagnosis",
    "impairment now": "Impairment now",
    "future risk": "Future risk",
    "prior therapy": "Prior therapy",
    "imaging": "Imaging and results",
    "intervention": "Intervention",
    "proportion": "Proportion of service to need",
    "extra time": "Extra time",
    "first point": "First point: why an evaluation now",
    "second point": "Second point: what it led to",
    "frequency": "Frequency",
    "level of service": "Level of service",
    "documentation": "Record",
    "authorisation": "Authorisation",
    "policy": "Policy",
}


class Item(NamedTuple):
    """One point that the record must show, and why payers ask for it."""

    topic: str
    text: str
    why: str
    is_general: bool  # for any procedure


@functools.cache
def labels() -> dict[str, str]:
    """Our own label of each procedure that has one."""
    return {row["code"]: row["label"] for row in reference.rows("procedure_label")}


@functools.cache
def family(procedure: str) -> str:
    """The group that the procedure belongs to; '' where it is in none."""
    for row in reference.rows("procedure_label"):
        if row["code"] == procedure:
            return row["procedure_family"]
    ranges = reference.rows("procedure_family")
    return next((row["procedure_family"] for row in ranges if row["code_from"] <= procedure <= row["code_to"]), "")


def named(procedure: str) -> str:
    """The code with our label, where it has one."""
    return " ".join(filter(None, (procedure, labels().get(procedure, ""))))


class PayerPart(NamedTuple):
    """What one payer wants of the procedure: the policy, its points as name and text, and its own checklist."""

    policy: Policy
    wants: tuple[tuple[str, str], ...]
    checklist: tuple[str, ...]
    next_audit: datetime.date | None


def items(procedure: str) -> list[Item]:
    """Our own list for a procedure, by topic, what is particular to it first."""
    found, group = [], family(procedure)
    for row in reference.rows("playbook_item"):
        scope = row["applies_to"]
        if scope in (ANY, group) or procedure in scope.split():
            found.append(Item(row["topic"], row["item"], row["why"], scope == ANY))
    order = list(TOPICS)
    return sorted(found, key=lambda item: (item.is_general, order.index(item.topic)))


def payer_parts(policies: Sequence[Policy], procedure: str) -> list[PayerPart]:
    """What each policy about the procedure wants, by payer."""
    about = [policy for policy in policies if procedure in policy.procedures]
    return [
        PayerPart(policy, tuple(policy_words.wants(policy)), policy.checklist, next_audit(policy))
        for policy in sorted(about, key=lambda policy: (policy.payer, policy.policy_id))
    ]


def owners(parts: Sequence[PayerPart]) -> list[str]:
    """Who looks after the policies, each once."""
    return list(dict.fromkeys(part.policy.owner for part in parts if part.policy.owner))


def next_audit(policy: Policy) -> datetime.date | None:
    """So many months after the version was entered, when its next look is due; None where no audit is wanted."""
    if not policy.audit_every_months or not policy.set_at:
        return None
    entered = datetime.date.fromisoformat(policy.set_at[:10])
    months = entered.year * 12 + entered.month - 1 + policy.audit_every_months
    return datetime.date(months // 12, months % 12 + 1, min(entered.day, 28))


def audit_words(due: datetime.date, today: datetime.date) -> str:
    """When a policy is looked at next: a day to come, or that it has been due since."""
    return f"next audit {words.day(due)}" if due > today else f"audit due since {words.day(due)}"
