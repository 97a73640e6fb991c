"""What somebody who subtracts, multiplies and reads between the lines could still get from what is handed round."""

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from pipelines.huddle.behaviour import behaviour
from pipelines.huddle.binding import Cell, sums
from pipelines.huddle.facts import Facts
from pipelines.huddle.pack import Pack, pack
from pipelines.huddle.period import quarter_period
from pipelines.huddle.suppress import Sum, hidden_keys
from pipelines.ledger import Ledger
from pipelines.movers import movers
from pipelines.register import Baseline, record
from tests.practice import Claim, Day, claim, denied, paid, remit
from tests.warehouse import Files, warehouse

MONTHS = [Day(2025 + at // 12, at % 12 + 1, 10) for at in range(6, 21)]  # Jul 2025 to Sep 2026
THIN = MONTHS[5]
CAUSES = {"Aetna": (30, 14), "Cigna": (25, 3), "Humana": (20, 16)}  # without a remark, and for a coverage policy


def thin_month() -> Files:
    """Twelve of thirty denied each month, in one month six; another payer pays everything."""
    return {
        f"era-{payer}-{day:%y%m}": remit(day, *_month(payer, day), payer=payer, trace=f"{payer}{day}")
        for payer in ("Aetna", "Cigna")
        for day in MONTHS
    }


def _month(payer: str, day: Day) -> list[Claim]:
    count = {"Cigna": 0}.get(payer, 6 if day == THIN else 12)
    lines = [denied(date=day.replace(day=1)) if at < count else paid(date=day.replace(day=1)) for at in range(30)]
    return [claim(f"{payer}{day:%y%m}{at}", line, icn=f"I{payer}{day:%y%m}{at}") for at, line in enumerate(lines)]


@pytest.fixture(scope="module")
def months() -> Iterator[duckdb.DuckDBPyConnection]:
    """A build of fifteen months, one of them thin."""
    with warehouse(thin_month()) as opened:
        yield opened


def ledger_in(folder: Path) -> Ledger:
    """An empty ledger."""
    return Ledger(folder / "ledger.sqlite")


def test_limits_do_not_solve_a_hidden_month(months: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    """Centre times the sum of n, less what is shown, is the month that is not: so neither centre nor limits are."""
    shared, whole = (pack(months, ledger_in(tmp_path), "2026Q3", is_inside) for is_inside in (False, True))
    hidden = [str(row[0])[:7] for row in shared.trend_table.rows if row[1] == "withheld"]
    assert "2025-12" in hidden
    assert whole.trend["centre"] == pytest.approx((12 * 12 + 6) / (13 * 60))
    assert (None, {None}) == (shared.trend["centre"], {point["upper"] for point in shared.trend["points"]})
    assert {"withheld"} == {cell for row in shared.trend_table.rows for cell in row[4:6]}


def test_a_payers_limits_are_those_of_the_page(months: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    """What a person froze for the payer holds in the pack too: three months are no baseline."""
    ledger, period = ledger_in(tmp_path), quarter_period(months, "2026Q3")
    free = behaviour(Facts(months), period, ledger)
    cell = (("payer", "Aetna"),)
    record(ledger, Baseline("denial_rate_lines", cell, Day(2025, 7, 1), Day(2025, 9, 1), "new contract"), "Ana")
    frozen = behaviour(Facts(months), period, ledger)
    assert (free.looked_at - 1, free.without_limits + 1) == (frozen.looked_at, frozen.without_limits)


@pytest.fixture(scope="module")
def by_cause(tmp_path_factory: pytest.TempPathFactory) -> Pack:
    """A quarter in which three of one payer's lines were denied for a coverage policy."""
    files = {f"era-{payer}": remit(Day(2026, 8, 10), *_denied(payer), payer=payer, trace=payer) for payer in CAUSES}
    with warehouse(files) as connection:
        return pack(connection, ledger_in(tmp_path_factory.mktemp("hostile")), "2026Q3")


def _denied(payer: str) -> list[Claim]:
    plain, policy_count = CAUSES[payer]
    lines = [denied(), *[denied()] * (plain - 1), *[denied(remarks=("N115",))] * policy_count, *[paid()] * 40]
    return [claim(f"{payer}{at}", line, icn=f"I{payer}{at}") for at, line in enumerate(lines)]


def test_the_causes_of_all_payers_do_not_tell_those_of_one(by_cause: Pack) -> None:
    """All payers' lines for the policy, less those of two payers, would be the three of the third."""
    name = "Local or national coverage policy"
    every = {row[0]: row[1] for row in by_cause.causes.rows}[name]
    own = {one.key: {row[0]: row[1:2] for row in one.causes.rows}.get(name) for one in by_cause.payers}
    assert {"Aetna", "Cigna", "Humana"} == set(own)
    shown = [every, *(own[payer][0] for payer in ("Aetna", "Humana") if own[payer])]  # type: ignore[index]
    assert not (len(shown) == 3 and all(isinstance(count, int) for count in shown))


def test_a_rate_does_not_tell_a_withheld_count() -> None:
    """Lines denied, and lines denied that count in a rate: where a log adds nothing they are the same number."""
    kinds = [
        ("line_fact", "", column, "primary", "remittance") for column in ("denied_core_count", "rate_denied_core_count")
    ]
    cells = [Cell(kind, None, None, ((payer,),)) for kind in kinds for payer in ("Aetna", "Cigna")]
    wholes = [Cell(kind, None, None, ((),)) for kind in kinds]
    counts: dict[object, int] = dict(zip([*cells, *wholes], (40, 3, 40, 3, 43, 43), strict=True))
    hidden = hidden_keys(counts, sums(counts))
    assert [cell in hidden for cell in cells[:2]] == [cell in hidden for cell in cells[2:]]
    assert Sum(cells[0], (cells[2],)) in sums(counts)


def test_looks_are_the_cells_that_could_be_judged(months: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    """The subtitle says of how many cells the correction allowed for, as the page does."""
    period = quarter_period(months, "2026Q3")
    assert period.before is not None
    found = movers(months, period.scope, period.before, ("payer", "root_cause", "procedure"))
    assert found[0].looks == behaviour(Facts(months), period, ledger_in(tmp_path)).cells_looked_at
