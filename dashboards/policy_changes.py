"""What changed in the matrix between two days: for the huddle, the quarter so far against the end of the one before."""

import datetime
from collections.abc import Sequence
from typing import Any

import streamlit as st

from dashboards import parts, prose, words
from pipelines import policy_words, register
from pipelines.policy import Policy
from pipelines.policy_matrix import diff

HEAD = ("Payer", "CPT/HCPCS", "What", "Details")


def between(build: str | None, found: Sequence[Policy]) -> None:
    """Two days, and the policies that began, ended or changed between them."""
    today = datetime.date.today()
    before = register.quarter_dates(register.quarter_of(today))[0] - datetime.timedelta(days=1)
    with st.container(border=True):
        with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
            options: Any = {"bind": "query-params", "width": 160, "format": "YYYY-MM-DD"}
            first = st.date_input("From", before, key="policy-from", **options) or before
            last = st.date_input("To", "today", key="policy-to", **options) or today
        changed = diff(found, first, last)
        title = f"{policy_words.headline(changed)} between {words.day(first)} and {words.day(last)}"
        parts.heading(title, "By the days from which versions hold, not by the days on which they were typed in.")
        rows = policy_words.difference(changed)
        if not rows:
            st.caption("On both days the same policies hold. Choose other days.")
            return
        prose.text_table(HEAD, rows, "What changed")
        with st.container(horizontal=True):
            parts.downloads("policy-changes", prose.frame(rows, HEAD), {"What": title})
