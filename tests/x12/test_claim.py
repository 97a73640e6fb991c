"""What an 837 says of each claim, and nothing of what it says of other claims and other payers."""

import datetime
import io
from dataclasses import replace
from pathlib import Path

import pytest

from pipelines.errors import NotReadable
from pipelines.rows import Cents, Milli, Oddity, RemitLine, Row, Submission, SubmissionLine
from pipelines.x12.claim import read_claims
from pipelines.x12.claim_parties import claim_form
from pipelines.x12.diagnosis import dotted
from pipelines.x12.oddities import ODDITIES
from pipelines.x12.remittance import read_remittance

FIXTURES = Path(__file__).parents[1] / "fixtures" / "837"
ISA = "ISA*00*          *00*          *ZZ*EX             *ZZ*EX             *250310*0815*^*00501*000000001*0*T*:~"
BEFORE = [
    "ST*837*0001*005010X222A1",
    "BHT*0019*00*B1*20250310*0815*CH",
    "HL*1**20*1",
    "NM1*85*2*BILLING*****XX*1999999984",
    "HL*2*1*22*0",
    "SBR*P*18*******CI",
    "NM1*IL*1*ALDER*ANNA****MI*MEM1",
    "NM1*PR*2*PAYER*****PI*EX001",
]
CLAIM = ["CLM*PCN-1*100***11:B:1", "HI*ABK:M1711", "LX*1", "SV1*HC:99213*100*UN*1***1", "DTP*472*D8*20250303"]


def read(text: str, name: str = "claims.837") -> list[Row]:
    """All rows of a file with this text."""
    return list(read_claims(io.BytesIO(text.encode("latin-1")), name))


def read_fixture(name: str) -> list[Row]:
    """All rows of one of the fixtures."""
    return read((FIXTURES / name).read_text(), name)


def interchange(segments: list[str]) -> str:
    """A whole interchange around the segments of one transaction, its own counts in order."""
    ends = [f"SE*{len(segments) + 1}*0001", "GE*1*1", "IEA*1*000000001"]
    return "\n".join([ISA, *(f"{segment}~" for segment in ["GS*HC*EX*EX*20250310*0815*1*X", *segments, *ends])])


def rows_of(*segments: str) -> list[Row]:
    """All rows of a claim file that ends with these segments."""
    return read(interchange([*BEFORE, *segments]))


def claims(rows: list[Row]) -> list[Submission]:
    """The claims among the rows."""
    return [row for row in rows if isinstance(row, Submission)]


def lines(rows: list[Row]) -> list[SubmissionLine]:
    """The lines among the rows."""
    return [row for row in rows if isinstance(row, SubmissionLine)]


def oddities(rows: list[Row]) -> list[str]:
    """The codes of the oddities among the rows."""
    return [row.code for row in rows if isinstance(row, Oddity)]


def test_a_professional_claim_is_read_whole() -> None:
    """A claim holds what stands above it, its own loop, and the span of its lines; of another payer nothing."""
    expected = Submission(
        transaction_no=1,
        claim_no=1,
        segment_no=25,
        byte_offset=771,
        end_byte_offset=1749,
        claim_form="837P",
        created_date=datetime.date(2025, 3, 10),
        batch_reference="BATCH-71",
        transaction_control_number="0001",
        group_control_number="71",
        interchange_control_number="000000071",
        submitter_name="EXAMPLE ORTHOPAEDICS",
        patient_control_number="PCN-1001",
        charge_amount=Cents(45050),
        facility_code="11",
        frequency_code="1",
        authorization_number="AUTH-1",
        clearinghouse_number="CH-1001",
        medical_record_number="MRN-77",
        payer_sequence_code="P",
        claim_filing_code="CI",
        payer_name="FIRST EXAMPLE HEALTH",
        payer_id="EX001",
        subscriber_id="MEM0001",
        subscriber_last_name="ALDER",
        subscriber_first_name="ANNA",
        patient_last_name="ALDER",
        patient_first_name="ANNA",
        patient_birth_date=datetime.date(1960, 1, 2),
        billing_name="EXAMPLE ORTHOPAEDICS",
        billing_npi="1999999984",
        billing_taxonomy_code="207X00000X",
        rendering_name="CEDAR, CARA",
        rendering_npi="1999999919",
        rendering_taxonomy_code="207XS0114X",
        referring_npi="1999999901",
        supervising_npi="1999999935",
        service_facility_name="EXAMPLE SURGERY CENTER",
        service_facility_npi="1999999927",
        service_from_date=datetime.date(2025, 3, 3),
        service_to_date=datetime.date(2025, 3, 4),
        principal_diagnosis_code="M17.11",
        diagnosis_codes="M17.11 Z96.651 E11.9",
        line_count=2,
    )
    assert expected == claims(read_fixture("professional.edi"))[0]


def test_a_professional_line_is_read_whole() -> None:
    """A line holds its service, dates, references and note; its provider is the line's own, not the claim's."""
    expected = SubmissionLine(
        transaction_no=1,
        claim_no=1,
        line_no=2,
        segment_no=58,
        byte_offset=1559,
        procedure_qualifier="HC",
        procedure_code="20610",
        modifiers="RT 59",
        charge_amount=Cents(30000),
        units=Milli(1500),
        unit_code="UN",
        place_of_service_code="22",
        diagnosis_pointers="1 2",
        service_date=datetime.date(2025, 3, 3),
        service_end_date=datetime.date(2025, 3, 4),
        line_control_number="L-2",
        authorization_number="AUTH-2",
        rendering_npi="1999999943",
    )
    assert expected == lines(read_fixture("professional.edi"))[1]


def test_nothing_leaks_from_claim_to_claim() -> None:
    """A second claim under the same subscriber keeps what stands above it and nothing of the claim before."""
    first, second = claims(read_fixture("professional.edi"))[:2]
    expected = replace(
        first,
        claim_no=2,
        segment_no=65,
        byte_offset=1749,
        end_byte_offset=1896,
        patient_control_number="PCN-1002",
        charge_amount=Cents(8000),
        frequency_code="7",
        original_reference_number="ICN-555",
        authorization_number=None,
        clearinghouse_number=None,
        medical_record_number=None,
        rendering_name=None,
        rendering_npi=None,
        rendering_taxonomy_code="207X00000X",
        referring_npi=None,
        supervising_npi=None,
        service_facility_name=None,
        service_facility_npi=None,
        service_from_date=datetime.date(2025, 3, 5),
        service_to_date=datetime.date(2025, 3, 5),
        principal_diagnosis_code="S83.241A",
        diagnosis_codes="S83.241A",
        note="CORRECTED CLAIM",
        line_count=1,
    )
    assert expected == second


def test_a_patient_stands_under_the_subscriber_until_the_next_subscriber() -> None:
    """Level 23 names the patient of the claims below it; the next level 22 is subscriber and patient anew."""
    people = [
        (claim.subscriber_first_name, claim.patient_first_name, claim.patient_birth_date, claim.payer_id)
        for claim in claims(read_fixture("professional.edi"))
    ]
    expected = [
        ("ANNA", "ANNA", datetime.date(1960, 1, 2), "EX001"),
        ("ANNA", "ANNA", datetime.date(1960, 1, 2), "EX001"),
        ("GUS", "GINA", datetime.date(2010, 9, 8), "EX002"),
        ("IDA", "IDA", datetime.date(1990, 1, 1), "EX003"),
    ]
    assert expected == people


def test_a_new_billing_provider_forgets_subscriber_and_payer() -> None:
    """What stood at a level and below it is gone when the level begins again."""
    rows = rows_of(*CLAIM, "HL*3**20*1", "NM1*85*2*NEXT*****XX*1888888884", "HL*4*3*22*0", *CLAIM)
    second = claims(rows)[1]
    expected = ("NEXT", None, None, None)
    assert expected == (second.billing_name, second.subscriber_id, second.payer_name, second.payer_sequence_code)


def test_an_institutional_claim_has_its_statement_dates_and_revenue_codes() -> None:
    """DTP*434 dates the claim, SV2 fills its lines, and only diagnosis qualifiers give diagnoses."""
    rows = read_fixture("institutional.edi")
    claim, (room, therapy) = claims(rows)[0], lines(rows)
    dates = (claim.service_from_date, claim.service_to_date)
    assert (datetime.date(2025, 2, 1), datetime.date(2025, 2, 3)) == dates
    assert "M17.11 E11.9 I10 M25.561 R52 W01.0XXA" == claim.diagnosis_codes
    assert ("837I", "13", "1") == (claim.claim_form, claim.facility_code, claim.frequency_code)
    assert ("0278", None, Cents(100000)) == (room.revenue_code, room.procedure_code, room.charge_amount)
    assert ("0420", "97110", "GP", Milli(4000)) == (
        therapy.revenue_code,
        therapy.procedure_code,
        therapy.modifiers,
        therapy.units,
    )


def test_a_dental_claim_has_its_units_and_place_from_sv3() -> None:
    """SV3 has its place third and its units sixth."""
    rows = read_fixture("dental.edi")
    expected = [("D0230", "52", Milli(4000), None), ("D2740", None, Milli(1000), "22")]
    assert expected == [
        (line.procedure_code, line.modifiers, line.units, line.place_of_service_code) for line in lines(rows)
    ]
    assert "837D" == claims(rows)[0].claim_form


def test_4010_is_read_with_its_guide_in_gs_or_ref() -> None:
    """ST03 is missing in 4010; ICD-9 has its dot in another place; an employer number is no NPI."""
    (claim,) = claims(read_fixture("old_4010.edi"))
    assert ("837P", None, "721.2 V43.65 E885.9") == (claim.claim_form, claim.billing_npi, claim.diagnosis_codes)


@pytest.mark.parametrize("name", sorted(path.name for path in FIXTURES.glob("*.edi") if path.stem != "untidy"))
def test_a_tidy_file_has_no_oddities(name: str) -> None:
    """What the standard allows is not odd."""
    assert [] == oddities(read_fixture(name))


@pytest.mark.parametrize(
    ("version", "form"),
    [
        ("005010X222A1", "837P"),
        ("004010X098A1", "837P"),
        ("005010X223A3", "837I"),
        ("004010X096", "837I"),
        ("005010X224A2", "837D"),
        ("005010", None),
        (None, None),
    ],
)
def test_the_guide_tells_the_form(version: str | None, form: str | None) -> None:
    """Three digits of the guide's name are enough."""
    assert form == claim_form(version)


def test_without_a_guide_the_services_tell_the_form() -> None:
    """SV1 is professional, whatever the envelope leaves out."""
    text = interchange([*BEFORE, *CLAIM]).replace("*005010X222A1", "")
    assert "837P" == claims(read(text))[0].claim_form


@pytest.mark.parametrize(
    ("code", "is_icd9", "written"),
    [
        ("M1711", False, "M17.11"),
        ("E119", False, "E11.9"),
        ("I10", False, "I10"),
        ("S83.241A", False, "S83.241A"),
        ("E8859", True, "E885.9"),
        ("V4365", True, "V43.65"),
        ("25000", True, "250.00"),
        ("e119", True, "E11.9"),
        ("NOT-A-CODE", False, "NOT-A-CODE"),
    ],
)
def test_diagnoses_are_written_with_their_dot(code: str, is_icd9: bool, written: str) -> None:
    """The dot stands after three characters, after four in ICD-9's E800 to E999; other texts stay as they are."""
    assert written == dotted(code, is_icd9)


def test_more_than_twelve_diagnoses_are_all_kept() -> None:
    """HI may come again; every diagnosis counts, in the order that pointers mean."""
    first = "HI*ABK:M1711*" + "*".join(f"ABF:Z00{n:02d}" for n in range(11))
    (claim,) = claims(rows_of("CLM*PCN-1*100***11:B:1", first, "HI*ABF:Z9999", *CLAIM[2:]))
    assert " ".join(["M17.11", *(f"Z00.{n:02d}" for n in range(11)), "Z99.99"]) == claim.diagnosis_codes


def test_codes_parted_from_their_qualifiers_are_read_and_told() -> None:
    """HI*BK*8901 is meant as HI*BK:8901."""
    rows = rows_of("CLM*PCN-1*100***11:B:1", "HI*BK*8901*BF*87200*BF:5559", *CLAIM[2:])
    assert ("890.1 872.00 555.9", ["composite_split"]) == (claims(rows)[0].diagnosis_codes, oddities(rows))


@pytest.mark.parametrize(
    "composite",
    ["HC:20610", "HC:20610:RT:59", "hc:20610:rt", "HC:20610::RT", "20610", "HC>20610>RT", "HC: 20610 :RT", ""],
)
def test_a_procedure_is_read_as_in_the_remittance_that_answers_it(composite: str) -> None:
    """However untidy it is, a line and its answer name the same procedure and modifiers."""
    (sent,) = lines(rows_of("CLM*PCN-1*100***11:B:1", "LX*1", f"SV1*{composite}*100*UN*1"))
    answer = interchange(["ST*835*0001", "BPR*I*0", "LX*1", "CLP*PCN-1*1*100*0", f"SVC*{composite}*100*0"])
    rows = read_remittance(io.BytesIO(answer.encode()), "answer.835")
    (answered,) = [row for row in rows if isinstance(row, RemitLine)]
    assert (answered.procedure_qualifier, answered.procedure_code, answered.modifiers) == (
        sent.procedure_qualifier,
        sent.procedure_code,
        sent.modifiers,
    )


def test_a_missing_revenue_code_does_not_shift_the_charge() -> None:
    """SV2*HC:97110*250 has its procedure in the first place: the charge is read from where it is."""
    rows = rows_of("CLM*PCN-1*250***13:A:1", "LX*1", "SV2*HC:97110*250*UN*4")
    (line,) = lines(rows)
    assert (Cents(25000), "97110", ["elements_shifted"]) == (line.charge_amount, line.procedure_code, oddities(rows))


def test_an_untold_line_charge_is_null_and_told() -> None:
    """An amount that cannot be read is not zero."""
    rows = rows_of("CLM*PCN-1*100***11:B:1", "LX*1", "SV1*HC:99213*ABC*UN*1")
    assert (None, ["amount_unreadable"]) == (lines(rows)[0].charge_amount, oddities(rows))


def test_lines_that_do_not_sum_to_the_claim_are_told_with_both_amounts() -> None:
    """The charge of a claim is the sum of its lines; where it is not, both stand as they were sent."""
    rows = rows_of("CLM*PCN-1*90.5***11:B:1", *CLAIM[1:])
    told = [row.message for row in rows if isinstance(row, Oddity)]
    assert ["CLM02 is 90.50, its lines sum to 100.00"] == told


@pytest.mark.parametrize(
    ("segments", "code"),
    [
        (["CLM**100***11:B:1", *CLAIM[1:]], "claim_number_missing"),
        (["CLM*PCN-1****11:B:1", *CLAIM[1:]], "amount_missing"),
        (["CLM*PCN-1*100***11:B:1"], "claim_without_lines"),
        ([*CLAIM, "LX*2"], "line_without_service"),
        ([*CLAIM[:2], *CLAIM[3:]], "segment_out_of_place"),
        ([*CLAIM, "NM31*X"], "unknown_segment"),
        ([*CLAIM, "DTP*472*D8*20259999"], "date_unreadable"),
        (["HL*3**ZZ", *CLAIM], "level_unknown"),
        ([*CLAIM[:1], "REF*G1*A", "REF*G1*B", *CLAIM[1:]], "repeated_segment"),
        (["NM1*PR*2", *CLAIM], "claim_payer_missing"),
        ([], "transaction_without_claims"),
    ],
)
def test_what_is_odd_is_told_and_not_refused(segments: list[str], code: str) -> None:
    """One thing is odd, one oddity says so."""
    assert [code] == oddities(rows_of(*segments))


def test_every_oddity_has_plain_words() -> None:
    """The codes that the reader of claims uses are in the list."""
    own = ["claim_payer_missing", "claim_without_lines", "line_without_service", "transaction_without_claims"]
    assert [] == [
        code for code in [*own, "level_unknown", "composite_split", "elements_shifted"] if code not in ODDITIES
    ]


def test_a_file_cut_off_keeps_its_last_claim() -> None:
    """Without SE, GE and IEA the last claim and line are there, and the missing ends are told."""
    text = interchange([*BEFORE, *CLAIM]).partition("SE*")[0]
    rows = read(text)
    counts = (len(claims(rows)), len(lines(rows)))
    assert ((1, 1), ["missing_se", "missing_ge", "missing_iea"]) == (counts, oddities(rows))
    assert len(text) >= claims(rows)[0].end_byte_offset > text.index("DTP*472")


def test_claims_without_any_envelope_are_read() -> None:
    """A bare piece of an 837 is read with the usual delimiters."""
    rows = read("~\n".join([*BEFORE[1:], *CLAIM]) + "~\n")
    assert (["PCN-1"], 1) == ([claim.patient_control_number for claim in claims(rows)], claims(rows)[0].transaction_no)


def test_every_transaction_of_every_interchange_is_read() -> None:
    """Another ISA, with other delimiters, goes on where the first ended."""
    first = interchange([*BEFORE, *CLAIM, *(f"K3*FILLER {n}" for n in range(20))])
    second = first.replace(":", ">").replace("*", "|")
    rows = read(first + "\n" + second)
    numbers = [(claim.transaction_no, claim.claim_no, claim.frequency_code) for claim in claims(rows)]
    assert [(1, 1, "1"), (2, 2, "1")] == numbers


def test_a_claim_is_found_again_by_its_offsets() -> None:
    """From byte_offset up to end_byte_offset stand the segments of the claim and no others."""
    text = (FIXTURES / "professional.edi").read_text()
    for claim in claims(read(text)):
        loop = text[claim.byte_offset : claim.end_byte_offset]
        assert loop.startswith(f"CLM*{claim.patient_control_number}*")
        assert (1, claim.line_count, 0) == (loop.count("CLM*"), loop.count("\nLX*"), loop.count("\nHL*"))


def test_another_transaction_among_claims_is_passed_over_and_told() -> None:
    """A 999 in a file of claims is not read as claims; the claims are."""
    text = interchange([*BEFORE, *CLAIM])
    extra = "ST*999*0002~AK1*HC*1~SE*3*0002~GE*2*1~"
    rows = read(text.replace("GE*1*1~", extra))
    assert (1, ["other_transaction"]) == (len(claims(rows)), oddities(rows))


@pytest.mark.parametrize(
    ("text", "got", "segment"),
    [
        (interchange(["ST*835*0001", "BPR*I*1"]), "ST01 is '835'", 3),
        (ISA, "no transaction", None),
    ],
)
def test_what_has_no_claims_in_it_is_refused_with_the_place(text: str, got: str, segment: int | None) -> None:
    """A file that is no 837 is refused whole: what was found, where, and what was wanted."""
    with pytest.raises(NotReadable) as refused:
        read(text)
    assert (got, "an 837", segment) == (refused.value.got, refused.value.wanted, refused.value.segment)
