"""What the made-up practice decided fits its files: the planted changes with their true scope, told before go-live."""

import datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pipelines import cli_serve, register, survey
from pipelines.cli_app import app_for
from pipelines.demo import LEDGER
from pipelines.ledger import Ledger
from pipelines.ledger_lines import import_lines, lines
from pipelines.store import Store
from tests.demo.conftest import Demo, Measured

WORKING, IDLE = "demo-working", "demo-idle"


@pytest.fixture
def ledger(demo: Demo, tmp_path: Path) -> Ledger:
    """The demo's decisions, imported."""
    found = Ledger(tmp_path / "ledger.sqlite")
    with (demo.folder / LEDGER).open("rb") as stream:
        done = import_lines(found, stream, LEDGER)
    assert (demo.truth["ledger"]["events"], 0) == done
    return found


def test_it_is_an_export_of_itself(demo: Demo, ledger: Ledger) -> None:
    """The file is what an export of a ledger that it was imported into gives."""
    assert (demo.folder / LEDGER).read_text("utf-8").splitlines() == list(lines(ledger))


def test_changes_are_those_planted(demo: Demo, ledger: Ledger) -> None:
    """Each change goes live on the planted day for the planted procedures and providers, and was told before."""
    for change in register.changes(ledger):
        planted = demo.truth["planted"][demo.truth["ledger"]["changes"][change.change_id]]
        providers = [
            each["name"] for each in demo.truth["providers"].values() if each["group"] == planted["provider_group"]
        ]
        assert planted["first_service_day"] == change.go_live.isoformat()
        assert tuple(planted["procedures"]) == change.procedures
        assert providers == [name.partition(",")[0] for name in change.providers]
        assert (False, False, "other_providers") == (change.is_retrospective, change.is_edited_late, change.comparison)
    assert {WORKING, IDLE} == {change.change_id for change in register.changes(ledger)}


def test_names_are_those_of_the_build(measured: Measured, tmp_path: Path) -> None:
    """Providers, payers and procedures of changes, rules and policies are called as the build calls them."""
    ledger = Ledger(tmp_path / "ledger.sqlite")
    with (measured.folder / LEDGER).open("rb") as stream:
        import_lines(ledger, stream, LEDGER)
    known = {name for (name,) in measured.rows("select distinct provider from line_fact")}
    assert set() == {name for change in register.changes(ledger) for name in change.providers} - known
    payers = {name for (name,) in measured.rows("select distinct payer from line_fact")}
    bodies = [event.body for event in ledger.current("policy_set")]
    cells = [dict(rule.cell) for rule in register.alert_rules(ledger)]
    assert set() == {each["payer"] for each in (*bodies, *filter(None, cells))} - payers
    procedures = {name for (name,) in measured.rows("select distinct procedure from line_fact")}
    assert set() == {code for change in register.changes(ledger) for code in change.procedures} - procedures


def test_decisions_of_two_huddles(demo: Demo, ledger: Ledger) -> None:
    """The last two whole quarters have decisions; those about a change name one that is registered."""
    found = register.decisions(ledger)
    assert {"2026Q2": 3, "2026Q3": 3} == {
        quarter: len(register.decisions(ledger, quarter)) for quarter in ("2026Q2", "2026Q3")
    }
    assert {"", WORKING, IDLE} == {decision.change_id for decision in found}
    last_day = datetime.date.fromisoformat(demo.truth["demo"]["last_day"])
    assert ["demo-notes-worth-it"] == [each.decision_id for each in found if each.is_overdue(last_day)]


def test_the_rest_of_the_ledger(demo: Demo, ledger: Ledger) -> None:
    """Rules mail nobody, each survey has more than twenty answers, and one critical finding is open at the end."""
    assert {()} == {rule.emails for rule in register.alert_rules(ledger)}
    assert [("2026Q1", 24), ("2026Q2", 24), ("2026Q3", 24)] == [
        (each.period, each.answer_count) for each in survey.satisfaction(ledger)
    ]
    last_day = datetime.date.fromisoformat(demo.truth["demo"]["last_day"])
    assert 1 == survey.open_critical_findings(ledger, last_day)


def test_the_new_policy_is_a_version(demo: Demo, ledger: Ledger) -> None:
    """The payer that wants authorisation from a planted day on has two versions of one policy."""
    planted = demo.truth["planted"]["payer_policy_change"]
    events = ledger.history("policy_set", f"demo-{planted['procedure']}-northfield")
    found = [(event.body["effective_from"], event.body["authorisation"]) for event in events]
    assert [(demo.truth["demo"]["first_day"], "not required"), (planted["first_service_day"], "required")] == found


def test_serving_the_demo_imports_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The store that `serve --demo` makes holds the demo's decisions."""
    monkeypatch.setattr(cli_serve, "DEMO_CLAIMS", 10)
    store = Store(tmp_path / "store")
    cli_serve.make_demo_store(store)
    assert {WORKING, IDLE} == {change.change_id for change in register.changes(Ledger(store.ledger_path))}


def test_ingest_says_what_takes_it(demo: Demo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a folder a ledger is passed over and the command that takes it is told; given itself, it is refused so."""
    monkeypatch.setenv("DENIALS_HOME", str(tmp_path / "store"))
    (tmp_path / "inbox").mkdir()
    path = tmp_path / "inbox" / LEDGER
    path.write_bytes((demo.folder / LEDGER).read_bytes())
    done = CliRunner().invoke(app_for(None), ["ingest", "--no-build", str(tmp_path / "inbox")])
    assert (0, True) == (done.exit_code, f"`denials ledger import {path}` takes it" in done.output)
    done = CliRunner().invoke(app_for(None), ["ingest", "--no-build", str(path)])
    assert (1, True) == (done.exit_code, "a ledger of decisions, which `denials ledger import` takes" in done.output)
