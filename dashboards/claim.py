"""One claim: its history, its lines, why it was denied, what to do next, and the segments that say so."""

from collections.abc import Callable
from typing import Any

import pandas as pd
import streamlit as st

from dashboards import (
    cache,
    claim_data,
    claim_joined,
    claim_link,
    claim_mask,
    claim_segments,
    claim_timeline,
    controls,
    parts,
    words,
)
from dashboards.claim_data import Claim
from dashboards.claim_lines import lines
from dashboards.claim_log import log_claim
from dashboards.claim_next import next_step
from dashboards.claim_sent import sent_claim
from dashboards.claim_why import why
from dashboards.denial_list import STATES


def page() -> None:
    """The claim that the URL names; else how to find one."""
    st.html(claim_link.STYLE)
    view = controls.view()
    if view is None:
        parts.no_build()
        return
    claim_link.back()
    key = st.query_params.get("claim", "")
    claim = claim_data.load(view.build, key) if key else None
    logged = claim_data.log_denial(view.build, key) if key and claim is None else None
    if claim is not None and claim.events.empty:
        sent_claim(claim)
    elif claim is not None:
        _claim(claim)
    elif logged is not None:
        log_claim(view.build, logged)
    else:
        _find(view.build, key)
    parts.foot(view)


def _find(build: str, key: str) -> None:
    if key:
        parts.headline("This claim is not known here", f"Looked for: {key}")
        st.caption("Files may have been read anew since the address was made. Look it up by its number.")
    else:
        parts.headline("No claim is chosen", "Pick a row on the Denials page, or look a claim up by its number.")
    number = st.text_input(
        "Claim number", key="claim-number", placeholder="Yours or the payer's", type="search", width=320
    )
    if not number:
        return
    found = claim_data.look_up(build, number)
    if found.empty:
        parts.empty(
            "No claim has this number", "It must be the whole number. Parts of it are found on the Denials page."
        )
    for row in found.itertuples():
        said = f"{row.number} at {row.payer}, service {words.day(row.service_date)}, {words.cents(row.charge_amount)}"
        st.page_link(claim_link.PAGE, label=words.plain(said), query_params={"claim": row.claim})


def _claim(claim: Claim) -> None:
    denial = _denial(claim)
    event = _event(claim, denial)
    parts.headline(_said(claim), _about(claim))
    _patient(claim)
    last_day = claim_timeline.last_day(claim.build)
    is_open = bool((claim.denials["state"] == "denied_open").any())
    steps = claim_timeline.steps(claim)
    left, right = st.columns([5, 7])
    with left, st.container(border=True, height="stretch"):
        parts.heading("What happened", "From files and your log, with the days between. Pick a place to read it below.")
        claim_timeline.show(steps, is_open, last_day, lambda place: claim_segments.pick(claim, place))
    with right:
        event = _pick_event(claim, event)
        lines(claim, event, denial.line_key if denial is not None else "")
        claim_joined.joined(claim)
    _reasons(claim, denial)
    found = claim_data.evidence(claim.build, denial.denial_id) if denial is not None else pd.DataFrame()
    claim_segments.segments(claim, steps, event, found, denial)


def _reasons(claim: Claim, denial: Any) -> None:
    if denial is None:
        parts.empty("No line of this claim was denied at first", "There is nothing to explain and nothing to do.")
        return
    denial = _pick_denial(claim, denial)
    left, right = st.columns([7, 5])
    with left:
        why(claim.build, denial)
    with right:
        next_step(claim.build, denial, claim.notes)


def _said(claim: Claim) -> str:
    head, denials = claim.head, claim.denials
    name = f"{head['patient_control_number'] or 'Claim without a number'} at {head['payer_key']}"
    if denials.empty:
        return f"{name}: never denied at first"
    total, count = denials["denied_amount"].sum(), len(denials)
    lines_of = f"{words.cents(total)} denied on {words.counted(count, 'line')}"
    states = denials.groupby("state", sort=False)["denied_amount"].sum()
    won = denials["recovered_amount"].sum()
    if len(states) == 1:
        paid = f" ({words.cents(won)} paid)" if won else ""
        return f"{name}: {lines_of}, {_state(states.index[0])}{paid}"
    parted = [f"{words.cents(amount)} {_state(state)}" for state, amount in states.items()]
    return f"{name}: {lines_of}, of it {words.listed(parted)}"


def _state(state: Any) -> str:
    if state == "denied_open":
        return "still open"
    label = STATES.get(str(state), words.named(str(state)))
    return label[:1].lower() + label[1:]


def _about(claim: Claim) -> str:
    head = claim.head
    places = cache.labels(claim.build, "place_of_service")
    said = [
        f"service {words.day(head['first_service_date'])}",
        f"charge {words.cents(head['charge_amount'])}",
        f"provider {head['provider']}",
        f"place {words.with_label(str(head['place_of_service']), places)}",
        f"diagnoses {head['diagnosis_codes']}" if head["diagnosis_codes"] else "",
        f"turn: {head['payer_sequence']}" if head["payer_sequence"] != "primary" else "",
    ]
    return " · ".join(filter(None, said))


def _patient(claim: Claim) -> None:
    head, subject = claim.head, claim.family_id
    name = ", ".join(filter(None, (head["patient_last_name"], head["patient_first_name"])))
    insured = ", ".join(filter(None, (head["insured_last_name"], head["insured_first_name"])))
    facts = {
        "Patient": name,
        "Member ID": head["patient_id"] or head["insured_id"],
        "Insured": insured,
        "Payer's number": head["payer_claim_control_number"],
        "Authorisation": head["authorization_number"],
    }
    claim_mask.facts(facts, subject)


def _denial(claim: Claim) -> Any:
    """The denied line that the URL names, else the costliest; None where no line was denied."""
    if claim.denials.empty:
        return None
    named = claim.denials[claim.denials["line_key"] == _chosen(claim, "line")]
    return (named if len(named) else claim.denials).iloc[0]


def _event(claim: Claim, denial: Any) -> Any:
    """The decision that the URL names, else the one that denied, else the last."""
    counted = claim.counted if len(claim.counted) else claim.events
    named = counted[counted["event_no"].astype(str) == str(_chosen(claim, "decision"))]
    if len(named):
        return named.iloc[0]
    if denial is None:
        return counted.iloc[-1]
    keys = ("file_id", "transaction_no", "claim_no")
    same = counted[(counted[list(keys)] == [denial[key] for key in keys]).all(axis=1)]
    return (same if len(same) else counted).iloc[0]


def _pick_event(claim: Claim, event: Any) -> Any:
    counted = claim.counted
    if len(counted) < 2:
        return event
    said = {
        row.event_no: f"{words.day(row.payment_date)}: {claim_timeline.decision(claim, row)[0]}"
        for row in counted.itertuples()
    }
    number = _pick(claim, "Decision", "decision", list(said), event["event_no"], lambda key: said[key])
    return counted[counted["event_no"] == number].iloc[0]


def _pick_denial(claim: Claim, denial: Any) -> Any:
    if len(claim.denials) < 2:
        return denial
    codes = cache.labels(claim.build, "carc")
    said = {
        row.line_key: f"{row.procedure_code} {words.cents(row.denied_amount)}, "
        f"{words.code(row.group_code, row.carc, codes.get(str(row.carc)))}"
        for row in claim.denials.itertuples()
    }
    key = _pick(claim, "Denied line", "line", list(said), denial["line_key"], lambda key: said[key])
    return claim.denials[claim.denials["line_key"] == key].iloc[0]


def _pick(claim: Claim, label: str, name: str, options: list[Any], chosen: Any, say: Callable[[Any], str]) -> Any:
    """A choice that the URL holds."""
    key = f"{name}-{claim.family_id}"
    return st.selectbox(
        label,
        options,
        index=options.index(chosen),
        key=key,
        format_func=say,
        on_change=_put,
        args=(name, key),
        width=520,
    )


def _put(name: str, key: str) -> None:
    st.query_params[name] = str(st.session_state[key])


def _chosen(claim: Claim, name: str) -> Any:
    return st.session_state.get(f"{name}-{claim.family_id}", st.query_params.get(name))


page()
