"""How policies are said: the names of their fields, their values, and what changed in them. Plain text."""

import datetime
from collections.abc import Sequence
from typing import Any

from pipelines import words
from pipelines.policy import LISTS, Policy
from pipelines.policy_matrix import Change, Difference, FieldChange

LABELS = {
    "payer": "Payer",
    "procedures": "CPT/HCPCS",
    "covered_diagnoses": "Covered diagnoses",
    "noncovered_diagnoses": "Diagnoses not covered",
    "prior_therapy": "Prior therapy",
    "imaging": "Imaging",
    "imaging_window_days": "Imaging not older than (days)",
    "authorisation": "Authorisation",
    "frequency_limit": "Frequency limit",
    "frequency_count": "Times allowed",
    "frequency_days": "Within (days)",
    "reference": "Reference",
    "reference_kind": "Kind of reference",
    "effective_from": "In force from",
    "effective_to": "Last day",
    "owner": "Owner",
    "audit_every_months": "Audit every (months)",
    "checklist": "Checklist",
}
SHOWN_CODES = 6
NO_LAST_DAY = "no last day"


def value(field: str, told: Any) -> str:
    """A field's value as it is said: dates in words, lists cut after a few; '' where nothing is told."""
    if isinstance(told, datetime.date):
        return words.day(told)
    if field in LISTS:
        return codes(told, 99 if field == "checklist" else SHOWN_CODES)
    return "" if told is None else str(told)


def codes(listed: Sequence[str], most: int = SHOWN_CODES) -> str:
    """The first few of a list and how many more there are."""
    more = len(listed) - most
    return ", ".join(listed[:most]) + (f" and {words.count(more)} more" if more > 0 else "")


def title(policy: Policy) -> str:
    """Payer and procedures."""
    return f"{policy.payer}, {codes(policy.procedures, 3)}"


def in_force(policy: Policy) -> str:
    """From when to when a version says that it holds."""
    return words.period(policy.effective_from, policy.effective_to)


def wants(policy: Policy) -> list[tuple[str, str]]:
    """What the policy asks for, as name and text, without what it does not say."""
    imaging = policy.imaging or ("wanted" if policy.imaging_window_days else "")
    if policy.imaging_window_days:
        imaging += f", not older than {words.days(policy.imaging_window_days)}"
    authorisation = "" if policy.authorisation == "unknown" else policy.authorisation
    told = [
        ("Covered diagnoses", codes(policy.covered_diagnoses, 12)),
        ("Not covered", codes(policy.noncovered_diagnoses, 12)),
        ("Prior therapy", policy.prior_therapy),
        ("Imaging", imaging),
        ("Authorisation", authorisation),
        ("Frequency", limit(policy)),
    ]
    return [(name, text) for name, text in told if text]


def limit(policy: Policy) -> str:
    """How often, in the payer's words, else in our own."""
    if policy.frequency_limit:
        return policy.frequency_limit
    if policy.frequency_count and policy.frequency_days:
        return f"{policy.frequency_count} in {words.days(policy.frequency_days)}"
    return ""


def change(one: FieldChange) -> str:
    """One field that changed: `Covered diagnoses: added M17.1; removed M17`, `Authorisation: unknown, now required`."""
    name = LABELS[one.field]
    if one.field in LISTS:
        parts = [f"added {codes(one.after)}"] if one.after else []
        parts += [f"removed {codes(one.before)}"] if one.before else []
        return f"{name}: {'; '.join(parts)}"
    empty = NO_LAST_DAY if one.field == "effective_to" else "nothing"
    before, after = (value(one.field, told) or empty for told in (one.before, one.after))
    return f"{name}: {before}, now {after}"


def changes(one: Change) -> list[str]:
    """What changed in a policy, one text per field."""
    return [change(field) for field in one.fields]


def difference(found: Difference) -> list[tuple[str, str, str, str]]:
    """What changed between two days, a row per policy: payer, procedures, what became of it, and the details."""
    rows = [(*_place(policy), "added", told(policy)) for policy in found.added]
    rows += [(*_place(policy), "ended", policy.named) for policy in found.ended]
    rows += [(*_place(one.after), "changed", "; ".join(changes(one))) for one in found.changed]
    return sorted(rows)


def told(policy: Policy) -> str:
    """A policy in one line: its reference and what it asks for."""
    asked = "; ".join(f"{name.lower()} {text}" for name, text in wants(policy))
    return f"{policy.named}: {asked}" if asked else policy.named


def headline(found: Difference) -> str:
    """How much changed, in a sentence."""
    if not found:
        return "No policy changed"
    parts = [
        f"{words.count(len(group))} {name}"
        for name, group in (("added", found.added), ("changed", found.changed), ("ended", found.ended))
        if group
    ]
    return f"{words.counted(len(found.added) + len(found.changed) + len(found.ended), 'policy change')}: " + ", ".join(
        parts
    )


def _place(policy: Policy) -> tuple[str, str]:
    return policy.payer, codes(policy.procedures, 3)
