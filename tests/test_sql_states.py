"""What became of a line: each rule on a claim made for it."""

from tests.practice import Day, claim, denied, paid, remit, reversal, sent
from tests.warehouse import each, found, lines, query, warehouse

MARCH, APRIL, MAY = Day(2026, 3, 2), Day(2026, 4, 2), Day(2026, 5, 4)

STATES = [
    ("paid", [(MARCH, claim("P1", paid()))]),
    ("patient", [(MARCH, claim("P1", denied("PR-1")))]),
    ("denied_open", [(MARCH, claim("P1", denied()))]),
    ("zero_paid", [(MARCH, claim("P1", denied("CO-45")))]),
    ("paid_after_denial", [(MARCH, claim("P1", denied())), (APRIL, claim("P1", paid()))]),
    ("paid_after_denial", [(MARCH, claim("P1", denied())), (APRIL, claim("P1", denied("PR-1")))]),
    (
        "paid_after_denial",
        [(MARCH, claim("P1", denied())), (APRIL, reversal(claim("P1", denied()))), (MAY, claim("P1", paid()))],
    ),
    ("takeback", [(MARCH, claim("P1", paid())), (APRIL, reversal(claim("P1", paid()))), (MAY, claim("P1", denied()))]),
    ("pending", [(MARCH, claim("P1", paid())), (APRIL, reversal(claim("P1", paid())))]),
    ("paid", [(MARCH, claim("P1", paid())), (APRIL, claim("P1", denied("CO-18")))]),
    ("paid", [(MARCH, claim("P1", paid())), (APRIL, reversal(claim("P1", paid()))), (MAY, claim("P1", paid(100, 60)))]),
    (
        "denied_open",
        [(MARCH, claim("P1", denied())), (APRIL, claim("P1", paid())), (MAY, reversal(claim("P1", paid())))],
    ),
]


def test_state() -> None:
    """What stands now follows from every decision that was not reversed; a duplicate's denial undoes no payment."""
    cases = {f"{number} {state}": events for number, (state, events) in enumerate(STATES)}
    assert {name: [name.split()[1]] for name in cases} == each(cases, "family_line", "state")


def test_takeback_is_no_denial() -> None:
    """A line first paid, then reversed and denied, is a takeback with its reason, not an initial denial."""
    rows = lines(
        claim("P1", paid(), icn="1"),
        (APRIL, reversal(claim("P1", paid(), icn="1"))),
        (MAY, claim("P1", denied("CO-197"), icn="2")),
        columns="is_denied_broad, state, is_takeback_core, carc",
    )
    assert [(False, "takeback", True, "197")] == rows


def test_reversal_in_one_remit() -> None:
    """A reversal and its correction on one day are taken in the order in which they stand."""
    first = claim("P1", paid(), icn="1")
    files = {
        "a": remit(MARCH, first),
        "b": remit(APRIL, reversal(first), claim("P1", denied(), icn="2", f8="1")),
    }
    assert [("takeback", False)] == found(files, "family_line", "state, is_denied_broad")


def test_reversal_without_original() -> None:
    """A reversal whose payment is not in the store takes back nothing that came after it, and is told."""
    first = claim("P1", paid(), icn="1")
    connection = warehouse({"b": remit(APRIL, reversal(first), claim("P1", paid(), icn="2"))})
    told = query(connection, "select issue_count from data_quality where issue = 'lone_reversal'")
    assert ([("paid", 80)], [(1,)]) == (query(connection, "select state, paid_amount from family_line"), told)


RESUBMISSIONS = [
    ("a replacement", {"day": Day(2026, 3, 9), "frequency_code": "7"}, Day(2026, 3, 9)),
    ("a new claim", {"day": Day(2026, 3, 20)}, Day(2026, 3, 20)),
    ("a replacement on the same day", {"day": MARCH, "frequency_code": "7"}, MARCH),
    ("the first submission", {"day": Day(2026, 1, 9)}, None),
    ("a void", {"day": Day(2026, 3, 9), "frequency_code": "8"}, None),
    ("to the secondary payer", {"day": Day(2026, 3, 9), "sequence": "S", "payer": "Cigna"}, None),
    ("another day's service", {"day": Day(2026, 3, 9), "service_from_date": MARCH, "service_to_date": MARCH}, None),
    ("under a new number", {"day": Day(2026, 3, 9), "pcn": "P9", "original_reference_number": "ICN1"}, Day(2026, 3, 9)),
]


def test_resubmission() -> None:
    """A denied claim is sent again when a later claim of its number, or one that names the payer's number, goes out."""
    cases = {name: [(MARCH, claim("P1", denied(), icn="ICN1"))] for name, *_ in RESUBMISSIONS}
    more = {}
    for number, (_, values, _) in enumerate(RESUBMISSIONS):
        own = {key: f"{value}x{number}" if value == "ICN1" else value for key, value in values.items()}
        more[f"837-{number}"] = sent(own.pop("day"), f"{own.pop('pcn', 'P1')}x{number}", **own)
    assert {name: [day] for name, _, day in RESUBMISSIONS} == each(cases, "family_line", "resubmission_date", more)


def test_overturned_by() -> None:
    """A denial is overturned by the payer where no resubmission lies between, else by the resubmission."""
    eras = {
        "a": remit(MARCH, claim("P1", denied()), claim("P2", denied())),
        "b": remit(APRIL, claim("P1", paid()), claim("P2", paid())),
        "837": [*sent(Day(2026, 1, 9), "P1"), *sent(Day(2026, 3, 9), "P2", 2)],
    }
    assert ["payer", "resubmission"] == found(eras, "family_line", "overturned_by", "family_id")


def test_never_resubmitted() -> None:
    """Only a claim known from an 837 and denied 30 days before the newest payment is called never resubmitted."""
    files = {
        "a": remit(MARCH, claim("P1", denied()), claim("P2", denied())),
        "b": remit(Day(2026, 3, 30), claim("P3", denied())),
        "c": remit(Day(2026, 4, 1), claim("P4", paid())),
        "837": [*sent(Day(2026, 1, 9), "P1"), *sent(Day(2026, 1, 9), "P3", 2)],
    }
    rows = found(files, "line_fact", "claim_id, followed_core_count, never_resubmitted_core_count")
    assert [(1, 1), (0, 0), (0, 0), (0, 0)] == [row[1:] for row in rows]
