"""What goes wrong around a claim's story: lost, bounced, its account mangled, paid short, given up.

Everything here falls from a chance of its own, so that the stories themselves are the same with or without it.
"""

from dataclasses import replace

from pipelines.demo.accounts import mangled
from pipelines.demo.calendar import Span
from pipelines.demo.chance import Chance
from pipelines.demo.claims import Claim
from pipelines.demo.events import Ending, Sent, Story
from pipelines.demo.parameters import Parameters
from pipelines.demo.practice import Practice
from pipelines.demo.rulings import Ruling, Settlement

WRITTEN_OFF = ("written off", "adj off", "W/O")
CLOSED = "closed no appeal"
FIRST_ALONE = 0.3
ODD_HABITS = frozenset(("no_lines", "sequestration", "paper"))


class Mishaps:
    """Decides what befalls each story."""

    def __init__(self, practice: Practice, parameters: Parameters, span: Span, chance: Chance) -> None:
        self.chance, self.span = chance, span
        self.work = parameters.numbers("work")
        self.to_write_off = parameters.lag("denial_to_write_off")
        self.export_place = practice.places[-1]
        self.export_from = span.month_start(span.planted_month(parameters, "export_month"))
        self._waiting = {
            refusal: span.month_start(span.planted_month(parameters, f"rejected_{refusal}_month"))
            for refusal in ("batch", "set")
        }
        self.refused_days: dict[str, int] = {}

    def is_exported(self, claim: Claim) -> bool:
        """The claim's location bills from a system that gives no 837, only an export."""
        return claim.place is self.export_place and claim.service_day >= self.export_from

    def refusal(self, claim: Claim, day: int) -> str:
        """`batch` or `set` for claims first sent on the one day whose batch, or transaction set, is turned back."""
        if self.is_exported(claim):
            return ""
        for refusal, start in self._waiting.items():
            if day >= start:
                self.refused_days.setdefault(refusal, day)
            if self.refused_days.get(refusal) == day:
                return refusal
        return ""

    def forgets_reference(self) -> bool:
        """True where a corrected claim under another account goes out without the payer's number."""
        return self.chance.happens(self.work["resubmission_without_reference"])

    def befall(self, story: Story) -> None:
        """The story as it really went."""
        for sent in story.sent:
            sent.is_exported = self.is_exported(sent.claim)
        if story.sequence == "primary":
            if self._is_lost(story.sent[0]):
                story.sent, story.steps, story.appeals, story.recoupment = story.sent[:1], [], [], None
                return
            self._give_up(story)
            self._pay_short(story)
        if "mangled_accounts" in story.payer.habits:
            self._mangle(story)

    def _is_lost(self, first: Sent) -> bool:
        return not first.is_accepted and not first.refusal and self.chance.happens(self.work["never_resent"])

    def _give_up(self, story: Story) -> None:
        """A denial that nobody worked may end as a write-off, or be closed, in the log."""
        is_worked = len(story.steps) > 1 or story.appeals or any(sent.frequency == "7" for sent in story.sent)
        if not story.lead or is_worked or not self.chance.happens(self.work["written_off"]):
            return
        day = story.steps[0].day + self.chance.days(self.to_write_off)
        if self.chance.happens(self.work["closed_no_appeal"]):
            story.ending = Ending(day, CLOSED, "denied_final")
        else:
            story.ending = Ending(day, WRITTEN_OFF[self.chance.below(len(WRITTEN_OFF))], "written_off")

    def _pay_short(self, story: Story) -> None:
        if len(story.steps) > 1 or story.recoupment or ODD_HABITS & story.payer.habits:
            return
        for ruling in story.steps[0].settlement.rulings:
            if ruling.paid and self.chance.happens(self.work["underpaid"]):
                story.underpaid[ruling.line.number] = _shortened(ruling)

    def _mangle(self, story: Story) -> None:
        """Every remit of the family tells the mangled account, or the first alone."""
        for step in story.steps[:1] if self.chance.happens(FIRST_ALONE) else story.steps:
            account = mangled(step.settlement.account, story.claim.number)
            story.is_mangled |= account != step.settlement.account
            step.settlement = _under(step.settlement, account)


def _shortened(ruling: Ruling) -> int:
    """The ruling pays a fifth less and calls it contractual; returned are the cents that are missing."""
    less = ruling.paid // 5
    contractual = sum(item[2] for item in ruling.adjustments if item[1] == "45")
    others = [item for item in ruling.adjustments if item[1] != "45"]
    ruling.paid -= less
    ruling.adjustments[:] = [*others, ("CO", "45", contractual + less, 0)] if contractual + less else others
    return less


def _under(settlement: Settlement, account: str) -> Settlement:
    return replace(settlement, account=account) if account != settlement.account else settlement
