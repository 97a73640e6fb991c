"""Denials: every denied line behind the numbers, to be searched, sorted, narrowed, taken away and opened."""

import dataclasses
import math

import pandas as pd
import streamlit as st

from dashboards import cache, claim_link, controls, denial_list, parts, words
from dashboards.controls import View
from dashboards.denial_list import ORDERS, PAGE_ROWS, SOON, SOON_DAYS, STATES, TIERS, Totals, Wanted

KEY = "denial-rows"
FORMATS: dict[str, parts.Format] = {
    "Denied": "money",
    "Recovered": "money",
    "Denied on": "date",
    "Service": "date",
    "Sent again": "date",
    "Answered": "date",
    "Deadline": "date",
    "Days left": "days",
}
TALLEST, ROW_HEIGHT, PAGER_WIDTH = 620, 35, 340  # pixels
NO_TIER = "none"  # how the URL says tier ''


def page() -> None:
    """The sum first, then what narrows it, then the lines."""
    claim_link.follow()
    view = controls.view()
    if view is None:
        parts.no_build()
        return
    head = st.container()
    wanted, order = _narrowed(view)
    found = denial_list.totals(view.build, wanted)
    with head:
        parts.headline(_said(found, wanted), _same(view, wanted))
    if found.line_count:
        _list(view, wanted, order, found)
    else:
        _nothing(view, wanted)
    parts.foot(view)


def _narrowed(view: View) -> tuple[Wanted, str]:
    """The controls of this page; all of them live in the URL."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        text = st.text_input(
            "Search",
            key="q",
            bind="query-params",
            type="search",
            width=184,
            placeholder="Number, code, words",
            on_change=_first_page,
            help="Every word must be found: claim number of yours or the payer's, CO-50, N115, 97110, a part of a "
            "payer, provider, diagnosis, root cause, or words of your log.",
        )
        categories = _many(view.build, "Category", "category", cache.labels(view.build, "category", "category"))
        causes = _many(view.build, "Root cause", "root_cause", cache.labels(view.build, "root_cause", "root_cause"))
        carcs = _many(view.build, "CARC", "carc", cache.labels(view.build, "carc"), with_code=True)
        states = _some("State", "state", STATES | {SOON: f"Open, expires within {SOON_DAYS} days"})
        tiers = _some("Necessity tier", "tiers", {key or NO_TIER: label for key, label in TIERS.items()})
        order = st.selectbox("Sort", list(ORDERS), key="sort", bind="query-params", width=160, on_change=_first_page)
    scope = dataclasses.replace(view.scope, categories=categories, root_causes=causes)
    chosen_tiers = tuple("" if tier == NO_TIER else tier for tier in tiers)
    return Wanted(scope, carcs, states, chosen_tiers, text or ""), ORDERS[order or next(iter(ORDERS))]


def _many(build: str, label: str, key: str, labels: dict[str, str], with_code: bool = False) -> tuple[str, ...]:
    def said(value: str) -> str:
        name = labels.get(value, words.named(value))
        return f"{value} {name}" if with_code and name != value else name

    chosen = st.multiselect(
        label,
        denial_list.options(build, key),
        key=key,
        bind="query-params",
        format_func=said,
        placeholder="All",
        width=126,
        wrap=False,
        on_change=_first_page,
    )
    return tuple(chosen)


def _some(label: str, key: str, labels: dict[str, str]) -> tuple[str, ...]:
    chosen = st.multiselect(
        label,
        list(labels),
        key=key,
        bind="query-params",
        format_func=lambda value: labels[value],
        placeholder="All",
        width=118,
        wrap=False,
        on_change=_first_page,
    )
    return tuple(chosen)


def _said(found: Totals, wanted: Wanted) -> str:
    if not found.line_count:
        return "No denied line is found"
    broad = "" if wanted.scope.denial_scope == "core" else " (core and broad)"
    lines = f"{words.count(found.line_count)} denied line{'' if found.line_count == 1 else 's'}{broad}"
    claims = f"{words.count(found.claim_count)} claim{'' if found.claim_count == 1 else 's'}"
    return f"{lines} of {claims}: {words.money(found.denied_amount)}, of which {words.money(found.open_amount)} is open"


def _same(view: View, wanted: Wanted) -> str:
    """The KPIs for the same filters: equal by definition, and shown so that anyone can see it."""
    measures = cache.measures(view.build, ("denied_lines", "denied_amount"), (), wanted.scope)
    lines, dollars = measures["value"]
    kpis = f"KPIs for these filters: Denied lines {words.count(lines or 0)}, Denied dollars {words.cents(dollars or 0)}"
    more = "; narrowed further here by what the KPIs do not part" if wanted.is_narrowed else ": the same lines"
    return f"{kpis}{more}; {view.words}"


def _list(view: View, wanted: Wanted, order: str, found: Totals) -> None:
    pages = math.ceil(found.line_count / PAGE_ROWS)
    if st.session_state.get("page", 1) > pages:
        _first_page()
    with st.container(border=True):
        number = st.session_state.get("page", 1)
        table = st.container()
        if pages > 1:
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                number = st.pagination(pages, key="page", bind="query-params", width=PAGER_WIDTH)
                first = (number - 1) * PAGE_ROWS
                last = min(first + PAGE_ROWS, found.line_count)
                st.caption(f"Lines {words.count(first + 1)} to {words.count(last)} of {words.count(found.line_count)}")
        frame = denial_list.rows(view.build, wanted, order, PAGE_ROWS, (number - 1) * PAGE_ROWS)
        shown = denial_list.for_people(view.build, frame)
        with table:
            _table(frame, shown)
        _take_away(view, wanted, order, shown, found)


def _table(frame: pd.DataFrame, shown: pd.DataFrame) -> None:
    parts.table(
        shown,
        FORMATS,
        alt="Denied lines; pick a row to open its claim",
        key=KEY,
        height=min(TALLEST, (len(shown) + 1) * ROW_HEIGHT + 3),
        on_row=lambda row: claim_link.ask(str(frame.iloc[row]["denial_id"]), "denials"),
    )


def _take_away(view: View, wanted: Wanted, order: str, shown: pd.DataFrame, found: Totals) -> None:
    about = {"What": "Denied lines", "View": view.words, "Totals": _said(found, wanted), "KPIs": _same(view, wanted)}

    def whole() -> pd.DataFrame:
        return denial_list.for_people(view.build, denial_list.rows(view.build, wanted, order), is_whole=True)

    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.caption("Pick a row to open its claim. Take away what you see:", width="content")
        parts.downloads("denials", shown, about)
        st.caption(f"or all {words.count(found.line_count)} with every column:", width="content")
        parts.downloads("all", whole, about, "denialboard_denials_all", has_numbers=True)


def _nothing(view: View, wanted: Wanted) -> None:
    if wanted.text.strip():
        parts.empty(
            "Nothing matches the search",
            "Every word must be found. Try fewer words, a longer period, or look the claim up by its number on the "
            "Claim page, which also knows claims that were never denied.",
            {"Look up a claim": claim_link.PAGE},
        )
    else:
        parts.empty("No denied line in this view", parts.WIDER)


def _first_page() -> None:
    st.session_state["page"] = 1


page()
