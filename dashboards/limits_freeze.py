"""Freezing a baseline: which months the limits of this rate are learnt from, as a person says; kept in the ledger."""

import datetime

import streamlit as st

from dashboards import deciding, limits_data, parts, words
from dashboards.controls import View
from dashboards.limits_data import Charted
from pipelines.control_chart import FEWEST_MONTHS
from pipelines.kpis import DIMENSIONS, KPIS
from pipelines.register_types import Baseline
from pipelines.trend_baseline import cell_of

KIND = "baseline_set"
WHY = (
    "Limits learn from the first settled months, or from those before a change went live. Freeze other months where "
    "you know better: after a lasting shift, or when the early months were not like the rest. It counts at once, on "
    "every page, in alerts and in the huddle's pack."
)


def form(view: View, kpi: str, chart: Charted) -> None:
    """The months that limits are learnt from now, and the form that freezes others or lets go."""
    if chart.trend is None:
        return
    with st.container(border=True, height="stretch", key="block-freeze"):
        parts.heading("What the limits are learnt from", f"{KPIS[kpi].label}, {cell_words(view)}")
        _now(view, kpi, chart)
        _ask(view, kpi, _judged_months(chart))


def cell_words(view: View) -> str:
    """The cell that a frozen baseline is about: the filters without period and clock."""
    chosen = [f"{DIMENSIONS[name].label} {value}" for name, value in cell_of(view.scope)]
    return ", ".join(chosen) or "everything"


def _now(view: View, kpi: str, chart: Charted) -> None:
    """The baseline as it stands; one that a person froze for just this cell can be let go."""
    if chart.trend is None:
        return
    baseline = chart.trend.chart.baseline
    span = f"{words.month(baseline.first)} to {words.month(baseline.last)}" if baseline else "no month yet"
    own = deciding.standing(KIND).get(_subject(view, kpi))
    how = _how(view, kpi, chart.trend.chart.is_frozen)
    st.html(f"<p class='db-said'>{words.markup(span)} <span class='db-n'>{words.markup(how)}</span></p>")
    if own and st.button("Let go", key="unfreeze", help=f"Set by {own.who} on {own.at[:10]}"):
        deciding.record_and_show(KIND, own.subject, {})


def _how(view: View, kpi: str, is_frozen: bool) -> str:
    """Why these months, in words."""
    held = limits_data.held_of(view, kpi)
    if held.baseline:
        return f"frozen: {held.reason}"
    return "those before a change went live" if is_frozen else "learnt, nobody froze them"


def _ask(view: View, kpi: str, months: list[datetime.date]) -> None:
    st.caption(WHY)
    if len(months) < FEWEST_MONTHS:
        st.caption(f"Freezing needs {FEWEST_MONTHS} settled months; there are {len(months)}.")
        return
    with st.form("freeze", border=False):
        with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
            first = st.selectbox("From", months, 0, key="freeze-from", format_func=words.month, width=130)
            last = st.selectbox("To", months, len(months) - 1, key="freeze-to", format_func=words.month, width=130)
            reason = st.text_input("Why", key="freeze-why", max_chars=500, width=320)
            who = deciding.who_asks("Your name", key="freeze-who", width=200)
        if st.form_submit_button("Freeze these months"):
            _freeze(view, kpi, first, last, str(reason or "").strip(), who, months)


def _freeze(
    view: View,
    kpi: str,
    first: datetime.date,
    last: datetime.date,
    reason: str,
    who: str,
    months: list[datetime.date],
) -> None:
    """The baseline is in the ledger and the page is drawn anew, or it says what is missing."""
    count = sum(first <= month <= last for month in months)
    if not reason:
        st.error("Say why: who reads the limits later will ask.")
    elif count < FEWEST_MONTHS:
        st.error(f"These are {count} settled months. Limits need {FEWEST_MONTHS}.")
    else:
        baseline = Baseline(kpi, cell_of(view.scope), first, last, reason)
        deciding.record_and_show(KIND, baseline.subject, baseline.body(), who)


def _subject(view: View, kpi: str) -> str:
    return Baseline(kpi, cell_of(view.scope), datetime.date.min, datetime.date.min, "").subject


def _judged_months(chart: Charted) -> list[datetime.date]:
    """The months that limits can be learnt from, the oldest first."""
    return [mark.month for mark in chart.trend.chart.marks if mark.is_judged] if chart.trend else []
