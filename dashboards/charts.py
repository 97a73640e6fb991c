"""Figures from DataFrames. Each builder says which columns it reads and computes nothing but positions and labels.

A row's `customdata[0]` is the name or month behind the mark, so `parts.chart_block(on_point=...)` knows what was
clicked. Names are escaped here: Plotly reads its labels as HTML. Fonts and text colours come from the page's theme.
"""

from collections.abc import Sequence
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from dashboards import words
from dashboards.figures import (
    Say,
    categories,
    figure_of,
    floats,
    labels_of,
    rows_height,
    side_labels,
    tick_format,
    value_and_n,
)
from dashboards.heat import heat
from dashboards.palette import ACCENT, BREACH, GREY, faded

__all__ = ["bars", "dots", "heat", "pareto", "trend"]


def trend(
    frame: pd.DataFrame, say: Say = words.rate, target: float | None = None, is_breach: bool = False, height: int = 300
) -> go.Figure:
    """A measure by month: columns `month`, `value`, `n`, and if known `low`, `high`, `is_partial`.

    The interval is a pale band, the target a dashed line with its name, the last whole month carries its value; months
    that are not over, or of too few cases, are hollow.
    """
    figure = figure_of(height, right=72)
    points = floats(frame.sort_values("month"))
    if {"low", "high"} <= set(points.columns):
        _band(figure, points)
    _line(figure, points, say)
    if target is not None:
        _target_line(figure, target, say)
    _last_label(figure, points, say, BREACH if is_breach else ACCENT)
    solid = points[points["n"] >= words.TOO_FEW].reindex(columns=["value", "high"])
    top = max([*solid.max().dropna(), points["value"].max() if solid.empty else 0, target or 0])
    figure.update_yaxes(range=[0, top * 1.15 or 1], tickformat=tick_format(say), nticks=5)
    figure.update_xaxes(tickformat="%b<br>%Y", showgrid=False, nticks=12)
    return figure


def dots(
    frame: pd.DataFrame, say: Say = words.rate, reference: float | None = None, reference_name: str = "all"
) -> go.Figure:
    """Rates by group: columns `name`, `value`, `low`, `high`, `n`; the first row on top, a dot on its interval each.

    Groups of too few cases are hollow; a group whose interval lies wholly above the reference is in the accent.
    """
    figure = figure_of(rows_height(len(frame)), right=116)
    points = floats(frame)
    points["label"] = labels_of(points["name"])
    few = points["n"] < words.TOO_FEW
    above = points["low"].gt(reference if reference is not None else float("inf")) & ~few
    tones = [ACCENT if is_above else GREY for is_above in above]
    for row, tone in zip(points.itertuples(), tones, strict=True):
        figure.add_scatter(
            x=[row.low, row.high],
            y=[row.label] * 2,
            mode="lines",
            line={"color": faded(tone, 0.45), "width": 5},
            hoverinfo="skip",
        )
    hover = [_hover(row, say) for row in points.itertuples()]
    figure.add_scatter(
        x=points["value"],
        y=points["label"],
        mode="markers",
        customdata=points[["name"]],
        hovertext=hover,
        hoverinfo="text",
        marker={"size": 11, "color": tones, "symbol": ["circle-open" if is_few else "circle" for is_few in few]},
    )
    side_labels(figure, points["label"], [value_and_n(row, say) for row in points.itertuples()])
    if reference is not None:
        figure.add_vline(x=reference, line={"dash": "dot", "width": 1, "color": GREY})
        figure.add_annotation(
            x=reference,
            y=1,
            yref="paper",
            yanchor="bottom",
            text=f"{reference_name} {say(reference)}",
            showarrow=False,
            opacity=0.75,
            font={"size": 12},
        )
    widest = max([*points["high"][~few].dropna(), *points["value"][~few].dropna(), reference or 0], default=0)
    figure.update_xaxes(range=[0, widest * 1.08 or 1], tickformat=tick_format(say), nticks=6)
    categories(figure, points["label"])
    return figure


def pareto(frame: pd.DataFrame, say: Say = words.money, most: float = 0.8, total: float | None = None) -> go.Figure:
    """Sorted bars: columns `name`, `value`, if known `n`, and `is_context` for bars that are never the subject.

    Each bar carries its value, its share of `total` (or of the bars) and the running share; those that make up the
    first `most` are in the accent.
    """
    figure = figure_of(rows_height(len(frame)), right=230 if "n" in frame else 190)
    points = floats(frame)
    points["label"] = labels_of(points["name"])
    total = total or points["value"].sum() or 1
    running = points["value"].cumsum() / total
    context = points["is_context"] if "is_context" in points else pd.Series(False, index=points.index)
    subject = ((running - points["value"] / total) < most) & ~context.astype(bool)
    cases = [f" · n {words.count(n)}" for n in points["n"]] if "n" in points else [""] * len(points)
    texts = [
        f"{say(value)} · {words.rate(value / total)}<span style='opacity:.65'>{n} · running {words.rate(so_far)}</span>"
        for value, n, so_far in zip(points["value"], cases, running, strict=True)
    ]
    _bar(figure, points, [ACCENT if is_subject else faded(GREY, 0.7) for is_subject in subject], texts)
    side_labels(figure, points["label"], texts)
    figure.update_xaxes(tickformat=tick_format(say), rangemode="tozero", nticks=5)
    categories(figure, points["label"])
    return figure


def bars(frame: pd.DataFrame, say: Say = words.count, subject: Sequence[str] = ()) -> go.Figure:
    """Bars for comparing: columns `name`, `value`; those named in `subject` (or all) in the accent, the rest grey."""
    figure = figure_of(rows_height(len(frame)), right=110)
    points = floats(frame)
    points["label"] = labels_of(points["name"])
    tones = [ACCENT if not subject or name in subject else faded(GREY, 0.7) for name in points["name"]]
    texts = [say(value) for value in points["value"]]
    _bar(figure, points, tones, texts)
    side_labels(figure, points["label"], texts)
    figure.update_xaxes(tickformat=tick_format(say), rangemode="tozero", nticks=5)
    categories(figure, points["label"])
    return figure


def _band(figure: go.Figure, points: pd.DataFrame) -> None:
    known = points.dropna(subset=["low", "high"])
    line = {"width": 0}
    figure.add_scatter(x=known["month"], y=known["high"], mode="lines", line=line, hoverinfo="skip")
    figure.add_scatter(
        x=known["month"],
        y=known["low"],
        mode="lines",
        line=line,
        fill="tonexty",
        fillcolor=faded(GREY, 0.18),
        hoverinfo="skip",
    )


def _line(figure: go.Figure, points: pd.DataFrame, say: Say) -> None:
    partial = points["is_partial"].astype(bool) if "is_partial" in points else pd.Series(False, index=points.index)
    hollow = partial | (points["n"] < words.TOO_FEW)
    whole = points[~partial]
    figure.add_scatter(
        x=whole["month"], y=whole["value"], mode="lines", line={"color": ACCENT, "width": 2.5}, hoverinfo="skip"
    )
    if partial.any():
        tail = points.tail(int(partial.sum()) + 1)
        figure.add_scatter(
            x=tail["month"],
            y=tail["value"],
            mode="lines",
            line={"color": ACCENT, "width": 2, "dash": "dot"},
            hoverinfo="skip",
        )
    hover = [
        f"<b>{words.month(row.month)}{' so far' if is_open else ''}</b><br>{value_and_n(row, say)}"
        for row, is_open in zip(points.itertuples(), partial, strict=True)
    ]
    figure.add_scatter(
        x=points["month"],
        y=points["value"],
        mode="markers",
        customdata=[[str(value)] for value in points["month"]],
        hovertext=hover,
        hoverinfo="text",
        marker={
            "size": 8,
            "color": ACCENT,
            "symbol": ["circle-open" if is_hollow else "circle" for is_hollow in hollow],
        },
    )


def _target_line(figure: go.Figure, target: float, say: Say) -> None:
    figure.add_hline(y=target, line={"dash": "dash", "width": 1.5, "color": GREY})
    figure.add_annotation(
        x=1,
        xref="paper",
        xanchor="left",
        y=target,
        text=f" target<br> {say(target)}",
        align="left",
        showarrow=False,
        opacity=0.8,
        font={"size": 12},
    )


def _last_label(figure: go.Figure, points: pd.DataFrame, say: Say, tone: str) -> None:
    whole = points[~points["is_partial"].astype(bool)] if "is_partial" in points else points
    known = whole.dropna(subset=["value"])
    if known.empty:
        return
    last = known.iloc[-1]
    figure.add_annotation(
        x=last["month"],
        y=last["value"],
        text=f"<b>{say(last['value'])}</b>",
        showarrow=False,
        yshift=16,
        font={"color": tone, "size": 14},
    )


def _bar(figure: go.Figure, points: pd.DataFrame, tones: list[str], texts: list[str]) -> None:
    hover = [f"<b>{words.markup(name)}</b><br>{text}" for name, text in zip(points["name"], texts, strict=True)]
    figure.add_bar(
        x=points["value"],
        y=points["label"],
        orientation="h",
        marker={"color": tones},
        customdata=points[["name"]],
        hovertext=hover,
        hoverinfo="text",
    )


def _hover(row: Any, say: Say) -> str:
    interval = f"<br>interval {say(row.low)} to {say(row.high)}" if row.low == row.low else ""
    return f"<b>{words.markup(row.name)}</b><br>{value_and_n(row, say)}{interval}"
