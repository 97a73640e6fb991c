"""Made-up pairs of a submission and a claim payment: plain rules over their fields find what the SELECTs find."""

import dataclasses
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from pipelines.rows import Cents, Row, SubmissionLine
from tests.practice import Day, claim, denied, remit, sent
from tests.warehouse import failures, query, warehouse

SENT, PAID = Day(2026, 1, 9), Day(2026, 3, 2)
DAYS = [Day(2026, 1, 5), Day(2026, 1, 6)]
PAYERS = ["Aetna", "Cigna"]
WRITTEN = ["{}", "00{}", "{}R1", "CH{}", "Z9-{}-9", "0", "UNKNOWN"]
TURNS = {"1": "P", "2": "S"}


@dataclasses.dataclass(frozen=True)
class Said:
    """What one side says of a claim."""

    account: str
    payer: str
    day: Day | None
    charge: int
    member: str | None
    status: str
    number: str | None
    line: str | None
    procedure: str


@st.composite
def said(draw: st.DrawFn) -> Said:
    """One side; most fields are mostly the same on both."""
    return Said(
        draw(st.sampled_from([*["{}"] * 4, *WRITTEN])),
        draw(st.sampled_from(["Aetna", "Aetna", "Aetna", "Cigna"])),
        draw(st.sampled_from([*DAYS[:1] * 4, DAYS[1], None])),
        draw(st.sampled_from([100, 100, 100, 90])),
        draw(st.sampled_from(["MEM-{}", "MEM-{}", "mem{}", "OTHER-{}", None])),
        draw(st.sampled_from(["1", "1", "1", "2"])),
        draw(st.sampled_from([None, None, "ICN-{}", "000"])),
        draw(st.sampled_from([None, "LINE-{}", "1"])),
        draw(st.sampled_from(["99213", "99213", "20610"])),
    )


def own(pattern: str | None, number: int) -> str | None:
    """The value that no other pair has."""
    return None if pattern is None else pattern.format(f"{number + 100}00777")


def bare(text: str | None) -> str:
    """In capitals, letters and digits alone, without leading zeros; '' for filler."""
    key = "".join(letter for letter in (text or "").upper() if letter.isalnum()).lstrip("0")
    return "" if key in ("", "UNKNOWN") else key


def expected(number: int, to: Said, of: Said) -> tuple[str, bool]:
    """The rule that joins the submission `to` to the claim payment `of`, or what it is called alone."""
    accounts = own(to.account, number), own(of.account, number)
    keys = bare(accounts[0]), bare(accounts[1])
    is_payer, is_day = to.payer == of.payer, to.day is not None and to.day == of.day
    is_account = accounts[0] == accounts[1] and keys[0] != ""
    is_member = bare(own(to.member, number)) == bare(own(of.member, number)) != ""
    is_charge, is_turn = to.charge == of.charge, to.status == of.status
    has_members = bool(to.member and of.member)
    is_alike = len(min(keys, key=len)) >= 5 and any(
        longer.startswith(shorter) or longer.endswith(shorter) for longer, shorter in (keys, keys[::-1])
    )
    is_line = to.line is not None and len(own(to.line, number) or "") >= 5 and to.line == of.line
    rules = [
        ("payer_number", to.number == of.number == "ICN-{}" and is_payer),
        ("account_date", is_account and is_payer and is_day),
        ("account", is_account and is_payer and (to.day is None or of.day is None)),
        ("account_charge", is_account and is_day and is_charge and not is_payer),
        (
            "account_mangled",
            is_alike and is_day and is_charge and (is_member or (is_payer and not (has_members and not is_member))),
        ),
        ("line_number", is_line and is_payer and is_day),
        ("service", is_member and is_payer and is_day and is_charge and to.procedure == of.procedure),
    ]
    for rule, holds in rules:
        if holds and is_turn:
            return rule, True
    return ("account_date" if keys[0] else "alone"), False


def rows_of(number: int, to: Said, of: Said) -> tuple[list[Row], list[Row]]:
    """The claim of an 837 and the remittance, each in its file."""
    more: dict[str, Any] = {
        "charge_amount": Cents(to.charge * 100),
        "subscriber_id": own(to.member, number),
        "original_reference_number": own(to.number, number),
        "service_from_date": to.day,
        "service_to_date": to.day,
    }
    claims = sent(SENT, own(to.account, number), payer=to.payer, sequence=TURNS[to.status], **more)
    for row in claims:
        if isinstance(row, SubmissionLine):
            row.procedure_code, row.charge_amount = to.procedure, Cents(to.charge * 100)
            row.line_control_number = own(to.line, number)
    line = denied(charge=of.charge, procedure=of.procedure, date=of.day, number=own(of.line, number))
    paid = claim(
        own(of.account, number),
        line,
        status=of.status,
        icn=own(of.number, number),
        fields={"patient_id": own(of.member, number)},
    )
    return claims, remit(PAID, paid, payer=of.payer, trace=f"T{number}")


@settings(
    deadline=None, max_examples=4, suppress_health_check=list(HealthCheck), phases=[Phase.explicit, Phase.generate]
)
@given(st.lists(st.tuples(said(), said()), min_size=40, max_size=40))
def test_rules(pairs: list[tuple[Said, Said]]) -> None:
    """Each submission joins its claim payment by the rule that plain Python finds, and by no other."""
    files: dict[str, list[Row]] = {}
    for number, (to, of) in enumerate(pairs):
        files[f"837-{number}"], files[f"era-{number}"] = rows_of(number, to, of)
    connection = warehouse(files, "submission_family")
    sql = """
        select substr(file_name, 5), match_rule, is_matched, sureness from submission_family
        inner join source_file using (file_id)"""
    actual = {int(name): (rule, is_matched) for name, rule, is_matched, _ in query(connection, sql)}
    assert {number: expected(number, to, of) for number, (to, of) in enumerate(pairs)} == actual
    sure = {rule: sureness for _, rule, _, sureness in query(connection, sql)}
    assert {one for one in sure.items() if one[1] == "certain"} <= {
        (rule, "certain") for rule in ("payer_number", "account_date", "alone")
    }


def test_a_pair_is_whole() -> None:
    """A build of one such pair passes its own checks."""
    to = Said("{}", "Aetna", DAYS[0], 100, "MEM-{}", "1", None, None, "99213")
    claims, era = rows_of(1, to, dataclasses.replace(to, account="{}R1"))
    assert {} == failures(warehouse({"837": claims, "era": era}))
