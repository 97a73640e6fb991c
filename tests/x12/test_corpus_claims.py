"""Files that others wrote, where they are at hand: claims, lines and totals agree with a tolerant counter's."""

import csv
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

import pytest

from pipelines.rows import Acknowledgement, Oddity, Row, Submission, SubmissionLine
from pipelines.x12.acknowledgement import read_acknowledgements
from pipelines.x12.claim import read_claims

CORPUS = Path(__file__).parents[3] / "shared" / "corpus"
Expected = dict[str, str]


def expected_of(folder: str) -> list[Expected]:
    """The rows of a folder's expected.tsv; none where the folder is not at hand."""
    table = CORPUS / folder / "expected.tsv"
    if not table.exists():
        return []
    with table.open(encoding="utf-8") as stream:
        return list(csv.DictReader(stream, delimiter="\t"))


def cases(folder: str) -> list[object]:
    """One case per file, or one that says why there is none."""
    rows = expected_of(folder)
    missing = pytest.param({}, marks=pytest.mark.skip(reason=f"{folder}: the files that others wrote are not at hand"))
    return [pytest.param(row, id=row["file"]) for row in rows] or [missing]


def read(folder: str, name: str, reader: Callable[[BinaryIO, str], Iterator[Row]]) -> list[Row]:
    """All rows of one file."""
    with (CORPUS / folder / name).open("rb") as stream:
        return list(reader(stream, name))


def transactions(rows: list[Row]) -> int:
    """How many transactions the rows are of; one that leaves no other row leaves an oddity."""
    numbers = {row.transaction_no for row in rows if isinstance(row, Submission | Acknowledgement)}
    return len(numbers) + sum(isinstance(row, Oddity) and row.code.startswith("transaction_without") for row in rows)


@pytest.mark.parametrize("expected", cases("837"))
def test_claims_of_others_are_read_whole(expected: Expected) -> None:
    """Form, transactions, claims, lines and the sum of CLM02 agree for every file, malformed ones included."""
    rows = read("837", expected["file"], read_claims)
    claims = [row for row in rows if isinstance(row, Submission)]
    lines = [row for row in rows if isinstance(row, SubmissionLine)]
    total = sum(claim.charge_amount or 0 for claim in claims)
    wanted = [int(expected[name]) for name in ("transactions", "claims", "lines")]
    assert [*wanted, round(float(expected["total_amount"]) * 100)] == [
        transactions(rows),
        len(claims),
        len(lines),
        total,
    ]
    assert {claim.claim_form for claim in claims} <= {expected["kind"]}


@pytest.mark.parametrize("expected", cases("ack"))
def test_acknowledgements_of_others_are_read_whole(expected: Expected) -> None:
    """Every transaction has an answer: of claims in a 277CA, of sets and groups in a 999."""
    rows = read("ack", expected["file"], read_acknowledgements)
    levels = {row.level for row in rows if isinstance(row, Acknowledgement)}
    allowed = {"277CA": {"claim", "provider", "batch"}, "999": {"transaction_set", "functional_group"}}
    assert int(expected["transactions"]) == transactions(rows)
    assert levels <= allowed[expected["kind"]]
    assert {"claim", "transaction_set"} & levels
