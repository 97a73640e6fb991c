"""The huddle's pack: everything on it, computed once from one build and the ledger, for paper, sheets and slides alike.

Every number is what the pages and `denials kpi` say for the same dates. What may not leave the dashboard is hidden over
the whole pack together; an internal pack shows it and says so.
"""

import dataclasses
import datetime
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from pipelines import words
from pipelines.huddle import behaviour as payer_behaviour
from pipelines.huddle import causes as root_causes
from pipelines.huddle import followup, policies, scorecard, summary, trend_chart
from pipelines.huddle.facts import Facts
from pipelines.huddle.focus import Focus, drafts, focus, focus_scope
from pipelines.huddle.goals import Goals
from pipelines.huddle.period import Period, quarter_period
from pipelines.huddle.suppress import Hidden
from pipelines.huddle.tables import Table
from pipelines.huddle.verdicts import Verdicts, verdicts
from pipelines.ledger import Ledger
from pipelines.measure import Scope
from pipelines.register import Change, changes, decisions, setting

if TYPE_CHECKING:
    import duckdb

SMALL = "small_cell_minimum"


@dataclasses.dataclass(frozen=True)
class Pack:
    """What every form of the pack shows, in this order."""

    period: Period
    title: str
    headline: str
    edition: str
    is_internal: bool
    is_demo: bool
    minimum: int
    basis: tuple[str, ...]  # clock, scope, data through
    summary: tuple[str, ...]
    scorecard: Table
    trend: dict[str, Any]  # what the chart draws
    trend_table: Table
    causes: Table
    told_causes: frozenset[str]  # labels of the causes that say why
    focus_words: str
    payers: tuple[Focus, ...]
    procedures: tuple[Focus, ...]
    breaches: Table
    moved: Table
    policies: Table
    last_decisions: Table
    changes: Table
    questions: tuple[str, ...]
    decisions: Table

    @property
    def tables(self) -> tuple[Table, ...]:
        """Every table, in the order of the pack."""
        own = [table for one in (*self.payers, *self.procedures) for table in (one.causes, one.others)]
        first = (self.scorecard, self.trend_table, self.causes, *own, self.breaches, self.moved)
        return (*first, self.policies, self.last_decisions, self.changes, self.decisions)


def pack(
    connection: "duckdb.DuckDBPyConnection",
    ledger: Ledger,
    quarter: str,
    lift_small_cells: bool = False,
    is_demo: bool = False,
) -> Pack:
    """The pack of a quarter such as 2026Q3; `lift_small_cells` makes the internal one. UsageError for no quarter."""
    period = quarter_period(connection, quarter)
    draft = _Draft(connection, ledger, period)
    hidden = draft.facts.hidden(0 if lift_small_cells else int(setting(ledger, SMALL).value))
    return dataclasses.replace(_shown(draft, hidden, lift_small_cells), is_demo=is_demo)


class _Draft:
    """Everything that is read for a pack, before it is known what may be shown."""

    def __init__(self, connection: "duckdb.DuckDBPyConnection", ledger: Ledger, period: Period) -> None:
        self.period, self.ledger = period, ledger
        self.facts = Facts(connection)
        self.changes: list[Change] = changes(ledger)
        goals = Goals(connection, ledger, period)
        self.scores = scorecard.scores(self.facts, period, goals, ledger)
        self.trend = trend_chart.drawn(self.facts, period, goals.of(trend_chart.KPI), ledger)
        self.causes = root_causes.known_causes(connection)
        self.scope: Scope = focus_scope(self.facts, period.scope, period.year)
        self.pareto = root_causes.pareto(self.facts, self.scope, self.causes)
        self.payers = drafts(self.facts, "payer", self.scope)
        self.procedures = drafts(self.facts, "procedure", self.scope)
        self.behaviour = payer_behaviour.behaviour(self.facts, period, ledger)
        self.judged: Verdicts = verdicts(connection, ledger, self.changes)
        self.last = decisions(ledger, period.name_before)
        self.now = decisions(ledger, period.name)
        self.policies = policies.Policies(ledger, period)

    @property
    def today(self) -> datetime.date:
        """The day to which the data reach: what is overdue is overdue on it."""
        return self.period.data_last or self.period.last


def _shown(draft: _Draft, hidden: Hidden, is_internal: bool) -> Pack:
    period, causes, judged = draft.period, draft.causes, draft.judged.shown(hidden)
    payers, procedures = (
        tuple(draft.policies.on(focus(draft.facts, one, hidden, is_internal, causes), causes) for one in found)
        for found in (draft.payers, draft.procedures)
    )
    return Pack(
        period=period,
        title=f"Denials huddle {period.name}",
        headline=summary.answer_first(draft.scores, period, hidden),
        edition=edition(is_internal, hidden.minimum),
        is_internal=is_internal,
        is_demo=False,
        minimum=hidden.minimum,
        basis=tuple(basis(period)),
        summary=tuple(_summary(draft, hidden, judged)),
        scorecard=scorecard.table(draft.scores, period, hidden),
        trend=trend_chart.chart(draft.trend, hidden),
        trend_table=trend_chart.table(draft.trend, hidden),
        causes=root_causes.table(draft.pareto, causes, hidden),
        told_causes=frozenset(cause.label for cause in causes.values() if cause.is_determined),
        focus_words=_focus_words(draft.scope, period, draft.pareto.is_necessity),
        payers=payers,
        procedures=procedures,
        breaches=payer_behaviour.breach_table(draft.behaviour, hidden, period),
        moved=payer_behaviour.moved_table(draft.behaviour, causes, hidden),
        policies=draft.policies.table(),
        last_decisions=followup.last_time(draft.last, judged.said, draft.today, period.name_before),
        changes=followup.changed(draft.changes, judged.said),
        questions=tuple(_questions(draft, hidden)),
        decisions=followup.entered(draft.now, period.name),
    )


def edition(is_internal: bool, minimum: int) -> str:
    """Who may have the pack."""
    if is_internal:
        return "Internal: small numbers are shown. Not to leave the practice."
    return f"Numbers from 1 to {minimum - 1} are withheld, and what would give them away."


def basis(period: Period) -> list[str]:
    """What all numbers are of."""
    if period.data_last is None:
        return ["There is no decision of a payer in this store."]
    said = [
        f"By remittance: what payers first decided {period.span}, primary payers, core denials.",
        f"Data through {words.day(period.data_last)}.",
    ]
    if period.is_open:
        said.append(f"{period.words[:1].upper()}{period.words[1:]} is not over in these data.")
    return said


def _focus_words(scope: Scope, period: Period, is_necessity: bool) -> str:
    what = "dollars denied for medical necessity (tiers A and B)" if is_necessity else "denied dollars"
    said = f"Ranked by {what}, denied {words.period(scope.date_from, scope.date_to)}."
    return said if scope == period.scope else f"{said} The quarter alone is too small to look into one by one."


def _summary(draft: _Draft, hidden: Hidden, judged: Verdicts) -> Sequence[str]:
    said = summary.sentences(draft.scores, draft.pareto, draft.behaviour, draft.causes, hidden)
    if draft.last:
        said.append(followup.last_time(draft.last, {}, draft.today, draft.period.name_before).title + ".")
    titles = {change.change_id: change.title for change in draft.changes}
    return said + [f"{titles[one]}: {judged.said[one]}" for one in judged.judged]


def _questions(draft: _Draft, hidden: Hidden) -> list[str]:
    overdue = [one for one in draft.last if one.is_overdue(draft.today)]
    pairs = draft.policies.missing(draft.payers, draft.procedures)
    return summary.questions(draft.scores, draft.behaviour, overdue, draft.judged.waiting, pairs, hidden)
