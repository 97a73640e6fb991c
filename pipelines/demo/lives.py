"""What is true about the lives of claims: when they were sent and answered, how they ended, what was taken back.

Counted from the stories alone, as in truth.py, by the words of the design. What a reader of the files cannot know does
not count: an appeal or a write-off on a line that the log left out, anything after the last day.
"""

from collections import Counter, defaultdict
from typing import Any

from pipelines.demo.calendar import Span, iso
from pipelines.demo.endings import End, Endings, is_decided
from pipelines.demo.events import Sent, Step, Story
from pipelines.demo.truth import BROAD, CORE, Judge, Tally
from pipelines.demo.usual import UsualAmounts


class Lives:
    """Counts stories as they are told."""

    def __init__(self, span: Span, judge: Judge) -> None:
        self.span, self.judge, self.endings = span, judge, Endings(judge, span.last)
        self.newest = span.first  # the last day on which a file tells of a submission or a payment
        self.waiting: list[tuple[str, int, int, int]] = []  # open denials: scope, cents, denied, last day to act
        self.counts: dict[str, Tally] = defaultdict(Counter)
        self.cohorts: dict[str, Tally] = defaultdict(Counter)
        self.histograms: dict[str, Counter[int]] = defaultdict(Counter)
        self.recoupments: dict[str, dict[str, int | str]] = {}
        self.recouping: dict[str, str] = {}  # the payer's number of a claim to be taken back -> account
        self.planted: dict[str, int] = {}
        self.usual = UsualAmounts()
        self.states: dict[str, Tally] = defaultdict(Counter)
        self.accounts: dict[str, list[str]] = defaultdict(list)

    def story(self, story: Story) -> None:
        """Everything that this story adds."""
        last = self.span.last
        sent = [each for each in story.sent if each.day <= last]
        is_paper = "paper" in story.payer.habits
        steps = [] if is_paper else [step for step in story.steps if step.day <= last]
        self.newest = max(self.newest, *(each.day for each in sent), *(step.day for step in steps), 0)
        self._appeals(story, "paper" if is_paper else story.sequence)
        if story.sequence == "secondary":
            self._secondary(steps)
            return
        if is_paper:
            self.counts["families"]["on_paper"] += bool(sent)
            return
        self._family(story, sent, steps)
        if story.recoupment and steps:
            self.recouping[steps[0].settlement.control_number] = steps[0].settlement.account
        if steps:
            self.usual.take(story, [step for step in steps if is_decided(step)][-1])
            self._lines(story, sent, steps)

    def recouped(self, number: str, cents: int, trace: str) -> None:
        """A payment took back this much for the claim of this payer's number."""
        self.recoupments[number] = {"cents": cents, "trace": trace, "account": self.recouping[number]}

    def _secondary(self, steps: list[Step]) -> None:
        if steps:
            counts = self.counts["secondary_families"]
            counts["families"] += 1
            counts["paid"] += steps[-1].settlement.paid > 0
            counts["paid_cents"] += steps[-1].settlement.paid

    def _family(self, story: Story, sent: list[Sent], steps: list[Step]) -> None:
        if not sent:
            return
        counts, first = self.counts["families"], sent[0]
        counts["families"] += 1
        counts["with_remit"] += bool(steps)
        counts["exported"] += first.is_exported
        counts["accounts_mangled"] += story.is_mangled and bool(steps)
        if story.is_mangled and steps:
            self.accounts["mangled"].append(story.claim.account)
        if not first.is_exported:
            self.counts["submissions_per_family"][str(len(sent))] += 1
        self._cohort(story, sent, steps)
        self.histograms["service_to_submission_claims"][first.day - story.claim.service_day] += 1
        if steps and steps[0].settlement.charge:  # what costs nothing is in no rate
            self.histograms["submission_to_remit_claims"][steps[0].day - first.day] += 1

    def _cohort(self, story: Story, sent: list[Sent], steps: list[Step]) -> None:
        first = sent[0]
        never = not steps and not any(each.is_accepted for each in sent)
        verdicts = self.judge.verdicts(story, steps[0]) if steps else []
        cohort = self.cohorts[iso(first.day)[:7]]
        cohort["sent"] += 1
        cohort["adjudicated"] += bool(steps)
        cohort["adjudicated_in_rates"] += any(verdict.ruling.line.charge for verdict in verdicts)
        cohort["acknowledged"] += not first.is_exported
        cohort["clean"] += first.is_accepted and not first.is_exported
        cohort["first_rejected"] += not first.is_accepted
        cohort["never_reached"] += never
        cohort["denied_core"] += bool(steps) and all(verdict.is_core for verdict in verdicts)
        cohort["denied_broad"] += bool(steps) and all(verdict.is_broad for verdict in verdicts)
        if never:
            self.accounts["never_reached"].append(story.claim.account)

    def _lines(self, story: Story, sent: list[Sent], steps: list[Step]) -> None:
        for verdict in self.judge.verdicts(story, steps[0]):
            end = self.endings.end_of(story, steps, verdict)
            cents = verdict.ruling.line.charge
            self._state("all", cents, end)
            for scope, is_in in ((CORE, verdict.is_core), (BROAD, verdict.is_broad)):
                if is_in:
                    self._state(scope, cents, end)
                    self._answers(scope, sent, steps)
                    if end.day:
                        self._resolved(scope, end.day - steps[0].day)
                    elif end.closes:
                        self.waiting.append((scope, cents, steps[0].day, end.closes))
        self.planted |= {f"{story.claim.account}L{number}": cents for number, cents in story.underpaid.items()}

    def _state(self, which: str, cents: int, end: End) -> None:
        tally = self.states[which]
        tally[end.state] += 1
        tally[f"{end.state}_cents"] += cents
        if end.state == "paid_after_denial":
            tally["recovered_cents"] += end.paid

    def _resolved(self, scope: str, days: int) -> None:
        self.histograms[f"denial_to_resolution_{scope}_lines"][days] += 1

    def _answers(self, scope: str, sent: list[Sent], steps: list[Step]) -> None:
        denied = steps[0].day
        again = next((each.day for each in sent if each.frequency == "7" and each.day > denied), None)
        if again is None:
            return
        answer = next((step.day for step in steps[1:] if is_decided(step) and step.day > again), None)
        if answer is None:
            self.counts["resubmissions_unanswered"][f"{scope}_lines"] += 1
        else:
            self.histograms[f"resubmission_to_answer_{scope}_lines"][answer - again] += 1

    def _appeals(self, story: Story, which: str) -> None:
        """One request for a family, whatever the number of its lines; the log alone tells of it."""
        for appeal in story.appeals:
            if story.logged and appeal.filed_day <= self.span.last:
                counts = self.counts[f"appeal_requests_{which}"]
                counts["filed"] += 1
                if appeal.decided_day <= self.span.last:
                    counts["decided"] += 1
                    counts["overturned"] += appeal.is_overturned

    def _close(self) -> None:
        """Open denials of which every deadline had passed on the newest day that the files tell of are final."""
        for scope, cents, denied, closes in self.waiting:
            if closes < self.newest:
                for which in (scope, "all") if scope == BROAD else (scope,):
                    self.states[which].update({"denied_open": -1, "denied_open_cents": -cents})
                    self.states[which].update({"denied_final": 1, "denied_final_cents": cents})
                self.states[scope]["denied_final_by_deadline"] += 1
                self._resolved(scope, closes - denied)
        self.waiting.clear()

    def told(self) -> dict[str, Any]:
        """All of it for truth.json; amounts in cents. To be asked once, at the end."""
        self._close()
        return {
            "cohorts_by_submission_month": self.cohorts,
            "data_through": iso(self.newest),
            "lives": self.counts,
            "final_states": self.states,
            "recoupments": self.recoupments,
            "underpaid_lines": {"planted_cents": self.planted, "below_usual_cents": self.usual.short()},
            "accounts": self.accounts,
        }
