"""Overview: are we denied more than usual, by whom, for what; and is the data whole?"""

import streamlit as st

from dashboards import blocks, claim_link, controls, moved, parts, titles, words
from dashboards.cards import cards
from dashboards.controls import View
from dashboards.scorecard import RATES, goal, scorecard, total


def page() -> None:
    """The answer in one sentence, the five cards, then why."""
    view = controls.view()
    if view is None:
        parts.no_build()
        return
    kpi = RATES[view.unit]
    now = total(view, kpi, view.scope)
    what, denials = words.UNITS[view.unit], words.SCOPES[view.scope.denial_scope]
    parts.headline(titles.overview(now, goal(view, kpi).value, what, denials), view.words)
    cards(scorecard(view))
    claim_link.to_lines(
        "The denied lines behind these numbers", {"payer": view.scope.payers, "cpt": view.scope.procedures}
    )
    _why(view, kpi)
    parts.foot(view)


def _why(view: View, kpi: str) -> None:
    with st.grid(2, min_column_width=parts.HALF):
        blocks.trend(view, kpi)
        moved.movers(view)
        blocks.payers(view, kpi)
        blocks.causes(view)


page()
