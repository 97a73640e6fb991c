"""What a control chart says in a title, and what its limits are learnt from."""

import pandas as pd

from dashboards import titles, words
from pipelines.control_chart import SETTLED_MONTHS
from pipelines.trend import Trend


def title(trend: Trend | None, frame: pd.DataFrame, target: float | None) -> str:
    """How many months lie within limits and which do not; without limits, how the months stand to the target."""
    if trend is None or trend.reason:
        return titles.trend(frame, target)
    judged = frame.dropna(subset=["upper"])
    return titles.sentence(trend.said) + ("" if trend.chart.runs else against(judged, target))


def against(judged: pd.DataFrame, target: float | None) -> str:
    """Within limits is not within the target: a steady process may steadily miss it. Nothing without a target."""
    if target is None or judged.empty:
        return ""
    missed, said = int((judged["value"].astype(float) >= target).sum()), words.rate(target)
    if not missed:
        return f", and within the target of {said}"
    how_many = "each" if missed == len(judged) else f"{titles.number(missed)} of them"
    return f", {how_many} above the target of {said}"


def learnt(trend: Trend | None) -> str:
    """What the limits are learnt from, or why there are none; nothing for what never has any."""
    if trend is None:
        return ""
    if trend.reason:
        return f"{titles.sentence(trend.reason)}."
    chart = trend.chart
    if chart.is_frozen and chart.baseline:
        months = f"{words.month(chart.baseline.first)} to {words.month(chart.baseline.last)}"
        return f"Limits frozen at {months}."
    if chart.status == "provisional":
        return f"Provisional limits from {chart.baseline_months} months; settled above {SETTLED_MONTHS}."
    return f"Limits from {chart.baseline_months} months."


def spread(trend: Trend) -> str:
    """Whether the months vary more than chance would make them, in words; '' without limits."""
    if trend.chart.sigma_z is None or trend.reason:
        return ""
    if trend.chart.is_laney:
        return (
            f"The months lie {trend.chart.sigma_z:.1f} times as far apart as chance alone would put them; "
            "the limits are wider for it (Laney)."
        )
    return "The months lie no further apart than chance puts them; the limits are those of chance."
