"""The matrix itself: the policies in force on a day by payer and procedure, and one of them in full."""

import datetime
from collections.abc import Sequence

import pandas as pd
import streamlit as st

from dashboards import parts, policy_data, policy_form, prose, words
from pipelines import policy_words
from pipelines.policy import Policy
from pipelines.policy_matrix import in_force, versions

DAY, PAYER, CPT, CHOSEN = "policy-day", "policy-payer", "policy-cpt", "policy"
EVERY = "All"
ADVICE = (
    "Enter one by hand under **Enter**, or drop your own matrix (CSV, Excel) or the export of the Medicare Coverage "
    "Database under **Import**. Denials are then held against the policy in force on their service date."
)
COLUMNS = {
    "payer": "Payer",
    "procedures": "CPT/HCPCS",
    "reference": "Reference",
    "effective_from": "In force from",
    "authorisation": "Authorisation",
    "covered_diagnoses": "Covered diagnoses",
    "prior_therapy": "Prior therapy",
    "imaging": "Imaging",
    "frequency_limit": "Frequency limit",
    "owner": "Owner",
    "audit_every_months": "Audit every (months)",
}


def answer(found: Sequence[Policy]) -> tuple[str, str]:
    """The page's sentence and what stands below it."""
    today = datetime.date.today()
    now = in_force(found, today)
    if not found:
        return "No payer policy is entered yet", "What payers want, by procedure: entered once, used everywhere."
    payers = len({policy.payer for policy in now})
    codes = len({code for policy in now for code in policy.procedures})
    said = f"{words.count(len(now))} {'policy' if len(now) == 1 else 'policies'} in force"
    where = f"{words.counted(payers, 'payer')}, {words.counted(codes, 'procedure')}"
    return f"{said}: {where}", "A denial is held against the version in force on its service date."


def filters(build: str | None, found: Sequence[Policy]) -> tuple[str, str]:
    """The payer and the procedure that are chosen, '' for all; both live in the URL."""
    payers = [EVERY, *policy_data.payers(build, found)]
    codes = [EVERY, *sorted({code for policy in found for code in policy.procedures})]
    payer = st.selectbox("Payer", payers, key=PAYER, bind="query-params", width=280)
    code = st.selectbox("CPT/HCPCS", codes, key=CPT, bind="query-params", width=150)
    return ("" if payer == EVERY else str(payer)), ("" if code == EVERY else str(code))


def matrix(build: str | None, found: Sequence[Policy]) -> None:
    """The policies in force on a day; a row that is picked is shown in full below."""
    if not found:
        parts.empty("Nothing in the matrix", ADVICE)
        return
    with st.container(border=True):
        with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
            payer, code = filters(build, found)
            day = (
                st.date_input("In force on", "today", key=DAY, bind="query-params", width=160, format="YYYY-MM-DD")
                or datetime.date.today()
            )
        shown = policy_data.on_page(in_force(found, day), payer, code)
        parts.heading(f"{words.count(len(shown))} in force on {words.day(day)}", "Pick a row to see it in full.")
        if not shown:
            st.caption("None for this payer, procedure and day.")
            return
        _grid(shown, day)
    chosen = st.query_params.get(CHOSEN, "")
    policy = next((one for one in shown if one.policy_id == chosen), None)
    if policy:
        _one(build, found, policy)


def _grid(shown: Sequence[Policy], day: datetime.date) -> None:
    frame = pd.DataFrame([_row(policy) for policy in shown], columns=list(COLUMNS.values()), dtype="object")
    parts.table(
        frame,
        {"In force from": "date", "Audit every (months)": "count"},
        alt="Policies in force",
        key=f"policy-grid-{len(shown)}",
        on_row=lambda row: _choose(shown[row].policy_id),
    )
    whole = pd.DataFrame([_whole(policy) for policy in shown], dtype="object")
    with st.container(horizontal=True):
        parts.downloads("policies", whole, {"What": f"Payer policies in force on {words.day(day)}"})


def _row(policy: Policy) -> list[object]:
    values: list[object] = []
    for field in COLUMNS:
        told = getattr(policy, field)
        if field in ("effective_from", "audit_every_months"):
            values.append(told)
        elif field == "frequency_limit":
            values.append(policy_words.limit(policy) or None)
        elif field == "authorisation":
            values.append(None if told == "unknown" else told)
        else:
            values.append(policy_words.value(field, told) or None)
    return values


def _whole(policy: Policy) -> dict[str, object]:
    """Every field, lists whole: what can be imported again."""
    told = {label: getattr(policy, field) for field, label in policy_words.LABELS.items()} | {"Id": policy.policy_id}
    return {name: "; ".join(value) if isinstance(value, tuple) else value for name, value in told.items()}


def _choose(policy_id: str) -> None:
    st.query_params[CHOSEN] = policy_id


def _one(build: str | None, found: Sequence[Policy], policy: Policy) -> None:
    """One policy in full, the versions before and after it, and the form that corrects or follows it."""
    with st.container(border=True, key="policy-one"):
        parts.heading(policy_words.title(policy), f"{policy.named}, {policy_words.in_force(policy)}")
        rows = [
            (label, policy_words.value(field, getattr(policy, field)))
            for field, label in policy_words.LABELS.items()
            if policy_words.value(field, getattr(policy, field)) not in ("", "unknown")
        ]
        prose.text_table(("Field", "What the payer wants"), rows, "The policy")
        entered = f"Entered by {policy.set_by}, {policy.set_at[:10]}" if policy.set_at else ""
        st.caption(words.plain(f"{entered}. Number {policy.policy_id}."))
        known = versions(found, policy.policy_id)
        if len(known) > 1:
            said = [(f"Version {one.version_no}", policy_words.in_force(one), policy_words.told(one)) for one in known]
            prose.text_table(("Version", "Holds", "What it says"), said, "Versions")
        with st.container(horizontal=True):
            for code in policy.procedures[:6]:
                st.page_link("dashboards/playbook.py", label=f"Playbook {code}", query_params={"cpt": code})
    with st.expander("Correct it, or enter the version that follows"):
        policy_form.form(build, found, policy)
