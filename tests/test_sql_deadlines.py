"""How far the data reach, and until when something can be done about a denial."""

import datetime
from typing import Any

import pytest

from pipelines.rows import Row
from tests.practice import Day, claim, denied, in_interchange, log, paid, remit, sent
from tests.warehouse import Files, found

MARCH, APRIL = Day(2026, 3, 2), Day(2026, 4, 2)


SPANS: dict[str, tuple[Files, tuple[Day | None, ...]]] = {
    "nothing": ({}, (None, None, None, None)),
    "remits": (
        {"a": remit(MARCH, claim("P1", paid())), "b": remit(APRIL, claim("P2", paid()))},
        (MARCH, APRIL, None, APRIL),
    ),
    "a payment date typed wrong": (
        {
            "a": remit(MARCH, claim("P1", paid())),
            "b": in_interchange(remit(Day(2062, 4, 2), claim("P2", paid())), APRIL),
        },
        (MARCH, MARCH, None, MARCH),
    ),
    "a payment two weeks ahead": (
        {"b": in_interchange(remit(Day(2026, 4, 16), claim("P2", paid())), APRIL)},
        (Day(2026, 4, 16), Day(2026, 4, 16), None, Day(2026, 4, 16)),
    ),
    "claims sent since": (
        {"a": remit(MARCH, claim("P1", paid())), "837": sent(Day(2026, 3, 20), "P2")},
        (MARCH, MARCH, Day(2026, 3, 20), Day(2026, 3, 20)),
    ),
    "a claim sent in the far future": (
        {"a": remit(MARCH, claim("P1", paid())), "837": sent(Day(2027, 3, 20), "P2")},
        (MARCH, MARCH, None, MARCH),
    ),
    "claims alone": ({"837": sent(MARCH, "P2")}, (None, None, MARCH, MARCH)),
    "a log newer than the remits": (
        {"a": remit(MARCH, claim("P1", paid())), "log": log(2, "CO-50", claim_id="L1", denial_date=APRIL)},
        (MARCH, MARCH, None, APRIL),
    ),
    "a log far ahead of the remits": (
        {"a": remit(MARCH, claim("P1", paid())), "log": log(2, "CO-50", claim_id="L1", denial_date=Day(2026, 7, 1))},
        (MARCH, MARCH, None, MARCH),
    ),
    "a log alone": ({"log": log(2, "CO-50", claim_id="L1")}, (Day(2026, 2, 1), Day(2026, 2, 1), None, Day(2026, 2, 1))),
}


@pytest.mark.parametrize("name", SPANS)
def test_data_through(name: str) -> None:
    """Data reach to the newest payment, submission or decision of a log that can be believed."""
    files, expected = SPANS[name]
    columns = "first_date, newest_payment_date, newest_submission_date, as_of_date"
    assert [expected] == found(files, "data_span", columns)


def deadlines(*rows: list[Row], payer: str = "Aetna", filing: str | None = "12", upto: Day = APRIL) -> list[Any]:
    """Rule, kind, day and days left of the denial of 2 March for a service of 5 January, data through `upto`."""
    files = {
        "a": remit(MARCH, claim("P1", denied(), filing=filing), payer=payer),
        "z": remit(upto, claim("P2", paid()), payer=payer),
        **{f"log-{number}": one for number, one in enumerate(rows)},
    }
    return found(files, "deadline", "payer_rule_id, deadline_kind, deadline_date, days_left")


def after(day: Day, count: int) -> Day:
    """The day so many days later."""
    return day + datetime.timedelta(days=count)


def test_payer_then_class_then_any() -> None:
    """The rule of the payer's plan comes first, then that of its class, then the last resort."""
    named = [
        deadlines(),
        deadlines(payer="Cigna"),
        deadlines(payer="Acme", filing="MB"),
        deadlines(payer="Acme", filing="CI"),
        deadlines(payer="Acme", filing=None),
        deadlines(payer="Acme", filing="09"),
    ]
    assert ["aetna", "cigna", "medicare", "commercial", "any", "self_pay"] == [rows[0][0] for rows in named]


def test_the_earlier_day_that_has_not_passed() -> None:
    """Medicare: an appeal within 120 days of the denial, then the filing limit, a year from the service."""
    appeal, refile = after(MARCH, 120), after(Day(2026, 1, 5), 365)
    late, over = Day(2026, 8, 3), Day(2027, 3, 1)
    expected = [
        ("medicare", "appeal", appeal, (appeal - APRIL).days),
        ("medicare", "refile", refile, (refile - late).days),
        ("medicare", "refile", refile, (refile - over).days),
    ]
    actual = [deadlines(payer="Acme", filing="MB", upto=day)[0] for day in (APRIL, late, over)]
    assert expected == actual


def test_the_log_knows_better() -> None:
    """The practice's own deadline wins over any rule, and is no assumption."""
    row = log(2, "CO-50", claim_id="P1", procedure_code="99213", deadline_date=Day(2026, 4, 20))
    assert [("aetna", "log", Day(2026, 4, 20), 18)] == deadlines(row)


def test_a_log_row_has_a_deadline_too() -> None:
    """A denial that only a log knows gets its day as well; without a payer's rule the last resort's."""
    files = {"log": log(2, "CO-50", claim_id="L1", payer_name="Acme")}
    columns = "payer_rule_id, deadline_kind, deadline_date, is_assumed"
    assert [("any", "appeal", after(Day(2026, 2, 1), 90), True)] == found(files, "deadline", columns)


def test_a_later_denial_gives_new_time_but_a_duplicate_does_not() -> None:
    """Days to appeal count from the last denial on the merits."""
    first = remit(MARCH, claim("P1", denied(), filing="MB"), payer="Acme")
    again = remit(APRIL, claim("P1", denied(), filing="MB"), payer="Acme")
    copy = remit(APRIL, claim("P1", denied("CO-18"), filing="MB"), payer="Acme")
    days = [found({"a": first, "b": one}, "deadline", "appeal_deadline_date")[0] for one in (again, copy)]
    assert [after(APRIL, 120), after(MARCH, 120)] == days


def test_nothing_to_do_about_what_was_paid() -> None:
    """Only an initially denied line has a deadline."""
    assert [] == found({"a": remit(MARCH, claim("P1", paid()))}, "deadline", "denial_id")
