"""What belongs together and what came first: each rule on a claim made for it."""

from tests.practice import Cas, Day, claim, denied, line, paid, remit, sent
from tests.warehouse import each, found, lines, query, warehouse

MARCH, APRIL, MAY = Day(2026, 3, 2), Day(2026, 4, 2), Day(2026, 5, 4)

SEQUENCES = [
    ("1", denied(), "primary"),
    ("19", denied(), "primary"),
    ("2", denied(), "secondary"),
    ("20", denied(), "secondary"),
    ("3", denied(), "tertiary"),
    ("4", denied(), "primary"),
    ("4", line(Cas("OA-23", 60), Cas("CO-50", 40)), "secondary"),
    (None, denied(), "primary"),
]


def test_payer_sequence() -> None:
    """CLP02 says in whose turn the payer decided; a plain denial is primary unless an adjustment 23 says otherwise."""
    cases = {
        f"{number} {status}": [(MARCH, claim("P1", one, status=status))]
        for number, (status, one, _) in enumerate(SEQUENCES)
    }
    expected = {name: [one] for name, (_, _, one) in zip(cases, SEQUENCES, strict=True)}
    assert expected == each(cases, "family_line", "payer_sequence")


def test_payer_sequence_of_837() -> None:
    """A plain denial is secondary where every 837 to that payer says so."""
    files = {"a": remit(MARCH, claim("P1", denied(), status="4")), "837": sent(Day(2026, 1, 9), "P1", sequence="S")}
    assert ["secondary"] == found(files, "family_line", "payer_sequence")


def test_first_adjudication() -> None:
    """A line denied three times is one initial denial of its charge, for its first reason."""
    dated = [(MARCH, "CO-50"), (APRIL, "CO-18"), (MAY, "CO-29")]
    rows = lines(
        *((day, claim("P1", denied(code))) for day, code in dated),
        columns="payment_date, carc, charge_amount, event_count, state",
    )
    assert [(MARCH, "50", 100, 3, "denied_open")] == rows


def test_arrival_does_not_matter() -> None:
    """Which file came first, and what it is called, changes nothing: payment dates do."""
    early, late = remit(MARCH, claim("P1", denied())), remit(APRIL, claim("P1", paid()))
    columns = "payment_date, is_denied_core, state"
    one = found({"era-x": early, "era-y": late}, "family_line", columns)
    assert one == found({"era-y": early, "era-x": late}, "family_line", columns)


def test_secondary_is_apart() -> None:
    """A secondary payer's remit is a family of its own, even where it is the same payer."""
    rows = lines(claim("P1", denied()), (APRIL, claim("P1", paid(), status="2")), columns="payer_sequence, state")
    assert [("primary", "denied_open"), ("secondary", "paid")] == rows


def test_repeat_in_another_file() -> None:
    """A claim payment that comes again in another file counts once, and is told."""
    rows = remit(MARCH, claim("P1", denied()), claim("P2", paid()))
    more = remit(MARCH, claim("P1", denied()), claim("P2", paid()), claim("P3", paid()), control="000000077")
    connection = warehouse({"a": rows, "b": more})
    counts = query(connection, "select sum(adjudicated_count), sum(denied_core_count) from line_fact")
    told = query(connection, "select issue_count, amount from data_quality where issue = 'repeated_claim'")
    assert ([(3, 1)], [(2, 200)]) == (counts, told)


def test_same_claim_twice_in_one_remit() -> None:
    """Equal claim payments within one transaction are two events, and two again when the file comes again."""
    rows = remit(MARCH, claim("P1", denied()), claim("P1", denied()))
    assert [2] == found({"a": rows, "b": rows}, "line_history", "event_count")


def test_repeated_payment() -> None:
    """A payment counts once for the share that balances, however often it comes."""
    rows = remit(MARCH, claim("P1", paid()))
    empty = remit(APRIL, plb=-20)
    files = {"a": rows, "b": rows, "c": empty, "d": empty}
    assert [(MARCH, 1), (APRIL, 1)] == [
        (row[0], row[1]) for row in found(files, "payment_fact", "payment_date, payment_count")
    ]


FAMILIES = [
    (
        "the payer's number of the original (REF*F8)",
        claim("P1", denied(), icn="1"),
        claim("P9", paid(), icn="2", f8="1"),
        1,
    ),
    ("the payer's own number", claim("P1", denied(), icn="1"), claim("P1", paid(date=Day(2026, 1, 6)), icn="1"), 1),
    ("number, payer and day", claim("P1", denied(), icn="1"), claim("P1", paid(), icn="2"), 1),
    ("another day is another claim", claim("P1", denied()), claim("P1", paid(date=Day(2026, 1, 6))), 2),
    ("another number is another claim", claim("P1", denied()), claim("P2", paid()), 2),
    ("filler of zeros links nothing", claim("P1", denied(), icn="000"), claim("P2", paid(), icn="000"), 2),
    ("a payer's number on two patients links nothing", claim("P1", denied(), icn="7"), claim("P2", paid(), icn="7"), 2),
    ("a missing date is filled from the other remit", claim("P1", denied(date=None)), claim("P1", paid()), 1),
    ("no number of the practice, same of the payer", claim("0", denied(), icn="1"), claim("0", paid(), icn="1"), 1),
    ("no number at all", claim(None, denied()), claim(None, paid()), 2),
]


def test_family() -> None:
    """Two remits are of one family by the payer's numbers, else by patient control number, payer and first day."""
    cases = {name: [(MARCH, first), (APRIL, second)] for name, first, second, _ in FAMILIES}
    families = each(cases, "line_event", "family_id")
    assert {name: count for name, *_, count in FAMILIES} == {name: len(set(ids)) for name, ids in families.items()}


def test_family_by_837() -> None:
    """A resubmission under a new number is found through the payer's number in its 837."""
    files = {
        "a": remit(MARCH, claim("P1", denied(), icn="1")),
        "b": remit(APRIL, claim("P9", paid(), icn="2")),
        "837": sent(Day(2026, 3, 9), "P9", frequency_code="7", original_reference_number="1"),
    }
    assert [("paid_after_denial",)] == [(state,) for state in found(files, "family_line", "state")]


LINE_KEYS = [
    ("numbers that last", [("1", "99213"), ("2", "20610")], [("2", "20610"), ("1", "99213")], 2),
    ("numbers that last while a procedure is corrected", [("1", "99213")], [("1", "99214")], 1),
    ("numbers that change with the claim", [("1", "99213")], [("77", "99213")], 1),
    ("numbers missing at first", [(None, "99213")], [("1", "99213")], 1),
    ("one number on every line", [("1", "99213"), ("1", "20610")], [("1", "99213"), ("1", "20610")], 2),
    ("the same procedure twice", [(None, "97110"), (None, "97110")], [(None, "97110"), (None, "97110")], 2),
    ("an added line", [(None, "97110")], [(None, "97110"), (None, "20610")], 2),
]


def test_line_key() -> None:
    """A line is the same by the practice's line number where it lasts, else by procedure, date and occurrence."""
    cases = {
        name: [
            (MARCH, claim("P1", *(denied(number=number, procedure=code) for number, code in first))),
            (APRIL, claim("P1", *(paid(number=number, procedure=code) for number, code in second))),
        ]
        for name, first, second, _ in LINE_KEYS
    }
    counts = {name: len(keys) for name, keys in each(cases, "family_line", "line_key").items()}
    assert {name: count for name, *_, count in LINE_KEYS} == counts


def test_payer_names() -> None:
    """Spellings of one name, and names in the alias table, are one payer; others stay as they are given."""
    names = ["Bright Valley Health, Inc.", "BRIGHT VALLEY HEALTH", "Aetna Life Insurance", "AETNA", "Other Plan", None]
    files = {f"era-{n}": remit(MARCH, claim(f"P{n}", paid()), payer=name) for n, name in enumerate(names)}
    payers = found(files, "remit_payment", "payer_key")
    assert ["(not given)", "Aetna", "Aetna", "BRIGHT VALLEY HEALTH", "BRIGHT VALLEY HEALTH", "Other Plan"] == payers
