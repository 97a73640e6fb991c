"""Claim exports of billing systems: rows of claims sent, for practices that cannot get 837s."""

import io
from dataclasses import replace

import pytest

from pipelines.check import check, render
from pipelines.denial_log import propose_mapping
from pipelines.denial_log.codes import parse_frequency, parse_procedures, parse_sequence
from pipelines.denial_log.synonyms import guesses, series_place
from pipelines.rows import LogRow
from pipelines.sources import Source
from tests.denial_log.claim_exports import APRIL_8, BY_CLAIM, BY_LINE, EXPORTS, FIXTURES, MARCH_2, MARCH_4, MARCH_16
from tests.denial_log.claim_exports import Day as Date
from tests.denial_log.tables import Table, columns, oddities, rows, text_bytes

TOTALS: Table = [
    ["Claim ID", "Payer", "Date Submitted", "CPT", "Total Charges"],
    ["C1", "Aetna", "2026-03-04", "99213", "360.50"],
    ["C1", "Aetna", "2026-03-04", "20610", "360.50"],
    ["C1", "Aetna", "2026-04-08", "20610", "360.50"],
    ["C2", "Aetna", "2026-03-04", "97110", "240"],
    ["C2", "Aetna", "2026-03-04", "97140", "240"],
    ["C3", "Aetna", "2026-03-04", "90837", "180"],
]


def fixture_rows(name: str) -> list[LogRow]:
    """The rows of one of the fixtures, as if each stood in no sheet and at no place."""
    return [replace(row, row_no=0, sheet_name=None) for row in rows((FIXTURES / name).read_bytes(), name)]


def used_as(data: bytes, name: str = "claims.csv") -> str | None:
    """What `check` says that the file will be used as."""
    return check(Source(name, lambda: io.BytesIO(data))).used_as


def table_used_as(*table: str) -> str | None:
    """The same for a small table; cells are parted by |."""
    return used_as(text_bytes([line.split("|") for line in table]))


def test_one_row_per_line_is_read_whole() -> None:
    """Claim, account, patient, payer and its turn, days, service, and diagnoses in the order of their numbers."""
    first = LogRow(
        row_no=0,
        claim_id="70001",
        line_id="1",
        account="OR-100",
        patient_name="Muster, Ada",
        member_id="EH-1",
        service_date=MARCH_2,
        service_end_date=MARCH_2,
        submission_date=MARCH_4,
        payer_name="Example Health",
        procedure_code="99213",
        modifiers="25",
        diagnosis_codes="M17.11 Z96.651",
        units=1000,  # type: ignore[arg-type]
        place_of_service_code="11",
        rendering_npi="1234567893",
        charge_amount=15050,  # type: ignore[arg-type]
        patient_birth_date=Date(1951, 2, 3),
        payer_sequence_code="P",
    )
    _, second, corrected, other = fixture_rows("claims_by_line.csv")
    assert first == fixture_rows("claims_by_line.csv")[0]
    assert ("RT 59", "PA-9", None) == (second.modifiers, second.authorization_number, second.frequency_code)
    assert (APRIL_8, "7", "EH26000001") == (
        corrected.submission_date,
        corrected.frequency_code,
        corrected.original_reference_number,
    )
    assert ("S", "M25.562 M23.205 S83.242A Z98.890") == (other.payer_sequence_code, other.diagnosis_codes)


def test_one_row_per_claim_is_read_whole() -> None:
    """Of several procedures in a cell the first is kept, and that is told; diagnoses are all kept."""
    first = LogRow(
        row_no=0,
        claim_id="V-1",
        service_date=MARCH_2,
        submission_date=MARCH_4,
        payer_name="Example Health",
        procedure_code="99213",
        modifiers="25",
        diagnosis_codes="M17.11 Z96.651 E11.9",
        units=2000,  # type: ignore[arg-type]
        charge_amount=36050,  # type: ignore[arg-type]
        claim_status="Billed",
    )
    assert first == fixture_rows("claims_by_claim.csv")[0]
    told = "column ‘CPT Codes’: 1 cells name several procedures; the first is kept"
    assert [("several_procedures", told)] == oddities((FIXTURES / "claims_by_claim.csv").read_bytes())


@pytest.mark.parametrize("name", EXPORTS)
def test_a_workbook_holds_the_same_rows_as_its_text(name: str) -> None:
    """True dates and numbers of a spreadsheet are the same values as the texts of a CSV."""
    assert fixture_rows(f"{name}.csv") == fixture_rows(f"{name}.xlsx")


@pytest.mark.parametrize("name", [f"{stem}.{kind}" for stem in EXPORTS for kind in ("csv", "xlsx")])
def test_an_export_without_any_denial_column_is_clear_and_denies_nothing(name: str) -> None:
    """A claim and its payer are enough; whether anything was denied is not known."""
    with (FIXTURES / name).open("rb") as stream:
        assert propose_mapping(stream, name).is_clear
    assert {None} == {row.is_denied for row in fixture_rows(name)}


@pytest.mark.parametrize("table", [BY_LINE, BY_CLAIM])
def test_every_column_of_an_export_is_used(table: Table) -> None:
    """No header of a usual export is unknown."""
    shown = [[str(cell) for cell in row] for row in table]
    assert [] == [header for header, column in columns(shown).items() if column.field is None]


def test_check_says_what_a_file_is_used_as() -> None:
    """Claims sent, denials, both, or neither, before anything is loaded."""
    name = "claims_by_line.csv"
    data = (FIXTURES / name).read_bytes()
    text = render(check(Source(name, lambda: io.BytesIO(data))))
    assert "used as claims sent, not denials: 3 claims sent, and no row says that it was denied" in text
    assert "denials and claims sent: 1 denied row, 2 claims sent" == table_used_as(
        "Claim ID|Payer|Date Submitted|Status", "C1|Aetna|2026-03-04|Denied", "C2|Aetna|2026-03-04|Paid"
    )
    no_day = "and no row has both a claim number and a day of submission"
    assert f"denials, not claims sent: 2 denied rows, {no_day}" == table_used_as(
        "Claim ID|Payer|CARC|Status", "C1|Aetna|50|Denied", "C2|Aetna|197|"
    )
    neither = table_used_as("Claim ID|Payer|DOS", "C1|Aetna|2026-03-02") or ""
    assert neither.startswith("neither denials nor claims sent")


def test_a_claims_total_on_each_of_its_lines_counts_once() -> None:
    """Different procedures with one charge: it is the claim's, and stands on the first row of each sending."""
    data = text_bytes(TOTALS)
    assert [36050, None, 36050, 24000, None, 18000] == [row.charge_amount for row in rows(data)]
    told = "the charge of the whole claim stands on 2 further lines of it"
    assert [("claim_total_repeated", told)] == oddities(data)
    assert "the charge of the whole claim" in columns(TOTALS)["Total Charges"].reason


@pytest.mark.parametrize("header", ["Total Charges", "Charge"])
def test_charges_of_lines_stay_where_they_differ_or_are_called_so(header: str) -> None:
    """Total charges that differ within a claim are the lines' own, and a plain charge always is."""
    table = [list(row) for row in TOTALS]
    table[0][4] = header
    if header == "Total Charges":
        for number, row in enumerate(table[1:]):
            row[4] = f"{100 + number}"
    assert None not in [row.charge_amount for row in rows(text_bytes(table))]


@pytest.mark.parametrize(
    ("field", "header"),
    [
        ("claim_id", "Encounter #"),
        ("claim_id", "Visit No"),
        ("submission_date", "Date Filed"),
        ("submission_date", "Claim Submitted Date"),
        ("submission_date", "Date Transmitted"),
        ("last_bill_date", "Resubmission Date"),
        ("last_bill_date", "Last Billed"),
        ("payer_sequence_code", "Insurance Order"),
        ("frequency_code", "Claim Frequency Code"),
        ("frequency_code", "Resubmission Code"),
        ("original_reference_number", "Original Ref. No."),
        ("original_reference_number", "Original Claim #"),
        ("authorization_number", "Referral/Auth #"),
        ("authorization_number", "Precert No"),
        ("diagnosis_codes", "ICD-10 D"),
        ("diagnosis_codes", "Dx12"),
        ("diagnosis_codes", "Diagnosis 7"),
        ("modifiers", "Mod A"),
        ("units", "Days/Units"),
        ("charge_amount", "Claim Total"),
        ("service_date", "From DOS"),
        ("service_end_date", "Thru DOS"),
        ("unused", "Dx Pointers"),
    ],
)
def test_headers_of_claim_exports_are_known(field: str, header: str) -> None:
    """What billing systems call the columns of a claim."""
    assert field == guesses(header)[0].field


@pytest.mark.parametrize(
    ("header", "place"),
    [("DX1", 1), ("Dx 12", 12), ("ICD-10 C", 3), ("ICD10_2", 2), ("Primary Diagnosis", 1), ("Diagnosis", 1),
     ("Secondary Dx", 2), ("EncounterDiagnosisID4", 4), ("Other Diagnoses", 99), ("ICD-10-CM Code 5", 5)],
)  # fmt: skip
def test_columns_of_a_series_know_their_place(header: str, place: int) -> None:
    """A number, a letter or a word says which of several; the 10 of ICD-10 is none."""
    assert place == series_place(header)


@pytest.mark.parametrize(
    ("text", "sequence", "frequency"),
    [("Primary", "P", None), ("2", "S", "2"), ("Corrected Claim", None, "7"), ("7 - Replacement", None, "7"),
     ("Void", None, "8"), ("1.0", None, "1"), ("Original", None, "1"), ("T", "T", None), ("9", None, None)],
)  # fmt: skip
def test_turns_and_frequencies_are_read_however_they_are_written(
    text: str, sequence: str | None, frequency: str | None
) -> None:
    """As X12 has them, or None."""
    assert (sequence, frequency) == (parse_sequence(text), parse_frequency(text))


def test_several_procedures_in_a_cell() -> None:
    """Each with its modifiers; a text of which any part is no procedure names none."""
    assert [("99213", "25"), ("J3301", None)] == parse_procedures("99213-25; J3301")
    assert [] == parse_procedures("99213, see note")


def test_the_last_day_of_an_export_with_several_sendings_is_kept() -> None:
    """First and last bill date are two columns of one row."""
    table = [["Claim ID", "Payer", "First Bill Date", "Last Bill Date"], ["C1", "Aetna", "3/4/2026", "3/16/2026"]]
    (row,) = rows(text_bytes(table))
    assert (MARCH_4, MARCH_16) == (row.submission_date, row.last_bill_date)
