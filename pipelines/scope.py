"""What a measure is restricted to, and how that is said in SQL."""

import dataclasses
import datetime
from collections.abc import Sequence
from typing import Any

from pipelines.errors import UsageError
from pipelines.kpis import CLOCKS, DIMENSIONS, MISSING_DIMENSIONS, SCOPES, column_of, is_by_submission
from pipelines.months import first_of

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

    def conditions(self, fact: str, with_reasons: bool, by_month: bool = False) -> tuple[str, list[Any]]:
        """The WHERE clause for a fact ('' where nothing is restricted) and its parameters, in order.

        `by_month` takes the whole months that the dates touch.
        """
        parts = self._parts(fact, with_reasons, by_month)
        text = " and ".join(condition for _, condition, _ in parts)
        return (f" where {text}" if text else ""), [value for _, _, values in parts for value in values]

    def columns(self, fact: str, with_reasons: bool, by_month: bool = False) -> set[str]:
        """The columns that those conditions name."""
        return {column for column, _, _ in self._parts(fact, with_reasons, by_month)}

    def _parts(self, fact: str, with_reasons: bool, by_month: bool) -> list[tuple[str, str, Sequence[Any]]]:
        """Each condition: its column, its SQL and its parameters."""
        parts: list[tuple[str, str, Sequence[Any]]] = []
        missing = MISSING_DIMENSIONS.get(fact, ())
        for field, dimension in FILTERS.items():
            chosen = getattr(self, field)
            if chosen and dimension not in missing and (with_reasons or not DIMENSIONS[dimension].is_reason):
                parts.append((dimension, f"{dimension} in ({', '.join('?' * len(chosen))})", chosen))
        day = column_of("month" if by_month else "payment_date", fact, self.clock)
        if is_by_submission(fact, self.clock):
            parts.append((day, f"{day} is not null", ()))
        for sign, date in ((">=", self.date_from), ("<=", self.date_to)):
            if date is not None:
                parts.append((day, f"{day} {sign} ?", (first_of(date) if by_month else date,)))
        if self.payer_sequence != "all" and "payer_sequence" not in missing:
            parts.append(("payer_sequence", "payer_sequence = ?", (self.payer_sequence,)))
        return parts

    @property
    def has_reasons(self) -> bool:
        """Something restricts what was denied, not what was adjudicated."""
        return bool(self.categories or self.root_causes)
