"""Faults that are planted into the files on purpose, each once, as soon as the time has come and the chance offers."""

from collections.abc import Callable
from dataclasses import replace

from pipelines.demo.calendar import Span, compact
from pipelines.demo.events import Story
from pipelines.demo.parameters import Parameters
from pipelines.demo.remittance_writer import Payment
from pipelines.demo.rulings import Adjustment, Settlement

UNKNOWN_CARC, RETIRED_CARC = "998", "125"
ODD_AMOUNT = 100  # cents moved from CO-45 to the unknown code


class Plants:
    """What has been planted so far, as `told` for truth.json."""

    def __init__(self, span: Span, parameters: Parameters) -> None:
        self.from_day = span.first + (span.last - span.first) // 3
        self.last_day = span.last
        self.misstatement = round(parameters.number("planted", "unbalanced_cents"))
        self.told: dict[str, dict[str, str | int]] = {}
        self._payment_to_repeat: Payment | None = None
        self._claim_to_repeat: Payment | None = None

    def in_story(self, story: Story) -> None:
        """An unknown and a retired CARC get into one remit each."""
        if len(story.steps) != 1:
            return
        first = story.steps[0]
        if not self.from_day <= first.day <= self.last_day or _is_odd_payer(story):
            return
        settlement = first.settlement
        if "unknown_carc" not in self.told and not story.lead and _swap(settlement, "45", self._unknown):
            self.told["unknown_carc"] = {"carc": UNKNOWN_CARC, "account": settlement.account, "cents": ODD_AMOUNT}
        plain = story.lead is not None and story.lead.carc == "16" and not story.lead.mn_tier
        if "retired_carc" not in self.told and plain and _swap(settlement, "16", self._retired):
            self.told["retired_carc"] = {"carc": RETIRED_CARC, "account": settlement.account}

    def _unknown(self, item: Adjustment) -> list[Adjustment]:
        group, carc, amount, units = item
        if amount <= ODD_AMOUNT:
            return [item]
        return [(group, carc, amount - ODD_AMOUNT, units), (group, UNKNOWN_CARC, ODD_AMOUNT, 0)]

    def _retired(self, item: Adjustment) -> list[Adjustment]:
        return [(item[0], RETIRED_CARC, item[2], item[3])]

    def in_payment(self, payment: Payment) -> None:
        """One payment's BPR02 is misstated by a known amount."""
        if (
            "unbalanced_payment" not in self.told
            and payment.day >= self.from_day
            and payment.amount > self.misstatement
        ):
            payment.misstated = self.misstatement
            self.told["unbalanced_payment"] = {"trace": payment.trace_number, "off_cents": self.misstatement}

    def repeats(self, payment: Payment) -> list[Payment]:
        """What comes again beside this payment in the same file: an earlier payment, or one claim of an earlier one."""
        again = [self._repeated_payment(payment), self._repeated_claim(payment)]
        return [each for each in again if each]

    def _repeated_payment(self, payment: Payment) -> Payment | None:
        waiting = self._payment_to_repeat
        if waiting and waiting.payer is payment.payer and "repeated_payment" not in self.told:
            self.told["repeated_payment"] = {"trace": waiting.trace_number, "claims": len(waiting.settlements)}
            return waiting
        if not waiting and payment.day >= self.from_day and payment.settlements and not payment.misstated:
            self._payment_to_repeat = payment
        return None

    def _repeated_claim(self, payment: Payment) -> Payment | None:
        waiting = self._claim_to_repeat
        if waiting and waiting.payer is payment.payer and "repeated_claim" not in self.told:
            account = waiting.settlements[0].account
            self.told["repeated_claim"] = {"trace": waiting.trace_number, "account": account, "claims": 1}
            return waiting
        if (
            not waiting
            and payment.day >= self.from_day
            and payment is not self._payment_to_repeat
            and not payment.misstated
        ):
            denials = [each for each in payment.settlements if each.status == "4"]
            if denials and len(payment.settlements) > 1:
                self._claim_to_repeat = replace(payment, settlements=denials[:1], adjustments=[], misstated=0)
        return None

    def copy_name(self, name: str, payment: Payment) -> str | None:
        """The name under which this file is sent once more, byte for byte, or None."""
        if "resent_file" in self.told or payment.day < self.from_day or len(payment.settlements) < 2:
            return None
        copy = f"demo_835_resent_{compact(payment.day)}.835"
        self.told["resent_file"] = {"file": name, "copy": copy}
        return copy


def _is_odd_payer(story: Story) -> bool:
    return bool({"no_lines", "claim_adjustment", "paper"} & story.payer.habits) or story.sequence != "primary"


def _swap(settlement: Settlement, carc: str, change: Callable[[Adjustment], list[Adjustment]]) -> bool:
    """The first adjustment with this CARC is changed; True where something became different."""
    for ruling in settlement.rulings:
        for place, item in enumerate(ruling.adjustments):
            if item[1] == carc:
                new = change(item)
                ruling.adjustments[place : place + 1] = new
                return new != [item]
    return False
