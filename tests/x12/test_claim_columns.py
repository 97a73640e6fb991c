"""An 837 read by columns gives the rows that the row reader gives, whatever is in it; only their order is free."""

import io
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.rows import Submission
from pipelines.rows.batch import RowBatch
from pipelines.x12 import claim_columns
from pipelines.x12.claim import read_claims
from pipelines.x12.claim_columns import read_claims_columns
from tests.x12.claim_writer import Claim, Style, Writer
from tests.x12.damage import damaged
from tests.x12.made_claims import STYLES, files
from tests.x12.test_remittance_columns import rows_of

CORPUS = Path("../shared/corpus/837")
SOURCES = [path for path in sorted(Path("tests/fixtures/837").glob("*.*")) if path.suffix not in (".rows", ".tsv")]
LARGEST = 100_000  # bytes; a larger one of the corpus is the same small interchange three hundred times over
SOURCES += sorted(path for path in CORPUS.glob("*") if path.suffix != ".tsv" and path.stat().st_size < LARGEST)
ISA = "ISA*00*          *00*          *ZZ*A              *ZZ*B              *260402*1600*^*00501*000000001*0*P*:~"
ENDS = "SE*9*1~GE*1*1~IEA*1*000000001~"
BATCHES = ["ST*837*1*005010X222A1", "ST*837*2", "ST*837*3*005010X223A2", "ST*837", "ST*835*4", "SE*2*1"]
LEVELS = """
    HL*1**20*1 HL*2*1*22*0 HL*3*2*23*0 HL*4**19 BHT*0019*00*B1*20260105*0600*CH BHT*0019*00*B2*260105
    REF*87*004010X098A1 NM1*41*2*SENDER*****46*S NM1*85*2*US*****XX*9000000106 NM1*85*1*ROE*AL****24*9000000107
    NM1*87*2*PAYTO*****XX*9 PRV*BI*PXC*207X00000X PRV*PT*PXC*208 PRV*BI SBR*P*18*******CI SBR*S SBR
    NM1*IL*1*DOE*JO****MI*W1 NM1*IL*1*DOE NM1*QC*1*DOE*KID DMG*D8*19970414*M DMG*D8*970414 DMG*D8*x DMG
    NM1*PR*2*PAYER*****PI*P1 NM1*PR*2*NAMELESS REF*2U*P9 REF*EI*99 N3*STREET N4*TOWN*KS PER*IC*X CAS*CO*45*1 LX*1
    XYZ*1 HI*BK:1 nm1*IL*1*LOW NM1*il*1*CASE REF*G1*A
"""
OF_CLAIM = """
    HI*ABK:M1711*ABF:M25562 HI*BK:M1711*BF:M25562 HI*ABK:M1711:::::::Y*APR:R51*ABJ:M1711*ABN:W19 HI*BH:11:D8:20260101
    HI*BI:70:RD8:20260101-20260105*BE:80:::12.5 HI*ABK>M17 HI*ABK*M17 HI*DR:470**BG:C5 HI HI*BE:80:::x HI*abk:m17
    NM1*82*1*ROE*AL****XX*9000010022 NM1*82*1*ROE*AL****24*1 NM1*82*2*GROUP NM1*77*2*CLINIC*****XX*9000001005
    NM1*DQ*1*B NM1*FA*2*CLINIC NM1*DN*1*DOC*A****XX*9000010030 NM1*DN*1*DOC*****1G*U1
    NM1*71*1*ATT*ENDING****XX*9000010031 NM1*71 PRV*PE*PXC*207X00000X PRV*AT*PXC*1 REF*G1*A1 REF*F8*O1 REF*F8*O1
    REF*F8*O2 REF*D9*C1 REF*EA*M1 REF*P4*D REF*G1*A*B*C REF*4N*5 REF ref*G1*low DTP*472*D8*20260101
    DTP*434*RD8*20260101-20260103 DTP*435*DT*202601011200 DTP*435*D8*20260102 DTP*439*D8*20260102 DTP*096*TM*1200
    DTP*472*D8*20260230 DTP*431 AMT*F5*20 AMT*F5*1 AMT*F3*2.50 AMT*F5*x AMT*F5 CL1*1*1*30 NTE*ADD*WORDS NTE*DCP*MORE
    PWK*OZ*BM***AC*1 CRC*07*Y*01 K3*FIXED CN1*02*1 QTY*PT*1 XXX*1 N3*S PAT*01 CR1**130*A HCP*03*1
    HI*BK:M17*:*BF:- HI*:- NM1*82*****XX*9 NM1*DN*1*****XX PRV*PE*PXC**2 REF*G1**X REF*F8*O1**X NTE*ADD**X NTE*ADD*A*B
"""
OF_PAYER = """
    NM1*PR*2*FIRST*****PI*7 NM1*IL*1*DOE*JO****MI*W2 NM1*82*1*A*B CAS*PR*1*5**2*6.5*2 CAS*CO*45*10 CAS*CO*45*1*1*45*1
    CAS*CO*45*1****97*1 CAS*co*a1*1 CAS*CO AMT*D*10 AMT*EAF*3 AMT*D*1 DTP*573*D8*20260101 DTP*573*D8* REF*F8*PC1
    REF*G1*X OI***Y*P**Y MOA***MA01 NTE*ADD*PAYER MIA*1 REF*T4*Y PRV*PE*PXC*1 DMG*D8*19970414
    NM1*IL*1*JANE****MI*W3 NM1*IL*1*****MI REF*F8**X
"""
OF_LINE = """
    DTP*472*D8*20260105 DTP*472*RD8*20260105-20260107 DTP*472*D8*20260108 DTP*607*D8*20260109 REF*6R*L1 REF*6R*L2
    REF*G1*A9 REF*G1*A*X*Y REF*F4*R NM1*82*1*ROE*AL****XX*9000010023 NM1*82*1*ROE NM1*DK*1*ORD*ER****XX*9000010024
    NTE*ADD*LINE NTE*TPO*AGAIN SVD*P1*8*HC:99213**1 SVD*P1*x*HC:1 SVD*P1*8*99213*0450*2*1 CAS*CO*45*2 CAS*PR*2*1*1
    DTP*573*D8*20260110 AMT*T*1 QTY*PT*2 LIN**N4*00000 CTP****2*UN K3*X MEA*TR*R1*1 SV5*HC:E*1 PWK*OZ SBR*S CAS*OA
    DTP*472 LX*9 PS1*1*2 REF*6R**X NM1*82*2*****XX NTE*ADD**Y
"""
SERVICES = [
    "SV1*HC:99213:25*{}*UN*1***1:2",
    "SV1*HC:99213*{}*UN*x**11**1",
    "SV1*99213*{}",
    "SV1*HC>1*{}",
    "SV2*0450*HC:1*{}*UN*2",
    "SV2*HC:1*{}*UN*2",
    "SV2*0120**{}*DA*3",
    "SV3*AD:D1110*{}*11***1*****1",
    "sv1*HC:1*{}",
]


@pytest.fixture(autouse=True, scope="module")
def _columns_even_for_small_files() -> Iterator[None]:
    """A few claims are read by columns too."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(claim_columns, "WORTH_IT", 0)
        yield


def assert_same(data: bytes) -> None:
    """Both ways give the same rows."""
    expected = rows_of(read_claims(io.BytesIO(data), "made.837"))
    assert expected == rows_of(read_claims_columns(io.BytesIO(data), "made.837"))


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.name)
def test_every_fixture_and_every_file_of_the_corpus(path: Path) -> None:
    """Files of our own and of others, tidy and not."""
    assert_same(path.read_bytes())


@settings(deadline=None, max_examples=20)
@given(files(), STYLES)
def test_all_that_a_claim_can_say(made: tuple[str, list[Claim]], style: Style) -> None:
    """Claims of each form with other payers, decisions, adjustments, codes and details, in any style of writing."""
    form, claims = made
    assert_same(Writer(style, form).text(claims).encode())


def picked(draw: st.DrawFn, texts: str, most: int) -> list[str]:
    """Some of the segments of a text."""
    return draw(st.lists(st.sampled_from(texts.split()), max_size=most))


@st.composite
def claims(draw: st.DrawFn) -> list[str]:
    """A claim, most of the time with lines that sum to its charge, and with whatever else a claim may have."""
    amounts = draw(st.lists(st.integers(-2, 9), min_size=draw(st.sampled_from([0, 1, 1, 1])), max_size=3))
    charge = sum(amounts) + draw(st.sampled_from([0, 0, 0, 0, 0, 1]))
    number, place = draw(st.sampled_from(["A1", "A2", "A2", ""])), draw(st.sampled_from(["11:B:1", "22::7", "11", ""]))
    cause = draw(st.sampled_from(["", "", "*Y*A*Y*Y*P*EM", "*Y*A*Y*Y*********11"]))
    segments = [f"CLM*{number}*{charge}***{place}{cause}", *picked(draw, OF_CLAIM, 4)]
    for _ in range(draw(st.sampled_from([0, 0, 0, 1, 2]))):
        segments += ["SBR*S*18*******MB", *picked(draw, OF_PAYER, 4)]
    for line, amount in enumerate(amounts, 1):
        service = draw(st.sampled_from([*SERVICES[:1] * 5, *SERVICES]))
        segments += [f"LX*{line}", service.format(amount), *picked(draw, OF_LINE, 3)]
    return segments


@st.composite
def groups(draw: st.DrawFn) -> list[str]:
    """Levels and claims under them."""
    batch, provider = draw(st.sampled_from(BATCHES)), ["HL*1**20*1", "NM1*85*2*US*****XX*9000000106"]
    head = draw(st.sampled_from([[], provider, [batch]]))
    subscriber = ["HL*2*1*22*0", "SBR*P*18*******CI", "NM1*IL*1*DOE*JO****MI*W1", "NM1*PR*2*PAYER*****PI*P1"]
    segments = [*head, *draw(st.sampled_from([subscriber, subscriber, []])), *picked(draw, LEVELS, 4)]
    return [*segments, *(segment for claim in draw(st.lists(claims(), max_size=3)) for segment in claim)]


@st.composite
def damaged_files(draw: st.DrawFn) -> bytes:
    """An 837 of made claims, some of its segments and bytes flipped, cut, doubled or in another place."""
    made = [segment for group in draw(st.lists(groups(), min_size=1, max_size=4)) for segment in group]
    segments = [*f"{ISA}GS*HC*A*B*20260102*0600*1*X*005010X222A1~{BATCHES[0]}".split("~"), *made, *ENDS.split("~")]
    return damaged(draw, segments)


@settings(deadline=None, max_examples=60)
@given(damaged_files())
def test_whatever_a_file_holds_both_ways_give_the_same_rows(data: bytes) -> None:
    """Claims of every kind in a row, odd and not, in files that are whole or damaged."""
    assert_same(data)


HEAD = f"{ISA}GS*HC*A*B*20260102*0600*1*X*005010X222A1~{BATCHES[0]}~BHT*0019*00*B1*20260105*0600*CH~"
PROVIDER = "HL*1**20*1~PRV*BI*PXC*207X00000X~NM1*85*2*US*****XX*9000000106~"
SUBSCRIBER = "HL*2*1*22*0~SBR*P*18*******CI~NM1*IL*1*DOE*JO****MI*W1~DMG*D8*19970414*M~NM1*PR*2*PAYER*****PI*P1~"
CLAIM = "CLM*A{}*10***11:B:1~HI*ABK:M1711~NM1*82*1*ROE*AL****XX*9~LX*1~SV1*HC:1*10*UN*1***1~DTP*472*D8*20260105~"


def test_parts_of_any_size_give_the_same_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a file is cut into parts changes nothing: what stands above the cut holds below it, odd or not."""
    lines = "".join(f"LX*{i}~SV1*HC:99213*1~NTE*ADD*{'X' * 60}~" for i in range(2, 200))
    body = "".join(
        (SUBSCRIBER if i % 7 == 0 else "") + CLAIM.format(i) + (lines if i == 100 else "") for i in range(250)
    )
    odd = f"{PROVIDER}{SUBSCRIBER}DMG*D8*x~NM1*QC*1*KID~{body}{ENDS}"
    data = (HEAD + PROVIDER + body + "SE*9*1~ST*837*2~" + odd).encode()
    for size in (1 << 11, 1 << 14):
        monkeypatch.setattr(claim_columns, "PART", size)
        assert_same(data)


def test_an_odd_date_above_no_claim_is_told() -> None:
    """The birthday of a patient whose claim never comes is read all the same."""
    assert_same(f"{HEAD}{PROVIDER}{SUBSCRIBER}HL*3*2*23*0~NM1*QC*1*KID~DMG*D8*x~{ENDS}".encode())


def test_regular_claims_are_read_by_columns() -> None:
    """All claims of a plain file are, and all of their rows."""
    data = (HEAD + PROVIDER + SUBSCRIBER + CLAIM.format(1) * 50 + ENDS).encode()
    found: Counter[str] = Counter()
    for row in read_claims_columns(io.BytesIO(data), "made.837"):
        if isinstance(row, RowBatch):
            found[row.table] += row.rows.num_rows
        assert not isinstance(row, Submission)
    assert {"submission": 50, "submission_line": 50, "submission_code": 50} == found


def test_a_claim_with_nothing_above_it_may_go_on_in_the_next_part(monkeypatch: pytest.MonkeyPatch) -> None:
    """No level, provider or subscriber is carried from part to part, and no segment of the claim is lost."""
    lines = "".join(f"LX*{i}~SV1*HC:99213*1~DTP*472*D8*20260105~REF*6R*{'X' * 60}~" for i in range(900))
    data = f"{ISA}GS*HC*A*B*20260102*0600*1*X*005010X222A1~ST*837*1~CLM*A*900***11:B:1~{lines}{ENDS}".encode()
    monkeypatch.setattr(claim_columns, "PART", 1 << 10)
    assert_same(data)
