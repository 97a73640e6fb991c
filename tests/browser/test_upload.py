from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenBoard, serving
from tests.conftest import SAMPLES

REMITTANCE = sorted(SAMPLES.glob("demo_835_northfield_*.835"))[-1]
LOG = SAMPLES / "demo_denial_log_2026.csv"


@pytest.fixture
def empty_server(tmp_path: Path) -> Iterator[str]:
    """The address of a dashboard whose store is empty."""
    with serving(tmp_path / "store", tmp_path / "server.log") as address:
        yield address


def left_behind(home: Path) -> list[Path]:
    """What lies in workplaces, but for the mark that the server is in its own."""
    return [path for path in (home / "work").rglob("*") if path.is_file() and path.name != "held"]


def test_from_nothing_to_numbers(open_board: OpenBoard, empty_server: str, tmp_path: Path) -> None:
    """Dropped files are described, then loaded; the Overview has numbers; the same files again change nothing."""
    board = open_board(empty_server).go()
    board.says("Nothing has been loaded yet")
    board.menu("Import")
    zone = board.main.locator("input[type=file]")
    zone.set_input_files([REMITTANCE, LOG])
    board.says("Two files: two can be loaded")
    board.says(f"{LOG.name}: 22 of 22 columns are used")
    assert [] == left_behind(tmp_path / "store")
    board.main.locator(".st-key-load button").click()
    board.says("Two loaded")
    board.main.get_by_role("link", name="See the Overview").click()
    board.says("Denial rate")
    board.settle().menu("Import")
    board.main.locator("input[type=file]").set_input_files([REMITTANCE])
    board.says("is here already; loading it changes nothing")
    expect(board.main.locator(".st-key-load button")).to_be_disabled()
    assert [] == left_behind(tmp_path / "store")


def test_a_file_that_is_none_of_ours_says_what_to_do(open_board: OpenBoard, tmp_path: Path) -> None:
    """A refused file says where, what was found and what was wanted; its name is text, not markup."""
    wrong = tmp_path / "<img src=x onerror=alert(1)> notes.txt"
    wrong.write_text("hello")
    board = open_board().go("import")
    board.main.locator("input[type=file]").set_input_files([wrong])
    board.says("cannot be read")
    board.says("<img src=x onerror=alert(1)> notes.txt cannot be read")
    board.says("a file that begins 'hello'")
    expect(board.main.locator(".st-key-load button")).to_be_disabled()
