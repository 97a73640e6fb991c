"""What avoided denials are worth: expected allowed, less what would have come in anyway, and the rework that is saved.

The sums are Decimal; only the interval rests on draws, seeded, of the effect, the recovery and the mean allowed.
"""

import dataclasses
import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np

from pipelines import words
from pipelines.effect.cells import Table, count_share
from pipelines.effect.did import Fit
from pipelines.effect.history import Allowed, Recovery, expected_allowed, recovered
from pipelines.effect.result import Settings, Step, Worth
from pipelines.effect.rows import Floats
from pipelines.effect.series import without_change

if TYPE_CHECKING:
    import duckdb

    from pipelines.register import Change

DRAWS = 4000
CENT = Decimal("0.01")


def avoided(found: Fit, log_ratio: float) -> float:
    """Denials that did not come after go-live, if the odds ratio were this one."""
    return float(np.sum(_avoided_rows(found, log_ratio)))


def bounds_of(found: Fit) -> tuple[float, float]:
    """The fewest and the most denials that may have been avoided, by the interval of the estimate."""
    low, high = found.bounds
    return avoided(found, min(high, 20.0)), avoided(found, max(low, -20.0))


def _avoided_rows(found: Fit, log_ratio: float) -> Floats:
    after = found.rows.treated & (found.rows.exposure > 0)
    rate = found.rate[after]
    return found.rows.lines[after] * (without_change(rate, log_ratio) - rate)


def worth(
    connection: "duckdb.DuckDBPyConnection",
    change: "Change",
    table: Table,
    found: Fit,
    months: float,
    as_of: datetime.date,
    settings: Settings,
) -> Worth | None:
    """The worth of what was avoided; None where the KPI counts no denied lines, or nothing was ever allowed."""
    if not counts_denied_lines(change.kpi):
        return None
    allowed = expected_allowed(connection, change, table, found)
    if allowed is None:
        return None
    recovery = recovered(connection, change, as_of, settings.denial_scope)
    draws = _draws(found, allowed, recovery, settings)
    return _put_together(change, found, months, allowed, recovery, draws, settings)


def counts_denied_lines(name: str) -> bool:
    """Of the lines decided it counts those denied whole, so that one fewer is one paid."""
    kpi = count_share(name)
    return kpi.better == "lower" and kpi.denominator == "adjudicated_count" and kpi.numerator.startswith("rate_")


@dataclasses.dataclass(frozen=True)
class Draws:
    """Savings as they might be (dollars), in order."""

    savings: Floats

    def at(self, part: float) -> Decimal:
        """The value below which this part of the draws lies."""
        return Decimal(repr(round(float(np.quantile(self.savings, part)), 2))).quantize(CENT)


def _draws(found: Fit, allowed: Allowed, recovery: Recovery, settings: Settings) -> Draws:
    random = np.random.default_rng(settings.seed)
    ratios = found.log_ratio + found.error * random.standard_t(found.degrees, DRAWS)
    after = found.rows.treated & (found.rows.exposure > 0)
    rate, lines = found.rate[after][:, np.newaxis], found.rows.lines[after]
    fewer = lines @ (1 / (1 + (1 - rate) / rate * np.exp(np.clip(ratios, -20, 20))) - rate)
    share = random.beta(recovery.count + 0.5, recovery.of - recovery.count + 0.5, DRAWS)
    means = float(allowed.mean) + allowed.error * random.standard_normal(DRAWS)
    return Draws(np.sort(fewer * (means * (1 - share) + float(settings.rework_cost))))


@dataclasses.dataclass(frozen=True)
class Sums:
    """Dollars from what was avoided to what is left."""

    gross: Decimal
    anyway: Decimal
    rework: Decimal
    cost_amount: Decimal
    clinicians: Decimal

    @property
    def savings(self) -> Decimal:
        """Allowed amounts that would not have come in, and the rework saved."""
        return self.gross - self.anyway + self.rework

    @property
    def cost(self) -> Decimal:
        """Money and clinicians' time."""
        return self.cost_amount + self.clinicians


def _sums(change: "Change", count: float, allowed: Allowed, recovery: Recovery, settings: Settings) -> Sums:
    fewer = Decimal(repr(round(count, 2)))
    gross = (fewer * allowed.mean).quantize(CENT)
    return Sums(
        gross=gross,
        anyway=(gross * recovery.exact_share).quantize(CENT),
        rework=(fewer * settings.rework_cost).quantize(CENT),
        cost_amount=change.cost_amount,
        clinicians=(change.clinician_minutes * settings.clinician_minute_cost).quantize(CENT),
    )


def _put_together(
    change: "Change", found: Fit, months: float, allowed: Allowed, recovery: Recovery, draws: Draws, settings: Settings
) -> Worth:
    count, (least, most) = avoided(found, found.log_ratio), bounds_of(found)
    sums = _sums(change, count, allowed, recovery, settings)
    return Worth(
        months=round(months),
        avoided=count,
        avoided_low=least,
        avoided_high=most,
        expected_allowed=allowed.mean,
        recovered_share=recovery.share,
        recovered_count=recovery.count,
        recovered_of=recovery.of,
        recovery_basis=recovery.basis,
        rework_cost=settings.rework_cost,
        rework_source=settings.rework_source,
        each=(allowed.mean * (1 - recovery.exact_share) + settings.rework_cost).quantize(CENT),
        cost_amount=sums.cost_amount,
        clinician_cost=sums.clinicians,
        cost=sums.cost,
        steps=_steps(count, sums, change, recovery, settings),
        **_ends(sums, draws.at(0.025), draws.at(0.975), months),
    )


def _ends(sums: Sums, low: Decimal, high: Decimal, months: float) -> dict[str, Any]:
    """Savings, what is left, return and pay-back, with their ends; pay-back is shortest at the highest savings."""
    ends = (("", sums.savings), ("_low", low), ("_high", high))
    other = {"_low": "_high", "_high": "_low", "": "_months"}
    found: dict[str, Any] = {}
    for end, savings in ends:
        found[f"savings{end}"] = savings
        found[f"net{end}"] = savings - sums.cost
        found[f"roi{end}"] = float((savings - sums.cost) / sums.cost) if sums.cost else None
        found[f"payback{other[end]}"] = float(sums.cost / savings) * months if savings > 0 else None
    return found


def _steps(count: float, sums: Sums, change: "Change", recovery: Recovery, settings: Settings) -> tuple[Step, ...]:
    """From the allowed amounts of what was avoided to what is left; the last is the sum of the others."""
    recovered_text = f"{words.rate(recovery.share)} of {recovery.of:,} {recovery.basis} were paid in the end"
    minutes = f"{change.clinician_minutes:,} minutes at {words.cents(settings.clinician_minute_cost)}"
    return (
        Step(
            "Allowed of what was avoided", sums.gross, f"about {count:,.1f} denials fewer, at what is usually allowed"
        ),
        Step("Would have come in anyway", -sums.anyway, recovered_text),
        Step("Rework saved", sums.rework, f"{words.cents(settings.rework_cost)} for each; {settings.rework_source}"),
        Step("Cost of the change", -sums.cost_amount, "as registered"),
        Step("Clinicians' time", -sums.clinicians, minutes),
        Step("Left over", sums.savings - sums.cost, "savings less cost"),
    )
