"""What is watched and how it stands, for the pages: read anew when the build or the ledger is another."""

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from dashboards import access, cache
from pipelines import alert_links, alert_words
from pipelines.alert_telling import labels
from pipelines.alerts import Watched, check_rule, watch
from pipelines.errors import DenialboardError
from pipelines.ledger import Ledger
from pipelines.register import AlertRule

if TYPE_CHECKING:
    import duckdb


class Shown(NamedTuple):
    """One rule in words; those of its alert are '' where it is not broken."""

    rule: AlertRule
    cell: str
    stands: str
    what: str = ""
    since: str = ""
    sure: str = ""
    view: str = ""  # addresses, from the dashboard's root
    lines: str = ""
    is_new: bool = False
    is_built_in: bool = False
    months: int = 0
    untold: tuple[str, ...] = ()

    @property
    def is_broken(self) -> bool:
        """The rule has an alert."""
        return bool(self.what)


def shown(build: str) -> list[Shown]:
    """Every rule as it stands; the built-in ones where nobody set any."""
    ledger = access.ledger()
    found: list[Shown] = cache.asked(build, _shown, str(ledger.path), ledger.last_event_id())
    return found


def broken(build: str) -> list[Shown]:
    """The alerts: those that nobody was told of first, then the longest runs."""
    alerts = [one for one in shown(build) if one.is_broken]
    return sorted(alerts, key=lambda one: (not one.is_new, -one.months, one.rule.rule_id))


def problem_with(build: str, rule: AlertRule) -> str:
    """Why this could never be checked; '' where it can."""
    return str(cache.asked(build, _problem, str(access.ledger().path), rule))


def _shown(connection: "duckdb.DuckDBPyConnection", ledger_path: str, last_event_id: int) -> list[Shown]:
    found = watch(connection, Ledger(Path(ledger_path)))
    known = labels(connection, [one.rule for one in found])
    return [_said(connection, one, known) for one in found]


def _said(connection: "duckdb.DuckDBPyConnection", one: Watched, known: dict[str, str]) -> Shown:
    plain = Shown(one.rule, alert_words.cell(one.rule, known), alert_words.standing(one), is_built_in=one.is_built_in)
    alert = one.alert
    if alert is None:
        return plain
    return plain._replace(
        what=alert_words.what(alert, known),
        since=alert_words.since(alert),
        sure=alert_words.sure(alert),
        view=alert_links.view(connection, alert),
        lines=alert_links.lines(connection, alert),
        is_new=alert.is_new,
        months=alert.months,
        untold=alert.untold,
    )


def _problem(connection: "duckdb.DuckDBPyConnection", ledger_path: str, rule: AlertRule) -> str:
    try:
        check_rule(connection, Ledger(Path(ledger_path)), rule)
    except DenialboardError as problem:
        return str(problem)
    return ""
