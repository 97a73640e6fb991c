"""What moved most against its own limits: payer by procedure by root cause, and whether it is more than chance."""

import math
from typing import Any

import pandas as pd
import streamlit as st

from dashboards import cache, claim_link, parts, settled, titles, words
from dashboards.controls import View
from pipelines.measure import Scope

COLUMNS = {
    "payer": "Payer",
    "procedure": "CPT/HCPCS",
    "root_cause": "Root cause",
    "count_before": "Lines before",
    "count": "Lines",
    "lower": "Usual from",
    "upper": "Usual to",
    "amount_before": "Dollars before",
    "amount": "Dollars",
    "amount_change": "Change",
    "q_value": "q-value",
    "is_signal": "More than noise",
}


def movers(view: View, whole: View | None = None, most: int = 5) -> None:
    """What changed most against the same months before; each leads to its lines.

    `whole` is the view with the months that this one leaves out, for the link.
    """
    with st.container(border=True, height="stretch", key="block-movers"):
        if view.before is None:
            parts.heading("Nothing to compare yet", "The data does not reach back over the same months before.")
            return
        frame = ordered(cache.movers(view.build, view.scope, view.before))
        labels = cache.labels(view.build, "root_cause", "root_cause")
        parts.heading(titles.movers(frame), _subtitle(frame, view.before))
        for place, row in enumerate(frame.head(most).itertuples(), start=1):
            _mover(place, row, labels.get(row.root_cause, words.named(row.root_cause)), view, whole or view)
        with st.container(horizontal=True):
            shown = frame[list(COLUMNS)].rename(columns=COLUMNS)
            parts.downloads("movers", shown, {"What": titles.movers(frame), "View": view.words})


def ordered(frame: pd.DataFrame) -> pd.DataFrame:
    """Signals first, then what lies furthest from its own history, then what cannot be judged, by dollars."""
    far = [0.0 if z is None else -abs(z) for z in frame["z"]]
    dollars = [-abs(amount) for amount in frame["amount_change"]]
    signal = [not is_signal for is_signal in frame["is_signal"]]
    keys = ["_signal", "_far", "_dollars"]
    sorted_frame = frame.assign(_signal=signal, _far=far, _dollars=dollars).sort_values(keys, kind="stable")
    return sorted_frame.drop(columns=keys).reset_index(drop=True)


def _mover(place: int, row: Any, cause: str, view: View, whole: View) -> None:
    """`1 Aetna · 20610 · no authorisation`, from how many lines to how many, what is usual, and the way there."""
    tone = "db-signal" if row.is_signal else "db-noise"
    name = f"<b>{place} {words.markup(row.payer)}</b> · {words.markup(row.procedure)} · {words.markup(cause)}"
    link = claim_link.address_of_lines(
        {**settled.filters(view, whole), "payer": [row.payer], "cpt": [row.procedure], "root_cause": [cause]}
    )
    told = f"Open the lines of {row.payer}, {row.procedure}, {cause}"
    st.html(
        f"<div class='db-mover {tone}'><span>{name}<br>{words.markup(moved_words(row))}</span>"
        f"<a class='db-link' href='{link}' target='_self' aria-label='{words.markup(told)}'>Open</a></div>"
    )


def moved_words(row: Any) -> str:
    """`4 → 17 lines, +$6,240 · usual 2 to 9`, and whether that is more than chance."""
    counts = f"{words.count(row.count_before)} → {words.counted(row.count, 'line')}"
    said = f"{counts}, {words.difference(row.amount_change, 'amount')}"
    if not row.is_judged:
        return f"{said} · no rate in both periods to judge it by"
    if row.upper is None:
        return f"{said} · too few to judge"
    usual = f"usual {math.ceil(row.lower)} to {math.floor(row.upper)}"  # the least and the most that lie within
    if row.is_signal:
        return f"{said} · {usual}"
    is_usual = row.lower <= row.count <= row.upper
    return f"{said} · {usual}, {'within noise' if is_usual else 'yet not clear of chance'}"


def _subtitle(frame: Any, before: Scope) -> str:
    looked_at = int(frame["looks"].max()) if len(frame) else 0
    looks = f"; {words.counted(looked_at, 'cell')} looked at, and corrected for that" if looked_at else ""
    span = words.period(before.date_from, before.date_to)
    return f"Denied lines by payer, procedure and root cause, against {span}{looks}"
