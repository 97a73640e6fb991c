"""What changed: payers beyond their own limits, what moved by more than chance, and which policies are new."""

import datetime

import streamlit as st

from dashboards import huddle_tables
from pipelines.huddle.pack import Pack


def show(build: str, found: Pack) -> None:
    """The control limits first, then the movers, then the policy matrix."""
    huddle_tables.block(found.breaches, "breaches")
    huddle_tables.block(found.moved, "moved")
    huddle_tables.block(found.policies, "policies")
    with st.container(horizontal=True, gap="medium"):
        st.page_link("dashboards/trends_page.py", label="Every rate against its own limits")
        st.page_link("dashboards/policies.py", label="The policy matrix, day against day", query_params=_days(found))


def _days(found: Pack) -> dict[str, str]:
    """The quarter's last day against the last day before it, as the page Policies reads them."""
    before = found.period.first - datetime.timedelta(days=1)
    return {"policy-show": "What changed", "policy-from": str(before), "policy-to": str(found.period.last)}
