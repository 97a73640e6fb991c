"""Payers: who denies more than the rest, for what, and how sure that is; with one payer chosen, its own page."""

import dataclasses

import pandas as pd
import streamlit as st

from dashboards import blocks, cache, claim_link, controls, frames, moved, parts, settled, titles, words
from dashboards.cards import cards
from dashboards.controls import View
from dashboards.denial_list import STATES
from dashboards.scorecard import RATES, scorecard, total

WORST_LINES = 15
FEW = {**blocks.FEW, "M-code ratio": "Denied lines"}
COLUMNS = {
    "name": "Payer",
    "value": "Rate",
    "low": "Interval from",
    "high": "Interval to",
    "numerator": "Denied",
    "denominator": "Adjudicated",
    "amount": "Denied dollars",
    "open_amount": "Denied and open",
    "ratio": "M-code ratio",
    "ratio_n": "Denied lines",
}


def page() -> None:
    """One payer's own page if exactly one is chosen, else all side by side; by submission of mature months alone."""
    claim_link.follow()
    whole = controls.view()
    if whole is None:
        parts.no_build()
    elif (view := settled.settled(whole)) is None:
        blocks.not_mature(whole, RATES[whole.unit])
    elif len(view.scope.payers) == 1:
        _one(view, whole, view.scope.payers[0])
    else:
        _all(view, whole)


def _all(view: View, whole: View) -> None:
    kpi = RATES[view.unit]
    frame = frames.by_name(view, kpi, "payer")
    parts.headline(titles.payers(frame) if len(frame) else blocks.NOTHING, settled.words_of(view, whole))
    blocks.payers(view, kpi, most=20, title=titles.spread)
    listed = _with_money(view, frame)
    if len(listed):
        _list(listed, kpi)
    if len(frame):
        blocks.payer_causes(view)
    parts.foot(view)


def _list(frame: pd.DataFrame, kpi: str) -> None:
    shown, formats = frames.for_people(frame, COLUMNS, kpi)
    with st.container(border=True):
        parts.heading("Each payer's rate, dollars and M-code ratio", "Pick a row to see the payer alone.")
        parts.table(
            shown,
            formats,
            alt="Payers",
            key="payer-list",
            on_row=lambda row: controls.narrow("payer", shown.iloc[row]["Payer"]),
            few=FEW,
        )
        with st.container(horizontal=True):
            parts.downloads("payer-list", shown, {"What": "Payers", "Measure": kpi})


def _with_money(view: View, frame: pd.DataFrame) -> pd.DataFrame:
    """The payers with their denied and open dollars and their M-code ratio; those only of a log have no rate."""
    more = cache.measures(view.build, ("denied_amount", "open_denied_amount", "m_code_ratio"), ("payer",), view.scope)
    found = {(row.kpi, row.payer): row for row in more.itertuples()}
    denied = [row for row in more.itertuples() if row.kpi == "denied_amount" and row.numerator]
    unrated = [
        row.payer for row in sorted(denied, key=lambda row: -row.numerator) if row.payer not in set(frame["name"])
    ]
    frame = pd.concat([frame, pd.DataFrame({"name": unrated}, dtype="object")], ignore_index=True)

    def column(kpi: str, field: str) -> list[object]:
        return [getattr(found.get((kpi, name)), field, None) for name in frame["name"]]

    return frame.assign(
        amount=column("denied_amount", "value"),
        open_amount=column("open_denied_amount", "value"),
        ratio=column("m_code_ratio", "value"),
        ratio_n=column("m_code_ratio", "denominator"),
    )


def _one(view: View, whole: View, payer: str) -> None:
    kpi = RATES[view.unit]
    own = total(view, kpi, view.scope)
    everyone = total(view, kpi, dataclasses.replace(view.scope, payers=()))
    said = titles.against_rest(payer, own["value"], _rest(everyone, own), words.UNITS[view.unit])
    parts.headline(said, settled.words_of(view, whole))
    cards(scorecard(view, whole))
    with st.grid(2, min_column_width=parts.HALF):
        blocks.trend(whole, kpi)
        blocks.causes(view)
        blocks.procedures(view, kpi)
        moved.movers(view, whole)
    _worst_lines(view)
    parts.foot(view)


def _rest(everyone: pd.Series, own: pd.Series) -> float | None:
    left = (everyone["denominator"] or 0) - (own["denominator"] or 0)
    return float((everyone["numerator"] or 0) - (own["numerator"] or 0)) / float(left) if left else None


def _worst_lines(view: View) -> None:
    frame = cache.denials(view.build, view.scope, "denied_amount desc, denial_id", WORST_LINES)
    if frame.empty:
        parts.empty(blocks.no_denials(view), parts.WIDER)
        return
    codes = cache.labels(view.build, "carc")
    causes = cache.labels(view.build, "root_cause", "root_cause")
    shown = pd.DataFrame(
        {
            "Claim": frame["patient_control_number"],
            "Service": frame["service_date"],
            "CPT/HCPCS": frame["procedure_code"],
            "Denied": frame["denied_amount"],
            "Reason": [words.code(row.group_code, row.carc, codes.get(str(row.carc))) for row in frame.itertuples()],
            "Root cause": [causes.get(key, words.named(str(key))) for key in frame["root_cause"]],
            "State": [STATES.get(str(state), words.named(str(state))) for state in frame["state"]],
        }
    )
    with st.container(border=True, height="stretch"):
        parts.heading(f"The {len(shown)} largest denied lines", f"Pick a row to see its claim; {view.words}")
        parts.table(
            shown,
            {"Denied": "money", "Service": "date"},
            alt="Largest denied lines",
            key="worst-lines",
            on_row=lambda row: claim_link.ask(str(frame.iloc[row]["denial_id"]), "payers"),
        )
        with st.container(horizontal=True):
            parts.downloads("worst-lines", shown, {"What": "Largest denied lines", "View": view.words})


page()
