"""What the charts of days say, as one sentence each."""

from typing import Any

import pandas as pd

from dashboards import titles, words
from dashboards.day_frames import CHECKED, Watched, curve_end, left_open, open_after

NOT_GIVEN = "(not given)"
LATER = (365, 180, 90, 60, 30, 14, 7)  # days at which the share still open is told


def headline(found: Watched, target: float | None, slow: str = "") -> str:
    """The page's answer: how long it takes, against the target, and for whom longest."""
    span, many = found.span, found.span.many()
    if not found.total:
        return span.missing
    if found.is_few:
        return f"{words.counted(found.total, span.what)}: too few to speak of typical days"
    half = found.curve.median
    if half is None:
        left, *_ = open_after(found.curve, CHECKED, found.days)
        if left is None:
            return f"Fewer than half of {many} are {span.done} within the time watched{slow}"
        return f"{words.rate(left)} of {many} are still {span.not_done} after {words.days(CHECKED)}{slow}"
    most = "at most " if found.is_bound else ""
    return f"Half of {many} are {span.done} within {most}{words.days(half)}{_against(half, target)}{slow}"


def slowest(frame: pd.DataFrame, found: Watched) -> str:
    """`; longest for Aetna: 14 days`, if that is more than chance explains; else nothing."""
    half = found.curve.median
    top = surely_slower(frame, half) if half is not None else surely_slower(left_open(frame), left_of(found))
    if top is None:
        return ""
    said = _typical(top) if half is not None else words.rate(top["value"])
    return f"; {'longest' if half is not None else 'most'} for {top['name']}: {said}"


def left_of(found: Watched) -> float | None:
    """The share of all that is still open after CHECKED days."""
    return open_after(found.curve, CHECKED, found.days)[0]


def histogram(found: Watched, target: float | None) -> str:
    """What share was done within the target; without one, from where to where the middle half runs."""
    if target is not None and (share := found.curve.share_done(int(target))) is not None:
        return f"{words.rate(share)} were {found.span.done} within {words.days(target)}"
    first, last = found.curve.percentile(0.25), found.curve.percentile(0.75)
    if first is None or last is None:
        return f"{words.counted(found.curve.done_count, found.span.what)} {found.span.done} so far"
    if first == last:
        return f"Most were {found.span.done} after {words.days(first)}"
    return f"Half were {found.span.done} after {words.count(first)} to {words.days(last)}"


def curve(found: Watched) -> str:
    """How many are still open at the latest round number of days that the curve shows."""
    told = {day: found.curve.share_done(day) for day in LATER if day <= curve_end(found)}
    day, done = next(((day, done) for day, done in told.items() if done is not None and done < 1), (None, None))
    if day is None or done is None:
        return f"All were {found.span.done} within the time watched"
    return f"After {words.days(day)} {words.rate(1 - done)} are still {found.span.not_done}"


def spread(frame: pd.DataFrame, reference: float | None, called: str) -> str:
    """Who is surely slower than all, or that nobody is."""
    few = _hardly_any(frame, called)
    if few:
        return few
    top = surely_slower(frame, reference)
    if top is None:
        return f"No {titles.inline(called)} takes clearly longer than all together"
    return f"{titles.sentence(top['name'])} takes longest: {_typical(top)}, all together {words.days(reference)}"


def spread_left(frame: pd.DataFrame, found: Watched, called: str) -> str:
    """Of whom surely more is still open after CHECKED days than of all: columns as `left_open` gives them."""
    few = _hardly_any(frame, called)
    if few:
        return few
    reference = left_of(found)
    top = surely_slower(frame, reference)
    if top is None:
        return f"No {titles.inline(called)} is clearly slower than all together"
    said = f"{words.rate(top['value'])} {found.span.not_done} after {words.days(CHECKED)}"
    return f"{titles.sentence(top['name'])} is slowest: {said}, all together {words.rate(reference)}"


def trend_left(frame: pd.DataFrame, found: Watched) -> str:
    """The share still open after CHECKED days in the last whole month beside the first."""
    known = titles.complete(frame).dropna(subset=["value"])
    if known.empty:
        return f"Too few in any {'mature' if 'is_immature' in frame else 'whole'} month to speak of a trend"
    first, last = known.iloc[0], known.iloc[-1]
    said = (
        f"{words.rate(last['value'])} {found.span.not_done} after {words.days(CHECKED)} in {words.month(last['month'])}"
    )
    before = "" if len(known) == 1 else f", {words.rate(first['value'])} in {words.month(first['month'])}"
    return said + before


def trend(frame: pd.DataFrame, target: float | None) -> str:
    """How many whole months missed the target; without one, the last beside the first."""
    kind = "mature" if "is_immature" in frame else "whole"
    whole = titles.complete(frame)
    known = whole.dropna(subset=["value"])
    if known.empty:
        return f"Too few in any {kind} month to speak of a trend"
    if target is None:
        first, last = known.iloc[0], known.iloc[-1]
        before = "" if len(known) == 1 else f", {words.days(first['value'])} in {words.month(first['month'])}"
        return f"{words.days(last['value'])} in {words.month(last['month'])}{before}"
    missed = int((whole["value"].astype(float).fillna(float("inf")) > target).sum())
    if not missed:
        return f"Within the target of {words.days(target)} in every {kind} month"
    some = f"{titles.number(missed)} of {titles.number(len(whole))} {kind} months"
    return f"Above the target of {words.days(target)} in {f'every {kind} month' if missed == len(whole) else some}"


def surely_slower(frame: pd.DataFrame, reference: float | None) -> pd.Series | None:
    """The slowest group that has a name and enough cases, and whose interval lies wholly above that of all."""
    if reference is None or frame.empty:
        return None
    enough = (frame["n"].astype(float) >= words.TOO_FEW) & (frame["name"] != NOT_GIVEN)
    above = frame[enough & (frame["low"].astype(float) > reference)]
    return None if above.empty else above.iloc[0]


def _hardly_any(frame: pd.DataFrame, called: str) -> str:
    """What is said where fewer than two groups have enough cases; else nothing."""
    known = frame[frame["n"].astype(float) >= words.TOO_FEW]
    if known.empty:
        return f"Too few of any {titles.inline(called)} to compare"
    if len(known) == 1:
        return f"{titles.sentence(known.iloc[0]['name'])} alone has enough cases to tell"
    return ""


def _typical(row: Any) -> str:
    return "not half done yet" if row["value"] is None else words.days(row["value"])


def _against(half: float, target: float | None) -> str:
    if target is None:
        return ""
    gap = half - target
    return f", {words.days(gap)} over the target" if gap > 0 else ", within the target"
