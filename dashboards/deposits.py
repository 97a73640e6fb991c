"""Deposits: does every payment equal its claims and adjustments, to the cent; and did it come in at the bank?"""

import datetime

import pandas as pd
import streamlit as st

from dashboards import (
    claim_link,
    controls,
    deciding,
    deposit_bank,
    deposit_list,
    deposit_one,
    parts,
    words,
)
from dashboards.cards import Card, cards
from dashboards.controls import View
from dashboards.deposit_list import MOST_ROWS, SHOW, Wanted

KEY, MONTHS_KEY = "deposit-rows", "deposit-months"
TALLEST, ROW_HEIGHT = 560, 35  # pixels
NOT_OF_PAYMENTS = {"provider": "provider", "place": "location", "cpt": "CPT"}  # filters that no payment has
NO_REMITS = "Drop a remittance (835) on the Import page: a payment is told nowhere else."


def page() -> None:
    """The answer, the sums, month by month, then the payments."""
    claim_link.follow()
    st.html(claim_link.STYLE)
    view = controls.view()
    if view is None:
        parts.no_build()
        return
    wanted = _wanted(view)
    found = deposit_list.sums(view.build, wanted.whole)
    parts.headline(deposit_list.headline(found), _about(view))
    if not found["payment_count"]:
        _nothing(view)
        return
    cards(_cards(found))
    deposit_bank.waiting(view.build)
    _months(view, wanted, found)
    _list(view, wanted)
    _one(view)
    parts.foot(view)


def _wanted(view: View) -> Wanted:
    """What the shared filters and this page's own, which live in the URL, ask for."""
    scope = view.scope
    show = st.session_state.get("which") or st.query_params.get("which") or "all"
    return Wanted(scope.payers, scope.date_from, scope.date_to, _month(), show if show in SHOW else "all")


def _month() -> datetime.date | None:
    try:
        return datetime.date.fromisoformat(f"{st.query_params.get('month', '')}-01")
    except ValueError:
        return None


def _about(view: View) -> str:
    chosen = [name for key, name in NOT_OF_PAYMENTS.items() if st.session_state.get(key)]
    but = f"; a payment has no {words.listed(chosen)}, that filter does nothing here" if chosen else ""
    span = words.period(view.scope.date_from, view.scope.date_to)
    return f"A payment (BPR02) should equal its claims less its provider adjustments; paid {span}{but}"


def _nothing(view: View) -> None:
    known = deposit_list.sums(view.build, Wanted())["payment_count"]
    parts.empty("No payment in this view", parts.WIDER if known else NO_REMITS)
    parts.foot(view)


def _cards(found: pd.Series) -> list[Card]:
    count = int(found["payment_count"])
    return [
        Card(
            "Paid",
            "Sum of BPR02 of all payments, each counted once.",
            words.money(found["payment_amount"]),
            target=f"in {words.counted(count, 'payment')}",
            note=_made_of(found),
        ),
        Card(
            "Balance to the cent",
            "Payments that equal their claims less their provider adjustments.",
            words.count(found["balanced_count"]),
            f"of {words.count(count)}",
        ),
        Card(
            "Off, but explained",
            "Payments that differ from their claims for a reason that the remittance itself gives.",
            words.cents(found["explained_amount"]),
            f"in {words.counted(found['explained_count'], 'payment')}",
            note="nothing paid, the balance carried forward" if found["explained_count"] else "",
        ),
        Card(
            "Not explained",
            "What nothing accounts for, without sign: two mistakes do not hide each other.",
            words.cents(found["unexplained_amount"]),
            f"in {words.counted(found['unexplained_count'], 'payment')}",
            is_breach=bool(found["unexplained_count"]),
        ),
        _bank_card(found),
    ]


def _made_of(found: pd.Series) -> str:
    moved = found["provider_adjustment_amount"]
    sign = "less" if moved >= 0 else "plus"
    return f"{words.money(found['claim_paid_amount'])} for claims, {sign} {words.money(abs(moved))} of adjustments"


def _bank_card(found: pd.Series) -> Card:
    label, what = "At the bank", "What people typed from the bank's statement, against what the remittance says."
    if not found["bank_count"]:
        return Card(label, what, why_not="Nothing is entered yet: switch on Enter bank amounts below.")
    differs = int(found["bank_differs_count"])
    note = (
        f"{words.cents(found['bank_off_amount'])} off in {words.counted(differs, 'payment')}" if differs else "agrees"
    )
    of = f"of {words.counted(found['bank_wanted_count'], 'payment')}"
    return Card(label, what, f"{words.count(found['bank_count'])}", of, is_breach=differs > 0, note=note)


def _one(view: View) -> None:
    key = st.query_params.get("payment", "")
    row = deposit_list.one(view.build, key) if key else None
    if row is not None:
        deposit_one.payment(view.build, row, _close)
    elif key:
        st.warning(f"The payment of this address is not known here: {words.plain(key)}")


def _close() -> None:
    st.query_params.pop("payment", None)


def _months(view: View, wanted: Wanted, found: pd.Series) -> None:
    frame = deposit_list.by_month(view.build, wanted.whole)
    shown = deposit_list.months_for_people(frame, found)
    with st.container(border=True):
        parts.heading(
            "Month by month",
            "Claims less adjustments plus what it is off by is what was paid. Pick a month to see its payments.",
        )
        parts.table(
            shown,
            deposit_list.MONTH_FORMATS,
            alt="Payments by month",
            key=MONTHS_KEY,
            on_row=lambda place: _narrow(frame.iloc[place - 1]["month"] if place else None),
        )
        with st.container(horizontal=True):
            about = {"What": deposit_list.headline(found), "View": _about(view)}
            parts.downloads("deposit-months", shown, about)


def _narrow(month: datetime.date | None) -> None:
    if month is None:
        st.query_params.pop("month", None)
    else:
        st.query_params["month"] = f"{month:%Y-%m}"


def _list(view: View, wanted: Wanted) -> None:
    with st.container(border=True):
        parts.heading("Payments", "What needs somebody comes first. Pick a payment to see what it is made of.")
        with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
            st.selectbox(
                "Show", list(SHOW), key="which", bind="query-params", format_func=lambda key: SHOW[key][0], width=200
            )
            is_typing = st.toggle("Enter bank amounts", key="bank-typing", persist_state="session")
            if is_typing:
                deciding.who_asks("Entered by", key=deposit_bank.WHO, width=200)
            if wanted.month:
                said = f"{words.month(wanted.month)} ✕"
                st.button(said, key="month-chip", on_click=_narrow, args=(None,), help="Take back")
        _rows(view, wanted, is_typing)


def _rows(view: View, wanted: Wanted, is_typing: bool) -> None:
    frame = deposit_list.rows(view.build, wanted)
    if problem := st.session_state.pop("bank-problem", ""):
        st.error(words.refusal(problem))
    if frame.empty:
        st.caption("No payment of this kind in this view.")
        return
    height = min(TALLEST, (len(frame) + 1) * ROW_HEIGHT + 3)
    if is_typing:
        deposit_bank.editor(frame, height)
    else:
        shown = deposit_list.for_people(frame)
        keys = list(frame["deposit_key"])
        parts.table(
            shown, deposit_list.FORMATS, alt="Payments", key=KEY, height=height, on_row=lambda row: _open(keys[row])
        )
    _take_away(view, wanted, len(frame))


def _open(key: str) -> None:
    st.query_params["payment"] = key


def _take_away(view: View, wanted: Wanted, shown: int) -> None:
    found = deposit_list.sums(view.build, wanted)
    about = {"What": deposit_list.headline(found), "View": _about(view), "Show": SHOW[wanted.show][0]}

    def whole() -> pd.DataFrame:
        return deposit_list.for_people(deposit_list.rows(view.build, wanted, limit=None))

    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        count, dollars = words.counted(found["payment_count"], "payment"), words.cents(found["payment_amount"])
        first = f", the first {words.count(shown)} shown" if shown == MOST_ROWS else ""
        st.caption(words.plain(f"{count}, {dollars}{first}. Take away all of them:"), width="content")
        parts.downloads("deposits", whole, about)


page()
