"""What a claim as it was sent says about its denial: a rule fires on a claim made for it, not if one fact differs."""

import dataclasses
from collections.abc import Sequence

import duckdb
import pytest

from pipelines.rows import Row
from tests.practice import Claim, Day, Line, claim, denied, paid, remit
from tests.submissions import JANUARY, Sent, submitted
from tests.warehouse import file_id, query, warehouse

FEBRUARY, MARCH, MAY = Day(2026, 2, 2), Day(2026, 3, 2), Day(2026, 5, 4)
LISTED = "M25.561 M17.11"  # what the denied claim lists
KNEES = [("M17.11", (Sent(),))] * 20  # twenty claims for M17 that the payer paid
NEW = [("A10", (Sent(),)), ("A11", (Sent(),))]  # and one each for two others
CENTRE = [(LISTED, (Sent(place="24"),))] * 19 + [(LISTED, (Sent(place="22"),))] * 2
ELSEWHERE = [(LISTED, (Sent(place=place),)) for place in ("31", "32", "33")]  # one each
TRIPLE = [("M17.11", (Sent("97110", units=4),))] * 20
VISIT = (Sent("99213"), Sent("20610"))
PAIR = (Sent("97530"), Sent("97140"))
DISTINCT = [("M17.11", (Sent("97530", modifiers="59 GP"), Sent("97140")))] * 10
Paid = tuple[str, tuple[Sent, ...]]


@dataclasses.dataclass(frozen=True)
class Case:
    """A denied claim, what its payer paid otherwise, and the rules that must speak."""

    name: str
    carc: str
    lines: tuple[Sent, ...] = (Sent(),)  # the first is denied, the others are paid
    rules: str = ""
    diagnoses: str = LISTED
    paid: Sequence[Paid] = ()
    own: Paid | None = None  # the same claim sent again and paid
    sent_on: Day | None = JANUARY
    form: str = "837P"
    facility: str = "11"
    authorization: str | None = None
    history_form: str = "1"  # CLP02 of what was paid
    is_history_of_other_payer: bool = False


CASES = [
    Case("another diagnosis is paid", "50", rules="F30-other-50", paid=KNEES),
    Case("another diagnosis is paid: code 11", "11", rules="F30-other-11", paid=KNEES),
    Case("one line less was paid", "50", paid=KNEES[1:]),
    Case("it points to the paid one too", "50", (Sent(points="1 2"),), paid=KNEES),
    Case("its category was paid once", "50", paid=[*KNEES, ("M25.562", (Sent(),))]),
    Case("its category was paid second", "50", paid=[*KNEES, ("M17.0 M25.512", (Sent(points="1 2"),))]),
    Case("the payer pays anything", "50", paid=[(f"A{n}", (Sent(),)) for n in range(10, 40)]),
    Case("another payer paid", "50", paid=KNEES, is_history_of_other_payer=True),
    Case("paid as the second payer", "50", paid=KNEES, history_form="2"),
    Case("sent after the denial", "50", paid=KNEES, sent_on=Day(2026, 3, 3)),
    Case("a code that says all", "29", paid=KNEES),
    Case("its own correction was paid", "50", paid=KNEES[1:], own=("M17.11", (Sent(),))),
    Case("it was itself paid so later", "50", rules="F30-other-50", paid=KNEES, own=(LISTED, (Sent(),))),
    Case("no other diagnosis", "50", rules="W50-unpaid-50", diagnoses="M25.561", paid=KNEES),
    Case("no other diagnosis: code 11", "11", rules="F30-unpaid-11", diagnoses="M25.561", paid=KNEES),
    Case("no other diagnosis: code 167", "167", rules="F30-unpaid-167", diagnoses="M25.561", paid=KNEES),
    Case("new categories are common", "11", diagnoses="M25.561", paid=[*KNEES, *NEW]),
    Case("no pointer", "16", (Sent(points=None),), rules="F30-pointer-16"),
    Case("a pointer to nothing", "16", (Sent(points="1 3"),), rules="F30-pointer-16"),
    Case("a pointer to the last", "16", (Sent(points="1 2"),)),
    Case("a claim form without pointers", "16", (Sent(points=None),), form="837I"),
    Case("units over the most paid", "151", (Sent("97110", units=5),), rules="F30-units-151", paid=TRIPLE),
    Case("units as paid", "151", (Sent("97110", units=4),), paid=TRIPLE),
    Case("units paid once", "151", (Sent("97110", units=5),), paid=[*TRIPLE, ("M17.11", (Sent("97110", units=5),))]),
    Case("units of too few lines", "151", (Sent("97110", units=5),), paid=TRIPLE[1:]),
    Case(
        "units paid to itself later",
        "151",
        (Sent("97110", units=5),),
        rules="F30-units-151",
        paid=TRIPLE,
        own=(LISTED, (Sent("97110", units=5),)),
    ),
    Case("a visit without 25", "97", VISIT, rules="F30-visit-97 W50-distinct-97"),
    Case("a visit with 25", "97", (Sent("99213", modifiers="25"), Sent("20610"))),
    Case("a visit on another day", "97", (Sent("99213"), Sent("20610", date=Day(2026, 1, 6)))),
    Case("a visit beside therapy", "97", (Sent("99213"), Sent("97110")), rules="W50-distinct-97"),
    Case("a pair paid with 59", "97", PAIR, rules="F30-distinct-97 W50-distinct-97", paid=DISTINCT),
    Case("a pair with XU", "97", (Sent("97530", modifiers="XU"), Sent("97140")), paid=DISTINCT),
    Case("a pair with 59 on the other", "97", (Sent("97530"), Sent("97140", modifiers="59")), paid=DISTINCT),
    Case("a pair paid seldom", "97", PAIR, rules="W50-distinct-97", paid=DISTINCT[1:]),
    Case("a pair paid without", "97", PAIR, rules="W50-distinct-97", paid=[*DISTINCT, ("M17.11", PAIR)]),
    Case("no authorisation", "197", rules="F30-auth-197"),
    Case("authorisation of the claim", "197", authorization="A1"),
    Case("authorisation of the line", "197", (Sent(authorization="A1"),)),
    Case("authorisation of the other line", "197", (Sent(), Sent("97110", authorization="A1")), rules="F30-auth-197"),
    Case("authorisation unknown", "197", sent_on=Day(2026, 3, 3)),
    Case("telehealth line", "96", (Sent(place="10"),), rules="F30-pos-96"),
    Case("office line of a telehealth claim", "96", (Sent(place="11"),), facility="10"),
    Case("telehealth claim", "96", facility="10", rules="F30-pos-96"),
    Case("a place never paid", "58", (Sent(place="11"),), rules="F30-place-58", paid=CENTRE),
    Case("a place never paid: code 50", "50", (Sent(place="11"),), rules="W50-place-50", paid=CENTRE),
    Case("a place paid once", "58", (Sent(place="11"),), paid=[*CENTRE, (LISTED, (Sent(place="11"),))]),
    Case("a place of too few lines", "58", (Sent(place="11"),), paid=CENTRE[2:]),
    Case("many places", "58", (Sent(place="11"),), paid=[*CENTRE, *ELSEWHERE]),
    Case(
        "a place paid to itself later",
        "58",
        (Sent(place="11"),),
        rules="F30-place-58",
        paid=CENTRE,
        own=(LISTED, (Sent(place="11"),)),
    ),
    Case("side left out", "16", (Sent(points="2"),), diagnoses="M17.11 M25.569", rules="F30-side-16"),
    Case("side left out elsewhere", "16", (Sent(points="1"),), diagnoses="M17.11 M25.569"),
    Case("only Z codes", "49", (Sent(points="2"),), diagnoses="M17.11 Z96.651", rules="F30-z-49"),
    Case("not only Z codes", "49", (Sent(points="2 1"),), diagnoses="M17.11 Z96.651"),
    Case("unspecified", "50", (Sent(points="2"),), diagnoses="M17.11 F32.9", rules="W50-dx-50"),
    Case("unspecified elsewhere", "50", (Sent(points="1"),), diagnoses="M17.11 F32.9"),
]


def remitted(pcn: str, lines: Sequence[Sent], first: Line | None = None, **more: str) -> Claim:
    """The claim payment that pays every line, or has `first` in place of the first."""
    answers = [
        paid(one.charge, procedure=one.procedure, number=f"{pcn}-{n}", date=one.date) for n, one in enumerate(lines, 1)
    ]
    return claim(pcn, *([first, *answers[1:]] if first else answers), **more)


def files_of(number: int, case: Case) -> dict[str, list[Row]]:
    """The files of one case: what the payer paid in February, the denial in March, the second answer in May."""
    payer = f"Made Up Plan {number}"
    other = f"Other Plan {number}" if case.is_history_of_other_payer else payer
    pcn = f"C{number}"
    names = [f"H{number}x{n}" for n in range(len(case.paid))]
    sent: list[Row] = []
    for n, (name, (diagnoses, lines)) in enumerate(zip(names, case.paid, strict=True)):
        sent += submitted(name, diagnoses, *lines, payer=other, number=n + 3)
    told = {"created_date": case.sent_on, "claim_form": case.form, "facility_code": case.facility}
    told["authorization_number"] = case.authorization
    sent += submitted(pcn, case.diagnoses, *case.lines, payer=payer, number=1, **told)
    refused = denied(f"CO-{case.carc}", procedure=case.lines[0].procedure, number=f"{pcn}-1", date=case.lines[0].date)
    history = [
        remitted(name, lines, status=case.history_form) for name, (_, lines) in zip(names, case.paid, strict=True)
    ]
    files = {f"837-{number}": sent}
    if history:
        files[f"era-{number}-paid"] = remit(FEBRUARY, *history, payer=other, trace=f"H{number}")
    first = remitted(pcn, case.lines, refused, icn=f"I{number}", place="")
    files[f"era-{number}"] = remit(MARCH, first, payer=payer, trace=f"D{number}")
    if case.own:
        again = {"created_date": Day(2026, 4, 1), "frequency_code": "7", "original_reference_number": f"I{number}"}
        sent += submitted(pcn, case.own[0], *case.own[1], payer=payer, number=2, **again)
        second = remitted(pcn, case.own[1], icn=f"J{number}", f8=f"I{number}")
        files[f"era-{number}-again"] = remit(MAY, second, payer=payer, trace=f"A{number}")
    return files


@pytest.fixture(scope="module")
def build() -> duckdb.DuckDBPyConnection:
    """All cases in one build, each with a payer of its own."""
    files: dict[str, list[Row]] = {}
    for number, case in enumerate(CASES):
        files |= files_of(number, case)
    return warehouse(files, "denial")


def told(build: duckdb.DuckDBPyConnection, number: int) -> dict[str, tuple[str, str, str, int, str]]:
    """Rule -> cause, confidence, evidence, segment and file of what was found for the case, without the codes' own."""
    sql = f"""
        select found.rule_id, found.root_cause, found.confidence, found.evidence, found.segment_no, found.file_id
        from root_cause_evidence as found
        inner join denial_start using (denial_id)
        where denial_start.file_id = '{file_id(f"era-{number}")}' and found.rule_id not like 'D50%'
            and found.rule_id <> 'none' order by found.rank"""
    return {str(row[0]): tuple(row[1:]) for row in query(build, sql)}


@pytest.mark.parametrize("number", range(len(CASES)), ids=[case.name for case in CASES])
def test_rule(build: duckdb.DuckDBPyConnection, number: int) -> None:
    """A rule speaks where all its facts are there, and is silent where one of them is another."""
    assert CASES[number].rules.split() == list(told(build, number))


WORDS = {
    "another diagnosis is paid": (
        "dx_procedure_mismatch",
        "high",
        "CARC 50 and the line points to M25.561: this payer has paid 20610 20 times, for M17 but never for M25;"
        " the claim also lists M17.11, of a kind paid 20 times",
        110,
    ),
    "no other diagnosis": (
        "dx_procedure_mismatch",
        "medium",
        "CARC 50 and the line points to M25.561: this payer has paid 20610 20 times, for M17 but never for M25",
        110,
    ),
    "no pointer": ("dx_procedure_mismatch", "high", "CARC 16 and the line points to no diagnosis", 110),
    "a pointer to nothing": (
        "dx_procedure_mismatch",
        "high",
        "CARC 16 and the line points to diagnosis 1 3, but the claim has 2",
        110,
    ),
    "units over the most paid": (
        "frequency_duration",
        "high",
        "CARC 151 and 5 units: this payer has paid 97110 20 times, at most 4",
        110,
    ),
    "a visit without 25": (
        "coding_modifier",
        "high",
        "CARC 97 and 99213 without modifier 25 beside 20610 on the same day",
        110,
    ),
    "a pair paid with 59": (
        "coding_modifier",
        "high",
        "CARC 97 and 97530 without modifier 25, 59, XE, XS, XP, XU beside 97140 on the same day: this payer has paid"
        " it so 10 times, each time with one",
        110,
    ),
    "no authorisation": ("missing_auth", "high", "CARC 197 and no authorisation number on claim or line", 100),
    "a place never paid": (
        "site_level_of_care",
        "high",
        "CARC 58 and place of service 11: this payer has paid 20610 21 times, at 24 and 22 but never there",
        110,
    ),
    "telehealth line": ("site_level_of_care", "low", "CARC 96 and place of service 10", 110),
    "side left out": (
        "dx_unspecified_or_invalid",
        "medium",
        "CARC 16 and diagnosis M25.569 leaves out the side",
        101,
    ),
    "only Z codes": ("routine_screening_cosmetic", "high", "CARC 49 and only Z codes: Z96.651", 101),
}


@pytest.mark.parametrize("name", WORDS)
def test_evidence(build: duckdb.DuckDBPyConnection, name: str) -> None:
    """What was found is said with its numbers, and leads to the segment of the 837 that shows it: HI, line or CLM."""
    number = next(number for number, case in enumerate(CASES) if case.name == name)
    rule = CASES[number].rules.split()[0]
    assert (*WORDS[name], file_id(f"837-{number}")) == told(build, number)[rule]


def test_hint_does_not_decide(build: duckdb.DuckDBPyConnection) -> None:
    """That two procedures are not marked as distinct is told, but the code's own cause stands before it."""
    number = next(number for number, case in enumerate(CASES) if case.name == "a pair paid seldom")
    sql = f"select root_cause, rule_id from denial where file_id = '{file_id(f'era-{number}')}'"
    assert [("bundling", "D50-97")] == query(build, sql)
