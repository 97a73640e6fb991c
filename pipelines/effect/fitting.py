"""The fit itself, by statsmodels, and how far its answer moves as one cell after the other is left out."""

import math

import numpy as np

from pipelines.effect.rows import Flags, Floats, Ints, Rows

RIDGE = 1e-11  # too little to be seen in any answer that there is


def binomial(rows: Rows, columns: Floats) -> tuple[float, Floats] | None:
    """The coefficient of the last column and the fitted rates; None where the numbers do not pin it down."""
    others = independent(columns[:, :-1])
    every = np.column_stack([others, columns[:, -1]])
    if independent(every).shape[1] == others.shape[1]:
        return None
    return fitted(rows, every)


def fitted(rows: Rows, columns: Floats) -> tuple[float, Floats] | None:
    """The same of columns of which none is said by the others; None where the fit runs off to 0 or 1."""
    from statsmodels.genmod.families import Binomial
    from statsmodels.genmod.generalized_linear_model import GLM

    counts = np.column_stack([rows.denials, rows.lines - rows.denials])
    model = GLM(counts, columns, family=Binomial())
    found = model.fit(np.zeros(columns.shape[1]), method="newton", disp=0, skip_hessian=True, warn_convergence=False)
    rate = np.asarray(found.fittedvalues)
    if not found.mle_retvals["converged"] or rate.min() < 1e-9 or rate.max() > 1 - 1e-9:
        return None
    return float(found.params[-1]), rate


def independent(columns: Floats) -> Floats:
    """The columns without those that others already say."""
    from scipy import linalg

    triangle, order = linalg.qr(columns.T @ columns, mode="r", pivoting=True)  # of the same rank, and small
    size = np.abs(np.diag(triangle))
    rank = int(np.sum(size > 1e-9 * size[0])) if len(size) else 0
    return np.asarray(columns[:, np.sort(order[:rank])])


def student(tail: float, degrees: float) -> float:
    """The value that Student's t exceeds with this chance."""
    from scipy import stats

    return float(stats.t.isf(tail, degrees))


def tail(value: float, degrees: float) -> float:
    """The chance that Student's t exceeds this value."""
    from scipy import stats

    return float(stats.t.sf(value, degrees))


def jackknife(moved: Floats, in_first: Flags) -> tuple[float, float]:
    """The error of an estimate that moves so far as each unit is left out, and its degrees of freedom.

    They are Welch's for the difference of two groups: what a large group knows of itself does not help a small one.
    """
    size = len(moved)
    first, second = float(np.sum(moved[in_first] ** 2)), float(np.sum(moved[~in_first] ** 2))
    spread = first**2 / max(1, in_first.sum() - 1) + second**2 / max(1, size - in_first.sum() - 1)
    degrees = (first + second) ** 2 / spread if spread else 1.0
    return math.sqrt((size - 1) / size * (first + second)), max(1.0, degrees)


def left_out(columns: Floats, target: Floats, weight: Floats, unit: Ints, in_first: Flags) -> tuple[Floats, Flags]:
    """How far the last coefficient moves as each unit is left out, and which units are of the first group.

    One weighted least-squares step from the fit each time; `target` is the working residual of the fit.
    """
    names, place = np.unique(unit, return_inverse=True)
    parts = [place == number for number in range(len(names))]
    squares = np.array([(columns[part].T * weight[part]) @ columns[part] for part in parts])
    pulls = np.array([(columns[part].T * weight[part]) @ target[part] for part in parts])
    whole, pull = squares.sum(axis=0), pulls.sum(axis=0)
    floor = np.diag(np.full(len(whole), RIDGE * np.diag(whole).max()))  # what one unit alone tells has no answer left
    moved = np.linalg.solve(whole + floor - squares, (pull - pulls)[:, :, np.newaxis])[:, -1, 0]
    return np.asarray(moved), np.array([bool(in_first[part][0]) for part in parts])


def without_levels(columns: Floats, cell: Ints, weight: Floats) -> Floats:
    """The columns without each cell's own level, which concerns no other cell: the same answer from small matrices."""
    place = np.unique(cell, return_inverse=True)[1]
    total = np.bincount(place, weight)
    means = np.column_stack([np.bincount(place, weight * column) / total for column in columns.T])
    return np.asarray(columns - means[place])


def dummies(group: Ints) -> Floats:
    """One column for each number that occurs, 1 where it stands."""
    return np.asarray(group[:, np.newaxis] == np.unique(group)[np.newaxis, :], dtype=np.float64)
