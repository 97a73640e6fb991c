"""Treated against comparison by month of sending: what a documentation change is judged on, as a picture."""

from collections.abc import Iterator, Sequence

import pandas as pd

from dashboards import words
from dashboards.drawing import Drawing
from dashboards.figures import figure_of, floats, ticks
from dashboards.limits_figure import AXIS_HEIGHT, Label, side_labels
from dashboards.palette import ACCENT, GREY, faded
from dashboards.parts import Format
from pipelines.effect.result import Arm, Month, Result

HEIGHT, RIGHT, TOP = 380, 124, 26
FORMATS: dict[str, Format] = {
    "Month": "date",
    **{f"{arm} {what}": "count" for arm in ("Treated", "Comparison") for what in ("denied", "lines")},
    **{f"{arm} rate": "rate" for arm in ("Treated", "Comparison", "Expected")},
}
FEW = {"Treated rate": "Treated lines", "Comparison rate": "Comparison lines"}
ARMS = {"treated": ("With the change", ACCENT), "comparison": ("Comparison", GREY)}
FEW_MONTHS = 8  # up to so many the axis names each


def arms(result: Result) -> pd.DataFrame:
    """One row per month and arm: `month`, `arm`, `value`, `n`, `denied`, `phase`, `is_open`."""
    rows = [
        (one.month, name, arm.rate, arm.lines, arm.denials, one.phase, not one.is_mature)
        for one in result.series
        for name, arm in (("treated", one.treated), ("comparison", one.comparison))
    ]
    columns = ["month", "arm", "value", "n", "denied", "phase", "is_open"]
    return pd.DataFrame(rows, columns=columns).astype({"is_open": bool})


def figure(result: Result) -> Drawing:
    """Both rates by month, the comparison grey; dashed what was to be expected without the change.

    Hollow: of too few lines, kept out of the baseline, or still being decided (these are dotted too).
    """
    chart = figure_of(HEIGHT, right=RIGHT, top=TOP)
    frame = floats(arms(result))
    _wash_in(chart, result)
    for name in ("comparison", "treated"):
        _arm(chart, frame[frame["arm"] == name], name)
    _levels(chart, result)
    _expected(chart, result.series)
    highest = frame["value"].max()
    top = (0.05 if pd.isna(highest) else max(float(highest), 0.02)) * 1.1
    side_labels(chart, list(_names(frame, result.series)), top, HEIGHT - TOP - AXIS_HEIGHT)
    chart.update_yaxes(range=[0, top], **ticks(words.rate), nticks=5)
    marks = {"dtick": "M1"} if len(result.series) <= FEW_MONTHS else {"nticks": 12}  # else weeks, each named a month
    chart.update_xaxes(tickformat="%b<br>%Y", showgrid=False, **marks)
    return chart


def _names(frame: pd.DataFrame, series: Sequence[Month]) -> Iterator[Label]:
    """Each line's name at the height of its last settled month."""
    for name, (label, tone) in ARMS.items():
        known = frame[(frame["arm"] == name) & ~frame["is_open"]].dropna(subset=["value"])
        if len(known):
            text = f"<span style='color:{tone}'>{label}</span>" if name == "treated" else label
            yield Label(known.iloc[-1]["value"], text)
    expected = [one.expected_rate for one in series if one.expected_rate is not None]
    if expected:
        yield Label(expected[-1], "expected<br>without it")


def title(result: Result) -> str:
    """What the picture says: both arms before and after."""
    counts = result.counts
    corners = (counts.treated_before, counts.treated_after, counts.comparison_before, counts.comparison_after)
    if counts.treated_before.lines < words.TOO_FEW:
        return "Too few lines before go-live to compare with"
    if counts.treated_after.lines < words.TOO_FEW:
        return f"{words.rate(counts.treated_before.rate)} before go-live; too few settled lines after it to say more"
    treated = f"{words.rate(counts.treated_before.rate)} before and {words.rate(counts.treated_after.rate)} after"
    if any(arm.lines < words.TOO_FEW for arm in corners[2:]):
        return f"With the change {treated}; there is no comparison to hold it against"
    other = f"{words.rate(counts.comparison_before.rate)} and {words.rate(counts.comparison_after.rate)}"
    return f"With the change {treated}; in the comparison {other}"


def alt(result: Result) -> str:
    """The picture in words, for who cannot see it."""
    months = len(result.series)
    return f"Line chart over {months} months of sending. {title(result)}. Go-live {words.day(result.go_live)}."


def _wash_in(chart: Drawing, result: Result) -> None:
    """The go-live as an upright line, the weeks after it that are left out as a band."""
    live, end = str(result.go_live), str(result.wash_in_to)
    chart.add_vrect(x0=live, x1=end, fillcolor=faded(GREY, 0.16), line={"width": 0})
    chart.add_vline(x=live, line={"color": GREY, "width": 1.5, "dash": "dot"})
    said = f"went live {words.day(result.go_live)}"
    at = {"x": live, "y": 1, "yref": "paper", "yanchor": "bottom", "xanchor": "center"}
    chart.add_annotation(**at, text=said, showarrow=False, font={"size": 12}, opacity=0.9)


def _arm(chart: Drawing, points: pd.DataFrame, name: str) -> None:
    label, tone = ARMS[name]
    solid, tail = points[~points["is_open"]], points[points["is_open"]]
    line = {"color": tone, "width": 2 if name == "treated" else 1.5}
    options = {"mode": "lines", "hoverinfo": "skip"}
    chart.add_scatter(x=solid["month"], y=solid["value"], line=line, **options)
    if len(tail):
        joined = pd.concat([solid.tail(1), tail])
        chart.add_scatter(x=joined["month"], y=joined["value"], line={**line, "dash": "dot", "width": 1.5}, **options)
    hollow = points["is_open"] | (points["n"] < words.TOO_FEW) | (points["phase"] == "spike")
    chart.add_scatter(
        x=points["month"],
        y=points["value"],
        mode="markers",
        hovertext=[_hover(label, row) for row in points.itertuples()],
        hoverinfo="text",
        marker={"size": 8, "color": tone, "symbol": ["circle-open" if one else "circle" for one in hollow]},
    )


def _levels(chart: Drawing, result: Result) -> None:
    """The rate of all settled months together, before and after, as a broad pale line for each arm."""
    counts, wide = result.counts, {"mode": "lines", "hoverinfo": "skip"}
    spans = (
        (result.baseline_from, result.baseline_to, counts.treated_before, counts.comparison_before),
        (result.after_from, result.after_to, counts.treated_after, counts.comparison_after),
    )
    for first, last, *both in spans:
        for one, (_, tone) in zip(both, ARMS.values(), strict=True):
            if first and one.lines >= words.TOO_FEW:
                line = {"width": 7, "color": faded(tone, 0.3)}
                chart.add_scatter(x=[first, last], y=[one.rate, one.rate], line=line, **wide)


def _hover(label: str, row: object) -> str:
    value, n, denied = row.value, row.n, row.denied  # type: ignore[attr-defined]
    told = "no line" if not n else f"{words.count(denied)} of {words.count(n)} lines"
    rate = f" ({words.rate(value, n)})" if n else ""
    state = {"spike": "kept out of the baseline", "wash-in": "wash-in, left out"}.get(row.phase, "")  # type: ignore[attr-defined]
    more = [state, "still being decided" if row.is_open else ""]  # type: ignore[attr-defined]
    below = "".join(f"<br>{text}" for text in more if text)
    return f"<b>{words.month(row.month)}</b><br>{label}: {told}{rate}{below}"  # type: ignore[attr-defined]


def _expected(chart: Drawing, series: Sequence[Month]) -> None:
    """What the treated rate would have been, had it gone the way of the comparison."""
    known = [(one.month, one.expected_rate) for one in series if one.expected_rate is not None]
    if not known:
        return
    chart.add_scatter(
        x=[month for month, _ in known],
        y=[rate for _, rate in known],
        mode="lines",
        line={"color": ACCENT, "width": 1.5, "dash": "dash"},
        hovertext=[f"<b>{words.month(month)}</b><br>expected without it: {words.rate(rate)}" for month, rate in known],
        hoverinfo="text",
    )


def table(result: Result) -> pd.DataFrame:
    """The months as a table to look at and to take away: true numbers."""
    return pd.DataFrame(
        [
            (one.month, one.phase, one.is_mature, *_numbers(one.treated), *_numbers(one.comparison), one.expected_rate)
            for one in result.series
        ],
        columns=[
            "Month",
            "Phase",
            "Mature",
            "Treated denied",
            "Treated lines",
            "Treated rate",
            "Comparison denied",
            "Comparison lines",
            "Comparison rate",
            "Expected rate",
        ],
        dtype="object",
    )


def _numbers(arm: Arm) -> tuple[int, int, float | None]:
    return arm.denials, arm.lines, arm.rate
