"""The estimate and its error, against statsmodels asked in another way."""

import dataclasses
import math

import numpy as np
import pytest
import statsmodels.api as sm

from pipelines.effect.did import Fit, estimate, fit
from pipelines.effect.fitting import dummies, independent, jackknife, left_out
from pipelines.effect.rows import Rows, blocked, informative, pooled, thin
from tests.effect.made import World


def by_hand(rows: Rows) -> Rows:
    """The rows as the estimate uses them."""
    return informative(blocked(pooled(rows)))


def design(rows: Rows) -> np.ndarray:
    """All columns written out, with no trick: cells, months, payers, payers after go-live, and the aim last."""
    payers = dummies(rows.payer)[:, 1:]
    aim = rows.treated * rows.exposure
    shifts = payers * rows.exposure[:, np.newaxis]
    return np.column_stack([dummies(rows.cell), dummies(rows.block)[:, 1:], payers, shifts, aim])


def found(rows: Rows) -> Fit:
    """The fit, which there must be."""
    answer = fit(rows)
    assert answer is not None
    return answer


def test_the_estimate_is_the_logistic_regression_of_single_lines() -> None:
    """Grouped counts give what `sm.Logit` gives line by line."""
    rows = World(3, 3, lines=8, rate=0.2).rows()
    used = by_hand(rows)
    one = np.repeat(design(used), used.lines.astype(int), axis=0)
    hits = np.concatenate(
        [np.r_[np.ones(int(k)), np.zeros(int(n - k))] for k, n in zip(used.denials, used.lines, strict=True)]
    )
    expected = sm.Logit(hits, one).fit(disp=0, method="newton").params[-1]
    assert found(rows).log_ratio == pytest.approx(float(expected), abs=1e-6)


def test_the_error_is_the_jackknife_written_out() -> None:
    """Leaving out one cell after the other by a weighted least-squares fit of the whole design gives the same error."""
    rows = World(4, 5, lines=12, rate=0.15).rows()
    used, answer = by_hand(rows), found(rows)
    weight = used.lines * answer.rate * (1 - answer.rate)
    columns = design(used)
    fitted = np.log(answer.rate / (1 - answer.rate))
    working = fitted + (used.denials - used.lines * answer.rate) / weight
    cells = np.unique(used.cell)
    moved = []
    for cell in cells:
        rest = used.cell != cell
        part = independent(columns[rest][:, :-1])
        model = sm.WLS(working[rest], np.column_stack([part, columns[rest][:, -1]]), weights=weight[rest])
        moved.append(model.fit().params[-1] - answer.log_ratio)
    expected = math.sqrt((len(cells) - 1) / len(cells) * float(np.sum(np.square(moved))))
    assert answer.error == pytest.approx(expected, rel=1e-5)


def test_degrees_of_freedom_are_welchs() -> None:
    """Equal spread in groups of 3 and 5 cells: (3 + 5)^2 / (9/2 + 25/4)."""
    error, degrees = jackknife(np.ones(8), np.array([True] * 3 + [False] * 5))
    assert (math.sqrt(7), 64 / (9 / 2 + 25 / 4)) == pytest.approx((error, degrees))


def test_swapping_the_arms_turns_the_answer_over() -> None:
    """The odds ratio of the comparison against the treated is one over that of the treated, with the same error."""
    rows = World().rows()
    one, other = found(rows), found(dataclasses.replace(rows, treated=~rows.treated))
    assert (one.log_ratio, one.error) == pytest.approx((-other.log_ratio, other.error), rel=1e-5)


@pytest.mark.parametrize("odds_ratio", [1.0, 0.6, 0.4])
def test_the_truth_lies_in_the_interval(odds_ratio: float) -> None:
    """The interval holds the true odds ratio; how often it does is measured in benchmarks/, not here."""
    told, _ = estimate(World(odds_ratio=odds_ratio, lines=60, seed=4).rows(), "primary", "")
    assert told.low is not None
    assert told.high is not None
    assert told.low < odds_ratio < told.high < 2 * told.low


def test_no_denial_after_go_live_is_a_finite_answer() -> None:
    """Half a denial is assumed, and said: an odds ratio above 0, with both bounds, no warning."""
    rows = World().rows()
    none = rows.treated & (rows.exposure > 0)
    told, _ = estimate(dataclasses.replace(rows, denials=np.where(none, 0, rows.denials)), "primary", "")
    assert told.odds_ratio is not None
    assert 0 < told.odds_ratio < 0.2
    assert "half a one is assumed" in told.note


@pytest.mark.parametrize(
    ("world", "why"),
    [
        (World(2, 8), "2 treated provider-and-procedure cells with a denial, 3 are needed"),
        (World(6, 2), "2 compared provider-and-procedure cells with a denial, 3 are needed"),
        (World(0, 8), "0 treated provider-and-procedure cells with a denial, 3 are needed"),
    ],
)
def test_too_few_cells_are_said(world: World, why: str) -> None:
    """Where cells are too few there is no number but the reason."""
    assert (None, why) == (estimate(world.rows(), "", "")[1], thin(world.rows()))


def test_nothing_denied_at_all_is_said() -> None:
    """No denial anywhere is a reason, not a crash."""
    rows = World().rows()
    told, _ = estimate(dataclasses.replace(rows, denials=rows.denials * 0), "", "")
    assert (None, "0 treated provider-and-procedure cells with a denial, 3 are needed") == (told.odds_ratio, told.note)


def test_everything_denied_is_said() -> None:
    """Where every line is denied nothing can be told."""
    rows = World().rows()
    told, answer = estimate(dataclasses.replace(rows, denials=rows.lines), "", "")
    assert (None, None) == (told.odds_ratio, answer)


def test_leaving_out_a_unit_moves_the_mean_by_hand() -> None:
    """One column of ones: leaving out a value moves the mean as arithmetic says."""
    values = np.array([1.0, 2.0, 6.0])
    moved, _ = left_out(np.ones((3, 1)), values - 3.0, np.ones(3), np.arange(3), np.array([True, False, False]))
    assert [1.0, 0.5, -1.5] == pytest.approx(moved.tolist())
