"""Targets that people set, and the published figures to hold them against.

A target that is typed here is an event of the ledger and counts on every page from the next look on. An emptied cell
takes the word back: the project's own goal stands again.
"""

import dataclasses
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pandas as pd
import streamlit as st

from dashboards import access, parts, prose, words
from pipelines import reference
from pipelines.kpis import KPIS
from pipelines.ledger import Event
from pipelines.store import Store

KEY = "target-editor"
WANTED = {
    "below": "below",
    "at_most": "at most",
    "at_least": "at least",
    "change_from_baseline": "change from the first year",
}
LABELS = {"clinician_satisfaction": "Clinician satisfaction", "critical_audit_findings": "Critical audit findings"}
UNITS = {"days_to_resubmission": "days", "critical_audit_findings": "findings"}


@dataclasses.dataclass(frozen=True)
class Aim:
    """One target as it stands."""

    kpi: str
    label: str
    direction: str
    value: Decimal  # in the KPI's own unit: 0.05 for 5 %
    note: str
    source: str
    event: Event | None  # who set it; None for the project's own

    @property
    def unit(self) -> str:
        """What the number is shown in."""
        return UNITS.get(self.kpi, "%")

    @property
    def shown(self) -> float:
        """The number as people type it: 5 for 5 %."""
        return float(self.value * 100 if self.unit == "%" else self.value)

    @property
    def sentence(self) -> str:
        """`below 5 %`."""
        number = f"{self.shown:g}{words.SPACE}{self.unit}"
        if self.direction == "change_from_baseline":
            return f"{self.shown:+g}{words.SPACE}% against the first year"
        return f"{WANTED[self.direction]} {number}"


def aims() -> dict[str, Aim]:
    """Every target by KPI: the reference table's, or what people set since."""
    events = {event.subject: event for event in access.ledger().current("target_set")}
    return {row["kpi"]: _aim(row, events.get(row["kpi"])) for row in reference.rows("target")}


def _aim(row: dict[str, str], event: Event | None) -> Aim:
    kpi = row["kpi"]
    label = KPIS[kpi].label if kpi in KPIS else LABELS.get(kpi, words.named(kpi).capitalize())
    value = Decimal(str(event.body["target"])) if event else Decimal(row["target"])
    return Aim(kpi, label, row["direction"], value, row["note"], row["source"], event)


def editor() -> None:
    """The targets, of which the number can be typed over."""
    known = list(aims().values())
    turn = st.session_state.get("target-turn", 0)  # a new table after each edit, so that it shows what was written
    with st.container(border=True):
        parts.heading(
            "What we want to reach",
            "Type over a number; it counts on every page at once, with your name and the date in the ledger. "
            "Empty the cell to go back to the project's own goal.",
        )
        key = f"{KEY}-{turn}"
        st.data_editor(
            _frame(known),
            column_config=_columns(),
            disabled=["Number", "Wanted", "Unit", "Set by", "Note", "Source"],
            hide_index=True,
            key=key,
            alt="Targets",
        )
        if edits := st.session_state[key]["edited_rows"]:
            _take(edits, known)
        if problem := st.session_state.pop("target-problem", ""):
            st.error(problem)


def _frame(known: list[Aim]) -> pd.DataFrame:
    columns: dict[str, list[Any]] = {
        "Number": [aim.label for aim in known],
        "Wanted": [WANTED[aim.direction] for aim in known],
        "Target": [aim.shown for aim in known],
        "Unit": [aim.unit for aim in known],
        "Set by": [_set_by(aim.event) for aim in known],
        "Note": [aim.note for aim in known],
        "Source": [aim.source for aim in known],
    }
    return pd.DataFrame(columns)


def _columns() -> dict[str, Any]:
    return {
        "Number": st.column_config.TextColumn(pinned=True),
        "Target": st.column_config.NumberColumn(format="%g", step=0.1, help="Click twice to change it."),
        "Note": st.column_config.TextColumn(width="large"),
        "Source": st.column_config.TextColumn(width="medium"),
    }


def _set_by(event: Event | None) -> str:
    return f"{event.who}, {event.at[:10]}" if event else "project"


def _take(edits: Mapping[int, Mapping[str, Any]], known: list[Aim]) -> None:
    """What was typed is in the ledger, or the page says why not; either way the table is drawn anew."""
    for row, cells in edits.items():
        if "Target" in cells:
            st.session_state["target-problem"] = _set(known[int(row)], cells["Target"])
    st.session_state["target-turn"] = st.session_state.get("target-turn", 0) + 1
    st.rerun()


def _set(aim: Aim, typed: float | None) -> str:
    """'' when the target stands; else what is wrong with it."""
    store = Store()
    if typed is None:
        if aim.event:
            access.ledger().append("target_set", aim.kpi, {})
        return ""
    low, high = (-100, 100) if aim.unit == "%" else (0, 10_000)
    if not low <= typed <= high or (typed < 0 and aim.direction != "change_from_baseline"):
        return f"{aim.label}: {typed:g} cannot be reached. It stays {aim.sentence}."
    value = Decimal(str(typed)) / (100 if aim.unit == "%" else 1)
    store.prepare()
    access.ledger().append("target_set", aim.kpi, {"target": f"{value.normalize():f}"})
    return ""


def published() -> None:
    """What others published, each with what it counts: most are of hospitals and of dollars, not of practices."""
    rows = [_published(row) for row in reference.rows("benchmark")]
    with st.container(border=True):
        parts.heading(
            "Published figures, and what they count",
            "Few are comparable with a practice's rate by claims: read the basis before the number.",
        )
        needle = prose.search("figure", "Such as Medicare, overturned, cost")
        found = [row for row in rows if prose.matches(needle, *row)]
        if not found:
            st.caption("No published figure matches.")
            return
        parts.downloads(
            "published", prose.frame(found, ("Figure", "Basis", "Source", "Value")), {"What": "Published figures"}
        )
        prose.text_table(("Figure", "Basis", "Source", "Value"), found, "Published figures", numbers=1)


def _published(row: dict[str, str]) -> tuple[str, str, str, str]:
    value = Decimal(row["value"])
    shown = words.cents(value) if row["unit"] == "dollars" else words.rate(value)
    figure = words.named(row["figure"]).capitalize().replace("medica", "Medica").replace("Medicare a", "Medicare A")
    return figure, row["basis"], row["source"], shown
