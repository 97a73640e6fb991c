"""Every payer's own control chart side by side, and how to read any of them."""

import pandas as pd
import streamlit as st

from dashboards import blocks, cache, controls, frames, limits_data, limits_words, parts, titles, words
from dashboards.controls import View
from dashboards.limits_small import small_multiples
from dashboards.palette import payer_tone
from dashboards.parts import Block
from pipelines.kpis import KPIS
from pipelines.trend import has_limits

MOST_PAYERS = 9
ENOUGH = 0.5  # of a payer's months
COLUMNS = {"name": "Payer", "month": "Month", "value": "Rate", "n": "n", **limits_data.COLUMNS}
FEW = {"Rate": "n"}
WIDER = "A payer needs 20 or more in half of its months. Count by lines, or take a filter away."
HOW_TO_READ = """
* **The line** is the rate of each month, the number behind it (n) shows when you point at it.
  Below 20 there is no rate.
* **The grey band** is how far a month may lie from the mean by chance, given its n. It is learnt from a baseline of at
  least 12 settled months; from more than 20 it is settled, before that provisional.
* **A diamond** is a month that breaks a rule: beyond a limit, or one of a long run on one side of the mean. Red is the
  side that is worse. Two rules, and no more, because each further one raises false alarms.
* **Dotted** months are not judged: not over, or still being decided. They stand at what they will come to.
* **An upright line** is a documentation change that went live; limits are those of the months before it.
"""


def by_payer(view: View, kpi: str) -> None:
    """A control chart for each of the largest payers, on one scale; a click narrows to the payer."""
    view = view.at_least(blocks.TREND_MONTHS)
    if not has_limits(kpi):
        return
    frame = limits_data.by_name(view, kpi, "payer", MOST_PAYERS)
    if frame.empty:
        blocks.no_rate(view)
        return
    ranks = cache.payer_ranks(view.build)
    if frame["name"].nunique() < 2:
        return  # one payer is the chart above
    names = large_enough(frame)
    if not names:
        parts.empty("Too few at any payer for a line", WIDER)
        return
    tones = {name: payer_tone(ranks.get(name)) for name in names}
    small = [name for name in frame["name"].unique() if name not in names]
    left_out = f"Under {words.TOO_FEW} in most months, in the table only: {words.listed(small)}." if small else ""
    table, formats = frames.for_people(frame, COLUMNS, kpi)
    parts.chart_block(
        Block(
            key="payer-limits",
            title=payers_title(frame[frame["name"].isin(names)]),
            subtitle=f"{KPIS[kpi].label}, {view.by_month}, each against limits of its own; {view.words}",
            figure=small_multiples(frame[frame["name"].isin(names)], tones),
            table=table,
            formats=formats,
            few=FEW,
            on_point=lambda data: controls.narrow("payer", data[0]),
            hint=f"Click a month to see its payer alone. {left_out}".strip(),
        )
    )


def large_enough(frame: pd.DataFrame) -> list[str]:
    """The names of which at least half of the months are of enough cases for a rate."""
    months = frame.assign(is_rate=frame["n"].astype(float) >= words.TOO_FEW).groupby("name", sort=False)["is_rate"]
    return [str(name) for name, share in months.mean().items() if share >= ENOUGH]


def payers_title(frame: pd.DataFrame) -> str:
    """Which payers have a month that breaks a rule; or that none has, or that there is nothing to judge by."""
    judged = frame.dropna(subset=["upper"])
    if judged.empty:
        return "Too few months at any payer for limits"
    known = judged["name"].nunique()
    odd = list(dict.fromkeys(judged.loc[judged["signal"] != "", "name"]))
    if not odd:
        return f"No payer out of its usual range{_of(known, frame['name'].nunique())}"
    months = judged[judged["signal"] != ""]
    if len(months) == 1:
        row = months.iloc[0]
        return f"{row['name']}: {words.month(row['month'])} {row['signal']}"
    verb = "has" if len(odd) == 1 else "have"
    return f"{words.listed(odd)} {verb} months out of the usual range"


def _of(known: int, count: int) -> str:
    return "" if known == count else f"; {titles.number(count - known)} without limits yet"


def reading(chart: limits_data.Charted, kpi: str) -> None:
    """How to read the charts, and what these limits are made of; for dollars, why they have none."""
    if not has_limits(kpi):
        parts.empty("Dollars have no limits", "One large claim moves a share of dollars. Count by claims or lines.")
        return
    with st.expander("How to read the limits"):
        told = [limits_words.learnt(chart.trend), chart.trend and limits_words.spread(chart.trend)]
        st.markdown(HOW_TO_READ + "".join(f"\n* {words.plain(text)}" for text in told if text))
