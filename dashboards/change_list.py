"""All changes on one table: what each is, its state, what can be said of it, and what is left of its dollars."""

from collections.abc import Mapping, Sequence

import streamlit as st

from dashboards import change_data, parts, prose, titles, words
from pipelines.effect.result import FEWER, JUDGED, Result
from pipelines.errors import UsageError
from pipelines.register import Change

HEAD = ("Change", "Went live", "State", "What can be said", "Left over")
LINKED = "change"  # of the URL
MOST_AT_ONCE = 12  # judging one takes about a second


def answer(everything: Sequence[Change], results: Mapping[str, Result]) -> str:
    """The page's answer: how many worked, of how many."""
    judged = [one for one in results.values() if one.state == JUDGED]
    fewer = sum(one.verdict == FEWER for one in judged)
    unit = f"documentation {words.unit(len(everything), 'change')}"
    number = titles.number(len(everything))
    if not judged:
        return titles.sentence(f"{number} {unit} registered; none can be judged against a comparison yet")
    rest = len(everything) - len(judged)
    after = f"; {titles.number(rest)} cannot be judged" if rest else ""
    if len(everything) == 1:
        shown = f"the {unit} {'shows' if fewer else 'does not clearly show'}"
    elif fewer:
        shown = f"{titles.number(fewer)} of {number} {unit} {'shows' if fewer == 1 else 'show'}"
    else:
        shown = "no documentation change clearly shows"
    return titles.sentence(f"{shown} fewer denials than expected from the comparison{after}")


def judged(build: str, everything: Sequence[Change], wanted: Change | None) -> dict[str, Result]:
    """The results of the newest dozen and of the one asked for, one by one under a spinner that says which."""
    first = list(everything[:MOST_AT_ONCE])
    if wanted is not None and wanted not in first:
        first.append(wanted)
    found = {}
    for place, change in enumerate(first, start=1):
        told = f"Judging “{words.plain(change.title)}” against its comparison ({place} of {len(first)})"
        with st.spinner(told):
            try:
                found[change.change_id] = change_data.judged(build, change, everything)
            except UsageError as problem:
                st.warning(words.plain(f"{change.title}: {problem}"))
    return found


def table(everything: Sequence[Change], results: Mapping[str, Result]) -> None:
    """The changes, the newest go-live first."""
    rows = [_row(change, results.get(change.change_id)) for change in everything]
    with st.container(border=True):
        parts.heading(
            "Every registered change",
            "Newest go-live first; dollars with their 95 % interval, what was avoided less what it cost",
        )
        prose.text_table(HEAD, rows, "Documentation changes")


def _row(change: Change, result: Result | None) -> tuple[str, ...]:
    known = (change.title, words.day(change.go_live).replace(" ", words.SPACE))
    if result is None:
        return (*known, "not judged", "open it to see", words.NONE)
    return (*known, state(result), result.headline, _left(result))


def state(result: Result) -> str:
    """The state in words; of a judged one what came out, and whether it can be put down to the change."""
    if result.state != JUDGED:
        return result.state
    strong = {"attributable": ", attributable", "consistent with": ", not proved"}
    return result.verdict + (strong.get(result.strength, "") if result.verdict != "no clear change" else "")


def _left(result: Result) -> str:
    worth = result.worth
    if worth is None:
        return words.NONE
    return f"{words.money(worth.net)} ({words.money(worth.net_low)} to {words.money(worth.net_high)})"


def wanted(everything: Sequence[Change]) -> Change | None:
    """The change that the address asks for."""
    asked = st.query_params.get(LINKED)
    return next((one for one in everything if one.change_id == asked), None)


def chosen(everything: Sequence[Change], results: Mapping[str, Result]) -> Change:
    """The change to read about, kept in the address: the one asked for, else the newest that could be judged."""
    ids = [one.change_id for one in everything]
    known = [name for name in ids if name in results and results[name].state == JUDGED]
    asked = wanted(everything)
    st.session_state["change-read"] = asked.change_id if asked else (known or ids)[0]
    named = {one.change_id: f"{one.title}, went live {words.day(one.go_live)}" for one in everything}
    picked = st.selectbox(
        "Read the result of", ids, key="change-read", format_func=named.__getitem__, on_change=_keep, width=640
    )
    return next(one for one in everything if one.change_id == picked)


def _keep() -> None:
    st.query_params[LINKED] = st.session_state["change-read"]
