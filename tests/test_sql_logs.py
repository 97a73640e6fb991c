"""What a denial log adds: each rule on a row made for it."""

from typing import Any

from tests.practice import Day, claim, denied, log, paid, remit
from tests.warehouse import found, query, warehouse

MARCH, MAY = Day(2026, 3, 2), Day(2026, 5, 4)


def test_log_row_of_a_remit() -> None:
    """A log row about a line that a remittance decided is evidence and not a second denial."""
    files = {
        "era": remit(MARCH, claim("P1", denied("CO-16"))),
        "log": log(
            2, "CO-16", claim_id="P1", procedure_code="99213", service_date=Day(2026, 1, 5), note="no auth on file"
        ),
    }
    assert [("835", "missing_auth")] == found(files, "denial", "source, root_cause")


def test_log_row_of_its_own() -> None:
    """A log row that differs in number, day or procedure from every remittance line is a denial of its own."""
    others = [
        {"claim_id": "P2"},
        {"claim_id": "P1", "service_date": MARCH},
        {"claim_id": "P1", "procedure_code": "20610"},
    ]
    rows = [row for number, other in enumerate(others, 2) for row in log(number, "CO-50", **other)]
    files = {"era": remit(MARCH, claim("P1", denied())), "log": rows}
    assert ["835", "log", "log", "log"] == found(files, "denial", "source")


def test_log_of_denials_only() -> None:
    """The rows of a log that holds only denials count as denials and dollars, and enter no rate."""
    rows = found(
        {"log": log(2, "CO-50", claim_id="L1", charge_amount=70)},
        "line_fact",
        "adjudicated_count, rate_denied_core_count, denied_core_count, denied_core_amount, necessity_a_core_count",
    )
    assert [(0, 0, 1, 70, 1)] == rows


def test_claim_export() -> None:
    """A file that also has lines that were not denied enters both parts of the rates."""
    rows = [*log(2, "CO-50", claim_id="L1"), *log(3, claim_id="L2", is_denied=False, paid_amount=10)]
    sums = "sum(adjudicated_count), sum(rate_denied_core_count)"
    assert [(2, 1)] == query(warehouse({"log": rows}, "line_fact"), f"select {sums} from line_fact")


def test_a_claim_sent_is_no_undecided_denial() -> None:
    """A row that tells only when a claim was sent is told as that; one that tells nothing is undecided."""
    silent: dict[str, Any] = {"is_denied": None, "denial_date": None, "charge_amount": 70}
    rows = [*log(2, claim_id="L1", submission_date=MARCH, **silent), *log(3, claim_id="L2", **silent)]
    issues = "select issue, issue_count from data_quality where issue in ('log_sending', 'log_undecided') order by 1"
    assert [("log_sending", 1), ("log_undecided", 1)] == query(warehouse({"log": rows}), issues)


def test_an_appeal_of_what_was_paid_is_told() -> None:
    """An appeal that no denial takes up is not lost: it is an issue; one of a denied line is none."""
    rows = [*log(2, claim_id="P1", appeal_date=MAY), *log(3, claim_id="P2", appeal_date=MAY)]
    files = {"era": [*remit(MARCH, claim("P1", paid()), claim("P2", denied()))], "log": rows}
    issue = "select issue_count from data_quality where issue = 'appeal_without_denial'"
    assert [(1,)] == query(warehouse(files), issue)


def test_log_repeats() -> None:
    """A line that a log names again, in the same or the next export of it, counts once, from its first date."""
    first = [*log(2, "CO-50", claim_id="L1"), *log(3, "CO-16", claim_id="L1", denial_date=MAY)]
    files = {"log-march": first, "log-april": [*log(7, "CO-50", claim_id="L1"), *log(8, "CO-29", claim_id="L2")]}
    assert [("29", Day(2026, 2, 1)), ("50", Day(2026, 2, 1))] == found(files, "denial", "carc, denial_date")


LOG_SCOPES: list[tuple[tuple[str, ...], list[bool]]] = [
    (("CO-50",), [True]),
    (("CO-18",), [False]),
    (("CO-999",), [True]),
    ((), [True]),
    (("local:NR",), [True]),
    (("PR-1",), []),
    (("CO-45", "CO-18"), [False]),
]


def test_log_scope() -> None:
    """A row that the log calls denied is core unless its codes are broad; codes never denials make it none."""
    rows = [row for n, (codes, _) in enumerate(LOG_SCOPES) for row in log(n, *codes, claim_id=f"L{n}")]
    scopes = dict(found({"log": rows}, "denial", "row_no, is_core"))
    expected = {number: flags[0] for number, (_, flags) in enumerate(LOG_SCOPES) if flags}
    assert expected == scopes


def test_log_local_letters() -> None:
    """The practice's own letters give the tier only where no known CARC does."""
    rows = [*log(2, "local:NR", claim_id="L1"), *log(3, "CO-29", claim_id="L2", local_flag="NR")]
    assert [("", "NR"), ("A", "NR")] == found({"log": rows}, "denial", "mn_tier, log_flag")


def test_log_told_in_words() -> None:
    """A log's denial without a code is classed by the root cause that its words give, else it is unknown."""
    words = {"L1": "not medically necessary", "L2": "no prior auth on file", "L3": "see letter"}
    rows = [row for n, (number, text) in enumerate(words.items()) for row in log(n, claim_id=number, reason_text=text)]
    assert [
        ("authorization", "C", "missing_auth"),
        ("medical_necessity", "A", "not_necessary_unspecified"),
        ("unknown", "", "not_determined"),
    ] == found({"log": rows}, "denial", "category, mn_tier, root_cause")


def test_unknown_local_code() -> None:
    """The practice's own codes that are in no list make no necessity denial and are told."""
    connection = warehouse({"log": log(2, "local:PA01", claim_id="L1")})
    told = query(connection, "select issue_count from data_quality where issue = 'unknown_local_code'")
    assert ([(None, "")], [(1,)]) == (query(connection, "select log_flag, mn_tier from denial"), told)
