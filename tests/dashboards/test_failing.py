"""What is told of an error, and to whom."""

import logging
from typing import Any

import pytest
import streamlit as st

from dashboards.failing import on_error, told
from pipelines.errors import StoreError

SECRET = "MADEUP PATIENT"


def failing() -> BaseException:
    """An error with a cause, both with a patient's name in their messages."""
    try:
        try:
            raise KeyError(SECRET)
        except KeyError as inner:
            raise ValueError(f"no {SECRET}") from inner
    except ValueError as error:
        return error


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What stands on the page as an error."""
    said: list[str] = []
    monkeypatch.setattr(st, "error", lambda text: said.append(str(text)))
    return said


def test_the_log_has_kinds_and_places_and_no_message() -> None:
    """From the outer error to its cause: where in the program, never what the data said."""
    text = told(failing())
    assert text.startswith("ValueError at ") and " <- KeyError at " in text and "test_failing.py:" in text
    assert SECRET not in text


def test_an_error_of_ours_is_its_sentence(shown: list[str]) -> None:
    """With whatever a file put in it shown as text."""
    assert on_error(StoreError("payer <b> is `odd`"))
    assert [r"payer \<b\> is \`odd\`"] == shown


def test_any_other_is_a_number_that_stands_in_the_log(shown: list[str], caplog: Any) -> None:
    """Who asks for help says the number; the log has it."""
    with caplog.at_level(logging.ERROR):
        error = failing()
        assert isinstance(error, Exception) and on_error(error)
    number = shown[0].rpartition(" ")[2].rstrip(".")
    assert 8 == len(number) and f"error {number}: ValueError at" in caplog.text
    assert SECRET not in shown[0] + caplog.text
