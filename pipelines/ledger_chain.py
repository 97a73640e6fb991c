"""What holds the ledger together: a chain of hashes, in which every event's vouches for the one before.

The hash of an event is the SHA-256 of a JSON list: the hash before it (64 zeros for the first), its number, and its
row as stored. An event that is changed, taken out, put in or moved breaks the chain from there on.

What a chain alone cannot prove: whoever can write the file can also reckon every hash anew, or leave out the newest
events. Both show against a head that was written down elsewhere; `denials status` says the present one.

Early ledgers have no hashes; their events are chained as they stand when this version opens them first.
"""

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Iterator

FIRST = "0" * 64
CHAINED = (
    "create trigger event_stands before update on event begin select raise(abort, 'the ledger only grows'); end",
    "create trigger event_is_chained before insert on event when new.hash is null"
    " begin select raise(abort, 'an event without its hash: a newer denialboard wrote this ledger'); end",
)
INSERT = "insert into event (event_id, at, who, kind, subject, body, hash) values (?, ?, ?, ?, ?, ?, ?)"
LAST = "select event_id, hash from event order by event_id desc limit 1"

Row = tuple[str, str, str, str, str]  # at, who, kind, subject, body as stored
Link = tuple[int, Row, str]  # number, row, hash


def link(before: str, number: int, row: Row) -> str:
    """The hash of an event whose predecessor has the hash `before`."""
    # `default`: bytes, which nobody writes here, are something else than was written, and not the end of the looking
    told = json.dumps([before, number, *row], separators=(",", ":"), default=repr)
    return hashlib.sha256(told.encode()).hexdigest()


def chain_events(connection: sqlite3.Connection) -> None:
    """Every event of a ledger without a chain has its hash, and none comes in without: a step of ledger_versions."""
    connection.execute("drop trigger event_stands")
    connection.execute("alter table event add column hash text")
    before, hashes = FIRST, []
    for number, row, _ in links(connection):
        before = link(before, number, row)
        hashes.append((before, number))
    connection.executemany("update event set hash = ? where event_id = ?", hashes)
    for statement in CHAINED:
        connection.execute(statement)


def append(connection: sqlite3.Connection, rows: Iterable[Row]) -> int:
    """The rows are the newest events, in this order; the result is the last one's number. Who calls writes alone."""
    number, before = connection.execute(LAST).fetchone() or (0, FIRST)
    for row in rows:
        number, before = number + 1, link(before, number + 1, row)
        connection.execute(INSERT, (number, *row, before))
    return int(number)


def links(connection: sqlite3.Connection) -> Iterator[Link]:
    """Every event with its hash, as written: in the order of numbers."""
    for number, at, who, kind, subject, body, known in connection.execute("select * from event order by event_id"):
        yield number, (at, who, kind, subject, body), known
