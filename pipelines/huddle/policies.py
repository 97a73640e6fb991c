"""The payer policy matrix in the pack: what holds for a payer and procedure, what changed, and what is missing."""

import dataclasses
import datetime
from collections.abc import Iterable, Sequence
from typing import Any

from pipelines import playbook, policy_matrix, words
from pipelines.huddle.causes import Cause
from pipelines.huddle.focus import Draft, Focus
from pipelines.huddle.period import Period
from pipelines.huddle.tables import Table, columns
from pipelines.ledger import Ledger
from pipelines.policy import Policy

MOST_LINES = MOST_MISSING = 3
TOPICS = {  # root cause -> the topics of the playbook that would have prevented it
    "dx_procedure_mismatch": ("diagnosis",),
    "dx_unspecified_or_invalid": ("diagnosis",),
    "lcd_ncd_policy": ("policy", "diagnosis"),
    "coverage_criteria_not_met": ("policy", "prior therapy"),
    "frequency_duration": ("frequency", "proportion"),
    "level_of_service": ("level of service", "extra time"),
    "site_level_of_care": ("proportion", "documentation"),
    "conservative_therapy_step": ("prior therapy",),
    "missing_imaging_results": ("imaging",),
    "insufficient_documentation": ("documentation",),
    "not_necessary_unspecified": ("documentation", "impairment now"),
    "missing_auth": ("authorisation",),
}
COLUMNS = columns(
    ("Payer", "text", 2.4),
    ("CPT/HCPCS", "text", 1.2),
    ("Policy", "text", 2.0),
    ("What changed", "text", 4.0),
    ("From", "date", 1.0),
)


class Policies:
    """The matrix as it stood at the period's end."""

    def __init__(self, ledger: Ledger, period: Period) -> None:
        self.period = period
        self._said: Sequence[Policy] = policy_matrix.records(ledger)
        self._held = policy_matrix.in_force(self._said, period.last)

    def on(self, one: Focus, causes: dict[str, Cause]) -> Focus:
        """The payer or procedure with the policies about it and the lines that a checklist should have."""
        held = self._about(one)
        told = tuple(dict.fromkeys(_reference(policy) for policy in held))
        lines = list(dict.fromkeys(line for policy in held for line in policy.checklist))
        codes = [one.key] if one.dimension == "procedure" else [row[0].split()[0] for row in one.others.rows]
        lines += [line for line in own_lines(one.cause, codes) if line not in lines]
        if not lines and one.cause in causes:
            lines = [causes[one.cause].remedy]
        return dataclasses.replace(one, policies=told[:MOST_LINES], checklist=tuple(lines[:MOST_LINES]))

    def _about(self, one: Focus) -> list[Policy]:
        """The policies on the payer's worst procedures, or those that payers have on the procedure."""
        others = {row[0].split()[0] for row in one.others.rows}
        if one.dimension == "procedure":
            return [held for held in self._held if one.key in held.procedures]
        return [held for held in self._held if held.payer == one.key and others & set(held.procedures)]

    def missing(self, payers: Iterable[Draft], procedures: Iterable[Draft]) -> list[tuple[str, str]]:
        """Payer and procedure that cost much and have no policy in the matrix; none while the matrix is empty."""
        if not self._said:
            return []
        named = {one.key: one.name for one in procedures}
        pairs = [(payer.key, other) for payer in payers for other, *_ in payer.others[:2] if other in named]
        known = {(held.payer, procedure) for held in self._held for procedure in held.procedures}
        return [(payer, named[one]) for payer, one in pairs if (payer, one) not in known][:MOST_MISSING]

    def table(self) -> Table:
        """What changed in the matrix during the period."""
        before = self.period.first - datetime.timedelta(days=1)
        found = policy_matrix.diff(self._said, before, self.period.last)
        rows = [_row(one, "new in the matrix") for one in found.added]
        rows += [_row(one.after, _changed(one)) for one in found.changed]
        rows += [
            _row(one, f"ended {words.day(one.effective_to)}" if one.effective_to else "taken away")
            for one in found.ended
        ]
        rows.sort(key=lambda row: (row[0], row[1]))
        empty = "No policy in the matrix changed." if self._said else "No payer policy is in the matrix yet."
        title = (
            f"{words.counted(len(rows), 'policy entry').replace('entrys', 'entries')} changed in {self.period.words}"
        )
        return Table("Policies", title if rows else empty, COLUMNS, tuple(rows), empty=empty)


def own_lines(cause: str, procedures: Sequence[str]) -> list[str]:
    """What our playbook wants in the record of these procedures about a root cause, the particular first."""
    topics = TOPICS.get(cause, ())
    found = [item for code in procedures for item in playbook.items(code) if item.topic in topics]
    return list(dict.fromkeys(item.text for item in sorted(found, key=lambda item: item.is_general)))


def _reference(policy: Policy) -> str:
    """The policy as people look it up: payer, reference, since when."""
    kind = "" if policy.reference_kind == "other" else f"{policy.reference_kind} "
    named = f"{kind}{policy.reference}".strip() if policy.reference else "without a reference"
    return f"{policy.payer}: {named}, since {words.day(policy.effective_from)}"


def _row(policy: Policy, what: str) -> tuple[Any, ...]:
    return (policy.payer, words.listed(list(policy.procedures)), policy.reference, what, policy.effective_from)


def _changed(one: policy_matrix.Change) -> str:
    """The fields in words: lists as what came and what went, others as before and after."""
    return "; ".join(_field(part) for part in one.fields)


def _field(part: policy_matrix.FieldChange) -> str:
    name = words.named(part.field)
    if isinstance(part.after, tuple):
        said = [f"+ {words.listed(list(part.after))}"] if part.after else []
        said += [f"- {words.listed(list(part.before))}"] if part.before else []
        return f"{name}: {', '.join(said)}"
    return f"{name}: {_value(part.before)} → {_value(part.after)}"


def _value(value: Any) -> str:
    if isinstance(value, datetime.date):
        return words.day(value)
    return words.NONE if value in (None, "") else str(value)
