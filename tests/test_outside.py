"""Nothing leaves the machine: the whole suite runs watched (conftest.py); here, that the watch would notice."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.refusing.sitecustomize import VARIABLE

AWAY = "192.0.2.1"  # an address that is nobody's
CONNECT = f"socket.create_connection(('{AWAY}', 80), timeout=1)"
ATTEMPTS = {
    "connect": CONNECT,
    "name": "socket.getaddrinfo('example.invalid', 80)",
    "datagram": f"socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('{AWAY}', 53))",
    "grandchild": f"subprocess.run([sys.executable, '-c', {f'import socket; {CONNECT}'!r}])",
}


@pytest.mark.parametrize("attempt", ATTEMPTS.values(), ids=ATTEMPTS)
def test_an_attempt_is_refused_and_written_down(attempt: str, tmp_path: Path) -> None:
    """By address, by name, without a connection, and from a process that a process started."""
    told = tmp_path / "outside"
    code = f"import socket, subprocess, sys\ntry:\n    {attempt}\nexcept OSError as problem:\n    print(problem)\n"
    environment = {**os.environ, VARIABLE: str(told)}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert "no connection leaves this machine" in done.stdout + done.stderr
    assert 1 == len(told.read_text().splitlines())


def test_this_machine_may_be_asked() -> None:
    """What listens here, such as the mail server and the dashboard of the tests, is reached."""
    with socket.create_server(("127.0.0.1", 0)) as here, socket.create_connection(here.getsockname(), timeout=5) as one:
        assert here.getsockname() == one.getpeername()
