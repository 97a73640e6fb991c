"""What a chart says, as one sentence built from its data. Each function takes the frame that the chart draws."""

import statistics

import pandas as pd

from dashboards import words
from pipelines.intervals import wilson

ERROR = 0.05  # chance that any cell is named when all are alike
FEWEST = 5  # denials in a cell before it is named
SMALL_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def number(value: int) -> str:
    """Small whole numbers as words, others as digits."""
    return SMALL_NUMBERS[value] if value < len(SMALL_NUMBERS) else words.count(value)


def sentence(text: str) -> str:
    """The text with a capital letter in front, the rest as it is."""
    return text[:1].upper() + text[1:]


def inline(text: str) -> str:
    """A label within a sentence: without its capital letter, unless it is an abbreviation."""
    return text[:1].lower() + text[1:] if text[1:2].islower() else text


def overview(now: pd.Series, target: float | None, what: str, denials: str) -> str:
    """The page's answer from `numerator`, `denominator`, `value`: `7.8 % of claims were denied, 2.8 points over`."""
    value = now["value"]
    if value is None:
        return f"No {what} were adjudicated in this period"
    if not value:
        return f"No {denials} in this period"
    if now["denominator"] < words.TOO_FEW:
        denied, of = words.count(now["numerator"]), words.count(now["denominator"])
        return f"{denied} of {of} {what} denied at first: too few to speak of a rate"
    said = f"{words.rate(value)} of {what} were denied at first"
    if target is None:
        return said
    gap = float(value) - target
    side = "over" if gap >= 0 else "under"
    return f"{said}, {words.points(abs(gap)).lstrip('+')} {side} the target of {words.rate(target)}"


def trend(frame: pd.DataFrame, target: float | None) -> str:
    """Columns `month`, `value`, `n`, `is_partial`: how many whole months missed the target, else first and last.

    With `is_immature` only months that are not are spoken of.
    """
    kind = "mature" if "is_immature" in frame else "whole"
    whole = complete(frame).dropna(subset=["value"])
    if whole.empty:
        return f"Too few cases in any {kind} month to speak of a trend"
    values = whole["value"].astype(float)
    if target is None:
        first, last = whole.iloc[0], whole.iloc[-1]
        before = f"{words.rate(first['value'])} in {words.month(first['month'])}"
        return f"{words.rate(last['value'])} in {words.month(last['month'])}, {before}"
    missed = int((values >= target).sum())
    if missed == 0:
        return f"Within the target of {words.rate(target)} in every {kind} month"
    some = f"{number(missed)} of {number(len(values))} {kind} months"
    return f"Above the target of {words.rate(target)} in {f'every {kind} month' if missed == len(values) else some}"


def complete(frame: pd.DataFrame) -> pd.DataFrame:
    """The months that are over, of enough cases and, where that is known, nearly all decided."""
    is_open = frame["is_partial"].astype(bool)
    if "is_immature" in frame:
        is_open |= frame["is_immature"].astype(bool)
    return frame[~is_open & (frame["n"].astype(float) >= words.TOO_FEW)]


def payers(frame: pd.DataFrame) -> str:
    """Columns `name`, `numerator`, `denominator`, `low`: who denies clearly more than the rest, and how much more."""
    known = frame[frame["denominator"].astype(float) >= words.TOO_FEW]
    if known.empty:
        return "Too few cases at any payer to compare"
    if frame["low"].isna().all():
        return spread(frame)
    if len(frame) == 1:
        return f"{frame.iloc[0]['name']} is the only payer in this view"
    denied, adjudicated = frame["numerator"].astype(float), frame["denominator"].astype(float)
    rest = (denied.sum() - denied) / (adjudicated.sum() - adjudicated).replace(0, float("nan"))
    ratio = (denied / adjudicated / rest).fillna(0)[known.index]
    sure = ratio[(known["low"].astype(float) > rest[known.index])]
    if sure.empty:
        return "No payer denies clearly more than the rest"
    name = frame.loc[sure.idxmax(), "name"]
    if not rest[sure.idxmax()]:
        return f"{name} is the only payer that denies"
    return f"{name} denies {words.times(float(sure.max()))} as often as the rest"


def spread(frame: pd.DataFrame) -> str:
    """Columns `name`, `value`, `denominator`, the greatest first: from where to where the rates run."""
    known = frame[frame["denominator"].astype(float) >= words.TOO_FEW]
    if len(known) < 2:
        return "Rate by payer"
    low, high = known.iloc[-1], known.iloc[0]
    return f"From {words.rate(low['value'])} at {low['name']} to {words.rate(high['value'])} at {high['name']}"


def shares(frame: pd.DataFrame, of: str, total: float, most: float = 0.5) -> str:
    """Columns `name`, `value`, sorted: which few make up more than half of the total."""
    values = frame["value"].astype(float)
    if not total or values.empty:
        return f"No cause is determined for the {of} in this view"
    needed = min(int((values.cumsum() / total < most).sum()) + 1, len(values))
    share = words.rate(values.head(needed).sum() / total)
    if needed == 1:
        return sentence(f"{frame.iloc[0]['name']} makes up {share} of {of}")
    if needed == 2:
        first, second = frame["name"].head(2)
        return sentence(f"{first} and {inline(second)} make up {share} of {of}")
    return f"{sentence(number(needed))} of {number(len(frame))} causes make up {share} of {of}"


def procedures(frame: pd.DataFrame, everything: float) -> str:
    """Columns `name`, `value`, `low`, `denominator`: the procedure denied most often, if clearly more than everything.

    Shares of dollars have no interval: there the greatest is said as it is.
    """
    known = frame[frame["denominator"].astype(float) >= words.TOO_FEW]
    if not frame["low"].isna().all():
        known = known[known["low"].astype(float) > everything]
    if known.empty or not known["value"].astype(float).max():
        return "No procedure stands out"
    top = known.loc[known["value"].astype(float).idxmax()]
    return f"Of procedures with enough cases {top['name']} is denied most often: {words.rate(top['value'])}"


def against_rest(name: str, value: float | None, rest: float | None, what: str) -> str:
    """A payer's own answer: its rate beside that of all others."""
    if value is None:
        return f"{name}: no {what} adjudicated in this view"
    others = f"; all others {words.rate(rest)}" if rest is not None else ""
    return f"{name} denied {words.rate(value)} of {what}{others}"


def movers(frame: pd.DataFrame) -> str:
    """Columns `is_judged`, `is_signal`: how many changes are more than chance explains."""
    if frame.empty:
        return "Nothing was denied in either period"
    if not frame["is_judged"].any():
        return "What moved cannot be told from chance: no rate in both periods"
    signals = int(frame["is_signal"].astype(bool).sum())
    if not signals:
        return "Nothing moved by more than chance explains"
    return sentence(f"{number(signals)} change{'s are' if signals > 1 else ' is'} more than chance explains")


def hottest(frame: pd.DataFrame) -> str:
    """Columns `row` (payer), `column`, `value`, `n`, `of`: the cell that lies clearly above the other payers."""
    known = judged(frame)
    if known.empty:
        return "Too few cases in any cell to compare"
    top = standing_out(frame, "column")
    if top is None:
        return "No payer stands out for any cause"
    said = f"{words.rate(top['value'])} of its lines, n {words.count(top['n'])}"
    return f"{top['row']} stands out for {inline(top['column'])}: {said}"


def judged(cells: pd.DataFrame) -> pd.DataFrame:
    """The cells with enough adjudicated lines and enough denials to be named."""
    return cells[(cells["of"].astype(float) >= words.TOO_FEW) & (cells["n"].astype(float) >= FEWEST)]


def standing_out(cells: pd.DataFrame, shared: str) -> pd.Series | None:
    """The cell that lies furthest above the others with the same `shared`, if by more than chance explains.

    The interval allows for as many looks as there are cells: of sixty cells that are all alike, some always look high.
    """
    known = judged(cells)
    z = statistics.NormalDist().inv_cdf(1 - ERROR / 2 / max(1, len(known)))
    low = pd.Series({at: wilson(int(row["n"]), int(row["of"]), z)[0] for at, row in known.iterrows()}, dtype=float)
    above = low[low > rest(cells, shared)[known.index]]
    return None if above.empty else known.loc[above.idxmax()]


def rest(cells: pd.DataFrame, shared: str) -> pd.Series:
    """Of each cell: the rate of all other cells with the same value of the column `shared`; 0 where there is none."""
    n, of = cells["n"].astype(float), cells["of"].astype(float)
    sums = [column.groupby(cells[shared]).transform("sum") - column for column in (n, of)]
    return (sums[0] / sums[1].replace(0, float("nan"))).fillna(0)
