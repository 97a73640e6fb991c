import datetime

import pytest

from dashboards import streak_words
from pipelines.streaks import DENIED, EMPTY, FREE, RUNNING, Run, Streak, Week

MONDAY = datetime.date(2026, 1, 5)


def monday(number: int) -> datetime.date:
    """The Monday so many weeks after the first."""
    return MONDAY + datetime.timedelta(weeks=number)


def streak(states: str, current: Run, longest: Run, last: datetime.date | None = MONDAY) -> Streak:
    """Weeks in these states: f(ree), d(enied), e(mpty), r(unning)."""
    names = {"f": FREE, "d": DENIED, "e": EMPTY, "r": RUNNING}
    weeks = [Week(monday(at), 0 if one == "e" else 9, int(one == "d"), names[one]) for at, one in enumerate(states)]
    return Streak(current, longest, last, tuple(weeks))


RECORD = streak("dffff", run := Run(4, monday(1), monday(4)), run)
AFTER = streak("dfffd", Run(), Run(3, monday(1), monday(3)))
BUSY = streak("dfdd", Run(), Run(1, monday(1), monday(1)))


@pytest.mark.parametrize(
    ("found", "wanted"),
    [
        (RECORD, "4 weeks in a row without a denial; the longest run so far"),
        (streak("ffffdff", Run(2, monday(5), monday(6)), Run(4, monday(0), monday(3))), "the longest was 4 weeks"),
        (AFTER, "The longest run without a denial: 3 weeks (12 Jan 2026 to 1 Feb 2026)"),
        (BUSY, "One of 4 weeks without a denial"),
        (streak("e", Run(), Run(), None), "No week with an adjudication to speak of"),
    ],
)
def test_the_title_tells_the_run_that_is_worth_telling(found: Streak, wanted: str) -> None:
    """The present run, else the longest, else how many weeks were free at all."""
    assert streak_words.title(found, "a denial").endswith(wanted)


def test_what_is_celebrated_is_a_record_that_goes_on_after_a_denial() -> None:
    """A kind that never occurred has nothing to be without; the longest comes first."""
    never = streak("ffff", Run(4, monday(0), monday(3)), Run(4, monday(0), monday(3)), last=None)
    longer = streak("dfffff", best := Run(5, monday(1), monday(5)), best)
    found = {"Coverage": RECORD, "Imaging missing": longer, "Never": never, "Busy": BUSY}
    told = "Longest run so far, and going on: imaging missing (5 weeks) and coverage (4 weeks)."
    assert told == streak_words.celebrated(found)
    assert "" == streak_words.celebrated({"Never": never, "Busy": BUSY})


def test_the_strip_has_a_mark_for_each_week_and_says_it_in_words() -> None:
    """Shape and words, not colour alone; weeks without adjudications are not counted."""
    drawn = streak_words.strip(streak("fder", Run(), Run()).weeks)
    assert [1] * 4 == [drawn.count(f"db-week-{state}'") for state in (FREE, DENIED, EMPTY, RUNNING)]
    assert "aria-label='1 of the last 2 weeks without a denial'" in drawn
    assert "week of 12 Jan 2026: 1 denied, 9 adjudicated" in drawn
