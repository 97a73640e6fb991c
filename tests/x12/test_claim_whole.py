"""Nothing that an 837 says inside a claim is lost: it stands in a column, or in a row of its own."""

import dataclasses
import datetime
import io
import re
from pathlib import Path

import pytest

from pipelines.rows import (
    Cents,
    Milli,
    Oddity,
    Row,
    SubmissionAdjustment,
    SubmissionCode,
    SubmissionDecision,
    SubmissionDetail,
    SubmissionPayer,
)
from pipelines.x12.claim import read_claims
from pipelines.x12.segments import open_segments
from tests.x12.test_claim import CLAIM, FIXTURES, claims, lines, oddities, read_fixture, rows_of
from tests.x12.test_corpus_claims import CORPUS, expected_of

Day = datetime.date
VALUED = frozenset(("REF", "DTP", "AMT", "QTY", "HI", "CAS", "SVD"))
MARKS = re.compile(r"[.*:;,-]")
OTHERS = [path["file"] for path in expected_of("837")]


def of(kind: type, rows: list[Row]) -> list[tuple[object, ...]]:
    """The rows of one class without their place in the file; a column that no row fills is left out."""
    found = [dataclasses.asdict(row) for row in rows if isinstance(row, kind)]  # type: ignore[call-overload]
    return [tuple(row[name] for name in row if name not in ("segment_no", "byte_offset")) for row in found]


def test_another_payer_is_a_row_of_its_own() -> None:
    """Loop 2320 with its subscriber, payer, payment, number and day; nothing of it is the claim's."""
    expected = (1, 1, 1, "S", "MB", "OTHER EXAMPLE PAYER", "EX999", "OTHER-MEMBER", Cents(3915), "OTHER-CONTROL",
                Day(2025, 3, 1))  # fmt: skip
    assert [expected] == of(SubmissionPayer, read_fixture("professional.edi"))


def test_what_another_payer_did_with_a_line_is_a_row_of_its_own() -> None:
    """An SVD with its procedure, units and day, at the line where it stands."""
    expected = (1, 1, 1, 1, "EX999", Cents(10000), "HC", "99213", None, None, Milli(1000), None, Day(2025, 3, 1))
    assert [expected] == of(SubmissionDecision, read_fixture("professional.edi"))


def test_adjustments_of_another_payer_say_whose_they_are() -> None:
    """A CAS of loop 2320 belongs to that payer, one after an SVD to that decision of its line."""
    expected = [
        (1, 1, 0, 1, 0, 1, "PR", "1", Cents(2189), None),
        (1, 1, 1, 0, 1, 2, "CO", "45", Cents(5050), None),
    ]
    assert expected == of(SubmissionAdjustment, read_fixture("professional.edi"))


def test_every_code_of_hi_is_kept_with_its_qualifier() -> None:
    """Diagnoses with their dot, procedures and occurrences with their day, values with their amount."""
    expected = [
        ("ABK", "M17.11", None, None, "Y"),
        ("ABJ", "M25.561", None, None, None),
        ("APR", "R52", None, None, None),
        ("ABN", "W01.0XXA", None, None, None),
        ("DR", "470", None, None, None),
        ("ABF", "E11.9", None, None, "Y"),
        ("ABF", "I10", None, None, "N"),
        ("BBR", "0SRC0J9", Day(2025, 2, 1), None, None),
        ("BH", "11", Day(2025, 1, 10), None, None),
        ("BE", "80", None, Cents(200), None),
        ("BG", "C5", None, None, None),
    ]
    rows = [row for row in read_fixture("institutional.edi") if isinstance(row, SubmissionCode)]
    assert list(range(1, 12)) == [row.code_no for row in rows]
    assert expected == [
        (row.qualifier, row.code, row.date_value, row.amount, row.present_on_admission_code) for row in rows
    ]


def test_a_span_of_days_has_its_end() -> None:
    """HI*BI gives the first and the last day of an occurrence."""
    rows = rows_of("CLM*PCN-1*100***11:A:1", "HI*BI:70:RD8:20250101-20250105", *CLAIM[2:])
    (row,) = [row for row in rows if isinstance(row, SubmissionCode)]
    assert (Day(2025, 1, 1), Day(2025, 1, 5)) == (row.date_value, row.end_date)


def test_what_has_no_column_is_a_detail_where_it_stands() -> None:
    """Of the claim, of another payer or of a line, with its qualifier and as it was given."""
    extra = [*CLAIM[:2], "REF*9F*R1", "AMT*F5*12", "AMT*F3*7.5", "CRC*07*Y*01", "NM1*71*1*ASH*ANN****XX*1999999992",
             "SBR*S*18*******MB", "AMT*EAF*3", "DTP*573*D8*20250301", "NM1*PR*2*OTHER*****PI*EX9", "REF*T4*Y",
             *CLAIM[2:], "QTY*PT*2", "REF*F4*R2", "DTP*607*D8*20250304"]  # fmt: skip
    rows = rows_of(*extra)
    expected = [
        (1, 1, 0, 0, 1, "REF", "9F", "R1", None, None),
        (1, 1, 0, 0, 2, "AMT", "F3", "7.5", Cents(750), None),
        (1, 1, 0, 0, 3, "CRC", "07", "Y*01", None, None),
        (1, 1, 0, 0, 4, "NM1", "71", "ASH, ANN 1999999992", None, None),
        (1, 1, 0, 1, 5, "AMT", "EAF", "3", Cents(300), None),
        (1, 1, 0, 1, 6, "REF", "T4", "Y", None, None),
        (1, 1, 1, 0, 7, "QTY", "PT", "2", None, None),
        (1, 1, 1, 0, 8, "REF", "F4", "R2", None, None),
        (1, 1, 1, 0, 9, "DTP", "607", "20250304", None, Day(2025, 3, 4)),
    ]
    assert (expected, []) == (of(SubmissionDetail, rows), oddities(rows))
    assert Cents(1200) == claims(rows)[0].patient_paid_amount


def test_a_number_given_for_another_payer_is_not_the_lines_own() -> None:
    """REF04 ties an authorisation to another payer; the line's own stands without it."""
    rows = rows_of(*CLAIM, "REF*G1*THEIRS**2U:EX9", "REF*G1*OURS")
    assert "OURS" == lines(rows)[0].authorization_number
    assert ["THEIRS**2U:EX9"] == [row.text_value for row in rows if isinstance(row, SubmissionDetail)]


def test_a_date_in_hours_is_no_day_and_not_odd() -> None:
    """DTP*096*TM*1300 is the hour of discharge."""
    rows = rows_of(*CLAIM[:1], "DTP*096*TM*1300", *CLAIM[1:])
    assert ([("096", "1300", None)], []) == (
        [(row.qualifier, row.text_value, row.date_value) for row in rows if isinstance(row, SubmissionDetail)],
        oddities(rows),
    )


def test_the_claim_says_which_transaction_it_came_in() -> None:
    """ST02, GS06 and ISA13, which a 999 or TA1 answers."""
    (claim,) = claims(rows_of(*CLAIM))
    numbers = (claim.transaction_control_number, claim.group_control_number, claim.interchange_control_number)
    assert ("0001", "1", "000000001") == numbers


def test_what_stands_in_a_line_that_bills_nothing_is_not_the_next_lines() -> None:
    """Lines without a service are no rows; their details are the claim's."""
    rows = rows_of(*CLAIM[:2], "LX*1", "REF*F4*R1", *CLAIM[2:])
    assert ([0], 1) == ([row.line_no for row in rows if isinstance(row, SubmissionDetail)], len(lines(rows)))


def test_codes_with_another_separator_than_the_isa_names_are_read_and_told() -> None:
    """HI*BK>8901 in a file whose ISA names a colon is a diagnosis all the same."""
    rows = rows_of(*CLAIM[:1], "HI*ABK>M1711*ABF>E119", *CLAIM[2:])
    assert ("M17.11 E11.9", ["component_separator_differs"]) == (claims(rows)[0].diagnosis_codes, oddities(rows))


@pytest.mark.parametrize(
    ("segments", "code"),
    [
        ([*CLAIM[:1], "CAS*PR*1*5", *CLAIM[1:]], "segment_out_of_place"),
        ([*CLAIM, "CAS*PR*1*5"], "segment_out_of_place"),
        ([*CLAIM[:1], "SVD*EX9*5", *CLAIM[1:]], "segment_out_of_place"),
        ([*CLAIM, "SVD*EX9*5", "CAS*PR*1*5*****2*4"], "adjustment_gap"),
        ([*CLAIM, "SVD*EX9*5", "CAS*PR**5"], "adjustment_without_reason"),
        ([*CLAIM, "AMT*T*ABC"], "amount_unreadable"),
        ([*CLAIM, "DTP*607*D8*20259999"], "date_unreadable"),
        ([*CLAIM[:1], "HI*BE:80:::TWO", *CLAIM[2:]], "amount_unreadable"),
    ],
)
def test_what_is_odd_in_the_new_places_is_told_and_kept(segments: list[str], code: str) -> None:
    """One thing is odd, one oddity says so, and the claim with its line is read all the same."""
    rows = rows_of(*segments)
    assert ([code], 1, 1) == (oddities(rows), len(claims(rows)), len(lines(rows)))


def texts_of(row: Row) -> set[str]:
    """Every value of a row as it may have stood in the file."""
    found: set[str] = set()
    for name, value in ((field.name, getattr(row, field.name)) for field in dataclasses.fields(row)):
        if isinstance(value, Day):
            found.add(f"{value:%Y%m%d}")
        elif isinstance(value, int):
            scale = 1000 if name in ("units", "paid_units", "quantity") else 100
            found.add(f"{value / scale:.3f}")
        elif value is not None:
            text = value.upper()
            found.update((text, text.replace(".", ""), *re.split("[*: ]", text), *MARKS.sub(" ", text).split()))
    return found


def values_of(elements: list[str], component: str) -> set[str]:
    """What a segment says: of composites every part, of a range both days; descriptions of procedures are left out."""
    parts = {part for element in elements[1:] for part in re.split(f"[:>{re.escape(component)}]", element.upper())[:6]}
    found = {day for part in parts for day in (part.split("-") if len(part) == 17 else [part])}
    return {value.strip() for value in found if value.strip()} - {"D8", "RD8", "RD9", "DT", "TM", "HC", "AD", "MJ"}


def lost(data: bytes) -> list[str]:
    """The segments of claim loops of which a value stands in no row and in no oddity of that place."""
    rows = list(read_claims(io.BytesIO(data), "any.837"))
    if "line_without_service" in oddities(rows):
        return []  # what stands there is told as missing
    known = set().union(*(texts_of(row) for row in rows if not isinstance(row, Oddity)))
    missing, is_inside = [], False
    stream = open_segments(io.BytesIO(data), "any.837")
    for _, _, elements in stream:
        is_inside = elements[0] == "CLM" or (is_inside and elements[0] not in ("HL", "SE", "GE", "IEA", "ISA", "ST"))
        if is_inside and elements[0] in VALUED:
            values = values_of(elements, stream.delimiters.component) - QUALIFIERS_WITH_COLUMNS
            if any(value not in known and as_number(value) not in known for value in values):
                missing.append("*".join(elements))
    return missing


def as_number(value: str) -> str:
    """An amount or quantity as `texts_of` writes it."""
    return f"{float(value):.3f}" if re.fullmatch(r"-?\d*\.?\d+", value) else value


QUALIFIERS_WITH_COLUMNS = {"6R", "F8", "G1", "D9", "EA", "472", "434", "573", "F5", "D"}


@pytest.mark.parametrize("name", sorted(path.name for path in FIXTURES.glob("*.edi") if path.stem != "untidy"))
def test_every_value_of_a_claim_stands_in_some_row(name: str) -> None:
    """REF, DTP, AMT, QTY, HI, CAS and SVD inside a claim: each value is in a row."""
    assert [] == lost((FIXTURES / name).read_bytes())


@pytest.mark.skipif(not OTHERS, reason="837: the files that others wrote are not at hand")
def test_every_value_of_the_claims_of_others_stands_in_some_row() -> None:
    """The same for every file that others wrote."""
    missing = {name: lost(Path(CORPUS / "837" / name).read_bytes()) for name in OTHERS}
    assert {} == {name: segments for name, segments in missing.items() if segments}
