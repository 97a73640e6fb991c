"""Did it work: what the last huddle decided, with owner, day and result, and what documentation changes brought."""

import streamlit as st

from dashboards import access, huddle_decisions, huddle_tables, parts, words
from pipelines import register
from pipelines.huddle import followup
from pipelines.huddle.pack import Pack


def show(build: str, found: Pack) -> None:
    """Last quarter's decisions, what is still open from before, and the changes that were judged."""
    period = found.period
    with st.container(border=True):
        title = (
            found.last_decisions.title if found.last_decisions.rows else f"Nothing was decided in {period.name_before}"
        )
        parts.heading(
            title,
            f"Decisions of the huddle of {period.name_before}, as of {words.day(huddle_decisions.today(found))}",
        )
        huddle_tables.rows(found.last_decisions)
        last = register.decisions(access.ledger(), period.name_before)
        if last:
            huddle_decisions.edit(last, "last", "Write down what came of one")
        else:
            st.caption("What is decided under Decide stands here one quarter later, with its result.")
    _older(found)
    _changes(found)


def _changes(found: Pack) -> None:
    """Each change with its judged sentence, and the way to all that stands behind it."""
    huddle_tables.block(found.changes, "changes")
    known = sorted(register.changes(access.ledger()), key=lambda one: one.go_live, reverse=True)
    huddle_tables.links([(f"How sure: {one.title}", "changes", {"change": one.change_id}) for one in known])


def _older(found: Pack) -> None:
    """What earlier huddles decided and nobody finished."""
    everyone = register.decisions(access.ledger())
    left = [one for one in everyone if one.status == "open" and one.quarter < found.period.name_before]
    if not left:
        return
    with st.container(border=True):
        parts.heading(f"{words.counted(len(left), 'decision')} of earlier quarters still open")
        huddle_tables.rows(followup.last_time(left, {}, huddle_decisions.today(found), "earlier quarters"))
        huddle_decisions.edit(left, "older", "Write down what came of an older one")
