"""What people said about the months that limits are learnt from: frozen baselines, changes that went live, spikes.

A cell is a dimension and its value for each restriction of a scope; several values of one dimension are one name. What
was frozen for a cell goes for all cells inside it that have nothing of their own: the narrowest wins.
"""

import dataclasses
import datetime
from collections.abc import Iterator
from typing import TYPE_CHECKING

from pipelines.control_chart import Span
from pipelines.months import first_of
from pipelines.scope import FILTERS, Scope

if TYPE_CHECKING:
    from pipelines.ledger import Ledger
    from pipelines.register import Change

Cell = tuple[tuple[str, str], ...]
TREATED = ("payers", "procedures", "providers", "places")  # of a change and of a scope alike


@dataclasses.dataclass(frozen=True)
class GoLive:
    """A documentation change that went live in a scope."""

    day: datetime.date
    title: str
    change_id: str

    @property
    def month(self) -> datetime.date:
        """The first of the month."""
        return self.day.replace(day=1)


@dataclasses.dataclass(frozen=True)
class Frozen:
    """What the limits of one trend are learnt from: `trend(connection, kpi, scope, *frozen.held)`."""

    baseline: Span | None
    left_out: tuple[datetime.date, ...]
    changes: tuple[GoLive, ...]
    reason: str = ""  # why a person froze the baseline

    @property
    def held(self) -> tuple[Span | None, tuple[datetime.date, ...], tuple[datetime.date, ...]]:
        """Baseline, months left out and days of going live, as `trend` takes them."""
        return self.baseline, self.left_out, tuple(change.day for change in self.changes)


def frozen(ledger: "Ledger", kpi: str, scope: Scope) -> Frozen:
    """What the ledger says about the limits of this KPI in this scope."""
    from pipelines import register

    cell = set(cell_of(scope))
    covering = [one for one in register.baselines(ledger) if one.kpi == kpi and set(one.cell) <= cell]
    best = max(covering, key=lambda one: len(one.cell), default=None)
    changes = [one for one in register.changes(ledger) if touches(one, scope)]
    spikes = sorted({month for one in changes for month in _spike(one)})
    lives = tuple(GoLive(one.go_live, one.title, one.change_id) for one in changes)
    return Frozen(Span(best.first, best.last) if best else None, tuple(spikes), lives, best.reason if best else "")


def cell_of(scope: Scope) -> Cell:
    """What the scope is restricted to, as the ledger names it, in the order of dimensions; () for everything."""
    chosen = ((dimension, getattr(scope, field)) for field, dimension in FILTERS.items())
    return tuple(sorted((dimension, ", ".join(sorted(values))) for dimension, values in chosen if values))


def touches(change: "Change", scope: Scope) -> bool:
    """Whether the treated scope of the change has anything in common with this scope."""
    both = ((set(getattr(change, name)), set(getattr(scope, name))) for name in TREATED)
    return all(not treated or not wanted or treated & wanted for treated, wanted in both)


def _spike(change: "Change") -> Iterator[datetime.date]:
    """The months of the spike that the change was made for."""
    month, last = change.spike_from, change.spike_to or change.spike_from
    while month and last and month <= last:
        yield month.replace(day=1)
        month = first_of(month, -1)
