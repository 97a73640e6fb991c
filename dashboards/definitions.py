"""Definitions: what each number means and should be, and the codes and words we go by. Needs no data."""

from pathlib import Path

import streamlit as st

from dashboards import code_lists, kpi_list, parts, prose, targets
from pipelines.kpi_document import START

GLOSSARY = Path(__file__).parent.parent / "GLOSSARY.md"
SHOWN = ("Numbers", "Targets", "Codes", "Words")


def page() -> None:
    """One part at a time, chosen above and kept in the URL."""
    parts.headline(
        "What the numbers mean", "The same definitions that compute every page, the command line and the exports."
    )
    chosen = st.segmented_control(
        "Show",
        SHOWN,
        default=SHOWN[0],
        required=True,
        key="show",
        bind="query-params",
        label_visibility="collapsed",
    )
    if chosen == "Targets":
        targets.editor()
        targets.published()
    elif chosen == "Codes":
        code_lists.browser()
    elif chosen == "Words":
        _words()
    else:
        kpi_list.browser()


def _words() -> None:
    """The glossary, searchable, and the rules behind the numbers as in docs/kpis.md."""
    with st.container(border=True):
        parts.heading("Words, as used on screen")
        needle = prose.search("word", "Such as takeback, tier, family")
        rows = [row for row in _glossary() if prose.matches(needle, *row)]
        if rows:
            prose.text_table(("Word", "Meaning"), rows, "Glossary")
        else:
            st.caption("No word like that here. The numbers have their own list.")
    with st.container(border=True):
        parts.heading("Rules that every number follows")
        st.markdown(START.partition("## Words")[2].partition("\n## ")[0])


def _glossary() -> list[tuple[str, str]]:
    """Word and meaning: the rows of the table in GLOSSARY.md."""
    text = GLOSSARY.read_text(encoding="utf-8")
    cells = [line.strip("| ").split(" | ") for line in text.splitlines() if line.startswith("| ")]
    return [(row[0], row[1].replace("`", "")) for row in cells[1:] if len(row) == 2]


page()
