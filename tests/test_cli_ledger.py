"""The ledger as a whole: out to a file and in again, all of it or nothing, by several processes at once."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from pipelines.cli_app import app_for
from pipelines.errors import Refused, UsageError
from pipelines.ledger import Ledger

EVENT = {"at": "2026-03-01T09:30:00", "who": "ana", "kind": "target_set", "subject": "x", "body": {"target": "0.1"}}
PROCESSES, EVENTS = 3, 15
WRITER = """
import sys
from pathlib import Path
from pipelines.ledger import Ledger
for number in range(int(sys.argv[3])):
    Ledger(Path(sys.argv[1])).append("target_set", "same", {"target": str(number)}, sys.argv[2])
"""


@pytest.fixture
def ledger(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ledger:
    """The ledger of a store that does not exist yet."""
    monkeypatch.setenv("DENIALS_HOME", str(tmp_path / "store"))
    return Ledger(tmp_path / "store" / "ledger.sqlite")


@pytest.fixture
def filled(ledger: Ledger) -> Ledger:
    """One with three events, the last of which takes the second back."""
    ledger.path.parent.mkdir()
    ledger.append("target_set", "denial_rate", {"target": "0.05"}, "ana")
    ledger.append("line_closed", "Ä|1", {"state": "open", "note": "Überprüft"}, "bo")
    ledger.append("line_closed", "Ä|1", {}, "bo")
    return ledger


def run(*words: str, given: str | None = None) -> str:
    """What `denials ledger` prints."""
    return CliRunner().invoke(app_for(None), ["ledger", *words], input=given, catch_exceptions=False).output


def written(path: Path, *events: Any) -> str:
    """The file with these events in it, texts as they are."""
    lines = [event if isinstance(event, str) else json.dumps(event) for event in events]
    path.write_text("\n".join(lines), encoding="utf-8")
    return str(path)


def plain(ledger: Ledger) -> list[tuple[Any, ...]]:
    """The events without their numbers."""
    return [tuple(event[1:]) for event in ledger.events()]


def test_round_trip(filled: Ledger, tmp_path: Path) -> None:
    """What is exported and imported elsewhere is the same; again, nothing is new."""
    file = tmp_path / "ledger.jsonl"
    assert f"{file}: 3 events" in run("export", str(file))
    assert 0o600 == file.stat().st_mode & 0o777
    before, text = plain(filled), file.read_text(encoding="utf-8")
    assert text == run("export", "-")
    filled.path.unlink()
    assert "new 3, known 0, refused 0" in run("import", str(file))
    assert before == plain(filled)
    assert "new 0, known 3, refused 0" in run("import", "-", given=text)
    assert before == plain(filled)


def test_an_export_replaces_the_older_whole(filled: Ledger, tmp_path: Path) -> None:
    """A backup is written beside and put in place; a folder that is not there is said."""
    file = tmp_path / "ledger.jsonl"
    file.write_text("old\n" * 50)
    run("export", str(file))
    assert 3 == len(file.read_text(encoding="utf-8").splitlines())
    assert [file.name, "store"] == sorted(path.name for path in tmp_path.iterdir())
    with pytest.raises(UsageError, match="cannot be written"):
        run("export", str(tmp_path / "nowhere" / "ledger.jsonl"))


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("nonsense", "line 2: got 'nonsense', wanted an event as a JSON object"),
        ("[1]", "line 2: got '[1]', wanted an event"),
        ("[" * 100_000, "wanted an event"),
        ('{"body": NaN}', "wanted an event"),
        ({**EVENT, "who": "\ud800"}, "wanted an event"),
        ({**EVENT, "who": " "}, "line 2: who: got ' ', wanted text"),
        ({**EVENT, "at": "yesterday"}, "line 2: at: got 'yesterday', wanted a moment"),
        ({**EVENT, "when": "x"}, "line 2: when: no such field"),
        ({**EVENT, "kind": "target"}, "line 2: target: not a kind of decision"),
        ({**EVENT, "body": {"target": "low"}}, "line 2: target_set x: target: got 'low', wanted a decimal number"),
        ({**EVENT, "body": None}, "line 2: target_set x: body: got None, wanted named fields"),
        ({name: EVENT[name] for name in ("at", "who", "kind", "body")}, "line 2: subject: got None, wanted text"),
    ],
)
def test_all_or_nothing(filled: Ledger, tmp_path: Path, line: Any, expected: str) -> None:
    """One wrong line and nothing is imported; it is said which, what was there and what was wanted."""
    before = filled.events()
    with pytest.raises(Refused) as caught:
        run("import", written(tmp_path / "in.jsonl", EVENT, line, {**EVENT, "subject": "y"}))
    assert "nothing is imported, 1 of the lines cannot be" in str(caught.value)
    assert expected in str(caught.value)
    assert before == filled.events()


def test_many_wrong_lines_are_counted(ledger: Ledger, tmp_path: Path) -> None:
    """The first few wrong lines are told and the others counted."""
    with pytest.raises(Refused, match=r"9 of the lines cannot be: line 1: .*line 5: .*; and 4 more lines$"):
        run("import", written(tmp_path / "in.jsonl", *["?"] * 9))


def test_the_same_event_is_the_same_however_written(ledger: Ledger, tmp_path: Path) -> None:
    """A time in another zone or without its microseconds, and the order of fields, make no other event."""
    same = {**dict(reversed(EVENT.items())), "at": "2026-03-01T10:30:00.000000+01:00", "event_id": 7}
    told = run("import", written(tmp_path / "in.jsonl", EVENT, same, "", EVENT))
    assert "new 1, known 2" in told
    assert ["2026-03-01T09:30:00.000000"] == [event.at for event in ledger.events()]


def test_what_was_said_later_stands(filled: Ledger, tmp_path: Path) -> None:
    """An imported word that is older than the one here does not stand; one from a clock ahead can be taken back."""
    run("import", written(tmp_path / "old.jsonl", {**EVENT, "subject": "denial_rate"}))
    assert ["0.05"] == [event.body["target"] for event in filled.current("target_set")]
    run("import", written(tmp_path / "ahead.jsonl", {**EVENT, "subject": "denial_rate", "at": "2999-01-01T00:00:00"}))
    assert ["0.1"] == [event.body["target"] for event in filled.current("target_set")]
    filled.append("target_set", "denial_rate", {})
    assert [] == filled.current("target_set")
    assert "2999-01-01T00:00:00.000001" == filled.history("target_set", "denial_rate")[-1].at


def test_an_empty_list_says_so(ledger: Ledger) -> None:
    """A head without rows comes with a word."""
    assert "Nothing to list." == run("list").splitlines()[-1]


def test_list(filled: Ledger) -> None:
    """Every event is listed, or those of a kind or subject, or what stands; JSON has bodies as they are."""
    assert 3 == len(json.loads(run("list", "--format", "json")))
    closed = json.loads(run("list", "--kind", "line_closed", "--format", "json"))
    assert [{"state": "open", "note": "Überprüft"}, {}] == [event["body"] for event in closed]
    assert ["denial_rate"] == [event["subject"] for event in json.loads(run("list", "--standing", "--format", "json"))]
    assert [] == json.loads(run("list", "--subject", "nobody", "--format", "json"))
    assert "target_set   denial_rate  " in run("list")
    with pytest.raises(UsageError, match="no such kind; there are log_mapping, root_cause_override"):
        run("list", "--kind", "targets")


def test_an_empty_ledger(ledger: Ledger, tmp_path: Path) -> None:
    """Nothing decided: an empty list, an empty file, and no ledger is made by looking."""
    assert [] == json.loads(run("list", "--format", "json"))
    assert "0 events" in run("export", str(tmp_path / "ledger.jsonl"))
    assert not ledger.path.exists()
    with pytest.raises(UsageError, match="there is no such file"):
        run("import", str(tmp_path / "none.jsonl"))


def test_undo_is_an_event(filled: Ledger) -> None:
    """Undoing brings back what stood before, and undoing that what stood after; nothing is removed."""
    (target,) = filled.current("target_set")
    assert "target_set denial_rate: nothing stands now, by event 4" in run("undo", str(target.event_id), "--who", "cy")
    assert ([], "cy") == (filled.current("target_set"), filled.events()[-1].who)
    assert '{"target": "0.05"} stands now, by event 5' in run("undo", "4")
    assert ["0.05"] == [event.body["target"] for event in filled.current("target_set")]
    run("undo", "3")
    assert ["Überprüft"] == [event.body["note"] for event in filled.current("line_closed")]
    assert 6 == len(filled.events())


@pytest.mark.parametrize(
    ("number", "expected"),
    [(9, "there is no such event"), (2, "event 3 about the same came later"), (4, "what happened")],
)
def test_what_cannot_be_undone(filled: Ledger, number: int, expected: str) -> None:
    """Only the last decision about a subject can be undone, and not what happened."""
    filled.append("unmasked", "f", {})
    with pytest.raises(UsageError, match=expected):
        run("undo", str(number))
    assert 4 == len(filled.events())


def test_settings_are_chosen_with_their_source(ledger: Ledger) -> None:
    """A value needs a source; what is chosen is shown as yours until it is taken back."""
    assert "rework_cost            25.00  ours   assumed for a practice" in run("set")
    with pytest.raises(UsageError, match="source: got '', wanted text"):
        run("set", "rework_cost", "31.50")
    assert "rework_cost: 31.50 (time study)" in run("set", "rework_cost", "31.50", "--source", "time study")
    assert "rework_cost            31.50  yours  time study" in run("set")
    assert "25.00 (assumed" in run("set", "rework_cost", "--take-back")


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("rework", "1", "--source", "x"), "no such setting; there are rework_cost"),
        (("rework_cost", "much", "--source", "x"), "value: got 'much', wanted dollars"),
        (("rework_cost",), "wanted a VALUE, or --take-back"),
        (("rework_cost", "1", "--source", "x", "--take-back"), "wanted a VALUE, or --take-back"),
    ],
)
def test_a_setting_that_cannot_be_meant(ledger: Ledger, words: tuple[str, ...], expected: str) -> None:
    """Nothing is written where the name or the value is not clear."""
    with pytest.raises(UsageError, match=expected):
        run("set", *words)
    assert [] == ledger.events()


def test_help_teaches() -> None:
    """Each command's help gives an example."""
    assert [] == [name for name in ("export", "import", "list", "undo", "set") if "Example" not in run(name, "--help")]


def test_processes_that_write_and_import_at_once_lose_nothing(filled: Ledger, tmp_path: Path) -> None:
    """Every event of each is there, about one subject in the order of their times, and a double import adds once."""
    file = written(tmp_path / "in.jsonl", *({**EVENT, "subject": f"i{number}"} for number in range(EVENTS)))
    commands = [[sys.executable, "-c", WRITER, str(filled.path), f"p{n}", str(EVENTS)] for n in range(PROCESSES)]
    commands += [[sys.executable, "-m", "pipelines", "ledger", "import", file]] * 2
    processes = [subprocess.Popen(command, stdout=subprocess.DEVNULL) for command in commands]
    assert [0] * len(commands) == [process.wait(timeout=120) for process in processes]
    events = filled.events("target_set")
    assert 1 + (PROCESSES + 1) * EVENTS == len(events)
    numbers = [event.event_id for event in events if event.subject == "same"]
    assert sorted(numbers) == numbers
    assert PROCESSES * EVENTS == len(numbers) == len({event.at for event in events if event.subject == "same"})
