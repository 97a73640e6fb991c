"""The ledger's events as things with names: changes, decisions, alert rules, answers, findings, baselines.

Each class is one subject as it stands. `record` writes one; a later one with the same identifier is its new version,
and `withdraw` takes it back, which is an event of its own. What was taken back is not among the results.
"""

import datetime
import re
import secrets
from decimal import Decimal
from typing import NamedTuple, TypeVar

from pipelines.errors import UsageError
from pipelines.ledger import Event, Ledger
from pipelines.ledger_kinds import SETTINGS
from pipelines.register_change import Change
from pipelines.register_types import AlertRaised, AlertRule, Answer, Baseline, Decision, Finding, Thing

__all__ = ["AlertRaised", "AlertRule", "Answer", "Baseline", "Change", "Decision", "Finding", "Setting", "Thing"]

Kept = TypeVar("Kept", Change, Decision, AlertRule, AlertRaised, Answer, Finding, Baseline)
LONGEST_SLUG = 24


class Setting(NamedTuple):
    """A number that people may choose: its value, where it comes from, and whether it is ours."""

    name: str
    value: Decimal
    source: str
    is_default: bool


DEFAULTS = {
    "rework_cost": (
        "25.00",
        "assumed for a practice; published: $10-25 (MGMA, practices) to $57 (Premier, hospitals)",
    ),
    "clinician_minute_cost": ("2.50", "assumed; set your own"),
    "small_cell_minimum": ("11", "counts from 1 to 10 are suppressed, as CMS does in what it publishes"),
}


def record(ledger: Ledger, thing: Thing, who: str | None = None) -> int:
    """The thing stands in the ledger as it is now; the result is the event's number. UsageError says what is wrong."""
    return ledger.append(thing.kind, thing.subject, thing.body(), who)


def withdraw(ledger: Ledger, thing: Thing, who: str | None = None) -> int:
    """The thing does not stand any more; what was said about it stays in its history."""
    return ledger.append(thing.kind, thing.subject, {}, who)


def _standing(ledger: Ledger, wanted: type[Kept]) -> list[Kept]:
    """What stands of one kind, in the order in which it was first said."""
    versions: dict[str, list[Event]] = {}
    withdrawn: dict[str, bool] = {}
    for event in ledger.events(wanted.kind):
        withdrawn[event.subject] = not event.body
        if event.body:
            versions.setdefault(event.subject, []).append(event)
    return [wanted.of(found) for subject, found in versions.items() if not withdrawn[subject]]


def changes(ledger: Ledger) -> list[Change]:
    """The documentation changes that stand, in the order of their go-lives."""
    return sorted(_standing(ledger, Change), key=lambda change: (change.go_live, change.change_id))


def decisions(ledger: Ledger, quarter: str | None = None) -> list[Decision]:
    """The decisions that stand (of one quarter's huddle), in the order of quarters and then as they were said."""
    if quarter is not None:
        quarter_dates(quarter)
    found = [each for each in _standing(ledger, Decision) if quarter in (None, each.quarter)]
    return sorted(found, key=lambda decision: decision.quarter)


def alert_rules(ledger: Ledger) -> list[AlertRule]:
    """The alert rules that stand."""
    return _standing(ledger, AlertRule)


def alerts_raised(ledger: Ledger) -> list[AlertRaised]:
    """The alerts that were told, oldest first."""
    return _standing(ledger, AlertRaised)


def survey(ledger: Ledger) -> list[Answer]:
    """The answers of clinicians that stand, by month."""
    return sorted(_standing(ledger, Answer), key=lambda answer: answer.month)


def findings(ledger: Ledger) -> list[Finding]:
    """The audit findings that stand, by the day on which they were found."""
    return sorted(_standing(ledger, Finding), key=lambda finding: finding.found)


def baselines(ledger: Ledger) -> list[Baseline]:
    """The frozen baselines that stand."""
    return _standing(ledger, Baseline)


def setting(ledger: Ledger, name: str) -> Setting:
    """A setting as people chose it, else ours; UsageError for a name that is none."""
    if name not in SETTINGS:
        raise UsageError(f"{name}: no such setting; there are {', '.join(SETTINGS)}")
    last = ledger.history("setting", name)[-1:]
    if last and last[0].body:
        return Setting(name, Decimal(last[0].body["value"]), last[0].body["source"], False)
    value, source = DEFAULTS[name]
    return Setting(name, Decimal(value), source, True)


def history(ledger: Ledger, kind: str, subject: str) -> list[Event]:
    """Every event about one subject, oldest first, those that took something back included."""
    return ledger.history(kind, subject)


def new_id(text: str) -> str:
    """An identifier that nobody else has: the text's first words, safe in an address, and four hexadecimal digits."""
    slug = re.sub(r"[^a-z0-9]+", "-", text.lower())[:LONGEST_SLUG].strip("-") or "entry"
    return f"{slug}-{secrets.token_hex(2)}"


def quarter_of(day: datetime.date) -> str:
    """The quarter of a day, as 2026Q3."""
    return f"{day.year}Q{(day.month + 2) // 3}"


def quarter_dates(quarter: str) -> tuple[datetime.date, datetime.date]:
    """The first and the last day of a quarter; UsageError for what is none."""
    if not re.fullmatch(r"[12]\d{3}Q[1-4]", quarter, re.ASCII):
        raise UsageError(f"{quarter}: not a quarter, wanted one such as 2026Q3")
    year, month = int(quarter[:4]), int(quarter[5]) * 3 - 2
    after = datetime.date(year + month // 10, (month + 2) % 12 + 1, 1)
    return datetime.date(year, month, 1), after - datetime.timedelta(days=1)
