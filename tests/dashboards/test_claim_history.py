"""A claim's timeline: every event of the family in order, the days between, and where each stands written."""

import datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from dashboards import cache, claim_data, claim_segments, claim_timeline, matching
from dashboards.claim_data import Claim
from dashboards.claim_timeline import KINDS, Place
from pipelines.ledger import Ledger
from pipelines.store import Store
from tests.dashboards.conftest import Open, said

SERVED, DAY = datetime.date(2026, 3, 1), datetime.date(2026, 3, 2)
COLUMNS = ("event_date", "sort_no", "event_kind", "amount", "words", "source", "file_id", "row_no", "segment_no")
EVENT = dict.fromkeys((*COLUMNS, "byte_offset", "end_byte_offset"))


def claim(*history: dict[str, Any]) -> Claim:
    """A claim of which only these events are known."""
    empty = pd.DataFrame()
    events = pd.DataFrame(columns=["first_service_date", "is_repeat", "file_id", "byte_offset"])
    sent = pd.DataFrame({"service_from_date": [SERVED]}, dtype="object")
    told = pd.DataFrame([EVENT | {"event_date": DAY, "sort_no": 1} | one for one in history], dtype="object")
    return Claim("", "F", events, empty, empty, empty, sent, told, empty, empty, empty)


def step(**event: Any) -> claim_timeline.Step:
    """The step of one event."""
    return claim_timeline.steps(claim(event))[-1]


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_event_has_words(kind: str) -> None:
    """No key of ours is on the page."""
    found = step(event_kind=kind, source="837")
    assert KINDS[kind][0] == found.what and "_" not in found.what


def test_a_kind_that_is_new_is_said_as_it_is_named() -> None:
    """A kind of event that the page does not know yet is shown, not left out."""
    assert "Sent on" == step(event_kind="sent_on", source="837").what


def test_an_event_of_a_log_or_a_person_says_so() -> None:
    """Words, dollars and who tells it stand below the step."""
    assert "$12.00, by the log" == step(event_kind="appealed", words="appeal", amount=12, source="log").detail
    told = step(event_kind="rejected", words="R:5", source="999").detail
    assert "with the whole file or transaction (999, R:5)" == told
    assert "level 1, $12.00, by the log" == step(event_kind="appealed", words="level 1", amount=12, source="log").detail
    assert "by a person" == step(event_kind="closed", source="person", file_id="x").detail
    assert step(event_kind="closed", source="person", file_id="x").place is None


def test_what_several_logs_tell_is_one_step(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same on the same day stands once with every source; two of one log are two, as two lines may be meant."""
    monkeypatch.setattr(claim_timeline, "file_names", lambda build: {"a": "march.csv", "b": "all.xlsx"})
    sent = {
        "event_kind": "submitted",
        "words": "to AETNA",
        "amount": 120,
        "source": "log",
        "file_id": "a",
        "row_no": 12,
    }
    told = claim_timeline.steps(claim(sent, sent | {"file_id": "b", "row_no": 1412}))
    by = "by 2 logs (march.csv, row 12; all.xlsx, row 1,412)"
    assert ["", f"to AETNA, $120.00, {by}"] == [one.detail for one in told]
    assert Place("log", "a", row_no=12) == told[-1].place
    amounts = claim_timeline.steps(claim(sent, sent | {"file_id": "b", "row_no": 1412, "amount": 90}))
    assert f"to AETNA, $120.00 or $90.00, {by}" == amounts[-1].detail
    others = ({"row_no": 13}, {"file_id": "b", "event_date": SERVED}, {"file_id": "b", "words": "to CIGNA"})
    for other in (*others, {"file_id": "b", "event_kind": "resubmitted"}):
        assert 3 == len(claim_timeline.steps(claim(sent, sent | other)))


def test_a_step_knows_its_segments_or_its_row() -> None:
    """An X12 event has a place with its end where that is known; one of a log its row."""
    at = {"file_id": "f", "segment_no": 1412, "byte_offset": 90, "end_byte_offset": 120}
    place = step(event_kind="submitted", source="837", **at).place
    assert Place("837", "f", 1412, 90, 120) == place and "segment 1,412" == place.words
    row = step(event_kind="appealed", source="log", file_id="g", row_no=12).place
    assert Place("log", "g", row_no=12) == row and "row 12" == row.words


def test_steps_of_one_day_stand_as_the_build_orders_them() -> None:
    """The service comes first; events of one day follow their number."""
    found = claim_timeline.steps(
        claim(
            {"event_kind": "denied", "sort_no": 7, "source": "835"},
            {"event_kind": "submitted", "sort_no": 2, "source": "837"},
        )
    )
    assert ["Service", "Submitted", "Denied"] == [one.what for one in found]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("SOME PAYER A3:21", "SOME PAYER: cannot be processed, status 21"),
        ("A2:20", "taken on to be decided"),
        ("CLEARING A1", "CLEARING: received"),
        ("Z9:1", "Z9:1"),
        ("", ""),
    ],
)
def test_an_answer_is_said_in_words(text: str, expected: str) -> None:
    """Who answered and what; the status where it is a rejection; what is not known stands as it is."""
    assert expected == claim_timeline.answer(text)


def test_what_has_no_date_comes_last() -> None:
    """An appeal of which no file gives the day is shown all the same."""
    found = claim_timeline.steps(claim({"event_kind": "appealed", "event_date": None, "source": "log"}))
    assert ["Service", "Appealed"] == [one.what for one in found]
    assert "Appealed" in claim_timeline.markup(found, is_open=False, last_day=None)


def test_members_are_said_by_kind_rule_and_sureness() -> None:
    """Copies and what stands alone are left out."""
    rows = [
        ("submission", "account_date", "certain", False),
        ("submission", "account_date", "certain", False),
        ("submission", "account_date", "certain", True),
        ("remit", "alone", "certain", False),
        ("log", "account_mangled", "likely", False),
        ("log", None, None, False),
    ]
    members = pd.DataFrame(rows, columns=["member_kind", "match_rule", "sureness", "is_repeat"], dtype="object")
    expected = [
        "2 submissions by account and service date: certain",
        "1 log row by account written otherwise, same service date and charge: likely",
    ]
    assert expected == matching.joined(members)


def long_one(home: Path) -> Claim:
    """The demo's claim with the longest history."""
    build = str(Store(home).current_build())
    frame = cache.query(
        build,
        "select family_id from family_event inner join claim_event using (family_id)"
        " group by 1 order by count(distinct event_kind) desc, 1 limit 1",
    )
    found = claim_data.load(build, str(frame.iloc[0, 0]))
    assert found is not None
    return found


def test_each_step_leads_to_the_segment_in_its_file(home: Path, open_page: Open) -> None:
    """The button of a step shows the segments that begin where the event stands written."""
    known = long_one(home)
    steps = claim_timeline.steps(known)
    app = open_page("claim", claim=known.family_id)
    for number, one in enumerate(steps):
        if one.place and one.place.start is not None:
            app.button(key=f"step-{number}").click().run()
            assert [] == [error.value for error in app.exception]
            assert f"bytes {one.place.start:,} to " in said(app).replace("\\", "")


def test_every_place_of_the_demo_is_a_segment_of_the_file(home: Path) -> None:
    """Where an event is said to stand a segment begins, named as its source wants it."""
    build = str(Store(home).current_build())
    rows = cache.query(
        build,
        "select min(segment_no), source, min(file_id) as file_id, min(byte_offset) as start, event_kind"
        " from family_event where byte_offset is not null group by source, event_kind, file_id order by 1 limit 60",
    )
    names = {"835": ("CLP", "PLB"), "837": ("CLM",), "277CA": ("HL", "TRN", "STC", "NM1", "REF")}
    for row in rows.itertuples():
        (found, *_) = cache.segments(build, row.file_id, int(row.start), int(row.start) + 1)
        if row.source in names:
            assert claim_segments.name_of(found[1]) in names[row.source], (row.source, row.event_kind, found)


@pytest.fixture
def unanswered(demo_home: Path) -> str:
    """A family of the demo that is known only from an 837."""
    build = str(Store(demo_home).current_build())
    sql = "select min(family_id) from family_submission where not has_remit and submission_source = '837'"
    return str(cache.query(build, sql).iloc[0, 0])


def test_a_claim_without_a_remittance_has_a_page(home: Path, unanswered: str, open_page: Open) -> None:
    """What was sent, that no remittance is here, what to do, and the claim as it stands in the file."""
    app = open_page("claim", claim=unanswered)
    text = said(app)
    build = str(Store(home).current_build())
    known = claim_data.submitted(build, unanswered)
    assert str(known["patient_control_number"]) in text and "Submitted" in text and "<b>CLM</b>" in text
    assert "no remittance yet" in text or "no answer yet" in text or "before it reached the payer" in text


def test_a_claim_without_a_remittance_is_masked_and_found_by_its_number(
    own_home: Path, unanswered: str, open_page: Open
) -> None:
    """Its patient is shown only when asked; its number finds it."""
    build = str(Store(own_home).current_build())
    sent = claim_data.load(build, unanswered)
    assert sent is not None
    names = [str(sent.sent.iloc[0][column]) for column in ("patient_last_name", "subscriber_id")]
    app = open_page("claim", claim=unanswered)
    assert [] == [name for name in names if name in said(app)]
    app.button(key="show-names").click().run()
    assert names == [name for name in names if name in said(app)]
    app = open_page("claim")
    app.text_input(key="claim-number").input(str(sent.sent.iloc[0]["patient_control_number"])).run()
    assert 2 <= len(app.get("page_link"))


def open_line(home: Path) -> Claim:
    """A claim of the demo with a line that is denied and open."""
    build = str(Store(home).current_build())
    sql = "select min(family_id) from denial where state = 'denied_open' and source = '835'"
    found = claim_data.load(build, str(cache.query(build, sql).iloc[0, 0]))
    assert found is not None
    return found


def close(app: AppTest, state: str) -> None:
    """The form under `Write off or close by hand`, filled in and sent."""
    next(box for box in app.selectbox if box.label == "Where it stands").select(state)
    next(box for box in app.text_input if box.label == "Reason").input("below our limit")
    next(box for box in app.text_input if box.label == "Who says so").input("Biller B")
    next(button for button in app.button if button.label == "Record where it stands").click()
    app.run()


def test_a_line_written_off_by_hand_is_so_after_a_build_and_open_again_when_taken_back(
    own_home: Path, open_page: Open
) -> None:
    """The word is an event with who and why; the page says that it waits; taking it back is another event."""
    known = open_line(own_home)
    denial = known.denials[known.denials["state"] == "denied_open"].iloc[0]
    app = open_page("claim", claim=known.family_id, line=denial["line_key"])
    close(app, "written_off")
    (event,) = Ledger(Store().ledger_path).events("line_closed")
    assert (denial["denial_id"], "Biller B") == (event.subject, event.who)
    assert {"state": "written_off", "note": "below our limit"} == event.body
    assert any("takes effect with the next build" in box.value.replace("\\", "") for box in app.info)
    app.button(key="build-closed").click().run()
    assert [] == [error.value for error in app.exception] and [] == list(app.info)
    assert "Next: nothing, it was written off" in said(app)
    app.button(key="reopen").click().run()
    assert any("taken back" in box.value for box in app.info)
    app.button(key="build-closed").click().run()
    assert "Next: nothing" not in said(app)
