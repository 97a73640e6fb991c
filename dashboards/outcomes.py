"""Outcomes: what became of denied lines, who overturns them, what expires next, what is short or was taken back."""

from typing import Any

import pandas as pd
import streamlit as st

from dashboards import claim_link, controls, outcome_blocks, outcome_data, outcome_money, parts, unfiled, words
from dashboards.cards import Card, cards
from dashboards.controls import View
from dashboards.outcome_data import WON
from dashboards.scorecard import card

LOST = ("denied_final", "written_off")


def page() -> None:
    """The answer, the cards, the flow, then what can still be done."""
    claim_link.follow()
    st.html(claim_link.STYLE)
    view = controls.view()
    if view is None:
        parts.no_build()
        return
    frame = outcome_data.flow(view)
    parts.headline(headline(frame), f"Charge dollars of lines denied at first; {view.words}")
    if frame.empty:
        parts.empty(f"No {words.SCOPES[view.scope.denial_scope]} in this period", parts.WIDER)
    else:
        found = outcome_data.open_sums(view)
        cards(_cards(view, found))
        outcome_blocks.flow(view, frame, _unit())
        outcome_blocks.expiring(view, found)
        with st.grid(2, min_column_width=parts.HALF):
            outcome_blocks.overturned(view, "payer", "Payer")
            outcome_blocks.overturned(view, "root_cause", "Root cause")
        outcome_blocks.appeals(view)
    unfiled.block(view)
    outcome_money.underpaid(view)
    outcome_money.taken_back(view)
    parts.foot(view)


def headline(frame: pd.DataFrame) -> str:
    """`$48,210 was denied at first: 38.2 % of it was overturned, 41.0 % is open, 12.3 % is lost`."""
    total = frame["denied_amount"].sum() if len(frame) else 0
    if not total:
        return "Nothing was denied at first in this view"
    shares = frame.groupby("state")["denied_amount"].sum()

    def share(*states: str) -> str:
        return words.rate(float(sum(shares.get(state, 0) for state in states)) / float(total))

    return (
        f"{words.money(total)} was denied at first: {share(WON)} of it was overturned, {share('denied_open')} is open, "
        f"{share(*LOST)} is lost"
    )


def _cards(view: View, found: Any) -> list[Card]:
    past = f"{words.money(found['past_amount'])} more has expired" if found["past_count"] else ""
    return [
        card(view, "recovered_amount", change="", note="paid, of what was denied at first"),
        card(view, "written_off_amount", change=""),
        card(view, "open_denied_amount", change="", label="At risk: denied and open"),
        card(view, "expiring_amount", change="", note=past),
        card(view, "overturn_rate"),
        card(view, "final_denial_rate"),
    ]


def _unit() -> str:
    chosen = st.segmented_control(
        "Count by",
        ["lines", "dollars"],
        default="lines",
        required=True,
        key="flow_unit",
        bind="query-params",
        label_visibility="collapsed",
    )
    return str(chosen or "lines")


page()
