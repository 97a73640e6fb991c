"""One payment: what it is made of, what was taken back in it, and the segments that say so."""

from collections.abc import Callable
from typing import Any

import pandas as pd
import streamlit as st

from dashboards import cache, claim_link, claim_mask, claim_segments, deposit_list, parts, words
from dashboards.claim_data import file_names
from dashboards.parts import Format
from pipelines.errors import DenialboardError

PAGE = "deposits"
HEADER_BYTES = 20_000  # more than any header before the first claim
MOST_CLAIMS = 2_000
TRANSACTIONS = """
    select payments.file_id, payments.transaction_no, payments.payment_amount, payments.claim_paid_amount,
        payments.provider_adjustment_amount, payments.off_amount, payments.segment_no, payments.byte_offset
    from remit_payment as payments
    where payments.payer_key = ? and coalesce(trim(payments.trace_number), '') = ?
        and payments.payment_date is not distinct from ? and not payments.is_repeat
        and (? <> '' or (payments.file_id = ? and payments.transaction_no = ?))
    order by payments.payment_date, payments.file_id, payments.transaction_no
"""  # without a trace number a payment is one transaction
OF_THEM = (
    """({source}.file_id, {source}.transaction_no) in (
    select (found.file_id, found.transaction_no) from ("""
    + TRANSACTIONS
    + """) as found)"""
)
CLAIMS = f"""
    select events.family_id, events.patient_control_number, events.first_service_date, events.claim_status_code,
        events.charge_amount, events.paid_amount, events.segment_no
    from claim_event as events
    where not events.is_repeat and {OF_THEM.format(source="events")}
    order by events.file_id, events.claim_no limit {MOST_CLAIMS}
"""
ADJUSTMENTS = f"""
    select moved.*, named.patient_control_number
    from provider_adjustment as moved
    left join (
        select family_id, min(patient_control_number) as patient_control_number from claim_event group by family_id
    ) as named on named.family_id = moved.family_id
    where {OF_THEM.format(source="moved")}
    order by moved.file_id, moved.segment_no, moved.adjustment_no
"""
KINDS = {
    "takeback": "taken back",
    "forward_balance": "balance carried forward",
    "interest": "interest",
    "withholding": "withheld",
    "other": "other",
}
RULES = {"payer_number": "the payer's claim number", "account": "your claim number"}
CLAIM_FORMATS: dict[str, Format] = {
    **dict.fromkeys(("Charge", "Paid"), "money"),
    "Service": "date",
    "Segment": "count",
}


def payment(build: str, row: pd.Series, close: Callable[[], None]) -> None:
    """Everything about one payment, in a frame of its own."""
    subject = str(row["deposit_key"])
    key = _key(row)
    adjustments = cache.query(build, ADJUSTMENTS, key)
    with st.container(border=True, key="one-payment"):
        with st.container(horizontal=True, vertical_alignment="top", gap="small"):
            parts.heading(said(row), _about(row))
            st.button("Close", key="close-payment", on_click=close, type="tertiary")
        st.html(_sum(row))
        if len(adjustments):
            _adjustments(adjustments, subject)
        _claims(build, cache.query(build, CLAIMS, key))
        _segments(build, cache.query(build, TRANSACTIONS, key), adjustments, subject)


def said(row: Any) -> str:
    """`Payment T12 of AETNA: $1,204.10 balances`, or by how much it does not."""
    name = f"Payment {row['trace_number'] or 'without a number'} of {row['payer']}"
    paid = words.cents(row["payment_amount"])
    if not row["off_amount"]:
        return f"{name}: {paid}, {deposit_list.explanation(row)}"
    return f"{name}: {paid}, off by {words.cents(row['off_amount'])}, {deposit_list.explanation(row)}"


def _key(row: pd.Series) -> tuple[Any, ...]:
    """The parameters of `TRANSACTIONS`."""
    trace = row["trace_number"]
    return row["payer"], trace, row["payment_date"], trace, row["file_id"], int(row["transaction_no"])


def _about(row: pd.Series) -> str:
    method = deposit_list.METHODS.get(str(row["payment_method_code"]), row["payment_method_code"])
    told = [
        words.day(row["payment_date"]),
        str(method or ""),
        words.counted(row["transaction_count"], "transaction"),
    ]
    return " · ".join(filter(None, told))


def _sum(row: pd.Series) -> str:
    """The payment as a sum: claims, less adjustments, is expected; paid; off; and what the bank says."""
    steps = [
        ("Claims paid (CLP04)", row["claim_paid_amount"]),
        ("Less provider adjustments (PLB)", -row["provider_adjustment_amount"]),
        ("Makes", row["expected_amount"]),
        ("Paid (BPR02)", row["payment_amount"]),
        ("Off by", row["off_amount"]),
    ]
    if row["bank_amount"] is not None:
        steps += [("At the bank", row["bank_amount"]), ("Bank off by", row["bank_off_amount"])]
    cells = "".join(f"<dt>{words.markup(name)}</dt><dd>{words.cents(amount)}</dd>" for name, amount in steps)
    return f"<dl class='db-facts db-sum'>{cells}</dl>"


def _adjustments(frame: pd.DataFrame, subject: str) -> None:
    moved = words.counted(len(frame), "provider adjustment")
    taken = frame.loc[frame["kind"] == "takeback", "amount"].sum()
    back = f", {words.cents(taken)} of it taken back" if taken else ""
    parts.heading(f"{moved}: {words.cents(frame['amount'].sum())} less in this payment{back}")
    shown = pd.DataFrame(
        {
            "Reason": [words.code(None, row.reason_code, row.reason_label) for row in frame.itertuples()],
            "Kind": [KINDS.get(str(kind), words.named(str(kind))) for kind in frame["kind"]],
            "Takes away": frame["amount"],
            "Claim": frame["patient_control_number"],
            "Found by": [RULES.get(str(rule), rule) for rule in frame["match_rule"]],
            "Reference": [claim_mask.said(value, subject) for value in frame["reference_id"]],
            "Segment": frame["segment_no"],
        },
        dtype="object",
    )
    families = list(frame["family_id"])
    formats: dict[str, Format] = {"Takes away": "money", "Segment": "count"}
    parts.table(shown, formats, "Provider adjustments", "payment-adjustments", _opener(families))
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        parts.downloads("payment-adjustments", shown.drop(columns="Reference"), {"What": "Provider adjustments"})
        if any(families):
            st.caption("Pick a row to open the claim it takes back.")
        claim_mask.button(subject)


def _opener(families: list[Any]) -> Callable[[int], None] | None:
    def open_claim(place: int) -> None:
        if families[place]:
            claim_link.ask(f"{families[place]}|", PAGE)

    return open_claim if any(families) else None


def _claims(build: str, frame: pd.DataFrame) -> None:
    if frame.empty:
        st.caption("No claim is in this payment.")
        return
    parts.heading(f"{words.counted(len(frame), 'claim')}: {words.cents(frame['paid_amount'].sum())}")
    states = cache.labels(build, "claim_status")
    shown = pd.DataFrame(
        {
            "Claim": frame["patient_control_number"],
            "Service": frame["first_service_date"],
            "Status": [words.code(None, code, states.get(str(code))) for code in frame["claim_status_code"]],
            "Charge": frame["charge_amount"],
            "Paid": frame["paid_amount"],
            "Segment": frame["segment_no"],
        },
        dtype="object",
    )
    parts.table(shown, CLAIM_FORMATS, "Claims of the payment", "payment-claims", _opener(list(frame["family_id"])))
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        parts.downloads("payment-claims", shown, {"What": "Claims of one payment"})
        more = f" The first {words.count(MOST_CLAIMS)}." if len(frame) == MOST_CLAIMS else ""
        st.caption(f"Pick a row to open the claim.{more}")


def _segments(build: str, transactions: pd.DataFrame, adjustments: pd.DataFrame, subject: str) -> None:
    """The header and the provider adjustments of each transaction, as they stand in the file."""
    names = file_names(build)
    with st.expander("In the file", key=f"payment-segments-{subject}"):
        for row in transactions.itertuples():
            own = adjustments[
                (adjustments["file_id"] == row.file_id) & (adjustments["transaction_no"] == row.transaction_no)
            ]
            try:
                found = _found(build, row, own)
            except DenialboardError as problem:
                st.warning(words.plain(str(problem)))
                continue
            name = words.plain(names.get(row.file_id, row.file_id))
            st.caption(f"{name}: the head of the payment, and its provider adjustments")
            marked = {"BPR": "db-deciding", "PLB": "db-deciding", "TRN": "db-own"}
            rows = [
                claim_segments.row(subject, number, offset, text, marked.get(claim_segments.name_of(text), ""))
                for number, offset, text in found
            ]
            st.html(claim_segments.table(rows))


def _found(build: str, row: Any, adjustments: pd.DataFrame) -> list[tuple[int, int, str]]:
    """Segment number, offset and text of the transaction's head, and of its PLB segments."""
    start = int(row.byte_offset)
    head = cache.segments(build, row.file_id, start, start + HEADER_BYTES)
    found = []
    for index, (offset, text) in enumerate(head):
        if claim_segments.name_of(text) in ("LX", "CLP", "PLB", "SE"):
            break
        found.append((int(row.segment_no) + index, offset, text))
    places = dict.fromkeys(zip(adjustments["segment_no"], adjustments["byte_offset"], strict=True))
    for number, offset in places:
        for at, text in cache.segments(build, row.file_id, int(offset), int(offset) + 1):
            found.append((int(number), at, text))
    return found
