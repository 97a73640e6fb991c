"""The raw segments of a claim, as they stand in the file: the deciding one marked, names and IDs masked until asked."""

import re
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, NamedTuple

import pandas as pd
import streamlit as st

from dashboards import cache, claim_mask, parts, words
from dashboards.claim_data import Claim, file_names
from dashboards.claim_log import row_table
from pipelines.errors import DenialboardError

LONGEST_CLAIM = 200_000  # bytes: where a submitted claim's end is not known
ENDS = ("CLM", "HL", "SE", "GE", "IEA", "ST")  # what comes after a submitted claim
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
}


class Place(NamedTuple):
    """Where something was found in an X12 file."""

    file_id: str
    byte_offset: int


class Piece(NamedTuple):
    """A part of a file that is shown: its first segment's number, its first byte and the byte after it."""

    title: str
    file_id: str
    segment_no: int
    start: int
    end: int
    is_sent: bool = False


def segments(claim: Claim, event: Any, evidence: pd.DataFrame, line_at: Place | None) -> None:
    """The claim payment's segments, those of the claim that was sent, and rows of logs; what decided comes first."""
    found = evidence[evidence["stage"].astype(int) > 0] if len(evidence) else evidence  # a person's word is in no file
    winner = found.iloc[0] if len(found) else None
    decided = Place(winner["file_id"], winner["byte_offset"]) if winner is not None else None
    how = "decided" if len(found) == len(evidence) else "would have decided"
    said = f"{how}: {winner['evidence']}" if winner is not None else ""
    shown: list[tuple[bool, str, Callable[[], None]]] = []
    for piece in _pieces(event):
        is_deciding = winner is not None and winner["file_id"] == piece.file_id
        shown.append((is_deciding, piece.title, partial(_piece, claim, piece, decided, said, line_at)))
    for _, row in claim.notes.iterrows():
        is_deciding = winner is not None and (winner["file_id"], winner["row_no"]) == (row["file_id"], row["row_no"])
        mark = f"; {said}" if is_deciding else ""
        shown.append((is_deciding, f"Log row {row['row_no']}", partial(_log_row, claim, row, mark)))
    shown.sort(key=lambda one: not one[0])
    with st.container(border=True):
        parts.heading("In the files", "As the payer and the practice wrote it. Hover over a segment to see what it is.")
        tabs = st.tabs([title for _, title, _ in shown]) if len(shown) > 1 else [st.container()]
        for tab, (_, _, draw) in zip(tabs, shown, strict=True):
            with tab:
                draw()


def _log_row(claim: Claim, row: pd.Series, mark: str) -> None:
    name = file_names(claim.build).get(str(row["file_id"]), "")
    st.caption(words.plain(f"{name}, row {words.count(row['row_no'])}{mark}"))
    st.html(row_table(claim.build, row, claim.family_id))


def _pieces(event: Any) -> list[Piece]:
    found = [
        Piece(
            "Remittance (835)", event.file_id, int(event.segment_no), int(event.byte_offset), int(event.end_byte_offset)
        )
    ]
    if event.submission_file_id and pd.notna(event.submission_byte_offset):
        start = int(event.submission_byte_offset)
        number = int(event.submission_segment_no)
        found.append(
            Piece("Claim sent (837)", event.submission_file_id, number, start, start + LONGEST_CLAIM, is_sent=True)
        )
    return found


def _piece(claim: Claim, piece: Piece, decided: Place | None, said: str, line_at: Place | None) -> None:
    try:
        found = cache.segments(claim.build, piece.file_id, piece.start, piece.end)
    except DenialboardError as problem:
        st.warning(words.plain(str(problem)))
        return
    if piece.is_sent:
        found = _until_next(found)
    if not found:
        st.caption("The file holds no segment here.")
        return
    name = file_names(claim.build).get(piece.file_id, piece.file_id)
    last = found[-1][0] + len(found[-1][1].encode())
    st.caption(
        f"{words.plain(name)}, segments {words.count(piece.segment_no)} to "
        f"{words.count(piece.segment_no + len(found) - 1)}, bytes {words.count(piece.start)} to {words.count(last)}"
    )
    own = _own_line(found, piece, line_at)
    rows = []
    for index, (offset, text) in enumerate(found):
        is_deciding = Place(piece.file_id, offset) == decided
        css = "db-deciding" if is_deciding else "db-own" if offset in own else ""
        rows.append(row(claim.family_id, piece.segment_no + index, offset, text, css, said if is_deciding else ""))
    st.html(table(rows))


def _until_next(found: list[tuple[int, str]]) -> list[tuple[int, str]]:
    for index, (_, text) in enumerate(found):
        if index and name_of(text) in ENDS:
            return found[:index]
    return found


def _own_line(found: list[tuple[int, str]], piece: Piece, line_at: Place | None) -> set[int]:
    """Offsets of the segments that make up the denied line."""
    if line_at is None or line_at.file_id != piece.file_id:
        return set()
    own: set[int] = set()
    for offset, text in found:
        if offset > line_at.byte_offset and name_of(text) in ("SVC", "CLP", "LX"):
            break
        if offset >= line_at.byte_offset:
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
