"""Hand out: the pack on paper, as workbook and as slides; the month's letter and note. Each is made when clicked."""

import datetime
from collections.abc import Callable

import streamlit as st

from dashboards import access, huddle_data, parts, takeaways, words
from pipelines.huddle.pack import SMALL, Pack
from pipelines.register import setting

PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
PACK = {".pdf": ("Pack, PDF", "application/pdf"), ".xlsx": ("Workbook", parts.XLSX), ".pptx": ("Slides", PPTX)}
MONTHLY = {".html": ("HTML", "text/html"), ".pdf": ("PDF", "application/pdf")}
DOCUMENTS = {
    "letter": ("Letter", "The month in numbers, for leadership: two minutes to read."),
    "note": ("Did you know?", "The month's commonest avoidable denial and what to write instead, for clinicians."),
}
LIFT = "For internal use: show small counts, whole diagnosis codes and dollars of samples"
HELD = (
    "Files withhold counts from 1 to {most}, and what would give them away; the screen shows them. "
    "No name, no member number, no day of a claim is in any file."
)
LIFTED = "These files show small counts: they must not leave the practice. Each says so on every page."


def show(build: str, found: Pack) -> None:
    """The switch for the small numbers, then the pack, then what goes round every month."""
    is_internal = _switch()
    with st.container(border=True):
        parts.heading(
            f"The pack of {found.period.name}", "Print-ready pages; a sheet per table with true numbers; slides"
        )
        with st.container(horizontal=True, gap="small"):
            for ending, (label, kind) in PACK.items():
                name = f"huddle_{found.period.name}{_mark(is_internal)}{ending}"
                _button(label, _pack(build, found.period.name, ending, is_internal), name, kind, f"pack{ending}")
    _monthly(build, is_internal)


def _switch() -> bool:
    is_internal = st.toggle(LIFT, key="huddle-internal")
    st.caption(LIFTED if is_internal else HELD.format(most=minimum() - 1))
    return bool(is_internal)


def minimum() -> int:
    """The least count that may leave the practice, as the practice set it."""
    return int(setting(access.ledger(), SMALL).value)


def _monthly(build: str, is_internal: bool) -> None:
    known = huddle_data.months(build)
    with st.container(border=True):
        parts.heading("Every month", "The letter and the note: HTML for a mail, PDF for the wall")
        if not known:
            st.caption("The data say no month yet.")
            return
        month = st.selectbox(
            "Month",
            known,
            known.index(huddle_data.usual_month(build, known)),
            key="huddle-month",
            bind="query-params",
            format_func=_month,
            width=160,
        )
        for what, (title, sentence) in DOCUMENTS.items():
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                for ending, (label, kind) in MONTHLY.items():
                    name = f"{what}_{month}{_mark(is_internal)}{ending}"
                    make = _document(build, what, str(month), ending, is_internal)
                    _button(f"{title} {label}", make, name, kind, f"{what}{ending}")
                st.caption(sentence)


def _button(label: str, make: Callable[[], bytes], name: str, kind: str, key: str) -> None:
    look: takeaways.Look = "primary" if key == "pack.pdf" else "secondary"
    takeaways.button(label, make, name, kind, f"huddle-{key.replace('.', '-')}", look)


def _pack(build: str, quarter: str, ending: str, is_internal: bool) -> Callable[[], bytes]:
    return lambda: huddle_data.pack_file(build, quarter, ending, is_internal)


def _document(build: str, what: str, month: str, ending: str, is_internal: bool) -> Callable[[], bytes]:
    return lambda: huddle_data.month_file(build, what, month, ending, is_internal)


def _mark(is_internal: bool) -> str:
    return "_internal" if is_internal else ""


def _month(one: str) -> str:
    return words.month(datetime.date.fromisoformat(f"{one}-01"))
