"""Chart blocks that more than one page shows: trend, payers, causes, procedures, payer x cause.

Each takes the view and draws itself whole, or says in words why there is nothing to draw.
"""

import datetime
from collections.abc import Callable
from typing import Any

import pandas as pd
import streamlit as st

from dashboards import cache, charts, controls, frames, limits_data, limits_words, parts, settled, titles, words
from dashboards.controls import View
from dashboards.figures import Say, dollars_of, n_of
from dashboards.parts import Block
from dashboards.scorecard import goal, total
from pipelines.kpis import KPIS
from pipelines.months import last_of
from pipelines.trend import Trend

TREND_MONTHS = 12
MOST_BARS = 8
MOST_CELLS = 8
FEW = {"Rate": "Adjudicated", "Interval from": "Adjudicated", "Interval to": "Adjudicated"}
RATE_COLUMNS = {
    "value": "Rate",
    "low": "Interval from",
    "high": "Interval to",
    "numerator": "Denied",
    "denominator": "Adjudicated",
}
NOTHING = "Nothing was adjudicated in this period"
ONLY_LOGS = "No rate: these denials stand only in denial logs"
LOAD = "A log of denials does not say of how many. Load the remittances (835) on the Import page."
Title = Callable[[Trend | None, pd.DataFrame, float | None], str]


def trend(view: View, kpi: str, height: int = 340, title: Title = limits_words.title) -> None:
    """The KPI by month of the clock, a year at least, with its limits and target; a click looks at one month alone.

    By submission, months that are still being decided are dotted and stand at what they will come to.
    """
    view = view.at_least(TREND_MONTHS)
    chart = limits_data.charted(view, kpi)
    frame = chart.frame
    if len(frame) < 2:
        _one_month(view, frame, kpi)
        return
    aim = goal(view, kpi).value
    limits = limits_data.COLUMNS if chart.has_limits else {}
    columns = {"month": "Month", **RATE_COLUMNS, **limits, **(settled.COLUMNS if view.by_submission else {})}
    table, formats = frames.for_people(frame, columns, kpi)
    parts.chart_block(
        Block(
            key="trend",
            title=title(chart.trend, frame, aim),
            subtitle=_subtitle(view, kpi, frame["denominator"].sum(), view.by_month),
            figure=charts.trend(
                frame,
                target=aim,
                is_breach=_is_missed(frame, aim),
                height=height,
                say_n=_said(kpi),
                marks=chart.changes,
            ),
            table=table,
            formats=formats,
            few=FEW,
            on_point=lambda data: _narrow_to_month(data[0]),
            hint=f"{limits_words.learnt(chart.trend)} {settled.hint(frame)} Click a month to see it alone.".strip(),
        )
    )


def payers(view: View, kpi: str, most: int = 12, title: Callable[[pd.DataFrame], str] = titles.payers) -> None:
    """The KPI by payer with interval and n; a click narrows to the payer."""
    frame = frames.by_name(view, kpi, "payer")
    if frame.empty:
        no_rate(view)
        return
    everyone = total(view, kpi, view.scope)
    table, formats = frames.for_people(frame, {"name": "Payer", **RATE_COLUMNS}, kpi)
    parts.chart_block(
        Block(
            key="payers",
            title=title(frame),
            subtitle=_subtitle(view, kpi, everyone["denominator"], "by payer"),
            figure=charts.dots(frame.head(most), reference=_reference(everyone), say_n=_said(kpi)),
            table=table,
            formats=formats,
            few=FEW,
            on_point=lambda data: controls.narrow("payer", data[0]),
            hint=_cut(frame, most, "Click a payer to see it alone."),
        )
    )


def procedures(view: View, kpi: str, most: int = 10) -> None:
    """The procedures with the most denied of this view, as rates with interval; a click narrows to the procedure."""
    frame = frames.by_name(view, kpi, "procedure")
    frame = frame.sort_values("numerator", ascending=False, key=lambda column: column.astype(float)).head(most)
    frame = frame.sort_values("value", ascending=False, ignore_index=True)
    if frame.empty:
        no_rate(view)
        return
    everyone = total(view, kpi, view.scope)
    table, formats = frames.for_people(frame, {"name": "CPT/HCPCS", **RATE_COLUMNS}, kpi)
    parts.chart_block(
        Block(
            key="procedures",
            title=titles.procedures(frame, float(everyone["value"] or 0)),
            subtitle=_subtitle(view, kpi, everyone["denominator"], f"the {most} procedures with the most denied"),
            figure=charts.dots(frame, reference=_reference(everyone), say_n=_said(kpi)),
            table=table,
            formats=formats,
            few=FEW,
            on_point=lambda data: controls.narrow("cpt", data[0]),
        )
    )


def causes(view: View) -> None:
    """Denied dollars by root cause, sorted, with the running share."""
    frame = frames.by_cause(view)
    if frame.empty:
        parts.empty(no_denials(view), parts.WIDER)
        return
    table, formats = frames.for_people(frame, {"name": "Root cause", "value": "Denied dollars"}, "denied_amount")
    parts.chart_block(
        Block(
            key="causes",
            title=titles.shares(frame[~frame["is_context"]], "denied dollars", frame["value"].astype(float).sum()),
            subtitle=_subtitle(view, "denied_amount", None, f"{words.money(frame['value'].sum())} by root cause"),
            figure=charts.pareto(frame.head(MOST_BARS), total=float(frame["value"].sum())),
            table=table,
            formats=formats,
            hint=_cut(frame, MOST_BARS, ""),
        )
    )


def payer_causes(view: View) -> None:
    """Which payer denies for which cause: the share of its adjudicated lines; a click narrows to the payer."""
    frame = frames.crossed(view, "denial_rate_lines", "payer", "root_cause")
    frame = frame[frame["n"].astype(float) > 0]
    if frame.empty:
        parts.empty(no_denials(view), parts.WIDER)
        return
    labels = cache.labels(view.build, "root_cause", "root_cause")
    frame = frame.assign(column=[labels.get(key, words.named(key)) for key in frame["column"]])
    rows, columns = _greatest(frame, "row"), _greatest(frame, "column")
    cells = _filled(frame, rows, columns)
    table, formats = frames.for_people(
        frame,
        {"row": "Payer", "column": "Root cause", "value": "Rate", "n": "Denied", "of": "Adjudicated"},
        "denial_rate_lines",
    )
    parts.chart_block(
        Block(
            key="payer-causes",
            title=titles.hottest(cells),
            subtitle=_subtitle(
                view, "denial_rate_lines", None, "share of a payer's adjudicated lines denied for a cause; n denied"
            ),
            figure=charts.heat(cells, rows, columns),
            table=table,
            formats=formats,
            few={"Rate": "Adjudicated"},
            on_point=lambda data: controls.narrow("payer", data[0]),
            hint="Click a cell to see its payer alone.",
        )
    )


def not_mature(view: View, kpi: str) -> None:
    """What a page of rates shows by submission where no month is mature: why, and how far the months are."""
    parts.headline(settled.not_mature(view), view.words)
    parts.empty("No rates, no comparison: too much of these months is still being decided", settled.WAIT)
    trend(view, kpi)
    parts.foot(view)


def no_denials(view: View) -> str:
    """What stands instead of a chart where nothing was denied."""
    return f"No {words.SCOPES[view.scope.denial_scope]} in this period"


def no_rate(view: View) -> None:
    """What stands instead of a rate where nothing was adjudicated: a longer period helps, or remittances do."""
    parts.empty(*why_no_rate(view))


def why_no_rate(view: View) -> tuple[str, str]:
    """The reason and the way out."""
    is_denied = total(view, "denied_lines", view.scope)["value"]
    return (ONLY_LOGS, LOAD) if is_denied else (NOTHING, parts.WIDER)


def _one_month(view: View, frame: pd.DataFrame, kpi: str) -> None:
    if frame.empty:
        no_rate(view)
        return
    with st.container(border=True):
        parts.heading("One month of data: a trend needs more", KPIS[kpi].label)
        shown, formats = frames.for_people(frame, {"month": "Month", **RATE_COLUMNS}, kpi)
        parts.table(shown, formats, alt="The only month", few=FEW)


def _subtitle(view: View, kpi: str, denominator: Any, how: str) -> str:
    n = "" if denominator is None else f", {_said(kpi)(denominator)}"
    return f"{KPIS[kpi].label}, {how}; {view.words}{n}"


def _said(kpi: str) -> Say:
    return dollars_of if kpi.endswith("_dollars") else n_of


def _reference(everyone: pd.Series) -> float | None:
    return float(everyone["value"] or 0) if everyone["denominator"] >= words.TOO_FEW else None


def _is_missed(frame: pd.DataFrame, aim: float | None) -> bool:
    whole = titles.complete(frame).dropna(subset=["value"])
    return aim is not None and not whole.empty and float(whole.iloc[-1]["value"]) > aim


def _narrow_to_month(text: str) -> None:
    first = datetime.date.fromisoformat(text[:10])
    controls.narrow_dates(first, last_of(first))


def _cut(frame: pd.DataFrame, most: int, hint: str) -> str:
    more = len(frame) - most
    return " ".join(filter(None, (f"{more} more in the table." if more > 0 else "", hint)))


def _greatest(frame: pd.DataFrame, column: str) -> list[str]:
    sums = frame.assign(n=frame["n"].astype(float)).groupby(column)["n"].sum().sort_values(ascending=False)
    return [str(name) for name in sums.head(MOST_CELLS).index]


def _filled(frame: pd.DataFrame, rows: list[str], columns: list[str]) -> pd.DataFrame:
    """Every cell of the grid: one that never occurred is zero out of the payer's own lines."""
    of = frame.drop_duplicates("row").set_index("row")["of"]
    grid = pd.MultiIndex.from_product([rows, columns], names=["row", "column"]).to_frame(index=False)
    full = grid.merge(frame[["row", "column", "value", "n"]], how="left", on=["row", "column"])
    return full.assign(value=full["value"].fillna(0), n=full["n"].fillna(0), of=full["row"].map(of))
