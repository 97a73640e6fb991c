"""Audit findings: what is open and how grave, a form for another one, and the way to close it."""

import dataclasses
import datetime
from collections.abc import Sequence

import streamlit as st

from dashboards import access, deciding, huddle_decisions, parts, prose, words
from pipelines import register
from pipelines.huddle.pack import Pack
from pipelines.register import Finding

HEAD = ("Finding", "Severity", "Owner", "Found", "Closed")
GRAVEST = ("critical", "major", "minor")


def block(found: Pack) -> None:
    """The findings open on the quarter's last day and those closed in it; then the forms."""
    period = found.period
    everyone = register.findings(access.ledger())
    shown = [one for one in everyone if one.found <= period.last and (one.closed is None or one.closed >= period.first)]
    day = min(period.last, period.data_last or period.last)
    with st.container(border=True, key="huddle-audit"):
        parts.heading(title(shown, day), "Audit findings of coding and privacy; critical ones are in the scorecard")
        if shown:
            shown.sort(key=lambda one: (not one.is_open(day), GRAVEST.index(one.severity), one.found))
            prose.text_table(HEAD, [_row(one) for one in shown], "Audit findings")
            _change(shown)
        with st.expander("Enter a finding", key="huddle-audit-add"):
            _form()


def title(findings: Sequence[Finding], day: datetime.date) -> str:
    """How many are open on the day, and how many of them are critical."""
    left = [one for one in findings if one.is_open(day)]
    if not left:
        return f"No audit finding is open on {words.day(day)}"
    critical = sum(one.severity == "critical" for one in left)
    verb = "is" if len(left) == 1 else "are"
    return f"{words.counted(len(left), 'audit finding')} {verb} open on {words.day(day)}, {critical or 'none'} critical"


def _row(one: Finding) -> tuple[str, ...]:
    return one.text, one.severity, one.owner, words.day(one.found), words.day(one.closed) if one.closed else "open"


def _form() -> None:
    name = st.session_state.get("huddle-turn-audit", 0)
    with st.form(f"huddle-audit-form-{name}", border=False):
        text = st.text_area("What was found", key=f"audit-text-{name}", max_chars=1_000, height=80)
        with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
            severity = st.selectbox("Severity", GRAVEST, key=f"audit-severity-{name}", width=140)
            day = st.date_input("Found on", "today", key=f"audit-found-{name}", format="YYYY-MM-DD", width=160)
            owner = st.text_input("Owner", key=f"audit-owner-{name}", max_chars=120, width=200)
            who = deciding.who_asks("Entered by", key=f"audit-who-{name}", width=160)
        st.caption("No patient's name or number: these words stand on this page.")
        if st.form_submit_button("Record the finding"):
            _add((text or "").strip(), severity, day, (owner or "").strip(), who)


def _add(text: str, severity: str, day: datetime.date | None, owner: str, who: str) -> None:
    if not text or not owner or day is None:
        st.error("Say what was found, on which day, and who sees to it.")
        return
    one = Finding(register.new_id(text), day, severity, text, owner)
    huddle_decisions.say(deciding.record(one.kind, one.subject, one.body(), who), f"Recorded: {text}", "audit")


def _change(findings: Sequence[Finding]) -> None:
    """One finding is closed, opened again or taken back."""
    turn = st.session_state.get("huddle-turn-audit", 0)
    known = {one.finding_id: one for one in findings}
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        chosen = st.selectbox(
            "Close or open a finding",
            list(known),
            index=None,
            key=f"audit-pick-{turn}",
            format_func=lambda one: f"{known[one].text} ({known[one].severity})" if one in known else one,
            placeholder="Choose a finding",
            width=420,
        )
        if chosen not in known:
            return
        one = known[chosen]
        day = st.date_input("On", "today", key=f"audit-day-{turn}", format="YYYY-MM-DD", width=160)
        label, now = _turned(one, day or datetime.date.today())
        if st.button(label, key="audit-turn", type="primary"):
            done = f"{'Closed' if now.closed else 'Open again'}: {one.text}"
            huddle_decisions.say(deciding.record(one.kind, one.subject, now.body()), done, "audit")
        if st.button("Take it back", key="audit-back", help="It was never found; the ledger keeps what was said."):
            huddle_decisions.say(deciding.record(one.kind, one.subject, {}), f"Taken back: {one.text}", "audit")


def _turned(one: Finding, day: datetime.date) -> tuple[str, Finding]:
    if one.status == "closed":
        return "Open it again", dataclasses.replace(one, status="open", closed=None)
    return "Close it", dataclasses.replace(one, status="closed", closed=day)
