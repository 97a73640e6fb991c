"""What a KPI should reach, as the pages show it: the ledger's word, else the project's own goal (target.csv)."""

import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from pipelines import words
from pipelines.huddle.period import Period
from pipelines.kpis import KPIS
from pipelines.ledger import Ledger
from pipelines.measure import Scope, answer, measure
from pipelines.months import first_of

if TYPE_CHECKING:
    import duckdb

BASELINE_MONTHS = 12
SIGNS = {"below": "<", "at_most": "≤", "at_least": "≥"}


class Goal(NamedTuple):
    """The value to reach in the KPI's own unit, on which side of it one wants to be, and how that is said."""

    value: Decimal
    direction: str  # below, at_most or at_least
    said: str

    def is_met(self, value: Decimal | int | float) -> bool:
        """Whether the value reaches it."""
        found = Decimal(str(value))
        if self.direction == "at_least":
            return found >= self.value
        return found < self.value if self.direction == "below" else found <= self.value


class Goals:
    """The goals of one build and ledger."""

    def __init__(self, connection: "duckdb.DuckDBPyConnection", ledger: Ledger, period: Period) -> None:
        self._connection, self._period = connection, period
        rows = answer(connection, "select kpi, target, direction from ref_target where target is not null", [])
        self._known = {kpi: (Decimal(str(target)), direction) for kpi, target, direction in rows}
        for event in ledger.current("target_set"):
            direction = self._known.get(event.subject, (0, "at_most"))[1]
            self._known[event.subject] = (Decimal(str(event.body["target"])), direction)

    def of(self, kpi: str) -> Goal | None:
        """The KPI's goal; a rate by lines or dollars has that of the rate by claims. None where there is none."""
        family = kpi.removesuffix("_dollars").removesuffix("_lines")
        if family not in self._known:
            return None
        value, direction = self._known[family]
        if direction == "change_from_baseline":
            return self._from_baseline(kpi, value)
        unit = KPIS[kpi].unit if kpi in KPIS else "count" if value == value.to_integral() else "share"
        return Goal(value, direction, f"{SIGNS.get(direction, '')} {words.amount(value, unit)}".strip())

    def _from_baseline(self, kpi: str, change: Decimal) -> Goal | None:
        """The value of the data's first twelve months, changed by so much; none while there are fewer months."""
        first, last = self._period.data_first, self._period.data_last
        if first is None or last is None or first_of(first, -BASELINE_MONTHS) > last.replace(day=1):
            return None
        end = first_of(first, -BASELINE_MONTHS) - datetime.timedelta(days=1)
        (base,) = measure(self._connection, [kpi], (), Scope(date_from=first.replace(day=1), date_to=end))
        if base.value is None:
            return None
        aim = Decimal(base.value) * (1 + change)
        return Goal(aim, "at_most", f"≤ {words.amount(aim, KPIS[kpi].unit)}")
