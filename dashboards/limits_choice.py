"""Which rate the Trends page is about, and of which reason: kept in the URL like the filters that all pages share."""

import dataclasses

import streamlit as st

from dashboards import cache, denial_list, words
from dashboards.controls import View
from dashboards.scorecard import RATES, RATIOS
from pipelines.kpis import KPIS

BY_UNIT = {
    "denial_rate": RATES,
    "m_code_ratio": RATIOS,
    "m_code_ratio_extended": {"dollars": "m_code_ratio_extended_dollars"},
}
OTHERS_OF_A_UNIT = {kpi for units in BY_UNIT.values() for kpi in units.values()} - set(BY_UNIT)
NOT_OF_DENIALS = "payment_fact"  # whether payments balance is the Deposits page's
WITHOUT_REASON = ("zero_pay_rate", "first_pass_resolution_rate", "clean_claim_rate", "never_reached_share")
DEFAULT = "denial_rate"


def shares() -> list[str]:
    """The KPIs that can be chosen: shares; the unit that all pages share says what they count."""
    return [
        kpi.name
        for kpi in KPIS.values()
        if kpi.unit == "share" and kpi.fact != NOT_OF_DENIALS and kpi.name not in OTHERS_OF_A_UNIT
    ]


def chosen(view: View) -> tuple[View, str]:
    """The view narrowed to the reasons chosen, and the KPI in the view's unit; drawn where it is called."""
    options = shares()
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        kpi = st.selectbox(
            "Rate",
            options,
            index=options.index(DEFAULT),
            key="kpi",
            bind="query-params",
            format_func=lambda name: KPIS[name].label,
            width=280,
        )
        has_reason = kpi not in WITHOUT_REASON
        categories = _reasons(view.build, "Category", "category", has_reason)
        causes = _reasons(view.build, "Root cause", "root_cause", has_reason)
    scope = dataclasses.replace(view.scope, categories=categories, root_causes=causes)
    before = view.before and dataclasses.replace(view.before, categories=categories, root_causes=causes)
    return dataclasses.replace(view, scope=scope, before=before), of_unit(kpi or DEFAULT, view.unit)


def of_unit(kpi: str, unit: str) -> str:
    """The KPI as it counts claims, lines or dollars; itself where it counts one thing only."""
    return BY_UNIT.get(kpi, {}).get(unit, kpi)


def _reasons(build: str, label: str, key: str, has_reason: bool) -> tuple[str, ...]:
    """What a denial was for; nothing for a rate that counts no denials.

    The Denials page has the same two under the same keys.
    """
    labels = cache.labels(build, key, key)
    picked = st.multiselect(
        label,
        denial_list.options(build, key),
        key=key,
        bind="query-params",
        format_func=lambda value: labels.get(value, words.named(value)),
        placeholder="All",
        width=150,
        wrap=False,
        disabled=not has_reason,
        help="Narrows what is counted as denied; what was adjudicated stays whole.",
    )
    return tuple(picked) if has_reason else ()
