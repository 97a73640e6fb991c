"""One policy by hand: a new one, a correction (same first day) or the version that follows (another first day)."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from dashboards import deciding, parts, policy_data, words
from pipelines import policy_payers, policy_table
from pipelines.errors import UsageError
from pipelines.policy import AUTHORISATIONS, REFERENCE_KINDS, Policy, body, from_body, id_for

DONE = "policy-done"
CODES_HELP = "Codes, prefixes and ranges: M17.11, M17.x, M17-M17.9; separated by blanks, commas or lines."


def enter(build: str | None, found: Sequence[Policy]) -> None:
    """The empty form, for a policy that is not in the matrix yet."""
    with st.container(border=True):
        parts.heading("A policy that is not in the matrix yet", "To change one that is, pick its row under Matrix.")
        form(build, found, None)


def form(build: str | None, found: Sequence[Policy], policy: Policy | None) -> None:
    """The fields, filled with what the policy says; what is typed is in the ledger, or the page says why not."""
    if said := st.session_state.pop(DONE, ""):
        st.success(words.plain(said))
    name = policy.policy_id if policy else "new"
    with st.form(f"policy-form-{name}", border=False):
        told = _fields(build, found, policy, name)
        who = deciding.who_asks("Entered by", key=f"policy-who-{name}", width=240)
        st.caption(deciding.NO_NAMES)
        if st.form_submit_button("Record the policy", type="primary"):
            _take(build, policy, told, who)
    if policy and st.button("Take this policy back", key=f"policy-back-{name}", help="It never stood, all versions."):
        _say(policy_data.record(policy.policy_id, {}, ""), f"{policy.named} is taken back")


def _fields(build: str | None, found: Sequence[Policy], policy: Policy | None, name: str) -> dict[str, Any]:
    first, second, third = st.columns(3)
    payers = policy_data.payers(build, found)
    told: dict[str, Any] = {}
    with first:
        told["payer"] = st.selectbox(
            "Payer",
            payers,
            index=payers.index(policy.payer) if policy and policy.payer in payers else None,
            key=f"policy-payer-{name}",
            accept_new_options=True,
            disabled=policy is not None,
        )
        told["procedures"] = _text(
            "CPT/HCPCS", " ".join(policy.procedures) if policy else "", name, "20610-20611, J7325"
        )
        told["effective_from"] = st.date_input(
            "In force from", policy.effective_from if policy else None, key=f"policy-begins-{name}", format="YYYY-MM-DD"
        )
        told["effective_to"] = st.date_input(
            "Last day", policy.effective_to if policy else None, key=f"policy-ends-{name}", format="YYYY-MM-DD"
        )
        told["owner"] = _text("Owner", policy.owner if policy else "", name)
        told["audit_every_months"] = _number(
            "Audit every (months)", policy.audit_every_months if policy else None, name
        )
    with second:
        told["covered_diagnoses"] = _area("Covered diagnoses", policy.covered_diagnoses if policy else (), name, "; ")
        told["noncovered_diagnoses"] = _area(
            "Diagnoses not covered", policy.noncovered_diagnoses if policy else (), name, "; "
        )
        told["checklist"] = _area("Checklist, a line each", policy.checklist if policy else (), name, "\n")
    with third:
        _wants(told, policy, name)
    return told


def _wants(told: dict[str, Any], policy: Policy | None, name: str) -> None:
    """The fields in words."""
    words_of = {
        "prior_therapy": ("Prior therapy", "six weeks of therapy or medicine, with dates"),
        "imaging": ("Imaging", "X-ray of the joint"),
        "frequency_limit": ("Frequency limit", "3 per 12 months"),
        "reference": ("Reference", "L12345, A12345 or the payer's own number"),
    }
    told["authorisation"] = st.selectbox(
        "Authorisation",
        AUTHORISATIONS,
        index=AUTHORISATIONS.index(policy.authorisation if policy else "unknown"),
        key=f"policy-auth-{name}",
    )
    for field, (label, example) in words_of.items():
        told[field] = _text(label, getattr(policy, field) if policy else "", name, example)
    told["imaging_window_days"] = _number(
        "Imaging not older than (days)", policy.imaging_window_days if policy else None, name
    )
    told["reference_kind"] = st.selectbox(
        "Kind of reference",
        REFERENCE_KINDS,
        index=REFERENCE_KINDS.index(policy.reference_kind if policy else "other"),
        key=f"policy-kind-{name}",
    )


def _text(label: str, value: str, name: str, placeholder: str = "") -> str:
    return str(st.text_input(label, value, key=f"policy-{label}-{name}", placeholder=placeholder, max_chars=500) or "")


def _area(label: str, value: Sequence[str], name: str, between: str) -> str:
    help_text = CODES_HELP if "iagnoses" in label else None
    return str(st.text_area(label, between.join(value), key=f"policy-{label}-{name}", height=118, help=help_text) or "")


def _number(label: str, value: int | None, name: str) -> int | None:
    typed = st.number_input(label, 1, 3_650, value, step=1, key=f"policy-{label}-{name}")
    return int(typed) if typed else None


def _take(build: str | None, policy: Policy | None, told: dict[str, Any], who: str) -> None:
    """What was typed is in the ledger, or the page says what is wrong with it."""
    try:
        made = drafted(policy, told, policy_data.spellings(build))
    except UsageError as problem:
        st.error(words.refusal(str(problem).removeprefix("policy: ")))
        return
    _say(
        policy_data.record(made.policy_id, body(made), who),
        f"{made.named} is recorded, from {words.day(made.effective_from)}",
    )


def drafted(policy: Policy | None, told: dict[str, Any], spellings: dict[str, str]) -> Policy:
    """The policy that the fields say; UsageError names the field that cannot be meant."""
    count, days = policy_table.frequency(told["frequency_limit"])
    if policy and not told["frequency_limit"] and not policy.frequency_limit:  # numbers alone, which the form lacks
        count, days = policy.frequency_count, policy.frequency_days
    values = told | {
        "payer": policy.payer if policy else policy_payers.shown_as(spellings)(str(told["payer"] or "")),
        "checklist": [line.strip() for line in told["checklist"].splitlines() if line.strip()],
        "frequency_count": count,
        "frequency_days": days,
    }
    draft = from_body("policy", values)
    return from_body(policy.policy_id if policy else id_for(draft.payer, draft.procedures), values)


def _say(problem: str, done: str) -> None:
    if problem:
        st.error(words.refusal(problem))
        return
    st.session_state[DONE] = done
    st.rerun()
