import datetime
from pathlib import Path

import pytest

from dashboards import policy_form
from pipelines.errors import UsageError
from pipelines.ledger import Ledger
from pipelines.policy import KIND, Policy, body
from pipelines.policy_matrix import records
from pipelines.store import Store
from tests.dashboards.conftest import Open, said
from tests.dashboards.stores import DENIED, PAID, make_store, remittance, sent

MATRIX = Path(__file__).parent.parent / "fixtures" / "policies" / "matrix.csv"
KNEE = Policy(
    "knee",
    "Medicare",
    ("20610",),
    datetime.date(2024, 1, 1),
    covered_diagnoses=("M17",),
    authorisation="required",
    reference="L90001",
    owner="Ana",
    checklist=("Side named",),
)


def enter(home: Path, *policies: Policy) -> Ledger:
    """The policies are in the ledger of this store."""
    ledger = Ledger(home / "ledger.sqlite")
    for policy in policies:
        ledger.append(KIND, policy.policy_id, body(policy), "tester")
    return ledger


def test_nothing_yet(empty_home: Path, open_page: Open) -> None:
    """Without data and policies every part of the page says what to do."""
    for part in ("Matrix", "What changed", "Denials", "Enter", "Import"):
        assert "No payer policy is entered yet" in said(open_page("policies", **{"policy-show": part}))


def test_matrix(own_home: Path, open_page: Open) -> None:
    """The sentence counts what is in force; a policy that is chosen is shown in full; it waits for a build."""
    enter(own_home, KNEE)
    app = open_page("policies", policy="knee")
    text = said(app)
    assert "1 policy in force: 1 payer, 1 procedure" in text and "Medicare, 20610" in text and "Side named" in text
    assert ["L90001"] == list(app.dataframe[0].value["Reference"])
    assert any("1 policy is new or changed" in one.value for one in app.info)
    old = open_page("policies", **{"policy-day": "2023-12-31"})
    assert "None for this payer, procedure and day" in said(old)


def test_what_changed(own_home: Path, open_page: Open) -> None:
    """Between two days a version that followed is said field by field."""
    july = Policy("knee", "Medicare", ("20610",), datetime.date(2026, 7, 1), covered_diagnoses=("M17.1",), owner="Ana")
    enter(own_home, KNEE, july)
    days = {"policy-from": "2026-06-30", "policy-to": "2026-07-01"}
    text = said(open_page("policies", **{"policy-show": "What changed", **days}))
    assert "1 policy change: 1 changed between 30 Jun 2026 and 1 Jul 2026" in text
    assert "Covered diagnoses: added M17.1; removed M17" in text


def test_a_policy_by_hand(own_home: Path, open_page: Open) -> None:
    """What is typed is in the ledger under the payer's name as shown; what cannot be meant is said and not written."""
    app = open_page("policies", **{"policy-show": "Enter"})
    app.selectbox(key="policy-payer-new").set_value("Medicare")
    app.text_input(key="policy-CPT/HCPCS-new").set_value("20610-20611")
    app.text_area(key="policy-Covered diagnoses-new").set_value("knee")
    app.date_input(key="policy-begins-new").set_value(datetime.date(2026, 1, 1))
    record = next(button for button in app.button if button.label == "Record the policy")
    record.click().run()
    assert any("not a diagnosis" in error.value.replace("\\", "") for error in app.error)
    app.text_area(key="policy-Covered diagnoses-new").set_value("M17.x; M25.56")
    next(button for button in app.button if button.label == "Record the policy").click().run()
    assert [("Medicare", ("20610", "20611"), ("M17", "M25.56"))] == [
        (one.payer, one.procedures, one.covered_diagnoses) for one in records(Ledger(own_home / "ledger.sqlite"))
    ]


def test_a_file_is_seen_then_written(own_home: Path, open_page: Open) -> None:
    """A matrix that is dropped is shown row by row, refused rows too; one click writes what is new."""
    app = open_page("policies", **{"policy-show": "Import"})
    app.file_uploader[0].set_value(("matrix.csv", MATRIX.read_bytes(), "text/csv"))
    app.run()
    assert [] == [error.value for error in app.exception]
    assert "6 rows cannot be read" in said(app) and "What would happen: 3 new" in said(app)
    app.button(key="policy-record").click().run()
    assert 3 == len(records(Ledger(own_home / "ledger.sqlite")))


@pytest.mark.parametrize(("field", "value"), [("payer", None), ("effective_from", None), ("procedures", "")])
def test_what_a_policy_needs(field: str, value: str | None) -> None:
    """Payer, procedures and first day are needed; the form says which is missing."""
    told = {
        "payer": "Medicare",
        "procedures": "20610",
        "effective_from": datetime.date(2026, 1, 1),
        "frequency_limit": "",
        "checklist": "",
    }
    with pytest.raises(UsageError, match=field):
        policy_form.drafted(None, told | {field: value}, {})


def test_denials_held_against_policies(empty_home: Path, open_page: Open) -> None:
    """Denials are counted by what the payer's list says of them; nothing waits once the build knows the policy."""
    Store(empty_home).prepare()
    begins = datetime.date(2025, 1, 1)
    enter(empty_home, Policy("visit", "Aetna", ("99213",), begins, covered_diagnoses=("M17",)))
    make_store(empty_home, remittance(DENIED, PAID, paid=80), sent("P202603021"))
    app = open_page("policies", **{"policy-show": "Denials"})
    assert "Denied although the diagnosis is on the list: 1 line" in said(app)
    assert ["M17.11"] == list(app.dataframe[0].value["On the list"]) and not app.info


def test_playbook(own_home: Path, open_page: Open) -> None:
    """The playbook of the address: its points, its history, what the payer wants, and who owns it."""
    enter(own_home, KNEE)
    text = said(open_page("playbook", cpt="20610"))
    assert "20610 Injection, large joint" in text and "Owner: Ana" in text
    assert "What was tried before" in text and "Side named" in text and "Core denials, by remittance" in text


def test_playbook_of_a_code_without_data(empty_home: Path, open_page: Open) -> None:
    """Without data and policies the page says what to do; a code of the address has its points all the same."""
    assert "No procedure yet" in said(open_page("playbook"))
    assert "Impairment now" in said(open_page("playbook", cpt="90837"))


def test_a_correction_keeps_what_the_form_does_not_ask() -> None:
    """A limit that is known as numbers alone stays when other fields are corrected; one in words gives new numbers."""
    limited = Policy("knee", "Medicare", ("20610",), datetime.date(2026, 1, 1), frequency_count=3, frequency_days=365)
    told = {"procedures": "20610", "effective_from": limited.effective_from, "checklist": "", "frequency_limit": ""}
    found = [policy_form.drafted(limited, told | more, {}) for more in ({}, {"frequency_limit": "1 per 90 days"})]
    assert [(3, 365), (1, 90)] == [(one.frequency_count, one.frequency_days) for one in found]
