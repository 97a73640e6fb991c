"""Weeks without a denial, in words and as a strip of weeks. Plain functions from a streak to text and markup."""

import datetime
from collections.abc import Mapping, Sequence

from dashboards import titles, words
from pipelines.streaks import DENIED, EMPTY, FREE, RUNNING, Run, Streak, Week

FEWEST_WEEKS = 2  # a run that is told as one
STATES = {FREE: "no denial", EMPTY: "nothing adjudicated", RUNNING: "no denial so far"}


def title(streak: Streak, what: str) -> str:
    """`6 weeks in a row without a denial, the longest run so far`; `what` is said in the singular, with its article."""
    if not streak.counted:
        return "No week with an adjudication to speak of"
    if streak.current.weeks >= FEWEST_WEEKS:
        best = "the longest run so far" if streak.is_record else f"the longest was {run(streak.longest)}"
        return f"{run(streak.current)} in a row without {what}; {best}"
    if streak.longest.weeks >= FEWEST_WEEKS:
        return f"The longest run without {what}: {run(streak.longest)}{_when(streak.longest)}"
    if not streak.free:
        return f"None of {words.counted(streak.counted, 'week')} was without {what}"
    return f"{titles.sentence(titles.number(streak.free))} of {words.count(streak.counted)} weeks without {what}"


def celebrated(streaks: Mapping[str, Streak]) -> str:
    """The kinds whose present run is their longest, the longest first; '' where there is none."""
    best = sorted((one for one in streaks.items() if is_celebrated(one[1])), key=lambda one: -one[1].current.weeks)
    if not best:
        return ""
    named = [f"{titles.inline(name)} ({run(streak.current)})" for name, streak in best]
    return f"Longest run so far, and going on: {words.listed(named)}."


def is_celebrated(streak: Streak) -> bool:
    """The present run is the longest yet, and there was a denial before it to be without."""
    return streak.is_record and streak.current.weeks >= FEWEST_WEEKS and streak.last_denial is not None


def run(found: Run) -> str:
    """A run in words: `6 weeks`, a dash for none."""
    return words.counted(found.weeks, "week") if found.weeks else words.NONE


def strip(weeks: Sequence[Week]) -> str:
    """The weeks as a row of marks, the newest last; each tells its own story when pointed at."""
    free, counted = (sum(week.state in states for week in weeks) for states in ((FREE,), (FREE, DENIED)))
    label = f"{free} of the last {counted} weeks without a denial"
    return f"<span class='db-weeks' role='img' aria-label='{label}'>{''.join(map(_mark, weeks))}</span>"


def _mark(week: Week) -> str:
    """One week; style.css makes it tall, low or hollow."""
    said = STATES.get(week.state) or f"{words.count(week.denied)} denied"
    told = f"week of {words.day(week.monday)}: {said}, {words.count(week.adjudicated)} adjudicated"
    return f"<i class='db-week db-week-{week.state}' title='{told}'></i>"


def _when(found: Run) -> str:
    """From the first day of the run to its last."""
    if found.first is None or found.last is None:
        return ""
    return f" ({words.period(found.first, found.last + datetime.timedelta(days=6))})"
