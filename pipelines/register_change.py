"""A documentation change as the ledger holds it, and how dates and money stand in the body of an event."""

import dataclasses
import datetime
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, ClassVar, Self

from pipelines.ledger import Event
from pipelines.ledger_fields import money
from pipelines.ledger_kinds import SCOPES

COMPARISON_SCOPES = tuple(f"comparison_{name}" for name in SCOPES)
Names = tuple[str, ...]


@dataclasses.dataclass(frozen=True)
class Change:
    """A documentation change: what was changed when, for whom, to reach what, compared with whom, at what cost.

    A scope that is empty means all. `spike_from` to `spike_to` are months kept out of the baseline.
    """

    kind: ClassVar[str] = "change_registered"

    change_id: str
    title: str
    what: str  # template, checklist, policy, training or other
    go_live: datetime.date
    owner: str
    description: str = ""
    wash_in_weeks: int = 4
    payers: Names = ()
    procedures: Names = ()
    providers: Names = ()
    places: Names = ()
    comparison: str = "other_providers"  # or other_procedures, chosen, none
    comparison_payers: Names = ()
    comparison_procedures: Names = ()
    comparison_providers: Names = ()
    comparison_places: Names = ()
    kpi: str = "necessity_denial_rate"
    root_cause: str = ""
    checklist_item: str = ""
    spike_from: datetime.date | None = None
    spike_to: datetime.date | None = None
    cost_amount: Decimal = Decimal("0.00")
    clinician_minutes: int = 0  # all minutes that were spent, once
    policy_reference: str = ""
    registered_at: str = ""  # of the version that stands: UTC, ISO
    registered_by: str = ""
    version_count: int = 1
    first_registered_at: str = ""

    @property
    def subject(self) -> str:
        """What its events are about."""
        return self.change_id

    @property
    def is_retrospective(self) -> bool:
        """It was first registered on or after its go-live, when its result could already be seen."""
        return self._is_late(self.first_registered_at)

    @property
    def is_edited_late(self) -> bool:
        """The version that stands was registered on or after go-live, and it is not the first."""
        return self.version_count > 1 and self._is_late(self.registered_at)

    def _is_late(self, at: str) -> bool:
        return bool(at) and datetime.date.fromisoformat(at[:10]) >= self.go_live

    def body(self) -> dict[str, Any]:
        """The body of its event."""
        fields = {field.name: plain(getattr(self, field.name)) for field in dataclasses.fields(self)}
        told = ("change_id", "registered_at", "registered_by", "version_count", "first_registered_at")
        return {name: value for name, value in fields.items() if name not in told}

    @classmethod
    def of(cls, versions: Sequence[Event]) -> Self:
        """The change as the last of its versions says; none of them takes it back."""
        event = versions[-1]
        given: dict[str, Any] = dict(event.body)
        given["go_live"] = datetime.date.fromisoformat(given["go_live"])
        given["cost_amount"] = money(given.get("cost_amount", ""))
        for name in ("spike_from", "spike_to"):
            given[name] = day_or_none(given.get(name))
        for name in (*SCOPES, *COMPARISON_SCOPES):
            given[name] = tuple(given.get(name, ()))
        return cls(
            change_id=event.subject,
            registered_at=event.at,
            registered_by=event.who,
            version_count=len(versions),
            first_registered_at=versions[0].at,
            **given,
        )


def month_date(text: str) -> datetime.date:
    """The first day of a month that is written CCYY-MM."""
    return datetime.date.fromisoformat(f"{text}-01")


def day_or_none(text: str | None) -> datetime.date | None:
    """The date of an ISO text; None where there is none."""
    return datetime.date.fromisoformat(text) if text else None


def plain(value: Any) -> Any:
    """The value as JSON holds it: dates ISO, money as text, tuples as lists."""
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value:f}"
    return list(value) if isinstance(value, tuple) else value
