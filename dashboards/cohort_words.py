"""How a cohort that is not complete is spoken of: a month of claims sent, of which the payers decided a part."""

from collections.abc import Mapping
from typing import Any

from dashboards import words


def still_adjudicating(adjudicated: Any, estimate: Any, low: Any, high: Any) -> str:
    """`still adjudicating: 62 % decided; completed estimate 7.9 % (6.8 to 9.4)`; without an estimate, why."""
    decided = f"still adjudicating: {share(adjudicated)} decided"
    if not _is_known(estimate):
        return f"{decided}; too few complete months to estimate the rest"
    between = f" ({_number(low)} to {_number(high)})" if _is_known(low) and _is_known(high) else ""
    return f"{decided}; completed estimate {words.rate(estimate)}{between}"


def not_awaited(payers: Mapping[str, int], withdrawn: int) -> str:
    """Whose claims no decision is awaited of: `no remits of ACME here: its 36 claims are left out`; empty where none.

    A payer of which nothing is loaded is not slow, and a claim that was voided before any answer waits for none.
    """
    said = []
    if payers:
        count, its = words.counted(sum(payers.values()), "claim"), "its" if len(payers) == 1 else "their"
        verb = "is" if sum(payers.values()) == 1 else "are"
        said.append(f"no remits of {words.listed(list(payers))} here: {its} {count} {verb} left out")
    if withdrawn:
        verb = "is" if withdrawn == 1 else "are"
        said.append(f"{words.counted(withdrawn, 'claim')} voided before any answer {verb} left out")
    return "; ".join(said)


def share(value: Any) -> str:
    """A share as whole per cents: `62 %`; never rounded to all or nothing."""
    if not _is_known(value):
        return "an unknown share"
    percent = float(value) * 100
    if 0 < percent < 1:
        return f"less than 1{words.SPACE}%"
    if 99 < percent < 100:
        return f"more than 99{words.SPACE}%"
    return f"{round(percent)}{words.SPACE}%"


def _number(value: Any) -> str:
    return f"{float(value) * 100:.1f}"


def _is_known(value: Any) -> bool:
    return value is not None and value == value
