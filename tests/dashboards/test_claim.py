"""One claim: its history, lines, evidence and segments; names and ids only when asked, and the asking is kept."""

import datetime
import re
from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from dashboards import cache, claim_data, claim_mask, claim_next, claim_timeline, words
from dashboards.claim_data import Claim
from dashboards.claim_timeline import Step
from pipelines.ledger import Ledger
from pipelines.store import Store
from tests.dashboards.conftest import Open, said
from tests.dashboards.stores import DENIED, PAID, make_store, remittance, sent


def claims(home: Path, condition: str) -> list[Claim]:
    """The demo's claims that a condition on `denial` finds."""
    build = str(Store(home).current_build())
    found = cache.query(build, f"select distinct family_id from denial where source = '835' and {condition} order by 1")
    return [claim for key in found["family_id"] if (claim := claim_data.load(build, key))]


@pytest.fixture
def denied(home: Path) -> Claim:
    """A claim of the demo that is denied and open, its 837 in the store."""
    return claims(home, "state = 'denied_open' and submission_count > 0")[0]


def test_the_history_has_service_sending_and_denial_in_order(denied: Claim) -> None:
    """Steps stand in the order of their days, from the service to the decision."""
    steps = claim_timeline.steps(denied)
    assert sorted(step.date for step in steps if step.date) == [step.date for step in steps]
    assert "Service" == steps[0].what
    named = [step.what for step in steps]
    assert "Submitted" in named and any(what.startswith("Denied") for what in named)


def test_days_between_are_said() -> None:
    """Between two steps stand the days that passed; steps of one day follow each other."""
    first, later = datetime.date(2026, 3, 1), datetime.date(2026, 3, 15)
    steps = [Step(first, 0, "Service"), Step(first, 1, "Submitted"), Step(later, 4, "<Denied>")]
    html = claim_timeline.markup(steps, is_open=True, last_day=datetime.date(2026, 3, 16))
    gaps = re.findall(r"db-gap'>(.*?)<", html)
    assert [words.days(14), words.days(1)] == gaps
    assert "Still denied" in html and "&lt;Denied&gt;" in html


def test_every_claim_of_the_demo_can_be_opened(home: Path, open_page: Open) -> None:
    """One page per kind of history: open, overturned, in the log only; no exception, and the claim in the headline."""
    build = str(Store(home).current_build())
    rows = cache.query(build, "select min(denial_id) as one from denial group by source, state, root_cause order by 1")
    for denial_id in rows["one"]:
        family_id, bar, line_key = denial_id.rpartition("|")
        app = open_page("claim", claim=family_id if bar else denial_id, line=line_key)
        number = cache.query(build, "select patient_control_number from denial where denial_id = ?", (denial_id,))
        assert str(number.iloc[0, 0]) in said(app)
        assert "Why:" in said(app) and "Next:" in said(app)


def test_lines_add_up_to_the_claim(denied: Claim) -> None:
    """Charges and payments of a decision's lines are those of the claim."""
    for event in denied.counted.itertuples():
        lines = claim_data.deciding(denied, event.event_no)
        assert (event.charge_amount, event.paid_amount) == (lines["charge_amount"].sum(), lines["paid_amount"].sum())


def patient(claim: Claim) -> list[str]:
    """Everything in the claim's remittances that names its patient."""
    columns = ["patient_last_name", "patient_id", "insured_last_name", "insured_id", "payer_claim_control_number"]
    return [str(value) for value in claim.events[columns].to_numpy().ravel() if value]


def test_names_and_ids_are_masked_until_asked_and_the_asking_is_kept(own_home: Path, open_page: Open) -> None:
    """Neither page nor segments name the patient before Show; Show is an event with who, when and which claim."""
    claim = claims(own_home, "state = 'denied_open' and submission_count > 0")[0]
    names = patient(claim)
    app = open_page("claim", claim=claim.family_id)
    assert names and [] == [name for name in names if name in said(app)]
    assert [] == Ledger(Store().ledger_path).events("unmasked")
    app.button(key="show-names").click().run()
    assert names == [name for name in names if name in said(app)]
    (event,) = Ledger(Store().ledger_path).events("unmasked")
    assert claim.family_id == event.subject and event.who and event.at.startswith("20")
    app.button(key="hide-names").click().run()
    assert [] == [name for name in names if name in said(app)]


def test_looking_changes_nothing(home: Path, denied: Claim, open_page: Open) -> None:
    """Opening a claim writes no event."""
    open_page("claim", claim=denied.family_id)
    assert [] == Ledger(Store().ledger_path).events()


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("NM1*QC*1*DOE*JANE*Q***MI*A1", "NM1*QC*1*•••*•••*•••***MI*•••"),
        ("NM1*IL*1*DOE*JANE****MI*A1", "NM1*IL*1*•••*•••****MI*•••"),
        ("nm1|74|1|DOE|JANE", "nm1|74|1|•••|•••"),
        ("NM1*82*1*SAMPLE*ADA****XX*1", "NM1*82*1*SAMPLE*ADA****XX*1"),
        ("NM1*PR*2*AETNA*****PI*60054", "NM1*PR*2*AETNA*****PI*60054"),
        ("REF*EA*MRN77", "REF*EA*•••"),
        ("REF*0K*L33777", "REF*0K*L33777"),
        ("SBR*P*18*GROUP7*PLAN NAME*****CI", "SBR*P*18*•••*•••*****CI"),
        ("DMG*D8*19700101*F", "DMG*•••*•••*•••"),
        ("NTE*ADD*JANE CALLED", "NTE*•••*•••"),
        ("CLP*P1*4*100*0**12*ICN1*11*1", "CLP*P1*4*100*0**12*•••*11*1"),
        ("CAS*CO*50*100", "CAS*CO*50*100"),
        ("", ""),
        ("SE", "SE"),
    ],
)
def test_segments_are_masked_whatever_parts_their_elements(raw: str, shown: str) -> None:
    """Patients, members, addresses, references, free text are masked; payers, providers, codes, amounts are not."""
    assert shown == claim_mask.segment(raw)


def test_the_deciding_segment_is_marked_with_its_place(home: Path, open_page: Open) -> None:
    """The segment that decided stands highlighted, with its number and byte offset as in the file."""
    (claim, *_) = claims(home, "rule_id like 'R10%' and byte_offset is not null")
    denial = claim.denials.iloc[0]
    winner = claim_data.evidence(claim.build, denial["denial_id"]).iloc[0]
    html = said(open_page("claim", claim=claim.family_id, line=denial["line_key"]))
    (row,) = [row for row in html.split("<tr") if "class='db-deciding'" in row]
    assert f">{words.count(winner['segment_no'])}<" in row and f">{words.count(winner['byte_offset'])}<" in row
    assert words.plain(claim_data.file_names(claim.build)[winner["file_id"]]) in html


def test_a_fact_of_the_claim_is_marked_where_it_was_sent(empty_home: Path, open_page: Open) -> None:
    """A line that points to no diagnosis: its SV1 in the 837 stands highlighted, and what it lacks beside it."""
    claim_sent = sent("P202603021").replace("UN*1***1~", "UN*1~")
    make_store(empty_home, remittance(DENIED.replace("CO*50", "CO*16")), claim_sent)
    build = str(Store().current_build())
    family_id = cache.query(build, "select family_id from denial").iloc[0, 0]
    html = said(open_page("claim", claim=family_id))
    (row,) = [row for row in html.split("<tr") if "class='db-deciding'" in row]
    assert "<b>SV1</b>" in row and "CARC 16 and the line points to no diagnosis" in row


def test_segments_are_those_of_the_file(denied: Claim) -> None:
    """Offsets lead to the very bytes of the stored file."""
    event = denied.head
    for offset, text in Store().segments(event["file_id"], int(event["byte_offset"]), int(event["end_byte_offset"])):
        whole = "".join(piece for at, piece in Store().segments(event["file_id"], offset, offset + 1) if at == offset)
        assert text == whole


def decide(app: AppTest, cause: str, note: str) -> None:
    """The form under `Decide otherwise`, filled in and sent."""
    next(box for box in app.selectbox if box.label == "Root cause").select(cause)
    next(box for box in app.text_input if box.label == "Why").input(note)
    next(box for box in app.text_input if box.label == "Who decides").input("Biller B")
    next(button for button in app.button if button.label == "Record the decision").click()
    app.run()


def test_a_persons_word_waits_for_a_build_and_then_wins(own_home: Path, open_page: Open) -> None:
    """An override is an event of the ledger; the page says it waits; after Build now it is the root cause."""
    claim = claims(own_home, "state = 'denied_open'")[0]
    denial_id = str(claim.denials.iloc[0]["denial_id"])
    app = open_page("claim", claim=claim.family_id)
    decide(app, "timely_filing", "the letter says so")
    (event,) = Ledger(Store().ledger_path).events("root_cause_override")
    assert (denial_id, "Biller B") == (event.subject, event.who)
    assert {"root_cause": "timely_filing", "note": "the letter says so"} == event.body
    assert any("takes effect with the next build" in box.value.replace("\\", "") for box in app.info)
    app.button(key="build-now").click().run()
    assert [] == [error.value for error in app.exception]
    assert [] == list(app.info)
    assert "Why: Filed too late" in said(app) and "set by Biller B" in said(app)
    app.button(key="take-back").click().run()
    assert any("taken back" in box.value for box in app.info)


def test_deadlines_come_from_the_payers_rule_with_what_is_assumed(denied: Claim, open_page: Open) -> None:
    """Corrected claim and appeal with the days left, the rule they come from, and where to put the contract's days."""
    text = said(open_page("claim", claim=denied.family_id, line=denied.denials.iloc[0]["line_key"]))
    limit = cache.query(
        denied.build, "select * from deadline where denial_id = ?", (denied.denials.iloc[0]["denial_id"],)
    ).iloc[0]
    assert f"Appeal by {words.day(limit['appeal_deadline_date'])}" in text
    assert f"Corrected claim by {words.day(limit['refile_deadline_date'])}" in text
    assert words.plain(str(limit["payer_rule_id"])) in text
    assert ("assumed" in text) == bool(limit["is_assumed"])


def test_a_line_without_any_rule_has_no_deadline_and_says_so() -> None:
    """Nothing is guessed where neither a payer's rule nor the log gives a day."""
    assert [] == list(claim_next._limits(pd.DataFrame([dict.fromkeys(("deadline_date", "days_left"))], dtype="object")))


def test_a_denial_that_only_a_log_knows_shows_its_row_and_mapping(home: Path, open_page: Open) -> None:
    """No segments: the row, what each column was taken for, and why; the patient masked."""
    build = str(Store(home).current_build())
    denial_id = cache.query(build, "select min(denial_id) from denial where source = 'log'").iloc[0, 0]
    entry = cache.query(
        build, "select * from log_entry where 'log-' || file_id || '-' || row_no = ?", (denial_id,)
    ).iloc[0]
    app = open_page("claim", claim=denial_id)
    headers = cache.query(build, "select header from log_header where file_id = ?", (entry["file_id"],))["header"]
    assert [] == [header for header in headers if words.markup(header) not in said(app)]
    assert "known only from a log" in said(app) and "In the files" not in said(app)
    assert entry["patient_name"] and entry["patient_name"] not in said(app)


def test_no_claim_and_an_unknown_claim_lead_to_the_search(home: Path, denied: Claim, open_page: Open) -> None:
    """Both say what is so; the number of a claim finds it, also one that was never denied."""
    assert "No claim is chosen" in said(open_page("claim"))
    app = open_page("claim", claim="<b>nobody</b>")
    assert "This claim is not known here" in said(app) and "<b>nobody" not in said(app)
    app.text_input(key="claim-number").input(str(denied.head["patient_control_number"]).lower()).run()
    assert 2 <= len(app.get("page_link"))
    app.text_input(key="claim-number").input("no such number").run()
    assert "No claim has this number" in said(app)


def test_a_claim_that_was_never_denied_has_a_page(empty_home: Path, open_page: Open) -> None:
    """Lines, history and segments without a cause; an empty store says what to load."""
    assert "Nothing has been loaded yet" in said(open_page("claim"))
    make_store(empty_home, remittance(PAID, DENIED, payer="<i>P</i>", paid=80))
    build = str(Store().current_build())
    events = cache.query(build, "select family_id, paid_amount from claim_event order by paid_amount desc")
    app = open_page("claim", claim=events.iloc[0]["family_id"])
    assert "never denied at first" in said(app) and "There is nothing to explain" in said(app)
    assert "<i>P" not in said(app)
    assert "denied on 1 line, still open" in said(open_page("claim", claim=events.iloc[1]["family_id"]))


def test_a_payment_that_came_again_is_told_and_counted_once(empty_home: Path, open_page: Open) -> None:
    """The repeat is a step of the history, not a second decision."""
    one = remittance(DENIED)
    make_store(empty_home, one, one.replace("*1200*^", "*1300*^"))
    build = str(Store().current_build())
    family_id = cache.query(build, "select min(family_id) from claim_event").iloc[0, 0]
    claim = claim_data.load(build, family_id)
    assert claim is not None
    assert (2, 1) == (len(claim.events), len(claim.counted))
    assert "The same payment came again" in said(open_page("claim", claim=family_id))
