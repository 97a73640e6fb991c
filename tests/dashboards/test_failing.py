"""What is told of an error, and to whom."""

import json
import logging
import os
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest
import streamlit as st

from dashboards.failing import on_error
from pipelines.errors import StoreError
from pipelines.logs import Log
from pipelines.store import Store

SECRET = "MADEUP PATIENT"
ROOT = Path(__file__).parent.parent.parent
LIBRARIES = f"""
import logging, sys, threading
from dashboards.failing import quiet
quiet()
def fail():
    raise ValueError("{SECRET}")
class Falling:
    def __del__(self):
        fail()
logging.basicConfig()
for name in ("streamlit.runtime.app_session", "uvicorn.error", "streamlit.error_util", "asyncio"):
    try:
        fail()
    except ValueError as error:
        logging.getLogger(name).exception("Error processing %s", error)
        logging.getLogger(name).warning(error)
thread = threading.Thread(target=fail)
thread.start()
thread.join()
Falling()
"""


def failing() -> Exception:
    """An error with a cause, both with a patient's name in their messages."""
    try:
        try:
            raise KeyError(SECRET)
        except KeyError as inner:
            raise ValueError(f"no {SECRET}") from inner
    except ValueError as error:
        return error


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[str]:
    """What stands on the page as an error; the log is that of an empty store."""
    monkeypatch.setenv("DENIALS_HOME", str(tmp_path / "store"))
    Store().prepare()
    said: list[str] = []
    monkeypatch.setattr(st, "error", lambda text: said.append(str(text)))
    return said


def test_an_error_of_ours_is_its_sentence(shown: list[str]) -> None:
    """With whatever a file put in it shown as text."""
    assert on_error(StoreError("payer <b> is `odd`"))
    assert [r"payer \<b\> is \`odd\`"] == shown


def test_what_the_system_or_a_database_refuses_is_a_sentence(shown: list[str]) -> None:
    """A full disk, a folder of somebody else and a damaged build say what to do."""
    assert on_error(OSError(28, "No space left on device", "/x"))
    assert on_error(PermissionError(13, "Permission denied", "/x"))
    assert on_error(duckdb.Error("Corrupt database file: computed checksum 1 does not match"))
    assert [True] * 3 == [
        words in sentence
        for words, sentence in zip(("make room", "as that user", "makes a new one"), shown, strict=True)
    ]


def test_any_other_is_a_number_that_stands_in_the_log(shown: list[str]) -> None:
    """Who asks for help says the number; the log has it, with kinds and places and without words."""
    assert on_error(failing())
    [line] = [json.loads(text) for text in Log(Store().home).lines()]
    assert f"`denials log {line['number']}`" in shown[0]
    assert ["ValueError", "KeyError"] == [error["type"] for error in line["errors"]]
    assert "test_failing.py" in line["errors"][0]["through"][0]
    assert SECRET not in shown[0] + json.dumps(line)


def test_no_library_writes_the_words_of_an_error(shown: list[str]) -> None:
    """Streamlit, its server, event loops and threads: the terminal has numbers and places, the log the way there."""
    home = Store().home
    done = subprocess.run(
        [sys.executable, "-c", LIBRARIES],
        *(), cwd=ROOT, env={**os.environ, "DENIALS_HOME": str(home)}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    lines = [json.loads(text) for text in Log(home).lines()]
    assert SECRET not in done.stderr + done.stdout + json.dumps(lines)
    assert 5 == len(lines) == sum(f"error {line['number']}: ValueError" in done.stderr for line in lines)
    assert logging.getLogRecordFactory() is logging.LogRecord
