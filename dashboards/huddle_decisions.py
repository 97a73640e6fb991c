"""Decisions as people see and change them: their table, and the form that says what came of one."""

import dataclasses
import datetime
from collections.abc import Sequence
from typing import Any

import streamlit as st

from dashboards import deciding, prose, words
from pipelines.huddle import followup
from pipelines.huddle.pack import Pack
from pipelines.register import Change, Decision

DONE = "huddle-done"
HEAD = ("Decision", "Owner", "Due", "State", "Documentation change", "Result")
STATES = {"open": "open", "done": "done", "dropped": "dropped"}
LONGEST = 70  # characters of a decision in a list to choose from


def today(found: Pack) -> datetime.date:
    """The day to which the data reach: what is overdue is overdue on it, here as on paper."""
    return found.period.data_last or found.period.last


def table(decisions: Sequence[Decision], changes: Sequence[Change], day: datetime.date) -> None:
    """The decisions as the ledger has them at this moment."""
    titles = {change.change_id: change.title for change in changes}
    rows = [
        (
            one.text,
            one.owner,
            words.day(one.due),
            followup.state(one, day),
            titles.get(one.change_id, ""),
            one.result,
        )
        for one in sorted(decisions, key=lambda one: (one.due, one.text))
    ]
    prose.text_table(HEAD, rows, "Decisions")


def told() -> None:
    """What was recorded a moment ago."""
    if said := st.session_state.pop(DONE, ""):
        st.success(words.plain(said))


def edit(decisions: Sequence[Decision], key: str, label: str = "Change a decision") -> None:
    """One decision of the list is chosen; its form says what came of it, corrects it or takes it back."""
    turn = st.session_state.get(f"huddle-turn-{key}", 0)  # a new list after each change, nothing chosen
    known = {one.decision_id: one for one in decisions}
    chosen = st.selectbox(
        label,
        list(known),
        index=None,
        key=f"huddle-pick-{key}-{turn}",
        format_func=lambda one: _named(known[one]) if one in known else one,
        placeholder="Choose a decision",
        width=520,
    )
    if chosen in known:
        _form(known[chosen], key)


def _named(one: Decision) -> str:
    return f"{words.shortened(one.text, LONGEST)} ({one.owner})"


def _form(one: Decision, key: str) -> None:
    name = f"{key}-{one.decision_id}"
    with st.form(f"huddle-form-{name}"):
        text = st.text_area("Decision", one.text, key=f"huddle-text-{name}", max_chars=1_000, height=80)
        with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
            status = st.selectbox(
                "State", list(STATES), list(STATES).index(one.status), key=f"huddle-status-{name}", width=140
            )
            owner = st.text_input("Owner", one.owner, key=f"huddle-owner-{name}", max_chars=120, width=200)
            due = st.date_input("Due", one.due, key=f"huddle-due-{name}", format="YYYY-MM-DD", width=160)
            who = deciding.who_asks("Entered by", key=f"huddle-who-{name}", width=160)
        result = st.text_area("What came of it", one.result, key=f"huddle-result-{name}", max_chars=1_000, height=80)
        st.caption(deciding.NO_NAMES)
        if st.form_submit_button("Record it", type="primary"):
            made = {"text": text, "status": status, "owner": owner, "due": due, "result": (result or "").strip()}
            _change(one, made, key, who)
    if st.button(
        "Take this decision back", key=f"huddle-back-{name}", help="It was never decided; the ledger keeps it."
    ):
        say(deciding.record(one.kind, one.subject, {}), f"Taken back: {one.text}", key)


def _change(one: Decision, made: dict[str, Any], key: str, who: str) -> None:
    if problem := missing(made["text"], made["owner"], made["due"]):
        st.error(problem)
        return
    made |= {"text": made["text"].strip(), "owner": made["owner"].strip()}
    now = dataclasses.replace(one, **made)
    say(deciding.record(one.kind, one.subject, now.body(), who), f"Recorded, {now.status}: {now.text}", key)


def missing(text: str | None, owner: str | None, due: datetime.date | None) -> str:
    """What a decision still wants; '' where it has all."""
    if not (text or "").strip():
        return "Say what is decided."
    if not (owner or "").strip():
        return "Say who does it: a decision without an owner is nobody's."
    return "" if due else "Say until when."


def say(problem: str, done: str, key: str) -> None:
    """What was typed is in the ledger and the page is drawn anew, or it says why not."""
    if problem:
        st.error(words.refusal(problem))
        return
    st.session_state[DONE] = done
    st.session_state[f"huddle-turn-{key}"] = st.session_state.get(f"huddle-turn-{key}", 0) + 1
    st.rerun()
