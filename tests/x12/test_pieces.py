"""A huge file cut into pieces gives the rows of the file read whole, wherever it is cut and whatever is in it."""

import io
from collections import Counter
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.errors import NotReadable
from pipelines.rows import Row
from pipelines.rows.batch import RowBatch
from pipelines.x12 import claim_columns, remittance_columns
from pipelines.x12.claim_columns import read_claims_columns
from pipelines.x12.cuts import bounds_of, find_cuts
from pipelines.x12.pieces import joined, open_piece
from pipelines.x12.remittance_columns import read_remittance_columns
from tests.x12 import test_claim_columns, test_remittance_columns
from tests.x12.test_remittance_columns import rows_of

WHOLE = {"835": read_remittance_columns, "837P": read_claims_columns}
SIZES = st.sampled_from([40, 150, 400, 1500])  # bytes of a piece: from a claim at most to half a file
CUT: Counter[str] = Counter()  # in how many pieces files were read, to see that they were


@pytest.fixture(autouse=True, scope="module")
def _columns_even_for_small_files() -> Iterator[None]:
    """A few claims are read by columns too, and skimmed in parts."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(remittance_columns, "WORTH_IT", 0)
        patch.setattr(claim_columns, "WORTH_IT", 0)
        yield


def in_pieces(data: bytes, kind: str, size: int) -> list[Row | RowBatch] | None:
    """Every row of the file by its pieces; None where it is to be read whole."""
    found = find_cuts(io.BytesIO(data), "made", kind, size)
    if found is None:
        return None
    rows: list[Row | RowBatch] = []
    ends = []
    try:
        for start, first, end in bounds_of(found, len(data)):
            piece = open_piece(io.BytesIO(data[first:end]), "made", kind, start, end == len(data))
            rows += piece.own_rows()
            ends.append(piece.outcome())
    except NotReadable:
        return None
    held = joined(found, kind, ends)
    CUT[kind] += len(ends) if held is not None else 0
    return None if held is None else [*rows, *held]


def assert_same(data: bytes, kind: str, size: int) -> bool:
    """The pieces give the same rows as the whole, or say that they cannot; returns whether they gave any."""
    rows = in_pieces(data, kind, size)
    if rows is not None:
        expected, refusal = rows_of(WHOLE[kind](io.BytesIO(data), "made"))
        assert (expected, refusal) == rows_of(rows)
    return rows is not None


@settings(deadline=None, max_examples=150)
@given(test_remittance_columns.files(), SIZES)
def test_whatever_a_remittance_holds_its_pieces_give_its_rows(data: bytes, size: int) -> None:
    """Segment numbers, totals, balances and oddities too: of files that are whole, or damaged on their way."""
    assert_same(data, "835", size)


@settings(deadline=None, max_examples=100)
@given(test_claim_columns.damaged_files(), SIZES)
def test_whatever_claims_a_file_holds_its_pieces_give_its_rows(data: bytes, size: int) -> None:
    """Who stands above a claim is said in an earlier piece, and is the same as when reading on."""
    assert_same(data, "837P", size)
