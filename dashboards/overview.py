"""Overview: are we denied more than usual, by whom, for what; and is the data whole?"""

import streamlit as st

from dashboards import alert_banner, blocks, claim_link, controls, moved, parts, settled, titles, words
from dashboards.cards import cards
from dashboards.controls import View
from dashboards.scorecard import RATES, goal, scorecard, total


def page() -> None:
    """The answer in one sentence, the cards, then why; by submission of the mature months alone."""
    whole = controls.view()
    if whole is None:
        parts.no_build()
        return
    kpi, view = RATES[whole.unit], settled.settled(whole)
    if view is None:
        blocks.not_mature(whole, kpi)
        return
    now = total(view, kpi, view.scope)
    what, denials = words.UNITS[view.unit], words.SCOPES[view.scope.denial_scope]
    parts.headline(titles.overview(now, goal(view, kpi).value, what, denials), settled.words_of(view, whole))
    alert_banner.show(whole)
    cards(scorecard(view, whole))
    claim_link.to_lines("The denied lines behind these numbers", settled.filters(view, whole))
    _why(view, whole, kpi)
    parts.foot(view)


def _why(view: View, whole: View, kpi: str) -> None:
    with st.grid(2, min_column_width=parts.HALF):
        blocks.trend(whole, kpi)
        moved.movers(view, whole)
        blocks.payers(view, kpi)
        blocks.causes(view)


page()
