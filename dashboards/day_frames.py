"""The DataFrames behind the charts of days: typical days with their interval, n, and how many are still open.

The typical days are the median by Kaplan and Meier's estimate, in which what is still open counts as long as it was
watched; the interval holds the days at which the curve's own interval crosses half.
"""

import dataclasses
from collections.abc import Callable, Mapping
from typing import Any, Protocol

import pandas as pd

from dashboards import cache, words
from dashboards.controls import View
from dashboards.day_charts import bars_of
from dashboards.months import is_open
from dashboards.parts import Format
from dashboards.spans import Span
from pipelines.intervals import wilson
from pipelines.survival import Curve, Step, kaplan_meier

NINETY = 0.9
FEWEST = 5  # still watched on a day, without which a curve ends
LEAST_DAYS = 30  # of an axis of days
COLUMNS: dict[str, tuple[str, Format]] = {
    "value": ("Typical days", "days"),
    "low": ("Interval from", "days"),
    "high": ("Interval to", "days"),
    "ninety": ("90 % within", "days"),
    "left": ("Open after 30 days", "rate"),
    "n": ("n", "count"),
    "open": ("Still open", "count"),
}
LEFT = ("left", "left_low", "left_high")  # the share still open after CHECKED days, and its interval
CHECKED = 30


class Days(Protocol):
    """Two histograms of days: of what is done, and of what is still open."""

    done: Mapping[int, int]
    open: Mapping[int, int]


@dataclasses.dataclass(frozen=True)
class Watched:
    """One span in one view: its histograms and curve, and whether it is only an upper bound."""

    span: Span
    kpi: str
    days: Days
    curve: Curve

    @property
    def is_bound(self) -> bool:
        """The days to the next remit, because no submission is known."""
        return self.kpi == self.span.bound_kpi

    @property
    def total(self) -> int:
        """How many were watched, done or open."""
        return self.curve.done_count + self.curve.open_count

    @property
    def is_few(self) -> bool:
        """Too few were watched to speak of typical days."""
        return self.total < words.TOO_FEW


def watched(view: View, span: Span) -> Watched:
    """The span in this view; where hardly anything is known of it, its upper bound if more is known of that."""
    own = _watched(view, span, span.kpi)
    if not span.bound_kpi or not own.is_few:
        return own
    bound = _watched(view, span, span.bound_kpi)
    return bound if bound.total > own.total else own


def _watched(view: View, span: Span, kpi: str) -> Watched:
    days = cache.spans(view.build, kpi, (), view.scope)[()]
    return Watched(span, kpi, days, kaplan_meier(days.done, days.open))


def groups(view: View, kpi: str, dimension: str) -> pd.DataFrame:
    """Typical days by a dimension, the slowest first and those of too few last: `name`, `key` and COLUMNS."""
    cells = cache.spans(view.build, kpi, (dimension,), view.scope)
    named = _names(view, dimension)
    rows = [{"name": named(key[0]), "key": str(key[0]), **typical(days)} for key, days in cells.items()]
    frame = pd.DataFrame(rows, columns=["name", "key", *COLUMNS, *LEFT[1:]], dtype="object")
    return frame.iloc[sorted(range(len(frame)), key=lambda at: _slowest_first(frame.iloc[at]))].reset_index(drop=True)


def monthly(view: View, kpi: str) -> pd.DataFrame:
    """Typical days by month: `month`, COLUMNS and `is_partial`; no `value` where not even half is done yet."""
    cells = cache.spans(view.build, kpi, ("month",), view.scope)
    end = view.scope.date_to or view.last_day
    rows = [{"month": key[0], **typical(days)} for key, days in cells.items() if key[0] is not None]
    frame = pd.DataFrame(rows, columns=["month", *COLUMNS, *LEFT[1:]], dtype="object")
    frame = frame.sort_values("month", ignore_index=True)
    return frame.assign(is_partial=[is_open(month, end) for month in frame["month"]])


def left_open(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with the share still open after CHECKED days for the typical days, the greatest first, too few last.

    For what is mostly never done: there are no typical days to compare.
    """
    shares = frame.drop(columns=["value", "low", "high"])
    shares = shares.rename(columns=dict(zip(LEFT, ("value", "low", "high"), strict=True))).dropna(subset=["value"])
    if "month" in shares:
        return shares.reset_index(drop=True)
    order = sorted(range(len(shares)), key=lambda at: _slowest_first(shares.iloc[at]))
    return shares.iloc[order].reset_index(drop=True)


def typical(days: Days) -> dict[str, Any]:
    """The median with its interval, the days by which 90 % are done, what is open after CHECKED days, and n."""
    curve = kaplan_meier(days.done, days.open)
    low, high = median_interval(curve)
    half = curve.median
    if half is not None and half > (watched_long(days, FEWEST) or 0):
        half = None  # one or two that were watched so long would decide it
    if low is None:  # not even the interval has come to half: it takes longer than enough of them were watched
        low = watched_long(days)
    known = {"value": half, "low": low, "high": high, "ninety": curve.percentile(NINETY)}
    left = dict(zip(LEFT, open_after(curve, CHECKED, days), strict=True))
    return {**known, **left, "n": curve.done_count + curve.open_count, "open": curve.open_count}


def median_interval(curve: Curve) -> tuple[int | None, int | None]:
    """The days at which the interval of the curve crosses half; None where it does not."""
    crossed: list[Callable[[Step], float]] = [lambda step: step.low, lambda step: step.high]
    low, high = (next((step.day for step in curve.steps if bound(step) <= 0.5), None) for bound in crossed)
    return low, high


def open_after(curve: Curve, day: int, days: Days) -> tuple[float | None, float | None, float | None]:
    """The share still open after so many days and its interval; None where nothing was watched so long.

    Where nothing is done until then the curve has no interval; it is Wilson's, of those that were watched so long.
    """
    done = curve.share_done(day)
    if done is None:
        return None, None, None
    last = next((step for step in reversed(curve.steps) if step.day <= day), None)
    if last:
        return 1 - done, last.low, last.high
    watched = sum(count for counts in (days.done, days.open) for passed, count in counts.items() if passed >= day)
    return 1.0, *wilson(watched, watched)


def watched_long(days: Days, enough: int = words.TOO_FEW) -> int | None:
    """The longest time for which enough of them were watched, done or open; None where there are fewer."""
    seen = 0
    for day in sorted({*days.done, *days.open}, reverse=True):
        seen += days.done.get(day, 0) + days.open.get(day, 0)
        if seen >= enough:
            return day
    return None


def curve_frame(found: Watched) -> pd.DataFrame:
    """The curve from day 0 to where nearly all that was done is done: `day`, `value`, `low`, `high`, `n`.

    It ends where hardly anything is watched any more: one of a few would make it leap to the ground.
    """
    end = curve_end(found)
    steps = [step for step in found.curve.steps if step.day <= end]
    rows = [(0, 1.0, 1.0, 1.0, found.total)]
    rows += [(step.day, step.share_open, step.low, step.high, step.at_risk) for step in steps]
    if rows[-1][0] < end:
        rows.append((end, *rows[-1][1:]))
    return pd.DataFrame(rows, columns=["day", "value", "low", "high", "n"])


def curve_end(found: Watched) -> int:
    """The last day of the curve."""
    return min(last_shown(found), watched_long(found.days, FEWEST) or 0)


def last_shown(found: Watched) -> int:
    """The day with which the histogram ends, at least a month."""
    bars, _ = bars_of(found.days.done)
    return max(bars[-1].last if bars else 0, LEAST_DAYS)


def for_people(frame: pd.DataFrame, first: str, called: str) -> tuple[pd.DataFrame, dict[str, Format]]:
    """The columns under their names for people, the first called so, and how each is shown."""
    named = {first: called, **{column: name for column, (name, _) in COLUMNS.items()}}
    formats: dict[str, Format] = dict(COLUMNS.values())
    if first == "month":
        formats[called] = "date"
    return frame[list(named)].rename(columns=named), formats


def _names(view: View, dimension: str) -> Callable[[Any], str]:
    if dimension != "root_cause":
        return lambda key: words.named(str(key)) if dimension == "procedure_family" else str(key)
    labels = cache.labels(view.build, "root_cause", "root_cause")
    return lambda key: labels.get(str(key), words.named(str(key)))


def _slowest_first(row: pd.Series) -> tuple[bool, bool, float, str]:
    value = row["value"]
    return row["n"] < words.TOO_FEW, value is not None, -float(value or 0), row["name"]
