"""An error without its words: of which kinds it is, and through which places of the program it came.

The words of an error may hold what a file says of a patient; kinds and places never do. So this is what logs hold.
"""

import re
import traceback
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType

ROOT = Path(__file__).parent.parent
MOST_PLACES = 40  # of one error; an endless recursion has a thousand
MOST_ERRORS = 8
REMOTE_PLACE = re.compile(r'^ *File "([\w./+-]+\.py)", line (\d+), in (\w+)$', re.MULTILINE | re.ASCII)

Told = dict[str, str | list[str]]


def told(error: BaseException) -> list[Told]:
    """The error, then what it came from: each with its `type` and the places it came `through`, the innermost last.

    What happened in another process is told as well: its places stand in the words of a stand-in for the error there.
    """
    return [{"type": _kind(one), "through": _places(one)} for one in _chain(error)]


def summary(error: BaseException) -> str:
    """The kind of the error and the place where it arose, in one line."""
    through = _places(error)
    return f"{_kind(error)} at {through[-1]}" if through else _kind(error)


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    for _ in range(MOST_ERRORS):
        if error is None:
            return
        yield error
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def _kind(error: BaseException) -> str:
    kind = type(error)
    return kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"


def _places(error: BaseException) -> list[str]:
    remote = REMOTE_PLACE.findall(str(error)) if type(error).__name__ == "_RemoteTraceback" else []
    places = [_place(*found) for found in remote] or list(_frames(error.__traceback__))
    return places[-MOST_PLACES:]


def _frames(trace: TracebackType | None) -> Iterator[str]:
    for frame, line in traceback.walk_tb(trace):
        yield _place(frame.f_code.co_filename, str(line), frame.f_code.co_name)


def _place(file: str, line: str, function: str) -> str:
    """`pipelines/mail.py:40 send`; of other people's code the folder and the file alone."""
    path = Path(file)
    short = path.relative_to(ROOT) if path.is_relative_to(ROOT) and ".venv" not in path.parts else path.parts[-2:]
    return f"{short if isinstance(short, Path) else '/'.join(short)}:{line} {function}"
