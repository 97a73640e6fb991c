"""Reading 835: what each segment says lands in its row, and what was odd is told."""

import dataclasses
import datetime
import io
import tracemalloc
from typing import TypeVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.errors import NotReadable
from pipelines.rows import (
    Adjustment,
    Detail,
    Oddity,
    ProviderAdjustment,
    ProviderSummary,
    Remark,
    Remit,
    RemitClaim,
    RemitLine,
    Row,
)
from pipelines.x12.delimiters import Delimiters
from pipelines.x12.remittance import read_remittance
from tests.x12.writer import Claim, Dress, Line, Payment, a_payment, interchange

R = TypeVar("R", bound=Row)
PLACES = {"transaction_no", "claim_no", "segment_no", "byte_offset", "end_byte_offset", "content_key", "off_amount"}
PLACES |= {"adjustment_no", "remark_no", "line_no", "claim_count", "line_count", "claim_paid_amount", "version_code"}
PLACES |= {"provider_adjustment_amount", "interchange_control_number", "interchange_date"}


def read(data: bytes) -> list[Row]:
    """Return every row."""
    return list(read_remittance(io.BytesIO(data), "test.835"))


def read_body(*segments: str) -> list[Row]:
    """Return the rows of segments that stand in a plain transaction."""
    body = "~".join(("ST*835*0001", "BPR*I*0*C*NON************20260305", "TRN*1*T1", "N1*PR*PAYER", *segments))
    return read(f"{body}~".encode())


def of(kind: type[R], rows: list[Row]) -> list[R]:
    """Return the rows of one kind."""
    return [row for row in rows if isinstance(row, kind)]


def codes(rows: list[Row]) -> list[str]:
    """Return the codes of what was odd, apart from the missing envelope of `read_body`."""
    return [row.code for row in of(Oddity, rows) if row.code not in ("no_isa", "missing_se", "payer_missing")]


def said(row: Row) -> dict[str, object]:
    """Return what a row says, apart from where it stands."""
    return {field.name: getattr(row, field.name) for field in dataclasses.fields(row) if field.name not in PLACES}


def test_claim_elements() -> None:
    """Every element of CLP has its column."""
    (claim,) = of(RemitClaim, read_body("LX*7", "CLP*A*19*100.5*80*20.5*MB*ICN*11*1*30*470"))
    expected = ["7", "A", "19", 10050, 8000, 2050, "MB", "ICN", "11", "1", "30", "470"]
    assert expected == [
        claim.lx_number, claim.patient_control_number, claim.claim_status_code, claim.charge_amount, claim.paid_amount,
        claim.patient_responsibility_amount, claim.claim_filing_code, claim.payer_claim_control_number,
        claim.facility_code, claim.frequency_code, claim.patient_status_code, claim.drg_code,
    ]  # fmt: skip


def test_six_triplets_and_several_cas() -> None:
    """Every triplet of every CAS is read, six in one segment, at claim and at line level."""
    six = "*".join(f"{carc}*{amount}*1" for carc, amount in zip("123456", (1, 2, 3, 4, 5, 6), strict=True))
    rows = read_body("CLP*A*1*100*58*0*12*I", "CAS*OA*23*0", f"CAS*PR*{six}", "SVC*HC:99213*100*58", f"CAS*CO*{six}")
    found = [(row.line_no, row.adjustment_no, row.group_code, row.carc, row.amount) for row in of(Adjustment, rows)]
    claim_level = [(0, number + 2, "PR", str(number + 1), 100 * (number + 1)) for number in range(6)]
    line_level = [(1, number + 8, "CO", str(number + 1), 100 * (number + 1)) for number in range(6)]
    assert [(0, 1, "OA", "23", 0), *claim_level, *line_level] == found


def test_a_gap_between_triplets_does_not_end_the_reading() -> None:
    """An empty triplet is passed over and told; those after it are read."""
    rows = read_body("CLP*A*1*100*0*0*12*I", "SVC*HC:99213*100*0", "CAS*CO*45*60*****16*40")
    assert [("45", 6000), ("16", 4000)] == [(row.carc, row.amount) for row in of(Adjustment, rows)]
    assert ["adjustment_gap"] == codes(rows)


def test_remark_codes() -> None:
    """Remark codes belong to the line (LQ) or the claim (MIA05, 20-23, MOA03-07), not to one CAS."""
    mia = "MIA*1*2.5**4*MA01" + "*" * 15 + "N1*N2*N3*N4*5"
    rows = read_body(
        "CLP*A*1*100*0*0*12*I", mia, "MOA*.8*9*MA02*N5*N6*N7*N8*3*4", "SVC*HC:99213*100*0", "LQ*HE*n115", "LQ*RX*75"
    )
    found = [(row.line_no, row.source, row.qualifier, row.rarc) for row in of(Remark, rows)]
    inpatient = [(0, "MIA", None, code) for code in ("MA01", "N1", "N2", "N3", "N4")]
    outpatient = [(0, "MOA", None, code) for code in ("MA02", "N5", "N6", "N7", "N8")]
    assert [*inpatient, *outpatient, (1, "LQ", "HE", "N115"), (1, "LQ", "RX", "75")] == found
    details = [(row.segment_id, row.qualifier, row.text_value, row.amount) for row in of(Detail, rows)]
    assert [
        ("MIA", "01", "1", None), ("MIA", "02", "2.5", 250), ("MIA", "04", "4", 400), ("MIA", "24", "5", 500),
        ("MOA", "01", ".8", None), ("MOA", "02", "9", 900), ("MOA", "08", "3", 300), ("MOA", "09", "4", 400),
    ] == details  # fmt: skip


@pytest.mark.parametrize("qualifier", ["HC", "AD", "ER", "HP", "IV", "N4", "NU", "RB", "WK"])
def test_procedure_qualifiers(qualifier: str) -> None:
    """Procedures of every qualifier are read, with modifiers and the submitted procedure."""
    rows = read_body("CLP*A*1*10*10*0*12*I", f"SVC*{qualifier}:0450:RT::59*10*10*0450*2.5*{qualifier}:0460:LT*3")
    (line,) = of(RemitLine, rows)
    expected = (qualifier, "0450", "RT 59", "0450", 2500, "0460", "LT", 3000)
    assert expected == (
        line.procedure_qualifier, line.procedure_code, line.modifiers, line.revenue_code, line.paid_units,
        line.submitted_procedure_code, line.submitted_modifiers, line.submitted_units,
    )  # fmt: skip


def test_names() -> None:
    """Patient, insured, corrected name, rendering provider, other payers and subscriber each have their columns."""
    rows = read_body(
        "CLP*A*1*10*10*0*12*I", "NM1*QC*1*L1*F1****MI*I1", "NM1*IL*1*L2*F2****MI*I2", "NM1*74*1*L3*F3****C*I3",
        "NM1*82*1*L4*F4****XX*1234567893", "NM1*TT*2*L5*****PI*I5", "NM1*PR*2*L6*****PI*I6", "NM1*GB*1*L7*F7****MI*I7",
        "NM1*ZZ*1*L8*F8****MI*I8",
    )  # fmt: skip
    (claim,) = of(RemitClaim, rows)
    assert ("L1", "F1", "I1") == (claim.patient_last_name, claim.patient_first_name, claim.patient_id)
    assert ("L2", "F2", "I2") == (claim.insured_last_name, claim.insured_first_name, claim.insured_id)
    assert ("L3", "F3", "I3") == (claim.corrected_last_name, claim.corrected_first_name, claim.corrected_id)
    assert ("L4, F4", "1234567893") == (claim.rendering_name, claim.rendering_npi)
    assert ("L5", "I5", "L6", "I6", "I7") == (
        claim.crossover_payer_name, claim.crossover_payer_id, claim.priority_payer_name, claim.priority_payer_id,
        claim.other_subscriber_id,
    )  # fmt: skip
    assert [("NM1", "ZZ", "L8 F8 I8")] == [(row.segment_id, row.qualifier, row.text_value) for row in of(Detail, rows)]


def test_references_and_what_has_no_column() -> None:
    """References go to their columns; a second one and those without a column are kept as details."""
    rows = read_body(
        "CLP*A*1*10*10*0*12*I", "REF*F8*O1", "REF*EA*M1", "REF*G1*G1", "REF*CE*C1", "REF*1L*GROUP", "REF*1W*MEMBER",
        "SVC*HC:99213*10*10", "REF*6R*L1", "REF*0K*P1", "REF*G1*G2", "REF*LU*11", "REF*HPI*1234567893", "REF*0K*P2",
    )  # fmt: skip
    (claim,), (line,) = of(RemitClaim, rows), of(RemitLine, rows)
    assert ("O1", "M1", "G1", "C1") == (
        claim.original_reference_number, claim.medical_record_number, claim.authorization_number, claim.contract_code,
    )  # fmt: skip
    assert ("L1", "P1", "G2", "11", "1234567893") == (
        line.line_control_number, line.policy_reference, line.authorization_number, line.location_number,
        line.rendering_npi,
    )  # fmt: skip
    details = [(row.line_no, row.detail_no, row.qualifier, row.text_value) for row in of(Detail, rows)]
    assert [(0, 1, "1L", "GROUP"), (0, 2, "1W", "MEMBER"), (1, 3, "0K", "P2")] == details


def test_dates() -> None:
    """232, 233, 036, 050 are the claim's, 472 the line's, 150 before it a detail; DTP and ranges are told."""
    rows = read_body(
        "CLP*A*1*10*10*0*12*I", "DTM*232*20260201", "DTM*233*20260202", "DTM*036*20260203", "DTM*050*20260204",
        "DTM*999*20260205", "SVC*HC:1*10*10", "DTM*150*20260206", "DTM*151*20260207", "DTM*472*20260208",
        "SVC*HC:2*0*0", "DTP*472*RD8*20260209-20260210",
    )  # fmt: skip
    (claim,), lines = of(RemitClaim, rows), of(RemitLine, rows)
    dates = [claim.statement_from_date, claim.statement_to_date, claim.coverage_expiration_date, claim.received_date]
    dates += [row.date_value for row in of(Detail, rows)]
    dates += [lines[0].service_end_date, lines[0].service_date, lines[1].service_date, lines[1].service_end_date]
    days = (1, 2, 3, 4, 5, 6, 7, 8, 9, 10)
    assert [datetime.date(2026, 2, day) for day in days] == dates
    assert ["dtp_for_dtm"] == codes(rows)


def test_a_line_keeps_its_first_date() -> None:
    """A second date of the same kind is no reason to forget the first: it is kept as a detail, unreadable ones too."""
    rows = read_body(
        "CLP*A*1*10*10*0*12*I", "SVC*HC:1*10*10", "DTM*472*20260201", "DTM*472*20260201", "DTM*472*20260205",
        "DTM*150*20260206", "DTM*151*20260207", "DTM*151*20260208", "DTM*472*20261399",
    )  # fmt: skip
    (line,) = of(RemitLine, rows)
    assert (datetime.date(2026, 2, 1), datetime.date(2026, 2, 7)) == (line.service_date, line.service_end_date)
    kept = [(row.qualifier, row.text_value) for row in of(Detail, rows)]
    assert [("472", "20260205"), ("150", "20260206"), ("151", "20260208"), ("472", "20261399")] == kept


@pytest.mark.parametrize("first", ["BPR", "TRN"])
def test_a_payment_without_st_is_read(first: str) -> None:
    """Where a file begins with BPR or TRN, what these and the header after them say is not lost."""
    whole = interchange([a_payment()]).decode()
    (remit,) = of(Remit, read(whole[whole.index("ST*") :].encode()))
    rows = read(whole[whole.index(f"{first}*") :].encode())
    (bare,) = of(Remit, rows)
    same = ["trace_number", "payer_name", "payee_name", "claim_count"]
    same += ["payment_amount", "payment_date"] if first == "BPR" else []
    assert [getattr(remit, field) for field in same] == [getattr(bare, field) for field in same]
    assert "missing_st" in codes(rows)
    assert "segment_out_of_place" not in codes(rows)


def test_header() -> None:
    """Payment, trace, payer, payee and production date are read; the payer's REF fills in where N104 is missing."""
    rows = read_body(
        "N4*X*OH", "REF*2U*P9", "PER*BL*HELP*TE*5551", "N1*PE*HILLSIDE*FI*061", "REF*TJ*062", "DTM*405*20260301"
    )
    (remit,) = of(Remit, rows)
    assert ("P9", "OH", "HELP TE 5551", "HILLSIDE", "FI", "061", "061", datetime.date(2026, 3, 1)) == (
        remit.payer_id, remit.payer_state, remit.payer_contact, remit.payee_name, remit.payee_id_qualifier,
        remit.payee_id, remit.payee_tax_id, remit.production_date,
    )  # fmt: skip


def test_provider_adjustments() -> None:
    """All six pairs of a PLB are read, with reason and reference parted, and they reduce the payment."""
    pairs = "*".join(f"WO:R{number}*{number}" for number in range(1, 7))
    rows = read_body("CLP*A*1*10*10*0*12*I", f"PLB*NPI*20261231*{pairs}")
    found = [(row.adjustment_no, row.reason_code, row.reference_id, row.amount) for row in of(ProviderAdjustment, rows)]
    assert [(number, "WO", f"R{number}", 100 * number) for number in range(1, 7)] == found
    (remit,) = of(Remit, rows)
    assert (2100, 0 - (1000 - 2100)) == (remit.provider_adjustment_amount, remit.off_amount)


def test_provider_summaries() -> None:
    """TS3 and its TS2 make one row."""
    rows = read_body("LX*1", "TS3*NPI*11*20261231*3*450.5", "TS2*99.5", "CLP*A*1*10*10*0*12*I")
    (summary,) = of(ProviderSummary, rows)
    assert ("NPI", "11", 3, 45050, 9950) == (
        summary.provider_id, summary.facility_type_code, summary.claim_count, summary.charge_amount, summary.drg_amount,
    )  # fmt: skip


def test_claims_without_lines_and_the_last_line() -> None:
    """A claim without lines, the last line of a claim and the last claim of a file are all there."""
    rows = read_body("CLP*A*4*10*0*0*12*I", "CAS*CO*50*10", "CLP*B*1*20*20*0*12*J", "SVC*HC:1*5*5", "SVC*HC:2*15*15")
    assert [("A", 0), ("B", 2)] == [(row.patient_control_number, row.line_count) for row in of(RemitClaim, rows)]
    assert ["1", "2"] == [row.procedure_code for row in of(RemitLine, rows)]


@pytest.mark.parametrize(
    ("value", "cents", "code"),
    [
        ("12", 1200, None),
        ("12.", 1200, None),
        (".5", 50, None),
        ("-12.5", -1250, None),
        ("+12.50", 1250, None),
        ("0012.50", 1250, None),
        ("12.500", 1250, None),
        ("12.345", 1234, "amount_rounded"),
        ("12.355", 1236, "amount_rounded"),
        ("-0.005", 0, "amount_rounded"),
        ("$1,234.50", 123450, "amount_untidy"),
        ("(45.00)", -4500, "amount_untidy"),
        ("45.00-", -4500, "amount_untidy"),
        ("fifty", None, "amount_unreadable"),
        ("1e5", None, "amount_unreadable"),
        ("1.2.3", None, "amount_unreadable"),
        ("--5", None, "amount_unreadable"),
        ("-5-", None, "amount_unreadable"),
        ("(5", None, "amount_unreadable"),
        ("1,23", None, "amount_unreadable"),
        ("11111111111111111", None, "amount_unreadable"),
        ("", None, "amount_missing"),
        ("²", None, "amount_unreadable"),
        ("-", None, "amount_unreadable"),
    ],
)
def test_amounts(value: str, cents: int | None, code: str | None) -> None:
    """Amounts are exact; what cannot be read is NULL and told, never 0; it is told each time it stands there."""
    rows = read_body(f"CLP*A*1*{value}*10*0*12*I", f"CLP*B*1*{value}*10*0*12*J")
    assert [cents, cents] == [row.charge_amount for row in of(RemitClaim, rows)]
    assert [code, code] if code else [] == codes(rows)


def test_repeated_odd_segments_are_told_each_time() -> None:
    """A segment that stands twice word for word is told twice if it is odd."""
    rows = read_body("CLP*A*1*10*0*0*12*I", "SVC*HC:1*5*x", "SVC*HC:1*5*x", "SVC*2*0*0", "SVC*2*0*0")
    assert ["amount_unreadable"] * 2 + ["procedure_without_qualifier"] * 2 + ["lines_do_not_sum_to_claim"] * 0 == [
        code for code in codes(rows) if code != "lines_do_not_sum_to_claim"
    ]


def test_letters_of_other_alphabets() -> None:
    """UTF-8 and Windows letters in names are read as what they are."""
    utf_8 = read("CLP*A*1*10*10*0*12*I~NM1*QC*1*NÚÑEZ*JOSÉ~".encode())
    windows = read("CLP*A*1*10*10*0*12*I~NM1*QC*1*NÚÑEZ*JOSÉ~".encode("cp1252"))
    names = [(row.patient_last_name, row.patient_first_name) for row in of(RemitClaim, utf_8 + windows)]
    assert [("NÚÑEZ", "JOSÉ")] * 2 == names


def test_letters_whose_capitals_are_elsewhere() -> None:
    """A letter in a code whose capital is no latin-1 letter is read like any other."""
    (line,) = of(RemitLine, read("CLP*A*1*10*10*0*12*I~SVC*\xffµ*10*10~".encode("latin-1")))
    assert "ŸΜ" == line.procedure_code


def test_segments_out_of_place_do_not_hide_claims() -> None:
    """Unknown segments, lower case, orphans and a claim outside any transaction are told, and every claim is read."""
    rows = read(
        b"ST*835*0001~SVC*HC:1*5*5~XYZ*1~clp*A*1*10*10*0*12*I~svc*HC:1*10*10~LX*2~SVC*HC:2*0*0~SE*6*0001~"
        b"CLP*B*1*10*10*0*12*J~CAS*CO*45*0~"
    )
    assert ["A", "B"] == [row.patient_control_number for row in of(RemitClaim, rows)]
    assert [(1, 1), (1, 2)] == [(row.claim_no, row.line_no) for row in of(RemitLine, rows)]
    expected = {"segment_out_of_place", "unknown_segment", "lower_case_id", "missing_st", "no_isa"}
    assert expected <= {row.code for row in of(Oddity, rows)}


def test_transactions_of_other_kinds_are_passed_over() -> None:
    """An 837 among remittances is told and passed over; a file with nothing else is refused."""
    other = b"ST*837*0001~BHT*0019~CLM*A*10~CLP*X*1*1*1~SE*4*0001~"
    rows = read(other + b"ST*835*0002~CLP*A*1*10*10*0*12*I~SE*3*0002~")
    assert ["A"] == [row.patient_control_number for row in of(RemitClaim, rows)]
    assert [2] == [row.transaction_no for row in of(Remit, rows)]
    with pytest.raises(NotReadable) as refusal:
        read(other)
    assert ("ST01 is '837'", 1) == (refusal.value.got, refusal.value.segment)


def test_offsets_frame_the_claim() -> None:
    """From its byte offset to its end offset a claim's bytes are exactly its loop, whatever the file looks like."""
    for dress in (Dress(), Dress(newline="\r\n"), Dress(width=80), Dress(Delimiters("|", ">", "", "\n"))):
        data = b"junk\n" + interchange([a_payment()] * 3, dress)
        marks = dress.delimiters
        for claim in of(RemitClaim, read(data)):
            loop = data[claim.byte_offset : claim.end_byte_offset].decode().replace("\r", "")
            pieces = loop.replace("\n", "" if marks.terminator != "\n" else "\n").split(marks.terminator)
            ids = [piece.split(marks.element)[0] for piece in pieces if piece]
            assert ["CLP", "NM1", "SVC", "DTM", "CAS", "CAS"] == ids


def test_content_key_knows_the_same_claim_in_another_file() -> None:
    """The content key depends on codes and amounts only: not on place, delimiters or how amounts are written."""

    def key(data: bytes) -> set[str]:
        return {claim.content_key for claim in of(RemitClaim, read(data))}

    plain = interchange([a_payment()])
    dressed = interchange([a_payment(), a_payment()], Dress(Delimiters("|", ">", "", "\n")), 7)
    assert key(plain) == key(dressed) == key(plain.replace(b"*100*60*", b"*100.00*60.0*"))
    assert key(plain) != key(plain.replace(b"CAS*CO*45*25", b"CAS*CO*50*25"))
    assert key(plain) != key(plain.replace(b"HO-1", b"HO-2"))


TEXT = st.text(alphabet="ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789ÉÑ", min_size=1, max_size=12)
MAYBE = st.none() | TEXT
CENTS = st.integers(-(10**9), 10**9)
DAYS = st.dates(datetime.date(2000, 1, 1), datetime.date(2039, 12, 31))
CODE = st.sampled_from(["16", "45", "50", "97", "197", "A1", "B7", "P12"])


@st.composite
def adjustment_lists(draw: st.DrawFn) -> list[Adjustment]:
    """Up to eight adjustments, no two alike."""
    keys = draw(st.lists(st.tuples(st.sampled_from(["CO", "PR", "OA", "PI"]), CODE), max_size=8, unique=True))
    quantity = st.none() | st.integers(1, 99_999)
    return [Adjustment(0, 0, 0, 0, 0, 0, group, carc, draw(CENTS), draw(quantity)) for group, carc in keys]


@st.composite
def lines(draw: st.DrawFn) -> Line:
    """A line with adjustments and remarks."""
    row = RemitLine(0, 0, 0, 0, 0, draw(st.sampled_from(["HC", "AD", "N4", "RB"])), draw(TEXT))
    row.modifiers = " ".join(draw(st.lists(st.sampled_from(["RT", "59", "26"]), max_size=4))) or None
    row.charge_amount, row.paid_amount, row.paid_units = draw(CENTS), draw(CENTS), draw(st.integers(0, 10**6))
    row.revenue_code, row.line_control_number, row.policy_reference = draw(MAYBE), draw(MAYBE), draw(MAYBE)
    row.service_date, row.allowed_evidence_amount = draw(st.none() | DAYS), draw(st.none() | CENTS)
    remarks = [Remark(0, 0, 0, 0, 0, 0, "LQ", "HE", code) for code in draw(st.lists(CODE, max_size=3))]
    return Line(row, draw(adjustment_lists()), remarks)


@st.composite
def claims(draw: st.DrawFn) -> Claim:
    """A claim with lines."""
    row = RemitClaim(0, 0, 0, 0, 0, "1", draw(TEXT), draw(st.sampled_from(["1", "2", "4", "22"])))
    row.charge_amount, row.paid_amount = draw(CENTS), draw(CENTS)
    row.patient_responsibility_amount, row.claim_filing_code = draw(st.none() | CENTS), draw(MAYBE)
    row.payer_claim_control_number, row.facility_code, row.frequency_code = draw(MAYBE), draw(MAYBE), draw(MAYBE)
    row.patient_last_name, row.patient_first_name, row.patient_id = draw(MAYBE), draw(MAYBE), draw(MAYBE)
    row.medical_record_number, row.original_reference_number = draw(MAYBE), draw(MAYBE)
    row.statement_from_date = draw(st.none() | DAYS)
    return Claim(row, draw(adjustment_lists()), draw(st.lists(lines(), max_size=3)))


@st.composite
def payments(draw: st.DrawFn) -> Payment:
    """A payment with claims."""
    row = Remit(0, 0, 0, draw(TEXT), handling_code="I", payment_amount=draw(CENTS), credit_debit_code="C")
    row.payment_method_code, row.payment_date, row.production_date = "ACH", draw(DAYS), draw(DAYS)
    row.trace_number, row.originator_id, row.payer_name, row.payer_id = draw(TEXT), draw(MAYBE), draw(TEXT), draw(TEXT)
    row.payer_state, row.payee_name, row.payee_id_qualifier = "OH", draw(TEXT), "XX"
    row.payee_id, row.payee_tax_id = draw(TEXT), draw(TEXT)
    reason = st.sampled_from(["WO", "FB", "L6"])
    kept = draw(st.lists(st.tuples(TEXT, DAYS, reason, MAYBE, CENTS), max_size=3))
    return Payment(row, draw(st.lists(claims(), max_size=3)), [ProviderAdjustment(0, 0, 0, 0, *one) for one in kept])


@st.composite
def dresses(draw: st.DrawFn) -> Dress:
    """Any delimiters, line ends and width."""
    marks = draw(st.lists(st.sampled_from("*|+^~:>!&'\x1c\x1d\x1f\n"), min_size=4, max_size=4, unique=True))
    marks.sort(key=lambda mark: mark == "\n")  # a line end can only be the terminator
    newline = "" if marks[3] == "\n" else draw(st.sampled_from(["", "\n", "\r\n", "\r"]))
    width = None if marks[3] == "\n" or newline else draw(st.none() | st.sampled_from([80, 60]))
    return Dress(Delimiters(*marks), newline, width, draw(st.integers(0, 2)))


@settings(deadline=None, max_examples=80)
@given(st.lists(st.tuples(st.lists(payments(), min_size=1, max_size=2), dresses()), min_size=1, max_size=3))
def test_what_is_written_is_read(parts: list[tuple[list[Payment], Dress]]) -> None:
    """Remittances written with any delimiters, terminators, line ends and wrapping are read as the same rows."""
    rows = read(b"".join(interchange(*part, control=number) for number, part in enumerate(parts, 1)))
    written = [payment for part, _ in parts for payment in part]
    claim_list = [claim for payment in written for claim in payment.claims]
    line_list = [line for claim in claim_list for line in claim.lines]
    adjustments = [row for claim in claim_list for one in (claim, *claim.lines) for row in one.adjustments]
    assert [said(payment.row) for payment in written] == [said(row) for row in of(Remit, rows)]
    assert [said(claim.row) for claim in claim_list] == [said(row) for row in of(RemitClaim, rows)]
    assert [said(line.row) for line in line_list] == [said(row) for row in of(RemitLine, rows)]
    assert [said(row) for row in adjustments] == [said(row) for row in of(Adjustment, rows)]
    assert [said(row) for line in line_list for row in line.remarks] == [said(row) for row in of(Remark, rows)]
    kept = [said(row) for payment in written for row in payment.provider_adjustments]
    assert kept == [said(row) for row in of(ProviderAdjustment, rows)]


class Endless(io.RawIOBase):
    """A file of many transactions that is made while it is read."""

    def __init__(self, block: bytes, count: int) -> None:
        self.block, self.left = block, count

    def read(self, size: int = -1) -> bytes:
        """Return the next block, whatever size was asked for."""
        self.left -= 1
        return self.block if self.left >= 0 else b""


def test_memory_does_not_grow_with_the_file() -> None:
    """A file of some megabytes is read in the memory that a tenth of it takes, give or take a little."""
    block = b"".join(interchange([a_payment()] * 20, control=number) for number in range(1, 5))

    def peak(count: int) -> int:
        tracemalloc.start()
        claims = sum(isinstance(row, RemitClaim) for row in read_remittance(Endless(block, count), ""))  # type: ignore[arg-type]
        size = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert 80 * count == claims
        return size

    peak(2)
    assert peak(60) < 1.5 * peak(10)


@settings(deadline=None, max_examples=200)
@given(st.binary(max_size=300))
def test_random_bytes(data: bytes) -> None:
    """Random bytes after an ST, and alone, are read or refused."""
    for file in (data, b"ST*835*1~" + data, b"CLP*A*1*1*1~" + data):
        try:
            read(file)
        except NotReadable as refusal:
            assert refusal.wanted
