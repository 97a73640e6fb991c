"""What leaves the practice gives no small number away: not between two tables, not by limits, not in words."""

import datetime
import itertools
from collections.abc import Iterator
from typing import Any

import duckdb
import pytest

from pipelines.control_chart import Point, p_chart
from pipelines.huddle import behaviour, trend_chart
from pipelines.huddle.binding import Cell, sums
from pipelines.huddle.facts import Facts, Figure
from pipelines.huddle.pack import Pack, pack
from pipelines.huddle.period import Period
from pipelines.huddle.samples import EVIDENCE, evidence_kind
from pipelines.huddle.suppress import Count, Derived, Hidden, Sum
from pipelines.huddle.verdicts import Verdicts
from pipelines.ledger import Ledger
from pipelines.measure import Scope, answer
from pipelines.months import shift
from pipelines.register import Baseline, record
from pipelines.trend import Trend
from tests.huddle.busy import MONTHS
from tests.practice import Day, claim, denied, paid, remit
from tests.warehouse import warehouse

QUARTER = Period("2026Q3", Day(2026, 7, 1), Day(2026, 9, 30), Day(2025, 1, 1), Day(2026, 9, 30))
DENIED = {"Aetna": (70, 30), "Cigna": (60, 3), "Humana": (40, 40)}  # for necessity: without a remark, with N115
PAID = 60
PLAIN_OF_CIGNA = DENIED["Cigna"][0]


@pytest.fixture(scope="module")
def three(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pack]:
    """The shared pack of three payers, of which one named its coverage policy on three lines only."""
    files = {
        f"era-{payer}": remit(Day(2026, 8, 10), *_claims(payer), payer=payer, trace=f"T{payer}") for payer in DENIED
    }
    with warehouse(files) as connection:
        yield pack(connection, Ledger(tmp_path_factory.mktemp("three") / "ledger.sqlite"), "2026Q3")


def _claims(payer: str) -> list[Any]:
    plain, named = DENIED[payer]
    day = Day(2026, 8, 2)
    lines = [denied("CO-50", 100, procedure="20610", date=day)] * plain
    lines += [denied("CO-50", 100, procedure="72148", remarks=("N115",), date=day)] * named
    lines += [paid(procedure="99213", date=day)] * PAID
    return [claim(f"{payer[:2]}-{number}", line, icn=f"I{payer[:2]}{number}") for number, line in enumerate(lines)]


def test_a_payers_cause_is_not_the_rest_of_the_pareto(three: Pack) -> None:
    """The cause's total less the other payers' parts would be the three lines withheld of the third."""
    label = "Local or national coverage policy"
    tables = [three.causes, *(one.causes for one in three.payers)]
    told = [row[1] for table in tables for row in table.rows if row[0] == label and len(row) > 1]
    assert not {73, 30, 40} <= set(told)


def test_the_headline_is_not_hidden_for_an_unrelated_small_number(three: Pack) -> None:
    """Three lines of 423 withhold their own payer's causes, not the practice's denial rate."""
    assert "57.4\u00a0% of claims were denied at first in the third quarter of 2026" in three.headline
    assert [] == [row[0] for row in three.scorecard.rows if "withheld" in (row[1].value, row[2])]


def test_a_withheld_headline_does_not_say_that_claims_were_few(tmp_path: Any) -> None:
    """Three denied of 63 are withheld; the claims were many, and it may be another's number that would be told."""
    files = {"era": remit(Day(2026, 8, 10), *_claims("Cigna")[PLAIN_OF_CIGNA:])}
    with warehouse(files) as connection:
        shown = pack(connection, Ledger(tmp_path / "ledger.sqlite"), "2026Q3")
    said = "The denial rate of the third quarter of 2026 is withheld, as it would tell of a small number"
    assert said == shown.headline


def test_no_number_is_said_to_be_small_that_is_not(three: Pack) -> None:
    """What is hidden is called withheld, whether it is small or would tell of a small one."""
    texts = {text for table in three.tables for row in table.said() for text in row}
    assert (["withheld"], []) == (sorted(texts & {"withheld"}), sorted(text for text in texts if "<11" in text))


def test_every_number_is_a_part_of_what_it_is_a_part_of() -> None:
    """Payers of all, causes of a payer and of all, months of a quarter, a quarter and the one before of the year."""
    year, quarter, before = ((Day(2026, 1, 1), Day(2026, 12, 31)), *_quarters())
    month = (Day(2026, 9, 1), Day(2026, 9, 30))
    cells = {
        name: Cell(("line_fact", "denied"), *days, filters)
        for name, days, filters in (
            ("all", quarter, ((), ())),
            ("aetna", quarter, (("Aetna",), ())),
            ("policy", quarter, ((), ("policy",))),
            ("aetna policy", quarter, (("Aetna",), ("policy",))),
            ("september", month, ((), ())),
            ("before", before, ((), ())),
            ("year", year, ((), ())),
        )
    }
    counts = dict(zip(cells.values(), (50, 30, 40, 25, 12, 60, 200), strict=True))
    names = {cell: name for name, cell in cells.items()}
    found = {(names[one.total], tuple(names[part] for part in one.parts)) for one in sums(counts)}
    assert {
        ("all", ("aetna",)),
        ("all", ("policy",)),
        ("aetna", ("aetna policy",)),
        ("policy", ("aetna policy",)),
        ("all", ("september",)),
        ("year", ("before", "all")),
        ("year", ("september",)),
    } == found


def _quarters() -> tuple[tuple[datetime.date, datetime.date], tuple[datetime.date, datetime.date]]:
    return (Day(2026, 7, 1), Day(2026, 9, 30)), (Day(2026, 4, 1), Day(2026, 6, 30))


def test_parts_that_exceed_their_total_make_no_sum() -> None:
    """A claim denied for two reasons is counted with each."""
    whole = Cell(("claim_fact", "denied"), None, None, ((),))
    parts = [whole._replace(filters=((name,),)) for name in ("a", "b")]
    assert [] == sums({whole: 10, parts[0]: 8, parts[1]: 7})
    assert [Sum(whole, tuple(parts))] == sums({whole: 15, parts[0]: 8, parts[1]: 7})


def _months(count: int) -> list[datetime.date]:
    return [shift(Day(2026, 9, 1), 1 + number - count) for number in range(count)]


def _figure(month: datetime.date, part: int, whole: int) -> Figure:
    counts = (Count(part, ("denied", month)), Count(whole, ("of", month)))
    rate = Derived(part / whole, (counts[0].key, counts[1].key))
    return Figure("denial_rate", rate, *counts, Derived(part, (counts[0].key,)))


def test_limits_are_withheld_with_a_month_that_they_would_tell() -> None:
    """The centre is all denied of all adjudicated in the baseline: with one month hidden it would be that month."""
    months = _months(14)
    counts = [(20 + number % 5, 150) for number in range(len(months))]
    points = [Point(month, *both) for month, both in zip(months, counts, strict=True)]
    found = p_chart(points)
    figures = {point.month: _figure(*point[:3]) for point in points}
    learnt = tuple(key for mark in found.marks if mark.is_baseline for key in figures[mark.month].value.of)
    one = trend_chart.Drawn(Trend("denial_rate", Scope(), found), figures, learnt, None, ())
    assert found.centre == trend_chart.chart(one, Hidden())["centre"]
    told = trend_chart.chart(one, Hidden(frozenset({("denied", months[3])})))
    assert {None} == {told["centre"], *(point[name] for point in told["points"] for name in ("lower", "upper"))}
    assert "withheld" in told["limits_note"] and not trend_chart.chart(one, Hidden())["limits_note"]
    newest = trend_chart.table(one, Hidden(frozenset({("of", months[-1])}))).rows[-1]  # not in the baseline
    assert (["withheld"] * 4, found.marks[0].upper) == (
        list(newest[2:6]),
        trend_chart.table(one, Hidden(frozenset({("of", months[-1])}))).rows[0][5],
    )


def test_a_breach_of_a_withheld_rate_tells_no_limits(
    connection: duckdb.DuckDBPyConnection, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Above 12.2 % of 60 would say that eight or more were denied."""
    found = _breaching(connection, ledger, monkeypatch)
    key = found.breaches[0].figure.numerator.key
    first, *_ = behaviour.breach_table(found, Hidden(frozenset({key})), QUARTER).rows
    assert ("withheld", "withheld") == (first[3], first[5])


def test_breaches_are_of_the_limits_that_the_page_shows(
    connection: duckdb.DuckDBPyConnection, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A payer's frozen baseline holds in the pack too: months that it had learnt as usual are beyond it."""
    unfrozen = behaviour.behaviour(Facts(connection), QUARTER, ledger)
    assert () == unfrozen.breaches
    found = _breaching(connection, ledger, monkeypatch)
    assert {(one.payer, one.mark.month) for one in found.breaches} == {
        ("Aetna", month) for month in _months(3) if month.replace(day=10) in MONTHS
    }


@pytest.fixture
def ledger(tmp_path: Any) -> Ledger:
    """An empty one."""
    return Ledger(tmp_path / "ledger.sqlite")


def _breaching(
    connection: duckdb.DuckDBPyConnection, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> behaviour.Behaviour:
    """Aetna denies twice as much since the frozen year ended."""
    rates = itertools.chain([30] * 12, itertools.repeat(60))
    points = [Point(month, next(rates), 200) for month in _months(21)]
    monkeypatch.setattr(behaviour, "series", lambda *_: {("Aetna",): points})
    monkeypatch.setattr(behaviour, "WATCHED", ("denial_rate_lines",))
    first, *_, last = _months(21)[:12]
    record(ledger, Baseline("denial_rate_lines", (("payer", "Aetna"),), first, last, "before the new rule"), "ana")
    return behaviour.behaviour(Facts(connection), QUARTER, ledger)


def test_evidence_outside_names_no_code_and_no_count(connection: duckdb.DuckDBPyConnection, three: Pack) -> None:
    """Each kind of rule has its words; a diagnosis or how often a payer paid something stays inside."""
    kinds = dict(answer(connection, "select rule_id, match_kind from rule", []))
    said = {evidence_kind(rule, kinds) for rule in (*kinds, "D50-50", "override", None)}
    assert [] == [text for text in said if any(letter.isdigit() for letter in text)]
    samples = [sample for one in (*three.payers, *three.procedures) for sample in one.samples]
    assert samples and {sample.evidence for sample in samples} <= {*EVIDENCE.values(), "the payer's reason code"}


def test_a_share_of_few_lines_is_no_number_of_denials() -> None:
    """5.0 % of 40 lines are two; of many lines a share may be told, with the odds beside it."""
    said = "Denials were {} of {} lines before and 30.0\u00a0% of 400 lines sent since (odds ratio 3.1)."
    told = {"few": said.format("5.0\u00a0%", 40), "many": said.format("5.0\u00a0%", 400)}
    shown = Verdicts(told, (), ()).shown(Hidden(minimum=11)).said
    assert told["many"] == shown["many"]
    assert "were a withheld share of 40 lines before and 30.0\u00a0% of 400 lines sent since." in shown["few"]
