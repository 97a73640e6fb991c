"""One change judged on a build: the numbers against lines counted one by one, and a state where numbers are too few."""

import datetime
import re
from decimal import Decimal
from typing import Any

import duckdb
import pytest

from pipelines.effect import Result, combined, judge, planned_power, result_words
from pipelines.effect.case import can_judge_from, months_after
from pipelines.effect.history import recovered
from pipelines.effect.result import ATTRIBUTABLE, CONSISTENT, FAILED, JUDGED, NOT_ATTRIBUTABLE, TOO_EARLY, TOO_FEW
from pipelines.effect.worth import counts_denied_lines
from pipelines.errors import UsageError
from tests.effect.conftest import WORKING
from tests.effect.made import AS_OF, FIRST, GO_LIVE, Day, World, build, change, lines_of, provider

Connection = duckdb.DuckDBPyConnection


def check(result: Result, name: str) -> str:
    """The status of one check."""
    return {one.name: one.status for one in (*result.checks, *result.drift)}[name]


def test_the_planted_effect_is_found(working: Result) -> None:
    """The interval holds the true odds ratio and lies below 1; nothing speaks against it."""
    assert working.primary is not None
    assert working.primary.low is not None
    assert working.primary.high is not None
    assert working.primary.low < 0.4 < working.primary.high < 1
    assert (JUDGED, "fewer", ATTRIBUTABLE) == (working.state, working.verdict, working.strength)
    assert [] == [one.why for one in working.checks if one.status == FAILED]


def test_the_four_corners_are_the_lines_counted(working: Result) -> None:
    """Before is before go-live, after is after the wash-in's four weeks, in months that were over 90 days ago."""
    rows = [row for row in lines_of(WORKING) if _day(row["submission_month"]) <= Day(2026, 9, 1)]
    treated = {provider(cell) for cell in range(6)}
    corners: dict[tuple[bool, bool], list[int]] = {}
    for row in rows:
        sent = _day(row["submission_date"])
        if sent < GO_LIVE or sent >= GO_LIVE + datetime.timedelta(weeks=4):
            corner = corners.setdefault((row["provider"] in treated, sent >= GO_LIVE), [0, 0])
            corner[0] += 1
            corner[1] += int(str(row["rate_necessity_a_core_count"]))
    counts = working.counts
    arms = (counts.treated_before, counts.treated_after, counts.comparison_before, counts.comparison_after)
    found = [[arm.lines, arm.denials] for arm in arms]
    assert [corners[True, False], corners[True, True], corners[False, False], corners[False, True]] == found


def _day(value: object) -> datetime.date:
    assert isinstance(value, datetime.date)
    return value


def test_the_series_holds_every_line_once(working: Result) -> None:
    """Its months are in order, none twice, and mature months outside the wash-in add up to the four corners."""
    months = [one.month for one in working.series]
    assert sorted(set(months)) == months
    before = [one for one in working.series if one.phase == "before" and one.is_mature]
    assert working.counts.treated_before.lines == sum(one.treated.lines for one in before)
    assert FIRST == working.baseline_from
    assert {"before", "wash-in", "after"} == {one.phase for one in working.series}


def test_expected_rates_stand_for_the_avoided_denials(working: Result) -> None:
    """Expected less observed, over the mature months after the wash-in, are the avoided denials of the money."""
    after = [one for one in working.series if one.expected_rate is not None]
    gap = sum((one.expected_rate or 0) * one.treated.lines - one.treated.denials for one in after)
    partial = working.counts.treated_after.lines - sum(one.treated.lines for one in after)
    assert working.worth is not None
    assert 0 <= partial < 40
    assert working.worth.avoided == pytest.approx(gap, rel=0.1)


def test_the_headline_can_be_read_out(working: Result) -> None:
    """Count, interval, lines, months, worth with interval, cost: in that order, in one sentence."""
    pattern = (
        r"About \d+ fewer necessity denials \(\d+ to \d+\) among [\d,]+ treated lines sent Dec 2025 to Sep 2026,"
        r" worth \$[\d,]+ \(-?\$[\d,]+ to \$[\d,]+\); cost \$2,000\."
    )
    assert re.fullmatch(pattern, working.headline), working.headline
    assert working.headline == result_words(working)[0]
    assert not any("!" in sentence for sentence in result_words(working))


def test_money_adds_up(working: Result) -> None:
    """Each step is in cents and the last is the sum of the others; the interval holds the middle."""
    worth = working.worth
    assert worth is not None
    assert worth.steps[-1].amount == sum((step.amount for step in worth.steps[:-1]), Decimal(0)) == worth.net
    assert worth.savings_low < worth.savings < worth.savings_high
    assert (Decimal("1500.00"), Decimal("500.00"), Decimal("2000.00")) == (
        worth.cost_amount,
        worth.clinician_cost,
        worth.cost,
    )
    assert Decimal("100.00") == worth.expected_allowed
    assert worth.savings - worth.cost == worth.net
    assert worth.payback_months == pytest.approx(float(worth.cost) * worth.months / float(worth.savings))


def test_the_same_question_has_the_same_answer(connection: Connection, working: Result) -> None:
    """The draws are seeded: judged again, every figure is the same."""
    assert working == judge(connection, change())


def test_sensitivity_begins_with_the_estimate_itself(working: Result) -> None:
    """The first row is the primary estimate; all the others are named differently."""
    assert working.primary == working.sensitivity[0]
    names = [one.name for one in working.sensitivity]
    assert ["primary", "other_definition", "other_scope", "age_60", "age_90", "age_120", "wash_in"] == names


def test_too_early_says_from_when(connection: Connection) -> None:
    """Three months after the wash-in have to be mature: from 7 Sep on Sep, Oct and Nov, and 90 days after 30 Nov."""
    late = change(go_live=Day(2026, 8, 10), wash_in_weeks=4)
    found = judge(connection, late)
    assert (TOO_EARLY, Day(2027, 2, 28)) == (found.state, found.can_judge_from)
    assert (None, None, "") == (found.primary, found.worth, found.verdict)
    assert "It can be judged from 28 Feb 2027 on." in found.headline
    assert found.power.is_possible


def test_a_change_to_come_is_too_early(connection: Connection) -> None:
    """A go-live after the end of the data is no error."""
    assert TOO_EARLY == judge(connection, change(go_live=Day(2027, 3, 1))).state


@pytest.mark.parametrize(
    ("go_live", "weeks", "day"),
    [
        (Day(2025, 11, 1), 4, Day(2026, 5, 29)),  # two days of Nov are no month: Dec, Jan, Feb
        (Day(2025, 11, 1), 0, Day(2026, 5, 1)),
        (Day(2025, 12, 15), 4, Day(2026, 6, 29)),  # 12 Jan: Jan, Feb, Mar
    ],
)
def test_can_judge_from(go_live: Day, weeks: int, day: Day) -> None:
    """90 days after the end of the third month of which at least 14 days lie after the wash-in."""
    assert day == can_judge_from(change(go_live=go_live, wash_in_weeks=weeks))


def test_what_has_to_be_followed_is_judged_later() -> None:
    """What becomes of a denial is known after 180 days, so its last months are left out."""
    assert Day(2026, 8, 27) == can_judge_from(change(kpi="final_denial_rate"))


def test_months_are_as_long_as_they_are() -> None:
    """Two days of November are a fifteenth of a month."""
    assert 2 / 30 + 2 == pytest.approx(months_after(change(), [Day(2025, 11, 1), Day(2025, 12, 1), Day(2026, 1, 1)]))


def test_a_change_not_live_yet_leaves_the_comparison_alone(connection: Connection, working: Result) -> None:
    """A change to the whole practice that comes after the data treats nothing in them."""
    coming = change(change_id="all-0004", providers=(), go_live=Day(2026, 12, 1))
    assert working == judge(connection, change(), [coming])


@pytest.mark.parametrize("others", [{"comparison": "none"}, {"providers": ()}])
def test_without_a_comparison_nothing_is_attributed(connection: Connection, others: dict[str, Any]) -> None:
    """Before and after are told, with no worth; a change that treats everybody has no comparison either."""
    found = judge(connection, change(**others))
    assert (NOT_ATTRIBUTABLE, None, None, "") == (found.state, found.primary, found.worth, found.strength)
    assert found.before_after is not None
    assert found.before_after.odds_ratio is not None
    assert found.its is None or found.its.on == "treated alone"
    assert found.headline.startswith("Before/after, not attributable: necessity denials were ")


def test_nothing_in_scope_is_too_few(connection: Connection) -> None:
    """A scope without a line is a state."""
    found = judge(connection, change(payers=("NOBODY",)))
    assert (TOO_FEW, 0, ()) == (found.state, found.treated_cells, found.series)


def test_two_cells_are_too_few(connection: Connection) -> None:
    """One provider with two procedures says nothing of how much cells differ; the reason is in the sentence."""
    found = judge(connection, change(2))
    assert TOO_FEW == found.state
    assert "2 treated provider-and-procedure cells with a denial, 3 are needed" in found.headline
    assert not found.power.is_possible


def test_registered_late_is_consistent_only(connection: Connection) -> None:
    """Registered after go-live, an effect is consistent with the change and no more."""
    found = judge(connection, change(first_registered_at="2026-01-01T09:00:00"))
    assert ("fewer", CONSISTENT, FAILED) == (found.verdict, found.strength, check(found, "registered"))
    assert "consistent with the change, not proof of it (not passed: registered beforehand)" in found.why


def test_the_spike_is_kept_out_of_the_baseline(connection: Connection, working: Result) -> None:
    """Its months leave the baseline, are told, and come back in the sensitivity."""
    found = judge(connection, change(spike_from=Day(2025, 9, 1), spike_to=Day(2025, 10, 1)))
    assert working.baseline_months - 2 == found.baseline_months
    assert ["spike", "spike"] == [one.phase for one in found.series if Day(2025, 9, 1) <= one.month <= Day(2025, 10, 1)]
    assert any("months of the spike" in note for note in found.notes)
    with_spike = next(one for one in found.sensitivity if one.name == "spike")
    assert working.primary is not None
    assert working.primary.odds_ratio == pytest.approx(with_spike.odds_ratio)


def test_a_root_cause_narrows_what_is_counted(connection: Connection, working: Result) -> None:
    """Only denials of that cause count; lines stay the same."""
    found = judge(connection, change(root_cause="missing_imaging_results"))
    assert working.counts.treated_before.lines == found.counts.treated_before.lines
    assert 0 < found.counts.treated_before.denials < working.counts.treated_before.denials
    assert "necessity denials for missing imaging results" in found.headline


@pytest.mark.parametrize("kpi", ["denied_amount", "denial_rate_dollars", "denial_rate", "nonsense"])
def test_what_is_no_share_of_lines_is_refused(connection: Connection, kpi: str) -> None:
    """Dollars, claims and nonsense cannot be judged; the message names one that can."""
    with pytest.raises(UsageError, match=f"{kpi}: "):
        judge(connection, change(kpi=kpi))


def test_shared_lines_are_said_and_counted_once(connection: Connection, working: Result) -> None:
    """Two changes on the same lines: each says so, and together they are worth what one is."""
    one, other = change(), change(change_id="second-0002", title="Second", cost_amount=Decimal("0.00"))
    results = {each.change_id: judge(connection, each, [one, other]) for each in (one, other)}
    first = results[one.change_id]
    assert (FAILED, CONSISTENT, 1.0) == (check(first, "overlap"), first.strength, first.overlaps[0].shared_share)
    together = combined(connection, [one, other], results)
    assert working.worth is not None
    assert float(working.worth.savings) == pytest.approx(float(together.savings), abs=0.02)
    assert (
        together.double_counted
        == sum((each.worth.savings for each in results.values() if each.worth), Decimal(0)) - together.savings
    )
    assert together.savings - together.cost == together.net


def test_no_change_judged_is_no_money(connection: Connection) -> None:
    """Changes that are too early add nothing, and that is said."""
    late = change(go_live=Day(2026, 8, 10))
    together = combined(connection, [late], {late.change_id: judge(connection, late)})
    assert ((), Decimal(0), "No change can be told in money yet.") == (
        together.change_ids,
        together.savings,
        together.sentence,
    )


def test_what_another_change_treats_is_no_comparison(connection: Connection, working: Result) -> None:
    """Its lines leave the comparison, before and after, and that is told."""
    other = change(change_id="other-0003", title="Other", providers=(provider(12),))
    found = judge(connection, change(), [other])
    assert working.comparison_cells - 2 == found.comparison_cells
    assert ["comparison"] == [one.where for one in found.overlaps]
    assert any("left out" in note for note in found.notes)


def test_power_beforehand_rests_on_the_baseline_alone(connection: Connection) -> None:
    """With every denial after go-live gone the power is the same: no effect can be read from it."""
    seen = planned_power(connection, change())
    with duckdb.connect() as other:
        for table in ("line_fact", "cohort_fact", "data_span"):
            other.register("found", connection.sql(f"select * from {table}").to_arrow_table())
            other.execute(f"create table {table} as select * from found")
        other.execute(f"update line_fact set rate_necessity_a_core_count = 0 where submission_date >= date '{GO_LIVE}'")
        assert seen == planned_power(other, change())
    assert seen.is_possible
    assert seen.chances == tuple(sorted(seen.chances, reverse=True))


def test_a_store_without_lines_is_too_few() -> None:
    """An empty build gives a state, in words."""
    with build(World(1, 1, lines=1)) as empty:
        empty.execute("delete from line_fact; delete from cohort_fact")
        found = judge(empty, change())
    assert TOO_FEW == found.state


@pytest.mark.parametrize(
    ("kpi", "is_money"),
    [
        ("denial_rate_lines", True),
        ("necessity_denial_rate_extended", True),
        ("final_denial_rate", True),
        ("m_code_ratio", False),  # falls where other denials rise
        ("undetermined_share", False),
        ("never_resubmitted_share", False),
        ("partial_denial_rate", False),
    ],
)
def test_only_denied_lines_are_money(kpi: str, is_money: bool) -> None:
    """A line fewer that is denied whole is paid; a share of denials, or a part of a line, says nothing of dollars."""
    assert is_money == counts_denied_lines(kpi)


def test_recovery_is_that_of_the_cause_aimed_at(connection: Connection) -> None:
    """Of every second denial, which has the cause, all were paid in the end; of too few of a cause those of all say."""
    cause = change(root_cause="missing_imaging_results")
    of_cause, of_all, rare = (
        recovered(connection, one, AS_OF, "core") for one in (cause, change(), change(root_cause="no_such_cause"))
    )
    assert (of_cause.of, "denials of the treated scope, of this cause") == (of_cause.count, of_cause.basis)
    assert 0 < of_all.count < of_all.of
    assert of_all == rare
