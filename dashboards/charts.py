"""Figures from DataFrames. Each builder says which columns it reads and computes nothing but positions and labels.

    trend    a measure by month, its interval, its target            (trends.py)
    dots     rates by group with interval and n
    pareto   sorted bars with share and running share
    bars     bars for comparing
    heat     rows x columns with n in the cells                       (heat.py)
    flow     from all of it over what was done to where it stands     (flow.py)

A row's `customdata[0]` is the name or month behind the mark, so `parts.chart_block(on_point=...)` knows what was
clicked. Names are escaped here: Plotly reads its labels as HTML. Fonts and text colours come from the page's theme.
"""

from collections.abc import Sequence
from typing import Any

import pandas as pd

from dashboards import words
from dashboards.drawing import Drawing
from dashboards.figures import (
    Say,
    column_head,
    figure_of,
    floats,
    n_of,
    row_texts,
    rows_axis,
    rows_height,
    ticks,
    value_and_n,
)
from dashboards.flow import flow
from dashboards.heat import heat
from dashboards.palette import ACCENT, GREY, faded
from dashboards.trends import trend

__all__ = ["bars", "dots", "flow", "heat", "pareto", "trend"]

LEAST_AXIS = 0.05  # of a rate: its ticks are whole per cents, and a narrower axis would say one of them twice


def dots(frame: pd.DataFrame, say: Say = words.rate, reference: float | None = None, say_n: Say = n_of) -> Drawing:
    """Rates by group: columns `name`, `value`, `low`, `high`, `n`; the first row on top, a dot on its interval each.

    Groups of too few cases are hollow; a group whose interval lies wholly above the reference, the rate of all, is in
    the accent. `say_n` says what stands behind a rate (`n 1,240`, `of $48,210`).
    """
    figure = figure_of(rows_height(len(frame)), right=124)
    points = floats(frame).reset_index(drop=True)
    few = points["n"] < words.TOO_FEW
    above = points["low"].gt(float("inf") if reference is None else reference) & ~few
    tones = [ACCENT if is_above else GREY for is_above in above]
    _intervals(figure, points, tones)
    figure.add_scatter(
        x=points["value"],
        y=points.index,
        mode="markers",
        customdata=points[["name"]],
        hovertext=[_hover(row, say, say_n) for row in points.itertuples()],
        hoverinfo="text",
        marker={"size": 11, "color": tones, "symbol": ["circle-open" if is_few else "circle" for is_few in few]},
    )
    row_texts(figure, [value_and_n(row, say, say_n) for row in points.itertuples()])
    if reference is not None:
        _reference(figure, reference, f"all {say(reference)}")
    seen = points if few.all() else points[~few]
    least = LEAST_AXIS if say is words.rate else 0
    widest = max([*seen["high"].dropna(), *seen["value"].dropna(), reference or 0, least])
    figure.update_xaxes(range=[0, widest * 1.08 or 1], **ticks(say), nticks=5, tickangle=0)
    rows_axis(figure, points["name"])
    return figure


def pareto(frame: pd.DataFrame, say: Say = words.money, most: float = 0.8, total: float | None = None) -> Drawing:
    """Sorted bars: columns `name`, `value`, if known `n`, and `is_context` for bars that are never the subject.

    Each bar carries its value, its share of `total` (or of the bars) and the running share; those that make up the
    first `most` are in the accent.
    """
    points = floats(frame).reset_index(drop=True)
    total = total or points["value"].sum() or 1
    running = points["value"].cumsum() / total
    context = points["is_context"] if "is_context" in points else pd.Series(False, index=points.index)
    subject = ((running - points["value"] / total) < most) & ~context.astype(bool)
    cases = [f" · {n_of(n)}" for n in points["n"]] if "n" in points else [""] * len(points)
    texts = [
        f"{say(value)} · {words.rate(value / total)}<span style='opacity:.65'>{n} · {words.rate(so_far)}</span>"
        for value, n, so_far in zip(points["value"], cases, running, strict=True)
    ]
    tones = [ACCENT if is_subject else faded(GREY, 0.7) for is_subject in subject]
    figure = _bars(points, tones, texts, say, 196 if "n" in points else 160)
    column_head(figure, f"value · share<span style='opacity:.65'>{' · n' if 'n' in points else ''} · running</span>")
    return figure


def bars(frame: pd.DataFrame, say: Say = words.count, subject: Sequence[str] = ()) -> Drawing:
    """Bars for comparing: columns `name`, `value`; those named in `subject` (or all) in the accent, the rest grey."""
    points = floats(frame).reset_index(drop=True)
    tones = [ACCENT if not subject or name in subject else faded(GREY, 0.7) for name in points["name"]]
    return _bars(points, tones, [say(value) for value in points["value"]], say, 90)


def _bars(points: pd.DataFrame, tones: list[str], texts: list[str], say: Say, right: int) -> Drawing:
    figure = figure_of(rows_height(len(points)), right=right)
    hover = [f"<b>{words.markup(name)}</b><br>{text}" for name, text in zip(points["name"], texts, strict=True)]
    figure.add_bar(
        x=points["value"],
        y=points.index,
        orientation="h",
        marker={"color": tones},
        customdata=points[["name"]],
        hovertext=hover,
        hoverinfo="text",
    )
    row_texts(figure, texts)
    figure.update_xaxes(**ticks(say), rangemode="tozero", nticks=4, tickangle=0)
    rows_axis(figure, points["name"])
    return figure


def _intervals(figure: Drawing, points: pd.DataFrame, tones: list[str]) -> None:
    for row, tone in zip(points.itertuples(), tones, strict=True):
        line = {"color": faded(tone, 0.45), "width": 5}
        figure.add_scatter(x=[row.low, row.high], y=[row.Index] * 2, mode="lines", line=line, hoverinfo="skip")


def _reference(figure: Drawing, value: float, text: str) -> None:
    figure.add_vline(x=value, line={"dash": "dot", "width": 1, "color": GREY})
    at = {"x": value, "y": 1, "yref": "paper", "yanchor": "bottom"}
    figure.add_annotation(**at, text=text, showarrow=False, opacity=0.8, font={"size": 12})


def _hover(row: Any, say: Say, say_n: Say) -> str:
    interval = f"<br>interval {say(row.low)} to {say(row.high)}" if row.low == row.low else ""
    return f"<b>{words.markup(row.name)}</b><br>{value_and_n(row, say, say_n)}{interval}"
