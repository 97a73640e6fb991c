"""The denial rate by month with its limits, as the pack draws it; hidden months are gaps."""

import dataclasses
import datetime
from collections.abc import Sequence
from typing import Any

from pipelines import words
from pipelines.control_chart import RULES, Mark
from pipelines.huddle.facts import Facts, Figure
from pipelines.huddle.goals import Goal
from pipelines.huddle.period import Period
from pipelines.huddle.suppress import Derived, Hidden, Key
from pipelines.huddle.tables import Table, columns
from pipelines.ledger import Ledger
from pipelines.measure import Scope
from pipelines.months import first_of, last_of
from pipelines.trend import Trend, trend
from pipelines.trend_baseline import frozen

MONTHS = 18
KPI = "denial_rate"
WITHHELD_LIMITS = "mean and limits are withheld, as they would tell of a withheld month"
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
    baseline: tuple[Key, ...]  # what the limits were learnt from, and would tell of
    goal: Goal | None
    go_lives: tuple[tuple[datetime.date, str], ...]


def drawn(facts: Facts, period: Period, goal: Goal | None, ledger: Ledger) -> Drawn:
    """The denial rate of the months up to the period's end, its limits learnt from what the ledger says."""
    start = first_of(period.last, MONTHS - 1)
    scope = Scope(date_from=start, date_to=period.last)
    held = frozen(ledger, KPI, scope)
    lives = tuple((one.day, one.title) for one in held.changes if start <= one.day <= period.last)
    whole = trend(facts.connection, KPI, Scope(), *held.held)
    figures, learnt = _figures(facts, scope, [mark.month for mark in whole.chart.marks if mark.is_baseline])
    found = dataclasses.replace(whole, scope=scope, chart=whole.chart.within(start, period.last))
    return Drawn(found, figures, learnt, goal, tuple(sorted(lives)))


def _figures(
    facts: Facts, scope: Scope, baseline: Sequence[datetime.date]
) -> tuple[dict[datetime.date, Figure], tuple[Key, ...]]:
    """The figures of the months shown and of those that the limits rest on, and the keys of the latter."""
    months = [month for month in (scope.date_from, scope.date_to, *baseline) if month]
    last = last_of(max(months))
    figures = facts.by(KPI, "month", Scope(date_from=min(months), date_to=last))
    learnt = [key for month in baseline if month in figures for key in figures[month].value.of]
    return figures, tuple(learnt)


def chart(one: Drawn, hidden: Hidden) -> dict[str, Any]:
    """Everything that the chart draws, in words where it has words."""
    centre = hidden.visible(Derived(one.found.chart.centre, one.baseline))
    lives = [{"month": day.replace(day=1), "day": day, "title": title} for day, title in one.go_lives]
    return {
        "title": one.found.said[:1].upper() + one.found.said[1:],
        "points": points(one, hidden),
        "centre": centre,
        "centre_words": "" if centre is None else f"mean {words.rate(centre)}",
        "limits_note": WITHHELD_LIMITS if centre is None and one.found.chart.centre is not None else "",
        "target": None if one.goal is None else float(one.goal.value),
        "target_words": "" if one.goal is None else f"target {words.rate(one.goal.value)}",
        "go_lives": lives,
        "status": one.found.chart.status,
    }


def _limit(one: Drawn, mark: Mark, value: float | None) -> Derived:
    """A limit would tell of the baseline's months, and of how many were adjudicated in its own."""
    figure = one.figures.get(mark.month)
    return Derived(value, one.baseline + (figure.value.of[1:] if figure else ()))


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
                "lower": hidden.visible(_limit(one, mark, mark.lower)),
                "upper": hidden.visible(_limit(one, mark, mark.upper)),
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
            limits = (_limit(one, mark, mark.lower), _limit(one, mark, mark.upper))
            said = mark.unsettled or words.listed([RULES[signal] for signal in mark.signals])
            rows.append((mark.month, figure.numerator, figure.denominator, figure.value, *limits, said))
    return Table("Trend", one.found.said, COLUMNS, tuple(rows), "Denial rate by claims, by remittance month").shown(
        hidden
    )
