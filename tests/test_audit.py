"""The ledger's chain: whole as it is written, and broken at the event that somebody changed behind its back."""

import contextlib
import sqlite3
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pipelines.audit import DONE, about, broken_links, chain_findings, claim_of, holds
from pipelines.cli_app import app_for
from pipelines.errors import StoreError, UsageError
from pipelines.ledger import Event, Ledger, Said
from pipelines.ledger_chain import FIRST, link
from pipelines.ledger_kinds import KINDS
from tests.test_ledger_versions import OF_VERSION_0


@pytest.fixture
def ledger(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ledger:
    """Five events, of which two came in from another ledger and one is an undoing."""
    monkeypatch.setenv("DENIALS_HOME", str(tmp_path))
    ledger = Ledger(tmp_path / "ledger.sqlite")
    ledger.append("target_set", "denial_rate", {"target": "0.05"}, "ana")
    early = "2026-03-01T09:30:00.000000"
    ledger.add([Said(early, "bo", "target_set", kpi, {"target": "0.1"}) for kpi in ("x", "y")])
    ledger.append("unmasked", "family-1", {}, "ana")
    ledger.undo(1, "cy")
    return ledger


def tampered(ledger: Ledger, *statements: str) -> Ledger:
    """The same after these statements by somebody who took the table's guards away."""
    with contextlib.closing(sqlite3.connect(ledger.path)) as connection, connection:
        for statement in ("drop trigger event_is_kept", "drop trigger event_stands", *statements):
            connection.execute(statement)
    return ledger


def test_what_is_written_is_whole(ledger: Ledger) -> None:
    """Every way of writing goes on with the chain; the head is the hash of the newest event."""
    assert [] == broken_links(ledger)
    number, row, known = ledger.links()[-1]
    assert (5, link(ledger.links()[-2][2], 5, row)) == (number, known)
    assert (5, known) == ledger.head()
    assert (0, FIRST) == Ledger(ledger.path.with_name("none")).head()


@pytest.mark.parametrize(
    ("statement", "number", "why"),
    [
        ("update event set who = 'dan' where event_id = 2", 2, "it is not what was written"),
        ("update event set at = '2026-03-02T09:30:00.000000' where event_id = 3", 3, "it is not what was written"),
        ("""update event set body = '{"target": "0.2"}' where event_id = 1""", 1, "it is not what was written"),
        ("update event set body = cast(body as blob) where event_id = 3", 3, "it is not what was written"),
        ("update event set hash = null where event_id = 5", 5, "it is not what was written"),
        ("delete from event where event_id = 4", 5, "event 4 is missing before it"),
        ("delete from event where event_id = 1", 2, "event 1 is missing before it"),
        (f"insert into event values (6, '2026', 'dan', 'unmasked', 'f', '{{}}', '{'0' * 64}')", 6, "not what was"),
    ],
)
def test_tampering_shows_where_it_was_done(ledger: Ledger, statement: str, number: int, why: str) -> None:
    """The first event that does not fit is named: changed, missing or put in; the command says it and fails."""
    found = broken_links(tampered(ledger, statement))
    assert (1, number) == (len(found), found[0].number)
    assert why in found[0].why
    with pytest.raises(StoreError, match=f"event {number} .* does not fit"):
        CliRunner().invoke(app_for(None), ["ledger", "verify"], catch_exceptions=False)
    assert 1 == len(chain_findings(ledger))


def test_the_hash_is_the_same_for_ever() -> None:
    """What another version or another program reckons is this: a chain must be readable in ten years."""
    row = ("2026-03-01T09:30:00.000000", "ana", "target_set", "denial_rate", '{"target": "0.05"}')
    assert "80aef421d7db93229e1ca210509ae3b8fee1cf2fa3d818abb4ea12ce4864bbf2" == link(FIRST, 1, row)


def test_two_events_that_changed_places(ledger: Ledger) -> None:
    """An event is bound to its number: two that are exchanged are both told of."""
    swap = ("update event set event_id = 9 where event_id = 2", "update event set event_id = 2 where event_id = 3")
    found = broken_links(tampered(ledger, *swap, "update event set event_id = 3 where event_id = 9"))
    assert {2, 3} <= {one.number for one in found}


def test_a_head_kept_elsewhere_shows_what_the_chain_cannot(ledger: Ledger) -> None:
    """Who cuts off the newest events leaves a whole chain; the head that was written down is then not in it."""
    head = ledger.head().hash
    ledger.append("unmasked", "family-2", {}, "ana")
    assert holds(ledger, head)
    told = CliRunner().invoke(app_for(None), ["ledger", "verify", "--head", head], catch_exceptions=False)
    assert told.output.startswith("whole          6 events, head ")
    tampered(ledger, "delete from event where event_id > 4")
    assert ([], False) == (broken_links(ledger), holds(ledger, head))
    with pytest.raises(StoreError, match="is not in the chain"):
        CliRunner().invoke(app_for(None), ["ledger", "verify", "--head", head], catch_exceptions=False)


def test_an_early_ledger_is_chained_as_it_stands(tmp_path: Path) -> None:
    """A ledger of version 0.1.0 has a whole chain afterwards, and a program that knows of none can write no more."""
    path = tmp_path / "ledger.sqlite"
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.executescript(OF_VERSION_0)
    ledger = Ledger(path)
    assert ([], 2) == (broken_links(ledger), ledger.head().number)
    with contextlib.closing(sqlite3.connect(path)) as connection, connection:
        with pytest.raises(sqlite3.IntegrityError, match="a newer denialboard"):
            connection.execute("insert into event (at, who, kind, subject, body) values ('2026', 'a', 'b', 'c', '{}')")
        with pytest.raises(sqlite3.IntegrityError, match="the ledger only grows"):
            connection.execute("update event set who = 'x'")


def test_what_happened_cannot_be_undone(ledger: Ledger) -> None:
    """A sign-in or a file taken away is no decision: it neither stands nor can be taken back."""
    number = ledger.append("exported", "denials.csv", {"what": "Denials", "rows": 3}, "ana")
    with pytest.raises(UsageError, match="says what happened"):
        ledger.undo(number)
    shown = CliRunner().invoke(app_for(None), ["ledger", "list", "--standing"], catch_exceptions=False)
    assert "exported" not in shown.output
    assert "denials.csv, 3 rows" == about(ledger.events("exported")[0])


def test_a_claim_stands_apart_from_what_was_done(ledger: Ledger) -> None:
    """The key of a claim holds its number, so it has a column of its own, which files replace by a token."""
    ledger.append("line_closed", "AETNA~A1~2026-03-01|1", {"state": "open", "note": ""}, "ana")
    ledger.append("target_set", "denial_rate", {"target": "0.05"}, "ana")
    closed, target = ledger.events("line_closed")[0], ledger.events("target_set")[-1]
    assert ("AETNA~A1~2026-03-01|1", "") == (claim_of(closed), about(closed))
    assert ("", "denial_rate") == (claim_of(target), about(target))


@pytest.mark.parametrize(
    ("kind", "subject", "body", "expected"),
    [
        ("alert_raised", "rule-1|2026-10", {"told": "Denial rate: above its limit"}, "Denial rate: above its limit"),
        (
            "alert_rule",
            "rule-1",
            {"kpi": "denial_rate", "cell": {}, "by": "limit"},
            "Denial rate, all payers and procedures: against its limits",
        ),
        (
            "alert_rule",
            "rule-1",
            {"kpi": "denial_rate", "cell": {"payer": "AETNA", "root_cause": "missing_auth"}, "by": "target"},
            "Denial rate, AETNA, missing auth: against its target",
        ),
        ("alert_rule", "rule-1", {}, "rule-1: taken back"),
        ("baseline_set", 'gone|{"payer": "AETNA"}', {"from": "2026-01"}, "gone, AETNA"),
        ("baseline_set", "denial_rate|{}", {}, "Denial rate, all payers and procedures: taken back"),
    ],
)
def test_what_is_watched_is_said_in_words(kind: str, subject: str, body: dict[str, object], expected: str) -> None:
    """No key of ours stands for a number, its cell or an alert."""
    assert expected == about(Event(1, "2026-03-01T09:30:00.000000", "ana", kind, subject, body))


def test_every_kind_has_its_words() -> None:
    """What a person did can be said for each kind of event."""
    assert set(KINDS) == set(DONE)
