"""What changed in payers' behaviour: months beyond a payer's own control limits, and what moved by more than chance."""

import dataclasses
import datetime
from collections.abc import Iterator, Mapping
from typing import Any

from pipelines import words
from pipelines.control_chart import RULES, Chart, Mark, p_chart
from pipelines.huddle.causes import Cause
from pipelines.huddle.facts import Facts, Figure
from pipelines.huddle.period import Period
from pipelines.huddle.suppress import Derived, Hidden, Key
from pipelines.huddle.tables import Table, columns
from pipelines.kpis import KPIS
from pipelines.ledger import Ledger
from pipelines.measure import Scope
from pipelines.movers import Mover, movers
from pipelines.trend import series
from pipelines.trend_baseline import frozen

WATCHED = ("denial_rate", "denial_rate_lines", "necessity_denial_rate")
MOST_MOVERS = 8
BREACHES = columns(
    ("Payer", "text", 2.6),
    ("Number", "text", 2.4),
    ("Month", "month", 1.0),
    ("Rate", "share", 0.8),
    ("n", "count", 0.7),
    ("Limits", "text", 1.6),
    ("What it broke", "text", 2.0),
)
MOVED = columns(
    ("Payer", "text", 2.6),
    ("Root cause", "text", 2.6),
    ("CPT/HCPCS", "text", 1.0),
    ("Lines before", "count", 1.0),
    ("Lines", "count", 0.8),
    ("Dollars before", "money", 1.1),
    ("Dollars", "money", 1.0),
)


@dataclasses.dataclass(frozen=True)
class Breach:
    """One payer's number in one month of the period, beyond its limits or in a run on one side."""

    payer: str
    kpi: str
    mark: Mark
    figure: Figure
    baseline: tuple[Key, ...]  # what its limits were learnt from, and would tell of


@dataclasses.dataclass(frozen=True)
class Behaviour:
    """What broke its limits, of how many payers looked at; how many have no limits yet; and what moved."""

    breaches: tuple[Breach, ...]
    looked_at: int
    without_limits: int
    moved: tuple[tuple[Mover, Any, Any, Any, Any], ...]  # with its cells: lines before, lines, dollars before, dollars
    cells_looked_at: int


def behaviour(facts: Facts, period: Period, ledger: Ledger) -> Behaviour:
    """Everything of the period that is out of the ordinary for its payer."""
    breaches: list[Breach] = []
    looked_at = without = 0
    for kpi in WATCHED:
        for payer, chart in _charts(facts, kpi, ledger):
            looked_at += chart.status != "none"
            without += chart.status == "none"
            learnt = _learnt(facts, kpi, payer, chart)
            shown = chart.within(period.first, period.last).marks
            breaches += [_breach(facts, kpi, payer, mark, learnt) for mark in shown if mark.signals]
    moved, cells = _moved(facts, period)
    order = sorted(breaches, key=lambda one: (one.kpi, one.payer, one.mark.month))
    return Behaviour(tuple(order), looked_at, without, moved, cells)


def _charts(facts: Facts, kpi: str, ledger: Ledger) -> Iterator[tuple[str, Chart]]:
    """Each payer with its chart, whose baseline is the payer's own, as on the page Trends."""
    for (payer,), points in sorted(series(facts.connection, kpi, ["payer"], Scope()).items(), key=str):
        held = frozen(ledger, kpi, Scope(payers=(str(payer),))).held
        yield str(payer), p_chart(points, *held)


def _learnt(facts: Facts, kpi: str, payer: str, chart: Chart) -> tuple[Key, ...]:
    """The counts that the limits rest on: all months of the baseline together."""
    marks = [mark for mark in chart.marks if mark.is_baseline]
    total = facts.count(sum(mark.denominator for mark in marks), "baseline of", kpi, payer)
    part = facts.count(sum(mark.numerator for mark in marks), "baseline", kpi, payer)
    facts.adds_up(total, [part])
    return total.key, part.key


def _breach(facts: Facts, kpi: str, payer: str, mark: Mark, baseline: tuple[Key, ...]) -> Breach:
    after = (mark.month + datetime.timedelta(days=32)).replace(day=1)
    scope = Period("", mark.month, after - datetime.timedelta(days=1), None, None).scope
    return Breach(payer, kpi, mark, facts.figure(kpi, dataclasses.replace(scope, payers=(payer,))), baseline)


def _moved(facts: Facts, period: Period) -> tuple[tuple[tuple[Mover, Any, Any, Any, Any], ...], int]:
    """What changed by more than chance explains against the quarter before, with the cells behind it."""
    if period.before is None:
        return (), 0
    found = movers(facts.connection, period.scope, period.before, ("payer", "root_cause", "procedure"))
    kept = []
    for one in [mover for mover in found if mover.is_signal][:MOST_MOVERS]:
        cells: list[Any] = []
        for kpi, scope in ((kpi, scope) for kpi in ("lines", "amount") for scope in (period.before, period.scope)):
            own = dataclasses.replace(
                scope,
                payers=(one.dimensions["payer"],),
                root_causes=(one.dimensions["root_cause"],),
                procedures=(one.dimensions["procedure"],),
            )
            figure = facts.figure(f"denied_{kpi}", own)
            cells.append(figure.numerator if kpi == "lines" else figure.amount)
        kept.append((one, *cells))
    return tuple(kept), max((one.looks for one in found), default=0)


def breach_table(found: Behaviour, hidden: Hidden, period: Period) -> Table:
    """The breaches of the period; the title counts them, the subtitle says of how many looks."""
    rows = tuple(
        (
            one.payer,
            KPIS[one.kpi].label,
            one.mark.month,
            one.figure.value,
            one.figure.denominator,
            Derived(
                f"{words.rate(one.mark.lower)} to {words.rate(one.mark.upper)}", one.figure.value.of + one.baseline
            ),
            words.listed([RULES[signal] for signal in one.mark.signals]),
        )
        for one in found.breaches
    )
    watched = "; ".join(KPIS[kpi].label for kpi in WATCHED)
    subtitle = f"Months of {period.words} against each payer's own limits ({watched}); "
    subtitle += words.counted(found.looked_at, "chart")
    if found.without_limits:
        subtitle += f"; {found.without_limits} more have no limits yet (12 settled months of 20 or more are needed)"
    return Table("Limits", breach_title(found), BREACHES, rows, subtitle, empty=breach_title(found)).shown(hidden)


def breach_title(found: Behaviour) -> str:
    """What the control charts say of the payers."""
    if not found.looked_at:
        return "No payer has control limits yet"
    if not found.breaches:
        return "No payer went beyond its own limits"
    payers = list(dict.fromkeys(one.payer for one in found.breaches))
    return f"{words.listed(payers)} went beyond {'its' if len(payers) == 1 else 'their'} own limits"


def moved_title(found: Behaviour, causes: Mapping[str, Cause]) -> str:
    """What moved by more than chance explains: the one cell by name, of several how many."""
    if not found.moved:
        return "Nothing moved by more than chance explains"
    if len(found.moved) > 1:
        return f"{len(found.moved)} groups of denials moved by more than chance explains"
    payer, cause, procedure = _named(found.moved[0][0], causes)
    return f"{cause} on {procedure} at {payer} moved by more than chance explains"


def _named(one: Mover, causes: Mapping[str, Cause]) -> tuple[str, str, str]:
    """Payer, root cause and procedure of a cell, as they are called."""
    payer, cause, procedure = (one.dimensions[name] for name in ("payer", "root_cause", "procedure"))
    return payer, causes[cause].label if cause in causes else words.named(cause), procedure


def moved_table(found: Behaviour, causes: Mapping[str, Cause], hidden: Hidden) -> Table:
    """What moved against the quarter before by more than chance explains."""
    rows = tuple((*_named(one, causes), *cells) for one, *cells in found.moved)
    said = moved_title(found, causes)
    subtitle = (
        "Denied lines against the quarter before, by payer, root cause and CPT;"
        f" {words.counted(found.cells_looked_at, 'cell')} looked at, and corrected for that"
    )
    return Table("Moved", said, MOVED, rows, subtitle, empty=said).shown(hidden)
