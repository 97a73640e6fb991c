"""What a person sees of an error: one sentence. What was wrong stands in the server's log under the number told.

The log has the kind of error and the places in the program, never its message: that may hold what a file says of a
patient.
"""

import logging
import secrets
import traceback
from collections.abc import Iterator

import streamlit as st

from dashboards import words
from pipelines.errors import DenialboardError

LOG = logging.getLogger("denialboard.pages")
STREAMLITS = "streamlit.error_util"  # would write the whole message


def quiet_streamlit() -> None:
    """Streamlit's own report of an error, message and all, does not reach the log; `on_error` writes ours."""
    logging.getLogger(STREAMLITS).addFilter(lambda record: False)
    logging.getLogger("streamlit.runtime.backend_operation_handler").addFilter(_without_message)


def _without_message(record: logging.LogRecord) -> bool:
    """The record stays, the error that it carries is told as ours are."""
    if record.exc_info and record.exc_info[1] is not None:
        record.msg, record.args, record.exc_info = f"a download failed: {told(record.exc_info[1])}", (), None
    return True


def on_error(error: Exception) -> bool:
    """An error of ours is shown as the sentence it is, any other as a number; True: nothing else is to be shown."""
    if isinstance(error, DenialboardError):
        st.error(words.plain(error))
        return True
    number = secrets.token_hex(4)
    LOG.error("error %s: %s", number, told(error))
    st.error(f"Something went wrong. It stands in the log of the server under the number {number}.")
    return True


def told(error: BaseException) -> str:
    """The kinds of error and the places they came through, the innermost last; no word of what was in the data."""
    return " <- ".join(_chain(error))


def _chain(error: BaseException | None) -> Iterator[str]:
    while error is not None:
        frames = traceback.extract_tb(error.__traceback__)
        places = (f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames)
        yield f"{type(error).__qualname__} at {', '.join(places)}"
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
