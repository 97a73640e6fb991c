"""Every KPI: what it is, how it is computed, what it leaves out, whose definition it is, and its target."""

import streamlit as st

from dashboards import parts, prose
from dashboards.targets import Aim, aims
from pipelines.kpis import DIMENSIONS, KPIS, Kpi

UNITS = {"share": "share", "amount": "dollars", "count": "count", "days": "days (median)"}
NAMES = ("Name", "Key", "Definition", "Numerator", "Denominator", "Table", "Left out", "Source", "Target")


def browser() -> None:
    """A search box, the KPIs that match, what they can be parted by, and the list to take away."""
    known = aims()
    needle = prose.search("kpi", "Such as rate, necessity, days")
    found = [kpi for kpi in KPIS.values() if prose.matches(needle, *_row(kpi, known))]
    if not found:
        parts.empty("No number is called so", "Take a word away, or look among the words and the codes above.")
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(f"{len(found)} of {len(KPIS)} numbers", width="content")
        table = prose.frame((_row(kpi, known) for kpi in found), NAMES)
        parts.downloads("definitions", table, {"What": "Definitions of the KPIs"})
    prose.facts(_entry(kpi, known.get(kpi.name)) for kpi in found)
    _dimensions()


def _entry(kpi: Kpi, aim: Aim | None) -> tuple[str, str, list[tuple[str, str]]]:
    told = [
        ("Formula", _formula(kpi)),
        ("Left out", kpi.exclusions),
        ("Source", kpi.source),
        ("Target", aim.sentence if aim else ""),
        ("Key", f"{kpi.name}; {UNITS[kpi.unit]}{f', {kpi.better} is better' if kpi.better else ''}"),
    ]
    return kpi.label, kpi.definition, told


def _formula(kpi: Kpi) -> str:
    numerator = _plain(kpi.numerator)
    if kpi.lag_kind:
        return f"median of the days, each weighted by {_plain(kpi.denominator or '')} of {kpi.fact}"
    if kpi.denominator is None:
        return f"sum of {numerator} of {kpi.fact}"
    return f"{numerator} ÷ {_plain(kpi.denominator)} of {kpi.fact}"


def _plain(column: str) -> str:
    return column.replace("{scope}", "core|broad")


def _row(kpi: Kpi, known: dict[str, Aim]) -> tuple[str, ...]:
    aim = known.get(kpi.name)
    return (
        kpi.label,
        kpi.name,
        kpi.definition,
        _plain(kpi.numerator),
        _plain(kpi.denominator or ""),
        kpi.fact,
        kpi.exclusions,
        kpi.source,
        aim.sentence if aim else "",
    )


def _dimensions() -> None:
    with st.container(border=True):
        parts.heading(
            "What they can be parted by",
            "By a reason only what was denied is parted; what was adjudicated stays whole.",
        )
        rows = [(one.label, "reason" if one.is_reason else "", one.definition) for one in DIMENSIONS.values()]
        prose.text_table(("Dimension", "Kind", "Meaning"), rows, "Dimensions")
