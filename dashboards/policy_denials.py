"""Denials held against the policy in force on their service date: on the list, or not."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from dashboards import cache, claim_link, parts, policy_data, policy_list, words
from dashboards.policy_data import VERDICTS
from pipelines.policy import Policy

MOST_ROWS = 200
ADVICE = {
    "on_list": "The diagnosis is on the payer's own list: appeal with the policy, and look for what else it wants.",
    "not_on_list": "Check whether the record supports a diagnosis that is on the list; if not, tell the patient first.",
    "no_diagnosis": "Load the claims sent (837): without them nobody knows the diagnosis of these lines.",
    "no_list": "Enter the payer's list of diagnoses, if it has one.",
}
STATES = {"denied_open": "open", "denied_final": "denied for good", "paid_after_denial": "paid after denial"}


def held(build: str | None, found: Sequence[Policy]) -> None:
    """How many denials fit each verdict, and those of the chosen one."""
    if build is None:
        parts.no_build()
        return
    with st.container(border=True):
        with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
            payer, code = policy_list.filters(build, found)
            frame = policy_data.held(build, payer, code)
            verdict = _verdict()
        if frame.empty:
            parts.heading("No denial has a policy in force on its service date")
            st.caption("Enter policies from the first service dates of your data on, then build.")
            return
        shown = frame[frame["verdict"] == verdict]
        amount = words.money(shown["denied_amount"].sum())
        lines = words.counted(len(shown), "line")
        parts.heading(f"{VERDICTS[verdict][1]}: {lines}, {amount} denied", ADVICE[verdict])
        st.caption(_counts(frame))
        _rows(build, shown)


def _verdict() -> str:
    chosen = st.segmented_control(
        "Verdict",
        list(VERDICTS),
        default="on_list",
        required=True,
        key="policy-verdict",
        bind="query-params",
        format_func=lambda key: VERDICTS[key][0],
    )
    return str(chosen or "on_list")


def _counts(frame: pd.DataFrame) -> str:
    """How many denials each verdict has, so that the chosen one is seen against the rest."""
    counts = frame["verdict"].value_counts()
    said = [f"{short.lower()} {words.count(counts.get(key, 0))}" for key, (short, _) in VERDICTS.items()]
    return f"Of {words.counted(len(frame), 'line')} under a policy: {', '.join(said)}."


def _rows(build: str, shown: pd.DataFrame) -> None:
    if shown.empty:
        st.caption("None.")
        return
    first = shown.head(MOST_ROWS)
    table = _named(build, shown)
    if len(shown) > MOST_ROWS:
        st.caption(f"The {MOST_ROWS} with the most dollars; the files have all {words.count(len(shown))}.")
    parts.table(
        table.head(MOST_ROWS),
        {"Service": "date", "Denied on": "date", "Denied": "money"},
        alt="Denials held against policies",
        key=f"policy-held-{len(shown)}",
        on_row=lambda row: claim_link.ask(str(first.iloc[row]["denial_id"]), "policies"),
    )
    with st.container(horizontal=True):
        parts.downloads("policy-denials", table, {"What": "Denials held against payer policies"})


def _named(build: str, frame: pd.DataFrame) -> pd.DataFrame:
    causes = cache.labels(build, "root_cause", "root_cause")
    reasons = cache.labels(build, "carc")
    pairs = zip(frame["group_code"], frame["carc"], strict=True)
    columns = {
        "Claim": frame["patient_control_number"],
        "Service": frame["service_date"],
        "Payer": frame["payer_key"],
        "CPT/HCPCS": frame["procedure_code"],
        "Denied": frame["denied_amount"],
        "Diagnoses": frame["diagnosis_codes"],
        "On the list": frame["listed_code"],
        "Also on the claim, and listed": frame["other_code"],
        "Policy": frame["reference"],
        "Authorisation": ["wanted, none given" if bare else None for bare in frame["is_authorisation_missing"]],
        "Reason": [words.code(group, carc, reasons.get(str(carc))) for group, carc in pairs],
        "Root cause": [causes.get(str(key), str(key)) for key in frame["root_cause"]],
        "State": [STATES.get(str(state), words.named(str(state))) for state in frame["state"]],
        "Denied on": frame["denial_date"],
    }
    return pd.DataFrame(columns, dtype="object")
