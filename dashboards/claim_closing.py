"""A person's word on where a denied line stands: written off, nothing more is done, or open again."""

from typing import Any

import streamlit as st

from dashboards import cache, deciding
from pipelines.ledger import Event

KIND = "line_closed"
STATES = {
    "written_off": "Written off",
    "denied_final": "Denied for good: nothing more is done",
    "open": "Open: somebody works on it",
}


def closing(build: str, denial: Any) -> None:
    """What was decided by hand and waits for a build, and the form with which a person decides."""
    subject = str(denial.denial_id)
    standing = deciding.standing(KIND).get(subject)
    built = cache.query(build, "select state, note, who, decided_at from ledger_closed where denial_id = ?", (subject,))
    counted = str(built.iloc[0]["state"]) if len(built) else ""
    if standing and standing.body["state"] != counted:
        deciding.waiting(f"Set to {_said(standing)} by {standing.who}", "build-closed")
    elif counted and not standing:
        deciding.waiting(f"{STATES[counted]}: this word was taken back", "build-closed")
    with st.expander("Write off or close by hand", key=f"close-{subject}"):
        _form(subject, standing)


def _said(event: Event) -> str:
    label = STATES.get(str(event.body["state"]), str(event.body["state"]))
    note = f" ({event.body['note']})" if event.body.get("note") else ""
    return f"{label}{note}"


def _form(subject: str, standing: Event | None) -> None:
    if standing:
        st.caption(f"{STATES.get(str(standing.body['state']), '')}, by {standing.who}, {standing.at[:10]}")
    with st.form(f"close-form-{subject}", border=False):
        chosen = st.selectbox("Where it stands", list(STATES), index=None, format_func=lambda key: STATES[key])
        note = st.text_input("Reason", placeholder="Why nothing more is done, or what is", max_chars=500)
        who = deciding.who_asks("Who says so")
        if st.form_submit_button("Record where it stands") and chosen:
            deciding.record_and_show(KIND, subject, {"state": chosen, "note": note}, who)
    if standing and st.button("Take this word back", key="reopen"):
        deciding.record_and_show(KIND, subject, {})
