"""The DataFrames behind the charts: measures of a view by something, with the columns that `charts` reads.

`for_people` renames a frame's columns for tables and files and says how each is shown.
"""

from collections.abc import Mapping

import pandas as pd

from dashboards import cache
from dashboards.controls import View
from dashboards.months import is_open
from dashboards.parts import Format
from pipelines.kpis import KPIS

UNDETERMINED = "not_determined"
PEOPLE: dict[str, tuple[str, Format]] = {
    "month": ("Month", "date"),
    "numerator": ("Denied", "count"),
    "denominator": ("Adjudicated", "count"),
    "value": ("Rate", "rate"),
    "adjudicated": ("Share decided", "rate"),
    "estimate": ("Completed estimate", "rate"),
    "estimate_low": ("Estimate from", "rate"),
    "estimate_high": ("Estimate to", "rate"),
    "centre": ("Mean", "rate"),
    "lower": ("Lower limit", "rate"),
    "upper": ("Upper limit", "rate"),
    "low": ("Interval from", "rate"),
    "high": ("Interval to", "rate"),
    "n": ("n", "count"),
    "of": ("Out of", "count"),
    "amount": ("Denied dollars", "money"),
    "open_amount": ("Denied and open", "money"),
    "ratio": ("M-code ratio", "rate"),
    "ratio_n": ("Denied lines", "count"),
}


def by_month(view: View, kpi: str) -> pd.DataFrame:
    """The KPI by month over the view, without months of nothing: `month`, `value`, `n`, `low`, `high`, `is_partial`."""
    end = view.scope.date_to or view.last_day
    frame = cache.measures(view.build, (kpi,), ("month",), view.scope).dropna(subset=["value", "month"])
    frame = frame.sort_values("month", ignore_index=True)
    return frame.assign(n=frame["denominator"], is_partial=[is_open(month, end) for month in frame["month"]])


def by_name(view: View, kpi: str, dimension: str) -> pd.DataFrame:
    """The KPI by a dimension, the greatest first: `name`, `value`, `n`, `low`, `high`, `numerator`, `denominator`."""
    frame = cache.measures(view.build, (kpi,), (dimension,), view.scope)
    frame = frame.assign(name=frame[dimension].astype(str), n=frame["denominator"]).dropna(subset=["value"])
    return frame.sort_values("value", ascending=False, ignore_index=True)


def by_cause(view: View, kpi: str = "denied_amount") -> pd.DataFrame:
    """The KPI by root cause, the greatest first, what is not determined last: `name`, `key`, `value`, `is_context`."""
    labels = cache.labels(view.build, "root_cause", "root_cause")
    frame = cache.measures(view.build, (kpi,), ("root_cause",), view.scope)
    frame = frame.assign(value=frame["numerator"], key=frame["root_cause"].astype(str))
    frame = frame[frame["value"].astype(float) > 0]
    frame = frame.assign(
        name=[labels.get(key, key.replace("_", " ")) for key in frame["key"]], is_context=frame["key"] == UNDETERMINED
    )
    return frame.sort_values(["is_context", "value"], ascending=[True, False], ignore_index=True)


def crossed(view: View, kpi: str, rows: str, columns: str) -> pd.DataFrame:
    """The KPI by two dimensions, for a heat map: `row`, `column`, `value`, `n` (numerator), `of` (denominator)."""
    frame = cache.measures(view.build, (kpi,), (rows, columns), view.scope)
    named = frame.assign(row=frame[rows].astype(str), column=frame[columns].astype(str))
    return named.assign(n=frame["numerator"], of=frame["denominator"])


def for_people(frame: pd.DataFrame, names: Mapping[str, str], kpi: str) -> tuple[pd.DataFrame, dict[str, Format]]:
    """The columns named, under their names for people, and their formats. Shares of dollars show dollars."""
    is_dollars = kpi.endswith(("_dollars", "_amount"))
    formats: dict[str, Format] = {}
    for column, name in names.items():
        how = PEOPLE.get(column, ("", "text"))[1]
        formats[name] = "money" if is_dollars and how == "count" else how
    if "value" in names and KPIS[kpi].unit != "share":
        formats[names["value"]] = {"amount": "money", "days": "days"}.get(KPIS[kpi].unit, "count")  # type: ignore[assignment]
    shown = frame[list(names)].rename(columns=dict(names))
    return shown, {name: how for name, how in formats.items() if how != "text"}
