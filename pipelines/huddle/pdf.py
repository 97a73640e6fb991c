"""The pack on paper: what the template needs, as texts and the few numbers that its charts draw."""

import dataclasses
import datetime
from collections.abc import Collection
from typing import Any

from pipelines import words
from pipelines.huddle.focus import Focus
from pipelines.huddle.pack import Pack
from pipelines.huddle.samples import Sample
from pipelines.huddle.suppress import WITHHELD
from pipelines.huddle.tables import Table
from pipelines.huddle.typeset import typeset

CARDS = ("Denial rate", "M-code ratio", "Days to resubmission", "Denied and open", "Overturned")


def pack_pdf(pack: Pack, made_on: datetime.date | None = None) -> bytes:
    """The pack as a tagged PDF on US Letter; `made_on` is the day that it says it was made."""
    day = made_on or datetime.date.today()
    return typeset("pack", pack_data(pack, day), day)


def pack_data(pack: Pack, day: datetime.date) -> dict[str, Any]:
    """Everything that templates/pack.typ reads."""
    lives = [{**life, "said": words.day(life["day"])} for life in pack.trend["go_lives"]]
    trend = {**pack.trend, "go_lives": lives}
    return {
        "title": pack.title,
        "headline": pack.headline,
        "edition": pack.edition,
        "foot": " · ".join([pack.title, "internal" if pack.is_internal else "small numbers withheld", *_demo(pack)]),
        "is_demo": pack.is_demo,
        "is_internal": pack.is_internal,
        "made": [day.year, day.month, day.day],
        "basis": pack.basis,
        "summary": pack.summary,
        "cards": _cards(pack.scorecard),
        "trend": trend,
        "trend_alt": trend_alt(pack),
        "scorecard": table_data(pack.scorecard),
        "causes": table_data(pack.causes),
        "bars": _bars(pack.causes, pack.told_causes),
        "focus_words": pack.focus_words,
        "payers": [_focus(one) for one in pack.payers],
        "procedures": [_focus(one) for one in pack.procedures],
        **{name: table_data(getattr(pack, name)) for name in ("breaches", "moved", "policies", "changes")},
        "last_decisions": table_data(pack.last_decisions),
        "decisions": table_data(pack.decisions),
        "questions": pack.questions,
    }


def _demo(pack: Pack) -> list[str]:
    return ["demo data"] if pack.is_demo else []


def table_data(table: Table) -> dict[str, Any]:
    """A table as the template draws it: every cell a text."""
    return {
        "title": table.title,
        "subtitle": table.subtitle,
        "columns": [dataclasses.asdict(column) for column in table.columns],
        "rows": table.said(),
        "has_total": table.has_total,
        "empty": table.empty,
    }


def _cards(scorecard: Table) -> list[dict[str, str]]:
    """The few numbers of the first page, from the scorecard's rows."""
    found = []
    for said in scorecard.said():
        label, value, n, target, state, before, *_ = said
        if label in CARDS:
            beside = f"before {before}" if before != words.NONE else ""
            aim = f"target {target}{', too few to tell' if state == 'too few' else ''}" if target else ""
            told = {"label": label, "value": value, "n": "" if n == WITHHELD else n, "state": state, "target": aim}
            found.append({**told, "before": beside})
    return found


def _bars(causes: Table, told: Collection[str]) -> list[dict[str, Any]]:
    """The length of each bar as a share of the longest; None where the number is hidden."""
    dollars = [row[2] for row in causes.rows]
    shown = [float(one) for one in dollars[:-1] if one is not None and not isinstance(one, str)]
    most = max(shown, default=0.0) or 1.0
    return [
        {"share": None if isinstance(one, str) else float(one or 0) / most, "is_known": row[0] in told}
        for one, row in zip(dollars, causes.rows, strict=True)
    ]


def _focus(one: Focus) -> dict[str, Any]:
    return {
        "name": one.name,
        "headline": one.headline,
        "causes": table_data(one.causes),
        "others": table_data(one.others),
        "reasons": one.reasons,
        "samples": [sample_words(sample, one.dimension == "payer") for sample in one.samples],
        "samples_note": one.samples_note,
        "policies": one.policies,
        "checklist": one.checklist,
    }


def sample_words(sample: Sample, is_of_payer: bool = False) -> str:
    """A sample claim in one line; among those of one payer its name is not said again."""
    amount = f", {words.money(sample.amount)}" if sample.amount is not None else ""
    service = f"{words.month(sample.month)}, " if sample.month else ""
    diagnoses = f" for {sample.diagnoses}" if sample.diagnoses else ""
    payer = "" if is_of_payer else f"{sample.payer}, "
    where = f"{service}{payer}{sample.procedure}{diagnoses}{amount}"
    return f"{where}: {sample.reason} (known by: {sample.evidence}); {sample.state}"


def trend_alt(pack: Pack) -> str:
    """The chart in words, for who cannot see it."""
    known = [point for point in pack.trend["points"] if point["rate"] is not None]
    if not known:
        return f"Denial rate by month: {pack.trend['title']}"
    first, last = known[0], known[-1]
    said = f"from {words.rate(first['rate'])} in {first['label']} to {words.rate(last['rate'])} in {last['label']}"
    return f"Denial rate by month, {said}. {pack.trend['title']}."
