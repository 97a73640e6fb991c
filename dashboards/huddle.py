"""Huddle: the quarter's meeting on the screen, step by step, and everything it hands out and writes down."""

import streamlit as st

from dashboards import (
    cache,
    huddle_audit,
    huddle_data,
    huddle_decide,
    huddle_decisions,
    huddle_files,
    huddle_moves,
    huddle_stand,
    huddle_survey,
    huddle_why,
    huddle_worked,
    parts,
    words,
)
from pipelines.huddle.pack import Pack


def _asked(build: str, found: Pack) -> None:
    huddle_survey.block(found)
    huddle_audit.block(found)


STEPS = {  # 45 minutes in this order; what is prepared before and handed out after stands last
    "Where we stand": (huddle_stand.show, 5),
    "Why": (huddle_why.show, 15),
    "What changed": (huddle_moves.show, 5),
    "Did it work": (huddle_worked.show, 10),
    "Decide": (huddle_decide.show, 10),
    "Hand out": (huddle_files.show, 0),
    "Survey and audit": (_asked, 0),
}
OF_NUMBERS = ("Where we stand", "Why", "What changed")  # steps with nothing to say without data
SMALL = "On this screen, for the practice itself, counts are whole; files withhold those under {minimum}."


def page() -> None:
    """The quarter, its answer, and one step of the meeting at a time; quarter and step are in the URL."""
    build = cache.build()
    if build is None:
        parts.headline("The quarterly huddle wants numbers first")
        parts.no_build()
        return
    head = st.empty()
    quarter, step = _chosen(build)
    with head.container():  # so that nothing jumps while the quarter is put together
        parts.headline(f"The huddle of {quarter}", SMALL.format(minimum=huddle_files.minimum()))
    found = huddle_data.shown(build, quarter)
    with head.container():
        parts.headline(found.headline, " ".join([*found.basis, SMALL.format(minimum=huddle_files.minimum())]))
    huddle_decisions.told()
    if found.period.is_empty:
        _nothing(build, found)
    if not (found.period.is_empty and step in OF_NUMBERS):
        STEPS[step][0](build, found)


def _chosen(build: str) -> tuple[str, str]:
    """The quarter and the step that the URL says, else the last quarter that is over and the first step."""
    asked = st.query_params.get(huddle_data.QUARTER, "")
    known = huddle_data.quarters(build, asked)
    if asked and not huddle_data.is_quarter(asked):
        st.warning(f"{words.plain(asked)} is not a quarter; one is written as 2026Q3.")
    usual = huddle_data.usual_quarter(build)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        quarter = st.selectbox(
            "Quarter",
            known,
            index=known.index(usual) if usual in known else 0,
            key=huddle_data.QUARTER,
            bind="query-params",
            width=130,
        )
        step = st.segmented_control(
            "The meeting, step by step",
            list(STEPS),
            default=next(iter(STEPS)),
            required=True,
            key="step",
            bind="query-params",
            help=f"45 minutes: {_minutes()}. The rest is for before and after.",
        )
    return str(quarter or usual), str(step or next(iter(STEPS)))


def _minutes() -> str:
    return ", ".join(f"{step} {minutes}" for step, (_, minutes) in STEPS.items() if minutes)


def _nothing(build: str, found: Pack) -> None:
    """No payer's decision of this quarter is here; what people decided is shown all the same."""
    days = huddle_data.span(build)
    reach = f"They reach from {words.day(days[0])} to {words.day(days[1])}." if days else ""
    parts.empty(
        f"The data do not reach {found.period.words}",
        f"{reach} Choose another quarter, or load newer remittances.",
        {"Go to Import": "dashboards/import_page.py"},
    )


page()
