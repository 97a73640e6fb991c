"""Where we stand: the quarter in plain words, the scorecard, and the denial rate with its limits."""

import pandas as pd
import streamlit as st

from dashboards import charts, huddle_tables, parts
from dashboards.figures import CONFIG
from dashboards.limits_figure import Mark
from pipelines.huddle.pack import Pack

BEYOND, RUN = "beyond its limits", "part of a run on one side of the mean"


def show(build: str, found: Pack) -> None:
    """The summary beside nothing, then the numbers."""
    if found.summary:
        with st.container(border=True):
            parts.heading("In plain words", "The one-page summary of the pack")
            huddle_tables.said_list(found.summary, "huddle-summary")
    huddle_tables.block(found.scorecard, "scorecard")
    _trend(found)


def _trend(found: Pack) -> None:
    """The denial rate by month; one month alone is in the scorecard already."""
    frame = months(found)
    if len(frame) < 2:
        st.caption("A trend needs at least two months of data.")
        return
    told = found.trend
    figure = charts.trend(
        frame,
        target=told["target"],
        height=320,
        marks=[Mark(one["day"], one["title"]) for one in told["go_lives"]],
    )
    with st.container(border=True):
        parts.heading(f"Denial rate: {told['title'][:1].lower()}{told['title'][1:]}", found.trend_table.subtitle)
        st.plotly_chart(figure, width="stretch", config=CONFIG, alt=told["title"], key="huddle-trend")
        if st.toggle("Table", key="huddle-trend-table"):
            huddle_tables.rows(found.trend_table)


def months(found: Pack) -> pd.DataFrame:
    """The months of the pack's chart as the page's chart reads them; those without a rate are left out."""
    points = [point for point in found.trend["points"] if point["rate"] is not None]
    columns = {
        "month": [point["month"] for point in points],
        "value": [point["rate"] for point in points],
        "n": [point["n"] for point in points],
        "lower": [point["lower"] for point in points],
        "upper": [point["upper"] for point in points],
        "centre": [found.trend["centre"] if point["upper"] is not None else None for point in points],
        "signal": [BEYOND if point["is_breach"] else RUN if point["is_signal"] else "" for point in points],
        "is_worse": [point["rate"] > (found.trend["centre"] or 0) for point in points],
        "is_partial": [point["is_open"] for point in points],
    }
    return pd.DataFrame(columns, dtype="object")
