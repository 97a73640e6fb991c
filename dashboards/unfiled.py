"""Claims that were turned back at the door and never sent again: what they are worth, and until when they can be."""

import dataclasses

import pandas as pd
import streamlit as st

from dashboards import cache, claim_link, parts, words
from dashboards.controls import View
from dashboards.outcome_data import LIMIT_WORDS
from dashboards.parts import Format

UNFILED = """
    select * from filing_deadline{}
    order by case when days_left < 0 then 1 else 0 end, days_left nulls last, charge_amount desc, family_id
"""
FORMATS: dict[str, Format] = {
    "Sent": "date",
    "Service": "date",
    "Charge": "money",
    "Days left": "days",
    "File by": "date",
}
BELOW = "Turned back by clearinghouse or payer before any decision, all dates; limits for filing: payer_rules.csv"


def rejected(view: View) -> pd.DataFrame:
    """Rejected claims of the view, whatever the dates; the next limit first, limits that have passed last."""
    every = dataclasses.replace(view.scope, date_from=None, date_to=None, clock="remittance")  # they have no clock
    where, values = every.conditions("filing_deadline", with_reasons=False)
    where = f"{where} and standing = 'rejected'" if where else " where standing = 'rejected'"
    return cache.query(view.build, UNFILED.format(where), values)


def block(view: View) -> None:
    """The list under its sentence; nothing where no claim was turned back for good."""
    frame = rejected(view)
    if frame.empty:
        return
    shown = pd.DataFrame(
        {
            "Claim": frame["patient_control_number"],
            "Days left": frame["days_left"],
            "File by": frame["deadline_date"],
            "Limit is": [LIMIT_WORDS[bool(value)] for value in frame["is_assumed"]],
            "Charge": frame["charge_amount"],
            "Payer": frame["payer"],
            "CPT/HCPCS": frame["procedure"],
            "Service": frame["service_date"],
            "Sent": frame["last_submission_date"],
        },
        dtype="object",
    )
    families = [str(family) for family in frame["family_id"]]
    with st.container(border=True):
        parts.heading(title(frame), BELOW)
        parts.table(
            shown, FORMATS, "Rejected claims", "unfiled", lambda row: claim_link.ask(f"{families[row]}|", "outcomes")
        )
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            parts.downloads("unfiled", shown, {"What": "Claims that never reached the payer", "View": view.words})
            st.caption("Pick a row to open its claim.")


def title(frame: pd.DataFrame) -> str:
    """How many there are, what they are worth, and for how many it is too late."""
    late = int((frame["days_left"].dropna() < 0).sum())
    said = f"{words.counted(len(frame), 'rejected claim')} not sent again: {words.money(frame['charge_amount'].sum())}"
    return f"{said}; for {words.count(late)} the limit for filing has passed" if late else said
