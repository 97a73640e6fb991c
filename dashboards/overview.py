"""Overview: are we denied more than usual, by whom, for what; and is the data whole?"""

import streamlit as st

from dashboards import blocks, controls, parts, titles, words
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
    parts.headline(titles.overview(now["value"], goal(view, kpi).value, words.UNITS[view.unit]), view.words)
    cards(scorecard(view))
    _why(view, kpi)
    parts.foot(view)


def _why(view: View, kpi: str) -> None:
    left, right = st.columns([2, 1])
    with left:
        blocks.trend(view, kpi)
    with right:
        blocks.movers(view)
    left, right = st.columns(2)
    with left:
        blocks.payers(view, kpi)
    with right:
        blocks.causes(view)


page()
