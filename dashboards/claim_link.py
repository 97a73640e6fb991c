"""The way to a claim's page and back, and from a sum to its lines.

A callback calls `ask`; the page calls `follow` before it draws anything else, because Streamlit cannot change the page
within a callback. The address of the page that was left is kept: for the link back, and for the browser's own Back,
after which Streamlit has the page's name but the claim's filters; `restore` puts its own in place again.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import urlencode

import streamlit as st

from dashboards import words

PAGE = "dashboards/claim.py"
STYLE = Path(__file__).parent / "claim.css"
LISTS = {
    name: f"dashboards/{name}.py"
    for name in ("denials", "deposits", "outcomes", "payers", "root_causes", "data_quality", "policies")
}  # pages that lead to a claim
WANTED, WANTED_LINES, LEFT = "claim-wanted", "lines-wanted", "claim-left"
SHARED = ("period", "from", "to", "provider", "place", "scope", "unit", "clock")  # filters that a link to lines keeps
OWN = ("claim", "line", "decision")  # what the claim's page keeps in the URL


def ask(denial_id: str, page: str) -> None:
    """On the next run the claim of this denial is shown; the way back leads to `page`. For callbacks."""
    st.session_state[WANTED] = address(denial_id)
    st.session_state[LEFT] = (page, parameters())


def ask_lines(key: str, value: str, label: str) -> None:
    """On the next run the Denials page is shown with its filter `key` at this value alone. For callbacks.

    The address holds what a filter shows, the session what it means: they have to agree.
    """
    st.session_state[key] = [value]
    st.session_state[WANTED_LINES] = {key: [label]}


def follow() -> None:
    """The claim or the lines that were asked for are shown instead of this page."""
    if WANTED in st.session_state:
        st.switch_page(PAGE, query_params=st.session_state.pop(WANTED))
    if WANTED_LINES in st.session_state:  # the shared filters are kept by the session
        st.switch_page(LISTS["denials"], query_params=st.session_state.pop(WANTED_LINES))


def to_lines(label: str, chosen: Mapping[str, Sequence[str]]) -> None:
    """A link to the Denials page with these filters and the shared ones of this page.

    A plain link: Streamlit's own would let what the session remembers of a filter win over the address.
    """
    href = address_of_lines(chosen)
    st.html(f"<a class='db-link' href='{href}' target='_self'>{words.markup(label)}</a>")


def address_of_lines(chosen: Mapping[str, Sequence[str]]) -> str:
    """Where such a link leads, ready to stand in markup."""
    kept = {key: values for key, values in parameters().items() if key in SHARED}
    query = urlencode(kept | {key: list(values) for key, values in chosen.items() if values}, doseq=True)
    return f"denials?{words.markup(query)}"


def restore(page: str) -> None:
    """After Back from a claim the address is again the one of the page that was left. Before any filter is drawn."""
    left, query = st.session_state.get(LEFT, ("", {}))
    if "claim" in st.query_params and page in LISTS:
        st.query_params.from_dict(query if page == left else {})
        st.rerun()


def address(denial_id: str) -> dict[str, str]:
    """What the URL says of a denial: its claim and line, or its log row."""
    family_id, bar, line_key = denial_id.rpartition("|")
    return {"claim": family_id, "line": line_key} if bar else {"claim": denial_id}


def back() -> None:
    """A link to the list from which the claim was opened, filters and all; else to all denials."""
    page, query = st.session_state.get(LEFT, ("denials", {}))
    st.page_link(LISTS[page], label=f"← Back to {words.named(page)}", query_params=query)


def parameters() -> dict[str, list[str]]:
    """The page's address as it stands, to be passed on."""
    return {str(key): st.query_params.get_all(key) for key in st.query_params if key not in OWN}
