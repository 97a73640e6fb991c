"""The way to a claim's page and back.

A table's callback calls `ask`; the page calls `follow` before it draws anything else, because Streamlit cannot change
the page within a callback. The address of the page that was left is kept, so that the way back keeps its filters.
"""

from pathlib import Path

import streamlit as st

PAGE = "dashboards/claim.py"
STYLE = Path(__file__).parent / "claim.css"
WANTED, LEFT = "claim-wanted", "claim-left"
LISTS = {"denials": "dashboards/denials.py", "root_causes": "dashboards/root_causes.py"}


def ask(denial_id: str, page: str) -> None:
    """On the next run the claim of this denial is shown; the way back leads to `page`. For callbacks."""
    st.session_state[WANTED] = denial_id
    st.session_state[LEFT] = (page, parameters())


def follow() -> None:
    """The claim that was asked for is shown instead of this page."""
    if WANTED in st.session_state:
        st.switch_page(PAGE, query_params=address(st.session_state.pop(WANTED)))


def address(denial_id: str) -> dict[str, str]:
    """What the URL says of a denial: its claim and line, or its log row."""
    family_id, bar, line_key = denial_id.rpartition("|")
    return {"claim": family_id, "line": line_key} if bar else {"claim": denial_id}


def back() -> None:
    """A link to the list from which the claim was opened, filters and all; else to all denials."""
    page, query = st.session_state.get(LEFT, ("denials", {}))
    label = "← Back to root causes" if page == "root_causes" else "← Back to denials"
    st.page_link(LISTS[page], label=label, query_params=query)


def parameters() -> dict[str, list[str]]:
    """The page's own address as it stands, to be passed on."""
    return {key: st.query_params.get_all(key) for key in st.query_params}
