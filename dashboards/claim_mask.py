"""Names and IDs of patients: masked until somebody asks, and who asked is written to the ledger.

What is masked: names and numbers of patients, members and subscribers, addresses, birth dates, references, free text,
bank accounts. What is not: the practice's claim number (it is how people speak of a claim), providers, payers, codes,
amounts, dates of service. The masked text has the same length whatever it hides.
"""

import re
from collections.abc import Mapping

import streamlit as st

from dashboards import access, words
from pipelines.access import Right

MASK = "•••"
SHOWN = "unmasked-claims"
NOT_PATIENTS = frozenset(
    ("PR", "PE", "82", "77", "85", "87", "40", "41", "FA", "DN", "P3", "DQ", "DK", "71", "72", "73", "TT", "1P")
)  # NM1 of payers, providers, clearinghouses
WHOLE = {"N3", "N4", "DMG", "PAT", "PER", "NTE", "K3"}  # addresses, birth dates, telephone numbers, free text
OPEN_REFERENCES = {"0K", "LU", "G2", "1C", "HPI", "0B"}  # policies, locations, providers
BANK_PLACES = (7, 9, 13, 15)  # of BPR: banks and accounts
REFERENCE_PLACES = range(3, 15, 2)  # of PLB: reason code and reference, which may be a claim's or a patient's number
LOG_FIELDS = {
    "patient_name": "Patient",
    "patient_id": "Patient number",
    "member_id": "Member ID",
    "patient_birth_date": "Birth date",
    "authorization_number": "Authorisation",
    "note": "Note",
}


def is_shown(subject: str) -> bool:
    """Somebody asked for the names of this claim in this session."""
    return subject in st.session_state.get(SHOWN, ())


def show(subject: str) -> None:
    """The asking is in the ledger, and from the next run on the names of this claim are shown. For callbacks."""
    access.ledger(Right.NAMES).append("unmasked", subject, {})
    st.session_state[SHOWN] = {*st.session_state.get(SHOWN, ()), subject}


def hide(subject: str) -> None:
    """The names are masked again. For callbacks."""
    st.session_state[SHOWN] = set(st.session_state.get(SHOWN, ())) - {subject}


def said(value: object, subject: str) -> str:
    """The value if it may be seen, the mask if not, a dash if there is none."""
    if value in (None, ""):
        return words.NONE
    return str(value) if is_shown(subject) else MASK


def button(subject: str) -> None:
    """The switch between masked and shown."""
    if is_shown(subject):
        st.button("Hide names and IDs", key="hide-names", on_click=hide, args=(subject,))
        st.caption("Shown; this was written to the ledger with your name.", width="content")
    else:
        st.button("Show names and IDs", key="show-names", on_click=show, args=(subject,))
        st.caption("Masked. Showing them is written to the ledger: who, when, which claim.", width="content")


def facts(values: Mapping[str, object], subject: str) -> None:
    """What may be private of a claim in one line, masked until asked, with the switch beside it."""
    shown = " · ".join(f"{label}: {said(value, subject)}" for label, value in values.items() if value)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.html(f"<div class='db-patient'>{words.markup(shown)}</div>", width="content")
        button(subject)


def segment(text: str) -> str:
    """The segment with everything masked that could tell who the patient is."""
    found = re.match(r"\s*[A-Za-z0-9]{2,3}", text)
    if not found or found.end() >= len(text):
        return text
    separator = text[found.end()]
    elements = text.split(separator)
    return separator.join(_masked(elements[0].strip().upper(), elements))


def _masked(name: str, elements: list[str]) -> list[str]:
    second = elements[1].strip().upper() if len(elements) > 1 else ""
    if name in WHOLE:
        return _hidden(elements, 1, len(elements))
    if name == "NM1" and second not in NOT_PATIENTS:
        return _hidden(elements, 3, len(elements))
    if name == "REF" and second not in OPEN_REFERENCES:
        return _hidden(elements, 2, len(elements))
    if name == "SBR":
        return _hidden(elements, 3, 5)
    if name == "CLP":
        return _hidden(elements, 7, 8)
    if name == "BPR":
        return [MASK if place in BANK_PLACES and value else value for place, value in enumerate(elements)]
    if name == "PLB":
        return [_reference(value) if place in REFERENCE_PLACES else value for place, value in enumerate(elements)]
    return elements


def _reference(value: str) -> str:
    """`WO:•••`: the reason without what it refers to."""
    found = re.match(r"\s*[A-Za-z0-9]{2}\W(?=.)", value)
    return found.group() + MASK if found else value


def _hidden(elements: list[str], start: int, end: int) -> list[str]:
    """Elements from `start` to before `end` masked; empty ones, and the qualifier of an ID, stay."""
    is_name = elements[0].strip().upper() == "NM1"
    return [
        MASK if start <= place < end and value and not (is_name and place == 8) else value
        for place, value in enumerate(elements)
    ]
