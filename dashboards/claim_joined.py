"""What belongs to a claim, by which rule and how surely; and the claim's turn at other payers."""

from typing import Any

import streamlit as st

from dashboards import claim_link, matching, parts, words
from dashboards.claim_data import Claim


def joined(claim: Claim) -> None:
    """The rules that put the claim together, and links to the same services at other payers."""
    said = matching.joined(claim.members)
    if not said and claim.turns.empty:
        return
    with st.container(border=True):
        parts.heading("What was put together", "Which files make up this claim, by which rule, and how sure that is.")
        if said:
            st.html(f"<ul class='db-joined'>{''.join(f'<li>{words.markup(one)}</li>' for one in said)}</ul>")
        for row in claim.turns.itertuples():
            _turn(claim, row)


def _turn(claim: Claim, row: Any) -> None:
    if row.family_id == claim.family_id:
        paid = f", paid {words.cents(row.later_paid_amount)}" if row.later_paid_amount is not None else ""
        label, key = f"Then {row.later_sequence} at {row.later_payer}{paid}", row.later_family_id
    else:
        label, key = "Before: the same services at the primary payer", row.family_id
    st.page_link(claim_link.PAGE, label=words.plain(label), query_params={"claim": str(key)})
