"""What to do next about a denied line: where it stands and why, the remedy, who owns it, and until when."""

import datetime
from collections.abc import Iterator
from typing import Any

import pandas as pd
import streamlit as st

from dashboards import cache, necessity, parts, words
from dashboards.claim_closing import closing

NOTHING_MORE = {
    "paid_after_denial": "Next: nothing, the denial was overturned",
    "written_off": "Next: nothing, it was written off",
    "denied_final": "Next: nothing, it is denied for good",
    "patient": "Next: bill the patient",
    "pending": "Next: wait for the new decision",
}
LIMITS = {  # column of the table deadline: what has to be done by then
    "log_deadline_date": "By your log",
    "refile_deadline_date": "Corrected claim",
    "appeal_deadline_date": "Appeal",
}
DEADLINE = """
    select found.*, rules.source, rules.note from deadline as found
    left join ref_payer_rules as rules on rules.rule_id = found.payer_rule_id where found.denial_id = ?
"""


def next_step(build: str, denial: Any, notes: pd.DataFrame) -> None:
    """The remedy of an open denial with its deadlines, or why there is nothing to do; and a person's own word."""
    known = necessity.causes(build)
    cause = known.loc[denial.root_cause] if denial.root_cause in known.index else None
    with st.container(border=True, height="stretch"):
        parts.heading(_title(denial), _became(denial))
        if cause is not None and denial.state not in NOTHING_MORE:
            st.html(
                f"<div class='db-remedy'><div>{words.markup(cause['remedy'])}</div>"
                f"<div class='db-remedy-owner'>Owner: {words.markup(cause['owner'])}</div></div>"
            )
        if denial.state not in NOTHING_MORE:
            _deadlines(cache.query(build, DEADLINE, (str(denial.denial_id),)))
        _follow_up(notes)
        closing(build, denial)


def _title(denial: Any) -> str:
    if denial.state in NOTHING_MORE:
        return NOTHING_MORE[str(denial.state)]
    if denial.is_appeal_open:
        return f"Next: wait for the answer to the appeal, {words.cents(denial.denied_amount)}"
    if denial.is_awaiting_answer:
        return f"Next: wait for the answer, {words.cents(denial.denied_amount)} was sent again"
    return f"Next: {words.cents(denial.denied_amount)} to win back"


def _became(denial: Any) -> str:
    """Where the line stands and why, and what came of it in dollars."""
    told = str(denial.state_reason or "")
    if denial.state == "paid_after_denial":
        by = {
            "payer": " by the payer itself",
            "resubmission": " after a resubmission",
            "appeal": " after an appeal",
        }.get(str(denial.overturned_by), "")
        return f"{words.cents(denial.recovered_amount)} was paid later{by}"
    if denial.state == "pending":
        return _both("The denial was taken back and nothing new decided", told)
    if pd.notna(denial.days_to_resubmission):
        return _both(f"Sent again after {words.days(denial.days_to_resubmission)}", told.removeprefix("sent again, "))
    return _both("", told) or "Whether it was sent again is not known: there is no claim file (837) of it"


def _both(first: str, second: str) -> str:
    return ". ".join(filter(None, (first, f"{second[:1].upper()}{second[1:]}")))


def _deadlines(found: pd.DataFrame) -> None:
    rows = list(_limits(found))
    if not rows:
        st.caption("No deadline is known: neither a payer's rule nor your log gives one. The contract or letter does.")
        return
    st.html(f"<div class='db-dues'>{''.join(rows)}</div>")
    limit = found.iloc[0]
    if limit["deadline_kind"] == "log":
        return
    assumed = "assumed: put what your contract says into data/reference/payer_rules.csv" if limit["is_assumed"] else ""
    said = ", ".join(filter(None, (f"Days by rule {limit['payer_rule_id']} ({limit['source']})", assumed)))
    st.caption(words.plain(said))


def _limits(found: pd.DataFrame) -> Iterator[str]:
    """Each deadline with the days left, the one that counts in bold."""
    for _, limit in found.iterrows():
        if limit["deadline_date"] is None:
            return
        today = limit["deadline_date"] - datetime.timedelta(days=int(limit["days_left"]))
        for column, what in LIMITS.items():
            if isinstance(limit[column], datetime.date):
                yield _due(what, limit[column], today, limit[column] == limit["deadline_date"])


def _due(what: str, day: datetime.date, today: datetime.date, is_next: bool) -> str:
    left = (day - today).days
    said = f"{words.days(-left)} past" if left < 0 else f"{words.days(left)} left"
    css = " db-late" if left < 0 else "" if is_next else " db-later"
    return f"<div class='db-due{css}'>{words.markup(what)} by {words.day(day)}: {said}</div>"


def _follow_up(notes: pd.DataFrame) -> None:
    """Who works on it, by the practice's own log."""
    owners = list(dict.fromkeys(str(row.owner) for row in notes.itertuples() if row.owner))
    if owners:
        st.caption(f"Worked by, as the log says: {words.plain(words.listed(owners))}")
