"""Decide: the questions that the numbers leave open, and the decisions of this huddle, typed in as they are made."""

import datetime
from collections.abc import Sequence
from typing import Any

import streamlit as st

from dashboards import access, deciding, huddle_data, huddle_decisions, huddle_tables, parts, words
from pipelines import register
from pipelines.huddle.pack import Pack
from pipelines.register import Change, Decision

NO_NAMES = "No patient's name or number: these words go on paper, and stand here again in the next quarter."
LEAST_DAYS = 30  # of a due day that nobody chose


def show(build: str, found: Pack) -> None:
    """Questions, what is decided so far, and the form for one more."""
    ledger = access.ledger()
    quarter, changes = found.period.name, register.changes(ledger)
    decided = register.decisions(ledger, quarter)
    if found.questions:
        with st.container(border=True):
            parts.heading("Open questions", "What the numbers leave open; somebody in the room may know")
            huddle_tables.said_list(found.questions, "huddle-questions")
    with st.container(border=True, key="huddle-decided"):
        parts.heading(
            _title(decided, quarter), f"They come back in {huddle_data.quarter_after(quarter)} with their result"
        )
        if decided:
            huddle_decisions.table(decided, changes, huddle_decisions.today(found))
            huddle_decisions.edit(decided, "now")
    with st.container(border=True):
        parts.heading("One more decision", NO_NAMES)
        _form(quarter, changes)


def _title(decided: Sequence[Decision], quarter: str) -> str:
    if not decided:
        return f"Nothing is decided in the huddle of {quarter} yet"
    return f"{words.counted(len(decided), 'decision')} of the huddle of {quarter}"


def _form(quarter: str, changes: Sequence[Change]) -> None:
    """What, who, until when; empty again once it is in the ledger."""
    name = f"{quarter}-{st.session_state.get('huddle-turn-add', 0)}"
    with st.form(f"huddle-add-{name}", border=False):
        text = st.text_area("What do we decide?", key=f"huddle-new-text-{name}", max_chars=1_000, height=80)
        with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
            owner = st.text_input("Who does it", key=f"huddle-new-owner-{name}", max_chars=120, width=200)
            due = st.date_input(
                "Until", usual_due(quarter), key=f"huddle-new-due-{name}", format="YYYY-MM-DD", width=160
            )
            titles = {change.change_id: change.title for change in changes}
            change = st.selectbox(
                "Documentation change",
                list(titles),
                index=None,
                key=f"huddle-new-change-{name}",
                format_func=lambda one: titles.get(one, one),
                placeholder="None",
                width=260,
                help="Its judged result then stands beside the decision in the next quarter.",
            )
            who = deciding.who_asks("Entered by", key=f"huddle-new-who-{name}", width=160)
        if st.form_submit_button("Enter the decision", type="primary"):
            made = {"text": text, "owner": owner, "due": due, "change_id": change or ""}
            _add(quarter, made, who)


def usual_due(quarter: str) -> datetime.date:
    """The end of the quarter in which the huddle meets, or a month from now."""
    meets = register.quarter_dates(huddle_data.quarter_after(quarter))[1]
    return max(meets, datetime.date.today() + datetime.timedelta(days=LEAST_DAYS))


def _add(quarter: str, made: dict[str, Any], who: str) -> None:
    if problem := huddle_decisions.missing(made["text"], made["owner"], made["due"]):
        st.error(problem)
        return
    made |= {"text": made["text"].strip(), "owner": made["owner"].strip()}
    one = Decision(decision_id=register.new_id(made["text"]), quarter=quarter, **made)
    done = f"Decided: {one.text}. {one.owner}, until {words.day(one.due)}"
    huddle_decisions.say(deciding.record(one.kind, one.subject, one.body(), who), done, "add")
