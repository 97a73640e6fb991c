"""Who did what: sign-ins, names looked at, files in and out, every word and decision, and whether the log is whole."""

import datetime

import streamlit as st

from dashboards import access, parts, prose, words
from pipelines.access import Right
from pipelines.audit import DONE, about, chain_findings, claim_of
from pipelines.disk import utc_now
from pipelines.ledger import Event, Ledger

MOST_SHOWN = 500
SPANS = {"7 days": 7, "30 days": 30, "12 months": 365, "All": 0}


def page() -> None:
    """Whether the log is whole, what happened by person, kind and time, and for an admin who has which role."""
    ledger = access.ledger(Right.AUDIT)
    events = ledger.events()[::-1]
    if not events:
        parts.empty(
            "Nothing was done yet", "Who looks at names, loads or takes files, or decides stands here from then on."
        )
        return
    _whole(ledger)
    shown = _chosen(events)
    with st.container(border=True):
        first = f", the newest {words.count(MOST_SHOWN)} shown" if len(shown) > MOST_SHOWN else ""
        parts.heading(
            f"{words.counted(len(shown), 'event')}{first}",
            "Times are UTC. No patient is named; claims stand by their number.",
        )
        rows = [(one.at[:19].replace("T", " "), one.who, _did(one.kind), claim_of(one), about(one)) for one in shown]
        head = ("When", "Who", "Did", "Claim", "What")
        prose.text_table(head, rows[:MOST_SHOWN], "Events")
        with st.container(horizontal=True, vertical_alignment="center"):
            parts.downloads("who-did-what", lambda: prose.frame(rows, head), {"What": "Who did what"}, has_numbers=True)
    _people()


def _whole(ledger: Ledger) -> None:
    """The answer: the chain holds, or which event does not fit."""
    broken, head = chain_findings(ledger), ledger.head()
    if broken:
        parts.headline(
            "The log was changed behind its back", f"{broken[0]}; {words.counted(len(broken), 'event')} in all."
        )
    else:
        parts.headline(
            f"Nothing in the log was changed: {words.counted(head.number, 'event')}",
            f"Its head is {head.hash[:16]}… (denials status says it whole). Kept elsewhere, it shows a log made anew.",
        )


def _chosen(events: list[Event]) -> list[Event]:
    """The events by those filters that are set."""
    with st.container(horizontal=True):
        who = st.multiselect("Who", sorted({one.who for one in events}), placeholder="Everybody", width=260)
        did = st.multiselect(
            "Did",
            sorted({one.kind for one in events}),
            placeholder="Everything",
            format_func=_did,
            width=300,
        )
        span = st.segmented_control("Last", list(SPANS), default="30 days", required=True, key="who-span")
    since = _days_ago(SPANS[str(span)]) if SPANS[str(span)] else ""
    return [
        one for one in events if one.at >= since and one.who in (who or (one.who,)) and one.kind in (did or (one.kind,))
    ]


def _did(kind: str) -> str:
    """In words; a kind that none of ours is (somebody wrote it there) as it stands."""
    return DONE.get(kind, kind)


def _days_ago(count: int) -> str:
    return (datetime.datetime.fromisoformat(utc_now()) - datetime.timedelta(days=count)).isoformat()


def _people() -> None:
    """Who has which role, for an admin; it is changed in settings.toml."""
    if not access.may(Right.PEOPLE):
        return
    people = access.settings().access.people
    with st.container(border=True):
        parts.heading("Who may come in", "It is changed in settings.toml, by who can write the store's folder.")
        rows = sorted(people.items()) or [("The account that started the dashboard", "all of it; nobody else may look")]
        prose.text_table(("Person", "Role"), rows, "People")


page()
