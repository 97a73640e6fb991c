"""Why: root causes by dollars, then the payers and procedures that matter, one by one with evidence and what helps."""

from collections.abc import Sequence
from typing import Any

import pandas as pd
import streamlit as st

from dashboards import charts, huddle_data, huddle_tables, parts, prose, words
from dashboards.denial_list import TIERS
from dashboards.figures import CONFIG
from dashboards.huddle_data import Looked
from pipelines.huddle.focus import Focus
from pipelines.huddle.pack import Pack
from pipelines.huddle.samples import Sample
from pipelines.huddle.tables import say

MOST_BARS = 16  # every cause of medical necessity, that without a reason too: it may be the second largest
SAMPLE = ("Service", "Other", "Diagnoses", "Denied with", "Our evidence", "Now", "Dollars")


def show(build: str, found: Pack) -> None:
    """The Pareto, then three payers and five procedures."""
    if not found.causes.rows:
        parts.empty(found.causes.empty or found.causes.title, "There is nothing to look into in this quarter.")
        return
    _pareto(found)
    looked = huddle_data.looked_into(build, found)
    for title, ones in (("Payers that matter most", found.payers), ("Procedures that matter most", found.procedures)):
        if ones:
            _ranked(title, ones, found.focus_words, looked)


def _ranked(title: str, ones: Sequence[Focus], below: str, looked: Looked) -> None:
    """All of them at a glance, and each in full behind its tab."""
    with st.container(border=True):
        parts.heading(title, below)
        what = "Payer" if ones[0].dimension == "payer" else "CPT/HCPCS"
        prose.text_table((what, "How much"), [(one.name, one.headline) for one in ones], title)
        for one, tab in zip(ones, st.tabs([words.plain(one.key) for one in ones]), strict=True):
            with tab:
                _one(one, looked)


def _pareto(found: Pack) -> None:
    """Dollars by root cause, what does not say why in grey."""
    table, frame = found.causes, causes(found)
    with st.container(border=True):
        parts.heading(table.title, table.subtitle)
        figure = charts.pareto(frame.head(MOST_BARS), total=float(frame["value"].astype(float).sum()))
        st.plotly_chart(figure, width="stretch", config=CONFIG, alt=table.title, key="huddle-pareto")
        if len(frame) > MOST_BARS:
            st.caption(f"The first {MOST_BARS} of {len(frame)} causes; the table has all.")
        if st.toggle("Table", key="huddle-pareto-table"):
            huddle_tables.rows(table)


def causes(found: Pack) -> pd.DataFrame:
    """The rows of the pack's table of causes as the chart reads them; the total is not a bar."""
    rows = found.causes.rows[: -1 if found.causes.has_total else None]
    columns = {
        "name": [row[0] for row in rows],
        "value": [row[2] for row in rows],
        "n": [row[1] for row in rows],
        "is_context": [row[0] not in found.told_causes for row in rows],
    }
    return pd.DataFrame(columns, dtype="object")


def _one(one: Focus, looked: Looked) -> None:
    """One payer or procedure: how much, why, where, in whose words, what the policy says and what to write."""
    with st.container(key=f"focus-{one.dimension}-{_slug(one.key)}"):
        parts.heading(one.name, one.headline)
        left, right = st.columns(2, gap="medium")
        with left:
            huddle_tables.small(one.causes)
        with right:
            huddle_tables.small(one.others)
        _told("What the payer wrote", one.reasons)
        _samples(one)
        _told("Policy", one.policies or ("None about it is in the policy matrix.",))
        _told("For the checklist", one.checklist)
        _links(one, looked)


def _slug(key: str) -> str:
    return "".join(char if char.isalnum() else "-" for char in key)


def _told(name: str, texts: Sequence[str]) -> None:
    if texts:
        points = "".join(f"<li>{words.markup(text)}</li>" for text in texts)
        st.html(f"<p class='db-label'>{words.markup(name)}</p><ul class='db-list'>{points}</ul>")


def _samples(one: Focus) -> None:
    """Denied lines without a patient: month, codes, the payer's words and our evidence."""
    st.html("<p class='db-label'>Samples, without the patient</p>")
    if not one.samples:
        st.caption(one.samples_note or "No line to show.")
        return
    is_payer = one.dimension == "payer"
    head = tuple(("CPT" if is_payer else "Payer") if name == "Other" else name for name in SAMPLE)
    rows = [_sample(each, each.procedure if is_payer else each.payer) for each in one.samples]
    prose.text_table(head, rows, f"Samples, {one.name}", numbers=1)


def _sample(one: Sample, other: str) -> tuple[str, ...]:
    said = (other, one.diagnoses, one.reason, one.evidence, one.state)
    return say(one.month, "month"), *said, say(one.amount, "money")


def _links(one: Focus, looked: Looked) -> None:
    """To the lines behind the numbers, to the policies, and to the procedure's playbook."""
    links = [("The denied lines", "denials", lines_query(one, looked))]
    if one.policies:
        key = "policy-payer" if one.dimension == "payer" else "policy-cpt"
        links.append(("Its policies", "policies", {key: one.key}))
    links += [(f"Playbook {code}", "playbook", {"cpt": code}) for code in playbooks(one)]
    huddle_tables.links(links)


def playbooks(one: Focus) -> list[str]:
    """The procedure itself, or the payer's two that cost most."""
    if one.dimension == "procedure":
        return [one.key]
    return [str(row[0]).split()[0] for row in one.others.rows[:2] if row[0] != "(not given)"]


def lines_query(one: Focus, looked: Looked) -> dict[str, Any]:
    """The address of the denied lines that the block counts, as the filters of Denials say it."""
    key = "payer" if one.dimension == "payer" else "cpt"
    dates = {"period": "Own dates", "from": str(looked.scope.date_from), "to": str(looked.scope.date_to)}
    tiers = {"tiers": [TIERS["A"], TIERS["B"]]} if looked.is_necessity else {}
    return {**dates, key: one.key, **tiers}
