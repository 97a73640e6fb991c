"""Weeks without a denial."""

import datetime

import duckdb
import pytest

from pipelines.errors import UsageError
from pipelines.measure import Scope
from pipelines.streaks import Run, Streak, streak, streaks
from tests.practice import Row, claim, denied, log, paid, remit
from tests.warehouse import warehouse

MONDAY = datetime.date(2026, 1, 5)


def week(number: int, day: int = 2) -> datetime.date:
    """A day (Wednesday) of the week so many after the first."""
    return MONDAY + datetime.timedelta(7 * number + day)


# by week: nothing came, a denial of a kind, or payments alone; the ninth is not over
WEEKS = ["CO-50", "paid", "paid", "nothing", "paid", "CO-197", "paid", "paid", "paid"]


@pytest.fixture(scope="module")
def practice() -> duckdb.DuckDBPyConnection:
    """Nine weeks of one payer; another one denies in the sixth week only, for medical necessity."""
    files: dict[str, list[Row]] = {
        f"era-{at}": remit(week(at), claim(f"P{at}", denied(kind) if "-" in kind else paid()), claim(f"Q{at}", paid()))
        for at, kind in enumerate(WEEKS)
        if kind != "nothing"
    }
    return warehouse(files | {"cigna": remit(week(5), claim("C", denied("CO-50")), payer="Cigna")})


def states(found: Streak) -> str:
    """The first letters of the states of all weeks."""
    return "".join(one.state[0] for one in found.weeks)


def test_runs(practice: duckdb.DuckDBPyConnection) -> None:
    """An empty week neither breaks nor counts, and nor does the week that is not over."""
    found = streak(practice)
    assert "dffefdffr" == states(found)
    assert (Run(2, week(6, 0), week(7, 0)), Run(3, week(1, 0), week(4, 0))) == (found.current, found.longest)
    assert (week(5), 7, 5, False) == (found.last_denial, found.counted, found.free, found.is_record)
    assert (2, 1) == (found.weeks[0].adjudicated, found.weeks[0].denied)
    assert "2 weeks without one; the last on 11 Feb 2026" == found.said


def test_of_a_kind(practice: duckdb.DuckDBPyConnection) -> None:
    """A category, a root cause or the numerator of a KPI is a kind; other denials do not break its run."""
    narrowed = Scope(categories=("authorization",))
    assert "fffefdffr" == states(streak(practice, scope=narrowed))
    necessity = streak(practice, "necessity_denial_rate", Scope(payers=("Aetna",)))
    assert ("dffeffffr", True, 6) == (states(necessity), necessity.is_record, necessity.current.weeks)
    assert "6 weeks without one, the longest run yet; the last on 7 Jan 2026" == necessity.said


def test_in_every_cell(practice: duckdb.DuckDBPyConnection) -> None:
    """By payer each has its own weeks, by a reason those of all lines."""
    assert {("Aetna",): "dffefdffr", ("Cigna",): "deer"} == {
        key: states(found) for key, found in streaks(practice, ["payer"]).items()
    }
    by_category = streaks(practice, ["category"])
    assert {("authorization",): "fffefdffr", ("medical_necessity",): "dffefdffr"} == {
        key: states(found) for key, found in by_category.items()
    }


def test_dates_and_clock_do_not_matter(practice: duckdb.DuckDBPyConnection) -> None:
    """A run does not begin where the view does."""
    assert streak(practice) == streak(practice, scope=Scope(date_from=week(7), date_to=week(7), clock="submission"))


def test_a_denial_this_week_breaks_the_run() -> None:
    """The week that is not over counts as soon as it has one; one that stands in a log alone is one too."""
    found = streak(warehouse({"era": remit(week(0), claim("P", paid())), "log": log(1, "CO-50", denial_date=week(1))}))
    assert ("fd", Run(), week(1)) == (states(found), found.current, found.last_denial)


def test_nothing(practice: duckdb.DuckDBPyConnection) -> None:
    """Where nothing was adjudicated there is no week."""
    found = streak(practice, scope=Scope(payers=("Nobody",)))
    assert (Streak(Run(), Run(), None, ()), "no week with adjudications yet") == (found, found.said)


@pytest.mark.parametrize("kpi", ["denied_amount", "days_to_resubmission", "clean_claim_rate", "overturned_share"])
def test_what_is_no_denial(practice: duckdb.DuckDBPyConnection, kpi: str) -> None:
    """Dollars, days, what was sent and what is good news are refused."""
    with pytest.raises(UsageError, match="no week is free of it"):
        streak(practice, kpi)
