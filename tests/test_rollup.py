"""Roll-ups: an answer is the same wherever it is asked for."""

import dataclasses
import datetime
import itertools
from collections.abc import Iterator
from typing import Any

import duckdb
import pytest

from pipelines import asking, maturity, rollup
from pipelines.engine import DuckEngine
from pipelines.kpis import CLOCKS, DIMENSIONS, KPIS, SCOPES
from pipelines.measure import Scope, measure
from pipelines.movers import movers
from pipelines.scope import FILTERS
from tests.warehouse import warehouse
from tests.whole_practice import practice

Day = datetime.date
Answers = dict[tuple[Any, ...], Any]
MANY = (("payer", "month"), ("payer", "root_cause", "procedure"), ("provider", "carc"), ("payment_date", "category"))
ALL = Scope(payer_sequence="all")


def ends(connection: duckdb.DuckDBPyConnection) -> tuple[datetime.date, datetime.date]:
    """The first and the last day on which the practice was paid."""
    (found,) = connection.execute("select min(payment_date), max(payment_date) from line_fact").fetchall()
    return found


def scopes(connection: duckdb.DuckDBPyConnection) -> list[Scope]:
    """Every filter with its commonest value, whole months and cut ones, both clocks."""
    first, last = ends(connection)
    found = [Scope(denial_scope=one, clock=clock) for one, clock in itertools.product(SCOPES, CLOCKS)]
    for field, dimension in FILTERS.items():
        sql = f"select {dimension} from line_fact where denied_core_count > 0 group by 1 order by count(*) desc, 1"
        value = connection.execute(sql).fetchall()[0]
        found.append(Scope(**{field: value}, date_to=last))  # type: ignore[arg-type]
    dates = [{"date_from": first.replace(day=1)}, {"date_to": last - datetime.timedelta(9)}, {"date_from": last}]
    return [*found, *(dataclasses.replace(ALL, **two, clock=clock) for two in dates for clock in CLOCKS)]


def questions(connection: duckdb.DuckDBPyConnection) -> Iterator[tuple[Scope, tuple[str, ...]]]:
    """Every dimension under dates that cut months; every other filter with some of them in turn."""
    everything, *others = scopes(connection)
    _, last = ends(connection)
    cut = dataclasses.replace(everything, date_to=last - datetime.timedelta(9))
    yield from ((cut, by) for by in ((), *((name,) for name in DIMENSIONS), *MANY))
    turns = itertools.cycle((*((name,) for name in DIMENSIONS), *MANY))
    yield from ((scope, by) for scope in (everything, *others) for by in ((), next(turns)))


def answers(connection: duckdb.DuckDBPyConnection) -> Answers:
    """What the practice answers to questions of `measure`, of cohorts and of movers."""
    found: Answers = {(scope, by): measure(connection, list(KPIS), by, scope) for scope, by in questions(connection)}
    for scope in scopes(connection)[::3]:
        found[scope, "cohorts"] = maturity.cohorts(connection, scope)
        found[scope, "movers"] = movers(connection, scope, ALL)
    return found


def asked_of(connection: duckdb.DuckDBPyConnection, fact: str, names: tuple[str, ...], scope: Scope) -> str:
    """The table that is asked."""
    return asking.ask(connection, fact, names, scope, with_reasons=True).table


@pytest.fixture(scope="module")
def both() -> tuple[Answers, Answers, duckdb.DuckDBPyConnection]:
    """The answers without roll-ups, those with them, and the practice that has them."""
    connection = warehouse(practice())
    before = answers(connection)
    rollup.create(DuckEngine(connection))
    return before, answers(connection), connection


def test_every_answer_is_the_same(both: tuple[Answers, Answers, duckdb.DuckDBPyConnection]) -> None:
    """Every KPI by every dimension under every kind of filter, to the cent: the facts and their roll-ups agree."""
    before, after, _ = both
    assert before.keys() == after.keys()
    for question, answer in before.items():
        assert (question, answer) == (question, after[question])


def test_what_the_dates_cut_is_asked_by_day() -> None:
    """Dates outside of which there is nothing cut no month; what no roll-up has is asked of the fact."""
    connection = duckdb.connect()
    rollup.create(DuckEngine(connection))
    sizes = [("line_fact_by_month", 1), ("line_fact_by_day", 2)]
    connection.executemany("insert into rollup values ('line_fact', ?, ?)", sizes)
    days = "'line_fact', 'payment_date', date '2026-03-01', date '2026-03-04', date '2026-03-20'"
    connection.execute(f"insert into rollup_month values ({days})")
    march = [Scope(date_from=Day(2026, 3, first), date_to=Day(2026, 3, last)) for first, last in ((4, 20), (5, 31))]
    assert "line_fact_by_month" == asked_of(connection, "line_fact", ("payer", "month"), ALL)
    assert "line_fact_by_month" == asked_of(connection, "line_fact", ("payer",), march[0])
    assert "line_fact_by_day" == asked_of(connection, "line_fact", ("payer",), march[1])
    assert "line_fact" == asked_of(connection, "line_fact", ("carc",), march[1])
    assert "payment_fact" == asked_of(connection, "payment_fact", ("payer",), ALL)


def test_without_roll_ups_the_fact_is_asked() -> None:
    """A build that an earlier version made has none."""
    assert "line_fact" == asked_of(duckdb.connect(), "line_fact", ("payer",), ALL)


@pytest.mark.parametrize("fact", rollup.ROLLUPS)
def test_every_row_is_in_every_roll_up_once(
    both: tuple[Answers, Answers, duckdb.DuckDBPyConnection], fact: str
) -> None:
    """`row_count` adds up to the rows of the fact, and the list of roll-ups says how many rows each has."""
    _, _, connection = both
    (rows,) = connection.execute(f"select count(*) from {fact}").fetchall()[0]
    listed = connection.execute("select table_name, row_count from rollup where fact = ?", [fact]).fetchall()
    assert {f"{fact}_by_{name}" for name in rollup.ROLLUPS[fact]} == {table for table, _ in listed}
    for table, row_count in listed:
        assert [(row_count, rows)] == connection.execute(f"select count(*), sum(row_count) from {table}").fetchall()


def test_what_is_made_can_be_dropped_and_made_again() -> None:
    """A day's build drops what it copied of the last one: nothing may be left that would be in the way."""
    connection = duckdb.connect()
    texts = "family_id varchar, member_kind varchar, match_rule varchar, sureness varchar"
    connection.execute(
        f"create table family_member ({texts}, amount decimal(18, 2), is_repeat bool, is_ambiguous bool)"
    )
    dimensions = ", ".join(f"'' as {name}" for name in rollup.ROLLUPS["remit_fact"]["month_all"] if name != "month")
    day = "date '2026-03-04' as payment_date, date '2026-03-01' as month"
    connection.execute(f"create table remit_fact as select {day}, {dimensions}, 1 as remit_count")
    made = []
    for _ in range(2):
        rollup.create(DuckEngine(connection))
        made.append(connection.execute("select table_name from duckdb_tables() order by 1").fetchall())
        rollup.drop(connection)
    assert made[0] == made[1]
    left = connection.execute("select table_name from duckdb_tables() order by 1").fetchall()
    assert [("family_member",), ("remit_fact",)] == left
