"""Is it the rates, or who and what was billed? The rate like for like, and its change split in parts."""

import pandas as pd
import streamlit as st

from dashboards import blocks, cache, limits_data, mix_figure, mix_words, parts, prose, titles, words
from dashboards.controls import View
from dashboards.parts import Block
from pipelines.kpis import KPIS
from pipelines.mix import CellPart, Split, split
from pipelines.standardised import Standardised, standardised
from pipelines.trend import has_limits

MOST_CELLS = 12
CELLS: dict[str, parts.Format] = {
    "n before": "count",
    "n": "count",
    "Rate before": "rate",
    "Rate": "rate",
}
HEAD = ("Part", "Rate", "Denied dollars")
FEW = {"Rate before": "n before", "Rate": "n"}


def like_for_like(view: View, kpi: str) -> None:
    """The rate by month as it was, and as it would have been with the payers and procedures of the baseline."""
    view = view.at_least(blocks.TREND_MONTHS)
    if not has_limits(kpi):
        return  # of dollars no month has an interval
    held = limits_data.held_of(view, kpi).held
    found = cache.asked(view.build, standardised, kpi, view.scope, *held)
    if found.reason or len(found.months) < 2:
        with st.container(border=True, height="stretch"):
            parts.heading("No trend like for like", titles.sentence(found.reason) or "One month of data is no trend.")
        return
    frame = _frame(found)
    parts.chart_block(
        Block(
            key="like-for-like",
            title=title(frame),
            subtitle=_subtitle(view, kpi, found),
            figure=mix_figure.standardised(frame),
            table=frame[list(COLUMNS)].rename(columns=COLUMNS),
            formats=FORMATS,
            few={COLUMNS["rate"]: COLUMNS["n"], COLUMNS["standardised"]: COLUMNS["n"]},
            hint=_uncovered(found),
        )
    )


COLUMNS = {
    "month": "Month",
    "rate": "As it was",
    "standardised": "Like for like",
    "low": "Interval from",
    "high": "Interval to",
    "n": "n",
    "covered": "Baseline found",
    "unknown_share": "New since the baseline",
}
FORMATS: dict[str, parts.Format] = {
    name: {"Month": "date", "n": "count"}.get(name, "rate")  # type: ignore[misc]
    for name in COLUMNS.values()
}


def change(view: View, kpi: str) -> None:
    """The change against the same months before: how much the rates made, how much the mix, how much the volume."""
    with st.container(border=True, height="stretch", key="block-split"):
        if view.before is None:
            parts.heading("Nothing to compare yet", "The data does not reach back over the same months before.")
            return
        found = cache.asked(view.build, split, kpi, view.scope, view.before)
        before = words.period(view.before.date_from, view.before.date_to)
        parts.heading(
            mix_words.title(found),
            f"{KPIS[kpi].label} against {before}: n {words.count(found.n_before)} then, {words.count(found.n)} now",
        )
        for warning in found.warnings:
            st.warning(words.plain(f"{titles.sentence(warning)}."))
        if found.change is not None:
            prose.text_table(HEAD, mix_words.rows(found), "Parts of the change", numbers=2)
            _cells(found)


def _cells(found: Split) -> None:
    """Payers and procedure families by how much they made of the change."""
    frame = pd.DataFrame([_cell(one) for one in found.cells[:MOST_CELLS]], dtype="object")
    with st.expander(f"The {len(frame)} that made most of it"):
        parts.table(frame, CELLS, alt="What made the change", few=FEW)
    with st.container(horizontal=True):
        whole = pd.DataFrame([_cell(one) for one in found.cells], dtype="object")
        parts.downloads("split", whole, {"What": mix_words.title(found)})


def _cell(one: CellPart) -> dict[str, object]:
    return {
        **{words.named(name).capitalize(): value for name, value in one.cell.items()},
        "n before": one.n_before,
        "n": one.n,
        "Rate before": one.rate_before,
        "Rate": one.rate,
        "By its rate": words.points(one.rate_part),
        "By its share": words.points(one.mix_part),
    }


def _frame(found: Standardised) -> pd.DataFrame:
    names = ("month", "rate", "standardised", "low", "high", "n", "covered", "unknown_share")
    rows = [[getattr(one, name) for name in names] + [bool(one.unsettled)] for one in found.months]
    return pd.DataFrame(rows, columns=[*names, "is_open"], dtype="object")


def title(frame: pd.DataFrame) -> str:
    """In how many months the mix explains a part of the rate: as it was it lies beyond the interval like for like."""
    known = frame[(frame["n"].astype(float) >= words.TOO_FEW) & ~frame["is_open"].astype(bool)]
    known = known.dropna(subset=["rate", "low", "high"])
    if known.empty:
        return "Too few cases in any month to compare like for like"
    rate = known["rate"].astype(float)
    apart = known[(rate < known["low"].astype(float)) | (rate > known["high"].astype(float))]
    if apart.empty:
        return f"Like for like the rate is much the same in all {words.counted(len(known), 'month')}"
    months = words.listed([words.month(month) for month in apart["month"]], most=2)
    return f"The mix made a difference in {titles.number(len(apart))} of {words.counted(len(known), 'month')}: {months}"


def _subtitle(view: View, kpi: str, found: Standardised) -> str:
    months = ""
    if found.baseline:
        months = f" of {words.month(found.baseline.first)} to {words.month(found.baseline.last)}"
    return f"{KPIS[kpi].label}, {view.by_month}; like for like: with the payers and procedure families{months}"


def _uncovered(found: Standardised) -> str:
    """How much of the newest month cannot be weighed; nothing where all can."""
    last = found.months[-1]
    if last.unknown_share < 0.005:
        return ""
    return f"{words.rate(last.unknown_share)} of {words.month(last.month)} is new since the baseline and left out."
