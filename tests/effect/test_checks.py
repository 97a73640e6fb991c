"""What speaks against an estimate is found where it was planted, and nowhere else."""

import dataclasses
import math
from collections.abc import Iterator

import numpy as np
import pytest

from pipelines.effect import drift, placebo
from pipelines.effect.case import Case, case_of
from pipelines.effect.cells import NEGATIVE, PRIMARY, Table
from pipelines.effect.did import fit, score_table
from pipelines.effect.fitting import fitted, independent
from pipelines.effect.its import interrupted
from pipelines.effect.power import Plan, power
from pipelines.effect.result import AFTER, FAILED, NOT_POSSIBLE, PASSED, Arm, Estimate, Month, Settings
from pipelines.effect.rows import Floats, blocked, informative, pooled
from tests.effect.made import GO_LIVE, Day, World, build, change, month_date

SAME = Estimate("primary", "", 0.5, 0.3, 0.8, 0.01, 100, 10, 14)


@pytest.fixture(scope="module")
def case() -> Iterator[Case]:
    """The data of a change that did nothing."""
    with build(World(lines=10, rate=0.15, seed=5)) as connection:
        yield case_of(connection, change(), (), Settings())


def with_denials(table: Table, denials: Floats, view: str = PRIMARY) -> Table:
    """The table with other denials."""
    return dataclasses.replace(table, sums=table.sums | {view: (denials, table.sums[view][1])})


def test_nothing_planted_nothing_found(case: Case) -> None:
    """Arms that run side by side pass."""
    found = (
        placebo.pre_trend(case.table, case.before),
        placebo.placebo_dates(case.table, case.before),
        drift.volume(case.table, case.keep),
    )
    assert [PASSED] * 3 == [one.status for one in found]


def test_arms_that_drift_apart_before_go_live_fail(case: Case) -> None:
    """Treated denials that pile up late in the baseline are a course of their own."""
    denials, lines = case.table.sums[PRIMARY]
    late = case.table.treated & (case.table.month > 6)
    worse = with_denials(case.table, np.where(late, np.minimum(lines, denials * 3), denials))
    found = placebo.pre_trend(worse, case.before)
    assert FAILED == found.status
    assert "already drifting apart" in found.why


def test_a_jump_before_go_live_fails(case: Case) -> None:
    """A jump of the treated in the middle of the baseline shows at a made-up date."""
    denials, lines = case.table.sums[PRIMARY]
    late = case.table.treated & (case.table.month >= 6)
    found = placebo.placebo_dates(
        with_denials(case.table, np.where(late, np.minimum(lines, denials * 4), denials)), case.before
    )
    assert FAILED == found.status
    assert len(found.estimates) == 3


def test_a_short_baseline_cannot_be_checked(case: Case) -> None:
    """With five months there is neither a course nor a made-up date."""
    short = case.before & (case.table.month > 6)
    assert NOT_POSSIBLE == placebo.pre_trend(case.table, short).status
    assert NOT_POSSIBLE == placebo.placebo_dates(case.table, short).status


def test_eligibility_denials_that_move_fail(case: Case) -> None:
    """Where eligibility denials fall with the change, something else changed."""
    denials, _ = case.table.sums[PRIMARY]
    after = case.table.treated & case.table.is_phase(AFTER)
    moved = np.where(after, np.floor(denials / 4), denials)
    found = placebo.negative_control(with_denials(case.table, moved, NEGATIVE), case.keep)
    assert FAILED == found.status
    still = placebo.negative_control(with_denials(case.table, denials, NEGATIVE), case.keep)
    assert PASSED == still.status


def test_fewer_lines_billed_fail(case: Case) -> None:
    """Half the treated lines gone is a drift of volume; the factor is told."""
    after = case.table.treated & case.table.is_phase(AFTER)
    found = drift.volume(
        dataclasses.replace(case.table, volume=np.where(after, case.table.volume / 2, case.table.volume)), case.keep
    )
    assert FAILED == found.status
    assert found.estimates[0].odds_ratio == pytest.approx(0.5, abs=0.08)


def test_a_practice_that_bills_the_same_every_month_passes(case: Case) -> None:
    """Without any spread the ratio is 1 and still has an interval."""
    group = np.where(case.keep, case.table.month * 2 + case.table.treated + 1, 0)
    steady = dataclasses.replace(case.table, volume=100 / np.bincount(group)[group])
    found = drift.volume(steady, case.keep)
    assert PASSED == found.status
    assert found.estimates[0].odds_ratio == pytest.approx(1.0)
    assert (found.estimates[0].low or 1) < 1


def test_a_procedure_given_up_fails() -> None:
    """A treated procedure that is hardly billed after go-live is named."""
    with build(World(lines=6, seed=2)) as connection:
        case = case_of(connection, change(), (), Settings())
        assert PASSED == drift.abandoned(connection, change(), case.mature).status
        connection.execute(f"delete from line_fact where procedure = '20610' and submission_date >= date '{GO_LIVE}'")
        found = drift.abandoned(connection, change(), case.mature)
    assert FAILED == found.status
    assert found.why.startswith("Hardly billed any more: 20610 (0 lines, about ")


def test_higher_levels_of_visits_fail() -> None:
    """Treated providers that bill the higher of two levels more often than before are told."""
    with build(World(treated=8, compared=8, lines=12, seed=3)) as connection:
        connection.execute(
            "update line_fact set procedure = case when hash(line_id) % 3 = 0 then '99214' else '99213' end"
        )
        case = case_of(connection, change(8), (), Settings())
        assert PASSED == drift.level_mix(connection, change(8), case.mature).status
        connection.execute(
            f"update line_fact set procedure = '99214' where submission_date >= date '{GO_LIVE}'"
            " and provider in ('PROVIDER 0', 'PROVIDER 1', 'PROVIDER 2', 'PROVIDER 3') and hash(line_id) % 3 = 1"
        )
        assert FAILED == drift.level_mix(connection, change(8), case.mature).status


def test_made_up_groups_are_every_division(case: Case) -> None:
    """Seven providers, three of them treated: 35 ways; without an effect the real one is not far out."""
    found = placebo.placebo_groups(case.table, case.keep, change(), SAME, seed=1)
    assert "Of 35 ways to divide the providers" in found.why


def test_few_divisions_are_not_enough(case: Case) -> None:
    """Of four cells there are six ways: nothing can stand out."""
    few = case.keep & np.isin(case.table.cell, np.unique(case.table.cell)[[0, 1, -2, -1]])
    assert NOT_POSSIBLE == placebo.placebo_groups(case.table, few, change(), SAME, seed=1).status


def test_the_score_of_a_division_is_that_of_a_fit_without_it(case: Case) -> None:
    """Pulls of the treated cells add up to the score of the treated column in the fit without an effect."""
    rows = informative(blocked(pooled(case.table.rows(case.keep))))
    table = score_table(rows, rows.cell)
    assert table is not None
    treated = np.array([bool(rows.treated[rows.cell == cell][0]) for cell in np.unique(rows.cell)], dtype=float)
    levels = (rows.cell[:, None] == np.unique(rows.cell)).astype(float)
    blocks = (rows.block[:, None] == np.unique(rows.block)).astype(float)
    payers = (rows.payer[:, None] == np.unique(rows.payer)).astype(float)
    plain = fitted(rows, independent(np.column_stack([levels, blocks, payers, payers * rows.exposure[:, None]])))
    assert plain is not None
    score = float(np.sum((rows.denials - rows.lines * plain[1]) * rows.treated * rows.exposure))
    assert score == pytest.approx(float(treated @ table[0]), abs=1e-4)


def months_with(jump: float) -> list[Month]:
    """Twenty months of steady shares; the treated odds change by a factor at the eleventh."""
    found = []
    for number in range(20):
        odds = 0.25 * (jump if number >= 10 else 1)
        denials = round(100000 * odds / (1 + odds))
        phase = "after" if number >= 10 else "before"
        found.append(Month(month_date(number), phase, True, Arm(100000, denials), Arm(100000, 20000)))
    return found


def test_the_jump_of_the_series_is_the_factor_of_the_odds() -> None:
    """Odds cut to 0.4 from one month to the next are a jump of 0.4 and no change of slope."""
    found = interrupted(months_with(0.4), has_comparison=True)
    assert found is not None
    assert (0.4, 1.0) == pytest.approx((found.level.odds_ratio, found.slope.odds_ratio), abs=1e-3)
    assert (20, "difference") == (found.months, found.on)


def test_a_short_series_is_none() -> None:
    """Seven months, or two after go-live, are no series."""
    assert interrupted(months_with(0.4)[:12], has_comparison=True) is None
    assert interrupted(months_with(0.4)[7:13], has_comparison=True) is None


def test_power_by_hand() -> None:
    """The error is that of four independent corners; degrees are Welch's; the smallest effect is seen 4 times in 5."""
    plan = Plan(4000, 2000, 6000, 3000, 0.1, 0.1, 6, 8)
    own = 1 / 360 + 1 / (2000 * _scaled(0.5) * (1 - _scaled(0.5)))
    other = 1 / 540 + 1 / 270
    error, degrees = plan.error(0.5)
    assert (math.sqrt(own + other), (own + other) ** 2 / (own**2 / 5 + other**2 / 7)) == pytest.approx((error, degrees))
    smallest = plan.smallest()
    assert smallest is not None
    assert plan.chance(smallest) == pytest.approx(0.8, abs=1e-3)
    assert Plan(40, 20, 60, 30, 0.1, 0.1, 6, 8).smallest() is None


def _scaled(factor: float) -> float:
    odds = 0.1 / 0.9 * factor
    return odds / (1 + odds)


def test_more_months_are_more_power(case: Case) -> None:
    """Twelve months after go-live show smaller effects than three."""
    short, long = (power(case.table, case.before, None, 12, months) for months in (3, 12))
    assert all(late > early for (_, early), (_, late) in zip(short.chances, long.chances, strict=True))


def test_no_line_no_power(case: Case) -> None:
    """Without a baseline the sentence says what is needed."""
    found = power(case.table, case.before & False, None, 0, 6)
    assert not found.is_possible
    assert found.sentence.startswith("Too few to see any effect: 0 denials in 0 treated cells")


def test_go_live_in_a_month_parts_it(case: Case) -> None:
    """Lines of the month before the day are baseline, those after are not."""
    with build(World(lines=4)) as connection:
        parted = case_of(connection, change(go_live=Day(2025, 11, 15), wash_in_weeks=0), (), Settings())
    number = parted.table.months.index(Day(2025, 11, 1))
    here = parted.table.month == number
    assert {0, 3} == set(parted.table.phase[here].tolist())
    assert fit(parted.table.rows(parted.keep)) is not None
