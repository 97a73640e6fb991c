"""The pack's first page in plain words, and the questions that the numbers leave open."""

import datetime
from collections.abc import Sequence
from typing import Any

from pipelines import words
from pipelines.huddle import behaviour as payers
from pipelines.huddle import causes as why
from pipelines.huddle.behaviour import Behaviour
from pipelines.huddle.causes import Cause, Pareto
from pipelines.huddle.facts import Figure
from pipelines.huddle.period import Period
from pipelines.huddle.scorecard import Score, found_row
from pipelines.huddle.suppress import Hidden
from pipelines.intervals import difference
from pipelines.register import Decision

MOST_QUESTIONS, MOST_MOVED = 10, 3


def answer_first(scores: Sequence[Score], period: Period, hidden: Hidden) -> str:
    """The one sentence above everything: how much was denied and where that stands against the target."""
    one = found_row(list(scores), "denial_rate")
    if period.is_empty:
        return f"No decision of {period.words} is in this store yet"
    if one is None or one.now is None or not one.now.n:
        lines = found_row(list(scores), "denied_amount")
        if lines and lines.now and lines.now.n:
            return f"No rate: the denials of {period.words} stand only in denial logs"
        return f"Nothing was adjudicated in {period.words}"
    if one.now.numerator.value == 0:
        return f"None of {words.counted(one.now.n, 'claim')} was denied in {period.words}"
    rate, n = hidden.visible(one.now.value), one.now.n
    if rate is None:
        return f"The denial rate of {period.words} is withheld, as it would tell of a small number"
    if n < words.TOO_FEW:
        return f"Too few claims in {period.words} to speak of a rate"
    said = f"{words.rate(rate)} of claims were denied at first in {period.words}"
    if one.goal is None:
        return said
    gap = float(rate) - float(one.goal.value)
    side = "over" if gap >= 0 else "under"
    return f"{said}, {words.points(abs(gap)).lstrip('+')} {side} the target of {words.rate(one.goal.value)}"


def sentences(
    scores: Sequence[Score], found: Pareto, moves: Behaviour, causes: dict[str, Cause], hidden: Hidden
) -> list[str]:
    """What the first page says, each sentence one number or name and where it stands."""
    rows = {one.kpi: one for one in scores}
    said = [
        _against(rows.get("denial_rate"), hidden),
        _necessity(rows.get("m_code_ratio"), rows.get("m_code_ratio_extended"), hidden),
        _reasons(found, causes, hidden),
        payers.breach_title(moves) + ".",
        payers.moved_title(moves, causes) + "." if moves.moved else "",
        _again(rows.get("days_to_resubmission"), rows.get("never_resubmitted_share"), hidden),
        _open(rows.get("open_denied_amount"), rows.get("denied_amount"), hidden),
    ]
    return [one for one in said if one]


def _reasons(found: Pareto, causes: dict[str, Cause], hidden: Hidden) -> str:
    said = why.title(found, causes, hidden)
    return "" if said in (why.NOTHING, why.NONE_NAMED) else f"{said} ({why.span(found.scope)})."


def _against(one: Score | None, hidden: Hidden) -> str:
    """This quarter beside the one before, and whether the change is more than noise."""
    now, before = _rate(one, hidden), _rate(one, hidden, is_before=True)
    if one is None or one.now is None or now is None:
        return ""
    said = f"{_parts(one.now, hidden)} claims were denied ({words.rate(now)})"
    if one.before is None or not one.before.n:
        return f"{said}; there is nothing to compare before."
    if before is None:
        return f"{said}; the period before has too few to be told."
    parts = [part.value if part else 0 for figure in (one.now, one.before) for part in figure[2:4]]
    low, high = difference(*parts)
    sure = "within what chance explains" if low <= 0 <= high else "more than chance explains"
    return f"{said}, after {words.rate(before)} in the period before: a change {sure}."


def _parts(figure: Figure, hidden: Hidden) -> str:
    n = figure.denominator
    return f"{words.count(hidden.shown(figure.numerator))} of {words.count(hidden.shown(n))}" if n else ""


def _rate(one: Score | None, hidden: Hidden, is_before: bool = False) -> Any:
    """The rate, None where it is hidden or of too few."""
    figure = one and (one.before if is_before else one.now)
    if not figure or figure.n < words.TOO_FEW:
        return None
    return hidden.visible(figure.value)


def _necessity(strict: Score | None, extended: Score | None, hidden: Hidden) -> str:
    narrow, wide = _rate(strict, hidden), _rate(extended, hidden)
    if narrow is None or strict is None:
        return ""
    said = f"{words.rate(narrow)} of denied lines were denied for medical necessity (M-code ratio, strict)"
    if strict.goal:
        said += f"; the target is {strict.goal.said}"
    return said + (f"; with coverage rules, diagnosis and quantity {words.rate(wide)}." if wide is not None else ".")


def _again(days: Score | None, never: Score | None, hidden: Hidden) -> str:
    said = []
    if (value := _rate(days, hidden)) is not None:
        said.append(f"half of what was sent again went out within {words.days(value)}")
    if (share := _rate(never, hidden)) is not None:
        said.append(f"{words.rate(share)} of denied lines were never sent again")
    text = "; ".join(said)
    return text[:1].upper() + text[1:] + "." if text else ""


def _open(one: Score | None, denied: Score | None, hidden: Hidden) -> str:
    if one is None or one.now is None or denied is None or denied.now is None:
        return ""
    value, whole = hidden.visible(one.now.value), hidden.visible(denied.now.value)
    if value is None or whole is None or not whole:
        return ""
    part = f"All of the {words.money(whole)}" if value == whole else f"{words.money(value)} of {words.money(whole)}"
    return f"{part} denied is still open."


def questions(
    scores: Sequence[Score],
    moves: Behaviour,
    overdue: Sequence[Decision],
    waiting: Sequence[tuple[str, datetime.date]],
    without_policy: Sequence[tuple[str, str]],
    hidden: Hidden,
) -> list[str]:
    """What the numbers leave open: each a question that somebody in the room may know the answer to."""
    rows = {one.kpi: one for one in scores}
    found = [f"What changed at {payer}?" for payer in dict.fromkeys(one.payer for one in moves.breaches)]
    cells = [(one.dimensions["payer"], one.dimensions["procedure"]) for one, *_ in moves.moved]
    found += [f"What changed at {payer} for {procedure}?" for payer, procedure in dict.fromkeys(cells)][:MOST_MOVED]
    found += [f"What holds up “{one.text}” ({one.owner}, due {words.day(one.due)})?" for one in overdue]
    found += [
        f"Which policy does {payer} apply to {procedure}? None is in the policy matrix."
        for payer, procedure in without_policy
    ]
    unknown = rows.get("undetermined_share")
    if unknown and unknown.now and unknown.now.numerator.value:
        lines = hidden.visible(unknown.now.numerator)
        how_many = "lines" if lines is None else words.counted(lines, "line")
        found.append(f"Why were {how_many} denied whose cause nobody could tell?")
    never = _rate(rows.get("never_resubmitted_share"), hidden)
    if never is not None and never > 0:
        found.append(f"{words.rate(never)} of denied lines were never sent again: was that meant?")
    found += [f"“{title}” can be judged from {words.day(day)}: what do we expect of it?" for title, day in waiting]
    return found[:MOST_QUESTIONS]
