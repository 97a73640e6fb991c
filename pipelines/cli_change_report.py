"""What became of a documentation change, as lines of text for the terminal: the same words as on the page."""

import datetime
from collections.abc import Iterator
from typing import TYPE_CHECKING

from pipelines import words

if TYPE_CHECKING:
    from pipelines.effect import Result
    from pipelines.effect.result import Arm, Estimate, Interrupted, Worth
    from pipelines.register import Change

WIDTH = 34


def text(change: "Change", result: "Result") -> Iterator[str]:
    """The report, line by line: the sentences first, then the figures they stand on."""
    from pipelines.effect import result_words

    registered = words.day(datetime.date.fromisoformat(change.first_registered_at[:10]))
    yield f"{change.title}  ({change.change_id})"
    yield f"went live {words.day(change.go_live)}, owner {change.owner}, registered {registered}"
    yield ""
    yield from result_words(result)
    yield ""
    yield _row("state", result.state)
    yield from _arms(result)
    for estimate in filter(None, (result.primary, result.before_after)):
        yield _row(estimate.label, _odds(estimate))
    yield from _jump(result.its)
    yield from _worth(result.worth)
    yield _row("what could be seen", result.power.sentence)
    for check in (*result.checks, *result.drift):
        yield _row(check.label, f"{check.status}: {check.why}")
    for estimate in result.sensitivity[1:]:
        yield _row(estimate.label, _odds(estimate))
    for shared in result.overlaps:
        yield _row("overlap", shared.sentence)


def _row(label: str, said: str) -> str:
    return f"{label:<{WIDTH}} {said}"


def _arms(result: "Result") -> Iterator[str]:
    counts = result.counts
    yield _row("treated", f"{_arm(counts.treated_before)} before, {_arm(counts.treated_after)} after")
    yield _row("comparison", f"{_arm(counts.comparison_before)} before, {_arm(counts.comparison_after)} after")
    yield _row("compared with", result.comparison_text)


def _arm(arm: "Arm") -> str:
    return f"{words.count(arm.denials)} of {words.count(arm.lines)} ({words.rate(arm.rate, arm.lines)})"


def _odds(estimate: "Estimate") -> str:
    if estimate.odds_ratio is None:
        return estimate.note or "cannot be told"
    low = "no lower bound" if estimate.low is None else f"{estimate.low:.2f}"
    high = "no upper bound" if estimate.high is None else f"{estimate.high:.2f}"
    p = "" if estimate.p is None else f", p {estimate.p:.3f}"
    return f"odds ratio {estimate.odds_ratio:.2f} ({low} to {high}{p}), n {words.count(estimate.lines)}"


def _jump(its: "Interrupted | None") -> Iterator[str]:
    if its is not None:
        yield _row(f"jump at go-live, {its.on}", f"{_odds(its.level)}; {words.counted(its.months, 'month')}")


def _worth(worth: "Worth | None") -> Iterator[str]:
    if worth is None:
        return
    for step in worth.steps:
        yield _row(step.label, f"{words.money(step.amount):>10}  {step.text}")
    yield _row("", f"{'':>10}  95 % interval {words.money(worth.net_low)} to {words.money(worth.net_high)}")
