"""What is found out about a documentation change, in plain numbers: page, pack and command line show the same.

Shares lie between 0 and 1; an odds ratio of 1 is no change; money is in dollars; None is what cannot be told.
"""

import dataclasses
import datetime
from decimal import Decimal

TOO_EARLY, TOO_FEW = "too early", "too few"
NOT_ATTRIBUTABLE, JUDGED = "before/after, not attributable", "judged"
PASSED, FAILED, NOT_POSSIBLE = "passed", "failed", "not possible"
FEWER, MORE, NO_CLEAR_CHANGE = "fewer", "more", "no clear change"
ATTRIBUTABLE, CONSISTENT = "attributable", "consistent with"
BEFORE, SPIKE, WASH_IN, AFTER = "before", "spike", "wash-in", "after"


@dataclasses.dataclass(frozen=True)
class Settings:
    """What judging takes from outside the build; the seed makes the draws behind money repeatable."""

    rework_cost: Decimal = Decimal(25)
    rework_source: str = "practice default"
    clinician_minute_cost: Decimal = Decimal("2.50")
    denial_scope: str = "core"
    seed: int = 1


@dataclasses.dataclass(frozen=True)
class Arm:
    """Lines decided and, of them, those denied as the KPI counts."""

    lines: int
    denials: int

    @property
    def rate(self) -> float | None:
        """Denied over decided; None without a line."""
        return self.denials / self.lines if self.lines else None


@dataclasses.dataclass(frozen=True)
class Counts:
    """The four corners of the comparison, mature months only."""

    treated_before: Arm
    treated_after: Arm
    comparison_before: Arm
    comparison_after: Arm


@dataclasses.dataclass(frozen=True)
class Estimate:
    """An odds ratio with its 95 % interval; a missing bound is no bound on that side, `note` says why there is none."""

    name: str
    label: str
    odds_ratio: float | None
    low: float | None
    high: float | None
    p: float | None
    lines: int
    denials: int
    cells: int
    note: str = ""

    @property
    def verdict(self) -> str:
        """Fewer or more where the whole interval lies on one side of 1."""
        if self.high is not None and self.high < 1:
            return FEWER
        return MORE if self.low is not None and self.low > 1 else NO_CLEAR_CHANGE


@dataclasses.dataclass(frozen=True)
class Check:
    """Something that would speak against the estimate, and whether it does."""

    name: str
    label: str
    status: str
    why: str
    estimates: tuple[Estimate, ...] = ()


@dataclasses.dataclass(frozen=True)
class Month:
    """One month of sending: both arms, and the treated rate that was to be expected without the change."""

    month: datetime.date
    phase: str
    is_mature: bool
    treated: Arm
    comparison: Arm
    expected_rate: float | None = None


@dataclasses.dataclass(frozen=True)
class Interrupted:
    """A segmented regression of months: the jump at go-live, and the change of slope per month."""

    on: str  # difference, or treated alone
    months: int
    level: Estimate
    slope: Estimate
    durbin_watson: float | None
    note: str = ""


@dataclasses.dataclass(frozen=True)
class Power:
    """How small an effect these numbers of lines could show: seen four times in five, at 5 % two-sided."""

    months_after: int
    treated_lines_per_month: float
    comparison_lines_per_month: float
    base_rate: float | None
    treated_cells: int
    comparison_cells: int
    smallest_odds_ratio: float | None
    smallest_rate: float | None
    chances: tuple[tuple[float, float], ...]
    is_possible: bool
    sentence: str


@dataclasses.dataclass(frozen=True)
class Overlap:
    """Another change that touches the same lines; the share is of this change's treated lines after go-live."""

    change_id: str
    title: str
    shared_lines: int
    shared_share: float
    where: str  # treated or comparison
    sentence: str


@dataclasses.dataclass(frozen=True)
class Step:
    """One step from avoided denials to what is left of their worth (dollars)."""

    label: str
    amount: Decimal
    text: str


@dataclasses.dataclass(frozen=True)
class Worth:
    """What the avoided denials are worth so far, with the interval of the estimate carried through."""

    months: int
    avoided: float
    avoided_low: float
    avoided_high: float
    expected_allowed: Decimal
    recovered_share: float
    recovered_count: int
    recovered_of: int
    recovery_basis: str
    rework_cost: Decimal
    rework_source: str
    each: Decimal
    savings: Decimal
    savings_low: Decimal
    savings_high: Decimal
    cost_amount: Decimal
    clinician_cost: Decimal
    cost: Decimal
    net: Decimal
    net_low: Decimal
    net_high: Decimal
    roi: float | None
    roi_low: float | None
    roi_high: float | None
    payback_months: float | None
    payback_low: float | None
    payback_high: float | None
    steps: tuple[Step, ...]


@dataclasses.dataclass(frozen=True)
class Combined:
    """Several changes together, each line's dollars once."""

    change_ids: tuple[str, ...]
    avoided: float
    savings: Decimal
    cost: Decimal
    net: Decimal
    double_counted: Decimal
    sentence: str


@dataclasses.dataclass(frozen=True)
class Result:
    """Everything that is said about one change."""

    change_id: str
    title: str
    kpi: str
    state: str
    verdict: str
    strength: str
    headline: str
    why: str
    can_judge_from: datetime.date | None
    as_of: datetime.date
    go_live: datetime.date
    wash_in_to: datetime.date
    baseline_from: datetime.date | None
    baseline_to: datetime.date | None
    after_from: datetime.date | None
    after_to: datetime.date | None
    baseline_months: int
    after_months: int
    counts: Counts
    treated_cells: int
    comparison_cells: int
    comparison_text: str
    primary: Estimate | None
    before_after: Estimate | None
    its: Interrupted | None
    series: tuple[Month, ...]
    checks: tuple[Check, ...]
    drift: tuple[Check, ...]
    sensitivity: tuple[Estimate, ...]
    power: Power
    overlaps: tuple[Overlap, ...]
    worth: Worth | None
    is_retrospective: bool
    notes: tuple[str, ...]
