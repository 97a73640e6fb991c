"""Money beside the denials: what was paid below a payer's usual, and what payers took back."""

from collections.abc import Callable
from typing import Any

import pandas as pd
import streamlit as st

from dashboards import cache, claim_link, parts, words
from dashboards.controls import View
from dashboards.parts import Format

PAGE = "outcomes"
MOST_ROWS = 1_000  # rows shown; files have all
UNDERPAID = """
    select *, count(*) over () as row_count, sum(short_amount) over () as whole_amount from underpayment{}
    order by short_amount desc, payment_date desc, family_id, line_key{}
"""
UNDERPAID_COLUMNS = {
    "patient_control_number": "Claim",
    "payer": "Payer",
    "procedure": "CPT/HCPCS",
    "modifiers": "Modifiers",
    "units": "Units",
    "payment_date": "Paid on",
    "allowed_amount": "Allowed",
    "usual_amount": "Usual",
    "usual_count": "n",
    "short_amount": "Short by",
}
UNDERPAID_FORMATS: dict[str, Format] = {
    **dict.fromkeys(("Allowed", "Usual", "Short by"), "money"),
    "Paid on": "date",
    "n": "count",
    "Units": "count",
}
TAKEN_BACK = """
    with reversals as (
        select
            family_id,
            min(patient_control_number) as patient_control_number,
            payer_key as payer,
            payment_date,
            min(trace_number) as trace_number,
            'reversal' as how,
            -sum(paid_amount) as amount
        from claim_event
        where not is_repeat and family_id in (select family_id from claim_event where is_reversal)
        group by family_id, payer_key, payment_date
        having bool_or(is_reversal) and sum(paid_amount) < 0
    ),
    recoupments as (
        select
            moved.family_id,
            named.patient_control_number,
            moved.payer,
            moved.payment_date,
            moved.trace_number,
            'provider adjustment: ' || moved.reason_label as how,
            moved.amount
        from provider_adjustment as moved
        left join (
            select family_id, min(patient_control_number) as patient_control_number from claim_event
            where family_id in (select family_id from provider_adjustment where kind = 'takeback')
            group by family_id
        ) as named on named.family_id = moved.family_id
        where moved.kind = 'takeback'
    ),
    found as (
        select * from reversals union all select * from recoupments
    )
    select *, count(*) over () as row_count, sum(amount) over () as whole_amount from found{}
    order by payment_date desc nulls last, abs(amount) desc, family_id, how{}
"""
TAKEN_COLUMNS = {
    "patient_control_number": "Claim",
    "payment_date": "On",
    "payer": "Payer",
    "how": "How",
    "amount": "Taken back",
    "trace_number": "Payment",
}
TAKEN_FORMATS: dict[str, Format] = {"Taken back": "money", "On": "date"}


def underpaid(view: View) -> None:
    """Lines that were paid, but below what this payer usually allows for the same."""
    frame = short_lines(view)
    if frame.empty:
        parts.empty(
            "No line was paid below its payer's usual",
            "A usual is known where a payer allowed the same amount for the same code, modifiers, place and units at "
            "least five times in a year, and in at least half of all cases.",
        )
        return
    keys = [f"{family}|{line}" for family, line in zip(frame["family_id"], frame["line_key"], strict=True)]
    with st.container(border=True):
        parts.heading(
            f"{words.counted(int(frame['row_count'].iloc[0]), 'line')} paid below this payer's usual, "
            f"short by {words.money(frame['whole_amount'].iloc[0])}",
            "Candidates to look into, not errors: over a dollar below what the payer allowed most often for the same "
            f"code, modifiers, place and units in that year; n lines with the usual amount; paid {_span(view)}.",
        )
        what = "Paid below this payer's usual"
        shown, whole = _named(frame, UNDERPAID_COLUMNS), lambda: _named(short_lines(view, None), UNDERPAID_COLUMNS)
        claim_rows(shown, keys, UNDERPAID_FORMATS, "underpaid", what, whole)


def taken_back(view: View) -> None:
    """Money that payers took back, by reversals and by provider adjustments."""
    frame = steps_back(view)
    if frame.empty:
        parts.empty("Nothing was taken back in this view", "No reversal and no provider adjustment took money back.")
        return
    keys = [f"{family}|" if family else "" for family in frame["family_id"]]
    with st.container(border=True):
        parts.heading(
            f"{words.money(frame['whole_amount'].iloc[0])} was taken back in "
            f"{words.counted(int(frame['row_count'].iloc[0]), 'step')}",
            "By reversals of a claim payment, less what was paid anew the same day, and by provider adjustments (PLB); "
            f"{_span(view)}.",
        )
        shown, whole = _named(frame, TAKEN_COLUMNS), lambda: _named(steps_back(view, None), TAKEN_COLUMNS)
        claim_rows(shown, keys, TAKEN_FORMATS, "taken-back", "Taken back", whole)


def claim_rows(
    shown: pd.DataFrame,
    keys: list[Any],
    formats: dict[str, Format],
    key: str,
    what: str,
    whole: Callable[[], pd.DataFrame] | None = None,
) -> None:
    """A list whose rows open their claims, to be taken away; of a list that is cut, `whole` has all rows."""

    def open_claim(row: int) -> None:
        if keys[row]:
            claim_link.ask(str(keys[row]), PAGE)

    parts.table(shown, formats, alt=what, key=f"list-{key}", on_row=open_claim)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        parts.downloads(key, whole or shown, {"What": what}, has_numbers="Claim" in shown.columns)
        first = f"The first {words.count(MOST_ROWS)}; files have all. " if whole and len(shown) == MOST_ROWS else ""
        st.caption(f"{first}Pick a row to open its claim.")


def _named(frame: pd.DataFrame, columns: dict[str, str]) -> pd.DataFrame:
    return frame[list(columns)].rename(columns=columns)


def short_lines(view: View, most: int | None = MOST_ROWS) -> pd.DataFrame:
    """Paid lines below the payer's own usual, the shortest first; `row_count` and `whole_amount` are of all of them."""
    scope = view.scope
    chosen = {"payer": scope.payers, "place_of_service": scope.places, "procedure": scope.procedures}
    where, values = _paid(view, chosen)
    return _asked(view, UNDERPAID, where, most, values)


def steps_back(view: View, most: int | None = MOST_ROWS) -> pd.DataFrame:
    """What payers took back, newest first, likewise; a reversal counts less what was paid anew that day."""
    where, values = _paid(view, {"payer": view.scope.payers})
    return _asked(view, TAKEN_BACK, where, most, values)


def _asked(view: View, sql: str, where: str, most: int | None, values: list[Any]) -> pd.DataFrame:
    """The first rows, kept for the next look; all of them, for a file, are not."""
    if most is None:
        return cache.read(view.build, sql.format(where, ""), values)
    return cache.query(view.build, sql.format(where, f" limit {most}"), values)


def _span(view: View) -> str:
    return words.period(view.scope.date_from, view.scope.date_to)


def _paid(view: View, chosen: dict[str, tuple[str, ...]]) -> tuple[str, list[Any]]:
    """The condition that something was paid in the view's dates, and of what was chosen; its parameters."""
    parts: list[str] = []
    values: list[Any] = []
    for column, names in chosen.items():
        if names:
            parts.append(f"{column} in ({', '.join('?' * len(names))})")
            values += names
    for sign, day in ((">=", view.scope.date_from), ("<=", view.scope.date_to)):
        if day:
            parts.append(f"payment_date {sign} ?")
            values.append(day)
    return (f" where {' and '.join(parts)}" if parts else ""), values
