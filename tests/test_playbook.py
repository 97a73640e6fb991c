import dataclasses
import datetime
from decimal import Decimal

import pypdfium2
import pytest

from pipelines import playbook, words
from pipelines.playbook_history import History, Part, history
from pipelines.playbook_print import data, sheet
from pipelines.policy import Policy
from pipelines.reference import rows
from tests.practice import Day, claim, denied, paid, remit
from tests.warehouse import warehouse

TODAY = datetime.date(2026, 11, 1)
KNEE = Policy(
    "knee",
    "Aetna",
    ("20610",),
    Day(2026, 1, 1),
    covered_diagnoses=("M17",),
    prior_therapy="six weeks",
    reference="L90001",
    owner="Ana",
    checklist=("Side named",),
    audit_every_months=6,
    set_at="2026-08-31T10:00:00",
)
PAST = History(
    "20610",
    Day(2025, 11, 1),
    Day(2026, 10, 31),
    Part("", 50, 400, Decimal(5000)),
    (Part("Aetna", 38, 300, Decimal(3800)), Part("Cigna", 12, 100, Decimal(1200))),
    (Part("Missing imaging", 45, None, Decimal(4500)), Part("Too often", 5, None, Decimal(500))),
)


def topics(code: str) -> list[str]:
    """The topics of a procedure's own points, without those for any procedure."""
    return [item.topic for item in playbook.items(code) if not item.is_general]


def test_behavioural_health_has_its_points() -> None:
    """Talks show diagnosis, impairment, risk, method and proportion; a long one its time, an evaluation two points."""
    talk = ["diagnosis", "impairment now", "future risk", "intervention", "proportion"]
    assert (talk, [*talk, "extra time"]) == (topics("90834"), topics("90837"))
    assert [*talk[:3], "first point", "second point"] == topics("90791")


def test_every_procedure_has_the_general_points() -> None:
    """Diagnosis, record, authorisation and policy stand in every playbook, after what is particular to it."""
    general = ["diagnosis", "documentation", "authorisation", "policy"]
    assert general == [item.topic for item in playbook.items("11111")]
    assert general == [item.topic for item in playbook.items("20610")][-4:]


def test_items_name_what_there_is() -> None:
    """An item belongs to any procedure, to a family that exists, or to codes; its topic is a known one."""
    families = {row["procedure_family"] for stem in ("procedure_family", "procedure_label") for row in rows(stem)}
    for row in rows("playbook_item"):
        codes = row["applies_to"].split()
        is_code = all(len(code) == 5 and code[:4].isalnum() and code[-1].isdigit() for code in codes)
        assert row["applies_to"] == "*" or row["applies_to"] in families or is_code, row
        assert row["topic"] in playbook.TOPICS, row


@pytest.mark.parametrize(
    ("months", "set_at", "expected"),
    [(6, "2026-08-31T10:00:00", Day(2027, 2, 28)), (12, "2026-12-05", Day(2027, 12, 5)), (None, "2026-12-05", None)],
)
def test_next_audit(months: int | None, set_at: str, expected: datetime.date | None) -> None:
    """The next look at a policy is due so many months after it was entered."""
    assert expected == playbook.next_audit(dataclasses.replace(KNEE, audit_every_months=months, set_at=set_at))


@pytest.mark.parametrize(
    ("due", "said"), [(Day(2099, 1, 2), "next audit 2 Jan 2099"), (TODAY, f"audit due since {words.day(TODAY)}")]
)
def test_an_audit_that_is_past_is_due(due: Day, said: str) -> None:
    """A day that has come is not the next one."""
    assert said == playbook.audit_words(due, TODAY)


def test_payer_parts() -> None:
    """Each policy about the procedure says what it wants, and who looks after it."""
    (part,) = playbook.payer_parts([KNEE, dataclasses.replace(KNEE, procedures=("99213",))], "20610")
    assert (("Covered diagnoses", "M17"), ("Prior therapy", "six weeks")) == part.wants
    assert ["Ana"] == playbook.owners([part, part])


def test_history() -> None:
    """The last 12 months by remittance: denied of adjudicated, by payer and by cause, which add up to all."""
    files = {
        "old": remit(Day(2025, 2, 1), claim("P0", denied(procedure="20610")), trace="1"),
        "era": remit(
            Day(2026, 3, 2),
            claim("P1", denied(procedure="20610", remarks=("M127",))),
            claim("P2", paid(procedure="20610")),
            claim("P3", denied("CO-197", procedure="99213")),
        ),
        "cigna": remit(Day(2026, 3, 3), claim("P4", denied("CO-197", procedure="20610")), payer="Cigna", trace="2"),
    }
    found = history(warehouse(files), "20610")
    assert found and (Day(2025, 4, 1), Day(2026, 3, 3)) == (found.first_day, found.last_day)
    assert (2, 3, Decimal(200)) == (found.total.denied, found.total.of, found.total.amount)
    assert [("Aetna", 1, 2), ("Cigna", 1, 1)] == [(one.name, one.denied, one.of) for one in found.payers]
    assert 2 == sum(one.denied for one in found.causes)


def test_history_of_nothing() -> None:
    """Without any payment there is no history."""
    assert history(warehouse({}), "20610") is None


def test_small_counts_are_withheld() -> None:
    """On paper a count under 11 is hidden, and the one beside it that would give it away; for internal use none is."""
    printed = data("20610", [], PAST, TODAY)["history"]
    assert [("withheld", "withheld")] * 2 == [(one["denied"], one["amount"]) for one in printed["causes"]]
    assert ["38", "12"] == [one["denied"] for one in printed["payers"]]
    internal = data("20610", [], PAST, TODAY, minimum=1)["history"]
    assert (["45", "5"], "") == ([one["denied"] for one in internal["causes"]], internal["note"])


@pytest.mark.parametrize(("held", "past"), [((KNEE,), PAST), ((), None)])
def test_the_sheet(held: tuple[Policy, ...], past: History | None) -> None:
    """The sheet is a PDF that says what must be shown, also with neither policy nor history; twice the same bytes."""
    parts = playbook.payer_parts(held, "90837")
    made = sheet("90837", [*parts, *playbook.payer_parts(held, "20610")], past, TODAY)
    text = "".join(page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(made))
    assert "Impairment now" in text and "Psychotherapy, long" in text and ("L90001" in text) == bool(held)
    assert made == sheet("90837", [*parts, *playbook.payer_parts(held, "20610")], past, TODAY)
    marked = pypdfium2.PdfDocument(sheet("90837", parts, past, TODAY, is_demo=True))[0].get_textpage()
    assert "DEMO DATA" in marked.get_text_bounded() and "DEMO DATA" not in text
