from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from dashboards import span_cards, words
from dashboards.spans import SPANS
from pipelines.measure import Scope, spans
from pipelines.store import Store
from pipelines.survival import kaplan_meier
from tests.dashboards.conftest import Open, said
from tests.dashboards.stores import DENIED, PAID, make_store, remittance, sent
from tests.dashboards.test_overview import last_year

SP = words.SPACE


def test_each_span_has_its_card_and_the_days_are_those_of_the_measure(home: Path, open_page: Open) -> None:
    """Five cards; typical days count what is still open."""
    text = said(open_page("time_page"))
    assert [] == [span.label for span in SPANS.values() if span.label not in text]
    with Store(home).connect() as connection:
        span = spans(connection, "days_submission_to_remit", (), last_year(home))[()]
    curve = kaplan_meier(*span)
    assert words.days(curve.median) in text and f"{words.count(curve.open_count)} still open" in text


def test_the_end_of_a_denial_is_not_said_to_come_from_remits_alone() -> None:
    """Logs, deadlines and people end denials, too."""
    found: Any = SimpleNamespace(is_bound=False, kpi="days_denial_to_resolution")
    assert "your log, a passed deadline or by hand" in span_cards.source(found, found)


@pytest.mark.parametrize("key", SPANS)
def test_every_span_can_be_chosen_by_the_address(home: Path, open_page: Open, key: str) -> None:
    """Its sentence stands first, its charts below, each with n and what is still open."""
    app = open_page("time_page", span=SPANS[key].label, period="All dates")
    assert key == app.session_state["span"]
    assert "still open" in said(app)


def test_the_charts_have_their_tables(home: Path, open_page: Open) -> None:
    """By payer: typical days, interval, n and how many are open."""
    app = open_page("time_page", span="Submission to first remit", period="All dates")
    app.toggle(key="table-payer-first-answer").set_value(True).run()
    columns = list(app.dataframe[0].value.columns)
    assert ["Payer", "Typical days", "Interval from", "Interval to", "90 % within"] == columns[:5]
    assert ["Open after 30 days", "n", "Still open"] == columns[5:]


def test_without_claims_sent_the_page_says_what_to_load(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, open_page: Open
) -> None:
    """No submission date: no days from the service to it, and the switch of the clock says why it does nothing."""
    monkeypatch.setenv("DENIALS_HOME", str(tmp_path / "store"))
    make_store(tmp_path / "store", remittance(*[PAID] * 30, paid=2400), remittance(*[DENIED] * 30, day="20260402"))
    app = open_page("time_page", span="Service to submission", period="All dates")
    text = said(app)
    assert "No claim in this view has a submission date" in text and "Load the claims that were sent (837)" in text
    clock = next(control for control in app.segmented_control if control.key == "clock")
    assert clock.disabled and "submission date" in clock.help


def test_without_claims_sent_the_days_to_resubmission_are_at_most(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, open_page: Open
) -> None:
    """The next remit is an upper bound, and called one; it is not held against the target."""
    monkeypatch.setenv("DENIALS_HOME", str(tmp_path / "store"))
    first = remittance(*[DENIED] * 30, day="20260302")
    make_store(
        tmp_path / "store", first, remittance(*[PAID] * 30, paid=2400, day="20260312").replace("P20260312", "P20260302")
    )
    for page in ("time_page", "overview"):
        text = said(open_page(page, period="All dates"))
        assert f"at most 10{SP}days" in text and "an upper bound" in text and "8 days over" not in text


def test_too_few_are_a_table_not_a_curve(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, open_page: Open) -> None:
    """Three claims have no typical days; what each took stands in a table."""
    monkeypatch.setenv("DENIALS_HOME", str(tmp_path / "store"))
    accounts = [f"P20260302{number}" for number in (1, 2, 3)]
    make_store(tmp_path / "store", remittance(*[PAID] * 3, paid=240), sent(*accounts))
    app = open_page("time_page", span="Submission to first remit", period="All dates")
    assert "3 claims: too few to speak of typical days" in said(app)
    assert ["Days", "Done", "Still open"] == list(app.dataframe[0].value.columns)


def test_without_any_decision_no_empty_chart_of_how_fast_payers_decide(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, open_page: Open
) -> None:
    """Claims were sent and no remittance is there: that is said, with what to load."""
    monkeypatch.setenv("DENIALS_HOME", str(tmp_path / "store"))
    make_store(tmp_path / "store", sent(*[f"P{number}" for number in range(30)]))
    text = said(open_page("time_page", span="Service to submission", period="All dates"))
    assert "nothing of what was sent is decided yet" in text and "Load the remittances (835)" in text
    assert "mature" not in text


def test_few_claims_of_each_payer_are_no_chart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, open_page: Open
) -> None:
    """Three claims of one payer say nothing about how fast it decides."""
    monkeypatch.setenv("DENIALS_HOME", str(tmp_path / "store"))
    accounts = [f"P20260302{number}" for number in (1, 2, 3)]
    make_store(tmp_path / "store", remittance(*[PAID] * 3, paid=240), sent(*accounts))
    assert "Too few claims of any payer" in said(open_page("time_page", period="All dates"))


def test_one_month_is_no_trend(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, open_page: Open) -> None:
    """Thirty claims of one month: their days are told, their trend is not drawn."""
    monkeypatch.setenv("DENIALS_HOME", str(tmp_path / "store"))
    accounts = [f"P20260302{number}" for number in range(1, 31)]
    make_store(tmp_path / "store", remittance(*[PAID] * 30, paid=2400), sent(*accounts))
    text = said(open_page("time_page", span="Service to submission", period="All dates"))
    assert f"Half of claims are sent within 3{SP}days" in text
    assert "One month of data: a trend needs more" in text


def test_an_empty_store_says_what_to_do(empty_home: Path, open_page: Open) -> None:
    """Nothing loaded is no error."""
    assert "Nothing has been loaded yet" in said(open_page("time_page"))


def test_the_other_clock_comes_from_the_address(home: Path, open_page: Open) -> None:
    """By submission the page counts what was sent in the period."""
    assert "sent " in said(
        open_page("time_page", span="Denial to resubmission", clock="submission", period="12 months")
    )


def test_all_dates_by_submission_leave_out_what_has_no_date(home: Path) -> None:
    """What was never known to be sent cannot be put on that clock."""
    with Store(home).connect() as connection:
        both = [
            spans(connection, "days_to_resubmission", (), Scope(clock=clock))[()]
            for clock in ("remittance", "submission")
        ]
    counts = [sum(span.done.values()) + sum(span.open.values()) for span in both]
    assert counts[1] <= counts[0]


def test_a_payer_without_remits_is_left_out_and_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, open_page: Open
) -> None:
    """Claims sent to a payer of whom nothing is loaded do not make it the slowest."""
    monkeypatch.setenv("DENIALS_HOME", str(tmp_path / "store"))
    accounts = [f"P20260302{number}" for number in range(1, 31)]
    paper = sent(*[f"PAPER{number}" for number in range(30)], payer="TURNPIKE AUTO DEMO")
    make_store(tmp_path / "store", remittance(*[PAID] * 30, paid=2400), sent(*accounts), paper)
    text = said(open_page("time_page", span="Submission to first remit", period="All dates"))
    assert "no remits of TURNPIKE AUTO DEMO here: its 30 claims are left out" in text
    assert "TURNPIKE AUTO DEMO is slowest" not in text and "0 still open" in text
