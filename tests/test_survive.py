"""`kill -9` at one step after the other: nothing accepted is lost, nothing is half there, the next run completes."""

import contextlib
import errno
import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from pipelines.errors import advice
from pipelines.ingest import ingest
from pipelines.logs import Log
from pipelines.reading import Readers
from pipelines.store import Store
from tests.fake_reader import FAKE, claims, detect, fingerprint, given, read

ROOT = Path(__file__).parent.parent


@pytest.mark.parametrize("works", [("take", "decide"), ("swap", "keep")], ids=" ".join)
def test_kill_9_at_steps(works: tuple[str, ...], tmp_path: Path) -> None:
    """Wherever it dies, what was said is there, and the same again ends as if nothing had been."""
    command = [sys.executable, "-m", "tests.killed", str(tmp_path), *works]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (0, "") == (ended.returncode, ended.stderr)
    told = json.loads(ended.stdout)
    assert {work: [] for work in works} == {work: wrong for work, (_, wrong) in told.items()}
    assert min(killed for killed, _ in told.values()) >= 12


def test_rows_of_a_second_chance_are_never_half_gone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that dies while it clears a folder of the lake leaves a file that can be taken again."""
    store, rmdir = Store(tmp_path / "store"), os.rmdir
    unable = Readers(detect, lambda source, mapping=None: read(given("late", b"BAD")), fingerprint)
    ingest(store, [given("late", claims(2, 3))], readers=unable, workers=1)

    def die_in_the_lake(path: str, **options: int) -> None:
        if str(path).startswith(str(store.lake)):
            raise KeyboardInterrupt
        rmdir(path, **options)

    with monkeypatch.context() as patched, contextlib.suppress(KeyboardInterrupt):
        patched.setattr(os, "rmdir", die_in_the_lake)
        ingest(store, [given("late", claims(2, 3))], readers=FAKE, workers=1)
    [result] = ingest(store, [given("late", claims(2, 3))], readers=FAKE, workers=1)
    assert (2, None) == (result.claims, result.error)


def test_what_was_said_of_a_log_is_kept_before_the_log_is_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that is in is not read again; so a word lost with the process would be lost for the next log."""
    store = Store(tmp_path / "store")

    def die(arrivals: object) -> list[bool]:
        raise KeyboardInterrupt

    monkeypatch.setattr(store, "put", die)
    with pytest.raises(KeyboardInterrupt):
        ingest(store, [given("log", b"LOG A\nCLAIM 1\n")], {"AMOUNT": "paid_amount"}, readers=FAKE, workers=1)
    assert {"LOG A": {"AMOUNT": "paid_amount"}} == store.ledger.log_mappings()


def test_a_log_in_a_folder_of_others_stops_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who may not even look into the store is told by its sentence, not by the log's trouble."""

    def refuse(path: Path) -> bool:
        raise PermissionError(13, "Permission denied", str(path))

    with monkeypatch.context() as patched:
        patched.setattr(Path, "is_dir", refuse)
        Log(tmp_path).started()
    assert [] == list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("problem", "wanted"),
    [(OSError(errno.EFBIG, "File too large"), "ulimit -f"), (sqlite3.OperationalError("disk I/O error"), "make room")],
)
def test_what_the_disk_refuses_is_told_with_what_to_do(problem: Exception, wanted: str) -> None:
    """The words of the system alone help nobody."""
    assert wanted in advice(problem)
