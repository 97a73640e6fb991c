"""The smaller classes of register.py: one subject of the ledger each, to and from the body of its event.

Dates are dates, months the first day of a month, money and rates Decimal; lists are tuples, so that all can be keys.
"""

import dataclasses
import datetime
import json
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, ClassVar, Self

from pipelines.ledger import Event
from pipelines.register_change import Change, Names, day_or_none, month_date, plain


@dataclasses.dataclass(frozen=True)
class Decision:
    """What a huddle decided: who does it, until when, and what came of it."""

    kind: ClassVar[str] = "decision_made"

    decision_id: str
    quarter: str  # of the huddle, such as 2026Q3
    text: str
    owner: str
    due: datetime.date
    change_id: str = ""
    status: str = "open"  # or done, dropped
    result: str = ""
    decided_at: str = ""  # of the first version: UTC, ISO
    said_at: str = ""  # of the version that stands
    said_by: str = ""

    @property
    def subject(self) -> str:
        """What its events are about."""
        return self.decision_id

    def is_overdue(self, today: datetime.date) -> bool:
        """It is open and its day has passed."""
        return self.status == "open" and self.due < today

    def body(self) -> dict[str, Any]:
        """The body of its event."""
        names = ("quarter", "text", "owner", "due", "change_id", "status", "result")
        return {name: plain(getattr(self, name)) for name in names}

    @classmethod
    def of(cls, versions: Sequence[Event]) -> Self:
        """The decision as the last of its versions says."""
        event = versions[-1]
        given = event.body | {"due": datetime.date.fromisoformat(event.body["due"])}
        return cls(event.subject, **given, decided_at=versions[0].at, said_at=event.at, said_by=event.who)


@dataclasses.dataclass(frozen=True)
class AlertRule:
    """A number that is watched in a cell, against its control limits or a target (None: the KPI's own)."""

    kind: ClassVar[str] = "alert_rule"

    rule_id: str
    kpi: str
    cell: tuple[tuple[str, str], ...]  # dimension and value, in the order of dimensions; empty: everything
    by: str  # limit or target
    owner: str
    target: Decimal | None = None
    emails: Names = ()
    denial_scope: str = "core"
    clock: str = "remittance"
    said_at: str = ""
    said_by: str = ""

    @property
    def subject(self) -> str:
        """What its events are about."""
        return self.rule_id

    def body(self) -> dict[str, Any]:
        """The body of its event."""
        names = ("kpi", "by", "owner", "denial_scope", "clock")
        given: dict[str, Any] = {name: getattr(self, name) for name in names}
        target = "" if self.target is None else f"{self.target:f}"
        return given | {"cell": dict(self.cell), "target": target, "emails": list(self.emails)}

    @classmethod
    def of(cls, versions: Sequence[Event]) -> Self:
        """The rule as the last of its versions says."""
        event = versions[-1]
        given: dict[str, Any] = dict(event.body)
        given["cell"] = tuple(sorted(given["cell"].items()))
        given["target"] = Decimal(str(given["target"])) if given.get("target", "") != "" else None
        given["emails"] = tuple(given.get("emails", ()))
        return cls(event.subject, **given, said_at=event.at, said_by=event.who)


@dataclasses.dataclass(frozen=True)
class AlertRaised:
    """What was told about one run beyond a limit or target; no run is told twice."""

    kind: ClassVar[str] = "alert_raised"

    alert_key: str  # rule_id|first month of the run
    rule_id: str
    since: datetime.date  # first of the month in which the run began
    build: str  # stem of the build that showed it
    told: str
    sent_to: Names = ()
    until: datetime.date | None = None  # first of the newest month of the run when it was told
    said_at: str = ""

    @property
    def subject(self) -> str:
        """What its events are about."""
        return self.alert_key

    def body(self) -> dict[str, Any]:
        """The body of its event."""
        given = {name: getattr(self, name) for name in ("rule_id", "build", "told")}
        until = {"until": f"{self.until:%Y-%m}"} if self.until else {}
        return given | until | {"since": f"{self.since:%Y-%m}", "sent_to": list(self.sent_to)}

    @classmethod
    def of(cls, versions: Sequence[Event]) -> Self:
        """The alert as the last of its versions says."""
        event = versions[-1]
        months = {name: month_date(event.body[name]) for name in ("since", "until") if name in event.body}
        given = event.body | months | {"sent_to": tuple(event.body.get("sent_to", ()))}
        return cls(event.subject, **given, said_at=event.at)


@dataclasses.dataclass(frozen=True)
class Answer:
    """One clinician's answer to one question of the survey of a month, from 1 (bad) to 5 (good)."""

    kind: ClassVar[str] = "survey_answered"

    survey_id: str
    month: datetime.date  # first of the month
    question: str
    score: int
    role: str = ""
    said_at: str = ""

    @property
    def subject(self) -> str:
        """What its events are about."""
        return self.survey_id

    def body(self) -> dict[str, Any]:
        """The body of its event."""
        return {"month": f"{self.month:%Y-%m}", "question": self.question, "score": self.score, "role": self.role}

    @classmethod
    def of(cls, versions: Sequence[Event]) -> Self:
        """The answer as the last of its versions says."""
        event = versions[-1]
        return cls(event.subject, **(event.body | {"month": month_date(event.body["month"])}), said_at=event.at)


@dataclasses.dataclass(frozen=True)
class Finding:
    """What an audit of coding or privacy found, and whether it is settled."""

    kind: ClassVar[str] = "audit_finding"

    finding_id: str
    found: datetime.date
    severity: str  # critical, major or minor
    text: str
    owner: str
    status: str = "open"  # or closed
    closed: datetime.date | None = None
    said_at: str = ""
    said_by: str = ""

    @property
    def subject(self) -> str:
        """What its events are about."""
        return self.finding_id

    def is_open(self, day: datetime.date) -> bool:
        """It was found by the end of this day and not closed by then."""
        return self.found <= day and (self.closed is None or self.closed > day)

    def body(self) -> dict[str, Any]:
        """The body of its event."""
        names = ("found", "severity", "text", "owner", "status")
        given = {name: plain(getattr(self, name)) for name in names}
        return given | {"closed": self.closed.isoformat() if self.closed else ""}

    @classmethod
    def of(cls, versions: Sequence[Event]) -> Self:
        """The finding as the last of its versions says."""
        event = versions[-1]
        days = {
            "found": datetime.date.fromisoformat(event.body["found"]),
            "closed": day_or_none(event.body.get("closed")),
        }
        return cls(event.subject, **(event.body | days), said_at=event.at, said_by=event.who)


@dataclasses.dataclass(frozen=True)
class Baseline:
    """The months from which a cell's control limits, and the mix that its trend is held at, are taken."""

    kind: ClassVar[str] = "baseline_set"

    kpi: str
    cell: tuple[tuple[str, str], ...]  # dimension and value, in the order of dimensions; empty: everything
    first: datetime.date  # first of the first month
    last: datetime.date  # first of the last month
    reason: str
    said_at: str = ""
    said_by: str = ""

    @property
    def subject(self) -> str:
        """What its events are about: the KPI and its cell."""
        return f"{self.kpi}|{json.dumps(dict(sorted(self.cell)), ensure_ascii=False)}"

    def body(self) -> dict[str, Any]:
        """The body of its event."""
        return {"from": f"{self.first:%Y-%m}", "to": f"{self.last:%Y-%m}", "reason": self.reason}

    @classmethod
    def of(cls, versions: Sequence[Event]) -> Self:
        """The baseline as the last of its versions says."""
        event = versions[-1]
        kpi, _, cell = event.subject.partition("|")
        pairs = tuple(sorted(json.loads(cell or "{}").items()))
        months = month_date(event.body["from"]), month_date(event.body["to"])
        return cls(kpi, pairs, *months, event.body["reason"], event.at, event.who)


Thing = Change | Decision | AlertRule | AlertRaised | Answer | Finding | Baseline
