"""Whatever order the files arrive in, and however often, what became of every claim and payment is the same."""

import dataclasses
import datetime
import random
from collections.abc import Mapping, Sequence
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from pipelines.rows import Cents, LogRow, ProviderAdjustment, Remit, RemitClaim, Row
from tests.practice import log
from tests.test_oracle import START, practices
from tests.warehouse import query, warehouse

TABLES = (
    "data_span",
    "resubmission",
    "appeal_line",
    "appeal",
    "provider_adjustment",
    "deadline",
    "line_outcome",
    "family_event",
    "family_turn",
    "deposit",
    "underpayment",
    "denial",
)
OF_A_FILE = ("file_id", "_file_id", "row_no", "denial_id", "log_flag")  # a copy has another id; its content is the same
WORDS = ["Upheld", "overturned", "written off", "W/O", "closed", "pending", "Paid", "no further action", None, None]


@st.composite
def logs(draw: st.DrawFn, files: Mapping[str, Sequence[Row]]) -> list[Row]:
    """A log about some of these claims, and about some that only it knows."""
    accounts = sorted({row.patient_control_number or "" for rows in files.values() for row in rows if _is_claim(row)})
    rows: list[Row] = []
    for number in range(draw(st.integers(0, 5))):
        day = START + datetime.timedelta(draw(st.integers(0, 90)))
        rows += log(
            number + 2,
            "CO-50",
            claim_id=draw(st.sampled_from([*accounts, f"L{number}"])),
            claim_status=draw(st.sampled_from(WORDS)),
            appeal_outcome=draw(st.sampled_from(WORDS)),
            appeal_date=draw(st.sampled_from([None, day])),
            last_bill_date=draw(st.sampled_from([None, day])),
            resolved_date=draw(st.sampled_from([None, day])),
            deadline_date=draw(st.sampled_from([None, day])),
            charge_amount=100,
        )
    return rows


def _is_claim(row: Row) -> bool:
    return isinstance(row, RemitClaim)


@st.composite
def stores(draw: st.DrawFn) -> dict[str, list[Row]]:
    """Remittances with takebacks that name a claim, claims sent, and two logs."""
    files = draw(practices())
    numbers = [row.payer_claim_control_number for rows in files.values() for row in rows if isinstance(row, RemitClaim)]
    for rows in list(files.values()):
        if rows and isinstance(rows[0], Remit) and draw(st.booleans()):
            amount = Cents(draw(st.sampled_from([-500, 100, 8000])))
            reference = draw(st.sampled_from(numbers))
            rows.append(ProviderAdjustment(1, 7, 999, 9990, reason_code="WO", reference_id=reference, amount=amount))
            _balance(rows[0], amount)
    return files | {"log-1": draw(logs(files)), "log-2": draw(logs(files))}


def _balance(remittance: Remit, amount: Cents) -> None:
    remittance.provider_adjustment_amount = Cents(remittance.provider_adjustment_amount + amount)
    remittance.off_amount = Cents((remittance.off_amount or 0) + amount)


def tables(files: Mapping[str, Sequence[Row]]) -> dict[str, list[str]]:
    """Each table as sorted lines of text, without what names the file."""
    connection = warehouse(files, TABLES)
    return {
        table: sorted(map(str, query(connection, f"select {_columns(connection, table)} from {table}")))
        for table in TABLES
    }


def _columns(connection: Any, table: str) -> str:
    names = [row[0] for row in query(connection, f"describe {table}")]
    return ", ".join(name for name in names if not name.endswith(OF_A_FILE))


def again(rows: Sequence[Row]) -> list[Row]:
    """The same file once more, as another export or interchange of the same content."""
    return [dataclasses.replace(row) for row in rows]


@settings(
    deadline=None,
    max_examples=4,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)
@given(stores(), st.integers(0, 99))
def test_order_and_repetition_change_nothing(files: dict[str, list[Row]], seed: int) -> None:
    """Shuffled, and with every file sent twice, each table says the same."""
    expected = tables(files)
    twice = {**files, **{f"{name} once more": again(rows) for name, rows in files.items()}}
    names = list(twice)
    random.Random(seed).shuffle(names)
    assert expected == tables({name: twice[name] for name in names})


def test_a_log_that_grew() -> None:
    """The same log a month later, with more said about the same rows, adds no denial and no appeal."""
    day = datetime.date(2026, 4, 2)
    first = log(2, "CO-50", claim_id="L1", charge_amount=100, appeal_date=day)
    later = [
        row if not isinstance(row, LogRow) else dataclasses.replace(row, appeal_outcome="upheld", resolved_date=day)
        for row in again(first)
    ]
    connection = warehouse({"log-1": first, "log-2": later})
    counts = "(select count(*) from denial), (select count(*) from appeal), (select max(outcome) from appeal)"
    assert [(1, 1, "upheld")] == query(connection, f"select {counts}")
