"""The code lists that we go by, with our own labels, and the day each list was as it is here."""

import functools

import pandas as pd
import streamlit as st

from dashboards import parts, prose, words
from pipelines import reference

SHOWN_ROWS = 2_000
LISTS = {  # table: (name, entry of list_date, columns and their names)
    "carc": (
        "CARC, adjustment reasons",
        "carc",
        {
            "code": "Code",
            "label": "Our label",
            "denial_scope": "Scope",
            "mn_tier": "Tier",
            "category": "Category",
            "root_cause": "Root cause by itself",
            "remedy": "Remedy",
            "status": "Status",
            "valid_to": "Last day",
        },
    ),
    "rarc": (
        "RARC, remarks",
        "rarc",
        {
            "code": "Code",
            "label": "Our label",
            "is_alert": "Alert",
            "mn_tier": "Tier",
            "category": "Category",
            "root_cause": "Root cause",
            "status": "Status",
            "valid_to": "Last day",
        },
    ),
    "root_cause": (
        "Root causes",
        "",
        {"label": "Root cause", "definition": "Meaning", "remedy": "Remedy", "owner": "Owner"},
    ),
    "category": (
        "Categories",
        "",
        {"label": "Category", "is_preventable": "Preventable", "owner": "Owner", "source": "Why"},
    ),
    "group_code": ("Group codes", "", {"code": "Code", "label": "Our label", "status": "Status"}),
    "claim_status": (
        "Claim status (CLP02)",
        "claim_status",
        {
            "code": "Code",
            "label": "Our label",
            "payer_sequence": "Turn",
            "is_pended": "Pended",
            "is_reversal": "Reversal",
        },
    ),
    "claim_filing": (
        "Kinds of plan (CLP06)",
        "claim_filing",
        {"code": "Code", "label": "Our label", "payer_class": "Class"},
    ),
    "place_of_service": ("Places of service", "place_of_service", {"code": "Code", "label": "Our label"}),
    "local_code": (
        "Practices' own letters",
        "",
        {"code": "Letters", "label": "Meaning", "category": "Category", "mn_tier": "Tier"},
    ),
    "payer_rules": (
        "Payer rules: days to file, correct and appeal",
        "",
        {
            "payer_name": "Payer",
            "payer_class": "Or class",
            "timely_filing_days": "First claim within",
            "corrected_claim_days": "Corrected within",
            "corrected_claim_from": "Counted from",
            "appeal_days": "Appeal within",
            "is_assumed": "Assumed",
            "valid_from": "From",
            "valid_to": "Until",
            "source": "Source",
            "note": "Note",
        },
    ),
    "payer_alias": (
        "Payer names joined",
        "payer_alias",
        {"pattern": "Name or id", "match_kind": "Matches by", "payer_name": "Shown as"},
    ),
}
LABELS_ARE_OURS = (
    "Labels are our own: the official texts are under copyright. A code in no list is shown as unknown, never guessed."
)
NOTES = {
    "payer_rules": "Days, by payer, else by class, else `*`. Your contracts win: edit data/reference/payer_rules.csv "
    "and build again. An assumed row was looked up in no contract."
}


def browser() -> None:
    """One list at a time, searched by code or word."""
    with st.container(border=True):
        with st.container(horizontal=True, vertical_alignment="bottom"):
            stem = st.selectbox(
                "List", list(LISTS), format_func=lambda key: LISTS[key][0], key="list", bind="query-params", width=280
            )
            needle = prose.search("code", "Such as 50, authorisation, diagnosis")
        name, dated, columns = LISTS[stem]
        rows = reference.rows(stem)
        found = [row for row in rows if prose.matches(needle, *(row[column] for column in columns))]
        parts.heading(f"{name}: {words.count(len(found))} of {words.count(len(rows))}", _list_date(dated))
        if not found:
            st.caption("Nothing in this list matches. Take a word away.")
            return
        table = pd.DataFrame([{shown: _said(row[key]) for key, shown in columns.items()} for row in found[:SHOWN_ROWS]])
        parts.table(table, alt=name)
        with st.container(horizontal=True, vertical_alignment="center"):
            parts.downloads(f"list-{stem}", table, {"What": name, "As of": _list_date(dated)})
            st.caption(NOTES.get(stem, LABELS_ARE_OURS))


def _list_date(entry: str) -> str:
    row = next((row for row in reference.rows("list_date") if row["list"] == entry), None)
    if row is None:
        return "Our own list."
    day = f"As of {row['list_date']}: " if row["list_date"] else ""
    return f"{day}{row['note'] or row['source']}"


def _said(value: str) -> str:
    known = {"true": "yes", "false": "", "not_determined": "not determined"} | _causes()
    return known.get(value, words.named(value) if "_" in value else value)


@functools.cache
def _causes() -> dict[str, str]:
    return {row["root_cause"]: row["label"] for row in reference.rows("root_cause")}
