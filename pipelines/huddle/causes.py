"""Why services were found not necessary: root causes by dollars, the largest first, those that say nothing last."""

import dataclasses
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

from pipelines import words
from pipelines.huddle.facts import Facts, Figure
from pipelines.huddle.focus import NECESSITY, NECESSITY_DOLLARS
from pipelines.huddle.suppress import Hidden
from pipelines.huddle.tables import Table, columns
from pipelines.measure import Scope, answer

if TYPE_CHECKING:
    import duckdb

NOTHING, NONE_NAMED = "Nothing was denied in this period", "No cause can be named"
COLUMNS = columns(
    ("Root cause", "text", 3.0),
    ("Lines", "count", 0.8),
    ("Dollars", "money", 1.0),
    ("Share", "share", 0.9),
    ("Who can mend it", "text", 1.6),
)


class Cause(NamedTuple):
    """What we know of a root cause."""

    label: str
    is_determined: bool
    remedy: str
    owner: str


@dataclasses.dataclass(frozen=True)
class Pareto:
    """The causes of a period, and all of them together; of necessity denials unless there are none."""

    scope: Scope
    is_necessity: bool
    all_lines: Figure
    all_dollars: Figure
    parts: tuple[tuple[str, Figure, Figure], ...]  # root cause, lines, dollars


def known_causes(connection: "duckdb.DuckDBPyConnection") -> dict[str, Cause]:
    """Every root cause by its key."""
    rows = answer(connection, "select root_cause, label, is_determined, remedy, owner from ref_root_cause", [])
    return {key: Cause(*row) for key, *row in rows}


def pareto(facts: Facts, scope: Scope, causes: dict[str, Cause]) -> Pareto:
    """Denials for necessity (extended: tiers A and B) by root cause; without any, all core denials."""
    is_necessity = facts.figure(NECESSITY, scope).numerator.value > 0
    kpis = (NECESSITY, NECESSITY_DOLLARS) if is_necessity else ("denied_lines", "denied_amount")
    lines, dollars = (facts.by(kpi, "root_cause", scope) for kpi in kpis)
    found = [(str(key), lines[key], dollars[key]) for key in lines if key in dollars and lines[key].numerator.value]
    found.sort(key=lambda one: (not _is_determined(one[0], causes), -Decimal(one[2].amount.value), one[0]))
    return Pareto(scope, is_necessity, facts.figure(kpis[0], scope), facts.figure(kpis[1], scope), tuple(found))


def _is_determined(key: str, causes: dict[str, Cause]) -> bool:
    return key in causes and causes[key].is_determined


def table(found: Pareto, causes: dict[str, Cause], hidden: Hidden) -> Table:
    """The causes with their total; the title says which few make up more than half."""
    total = Decimal(found.all_dollars.amount.value or 0)
    rows: list[tuple[Any, ...]] = []
    for key, lines, dollars in found.parts:
        cause = causes.get(key, Cause(words.named(key), False, "", ""))
        share = None if not total else Decimal(dollars.amount.value) / total
        share_cell = dataclasses.replace(dollars.amount, value=share)
        rows.append((cause.label, lines.numerator, dollars.amount, share_cell, cause.owner))
    if rows:
        whole = dataclasses.replace(found.all_dollars.amount, value=Decimal(1))
        rows.append(("All", found.all_lines.numerator, found.all_dollars.amount, whole, ""))
    return Table(
        "Root causes",
        title(found, causes, hidden),
        COLUMNS,
        tuple(rows),
        f"Denied dollars by root cause, {what(found)}, primary payers, denied {span(found.scope)}",
        has_total=True,
        empty=NOTHING,
    ).shown(hidden)


def what(found: Pareto) -> str:
    """Which denials the Pareto is of."""
    return "medical necessity (tiers A and B)" if found.is_necessity else "all core denials"


def span(scope: Scope) -> str:
    """The scope's days."""
    return words.period(scope.date_from, scope.date_to)


def title(found: Pareto, causes: dict[str, Cause], hidden: Hidden) -> str:
    """What the Pareto says: the few determined causes that make up half of the dollars."""
    total = float(found.all_dollars.amount.value or 0)
    if not total:
        return NOTHING
    named, reached = [], 0.0
    for key, _, dollars in found.parts:
        if not _is_determined(key, causes) or hidden.has(dollars.amount) or reached / total >= 0.5:
            break
        named.append(causes[key].label)
        reached += float(dollars.amount.value)
    if not named:
        return NONE_NAMED
    of = "dollars denied for medical necessity" if found.is_necessity else "denied dollars"
    verb = "make" if len(named) > 1 else "makes"
    return f"{words.listed(named)} {verb} up {words.rate(reached / total)} of {of}"
