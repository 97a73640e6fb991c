"""Policies from a file: a matrix kept in a spreadsheet, or coverage articles; seen first, written on a click."""

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import streamlit as st

from dashboards import access, deciding, parts, policy_data, prose, words
from dashboards.uploads import expect
from pipelines import policy_import, policy_mcd, policy_payers, policy_table, policy_words
from pipelines.access import Right
from pipelines.errors import DenialboardError
from pipelines.policy import Policy
from pipelines.policy_import import Step
from pipelines.store import Store

TURN, DONE = "policy-turn", "policy-imported"
MOST_ROWS = 100
HEAD = ("Where", "What happens", "Payer", "CPT/HCPCS", "Holds", "Diagnoses", "Changed")
LARGEST = 100  # megabytes: the whole export of all Medicare articles has 30
ADVICE = (
    "**A spreadsheet** (CSV, Excel, ODS): a row per payer and procedure, with columns such as Payer, CPT, Effective "
    "from, Covered diagnoses, Prior therapy, Imaging window, Prior auth, Frequency limit, Policy, Owner, Checklist.\n\n"
    "**Coverage articles of CMS**: the zip of the CSV export of the Medicare Coverage Database (current articles), "
    "as downloaded. Choose the articles and the payer afterwards. Nothing is written before you say so."
)


def take(build: str | None, found: Sequence[Policy]) -> None:
    """A place to drop a file, what it would do to the matrix, and the button that does it."""
    with st.container(border=True):
        parts.heading("Bring in a matrix or coverage articles", "What is here already is not written again.")
        if said := st.session_state.pop(DONE, ""):
            st.success(words.plain(said))
        expect(Right.WORK)
        upload = st.file_uploader(
            "CSV, XLSX, ODS, or the zip of the export",
            type=["csv", "tsv", "xlsx", "xls", "ods", "zip"],
            key=f"policy-file-{st.session_state.get(TURN, 0)}",
            max_upload_size=LARGEST,
        )
        if upload is None:
            st.markdown(ADVICE)
            return
        try:
            steps = _steps(build, found, upload)
        except DenialboardError as problem:
            st.error(words.refusal(problem))
            return
        if steps is not None:
            _preview(steps)


def _steps(build: str | None, found: Sequence[Policy], upload: Any) -> list[Step] | None:
    """What the file would do; None while there is still something to choose."""
    shown_as = policy_payers.shown_as(policy_data.spellings(build))
    if upload.name.lower().endswith(".zip"):
        told = _articles(build, found, upload, shown_as)
    else:
        table = policy_table.read_table(upload.getvalue(), upload.name, shown_as)
        _refused(table)
        told = [(f"row {row_no}", policy) for row_no, policy in table.policies]
    return None if told is None else policy_import.preview(told, access.ledger())


def _articles(
    build: str | None, found: Sequence[Policy], upload: Any, shown_as: policy_mcd.Payers
) -> list[tuple[str, Policy]] | None:
    """The policies of the articles that are chosen, for the payers that are chosen."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "export.zip"
        path.write_bytes(upload.getvalue())
        tables = policy_mcd.export(path)
        known = {one.number: one for one in policy_mcd.articles(tables)}
        st.caption(f"{words.count(len(known))} articles in this export.")
        chosen = st.multiselect(
            "Articles", list(known), key="policy-articles", format_func=lambda number: _title(known[number])
        )
        payers = st.multiselect(
            "For which payers",
            policy_data.payers(build, found),
            key="policy-payers",
            placeholder="Those of the contractors",
        )
        return policy_mcd.policies(tables, [known[one] for one in chosen], payers, shown_as) if chosen else None


def _title(article: policy_mcd.Article) -> str:
    return f"{article.number} {article.title} ({', '.join(article.contractors) or 'no contractor'})"


def _refused(table: policy_table.Table) -> None:
    if table.refused:
        rows = [(f"Row {one.row_no}", one.why) for one in table.refused]
        parts.heading(f"{words.counted(len(rows), 'row')} cannot be read and would be left out")
        prose.text_table(("Row", "Why"), rows[:MOST_ROWS], "Rows that cannot be read")
    if table.unused:
        st.caption(words.plain(f"Columns that are not used: {', '.join(table.unused)}."))


def _preview(steps: Sequence[Step]) -> None:
    counts = policy_import.counted(steps)
    said = ", ".join(f"{words.count(number)} {status}" for status, number in counts.items()) or "nothing"
    parts.heading(f"What would happen: {said}")
    prose.text_table(HEAD, [_row(step) for step in steps[:MOST_ROWS]], "Policies of the file")
    if len(steps) > MOST_ROWS:
        st.caption(f"And {words.count(len(steps) - MOST_ROWS)} more.")
    for how in sorted({step.place.partition(", ")[2] for step in steps if step.place.startswith("A")} - {""}):
        st.caption(words.plain(f"{how[:1].upper()}{how[1:]}. Check it against the article."))
    number = sum(step.status != policy_import.SAME for step in steps)
    who = deciding.who_asks("Entered by", key="policy-import-who", width=240)
    label = f"Record {words.count(number)}" if number else "Nothing to record"
    if st.button(label, type="primary", key="policy-record", disabled=not number):
        _write(steps, said, who)


def _row(step: Step) -> tuple[str, ...]:
    policy = step.policy
    return (
        step.place.partition(",")[0],
        step.status,
        policy.payer,
        policy_words.codes(policy.procedures, 3),
        policy_words.in_force(policy),
        words.count(len(policy.covered_diagnoses)) if policy.covered_diagnoses else "",
        ", ".join(policy_words.LABELS[name] for name in step.fields),
    )


def _write(steps: Sequence[Step], said: str, who: str) -> None:
    store = Store()
    try:
        store.prepare()
        policy_import.write(steps, access.ledger(), who.strip() or None)
    except DenialboardError as problem:
        st.error(words.refusal(problem))
        return
    st.session_state[DONE] = f"Recorded: {said}"
    st.session_state[TURN] = st.session_state.get(TURN, 0) + 1
    st.rerun()
