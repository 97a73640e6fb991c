"""Other ways to test the same estimate, for the choice between them and for contrast; none of them is used."""

import datetime

import numpy as np
from scipy import stats

from pipelines.effect.did import fit, score_table
from pipelines.effect.fitting import dummies, fitted, independent, without_levels
from pipelines.effect.its import interrupted
from pipelines.effect.result import Arm, Month
from pipelines.effect.rows import Floats, Rows, blocked, informative, pooled

FLIPS = 199
WAYS = (
    "model errors",
    "quasi-binomial",
    "sandwich CR1, t(cells - 1)",
    "score sign flips (wild bootstrap)",
    "relabelled cells",
    "jackknife, t(cells - 1)",
    "**jackknife, Welch (ours)**",
)


def chances(rows: Rows, random: np.random.Generator) -> dict[str, float]:
    """The chance that each way gives for the estimate if there were no effect; empty without an estimate."""
    found = fit(rows)
    if found is None:
        return {}
    used, cells = found.rows, np.unique(found.rows.cell, return_inverse=True)[1]
    size, weight = int(cells.max()) + 1, used.lines * found.rate * (1 - found.rate)
    pull, aim = used.denials - used.lines * found.rate, _aim(used, weight)
    known = float(np.sum(aim * aim * weight))
    plain, distance = known**-0.5, abs(found.log_ratio)
    excess = float(np.sum(pull**2 / weight)) / (len(pull) - size)
    sandwich = np.sqrt(size / (size - 1) * np.sum(np.bincount(cells, aim * pull) ** 2)) / known
    told = (
        2 * stats.norm.sf(distance / plain),
        2 * stats.t.sf(distance / plain / max(1.0, excess) ** 0.5, len(pull) - size),
        2 * stats.t.sf(distance / sandwich, size - 1),
        _flipped(rows, random),
        _relabelled(rows, random),
        2 * stats.t.sf(distance / found.error, size - 1),
        found.p,
    )
    return dict(zip(WAYS, map(float, told), strict=True))


def _aim(rows: Rows, weight: Floats) -> Floats:
    """What is left of the treated cells' shift when all else is taken out of it."""
    payers = dummies(rows.payer)[:, 1:]
    rest = np.column_stack([dummies(rows.block)[:, 1:], payers, payers * rows.exposure[:, None]])
    inner = without_levels(np.column_stack([rest, rows.treated * rows.exposure]), rows.cell, weight)
    root = np.sqrt(weight)
    others, aim = independent(inner[:, :-1]), inner[:, -1]
    return np.asarray(aim - others @ np.linalg.lstsq(others * root[:, None], aim * root, rcond=None)[0])


def _flipped(rows: Rows, random: np.random.Generator) -> float:
    """Signs of the cells' scores flipped at random, without an effect (Hemerik, Goeman and Finos 2020)."""
    parts = _score_parts(informative(blocked(pooled(rows))))
    signs = random.choice([-1.0, 1.0], (FLIPS, len(parts)))
    return float((1 + np.sum(np.abs(signs @ parts) >= abs(parts.sum()) - 1e-9)) / (FLIPS + 1))


def _score_parts(used: Rows) -> Floats:
    """Each cell's part in the score of the real division, from the fit without an effect."""
    payers = dummies(used.payer)[:, 1:]
    rest = [dummies(used.cell), dummies(used.block)[:, 1:], payers, payers * used.exposure[:, None]]
    found = fitted(used, independent(np.column_stack(rest)))
    rate = found[1] if found else np.full(len(used.lines), used.denials.sum() / used.lines.sum())
    weight = used.lines * rate * (1 - rate)
    cells = np.unique(used.cell, return_inverse=True)[1]
    return np.bincount(cells, _aim(used, weight) * (used.denials - used.lines * rate))


def _relabelled(rows: Rows, random: np.random.Generator) -> float:
    """Cells given out anew to arms of the same sizes; the standardised score of each division."""
    used = informative(blocked(pooled(rows)))
    found = score_table(used, used.cell)
    if found is None:
        return 1.0
    pull, square = found
    treated = np.array([bool(used.treated[used.cell == cell][0]) for cell in np.unique(used.cell)])
    ways = np.array([treated, *(random.permutation(treated) for _ in range(FLIPS))], dtype=np.float64)
    distance = np.abs(ways @ pull) / np.sqrt(np.maximum(np.einsum("ij,jk,ik->i", ways, square, ways), 1e-12))
    return float(np.mean(distance >= distance[0] - 1e-9))


def before_after(rows: Rows) -> float:
    """Treated lines alone, two shares and a z: what a spreadsheet would say."""
    late = rows.exposure > 0
    counts = [
        (rows.denials[rows.treated & part].sum(), rows.lines[rows.treated & part].sum()) for part in (~late, late)
    ]
    (first, first_lines), (second, second_lines) = counts
    both = (first + second) / (first_lines + second_lines)
    error = np.sqrt(both * (1 - both) * (1 / first_lines + 1 / second_lines))
    return float(2 * stats.norm.sf(abs(first / first_lines - second / second_lines) / error)) if error else 1.0


def series_test(rows: Rows) -> float:
    """The jump of the segmented regression of the difference of the arms."""
    found = interrupted(_months(rows), has_comparison=True)
    return 1.0 if found is None or found.level.p is None else found.level.p


def _months(rows: Rows) -> list[Month]:
    months = []
    for number in np.unique(rows.month):
        inside = rows.month == number
        arms = [
            Arm(int(rows.lines[inside & arm].sum()), int(rows.denials[inside & arm].sum()))
            for arm in (rows.treated, ~rows.treated)
        ]
        phase = "after" if rows.exposure[inside][0] > 0 else "before"
        months.append(Month(datetime.date(2024 + number // 12, number % 12 + 1, 1), phase, True, *arms))
    return months
