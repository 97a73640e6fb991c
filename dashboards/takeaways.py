"""Files made on a click, each for the one browser that asked, once, and for a minute.

Streamlit keeps a download under an address that is the same for the same bytes, opens for whoever has it, and stays
until some session has run twice. So what a button makes is noted here with the browser it is for; `guard.py` asks
`may_take` before it lets an address be opened.
"""

import hashlib
import threading
import time
from collections.abc import Callable
from pathlib import PurePosixPath
from typing import Literal

import streamlit as st
from streamlit.runtime import exists, get_instance

from dashboards import access, access_files
from pipelines.access import Right
from pipelines.harmless import safe_name

PLACE = "/media/"
COOKIE = "denialboard_visit"
SECONDS = 60
Make = Callable[[], bytes]
Look = Literal["primary", "secondary", "tertiary"]


_waiting: dict[tuple[str, str, str], float] = {}  # name, digest of the content and browser -> until when
_lock = threading.Lock()


def button(label: str, make: Make, name: str, kind: str, key: str, look: Look = "tertiary") -> None:
    """A download button for who may take files away; every file that leaves a page leaves through it.

    `kind` is the media type.
    """
    if not access.may(Right.EXPORT):
        return
    name = safe_name(name)
    mine = _for_this_browser(access_files.taken(make, name), name)
    st.download_button(label, mine, name, kind, key=key, on_click="ignore", type=look)


def _for_this_browser(make: Make, name: str) -> Make:
    """The bytes are made on the click, and only the browser that this run is for may take them."""
    visit = st.context.cookies.get(COOKIE, "")

    def made() -> bytes:
        content = make()
        note(name, content, visit)
        return content

    return made


def note(name: str, content: bytes, visit: str) -> None:
    """The browser may take this file within a minute; what others let lie too long is forgotten."""
    now = time.monotonic()
    with _lock:
        for key in [key for key, until in _waiting.items() if until < now]:
            del _waiting[key]
        _waiting[name, _digest(content), visit] = now + SECONDS


def may_take(path: str, visit: str, is_look: bool) -> bool:
    """The address is a picture, or a file that this browser asked for; unless it only looks, it is the last time."""
    if not exists():
        return False
    found = get_instance().media_file_mgr.read_file(PurePosixPath(path).name)
    if found is None or found.filename is None:  # pictures have no name: the logo, the icon
        return True
    key = (found.filename, _digest(found.content), visit)
    with _lock:
        until = _waiting.get(key, 0.0) if is_look else _waiting.pop(key, 0.0)
    return bool(visit) and time.monotonic() <= until


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
