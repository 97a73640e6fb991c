"""The scorecard: each number that the huddle watches against its target and the quarter before."""

import dataclasses
from decimal import Decimal
from typing import Any

from pipelines import words
from pipelines.huddle.facts import Facts, Figure
from pipelines.huddle.goals import Goal, Goals
from pipelines.huddle.period import Period
from pipelines.huddle.suppress import Hidden
from pipelines.huddle.tables import As, Table, columns
from pipelines.intervals import difference
from pipelines.kpis import KPIS
from pipelines.ledger import Ledger
from pipelines.survey import CRITICAL_FINDINGS, SATISFACTION, open_critical_findings, satisfaction_in

SHOWN = (
    "denial_rate",
    "denial_rate_lines",
    "denial_rate_dollars",
    "m_code_ratio",
    "m_code_ratio_extended",
    "necessity_denial_rate",
    "days_to_resubmission",
    "never_resubmitted_share",
    "overturned_share",
    "denied_amount",
    "open_denied_amount",
    "first_pass_resolution_rate",
    "clean_claim_rate",
    "undetermined_share",
)
HEADLINES = ("denial_rate", "denial_rate_lines", "m_code_ratio", "denied_amount")
NESTED = (("m_code_ratio", "m_code_ratio_extended"), ("open_denied_amount", "denied_amount"))
RECENT = ("overturned_share", "never_resubmitted_share", "open_denied_amount")  # what was denied lately may yet change
COLUMNS = columns(
    ("Number", "text", 3.1),
    ("Now", "number", 1.0),
    ("n", "count", 0.7),
    ("Target", "number", 1.0),
    ("", "text", 1.0),
    ("Before", "number", 1.0),
    ("Change", "number", 1.4),
    ("", "text", 1.7),
)


@dataclasses.dataclass(frozen=True)
class Score:
    """One row: the number now and before, its goal, and whether the change is more than chance explains."""

    kpi: str
    label: str
    unit: str
    now: Figure | None
    before: Figure | None
    goal: Goal | None
    plain: Any = None  # of what no file holds: its value
    plain_before: Any = None
    n: int = 0  # of what no file holds


def scores(facts: Facts, period: Period, goals: Goals, ledger: Ledger) -> list[Score]:
    """Every row of the scorecard; a KPI of which there is nothing to count is left out."""
    found = []
    for kpi in SHOWN:
        now = facts.figure(kpi, period.scope)
        before = facts.figure(kpi, period.before) if period.before else None
        if now.n or (before and before.n):
            found.append(Score(kpi, KPIS[kpi].label, KPIS[kpi].unit, now, before, goals.of(kpi)))
            if kpi in HEADLINES:
                facts.keep(now)
                facts.keep(before)
    _nest(facts, found)
    return [*found, *_by_hand(period, goals, ledger)]


def _nest(facts: Facts, found: list[Score]) -> None:
    """What is among something else (strict among extended, open among denied) leaves a rest that could be got."""
    rows = {one.kpi: one for one in found}
    for part, whole in NESTED:
        if part in rows and whole in rows:
            for inner, outer in ((rows[part].now, rows[whole].now), (rows[part].before, rows[whole].before)):
                if inner and outer:
                    facts.adds_up(outer.numerator, [inner.numerator])


def _by_hand(period: Period, goals: Goals, ledger: Ledger) -> list[Score]:
    """What the ledger alone holds, where anybody wrote anything down."""
    found = []
    now, then = satisfaction_in(ledger, period.name), satisfaction_in(ledger, period.name_before)
    if now.answer_count or then.answer_count:
        aim = goals.of(SATISFACTION)
        shares = (now.share, then.share)
        found.append(Score(SATISFACTION, "Clinicians satisfied", "share", None, None, aim, *shares, n=now.answer_count))
    if ledger.current("audit_finding"):
        day = min(period.last, period.data_last or period.last)
        counts = open_critical_findings(ledger, day), open_critical_findings(ledger, period.first)
        aim = goals.of(CRITICAL_FINDINGS)
        found.append(Score(CRITICAL_FINDINGS, "Critical audit findings open", "count", None, None, aim, *counts))
    return found


def table(found: list[Score], period: Period, hidden: Hidden) -> Table:
    """The rows as they are printed; a number that may not be shown leaves its target and change open too."""
    before = f"{'no data for' if period.before is None else 'against'} the {period.unit} before"
    if period.before and period.is_open:
        before = f"against the same days before ({words.period(period.before.date_from, period.before.date_to)})"
    subtitle = f"Primary payers, core denials, by remittance, {period.span}; {before}"
    return Table("Scorecard", "Where we stand", COLUMNS, tuple(_row(one, hidden) for one in found), subtitle)


def _row(one: Score, hidden: Hidden) -> tuple[Any, ...]:
    now, before = _value(one.now, one.plain, hidden), _value(one.before, one.plain_before, hidden)
    n = hidden.shown(one.now.denominator or one.now.numerator) if one.now else one.n or None
    return (
        one.label,
        As(now, _kind(one.unit)),
        n,
        As(one.goal.value, _kind(one.unit), one.goal.said) if one.goal else "",
        "too few" if _too_few(one, n) and now is not None else _reached(one, now),
        As(before, _kind(one.unit)),
        _change(one, now, before),
        _noise(one, hidden),
    )


def _too_few(one: Score, n: Any) -> bool:
    return one.unit in ("share", "days") and isinstance(n, int) and n < words.TOO_FEW and one.now is not None


def _kind(unit: str) -> str:
    return {"share": "share", "amount": "money", "days": "days"}.get(unit, "count")


def _value(figure: Figure | None, plain: Any, hidden: Hidden) -> Any:
    return plain if figure is None else hidden.shown(figure.value)


def _reached(one: Score, value: Any) -> str:
    if one.goal is None or value is None or isinstance(value, str):
        return ""
    return "reached" if one.goal.is_met(value) else "missed"


def _change(one: Score, now: Any, before: Any) -> Any:
    if now is None or before is None or isinstance(now, str) or isinstance(before, str):
        return words.NONE
    change = Decimal(str(now)) - Decimal(str(before))
    said = words.difference(change, one.unit)
    kind = "points" if one.unit == "share" else _kind(one.unit)
    return As(change, kind, said if one.unit != "count" else said.replace("±0", "none"))


def _noise(one: Score, hidden: Hidden) -> str:
    """Whether the change of a counted share is more than chance explains."""
    if one.kpi in RECENT and one.now and one.before:
        return "may yet change"
    if not (one.now and one.before and one.unit == "share" and not one.kpi.endswith("_dollars")):
        return ""
    if hidden.has(one.now.value) or hidden.has(one.before.value):
        return ""
    parts = (one.now.numerator, one.now.denominator, one.before.numerator, one.before.denominator)
    low, high = difference(*(part.value if part else 0 for part in parts))
    return "within noise" if low <= 0 <= high else "more than noise"


def found_row(found: list[Score], kpi: str) -> Score | None:
    """The row of a KPI."""
    return next((one for one in found if one.kpi == kpi), None)
