"""Where a line stands on the last day, by the words of the design and what the files can tell."""

from dataclasses import dataclass

from pipelines.demo.deadlines import Deadlines
from pipelines.demo.events import Step, Story
from pipelines.demo.truth import Judge, Verdict


@dataclass(frozen=True, slots=True)
class End:
    """The line's state, the day on which it became so (0 while it is open), and what has been paid at last.

    `closes` is the day after which an open denial is final, 0 where something is under way.
    """

    state: str
    day: int
    paid: int = 0
    closes: int = 0


def is_decided(step: Step) -> bool:
    """The step adjudicates the line: it is no reversal, and no answer to a claim sent twice by mistake."""
    return step.role not in ("reversal", "duplicate")


class Endings:
    """Says how lines end, as of the last day of the demo."""

    def __init__(self, judge: Judge, last: int) -> None:
        self.judge, self.last, self.deadlines = judge, last, Deadlines()

    def end_of(self, story: Story, steps: list[Step], first: Verdict) -> End:
        """The line's end; `steps` are those until the last day and `first` is the first verdict on the line."""
        decided = [step for step in steps if is_decided(step)]
        by_step = [(step.day, self._verdict_on(first.line_no, story, step)) for step in decided]
        now = by_step[-1][1]
        if first.is_broad:
            if not now.is_broad:
                return End("paid_after_denial", decided[-1].day, now.ruling.paid)
            denied_day = max([steps[0].day, *(day for day, verdict in by_step if verdict.is_core)])
            return self._end_of_denial(story, first, denied_day, decided[-1].day)
        if now.is_broad:
            return End("takeback", 0)
        if now.ruling.paid:
            return End("paid", 0)
        return End("patient" if now.ruling.patient_share else "zero_paid", 0)

    def _verdict_on(self, line_no: int, story: Story, step: Step) -> Verdict:
        return next(each for each in self.judge.verdicts(story, step) if each.line_no == line_no)

    def _end_of_denial(self, story: Story, first: Verdict, denied_day: int, decided_day: int) -> End:
        """What the log says of a line that is still denied: written off, closed, upheld at last; else it is open."""
        is_logged = bool(story.logged if first.line_no == 0 else {first.line_no} & story.logged)
        if is_logged and story.ending and story.ending.day <= self.last:
            return End(story.ending.state, story.ending.day)
        appeals = [each for each in story.appeals if is_logged and each.filed_day <= self.last]
        if appeals and (appeals[-1].decided_day > self.last or appeals[-1].is_overturned):
            return End("denied_open", 0)  # not decided, or won and not paid yet
        again = [each.day for each in story.sent if each.frequency == "7" and each.day <= self.last]
        if again and decided_day <= again[0]:
            return End("denied_open", 0)
        if appeals:
            return End("denied_final", appeals[-1].decided_day)
        return End("denied_open", 0, closes=self.deadlines.last_day(story.payer, story.claim.service_day, denied_day))
