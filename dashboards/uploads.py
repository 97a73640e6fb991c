"""Whose files are taken: those of sessions that were shown a place to drop them.

Streamlit takes a file from every session, and a session is there before anybody signed in; what it took lies in memory
until the session ends. So a page that offers a place says so here, and `guard.py` asks before a byte is read.
"""

from streamlit import runtime
from streamlit.runtime.scriptrunner import get_script_run_ctx

from dashboards import access
from pipelines.access import Right

PLACE = "/_stcore/upload_file/"  # then the session, and the file

_expected: set[str] = set()  # sessions


def expect(right: Right) -> None:
    """This session may send files; AccessRefused where its person lacks the right. Said before the place is drawn."""
    access.require(right)
    context = get_script_run_ctx()
    if context is not None and runtime.exists():
        known = runtime.get_instance()
        _expected.difference_update([one for one in tuple(_expected) if not known.is_active_session(one)])
        _expected.add(context.session_id)


def is_expected(path: str) -> bool:
    """The file that is sent to this address is of a session that may send some."""
    return path.removeprefix(PLACE).partition("/")[0] in _expected
