import dataclasses
import datetime
from typing import Any

import duckdb
import pytest

from pipelines import policy_codes
from pipelines.policy import Policy
from pipelines.rows import Row
from tests.practice import SERVICE, Claim, Day, claim, denied, log, remit
from tests.submissions import Sent, submitted
from tests.warehouse import failures, query, warehouse

MARCH = Day(2026, 3, 2)
KNEE = Policy("knee", "Aetna", ("20610",), Day(2025, 1, 1), covered_diagnoses=("M17.1",), reference="L90001")
PAIR = (
    dataclasses.replace(KNEE, policy_id="pair-1", procedures=("20611",)),
    dataclasses.replace(KNEE, policy_id="pair-2", procedures=("20611",), covered_diagnoses=("M19",)),
)
LATER = dataclasses.replace(
    KNEE, effective_from=Day(2026, 2, 1), covered_diagnoses=("M25",), authorisation="required", version_no=2
)
WANTED = dataclasses.replace(KNEE, policy_id="wanted", procedures=("20605",), authorisation="required")
ENTRIES = ("M17.1", "M16-M16.4", "F32.0-F33.9", "S83.21XA", "C43-C4A")
ASKED = "M17.11 M17 M16 M16.49 M16.5 F32.A F33.9 F34 S83.21XA S83.21 C4A.9 C44"
MANY = dataclasses.replace(KNEE, policy_id="many", procedures=("20550",), covered_diagnoses=ENTRIES)

CLAIMS: dict[str, tuple[str, str, dict[str, Any]]] = {  # account: diagnoses, reason, and what else the line has
    "OFF": ("M25.561", "CO-50", {}),
    "OTHER": ("Z96.651 M25.561 M17.12", "CO-50", {}),
    "ON": ("M17.11", "CO-50", {}),
    "CLEAR": ("M17.11", "CO-11", {}),
    "REMARK": ("M25.561", "CO-50", {}),
    "TWO": ("M17.11", "CO-50", {"procedure": "20611"}),
    "BARE": ("M17.11", "CO-197", {"procedure": "20605"}),
    "ALLOWED": ("M17.11", "CO-197", {"procedure": "20605", "authorization": "A-1"}),
    "MANY": (ASKED, "CO-50", {"procedure": "20550", "points": None}),
}


def answered(account: str) -> Claim:
    """How the payer denied the claim."""
    _, code, line = CLAIMS[account]
    remarks = ("N386",) if account == "REMARK" else ()
    one = denied(code, procedure=line.get("procedure", "20610"), number=f"{account}-1", remarks=remarks)
    return claim(account, one, icn=f"I{account}")


def files() -> dict[str, list[Row]]:
    """The claims sent and denied, one denied that was never seen sent, and one that only a log tells of."""
    sent: list[Row] = []
    for number, (account, (diagnoses, _, line)) in enumerate(CLAIMS.items(), 1):
        sent += submitted(account, diagnoses, Sent(**{"procedure": "20610", **line}), number=number)
    unseen = claim("UNSEEN", denied(procedure="20610"), icn="IUNSEEN")
    told = {"service_date": SERVICE, "procedure_code": "20610", "diagnosis_codes": "M25.561 M54.50"}
    return {
        "837": sent,
        "era": remit(MARCH, *map(answered, CLAIMS), unseen),
        "log": log(2, "CO-50", claim_id="LOG", **told),
    }


@pytest.fixture(scope="module")
def build() -> duckdb.DuckDBPyConnection:
    """All tables, with these policies."""
    return warehouse(files(), policies=[KNEE, LATER, *PAIR, WANTED, MANY])


def cause(build: duckdb.DuckDBPyConnection, account: str) -> tuple[Any, ...]:
    """Root cause, rule, confidence and evidence of a denial."""
    columns = "root_cause, rule_id, confidence, evidence"
    where = f"family_id like '%~{account}~%'" if account != "LOG" else "source = 'log'"
    (row,) = query(build, f"select {columns} from denial where {where}")
    return row


def held(
    build: duckdb.DuckDBPyConnection, account: str, columns: str = "verdict, listed_code, other_code"
) -> list[Any]:
    """What the policies in force say of a denial."""
    where = f"denial_id like '%~{account}~%' order by policy_id"
    return query(build, f"select {columns} from policy_denial where {where}")


def test_checks_hold(build: duckdb.DuckDBPyConnection) -> None:
    """With policies the build's own checks find nothing either."""
    assert {} == failures(build)


def test_not_on_the_list(build: duckdb.DuckDBPyConnection) -> None:
    """A diagnosis that the payer's list does not have decides."""
    found = "CARC 50 and diagnosis M25.561 is not on the list of L90001 for 20610, in force since 2025-01-01"
    assert ("dx_procedure_mismatch", "F30-list-50", "high", found) == cause(build, "OFF")


def test_pointers_decide(build: duckdb.DuckDBPyConnection) -> None:
    """What counts are the diagnoses that the line points to; another one of the claim is only named."""
    assert [("not_on_list", None, "M17.12")] == held(build, "OTHER")
    assert cause(build, "OTHER")[3].endswith("since 2025-01-01; the claim also lists M17.12, which is on it")


def test_on_the_list(build: duckdb.DuckDBPyConnection) -> None:
    """Not necessary, although the diagnosis is on the list: other criteria decided, which nobody knows for sure."""
    said = "CARC 50 although diagnosis M17.11 is on the list of L90001 for 20610, in force since 2025-01-01"
    assert ("coverage_criteria_not_met", "W50-listed-50", "low", said) == cause(build, "ON")


def test_on_the_list_leaves_a_clear_code_alone(build: duckdb.DuckDBPyConnection) -> None:
    """CARC 11 says what the payer thinks; that its own list says otherwise stands beside it, for the appeal."""
    where = "denial_id like '%~CLEAR~%' and rank < 3 order by rank"
    rules = query(build, f"select rule_id, root_cause from root_cause_evidence where {where}")
    assert [("D50-11", "dx_procedure_mismatch"), ("W50-listed-11", "dx_procedure_mismatch")] == rules


def test_a_remark_says_more(build: duckdb.DuckDBPyConnection) -> None:
    """What the payer itself says in a remark comes before its list."""
    assert "lcd_ncd_policy" == cause(build, "REMARK")[0]


def test_the_version_of_the_service_date(build: duckdb.DuckDBPyConnection) -> None:
    """A denial of March for a service of January is held against what was in force in January, and that once."""
    assert [("knee", 0)] == held(build, "ON", "policy_id, version_no")


def test_one_list_that_has_it_is_enough(build: duckdb.DuckDBPyConnection) -> None:
    """Of two policies in force the one that lists the diagnosis speaks."""
    assert ["on_list", "not_on_list"] == [row[0] for row in held(build, "TWO")]
    assert "W50-listed-50" == cause(build, "TWO")[1]


def test_a_log_is_held_against_the_list_too(build: duckdb.DuckDBPyConnection) -> None:
    """A denial that only a log tells of has its diagnoses from the log."""
    found = cause(build, "LOG")
    assert ("dx_procedure_mismatch", "F30-list-50") == found[:2]
    assert "CARC 50 and diagnosis M25.561, M54.50 is not on the list" in found[3]


def test_an_unknown_diagnosis_says_nothing(build: duckdb.DuckDBPyConnection) -> None:
    """Without a claim sent nobody knows the diagnosis: nothing is said."""
    assert [("no_diagnosis", None, None)] == held(build, "UNSEEN")


def test_missing_authorisation(build: duckdb.DuckDBPyConnection) -> None:
    """Where the policy wants an authorisation and the claim has none, that is said; a number on the line answers it."""
    asked = "is_authorisation_missing"
    assert [[(True,)], [(False,)], [(False,)]] == [held(build, name, asked) for name in ("BARE", "ALLOWED", "ON")]


def test_lists_agree_with_python(build: duckdb.DuckDBPyConnection) -> None:
    """SQL finds a diagnosis listed exactly where `policy_codes.listed` does."""
    where = "denial_id like '%~MANY~%'"
    found = query(build, f"select diagnosis_code, is_covered from policy_denial_diagnosis where {where}")
    assert {code: policy_codes.listed(ENTRIES, code) for code in ASKED.split()} == dict(found)


CASES: dict[str, tuple[dict[str, Any], str | None]] = {  # what the policy says otherwise, and its verdict
    "as it is": ({}, "on_list"),
    "begins that day": ({"effective_from": SERVICE}, "on_list"),
    "begins the day after": ({"effective_from": SERVICE + datetime.timedelta(days=1)}, None),
    "ends that day": ({"effective_to": SERVICE}, "on_list"),
    "ended the day before": ({"effective_to": SERVICE - datetime.timedelta(days=1)}, None),
    "payer in capitals": ({"payer": "AETNA"}, "on_list"),
    "another payer": ({"payer": "Cigna"}, None),
    "another procedure": ({"procedures": ("99999",)}, None),
    "others listed": ({"covered_diagnoses": ("M17.0", "M18")}, "not_on_list"),
    "within a range": ({"covered_diagnoses": ("M16-M17.1",)}, "on_list"),
    "beyond a range": ({"covered_diagnoses": ("M16-M17.0",)}, "not_on_list"),
    "refused and listed": ({"noncovered_diagnoses": ("M17.11",)}, "not_on_list"),
    "refused": ({"covered_diagnoses": (), "noncovered_diagnoses": ("M17",)}, "not_on_list"),
    "others refused": ({"covered_diagnoses": (), "noncovered_diagnoses": ("M18",)}, "no_list"),
    "without lists": ({"covered_diagnoses": ()}, "no_list"),
}


def test_verdicts() -> None:
    """The version in force on the service date, of this payer and procedure, says whether M17.11 is listed."""
    policies = [dataclasses.replace(KNEE, policy_id=name, **more) for name, (more, _) in CASES.items()]
    one = {"837": submitted("ON", "M17.11", Sent("20610")), "era": remit(MARCH, answered("ON"))}
    found = dict(
        query(warehouse(one, "policy_denial", policies=policies), "select policy_id, verdict from policy_denial")
    )
    assert {name: expected for name, (_, expected) in CASES.items() if expected} == found
