"""Tables of the pack as the page shows them: the same columns, the same words, numbers to the right."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

import streamlit as st

from dashboards import parts, prose, words
from pipelines.huddle.tables import Table, labels


def block(table: Table, key: str, note: str = "") -> None:
    """The table in a frame under what it says; where it has no rows, that alone."""
    with st.container(border=True, height="stretch", key=f"huddle-{key}"):
        parts.heading(table.title, table.subtitle)
        rows(table)
        if note:
            st.caption(note)


def rows(table: Table) -> None:
    """The rows alone."""
    if table.rows:
        prose.text_table(labels(table), table.said(), table.title, right=numbers(table))


def small(table: Table) -> None:
    """A table within a block: its name above it, what was cut below."""
    st.html(f"<p class='db-label'>{words.markup(table.title)}</p>")
    if not table.rows:
        st.caption(table.empty or "None")
        return
    rows(table)
    if table.subtitle:
        st.caption(table.subtitle)


def numbers(table: Table) -> Sequence[int]:
    """The places of the columns that hold numbers."""
    return [place for place, column in enumerate(table.columns) if column.kind not in ("text", "date", "month")]


def links(given: Sequence[tuple[str, str, Mapping[str, Any]]]) -> None:
    """Label, page and its filters in a row. Plain links: with Streamlit's own, what the session remembers would win."""
    found = "".join(
        f"<a class='db-link' href='{words.markup(page)}?{words.markup(urlencode(query, doseq=True))}' target='_self'>"
        f"{words.markup(label)}</a>"
        for label, page, query in given
    )
    st.html(f"<nav class='db-links'>{found}</nav>")


def said_list(texts: Sequence[str], key: str) -> None:
    """The sentences as a list."""
    points = "".join(f"<li>{words.markup(text)}</li>" for text in texts)
    with st.container(key=key):
        st.html(f"<ul class='db-list'>{points}</ul>")
