"""The two numbers of the scorecard that no file holds: how many clinicians are satisfied, and open critical findings.

Both come from the ledger; their targets are in target.csv under the names of the two constants.
"""

import datetime
from decimal import Decimal
from typing import NamedTuple

from pipelines.ledger import Ledger
from pipelines.register import findings, quarter_of, survey

SATISFACTION, CRITICAL_FINDINGS = "clinician_satisfaction", "critical_audit_findings"
SATISFIED_FROM = 4  # of 5: the two best answers


class Satisfaction(NamedTuple):
    """The answers of one period: how many were satisfied ones, of how many."""

    period: str  # 2026-09 or 2026Q3
    satisfied_count: int
    answer_count: int

    @property
    def share(self) -> Decimal | None:
        """The share of satisfied answers, to twelve places; None without an answer."""
        if not self.answer_count:
            return None
        return (Decimal(self.satisfied_count) / self.answer_count).quantize(Decimal("1E-12"))


def satisfaction(ledger: Ledger, by: str = "quarter", question: str | None = None) -> list[Satisfaction]:
    """One row per month or quarter with an answer (to this question), oldest first."""
    counts: dict[str, list[int]] = {}
    for answer in survey(ledger):
        if question in (None, answer.question):
            period = f"{answer.month:%Y-%m}" if by == "month" else quarter_of(answer.month)
            counts.setdefault(period, []).append(answer.score >= SATISFIED_FROM)
    return [Satisfaction(period, sum(found), len(found)) for period, found in sorted(counts.items())]


def satisfaction_in(ledger: Ledger, period: str) -> Satisfaction:
    """The answers of one month (2026-09) or quarter (2026Q3); none where nobody answered."""
    found = satisfaction(ledger, "quarter" if "Q" in period else "month")
    return next((each for each in found if each.period == period), Satisfaction(period, 0, 0))


def open_critical_findings(ledger: Ledger, day: datetime.date) -> int:
    """How many critical audit findings were open at the end of the day."""
    return sum(finding.severity == "critical" and finding.is_open(day) for finding in findings(ledger))
