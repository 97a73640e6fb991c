"""Claims are made up, written as an 837 and read: the same claims come back, however the file is written."""

import contextlib
import io
from dataclasses import fields, replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.errors import NotReadable
from pipelines.rows import Oddity, Row, Submission, SubmissionLine, SubmissionPayer
from pipelines.x12.acknowledgement import read_acknowledgements
from pipelines.x12.claim import read_claims
from tests.x12.claim_writer import Claim, Style, Writer
from tests.x12.made_claims import STYLES, files

PLACE = ("segment_no", "byte_offset", "end_byte_offset")
LONGEST_ID = len("CLM*")
STARTS: dict[type, str] = {Submission: "CLM", SubmissionLine: "SV", SubmissionPayer: "SBR"}
SEGMENTS = """
    ISA*00*..........*00*..........*ZZ*EX.............*ZZ*EX.............*250310*0815*^*00501*000000001*0*T*:~
    GS*HC~ ST*837*1~ ST*999*1~ ST*277*1~ HL*1**22~ HL*1**PT~ SBR*P~ NM1*IL~ NM1~ CLM*1*2***1:2:3~ CLM~ HI*BK~ HI~ LX*1~
    SV1*HC:1*9~ SV1~ SV2~ SV3*:~ DTP*472*RD8*1-2~ DTP~ REF*6R~ REF~ NTE~ STC*A7~ STC~ TRN~ SVC~ QTY~ AMT~ BHT~ DMG~ PRV~
    AK1*HC*1~ AK2~ IK3~ IK4~ IK5*R~ IK5~ AK9*R~ AK9~ CTX*CLM01:1~ CTX~ SE*1*1~ GE~ IEA~ TA1*1*250101*0101*R~ TA1~ ~ * :
    SVD*1*2*HC:1~ SVD~ CAS*CO*45*1**2~ CAS~ AMT*D*x~ AMT*F5*1~ HI*BE:80:::1*BI:1:RD8:1-2~ HI*BK>1*:*2~ NM1*82*1*A*B~
    REF*F8*1*2*3~ REF*FJ*1~ REF*D9*1~ CRC*1*2~ CL1~ DTP*573*D8*20250230~ DTP*435*DT*2~ SBR~ PRV*PE*PXC*1~ K3*x~
"""
PIECES = st.sampled_from([*(piece.replace(".", " ").encode() for piece in SEGMENTS.split()), b"\n", b"\xff", b"\x00"])


def placeless(row: Row) -> Row:
    """The row as if it stood nowhere."""
    nowhere: dict[str, Any] = dict.fromkeys((field.name for field in fields(row) if field.name in PLACE), 0)
    return replace(row, **nowhere)


@settings(deadline=None, max_examples=40)
@given(files(), STYLES)
def test_claims_come_back_as_they_were_written(made: tuple[str, list[Claim]], style: Style) -> None:
    """Every column of every row is the same, each row starts at its offset, and nothing is odd."""
    form, wanted = made
    text = Writer(style, form).text(wanted)
    rows = list(read_claims(io.BytesIO(text.encode()), "made.837"))
    assert [] == [row for row in rows if isinstance(row, Oddity)]
    for row in rows:
        if type(row) in STARTS:
            assert text.startswith(STARTS[type(row)], row.byte_offset)
    assert [row for claim, lines, others in wanted for row in (claim, *lines, *others)] == [*map(placeless, rows)]


@settings(deadline=None, max_examples=30)
@given(files(), STYLES, st.data())
def test_a_file_cut_anywhere_keeps_every_claim_before_the_cut(
    made: tuple[str, list[Claim]], style: Style, data: st.DataObject
) -> None:
    """Claims are read as in the whole file if the segment that ends them can still be told by its name."""
    form, wanted = made
    text = Writer(style, form).text(wanted)
    whole = list(read_claims(io.BytesIO(text.encode()), "made.837"))
    ends = [row.end_byte_offset for row in whole if isinstance(row, Submission)]
    cut = data.draw(st.integers(ends[0], len(text)))
    torn = list(read_claims(io.BytesIO(text[:cut].encode()), "made.837"))
    kept = sum(end + LONGEST_ID <= cut for end in ends)
    assert own_rows(whole, kept) == own_rows(torn, kept)


def own_rows(rows: list[Row], claim_count: int) -> list[Row]:
    """The rows of the first claims of a file."""
    return [row for row in rows if not isinstance(row, Oddity) and row.claim_no <= claim_count]  # type: ignore[union-attr]


@settings(deadline=None, max_examples=200)
@given(st.binary(max_size=400) | st.lists(PIECES, max_size=40).map(b"".join))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    """Whatever the bytes are, the readers give rows or say that the file is not readable; nothing else escapes."""
    for reader in (read_claims, read_acknowledgements):
        with contextlib.suppress(NotReadable):
            assert all(row is not None for row in reader(io.BytesIO(data), "any"))
