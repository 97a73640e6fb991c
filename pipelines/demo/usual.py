"""What each payer usually allows for a service in a year, and which lines stand at less: underpayments by the words."""

from collections import Counter, defaultdict

from pipelines.demo.calendar import iso
from pipelines.demo.events import Step, Story

LEAST_USES = 5
LEAST_SHORT = 100  # cents: less than a dollar is nobody's complaint
Service = tuple[str, str, tuple[str, ...], str, int, str]


class UsualAmounts:
    """Gathers what was allowed on each line that was not cut, as it stands on the last day."""

    def __init__(self) -> None:
        self.allowed: dict[Service, list[tuple[str, int]]] = defaultdict(list)

    def take(self, story: Story, step: Step) -> None:
        """The lines of the decision that stands."""
        claim = story.claim
        for ruling in step.settlement.rulings:
            line, amount = ruling.line, ruling.paid + ruling.patient_share
            if line.number and amount and ruling.paid_units == line.units:
                year = iso(claim.service_day)[:4]
                key = (story.payer.name, line.procedure, line.modifiers, claim.place.code, line.units, year)
                self.allowed[key].append((f"{claim.account}L{line.number}", amount))

    def short(self) -> dict[str, int]:
        """Line -> cents below the commonest amount, where that is common enough; the lower of two equally common."""
        found: dict[str, int] = {}
        for lines in self.allowed.values():
            uses = Counter(amount for _, amount in lines)
            usual = min(uses, key=lambda amount: (-uses[amount], amount))
            if uses[usual] >= LEAST_USES and 2 * uses[usual] >= len(lines):
                found |= {name: usual - amount for name, amount in lines if usual - amount > LEAST_SHORT}
        return found
