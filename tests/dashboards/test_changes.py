import datetime
import shutil
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dashboards import words
from pipelines import register
from pipelines.effect import judge
from pipelines.effect.result import Result
from pipelines.effect.verdict import payback
from pipelines.ledger import Ledger
from pipelines.store import Store
from tests.changed_practice import GO_LIVE, PROVIDERS, WITH, change
from tests.dashboards.conftest import Open, said

SP = words.SPACE
SOON = datetime.date(2026, 9, 1)


@pytest.fixture
def ledger(changed_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ledger:
    """The ledger of a copy of the changed practice's store, which is the dashboard's."""
    monkeypatch.setenv("DENIALS_HOME", str(shutil.copytree(changed_home, tmp_path / "store")))
    return Ledger(Store().ledger_path)


def result_of(ledger: Ledger, change_id: str) -> Result:
    """What the effect package says of a registered change."""
    everything = register.changes(ledger)
    with Store().connect() as connection:
        return judge(connection, next(one for one in everything if one.change_id == change_id), everything)


def press(app: AppTest, key: str) -> AppTest:
    """The page after the button with this key."""
    return next(one for one in app.button if one.key == key).click().run()


def fill(app: AppTest, **more: object) -> None:
    """The form of a new change, filled for the knee template."""
    app.text_input(key="title-new").input("Knee template")
    app.date_input(key="go-live-new").set_value(GO_LIVE)
    app.text_input(key="owner-new").input("Dr. Sample")
    app.multiselect(key="procedures-new").set_value(["20610"])
    app.multiselect(key="providers-new").set_value([PROVIDERS[name] for name in WITH])


def test_the_page_says_what_the_judge_says(ledger: Ledger, open_page: Open) -> None:
    """Sentence, reasons, money, rates with n and interval, and every check, as the effect package found them."""
    register.record(ledger, change())
    app = open_page("changes")
    result = result_of(ledger, "template")
    text = said(app).replace("&#34;", '"').replace("&#x27;", "'")
    assert "The documentation change shows fewer denials than expected from the comparison" in text
    assert result.worth is not None
    for told in (result.headline, result.why, payback(result.worth), *result.notes):
        assert told in text
    assert f"25.0{SP}% (21.6{SP}% to 28.7{SP}%), 144 of 576 lines" in text
    assert f"-16.5{SP}points" in text and words.cents(result.worth.net) in text
    for check in (*result.checks, *result.drift):
        assert check.why in text
    assert "✗ failed" in text and "registered on or after its go-live" in text


def test_the_list_has_every_state_and_the_address_chooses(ledger: Ledger, open_page: Open) -> None:
    """Judged, too early, without a comparison and too few stand side by side; the address says which is read."""
    register.record(ledger, change())
    register.record(ledger, change("early", title="A late one", go_live=SOON))
    register.record(ledger, change("alone", title="Alone", comparison="none", providers=(PROVIDERS["ELK"],)))
    register.record(ledger, change("nobody", title="Nobody", providers=("NOBODY",)))
    app = open_page("changes", change="early")
    text = said(app)
    assert "One of four documentation changes shows fewer denials" in text
    for state in ("fewer, not proved", "too early", "before/after, not attributable", "too few"):
        assert f"<td>{state}</td>" in text
    assert "early" == app.selectbox(key="change-read").value
    assert "No dollars are told of a change that is “too early”" in text
    app.selectbox(key="change-read").set_value("nobody").run()
    assert "nobody" == app.query_params["change"]
    assert "No treated line is here yet" in said(app)


def test_dollars_on_the_same_lines_are_summed_once(ledger: Ledger, open_page: Open) -> None:
    """Below the answer stands what the changes saved together; each says that the other treats its lines."""
    register.record(ledger, change())
    register.record(ledger, change("training", title="Training", what="training"))
    text = said(open_page("changes"))
    assert "Together the 2 changes" in text and "are counted once" in text
    assert "what they did together cannot be told apart" in text


def test_a_change_is_previewed_by_power_alone_and_then_registered(ledger: Ledger, open_page: Open) -> None:
    """The preview shows lines and power before go-live and that it comes late; registering writes what was typed."""
    app = open_page("changes")
    assert "No documentation change is registered yet" in said(app)
    fill(app)
    press(app, "change-preview-new")
    text = said(app)
    assert "What it could show" in text and "would be seen" in text and "48.0" in text
    assert "fewer" not in text.partition("What it could show")[2].replace("fewer than 20", "")
    assert any("It is live already" in one.value for one in app.info)
    assert [] == register.changes(ledger)
    press(app, "change-record-new")
    (one,) = register.changes(ledger)
    assert ("Knee template", GO_LIVE, ("20610",), 4) == (one.title, one.go_live, one.procedures, one.wash_in_weeks)
    assert one.is_retrospective and "other_providers" == one.comparison
    assert any("is registered, going live" in done.value for done in app.success)


@pytest.mark.parametrize(
    ("leave_out", "expected"),
    [
        ("title", "Say what people call the change"),
        ("go_live", "Say from which day on"),
        ("owner", "Say whose change it is"),
        ("providers", "the treated providers"),
    ],
)
def test_what_is_missing_is_named_and_nothing_is_written(
    ledger: Ledger, open_page: Open, leave_out: str, expected: str
) -> None:
    """Preview and register refuse alike."""
    app = open_page("changes")
    fill(app)
    if leave_out == "providers":
        app.multiselect(key="providers-new").set_value([])
    elif leave_out == "go_live":
        app.date_input(key="go-live-new").set_value(None)
    else:
        app.text_input(key=f"{leave_out}-new").input(" ")
    for button in ("change-preview-new", "change-record-new"):
        press(app, button)
        assert [True] == [expected in one.value for one in app.error]
    assert [] == register.changes(ledger)


def test_a_new_version_is_on_record_and_a_change_can_be_taken_back(ledger: Ledger, open_page: Open) -> None:
    """What was different before stands in the history; what is taken back is not judged any more."""
    register.record(ledger, change())
    app = open_page("changes")
    app.number_input(key="wash-in-template").set_value(6)
    press(app, "change-record-template")
    assert [6] == [one.wash_in_weeks for one in register.changes(ledger)]
    assert "wash in weeks: 4 → 6" in said(app.run())
    press(app, "change-back-template")
    assert [] == register.changes(ledger) and 3 == len(ledger.events("change_registered"))
    assert "No documentation change is registered yet" in said(app)


def test_costs_are_set_with_their_source(ledger: Ledger, open_page: Open) -> None:
    """A cost without a source is refused; with one it counts at once, and ours can come back."""
    register.record(ledger, change())
    app = open_page("changes", **{"changes-show": "Costs"})
    app.number_input(key="value-rework_cost").set_value(40.0)
    press(app, "FormSubmitter:setting-rework_cost-Set it")
    assert ["Say where the number is from: whoever reads a result will ask."] == [one.value for one in app.error]
    app.text_input(key="source-rework_cost").input("our own count")
    press(app, "FormSubmitter:setting-rework_cost-Set it")
    assert ("40.00", "our own count") == tuple(map(str, register.setting(ledger, "rework_cost")[1:3]))
    assert "Reworking one denial: $40.00" in said(app)
    assert "$40.00 for each; our own count" in said(open_page("changes"))
    press(app, "ours-rework_cost")
    assert register.setting(ledger, "rework_cost").is_default


def test_before_anything_is_loaded_changes_can_be_registered(empty_home: Path, open_page: Open) -> None:
    """The page asks for the first change, takes it, and says that nothing can be judged without data."""
    app = open_page("changes")
    fill_text = said(app)
    assert "No documentation change is registered yet" in fill_text and "Register a documentation change" in fill_text
    Store().prepare()
    register.record(Ledger(Store().ledger_path), change())
    assert "Nothing is loaded yet, so no change can be judged" in said(open_page("changes"))
