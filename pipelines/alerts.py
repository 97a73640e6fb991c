"""Which watched numbers are beyond their limit or target now, since when, and whether anybody has been told.

A rule watches one share of things counted, in one cell, on one clock. It looks at whole, settled months only (trend.py
says which), so a month that is not over or is still adjudicating raises nothing.

- By limit: the newest judged month breaks a rule of the control chart on the bad side; for a KPI of which neither side
  is bad, on either. Limits are frozen where a change went live or a person froze them.
- By target: the 95 % interval of the newest judged month lies wholly on the wrong side of the target. A month above its
  target by chance is no alert; of months that truly meet it exactly, one in 40 still is.

A run is the stretch of such months up to the newest one. It is the same run as one that was told before if the two
overlap or no judged month lies between them: limits are learnt anew with each build, and may move a run's first month
without anything having happened.
"""

import dataclasses
import datetime
from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from pipelines import register, words
from pipelines.asking import table_with
from pipelines.control_chart import ABOVE, BELOW, SHIFT_ABOVE, SHIFT_BELOW, WORSE, Chart, Mark
from pipelines.errors import DenialboardError, UsageError
from pipelines.intervals import wilson
from pipelines.kpis import DIMENSIONS, KPIS
from pipelines.ledger import Ledger
from pipelines.measure import answer, known
from pipelines.register import AlertRaised, AlertRule
from pipelines.scope import FILTERS, Scope
from pipelines.trend import has_limits, trend
from pipelines.trend_baseline import frozen

if TYPE_CHECKING:
    import duckdb

BAD = WORSE | {"": (ABOVE, BELOW, SHIFT_ABOVE, SHIFT_BELOW)}
FIELDS = {  # dimension of a cell -> field of Scope; all that a page can be narrowed to, so that an alert can be opened
    dimension: field for field, dimension in FILTERS.items() if dimension != "payer_class"
}
BUILT_IN = tuple(  # what is watched until somebody sets a rule; shown, and told to nobody
    AlertRule(rule_id=f"built-in-{kpi}", kpi=kpi, cell=(), by="limit", owner="built in")
    for kpi in ("denial_rate", "necessity_denial_rate")
)


@dataclasses.dataclass(frozen=True)
class Alert:
    """One rule that is broken now: the run's months, its newest month as the chart has it, and what was told."""

    rule: AlertRule
    since: datetime.date  # first day of the first month of the run
    until: datetime.date  # first day of its newest month
    months: int  # judged ones in the run
    signals: tuple[str, ...]  # of control_chart.RULES, of the newest month; empty by target
    mark: Mark  # the newest judged month
    chart: Chart
    target: Decimal | None = None
    raised: AlertRaised | None = None

    @property
    def key(self) -> str:
        """What its events are about: the rule, and the month in which the run began when it was first told."""
        return self.raised.alert_key if self.raised else f"{self.rule.rule_id}|{self.since:%Y-%m}"

    @property
    def is_built_in(self) -> bool:
        """Nobody asked for it."""
        return self.rule in BUILT_IN

    @property
    def is_new(self) -> bool:
        """Nobody was told of this run yet."""
        return self.raised is None and not self.is_built_in

    @property
    def untold(self) -> tuple[str, ...]:
        """Addresses of the rule that have no e-mail about this run."""
        sent = self.raised.sent_to if self.raised else ()
        return tuple(address for address in self.rule.emails if address not in sent)


@dataclasses.dataclass(frozen=True)
class Watched:
    """One rule as it stands: its alert if it is broken; else what it was held against, or why it cannot be checked."""

    rule: AlertRule
    alert: Alert | None = None
    latest: Mark | None = None
    problem: str = ""

    @property
    def is_built_in(self) -> bool:
        """Nobody asked for it."""
        return self.rule in BUILT_IN


def check(connection: "duckdb.DuckDBPyConnection", ledger: Ledger) -> list[Alert]:
    """The rules that are broken in this build, those that nobody was told of first, then the longest runs."""
    found = [watched.alert for watched in watch(connection, ledger) if watched.alert]
    return sorted(found, key=lambda alert: (not alert.is_new, -alert.months, alert.rule.rule_id))


def watch(connection: "duckdb.DuckDBPyConnection", ledger: Ledger) -> list[Watched]:
    """Every rule with what it says of this build; the built-in ones where there are no others."""
    rules = register.alert_rules(ledger) or list(BUILT_IN)
    raised = register.alerts_raised(ledger)
    return [
        _watched(connection, ledger, rule, [one for one in raised if one.rule_id == rule.rule_id]) for rule in rules
    ]


def check_rule(connection: "duckdb.DuckDBPyConnection", ledger: Ledger, rule: AlertRule) -> None:
    """Raise UsageError where a rule could never be checked: KPI, dimension, value or target that is none."""
    if not has_limits(rule.kpi):
        shares = [name for name in KPIS if has_limits(name)]
        raise UsageError(f"{rule.kpi}: not a share of things counted; there are {', '.join(shares)}")
    for dimension, value in rule.cell:
        _check_value(connection, dimension, value)
        if DIMENSIONS[dimension].is_reason and KPIS[rule.kpi].better == "higher" and not KPIS[rule.kpi].splits_both:
            raise UsageError(f"{rule.kpi}: what was not denied has no {DIMENSIONS[dimension].label.lower()}")
    scope_of(rule).check()
    if rule.by == "target":
        _target(connection, ledger, rule)


def scope_of(rule: AlertRule) -> Scope:
    """What the rule's number is restricted to; UsageError for a dimension that a scope does not know."""
    fields = {known(FIELDS, dimension, "dimension of a rule"): (value,) for dimension, value in rule.cell}
    return Scope(**fields, denial_scope=rule.denial_scope, clock=rule.clock)  # type: ignore[arg-type]


def _check_value(connection: "duckdb.DuckDBPyConnection", dimension: str, value: str) -> None:
    known(FIELDS, dimension, "dimension of a rule")
    table = table_with(connection, "line_fact", (dimension,))
    rows = answer(connection, f"select distinct {dimension} from {table} order by 1", [])
    there = [str(found) for (found,) in rows if found is not None]
    if value not in there:
        more = f" and {len(there) - 20} more" if len(there) > 20 else ""
        label = DIMENSIONS[dimension].label
        raise UsageError(f"{value}: no such {label.lower()} in this build; there are {', '.join(there[:20])}{more}")


def _watched(
    connection: "duckdb.DuckDBPyConnection", ledger: Ledger, rule: AlertRule, raised: Sequence[AlertRaised]
) -> Watched:
    """The rule held against the build; what it cannot mean any more is said, and stops no other rule."""
    try:
        scope = scope_of(rule)
        held = frozen(ledger, rule.kpi, scope)
        found = trend(connection, rule.kpi, scope, *held.held)
        target = _target(connection, ledger, rule) if rule.by == "target" else None
    except DenialboardError as problem:
        return Watched(rule, problem=str(problem))
    chart, latest = found.chart, found.chart.latest
    if latest is None:
        few = f"no month of {words.TOO_FEW} or more is settled yet"
        return Watched(rule, problem=few if chart.marks else "nothing of it is in the data")
    if target is None and found.reason:
        return Watched(rule, None, latest, found.reason)
    run = _run(rule, chart, target)
    if not run:
        return Watched(rule, None, latest)
    bad = BAD[KPIS[rule.kpi].better]
    signals = () if target is not None else tuple(signal for signal in bad if signal in latest.signals)
    alert = Alert(rule, run[0].month, run[-1].month, len(run), signals, latest, chart, target)
    return Watched(rule, dataclasses.replace(alert, raised=_told_before(alert, raised)), latest)


def _run(rule: AlertRule, chart: Chart, target: Decimal | None) -> list[Mark]:
    """The judged months up to the newest that are all beyond limit or target; empty where the newest is not."""
    run: list[Mark] = []
    for mark in reversed([mark for mark in chart.marks if mark.is_judged]):
        if not (_misses(rule, mark, target) if target is not None else _breaks(rule, mark)):
            break
        run.insert(0, mark)
    return run


def _breaks(rule: AlertRule, mark: Mark) -> bool:
    return bool(set(BAD[KPIS[rule.kpi].better]) & set(mark.signals))


def _misses(rule: AlertRule, mark: Mark, target: Decimal) -> bool:
    """The month's interval lies wholly on the wrong side of the target."""
    low, high = wilson(mark.numerator, mark.denominator)
    return low > target if KPIS[rule.kpi].better == "lower" else high < target


def _target(connection: "duckdb.DuckDBPyConnection", ledger: Ledger, rule: AlertRule) -> Decimal:
    """The rule's own target, else the KPI's as people or the reference table set it; UsageError where there is none."""
    if not KPIS[rule.kpi].better:
        raise UsageError(f"{rule.kpi}: neither more nor less of it is better, so it has no target to miss")
    if rule.target is not None:
        return rule.target
    fixed = "select target, direction from ref_target where kpi = ? and target is not null"
    rows = answer(connection, fixed, [rule.kpi])
    if rows and rows[0][1] == "change_from_baseline":
        raise UsageError(f"{rule.kpi}: its target is a change from the first year; give the rule a target of its own")
    set_since = {event.subject: event.body["target"] for event in ledger.current("target_set")}
    if rule.kpi in set_since:
        return Decimal(str(set_since[rule.kpi]))
    if not rows:
        raise UsageError(f"{rule.kpi}: there is no target for it; give the rule one of its own")
    return Decimal(rows[0][0])


def _told_before(alert: Alert, raised: Sequence[AlertRaised]) -> AlertRaised | None:
    """The newest telling of this same run, if there is one."""
    judged = [mark.month for mark in alert.chart.marks if mark.is_judged]
    for told in sorted(raised, key=lambda one: one.since, reverse=True):
        last = told.until or told.since
        overlaps = told.since <= alert.until and last >= alert.since
        is_next = last < alert.since and not any(last < month < alert.since for month in judged)
        if overlaps or is_next:
            return told
    return None
