import dataclasses
import shutil
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from streamlit.testing.v1 import AppTest

from dashboards import alert_data, loading
from pipelines import register
from pipelines.ledger import Ledger
from pipelines.register import AlertRule
from pipelines.store import Store
from tests.dashboards.conftest import Open, said

RULE = AlertRule(
    rule_id="northfield-1",
    kpi="denial_rate_lines",
    cell=(("payer", "NORTHFIELD"), ("root_cause", "missing_auth")),
    by="limit",
    owner="A. Manager",
    emails=("manager@practice.example",),
)


@pytest.fixture
def store(breach_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    """A copy of the breach's store is the dashboard's."""
    monkeypatch.setenv("DENIALS_HOME", str(shutil.copytree(breach_home, tmp_path / "store")))
    return Store()


def watch(store: Store, *rules: AlertRule) -> Ledger:
    """The store's ledger, with these rules."""
    ledger = Ledger(store.ledger_path)
    for rule in rules:
        register.record(ledger, rule)
    return ledger


def followed(open_page: Open, address: str) -> AppTest:
    """The page that a link leads to, with what the address says."""
    parts = urlsplit(address)
    return open_page("trends_page" if parts.path == "trends" else parts.path, **parse_qs(parts.query))


def test_overview_shows_what_is_beyond_its_limit(store: Store, open_page: Open) -> None:
    """Without rules the two rates of everything are watched; with one, that one: what, since when and how sure."""
    assert "Denial rate, all payers and procedures: above its upper limit" in said(open_page())
    watch(store, RULE)
    text = said(open_page())
    assert "all payers and procedures" not in text
    assert "Denial rate, lines, NORTHFIELD, Authorisation or referral missing: above its upper limit</b>" in text
    assert "since Aug 2026, 2 months" in text and "12 of 30" in text and "not mailed yet to manager" in text


def test_quiet_numbers_take_no_room(store: Store, open_page: Open) -> None:
    """Where nothing is broken the Overview has no place for alerts."""
    watch(store, dataclasses.replace(RULE, cell=(("payer", "Aetna"),)))
    assert "class='db-alert'" not in said(open_page())


def test_an_alert_leads_to_its_lines(store: Store, open_page: Open) -> None:
    """The address narrows the Denials page to the cell and the run's months: 9 and 12 lines, none of October."""
    watch(store, RULE)
    (alert,) = alert_data.broken(str(store.current_build()))
    app = followed(open_page, alert.lines)
    assert [] == list(app.warning)
    assert "21 denied lines of 21 claims" in said(app)
    assert ["NORTHFIELD"] == app.session_state["payer"] and ["missing_auth"] == app.session_state["root_cause"]


def test_no_more_than_three_are_shown_at_once(store: Store, open_page: Open) -> None:
    """The rest stands on the page Trends; what is new comes first."""
    rules = [dataclasses.replace(RULE, rule_id=f"r{number}") for number in range(5)]
    watch(store, *rules)
    text = said(open_page())
    assert 3 == text.count("class='db-alert'") and "2 more on the page Trends" in text


def test_a_build_made_by_a_page_tells_too(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Loading files, bringing the pages up to date and a decision's new build end with the same check."""
    monkeypatch.setattr(loading, "build", lambda *asked, **options: None)  # the one that is there will do
    ledger = watch(store, RULE)
    assert "" == loading.catch_up(store)
    assert ["northfield-1|2026-08"] == [raised.alert_key for raised in register.alerts_raised(ledger)]
    watch(store, dataclasses.replace(RULE, rule_id="second"))
    done = loading.load(store, [], [], {}, lambda result: None, lambda: None)
    assert ("", 1) == (done.problem, len(done.alerts.new))


def test_an_alert_leads_to_its_trend(store: Store, open_page: Open) -> None:
    """The page Trends is about the rule's number, in its cell, counted as the rule counts."""
    watch(store, RULE)
    (alert,) = alert_data.broken(str(store.current_build()))
    app = followed(open_page, alert.view)
    assert [] == list(app.warning)
    state = app.session_state
    assert ("denial_rate", "lines", "24 months") == (state["kpi"], state["unit"], state["period"])
    assert (["NORTHFIELD"], ["missing_auth"]) == (state["payer"], state["root_cause"])
    assert "Aug 2026 to Sep 2026 above" in said(app)


def test_a_rule_is_set_on_the_page_and_withdrawn(store: Store, open_page: Open) -> None:
    """It says how it stands at once; the scope and clock are those of the page."""
    app = open_page("trends_page", scope="broad")
    app.selectbox(key="alert-kpi").select("denial_rate_lines")
    app.selectbox(key="alert-payer").select("NORTHFIELD")
    app.selectbox(key="alert-against").select("A target of its own")
    app.number_input(key="alert-target").set_value(10.0)
    app.text_input(key="alert-owner").input("A. Manager")
    app.text_input(key="alert-mails").input("m@practice.example, c@practice.example, m@practice.example")
    press(app, "Watch it")
    (rule,) = register.alert_rules(Ledger(store.ledger_path))
    assert (("payer", "NORTHFIELD"),) == rule.cell
    assert ("0.1", "broad", ("m@practice.example", "c@practice.example")) == (
        str(rule.target),
        rule.denial_scope,
        rule.emails,
    )
    assert "One number is watched; one is beyond its limit or target" in said(app)
    assert "broken since Aug 2026, 2 months" in said(app)
    app.selectbox(key="alert-stop").select_index(0).run()
    app.button(key="alert-withdraw").click().run()
    assert [] == register.alert_rules(Ledger(store.ledger_path))


def test_a_rule_that_says_too_little_is_not_kept(store: Store, open_page: Open) -> None:
    """The page says what is missing, and nothing is written."""
    app = open_page("trends_page")
    app.selectbox(key="alert-kpi").select("zero_pay_rate")
    for owner, mails, against, expected in (
        (" ", "", "Its control limits", "Say whose business it is"),
        ("me", "nobody", "Its control limits", "not an e\\-mail address"),
        ("me", "", "A target of its own", "Type the target"),
        ("me", "", "The KPI's target", "there is no target for it"),
    ):
        app.selectbox(key="alert-against").select(against)
        app.text_input(key="alert-owner").input(owner)
        app.text_input(key="alert-mails").input(mails)
        press(app, "Watch it")
        assert expected in " ".join(error.value for error in app.error)
    assert [] == register.alert_rules(Ledger(store.ledger_path))


def test_rules_of_another_version_and_hostile_names_do_no_harm(store: Store, open_page: Open) -> None:
    """What a file or an older program left in the ledger is shown as it stands."""
    watch(store, dataclasses.replace(RULE, kpi="<b>gone</b>", owner="<script>"))
    text = said(open_page("trends_page"))
    assert "&lt;b&gt;gone&lt;/b&gt;" in text and "<script>" not in text


def press(app: AppTest, label: str) -> None:
    """The button of this label was pressed."""
    next(button for button in app.button if button.label == label).click().run()
    assert [] == [error.value for error in app.exception]
