"""What people decide on a page: into the ledger, shown as waiting, and into the numbers with a new build."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from dashboards import access, loading, words
from pipelines.access import Right
from pipelines.errors import DenialboardError
from pipelines.ledger import Event
from pipelines.store import Store

NO_NAMES = "No patient's name or number: these words are printed as they are typed."


def standing(kind: str) -> dict[str, Event]:
    """What people decided last of this kind and did not take back, by subject."""
    return {event.subject: event for event in access.ledger().current(kind)}


def record(kind: str, subject: str, body: Mapping[str, Any], who: str = "") -> str:
    """'' when the decision is in the ledger; else why it could not be written. An empty body takes it back."""
    store = Store()
    try:
        store.prepare()
        access.ledger().append(kind, subject, dict(body), who.strip() or None)
    except DenialboardError as error:
        return str(error)
    return ""


def record_and_show(kind: str, subject: str, body: Mapping[str, Any], who: str = "") -> None:
    """The decision is in the ledger and the page is drawn anew, or it says why not."""
    problem = record(kind, subject, body, who)
    if problem:
        st.error(words.refusal(problem))
    else:
        st.rerun()


def waiting(said: str, key: str = "build-now") -> None:
    """What was decided and does not count yet, and the button that makes it count."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.info(words.plain(f"{said}. It takes effect with the next build."))
        if st.button("Build now", key=key, type="primary"):
            _build()


def who_asks(label: str, **options: Any) -> str:
    """The name that goes into the ledger, as typed; who signed in stands there under that name whatever is typed."""
    return str(st.text_input(label, value=access.person().name, max_chars=80, **options) or "")


def _build() -> None:
    access.require(Right.WORK)
    with st.spinner("Building: every number is made again"):
        problem = loading.catch_up(Store())
    if problem:
        st.error(words.refusal(problem))
    else:
        st.rerun()
