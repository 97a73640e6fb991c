"""What people decided: an append-only list of events in SQLite, and what stands now by them.

One event is who, when, what kind, about which subject, and a body. The last event of a kind about a subject is what
stands; an event with an empty body takes the one before back. Nothing is ever changed or removed: the table refuses it.

    log_mapping           subject: header fingerprint of a denial log    body: {"mapping": {header: field}}
    root_cause_override   subject: denial_id ("family_id|line_key")      body: {"root_cause": ..., "note": ...}
    target_set            subject: KPI                                   body: {"target": "0.05"}
    bank_amount           subject: deposit_key ("trace|date|payer")    body: {"amount": "120.50"}
    line_closed           subject: denial_id    body: {"state": "written_off", "denied_final" or "open", "note": ...}
    unmasked              subject: family_id                             body: {}
"""

import contextlib
import getpass
import json
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from pipelines.disk import utc_now
from pipelines.errors import StoreError, UsageError

KINDS = ("log_mapping", "root_cause_override", "target_set", "bank_amount", "line_closed", "unmasked")

SCHEMA = """
create table if not exists event (
    event_id integer primary key,
    at text not null,
    who text not null,
    kind text not null,
    subject text not null,
    body text not null
);
create index if not exists event_kind_subject on event (kind, subject);
create trigger if not exists event_is_kept before delete on event
begin select raise(abort, 'the ledger only grows'); end;
create trigger if not exists event_stands before update on event
begin select raise(abort, 'the ledger only grows'); end;
"""


class Event(NamedTuple):
    """One decision."""

    event_id: int
    at: str  # UTC, ISO
    who: str
    kind: str
    subject: str
    body: dict[str, Any]


class Ledger:
    """The ledger at `path`; made at the first word written, not before."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def append(self, kind: str, subject: str, body: dict[str, Any], who: str | None = None) -> int:
        """The event is written and safe; the result is its number."""
        if kind not in KINDS:
            raise UsageError(f"{kind}: not a kind of decision; there are {', '.join(KINDS)}")
        values = (utc_now(), who or getpass.getuser(), kind, subject, json.dumps(body, sort_keys=True))
        with self._open() as connection:
            cursor = connection.execute(
                "insert into event (at, who, kind, subject, body) values (?, ?, ?, ?, ?)", values
            )
            return int(cursor.lastrowid or 0)

    def events(self, kind: str | None = None) -> list[Event]:
        """Every event (of this kind), oldest first."""
        if not self.path.exists():
            return []
        columns = "event_id, at, who, kind, subject, body"
        with self._open() as connection:
            rows = connection.execute(
                f"select {columns} from event where ? is null or kind = ? order by event_id", (kind, kind)
            ).fetchall()
        return [Event(number, at, who, what, about, json.loads(body)) for number, at, who, what, about, body in rows]

    def current(self, kind: str) -> list[Event]:
        """The last event about each subject, without those taken back, in the order of subjects."""
        last = {event.subject: event for event in self.events(kind)}
        return [event for _, event in sorted(last.items()) if event.body]

    def log_mappings(self) -> dict[str, dict[str, str]]:
        """What people said about the columns of denial logs: header -> field, by the fingerprint of the headers."""
        return {event.subject: event.body["mapping"] for event in self.current("log_mapping")}

    def last_event_id(self) -> int:
        """The number of the newest event; 0 for an empty ledger."""
        return max((event.event_id for event in self.events()), default=0)

    @contextlib.contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        """A connection whose work is committed afterwards, or undone if it failed."""
        try:
            os.close(os.open(self.path, os.O_CREAT | os.O_RDWR, 0o600))  # SQLite's own files take over its mode
            with contextlib.closing(sqlite3.connect(self.path, timeout=30)) as connection, connection:
                connection.execute("pragma journal_mode = wal")
                connection.execute("pragma synchronous = full")
                connection.executescript(SCHEMA)
                yield connection
        except (sqlite3.Error, OSError) as problem:
            raise StoreError(f"{self.path}: {problem}") from problem
