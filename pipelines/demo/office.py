"""Two years in the practice's office, day by day: visits, batches out, answers and remits in, the log kept.

Only what still lies in the future is held in memory: files are written as their day comes, so time and space grow
in step with the number of claims.
"""

import shutil
from collections import Counter, defaultdict
from pathlib import Path

from pipelines.demo.calendar import Span, compact, is_workday
from pipelines.demo.chance import Chance
from pipelines.demo.claims import Desk
from pipelines.demo.events import Story
from pipelines.demo.lives import Lives
from pipelines.demo.log_book import LogBook
from pipelines.demo.mailroom import CLAIMS_PER_TRANSACTION, Mailroom
from pipelines.demo.mishaps import Mishaps
from pipelines.demo.parameters import Parameters, load_denial_kinds
from pipelines.demo.plants import Plants
from pipelines.demo.practice import Payer, Practice
from pipelines.demo.remittance_writer import Payment, remittance_body
from pipelines.demo.reviewer import Reviewer
from pipelines.demo.rulings import Adjudicator, Settlement
from pipelines.demo.stories import Storyteller
from pipelines.demo.truth import Judge, Truth
from pipelines.demo.x12_writer import interchange

PARTS, FILES = 100, 10_000  # numbers set aside for each piece: payments of a payer's day, files


class Office:
    """Runs the days and writes the files; afterwards `truth`, `plants` and `totals` say what was done."""

    def __init__(
        self,
        folder: Path,
        practice: Practice,
        parameters: Parameters,
        span: Span,
        claims: int,
        seed: int,
        piece: int = 0,
    ) -> None:
        self.folder, self.practice, self.span, self.claims = folder, practice, span, claims
        chance = Chance(seed)
        kinds = load_denial_kinds(practice.key)
        self.reviewer = Reviewer(practice.key, parameters, kinds, span, chance)
        mishaps = Mishaps(practice, parameters, span, Chance(seed + 2))
        adjudicator = Adjudicator(practice, parameters, chance)
        self.teller = Storyteller(practice, parameters, span, self.reviewer, adjudicator, mishaps)
        self.desk = Desk(practice, parameters, span, claims, chance, piece)
        judge = Judge(kinds)
        self.truth = Truth(span, judge, self.reviewer.changes, self.reviewer.policy)
        self.lives = Lives(span, judge)
        self.plants = Plants(span, parameters)
        self.payers = (*practice.payers, practice.secondary_payer)
        self.remits: dict[tuple[str, int], list[Settlement]] = defaultdict(list)
        self.recoupments: dict[str, list[tuple[int, str, int]]] = defaultdict(list)
        self.carried: dict[str, tuple[str, int]] = {}
        self.totals: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self.book = LogBook(folder, span, parameters.numbers("work"), Chance(seed + 1), self.totals)
        self.mailroom = Mailroom(practice, self._write, piece)
        self.part, self.control = piece * PARTS, piece * FILES

    def run(self) -> None:
        """Every day of the span is lived, then the logs are written."""
        span = self.span
        workdays = [day for day in range(span.first, span.last + 1) if is_workday(day)]
        quota = {day: -(-self.claims * (place + 1) // len(workdays)) for place, day in enumerate(workdays)}
        month = 0
        for day in range(span.first, span.last + 1):
            while month + 1 < span.months and day >= self.desk.starts[month]:
                month += 1
            for _ in range(quota.get(day, self.desk.made) - self.desk.made):
                for story in self.teller.stories(self.desk.claim(day, month)):
                    self._receive(story)
            for payer in self.payers:
                self._pay(payer, day)
            if day % 7 == 5 or day == span.last:
                self.mailroom.send(day)
            if compact(day).endswith("1231"):
                self.book.close_year(compact(day)[:4])
        self.book.close()

    def _receive(self, story: Story) -> None:
        """The story's events are put where their days will find them."""
        self.plants.in_story(story)
        if story.lead and story.sequence == "primary" and story.steps and story.steps[0].day <= self.span.last:
            self.book.log(story)
        self.truth.story(story)
        self.lives.story(story)
        for sent in story.sent:
            if sent.day <= self.span.last and sent.is_exported:
                self.book.exported.append(sent)
            elif sent.day <= self.span.last:
                self.mailroom.post(sent)
        if "paper" not in story.payer.habits:
            for step in story.steps:
                if step.day <= self.span.last:
                    self.remits[story.payer.key, step.day].append(step.settlement)
        if story.recoupment:
            day, cents = story.recoupment
            self.recoupments[story.payer.key].append((day, story.steps[0].settlement.control_number, cents))

    def _pay(self, payer: Payer, day: int) -> None:
        settlements = self.remits.pop((payer.key, day), [])
        if not settlements:
            return
        parts = range(0, len(settlements), CLAIMS_PER_TRANSACTION)
        payments = [
            Payment(payer, day, settlements[start : start + CLAIMS_PER_TRANSACTION], part=number)
            for number, start in enumerate(parts, self.part + 1)
        ]
        for payment in payments:
            self._adjust(payment)
        self.plants.in_payment(payments[0])
        repeats = self.plants.repeats(payments[0])
        for payment in payments:
            self._count(self.totals["remits_counted"], payment)
        for payment in (*payments, *repeats):
            self._count(self.totals["remits_as_sent"], payment)
        name = f"demo_835_{payer.key}_{compact(day)}.835"
        self._write("835", name, day, [remittance_body(self.practice, each) for each in (*payments, *repeats)])
        copy = self.plants.copy_name(name, payments[0])
        if copy:
            shutil.copyfile(self.folder / name, self.folder / copy)
            self.totals["files"]["resent_copies"] += 1

    def _adjust(self, payment: Payment) -> None:
        """Interest, recoupments and carried balances become PLB; a payment is never negative."""
        key = payment.payer.key
        payment.adjustments += [
            ("L6", each.control_number, -each.interest) for each in payment.settlements if each.interest
        ]
        if key in self.carried:
            reference, cents = self.carried.pop(key)
            payment.adjustments.append(("FB", reference, cents))
        waiting = []
        for due in self.recoupments[key]:
            if due[0] <= payment.day and due[2] <= payment.amount:
                payment.adjustments.append(("WO", due[1], due[2]))
                self.lives.recouped(due[1], due[2], payment.trace_number)
            else:
                waiting.append(due)
        self.recoupments[key] = waiting
        if payment.amount < 0:
            self.carried[key] = (payment.trace_number, -payment.amount)
            payment.adjustments.append(("FB", payment.trace_number, payment.amount))

    def _count(self, counts: Counter[str], payment: Payment) -> None:
        counts["transactions"] += 1
        counts["payment_cents"] += payment.amount
        counts["claim_paid_cents"] += sum(each.paid for each in payment.settlements)
        counts["provider_adjustment_cents"] += sum(item[2] for item in payment.adjustments)
        counts["claims"] += len(payment.settlements)
        counts["reversals"] += sum(each.status == "22" for each in payment.settlements)
        counts["lines"] += sum(len(each.rulings) for each in payment.settlements if "no_lines" not in each.payer.habits)
        counts["interest_cents"] += sum(each.interest for each in payment.settlements)
        for reason, _, cents in payment.adjustments:
            counts[f"plb_{reason}"] += 1
            counts[f"plb_{reason}_cents"] += cents

    def _write(self, kind: str, name: str, day: int, bodies: list[list[str]]) -> int:
        """The file lies in the folder; returned is its control number."""
        self.control += 1
        (self.folder / name).write_bytes(interchange(kind, day, self.control, bodies))
        self.totals["files"][kind] += 1
        return self.control
