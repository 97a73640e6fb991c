"""The second implementation, continued: what followed a denial, and how many days it took or has been open."""

import datetime
from typing import NamedTuple

from pipelines import reference
from pipelines.rows import Submission
from tests.oracle import ClaimEvent, LineEvent

Day = datetime.date
(RULE,) = (row for row in reference.rows("payer_rules") if row["rule_id"] == "any")  # made-up claims name no plan
SOON = 14


class Took(NamedTuple):
    """Days until it was done, or for which it has been open; both None where there is nothing to watch."""

    done: int | None = None
    open: int | None = None


class After(NamedTuple):
    """What followed a denial."""

    submission_count: int
    days: dict[str, Took]
    is_expiring: bool


def after(
    events: list[tuple[ClaimEvent, list[LineEvent]]], submissions: list[Submission], as_of: Day | None, is_open: bool
) -> After:
    """What followed the denial with which these events of a line begin; `submissions` are those of its family."""
    denied_on = events[0][0].day
    if denied_on is None or as_of is None:
        return After(len(submissions), {}, False)
    sent_again = min((day for one in submissions if (day := _again(one, denied_on))), default=None)
    next_days = [event.day for event, _ in events[1:] if event.day]
    paid_days = [event.day for event, lines in events[1:] if event.day and not event.is_reversed and _is_allowed(lines)]
    resolved = min(paid_days, default=None)
    until = min(resolved or as_of, as_of)
    days = {"days_denial_to_resolution": _took(denied_on, resolved, as_of)}
    if submissions:
        days["days_to_resubmission"] = _took(denied_on, sent_again, until)
    else:
        corrected = events[0][0].is_reversed
        days["days_to_next_remit"] = _took(denied_on, None if corrected else min(next_days, default=None), until)
    if sent_again:
        answers = [day for day in next_days if day > sent_again]
        days["days_resubmission_to_answer"] = _took(sent_again, min(answers, default=None), until)
    return After(len(submissions), days, is_open and 0 <= _days_left(events, as_of) < SOON)


def _again(one: Submission, denied_on: Day) -> Day | None:
    """The day on which it was sent, if that was after the denial, or on its day as a corrected claim."""
    is_corrected = one.frequency_code == "7" or one.original_reference_number is not None
    is_after = one.created_date and (one.created_date, is_corrected) > (denied_on, False)
    return one.created_date if is_after and one.frequency_code != "8" else None


def _is_allowed(lines: list[LineEvent]) -> bool:
    return any(li.is_allowed for li in lines)


def _took(start: Day, end: Day | None, until: Day) -> Took:
    length = ((end or until) - start).days
    if length < 0:
        return Took()
    return Took(length) if end else Took(None, length)


def _days_left(events: list[tuple[ClaimEvent, list[LineEvent]]], as_of: Day) -> int:
    """Days to the earlier of two deadlines that has not passed: the corrected claim's and the appeal's."""
    denials = [event.day for event, lines in events if event.day and any(li.denied("core") for li in lines)]
    start = max([*denials, events[0][0].day or as_of])
    dates = [start + datetime.timedelta(int(RULE[name])) for name in ("corrected_claim_days", "appeal_days")]
    return (min([day for day in dates if day >= as_of], default=max(dates)) - as_of).days
