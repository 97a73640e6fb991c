"""A procedure's playbook as a sheet to print: PDF by the template `playbook`, small counts withheld unless lifted."""

import datetime
from collections.abc import Sequence
from typing import Any

from pipelines import playbook, policy_words, words
from pipelines.huddle.suppress import MINIMUM, Count, Derived, Hidden, Sum, hidden_keys
from pipelines.huddle.typeset import typeset
from pipelines.playbook import PayerPart
from pipelines.playbook_history import History, Part

MOST_CAUSES, MOST_PAYERS = 6, 6
DENIED, PAID, OF = "denied", "not denied", "of"


def sheet(
    procedure: str,
    held: Sequence[PayerPart],
    past: History | None,
    today: datetime.date,
    minimum: int = MINIMUM,
    is_demo: bool = False,
) -> bytes:
    """The PDF; counts below `minimum` are withheld, none where it is 1. The same input gives the same bytes."""
    told = {**data(procedure, held, past, today, minimum), "is_demo": is_demo}
    return typeset("playbook", told, made_on=today)


def data(
    procedure: str, held: Sequence[PayerPart], past: History | None, today: datetime.date, minimum: int = MINIMUM
) -> dict[str, Any]:
    """What the template shows: texts alone, so that nothing is reckoned there."""
    items = playbook.items(procedure)
    return {
        "procedure": procedure,
        "title": playbook.named(procedure),
        "made_on": words.day(today),
        "owner": words.listed(playbook.owners(held)) or "not named",
        "items": [{"topic": playbook.TOPICS[one.topic], "text": one.text, "why": one.why} for one in items],
        "payers": [_payer(part) for part in held],
        "history": _history(past, minimum) if past and past.total.of else None,
    }


def _payer(part: PayerPart) -> dict[str, Any]:
    policy = part.policy
    return {
        "payer": policy.payer,
        "reference": policy.named,
        "in_force": policy_words.in_force(policy),
        "owner": policy.owner,
        "points": [[name, text] for name, text in part.wants],
        "checklist": list(part.checklist),
    }


def _history(past: History, minimum: int) -> dict[str, Any]:
    """Counts and rates as texts; of those that are too small, and what would give them away, the mark alone."""
    hidden = _hidden(past, minimum)
    more = len(past.causes) - MOST_CAUSES
    others = len(past.payers) - MOST_PAYERS
    notes = [f"{words.counted(more, 'more cause')}." if more > 0 else ""]
    notes += [f"{words.counted(others, 'more payer')}." if others > 0 else ""]
    notes += ["Withheld: too few, or would tell of too few." if hidden.keys else ""]
    return {
        "period": words.period(past.first_day, past.last_day),
        "total": _line(past.total, ("all", ""), hidden),
        "payers": [_line(part, ("payer", part.name), hidden) for part in past.payers[:MOST_PAYERS]],
        "causes": [_line(part, ("cause", part.name), hidden) for part in past.causes[:MOST_CAUSES]],
        "note": " ".join(filter(None, notes)),
    }


def _hidden(past: History, minimum: int) -> Hidden:
    """What may not be shown: payers and causes each add up to all, denied and not denied to adjudicated."""
    counts: dict[Any, int] = {}
    sums: list[Sum] = []
    for kind, parts in (("all", (past.total,)), ("payer", past.payers), ("cause", past.causes)):
        for part in parts:
            counts[(kind, part.name, DENIED)] = part.denied
            if part.of is not None:
                counts[(kind, part.name, OF)] = part.of
                counts[(kind, part.name, PAID)] = part.of - part.denied
                sums.append(Sum((kind, part.name, OF), ((kind, part.name, DENIED), (kind, part.name, PAID))))
    total = ("all", past.total.name, DENIED)
    for kind, parts in (("payer", past.payers), ("cause", past.causes)):
        if parts:
            sums.append(Sum(total, tuple((kind, part.name, DENIED) for part in parts)))
    return Hidden(hidden_keys(counts, sums, minimum), minimum)


def _line(part: Part, place: tuple[str, str], hidden: Hidden) -> dict[str, str]:
    kind = place[0]
    denied, of = (kind, part.name, DENIED), (kind, part.name, OF)
    rate = words.rate(part.denied / part.of, part.of) if part.of else words.NONE
    return {
        "name": part.name,
        "denied": _said(Count(part.denied, denied), hidden),
        "of": words.NONE if part.of is None else _said(Count(part.of, of), hidden),
        "rate": str(hidden.shown(Derived(rate, (denied, of)))),
        "amount": str(hidden.shown(Derived(words.money(part.amount), (denied,)))),
    }


def _said(count: Count, hidden: Hidden) -> str:
    shown = hidden.shown(count)
    return shown if isinstance(shown, str) else words.count(shown)
