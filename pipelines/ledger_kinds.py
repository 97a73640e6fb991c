"""The kinds of events: what each is about, what its body holds, and the refusal of a body that does not.

    kind                  subject          body
    log_mapping           fingerprint      the headers of a denial log and what a person took each for
    root_cause_override   denial_id        a denial's root cause, and why ("family_id|line_key" is the denial)
    target_set            KPI              the value that is wanted
    bank_amount           deposit_key      what came in at the bank ("trace|date|payer" is the deposit)
    line_closed           denial_id        written_off, denied_final or open, and why
    unmasked              family_id        nothing: somebody looked at a patient's name
    change_registered     change_id        a documentation change (register.Change)
    decision_made         decision_id      what a huddle decided, who does it and until when
    alert_rule            rule_id          what is watched, against what, and who is told
    alert_raised          rule_id|month    what was told about a run that began in that month, and to whom
    survey_answered       survey_id        one answer of a clinician, from 1 to 5
    audit_finding         finding_id       what an audit found, how severe, whether it is closed
    baseline_set          kpi|cell         the months that limits and standard mix are taken from (the cell as JSON)
    policy_set            policy_id        one version of what a payer wants for some procedures
    setting               name             a number that people may choose, and where it comes from
    signed_in             e-mail           somebody came in, in which role and by which way
    sign_in_refused       e-mail           somebody did not, and why
    imported              where from       how many files were loaded, known already and refused
    exported              file             what left the dashboard or the build as a file, and how many rows

The last event about a subject is what stands, an empty body takes the one before back, and both go for every kind.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from pipelines import policy_codes
from pipelines.access_settings import ROLES
from pipelines.errors import UsageError
from pipelines.ledger_fields import (
    BALANCE,
    DATE,
    DOLLARS,
    EMAIL,
    FIRST_OF_MONTH,
    FREE,
    IDENTIFIER,
    MONTH,
    NAME,
    NOTE,
    QUARTER,
    RATE,
    Field,
    choice,
    pairs,
    text,
    texts,
    whole,
)

Body = Mapping[str, Any]
Problems = Iterator[tuple[str, Any, str]]  # field, got, wanted

POLICY_CODES = {
    "procedures": policy_codes.procedures,
    "covered_diagnoses": policy_codes.settled,
    "noncovered_diagnoses": policy_codes.settled,
}
SCOPES = ("payers", "procedures", "providers", "places")
CHANGE_TYPES = ("template", "checklist", "policy", "training", "other")
COMPARISONS = ("other_providers", "other_procedures", "chosen", "none")
SETTINGS = {
    "rework_cost": DOLLARS,
    "clinician_minute_cost": DOLLARS,
    "small_cell_minimum": whole(1, 100),
}
_SCOPE = texts(500).optional

SCHEMAS: dict[str, dict[str, Field]] = {
    "log_mapping": {"mapping": pairs(500, 1_000)},
    "root_cause_override": {"root_cause": NAME, "note": NOTE.or_null},
    "target_set": {"target": RATE},
    "bank_amount": {"amount": BALANCE},
    "line_closed": {"state": choice("written_off", "denied_final", "open"), "note": NOTE.or_null},
    "unmasked": {},
    "change_registered": {
        "title": NAME,
        "what": choice(*CHANGE_TYPES),
        "description": FREE,
        "go_live": DATE,
        "wash_in_weeks": whole(0, 52).optional,
        **dict.fromkeys(SCOPES, _SCOPE),
        "comparison": choice(*COMPARISONS),
        **{f"comparison_{name}": _SCOPE for name in SCOPES},
        "kpi": NAME.optional,
        "root_cause": NAME.or_empty,
        "checklist_item": NOTE,
        "spike_from": FIRST_OF_MONTH.or_null,
        "spike_to": FIRST_OF_MONTH.or_null,
        "cost_amount": DOLLARS.optional,
        "clinician_minutes": whole(0, 10_000_000).optional,
        "owner": NAME,
        "policy_reference": NOTE,
    },
    "decision_made": {
        "quarter": QUARTER,
        "text": text(1, 1_000),
        "owner": NAME,
        "due": DATE,
        "change_id": IDENTIFIER.or_empty,
        "status": choice("open", "done", "dropped"),
        "result": FREE,
    },
    "alert_rule": {
        "kpi": NAME,
        "cell": pairs(8),
        "by": choice("limit", "target"),
        "target": RATE.or_empty,
        "owner": NAME,
        "emails": texts(20, EMAIL).optional,
        "denial_scope": choice("core", "broad").optional,
        "clock": choice("remittance", "submission").optional,
    },
    "alert_raised": {
        "rule_id": IDENTIFIER,
        "since": MONTH,
        "until": MONTH.optional,
        "build": text(0, 80),
        "told": text(1),
        "sent_to": texts(20, EMAIL).optional,
    },
    "survey_answered": {"month": MONTH, "question": text(1, 300), "score": whole(1, 5), "role": NAME.or_empty},
    "audit_finding": {
        "found": DATE,
        "severity": choice("critical", "major", "minor"),
        "text": text(1, 1_000),
        "owner": NAME,
        "status": choice("open", "closed"),
        "closed": DATE.or_empty,
    },
    "baseline_set": {"from": MONTH, "to": MONTH, "reason": text(1, 500)},
    "policy_set": {
        "payer": NAME,
        "procedures": texts(2_000, least=1),
        "covered_diagnoses": texts(20_000).optional,
        "noncovered_diagnoses": texts(20_000).optional,
        "prior_therapy": FREE,
        "imaging_window_days": whole(0, 3_650).or_null,
        "imaging": FREE,
        "authorisation": choice("required", "not required", "unknown").optional,
        "frequency_limit": FREE,
        "frequency_count": whole(1, 1_000).or_null,
        "frequency_days": whole(1, 3_650).or_null,
        "reference": FREE,
        "reference_kind": choice("LCD", "NCD", "article", "payer policy", "contract", "other").or_empty,
        "effective_from": DATE,
        "effective_to": DATE.or_empty,
        "owner": NAME.or_empty,
        "audit_every_months": whole(1, 120).or_null,
        "checklist": texts(100, text(1, 500)).optional,
    },
    "setting": {"value": text(1, 40), "source": text(1, 300)},
    "signed_in": {"role": choice(*ROLES), "way": choice("sign-in", "proxy")},
    "sign_in_refused": {"why": text(1, 300)},
    "imported": {name: whole(0, 10_000_000) for name in ("loaded", "known", "refused")},
    "exported": {"what": text(0, 300), "rows": whole(0, 10_000_000_000).or_null},
}
KINDS = tuple(SCHEMAS)
HAPPENED = frozenset(("unmasked", "signed_in", "sign_in_refused", "imported", "exported"))


def check_event(kind: str, subject: str, body: Body) -> None:
    """Raise UsageError (field, got, wanted) where an event about this subject cannot hold this body."""
    if kind not in SCHEMAS:
        raise UsageError(f"{kind}: not a kind of decision; there are {', '.join(KINDS)}")
    if not isinstance(subject, str) or not subject.strip():
        raise UsageError(f"{kind}: subject: got {subject!r}, wanted what the event is about")
    for field, got, wanted in _problems(kind, subject, body):
        raise UsageError(f"{kind} {subject}: {field}: got {_shown(got)}, wanted {wanted}")


def _shown(value: Any) -> str:
    told = repr(value)
    return told if len(told) <= 80 else f"{told[:77]}..."


def _problems(kind: str, subject: str, body: Any) -> Problems:
    """What is wrong with a body, field by field, and then between its fields."""
    if not isinstance(body, Mapping):
        yield "body", body, "named fields"
        return
    if not body:  # takes back what was said before
        return
    schema = SCHEMAS[kind]
    for name in body:
        if name not in schema:
            yield str(name), body[name], f"none; there are {', '.join(schema) or 'no fields'}"
    for name, field in schema.items():
        if name in body and not field.is_right(body[name]):
            yield name, body[name], field.wanted
        elif name not in body and field.is_needed:
            yield name, None, field.wanted
    if kind in BETWEEN:
        yield from BETWEEN[kind](subject, body)


def _between_change(subject: str, body: Body) -> Problems:
    """A comparison needs something that is not treated; the spike ends after it begins and before go-live."""
    if not any(body.get(name) for name in SCOPES):
        yield "payers, procedures, providers, places", [], "at least one of them: what is treated"
    narrowed = {"other_providers": ("providers",), "other_procedures": ("procedures",)}.get(body["comparison"], ())
    for name in narrowed:
        if not body.get(name):
            yield name, [], f"the treated {name}, for a comparison with the others"
    if body["comparison"] == "chosen" and not any(body.get(f"comparison_{name}") for name in SCOPES):
        yield "comparison_*", [], "at least one of them, where the comparison is chosen"
    first, last = body.get("spike_from"), body.get("spike_to")
    if bool(first) != bool(last):
        yield "spike_from and spike_to", (first, last), "both or neither"
    elif first and last and not first <= last < body["go_live"]:
        yield "spike_from and spike_to", (first, last), "months in order, before the go-live"


def _between_finding(subject: str, body: Body) -> Problems:
    """A closed finding says since when."""
    closed = body.get("closed", "")
    if (body["status"] == "closed") != bool(closed):
        yield "closed", closed, "the date of closing for a closed finding, '' for an open one"
    elif closed and closed < body["found"]:
        yield "closed", closed, f"a date from {body['found']} on, the day of the finding"


def _between_baseline(subject: str, body: Body) -> Problems:
    """A baseline ends after it begins."""
    if body["from"] > body["to"]:
        yield "to", body["to"], f"a month from {body['from']} on"


def _between_policy(subject: str, body: Body) -> Problems:
    """A policy ends after it begins, and its codes are codes: a build reads them."""
    end = body.get("effective_to")
    if end and end < body["effective_from"]:
        yield "effective_to", end, f"a date from {body['effective_from']} on, or ''"
    for field, read in POLICY_CODES.items():
        try:
            read(body.get(field, ()))
        except UsageError as problem:
            yield field, str(problem), "codes, prefixes or ranges"


def _between_setting(subject: str, body: Body) -> Problems:
    """A setting has one of the known names and a value that fits it."""
    if subject not in SETTINGS:
        yield "subject", subject, " or ".join(SETTINGS)
        return
    field, value = SETTINGS[subject], body["value"]
    is_number = subject == "small_cell_minimum" and value.isascii() and value.isdigit()
    if not field.is_right(int(value) if is_number else value):
        yield "value", value, field.wanted


BETWEEN: dict[str, Callable[[str, Body], Problems]] = {
    "change_registered": _between_change,
    "audit_finding": _between_finding,
    "baseline_set": _between_baseline,
    "policy_set": _between_policy,
    "setting": _between_setting,
}
