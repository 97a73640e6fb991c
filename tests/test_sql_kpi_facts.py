"""What the facts count of acknowledgements, appeals and ends of denials: each rule on rows made for it."""

from decimal import Decimal
from typing import Any

import duckdb
import pytest

from pipelines.kpis import KPIS
from pipelines.measure import Scope, Span, measure, spans
from pipelines.rows import Acknowledgement, Row
from tests.practice import SERVICE, Day, claim, denied, in_interchange, log, paid, remit, sent
from tests.warehouse import failures, query, warehouse

MARCH, MAY, OCTOBER = Day(2026, 3, 2), Day(2026, 5, 4), Day(2026, 10, 5)
THURSDAY = Day(2026, 1, 8)
JANUARY = Day(2026, 1, 6)


def answer(number: int, account: str, is_accepted: bool, day: Day = THURSDAY) -> Row:
    """One claim of a 277CA."""
    return Acknowledgement(
        1, number, number, number, "claim", is_accepted, effective_date=day, patient_control_number=account
    )


def values(files: dict[str, Any], *kpis: str, scope: Scope | None = None) -> list[tuple[Any, Any]]:
    """Numerator and denominator of each KPI; the checks of the build find nothing."""
    connection = warehouse(files)
    assert {} == failures(connection)
    return [(m.numerator, m.denominator) for m in measure(connection, kpis, [], scope)]


SENT = [
    row for number, account in enumerate(("A100001", "B200002", "C300003"), 1) for row in sent(JANUARY, account, number)
]


def test_clean_claims() -> None:
    """Accepted at once is clean; rejected and sent again is not, but reached; what nobody answered is in no part."""
    files = {
        "837": SENT,
        "837-2": sent(Day(2026, 1, 12), "B200002"),
        "277": [answer(1, "A100001", True), answer(2, "B200002", False)],
        "277-2": [answer(1, "B200002", True, Day(2026, 1, 14))],
    }
    assert [(1, 2), (0, 2)] == values(files, "clean_claim_rate", "never_reached_share")


def test_never_reached() -> None:
    """Rejected and left: it never reached the payer."""
    files = {"837": SENT, "277": [answer(1, "A100001", True), answer(2, "B200002", False)]}
    assert [(1, 2)] == values(files, "never_reached_share")


def test_without_acknowledgements() -> None:
    """Without acknowledgements there is no rate, not one of 0 %."""
    (found,) = measure(warehouse({"837": SENT}, "cohort_fact"), ["clean_claim_rate"])
    assert (0, 0, None) == (found.numerator, found.denominator, found.value)


def appeals() -> dict[str, Any]:
    """Four denied lines: an appeal won, one lost, one open; no appeal."""
    facts = (
        {"claim_id": "P1", "is_appealed": True, "appeal_date": Day(2026, 3, 20), "appeal_outcome": "overturned"},
        {"claim_id": "P2", "is_appealed": True, "appeal_date": Day(2026, 3, 20), "appeal_outcome": "upheld"},
        {"claim_id": "P3", "is_appealed": True, "appeal_date": Day(2026, 3, 20)},
        {"claim_id": "P4", "is_appealed": False},
    )
    rows = [
        row
        for number, one in enumerate(facts, 2)
        for row in log(number, "CO-50", procedure_code="99213", service_date=SERVICE, denial_date=MARCH, **one)
    ]
    claims = [claim(f"P{number}", denied("CO-50")) for number in range(1, 6)]
    return {"era": remit(MARCH, *claims), "log": rows}


def test_appeals() -> None:
    """Appealed of what a log tells; overturned of what is decided; a line of which no log speaks is in neither."""
    assert [(3, 4), (1, 2)] == values(appeals(), "appeal_rate", "overturn_rate")


def test_without_a_log() -> None:
    """Without a log nobody knows of appeals: no rate, not one of 0 %."""
    for found in measure(warehouse({"era": remit(MARCH, claim("P1", denied()))}), ["appeal_rate", "overturn_rate"]):
        assert (0, 0, None) == (found.numerator, found.denominator, found.value)


def test_a_request_counts_once() -> None:
    """An appeal of two lines of a claim is one request; where one of them is paid it counts as overturned."""
    facts = {"claim_id": "P1", "service_date": SERVICE, "denial_date": MARCH, "appeal_date": Day(2026, 3, 20)}
    rows = [
        *log(2, "CO-50", procedure_code="99213", appeal_outcome="overturned", **facts),
        *log(3, "CO-50", procedure_code="20610", appeal_outcome="upheld", **facts),
    ]
    lines = denied("CO-50"), denied("CO-50", 300, procedure="20610")
    assert [(1, 1)] == values({"era": remit(MARCH, claim("P1", *lines)), "log": rows}, "overturn_rate")


def test_written_off() -> None:
    """What a log says is written off counts with its charge, and is denied for good; a person's word does too."""
    row = log(
        2,
        "CO-50",
        claim_id="P1",
        procedure_code="99213",
        service_date=SERVICE,
        denial_date=MARCH,
        claim_status="written off",
    )
    files = {"era": remit(MARCH, claim("P1", denied("CO-50")), claim("P2", paid(300))), "log": row}
    names = ("written_off_amount", "written_off_rate", "final_denial_rate", "open_denied_amount")
    assert [(100, None), (100, 400), (1, 2), (0, None)] == values(files, *names)


def test_denied_for_good() -> None:
    """When every deadline has passed, a denial is final without being written off."""
    files = {"era": remit(MARCH, claim("P1", denied("CO-50"))), "era-2": remit(OCTOBER, claim("P2", paid()))}
    names = ("final_denial_rate", "written_off_amount", "open_denied_amount")
    assert [(1, 2), (0, None), (0, None)] == values(files, *names)


@pytest.mark.parametrize(("days", "expected"), [(166, 0), (167, 100), (180, 100), (181, 0)])
def test_expiring(days: int, expected: int) -> None:
    """An open denial counts as expiring from 13 days before its deadline until that day."""
    newest = Day.fromordinal(MARCH.toordinal() + days)
    files = {"era": remit(MARCH, claim("P1", denied("CO-50"))), "era-2": remit(newest, claim("P2", paid()))}
    assert [(expected, None)] == values(files, "expiring_amount")


def test_upper_bound() -> None:
    """Without a submission the payer's next decision bounds the days; it is no day of resubmission."""
    files = {
        "era": remit(MARCH, claim("P1", denied()), claim("P2", denied())),
        "era-2": remit(MAY, claim("P1", paid())),
    }
    connection = warehouse(files)
    assert {(): Span({63: 1}, {63: 1})} == spans(connection, "days_to_next_remit")
    assert {(): Span({}, {})} == spans(connection, "days_to_resubmission")
    assert {(): Span({63: 1}, {63: 1})} == spans(connection, "days_denial_to_resolution")


def test_paid_without_being_sent_again() -> None:
    """A denial that the payer corrected is watched for a resubmission until it was paid, not until the data end."""
    files = {
        "837": sent(JANUARY, "P1"),
        "era": remit(MARCH, claim("P1", denied())),
        "era-2": remit(MAY, claim("P1", paid())),
        "era-3": remit(OCTOBER, claim("P2", paid())),
    }
    assert {(): Span({}, {63: 1})} == spans(warehouse(files), "days_to_resubmission")


def test_resubmission_and_answer() -> None:
    """Denied on 2 March, sent again on the 9th, paid on 4 May."""
    files = {
        "837": sent(JANUARY, "P1"),
        "837-2": sent(Day(2026, 3, 9), "P1", frequency_code="7"),
        "era": remit(MARCH, claim("P1", denied())),
        "era-2": remit(MAY, claim("P1", paid())),
    }
    connection = warehouse(files)
    names = ("days_to_resubmission", "days_resubmission_to_answer", "days_denial_to_resolution")
    assert [7, 56, 63] == [m.value for m in measure(connection, names)]
    first = ("days_service_to_submission", "days_submission_to_remit")
    assert [1, 55] == [m.value for m in measure(connection, first)]


def test_money_has_cents() -> None:
    """Every KPI in dollars comes as an exact decimal."""
    names = [name for name, one in KPIS.items() if one.unit == "amount"]
    assert all(isinstance(m.value, Decimal) for m in measure(warehouse(appeals()), names))


def test_a_denial_without_a_date() -> None:
    """A denial of which no day is known counts, in no month and in no span of days."""
    connection = warehouse({"log": log(2, "CO-50", claim_id="L1", denial_date=None)})
    assert {} == failures(connection)
    assert [1] == [m.value for m in measure(connection, ["denied_lines"])]
    assert {(): Span({}, {})} == spans(connection, "days_denial_to_resolution")


def test_claim_export() -> None:
    """A claim export with days of submission makes cohorts of its own: decided, denied, and waiting for a decision."""
    facts: dict[str, Any] = {"service_date": SERVICE, "submission_date": JANUARY, "charge_amount": 100}
    rows = [
        *log(2, "CO-50", claim_id="L000001", denial_date=MARCH, **facts),
        *log(
            3, claim_id="L000002", is_denied=False, paid_amount=80, denial_date=None, adjudication_date=MARCH, **facts
        ),
        *log(4, claim_id="L000003", is_denied=None, denial_date=None, **facts),
    ]
    connection = warehouse({"log": rows})
    assert {} == failures(connection)
    assert [("log", 3, 2, 1)] == query(
        connection,
        "select submission_source, sum(sent_count), sum(adjudicated_count), sum(denied_core_count) from cohort_fact"
        " group by submission_source",
    )
    assert {(): Span({55: 2}, {55: 1})} == spans(connection, "days_submission_to_remit")
    assert {(): Span({1: 3}, {})} == spans(connection, "days_service_to_submission")


def test_a_date_far_ahead_follows_nothing() -> None:
    """A denial of the last 30 days is not followed, whatever a payment's date says that nobody believes."""
    files = {
        "837": sent(JANUARY, "P1"),
        "era": remit(MARCH, claim("P1", denied())),
        "era-2": in_interchange(remit(Day(2062, 4, 2), claim("P2", paid())), MARCH),
    }
    assert [(0, 0)] == values(files, "never_resubmitted_share")


def waits(build: duckdb.DuckDBPyConnection, columns: str) -> list[Any]:
    """These sums over the cohorts; the checks of the build find nothing."""
    assert {} == failures(build)
    return query(build, f"select {', '.join(f'sum({name})' for name in columns.split())} from cohort_fact")


PAID = remit(MARCH, claim("A100001", paid()))


def test_a_withdrawn_claim_waits_for_nothing() -> None:
    """Sent, voided and never answered: no decision is awaited; sent anew on the day of the void it waits on."""
    void = sent(Day(2026, 1, 12), "B200002", frequency_code="8")
    files = {"837": SENT, "837-2": void, "era": PAID}
    build = warehouse(files)
    assert [(3, 2, 1, 1)] == waits(build, "sent_count awaited_count withdrawn_count adjudicated_count")
    assert {(): Span({55: 1}, {55: 1})} == spans(build, "days_submission_to_remit")
    again = {**files, "837-3": sent(Day(2026, 1, 12), "B200002")}
    assert [(3, 3, 0)] == waits(warehouse(again), "sent_count awaited_count withdrawn_count")


def test_a_payer_without_remits_is_not_slow() -> None:
    """Of a payer none of whose remits is here nobody waits for an answer; its claims are sent and told apart."""
    files = {"837": SENT, "837-2": sent(JANUARY, "D400004", payer="Cigna"), "era": PAID}
    build = warehouse(files)
    assert [(4, 3, 1, 1)] == waits(build, "sent_count awaited_count no_remits_count adjudicated_count")
    assert {(): Span({55: 1}, {55: 2})} == spans(build, "days_submission_to_remit")


def test_a_decision_without_a_date_is_nothing_open() -> None:
    """It counts as adjudicated, has no days, and is in no count of what is open."""
    files = {"837": SENT, "era": remit(None, claim("A100001", paid())), "era-2": remit(MARCH, claim("B200002", paid()))}
    build = warehouse(files)
    assert [(3, 3, 2)] == waits(build, "sent_count awaited_count adjudicated_count")
    assert {(): Span({55: 1}, {55: 1})} == spans(build, "days_submission_to_remit")


def test_what_may_belong_to_several_claims_is_not_sent() -> None:
    """A submission without a day that fits two claims of its account is in doubt, and no claim that waits."""
    days = [claim("E500005", paid(date=day), icn=f"N{day}") for day in (SERVICE, JANUARY)]
    unclear = sent(JANUARY, "E500005", service_from_date=None)
    files = {"837": SENT, "837-2": unclear, "era": remit(MARCH, claim("A100001", paid()), *days)}
    build = warehouse(files)
    assert [(3, 3)] == waits(build, "sent_count awaited_count")
    assert [(1,)] == query(build, "select count(*) from family_submission where is_ambiguous")


def test_a_log_that_sends_after_the_decision_tells_no_submission() -> None:
    """Denied on 2 March, `submitted` on the 10th: when it was first sent is not known."""
    facts: dict[str, Any] = {"submission_date": Day(2026, 3, 10), "service_date": SERVICE}
    rows = log(2, "CO-50", claim_id="L000001", denial_date=MARCH, **facts)
    connection = warehouse({"log": rows})
    assert {} == failures(connection)
    assert [(None,)] == query(connection, "select submission_date from claim_fact")
    assert [(0,)] == query(connection, "select count(*) from cohort_fact")
