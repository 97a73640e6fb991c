"""A claim's history as steps with the days between: from the service to the last remittance, each with its place."""

import datetime
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import pandas as pd
import streamlit as st

from dashboards import cache, words
from dashboards.claim_data import Claim, deciding, file_names

KINDS = {  # event_kind of family_event: what is said, and its tone
    "submitted": ("Submitted", ""),
    "resubmitted": ("Sent again", ""),
    "voided": ("Voided", ""),
    "accepted": ("Accepted", ""),
    "rejected": ("Rejected", "bad"),
    "paid": ("Paid", "good"),
    "patient": ("Allowed", "good"),
    "denied": ("Denied", "bad"),
    "partly_denied": ("Denied in part", "bad"),
    "pended": ("Pended", ""),
    "reversed": ("Taken back", "warn"),
    "corrected": ("Corrected", "good"),
    "taken_back": ("Taken back", "warn"),
    "recouped": ("Recouped", "warn"),
    "appealed": ("Appealed", ""),
    "appeal_overturned": ("Appeal won", "good"),
    "appeal_upheld": ("Appeal lost", "bad"),
    "closed": ("Closed", ""),
    "decided": ("Decided", ""),
}
ANSWERS = {  # categories of an answer before adjudication
    "A0": "forwarded",
    "A1": "received",
    "A2": "taken on to be decided",
    "A3": "cannot be processed",
    "A4": "not found",
    "A5": "split",
    "A6": "information is missing",
    "A7": "information is invalid",
    "A8": "fields contradict each other",
}
DECISIONS = ("paid", "patient", "denied", "partly_denied", "pended", "reversed", "corrected", "taken_back", "decided")
FIRST, LAST = -1, 10_000_000  # order within a day: the service comes first, a copy last
SHOWN_CODES = 2


class Place(NamedTuple):
    """Where a step stands written: segments of an X12 file from `start` to before `end`, or a row of a log."""

    source: str  # 835, 837, 277CA, 999 or log
    file_id: str
    segment_no: int | None = None
    start: int | None = None
    end: int | None = None
    row_no: int | None = None

    @property
    def words(self) -> str:
        """`segment 412` or `row 12`."""
        return (
            f"row {words.count(self.row_no)}" if self.row_no is not None else f"segment {words.count(self.segment_no)}"
        )


class Step(NamedTuple):
    """One thing that happened. `tone` is good, bad, warn or ''; `order` sorts steps of one day."""

    date: datetime.date | None
    order: int
    what: str
    detail: str = ""
    tone: str = ""
    place: Place | None = None


def steps(claim: Claim) -> list[Step]:
    """Everything that happened to the claim as far as files, logs and people say, oldest first."""
    found = [Step(claim.service_date, FIRST, "Service"), *_told(claim), *_repeated(claim)]
    return sorted(found, key=lambda step: (step.date or datetime.date.max, step.order))


def _told(claim: Claim) -> Iterator[Step]:
    decisions: dict[Any, Any] = {(row.file_id, int(row.byte_offset)): row for row in claim.counted.itertuples()}
    for rows in _once(claim.history.itertuples()):
        row, place = rows[0], _place(rows[0])
        event = decisions.get((place.file_id, place.start)) if place and row.event_kind in DECISIONS else None
        what, detail, tone = decision(claim, event) if event is not None else _said(claim, rows)
        yield Step(row.event_date, int(row.sort_no), what, detail, tone, place)


def _once(history: Iterable[Any]) -> list[list[Any]]:
    """The events; what several logs tell alike (kind, day and words) is one, however often each of them tells it."""
    found: dict[tuple[Any, ...], list[Any]] = {}
    seen: Counter[tuple[Any, ...]] = Counter()
    for place, row in enumerate(history):
        alike = (row.event_kind, row.event_date, row.words) if row.source == "log" and row.file_id else (place,)
        seen[row.file_id, alike] += 1  # the second of one log is another event, and the same as the second of another
        found.setdefault((*alike, seen[row.file_id, alike]), []).append(row)
    return list(found.values())


def _said(claim: Claim, rows: Sequence[Any]) -> tuple[str, str, str]:
    """A step from its rows alone: what, their words and amount, tone."""
    row = rows[0]
    what, tone = KINDS.get(str(row.event_kind), (words.named(str(row.event_kind)).capitalize(), ""))
    if str(row.source) == "277CA":
        return what, answer(str(row.words or "")), tone
    if str(row.source) == "999":
        return what, f"with the whole file or transaction (999, {row.words})", tone
    amount = " or ".join(dict.fromkeys(words.cents(abs(one.amount)) for one in rows if one.amount))
    more = "" if row.words == "appeal" else str(row.words or "")  # the step says so itself
    return what, ", ".join(filter(None, (more, amount, _by(claim, rows)))), tone


def _by(claim: Claim, rows: Sequence[Any]) -> str:
    """Who tells it; of several logs each with its row."""
    if len(rows) == 1:
        return {"log": "by the log", "person": "by a person"}.get(str(rows[0].source), "")
    names = file_names(claim.build)
    told = [f"{names.get(str(row.file_id), 'another log')}, row {words.count(row.row_no)}" for row in rows]
    return f"by {len(rows)} logs ({'; '.join(told)})"


def answer(text: str) -> str:
    """`PAYER A3:21` in words: `PAYER: cannot be processed, status 21`."""
    by, _, code = text.strip().rpartition(" ")
    category, _, status = code.partition(":")
    if category not in ANSWERS:
        return text.strip()
    said = (
        f"{ANSWERS[category]}, status {status}" if status and category not in ("A0", "A1", "A2") else ANSWERS[category]
    )
    return f"{by}: {said}" if by else said


def _place(row: Any) -> Place | None:
    if not row.file_id or str(row.source) == "person":
        return None
    if pd.notna(row.byte_offset):
        end = int(row.end_byte_offset) if pd.notna(row.end_byte_offset) else None
        return Place(str(row.source), str(row.file_id), int(row.segment_no), int(row.byte_offset), end)
    return Place(str(row.source), str(row.file_id), row_no=int(row.row_no)) if pd.notna(row.row_no) else None


def _repeated(claim: Claim) -> Iterator[Step]:
    for row in claim.events.itertuples():
        if row.is_repeat:
            name = file_names(claim.build).get(str(row.file_id), "another file")
            yield Step(row.payment_date, LAST, "The same payment came again", f"in {name}; counted once")


def markup(found: list[Step], is_open: bool, last_day: datetime.date | None) -> str:
    """The steps as an ordered list, with the days between them."""
    items = "".join(gap + html for gap, html, _ in drawn(found, is_open, last_day))
    return f"<ol class='db-timeline'>{items}</ol>"


def drawn(found: list[Step], is_open: bool, last_day: datetime.date | None) -> Iterator[tuple[str, str, Step]]:
    """Each step with the days before it and itself as items of a list; last that it is open still."""
    before: datetime.date | None = None
    for step in found:
        yield _gap(before, step.date), _step(step), step
        before = step.date
    if is_open and before and last_day and last_day > before:
        still = Step(last_day, LAST, "Still denied", "as far as the data reach", "bad")
        yield _gap(before, last_day), _step(still), still


def show(found: list[Step], is_open: bool, last_day: datetime.date | None, pick: Callable[[Place], None]) -> None:
    """The steps one below the other, each with a button that leads to where it stands written."""
    with st.container(gap=None, key="timeline"):
        for number, (gap, html, step) in enumerate(drawn(found, is_open, last_day)):
            if gap:
                st.html(f"<ol class='db-timeline'>{gap}</ol>")
            with st.container(horizontal=True, wrap=False, gap="xsmall"):
                st.html(f"<ol class='db-timeline'>{html}</ol>")
                if step.place:
                    st.button(
                        step.place.words, key=f"step-{number}", type="tertiary", on_click=pick, args=(step.place,)
                    )


def _gap(before: datetime.date | None, after: datetime.date | None) -> str:
    if before is None or after is None or before == after:
        return ""
    return f"<li class='db-gap'>{words.days((after - before).days)}</li>"


def _step(step: Step) -> str:
    detail = f"<div class='db-step-detail'>{words.markup(step.detail)}</div>" if step.detail else ""
    tone = f" db-{step.tone}" if step.tone else ""
    return (
        f"<li class='db-step{tone}'><span class='db-step-what'>{words.markup(step.what)}</span> "
        f"<span class='db-step-date'>{words.day(step.date)}</span>{detail}</li>"
    )


def decision(claim: Claim, event: Any) -> tuple[str, str, str]:
    """What a claim payment did, its reasons, and its tone."""
    if event.is_reversal:
        return "Taken back", f"reversal of {words.cents(abs(event.paid_amount or 0))} paid", "warn"
    if event.is_pended:
        return "Pended", "not decided yet", ""
    if not event.is_adjudicated:
        return "Passed on", "not a decision of this payer", ""
    lines = deciding(claim, event.event_no)
    lines = lines[lines["is_counted"].astype(bool)]
    denied = lines[lines["is_denied_broad"].astype(bool)]
    paid = event.paid_amount or 0
    if len(denied):
        of = "" if len(denied) == len(lines) else f" in part: {len(denied)} of {len(lines)} lines"
        also = f"; {words.cents(paid)} paid" if paid > 0 else ""
        return f"Denied{of}", _reasons(claim, event.event_no) + also, "bad"
    if paid > 0:
        return f"Paid {words.cents(paid)}", _paid_by(event), "good"
    if lines["has_patient_share"].astype(bool).any():
        return "Allowed", "all of it is the patient's share", "good"
    return "Nothing paid", "and no denial reason given", "warn"


def _paid_by(event: Any) -> str:
    return f"payment {event.trace_number}" if event.trace_number else ""


def _reasons(claim: Claim, event_no: int) -> str:
    """The principal reasons of a decision's denied lines: `CO-50 not medically necessary`."""
    reasons = claim.reasons
    found = reasons[
        (reasons["event_no"] == event_no) & reasons["is_denial_reason"].astype(bool) & reasons["is_principal"]
    ]
    said = dict.fromkeys(words.code(row.group_code, row.code, row.label) for row in found.itertuples())
    return words.listed(list(said), SHOWN_CODES) if said else ""


def last_day(build: str) -> datetime.date | None:
    """The day up to which the data reach: the newest payment or submission."""
    frame = cache.query(build, "select as_of_date from data_span")
    return None if frame.empty else frame.iloc[0]["as_of_date"]
