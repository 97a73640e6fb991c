from pathlib import Path
from typing import Literal

import pytest

from pipelines.store import Store
from tests.browser.board import PAGES, Board
from tests.browser.conftest import OpenBoard

WIDTHS = (1440, 1024)
THEMES: tuple[Literal["light"], Literal["dark"]] = ("light", "dark")
FITS = """
    () => {
        const main = document.querySelector("[data-testid='stMain']");
        const edges = [[document.documentElement, innerWidth], [main, main.clientWidth]];
        return edges.every(([element, width]) => element.scrollWidth <= width + 1);
    }
"""
IS_DARK = """
    (wanted) => {
        const color = getComputedStyle(document.querySelector("[data-testid='stApp']")).backgroundColor;
        const parts = color.match(/\\d+/g).slice(0, 3).map(Number);
        return wanted === (parts.reduce((sum, part) => sum + part) < 3 * 128);
    }
"""


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the pictures of this run are, to be looked at."""
    return tmp_path_factory.mktemp("screens")


def test_every_page_fits_and_none_breaks(open_board: OpenBoard, demo_home: Path, folder: Path) -> None:
    """In both themes and at both widths no page shows an error, is wider than the window or asks another machine."""
    board = open_board().go(period="All dates")
    seen: list[str] = []
    board.page.on("request", lambda request: seen.append(request.url))
    for entry in PAGES:
        board.menu(entry.title)
        look(board, folder, entry.url_path)
    with Store(demo_home).connect() as connection:
        ((family,),) = connection.execute("select min(family_id) from denial where family_id is not null").fetchall()
    board.go("claim", claim=family)
    look(board, folder, "one_claim")
    assert seen and [] == board.outside


def look(board: Board, folder: Path, name: str) -> None:
    """No error and nothing too wide on the page as it stands in either theme and width, and pictures of all of it.

    The browser's theme is changed with the page in front of it, as a computer does in the evening.
    """
    page = board.page
    for theme in THEMES:
        page.emulate_media(color_scheme=theme)
        board.settle()
        assert 0 == page.get_by_test_id("stException").count(), page.url
        assert 0 == page.get_by_test_id("stAlertContentError").count(), page.url
        page.wait_for_function(IS_DARK, arg=theme == "dark")  # a busy page takes its colours a moment later
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 1000})
            page.wait_for_function(FITS)
            tall = page.evaluate("document.querySelector(\"[data-testid='stMain']\").scrollHeight")
            page.set_viewport_size({"width": width, "height": min(max(tall, 800), 3000)})
            page.screenshot(path=folder / f"{name}-{theme}-{width}.png", animations="disabled")
