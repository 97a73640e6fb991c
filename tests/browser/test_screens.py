from pathlib import Path

import pytest

from pipelines.store import Store
from tests.browser.board import PAGES, Board
from tests.browser.conftest import OpenBoard

WIDTHS = (1440, 1024)
FITS = """
    () => {
        const main = document.querySelector("[data-testid='stMain']");
        const edges = [[document.documentElement, innerWidth], [main, main.clientWidth]];
        return edges.every(([element, width]) => element.scrollWidth <= width + 1);
    }
"""


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the pictures of this run are, to be looked at."""
    return tmp_path_factory.mktemp("screens")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_page_fits_and_none_breaks(open_board: OpenBoard, demo_home: Path, folder: Path, theme: str) -> None:
    """In both themes and at both widths no page shows an error or is wider than the window."""
    board = open_board(theme=theme).go(period="All dates")
    for entry in PAGES:
        board.menu(entry.title)
        look(board, folder, f"{entry.url_path}-{theme}")
    with Store(demo_home).connect() as connection:
        ((family,),) = connection.execute("select min(family_id) from denial where family_id is not null").fetchall()
    board.go("claim", claim=family)
    look(board, folder, f"one_claim-{theme}")


def look(board: Board, folder: Path, name: str) -> None:
    """No error and nothing too wide on the page as it stands at either width, and a picture of all of it."""
    page = board.page
    assert 0 == page.get_by_test_id("stException").count(), page.url
    assert 0 == page.get_by_test_id("stAlertContentError").count(), page.url
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 1000})
        page.wait_for_function(FITS)
        tall = page.evaluate("document.querySelector(\"[data-testid='stMain']\").scrollHeight")
        page.set_viewport_size({"width": width, "height": min(max(tall, 800), 3000)})
        page.screenshot(path=folder / f"{name}-{width}.png", animations="disabled")
