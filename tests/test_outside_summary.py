"""The summary for who may see no claim: nothing small in it, nothing small to be got from it, and the rest is true."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipelines.measure import Scope, measure
from pipelines.outside_summary import KPI, REST, Line, Summary, outside_summary
from pipelines.store import Store
from tests.dashboards.stores import DENIED, PAID, make_store, remittance

MINIMUM = 11


@pytest.fixture
def summary(demo_home: Path) -> Iterator[tuple[Summary, dict[str, tuple[int, int]]]]:
    """The samples' summary, and lines decided and denied by payer as they are."""
    with contextlib.closing(Store(demo_home).connect()) as connection:
        found = outside_summary(connection, MINIMUM)
        assert found is not None
        scope = Scope(date_from=found.date_from, date_to=found.date_to)
        rows = measure(connection, [KPI], ["payer"], scope)
    yield found, {str(row.dimensions["payer"]): (int(row.denominator or 0), int(row.numerator)) for row in rows}


def lines(found: Summary) -> list[Line]:
    """All rows."""
    return [found.total, *found.months, *found.payers, *found.causes]


def test_no_small_count_is_shown(summary: tuple[Summary, dict[str, tuple[int, int]]]) -> None:
    """No count from 1 to 10 stands in any cell, nor can one be got as decided less denied, or total less parts."""
    found, _ = summary
    shown = [one for line in lines(found) for one in (line.decided, line.denied) if isinstance(one, int)]
    assert shown and [] == [one for one in shown if 0 < one < MINIMUM]
    differences = [
        line.decided - line.denied
        for line in lines(found)
        if isinstance(line.decided, int) and isinstance(line.denied, int)
    ]
    assert [] == [one for one in differences if 0 < one < MINIMUM]
    for part in (found.months, found.payers, found.causes):
        left = [line for line in part if not isinstance(line.denied, int)]
        assert isinstance(found.total.denied, int)
        rest = found.total.denied - sum(line.denied for line in part if isinstance(line.denied, int))
        assert (rest == 0) if not left else (len(left) > 1 and rest >= MINIMUM)


def test_what_is_shown_is_true(summary: tuple[Summary, dict[str, tuple[int, int]]]) -> None:
    """Shown counts are those of the KPI; a rate stands only where both its counts do; small payers are not named."""
    found, payers = summary
    named = [line for line in found.payers if line.name != REST]
    assert named and [] == [line.name for line in named if payers[line.name][0] < MINIMUM]
    for line in named:
        decided, denied = payers[line.name]
        assert line.decided in (decided, "withheld") and line.denied in (denied, "withheld")
        assert isinstance(line.rate, float) == (isinstance(line.decided, int) and isinstance(line.denied, int))
    assert sum(decided for decided, _ in payers.values()) == found.total.decided


def test_a_practice_of_few_claims_shows_nothing(tmp_path: Path) -> None:
    """Three lines, one of them denied: every count is withheld, and no payer is named."""
    home = make_store(tmp_path / "store", remittance(PAID, PAID, DENIED, paid=160))
    with contextlib.closing(Store(home).connect()) as connection:
        found = outside_summary(connection, MINIMUM)
    assert found is not None
    numbers = [one for line in lines(found) for one in line[1:] if isinstance(one, int | float)]
    assert [] == [one for one in numbers if one]
    assert [REST] == [line.name for line in found.payers]


def test_without_a_decision_there_is_none(tmp_path: Path) -> None:
    """A store without remittances has no summary."""
    home = make_store(tmp_path / "store", remittance())
    with contextlib.closing(Store(home).connect()) as connection:
        assert outside_summary(connection, MINIMUM) is None
