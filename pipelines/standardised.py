"""A rate by month as it would be if the same were sent in each month: direct standardisation to a baseline's mix.

Of cells with baseline weight w and this month's share p the standardised rate is sum of w p / sum of w, over the cells
that have lines this month; how much of the weight they cover is told, and below 80 % there is no rate. Lines of a cell
that the baseline does not know have no weight, and their share of the month is told too. Cells that had fewer than 5 a
month in the baseline are joined, first within their payer and then all together.

The weights are those of the months that the control limits are learnt from. The interval is Wilson's of the effective
number, (sum of w) squared / sum of w squared / n: a month that has few lines where the weight lies knows little.
"""

import dataclasses
import datetime
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING

from pipelines.control_chart import Point, Span, p_chart
from pipelines.errors import UsageError
from pipelines.intervals import wilson
from pipelines.kpis import DIMENSIONS
from pipelines.measure import Key, known
from pipelines.mix import MIX
from pipelines.mix_cells import OTHERS
from pipelines.scope import Scope
from pipelines.trend import series

if TYPE_CHECKING:
    import duckdb

FEWEST_A_MONTH = 5
ENOUGH_COVERED = 0.8
Months = dict[datetime.date, tuple[int, int]]  # month -> numerator, denominator


@dataclasses.dataclass(frozen=True)
class Month:
    """One month as it was, and at the baseline's mix: shares between 0 and 1, None where they cannot be told."""

    month: datetime.date
    n: int
    rate: float | None
    standardised: float | None
    low: float | None
    high: float | None
    covered: float  # share of the baseline's weight that this month has lines for
    unknown_share: float  # share of this month's lines that the baseline has no weight for
    unsettled: str


@dataclasses.dataclass(frozen=True)
class Standardised:
    """The months of the scope's dates; `reason` says why there is nothing to standardise to, '' where there is."""

    kpi: str
    baseline: Span | None
    months: tuple[Month, ...]
    cells: int
    joined: int  # cells too small to stand alone
    reason: str


def standardised(
    connection: "duckdb.DuckDBPyConnection",
    kpi: str,
    scope: Scope | None = None,
    baseline: Span | None = None,
    left_out: Collection[datetime.date] = (),
    go_lives: Collection[datetime.date] = (),
    by: Sequence[str] = MIX,
) -> Standardised:
    """The KPI by month at the mix of the baseline; what freezes it as in `trend`.

    Raises UsageError for a KPI that is no share of things counted, and for a reason to part by.
    """
    scope = scope or Scope()
    if reasons := [name for name in by if known(DIMENSIONS, name, "dimension").is_reason]:
        raise UsageError(f"{', '.join(reasons)}: a mix is of what was adjudicated, which has no reason")
    points = series(connection, kpi, (), scope).get((), [])
    learnt = {mark.month for mark in p_chart(points, baseline, left_out, go_lives).marks if mark.is_baseline}
    cells = series(connection, kpi, by, scope)
    groups = _groups({key: _whole(points, learnt) for key, points in cells.items()}, len(learnt))
    counts = _added(cells, groups)
    weights = {key: sum(months.get(month, (0, 0))[1] for month in learnt) for key, months in counts.items()}
    months = tuple(_month(point, counts, weights) for point in points if _is_shown(point.month, scope))
    span = Span(min(learnt), max(learnt)) if learnt else None
    reason = "" if learnt else "there is no settled month to standardise to"
    return Standardised(kpi, span, months, len(counts), len(cells) - len(counts), reason)


def _whole(points: Sequence[Point], months: Collection[datetime.date]) -> int:
    return sum(point.denominator for point in points if point.month in months)


def _groups(wholes: Mapping[Key, int], months: int) -> dict[Key, Key]:
    """Cell -> the cell it is counted in; what the baseline does not know joins what its payer has, or stays alone."""
    groups = {key: key for key in wholes}
    depth = len(next(iter(wholes), ()))
    for level in range(depth - 1, -1, -1):
        sums: dict[Key, int] = defaultdict(int)
        for key, group in groups.items():
            sums[group] += wholes[key]
        for key, group in groups.items():
            if sums[group] < FEWEST_A_MONTH * months and (sums[group] or level):
                groups[key] = key[:level] + (OTHERS,) * (depth - level)
    return groups


def _added(cells: Mapping[Key, Sequence[Point]], groups: Mapping[Key, Key]) -> dict[Key, Months]:
    counts: dict[Key, Months] = {}
    for key, points in cells.items():
        months = counts.setdefault(groups[key], {})
        for point in points:
            numerator, denominator = months.get(point.month, (0, 0))
            months[point.month] = numerator + point.numerator, denominator + point.denominator
    return counts


def _month(point: Point, counts: Mapping[Key, Months], weights: Mapping[Key, int]) -> Month:
    here = {key: months[point.month] for key, months in counts.items() if months.get(point.month, (0, 0))[1]}
    found = [(weights[key], *both) for key, both in here.items() if weights[key]]
    weight, everything = sum(one for one, _, _ in found), sum(weights.values())
    covered = weight / everything if everything else 0.0
    unknown = sum(denominator for key, (_, denominator) in here.items() if not weights[key])
    rate = point.numerator / point.denominator if point.denominator else None
    at_mix, low, high = None, None, None
    if weight and covered >= ENOUGH_COVERED:
        at_mix = sum(one * part / whole for one, part, whole in found) / weight
        effective = weight**2 / sum(one**2 / whole for one, _, whole in found)
        low, high = wilson(at_mix * effective, effective)
    share = unknown / point.denominator if point.denominator else 0.0
    return Month(point.month, point.denominator, rate, at_mix, low, high, covered, share, point.unsettled)


def _is_shown(month: datetime.date, scope: Scope) -> bool:
    """The month is one that the dates touch."""
    is_late = scope.date_from is None or month >= scope.date_from.replace(day=1)
    return is_late and (scope.date_to is None or month <= scope.date_to)
