"""Time: how long each step from the service to the end of its denial takes, what is slow, and for whom."""

import streamlit as st

from dashboards import controls, day_frames, day_words, maturity_blocks, parts, settled, span_blocks, span_cards
from dashboards.cards import Card, cards
from dashboards.controls import View
from dashboards.scorecard import goal
from dashboards.spans import CLAIM, SPANS, USUAL, Span


def page() -> None:
    """The answer in one sentence, a card for each span, and below them all about the one that is chosen."""
    whole = controls.view()
    if whole is None:
        parts.no_build()
        return
    top = st.container()
    chosen = SPANS[_chosen()]
    views = {key: _view_of(span, whole) for key, span in SPANS.items()}
    found = {key: day_frames.watched(views[key], span) for key, span in SPANS.items()}
    with top:
        _headline(views[chosen.key], whole, found[chosen.key])
        cards([_card(views[key], one, is_chosen=key == chosen.key) for key, one in found.items()])
    span_blocks.about(views[chosen.key], whole, found[chosen.key])
    maturity_blocks.maturity(whole)
    parts.foot(whole)


def _view_of(span: Span, whole: View) -> View:
    """By submission, denials of the mature months alone: in young ones only the quick denials are known."""
    return whole if span.what == CLAIM else settled.settled(whole) or whole


def _card(view: View, found: day_frames.Watched, is_chosen: bool) -> Card:
    aim = goal(view, found.span.kpi)
    return span_cards.card(view, found, aim.value, aim.said, is_chosen)


def _headline(view: View, whole: View, found: day_frames.Watched) -> None:
    target = None if found.is_bound else goal(view, found.span.kpi).value
    by_payer = day_frames.groups(view, found.kpi, "payer")
    young = "" if found.span.what == CLAIM else settled.young_words(view, whole)
    undated = "" if found.span.what == CLAIM else settled.undated(whole)
    unheard = maturity_blocks.left_out(view) if found.kpi == maturity_blocks.KPI else ""
    parts.headline(
        day_words.headline(found, target, day_words.slowest(by_payer, found)),
        "; ".join(filter(None, (span_blocks.subtitle(view, found), young, undated, unheard))),
    )


def _chosen() -> str:
    """The key of the span that the page is about, kept in the URL."""
    return str(
        st.segmented_control(
            "What took how long",
            list(SPANS),
            default=USUAL,
            required=True,
            key="span",
            bind="query-params",
            format_func=lambda key: SPANS[key].label,
            label_visibility="collapsed",
        )
    )


page()
