"""What the ledger holds comes back as the things that were recorded, newest version first told, wrong ones refused."""

import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from pipelines import register, survey
from pipelines.errors import UsageError
from pipelines.ledger import Ledger
from pipelines.ledger_kinds import KINDS
from pipelines.register import AlertRaised, AlertRule, Answer, Baseline, Change, Decision, Finding, record, withdraw


def day(text: str) -> datetime.date:
    """A date."""
    return datetime.date.fromisoformat(text)


CHANGE = Change(
    "mri-checklist-1a2b",
    "MRI checklist",
    "checklist",
    day("2099-03-01"),
    "Dr Ada Example",
    procedures=("72148", "20610"),
    providers=("EXAMPLE, ADA",),
    spike_from=day("2098-11-01"),
    spike_to=day("2098-12-01"),
    cost_amount=Decimal("1200.50"),
    clinician_minutes=240,
)
DECISION = Decision("teach-1a2b", "2026Q3", "Teach the checklist", "coding", day("2026-11-30"), CHANGE.change_id)
RULE = AlertRule("r-1", "denial_rate", (("payer", "X"),), "target", "ana", Decimal("0.05"), ("a@example.org",))
ALERT = AlertRaised("r-1|2026-09", "r-1", day("2026-09-01"), "b1", "It is above its limit.", ("a@example.org",))
ANSWER = Answer("s-1", day("2026-09-01"), "Is it easy to say why a service was needed?", 4, "surgeon")
FINDING = Finding("f-1", day("2026-05-02"), "critical", "Time not written", "compliance")
BASELINE = Baseline("denial_rate", (("payer", "X"),), day("2025-01-01"), day("2025-12-01"), "before the new policy")
BAD: list[tuple[str, dict[str, Any], str]] = [
    ("target_set", {"target": "five"}, "target: got 'five', wanted a decimal number as text"),
    ("target_set", {"target": "0.05", "unit": "%"}, "unit: got '%', wanted none; there are target"),
    ("target_set", {"goal": "0.05"}, "goal: got '0.05', wanted none"),
    ("bank_amount", {"amount": 12.5}, "amount: got 12.5, wanted dollars as text"),
    ("bank_amount", {"amount": "12.505"}, "wanted dollars as text"),
    ("line_closed", {"state": "gone"}, "wanted written_off or denied_final or open"),
    ("unmasked", {"name": "x"}, "wanted none; there are no fields"),
    ("decision_made", DECISION.body() | {"quarter": "2026Q5"}, "quarter: got '2026Q5', wanted a quarter"),
    ("decision_made", DECISION.body() | {"due": "2026-02-30"}, "due: got '2026-02-30', wanted a date"),
    ("decision_made", DECISION.body() | {"due": "20260228"}, "wanted a date"),
    ("decision_made", DECISION.body() | {"owner": "  "}, "owner: got '  ', wanted text of 1 to 120 characters"),
    ("change_registered", CHANGE.body() | {"providers": []}, "providers: got [], wanted the treated providers"),
    ("change_registered", CHANGE.body() | {"comparison": "chosen"}, "comparison_*"),
    ("change_registered", CHANGE.body() | {"spike_to": None}, "both or neither"),
    ("change_registered", CHANGE.body() | {"spike_to": "2099-03-01"}, "before the go-live"),
    ("change_registered", CHANGE.body() | {"spike_to": "2098-12-02"}, "the first day of a month"),
    ("change_registered", CHANGE.body() | {"payers": ["X", "X"]}, "different entries"),
    ("change_registered", CHANGE.body() | {"wash_in_weeks": True}, "a whole number from 0 to 52"),
    (
        "change_registered",
        CHANGE.body() | {"procedures": [], "providers": [], "comparison": "none"},
        "wanted at least one of them: what is treated",
    ),
    ("alert_rule", RULE.body() | {"emails": ["a@example.org\nBcc: b@example.org"]}, "each an e-mail address"),
    ("alert_rule", RULE.body() | {"cell": {"payer": 1}}, "wanted at most 8 names, each with a text"),
    ("alert_raised", ALERT.body() | {"since": "2026-13"}, "wanted a month (CCYY-MM)"),
    ("survey_answered", ANSWER.body() | {"score": 6}, "score: got 6, wanted a whole number from 1 to 5"),
    ("audit_finding", FINDING.body() | {"status": "closed"}, "the date of closing for a closed finding"),
    ("audit_finding", FINDING.body() | {"closed": "2026-06-01"}, "'' for an open one"),
    ("audit_finding", FINDING.body() | {"status": "closed", "closed": "2026-05-01"}, "from 2026-05-02 on"),
    ("baseline_set", BASELINE.body() | {"to": "2024-12"}, "wanted a month from 2025-01 on"),
    ("policy_set", {"payer": "X", "procedures": [], "effective_from": "2026-01-01"}, "1 to 2000 different entries"),
    (
        "policy_set",
        {"payer": "X", "procedures": ["20610"], "effective_from": "2026-01-01", "effective_to": "2025-12-31"},
        "a date from 2026-01-01 on",
    ),
    ("setting", {"value": "25", "source": "ours"}, "wanted rework_cost or clinician_minute_cost or small_cell_minimum"),
]


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    """A ledger that does not exist yet."""
    return Ledger(tmp_path / "ledger.sqlite")


def test_what_was_recorded_comes_back(ledger: Ledger) -> None:
    """Each class is the same after its way through the ledger; who and when are the ledger's own."""
    for thing in (CHANGE, DECISION, RULE, ALERT, ANSWER, FINDING, BASELINE):
        record(ledger, thing, "ana")
    found = [
        *register.changes(ledger),
        *register.decisions(ledger),
        *register.alert_rules(ledger),
        *register.alerts_raised(ledger),
        *register.survey(ledger),
        *register.findings(ledger),
        *register.baselines(ledger),
    ]
    assert [CHANGE, DECISION, RULE, ALERT, ANSWER, FINDING, BASELINE] == [without_traces(each) for each in found]


def without_traces(thing: Any) -> Any:
    """The thing without who said it and when, which must be there."""
    names = {"registered_at", "registered_by", "first_registered_at", "decided_at", "said_at", "said_by"}
    told = {name for name in names if hasattr(thing, name)}
    assert all(getattr(thing, name) for name in told)
    return type(thing)(**{name: getattr(thing, name) for name in vars(thing) if name not in told})


@pytest.mark.parametrize(("kind", "body", "expected"), BAD, ids=[f"{kind}-{n}" for n, (kind, _, _) in enumerate(BAD)])
def test_a_wrong_body_is_refused(ledger: Ledger, kind: str, body: dict[str, Any], expected: str) -> None:
    """A body that its kind cannot hold is refused with field, got and wanted, and nothing is written."""
    with pytest.raises(UsageError) as caught:
        ledger.append(kind, "s", body)
    assert expected in str(caught.value)
    assert not ledger.path.exists()


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_can_be_taken_back(ledger: Ledger, kind: str) -> None:
    """An empty body is right for every kind; an event about nothing is right for none."""
    assert 1 == ledger.append(kind, "s", {})
    with pytest.raises(UsageError, match="subject: got ' '"):
        ledger.append(kind, " ", {})


def test_a_later_event_is_a_new_version(ledger: Ledger) -> None:
    """The last version stands, the first tells since when; withdrawn is gone, but not from the history."""
    for minutes in (60, 90):
        record(ledger, Change(**{**vars(CHANGE), "clinician_minutes": minutes}))
    (found,) = register.changes(ledger)
    first, last = register.history(ledger, "change_registered", CHANGE.change_id)
    assert (90, 2, first.at, last.at) == (
        found.clinician_minutes,
        found.version_count,
        found.first_registered_at,
        found.registered_at,
    )
    withdraw(ledger, found)
    assert [] == register.changes(ledger)
    assert 3 == len(register.history(ledger, "change_registered", CHANGE.change_id))


@pytest.mark.parametrize(("go_live", "expected"), [("2099-01-01", False), ("2020-01-01", True)])
def test_retrospective(ledger: Ledger, go_live: str, expected: bool) -> None:
    """A change registered on or after its go-live is retrospective, and so is a later version of it."""
    given = {**vars(CHANGE), "go_live": day(go_live), "spike_from": None, "spike_to": None}
    record(ledger, Change(**given))
    assert [(expected, False)] == [(each.is_retrospective, each.is_edited_late) for each in register.changes(ledger)]
    record(ledger, Change(**given))
    assert [(expected, expected)] == [(each.is_retrospective, each.is_edited_late) for each in register.changes(ledger)]


def test_settings_have_a_source(ledger: Ledger) -> None:
    """A setting is ours until somebody sets it, and ours again when that is taken back."""
    assert (Decimal("25.00"), True) == register.setting(ledger, "rework_cost")[1::2]
    ledger.append("setting", "rework_cost", {"value": "31.5", "source": "our own time study"})
    expected = register.Setting("rework_cost", Decimal("31.5"), "our own time study", False)
    assert expected == register.setting(ledger, "rework_cost")
    ledger.append("setting", "rework_cost", {})
    assert register.setting(ledger, "rework_cost").is_default
    with pytest.raises(UsageError, match="no such setting"):
        register.setting(ledger, "rework")


@pytest.mark.parametrize(("name", "value"), [("small_cell_minimum", "0"), ("rework_cost", "-1"), ("rework_cost", "x")])
def test_a_setting_fits_its_name(ledger: Ledger, name: str, value: str) -> None:
    """Money is not negative and a smallest count is at least 1."""
    with pytest.raises(UsageError, match="value: got"):
        ledger.append("setting", name, {"value": value, "source": "x"})


def test_quarters() -> None:
    """A quarter has three whole months, and its last day is in it."""
    for text, first, last in [("2026Q1", "2026-01-01", "2026-03-31"), ("2026Q4", "2026-10-01", "2026-12-31")]:
        assert (day(first), day(last)) == register.quarter_dates(text)
        assert (text, text) == (register.quarter_of(day(first)), register.quarter_of(day(last)))


@pytest.mark.parametrize("text", ["2026Q0", "2026q1", "Q1 2026", "", "2026Q1 ", "0026Q1"])
def test_a_quarter_that_is_none(ledger: Ledger, text: str) -> None:
    """What is no quarter is refused, also where decisions are asked for."""
    with pytest.raises(UsageError, match="not a quarter"):
        register.quarter_dates(text)
    with pytest.raises(UsageError, match="not a quarter"):
        register.decisions(ledger, text)


def test_new_identifiers() -> None:
    """An identifier is safe in an address, not longer than 29 characters, and not the same twice."""
    made = [register.new_id(text) for text in ("MRI: checklist for the lumbar spine, 2nd try", "???", "MRI")]
    assert ["mri-checklist-for-the-lu-", "entry-", "mri-"] == [text[:-4] for text in made]
    assert len({register.new_id("x") for _ in range(3)}) > 1


def test_share_of_satisfied_answers(ledger: Ledger) -> None:
    """4 and 5 are satisfied, of all answers of the period; a corrected answer counts once."""
    scores = [("2026-06", 5), ("2026-07", 4), ("2026-07", 3), ("2026-09", 1)]
    for number, (month, score) in enumerate(scores):
        record(ledger, Answer(f"s-{number}", day(f"{month}-01"), "q", score))
    record(ledger, Answer("s-3", day("2026-09-01"), "q", 5))
    assert [("2026Q2", 1, 1), ("2026Q3", 2, 3)] == survey.satisfaction(ledger)
    assert [("2026-06", 1, 1), ("2026-07", 1, 2), ("2026-09", 1, 1)] == survey.satisfaction(ledger, "month")
    assert Decimal("0.666666666667") == survey.satisfaction_in(ledger, "2026Q3").share
    assert None is survey.satisfaction_in(ledger, "2026-08").share


def test_open_critical_findings(ledger: Ledger) -> None:
    """A critical finding counts from the day it was found to the day before it was closed."""
    closed = {"status": "closed", "closed": day("2026-06-10")}
    record(ledger, Finding(**{**vars(FINDING), **closed}))
    record(ledger, Finding("f-2", day("2026-05-02"), "major", "x", "y"))
    days = ["2026-05-01", "2026-05-02", "2026-06-09", "2026-06-10"]
    assert [0, 1, 1, 0] == [survey.open_critical_findings(ledger, day(text)) for text in days]
