"""Whether the billing itself moved: fewer denials because less, or something else, is billed is no saving."""

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from pipelines import words
from pipelines.effect.arms import treated
from pipelines.effect.cells import Table, wash_in_to
from pipelines.effect.did import before_after, estimate, said
from pipelines.effect.fitting import student, tail
from pipelines.effect.placebo import factor
from pipelines.effect.result import AFTER, FAILED, NO_CLEAR_CHANGE, NOT_POSSIBLE, PASSED, Check, Estimate
from pipelines.effect.rows import Flags, Rows
from pipelines.measure import answer

if TYPE_CHECKING:
    import duckdb

    from pipelines.register import Change

# Codes that pay more than their neighbours for the same kind of visit: office visits of level 4 and 5, the long session
LEVELLED = ("99202", "99203", "99204", "99205", "99211", "99212", "99213", "99214", "99215", "90832", "90834", "90837")
HIGH = ("99204", "99205", "99214", "99215", "90837")
TOLERATED = 0.10  # change of volume that nobody would call a drift
LEFT_OVER = 0.25  # of the lines a week: below it a procedure counts as abandoned
LEAST_LINES = 10


def volume(table: Table, keep: Flags) -> Check:
    """Whether the treated lines' number moved against the comparison's."""
    label = "Volume of the treated lines"
    rows = table.rows(keep)
    months = np.unique(rows.month)
    if not rows.treated.any() or rows.treated.all() or len(months) < 6:
        return Check("volume", label, NOT_POSSIBLE, "There is no comparison to hold the number of lines against.")
    found = _volume_ratio(table, keep)
    if found is None or found.odds_ratio is None:
        return Check("volume", label, NOT_POSSIBLE, "There are too few months with lines in both arms.")
    moved = abs(found.odds_ratio - 1) > TOLERATED and found.verdict != NO_CLEAR_CHANGE
    why = f"Treated lines a month changed by a factor of {factor(found)} against the comparison."
    return Check("volume", label, FAILED if moved else PASSED, why, (found,))


def _volume_ratio(table: Table, keep: Flags) -> Estimate | None:
    """The treated lines' number after against before, over that of the comparison: Poisson with the spread it shows."""
    from statsmodels.genmod.families import Binomial
    from statsmodels.genmod.generalized_linear_model import GLM

    late = table.is_phase(AFTER)
    part = table.month * 2 + late  # a month that go-live parts is two
    size = (int(part[keep].max()) + 1) if keep.any() else 0
    arms = [
        np.bincount(part[keep & arm], table.volume[keep & arm], minlength=size)
        for arm in (table.treated, ~table.treated)
    ]
    both = np.flatnonzero((arms[0] > 0) & (arms[1] > 0))
    after = (both % 2).astype(np.float64)
    if len(both) < 6 or not 0 < after.sum() < len(both):
        return None
    counts = np.column_stack([arms[0][both], arms[1][both]])
    columns = np.column_stack([np.ones(len(both)), after])
    found = GLM(counts, columns, family=Binomial()).fit(np.zeros(2), method="newton", disp=0, warn_convergence=False)
    spread = max(1.0, float(found.pearson_chi2) / (len(both) - 2))  # never less than chance alone
    middle, error = float(found.params[1]), float(found.bse[1]) * math.sqrt(spread)
    reach, p = student(0.025, len(both) - 2), 2 * tail(abs(middle) / error, len(both) - 2)
    bounds = math.exp(middle - reach * error), math.exp(middle + reach * error)
    lines = int(counts.sum())
    return Estimate("volume", "ratio of volumes", math.exp(middle), *bounds, p, lines, lines, 2)


def level_mix(connection: "duckdb.DuckDBPyConnection", change: "Change", months: set[Any]) -> Check:
    """Whether the treated providers bill higher levels of visits than before."""
    label = "Level of visits"
    rows = _levels(connection, change, months)
    if rows is None:
        return Check("level_mix", label, NOT_POSSIBLE, "No visits with levels are billed by the treated providers.")
    if rows.treated.all():
        found = said(
            rows, before_after(rows), "level_mix", "higher levels, before and after", "there are too few visits"
        )
    else:
        found, _ = estimate(rows, "level_mix", "higher levels, against other providers")
    if found.odds_ratio is None:
        return Check("level_mix", label, NOT_POSSIBLE, f"It cannot be checked: {found.note}.", (found,))
    moved = found.verdict != NO_CLEAR_CHANGE
    why = f"The odds of a higher level of visit changed by a factor of {factor(found)}."
    return Check("level_mix", label, FAILED if moved else PASSED, why, (found,))


def _levels(connection: "duckdb.DuckDBPyConnection", change: "Change", months: set[Any]) -> Rows | None:
    """Visits with levels by provider, payer and month; higher levels stand where denials else do."""
    ours = f"provider in ({', '.join('?' * len(change.providers))})" if change.providers else "true"
    marks, high = (", ".join("?" * len(codes)) for codes in (LEVELLED, HIGH))
    sql = (
        f"select provider, payer, submission_month, submission_date > ?, ({ours}), sum(adjudicated_count),"
        f" sum(case when procedure in ({high}) then adjudicated_count else 0 end) from line_fact"
        f" where payer_sequence = 'primary' and procedure in ({marks}) and (submission_date < ? or submission_date > ?)"
        " group by 1, 2, 3, 4, 5"
    )
    wash_in = wash_in_to(change)
    found = answer(connection, sql, [wash_in, *change.providers, *HIGH, *LEVELLED, change.go_live, wash_in])
    found = [row for row in found if row[2] in months and row[5]]
    if not any(row[4] for row in found):
        return None
    providers, payers, dates = (sorted({row[at] for row in found}) for at in range(3))
    months_of = np.array([dates.index(row[2]) for row in found], dtype=np.int64)
    return Rows(
        denials=np.array([float(row[6]) for row in found]),
        lines=np.array([float(row[5]) for row in found]),
        cell=np.array([providers.index(row[0]) for row in found], dtype=np.int64),
        month=months_of,
        block=months_of,
        payer=np.array([payers.index(row[1]) for row in found], dtype=np.int64),
        treated=np.array([bool(row[4]) for row in found]),
        exposure=np.array([float(row[3]) for row in found]),
    )


def abandoned(connection: "duckdb.DuckDBPyConnection", change: "Change", months: set[Any]) -> Check:
    """Whether a treated procedure is hardly billed any more."""
    label = "Procedures given up"
    inside, values = treated(change).condition()
    sql = (
        "select procedure, submission_month, submission_date > ?, sum(adjudicated_count) from line_fact"
        f" where ({inside}) and payer_sequence = 'primary' and (submission_date < ? or submission_date > ?)"
        " group by 1, 2, 3"
    )
    wash_in = wash_in_to(change)
    found = [row for row in answer(connection, sql, [wash_in, *values, change.go_live, wash_in]) if row[1] in months]
    spans = {late: len({row[1] for row in found if row[2] == late}) for late in (False, True)}
    if not all(spans.values()):
        return Check("abandoned", label, NOT_POSSIBLE, "There are no months on both sides of go-live.")
    given_up, told = [], 0
    for procedure in sorted({row[0] for row in found}):
        before, after = (
            sum(int(row[3]) for row in found if row[0] == procedure and row[2] == late) for late in (False, True)
        )
        expected = before / spans[False] * spans[True]
        told += expected >= LEAST_LINES
        if expected >= LEAST_LINES and after < LEFT_OVER * expected:
            given_up.append(f"{procedure} ({after:,} lines, about {expected:,.0f} were to be expected)")
    if not told:
        return Check("abandoned", label, NOT_POSSIBLE, "No treated procedure has enough lines to tell.")
    if given_up:
        return Check("abandoned", label, FAILED, f"Hardly billed any more: {words.listed(given_up)}.")
    return Check("abandoned", label, PASSED, f"{words.counted(told, 'treated procedure')} still billed as before.")
