"""The fields of a documentation change, as asked on the page; `asked` gives them under the names of the register."""

import datetime
import functools
from typing import Any

import streamlit as st

from dashboards import cache, change_data, words
from pipelines.kpis import KPIS
from pipelines.ledger_kinds import CHANGE_TYPES
from pipelines.register import Change

SCOPES = {
    "payers": ("Payers", "payer"),
    "procedures": ("Procedures", "procedure"),
    "providers": ("Providers", "provider"),
    "places": ("Places of service", "place_of_service"),
}
COLUMN = 280  # pixels: what a longest option needs
COMPARISONS = {
    "other_providers": "other providers, same procedures and payers",
    "other_procedures": "other procedures, same providers and payers",
    "chosen": "chosen below",
    "none": "nothing: before and after alone",
}
HELP = {
    "comparison": "Lines that the change does not touch but everything else does. Without them nobody can say how much "
    "of a fall is the change.",
    "wash_in_weeks": "Weeks after go-live that count neither as before nor as after, while people get used to it.",
    "kpi": "What it is to lower, as a share of the lines answered for the first time.",
    "spike": "If a bad stretch set the change off, name its months: they are kept out of the baseline, because what is "
    "unusually high falls back by itself.",
    "treated": "Whose lines are worked the new way. At least one of the four; an empty one means all.",
}


def asked(build: str | None, change: Change | None, name: str) -> dict[str, Any]:
    """What was typed, name by name; None or '' where nothing was."""
    told: dict[str, Any] = {}
    with st.grid(3, min_column_width=COLUMN):
        with st.container():
            st.caption("What")
            told |= _what(change, name)
        with st.container():
            st.caption("For whom", help=HELP["treated"])
            told |= _scope(build, change, name, "")
        with st.container():
            st.caption("Aimed at, compared with")
            told |= _aim(build, change, name)
    more = st.expander("Compared with lines of your own choice, and the months that set it off")
    with more, st.grid(2, min_column_width=COLUMN):
        with st.container():
            told |= _scope(build, change, name, "comparison_")
        with st.container():
            told |= _spike(change, name)
    return told


def _what(change: Change | None, name: str) -> dict[str, Any]:
    told: dict[str, Any] = {
        "title": _text("Title", "title", change, name, "Checklist for lumbar MRI", 120),
        "what": st.selectbox(
            "What changed", CHANGE_TYPES, CHANGE_TYPES.index(change.what if change else "template"), key=f"what-{name}"
        ),
        "go_live": st.date_input(
            "Go-live", change.go_live if change else None, format="YYYY-MM-DD", key=f"go-live-{name}"
        ),
        "owner": _text("Owner", "owner", change, name, "Dr. A. Sample", 120),
        "description": str(
            st.text_area("What is done differently", change.description if change else "", key=f"description-{name}")
            or ""
        ),
    }
    return told


def _scope(build: str | None, change: Change | None, name: str, prefix: str) -> dict[str, Any]:
    """The four scopes of the treated lines or, with the prefix, of the comparison."""
    told = {}
    for field, (label, dimension) in SCOPES.items():
        known = list(getattr(change, f"{prefix}{field}")) if change else []
        options = list(dict.fromkeys([*known, *(cache.choices(build, dimension) if build else ())]))
        places = cache.labels(build, "place_of_service") if build and field == "places" else {}
        picked = st.multiselect(
            f"{label} compared" if prefix else label,
            options,
            known,
            key=f"{prefix}{field}-{name}",
            format_func=functools.partial(words.with_label, labels=places),
            placeholder="All",
            accept_new_options=True,
        )
        told[f"{prefix}{field}"] = tuple(picked)
    return told


def _aim(build: str | None, change: Change | None, name: str) -> dict[str, Any]:
    kpis, comparisons = change_data.kpis(), list(COMPARISONS)
    causes = cache.labels(build, "root_cause", "root_cause") if build else {}
    cause = change.root_cause if change else ""
    told: dict[str, Any] = {
        "kpi": st.selectbox(
            "Number that it is to lower",
            kpis,
            kpis.index(change.kpi) if change and change.kpi in kpis else 0,
            format_func=lambda one: KPIS[one].label,
            help=HELP["kpi"],
            key=f"kpi-{name}",
        ),
        "root_cause": st.selectbox(
            "Of that only one root cause",
            ["", *causes],
            ["", *causes].index(cause) if cause in causes else 0,
            format_func=lambda one: causes.get(one, "all of them"),
            key=f"root-cause-{name}",
        ),
        "checklist_item": _text("Line of the checklist", "checklist_item", change, name, "", 500),
        "comparison": st.selectbox(
            "Compared with",
            comparisons,
            comparisons.index(change.comparison) if change else 0,
            format_func=COMPARISONS.__getitem__,
            help=HELP["comparison"],
            key=f"comparison-{name}",
        ),
    }
    return told | _cost(change, name)


def _cost(change: Change | None, name: str) -> dict[str, Any]:
    left, right = st.columns(2)
    with left:
        cost = st.number_input(
            "Cost, dollars",
            0.0,
            1e8,
            float(change.cost_amount) if change else 0.0,
            50.0,
            format="%.2f",
            key=f"cost-{name}",
            help="Up to $100,000,000; while a field is red, the buttons below do nothing.",
        )
        weeks = st.number_input(
            "Wash-in, weeks",
            0,
            52,
            change.wash_in_weeks if change else 4,
            help=HELP["wash_in_weeks"],
            key=f"wash-in-{name}",
        )
    with right:
        minutes = st.number_input(
            "Clinician minutes, in all",
            0,
            10_000_000,
            change.clinician_minutes if change else 0,
            30,
            key=f"minutes-{name}",
        )
        policy = _text("Policy it answers", "policy_reference", change, name, "L12345", 500)
    numbers = {"cost_amount": cost, "wash_in_weeks": int(weeks), "clinician_minutes": int(minutes)}
    return numbers | {"policy_reference": policy}


def _spike(change: Change | None, name: str) -> dict[str, Any]:
    """First and last month of what set the change off; any day of a month stands for it."""
    found = {}
    for field, label in (("spike_from", "First month of the spike"), ("spike_to", "Last month of the spike")):
        day = st.date_input(
            label,
            getattr(change, field) if change else None,
            format="YYYY-MM-DD",
            help=HELP["spike"],
            key=f"{field}-{name}",
        )
        found[field] = day.replace(day=1) if isinstance(day, datetime.date) else None
    return found


def _text(label: str, field: str, change: Change | None, name: str, placeholder: str, longest: int) -> str:
    """What was typed for a field, without blanks around it."""
    known = str(getattr(change, field)) if change else ""
    typed = st.text_input(label, known, key=f"{field}-{name}", placeholder=placeholder, max_chars=longest)
    return str(typed or "").strip()
