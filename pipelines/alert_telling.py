"""After every build the rules are checked; what is new goes into the ledger and out by e-mail, once for each run.

A mail that could not be sent is said and tried again with the next check: the ledger holds who has it. It is written
before the mail goes and again after it went; who is killed in between sends one mail twice rather than none.
"""

import contextlib
import dataclasses
from collections.abc import Sequence
from typing import TYPE_CHECKING

from pipelines import alert_links, register
from pipelines.alert_words import Told, letter, since, sure, sure_to_send, what
from pipelines.alerts import Alert, check
from pipelines.errors import DenialboardError, NotSent
from pipelines.ledger import Ledger
from pipelines.mail import send
from pipelines.register import AlertRaised, AlertRule
from pipelines.settings import read_settings
from pipelines.store import Store

if TYPE_CHECKING:
    import duckdb

WHO = "denialboard"  # who tells; a person who sets a rule has a name of their own


@dataclasses.dataclass(frozen=True)
class Telling:
    """What came of one check: what is new, whom it was mailed to, and what went wrong ('' where nothing did)."""

    new: tuple[str, ...] = ()
    sent_to: tuple[str, ...] = ()
    problem: str = ""


def tell(store: Store) -> Telling:
    """Every rule that is broken in the newest build has been told of, once; never raises what a person can mend."""
    if not register.alert_rules(store.ledger):
        return Telling()
    try:
        with store.lock("alert.lock"), contextlib.closing(store.connect()) as connection:
            return _tell(store, connection)
    except DenialboardError as problem:
        return Telling(problem=str(problem))


def labels(connection: "duckdb.DuckDBPyConnection", rules: Sequence[AlertRule]) -> dict[str, str]:
    """Value -> how people know it, for the cells of the rules."""
    pairs = {pair for rule in rules for pair in rule.cell}
    return {value: alert_links.label(connection, dimension, value) for dimension, value in sorted(pairs)}


def _tell(store: Store, connection: "duckdb.DuckDBPyConnection") -> Telling:
    ledger = store.ledger
    found = check(connection, ledger)
    known = labels(connection, [alert.rule for alert in found])
    new = tuple(f"{what(alert, known)}, {since(alert)}" for alert in found if alert.is_new)
    kept = [_kept(ledger, alert, store.current_build().stem, known) for alert in found]
    sent, problem = _mailed(store, connection, ledger, kept, known)
    return Telling(new, tuple(sorted(sent)), problem)


def _kept(ledger: Ledger, alert: Alert, build: str, known: dict[str, str]) -> Alert:
    """The alert with its record in the ledger, which knows the newest month of the run."""
    before = alert.raised
    if before and (before.until or before.since) >= alert.until:
        return alert
    said = f"{what(alert, known)}, {since(alert)}. {sure(alert)}"
    sent_to, first = (before.sent_to, before.since) if before else ((), alert.since)
    raised = AlertRaised(alert.key, alert.rule.rule_id, first, build, said, sent_to, alert.until)
    register.record(ledger, raised, WHO)
    return dataclasses.replace(alert, raised=raised)


def _mailed(
    store: Store,
    connection: "duckdb.DuckDBPyConnection",
    ledger: Ledger,
    alerts: Sequence[Alert],
    known: dict[str, str],
) -> tuple[set[str], str]:
    """Who has a mail now, and what went wrong; those who want the same alerts get one letter."""
    wanted: dict[tuple[str, ...], list[Alert]] = {}
    for alert in alerts:
        if alert.untold:
            wanted.setdefault(alert.untold, []).append(alert)
    settings = read_settings(store.home)
    if not wanted or settings.smtp is None:
        return set(), ""
    minimum = int(register.setting(ledger, "small_cell_minimum").value)
    is_demo = store.has_demo
    sent: set[str] = set()
    problems: list[str] = []
    for to, group in wanted.items():
        words = [_told(connection, alert, known, settings.address, minimum) for alert in group]
        try:
            refused = send(settings.smtp, letter(words, is_demo), to)
        except NotSent as problem:
            return sent, "; ".join([*problems, str(problem)])  # no use in waiting for it again
        problems += [f"{address}: {why}" for address, why in refused.items()]
        have = tuple(address for address in to if address not in refused)
        sent.update(have)
        for alert in group:
            _note(ledger, alert, have)
    return sent, "; ".join(problems)


def _note(ledger: Ledger, alert: Alert, have: tuple[str, ...]) -> None:
    """The ledger knows who has the mail."""
    if alert.raised and have:
        raised = dataclasses.replace(alert.raised, sent_to=(*alert.raised.sent_to, *have))
        register.record(ledger, raised, WHO)


def _told(
    connection: "duckdb.DuckDBPyConnection", alert: Alert, known: dict[str, str], address: str, minimum: int
) -> Told:
    """The alert in words that may leave this computer, with whole addresses."""
    view, lines = alert_links.view(connection, alert), alert_links.lines(connection, alert)
    said = sure_to_send(alert, minimum)
    return Told(what(alert, known), since(alert), said, f"{address}/{view}", f"{address}/{lines}")
