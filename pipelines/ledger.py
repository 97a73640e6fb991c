"""What people decided: an append-only list of events in SQLite, and what stands now by them.

One event is who, when, what kind, about which subject, and a body; ledger_kinds.py says which kinds there are and what
each body holds. The last event of a kind about a subject is what stands; an event with an empty body takes the one
before back. Nothing is ever changed or removed: the table refuses it, and a chain of hashes (ledger_chain.py) shows
where somebody went round that.

Events are in the order of their times, and one about a subject always comes after those before it, even where a clock
went back or an imported ledger comes from a computer whose clock is ahead.
"""

import contextlib
import datetime
import getpass
import json
import os
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from pipelines import ledger_chain
from pipelines.disk import utc_now
from pipelines.errors import StoreError, UsageError, advice
from pipelines.ledger_kinds import HAPPENED, KINDS, check_event
from pipelines.ledger_versions import settle

__all__ = ["KINDS", "Event", "Head", "Ledger", "Said", "moment"]

SELECT = "select event_id, at, who, kind, subject, body from event"
ABOUT = "where kind = ? and subject = ?"
IN_ORDER = "order by at, event_id"


class Event(NamedTuple):
    """One decision."""

    event_id: int
    at: str  # UTC, ISO, to the microsecond
    who: str
    kind: str
    subject: str
    body: dict[str, Any]


class Said(NamedTuple):
    """An event as it comes from another ledger, which numbered it otherwise."""

    at: str  # as `moment` writes it
    who: str
    kind: str
    subject: str
    body: Mapping[str, Any]

    @property
    def row(self) -> tuple[str, str, str, str, str]:
        """The values of its row; two events with the same are the same event."""
        return self.at, self.who, self.kind, self.subject, _written(self.body)


class Head(NamedTuple):
    """The end of the chain: written down elsewhere, it shows later that nothing before it was changed."""

    number: int
    hash: str


class Ledger:
    """The ledger at `path`; made at the first word written, not before."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def append(self, kind: str, subject: str, body: Mapping[str, Any], who: str | None = None) -> int:
        """The event is written and safe; the result is its number. UsageError where its kind cannot hold this body."""
        check_event(kind, subject, body)
        with self._open(for_writing=True) as connection:
            (before,) = connection.execute(f"select max(at) from event {ABOUT}", (kind, subject)).fetchone()
            said = Said(_after(before), who or getpass.getuser(), kind, subject, body)
            return ledger_chain.append(connection, [said.row])

    def add(self, said: Sequence[Said]) -> int:
        """Those of the events that were not there are, all of them or none; the result is how many. Order is kept."""
        for each in said:
            check_event(each.kind, each.subject, each.body)
        with self._open(for_writing=True) as connection:
            known = set(connection.execute("select at, who, kind, subject, body from event"))
            new = [row for row in dict.fromkeys(each.row for each in said) if row not in known]
            ledger_chain.append(connection, new)
            return len(new)

    def undo(self, number: int, who: str | None = None) -> Event:
        """What was said before the event stands again, by a new event, which is the result.

        UsageError where there is no such event, where a later one about its subject stands, and for what was not
        decided but happened, such as that somebody looked at a patient's name.
        """
        event = next((event for event in self.events() if event.event_id == number), None)
        if event is None:
            raise UsageError(f"{number}: there is no such event; `denials ledger list` numbers them")
        if event.kind in HAPPENED:
            raise UsageError(f"{number}: says what happened, not what was decided; it cannot be undone")
        with self._open(for_writing=True) as connection:
            said = connection.execute(f"{SELECT} {ABOUT} {IN_ORDER}", (event.kind, event.subject)).fetchall()
            if said[-1][0] != number:
                raise UsageError(f"{number}: event {said[-1][0]} about the same came later; undo that one")
            body = json.loads(said[-2][-1]) if len(said) > 1 else {}
            again = Said(_after(event.at), who or getpass.getuser(), event.kind, event.subject, body)
            return Event(ledger_chain.append(connection, [again.row]), *again[:4], body)

    def events(self, kind: str | None = None) -> list[Event]:
        """Every event (of this kind), oldest first."""
        return self._events("", ()) if kind is None else self._events("where kind = ?", (kind,))

    def history(self, kind: str, subject: str) -> list[Event]:
        """Every event about one subject, oldest first, those that took something back included."""
        return self._events(ABOUT, (kind, subject))

    def current(self, kind: str) -> list[Event]:
        """The last event about each subject, without those taken back, in the order of subjects."""
        last = {event.subject: event for event in self.events(kind)}
        return [event for _, event in sorted(last.items()) if event.body]

    def log_mappings(self) -> dict[str, dict[str, str]]:
        """What people said about the columns of denial logs: header -> field, by the fingerprint of the headers."""
        return {event.subject: event.body["mapping"] for event in self.current("log_mapping")}

    def last_event_id(self) -> int:
        """The number of the newest event; 0 for an empty ledger."""
        if not self.path.exists():
            return 0
        with self._open() as connection:
            return int(connection.execute("select max(event_id) from event").fetchone()[0] or 0)

    def links(self) -> list[ledger_chain.Link]:
        """Every event with its hash, in the order in which they were written."""
        if not self.path.exists():
            return []
        with self._open() as connection:
            return list(ledger_chain.links(connection))

    def head(self) -> Head:
        """How many events there are and the hash of the newest, which vouches for all before it."""
        if not self.path.exists():
            return Head(0, ledger_chain.FIRST)
        with self._open() as connection:
            return Head(*(connection.execute(ledger_chain.LAST).fetchone() or (0, ledger_chain.FIRST)))

    def _events(self, where: str, values: Iterable[Any]) -> list[Event]:
        if not self.path.exists():
            return []
        with self._open() as connection:
            rows = connection.execute(f"{SELECT} {where} {IN_ORDER}", tuple(values)).fetchall()
        return [Event(number, at, who, what, about, json.loads(body)) for number, at, who, what, about, body in rows]

    @contextlib.contextmanager
    def _open(self, for_writing: bool = False) -> Iterator[sqlite3.Connection]:
        """A connection whose work is committed afterwards, or undone if it failed; who writes, writes alone."""
        try:
            os.close(os.open(self.path, os.O_CREAT | os.O_RDWR, 0o600))  # SQLite's own files take over its mode
            with contextlib.closing(sqlite3.connect(self.path, timeout=30)) as connection, connection:
                connection.execute("pragma journal_mode = wal")
                connection.execute("pragma synchronous = full")
                settle(connection, self.path)
                if for_writing:  # at once, so that what is read first is still so when it is written
                    connection.execute("begin immediate")
                yield connection
        except sqlite3.Error as problem:
            raise StoreError(f"{self.path}: {advice(problem) or problem}") from problem
        except OSError as problem:
            raise StoreError(advice(problem)) from problem


def _written(body: Mapping[str, Any]) -> str:
    return json.dumps(body, sort_keys=True)


def moment(text: str) -> str | None:
    """The moment of an ISO text as events hold it, in UTC (which a text without a zone is in); None if it is none."""
    try:
        found = datetime.datetime.fromisoformat(text)
    except ValueError:
        return None
    if found.tzinfo is not None:
        found = found.astimezone(datetime.UTC).replace(tzinfo=None)
    return found.isoformat(timespec="microseconds")


def _after(before: str | None) -> str:
    """Now, or a microsecond after the last event about the same subject if the clock is behind that."""
    now = utc_now()
    if before is None or now > before:
        return now
    return (datetime.datetime.fromisoformat(before) + datetime.timedelta(microseconds=1)).isoformat(
        timespec="microseconds"
    )
