"""One version of what a payer wants for some procedures, as a record and as the body of a ledger event."""

import dataclasses
import datetime
import hashlib
import re
from collections.abc import Mapping
from typing import Any

from pipelines import policy_codes
from pipelines.errors import UsageError

KIND = "policy_set"
AUTHORISATIONS = ("required", "not required", "unknown")
REFERENCE_KINDS = ("LCD", "NCD", "article", "payer policy", "contract", "other")
NOT_WORD = re.compile(r"[^a-z0-9]+")
SLUG_LENGTH = 20


@dataclasses.dataclass(frozen=True)
class Policy:
    """What a payer wants for some procedures from a day on. Diagnoses are entries of `policy_codes`, sorted."""

    policy_id: str
    payer: str  # as shown (payer_key)
    procedures: tuple[str, ...]
    effective_from: datetime.date
    effective_to: datetime.date | None = None  # the last day, where the payer says one
    covered_diagnoses: tuple[str, ...] = ()
    noncovered_diagnoses: tuple[str, ...] = ()
    prior_therapy: str = ""
    imaging: str = ""
    imaging_window_days: int | None = None
    authorisation: str = "unknown"
    frequency_limit: str = ""
    frequency_count: int | None = None
    frequency_days: int | None = None
    reference: str = ""
    reference_kind: str = "other"
    owner: str = ""
    audit_every_months: int | None = None
    checklist: tuple[str, ...] = ()
    set_by: str = ""
    set_at: str = ""  # UTC, ISO
    version_no: int = 0  # 1, 2, ... in the order of effective_from within a policy

    @property
    def named(self) -> str:
        """The policy as a person calls it: its reference, else payer and procedures."""
        some = ", ".join(self.procedures[:3]) + (" ..." if len(self.procedures) > 3 else "")
        return self.reference or f"{self.payer} {some}"


TOLD = tuple(field.name for field in dataclasses.fields(Policy) if not field.name.startswith(("set_", "version_")))
SAID = tuple(name for name in TOLD if name != "policy_id")  # what the body of an event holds
DATES = ("effective_from", "effective_to")
LISTS = ("procedures", "covered_diagnoses", "noncovered_diagnoses", "checklist")


def body(policy: Policy) -> dict[str, Any]:
    """The event's body: dates as ISO text, '' for no last day, lists as lists."""
    values: dict[str, Any] = {name: getattr(policy, name) for name in SAID}
    for name in DATES:
        values[name] = values[name].isoformat() if values[name] else ""
    return values | {name: list(values[name]) for name in LISTS}


def from_body(policy_id: str, told: Mapping[str, Any], who: str = "", at: str = "") -> Policy:
    """The record that an event's body tells; UsageError says the field, what it holds and what was wanted."""
    known = {name: told[name] for name in SAID if told.get(name) not in (None, "")}
    for name in DATES:
        if name in known:
            known[name] = _date(name, known[name])
    known["payer"] = str(known.get("payer", "")).strip()  # a blank at its end would match no payer of the data
    for name in ("payer", "procedures", "effective_from"):
        if not known.get(name):
            raise UsageError(f"{policy_id}: {name}: nothing given, wanted one")
    known["procedures"] = policy_codes.procedures(known["procedures"])
    for name in ("covered_diagnoses", "noncovered_diagnoses"):
        known[name] = policy_codes.settled(known.get(name, ()))
    known["checklist"] = tuple(known.get("checklist", ()))
    return _checked(Policy(policy_id=policy_id, set_by=who, set_at=at, **known))


def _checked(policy: Policy) -> Policy:
    """The same, or UsageError where a choice is none of the known ones or the policy ends before it begins."""
    for name, choices in (("authorisation", AUTHORISATIONS), ("reference_kind", REFERENCE_KINDS)):
        if (value := getattr(policy, name)) not in choices:
            raise UsageError(f"{policy.policy_id}: {name}: got {value!r}, wanted {', '.join(choices)}")
    if policy.effective_to and policy.effective_to < policy.effective_from:
        raise UsageError(f"{policy.policy_id}: effective_to: got {policy.effective_to}, before {policy.effective_from}")
    return policy


def _date(name: str, value: Any) -> datetime.date:
    try:
        return value if isinstance(value, datetime.date) else datetime.date.fromisoformat(str(value))
    except ValueError as problem:
        raise UsageError(f"{name}: got {value!r}, wanted a date such as 2026-07-01") from problem


def id_for(payer: str, procedures: tuple[str, ...], what: str = "") -> str:
    """A lasting id for a payer's policy about these procedures, safe in a URL; the same on every import."""
    words = NOT_WORD.sub("-", f"{what or procedures[0]} {payer}".lower()).strip("-")
    key = f"{payer.lower()}|{what or ' '.join(sorted(procedures))}"
    return f"{words[:SLUG_LENGTH].strip('-')}-{hashlib.sha256(key.encode()).hexdigest()[:6]}"
