"""Registering a change, or a new version of it: the fields, and what its lines could show; never what they show."""

import dataclasses
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import streamlit as st

from dashboards import change_data, change_fields, change_tables, deciding, parts, prose, words
from pipelines import register
from pipelines.errors import UsageError
from pipelines.ledger_kinds import check_event
from pipelines.register import Change

DONE = "change-done"
WHY = (
    "Register a change before its result can be seen: what is decided beforehand cannot be bent afterwards. The "
    "preview counts lines before go-live and says how small an effect they could show. It never shows an effect."
)


def new(build: str | None, everything: Sequence[Change]) -> None:
    """The empty form."""
    with st.container(border=True, key="change-new"):
        parts.heading("Register a documentation change", WHY)
        form(build, everything, None)


def form(build: str | None, everything: Sequence[Change], change: Change | None) -> None:
    """The fields, filled with what the change says; previewed or written when a button is pressed."""
    if said := st.session_state.pop(DONE, ""):
        st.success(words.plain(said))
    name = change.change_id if change else "new"
    with st.form(f"change-form-{name}", border=False):
        told = change_fields.asked(build, change, name)
        who = deciding.who_asks("Your name", key=f"change-who-{name}", width=240)
        st.caption(deciding.NO_NAMES)
        with st.container(horizontal=True, gap="small"):
            is_preview = st.form_submit_button("Preview what it could show", key=f"change-preview-{name}")
            is_done = st.form_submit_button(
                "Register the change" if change is None else "Record the new version",
                type="primary",
                key=f"change-record-{name}",
            )
    if is_preview or is_done:
        _take(build, everything, change, told, who, is_done)


def _take(
    build: str | None,
    everything: Sequence[Change],
    change: Change | None,
    told: dict[str, Any],
    who: str,
    is_done: bool,
) -> None:
    """What was typed is shown by its power or is in the ledger; or the page says what is wrong with it."""
    try:
        made = drafted(change, told)
        if not is_done:
            _preview(build, everything, made)
            return
    except UsageError as problem:
        st.error(words.refusal(_short(problem)))
        return
    if problem_said := deciding.record(change_data.KIND, made.change_id, made.body(), who):
        st.error(words.refusal(_short(problem_said)))
        return
    st.session_state[DONE] = f"{made.title} is registered, going live {words.day(made.go_live)}."
    st.query_params["change"] = made.change_id
    st.rerun()


def _short(problem: object) -> str:
    """The ledger's refusal without the event's own name in front."""
    text = str(problem)
    return text.partition(": ")[2] if text.startswith(change_data.KIND) else text


def drafted(change: Change | None, told: dict[str, Any]) -> Change:
    """The change that the fields say. Raises UsageError for what is missing or cannot be meant."""
    if not told["title"]:
        raise UsageError("Say what people call the change.")
    if told["go_live"] is None:
        raise UsageError("Say from which day on people work the new way.")
    if not told["owner"]:
        raise UsageError("Say whose change it is.")
    values = {**told, "cost_amount": Decimal(repr(told["cost_amount"])).quantize(Decimal("0.01"))}
    made = dataclasses.replace(change, **values) if change else Change(register.new_id(told["title"]), **values)
    check_event(change_data.KIND, made.change_id, made.body())
    return made


def _preview(build: str | None, everything: Sequence[Change], made: Change) -> None:
    """Lines and power before go-live; and what goes on record about when it was registered."""
    with st.container(border=True, key="change-foretold"):
        if build is None:
            parts.heading("Nothing is loaded yet, so nothing can be foretold")
            return
        with st.spinner("Counting lines before go-live"):
            power = change_data.foretold(build, made)
            shared = change_data.shared(build, made, everything)
        parts.heading("What it could show", power.sentence)
        prose.text_table(change_tables.PLANNED, change_tables.planned(power), "Lines before go-live", numbers=3)
        if power.chances:
            prose.text_table(change_tables.CHANCES, change_tables.chances(power), "Power", numbers=1)
        for one in shared:
            st.caption(words.plain(one.sentence))
        if late := late_words(made):
            st.info(late)


def late_words(made: Change) -> str:
    """What a change that is registered on or after its go-live has to know; empty for one in time."""
    if not change_data.is_live(made):
        return ""
    return (
        "It is live already: the register will say so, and its result will be called consistent with the change, not "
        "attributable to it."
    )
