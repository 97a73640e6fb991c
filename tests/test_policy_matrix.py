import dataclasses
import datetime
from pathlib import Path

import pytest

from pipelines import policy_matrix
from pipelines.build_inputs import policy_digest
from pipelines.errors import UsageError
from pipelines.ledger import Ledger
from pipelines.policy import KIND, Policy, body, from_body, id_for
from pipelines.policy_matrix import FieldChange

Day = datetime.date
KNEE = Policy("knee", "Aetna", ("20610",), Day(2026, 1, 1), covered_diagnoses=("M17", "M25.56"))
JULY = dataclasses.replace(
    KNEE, effective_from=Day(2026, 7, 1), covered_diagnoses=("M17.1", "M25.56"), authorisation="required"
)
GEL = Policy("gel", "Cigna", ("J7325",), Day(2026, 3, 1), Day(2026, 8, 31), imaging="X-ray", imaging_window_days=60)


def names(policies: list[Policy]) -> list[tuple[str, str]]:
    """Id and first day."""
    return [(one.policy_id, f"{one.effective_from:%m-%d}") for one in policies]


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (Day(2025, 12, 31), []),
        (Day(2026, 1, 1), [("knee", "01-01")]),
        (Day(2026, 6, 30), [("knee", "01-01"), ("gel", "03-01")]),
        (Day(2026, 7, 1), [("knee", "07-01"), ("gel", "03-01")]),
        (Day(2026, 8, 31), [("knee", "07-01"), ("gel", "03-01")]),
        (Day(2026, 9, 1), [("knee", "07-01")]),
    ],
)
def test_in_force(day: Day, expected: list[tuple[str, str]]) -> None:
    """A version holds from its first day to the day before the next, or to its own last day."""
    assert expected == names(policy_matrix.in_force([JULY, GEL, KNEE], day))


def test_an_end_before_the_next_version_leaves_a_gap() -> None:
    """Where the payer ended a version before the next began, none is in force between."""
    ended = dataclasses.replace(KNEE, effective_to=Day(2026, 3, 31))
    assert [] == policy_matrix.in_force([ended, JULY], Day(2026, 5, 1))
    assert [Day(2026, 3, 31), None] == [one.last_day for one in policy_matrix.spans([ended, JULY])]


def test_diff() -> None:
    """Between two days: what began, what ended, and of what holds in another version the fields that differ."""
    found = policy_matrix.diff([KNEE, JULY, GEL], Day(2026, 2, 1), Day(2026, 7, 15))
    assert ([("gel", "03-01")], []) == (names(list(found.added)), names(list(found.ended)))
    fields = (
        FieldChange("covered_diagnoses", ("M17",), ("M17.1",)),
        FieldChange("authorisation", "unknown", "required"),
    )
    assert [(KNEE, JULY, fields)] == [tuple(change) for change in found.changed]
    assert [("gel", "03-01")] == names(list(policy_matrix.diff([GEL], Day(2026, 8, 1), Day(2026, 9, 1)).ended))
    assert not policy_matrix.diff([KNEE, JULY, GEL], Day(2026, 7, 2), Day(2026, 7, 15))


def test_a_new_version_that_says_the_same_is_no_change() -> None:
    """A policy said again from a later day, word for word, changed nothing."""
    again = dataclasses.replace(KNEE, effective_from=Day(2026, 7, 1))
    assert not policy_matrix.diff([KNEE, again], Day(2026, 2, 1), Day(2026, 8, 1))


def test_versions_of_the_ledger(tmp_path: Path) -> None:
    """Said again for its day a version is corrected, said for another day followed; an empty body takes all back."""
    ledger = Ledger(tmp_path / "ledger.sqlite")
    for policy in (KNEE, JULY, dataclasses.replace(KNEE, owner="coding"), GEL):
        ledger.append(KIND, policy.policy_id, body(policy), "tester")
    assert [("gel", 1, ""), ("knee", 1, "coding"), ("knee", 2, "")] == [
        (one.policy_id, one.version_no, one.owner) for one in policy_matrix.records(ledger)
    ]
    assert [("knee", "07-01"), ("gel", "03-01")] == names(policy_matrix.current(ledger))
    assert [2, 1] == [one.version_no for one in policy_matrix.versions(ledger, "knee")]
    ledger.append(KIND, "knee", {}, "tester")
    assert [("gel", "03-01")] == names(policy_matrix.in_force(ledger, Day(2026, 7, 1)))
    ledger.append(KIND, "knee", body(JULY), "tester")
    assert [("gel", 1), ("knee", 1)] == [(one.policy_id, one.version_no) for one in policy_matrix.records(ledger)]


def test_a_policy_makes_a_build_stale(tmp_path: Path) -> None:
    """Every version counts for what a build would hold, the newest or not; a policy taken back does not."""
    ledger = Ledger(tmp_path / "ledger.sqlite")
    digests = [policy_digest(ledger)]
    for told in (body(KNEE), body(JULY), body(dataclasses.replace(KNEE, owner="coding")), {}):
        ledger.append(KIND, "knee", told, "tester")
        digests.append(policy_digest(ledger))
    assert (4, digests[0]) == (len(set(digests)), digests[-1])


def test_a_body_is_the_policy() -> None:
    """What is written into the ledger is what is read from it."""
    assert GEL == from_body("gel", body(GEL))
    assert GEL == from_body("gel", body(GEL) | {"payer": f" {GEL.payer} "})


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"covered_diagnoses": ["knee"]}, "covered_diagnoses"),
        ({"procedures": ["12"]}, "procedures"),
        ({"effective_to": "2025-12-31"}, "effective_to"),
        ({"authorisation": "maybe"}, "authorisation"),
        ({"payer": ""}, "payer"),
    ],
)
def test_the_ledger_refuses_what_is_no_policy(tmp_path: Path, wrong: dict[str, object], field: str) -> None:
    """A wrong body never comes into the ledger, where it would stop every build."""
    with pytest.raises(UsageError, match=field):
        Ledger(tmp_path / "ledger.sqlite").append(KIND, "knee", body(KNEE) | wrong, "tester")


def test_ids_last() -> None:
    """The same payer and procedures have the same id, whatever the case; others have another."""
    assert id_for("Aetna", ("20610",)) == id_for("AETNA", ("20610",))
    assert 3 == len({id_for("Aetna", ("20610",)), id_for("Aetna", ("20611",)), id_for("Cigna", ("20610",))})
