"""When a line or claim is denied: each rule on a claim made for it. Rows go through the lake and the SELECTs."""

from tests.practice import Cas, Day, Line, claim, denied, line, paid, remit
from tests.warehouse import each, found, lines, query, warehouse

MARCH, APRIL = Day(2026, 3, 2), Day(2026, 4, 2)

DENIED = [  # name, line, denied in core scope, in broad scope, partial, whole contractual
    ("CO-50 on the whole charge", denied("CO-50"), 1, 1, 0, 0),
    ("PR-50: the group does not matter", denied("PR-50"), 1, 1, 0, 0),
    ("an unknown group neither", denied("XX-50"), 1, 1, 0, 0),
    ("all deductible", denied("PR-1"), 0, 0, 0, 0),
    ("a copay within a denied line", line(Cas("CO-50", 75), Cas("PR-3", 25)), 0, 0, 1, 0),
    ("another payer paid", denied("OA-23"), 0, 0, 0, 0),
    ("a duplicate is broad", denied("CO-18"), 0, 1, 0, 0),
    ("bundled is broad", denied("CO-97"), 0, 1, 0, 0),
    ("broad and core together are core", line(Cas("CO-97", 40), Cas("CO-50", 60)), 1, 1, 0, 0),
    ("CO-45 alone on the whole charge", denied("CO-45"), 0, 0, 0, 1),
    ("PR-45 alone is no contract term", denied("PR-45"), 0, 0, 0, 0),
    ("CO-45 beside a denial", line(Cas("CO-45", 30), Cas("CO-197", 70)), 1, 1, 0, 0),
    ("paid in part with a core reason", line(Cas("CO-151", 40), paid=60), 0, 0, 1, 0),
    ("paid in part with a broad reason", line(Cas("CO-97", 40), paid=60), 0, 0, 0, 0),
    ("paid in part at the contract's rate", paid(), 0, 0, 0, 0),
    ("a code in no list", denied("CO-999"), 0, 0, 0, 0),
    ("a code in no list beside one we know", line(Cas("CO-999", 50), Cas("CO-50", 50)), 1, 1, 0, 0),
    ("an adjustment of 0 takes nothing away", line(Cas("CO-50", 0), Cas("CO-45", 100)), 0, 0, 0, 0),
    ("an adjustment that could not be read does", line(Cas("CO-50", None)), 1, 1, 0, 0),
    ("sequestration and capitation", line(Cas("CO-253", 2), Cas("CO-24", 98)), 0, 0, 0, 0),
    ("no reason at all", line(), 0, 0, 0, 0),
    ("a retired necessity code keeps its meaning", denied("CO-57"), 1, 1, 0, 0),
]


def test_line_denied() -> None:
    """A line is denied when nothing of a charge was allowed and a reason in scope takes something away."""
    claims = [claim(f"P{number:02}", one) for number, (_, one, *_) in enumerate(DENIED)]
    columns = "is_denied_core, is_denied_broad, is_partial_denial, is_whole_contractual"
    rows = found({"era": remit(MARCH, *claims)}, "family_line", f"family_id, {columns}", "family_id")
    actual = {name: tuple(int(flag) for flag in row[1:]) for (name, *_), row in zip(DENIED, rows, strict=True)}
    assert {name: tuple(flags) for name, _, *flags in DENIED} == actual


def test_no_charge() -> None:
    """A line with a charge of 0.01 or less is in neither part of a rate, nor one whose charge cannot be read."""
    charges = {"nothing": 0, "a cent": 0.01, "two cents": 0.02, "unreadable": None}
    cases = {name: [(MARCH, claim("P1", Line(charge=c, cas=[Cas("CO-50", c)])))] for name, c in charges.items()}
    expected = {"nothing": [], "a cent": [], "two cents": [True], "unreadable": []}
    assert expected == each(cases, "family_line", "is_denied_core")


def test_claim_level_covers() -> None:
    """A claim's adjustments cover each line that its own do not explain, and their amount counts once."""
    one = claim("P1", paid(), line(charge=60), line(charge=40), cas=[Cas("CO-50", 100)])
    expected = [(False, 0), (True, 100), (True, 0)]
    flags = found({"era": remit(MARCH, one)}, "line_event", "line_no, is_denied_core")
    sql = "select line_no, sum(case when is_claim_level then amount else 0 end) from line_reason group by 1 order by 1"
    amounts = query(warehouse({"era": remit(MARCH, one)}, "line_reason"), sql)
    assert expected == [(is_denied, amount) for (_, is_denied), (_, amount) in zip(flags, amounts, strict=True)]


def test_claim_level_repeats_lines() -> None:
    """A claim's adjustments that repeat those of its lines cover nothing."""
    one = claim("P1", denied("CO-97"), cas=[Cas("CO-50", 100)])
    assert [(False, True)] == lines(one, columns="is_denied_core, is_denied_broad")


def test_claim_level_share() -> None:
    """A copay at the claim leaves a line that it covers undenied, whatever else covers it."""
    one = claim("P1", line(), cas=[Cas("PR-3", 25), Cas("CO-50", 75)])
    assert [(False, True)] == lines(one, columns="is_denied_broad, is_partial_denial")


def test_claim_without_lines() -> None:
    """A claim without lines is one line of its own."""
    one = claim("P1", charge=80, paid=0, cas=[Cas("CO-50", 80)], date=Day(2026, 1, 5))
    assert [("claim", 80, True)] == lines(one, columns="line_key, charge_amount, is_denied_core")


def test_claim_without_lines_first() -> None:
    """A claim denied as a whole and paid by line later stays one line."""
    whole = claim("P1", charge=200, paid=0, cas=[Cas("CO-50", 200)], date=Day(2026, 1, 5))
    rows = lines(
        whole, (APRIL, claim("P1", paid(), paid(procedure="20610"))), columns="line_key, state, recovered_amount"
    )
    assert [("claim", "paid_after_denial", 160)] == rows


def test_claim_without_lines_later() -> None:
    """A claim payment without lines, after one with lines, changes none of them and is told as stray."""
    files = {
        "a": remit(MARCH, claim("P1", paid())),
        "b": remit(APRIL, claim("P1", charge=100, paid=0, date=Day(2026, 1, 5))),
    }
    connection = warehouse(files)
    stray = query(connection, "select issue_count from data_quality where issue = 'stray_claim'")
    assert ([("paid",)], [(1,)]) == (query(connection, "select state from family_line"), stray)


def test_not_adjudicated() -> None:
    """A pended claim, a predetermination and another payer's claim are in neither part of a rate."""
    codes = ["5", "10", "13", "23", "25", "27"]
    cases = {code: [(MARCH, claim("P1", denied(), status=code))] for code in codes}
    assert {code: [] for code in codes} == each(cases, "family_line", "line_key")


def test_pended_then_denied() -> None:
    """The first adjudication is the first decision, not the notice that the claim is pended."""
    rows = lines(claim("P1", denied(), status="5"), (APRIL, claim("P1", denied("CO-29"))), columns="carc, payment_date")
    assert [("29", APRIL)] == rows


def test_unknown_status() -> None:
    """A claim with an unknown status code is decided, in the primary turn, and told."""
    connection = warehouse({"era": remit(MARCH, claim("P1", denied(), status="99"))})
    told = query(connection, "select issue_count from data_quality where issue = 'unknown_status'")
    assert ([("primary", True)], [(1,)]) == (
        query(connection, "select payer_sequence, is_denied_core from family_line"),
        told,
    )


def test_claim_denied() -> None:
    """A claim is denied when every line with a charge was denied at the first adjudication."""
    files = {
        "a": remit(
            MARCH,
            claim("P1", denied(), denied("CO-29", 20), Line("G8427", charge=0)),
            claim("P2", denied(), paid()),
            claim("P3", denied(), denied("CO-18")),
        ),
        "b": remit(APRIL, claim("P1", paid(procedure="20610"))),
    }
    columns = "claim_id, denied_core_count, denied_broad_count, any_denied_core_count, first_pass_paid_count"
    assert [(1, 1, 1, 0), (0, 0, 1, 1), (0, 1, 1, 0)] == [row[1:] for row in found(files, "claim_fact", columns)]


def test_zero_pay_leaves_duplicates_out() -> None:
    """A remit wholly denied as a duplicate is in neither part of the zero-pay rate."""
    claims = [claim("P1", denied("CO-18")), claim("P2", denied("PR-1")), claim("P3", paid())]
    rows = query(
        warehouse({"a": remit(MARCH, *claims)}, "remit_fact"),
        "select sum(remit_count), sum(zero_pay_count) from remit_fact",
    )
    assert [(2, 1)] == rows


def test_submitted_procedure() -> None:
    """The procedure is the one that was submitted, also where the payer decided another."""
    assert ["99214"] == lines(claim("P1", denied(submitted="99214")), columns="procedure")
