"""Claims by the month in which they were sent: how far they are decided, and what the young months will come to."""

import datetime
from decimal import Decimal

import duckdb
import pytest

from pipelines.errors import UsageError
from pipelines.maturity import cohorts
from pipelines.measure import Scope, measure
from pipelines.rows import Row
from tests.practice import Claim, claim, denied, paid, remit, sent
from tests.warehouse import warehouse

Day = datetime.date
STARTS = [Day(2026, month, 1) for month in range(1, 7)]
AS_OF = Day(2026, 6, 30)
DENIED = {3: 10, 17: 45}  # number -> days until the answer


def months() -> dict[str, list[Row]]:
    """Six months of 20 claims, sent on five days each; decided after 20 days, but two denied, after 10 and 45."""
    files: dict[str, list[Row]] = {}
    decided: dict[Day, list[Claim]] = {}
    for start in STARTS:
        rows: list[Row] = []
        for number in range(20):
            account, day = f"P{start.month:02d}{number:02d}x", start + datetime.timedelta(number // 4 * 5)
            rows += sent(day, account, number + 1, charge_amount=10000)
            is_denied = number in DENIED
            answer = day + datetime.timedelta(DENIED.get(number, 20))
            decided.setdefault(answer, []).append(claim(account, denied("CO-50") if is_denied else paid()))
        files[f"837-{start}"] = rows
    for answer, claims in decided.items():
        if answer <= AS_OF:
            files[f"era-{answer}"] = remit(answer, *claims, trace=f"T{answer}")
    return files


@pytest.fixture(scope="module")
def half_year() -> duckdb.DuckDBPyConnection:
    """A build of these months."""
    return warehouse(months())


def test_cohorts(half_year: duckdb.DuckDBPyConnection) -> None:
    """A month is whole at 95 % decided or after 90 days; a younger one has an estimate and a range around it."""
    found = cohorts(half_year)
    assert STARTS == [one.month for one in found]
    assert [20, 20, 20, 20, 19, 8] == [one.adjudicated for one in found]
    assert [2, 2, 2, 2, 1, 1] == [one.denied for one in found]
    assert [146, 118, 87, 57, 26, -4] == [one.age_days for one in found]
    assert [True, True, True, True, True, False] == [one.is_mature for one in found]
    assert [Decimal("0.1")] * 4 == [one.rate for one in found[:4]]
    assert [None] * 5 == [one.estimate for one in found[:5]]
    june = found[5]
    assert (Decimal("0.4"), Decimal("0.125")) == (june.share_adjudicated, june.rate)
    assert june.low is not None and june.estimate is not None and june.high is not None
    assert 0.05 <= june.low < june.estimate < june.high <= 0.65, "between all paid and all denied"
    # by now 5 of 9 denials of the claims sent 10 days ago or more, four days of five; all others of two days of five
    denials, others = 1 / (0.8 * 5 / 9), 7 / 0.4
    assert pytest.approx(denials / (denials + others)) == june.estimate


def test_units(half_year: duckdb.DuckDBPyConnection) -> None:
    """Claims, lines or dollars."""
    sums = {unit: [one.denied for one in cohorts(half_year, unit=unit)][:2] for unit in ("claims", "lines", "dollars")}
    assert {"claims": [2, 2], "lines": [2, 2], "dollars": [200, 200]} == sums


def test_dates_choose_what_is_told(half_year: duckdb.DuckDBPyConnection) -> None:
    """Dates leave months out, and the estimates of the others stay as they were."""
    scope = Scope(date_from=Day(2026, 5, 1))
    assert cohorts(half_year)[4:] == cohorts(half_year, scope)


def test_filters(half_year: duckdb.DuckDBPyConnection) -> None:
    """By reason only what was denied is restricted; another payer's cohorts are empty."""
    by_cause = cohorts(half_year, Scope(categories=("registration",)))
    assert [(20, 20, 0)] * 4 == [(one.sent, one.adjudicated, one.denied) for one in by_cause[:4]]
    assert [] == cohorts(half_year, Scope(payers=("Cigna",)))


def test_as_the_kpi(half_year: duckdb.DuckDBPyConnection) -> None:
    """A month's rate is the denial rate by submission."""
    rates = {
        m.dimensions["month"]: m.value
        for m in measure(half_year, ["denial_rate"], ["month"], Scope(clock="submission"))
    }
    assert rates == {one.month: one.rate for one in cohorts(half_year)}


def test_nothing() -> None:
    """Without submissions there is no cohort."""
    connection = warehouse({})
    assert [] == cohorts(connection)


def test_unknown_names(half_year: duckdb.DuckDBPyConnection) -> None:
    """A name that is none is refused."""
    with pytest.raises(UsageError):
        cohorts(half_year, unit="minutes")
