"""What a change was registered as, its versions, and the ways to put it right or take it back."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from dashboards import change_data, change_form, change_result, deciding, parts, prose, words
from pipelines.ledger import Event
from pipelines.register import Change

HEAD = ("When (UTC)", "Who", "What was said")
LONGEST = 300


def show(build: str, change: Change, everything: Sequence[Change]) -> None:
    """The registration and its history; below, folded, the form for a new version and taking it back."""
    with st.container(border=True, key="change-registered"):
        late = "registered on or after its go-live" if change.is_retrospective else "registered before its go-live"
        parts.heading("What was registered", f"By {change.registered_by}; {late}")
        prose.text_table(("What", change.title), change_result.registered(build, change), "Registration")
        prose.text_table(HEAD, history(change_data.versions(change)), "Versions")
        with st.expander("Put it right: a new version"):
            st.caption("Every version stays on record. A version that comes after go-live is marked as late.")
            change_form.form(build, everything, change)
        _withdraw(change)


def _withdraw(change: Change) -> None:
    with st.popover("Take it back"):
        st.caption("It is not judged any more. What was said about it stays in the ledger.")
        who = deciding.who_asks("Your name", key=f"change-back-who-{change.change_id}")
        if st.button("Take the change back", key=f"change-back-{change.change_id}"):
            deciding.record_and_show(change_data.KIND, change.change_id, {}, who)


def history(events: Sequence[Event]) -> list[tuple[str, str, str]]:
    """Each event with what it changed of the one before."""
    rows, before = [], None
    for event in events:
        rows.append((event.at[:16].replace("T", " "), event.who, _said(before, event.body)))
        before = event.body or before
    return rows


def _said(before: dict[str, Any] | None, now: dict[str, Any]) -> str:
    if not now:
        return "taken back"
    if before is None:
        return "registered"
    changed = [name for name in now if now[name] != before.get(name)]
    told = "; ".join(f"{words.named(name)}: {_value(before.get(name))} → {_value(now[name])}" for name in changed)
    return (told if len(told) <= LONGEST else f"{told[:LONGEST]}…") or "the same again"


def _value(value: Any) -> str:
    if isinstance(value, list):
        return "; ".join(map(str, value)) or "all"
    return str(value) if value not in (None, "") else "none"
