"""Trends: is this month more than the usual coming and going, is it the rates or the mix, and what went well?"""

import dataclasses

import streamlit as st

from dashboards import (
    alert_rules,
    blocks,
    controls,
    limits_blocks,
    limits_choice,
    limits_data,
    limits_freeze,
    limits_words,
    mix_blocks,
    moved,
    parts,
    settled,
    streak_blocks,
    titles,
    words,
)
from dashboards.controls import View
from dashboards.scorecard import goal, total
from pipelines.kpis import KPIS


def page() -> None:
    """The rate that is chosen against its limits, then what moved it; by submission of mature months alone."""
    whole = controls.view()
    if whole is None:
        parts.no_build()
        return
    top = st.container()
    whole, kpi = limits_choice.chosen(whole)
    view = settled.settled(whole)
    chart = limits_data.charted(whole.at_least(blocks.TREND_MONTHS), kpi)
    with top:
        parts.headline(_said(whole, kpi, chart), settled.words_of(view or whole, whole))
    blocks.trend(whole, kpi, height=420, title=lambda _, frame, target: titles.trend(frame, target))
    if len(chart.frame):
        limits_blocks.reading(chart, kpi)
        limits_blocks.by_payer(whole, kpi)
    if view is not None and len(chart.frame):
        with st.grid(2, min_column_width=parts.HALF):
            mix_blocks.like_for_like(whole, kpi)
            mix_blocks.change(view, kpi)
            moved.movers(view, whole)
            _freeze(whole, kpi)
    streak_blocks.weeks(whole)
    alert_rules.block(whole)
    parts.foot(whole)


def _said(view: View, kpi: str, chart: limits_data.Charted) -> str:
    """The page's answer: the rate and what its chart says, or why there are no limits."""
    if chart.frame.empty:
        return blocks.why_no_rate(view)[0]
    if chart.trend is None:
        now = total(view, kpi, view.scope)
        return f"{KPIS[kpi].label}: {words.rate(now['value'])} of {words.money(now['denominator'])}"
    if chart.trend.reason:
        return f"{KPIS[kpi].label}: {chart.trend.reason}"
    said = limits_words.title(chart.trend, chart.frame, goal(view, kpi).value)
    return f"{KPIS[kpi].label}: {titles.inline(said)}"


def _freeze(whole: View, kpi: str) -> None:
    """Limits are learnt from months of all dates, whatever the period of the view."""
    everything = dataclasses.replace(whole, scope=dataclasses.replace(whole.scope, date_from=None, date_to=None))
    limits_freeze.form(everything, kpi, limits_data.charted(everything, kpi))


page()
