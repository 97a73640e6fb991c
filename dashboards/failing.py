"""What a person sees of an error: one sentence, and for what nobody foresaw the number under which the log has it.

What Streamlit or another library writes of an error goes the same way: its words may hold what a file says of a
patient, so a record carries only the number, kinds and places.
"""

import logging
import sys
import threading
from typing import Any

import streamlit as st

from dashboards import words
from pipelines.errors import DenialboardError, advice
from pipelines.faults import summary
from pipelines.logs import Log
from pipelines.store import Store

TOLD_TWICE = "streamlit.error_util"  # reports again what `on_error` was told
LOOPS = "asyncio"  # writes out what it worked on


def quiet() -> None:
    """From now on nothing in this process writes an error's words, to the terminal or anywhere."""
    logging.setLogRecordFactory(without_words)
    logging.getLogger(TOLD_TWICE).addFilter(lambda record: False)
    threading.excepthook = lambda raised: _unhandled(raised.exc_value)
    sys.unraisablehook = lambda raised: _unhandled(raised.exc_value)


def without_words(*arguments: Any, **more: Any) -> logging.LogRecord:
    """A record as the standard library makes it, but with an error's number, kind and place instead of its words."""
    record = logging.LogRecord(*arguments, **more)
    if isinstance(record.args, tuple):
        record.args = tuple(map(_wordless, record.args))
    elif record.args:
        record.args = {name: _wordless(one) for name, one in record.args.items()}
    if isinstance(record.msg, BaseException):
        record.msg = summary(record.msg)
    if record.name == LOOPS:
        record.msg, record.args = "in the event loop", ()
    if record.exc_info and record.exc_info[1] is not None and record.name != TOLD_TWICE:
        record.exc_text = _noted(record.exc_info[1])
    record.exc_info = None
    return record


def _wordless(value: object) -> object:
    return summary(value) if isinstance(value, BaseException) else value


def _unhandled(error: BaseException | None) -> None:
    if error is not None:
        print(_noted(error), file=sys.stderr)


def _noted(error: BaseException) -> str:
    return f"error {Log(Store().home).failed(error)}: {summary(error)}"


def on_error(error: Exception) -> bool:
    """An error that a person can mend is shown as its sentence, any other as a number; True: nothing else is shown."""
    log = Log(Store().home)
    sentence = str(error) if isinstance(error, DenialboardError) else advice(error)
    if sentence:
        log.refused(error)
        st.error(words.plain(sentence))
        return True
    number = log.failed(error)
    st.error(f"Something went wrong. `denials log {number}` says where, to whoever looks after this computer.")
    return True
