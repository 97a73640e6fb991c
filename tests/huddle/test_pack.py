"""The pack says what the pages and `denials kpi` say, hides what is small, and makes sense of little data too."""

import datetime
import itertools
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipelines.errors import UsageError
from pipelines.huddle.pack import Pack, pack
from pipelines.huddle.pdf import pack_pdf
from pipelines.huddle.suppress import Hidden
from pipelines.huddle.tables import As, Table
from pipelines.huddle.verdicts import Verdicts
from pipelines.kpis import KPIS
from pipelines.ledger import Ledger
from pipelines.measure import measure
from pipelines.register import Decision, record
from tests.huddle.busy import FORMULA_PAYER
from tests.practice import SERVICE, Day, claim, log, paid, remit
from tests.warehouse import warehouse

QUARTER = "2026Q3"


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Ledger:
    """What the last huddle decided, and what this one does."""
    kept = Ledger(tmp_path_factory.mktemp("pack") / "ledger.sqlite")
    record(kept, Decision("d1", "2026Q2", "Read the policy", "Ana", Day(2026, 8, 1)), "ana")
    record(
        kept, Decision("d2", "2026Q2", "Ask Aetna", "Bo", Day(2026, 8, 1), status="done", result="They said no."), "bo"
    )
    record(kept, Decision("d3", QUARTER, "Train the desk", "Cy", Day(2026, 12, 1)), "cy")
    return kept


@pytest.fixture(scope="module")
def internal(connection: duckdb.DuckDBPyConnection, ledger: Ledger) -> Pack:
    """The pack with small numbers."""
    return pack(connection, ledger, QUARTER, lift_small_cells=True)


@pytest.fixture(scope="module")
def shared(connection: duckdb.DuckDBPyConnection, ledger: Ledger) -> Pack:
    """The pack as it may be handed round."""
    return pack(connection, ledger, QUARTER)


def rows(table: Table, column: int = 0) -> dict[Any, Any]:
    """First column -> another, plain."""
    return {row[0]: row[column].value if isinstance(row[column], As) else row[column] for row in table.rows}


def test_every_score_is_what_the_command_line_says(connection: duckdb.DuckDBPyConnection, internal: Pack) -> None:
    """`denials kpi --from 2026-07-01 --to 2026-09-30` gives the same values."""
    said = rows(internal.scorecard, 1)
    names = {KPIS[name].label: name for name in KPIS}
    measured = {one.kpi: one.value for one in measure(connection, list(names.values()), (), internal.period.scope)}
    assert {label: measured[names[label]] for label in said} == said
    assert Decimal("0.333333333333") == said["Denial rate"]


def test_parts_add_up_to_what_is_told_of_the_whole(connection: duckdb.DuckDBPyConnection, internal: Pack) -> None:
    """The Pareto's total is the M-code ratio's numerator; each payer's lines are those of the KPI."""
    *parts, whole = internal.causes.rows
    assert whole[1:3] == (sum(row[1] for row in parts), sum(row[2] for row in parts))
    scope = internal.period.year  # the quarter alone has too few denied lines to look into
    (necessity,) = measure(connection, ["m_code_ratio_extended"], (), scope)
    assert necessity.numerator == whole[1]
    counts = {one.dimensions["payer"]: one.numerator for one in measure(connection, ["denied_lines"], ["payer"], scope)}
    assert {one.key: one.headline.split()[0] for one in internal.payers} == {
        str(payer): str(count) for payer, count in counts.items()
    }


def test_what_is_handed_round_shows_no_small_number(shared: Pack) -> None:
    """No count from 1 to 10 stands in any table, and no rate or dollars that rest on one."""
    counts = [
        value
        for table in shared.tables
        for row in table.rows
        for value, column in zip(row, table.columns, strict=True)
        if column.kind == "count" and isinstance(value, int)
    ]
    assert [] == [value for value in counts if 0 < value < 11]
    assert any(isinstance(value, int) and value > 10 for value in counts)
    parts = [row for one in (*shared.payers, *shared.procedures) for row in (*one.causes.rows, *one.others.rows)]
    hidden = [row for row in parts if row[1:2] == ("withheld",)]
    assert hidden and {"withheld"} == {row[2] for row in hidden}
    assert "Numbers from 1 to 10 are withheld" in shared.edition


def test_the_headline_stays(shared: Pack) -> None:
    """Small cells of payers and causes hide others beside them, not the practice's own rate."""
    rows = {row[0]: row for row in shared.scorecard.rows}
    assert "withheld" not in (rows["Denial rate"][1].value, rows["Denied dollars"][1].value)


def test_a_withheld_number_of_lines_is_said_in_a_sentence(shared: Pack) -> None:
    """A headline that may tell no number says so; nothing reads as fewer than it is."""
    small = next(one for one in shared.payers if one.key == FORMULA_PAYER)
    assert "number withheld." in small.headline
    assert [] == [one.headline for one in (*shared.payers, *shared.procedures) if "<" in one.headline]


def test_the_pack_names_what_it_watches(internal: Pack) -> None:
    """The denial rate by claims, which the page Trends shows first, is among it."""
    assert "(Denial rate; Denial rate, lines; " in internal.breaches.subtitle


def test_hiding_changes_nothing_that_stays(internal: Pack, shared: Pack) -> None:
    """A number that both packs show is the same number."""
    both = [(one, two) for one, two in zip(internal.tables, shared.tables, strict=True) if one.columns == two.columns]
    assert len(both) > 6
    cells = [
        (one, two)
        for table, other in both
        for row, same in zip(table.rows, other.rows, strict=True)
        for one, two in zip(row, same, strict=True)
        if isinstance(two, int | float | Decimal)
    ]
    assert len(cells) > 20
    assert [] == [(one, two) for one, two in cells if one != two]


def test_decisions_come_back_with_their_owners_and_results(internal: Pack) -> None:
    """Those of the quarter before with what became of them, those of this one on the page for new ones."""
    assert {("Read the policy", "Ana", "overdue", "not said yet"), ("Ask Aetna", "Bo", "done", "They said no.")} == {
        (text, owner, state, worked) for text, owner, _, state, worked in internal.last_decisions.rows
    }
    assert "1 of 2 decisions of 2026Q2 is done" == internal.last_decisions.title
    assert (("Train the desk", "Cy", datetime.date(2026, 12, 1)),) == internal.decisions.rows
    assert "What holds up “Read the policy” (Ana, due 1 Aug 2026)?" in internal.questions


def test_samples_have_no_patient_and_no_day(internal: Pack, shared: Pack) -> None:
    """Inside: month, codes, dollars. Outside: no dollars, and none at all where the group is small."""
    inside = [one for focus in (*internal.payers, *internal.procedures) for one in focus.samples]
    outside = [one for focus in (*shared.payers, *shared.procedures) for one in focus.samples]
    assert inside and {1} == {one.month.day for one in inside if one.month}
    assert outside and {None} == {one.amount for one in outside}
    small = next(one for one in shared.payers if one.key == FORMULA_PAYER)
    assert ((), True) == (small.samples, small.samples_note.startswith("Withheld"))


def test_payers_and_procedures_carry_reasons_and_a_line_for_the_checklist(internal: Pack) -> None:
    """Each says why, in the payer's own codes, and what to do; without a matrix the cause's remedy."""
    first = internal.procedures[0]
    assert ("20610", True) == (first.key, first.name.startswith("20610 Injection"))
    assert "CO-50" in first.reasons[0]
    assert [] == [one.key for one in internal.procedures if not one.checklist]


def _without_denials() -> duckdb.DuckDBPyConnection:
    claims = [claim(f"P{number}", paid()) for number in range(30)]
    return warehouse({"era": remit(Day(2026, 8, 3), *claims)})


def _only_logs() -> duckdb.DuckDBPyConnection:
    entries = [
        log(number, "CO-50", claim_id=f"P{number}", service_date=SERVICE, denied_amount=50) for number in range(2, 30)
    ]
    return warehouse({"log": list(itertools.chain.from_iterable(entries))})


CASES = {
    "nothing": (lambda: warehouse({}), {QUARTER: "No decision of the third quarter of 2026 is in this store yet"}),
    "no denials": (
        _without_denials,
        {
            QUARTER: "None of 30 claims was denied in the third quarter of 2026",
            "2020Q1": "Nothing was adjudicated in the first quarter of 2020",
        },
    ),
    "only logs": (
        _only_logs,
        {"2026Q1": "No rate: the denials of the first quarter of 2026 stand only in denial logs"},
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_little_data_make_a_sensible_pack(case: str, tmp_path: Path) -> None:
    """An empty store, one month, no denials, logs alone: the headline says so and the paper comes."""
    make, headlines = CASES[case]
    with make() as connection:
        made = {quarter: pack(connection, Ledger(tmp_path / "ledger.sqlite"), quarter) for quarter in headlines}
    assert headlines == {quarter: one.headline for quarter, one in made.items()}
    for one in made.values():
        assert "No documentation change is registered." == one.changes.title
        assert pack_pdf(one, datetime.date(2026, 11, 1)).startswith(b"%PDF")


def test_a_quarter_is_written_as_a_quarter(connection: duckdb.DuckDBPyConnection, ledger: Ledger) -> None:
    """What is none is refused with an example."""
    with pytest.raises(UsageError, match="2026Q5: not a quarter, wanted one such as 2026Q3"):
        pack(connection, ledger, "2026Q5")


def test_a_verdict_tells_no_small_number_of_denials() -> None:
    """Counts in a judged sentence are hidden like all others, and so is how far it was from enough."""
    told = {
        "few": "Too few to judge: 3 denials among compared lines after, 5 are needed. With 13 months nothing was seen.",
        "judged": "About 9 fewer necessity denials (2 to 55) among 130 treated lines, worth $1,516; cost $3,200.",
        "small": "About 4 fewer denials among 8 treated lines sent Dec 2025 to Aug 2026.",
    }
    shown = Verdicts(told, (), ()).shown(Hidden(minimum=11)).said
    assert "Too few to judge. With 13 months nothing was seen." == shown["few"]
    assert told["judged"] == shown["judged"]
    assert "About 4 fewer denials among <11 treated lines sent Dec 2025 to Aug 2026." == shown["small"]
    assert told == Verdicts(told, (), ()).shown(Hidden(minimum=0)).said
