"""No connection leaves this machine: every other is refused, and a line about it is written where DENIALS_OUTSIDE says.

Python imports this by itself where the folder is on PYTHONPATH, so processes that a process starts are watched as well.
"""

import errno
import os
import sys
from pathlib import Path
from typing import Any

VARIABLE = "DENIALS_OUTSIDE"
NAMES = ("socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyname_ex", "socket.gethostbyaddr")
SENDS = ("socket.connect", "socket.sendto", "socket.sendmsg")
HERE = ("localhost", "::1", "::", "0.0.0.0", "")


def is_here(host: object) -> bool:
    """The host is this machine, or no host at all: a socket in the file system, or one that is to be listened on."""
    text = host.decode() if isinstance(host, bytes) else host
    return text is None or not isinstance(text, str) or text in HERE or text.startswith(("127.", "/", "\0"))


def watch(event: str, arguments: tuple[Any, ...]) -> None:
    """An audit hook: refuses what asks for or goes to another machine."""
    if event in NAMES:
        host = arguments[0]
    elif event in SENDS:
        address = arguments[1]
        host = address[0] if isinstance(address, tuple) else address
    else:
        return
    if VARIABLE in os.environ and not is_here(host):
        with Path(os.environ[VARIABLE]).open("a", encoding="utf-8") as told:
            told.write(f"{event} {host!r} from {sys.argv[:3]}\n")
        raise OSError(errno.ENETUNREACH, "no connection leaves this machine in a test", str(host))


if VARIABLE in os.environ:
    sys.addaudithook(watch)
