"""The policies that people entered, as the rows of the tables `ledger_policy` and `ledger_policy_diagnosis`."""

import datetime
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from pipelines import policy_codes
from pipelines.policy_matrix import InForce, Said, spans

if TYPE_CHECKING:
    import duckdb

POLICY_TABLES = {
    "ledger_policy": "policy_id VARCHAR, version_no BIGINT, payer VARCHAR, procedure_code VARCHAR, first_day DATE,"
    " last_day DATE, reference VARCHAR, reference_kind VARCHAR, authorisation VARCHAR, has_covered BOOLEAN,"
    " has_noncovered BOOLEAN, who VARCHAR, decided_at TIMESTAMP",
    "ledger_policy_diagnosis": "policy_id VARCHAR, version_no BIGINT, list_kind VARCHAR, category VARCHAR,"
    " first_code VARCHAR, last_code VARCHAR",
}
FAR_DAY = datetime.date(9999, 12, 31)


def fill(connection: "duckdb.DuckDBPyConnection", said: Said) -> None:
    """The tables hold a row per version in force and procedure, and one per version, list and span of diagnoses."""
    held = spans(said)
    _insert(connection, "ledger_policy", [row for one in held for row in _policies(one)])
    _insert(connection, "ledger_policy_diagnosis", [row for one in held for row in _diagnoses(one)])


def _policies(held: InForce) -> Iterator[tuple[Any, ...]]:
    policy = held.policy
    lists = bool(policy.covered_diagnoses), bool(policy.noncovered_diagnoses)
    told = (policy.named, policy.reference_kind, policy.authorisation, *lists, policy.set_by, policy.set_at or None)
    for procedure in policy.procedures:
        yield (
            policy.policy_id,
            policy.version_no,
            policy.payer,
            procedure,
            held.first_day,
            held.last_day or FAR_DAY,
            *told,
        )


def _diagnoses(held: InForce) -> Iterator[tuple[Any, ...]]:
    policy = held.policy
    for kind, entries in (("covered", policy.covered_diagnoses), ("noncovered", policy.noncovered_diagnoses)):
        for entry in entries:
            for span in policy_codes.spans(entry):
                yield policy.policy_id, policy.version_no, kind, *span


def _insert(connection: "duckdb.DuckDBPyConnection", table: str, rows: Sequence[tuple[Any, ...]]) -> None:
    """All rows in one statement: a list of thousands of diagnoses takes milliseconds, row by row it took seconds."""
    if rows:
        columns = [list(column) for column in zip(*rows, strict=True)]
        values = ", ".join(f"unnest(${number})" for number in range(1, len(columns) + 1))
        connection.execute(f"insert into {table} select {values}", columns)
