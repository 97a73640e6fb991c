"""Control charts as the frames that figures and tables read: limits of pipelines/trend.py, baselines of the ledger."""

import dataclasses
from collections.abc import Sequence
from typing import Any, NamedTuple

import pandas as pd

from dashboards import access, cache, frames, settled
from dashboards.controls import View
from dashboards.limits_figure import Mark
from pipelines import trend as control
from pipelines.control_chart import RULES, WORSE, Chart, Point, p_chart
from pipelines.control_chart import Mark as Judged
from pipelines.kpis import KPIS
from pipelines.scope import FILTERS
from pipelines.trend import Trend
from pipelines.trend_baseline import Frozen, frozen

JUDGED = ("centre", "lower", "upper", "signal", "is_worse")
FIELDS = {dimension: field for field, dimension in FILTERS.items()}
UNJUDGED = (None, None, None, "", False)
COLUMNS = {"centre": "Mean", "lower": "Lower limit", "upper": "Upper limit", "signal": "Outside"}  # of a table


class Charted(NamedTuple):
    """A trend to be drawn: its months, its limits (None for what has none), and the changes that went live."""

    frame: pd.DataFrame
    trend: Trend | None
    changes: tuple[Mark, ...] = ()

    @property
    def has_limits(self) -> bool:
        """Whether there is anything that months are held against."""
        return self.trend is not None and not self.trend.reason


def charted(view: View, kpi: str) -> Charted:
    """The KPI by month of the view, with limits where the KPI can have any, and what young months will come to."""
    frame = settled.completed(view, kpi, frames.by_month(view, kpi))
    held = held_of(view, kpi)
    changes = tuple(Mark(one.day, one.title) for one in held.changes if _is_shown(frame, one.month))
    if not control.has_limits(kpi):
        return Charted(frame, None, changes)
    found = cache.asked(view.build, control.trend, kpi, view.scope, *held.held)
    return Charted(judged(frame, found.chart, kpi), found, changes)


def by_name(view: View, kpi: str, dimension: str, most: int) -> pd.DataFrame:
    """A control chart for each of the commonest values of the dimension: columns as `judged`, and `name`."""
    cells = cache.asked(view.build, control.series, kpi, (dimension,), view.scope)
    charts = {str(key[0]): _own_chart(view, kpi, dimension, str(key[0]), points) for key, points in cells.items()}
    volumes = {name: sum(mark.denominator for mark in chart.marks) for name, chart in charts.items()}
    largest = sorted((name for name in charts if volumes[name]), key=lambda name: (-volumes[name], name))[:most]
    found = [judged(_months(charts[name]), charts[name], kpi).assign(name=name) for name in largest]
    return pd.concat(found, ignore_index=True) if found else pd.DataFrame(columns=["name", "month", "value", "n"])


def _own_chart(view: View, kpi: str, dimension: str, name: str, points: Sequence[Point]) -> Chart:
    """The chart of one value: its baseline and its changes are its own, not those of the whole view."""
    own: dict[str, Any] = {FIELDS[dimension]: (name,)}
    scope = dataclasses.replace(view.scope, **own)
    held = frozen(access.ledger(), kpi, scope).held
    return p_chart(points, *held).within(scope.date_from, scope.date_to)


def held_of(view: View, kpi: str) -> Frozen:
    """What people said of this KPI's baseline in this view, and the documentation changes that concern it."""
    return frozen(access.ledger(), kpi, view.scope)


def judged(frame: pd.DataFrame, chart: Chart, kpi: str) -> pd.DataFrame:
    """The months with their limits and the rule that each breaks; one that is not settled, or cut, has none."""
    marks = {mark.month: mark for mark in chart.marks}
    found = [_whole(marks.get(row.month), row.n) for row in frame.itertuples()]
    rows = [_limits(chart, mark, kpi) if mark and mark.is_judged else UNJUDGED for mark in found]
    limits = pd.DataFrame(rows, frame.index, list(JUDGED), dtype="object")
    is_open = frame["is_partial"].astype(bool) | pd.Series(
        [bool(mark and mark.unsettled) for mark in found], frame.index, dtype=bool
    )
    if "is_immature" in frame:
        is_open &= ~frame["is_immature"].astype(bool) | frame["is_partial"].astype(bool)
    return frame.assign(**{name: limits[name] for name in JUDGED}, is_partial=is_open)


def _whole(mark: Judged | None, n: Any) -> Judged | None:
    """The month as it was judged; None where the view shows only a part of it."""
    return mark if mark is not None and mark.denominator == n else None


def _limits(chart: Chart, mark: Judged, kpi: str) -> Sequence[Any]:
    signal = next(iter(mark.signals), "")
    is_worse = signal in WORSE.get(KPIS[kpi].better, ())
    return chart.centre, mark.lower, mark.upper, RULES.get(signal, ""), is_worse


def _months(chart: Chart) -> pd.DataFrame:
    """The months of a chart that has no frame of measures behind it."""
    marks = [mark for mark in chart.marks if mark.rate is not None]
    columns = {
        "month": [mark.month for mark in marks],
        "value": [mark.rate for mark in marks],
        "n": [mark.denominator for mark in marks],
        "is_partial": [bool(mark.unsettled) for mark in marks],
    }
    return pd.DataFrame(columns, dtype="object")


def _is_shown(frame: pd.DataFrame, month: Any) -> bool:
    return bool(len(frame)) and frame["month"].min() <= month <= frame["month"].max()
