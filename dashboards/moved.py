"""What moved since the same months before: payer by root cause, and whether it is more than chance explains."""

from typing import Any

import streamlit as st

from dashboards import cache, controls, parts, titles, words
from dashboards.controls import View
from pipelines.measure import Scope

COLUMNS = {
    "payer": "Payer",
    "root_cause": "Root cause",
    "count_before": "Lines before",
    "count": "Lines",
    "amount_before": "Dollars before",
    "amount": "Dollars",
    "amount_change": "Change",
    "is_signal": "More than noise",
}


def movers(view: View, most: int = 5) -> None:
    """What changed most against the same months before, payer by cause; a button narrows to the payer."""
    with st.container(border=True, height="stretch", key="block-movers"):
        if view.before is None:
            parts.heading("Nothing to compare yet", "The data does not reach back over the same months before.")
            return
        frame = cache.movers(view.build, view.scope, view.before)
        labels = cache.labels(view.build, "root_cause", "root_cause")
        parts.heading(titles.movers(frame), f"Denied lines by payer and root cause, against {_span(view.before)}")
        for place, row in enumerate(frame.head(most).itertuples(), start=1):
            _mover(place, row, labels.get(row.root_cause, words.named(row.root_cause)))
        with st.container(horizontal=True):
            shown = frame[list(COLUMNS)].rename(columns=COLUMNS)
            parts.downloads("movers", shown, {"What": titles.movers(frame), "View": view.words})


def _mover(place: int, row: Any, cause: str) -> None:
    tone = "db-signal" if row.is_signal else "db-noise"
    counts = f"{words.count(row.count_before)} → {words.count(row.count)} lines"
    moved = f"{counts}, {words.difference(row.amount_change, 'amount')}"
    said = f"<b>{place} {words.markup(row.payer)}</b> · {words.markup(cause)}<br>{moved}"
    noise = "" if row.is_signal else " · within noise" if row.is_judged else " · no rate in both periods to judge it by"
    alone = ("payer", row.payer)
    with st.container(horizontal=True, wrap=False, vertical_alignment="center", gap="small"):
        st.html(f"<div class='db-mover {tone}'>{said}{noise}</div>")
        if st.session_state.get("payer") != [row.payer]:
            st.button("Open", key=f"mover-{place}", type="tertiary", on_click=controls.narrow, args=alone)


def _span(scope: Scope) -> str:
    return words.period(scope.date_from, scope.date_to)
