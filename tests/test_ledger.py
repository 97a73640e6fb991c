"""The ledger only grows, and what stands is the last word on each subject."""

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from pipelines.errors import StoreError, UsageError
from pipelines.ledger import Ledger


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    """A ledger that does not exist yet."""
    return Ledger(tmp_path / "ledger.sqlite")


def test_events_come_back_in_order(ledger: Ledger) -> None:
    """Each event keeps its number, kind, subject, body and who said it."""
    ledger.append("target_set", "denial_rate", {"target": "0.05"}, who="ana")
    ledger.append("unmasked", "family-1", {}, who="bo")
    found = [(event.event_id, event.kind, event.subject, event.body, event.who) for event in ledger.events()]
    expected = [
        (1, "target_set", "denial_rate", {"target": "0.05"}, "ana"),
        (2, "unmasked", "family-1", {}, "bo"),
    ]
    assert expected == found
    assert ["unmasked"] == [event.kind for event in ledger.events("unmasked")]


def test_the_last_word_stands(ledger: Ledger) -> None:
    """A later event about the same subject replaces the earlier; an empty body takes it back."""
    for subject, body in [("b", {"target": 1}), ("a", {"target": 2}), ("b", {"target": 3}), ("a", {})]:
        ledger.append("target_set", subject, body)
    assert [("b", {"target": 3})] == [(event.subject, event.body) for event in ledger.current("target_set")]


def test_an_empty_ledger_makes_no_file(ledger: Ledger) -> None:
    """Reading never writes."""
    assert ([], [], 0) == (ledger.events(), ledger.current("target_set"), ledger.last_event_id())
    assert not ledger.path.exists()


@pytest.mark.parametrize("statement", ["delete from event", "update event set who = 'x'"])
def test_nothing_can_be_changed(ledger: Ledger, statement: str) -> None:
    """The table itself refuses changes, whoever asks."""
    ledger.append("unmasked", "f", {})
    connection = sqlite3.connect(ledger.path)
    with pytest.raises(sqlite3.IntegrityError, match="the ledger only grows"):
        connection.execute(statement)
    connection.close()


def test_only_its_owner_reads_it(ledger: Ledger) -> None:
    """The ledger's file has mode 0600."""
    ledger.append("unmasked", "f", {})
    assert 0o600 == ledger.path.stat().st_mode & 0o777


def test_unknown_kinds_are_refused(ledger: Ledger) -> None:
    """A misspelt kind would be lost for ever: it is refused."""
    with pytest.raises(UsageError, match="not a kind of decision"):
        ledger.append("target", "denial_rate", {})


def test_an_unusable_ledger_is_one_line(tmp_path: Path) -> None:
    """A file that is no SQLite database is said to be so."""
    (tmp_path / "ledger.sqlite").write_bytes(b"not a database at all" * 100)
    with pytest.raises(StoreError, match="not a database of ours; `denials restore`"):
        Ledger(tmp_path / "ledger.sqlite").events()


def test_two_processes_write_at_once(ledger: Ledger) -> None:
    """No event of either is lost."""
    code = (
        "import sys; from pathlib import Path; from pipelines.ledger import Ledger\n"
        "for n in range(20): Ledger(Path(sys.argv[1])).append('unmasked', f'{sys.argv[2]}{n}', {})"
    )
    processes = [subprocess.Popen([sys.executable, "-c", code, str(ledger.path), name]) for name in ("a", "b")]
    assert [0, 0] == [process.wait() for process in processes]
    assert {f"{name}{n}" for name in "ab" for n in range(20)} == {event.subject for event in ledger.events()}
