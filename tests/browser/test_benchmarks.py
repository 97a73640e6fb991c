"""What the benchmark does in front of the running dashboard. Never a time."""

import asyncio
import os
from urllib.parse import urlsplit

from playwright.sync_api import expect

from benchmarks import crowd, looking
from benchmarks.serving import Server
from tests.browser.conftest import OpenBoard


def test_a_small_crowd_meets_no_error(server: str) -> None:
    """Two people click through pages and switches without an error, and their section is told."""
    port = urlsplit(server).port or 0
    met = asyncio.run(crowd.visits(Server(port, os.getpid(), 0.0), people=2, seconds=3, look=0.3))
    assert [] == met.errors
    assert len(met.seconds) > 2
    assert "| errors | 0.00  | at most 0 | yes |" in crowd.section(met, 2, 3, 0.3).as_markdown()


def test_the_walk_times_the_page_and_its_switches(open_board: OpenBoard) -> None:
    """The messages on a page's socket tell the server's time, for a first view and for each filter changed."""
    board = open_board()
    told = looking.Server(board.page)
    board.go()
    first, changed = looking.walk(board.page, told, ("Payers",), ("lines",))
    assert ["Payers"] == list(first) == list(changed)
    assert all(seconds > 0 for seconds in (*first["Payers"], *changed["Payers"]))
    expect(board.page.get_by_role("radio", name="lines", exact=True)).to_be_checked()
