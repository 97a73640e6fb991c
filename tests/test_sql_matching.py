"""Which family a submission belongs to, by which rule and how sure: one field changed, and it splits or joins."""

from typing import Any, NamedTuple

import pytest

from pipelines.rows import Cents, Row, SubmissionLine
from tests.practice import SERVICE, Claim, Day, claim, denied, log, remit, sent
from tests.warehouse import Files, found, query, warehouse

SENT, PAID, AGAIN = Day(2026, 1, 9), Day(2026, 3, 2), Day(2026, 3, 20)
OTHER_DAY = Day(2026, 1, 6)
ACCOUNT = "ACCT-00012345-EAST-77"  # 21 characters: a 20-character field cuts it
REMIT: dict[str, Any] = {"icn": "ICN1", "fields": {"patient_id": "MEM1"}}


def decided(pcn: str | None = ACCOUNT, **more: Any) -> Claim:
    """The claim payment that the submissions of this module are held against."""
    line_more = {name: more.pop(name) for name in ("date", "procedure", "charge", "number") if name in more}
    return claim(pcn, denied(**line_more), **{**REMIT, **more})


def told(pcn: str | None = ACCOUNT, day: Day = SENT, number: int = 1, **more: Any) -> list[Row]:
    """One claim of an 837 that says the same of itself as the claim payment, but for what is given."""
    line_number = more.pop("line_number", None)
    procedure = more.pop("procedure", "99213")
    cents = Cents(round(more.pop("charge", 100) * 100))
    values = {"charge_amount": cents, "subscriber_id": "MEM1", **more}
    rows = sent(day, pcn, number, **values)
    for row in rows:
        if isinstance(row, SubmissionLine):
            row.procedure_code, row.charge_amount, row.line_control_number = procedure, cents, line_number
    return rows


def families(files: Files, columns: str = "match_rule, sureness, is_matched, is_ambiguous") -> list[Any]:
    """The columns of every submission, in the order of sending."""
    sql = f"""
        select {columns} from submission_family
        inner join submission_event using (file_id, transaction_no, claim_no) order by created_date, claim_no"""
    return [row[0] if len(row) == 1 else row for row in query(warehouse(files, "submission_family"), sql)]


class Case(NamedTuple):
    """A submission held against one claim payment, and what is found."""

    what: str
    remit: Claim
    sent: list[Row]
    rule: str
    sureness: str
    is_matched: bool


ON = {"service_from_date": OTHER_DAY, "service_to_date": OTHER_DAY}
CASES = [
    Case("the same", decided(), told(), "account_date", "certain", True),
    Case("another charge", decided(), told(charge=90), "account_date", "certain", True),
    Case("another member", decided(), told(subscriber_id="MEM2"), "account_date", "certain", True),
    Case("another day", decided(), told(**ON), "account_date", "certain", False),
    Case("another account", decided(), told("OTHER-1", subscriber_id=None), "account_date", "certain", False),
    Case("another turn", decided(), told(sequence="S"), "account_date", "certain", False),
    Case("no turn told", decided(), told(sequence=None), "account_date", "certain", True),
    Case("another payer", decided(), told(payer="Cigna"), "account_charge", "likely", True),
    Case("another payer and charge", decided(), told(payer="Cigna", charge=90), "account_date", "certain", False),
    Case("another payer and turn", decided(), told(payer="Cigna", sequence="S"), "account_date", "certain", False),
    Case(
        "F8 and another day", decided(), told(original_reference_number="ICN1", **ON), "payer_number", "certain", True
    ),
    Case(
        "F8 and another account", decided(), told("Z9", original_reference_number="ICN1"), "payer_number", "certain", 1
    ),
    Case(
        "F8 of another claim", decided(), told(original_reference_number="I2", **ON), "account_date", "certain", False
    ),
    Case(
        "F8 of zeros", decided(icn="000"), told(original_reference_number="000", **ON), "account_date", "certain", False
    ),
    Case(
        "F8 to another payer",
        decided(),
        told("Z9", payer="Cigna", original_reference_number="ICN1", subscriber_id=None),
        "account_date",
        "certain",
        False,
    ),
    Case(
        "F8 in another turn",
        decided(),
        told("Z9", sequence="S", original_reference_number="ICN1"),
        "account_date",
        "certain",
        False,
    ),
    Case(
        "F8 of the remit's F8",
        decided(f8="ICN0"),
        told("Z9", original_reference_number="ICN0"),
        "payer_number",
        "certain",
        True,
    ),
    Case("no day sent", decided(), told(service_from_date=None, service_to_date=None), "account", "likely", True),
    Case("no day paid", decided(date=None), told(), "account", "likely", True),
    Case(
        "no day paid, another payer",
        decided(date=None),
        told(payer="Cigna", charge=90),
        "account_date",
        "certain",
        False,
    ),
    Case("a span of days", decided(date=OTHER_DAY), told(service_to_date=OTHER_DAY), "account_date", "certain", True),
    Case("cut at 20", decided(ACCOUNT[:20]), told(), "account_mangled", "likely", True),
    Case("leading zeros", decided("00" + ACCOUNT), told(), "account_mangled", "likely", True),
    Case("no punctuation", decided(ACCOUNT.replace("-", "")), told(), "account_mangled", "likely", True),
    Case("lower case", decided(ACCOUNT.lower()), told(), "account_mangled", "likely", True),
    Case("a prefix", decided("CH77" + ACCOUNT), told(), "account_mangled", "likely", True),
    Case("a suffix", decided(ACCOUNT + "R1"), told(), "account_mangled", "likely", True),
    Case(
        "a suffix, another member", decided(ACCOUNT + "R1"), told(subscriber_id="M2"), "account_date", "certain", False
    ),
    Case("a suffix, another charge", decided(ACCOUNT + "R1"), told(charge=90), "account_date", "certain", False),
    Case("a suffix, another day", decided(ACCOUNT + "R1"), told(**ON), "account_date", "certain", False),
    Case("a suffix, another turn", decided(ACCOUNT + "R1"), told(sequence="S"), "account_date", "certain", False),
    Case(
        "a suffix, another payer, one member",
        decided(ACCOUNT + "R1"),
        told(payer="Cigna"),
        "account_mangled",
        "likely",
        True,
    ),
    Case(
        "a suffix, another payer, no member",
        decided(ACCOUNT + "R1"),
        told(payer="Cigna", subscriber_id=None),
        "account_date",
        "certain",
        False,
    ),
    Case(
        "a suffix of a short account",
        decided("1234R1"),
        told("1234", subscriber_id=None),
        "account_date",
        "certain",
        False,
    ),
    Case(
        "a number that ends alike",
        decided("3700777"),
        told("700777", subscriber_id=None, procedure="1"),
        "account_date",
        "certain",
        False,
    ),
    Case("a number that ends alike, one member", decided("3700777"), told("700777"), "account_mangled", "likely", True),
    Case(
        "the line's number",
        decided("Q1", number="L00001"),
        told(line_number="L00001", subscriber_id=None),
        "line_number",
        "likely",
        True,
    ),
    Case(
        "the line's number, another payer",
        decided("Q1", number="L00001"),
        told(line_number="L00001", payer="Cigna", subscriber_id=None),
        "account_date",
        "certain",
        False,
    ),
    Case(
        "the line's number, another day",
        decided("Q1", number="L00001"),
        told(line_number="L00001", **ON),
        "account_date",
        "certain",
        False,
    ),
    Case(
        "a plain line number",
        decided("Q1", number="1"),
        told(line_number="1", subscriber_id=None),
        "account_date",
        "certain",
        False,
    ),
    Case("the service", decided("Q1"), told(), "service", "possible", True),
    Case("the service, another member", decided("Q1"), told(subscriber_id="MEM2"), "account_date", "certain", False),
    Case("the service, another procedure", decided("Q1"), told(procedure="20610"), "account_date", "certain", False),
    Case("the service, another charge", decided("Q1"), told(charge=90), "account_date", "certain", False),
    Case("the service, another payer", decided("Q1"), told(payer="Cigna"), "account_date", "certain", False),
    Case("the service, another day", decided("Q1"), told(**ON), "account_date", "certain", False),
    Case("the service, another turn", decided("Q1"), told(sequence="S"), "account_date", "certain", False),
    Case("no account, by service", decided("Q1"), told("0"), "service", "possible", True),
    Case("no account at all", decided("UNKNOWN"), told("UNKNOWN", subscriber_id=None), "alone", "certain", False),
]


@pytest.mark.parametrize("case", CASES, ids=[case.what for case in CASES])
def test_one_field(case: Case) -> None:
    """A submission is of the claim payment's family by the best rule whose fields agree, and by no other."""
    files = {"era": remit(PAID, case.remit), "837": case.sent}
    assert [(case.rule, case.sureness, bool(case.is_matched), False)] == families(files)


def test_family_id_is_the_remits() -> None:
    """The family keeps the base key of its earliest claim payment, whatever 837s come, and however they are written."""
    before = found({"era": remit(PAID, decided())}, "claim_family", "family_id")
    files = {"era": remit(PAID, decided()), "837": told(ACCOUNT + "R1"), "837b": told(day=AGAIN, charge=90)}
    assert ([f"AETNA~{ACCOUNT}~2026-01-05"], before * 2) == (before, families(files, "family_id"))


AMBIGUOUS: dict[str, tuple[list[Claim], list[list[Row]], int]] = {
    "one account on two days, sent without a day": (
        [decided(), decided(icn="ICN2", date=OTHER_DAY)],
        [told(service_from_date=None, service_to_date=None)],
        2,
    ),
    "two accounts that are one when cut": ([decided(ACCOUNT[:20])], [told(), told(ACCOUNT[:20] + "8", number=2)], 2),
    "two claims of one service": ([decided("Q1")], [told(), told("Z9-12345", number=2)], 2),
    "one service on two remits": ([decided("Q1"), decided("Q2", icn="ICN2")], [told()], 2),
}


@pytest.mark.parametrize("name", AMBIGUOUS)
def test_ambiguous(name: str) -> None:
    """What may belong to several families, or compete for one, stands alone, unmatched, and is listed."""
    claims, submissions, candidates = AMBIGUOUS[name]
    rows = [row for one in submissions for row in one]
    connection = warehouse({"era": remit(PAID, *claims), "837": rows}, "family_member")
    told_apart = query(connection, "select is_matched, is_ambiguous from submission_family")
    listed = query(connection, "select count(*) from match_candidate where member_kind = 'submission'")
    homes = query(connection, "select distinct family_id from family_member where member_kind = 'submission'")
    remits = query(connection, "select distinct family_id from claim_event")
    assert (True, [(candidates,)], set()) == (
        set(told_apart) == {(False, True)},
        listed,
        set(homes) & set(remits),
    )


def test_cut_accounts_told_apart() -> None:
    """Of two accounts that are one when cut, the charge tells which claim the remit decided."""
    rows = [*told(), *told(ACCOUNT[:20] + "8", number=2, charge=250)]
    files = {"era": remit(PAID, decided(ACCOUNT[:20])), "837": rows}
    assert [("account_mangled", True), ("account_date", False)] == families(files, "match_rule, is_matched")


def test_resubmission_under_another_account() -> None:
    """A claim sent again under its account with a suffix is of its family, with F8 or without, decided yet or not."""
    again = {"day": AGAIN, "number": 2, "frequency_code": "7"}
    for suffix in ("-R1", "R1"):
        for more, rule in ({"original_reference_number": "ICN1"}, "payer_number"), ({}, "account_mangled"):
            rows = [*told(), *told(ACCOUNT + suffix, **again, **more)]
            decided_once = families({"era": remit(PAID, decided()), "837": rows}, "match_rule, family_id")
            home = f"AETNA~{ACCOUNT}~2026-01-05"
            assert [("account_date", home), (rule, home)] == decided_once
        undecided = families({"837": [*told(), *told(ACCOUNT + suffix, **again)]}, "family_id")
        assert [f"AETNA~{ACCOUNT}~2026-01-05"] * 2 == undecided


def test_sent_twice_before_a_cut_remit() -> None:
    """A claim and the same sent again under a longer account are no rivals for a remit whose account is cut."""
    files = {"era": remit(PAID, decided(ACCOUNT[:20])), "837": [*told(), *told(ACCOUNT + "R1", AGAIN, number=2)]}
    assert [("account_mangled", True, False)] * 2 == families(files, "match_rule, is_matched, is_ambiguous")


def test_a_log_knows_the_account_as_sent() -> None:
    """A log row is matched by the account of the 837 where the remit mangles it and the log names the payer its way."""
    row = log(2, "CO-50", claim_id=ACCOUNT, payer_name="Bright Valley", service_date=SERVICE, procedure_code="99213")
    era = remit(PAID, decided(f"{ACCOUNT}-01"))
    for rows, expected in ((told(), [("claim_number", "certain")]), ([], [])):
        connection = warehouse({"era": era, "837": rows, "log": row}, "log_match")
        assert expected == query(connection, "select match_rule, sureness from log_match")


def test_a_log_tells_no_sending_of_a_day_again() -> None:
    """A log's last bill date is the 837 of that day, even where that went out under another account."""
    row = log(2, "CO-50", claim_id=ACCOUNT, service_date=SERVICE, submission_date=SENT, last_bill_date=AGAIN)
    for account, day, count in ((f"{ACCOUNT}R1", AGAIN, 2), (f"{ACCOUNT}R1", Day(2026, 3, 23), 3)):
        files = {"era": remit(PAID, decided()), "837": [*told(), *told(account, day, number=2)], "log": row}
        connection = warehouse(files, "family_submission")
        assert [(count,)] == query(connection, "select submission_count from family_submission")


def test_two_claims_sent_the_same_day() -> None:
    """Accounts that differ by a suffix and were sent on one day are two claims, not one sent again."""
    homes = families({"837": [*told(), *told(ACCOUNT + "B", number=2)]}, "family_id")
    assert 2 == len(set(homes))


def test_undecided_by_number() -> None:
    """Submissions that refer to one number of the payer are of one family before any remit has it."""
    rows = [*told("AA111", original_reference_number="N1"), *told("BB222", AGAIN, 2, original_reference_number="N1")]
    assert 1 == len(set(families({"837": rows}, "family_id")))


def test_shared_reference() -> None:
    """A REF*F8 that claims of several people carry is filler: it neither matches nor joins remits."""
    rows = [
        *told("P11111", original_reference_number="ICN1", subscriber_id="A"),
        *told("P22222", number=2, original_reference_number="ICN1", subscriber_id="B"),
    ]
    claims = [decided("P11111"), decided("P22222", icn="ICN2", fields={"patient_id": "B"})]
    connection = warehouse({"era": remit(PAID, *claims), "837": rows}, "submission_family")
    rules = query(connection, "select distinct match_rule from submission_family")
    assert ([("account_date",)], [(2,)]) == (
        rules,
        query(connection, "select count(distinct family_id) from claim_family"),
    )


def test_crossover() -> None:
    """A later payer's remit is a family of its own; the primary's submission stays there and lends its facts."""
    later = decided(status="2", icn="B1")
    files = {"era": remit(PAID, decided()), "era-2": remit(AGAIN, later, payer="Cigna"), "837": told()}
    connection = warehouse(files, "claim_submission")
    assert ([(f"AETNA~{ACCOUNT}~2026-01-05",)], [(2,)]) == (
        query(connection, "select family_id from submission_family"),
        query(connection, "select count(*) from claim_submission"),
    )


def test_payers_of_one_account() -> None:
    """A claim sent to one payer and then, as it was not theirs, to another is a family with each of them."""
    rows = [*told(), *told(day=AGAIN, number=2, payer="Cigna")]
    files = {"era": remit(Day(2026, 4, 1), decided(), payer="Cigna"), "837": rows}
    assert [("account_date", False), ("account_date", True)] == families(files, "match_rule, is_matched")


MANGLED_REMITS: dict[str, tuple[Claim, str, int]] = {
    "a suffix": (decided(ACCOUNT + "-R1", icn="I2"), "Aetna", 1),
    "another member": (decided(ACCOUNT + "-R1", icn="I2", fields={"patient_id": "M2"}), "Aetna", 2),
    "another charge": (decided(ACCOUNT + "-R1", icn="I2", charge=90), "Aetna", 2),
    "another day": (decided(ACCOUNT + "-R1", icn="I2", date=OTHER_DAY), "Aetna", 2),
    "another payer": (decided(ACCOUNT + "-R1", icn="I2"), "Cigna", 2),
    "another turn": (decided(ACCOUNT + "-R1", icn="I2", status="2"), "Aetna", 2),
    "another account": (decided("Z" + ACCOUNT[:-1], icn="I2"), "Aetna", 2),
}


@pytest.mark.parametrize("name", MANGLED_REMITS)
def test_mangled_remits(name: str) -> None:
    """A later remit under an account written otherwise is of the family if payer, turn, member, day, charge agree."""
    later, payer, count = MANGLED_REMITS[name]
    files = {"era": remit(PAID, decided()), "era-2": remit(AGAIN, later, payer=payer)}
    rows = found(files, "claim_family", "family_id, match_rule, sureness")
    assert (count, count == 1) == (
        len({row[0] for row in rows}),
        ("account_mangled", "likely") in {r[1:] for r in rows},
    )


def test_repeats() -> None:
    """A claim that comes again in another file counts once; one changed field makes it another submission."""
    base = {"837-a": told(), "837-b": told()}
    changes: list[dict[str, Any]] = [{"charge": 90}, {"day": AGAIN}, {"frequency_code": "7"}, {"subscriber_id": "M2"}]
    counts = [sum(families({"837-a": told(), "837-b": told(**one)}, "is_repeat")) for one in changes]
    twice = families({"837-a": [*told(), *told(number=2)]}, "is_repeat")
    assert (1, [0] * 4, [False, False]) == (sum(families(base, "is_repeat")), counts, twice)


def test_log_tells_of_sendings() -> None:
    """A log's submission and last bill dates are submissions, unless an 837 of those days is here."""
    row = log(2, "CO-50", claim_id=ACCOUNT, service_date=SERVICE, submission_date=SENT, last_bill_date=AGAIN)
    alone = families({"era": remit(PAID, decided()), "log": row}, "source, is_repeat, is_matched, frequency_code")
    beside = families({"837": told(), "log": row}, "source, is_repeat")
    assert (
        [("log", False, True, "1"), ("log", False, True, "7")],
        [("837", False), ("log", True), ("log", False)],
    ) == (
        alone,
        beside,
    )


def test_arrival_and_names_do_not_matter() -> None:
    """What the files are called and in which order they come changes no family, rule or repeat."""
    rows = {"a": told(), "b": told(ACCOUNT + "-R1", AGAIN), "c": told(), "d": told("Q1", charge=70)}
    era = remit(PAID, decided())
    columns = "patient_control_number, created_date, family_id, match_rule, is_ambiguous, candidate_count"
    one = families({"era": era, **{f"837-{name}": own for name, own in rows.items()}}, columns)
    other = families({**{f"837-{9 - n}": own for n, own in enumerate(reversed(rows.values()))}, "zz": era}, columns)
    assert sorted(map(repr, one)) == sorted(map(repr, other))
