"""What a measure is restricted to, and how that is said in SQL."""

import dataclasses
import datetime
from typing import Any

from pipelines.errors import UsageError
from pipelines.kpis import CLOCKS, DIMENSIONS, MISSING_DIMENSIONS, SCOPES, column_of, is_by_submission

FILTERS = {  # field of Scope -> dimension
    "payers": "payer",
    "payer_classes": "payer_class",
    "providers": "provider",
    "places": "place_of_service",
    "procedures": "procedure",
    "categories": "category",
    "root_causes": "root_cause",
}
TURNS = ("primary", "secondary", "tertiary", "all")


@dataclasses.dataclass(frozen=True)
class Scope:
    """Dates from and to (both included), values of dimensions (empty: all), core or broad, whose turn, which clock."""

    date_from: datetime.date | None = None
    date_to: datetime.date | None = None
    payers: tuple[str, ...] = ()
    payer_classes: tuple[str, ...] = ()
    providers: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    procedures: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    root_causes: tuple[str, ...] = ()
    denial_scope: str = "core"
    payer_sequence: str = "primary"  # or secondary, tertiary, all
    clock: str = "remittance"  # or submission: what dates and months are those of

    def check(self) -> None:
        """Raise UsageError where a word is not one of those that can be meant."""
        if self.denial_scope not in SCOPES:
            raise UsageError(f"scope {self.denial_scope}: there are {', '.join(SCOPES)}")
        if self.payer_sequence not in TURNS:
            raise UsageError(f"payer's turn {self.payer_sequence}: there are {', '.join(TURNS)}")

        if self.clock not in CLOCKS:
            raise UsageError(f"clock {self.clock}: there are {', '.join(CLOCKS)}")

    def conditions(self, fact: str, with_reasons: bool) -> tuple[str, list[Any]]:
        """The WHERE clause for a fact ('' where nothing is restricted) and its parameters, in order."""
        parts: list[str] = []
        values: list[Any] = []
        for field, dimension in FILTERS.items():
            chosen = getattr(self, field)
            applies = dimension not in MISSING_DIMENSIONS.get(fact, ())
            if chosen and applies and (with_reasons or not DIMENSIONS[dimension].is_reason):
                parts.append(f"{dimension} in ({', '.join('?' * len(chosen))})")
                values.extend(chosen)
        day = column_of("payment_date", fact, self.clock)
        if is_by_submission(fact, self.clock):
            parts.append(f"{day} is not null")
        for sign, date in ((">=", self.date_from), ("<=", self.date_to)):
            if date is not None:
                parts.append(f"{day} {sign} ?")
                values.append(date)
        if self.payer_sequence != "all" and "payer_sequence" not in MISSING_DIMENSIONS.get(fact, ()):
            parts.append("payer_sequence = ?")
            values.append(self.payer_sequence)
        return (" where " + " and ".join(parts) if parts else ""), values

    @property
    def has_reasons(self) -> bool:
        """Something restricts what was denied, not what was adjudicated."""
        return bool(self.categories or self.root_causes)
