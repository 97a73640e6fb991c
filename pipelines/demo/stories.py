"""A claim's whole life with one payer: sent, turned back, paid or denied, sent again, appealed, reversed, taken back.

A story is told to its end at once; what falls after the demo's last day is left out by whoever writes files or counts.
"""

from collections.abc import Iterator
from dataclasses import replace

from pipelines.demo.calendar import Span, compact, workday
from pipelines.demo.chance import Chance
from pipelines.demo.claims import Claim, flawed, with_authorization
from pipelines.demo.events import Appeal, Sent, Step, Story
from pipelines.demo.mishaps import Mishaps
from pipelines.demo.parameters import DenialKind, Parameters
from pipelines.demo.practice import Payer, Practice
from pipelines.demo.reviewer import Kinds, Reviewer
from pipelines.demo.rulings import Adjudicator, Ruling, Settlement, denied, reversal, second_opinion, styled


class Storyteller:
    """Tells the stories of claims."""

    def __init__(
        self,
        practice: Practice,
        parameters: Parameters,
        span: Span,
        reviewer: Reviewer,
        adjudicator: Adjudicator,
        mishaps: Mishaps,
    ) -> None:
        self.practice, self.span, self.reviewer, self.adjudicator = practice, span, reviewer, adjudicator
        self.mishaps = mishaps
        self.chance: Chance = reviewer.chance
        self.work = parameters.numbers("work")
        self.overturn = parameters.numbers("overturn")
        self.to_submission = parameters.lag(f"service_to_submission_{practice.key}")
        classes = {payer.payer_class for payer in (*practice.payers, practice.secondary_payer)}
        self.to_remit = {name: parameters.lag(f"submission_to_remit_{name}") for name in classes}
        self.to_resubmission = parameters.lag("denial_to_resubmission")
        self.to_appeal, self.to_decision = parameters.lag("denial_to_appeal"), parameters.lag("appeal_to_decision")
        self.to_reversal, self.to_resend = parameters.lag("paid_to_reversal"), parameters.lag("rejection_to_resend")
        slow_months = round(parameters.number("planted", "slow_remit_months"))
        self.slow_from = span.month_start(max(2, span.months - slow_months + 1))
        self.slow_factor = parameters.number("planted", "slow_remit_factor")

    def stories(self, right: Claim) -> Iterator[Story]:
        """The claim's story with its payer, and with the secondary payer if there is one; mishaps included."""
        for story in self._planned(right):
            self.mishaps.befall(story)
            yield story
            if not story.steps:
                return  # what no payer has seen goes to no other payer

    def _planned(self, right: Claim) -> Iterator[Story]:
        story = Story(right, right.payer, "primary", self.reviewer.kinds(right))
        lead = story.lead
        if lead and lead.claim_fact == "no_authorization":
            right = with_authorization(right)
        hit = next((line for line, kind in zip(right.lines, story.kinds, strict=True) if kind), right.lines[0])
        story.claim = flawed(right, lead.claim_fact if lead else "", hit)
        first = self._first(story)
        if lead:
            self._follow_up(story, first, lead, right)
            yield story
        elif first.settlement.paid > 0:
            yield from self._after_payment(story, first)
        else:
            yield story

    def _first(self, story: Story) -> Step:
        claim, chance = story.claim, self.chance
        day = workday(claim.service_day + chance.days(self.to_submission))
        is_rejected = chance.happens(self.work["front_end_rejection"])
        wait = chance.days(self.to_resend) if is_rejected else 3
        refusal = self.mishaps.refusal(claim, day)
        if refusal or (is_rejected and not self.mishaps.is_exported(claim)):
            story.sent.append(Sent(day, claim, claim.account, is_accepted=False, refusal=refusal))
            day = workday(day + wait)
        story.sent.append(Sent(day, claim, claim.account))
        return self._rule(story, claim, story.kinds, day, "first")

    def _payment_day(self, payer: Payer, sent: int) -> int:
        factor = self.slow_factor if sent >= self.slow_from else 1.0
        # The lag includes the wait for the payer's next date, which is half a cycle on average.
        days = self.chance.days(self.to_remit[payer.payer_class], factor) - payer.cycle // 2
        return payer.payment_day(sent + max(3, days))

    def _number(self, story: Story) -> str:
        return f"{story.payer.trace_prefix}{story.claim.number:08d}{len(story.steps)}"

    def _rule(self, story: Story, claim: Claim, kinds: Kinds, sent: int, role: str) -> Step:
        """The payer's ruling on a claim sent on this day, added to the story."""
        day = self._payment_day(story.payer, sent)
        month = int(compact(day)[4:6])
        settlement = self.adjudicator.settle(claim, kinds, self._number(story), sent + 1, month)
        if "interest" in story.payer.habits and day - sent > 31 and settlement.paid > 0:
            settlement = replace(settlement, interest=settlement.paid * (day - sent - 30) // 3650)
        story.steps.append(Step(day, settlement, role))
        return story.steps[-1]

    def _follow_up(self, story: Story, step: Step, lead: DenialKind, right: Claim) -> None:
        chance = self.chance
        if chance.happens(self.work["payer_correction"]):
            later = story.payer.payment_day(step.day + 10 + chance.below(30))
            self._replace(story, step, right, [None] * len(right.lines), later, "payer_corrected")
        elif lead.remedy == "none" or not chance.happens(self.work["worked_share"]):
            return
        elif lead.remedy == "appeal":
            self._appeal(story, step, lead, right)
        else:
            self._resubmit(story, step, lead, right)

    def _resubmit(self, story: Story, step: Step, lead: DenialKind, right: Claim) -> None:
        chance = self.chance
        sent = workday(step.day + max(1, chance.days(self.to_resubmission)))
        account = f"{right.account}R1" if chance.happens(0.1) else right.account
        number = step.settlement.control_number
        reference = "" if account != right.account and self.mishaps.forgets_reference() else number
        story.sent.append(Sent(sent, right, account, frequency="7", original_number=reference))
        mended = chance.happens(self.overturn[lead.overturn])
        kinds: Kinds = [None] * len(right.lines) if mended else story.kinds
        if any(kind is None for kind in story.kinds):
            later = self._payment_day(story.payer, sent)
            self._replace(story, step, right, kinds, later, "resubmitted", account)
        else:
            again = self._rule(story, right, kinds, sent, "resubmitted")
            again.settlement = replace(again.settlement, original_number=reference, frequency="7", account=account)
        if not mended and chance.happens(0.3):
            self._appeal(story, story.steps[-1], lead, right)

    def _appeal(self, story: Story, step: Step, lead: DenialKind, right: Claim) -> None:
        chance = self.chance
        filed = workday(step.day + chance.days(self.to_appeal))
        decided = workday(filed + chance.days(self.to_decision))
        overturned = chance.happens(self.overturn[lead.overturn])
        story.appeals.append(Appeal(filed, decided, overturned))
        later = story.payer.payment_day(decided + 5)
        if overturned:
            self._replace(story, step, right, [None] * len(right.lines), later, "appealed")
        elif chance.happens(self.work["upheld_remit"]):
            self._replace(story, step, right, story.kinds, later, "upheld")

    def _replace(
        self, story: Story, old: Step, claim: Claim, kinds: Kinds, day: int, role: str, account: str = ""
    ) -> None:
        """The old ruling is reversed where money went with it (else now and then), and a new one takes its place."""
        if old.settlement.paid or self.chance.happens(0.4):
            story.steps.append(Step(day, reversal(old.settlement), "reversal"))
        number, received = self._number(story), old.settlement.received_day
        settlement = self.adjudicator.settle(claim, kinds, number, received, 6)
        settlement = replace(
            settlement, original_number=old.settlement.control_number, account=account or old.settlement.account
        )
        story.steps.append(Step(day, settlement, role))

    def _after_payment(self, story: Story, first: Step) -> Iterator[Story]:
        chance, share = self.chance, self.chance.share()
        edges = [
            self.work[key] for key in ("duplicate_submission", "payment_correction", "takeback", "letter_recoupment")
        ]
        turns = (self._duplicate, self._correct_payment, self._take_back, self._recoup)
        for edge, turn in zip(edges, turns, strict=True):
            if share < edge:
                turn(story, first)
                yield story
                return
            share -= edge
        habits = story.payer.habits
        likely = self.work["secondary_share"] if "crossover" in habits else 0.04
        commercial = story.payer.payer_class == "commercial"
        has_second = ("crossover" in habits or commercial) and first.settlement.patient_share > 0
        second = self._secondary(story, first) if has_second and chance.happens(likely) else None
        yield story
        if second:
            yield second

    def _duplicate(self, story: Story, first: Step) -> None:
        sent = workday(story.sent[-1].day + 8)
        story.sent.append(Sent(sent, story.claim, story.claim.account))
        kind = next(kind for kind in self.reviewer.general.items if kind.carc == "18")
        day = first.day + story.payer.cycle
        rulings = [denied(line, kind) for line in story.claim.lines]
        settlement = replace(
            first.settlement,
            status="4",
            control_number=self._number(story),
            rulings=rulings,
            received_day=sent + 1,
            interest=0,
        )
        story.steps.append(Step(day, styled(settlement, True), "duplicate"))

    def _correct_payment(self, story: Story, first: Step) -> None:
        day = story.payer.payment_day(first.day + self.chance.days(self.to_reversal))
        story.steps.append(Step(day, reversal(first.settlement), "reversal"))
        rulings = [_lowered(ruling) for ruling in first.settlement.rulings]
        story.steps.append(Step(day, self._anew(story, first, rulings, first.settlement.status), "payment_corrected"))

    def _take_back(self, story: Story, first: Step) -> None:
        day = story.payer.payment_day(first.day + self.chance.days(self.to_reversal))
        day += "separate_recoveries" in story.payer.habits
        story.steps.append(Step(day, reversal(first.settlement), "reversal"))
        kind = next(kind for kind in self.reviewer.general.items if kind.carc == "27")
        rulings = [denied(ruling.line, kind) for ruling in first.settlement.rulings]
        story.steps.append(Step(day, self._anew(story, first, rulings, "4"), "takeback"))

    def _anew(self, story: Story, first: Step, rulings: list[Ruling], status: str) -> Settlement:
        old = first.settlement
        number = self._number(story)
        return replace(
            old, status=status, control_number=number, original_number=old.control_number, rulings=rulings, interest=0
        )

    def _recoup(self, story: Story, first: Step) -> None:
        story.recoupment = (first.day + 60 + self.chance.below(90), first.settlement.paid)

    def _secondary(self, story: Story, first: Step) -> Story:
        payer, chance = self.practice.secondary_payer, self.chance
        person = replace(story.claim.patient, member_id=f"090Y{story.claim.number:07d}")
        claim = replace(story.claim, patient=person, payer=payer)
        second = Story(claim, payer, "secondary", [None] * len(claim.lines))
        sent = workday(first.day + 2 + chance.below(8))
        if "crossover" in story.payer.habits:
            first.settlement = replace(first.settlement, status="19", secondary=payer)
        else:
            second.sent.append(Sent(sent, claim, claim.account, earlier=first.settlement))
        day = self._payment_day(payer, sent)
        number = f"{payer.trace_prefix}{claim.number:08d}0"
        second.steps.append(
            Step(day, second_opinion(first.settlement, payer, claim, chance.share(), number, sent + 1), "first")
        )
        return second


def _lowered(ruling: Ruling) -> Ruling:
    """The same line paid a tenth less, the rest added to the contractual reduction."""
    less = ruling.paid // 10
    others = [item for item in ruling.adjustments if item[1] != "45"]
    contractual = sum(item[2] for item in ruling.adjustments if item[1] == "45")
    kept = [*others, ("CO", "45", contractual + less, 0)] if contractual + less else others
    return replace(ruling, paid=ruling.paid - less, adjustments=kept)
