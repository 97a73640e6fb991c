"""Whole files of our own making, tidy and untidy, against the rows that were looked at; and the same files damaged."""

import io
import random
from collections import Counter
from pathlib import Path

import pytest

from pipelines.errors import NotReadable
from pipelines.rows import Oddity
from pipelines.x12.oddities import ODDITIES
from tests.x12.golden import FIXTURES, READERS, SOURCES, lines_of, read_fixture

DAMAGE = b"~*:^|>\n\r\0\xff 19.-CLPSVCASHILXT"
UNTIDY = {
    "837/untidy.edi": {
        "amount_rounded": 1,
        "amount_unreadable": 2,
        "amount_untidy": 1,
        "adjustment_gap": 1,
        "adjustment_without_reason": 1,
        "claim_number_missing": 1,
        "component_separator_differs": 2,
        "composite_split": 1,
        "control_number_mismatch": 2,
        "date_unreadable": 1,
        "date_untidy": 2,
        "level_unknown": 1,
        "line_without_service": 1,
        "lines_do_not_sum_to_claim": 1,
        "lower_case_id": 1,
        "missing_iea": 1,
        "procedure_without_qualifier": 1,
        "quantity_unreadable": 1,
        "repeated_segment": 1,
        "segment_count_wrong": 1,
        "segment_out_of_place": 5,
        "transaction_count_wrong": 1,
        "unknown_segment": 1,
    },
    "ack/untidy.999": {
        "acknowledgement_code_unknown": 1,
        "control_number_mismatch": 1,
        "missing_se": 1,
        "repeated_segment": 1,
        "segment_count_wrong": 1,
        "segment_out_of_place": 3,
        "transaction_count_wrong": 1,
    },
}


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_golden_files(path: Path) -> None:
    """Every row of every fixture is as it was looked at and found right."""
    assert path.with_suffix(".rows").read_text(encoding="utf-8").splitlines() == lines_of(read_fixture(path))


@pytest.mark.parametrize("name", UNTIDY)
def test_an_untidy_file_is_read_and_every_oddity_told(name: str) -> None:
    """What is wrong with the file is told at its place, as often as it is wrong, and nothing else is."""
    told = Counter(row.code for row in read_fixture(FIXTURES / name) if isinstance(row, Oddity))
    assert UNTIDY[name] == told


def test_every_oddity_is_listed() -> None:
    """Each code that the fixtures bring about has its plain words."""
    told = {row.code for path in SOURCES for row in read_fixture(path) if isinstance(row, Oddity)}
    assert set() == told - set(ODDITIES)


@pytest.mark.parametrize("kind", READERS)
def test_damaged_files_end_in_rows_or_refusal(kind: str) -> None:
    """Cut and damaged files are read or refused, never anything else."""
    chance = random.Random(kind)
    originals = [path.read_bytes() for path in SOURCES if path.parent.name == kind]
    for _ in range(400):
        data = bytearray(chance.choice(originals))
        del data[chance.randrange(len(data)) :]
        for _ in range(chance.randrange(12)):
            place = chance.randrange(len(data) + 1)
            data[place : place + chance.randrange(6)] = bytes(chance.choices(DAMAGE, k=chance.randrange(5)))
        try:
            list(READERS[kind](io.BytesIO(bytes(data)), "damaged"))
        except NotReadable as refusal:
            assert refusal.wanted
