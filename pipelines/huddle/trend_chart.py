"""The denial rate by month with its limits, as the pack draws it; hidden months are gaps."""

import dataclasses
import datetime
from typing import Any

from pipelines import words
from pipelines.huddle.facts import Facts, Figure
from pipelines.huddle.goals import Goal
from pipelines.huddle.period import Period, shifted
from pipelines.huddle.suppress import Hidden
from pipelines.huddle.tables import Table, columns
from pipelines.ledger import Ledger
from pipelines.measure import Scope
from pipelines.trend import Trend, trend
from pipelines.trend_baseline import frozen

MONTHS = 18
KPI = "denial_rate"
COLUMNS = columns(
    ("Month", "month", 1.0),
    ("Denied", "count", 0.8),
    ("Adjudicated", "count", 1.0),
    ("Rate", "share", 0.8),
    ("Lower limit", "share", 0.9),
    ("Upper limit", "share", 0.9),
    ("Signal", "text", 1.6),
)


@dataclasses.dataclass(frozen=True)
class Drawn:
    """The months with their figures and limits, the target, and when documentation changes went live."""

    found: Trend
    figures: dict[datetime.date, Figure]
    goal: Goal | None
    go_lives: tuple[tuple[datetime.date, str], ...]


def drawn(facts: Facts, period: Period, goal: Goal | None, ledger: Ledger) -> Drawn:
    """The denial rate of the months up to the period's end, its limits learnt from what the ledger says."""
    start = shifted(period.last.replace(day=1), 1 - MONTHS)
    scope = Scope(date_from=start, date_to=period.last)
    figures = facts.by(KPI, "month", scope)
    own = [figure for month, figure in figures.items() if period.first <= month <= period.last]
    whole = facts.figure(KPI, period.scope)
    facts.adds_up(whole.numerator, [figure.numerator for figure in own])
    facts.adds_up(whole.denominator or whole.numerator, [one.denominator for one in own if one.denominator])
    held = frozen(ledger, KPI, scope)
    lives = tuple((one.day, one.title) for one in held.changes if start <= one.day <= period.last)
    return Drawn(trend(facts.connection, KPI, scope, *held.held), figures, goal, tuple(sorted(lives)))


def chart(one: Drawn, hidden: Hidden) -> dict[str, Any]:
    """Everything that the chart draws, in words where it has words."""
    lives = [{"month": day.replace(day=1), "day": day, "title": title} for day, title in one.go_lives]
    return {
        "title": one.found.said[:1].upper() + one.found.said[1:],
        "points": points(one, hidden),
        "centre": one.found.chart.centre,
        "centre_words": f"mean {words.rate(one.found.chart.centre)}",
        "target": None if one.goal is None else float(one.goal.value),
        "target_words": "" if one.goal is None else f"target {words.rate(one.goal.value)}",
        "go_lives": lives,
        "status": one.found.chart.status,
    }


def points(one: Drawn, hidden: Hidden) -> list[dict[str, Any]]:
    """What the chart draws by month: rate (None: hidden, or nothing to divide by), limits, n, and what is special."""
    found = []
    for mark in one.found.chart.marks:
        figure = one.figures.get(mark.month)
        rate = hidden.visible(figure.value) if figure else None
        found.append(
            {
                "month": mark.month,
                "label": words.month(mark.month),
                "rate": None if rate is None else float(rate),
                "n": hidden.visible(figure.denominator) if figure else None,
                "lower": mark.lower,
                "upper": mark.upper,
                "is_open": bool(mark.unsettled) or mark.is_few,
                "is_breach": bool({"above", "below"} & set(mark.signals)),
                "is_signal": bool(mark.signals),
            }
        )
    return found


def table(one: Drawn, hidden: Hidden) -> Table:
    """The same as a table, for the sheet."""
    rows = []
    for mark in one.found.chart.marks:
        figure = one.figures.get(mark.month)
        if figure:
            limits = (mark.lower, mark.upper, mark.unsettled or words.listed(list(mark.signals)) or "")
            rows.append((mark.month, figure.numerator, figure.denominator, figure.value, *limits))
    return Table("Trend", one.found.said, COLUMNS, tuple(rows), "Denial rate by claims, by remittance month").shown(
        hidden
    )
