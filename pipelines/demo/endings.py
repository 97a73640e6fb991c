"""Where a line stands on the last day, by the words of the design and what the files can tell."""

from dataclasses import dataclass

from pipelines.demo.events import Step, Story
from pipelines.demo.truth import Judge, Verdict


@dataclass(frozen=True, slots=True)
class End:
    """The line's state, the day on which it became so (0 while it is open), and what has been paid at last."""

    state: str
    day: int
    paid: int = 0


def is_decided(step: Step) -> bool:
    """The step adjudicates the line: it is no reversal, and no answer to a claim sent twice by mistake."""
    return step.role not in ("reversal", "duplicate")


def end_of(story: Story, steps: list[Step], first: Verdict, judge: Judge, last: int) -> End:
    """The line's end; `steps` are those until the last day and `first` is the first verdict on the line."""
    decided = [step for step in steps if is_decided(step)]
    now = next(each for each in judge.verdicts(story, decided[-1]) if each.line_no == first.line_no)
    if first.is_broad:
        if not now.is_broad:
            return End("paid_after_denial", decided[-1].day, now.ruling.paid)
        return _end_of_denial(story, first, last)
    if now.is_broad:
        return End("takeback", 0)
    if now.ruling.paid:
        return End("paid", 0)
    return End("patient" if now.ruling.patient_share else "zero_paid", 0)


def _end_of_denial(story: Story, first: Verdict, last: int) -> End:
    """What the log says about a line that is still denied: written off, closed, upheld at last; else it is open."""
    if not (story.logged if first.line_no == 0 else {first.line_no} & story.logged):
        return End("denied_open", 0)
    if story.ending and story.ending.day <= last:
        return End(story.ending.state, story.ending.day)
    upheld = [each.decided_day for each in story.appeals if each.decided_day <= last and not each.is_overturned]
    return End("denied_final", upheld[-1]) if upheld else End("denied_open", 0)
