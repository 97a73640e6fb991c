"""The trend: a measure by month, its limits or interval, its target; what is not complete is never drawn as if."""

from collections.abc import Sequence
from typing import Any

import pandas as pd

from dashboards import limits_figure, words
from dashboards.drawing import Drawing
from dashboards.figures import LIMITS, Say, figure_of, floats, n_of, ticks, value_and_n
from dashboards.limits_figure import Label, Mark
from dashboards.palette import ACCENT, BREACH, GREY, faded

COMPLETED = ("estimate", "estimate_low", "estimate_high")


def trend(
    frame: pd.DataFrame,
    say: Say = words.rate,
    target: float | None = None,
    is_breach: bool = False,
    height: int = 300,
    say_n: Say = n_of,
    marks: Sequence[Mark] = (),
) -> Drawing:
    """A measure by month: columns `month`, `value`, `n`, and if known `low`, `high`, `is_partial`.

    With `centre`, `lower`, `upper` it is a control chart: the limits are a stepped band, a month with a `signal` (the
    rule it breaks, in words) is a diamond, red if `is_worse`; without, the interval is a pale band. The target is a
    dashed line with its name, `marks` are upright lines, the last whole month carries its value; months that are not
    over, or of too few cases, are hollow. A month whose claims are not all decided (`is_immature`) is dotted, hollow at
    its completed `estimate` with its range (`estimate_low`, `_high`), and says what is `told` of it.
    """
    above = 8 + limits_figure.marks_height(marks)
    figure = figure_of(height, right=96, top=above)
    points = _completed(floats(frame.sort_values("month")))
    if limits_figure.has_limits(points):
        limits_figure.draw_limits(figure, points)
    else:
        _band(figure, points)
    _line(figure, points)
    _estimates(figure, points)
    _marks(figure, points, [_said(row, say, say_n) for row in points.itertuples()])
    top = _top(points, target) * 1.12 or 1
    labels = limits_figure.labels_of(points, say)
    if target is not None:
        figure.add_hline(y=target, line={"dash": "dash", "width": 1.5, "color": GREY})
        labels.append(Label(target, f"target {say(target)}"))
    limits_figure.side_labels(figure, labels, top, height - above - limits_figure.AXIS_HEIGHT)
    _last_label(figure, points, say, BREACH if is_breach else ACCENT)
    _estimate_label(figure, points, say)
    if len(points):
        limits_figure.draw_marks(figure, marks, points["month"].iloc[0], points["month"].iloc[-1])
    figure.update_yaxes(range=[0, top], **ticks(say), nticks=5)
    figure.update_xaxes(tickformat="%b<br>%Y", showgrid=False, nticks=12)
    return figure


def _completed(points: pd.DataFrame) -> pd.DataFrame:
    """With every column; `at` is where a month's mark stands: its estimate if known. What is open has no interval."""
    flags = {name: _flag(points, name) for name in ("is_partial", "is_immature", "is_worse")}
    columns = dict.fromkeys([*points.columns, "low", "high", *COMPLETED, *LIMITS, "signal"])
    points = points.reindex(columns=list(columns)).assign(**flags)
    points["signal"] = [signal if isinstance(signal, str) else "" for signal in points["signal"]]
    points[list(COMPLETED)] = points[list(COMPLETED)].where(points["is_immature"])
    points[["low", "high"]] = points[["low", "high"]].mask(points["is_immature"])
    return points.assign(
        at=points["estimate"].fillna(points["value"]), is_open=points["is_partial"] | points["is_immature"]
    )


def _flag(points: pd.DataFrame, name: str) -> pd.Series:
    return points[name].astype(bool) if name in points else pd.Series(False, index=points.index)


def _said(row: Any, say: Say, say_n: Say) -> str:
    """A month in words; one that is not complete says how far it is and what is to be expected."""
    so_far = value_and_n(row, say, say_n) + limits_figure.said(row, say)
    if not row.is_immature:
        return so_far
    return f"{row.told.replace('; ', '<br>')}<br>so far {so_far}"


def _top(points: pd.DataFrame, target: float | None) -> float:
    """The greatest value to make room for; the wide intervals of months of too few are cut off."""
    solid = points[points["n"] >= words.TOO_FEW]
    around = "upper" if limits_figure.has_limits(points) else "high"
    columns = ["value", around, "estimate", "estimate_high"]
    seen = (points if solid.empty else solid)[columns].to_numpy().ravel()
    return max([target or 0.0, *(float(value) for value in seen if value == value)])


def _band(figure: Drawing, points: pd.DataFrame) -> None:
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


def _line(figure: Drawing, points: pd.DataFrame) -> None:
    """Whole months are joined by a line; the steps to and from a month that is open are dotted."""
    is_open = points["is_open"]
    beside = is_open | is_open.shift(1, fill_value=False) | is_open.shift(-1, fill_value=False)
    line = {"color": ACCENT, "width": 2.5}
    figure.add_scatter(x=points["month"], y=points["value"].mask(is_open), mode="lines", line=line, hoverinfo="skip")
    if is_open.any():
        dotted = {"color": ACCENT, "width": 2, "dash": "dot"}
        figure.add_scatter(
            x=points["month"], y=points["value"].where(beside), mode="lines", line=dotted, hoverinfo="skip"
        )


def _marks(figure: Drawing, points: pd.DataFrame, said: list[str]) -> None:
    open_words = [" so far" if is_open else "" for is_open in points["is_open"]]
    months = [f"<b>{words.month(month)}{so_far}</b>" for month, so_far in zip(points["month"], open_words, strict=True)]
    figure.add_scatter(
        x=points["month"],
        y=points["at"],
        mode="markers",
        cliponaxis=False,
        customdata=[[str(value)] for value in points["month"]],
        hovertext=[f"{month}<br>{text}" for month, text in zip(months, said, strict=True)],
        hoverinfo="text",
        marker={
            "size": limits_figure.sizes(points),
            "color": limits_figure.tones(points),
            "symbol": limits_figure.symbols(points),
        },
    )


def _estimates(figure: Drawing, points: pd.DataFrame) -> None:
    """The range of each completed estimate, as an upright bar through its mark."""
    for row in points.dropna(subset=["estimate_low", "estimate_high"]).itertuples():
        ends, line = [row.estimate_low, row.estimate_high], {"color": faded(ACCENT, 0.6), "width": 2}
        figure.add_scatter(x=[row.month] * 2, y=ends, mode="lines", line=line, hoverinfo="skip")


def _estimate_label(figure: Drawing, points: pd.DataFrame, say: Say) -> None:
    """The newest completed estimate carries its value, called what it is."""
    known = points.dropna(subset=["estimate"])
    if known.empty:
        return
    last = known.iloc[-1]
    at = {"x": last["month"], "y": last["estimate"], "xanchor": "left", "xshift": 9, "yanchor": "bottom"}
    figure.add_annotation(**at, text=f"est. {say(last['estimate'])}", showarrow=False, font={"size": 12})


def _last_label(figure: Drawing, points: pd.DataFrame, say: Say, tone: str) -> None:
    known = points[~points["is_open"] & (points["n"] >= words.TOO_FEW)].dropna(subset=["value"])
    if known.empty:
        return
    last = known.iloc[-1]
    figure.add_annotation(
        x=last["month"],
        y=last["value"],
        text=f"<b>{say(last['value'])}</b>",
        showarrow=False,
        **_beside(points, known),
        font={"color": tone, "size": 14},
    )


def _beside(points: pd.DataFrame, known: pd.DataFrame) -> dict[str, object]:
    """Where the last label is not on the line: over a peak, under a trough, else beside the slope."""
    last, older = known.iloc[-1]["value"], known["value"].iloc[-2:-1]
    later = points.loc[points["month"] > known.iloc[-1]["month"], "at"].dropna().head(1)
    comes_down, goes_down, goes_up = (older > last).any(), (later < last).any(), (later > last).any()
    if comes_down and not goes_up:
        return {"xanchor": "left", "xshift": 9, "yshift": 10 if goes_down else 0}
    if goes_up and not comes_down:
        return {"xanchor": "left", "xshift": 7, "yshift": -11}
    return {"yshift": -16 if comes_down else 16}
