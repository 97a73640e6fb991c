"""How a ledger of an earlier version becomes one of this version: step by step, in one transaction, after a copy of it.

The version is SQLite's `user_version`. STEPS has at place n what makes version n + 1 of version n. A new ledger goes
through all steps, one of version 1 through those after the first; so a step that was once released is never changed:
what comes later is a step of its own. Version 0 is an empty file, or a ledger from before there were versions.
"""

import contextlib
import os
import sqlite3
from collections.abc import Callable
from pathlib import Path

from pipelines.errors import StoreError
from pipelines.ledger_chain import chain_events

Step = Callable[[sqlite3.Connection], None]  # statement by statement: `executescript` would end the transaction

EVENTS = (
    """
    create table if not exists event (
        event_id integer primary key,
        at text not null,
        who text not null,
        kind text not null,
        subject text not null,
        body text not null
    )
    """,
    "create index if not exists event_kind_subject on event (kind, subject)",
    "create trigger if not exists event_is_kept before delete on event"
    " begin select raise(abort, 'the ledger only grows'); end",
    "create trigger if not exists event_stands before update on event"
    " begin select raise(abort, 'the ledger only grows'); end",
)


def _events_only_grow(connection: sqlite3.Connection) -> None:
    """There is the table of events, which refuses changes; where it was there already, nothing happened."""
    for statement in EVENTS:
        connection.execute(statement)


STEPS: tuple[Step, ...] = (_events_only_grow, chain_events)


def settle(connection: sqlite3.Connection, path: Path) -> None:
    """The ledger at `path`, which the connection has open, is of this version; StoreError for one of a later version.

    One that held events before stays beside it as it was, as `ledger.v<its version>.sqlite`.
    """
    if _version(connection, path) == len(STEPS):
        return
    connection.execute("begin immediate")
    with connection:
        found = _version(connection, path)  # another process may have been quicker
        if found < len(STEPS) and _has_events(connection):
            _copy(path, path.with_name(f"{path.stem}.v{found}{path.suffix}"))
        for step in STEPS[found:]:
            step(connection)
        connection.execute(f"pragma user_version = {len(STEPS)}")


def _version(connection: sqlite3.Connection, path: Path) -> int:
    (found,) = connection.execute("pragma user_version").fetchone()
    if found > len(STEPS):
        raise StoreError(
            f"{path}: of version {found}, wanted at most {len(STEPS)}: a later denialboard wrote it;"
            " use that one, nothing was changed"
        )
    return int(found)


def _has_events(connection: sqlite3.Connection) -> bool:
    return bool(connection.execute("select 1 from sqlite_schema where type = 'table' and name = 'event'").fetchall())


def _copy(path: Path, target: Path) -> None:
    """What is committed in the database at `path` is in the file `target`, whole, for its owner alone."""
    beside = target.with_name(f"{target.name}.new")
    beside.unlink(missing_ok=True)
    os.close(os.open(beside, os.O_CREAT | os.O_RDWR, 0o600))
    with contextlib.closing(sqlite3.connect(path)) as source, contextlib.closing(sqlite3.connect(beside)) as copy:
        source.backup(copy)
        copy.execute("pragma journal_mode = delete")  # one file, without two others beside it
    beside.replace(target)
