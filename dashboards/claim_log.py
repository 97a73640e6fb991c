"""A denial that only a denial log knows: its row as written, and what each column was taken for."""

import datetime
from decimal import Decimal
from typing import Any

import pandas as pd
import streamlit as st

from dashboards import cache, claim_mask, claim_timeline, parts, words
from dashboards.claim_data import file_names
from dashboards.claim_next import next_step
from dashboards.claim_timeline import FIRST, Step
from dashboards.claim_why import why

CODES = ("carc", "rarc", "group_code", "code", "codes")


def log_claim(build: str, denial: Any) -> None:
    """The page of a log-only denial: steps, row and mapping, why, what next."""
    key = (denial.file_id, denial.row_no)
    rows = cache.query(build, "select * from log_entry where file_id = ? and row_no = ?", key)
    subject = str(denial.denial_id)
    name = file_names(build).get(str(denial.file_id), str(denial.file_id))
    number = denial.patient_control_number or f"row {denial.row_no}"
    parts.headline(
        f"{number} at {denial.payer_key}: {words.cents(denial.denied_amount)} denied, known only from a log",
        f"{name}, row {words.count(denial.row_no)}. No remittance covers this line, so there are no segments.",
    )
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        claim_mask.button(subject)
    last_day = claim_timeline.last_day(build)
    left, middle, right = st.columns([3, 5, 4])
    with left, st.container(border=True, height="stretch"):
        parts.heading("What happened", "As the log tells it; the days between.")
        steps = _steps(rows.iloc[0]) if len(rows) else []
        st.html(claim_timeline.markup(steps, denial.state == "denied_open", last_day))
    with middle:
        why(build, denial)
    with right:
        next_step(build, denial, rows)
    _row(build, denial, rows, subject)


def _steps(row: Any) -> list[Step]:
    """The steps that a log row alone tells."""
    level = f"level {row.appeal_level}, " if row.appeal_level else ""
    outcome = f"outcome: {row.appeal_outcome}" if row.appeal_outcome else "no outcome noted"
    found = [
        Step(row.service_date, FIRST, "Service"),
        Step(row.submission_date, 1, "Submitted", "by the log"),
        Step(row.last_bill_date, 3, "Billed again", "by the log"),
        Step(row.denial_date or row.adjudication_date, 4, "Denied", "by the log", "bad"),
        Step(row.appeal_date, 5, "Appealed", f"{level}{outcome} (log)"),
        Step(row.resolved_date, 6, "Closed", "by the log"),
        Step(row.deadline_date, 7, "Deadline", "for the next step (log)", "warn"),
    ]
    return sorted((step for step in found if step.date), key=lambda step: (step.date, step.order))


def _row(build: str, denial: Any, rows: pd.DataFrame, subject: str) -> None:
    with st.container(border=True):
        parts.heading(f"Row {words.count(denial.row_no)} of the log", "Each column, what it was taken for, and why.")
        if rows.empty:
            st.caption("The row is not in this build.")
        else:
            st.html(row_table(build, rows.iloc[0], subject))


def row_table(build: str, entry: pd.Series, subject: str) -> str:
    """A row of a log as a table: header, what it was taken for, value and why, column by column."""
    headers = cache.query(
        build,
        """select header, field, reason from log_header
        where file_id = ? and coalesce(sheet_name, '') = coalesce(?, '') order by column_no""",
        (entry["file_id"], entry["sheet_name"]),
    )
    rows = []
    for row in headers.itertuples():
        field = str(row.field or "")
        value = _codes(build, entry, field) if field in CODES else _said(field, entry.get(field), subject)
        taken = words.named(field) if field else "not used"
        rows.append(
            f"<tr><th scope='row'>{words.markup(row.header)}</th><td>{words.markup(taken)}</td>"
            f"<td>{words.markup(value)}</td><td><small>{words.markup(row.reason or '')}</small></td></tr>"
        )
    head = "".join(f"<th scope='col'>{name}</th>" for name in ("Column", "Taken for", "Value", "Because"))
    body = f"<thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody>"
    return f"<div class='db-scroll'><table class='db-lines'>{body}</table></div>"


def _codes(build: str, entry: pd.Series, field: str) -> str:
    """The codes of the row with our labels; of a column for one kind of code, that kind."""
    frame = cache.query(
        build,
        """select kind, group_code, code, label from log_reason
        where file_id = ? and row_no = ? order by kind, reason_no""",
        (entry["file_id"], entry["row_no"]),
    )
    kind = field.upper()
    if kind in ("CARC", "RARC"):
        frame = frame[frame["kind"] == kind]
    return "; ".join(words.code(row.group_code, row.code, row.label) for row in frame.itertuples()) or words.NONE


def _said(field: str, value: Any, subject: str) -> str:
    if field in claim_mask.LOG_FIELDS:
        return claim_mask.said(value, subject)
    if value is None or value is pd.NaT:
        return words.NONE
    if isinstance(value, datetime.date):
        return words.day(value)
    if isinstance(value, Decimal):
        return words.cents(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)
