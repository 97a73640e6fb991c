"""Why we think a line was denied: the rule, its evidence, how sure; all other evidence; and a person's own word."""

from typing import Any

import pandas as pd
import streamlit as st

from dashboards import cache, claim_data, deciding, necessity, parts, words
from pipelines.ledger import Event

SURE = {"high": "high confidence", "medium": "medium confidence", "low": "low confidence"}
NOTHING_FOUND = 60
KIND = "root_cause_override"


def why(build: str, denial: Any) -> None:
    """The cause with its reasons, and below it the form with which a person decides otherwise."""
    known = necessity.causes(build)
    found = claim_data.evidence(build, denial.denial_id)
    with st.container(border=True, height="stretch"):
        parts.heading(f"Why: {_label(known, denial.root_cause)}", _definition(known, denial.root_cause))
        st.html(_winner(build, denial, found))
        _others(known, found)
        _override(build, denial, known)


def _winner(build: str, denial: Any, found: pd.DataFrame) -> str:
    winner = found.iloc[0]
    said = [
        ("Reason", words.code(_given(denial.group_code), _given(denial.carc), _code_label(build, "carc", denial.carc))),
        ("Remark", words.code(None, _given(denial.rarc), _code_label(build, "rarc", denial.rarc))),
        ("Category", cache.labels(build, "category", "category").get(str(denial.category), str(denial.category))),
        ("Necessity tier", str(denial.mn_tier) or "none"),
        ("Decided by", f"{necessity.STAGES.get(int(winner['stage']), '')}, rule {winner['rule_id']}"),
        ("Evidence", _where(build, winner)),
        ("How sure", SURE.get(str(winner["confidence"]), str(winner["confidence"]))),
        ("Note", str(winner["note"] or "")),
    ]
    rows = "".join(f"<dt>{name}</dt><dd>{words.markup(text)}</dd>" for name, text in said if text)
    return f"<dl class='db-facts'>{rows}</dl>"


def _where(build: str, row: Any) -> str:
    """The evidence with its place: file, segment and byte, or row."""
    name = claim_data.file_names(build).get(str(row["file_id"]), "")
    if pd.notna(row["segment_no"]):
        place = f"segment {words.count(row['segment_no'])}, byte {words.count(row['byte_offset'])}"
        return f"{row['evidence']}: {name}, {place}"
    if pd.notna(row["row_no"]):
        return f"{row['evidence']}: {name}, row {words.count(row['row_no'])}"
    return f"{row['evidence']}: {name}"


def _others(known: pd.DataFrame, found: pd.DataFrame) -> None:
    others = found[(found["rank"].astype(int) > 1) & (found["stage"].astype(int) < NOTHING_FOUND)]
    if others.empty:
        st.caption("No other rule matched.")
        return
    items = "".join(
        f"<li><b>{words.markup(_label(known, row.root_cause))}</b> {words.markup(row.evidence)} "
        f"<small>{words.markup(necessity.STAGES.get(int(row.stage), ''))}, rule {words.markup(row.rule_id)}, "
        f"{words.markup(SURE.get(str(row.confidence), ''))}</small></li>"
        for row in others.itertuples()
    )
    st.html(f"<div class='db-sub'>Other evidence, by rank</div><ol class='db-others' start='2'>{items}</ol>")


def _override(build: str, denial: Any, known: pd.DataFrame) -> None:
    standing = deciding.standing(KIND).get(str(denial.denial_id))
    is_built = bool(denial.is_overridden)
    if standing and not (is_built and standing.body["root_cause"] == denial.root_cause):
        deciding.waiting(f"Set to {_label(known, standing.body['root_cause'])} by {standing.who}")
    elif is_built and not standing:
        deciding.waiting("The decision made by hand was taken back")
    with st.expander("Decide otherwise", key=f"override-{denial.denial_id}"):
        _form(denial, known, standing)


def _form(denial: Any, known: pd.DataFrame, standing: Event | None) -> None:
    keys = [str(key) for key in known.index]
    current = standing.body["root_cause"] if standing else denial.root_cause
    with st.form(f"form-{denial.denial_id}", border=False):
        cause = st.selectbox(
            "Root cause",
            keys,
            index=keys.index(current) if current in keys else None,
            format_func=lambda key: _label(known, key),
        )
        note = st.text_input("Why", placeholder="What in the record or letter says so", max_chars=500)
        who = deciding.who_asks("Who decides")
        if st.form_submit_button("Record the decision") and cause:
            deciding.record_and_show(KIND, denial.denial_id, {"root_cause": cause, "note": note}, who)
    if standing and st.button("Take the decision back", key="take-back"):
        deciding.record_and_show(KIND, denial.denial_id, {})


def _label(known: pd.DataFrame, key: Any) -> str:
    return str(known.at[key, "label"]) if key in known.index else words.named(str(key))


def _definition(known: pd.DataFrame, key: Any) -> str:
    return str(known.at[key, "definition"]) if key in known.index else ""


def _given(code: Any) -> str | None:
    return None if code in (None, "(not given)") else str(code)


def _code_label(build: str, table: str, code: Any) -> str | None:
    return cache.labels(build, table).get(str(code)) if _given(code) else None
