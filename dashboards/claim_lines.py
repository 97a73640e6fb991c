"""The lines of one decision: charge, allowed, paid, the patient's share, each adjustment and remark with our label."""

from typing import Any

import pandas as pd
import streamlit as st

from dashboards import cache, parts, words
from dashboards.claim_data import Claim, deciding
from dashboards.claim_timeline import decision

COLUMNS = ("Line", "Charge", "Allowed", "Paid", "Patient")
SCOPES = {"core": "core", "broad": "broad", "never": ""}


def lines(claim: Claim, event: Any, denied_key: str) -> None:
    """The decision's lines and reasons with totals; what does not add up is said, not corrected."""
    found = deciding(claim, event.event_no)
    what, _, _ = decision(claim, event)
    with st.container(border=True, height="stretch"):
        parts.heading(f"{what} on {words.day(event.payment_date)}", _about(claim, event))
        st.html(_markup(claim, event, found, denied_key))
        if event.off_amount:
            st.warning(
                f"This claim payment does not balance: charge less paid less adjustments leaves "
                f"{words.plain(words.cents(event.off_amount))}. Nothing was corrected."
            )
        with st.container(horizontal=True, gap="small"):
            parts.downloads(
                "claim-lines", _flat(claim, found), {"What": f"Lines of claim {event.patient_control_number}"}
            )


def _about(claim: Claim, event: Any) -> str:
    code = str(event.claim_status_code or "")
    status = cache.labels(claim.build, "claim_status").get(code, "not a status that we know").lower()
    said = [
        f"status {code}, {status}" if code else "no status",
        f"payment {event.trace_number}" if event.trace_number else "",
    ]
    return ", ".join(filter(None, said)) + "; dollars; allowed = paid + patient's share"


def _markup(claim: Claim, event: Any, found: pd.DataFrame, denied_key: str) -> str:
    labels = cache.labels(claim.build, "procedure_label")
    head = "".join(f"<th{'' if name == 'Line' else ' class=db-num'} scope='col'>{name}</th>" for name in COLUMNS)
    rows = [_line(row, claim.reasons, labels, denied_key) for row in found.itertuples()]
    total = _cells(
        event.charge_amount, found["allowed_amount"].sum(), event.paid_amount, found["patient_share_amount"].sum()
    )
    foot = f"<tr class='db-total'><th scope='row'>Claim</th>{total}</tr>"
    return (
        f"<div class='db-scroll'><table class='db-lines'><thead><tr>{head}</tr></thead>"
        f"<tbody>{''.join(rows)}</tbody><tfoot>{foot}</tfoot></table></div>"
    )


def _line(row: Any, reasons: pd.DataFrame, labels: dict[str, str], denied_key: str) -> str:
    code = " ".join(filter(None, (row.procedure_code, row.modifiers))) or "whole claim"
    label = labels.get(str(row.procedure_code), "")
    tone = " class='db-denied'" if row.is_denied_broad else ""
    chosen = " <span class='db-mark'>this denial</span>" if row.line_key == denied_key and row.is_denied_broad else ""
    cells = _cells(row.charge_amount, row.allowed_amount, row.paid_amount, row.patient_share_amount)
    own = reasons[(reasons["event_no"] == row.event_no) & (reasons["line_no"] == row.line_no)]
    return (
        f"<tr{tone}><th scope='row'>{words.markup(code)} <small>{words.markup(label)}</small>{chosen}"
        f"<div class='db-service'>{words.day(row.service_date)}</div></th>{cells}</tr>"
        + "".join(_reason(reason) for reason in own.itertuples())
    )


def _reason(row: Any) -> str:
    said = words.code(row.group_code, row.code, row.label or "in no list of ours")
    notes = [
        "stands for the line" if row.is_principal else "",
        SCOPES.get(str(row.denial_scope), ""),
        "only informs" if row.is_alert else "",
        "on the claim" if row.is_claim_level else "",
        "retired code" if row.is_retired else "",
    ]
    amount = words.cents(row.amount) if row.kind == "CARC" else ""
    tone = " db-principal" if row.is_principal and row.is_denial_reason else ""
    note = f" <small>{words.markup(', '.join(filter(None, notes)))}</small>" if any(notes) else ""
    told = words.markup(": ".join(filter(None, (said, amount))))  # in no column of amounts: it is none of them
    return f"<tr class='db-reason{tone}'><td colspan='{len(COLUMNS)}'>{told}{note}</td></tr>"


def _cells(*amounts: Any) -> str:
    return "".join(f"<td class='db-num'>{words.markup(words.cents(amount))}</td>" for amount in amounts)


def _flat(claim: Claim, found: pd.DataFrame) -> pd.DataFrame:
    """One row per line and reason, for a file."""
    keys = ["event_no", "line_no"]
    kept = [*keys, "kind", "group_code", "code", "label", "amount", "is_principal", "is_claim_level"]
    joined = found.merge(claim.reasons[kept], how="left", on=keys)
    names = {
        "line_no": "Line",
        "procedure_code": "CPT/HCPCS",
        "modifiers": "Modifiers",
        "service_date": "Service",
        "charge_amount": "Charge",
        "allowed_amount": "Allowed",
        "paid_amount": "Paid",
        "patient_share_amount": "Patient's share",
        "kind": "Kind",
        "group_code": "Group",
        "code": "Code",
        "label": "Label",
        "amount": "Adjusted",
        "is_principal": "Stands for the line",
        "is_claim_level": "On the claim",
    }
    return joined[list(names)].rename(columns=names)
