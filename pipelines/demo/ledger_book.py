"""What the made-up practice decided, as the JSON lines that `denials ledger import` takes.

The two planted documentation changes are registered with their true scope before they go live; beside them stand the
decisions of two huddles, what is watched, what clinicians answered, what audits found, and what payers want. Times are
those of the story, so that the same seed writes the same bytes.
"""

import datetime
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

from pipelines.demo.calendar import Span
from pipelines.demo.chance import Chance, Wheel
from pipelines.demo.ledger_words import (
    CHANGES,
    DECISIONS,
    FINDINGS,
    NORTHFIELD,
    PLANTED_POLICY,
    POLICIES,
    QUESTIONS,
    ROLES,
    DecisionWords,
)
from pipelines.demo.practice import Practice
from pipelines.demo.reviewer import Change as Planted
from pipelines.demo.reviewer import PolicyChange
from pipelines.ledger import Said
from pipelines.ledger_lines import written
from pipelines.register import AlertRule, Answer, Change, Decision, Finding, Thing, quarter_dates, quarter_of

LEDGER = "demo_ledger.jsonl"
REGISTERED_BEFORE = 24  # days before go-live
HUDDLE_AFTER = 14  # days after a quarter's end
NOTICED_AFTER = 20  # days after a payer's new policy began
SURVEYS = 3  # quarters with a survey
SCORES = ((5, 0.22), (4, 0.38), (3, 0.22), (2, 0.12), (1, 0.06))


class LedgerBook:
    """Collects the events of one demo."""

    def __init__(
        self, practice: Practice, span: Span, changes: tuple[Planted, Planted], policy: PolicyChange, chance: Chance
    ) -> None:
        self.practice, self.changes, self.policy, self.chance = practice, changes, policy, chance
        self.first, self.last = (datetime.date.fromordinal(day) for day in (span.first, span.last))
        self.said: list[Said] = []

    def write(self, folder: Path) -> dict[str, Any]:
        """The file lies in the folder; returned is what is true about it."""
        for planted in self.changes:
            self._change(planted)
        self._decisions()
        self._rules()
        self._survey()
        self._findings()
        self._policies()
        self.said.sort(key=lambda event: event.at)  # what was said on one day keeps its order
        lines = [written(number, event) for number, event in enumerate(self.said, 1)]
        (folder / LEDGER).write_bytes("".join(f"{line}\n" for line in lines).encode())
        return {"events": len(lines), "changes": {change_id(planted): planted.name for planted in self.changes}}

    def _say(self, day: datetime.date, thing: Thing) -> None:
        self._tell(day, thing.kind, thing.subject, thing.body())

    def _tell(self, day: datetime.date, kind: str, subject: str, body: dict[str, Any]) -> None:
        self.said.append(Said(f"{day.isoformat()}T09:30:00.000000", "demo", kind, subject, body))

    def _change(self, planted: Planted) -> None:
        """The planted change with the scope that it really has: these procedures of this group's providers."""
        words = CHANGES[self.practice.key]["working" if planted is self.changes[0] else "idle"]
        go_live = datetime.date.fromordinal(planted.first_day)
        group = [each for each in self.practice.providers if each.group == planted.provider_group]
        change = Change(
            change_id=change_id(planted),
            title=words.title,
            what=words.what,
            go_live=go_live,
            owner=words.owner,
            description=words.description,
            procedures=planted.procedures,
            providers=tuple(f"{each.last_name}, {each.first_name}" for each in group),
            comparison="other_providers",
            checklist_item=words.checklist_item,
            cost_amount=Decimal(words.cost),
            clinician_minutes=words.minutes,
            policy_reference=words.reference,
        )
        self._say(go_live - datetime.timedelta(days=REGISTERED_BEFORE), change)

    def _quarter(self, quarters_ago: int) -> str:
        """The last whole quarter, or one so many before it."""
        day = self.last + datetime.timedelta(days=1)
        for _ in range(quarters_ago + 1):
            day = quarter_dates(quarter_of(day))[0] - datetime.timedelta(days=1)
        return quarter_of(day)

    def _decisions(self) -> None:
        """Each decision as the huddle made it, and what came of it where that was told."""
        for words in DECISIONS:
            quarter = self._quarter(words.quarters_ago)
            huddle = quarter_dates(quarter)[1] + datetime.timedelta(days=HUDDLE_AFTER)
            self._say(huddle, self._decision(words, quarter, huddle, "open", ""))
            if words.status != "open":
                told = huddle + datetime.timedelta(days=words.due_days)
                self._say(told, self._decision(words, quarter, huddle, words.status, words.result))

    def _decision(
        self, words: DecisionWords, quarter: str, huddle: datetime.date, status: str, result: str
    ) -> Decision:
        since = datetime.date.fromordinal(self.policy.first_day)
        planted = {"working": self.changes[0], "idle": self.changes[1]}.get(words.change)
        return Decision(
            decision_id=f"demo-{words.key}",
            quarter=quarter,
            text=words.text.format(policy=self.policy.procedure, policy_month=f"{since:%B %Y}"),
            owner=words.owner,
            due=huddle + datetime.timedelta(days=words.due_days),
            change_id=change_id(planted) if planted else "",
            status=status,
            result=result,
        )

    def _rules(self) -> None:
        """What is watched; nobody is mailed. The planted procedure alone would be too few lines a month to judge."""
        cell = (("payer", NORTHFIELD), ("root_cause", "missing_auth"))
        self._say(self.first, AlertRule("demo-denials", "denial_rate", (), "target", "Billing lead"))
        self._say(self.first, AlertRule("demo-necessity", "necessity_denial_rate", (), "limit", "Dr Example"))
        self._say(self.first, AlertRule("demo-northfield", "denial_rate_lines", cell, "limit", "Billing lead"))

    def _survey(self) -> None:
        """Every clinician answers every question in the last month of some quarters, a little better each time."""
        for turn, quarters_ago in enumerate(range(SURVEYS - 1, -1, -1)):
            end = quarter_dates(self._quarter(quarters_ago))[1]
            for number, (who, question) in enumerate(self._asked(), 1):
                score = min(5, self.chance.draw(Wheel(SCORES)) + self.chance.happens(0.2 * turn))
                answer = f"demo-{end:%Y%m}-{number}"
                self._say(end, Answer(answer, end.replace(day=1), question, score, ROLES[who % len(ROLES)]))

    def _asked(self) -> Iterator[tuple[int, str]]:
        for who in range(len(self.practice.providers)):
            for question in QUESTIONS:
                yield who, question

    def _findings(self) -> None:
        for key, days_ago, severity, text, owner, days_open in FINDINGS:
            found = self.last - datetime.timedelta(days=days_ago)
            self._say(found, Finding(f"demo-{key}", found, severity, text, owner))
            if days_open is not None:
                closed = found + datetime.timedelta(days=days_open)
                self._say(closed, Finding(f"demo-{key}", found, severity, text, owner, "closed", closed))

    def _policies(self) -> None:
        """What payers want from the first day on, and Northfield's new policy as soon as somebody noticed it."""
        for key, words in POLICIES[self.practice.key].items():
            self._tell(self.first, "policy_set", f"demo-{key}", words | {"effective_from": self.first.isoformat()})
        since = datetime.date.fromordinal(self.policy.first_day)
        noticed = since + datetime.timedelta(days=NOTICED_AFTER)
        for day, begins, authorisation in ((self.first, self.first, "not required"), (noticed, since, "required")):
            body = PLANTED_POLICY[self.practice.key] | {
                "payer": NORTHFIELD,
                "procedures": [self.policy.procedure],
                "authorisation": authorisation,
                "reference_kind": "payer policy",
                "effective_from": begins.isoformat(),
                "owner": "Billing lead",
            }
            self._tell(day, "policy_set", f"demo-{self.policy.procedure}-northfield", body)


def change_id(planted: Planted) -> str:
    """The planted change's identifier in the ledger: the same for every seed."""
    return f"demo-{planted.name.removesuffix('_documentation_change')}"
