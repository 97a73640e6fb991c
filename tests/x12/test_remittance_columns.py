"""An 835 read by columns gives the rows that the row reader gives, whatever is in it; only their order is free."""

import io
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.errors import NotReadable
from pipelines.rows import Row
from pipelines.rows.batch import RowBatch, batch_of
from pipelines.x12 import remittance_columns
from pipelines.x12.remittance import read_remittance
from pipelines.x12.remittance_columns import read_remittance_columns
from pipelines.x12.segments import LONGEST_SEGMENT
from tests.x12.damage import damaged

CORPUS = Path("../shared/corpus/835")
SOURCES = [path for path in sorted(Path("tests/fixtures/835").glob("*.*")) if path.suffix not in (".rows", ".tsv")]
SOURCES += sorted(path for path in CORPUS.glob("*") if path.suffix != ".tsv")
HEAD = (
    "ISA*00*          *00*          *ZZ*A              *ZZ*B              *260402*1600*^*00501*000000001*0*P*:~"
    "GS*HP*A*B*20260102*0600*1*X*005010X221A1~ST*835*1~BPR*I*100*C*ACH************20260102~TRN*1*T1*1~"
    "N1*PR*PAYER*XV*P1~N1*PE*US*XX*9~LX*1~"
)
CLAIM_SEGMENTS = """
    NM1*QC*1*DOE*JO****MI*W1 NM1*82*1*ROE*AL****XX*9000010022 NM1*82*2*GROUP*****XX*9000010022 NM1*82*1*ROE*****PC*X1
    NM1*IL*1*DOE*JO****MI*W2 NM1*74*1*DO*JO NM1*TT*2*OTHER*****PI*6 NM1*PR*2*FIRST*****PI*7 NM1*GB*1*X*Y****MI*9
    NM1*qc*1*Z MOA***MA01 MOA*0.5*12.5*MA01*n30**** MIA*1**3*40*N4*****1.005 MIA*1*2*3 REF*F8*O1 REF*EA*M1 REF*EA*M2
    REF*G1*A1 REF*CE*C REF*1L*G REF*ZZ**WORDS REF*F8 ref*F8*1 DTM*232*20260102 DTM*233*20260103 DTM*050*20260104
    DTM*036*20260105 DTM*050*2026 DTM*232*20260106 DTM*405*20260107 DTM*232*20260101-20260105 DTP*232*D8*20260101
    AMT*AU*10 AMT*D8*x AMT*I*1.5 QTY*CA*3 CAS*CO*45*10 CAS*CO*45*10 CAS*PR*1*5**2*6.5*2 CAS*OA*23*-1.50**94*3
    CAS*co*a1*1 CAS*CO CAS*CO*45 CAS*CO***45*1 CAS*CO**5*1 CAS*PR*1*2*1**3
    CAS*CO*45*1****45*2 CAS*PI*45*1*0.5*45*1*0.5 N3*STREET N4*TOWN*KS
    PER*CX*ME*TE*1 TS2*1 LX*2 LX*2 TS3*9*11*20260101*1*5 XXX*1 PLB*9*20260101*WO:1*5 DTM*472*20260102 LQ*HE*N4
    LQ*HE*n5 LQ TRN*1*T2 N1*PR*X NM1*QC*1*****MI NM1*GB*1*X*Y NM1*82*1**Y****XX*9000010022 NM1*82*X*****XX*9 NM1*TT*2**X
    REF*F8**X REF*ZZ***X*Y DTM*573**20260101 DTM*233*20260101-20260105
"""
LINE_SEGMENTS = """
    DTM*472*20260102 DTM*472*20260102 DTM*472*20260103 DTM*150*20260102 DTM*151*20260105 DTM*472* DTM*573*20260102
    CAS*CO*45*5 CAS*CO*45*5 CAS*PR*1*2.5 CAS*PR*2*1*1*3*2*1 CAS*CO*97*-0.01 REF*6R*L1 REF*6R*L2 REF*0K*POLICY REF*LU*11
    REF*HPI*900 REF*G1*A9 REF*1S*X REF*BB* AMT*B6*7 AMT*B6*8 AMT*KH*0.1 AMT*B6 QTY*ZK*1 LQ*HE*M15 LQ*RX*1
    DTM*232*20260102 NM1*82*1*A*B CAS*CO*45*1.005 CAS*CO*45*(1) MOA***MA2
    REF*6R**1 DTM*472*20260102-20260105
"""
OF_CLAIM, OF_LINE = st.sampled_from(CLAIM_SEGMENTS.split()), st.sampled_from(LINE_SEGMENTS.split())
SERVICES = ["HC:99213", "HC:99213:25:59", "NU:0450", "HC>9", "99213", "N4:00000:1", "", "hc:a1"]

Rows = dict[str, Counter[tuple[Any, ...]]]


@pytest.fixture(autouse=True, scope="module")
def _columns_even_for_small_files() -> Iterator[None]:
    """A few claims are read by columns too."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(remittance_columns, "WORTH_IT", 0)
        yield


def rows_of(rows: Iterable[Row | RowBatch]) -> tuple[Rows, str]:
    """Every row as a tuple, by table; and why the file was refused, if it was."""
    single, found, refusal = defaultdict(list), defaultdict(Counter), ""
    batches = []
    try:
        for row in rows:
            if isinstance(row, RowBatch):
                row.rows.validate(full=True)
                batches.append(row)
            else:
                single[type(row)].append(row)
    except NotReadable as problem:
        refusal = str(problem)
    for table, columns in [*batches, *map(batch_of, single.values())]:
        found[table].update(zip(*(column.to_pylist() for column in columns.columns), strict=True))
    return dict(found), refusal


def assert_same(data: bytes) -> None:
    """Both ways give the same rows."""
    expected = rows_of(read_remittance(io.BytesIO(data), "made.835"))
    assert expected == rows_of(read_remittance_columns(io.BytesIO(data), "made.835"))


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.name)
def test_every_fixture_and_every_file_of_the_corpus(path: Path) -> None:
    """Files of our own and of others, tidy and not."""
    assert_same(path.read_bytes())


@st.composite
def loops(draw: st.DrawFn) -> str:
    """A claim, most of the time with lines that sum to its charge, and with whatever else a claim may have."""
    lines = draw(st.lists(st.tuples(st.sampled_from(SERVICES), st.integers(-2, 9)), max_size=3))
    charge = sum(amount for _, amount in lines) + draw(st.sampled_from([0, 0, 0, 0, 1]))
    status = draw(st.sampled_from(["1", "1", "1", "4", "22", "99", ""]))
    account = draw(st.sampled_from(["A1", "A2", "A LONGER ACCOUNT NUMBER", ""]))
    text = f"CLP*{account}*{status}*{charge}*{draw(st.integers(-3, 3))}**12*PC1*11*1~"
    picks = st.lists(OF_CLAIM, max_size=5)
    text += "".join(f"{pick}~" for pick in draw(picks))
    for procedure, amount in lines:
        revenue, units = draw(st.sampled_from(["", "0450"])), draw(st.sampled_from(["", "2", "x"]))
        text += f"SVC*{procedure}*{amount}*{amount - 1}*{revenue}*1**{units}~"
        text += "".join(f"{pick}~" for pick in draw(st.lists(OF_LINE, max_size=4)))
    return text


@st.composite
def files(draw: st.DrawFn) -> bytes:
    """An 835 of made loops, some of its segments and bytes flipped, cut, doubled or in another place."""
    body = "".join(draw(st.lists(loops(), min_size=1, max_size=6)))
    segments = (HEAD + body + "PLB*9*20260101*WO:1*5~SE*9*1~GE*1*1~IEA*1*000000001~").split("~")
    return damaged(draw, segments)


@settings(deadline=None, max_examples=150)
@given(files())
def test_whatever_a_file_holds_both_ways_give_the_same_rows(data: bytes) -> None:
    """Claims of every kind in a row, regular and not, in files that are whole or damaged."""
    assert_same(data)


def test_parts_of_any_size_give_the_same_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a file is cut into parts changes nothing, even where a claim is longer than a part."""
    lines = "".join(f"SVC*HC:99213*1*1~CAS*CO*45*{i}~" for i in range(3000))
    claims = "".join(f"CLP*A{i}*1*3000*9**12*P{i}~DTM*232*20260102~{lines if i == 3 else ''}" for i in range(900))
    data = (HEAD + claims + "SE*9*1~GE*1*1~IEA*1*000000001").encode()
    for size in (1 << 10, 1 << 14, 1 << 20):
        monkeypatch.setattr(remittance_columns, "PART", size)
        assert_same(data)


def test_regular_claims_are_read_by_columns() -> None:
    """All claims of a plain file are, and all of their rows."""
    loop = "CLP*A*1*10*5**12*P~NM1*QC*1*DOE*JO~DTM*232*20260102~SVC*HC:1*10*5**1~DTM*472*20260102~CAS*CO*45*5~REF*6R*1~"
    data = (HEAD + loop * 50 + "SE*9*1~GE*1*1~IEA*1*000000001~").encode()
    found: Counter[str] = Counter()
    for row in read_remittance_columns(io.BytesIO(data), "made.835"):
        if isinstance(row, RowBatch):
            found[row.table] += row.rows.num_rows
    assert {"remit_claim": 50, "remit_line": 50, "adjustment": 50} == found


@pytest.mark.parametrize("adjustment", ["CAS*CO**5", "CAS*CO*45*3*1**2", "CAS*CO**5*", "CAS*CO*45*5****", "CAS*CO"])
def test_a_triplet_without_its_reason_is_told(adjustment: str) -> None:
    """Its amount is there, so only the missing reason makes the claim one for the row reader."""
    assert_same(f"{HEAD}CLP*A*1*10*5**12*P~SVC*HC:1*10*5~{adjustment}~LX*2~CLP*B*1*1*1~SE*9*1~".encode())


@pytest.mark.parametrize("more", [0, 1, 40_000])
def test_a_segment_is_too_long_however_large_the_parts_are(more: int) -> None:
    """Both ways take a segment of the greatest length and refuse a longer one, naming the same segment."""
    claim = "CLP*A*1*10*5**12*P~SVC*HC:1*10*5~"
    note = "REF*6R*".ljust(LONGEST_SEGMENT + more, "X")
    data = f"{HEAD}{claim * 30}{note}~{claim * 30}SE*9*1~".encode()
    assert_same(data)
    assert bool(more) == bool(rows_of(read_remittance_columns(io.BytesIO(data), "made.835"))[1])
