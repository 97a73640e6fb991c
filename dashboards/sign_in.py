"""Coming in and going out: the sentence and the button for who may not look yet, and a line in the menu for who may."""

import datetime
import time

import streamlit as st

from dashboards import access, access_ways, navigation, words
from dashboards.access_ways import NotLetIn
from pipelines.access import Person
from pipelines.errors import DenialboardError, SignInNeeded
from pipelines.logs import Log
from pipelines.store import Store

NOTED = "sign-in-noted"  # who of this session stands in the ledger already
QUIET_SECONDS = 600  # in which the same refusal is written once: nobody can fill a disk with them
LOOK_EVERY = 60  # seconds


def entered() -> Person:
    """The person of this session. For anybody else the run ends here with why and, where it helps, a button."""
    try:
        found = access.person()
        _note(found)
    except DenialboardError as refusal:
        why = refusal  # Python forgets the other name at the end of this block
        navigation.closed(lambda: _refuse(why)).run()
        st.stop()
    return found


def bar(person: Person) -> None:
    """Who is signed in and the way out; nothing for the one user of this computer."""
    if person.is_local:
        return
    with st.sidebar:
        st.caption(words.plain(f"{person.name}, {person.role}"))
        if person.way == "sign-in":
            st.button("Sign out", key="sign-out", on_click=_go, args=(person,), type="tertiary")
        left = LOOK_EVERY if person.until is None else max(person.until - time.time(), 0) + 1
        st.fragment(_look_again, run_every=min(left, LOOK_EVERY))()


def _go(person: Person) -> None:
    """The sign-in has ended here and in every other tab. For callbacks."""
    access_ways.sign_out(person)
    st.logout()


def _look_again() -> None:
    """Who is no longer let in sees nothing any more, also where nobody clicks."""
    try:
        access.person()
    except DenialboardError:
        st.rerun()


def _note(person: Person) -> None:
    """The ledger says that the person came in: once a sign-in, however many pages are opened with it."""
    if person.is_local or st.session_state.get(NOTED) == person.name:
        return
    store = Store()
    said = store.ledger.history("signed_in", person.name)
    if not said or said[-1].at < _moment(person.since):
        store.prepare()
        body = {"role": person.role, "way": person.way}
        store.ledger.append("signed_in", person.name, body, person.name)
        Log(store.home).signed_in(person.role, person.way)
    st.session_state[NOTED] = person.name


def _refuse(refusal: DenialboardError) -> None:
    if isinstance(refusal, NotLetIn):
        _note_refusal(refusal)
    st.title("denialboard", anchor=False)
    st.markdown(words.plain(f"{refusal}."))
    is_asked_by_token = access.is_by_sign_in()
    if isinstance(refusal, SignInNeeded) and is_asked_by_token:
        st.button("Sign in", key="sign-in", on_click=st.login, type="primary")
    elif is_asked_by_token and st.user.get("is_logged_in"):
        st.button("Sign out", key="sign-out", on_click=st.logout)


def _note_refusal(refusal: NotLetIn) -> None:
    """The ledger says who was refused and why, unless it did a moment ago."""
    store = Store()
    said = store.ledger.history("sign_in_refused", refusal.email)
    if not said or said[-1].at < _moment(time.time() - QUIET_SECONDS):
        store.prepare()
        store.ledger.append("sign_in_refused", refusal.email, {"why": str(refusal)}, refusal.email)
        Log(store.home).sign_in_refused("proxy" if access.settings().access.proxy else "sign-in")


def _moment(seconds: float) -> str:
    """The moment as the ledger writes it."""
    return datetime.datetime.fromtimestamp(seconds, datetime.UTC).replace(tzinfo=None).isoformat()
