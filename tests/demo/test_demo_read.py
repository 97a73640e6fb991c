"""The project's own readers find in the demo's files what truth.json says is in them."""

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from pipelines.rows import (
    Acknowledgement,
    Adjustment,
    LogReject,
    LogRow,
    Oddity,
    ProviderAdjustment,
    Remit,
    RemitClaim,
    RemitLine,
    Row,
    Submission,
    SubmissionLine,
)
from pipelines.sources import expand, read
from tests.demo.conftest import Demo


def rows(paths: Iterable[Path]) -> Iterator[Row]:
    """The rows of several files."""
    for path in paths:
        for source in expand(path):
            yield from read(source)


def test_remittances_read_as_told(demo: Demo) -> None:
    """The 835 reader finds the transactions, claims, lines, amounts and PLB of truth.json, and nothing odd."""
    found: Counter[str] = Counter()
    for row in rows(demo.files("835")):
        match row:
            case Remit():
                found["transactions"] += 1
                found["payment_cents"] += row.payment_amount or 0
            case RemitClaim():
                found["claims"] += 1
                found["claim_paid_cents"] += row.paid_amount or 0
                found["reversals"] += row.claim_status_code == "22"
            case RemitLine():
                found["lines"] += 1
            case ProviderAdjustment():
                found["provider_adjustment_cents"] += row.amount or 0
                found[f"plb_{row.reason_code}"] += 1
            case Oddity():
                found["oddities"] += 1
    assert found == {name: demo.truth["remits_as_sent"][name] for name in found}


def test_remittances_balance_as_told(demo: Demo) -> None:
    """The 835 reader finds every level balanced, but for the one payment that truth.json names."""
    planted = demo.truth["planted"]["unbalanced_payment"]
    off = [
        (type(row).__name__, getattr(row, "trace_number", None), row.off_amount)
        for row in rows(demo.files("835"))
        if isinstance(row, Remit | RemitClaim | RemitLine) and row.off_amount
    ]
    assert [("Remit", planted["trace"], planted["off_cents"])] == off


def test_unknown_carc_reads_as_told(demo: Demo) -> None:
    """The 835 reader finds the unknown CARC with the planted amount."""
    planted = demo.truth["planted"]["unknown_carc"]
    found = {
        row.amount for row in rows(demo.files("835")) if isinstance(row, Adjustment) and row.carc == planted["carc"]
    }
    assert {planted["cents"]} == found


def test_submissions_read_as_told(demo: Demo) -> None:
    """The 837 reader finds the claims, lines, charges and resubmissions of truth.json, and nothing odd."""
    found: Counter[str] = Counter()
    for row in rows(demo.files("837p")):
        match row:
            case Submission():
                found["claims"] += 1
                found["charge_cents"] += row.charge_amount or 0
                found[f"frequency_{row.frequency_code}"] += 1
                found["secondary"] += row.payer_sequence_code == "S"
            case SubmissionLine():
                found["lines"] += 1
            case Oddity():
                found["oddities"] += 1
    assert found == {name: demo.truth["submissions"][name] for name in found}


def test_acknowledgements_read_as_told(demo: Demo) -> None:
    """The 277CA reader finds as many accepted and rejected claims as truth.json."""
    answers = [row for row in rows(demo.files("277ca")) if isinstance(row, Acknowledgement) and row.level == "claim"]
    found = Counter("accepted" if row.is_accepted else "rejected" for row in answers)
    assert found == {name: demo.truth["submissions"][name] for name in ("accepted", "rejected")}


def test_logs_read_as_told(demo: Demo) -> None:
    """The log reader takes every denial of the logs without a person's help, and rejects only notes and totals."""
    found = list(rows([*demo.folder.glob("*.csv"), *demo.folder.glob("*.xlsx")]))
    usable = sum(isinstance(row, LogRow) for row in found)
    rejected = sum(isinstance(row, LogReject) for row in found)
    told = demo.truth["log"]
    assert [told["rows"] + demo.truth["claim_export"]["rows"], told["rows_unusable"]] == [usable, rejected]


def test_the_claim_export_reads_as_told(demo: Demo) -> None:
    """Every row of the claim export gives a claim, both dates and a charge, and says nothing about denials."""
    found = [row for row in rows([demo.folder / "demo_claim_export.csv"]) if isinstance(row, LogRow)]
    told = [(row.claim_id, row.payer_name, row.service_date, row.submission_date, row.procedure_code) for row in found]
    assert demo.truth["claim_export"]["rows"] == len([row for row in told if all(row)])
    assert [] == [row.row_no for row in found if row.charge_amount is None]
    assert {None} == {row.is_denied for row in found}


def test_refused_batches_read_as_told(demo: Demo) -> None:
    """One batch is refused whole by a 277CA, and one transaction set by a 999."""
    found = Counter(
        row.level
        for row in rows([*demo.files("277ca"), *demo.files("999")])
        if isinstance(row, Acknowledgement) and row.is_accepted is False and row.level != "claim"
    )
    assert (found["batch"], found["transaction_set"]) == (1, 1)
    assert {"rejected_batch", "rejected_set"} <= set(demo.truth["planted"])


def test_log_endings_read_as_told(demo: Demo) -> None:
    """A row that says when something was decided also says what: an appeal's outcome, or that nobody goes on."""
    logs = [*demo.folder.glob("demo_denial_log*.csv"), *demo.folder.glob("*.xlsx")]
    found = [row for row in rows(logs) if isinstance(row, LogRow) and row.resolved_date]
    ends = {"written off", "adj off", "W/O", "closed no appeal"}
    decided = [row for row in found if row.appeal_outcome in ("Overturned", "Upheld") or row.claim_status in ends]
    assert len(found) == len(decided) > 0
    assert demo.truth["final_states"]["all"]["written_off"] > 0
