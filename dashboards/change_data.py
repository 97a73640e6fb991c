"""Documentation changes as the page needs them: registered, judged, foretold, together."""

import datetime
from collections.abc import Mapping, Sequence

from dashboards import access, cache
from dashboards.controls import View
from pipelines import effect, register
from pipelines.effect.cells import count_share
from pipelines.effect.overlap import overlaps
from pipelines.effect.result import Combined, Overlap, Power, Result, Settings
from pipelines.errors import UsageError
from pipelines.kpis import KPIS
from pipelines.ledger import Event
from pipelines.register import Change, Setting
from pipelines.scope import Scope

KIND = "change_registered"
SETTINGS = ("rework_cost", "clinician_minute_cost")


def changes() -> list[Change]:
    """The changes that stand, the newest go-live first."""
    return register.changes(access.ledger())[::-1]


def settings() -> Settings:
    """What money is reckoned with."""
    return effect.settings_of(access.ledger())


def setting(name: str) -> Setting:
    """One of them, with its source."""
    return register.setting(access.ledger(), name)


def judged(build: str, change: Change, everything: Sequence[Change]) -> Result:
    """What can be said about the change, kept until the build, a change or a setting is another.

    Raises UsageError for a KPI by which no change can be judged.
    """
    others = tuple(sorted((one for one in everything if one != change), key=lambda one: one.change_id))
    return cache.asked(build, effect.judge, change, others, settings())


def foretold(build: str, change: Change) -> Power:
    """Lines and power by what was before go-live: never an effect."""
    return cache.asked(build, effect.planned_power, change, 6, settings())


def shared(build: str, change: Change, everything: Sequence[Change]) -> tuple[Overlap, ...]:
    """Other changes that touch its lines or those of its comparison, by counting lines alone."""
    others = tuple(one for one in everything if one.change_id != change.change_id)
    return cache.asked(build, overlaps, change, others)


def together(build: str, everything: Sequence[Change], results: Mapping[str, Result]) -> Combined | None:
    """What the changes that could be judged saved together, each line's dollars once; None below two of them."""
    known = tuple(one for one in everything if one.change_id in results and results[one.change_id].worth)
    return cache.asked(build, effect.combined, known, dict(results)) if len(known) > 1 else None


def whole(build: str) -> View:
    """All lines: a change has a scope of its own, and the filters of other pages do not count here."""
    fresh = cache.freshness(build)
    return View(build, Scope(), None, "lines", fresh.last_payment_date or datetime.date.today())


def versions(change: Change) -> list[Event]:
    """Every event about the change, oldest first."""
    return register.history(access.ledger(), KIND, change.change_id)


def is_live(change: Change) -> bool:
    """It has gone live by today."""
    return change.go_live <= datetime.datetime.now(datetime.UTC).date()


def kpis() -> list[str]:
    """The numbers by which a change can be judged, the usual one first."""
    usual = "necessity_denial_rate"
    return [usual, *(name for name in KPIS if name != usual and _can_judge(name))]


def _can_judge(name: str) -> bool:
    try:
        return count_share(name).better == "lower"
    except UsageError:
        return False
