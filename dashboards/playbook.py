"""Playbook of one procedure: what the record must show, what each payer wants, how it was denied, who owns it."""

import datetime
from collections.abc import Sequence

import streamlit as st

from dashboards import access, cache, parts, policy_data, prose, takeaways, words
from pipelines import playbook, policy_words, register
from pipelines.playbook import PayerPart
from pipelines.playbook_history import History, Part
from pipelines.playbook_print import sheet
from pipelines.policy_matrix import in_force
from pipelines.store import Store

KEY = "cpt"
NO_POLICY = "No payer policy about it is in the matrix: enter one on the Policies page, and its points stand here."


def page() -> None:
    """The procedure, its checklist, the payers' own points, its denials, and the sheet to print."""
    build, found = cache.build(), policy_data.policies()
    code = _chosen(build, sorted({code for policy in found for code in policy.procedures}))
    if not code:
        parts.empty("No procedure yet", "Load remittances, or enter a policy: then every procedure has its playbook.")
        return
    held = playbook.payer_parts(in_force(found, datetime.date.today()), code)
    past = cache.playbook(build, code) if build else None
    parts.headline(_answer(code, past), _below(held))
    _printed(code, held, past)
    with st.grid(2, min_column_width=parts.HALF):
        _checklist(code)
        _history(past)
    _payers(held)


def _chosen(build: str | None, listed: Sequence[str]) -> str:
    """The procedure of the address, else the one denied most; '' where there is none at all."""
    codes = list(dict.fromkeys([*(policy_data.procedures(build) if build else []), *listed]))
    asked = st.query_params.get(KEY, "")
    if asked and asked not in codes:
        codes.append(asked)
    if not codes:
        return ""
    picked = st.selectbox(
        "CPT/HCPCS",
        codes,
        index=codes.index(asked) if asked else 0,
        format_func=playbook.named,
        key=f"playbook-{asked}",
        width=420,
    )
    if picked != (asked or codes[0]):
        st.query_params[KEY] = str(picked)
        st.rerun()
    return str(picked)


def _answer(code: str, past: History | None) -> str:
    if past is None or not past.total.of:
        return f"{playbook.named(code)}: no line of it was adjudicated in the last 12 months"
    denied, of = past.total.denied, past.total.of
    said = words.count(denied) if of < words.TOO_FEW else words.rate(denied / of)
    return f"{playbook.named(code)}: {said} of {words.counted(of, 'line')} denied at first"


def _below(held: Sequence[PayerPart]) -> str:
    named = playbook.owners(held)
    owner = f"Owner: {words.listed(named)}" if named else "No owner is named"
    policies = f"{len(held)} payer {'policy' if len(held) == 1 else 'policies'} in force" if held else "No payer policy"
    return f"{policies}. {owner}."


def _checklist(code: str) -> None:
    """Our own list, what is particular to the procedure first."""
    items = playbook.items(code)
    with st.container(border=True, height="stretch"):
        parts.heading("What the record must show", "Our own words; a payer's own points, below, come first.")
        rows = [(playbook.TOPICS[item.topic], item.text, item.why) for item in items]
        prose.text_table(("Point", "In the record", "Because"), rows, "Checklist")


def _history(past: History | None) -> None:
    with st.container(border=True, height="stretch"):
        if past is None or not past.total.denied:
            parts.heading("Never denied in the last 12 months" if past and past.total.of else "No history yet")
            st.caption("The history counts first denials in core scope, by remittance.")
            return
        period = words.period(past.first_day, past.last_day)
        lines = words.counted(past.total.denied, "line")
        parts.heading(f"Denied: {lines}, {words.money(past.total.amount)}", f"Core denials, by remittance, {period}.")
        prose.text_table(("Root cause", "Lines", "Denied"), [_cause(one) for one in past.causes], "Causes", numbers=2)
        rows = [_payer(one) for one in past.payers]
        prose.text_table(("Payer", "Lines", "Of", "Rate"), rows, "Payers", numbers=3)


def _cause(one: Part) -> tuple[str, str, str]:
    return one.name, words.count(one.denied), words.money(one.amount)


def _payer(one: Part) -> tuple[str, str, str, str]:
    rate = words.rate(one.denied / one.of, one.of) if one.of else words.NONE
    return one.name, words.count(one.denied), words.count(one.of), rate


def _payers(held: Sequence[PayerPart]) -> None:
    """What each payer wants, point by point."""
    if not held:
        parts.empty("What payers want is not known here", NO_POLICY, {"Go to Policies": "dashboards/policies.py"})
        return
    for part in held:
        policy = part.policy
        with st.container(border=True):
            owner = f", owner {policy.owner}" if policy.owner else ""
            audit = f", {playbook.audit_words(part.next_audit, datetime.date.today())}" if part.next_audit else ""
            parts.heading(policy.payer, f"{policy.named}, {policy_words.in_force(policy)}{owner}{audit}")
            points = [*part.wants, *(("Checklist", line) for line in part.checklist)]
            prose.text_table(("Point", "What the payer wants"), points or [("Nothing said", "")], policy.payer)


def _printed(code: str, held: Sequence[PayerPart], past: History | None) -> None:
    """The sheet for the wall: PDF, small counts withheld unless it stays in the practice."""
    least = int(register.setting(access.ledger(), "small_cell_minimum").value)
    is_demo = Store().has_demo
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        is_internal = st.toggle(
            f"Print counts under {least}",
            key="playbook-internal",
            help="For use within the practice only: small counts may name.",
        )
        takeaways.button(
            "Print as PDF",
            lambda: sheet(code, held, past, datetime.date.today(), 1 if is_internal else least, is_demo),
            f"playbook_{code}.pdf",
            "application/pdf",
            "playbook-pdf",
            "primary",
        )


page()
