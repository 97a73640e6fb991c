"""A huge file cut into pieces gives the rows of the file read whole, wherever it is cut and whatever is in it."""

import io
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.errors import NotReadable
from pipelines.rows import Remit, Row
from pipelines.rows.batch import RowBatch
from pipelines.x12 import claim_columns, cuts, remittance_columns
from pipelines.x12.claim_columns import read_claims_columns
from pipelines.x12.cuts import bounds_of, find_cuts
from pipelines.x12.pieces import joined, open_piece
from pipelines.x12.remittance_columns import read_remittance_columns
from tests.x12 import test_claim_columns, test_remittance_columns
from tests.x12.test_claim_columns import CLAIM, PROVIDER, SUBSCRIBER
from tests.x12.test_claim_columns import HEAD as CLAIMS_HEAD
from tests.x12.test_remittance_columns import HEAD, rows_of

WHOLE = {"835": read_remittance_columns, "837P": read_claims_columns}
SIZES = st.sampled_from([40, 150, 400, 1500])  # bytes of a piece: from a claim at most to half a file


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
    return None if held is None else [*rows, *held]


def assert_same(data: bytes, kind: str, size: int) -> bool:
    """The pieces give the same rows as the whole, or say that they cannot; returns whether they gave any."""
    rows = in_pieces(data, kind, size)
    if rows is not None:
        expected, refusal = rows_of(WHOLE[kind](io.BytesIO(data), "made"))
        assert (expected, refusal) == rows_of(rows)
    return rows is not None


@settings(deadline=None, max_examples=40)
@given(test_remittance_columns.files(), SIZES)
def test_whatever_a_remittance_holds_its_pieces_give_its_rows(data: bytes, size: int) -> None:
    """Segment numbers, totals, balances and oddities too: of files that are whole, or damaged on their way."""
    assert_same(data, "835", size)


@settings(deadline=None, max_examples=25)
@given(test_claim_columns.damaged_files(), SIZES)
def test_whatever_claims_a_file_holds_its_pieces_give_its_rows(data: bytes, size: int) -> None:
    """Who stands above a claim is said in an earlier piece, and is the same as when reading on."""
    assert_same(data, "837P", size)


LOOP = "CLP*A{}*1*10*{}**12*P~DTM*232*20260102~SVC*HC:1*10*5**1~CAS*CO*45*5~"
NEXT = "SE*9*1~ST*835*2~BPR*I*{}*C*ACH************20260102~TRN*1*T2*1~N1*PR*OTHER~N1*PE*US*XX*9~LX*1~"


@pytest.mark.parametrize("part", [1 << 10, 1 << 21])
@pytest.mark.parametrize("size", [1_000, 9_000])
def test_skimming_in_parts_of_any_size_finds_the_same_cuts(
    part: int, size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two remittances of hundreds of claims, the first with a claim longer than a part: cut, and in balance."""
    monkeypatch.setattr(cuts, "PART", part)
    long = "".join(f"SVC*HC:1*1*1~REF*6R*{line}~" for line in range(90))
    claims = "".join(LOOP.format(i, 5) + (f"LX*{i}~" if i % 50 == 0 else "") for i in range(120))
    plb = "PLB*9*20260101*WO:1*5~"
    data = HEAD.replace("*100*C", "*590*C") + claims[:1400] + long + claims + plb + NEXT.format(600) + claims + plb
    assert assert_same(f"{data}SE*9*1~GE*1*1~IEA*1*000000001~".encode(), "835", size)


def test_a_remittance_is_off_by_what_all_its_pieces_add_up_to() -> None:
    """BPR02 is held against the claims of every piece; where one has no payment, nothing can be said."""
    claims = "".join(LOOP.format(i, 5) for i in range(40))
    for odd, expected in (("", [-9_500]), (LOOP.format(40, "x"), [None])):
        data = f"{HEAD.replace('*100*C', '*105*C')}{odd}{claims}SE*9*1~GE*1*1~IEA*1*000000001~".encode()
        rows = in_pieces(data, "835", 500)
        assert rows is not None
        assert expected == [row.off_amount for row in rows if isinstance(row, Remit)]


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("835", f"{HEAD}{LOOP.format(1, 5) * 9}CLP*A*1*10*5~svc*HC:1*1*1~{LOOP.format(2, 5) * 9}dtm*472*20260101~"),
        ("837P", f"{CLAIMS_HEAD}{PROVIDER}{SUBSCRIBER}{(CLAIM.format(1) + 'XYZ*1~') * 20}XYZ*2~"),
    ],
)
def test_what_is_told_once_is_told_once(kind: str, data: str) -> None:
    """An oddity that every piece meets is told where the file has it first, and nowhere else."""
    assert assert_same(f"{data}SE*9*1~GE*1*1~IEA*1*000000001~".encode(), kind, 300)


def test_a_level_that_reaches_across_parts_holds_below_the_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    """Provider and subscriber are said once, thousands of claims and several parts above the cut."""
    monkeypatch.setattr(cuts, "PART", 400)
    patient = "HL*3*2*23*0~PAT*19~NM1*QC*1*DOE*KID~DMG*D8*20160101*F~"
    under = "".join(SUBSCRIBER + CLAIM.format(i) * 3 + patient + CLAIM.format(f"K{i}") * 9 for i in range(5))
    other = f"SE*9*1~ST*837*2*005010X222A1~BHT*0019*00*B2*20260105*0600*CH~{PROVIDER.replace('106', '107')}"
    data = CLAIMS_HEAD + PROVIDER + under + other + under
    for size in (500, 4_000):
        assert assert_same(f"{data}SE*9*2~GE*1*1~IEA*1*000000001~".encode(), "837P", size)


@pytest.mark.parametrize("odd", ["CLP*A*1*10*5\n*12~", "~", "BPR*I*1*C~TRN*1*2~", "ISA*NOT~"])
def test_what_pieces_cannot_follow_is_read_whole(odd: str) -> None:
    """A wrapped line, an empty segment: such a file is never guessed at."""
    claims = LOOP.format(1, 5) * 20
    assert_same(f"{HEAD}{claims}{odd}{claims}SE*9*1~".encode(), "835", 300)


def test_a_file_of_another_kind_has_no_cuts() -> None:
    """Text that is no X12 is left to the reader, which says so."""
    assert find_cuts(io.BytesIO(b"nothing of the sort"), "made", "835", 10) is None
