"""A KPI by month with its limits: which months are judged, on either clock and in every cell."""

import datetime
from collections.abc import Iterable

import duckdb
import pytest

from pipelines.control_chart import Span, p_chart
from pipelines.errors import UsageError
from pipelines.kpis import KPIS
from pipelines.measure import Scope, measure
from pipelines.rows import Row
from pipelines.trend import has_limits, series, trend
from tests.practice import claim, denied, paid, remit, sent
from tests.warehouse import warehouse

Day = datetime.date
STARTS = [Day(2025 + number // 12, number % 12 + 1, 1) for number in range(16)]  # January 2025 to April 2026
PAYERS = {"Aetna": 28, "Cigna": 4}  # claims a month
LAST = 15  # day of April to which the data reach
BY_SENT = Scope(clock="submission")


def history() -> dict[str, Iterable[Row]]:
    """Two payers; of Aetna's claims 2 a month are denied, in February 2026 14; sent on the 1st, answered on the 10th.

    One claim more was sent a month before the first remittance; of those of April two in three are not answered.
    """
    files: dict[str, Iterable[Row]] = {"837-0": sent(Day(2024, 12, 1), "early")}
    for at, start in enumerate(STARTS):
        for payer, count in PAYERS.items():
            accounts = [f"{payer}-{at}-{number}" for number in range(count)]
            denials = 0 if payer == "Cigna" else 14 if start == Day(2026, 2, 1) else 2
            kinds = ["CO-197" if number % 2 else "CO-50" for number in range(denials)]
            lines = [denied(kinds[number]) if number < denials else paid() for number in range(count)]
            files[f"837-{payer}-{at}"] = [
                row for number, account in enumerate(accounts) for row in sent(start, account, number + 1, payer=payer)
            ]
            answered = count if start < STARTS[-1] else count // 3
            claims = [claim(*both) for both in zip(accounts[:answered], lines[:answered], strict=True)]
            early = [claim("early", denied())] if not at and payer == "Aetna" else []
            files[f"era-{payer}-{at}"] = remit(start.replace(day=10), *claims, *early, payer=payer)
    files["837-last"] = sent(STARTS[-1].replace(day=LAST), "last")
    return files


@pytest.fixture(scope="module")
def practice() -> duckdb.DuckDBPyConnection:
    """A build of this history."""
    return warehouse(history())


def test_by_remittance(practice: duckdb.DuckDBPyConnection) -> None:
    """The month that is not over is no month to judge; February stands out from the twelve months before it."""
    found = trend(practice, "denial_rate")
    assert ["not over"] == [mark.unsettled for mark in found.chart.marks if mark.unsettled]
    assert ("provisional", 14, Span(STARTS[0], STARTS[13])) == (
        found.chart.status,
        found.chart.baseline_months,
        found.chart.baseline,
    )
    assert "14 of 15 months within limits; Feb 2026 above its upper limit" == found.said


def test_as_the_kpi(practice: duckdb.DuckDBPyConnection) -> None:
    """Numerator and denominator are those of the KPI by month, for every KPI that has limits, on either clock."""
    for kpi in filter(has_limits, KPIS):
        for scope in (Scope(), BY_SENT):
            months = {one.dimensions["month"]: one for one in measure(practice, [kpi], ["month"], scope)}
            marks = trend(practice, kpi, scope).chart.marks
            assert [(mark.numerator, mark.denominator) for mark in marks] == [
                (months[mark.month].numerator, months[mark.month].denominator) for mark in marks
            ]
            assert len(months) == len(marks)


def test_by_submission(practice: duckdb.DuckDBPyConnection) -> None:
    """Months still adjudicating are not judged, nor those of which only what was decided late can be seen."""
    marks = trend(practice, "denial_rate", BY_SENT).chart.marks
    assert [(Day(2024, 12, 1), "before the first remittance"), (Day(2026, 4, 1), "not over")] == [
        (mark.month, mark.unsettled) for mark in marks if mark.unsettled
    ]
    assert [(1, 1), (2, 32)] == [(mark.numerator, mark.denominator) for mark in marks[:2]]


def test_still_adjudicating() -> None:
    """A month is judged once 95 % of its claims are decided, or after 90 days; so is none after a younger one."""
    files: dict[str, Iterable[Row]] = {}
    for at, start in enumerate(STARTS[:4]):
        rows = [row for number in range(20) for row in sent(start, f"{at}-{number}", number + 1)]
        answered = 15 if at in (0, 2) else 20
        files |= {
            f"837-{at}": rows,
            f"era-{at}": remit(start.replace(day=20), *(claim(f"{at}-{n}", paid()) for n in range(answered))),
        }
    files["837-last"] = sent(Day(2025, 5, 5), "last")
    marks = trend(warehouse(files), "denial_rate", BY_SENT).chart.marks
    assert ["", "", "still adjudicating", "still adjudicating"] == [mark.unsettled for mark in marks]


def test_what_becomes_of_denials_takes_time(practice: duckdb.DuckDBPyConnection) -> None:
    """Months that ended less than 180 days ago are still being followed."""
    marks = trend(practice, "final_denial_rate").chart.marks
    assert Day(2025, 10, 1) == min(mark.month for mark in marks if mark.unsettled == "still being followed")


def test_dates_choose_what_is_shown(practice: duckdb.DuckDBPyConnection) -> None:
    """The limits of a short period are those of all months."""
    whole, short = trend(practice, "denial_rate"), trend(practice, "denial_rate", Scope(date_from=Day(2026, 1, 20)))
    assert whole.chart.marks[12:] == short.chart.marks
    assert "2 of 3 months within limits; Feb 2026 above its upper limit" == short.said
    assert "all 2 months within limits" == trend(practice, "denial_rate", Scope(date_to=Day(2025, 2, 9))).said


def test_frozen(practice: duckdb.DuckDBPyConnection) -> None:
    """A frozen baseline and months left out reach the chart; a short one is said to be short."""
    frozen = trend(practice, "denial_rate", None, Span(STARTS[0], STARTS[12]), [STARTS[3]])
    assert (12, True) == (frozen.chart.baseline_months, frozen.chart.is_frozen)
    short = trend(practice, "denial_rate", None, Span(STARTS[0], STARTS[6]))
    assert "limits need 12 settled months of 20 or more in the frozen baseline; there are 7" == short.said


def test_in_every_cell(practice: duckdb.DuckDBPyConnection) -> None:
    """Each payer has limits of its own, and none where a month has fewer than 20."""
    cells = series(practice, "denial_rate", ["payer"], Scope())
    found = {(payer,): trend(practice, "denial_rate", Scope(payers=(payer,))) for payer in PAYERS}
    assert {key: one.chart.marks for key, one in found.items()} == {key: p_chart(cells[key]).marks for key in cells}
    assert "14 of 15 months within limits; Feb 2026 above its upper limit" == found["Aetna",].said
    assert "limits need 12 settled months of 20 or more; there are 0" == found["Cigna",].said


def test_by_reason(practice: duckdb.DuckDBPyConnection) -> None:
    """A reason has the denominator of all lines, also in months without such a denial; a filter says the same."""
    cells = series(practice, "denial_rate_lines", ["payer", "category"], BY_SENT)
    assert [("Aetna", "authorization"), ("Aetna", "medical_necessity")] == sorted(cells)
    marks = p_chart(cells["Aetna", "authorization"]).marks
    assert [(0, 1), (1, 28)] == [(mark.numerator, mark.denominator) for mark in marks[:2]]
    one = Scope(payers=("Aetna",), categories=("authorization",), clock="submission")
    assert marks == trend(practice, "denial_rate_lines", one).chart.marks


def test_nothing(practice: duckdb.DuckDBPyConnection) -> None:
    """Where nothing was counted the trend is empty, and says what it would need."""
    found = trend(practice, "denial_rate", Scope(payers=("Nobody",), clock="submission"))
    assert ((), "limits need 12 settled months of 20 or more; there are 0") == (found.chart.marks, found.said)


@pytest.mark.parametrize("kpi", ["denial_rate_dollars", "denied_lines", "days_to_resubmission", "written_off_rate"])
def test_what_has_no_limits(practice: duckdb.DuckDBPyConnection, kpi: str) -> None:
    """Dollars, counts and days are refused."""
    assert not has_limits(kpi)
    with pytest.raises(UsageError, match="control limits are for shares"):
        trend(practice, kpi)
