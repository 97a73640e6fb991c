"""What matters most: the payers and procedures with the most dollars denied for necessity, and why, one by one."""

import dataclasses
from decimal import Decimal
from typing import Any

from pipelines import words
from pipelines.huddle.facts import Facts, Figure, within
from pipelines.huddle.samples import Sample, labels, lines_of, reason, samples
from pipelines.huddle.suppress import Count, Hidden
from pipelines.huddle.tables import Table, columns
from pipelines.kpis import DIMENSIONS
from pipelines.measure import Scope

ENOUGH_LINES = 200  # denied lines of a quarter, from which on the quarter alone says enough
MOST = {"payer": 3, "procedure": 5}
OTHER = {"payer": "procedure", "procedure": "payer"}
OTHER_WORDS = {"payer": "payer", "procedure": "CPT/HCPCS"}
EVERY = {"payer": "all payers", "procedure": "all procedures"}
TOP, MOST_REASONS = 4, 3
NECESSITY, NECESSITY_DOLLARS = "m_code_ratio_extended", "m_code_ratio_extended_dollars"
OF_A_DRAFT = ("denial_rate_lines", "denied_lines", "denied_amount", NECESSITY, NECESSITY_DOLLARS)

Parts = tuple[tuple[str, Figure, Figure], ...]  # key, lines, dollars; the most dollars first


@dataclasses.dataclass(frozen=True)
class Reason:
    """A payer's own codes for a part of the denials: what it wrote and on how many lines."""

    said: str
    lines: Count


@dataclasses.dataclass(frozen=True)
class Draft:
    """One payer or procedure with all its figures, before it is known what may be shown."""

    dimension: str
    key: str
    name: str
    scope: Scope
    is_necessity: bool  # what follows is about necessity denials, else about all core denials
    rate: Figure
    everyone: Figure
    denied: Figure
    amount: Figure
    necessity: Figure
    necessity_amount: Figure
    causes: Parts  # by root cause
    others: Parts  # procedures of a payer, payers of a procedure
    named: dict[str, str]  # procedures
    reasons: tuple[Reason, ...]


@dataclasses.dataclass(frozen=True)
class Focus:
    """One payer or procedure as the pack shows it."""

    dimension: str
    key: str
    name: str
    headline: str
    causes: Table
    others: Table
    reasons: tuple[str, ...]
    samples: tuple[Sample, ...]
    samples_note: str  # why there are none
    cause: str  # the root cause that leads, '' where none is determined
    policies: tuple[str, ...] = ()
    checklist: tuple[str, ...] = ()


def focus_scope(facts: Facts, quarter: Scope, year: Scope) -> Scope:
    """The quarter, or the twelve months to its end where the quarter alone has too few denied lines to look into."""
    return quarter if facts.figure("denied_lines", quarter).numerator.value >= ENOUGH_LINES else year


def drafts(facts: Facts, dimension: str, scope: Scope) -> list[Draft]:
    """The payers or procedures with the most dollars denied for necessity; without any, with the most denied."""
    facts.ask((NECESSITY, NECESSITY_DOLLARS), (dimension,), scope)
    facts.by(NECESSITY, dimension, scope)  # first the lines: dollars rest on them, and need not count them again
    by_dollars = facts.by(NECESSITY_DOLLARS, dimension, scope)
    is_necessity = any(one.amount.value for one in by_dollars.values())
    if not is_necessity:
        by_dollars = facts.by("denied_amount", dimension, scope)
    ranked = sorted(by_dollars, key=lambda key: (-by_dollars[key].amount.value, str(key)))
    chosen = [key for key in ranked if by_dollars[key].amount.value and key != "(not given)"][: MOST[dimension]]
    named = labels(facts.connection, "procedure_label")
    everyone = facts.figure("denial_rate_lines", scope)
    return [_draft(facts, dimension, str(key), named, scope, everyone, is_necessity) for key in chosen]


def _draft(
    facts: Facts, dimension: str, key: str, named: dict[str, str], scope: Scope, everyone: Figure, is_necessity: bool
) -> Draft:
    own = within(scope, dimension, key)
    kpis = (NECESSITY, NECESSITY_DOLLARS) if is_necessity else ("denied_lines", "denied_amount")
    facts.ask(OF_A_DRAFT, (), own)
    causes = _parts(facts, kpis, "root_cause", own)
    return Draft(
        dimension=dimension,
        key=key,
        name=" ".join(filter(None, (key, named.get(key) if dimension == "procedure" else ""))),
        scope=own,
        is_necessity=is_necessity,
        rate=facts.figure("denial_rate_lines", own),
        everyone=everyone,
        denied=facts.figure("denied_lines", own),
        amount=facts.figure("denied_amount", own),
        necessity=facts.figure(NECESSITY, own),
        necessity_amount=facts.figure(NECESSITY_DOLLARS, own),
        causes=causes,
        others=_parts(facts, kpis, OTHER[dimension], own),
        named={code: f"{code} {label}" for code, label in named.items()} if dimension == "payer" else {},
        reasons=_reasons(facts, own, is_necessity, causes),
    )


def _parts(facts: Facts, kpis: tuple[str, str], dimension: str, scope: Scope) -> Parts:
    """Lines and dollars by a dimension, the most dollars first, what is nothing left out."""
    facts.ask(kpis, (dimension,), scope)
    lines, dollars = (facts.by(kpi, dimension, scope) for kpi in kpis)
    found = [(str(key), lines[key], dollars[key]) for key in lines if key in dollars and lines[key].numerator.value]
    return tuple(sorted(found, key=lambda one: (-Decimal(one[2].amount.value), one[0])))


def _reasons(facts: Facts, scope: Scope, is_necessity: bool, causes: Parts) -> tuple[Reason, ...]:
    """The payer's codes behind the denials, the commonest first; bound to the root cause that all their lines have."""
    rows = lines_of(
        facts.connection,
        scope,
        "group_code, carc, rarc, count(*), min(root_cause), count(distinct root_cause)",
        "group by group_code, carc, rarc order by 4 desc, 1, 2, 3",
        is_necessity,
    )
    codes, remarks = labels(facts.connection, "carc"), labels(facts.connection, "rarc")
    total = facts.figure(NECESSITY if is_necessity else "denied_lines", scope).numerator
    found = [
        Reason(
            reason(group, carc, rarc, codes, remarks), facts.count(n, "codes", scope, is_necessity, group, carc, rarc)
        )
        for group, carc, rarc, n, *_ in rows
    ]
    facts.adds_up(total, [one.lines for one in found])
    for cause, lines, _ in causes:
        own = [one.lines for one, row in zip(found, rows, strict=True) if row[4:] == (cause, 1)]
        facts.adds_up(lines.numerator, own)
    return tuple(found[:MOST_REASONS])


def focus(facts: Facts, draft: Draft, hidden: Hidden, is_internal: bool, causes: dict[str, Any]) -> Focus:
    """What the pack shows of it, once it is known what may be shown."""
    led = next((key for key, *_ in draft.causes if key in causes and causes[key].is_determined), "")
    shown, note = _samples(facts, draft, hidden, is_internal, led)
    named = {key: cause.label for key, cause in causes.items()}
    what = "necessity denials" if draft.is_necessity else "denials"
    other = OTHER[draft.dimension]
    by = DIMENSIONS[other].label
    return Focus(
        dimension=draft.dimension,
        key=draft.key,
        name=draft.name,
        headline=_headline(draft, hidden),
        causes=_table(f"{draft.key} causes", f"Why: {what} by root cause", "Root cause", draft.causes, named, hidden),
        others=_table(
            f"{draft.key} where", f"Where: {what} by {OTHER_WORDS[other]}", by, draft.others, draft.named, hidden
        ),
        reasons=tuple(_reason(one, hidden) for one in draft.reasons),
        samples=shown,
        samples_note=note,
        cause=led,
    )


def _reason(one: Reason, hidden: Hidden) -> str:
    return one.said if hidden.has(one.lines) else f"{one.said}: {words.counted(one.lines.value, 'line')}"


def _headline(draft: Draft, hidden: Hidden) -> str:
    """How much was denied, how that compares, and how much of it for necessity."""
    rate, everyone = hidden.visible(draft.rate.value), hidden.visible(draft.everyone.value)
    n = hidden.shown(draft.rate.denominator)
    denied = hidden.visible(draft.denied.numerator)
    said = "The number of denied lines is withheld" if denied is None else f"{words.counted(denied, 'line')} denied"
    dollars = hidden.visible(draft.amount.value)
    said += f", {words.money(dollars)}" if dollars is not None else ""
    if rate is not None and isinstance(n, int) and n >= words.TOO_FEW:
        said += f"; {words.rate(rate)} of {words.count(n)} adjudicated"
        said += f" ({EVERY[draft.dimension]} {words.rate(everyone)})" if everyone is not None else ""
    need, money = hidden.visible(draft.necessity.numerator), hidden.visible(draft.necessity_amount.amount)
    if draft.is_necessity:
        lines = "number withheld" if need is None else words.counted(need, "line")
        said += f". For necessity: {lines}" + (f", {words.money(money)}" if money is not None else "")
    return said + "."


def _table(
    name: str,
    title: str,
    first: str,
    parts: Parts,
    named: dict[str, str],
    hidden: Hidden,
) -> Table:
    rows = tuple((named.get(key, key), one.numerator, two.amount) for key, one, two in parts[:TOP])
    more = f"{len(parts) - TOP} more not shown" if len(parts) > TOP else ""
    if rows and all(hidden.has(one) and hidden.has(two) for _, one, two in rows):
        more = "; ".join(filter(None, ("most dollars first, no number may be shown", more)))
        return Table(name, title, columns((first, "text", 1.0)), tuple(row[:1] for row in rows), more)
    shape = columns((first, "text", 3.4), ("Lines", "count", 0.8), ("Dollars", "money", 1.0))
    return Table(name, title, shape, rows, more, empty="None").shown(hidden)


def _samples(
    facts: Facts, draft: Draft, hidden: Hidden, is_internal: bool, cause: str
) -> tuple[tuple[Sample, ...], str]:
    """Samples of the leading cause; of a group in which somebody could be known there are none outside the practice."""
    lines = next((figure.numerator for key, figure, _ in draft.causes if key == cause), draft.denied.numerator)
    if not is_internal and (hidden.has(lines) or lines.value < hidden.minimum):
        return (), f"Withheld: fewer than {hidden.minimum} such lines, or their number could be got."
    scope = dataclasses.replace(draft.scope, root_causes=(cause,)) if cause else draft.scope
    return samples(facts.connection, scope, draft.is_necessity, is_internal), ""
