"""The raw segments of a claim, as they stand in the file: the deciding one marked, names and IDs masked until asked."""

import re
from collections.abc import Iterable, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from dashboards import cache, claim_mask, parts, words
from dashboards.claim_data import Claim, file_names
from dashboards.claim_log import row_table
from dashboards.claim_timeline import Place, Step
from pipelines.errors import DenialboardError

LONGEST = 200_000  # bytes: where a claim's end is not known
ENDS = {  # source: what comes after the claim in such a file
    "837": ("CLM", "HL", "SE", "GE", "IEA", "ST"),
    "277CA": ("HL", "SE", "GE", "IEA", "ST"),
    "999": ("AK1", "AK2", "AK9", "SE", "GE", "IEA", "ST"),
    "835": ("CLP", "LX", "PLB", "SE", "GE", "IEA", "ST"),
}
SOURCES = {"835": "remittance", "837": "claim", "277CA": "acknowledgement", "999": "acknowledgement", "log": "log"}
HEAD = (
    "<thead><tr><th scope='col' class='db-num'>Segment</th><th scope='col' class='db-num'>Byte</th>"
    "<th scope='col'>Text</th></tr></thead>"
)
MEANING = {
    "BPR": "payment: amount, method, date",
    "TRN": "number of the payment",
    "PLB": "provider adjustments: reason, reference, amount",
    "N1": "payer or payee",
    "CLP": "claim payment",
    "CAS": "adjustment: group, code, amount",
    "NM1": "name",
    "MIA": "inpatient remarks",
    "MOA": "outpatient remarks",
    "REF": "reference",
    "DTM": "date",
    "DTP": "date",
    "SVC": "service line: procedure, charge, paid",
    "LQ": "remark code",
    "AMT": "amount",
    "QTY": "quantity",
    "CLM": "claim as sent",
    "HI": "diagnoses",
    "LX": "line number",
    "SV1": "service line as sent",
    "SV2": "service line as sent",
    "SBR": "subscriber",
    "PRV": "provider",
    "STC": "status: category, status, date",
    "HL": "level",
    "AK2": "what is answered",
    "IK5": "accepted or rejected",
}


def segments(claim: Claim, found: Sequence[Step], event: Any, evidence: pd.DataFrame, denial: Any) -> None:
    """What the files say of the claim, one place at a time: first what decided, then whatever is picked."""
    matched = (
        evidence[evidence["stage"].astype(int) > 0] if len(evidence) else evidence
    )  # a person's word is in no file
    winner = matched.iloc[0] if len(matched) else None
    how = "decided" if len(matched) == len(evidence) else "would have decided"
    said = f"{how}: {winner['evidence']}" if winner is not None else ""
    places = {step.place: f"{words.day(step.date)} · {step.what}" for step in found if step.place}
    for _, entry in claim.notes.iterrows():
        places.setdefault(Place("log", str(entry["file_id"]), row_no=int(entry["row_no"])), "Row of the log")
    if not places:
        return
    names = file_names(claim.build)
    with st.container(border=True, key="in-the-files"):
        parts.heading("In the files", "As the payer and the practice wrote it. Hover over a segment to see what it is.")
        place = st.selectbox(
            "Show",
            list(places),
            index=list(places).index(_first(list(places), winner, event)),
            key=_key(claim),
            format_func=lambda one: f"{places[one]} · {SOURCES.get(one.source, one.source)}, {one.words}",
            width=520,
        )
        st.caption(words.plain(names.get(place.file_id, place.file_id)))
        if place.row_no is None:
            _segments(claim, place, winner, said, denial)
            return
        _log_row(claim, place, winner, said)
        answer = _of_event(list(places), event)
        if answer:  # what the payer wrote stands below what the practice wrote about it
            st.caption(words.plain(f"{places[answer]}: {names.get(answer.file_id, answer.file_id)}"))
            _segments(claim, answer, winner, said, denial)


def pick(claim: Claim, place: Place) -> None:
    """From the next run on this place is shown. For callbacks."""
    st.session_state[_key(claim)] = place


def _key(claim: Claim) -> str:
    return f"place-{claim.family_id}"


def _first(places: list[Place], winner: Any, event: Any) -> Place:
    """What decided, else the decision that is looked at, else the claim as it was sent last, else the last."""
    for place in places:
        if winner is not None and _holds(place, winner):
            return place
    if event is None:
        return next((place for place in reversed(places) if place.source == "837"), places[-1])
    return _of_event(places, event) or places[-1]


def _of_event(places: list[Place], event: Any) -> Place | None:
    """Where the decision that is looked at stands."""
    wanted = (event["file_id"], int(event["byte_offset"])) if event is not None else None
    return next((place for place in places if (place.file_id, place.start) == wanted), None)


def _holds(place: Place, found: Any) -> bool:
    """Whether the evidence lies within the place."""
    if place.file_id != found["file_id"]:
        return False
    if place.row_no is not None:
        return bool(place.row_no == found["row_no"])
    if pd.isna(found["byte_offset"]) or place.start is None:
        return False
    return place.start <= int(found["byte_offset"]) < (place.end or place.start + LONGEST)


def _log_row(claim: Claim, place: Place, winner: Any, said: str) -> None:
    rows = cache.query(
        claim.build, "select * from log_entry where file_id = ? and row_no = ?", (place.file_id, place.row_no)
    )
    if winner is not None and _holds(place, winner):
        st.caption(words.plain(said))
    if len(rows):
        st.html(row_table(claim.build, rows.iloc[0], claim.family_id))
    else:
        st.caption("The row is not in this build.")


def _segments(claim: Claim, place: Place, winner: Any, said: str, denial: Any) -> None:
    start = int(place.start or 0)
    try:
        found = cache.segments(claim.build, place.file_id, start, place.end or start + LONGEST)
    except DenialboardError as problem:
        st.warning(words.plain(str(problem)))
        return
    if place.end is None:
        found = _until_next(found, ENDS.get(place.source, ()))
    if not found:
        st.caption("The file holds no segment here.")
        return
    first, last = int(place.segment_no or 0), found[-1][0] + len(found[-1][1].encode())
    st.caption(
        f"Segments {words.count(first)} to {words.count(first + len(found) - 1)}, "
        f"bytes {words.count(start)} to {words.count(last)}"
    )
    own = _own_line(found, place, denial)
    rows = []
    for index, (offset, text) in enumerate(found):
        is_deciding = winner is not None and (winner["file_id"], winner["byte_offset"]) == (place.file_id, offset)
        css = "db-deciding" if is_deciding else "db-own" if offset in own else ""
        rows.append(row(claim.family_id, first + index, offset, text, css, said if is_deciding else ""))
    st.html(table(rows))


def _until_next(found: list[tuple[int, str]], ends: Sequence[str]) -> list[tuple[int, str]]:
    for index, (_, text) in enumerate(found):
        if index and name_of(text) in ends:
            return found[:index]
    return found


def _own_line(found: list[tuple[int, str]], place: Place, denial: Any) -> set[int]:
    """Offsets of the segments that make up the denied line."""
    if denial is None or denial["file_id"] != place.file_id or pd.isna(denial["byte_offset"]):
        return set()
    own: set[int] = set()
    for offset, text in found:
        if offset > denial["byte_offset"] and name_of(text) in ("SVC", "CLP", "LX"):
            break
        if offset >= denial["byte_offset"]:
            own.add(offset)
    return own


def row(subject: str, number: int, offset: int, text: str, css: str = "", said: str = "") -> str:
    """A row of the table: number, offset and text of one segment, what is private in it masked for this subject."""
    shown = text if claim_mask.is_shown(subject) else claim_mask.segment(text)
    name = name_of(text)
    rest = shown.strip()[len(name) :]
    style = f" class='{css}'" if css else ""
    mark = f" <span class='db-mark'>{words.markup(said)}</span>" if said else ""
    meaning = words.markup(MEANING.get(name, ""))
    place = "".join(f"<td class='db-num'>{words.count(value)}</td>" for value in (number, offset))
    shown = f"<b>{words.markup(name)}</b>{words.markup(rest)}"
    return f"<tr{style} title='{meaning}'>{place}<td><code>{shown}</code>{mark}</td></tr>"


def table(rows: Iterable[str]) -> str:
    """The rows as a table under our headings."""
    return f"<div class='db-scroll'><table class='db-segments'>{HEAD}<tbody>{''.join(rows)}</tbody></table></div>"


def name_of(text: str) -> str:
    """The segment's name: `CLP`; '' where there is none."""
    found = re.match(r"\s*([A-Za-z0-9]{2,3})", text)
    return found.group(1).upper() if found else ""
