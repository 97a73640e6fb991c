"""Damaged files: no errors but our own, both ways the same, nothing lost without a word; and what fuzzing found."""

import io
import random

import pytest

from benchmarks import fuzz_check
from benchmarks.fuzz_check import check, forced, read, together
from benchmarks.fuzz_count import counted, lost_of
from benchmarks.fuzz_inputs import OF_BYTES, OF_SEGMENTS, Damage, Text, seeds
from benchmarks.fuzz_logs import LogDamage, check_log, lost_lines
from benchmarks.fuzz_logs import seeds as log_seeds
from pipelines.rows import (
    Acknowledgement,
    Adjustment,
    Detail,
    Oddity,
    ProviderSummary,
    Remit,
    RemitClaim,
    Row,
    Submission,
    SubmissionCode,
    SubmissionDetail,
)
from pipelines.sources import READERS

ISA = "ISA*00*          *00*          *ZZ*A              *ZZ*B              *260402*1600*^*00501*000000001*0*P*:~"
ENDS = "SE*9*1~GE*1*1~IEA*1*000000001~"
HEADS = {
    "835": f"{ISA}GS*HP*A*B*20260102*0600*1*X*005010X221A1~ST*835*1~BPR*I*1*C*ACH~TRN*1*T*1~N1*PR*P~N1*PE*U*XX*9~",
    "837": f"{ISA}GS*HC*A*B*20260102*0600*1*X*005010X222A1~ST*837*1~BHT*0019*00*B*20260105*0600*CH~HL*1**22*0~",
    "277CA": f"{ISA}GS*HN*A*B*20260102*0600*1*X*005010X214~ST*277*1~BHT*0085*08*B*20260105*0600*TH~HL*1**20*1~",
}
CLP, CLM = "CLP*A{}*1*10*5**12*P~NM1*QC*1*DOE*JO~SVC*HC:1*10*5~", "CLM*A{}*10***11:B:1~LX*1~SV1*HC:1*10*UN*1***1~"


def made(kind: str, body: str) -> bytes:
    """A whole file with this in its transaction."""
    return f"{HEADS[kind]}{body}{ENDS}".encode()


def rows(kind: str, body: str) -> list[Row]:
    """The rows of a file that holds up in every way."""
    data = made(kind, body)
    found, first = check(kind, data, 0, forced if kind != "277CA" else None)
    assert [] == found
    return first.rows


def told(found: list[Row]) -> list[tuple[str, str]]:
    """The oddities of claims and answers: the made files lack counts and payers."""
    codes = {"repeated_segment", "segment_out_of_place", "code_missing", "line_without_answer", "elements_shifted"}
    return [(row.code, row.message) for row in found if isinstance(row, Oddity) and row.code in codes]


@pytest.mark.parametrize("kind", ["835", "837", "277CA"])
def test_every_way_of_damage(kind: str) -> None:
    """Each way, on files of our own, thrice; every fourth is read by columns too, and all of them together."""
    damage, group = Damage(seeds(kind, with_others=False)), []
    for number in range(3 * (len(OF_SEGMENTS) + len(OF_BYTES))):
        rng = random.Random(number)
        text = Text(rng.choice(damage.seeds), rng)
        way = number // 3
        if way < len(OF_SEGMENTS):
            OF_SEGMENTS[way](text, damage)
        data = text.data() if way < len(OF_SEGMENTS) else OF_BYTES[way - len(OF_SEGMENTS)](text.data(), rng)
        found, first = check(kind, data, number, forced if kind != "277CA" and number % 4 == 0 else None)
        assert [] == found
        group.append((data, first))
    assert [] == list(together(kind, group))


def test_every_way_of_damage_to_logs() -> None:
    """Text and workbooks: cells, headers, rows, tags, members, bytes."""
    damage = LogDamage(log_seeds(with_others=False))
    assert [] == [found for number in range(150) for found in check_log(damage.made(random.Random(number)))[0]]


@pytest.mark.parametrize("kind", ["835", "837"])
def test_a_ta1_within_a_transaction_ends_nothing(kind: str) -> None:
    """The claims after it were passed over without a word."""
    claim = CLP if kind == "835" else CLM
    found = rows(kind, f"{claim.format(1)}TA1*1*260102*0600*A*000~{claim.format(2)}")
    claims = [row for row in found if isinstance(row, RemitClaim | Submission)]
    assert ["A1", "A2"] == [row.patient_control_number for row in claims]
    assert ("segment_out_of_place", "TA1 stands within a transaction") in told(found)


def test_a_ta1_among_answers_is_one_and_ends_nothing() -> None:
    """The answers after it were passed over without a word."""
    found = rows(
        "277CA", "HL*2*1*PT~TRN*2*A1~TA1*7*260102*0600*A*000~STC*A3:21*20260102*U*10~HL*3*1*PT~TRN*2*A2~STC*A2:20~"
    )
    answers = [row for row in found if isinstance(row, Acknowledgement)]
    assert [("claim", "A1"), ("claim", "A2"), ("interchange", None)] == sorted(
        (row.level, row.patient_control_number) for row in answers
    )


def test_what_follows_a_transaction_of_another_kind_is_told() -> None:
    """One such anywhere before, and adjustments that stood outside any transaction were passed over."""
    body = f"SE*9*1~ST*999*2~AK9*A~SE*3*2~CAS*CO*45*5~ST*835*3~{CLP.format(1)}"
    assert [("segment_out_of_place", "CAS stands outside any claim")] == told(rows("835", body))


def test_a_second_person_of_a_claim_does_not_replace_the_first() -> None:
    """The first stays in the columns; the other is told and kept."""
    found = rows("835", CLP.format(1) + "NM1*QC*1*ROE*AL~NM1*QC*1*ROE*AL~NM1*82*1*A*B~NM1*82*1*C~NM1*QC*1*DOE*JO~")
    (claim,) = [row for row in found if isinstance(row, RemitClaim)]
    assert ("DOE", "A, B") == (claim.patient_last_name, claim.rendering_name)
    assert 3 == sum(code == "repeated_segment" for code, _ in told(found))


def test_a_diagnosis_without_its_code_or_qualifier_is_told() -> None:
    """What cannot be read as a composite was left out without a word."""
    found = rows("837", "CLM*A*10***11:B:1~HI*20260230*BK:M1711~HI*BF~LX*1~SV1*HC:1*10~")
    assert [("code_missing", "HI01 is a qualifier without a code")] * 2 == told(found)


def test_a_referring_provider_without_a_number_is_kept_by_name() -> None:
    """There is no column for the name alone."""
    found = rows("837", "CLM*A*10***11:B:1~NM1*DN*1*DOC*ANN~NM1*DN*1*X*Y****XX*9000010030~LX*1~SV1*HC:1*10~")
    assert ["DOC, ANN"] == [row.text_value for row in found if isinstance(row, SubmissionDetail)]


def test_what_no_answer_has_is_told() -> None:
    """A line without a status, a second number of a batch, and what stands at no level."""
    body = "HL*2*1*21*1~TRN*2*B1~TRN*2*B2~HL*3*2*ZZ~TRN*2*A0~SVC*HC:1*10~HL*4*2*PT~TRN*2*A1~STC*A2:20~SVC*HC:1*10~"
    assert [
        ("repeated_segment", "a second TRN at the level"),
        ("segment_out_of_place", "TRN outside any level that is answered"),
        ("segment_out_of_place", "SVC outside any level that is answered"),
        ("line_without_answer", "an SVC without an STC"),
    ] == told(rows("277CA", body))


def test_a_neighbour_that_is_no_x12_leaves_the_others_alone() -> None:
    """Files that are read together: one that only begins like an ISA once ended them all."""
    whole = read(READERS, "835", made("835", CLP.format(1) * 700))
    group = [(b"ISA|00|", whole), (made("835", CLP.format(1) * 700), whole), (made("835", CLP.format(1) * 700), whole)]
    assert [] == list(together("835", group))


def traced(kind: str, data: bytes) -> list[Row]:
    """The rows of a file of which each segment leaves a trace, read by rows and by columns."""
    assert [] == [each for place in range(2 * data.count(b"~")) for each in check(kind, data, place)[0]]
    return check(kind, data, 0, forced)[1].rows


@pytest.mark.parametrize(
    ("kind", "body", "what"),
    [
        ("835", "DTM*405******20260706~", "DTM02 is empty, and what follows it is not"),
        ("835", "ST*835*2~N1*PR*****EAST~TRN*1***9~", "N102 and N104 are empty, and others are not"),
        ("835", CLP.format(1) + "NM1*82*CENTER*****BD*987~", "NM103 and NM109 are empty, and other elements are not"),
        ("837", "CLM*A*1***11:B:1~NM1*82*CENTER*****BD*9~", "NM103 to 04 and 09 are empty, and others are not"),
    ],
)
def test_what_stands_in_another_element_is_told(kind: str, body: str, what: str) -> None:
    """A date or a name that is not where it belongs was passed over without a word."""
    assert ("elements_shifted", what) in told(traced(kind, made(kind, body)))


@pytest.mark.parametrize(
    ("kind", "body", "kept"),
    [
        ("835", CLP.format(1) + "REF*6R**7~", ("REF", "6R", "7")),
        ("835", "REF*2U**999~", ("REF", "2U", "999")),
        ("835", CLP.format(1) + "NM1*GB*1*ROE*AL~", ("NM1", "GB", "ROE AL")),
        ("835", CLP.format(1) + "NM1*82*1*A*****XX*12~NM1*82*1*A*****XX*34~", ("NM1", "82", "A 34")),
        ("835", "N1*PE**XX*8~", ("N1", "PE", "8")),
        ("837", "CLM*A*1***11:B:1~SBR*S~NM1*IL*1*JANE****MI*W3~", ("NM1", "IL", "JANE")),
        ("837", "CLM*A*1***11:B:1~REF*G1**X9~", ("REF", "G1", "*X9")),
        ("837", "CLM*A*1***11:B:1~NM1*82*1*ROE~PRV*PE*PXC**207X~", ("PRV", "PE", "PXC**207X")),
    ],
)
def test_what_does_not_fit_a_column_is_kept_beside_it(kind: str, body: str, kept: tuple[str, str, str]) -> None:
    """A number one element off, a name without its number, a second of what comes once: these were lost or replaced."""
    found = [row for row in traced(kind, made(kind, body)) if isinstance(row, Detail | SubmissionDetail)]
    assert kept in [(row.segment_id, row.qualifier, row.text_value) for row in found]


def test_a_second_of_what_heads_a_remittance_does_not_replace_the_first() -> None:
    """Summaries, payments, payers and traces: what came first stays, and the second is told or a detail."""
    body = "TS3*9*11*20260101*1*5~TS2*12.50~TS2*12.50~TS2*99~"
    found = traced("835", made("835", body))
    assert [1250] == [row.drg_amount for row in found if isinstance(row, ProviderSummary)]
    assert [("repeated_segment", "a second TS2 of the summary")] * 2 == told(found)
    heads = "ST*835*1~BPR**5*C~BPR*I*7*C~TRN*1**ORIGIN~TRN*1*T2*OTHER~N1*PR**XV*1~N1*PR*P*XV*2~"
    data = made("835", CLP.format(1)).replace(HEADS["835"].partition("ST*")[2].encode(), heads[3:].encode())
    (remit,) = [row for row in traced("835", data) if isinstance(row, Remit)]
    assert (500, "ORIGIN", None, "1") == (remit.payment_amount, remit.originator_id, remit.payer_name, remit.payer_id)


def test_notes_and_taxonomies_of_claims_are_kept_whole() -> None:
    """A note in which the separator stands, and what somebody unnamed practises, were cut off."""
    found = traced("837", made("837", "CLM*A*1***11:B:1~NTE*ADD*HALF*OTHER~NM1*82*1~PRV*PE*PXC*207X00000X~"))
    (claim,) = [row for row in found if isinstance(row, Submission)]
    assert ("HALF*OTHER", "207X00000X") == (claim.note, claim.rendering_taxonomy_code)


def test_a_code_of_nothing_is_none() -> None:
    """A composite of a separator and a NUL was a code; one of anything else still is, and the counter misses none."""
    data = made("837", "CLM*A*1***11:B:1~HI*BK:8842*:\0*BN:E9860*:-~")
    found, pieces = traced("837", data), counted(data)
    codes = [row for row in found if isinstance(row, SubmissionCode)]
    assert [("BK", "884.2"), ("BN", "E986.0"), ("", "-")] == [(row.qualifier, row.code) for row in codes]
    assert pieces is not None
    assert [1, 1, 1] == [len(lost_of("837", pieces, [row for row in found if row is not code])) for code in codes]


def test_a_terminator_within_the_isa_ends_no_segment() -> None:
    """The reader tells that it passed over such an ISA; the counter took its second half for a segment."""
    data = made("835", CLP.format(1)).replace(b"ISA*00*", b"ISA*500*").replace(b"*ZZ*A     ", b"*ZZ*A~   ")
    found, pieces = traced("835", data), counted(data)
    assert "text_before_isa" in [row.code for row in found if isinstance(row, Oddity)]
    assert pieces is not None
    assert ["ISA", "GS", "ST"] == [piece.id for piece in pieces[:3]]
    assert 1 == len(lost_of("835", pieces, [row for row in found if not isinstance(row, RemitClaim)]))


@pytest.mark.parametrize("kind", ["835", "837"])
def test_the_counter_misses_what_is_missing(kind: str) -> None:
    """The proof proves something: a claim, a line or a cent less is found."""
    data = made(kind, (CLP if kind == "835" else CLM).format(1) + ("CAS*CO*45*5~" if kind == "835" else ""))
    found, pieces = read(READERS, kind, data).rows, counted(data)
    assert pieces is not None
    assert [] == lost_of(kind, pieces, found)
    for row in found:
        if isinstance(row, RemitClaim | Submission | Adjustment):
            assert 1 == len(lost_of(kind, pieces, [each for each in found if each is not row]))
            amount = row.amount if isinstance(row, Adjustment) else row.charge_amount
            setattr(row, "amount" if isinstance(row, Adjustment) else "charge_amount", (amount or 0) + 1)
            assert 1 == len(lost_of(kind, pieces, found))
            setattr(row, "amount" if isinstance(row, Adjustment) else "charge_amount", amount)


def test_other_errors_and_lost_lines_are_findings(monkeypatch: pytest.MonkeyPatch) -> None:
    """A reader that trips, and a log that skips a line, do not pass."""
    log = b"Claim Number,Denial Code,Billed\nC1,CO-45,10\nC2,CO-97,20\n"
    found = read(READERS, "log", log).rows
    assert ("", True) == (lost_lines(log, found, "x.csv"), "C2" in lost_lines(log, found[:-2], "x.csv"))

    def trips(stream: io.BytesIO, name: str, mapping: None) -> list[Row]:
        raise ValueError("tripped")

    monkeypatch.setattr(fuzz_check, "READERS", {**READERS, "835": trips})
    assert ["error"] == [finding.rule for finding in check("835", made("835", CLP), 0)[0]]
