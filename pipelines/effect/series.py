"""The months of both arms, for the chart and for the regression of months."""

import datetime
from typing import TYPE_CHECKING

import numpy as np

from pipelines.effect.cells import Table, wash_in_to
from pipelines.effect.did import Fit
from pipelines.effect.result import AFTER, BEFORE, SPIKE, WASH_IN, Month
from pipelines.effect.rows import Floats
from pipelines.months import last_of

if TYPE_CHECKING:
    from pipelines.register import Change


def series(table: Table, change: "Change", mature: set[datetime.date], found: Fit | None) -> list[Month]:
    """Every month in which something was sent; a month that go-live or wash-in parts counts as wash-in."""
    expected = expected_denials(table, found) if found else {}
    months = []
    for place, month in enumerate(table.months):
        inside, phase = table.month == place, phase_of(month, change)
        treated = table.arm(inside & table.treated)
        rate = expected.get(place, 0.0) / treated.lines if found and treated.lines and phase == AFTER else None
        comparison = table.arm(inside & ~table.treated)
        is_mature = month in mature
        months.append(Month(month, phase, is_mature, treated, comparison, rate if is_mature else None))
    return months


def expected_denials(table: Table, found: Fit) -> dict[int, float]:
    """Month number -> treated denials to be expected without the change, after go-live."""
    after = found.rows.treated & (found.rows.exposure > 0)
    without = found.rows.lines[after] * without_change(found.rate[after], found.log_ratio)
    return dict(enumerate(np.bincount(found.rows.month[after], without, minlength=len(table.months)).tolist()))


def without_change(rate: Floats, log_ratio: float) -> Floats:
    """The rates that these would be with the change's odds ratio taken out."""
    return np.asarray(1 / (1 + (1 - rate) / rate * np.exp(log_ratio)))


def phase_of(month: datetime.date, change: "Change") -> str:
    """The phase of a whole month."""
    if change.spike_from and change.spike_to and change.spike_from <= month <= change.spike_to:
        return SPIKE
    if last_of(month) < change.go_live:
        return BEFORE
    return AFTER if month > wash_in_to(change) else WASH_IN
