"""How sure one may be, and the words: a sentence to read out, why it may be said, and what stands against it."""

import datetime
from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from pipelines import words
from pipelines.effect.placebo import factor
from pipelines.effect.result import (
    ATTRIBUTABLE,
    CONSISTENT,
    FAILED,
    FEWER,
    MORE,
    NO_CLEAR_CHANGE,
    NOT_ATTRIBUTABLE,
    NOT_POSSIBLE,
    PASSED,
    TOO_EARLY,
    TOO_FEW,
    Arm,
    Check,
    Estimate,
    Overlap,
    Power,
    Result,
    Worth,
)
from pipelines.kpis import KPIS

if TYPE_CHECKING:
    from pipelines.register import Change

MUST_PASS = ("pre_trend", "placebo_dates", "placebo_groups", "baseline", "registered", "overlap")
NOUNS = {
    "necessity_denial_rate": "necessity denials",
    "necessity_denial_rate_extended": "necessity denials (extended)",
    "denial_rate_lines": "denied lines",
}


def strength(checks: Sequence[Check]) -> str:
    """Attributable only where nothing speaks against it and what must be known is known."""
    for check in checks:
        if check.status == FAILED or (check.name in MUST_PASS and check.status != PASSED):
            return CONSISTENT
    return ATTRIBUTABLE


def baseline_check(months: int, wanted: int) -> Check:
    """Whether the baseline is long enough to know what is usual."""
    label = "Baseline long enough"
    said = f"The baseline has {words.counted(months, 'mature month')}; {wanted} are wanted."
    return Check("baseline", label, PASSED if months >= wanted else FAILED, said)


def registered_check(change: "Change") -> Check:
    """Whether it was registered before its result could be seen."""
    label = "Registered beforehand"
    if change.is_retrospective:
        return Check("registered", label, FAILED, "It was registered when its result could already be seen.")
    if change.is_edited_late:
        return Check("registered", label, FAILED, "It was changed when its result could already be seen.")
    return Check("registered", label, PASSED, "It was registered before go-live.")


def overlap_check(overlaps: Sequence[Overlap], most: float = 0.05) -> Check:
    """Whether another change treats the same lines."""
    label = "No other change on the same lines"
    shared = [one for one in overlaps if one.where == "treated" and one.shared_share > most]
    if not shared:
        return Check("overlap", label, PASSED, "No other registered change treats a notable share of these lines.")
    return Check("overlap", label, FAILED, " ".join(one.sentence for one in shared))


def noun(change: "Change") -> str:
    """What is counted, in the plural."""
    name = NOUNS.get(change.kpi, f"lines counted by “{KPIS[change.kpi].label}”")
    return f"{name} for {words.named(change.root_cause)}" if change.root_cause else name


def span(first: datetime.date | None, last: datetime.date | None) -> str:
    """The months in which lines were sent."""
    return words.month(first) if first == last else f"{words.month(first)} to {words.month(last)}"


def judged(change: "Change", found: Estimate, worth: Worth | None, after: Arm, when: str, power: Power) -> str:
    """The sentence for a change that could be judged."""
    what = noun(change)
    lines = f"among {words.counted(after.lines, 'treated line')} sent {when}"
    if worth is None:
        return f"The odds of {what} {lines} changed by a factor of {factor(found)}."
    money = _money(worth)
    if found.verdict == FEWER:
        span_text = f"{_whole(worth.avoided_low)} to {_whole(worth.avoided_high)}"
        return f"About {_whole(worth.avoided)} fewer {what} ({span_text}) {lines}, {money}."
    if found.verdict == MORE:
        span_text = f"{_whole(-worth.avoided_high)} to {_whole(-worth.avoided_low)}"
        more = f"About {_whole(-worth.avoided)} more {what} ({span_text}) than expected {lines}"
        return f"{more}; cost {words.money(worth.cost)}."
    low, high = _whole(-worth.avoided_low), _whole(worth.avoided_high)
    seen = f" {power.sentence}" if power.sentence else ""
    return f"No clear change: anything from {low} more to {high} fewer {what} than expected {lines}.{seen}"


def _whole(value: float) -> str:
    return words.count(max(0.0, value))


def _money(worth: Worth) -> str:
    worth_text = (
        f"worth {words.money(worth.savings)} ({words.money(worth.savings_low)} to {words.money(worth.savings_high)})"
    )
    return f"{worth_text}; cost {words.money(worth.cost)}"


def before_after(change: "Change", found: Estimate, before: Arm, after: Arm, when: str) -> str:
    """The sentence where there is no comparison."""
    return (
        f"Before/after, not attributable: {noun(change)} were {words.rate(before.rate, before.lines)} of"
        f" {words.counted(before.lines, 'line')} before and {words.rate(after.rate, after.lines)} of"
        f" {words.counted(after.lines, 'line')} sent {when} (odds ratio {factor(found)}); without a comparison nobody"
        " can say how much of this is the change."
    )


def too_early(day: datetime.date, months: int, wanted: int) -> str:
    """The sentence where too little time has passed."""
    return (
        f"Too early to judge: {words.counted(months, 'month')} after go-live and wash-in can be judged, {wanted} are"
        f" needed. It can be judged from {words.day(day)} on."
    )


def too_few(why: str, power: Power) -> str:
    """The sentence where the numbers are too small."""
    seen = f" {power.sentence}" if power.is_possible else ""
    return f"Too few to judge: {why}.{seen}"


def why_judged(strong: str, found: Estimate, checks: Sequence[Check], comparison: str) -> str:
    """Why the headline may be said as it is, and what stands against it."""
    against = [check.label.lower() for check in checks if check.status == FAILED]
    unknown = [check.label.lower() for check in checks if check.status == NOT_POSSIBLE and check.name in MUST_PASS]
    compared = f"Compared with {comparison} the odds changed by a factor of {factor(found)}."
    if found.verdict == NO_CLEAR_CHANGE:
        return compared
    if strong == ATTRIBUTABLE:
        return f"{compared} It can be put down to the change: no check speaks against it."
    reasons = [f"not passed: {words.listed(against, 9)}"] if against else []
    reasons += [f"could not be checked: {words.listed(unknown, 9)}"] if unknown else []
    return f"{compared} This is consistent with the change, not proof of it ({'; '.join(reasons)})."


def payback(worth: Worth) -> str:
    """Return and pay-back, in words a leader can read out; '' where there is no cost."""
    if worth.roi is None or worth.roi_low is None or worth.roi_high is None:
        return "No cost was registered, so there is no return to tell."
    back, low, high = (
        words.cents(Decimal(repr(round(ratio + 1, 2)))) for ratio in (worth.roi, worth.roi_low, worth.roi_high)
    )
    text = f"Each dollar spent has brought back {back} ({low} to {high}) so far"
    if worth.payback_months is None:
        return f"{text}; it has not paid for itself."
    late = "perhaps never" if worth.payback_high is None else f"{worth.payback_high:.1f} at the latest"
    pace = f"at this pace it pays for itself in {worth.payback_months:.1f} months"
    return f"{text}; {pace} ({worth.payback_low or 0.0:.1f} at the earliest, {late})."


def result_words(result: Result) -> list[str]:
    """Sentences to read out, the headline first."""
    sentences = [result.headline, result.why]
    if result.worth is not None:
        sentences.append(payback(result.worth))
    if result.state not in (TOO_EARLY, TOO_FEW, NOT_ATTRIBUTABLE):
        sentences += [check.why for check in (*result.checks, *result.drift) if check.status == FAILED]
    return [*(one for one in sentences if one), *result.notes]
