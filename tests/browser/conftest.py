"""A real dashboard on a free port of this machine, and a real browser in front of it."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser import chromium
from tests.browser.board import Board

ROOT = Path(__file__).parent.parent.parent
HOST = "127.0.0.1"
START_SECONDS = 60
HERE = Path(__file__).parent

OpenBoard = Callable[..., Board]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test of this folder is marked `browser`."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)


@contextmanager
def serving(home: Path, log: Path) -> Iterator[str]:
    """The address of the dashboard over the store at `home`; it ends with the block."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "dashboards.server", "--server.address", HOST, "--server.port", str(port)]
    environment = {**os.environ, "DENIALS_HOME": str(home)}
    with log.open("wb") as told:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=told, stderr=subprocess.STDOUT)
        try:
            address = f"http://{HOST}:{port}"
            wait_for(address, process, log)
            yield address
        finally:
            process.terminate()
            process.wait(20)


def wait_for(address: str, process: "subprocess.Popen[bytes]", log: Path) -> None:
    """The server answers; else the test fails with what it said."""
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{address}/_stcore/health", timeout=2) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    pytest.fail(f"the dashboard did not start: {log.read_text(errors='replace')[-2000:]}")


@pytest.fixture(scope="session")
def server(demo_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a dashboard over the demo's store; tests look and do not load."""
    folder = tmp_path_factory.mktemp("served")
    home = Path(shutil.copytree(demo_home, folder / "store"))
    with serving(home, folder / "server.log") as address:
        yield address


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium or Chrome without a window; a machine without one fails the test."""
    path = chromium.find()
    if path is None:
        pytest.fail("no Chromium or Chrome: `python -m tests.browser.chromium` installs one")
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=path, args=chromium.LAUNCH_ARGUMENTS)
        yield found
        found.close()


@pytest.fixture
def open_board(browser: Browser, server: str) -> Iterator[OpenBoard]:
    """A fresh browser window on the dashboard; whatever a test does, no request may leave this machine.

    Nor may a page want what its security policy refuses: the policy would then break it, or the page is not ours.
    """
    boards: list[Board] = []

    def opened(address: str = server, width: int = 1440, theme: str = "light", **more: Any) -> Board:
        context = browser.new_context(
            viewport={"width": width, "height": 1000}, color_scheme=theme, reduced_motion="reduce", **more
        )
        boards.append(Board(context.new_page(), address))
        return boards[-1]

    yield opened
    outside = [url for board in boards for url in board.outside]
    blocked = [text for board in boards for text in board.blocked]
    for board in boards:
        board.page.context.close()
    assert ([], []) == (outside, blocked)
