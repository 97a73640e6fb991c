"""Claims are made up, written as an 837 and read: the same claims come back, however the file is written."""

import contextlib
import datetime
import io
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.errors import NotReadable
from pipelines.rows import Cents, Date, Milli, Oddity, Submission, SubmissionLine
from pipelines.x12.acknowledgement import read_acknowledgements
from pipelines.x12.claim import read_claims
from tests.x12.claim_writer import Style, Writer

Claim = tuple[Submission, list[SubmissionLine]]

DATES = st.dates(datetime.date(2000, 1, 1), datetime.date(2035, 12, 31))
AMOUNTS = st.integers(0, 10**9).map(Cents)
UNITS = st.integers(0, 10**7).map(Milli)
WORDS = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 -", min_size=1, max_size=12).map(lambda text: f"X{text.strip()}")
NUMBERS = st.integers(10**9, 10**10 - 1).map(str)
MAYBE_WORDS = st.none() | WORDS
DIAGNOSES = st.from_regex(r"[A-TV-Z][0-9][0-9](\.[0-9A-Z]{1,4})?", fullmatch=True)
STYLES = st.builds(
    Style,
    element=st.sampled_from("*|&"),
    component=st.sampled_from(":>"),
    terminator=st.sampled_from(["~", "!"]),
    newline=st.sampled_from(["", "\n", "\r\n"]),
    has_other_payer=st.booleans(),
)
NEWLINE_STYLES = st.builds(Style, terminator=st.just("\n"), newline=st.just(""), has_other_payer=st.booleans())


@st.composite
def billing_providers(draw: st.DrawFn) -> Submission:
    """A claim that holds only what stands above claims: batch, provider, subscriber, payer, patient."""
    subscriber = (draw(WORDS), draw(WORDS))
    patient = draw(st.just(subscriber) | st.tuples(WORDS, WORDS))
    return Submission(
        1,
        0,
        0,
        0,
        transaction_control_number="0001",
        group_control_number="1",
        interchange_control_number="000000001",
        billing_name=draw(WORDS),
        billing_npi=draw(NUMBERS),
        payer_sequence_code=draw(st.sampled_from("PST")),
        claim_filing_code=draw(st.sampled_from(["CI", "MB", "MC", "ZZ"])),
        payer_name=draw(WORDS),
        payer_id=draw(WORDS),
        subscriber_id=draw(WORDS),
        subscriber_last_name=subscriber[0],
        subscriber_first_name=subscriber[1],
        patient_last_name=patient[0],
        patient_first_name=patient[1],
        patient_birth_date=draw(DATES),
    )


@st.composite
def line_rows(draw: st.DrawFn, form: str, claim_no: int, line_no: int) -> SubmissionLine:
    """One line with what its form can say."""
    first = draw(DATES)
    is_range = draw(st.booleans())
    line = SubmissionLine(
        1,
        claim_no,
        line_no,
        0,
        0,
        procedure_qualifier="AD" if form == "837D" else "HC",
        procedure_code=draw(st.from_regex("[A-Z0-9][0-9]{4}", fullmatch=True)),
        modifiers=draw(
            st.none() | st.lists(st.sampled_from(["25", "59", "RT", "LT"]), min_size=1, max_size=4).map(" ".join)
        ),
        charge_amount=draw(AMOUNTS),
        units=draw(UNITS),
        service_date=first,
        service_end_date=first + datetime.timedelta(days=draw(st.integers(0, 40))) if is_range else None,
        line_control_number=draw(MAYBE_WORDS),
        authorization_number=draw(MAYBE_WORDS),
        note=draw(MAYBE_WORDS),
    )
    if form == "837I":
        return replace(line, revenue_code=draw(st.sampled_from(["0278", "0420"])), unit_code="UN")
    pointers = draw(st.none() | st.lists(st.sampled_from("123456789"), min_size=1, max_size=4).map(" ".join))
    place = draw(st.none() | st.sampled_from(["11", "22", "02"]))
    return replace(
        line, diagnosis_pointers=pointers, place_of_service_code=place, unit_code="UN" if form == "837P" else None
    )


@st.composite
def claim_rows(draw: st.DrawFn, above: Submission, form: str, claim_no: int) -> Claim:
    """One claim with its lines, all that an 837 of this form can say of it."""
    rows = [draw(line_rows(form, claim_no, line_no + 1)) for line_no in range(draw(st.integers(1, 4)))]
    diagnoses = draw(st.lists(DIAGNOSES, max_size=14))
    has_rendering, has_facility = draw(st.booleans()), draw(st.booleans())
    claim = replace(
        above,
        claim_no=claim_no,
        claim_form=form,
        patient_control_number=draw(WORDS),
        charge_amount=Cents(sum(row.charge_amount or 0 for row in rows)),
        facility_code=draw(st.sampled_from(["11", "13", "22"])),
        frequency_code=draw(st.sampled_from("178")),
        original_reference_number=draw(MAYBE_WORDS),
        authorization_number=draw(MAYBE_WORDS),
        clearinghouse_number=draw(MAYBE_WORDS),
        medical_record_number=draw(MAYBE_WORDS),
        rendering_name=f"{draw(WORDS)}, {draw(WORDS)}" if has_rendering else None,
        rendering_npi=draw(NUMBERS) if has_rendering else None,
        rendering_taxonomy_code=draw(WORDS) if has_rendering else None,
        service_facility_name=draw(WORDS) if has_facility else None,
        service_facility_npi=draw(NUMBERS) if has_facility else None,
        principal_diagnosis_code=diagnoses[0] if diagnoses else None,
        diagnosis_codes=" ".join(diagnoses) or None,
        note=draw(MAYBE_WORDS),
        line_count=len(rows),
    )
    first, last = draw(spans(form, rows))
    return replace(claim, service_from_date=first, service_to_date=last), rows


@st.composite
def spans(draw: st.DrawFn, form: str, rows: list[SubmissionLine]) -> tuple[Date, Date]:
    """The days of a claim: told by itself, or in an 837P spanned by its lines."""
    if form != "837P":
        first = draw(DATES)
        return first, first + datetime.timedelta(days=draw(st.integers(0, 40)))
    firsts = [row.service_date for row in rows if row.service_date]
    lasts = [row.service_end_date or row.service_date for row in rows]
    return min(firsts), max(last for last in lasts if last)


@st.composite
def files(draw: st.DrawFn) -> tuple[str, list[Claim]]:
    """A form and its claims; several stand under the same provider, subscriber or patient."""
    form = draw(st.sampled_from(["837P", "837I", "837D"]))
    created, batch = draw(DATES), draw(WORDS)
    above = [
        replace(row, created_date=created, batch_reference=batch)
        for row in draw(st.lists(billing_providers(), min_size=1, max_size=3))
    ]
    chosen = draw(st.lists(st.sampled_from(above), min_size=1, max_size=5))
    return form, [draw(claim_rows(row, form, place + 1)) for place, row in enumerate(chosen)]


@settings(deadline=None, max_examples=60)
@given(files(), STYLES | NEWLINE_STYLES)
def test_claims_come_back_as_they_were_written(made: tuple[str, list[Claim]], style: Style) -> None:
    """Every column of every claim and line is the same, each row starts at its offset, and nothing is odd."""
    form, wanted = made
    text = Writer(style, form).text(wanted)
    rows = list(read_claims(io.BytesIO(text.encode()), "made.837"))
    assert [] == [row for row in rows if isinstance(row, Oddity)]
    for row in rows:
        if isinstance(row, Submission | SubmissionLine):
            assert text.startswith("CLM" if isinstance(row, Submission) else "SV", row.byte_offset)
    placeless = [replace(row, **PLACE[type(row)]) for row in rows if isinstance(row, Submission | SubmissionLine)]
    assert [row for claim, lines in wanted for row in (claim, *lines)] == placeless


PLACE: dict[type, dict[str, int]] = {
    Submission: {"segment_no": 0, "byte_offset": 0, "end_byte_offset": 0},
    SubmissionLine: {"segment_no": 0, "byte_offset": 0},
}
SEGMENTS = """
    ISA*00*..........*00*..........*ZZ*EX.............*ZZ*EX.............*250310*0815*^*00501*000000001*0*T*:~
    GS*HC~ ST*837*1~ ST*999*1~ ST*277*1~ HL*1**22~ HL*1**PT~ SBR*P~ NM1*IL~ NM1~ CLM*1*2***1:2:3~ CLM~ HI*BK~ HI~ LX*1~
    SV1*HC:1*9~ SV1~ SV2~ SV3*:~ DTP*472*RD8*1-2~ DTP~ REF*6R~ REF~ NTE~ STC*A7~ STC~ TRN~ SVC~ QTY~ AMT~ BHT~ DMG~ PRV~
    AK1*HC*1~ AK2~ IK3~ IK4~ IK5*R~ IK5~ AK9*R~ AK9~ CTX*CLM01:1~ CTX~ SE*1*1~ GE~ IEA~ TA1*1*250101*0101*R~ TA1~ ~ * :
"""
PIECES = st.sampled_from([*(piece.replace(".", " ").encode() for piece in SEGMENTS.split()), b"\n", b"\xff", b"\x00"])


@settings(deadline=None, max_examples=200)
@given(st.binary(max_size=400) | st.lists(PIECES, max_size=40).map(b"".join))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    """Whatever the bytes are, the readers give rows or say that the file is not readable; nothing else escapes."""
    for reader in (read_claims, read_acknowledgements):
        with contextlib.suppress(NotReadable):
            assert all(row is not None for row in reader(io.BytesIO(data), "any"))
