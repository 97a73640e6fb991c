import dataclasses
import datetime
from pathlib import Path

import pytest

from dashboards import settled, words
from dashboards.controls import View
from pipelines.maturity import Cohort
from pipelines.measure import Scope
from tests.dashboards.conftest import Open, said
from tests.dashboards.stores import DENIED, PAID, make_store, remittance, sent

SP = words.SPACE
YEAR = range(1, 13)


def cohort(month: int, is_mature: bool = True, adjudicated: int = 100) -> Cohort:
    """A month of 2026 of which so many of a hundred are decided."""
    day = datetime.date(2026, month, 1)
    return Cohort(day, 100, 100, adjudicated, 5, adjudicated / 100, 0, is_mature, 0.05)  # type: ignore[arg-type]


def view(clock: str = "submission") -> View:
    """The first half of 2026."""
    scope = Scope(date_from=datetime.date(2026, 1, 1), date_to=datetime.date(2026, 6, 30), clock=clock)
    return View("no build", scope, None, "claims", datetime.date(2026, 6, 30), datetime.date(2024, 1, 1))


@pytest.fixture
def months(monkeypatch: pytest.MonkeyPatch) -> list[Cohort]:
    """Four months that are mature, one that is not, and one that is again."""
    known = [*(cohort(month) for month in range(1, 5)), cohort(5, False, 62), cohort(6, True)]
    monkeypatch.setattr(settled.cache, "cohorts", lambda build, scope, unit: known)
    monkeypatch.setattr(settled.cache, "undated", lambda build, scope: (200, 24))
    return known


def test_rates_end_before_the_first_month_that_is_not_mature(months: list[Cohort]) -> None:
    """January to April are compared with the four months before, and what is left out is said."""
    whole = view()
    cut = settled.settled(whole)
    assert cut is not None and datetime.date(2026, 4, 30) == cut.scope.date_to
    assert cut.before and (datetime.date(2025, 9, 1), datetime.date(2025, 12, 31)) == (
        cut.before.date_from,
        cut.before.date_to,
    )
    told = settled.words_of(cut, whole)
    assert f"May 2026 to Jun 2026 left out: still adjudicating, 81{SP}% decided" in told
    assert told.endswith(f"24 claims without a submission date left out (12{SP}%)")


def test_by_remittance_nothing_is_left_out(months: list[Cohort]) -> None:
    """What was answered in a month is known when the month is over."""
    whole = view("remittance")
    assert whole is settled.settled(whole) and "" == settled.left_out(whole)


def test_without_a_mature_month_there_is_no_rate(monkeypatch: pytest.MonkeyPatch) -> None:
    """All that was sent is still being decided: said, with how much of it is."""
    monkeypatch.setattr(settled.cache, "cohorts", lambda build, scope, unit: [cohort(5, False, 40)])
    assert None is settled.settled(view())
    assert f"Not mature yet: 40{SP}% of the claims" in settled.not_mature(view())


def test_the_link_to_the_lines_carries_the_months_that_are_counted(months: list[Cohort]) -> None:
    """Who follows a number down sees the lines behind it and no others."""
    whole = view()
    cut = settled.settled(whole)
    assert cut and ["2026-04-30"] == settled.filters(cut, whole)["to"]
    assert "to" not in settled.filters(whole, whole)


def test_a_month_is_told_with_what_it_will_come_to() -> None:
    """The words of a young month, with and without an estimate; a measure that has none says so little."""
    young = dataclasses.replace(cohort(5, False, 62), estimate=0.079, low=0.068, high=0.094)
    expected = f"still adjudicating: 62{SP}% decided; completed estimate 7.9{SP}% (6.8 to 9.4)"
    assert expected == settled.told(young)
    assert settled.told(young, is_rated=False).endswith("more may come")


def practice(day: str, decided: int, denied: int = 3) -> list[str]:
    """Thirty claims sent on that day, of which the first so many are decided ten days later."""
    accounts = [f"P{day}{number}" for number in range(1, 31)]
    answered = f"{day[:6]}{int(day[6:]) + 10}"
    claims = [*[DENIED] * denied, *[PAID] * (decided - denied)]
    service = f"{day[:6]}01"
    remit = remittance(*claims, paid=80 * (decided - denied), day=answered).replace(f"P{answered}", f"P{day}")
    return [sent(*accounts, day=day, service=service), remit.replace("20260105", service)]


def test_young_months_are_dotted_and_said_and_not_in_the_cards(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, open_page: Open
) -> None:
    """A year of claims, of the last month of which half are decided: by submission its rate is an estimate."""
    monkeypatch.setenv("DENIALS_HOME", str(tmp_path / "store"))
    files = [file for month in YEAR for file in practice(f"2025{month:02}05", 15 if month == 12 else 30)]
    make_store(tmp_path / "store", *files)
    text = said(open_page("overview", clock="submission"))
    assert f"Dec 2025 left out: still adjudicating, 50{SP}% decided" in text
    assert f"Dec 2025 is still adjudicating: 50{SP}% decided" in text
    assert f"10.0{SP}% of claims were denied at first" in text
    for page in ("payers", "root_causes", "time_page"):
        foot = said(open_page(page, clock="submission"))
        assert "data through" in foot and "1 Jan 2025 to " in foot.rpartition("data through")[2]
        assert "of payment dollars balance" in foot and "of denials of claims sent then without" in foot
    assert "% of denials without a determined cause" in said(open_page("payers"))


def test_a_store_of_one_young_month_has_no_rates_by_submission(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, open_page: Open
) -> None:
    """Nothing is mature: the pages say so instead of a rate of what came first."""
    monkeypatch.setenv("DENIALS_HOME", str(tmp_path / "store"))
    make_store(tmp_path / "store", *practice("20260105", 15))
    for page in ("overview", "payers", "root_causes"):
        assert "Not mature yet" in said(open_page(page, clock="submission"))
