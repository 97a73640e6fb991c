"""What a control chart says, as a sentence, and why there is none where there is none.

Frames carry `month`, `value`, `n`, `upper` (None where a month is not judged), `rule` (above, below, run or empty).
"""

import pandas as pd

from dashboards import titles, words

MOST_NAMED = 2


def title(frame: pd.DataFrame, target: float | None = None) -> str:
    """Which months lie outside their limits, else a run on one side, else that all is as usual; '' without limits."""
    judged = frame.dropna(subset=["upper"])
    if judged.empty:
        return ""
    outside, run = judged[judged["rule"].isin(["above", "below"])], judged[judged["rule"] == "run"]
    if len(outside):
        return f"{_outside(outside)}; {words.count(len(judged) - len(outside))} of {len(judged)} months within"
    if len(run):
        return run_words(run)
    return f"All {len(judged)} months within their limits{_against(judged, target)}"


def _outside(frame: pd.DataFrame) -> str:
    """`Sep 2026 above its limit`, `Apr 2026 and Sep 2026 above their limits`, `3 months outside their limits`."""
    sides = set(frame["rule"])
    whose = "its limit" if len(frame) == 1 else "their limits"
    if len(frame) > MOST_NAMED or len(sides) > 1:
        return f"{titles.sentence(titles.number(len(frame)))} months outside their limits"
    return f"{words.listed([words.month(month) for month in frame['month']])} {sides.pop()} {whose}"


def run_words(run: pd.DataFrame) -> str:
    """`9 months in a row above the mean since Feb 2026: a lasting shift, not chance`."""
    side = "above" if float(run.iloc[0]["value"]) > float(run.iloc[0]["centre"]) else "below"
    since = words.month(run.iloc[0]["month"])
    return f"{words.count(len(run))} months in a row {side} the mean since {since}: more than chance explains"


def _against(judged: pd.DataFrame, target: float | None) -> str:
    """How often these months missed the target; nothing where there is none."""
    if target is None:
        return ""
    missed, said = int((judged["value"].astype(float) >= target).sum()), words.rate(target)
    if not missed:
        return f", and within the target of {said}"
    how_many = "each" if missed == len(judged) else f"{titles.number(missed)} of them"
    return f", {how_many} above the target of {said}"
