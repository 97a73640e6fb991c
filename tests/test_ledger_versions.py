"""A ledger of an earlier version is taken on step by step; one of a later version is left alone."""

import contextlib
import sqlite3
from pathlib import Path

import pytest

from pipelines import ledger_versions
from pipelines.errors import StoreError
from pipelines.ledger import Ledger

OF_VERSION_0 = """
create table event (event_id integer primary key, at text not null, who text not null, kind text not null,
    subject text not null, body text not null);
create index event_kind_subject on event (kind, subject);
create trigger event_is_kept before delete on event begin select raise(abort, 'the ledger only grows'); end;
create trigger event_stands before update on event begin select raise(abort, 'the ledger only grows'); end;
insert into event values (1, '2026-03-01T09:30:00.000000', 'ana', 'target_set', 'denial_rate', '{"target": "0.05"}');
insert into event values (2, '2026-03-02T09:30:00.000000', 'bo', 'unmasked', 'family-1', '{}');
"""  # as version 0.1.0 wrote it


@pytest.fixture
def early(tmp_path: Path) -> Ledger:
    """A ledger as it was before ledgers had versions."""
    path = tmp_path / "ledger.sqlite"
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute("pragma journal_mode = wal")
        connection.executescript(OF_VERSION_0)
    return Ledger(path)


def version_of(path: Path) -> int:
    """The version that the file says it has."""
    with contextlib.closing(sqlite3.connect(path)) as connection:
        return int(connection.execute("pragma user_version").fetchone()[0])


def test_an_early_ledger_says_what_it_said(early: Ledger) -> None:
    """Every event of a ledger without a version is there after it got one, and it takes new ones."""
    assert [1, 2] == [event.event_id for event in early.events()]
    assert len(ledger_versions.STEPS) == version_of(early.path)
    assert 3 == early.append("unmasked", "family-2", {})
    assert {"target": "0.05"} == early.current("target_set")[0].body


def test_an_early_ledger_stays_beside_it(early: Ledger) -> None:
    """Before the first step the ledger is copied as it was, for its owner alone and with nothing else beside it."""
    early.append("unmasked", "family-2", {})
    copy = early.path.with_name("ledger.v0.sqlite")
    assert (0, 0o600) == (version_of(copy), copy.stat().st_mode & 0o777)
    with contextlib.closing(sqlite3.connect(copy)) as connection:
        assert [(1,), (2,)] == connection.execute("select event_id from event").fetchall()
    assert [copy, early.path] == sorted(early.path.parent.iterdir(), key=lambda path: len(path.name), reverse=True)


def test_a_new_ledger_has_no_copy(tmp_path: Path) -> None:
    """Where nothing was, nothing is kept."""
    ledger = Ledger(tmp_path / "ledger.sqlite")
    ledger.append("unmasked", "family-1", {})
    assert ["ledger.sqlite"] == [path.name for path in tmp_path.iterdir()]
    assert len(ledger_versions.STEPS) == version_of(ledger.path)


def test_only_the_steps_that_are_missing_are_taken(early: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    """A further step finds a ledger of the version before it, and is taken once."""
    early.events()
    before = len(ledger_versions.STEPS)
    monkeypatch.setattr(ledger_versions, "STEPS", (*ledger_versions.STEPS, _new_table))
    early.events()
    early.events()
    assert before + 1 == version_of(early.path)
    assert before == version_of(early.path.with_name(f"ledger.v{before}.sqlite"))


def _new_table(connection: sqlite3.Connection) -> None:
    connection.execute("create table further (event_id integer)")


def test_a_step_that_fails_leaves_the_ledger_as_it_was(early: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    """All steps are taken or none: what an earlier step made is not there."""

    def fails(connection: sqlite3.Connection) -> None:
        connection.execute("insert into no_such_table values (1)")

    monkeypatch.setattr(ledger_versions, "STEPS", (*ledger_versions.STEPS, _new_table, fails))
    with pytest.raises(StoreError, match="no_such_table"):
        early.events()
    with contextlib.closing(sqlite3.connect(early.path)) as connection:
        assert [] == connection.execute("select * from sqlite_schema where name = 'further'").fetchall()
    assert 0 == version_of(early.path)


def test_a_later_ledger_is_refused(early: Ledger) -> None:
    """What a later version wrote is neither read nor changed: this version does not know what it means."""
    with contextlib.closing(sqlite3.connect(early.path)) as connection:
        connection.execute("pragma user_version = 99")
    before = early.path.read_bytes()
    with pytest.raises(StoreError, match=r"of version 99, wanted at most \d+: a later denialboard"):
        early.append("unmasked", "family-2", {})
    assert before == early.path.read_bytes()
