"""What a 277CA says of claims and batches, and a 999 of transaction sets and groups, before anything is adjudicated."""

import datetime
import io
from pathlib import Path

import pytest

from pipelines.errors import NotReadable
from pipelines.rows import Acknowledgement, Cents, Oddity, Row
from pipelines.x12.acknowledgement import read_acknowledgements

FIXTURES = Path(__file__).parents[1] / "fixtures" / "ack"
ISA = "ISA*00*          *00*          *ZZ*EX             *ZZ*EX             *250311*0900*^*00501*000000001*0*T*:~"
GROUP = "GS*HN*EX*EX*20250311*0900*1*X~"
STATUS = ["ST*277*0001*005010X214", "BHT*0085*08*A*20250311*0900*TH", "HL*1**20*1", "NM1*PR*2*PAYER", "HL*2*1*PT"]
CLAIM = ["TRN*2*PCN-1", "STC*A2:20*20250311*WQ*100"]
FUNCTIONAL = ["ST*999*0001*005010X231A1", "AK1*HC*1"]


def read(text: str) -> list[Row]:
    """All rows of a file with this text."""
    return list(read_acknowledgements(io.BytesIO(text.encode()), "answers"))


def read_fixture(name: str) -> list[Row]:
    """All rows of one of the fixtures."""
    return read((FIXTURES / name).read_text())


def rows_of(*segments: str) -> list[Row]:
    """All rows of one transaction, in an envelope with nothing odd about it."""
    ends = [f"SE*{len(segments) + 1}*0001", "GE*1*1", "IEA*1*000000001"]
    return read(ISA + GROUP + "".join(f"{segment}~" for segment in [*segments, *ends]))


def answers(rows: list[Row]) -> list[Acknowledgement]:
    """The answers among the rows."""
    return [row for row in rows if isinstance(row, Acknowledgement)]


def oddities(rows: list[Row]) -> list[str]:
    """The codes of the oddities among the rows."""
    return [row.code for row in rows if isinstance(row, Oddity)]


def test_a_rejected_claim_is_read_whole() -> None:
    """One row per claim: the first STC that rejects gives its codes, all of them stand in the message."""
    expected = Acknowledgement(
        transaction_no=1,
        acknowledgement_no=4,
        segment_no=33,
        byte_offset=791,
        level="claim",
        is_accepted=False,
        category_code="A7",
        status_code="562",
        entity_code="82",
        effective_date=datetime.date(2025, 3, 11),
        batch_reference="BATCH-71",
        patient_control_number="PCN-1002",
        payer_claim_control_number="ICN-1002",
        payer_name="FIRST EXAMPLE HEALTH",
        charge_amount=Cents(8000),
        message="A7:562:82; A7:21; A8:145:85 A8:732; CHECK THE NPI",
    )
    assert expected == answers(read_fixture("claims.277ca"))[3]


def test_batch_and_provider_are_answered_with_their_totals() -> None:
    """Levels 21 and 19 have an answer of their own, with how much was taken in and how much was not."""
    batch, provider = answers(read_fixture("claims.277ca"))[:2]
    totals = "accepted claims 2; rejected claims 2; accepted amount 510.5; rejected amount 150"
    assert ("batch", True, Cents(66050), f"batch BATCH-71; A1:19:PR; {totals}") == (
        batch.level,
        batch.is_accepted,
        batch.charge_amount,
        batch.message,
    )
    assert ("provider", f"A1:19:PR; {totals}") == (provider.level, provider.message)


def test_each_claim_of_a_file_has_its_own_verdict() -> None:
    """Accepted, rejected, split on acceptance; and a claim passed on whose line was returned is rejected."""
    claims = [answer for answer in answers(read_fixture("claims.277ca")) if answer.level == "claim"]
    expected = [
        ("PCN-1001", True, "A2", "20", "A2:20:PR"),
        ("PCN-1002", False, "A7", "562", "A7:562:82; A7:21; A8:145:85 A8:732; CHECK THE NPI"),
        ("PCN-1003", True, "A5", "20", "A5:20:PR"),
        ("PCN-1004", False, "A3", "454", "A0:16:PR; line 90832 A3:454"),
    ]
    assert expected == [
        (row.patient_control_number, row.is_accepted, row.category_code, row.status_code, row.message) for row in claims
    ]


@pytest.mark.parametrize(
    ("status", "is_accepted"),
    [
        ("STC*A0:16", None),
        ("STC*A1:19", True),
        ("STC*A2:20", True),
        ("STC*A3:21", False),
        ("STC*A4:35", False),
        ("STC*A5:20", True),
        ("STC*A6:21", False),
        ("STC*A7:21", False),
        ("STC*A8:21", False),
        ("STC*A0:16**WQ", True),
        ("STC*A0:16**U", False),
        ("STC*A7:21**WQ", False),
        ("STC*A2:20**U", True),
        ("STC*A2:20*********A7:21", False),
        ("STC*P1:20", None),
        ("STC*F2:88", None),
    ],
)
def test_the_category_decides(status: str, is_accepted: bool | None) -> None:
    """The category says accepted or rejected, in any composite; only where none does, the action code is asked."""
    (answer,) = answers(rows_of(*STATUS, "TRN*2*PCN-1", status))
    assert (is_accepted, "PCN-1") == (answer.is_accepted, answer.patient_control_number)


def test_claims_under_one_patient_are_parted_by_trn() -> None:
    """A second TRN begins the next claim."""
    rows = rows_of(*STATUS, *CLAIM, "REF*1K*ICN-1", "TRN*2*PCN-2", "STC*A3:21")
    expected = [("PCN-1", "ICN-1", True), ("PCN-2", None, False)]
    assert expected == [
        (row.patient_control_number, row.payer_claim_control_number, row.is_accepted) for row in answers(rows)
    ]


def test_a_claim_without_trn_has_its_number_from_ref() -> None:
    """REF*EJ is the patient control number too."""
    (answer,) = answers(rows_of(*STATUS, "STC*A2:20", "REF*EJ*PCN-9"))
    assert answer.patient_control_number == "PCN-9"


def test_transaction_sets_and_groups_are_answered() -> None:
    """A 999 has one answer per set and one per group; accepted with errors is accepted, some of a group is neither."""
    expected = [
        ("transaction_set", True, "A", None, "837 0001"),
        (
            "transaction_set",
            False,
            "R",
            "5",
            "837 0002; CLM at segment 22: 8 has element errors; CLM element 2: 1 required element missing; "
            "CLM element 5-3-1: 7 invalid code; REF at segment 57 in loop 2300: 3 required segment missing; "
            "error codes 5 4",
        ),
        (
            "transaction_set",
            True,
            "E",
            "5",
            "837 0003; NM1 at segment 9 in loop 2010: I9 not allowed in this situation; error codes 5",
        ),
        ("functional_group", None, "P", None, "HC 71; 3 sets sent, 3 received, 2 accepted"),
        ("functional_group", False, "R", "4", "HC 72; 1 sets sent, 1 received, 0 accepted; error codes 4 19"),
    ]
    assert expected == [
        (row.level, row.is_accepted, row.category_code, row.status_code, row.message)
        for row in answers(read_fixture("groups.999"))
    ]


def test_a_bad_value_is_not_repeated_in_the_message() -> None:
    """IK404 may be a patient's name or number: it stays in the file."""
    rows = rows_of(*FUNCTIONAL, "AK2*837*1", "IK3*NM1*9**8", "IK4*3*1035*6*SECRETNAME", "IK5*R*5", "AK9*R*1*1*0")
    assert not [row for row in answers(rows) if "SECRETNAME" in (row.message or "")]


@pytest.mark.parametrize(
    ("claims", "expected"), [(["PCN-1"], "PCN-1"), (["PCN-1", "PCN-1"], "PCN-1"), (["A", "B"], None)]
)
def test_a_set_names_a_claim_only_if_all_its_errors_are_in_that_claim(claims: list[str], expected: str | None) -> None:
    """CTX ties an error to a claim; a set with errors in several claims names none."""
    contexts = [f"CTX*CLM01:{claim}" for claim in claims]
    rows = rows_of(*FUNCTIONAL, "AK2*837*1", "IK3*CLM*9**8", *contexts, "IK5*R*5", "AK9*R*1*1*0")
    assert expected == answers(rows)[0].patient_control_number


def test_thousands_of_errors_stay_readable() -> None:
    """The first twenty errors are in words, the rest is counted."""
    rows = rows_of(*FUNCTIONAL, "AK2*837*1", *(["IK3*REF*9**3"] * 3000), "IK5*R*5", "AK9*R*1*1*0")
    message = answers(rows)[0].message or ""
    assert (20, True) == (message.count("REF at segment 9"), message.endswith("; and 2980 more; error codes 5"))


def test_997_is_read_like_999() -> None:
    """4010 says AK3, AK4, AK5 for IK3, IK4, IK5."""
    expected = [
        ("transaction_set", False, "837 0001; NM1 at segment 8: 8 has element errors; "
         "NM1 element 9: 1 required element missing; error codes 5"),
        ("functional_group", False, "HC 74; 1 sets sent, 1 received, 0 accepted"),
    ]  # fmt: skip
    assert expected == [(row.level, row.is_accepted, row.message) for row in answers(read_fixture("old.997"))]


def test_an_interchange_is_answered_by_ta1() -> None:
    """TA1 stands outside any transaction and is an answer all the same."""
    (answer,) = answers(read(ISA + "TA1*000000071*250310*0815*R*006~IEA*0*000000001~"))
    expected = ("interchange", False, "R", "006", "interchange 000000071", datetime.date(2025, 3, 10))
    assert expected == (
        answer.level,
        answer.is_accepted,
        answer.category_code,
        answer.status_code,
        answer.message,
        answer.effective_date,
    )


@pytest.mark.parametrize("name", ["claims.277ca", "groups.999", "lines.277ca", "old.997"])
def test_a_tidy_file_has_no_oddities(name: str) -> None:
    """What the standard allows is not odd."""
    assert [] == oddities(read_fixture(name))


@pytest.mark.parametrize(
    ("segments", "codes"),
    [
        ([*STATUS, "TRN*2*PCN-1", "STC*ZZ:1"], ["acknowledgement_code_unknown"]),
        ([*STATUS, *CLAIM, "HL*3**QQ"], ["level_unknown"]),
        ([*STATUS[:4], "STC*A2:20"], ["segment_out_of_place", "transaction_without_answers"]),
        ([*STATUS, *CLAIM, "CLM*1"], ["unknown_segment"]),
        ([*STATUS, *CLAIM, "AK2*837*1"], ["segment_out_of_place"]),
        ([*FUNCTIONAL, "IK5*R*5", "AK9*R*1*1*0"], ["segment_out_of_place"]),
        ([*FUNCTIONAL, "AK2*837*1", "IK5*Q", "IK5*A", "AK9*A*1*1*1"], ["acknowledgement_code_unknown"]),
        ([*FUNCTIONAL, "AK2*837*1", "IK5*R", "IK5*A", "AK9*A*1*1*1"], ["repeated_segment"]),
        ([*FUNCTIONAL[:1], "AK9*A*1*1*1"], ["segment_out_of_place", "transaction_without_answers"]),
    ],
)
def test_what_is_odd_is_told_and_not_refused(segments: list[str], codes: list[str]) -> None:
    """One thing is odd, the oddities say so, and the rest is read."""
    assert codes == oddities(rows_of(*segments))


def test_of_two_answers_the_first_known_one_stands() -> None:
    """An unknown code is no answer; a second answer does not undo the first."""
    unknown_first = answers(rows_of(*FUNCTIONAL, "AK2*837*1", "IK5*Q", "IK5*A", "AK9*A*1*1*1"))[0]
    twice = answers(rows_of(*FUNCTIONAL, "AK2*837*1", "IK5*R", "IK5*A", "AK9*A*1*1*1"))[0]
    assert (True, False) == (unknown_first.is_accepted, twice.is_accepted)


def test_a_set_without_an_answer_is_neither_accepted_nor_rejected() -> None:
    """A 999 that breaks off leaves its sets unanswered, and says so."""
    text = (ISA + GROUP + "".join(f"{segment}~" for segment in [*FUNCTIONAL, "AK2*837*1"])).replace("GE*", "")
    rows = read(text)
    expected = [("transaction_set", None), ("functional_group", None)]
    assert (expected, ["missing_se", "missing_ge", "missing_iea"]) == (
        [(row.level, row.is_accepted) for row in answers(rows)],
        oddities(rows),
    )


@pytest.mark.parametrize(("text", "got"), [(ISA + GROUP + "ST*837*1~", "ST01 is '837'"), (ISA, "no transaction")])
def test_what_has_no_answers_in_it_is_refused(text: str, got: str) -> None:
    """A file that is neither 277 nor 999 is refused whole: what was found, and what was wanted."""
    with pytest.raises(NotReadable) as refused:
        read(text)
    assert (got, "a 277CA or 999") == (refused.value.got, refused.value.wanted)
