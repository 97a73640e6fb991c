import datetime
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from dashboards import denial_list, huddle_data, huddle_why
from dashboards.denial_list import Wanted
from pipelines import register, words
from pipelines.demo import LEDGER
from pipelines.huddle.pack import pack
from pipelines.ledger import Ledger
from pipelines.ledger_lines import import_lines
from pipelines.register import Decision, Finding
from pipelines.store import Store
from tests.conftest import SAMPLES
from tests.dashboards.conftest import Open, said
from tests.dashboards.stores import PAID, make_store, remittance

STEPS = ("Where we stand", "Why", "What changed", "Did it work", "Decide", "Hand out", "Survey and audit")
QUARTER = "2026Q3"
DUE = datetime.date(2026, 12, 1)
CALL = Decision("call", QUARTER, "Call Northfield about 20610", "Billing lead", DUE)


@pytest.fixture
def ledger(own_home: Path) -> Ledger:
    """The samples' own ledger, in a store that the test may change."""
    found = Ledger(own_home / "ledger.sqlite")
    with (SAMPLES / LEDGER).open("rb") as stream:
        import_lines(found, stream, LEDGER)
    return found


def press(app: AppTest, label: str) -> AppTest:
    """The button with this label was pressed, and nothing broke."""
    next(button for button in app.button if button.label == label).click().run()
    assert [] == [error.value for error in app.exception]
    return app


def starting(widgets: Iterable[Any], key: str) -> Any:
    """The widget whose key begins so."""
    return next(widget for widget in widgets if str(widget.key).startswith(key))


def test_nothing_loaded(empty_home: Path, open_page: Open) -> None:
    """Without data the page says what to do."""
    assert "Nothing has been loaded yet" in said(open_page("huddle"))


@pytest.mark.parametrize("step", STEPS)
def test_every_step_without_a_ledger(home: Path, open_page: Open, step: str) -> None:
    """Nothing decided, asked or found yet: every step says so or shows its numbers."""
    text = said(open_page("huddle", step=step, quarter=QUARTER))
    expected = {
        "Where we stand": "In plain words",
        "Why": "Payers that matter most",
        "What changed": "No payer policy is in the matrix yet.",
        "Did it work": "Nothing was decided in 2026Q2",
        "Decide": "Nothing is decided in the huddle of 2026Q3 yet",
        "Hand out": "Files withhold counts from 1 to 10",
        "Survey and audit": "No clinician was asked in 2026Q3 yet",
    }
    assert expected[step] in text and "third quarter of 2026" in text


def test_the_screen_says_what_the_pack_says(ledger: Ledger, own_home: Path, open_page: Open) -> None:
    """Headline, summary and every row of the scorecard are the internal pack's, word for word."""
    with Store(own_home).connect() as connection:
        found = pack(connection, ledger, QUARTER, lift_small_cells=True)
    text = said(open_page("huddle", quarter=QUARTER)).replace("&lt;", "<").replace("&#x27;", "'")
    wanted = [found.headline, *found.summary, *(cell for row in found.scorecard.said() for cell in row)]
    assert [] == [part for part in wanted if part not in text]


def test_a_quarter_without_data_and_one_that_is_none(home: Path, open_page: Open) -> None:
    """A quarter beyond the data says how far they reach; a word that is no quarter is said and left out."""
    text = said(open_page("huddle", quarter="2031Q1"))
    assert "The data do not reach the first quarter of 2031" in text and "In plain words" not in text
    app = open_page("huddle", quarter="soon")
    assert ["soon is not a quarter; one is written as 2026Q3."] == [one.value for one in app.warning]


def test_one_month_of_data(empty_home: Path, open_page: Open) -> None:
    """One remittance alone: too few for a rate, no trend, nothing denied, and no step breaks."""
    make_store(empty_home, remittance(PAID, PAID, paid=160))
    stand = said(open_page("huddle"))
    assert "first quarter of 2026" in stand and "A trend needs at least two months of data" in stand
    for step in STEPS[1:]:
        open_page("huddle", step=step)


def test_a_decision_is_typed_in(ledger: Ledger, open_page: Open) -> None:
    """One without an owner is refused; a whole one is in the ledger and on the page, and the form is empty again."""
    app = open_page("huddle", step="Decide", quarter=QUARTER)
    starting(app.text_area, "huddle-new-text").set_value("Name the side in every note")
    press(app, "Enter the decision")
    assert ["Say who does it: a decision without an owner is nobody's."] == [one.value for one in app.error]
    starting(app.text_input, "huddle-new-owner").set_value("Dr Example")
    starting(app.date_input, "huddle-new-due").set_value(DUE)
    starting(app.selectbox, "huddle-new-change").select_index(0)
    press(app, "Enter the decision")
    made = register.decisions(ledger, QUARTER)[-1]
    assert ("Name the side in every note", "Dr Example", DUE) == (made.text, made.owner, made.due)
    assert register.changes(ledger)[0].change_id == made.change_id
    assert "Name the side in every note" in said(app) and "" == starting(app.text_area, "huddle-new-text").value


def test_a_decision_comes_back_with_its_result(ledger: Ledger, open_page: Open) -> None:
    """In the next quarter it stands under Did it work; what came of it is written there and stays."""
    register.record(ledger, CALL)
    app = open_page("huddle", step="Did it work", quarter="2026Q4")
    assert CALL.text in said(app)
    pick = starting(app.selectbox, "huddle-pick-last")
    pick.select_index([option.startswith(CALL.text) for option in pick.options].index(True)).run()
    app.selectbox(key="huddle-status-last-call").set_value("done")
    app.text_area(key="huddle-result-last-call").set_value("They take the form by fax")
    press(app, "Record it")
    made = next(one for one in register.decisions(ledger, QUARTER) if one.decision_id == "call")
    assert ("done", "They take the form by fax") == (made.status, made.result)
    assert "They take the form by fax" in said(app)


def test_a_decision_is_taken_back(ledger: Ledger, open_page: Open) -> None:
    """It stands no more; the ledger keeps that it did."""
    register.record(ledger, CALL)
    app = open_page("huddle", step="Decide", quarter=QUARTER)
    pick = starting(app.selectbox, "huddle-pick-now")
    pick.select_index([option.startswith(CALL.text) for option in pick.options].index(True)).run()
    press(app, "Take this decision back")
    assert "call" not in {one.decision_id for one in register.decisions(ledger)}
    assert 2 == len(register.history(ledger, "decision_made", "call"))


def test_an_old_decision_is_not_forgotten(ledger: Ledger, open_page: Open) -> None:
    """What is open from two quarters ago and more stands below last quarter's."""
    register.record(ledger, CALL)
    text = said(open_page("huddle", step="Did it work", quarter="2027Q1"))
    assert "of earlier quarters still open" in text and CALL.text in text


def test_a_sheet_of_answers(ledger: Ledger, open_page: Open) -> None:
    """Each scored question is an answer of the month; one without a score is none."""
    before = len(register.survey(ledger))
    app = open_page("huddle", step="Survey and audit", quarter=QUARTER)
    starting(app.text_input, "survey-role").set_value("coder")
    for place, score in ((0, 5), (2, 2)):
        starting(app.button_group, f"survey-{place}").set_value(score)
    press(app, "Record the sheet")
    new = [one for one in register.survey(ledger) if one.role == "coder"]
    assert before + 2 == len(register.survey(ledger))
    assert {(datetime.date(2026, 9, 1), 5), (datetime.date(2026, 9, 1), 2)} == {(one.month, one.score) for one in new}


def test_a_finding_is_entered_and_closed(ledger: Ledger, open_page: Open) -> None:
    """A finding of the quarter stands on the page until it is closed, and then with the day."""
    app = open_page("huddle", step="Survey and audit", quarter=QUARTER)
    starting(app.text_area, "audit-text").set_value("A template was copied")
    starting(app.date_input, "audit-found").set_value(datetime.date(2026, 9, 2))
    starting(app.text_input, "audit-owner").set_value("Compliance")
    press(app, "Record the finding")
    assert "A template was copied" in said(app)
    pick = starting(app.selectbox, "audit-pick")
    pick.select_index([option.startswith("A template") for option in pick.options].index(True)).run()
    starting(app.date_input, "audit-day").set_value(datetime.date(2026, 9, 20))
    press(app, "Close it")
    found: Finding = next(one for one in register.findings(ledger) if one.text == "A template was copied")
    assert ("critical", "closed", datetime.date(2026, 9, 20)) == (found.severity, found.status, found.closed)


def test_what_makes_a_new_pack(own_home: Path, ledger: Ledger) -> None:
    """This quarter's decisions are read at once and cost no new pack; anything else does."""
    before = huddle_data.last_said(ledger, QUARTER)
    number = register.record(ledger, CALL)
    assert before == huddle_data.last_said(ledger, QUARTER)
    assert number == huddle_data.last_said(ledger, "2026Q4")
    register.withdraw(ledger, CALL)
    assert before == huddle_data.last_said(ledger, QUARTER)


def test_a_block_counts_what_its_link_lists(home: Path) -> None:
    """The lines and dollars of a payer's and a procedure's block are those of the list behind its link."""
    build = str(Store(home).current_build())
    with Store(home).connect() as connection:
        found = pack(connection, Ledger(home / "ledger.sqlite"), QUARTER, lift_small_cells=True)
    looked = huddle_data.looked_into(build, found)
    for one in (*found.payers, *found.procedures):
        field = "payers" if one.dimension == "payer" else "procedures"
        scope = replace(looked.scope, **{field: (one.key,)})
        listed = denial_list.totals(build, Wanted(scope, tiers=("A", "B") if looked.is_necessity else ()))
        assert f"{words.counted(listed.line_count, 'line')}, {words.money(listed.denied_amount)}." in (one.headline)
        assert one.key in huddle_why.lines_query(one, looked).values()


def test_files(home: Path) -> None:
    """What the buttons make: each is the file that its ending says, and the internal one says so."""
    build = str(Store(home).current_build())
    assert huddle_data.pack_file(build, QUARTER, ".pdf", False).startswith(b"%PDF")
    assert huddle_data.pack_file(build, QUARTER, ".xlsx", True).startswith(b"PK")
    inside, outside = (huddle_data.month_file(build, "letter", "2026-08", ".html", lifted) for lifted in (True, False))
    assert b"Not to leave the practice" in inside and b"Not to leave the practice" not in outside
