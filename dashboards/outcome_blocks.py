"""Blocks of the Outcomes page: the flow, who overturns, appeals, and what expires next."""

from typing import Any

import pandas as pd
import streamlit as st

from dashboards import cache, charts, claim_link, controls, frames, outcome_data, parts, words
from dashboards.controls import View
from dashboards.denial_list import SOON_DAYS
from dashboards.figures import Say
from dashboards.outcome_data import DONE, MOST_ROWS, WON, state_words
from dashboards.outcome_money import claim_rows
from dashboards.parts import Block
from dashboards.scorecard import total

HEADS = ("Denied at first", "What was done", "Where it stands")
MOST_BARS = 12
OVERTURN_COLUMNS = {
    "value": "Overturned",
    "low": "Interval from",
    "high": "Interval to",
    "numerator": "Won",
    "denominator": "Decided",
}
FEW = dict.fromkeys(("Overturned", "Interval from", "Interval to"), "Decided")


def flow(view: View, frame: pd.DataFrame, unit: str) -> None:
    """From initially denied over what was done to each state; a click on a state lists its lines."""
    ribbons = outcome_data.ribbons(frame, unit)
    keys = {state_words(state): str(state) for state in frame["state"]}
    what = "charge dollars" if unit == "dollars" else "lines"
    parts.chart_block(
        Block(
            key="flow",
            title=flow_title(frame, unit),
            subtitle=f"Lines denied at first, in {what}: what was done and where they stand now; {view.words}",
            figure=charts.flow(ribbons, _say(unit), HEADS, state_words(WON), keys, outcome_data.order()),
            table=_flow_table(frame),
            formats={"Lines": "count", "Denied": "money", "Paid later": "money"},
            on_point=lambda data: claim_link.ask_lines("state", str(data[0]), state_words(data[0])),
            hint="Click the end of a flow to see its lines.",
        )
    )


def _say(unit: str) -> Say:
    return words.money if unit == "dollars" else lambda value: words.counted(value, "line")


def _flow_table(frame: pd.DataFrame) -> pd.DataFrame:
    """Every ribbon with lines and dollars, and the sums of all."""
    shown = pd.DataFrame(
        {
            "What was done": [DONE[str(done)] for done in frame["done"]],
            "Where it stands": [state_words(state) for state in frame["state"]],
            "Lines": frame["line_count"],
            "Denied": frame["denied_amount"],
            "Paid later": frame["recovered_amount"],
        },
        dtype="object",
    )
    sums = {name: shown[name].sum() for name in ("Lines", "Denied", "Paid later")}
    return pd.concat([shown, pd.DataFrame([{"What was done": "All", **sums}], dtype="object")], ignore_index=True)


def flow_title(frame: pd.DataFrame, unit: str) -> str:
    """How much of it was paid later, and how much nobody is known to have done anything about."""
    column = "denied_amount" if unit == "dollars" else "line_count"
    say = _say(unit)
    all_of_it, won = frame[column].sum(), frame.loc[frame["state"] == WON, column].sum()
    idle = frame.loc[(frame["done"] == "nothing") & (frame["state"] != WON), column].sum()
    said = f"{words.rate(float(won) / float(all_of_it))} of {say(all_of_it)} denied at first was paid later"
    return f"{said}; of {say(idle)} nothing is known to be done" if idle else said


def overturned(view: View, dimension: str, label: str) -> None:
    """Of the decided appeals of each group how many were won, with interval and n."""
    frame = frames.by_name(view, "overturn_rate", dimension)
    if dimension == "root_cause":
        labels = cache.labels(view.build, "root_cause", "root_cause")
        frame = frame.assign(name=[labels.get(name, words.named(name)) for name in frame["name"]])
    if frame.empty:
        return
    everyone = total(view, "overturn_rate", view.scope)
    table, formats = frames.for_people(frame, {"name": label, **OVERTURN_COLUMNS}, "overturn_rate")
    reference = float(everyone["value"]) if everyone["denominator"] >= words.TOO_FEW else None
    parts.chart_block(
        Block(
            key=f"overturned-{dimension}",
            title=overturned_title(frame, reference, label),
            subtitle=f"Appeals decided in the practice's favour, wholly or in part, by {label.lower()}; {view.words}",
            figure=charts.dots(frame.head(MOST_BARS), reference=reference),
            table=table,
            formats=formats,
            few=FEW,
            on_point=(lambda data: controls.narrow("payer", data[0])) if dimension == "payer" else None,
            hint="Click a payer to see it alone." if dimension == "payer" else "",
        )
    )


def overturned_title(frame: pd.DataFrame, reference: float | None, label: str) -> str:
    """Which group's appeals are won clearly more often than all; else that none stands out."""
    known = frame[frame["denominator"].astype(float) >= words.TOO_FEW]
    if known.empty:
        return f"Too few decided appeals of any {label.lower()} to compare"
    above = known[known["low"].astype(float) > (reference or 0)]
    if reference is None or above.empty:
        return f"No {label.lower()} stands out by the appeals that are won"
    top = above.loc[above["value"].astype(float).idxmax()]
    return f"{top['name']}: {words.rate(top['value'])} of decided appeals are won, n {words.count(top['denominator'])}"


def appeals(view: View) -> None:
    """Requests, decided and won, by level; and what to do where there is none."""
    frame = outcome_data.appeals(view)
    if frame.empty:
        parts.empty(
            "No appeal is known in this view",
            "Remittances do not tell of appeals. A denial log with the columns appeal date, level and outcome does: "
            "drop it on the Import page.",
        )
        return
    shown = outcome_data.appeals_for_people(frame)
    count, decided, won = (int(frame[name].sum()) for name in ("appeal_count", "decided_count", "won_count"))
    with st.container(border=True):
        parts.heading(
            f"{words.counted(count, 'appeal')}: {words.count(decided)} decided, {words.count(won)} of them won",
            f"A request counts once, however many lines it speaks of; won in part is won; {view.words}",
        )
        parts.table(shown, outcome_data.APPEAL_FORMATS, alt="Appeals by level")
        with st.container(horizontal=True):
            parts.downloads("appeals", shown, {"What": "Appeals by level", "View": view.words})


def expiring(view: View, found: Any) -> None:
    """The open lines with a deadline ahead, the next first; a row opens its claim."""
    frame = outcome_data.expiring(view)
    if frame.empty:
        title = "No open line has a deadline ahead"
        past = int(found["past_count"])
        said = f"Of {words.counted(past, 'open line')} the deadline has passed. " if past else ""
        parts.empty(title, words.plain(said) + "Deadlines come from your log, else from payer_rules.csv.")
        return
    shown = outcome_data.expiring_for_people(view, frame)
    with st.container(border=True):
        parts.heading(expiring_title(found), _expiring_below(found, len(frame)))
        claim_rows(shown, list(frame["denial_id"]), outcome_data.EXPIRING_FORMATS, "expiring", "What expires next")


def expiring_title(found: Any) -> str:
    """How many dollars expire within two weeks."""
    if not found["soon_count"]:
        return f"Nothing expires within {SOON_DAYS} days"
    dollars, lines = words.money(found["soon_amount"]), words.counted(found["soon_count"], "open line")
    return f"{dollars} on {lines} expires within {SOON_DAYS} days"


def _expiring_below(found: Any, shown: int) -> str:
    told = [
        f"{words.counted(found['ahead_count'], 'open line')} with a deadline ahead, the next first",
        f"the first {words.count(shown)} shown" if shown == MOST_ROWS else "",
        f"{words.count(found['past_count'])} expired ({words.money(found['past_amount'])})"
        if found["past_count"]
        else "",
        f"{words.count(found['undated_count'])} without a known day" if found["undated_count"] else "",
    ]
    return "; ".join(filter(None, told))
