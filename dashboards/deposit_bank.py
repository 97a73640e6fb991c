"""What came in at the bank: typed beside each payment, kept in the ledger, compared to the cent."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pandas as pd
import streamlit as st

from dashboards import deciding, deposit_list, words
from pipelines.ledger import Event

KIND = "bank_amount"
WHO = "bank-who"
CENT = Decimal("0.01")
HIGHEST = Decimal("1e12")
SHOWN = ("Trace", "Payer", "Paid on", "By", "Paid (BPR02)", "At the bank", "Bank off by", "Entered by")
TYPED = "At the bank"


def editor(frame: pd.DataFrame, height: int) -> None:
    """The payments with a column to type in what the bank says; what is typed is in the ledger at once."""
    turn = st.session_state.get("bank-turn", 0)  # a new table after each edit, so that it shows what was written
    key = f"bank-{turn}"
    now = overlaid(frame, deciding.standing(KIND))
    shown = deposit_list.for_people(now)[list(SHOWN)]
    st.data_editor(
        _drawn(shown),
        column_config=_columns(),
        disabled=[name for name in SHOWN if name != TYPED],
        hide_index=True,
        placeholder=words.NONE,
        height=height,
        key=key,
        alt="Payments, and what came in at the bank",
    )
    if edits := st.session_state[key]["edited_rows"]:
        _take(edits, frame)


def overlaid(frame: pd.DataFrame, standing: Mapping[str, Event]) -> pd.DataFrame:
    """The payments with what the ledger says of the bank now, whatever it said when the build was made."""
    events = [standing.get(str(key)) for key in frame["deposit_key"]]
    amounts = [Decimal(str(event.body["amount"])) if event else None for event in events]
    off = [None if bank is None else bank - paid for bank, paid in zip(amounts, frame["payment_amount"], strict=True)]
    who = [event.who if event else None for event in events]
    columns = {"bank_amount": amounts, "bank_off_amount": off, "bank_who": who}
    return frame.assign(**{name: pd.Series(values, frame.index, dtype="object") for name, values in columns.items()})


def waiting(build: str) -> None:
    """How many typed amounts the sums above do not hold yet, and the button that changes that."""
    now = {key: Decimal(str(event.body["amount"])) for key, event in deciding.standing(KIND).items()}
    changed = [key for key, amount in deposit_list.entered(build, now).items() if now.get(key) != amount]
    if changed:
        said = "bank amount is new or changed" if len(changed) == 1 else "bank amounts are new or changed"
        deciding.waiting(f"{words.count(len(changed))} {said} since these sums were made")


def problem_with(typed: Any) -> str:
    """Why this cannot be an amount at the bank; '' where it can."""
    amount = Decimal(str(typed))
    if not amount.is_finite() or abs(amount) >= HIGHEST:
        return f"{typed} is no amount of dollars"
    return "" if amount == amount.quantize(CENT) else f"{typed} has parts of a cent"


def _drawn(shown: pd.DataFrame) -> pd.DataFrame:
    """What the grid of the browser can draw and edit."""
    money = {name for name in SHOWN if deposit_list.FORMATS.get(name) == "money"}
    return shown.assign(**{name: pd.to_numeric(shown[name]).astype(float) for name in money})


def _columns() -> dict[str, Any]:
    found: dict[str, Any] = {
        name: st.column_config.NumberColumn(format="dollar")
        for name in SHOWN
        if deposit_list.FORMATS.get(name) == "money"
    }
    typed = st.column_config.NumberColumn(format="dollar", step=0.01, help="Click twice to type; empty takes it back.")
    date = st.column_config.DateColumn(format="D MMM YYYY")
    return found | {TYPED: typed, "Paid on": date, "Trace": st.column_config.TextColumn(pinned=True)}


def _take(edits: Mapping[int, Mapping[str, Any]], frame: pd.DataFrame) -> None:
    """What was typed is in the ledger, or the page says why not; either way the table is drawn anew."""
    problems = [_enter(str(frame.iloc[int(row)]["deposit_key"]), cells[TYPED]) for row, cells in edits.items()]
    st.session_state["bank-problem"] = "; ".join(filter(None, problems))
    st.session_state["bank-turn"] = st.session_state.get("bank-turn", 0) + 1
    st.rerun()


def _enter(key: str, typed: Any) -> str:
    who = str(st.session_state.get(WHO) or "")
    if typed is None:
        return deciding.record(KIND, key, {}, who)
    return problem_with(typed) or deciding.record(KIND, key, {"amount": f"{Decimal(str(typed)):.2f}"}, who)
