"""What to do next about a denied line: what became of it, the remedy, who owns it, and the deadline if one is known."""

import datetime
from typing import Any

import pandas as pd
import streamlit as st

from dashboards import necessity, parts, words

GIVEN_UP = {"denied_final": "are denied for good", "written_off": "are written off"}
OVERTURNED_BY = {
    "payer": " by the payer itself",
    "resubmission": " after a resubmission",
    "appeal": " after an appeal",
}


def next_step(build: str, denial: Any, notes: pd.DataFrame, today: datetime.date | None) -> None:
    """The remedy of an open denial, or why there is nothing to do. A deadline is shown only where a log gives one."""
    known = necessity.causes(build)
    cause = known.loc[denial.root_cause] if denial.root_cause in known.index else None
    with st.container(border=True, height="stretch"):
        parts.heading(_title(denial), _became(denial))
        if cause is not None and denial.state not in ("paid_after_denial", *GIVEN_UP):
            st.html(
                f"<div class='db-remedy'><div>{words.markup(cause['remedy'])}</div>"
                f"<div class='db-remedy-owner'>Owner: {words.markup(cause['owner'])}</div></div>"
            )
        if denial.state == "denied_open":
            _deadline(notes, today)
        _follow_up(notes)


def _title(denial: Any) -> str:
    if denial.state == "paid_after_denial":
        return "Next: nothing, the denial was overturned"
    if denial.state == "pending":
        return "Next: wait for the new decision"
    if denial.state in GIVEN_UP:
        return f"Next: nothing, {words.cents(denial.denied_amount)} {GIVEN_UP[denial.state]}"
    return f"Next: {words.cents(denial.denied_amount)} to win back"


def _became(denial: Any) -> str:
    if denial.state == "paid_after_denial":
        by = OVERTURNED_BY.get(str(denial.overturned_by), "")
        return f"{words.cents(denial.recovered_amount)} was paid later{by}"
    if denial.state == "pending":
        return "The denial was taken back and nothing new decided"
    if denial.state in GIVEN_UP:
        return str(denial.state_reason).capitalize()
    if pd.notna(denial.days_to_resubmission):
        return f"Sent again after {words.days(denial.days_to_resubmission)}; no other decision since"
    if denial.submission_count:
        return "Not sent again since the denial, as far as the claim files say"
    return "Whether it was sent again is not known: there is no claim file (837) of it"


def _deadline(notes: pd.DataFrame, today: datetime.date | None) -> None:
    dates = sorted(day for day in notes.get("deadline_date", []) if isinstance(day, datetime.date))
    if not dates:
        st.caption("No deadline is known: neither remittance nor log gives one. The payer's contract or letter does.")
        return
    day = dates[-1]
    left = (day - (today or datetime.date.today())).days
    if left < 0:
        st.html(f"<div class='db-due db-late'>Deadline {words.day(day)}: {words.days(-left)} past</div>")
    else:
        st.html(f"<div class='db-due'>Deadline {words.day(day)}: {words.days(left)} left</div>")


def _follow_up(notes: pd.DataFrame) -> None:
    """Who works on it, by the practice's own log."""
    owners = list(dict.fromkeys(str(row.owner) for row in notes.itertuples() if row.owner))
    if owners:
        st.caption(f"Worked by, as the log says: {words.plain(words.listed(owners))}")
