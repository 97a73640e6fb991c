"""Two years in the practice's office, day by day: visits, batches out, answers and remits in, the log kept.

Only what still lies in the future is held in memory: files are written as their day comes, so time and space grow
in step with the number of claims.
"""

from collections import Counter, defaultdict
from pathlib import Path

from pipelines.demo.calendar import Span, compact, is_workday, iso
from pipelines.demo.chance import Chance
from pipelines.demo.claim_writer import acknowledgement_body, claims_body
from pipelines.demo.claims import Desk, Line
from pipelines.demo.events import Sent, Story
from pipelines.demo.logs import Entry, ordered, write_csv_log, write_workbook_log
from pipelines.demo.parameters import DenialKind, Parameters, load_denial_kinds
from pipelines.demo.plants import Plants
from pipelines.demo.practice import Payer, Practice
from pipelines.demo.remittance_writer import Payment, remittance_body
from pipelines.demo.reviewer import Reviewer
from pipelines.demo.rulings import Adjudicator, Settlement
from pipelines.demo.stories import Storyteller
from pipelines.demo.truth import Judge, Truth
from pipelines.demo.x12_writer import interchange

CLAIMS_PER_TRANSACTION = 5000
WORKBOOK_MONTHS = 3


class Office:
    """Runs the days and writes the files; afterwards `truth`, `plants` and `totals` say what was done."""

    def __init__(
        self, folder: Path, practice: Practice, parameters: Parameters, span: Span, claims: int, seed: int
    ) -> None:
        self.folder, self.practice, self.span, self.claims = folder, practice, span, claims
        chance = Chance(seed)
        kinds = load_denial_kinds(practice.key)
        self.reviewer = Reviewer(practice.key, parameters, kinds, span, chance)
        self.teller = Storyteller(practice, parameters, span, self.reviewer, Adjudicator(practice, parameters, chance))
        self.desk = Desk(practice, parameters, span, claims, chance)
        self.truth = Truth(span, Judge(kinds), self.reviewer.changes, self.reviewer.policy)
        self.plants = Plants(span, parameters)
        self.work = parameters.numbers("work")
        self.log_chance = Chance(seed + 1)
        self.payers = (*practice.payers, practice.secondary_payer)
        self.remits: dict[tuple[str, int], list[Settlement]] = defaultdict(list)
        self.outbox: dict[int, list[Sent]] = defaultdict(list)
        self.recoupments: dict[str, list[tuple[int, str, int]]] = defaultdict(list)
        self.carried: dict[str, tuple[str, int]] = {}
        self.workbook_from = span.month_start(max(2, span.months - WORKBOOK_MONTHS + 1))
        self.log_years: dict[str, list[Entry]] = defaultdict(list)
        self.log_now: list[Entry] = []
        self.totals: dict[str, Counter[str]] = defaultdict(Counter)
        self.control = 0

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
                self._send(day)
            if compact(day).endswith("1231"):
                self._write_csv_log(compact(day)[:4])
        for year in sorted(self.log_years):
            self._write_csv_log(year)
        write_workbook_log(self.folder / "demo_denial_log_current.xlsx", ordered(self.log_now))
        self.totals["files"]["denial_log"] += 1

    def _receive(self, story: Story) -> None:
        """The story's events are put where their days will find them."""
        self.plants.in_story(story)
        self.truth.story(story)
        for sent in story.sent:
            if sent.day <= self.span.last:
                self.outbox[sent.day].append(sent)
        if "paper" not in story.payer.habits:
            for step in story.steps:
                if step.day <= self.span.last:
                    self.remits[story.payer.key, step.day].append(step.settlement)
        if story.recoupment:
            day, cents = story.recoupment
            self.recoupments[story.payer.key].append((day, story.steps[0].settlement.control_number, cents))
        if story.lead and story.sequence == "primary" and story.steps[0].day <= self.span.last:
            self._log(story)

    def _log(self, story: Story) -> None:
        """Most denied lines get into the practice's log; all of those that came on paper."""
        paper = "paper" in story.payer.habits
        for line, kind in zip(story.claim.lines, story.kinds, strict=True):
            if kind and (self.log_chance.happens(self.work[f"log_{kind.denial_scope}"]) or paper):
                entry = log_entry(story, line, kind, self.span.last)
                is_old = entry.denial_day < self.workbook_from
                (self.log_years[iso(entry.denial_day)[:4]] if is_old else self.log_now).append(entry)
                counts = self.totals["log"]
                counts["rows"] += 1
                counts["rows_on_paper_only"] += paper
                counts["cents_on_paper_only"] += line.charge * paper
                counts[f"rows_{kind.denial_scope}{'_on_paper_only' * paper}"] += 1

    def _pay(self, payer: Payer, day: int) -> None:
        settlements = self.remits.pop((payer.key, day), [])
        if not settlements:
            return
        parts = range(0, len(settlements), CLAIMS_PER_TRANSACTION)
        payments = [
            Payment(payer, day, settlements[start : start + CLAIMS_PER_TRANSACTION], part=number)
            for number, start in enumerate(parts, 1)
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
        text = self._write("835", name, day, [remittance_body(self.practice, each) for each in (*payments, *repeats)])
        copy = self.plants.copy_name(name, payments[0])
        if copy:
            (self.folder / copy).write_bytes(text)
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

    def _send(self, day: int) -> None:
        """The week's claims go out in one file, a transaction for each day, and the clearinghouse answers."""
        days = sorted(sent_day for sent_day in self.outbox if sent_day <= day)
        if not days:
            return
        claims, answers = [], []
        for sent_day in days:
            batch = self.outbox.pop(sent_day)
            for start in range(0, len(batch), CLAIMS_PER_TRANSACTION):
                part = batch[start : start + CLAIMS_PER_TRANSACTION]
                claims.append(claims_body(self.practice, sent_day, part))
                answers.append(acknowledgement_body(self.practice, sent_day, part))
        self._write("837", f"demo_837p_{compact(day)}.837", day, claims)
        self._write("277", f"demo_277ca_{compact(day)}.277", day, answers)

    def _write(self, kind: str, name: str, day: int, bodies: list[list[str]]) -> bytes:
        self.control += 1
        text = interchange(kind, day, self.control, bodies)
        (self.folder / name).write_bytes(text)
        self.totals["files"][kind] += 1
        return text

    def _write_csv_log(self, year: str) -> None:
        """A past year's log is closed: nothing can be added to it any more."""
        if year in self.log_years:
            write_csv_log(self.folder / f"demo_denial_log_{year}.csv", int(year), ordered(self.log_years.pop(year)))
            self.totals["files"]["denial_log"] += 1
            self.totals["log"]["rows_unusable"] += 2  # a note to self, and the total


def log_entry(story: Story, line: Line, kind: DenialKind, last: int) -> Entry:
    """The log's row for one denied line, as things stand on the last day."""
    first = story.steps[0]
    done = [step for step in story.steps[1:] if step.day <= last and step.role != "reversal"]
    places = (line.number, 0) if line.number == 1 else (line.number,)  # a claim without lines is told at its first line
    paid = [each.paid for step in done[-1:] for each in step.settlement.rulings if each.line.number in places]
    again = [sent.day for sent in story.sent if sent.frequency == "7" and sent.day <= last]
    appeals = [appeal for appeal in story.appeals if appeal.filed_day <= last]
    decided = [appeal for appeal in appeals if appeal.decided_day <= last]
    return Entry(
        claim=story.claim,
        line=line,
        kind=kind,
        denial_day=first.day,
        sent_day=next(sent.day for sent in story.sent if sent.is_accepted),
        last_bill_day=again[0] if again else 0,
        appeal_day=appeals[0].filed_day if appeals else 0,
        outcome=("Overturned" if decided[-1].is_overturned else "Upheld") if decided else "Pending" if appeals else "",
        recovered=sum(paid),
    )
