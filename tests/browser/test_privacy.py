from urllib.parse import urlsplit

from tests.browser.board import PAGES
from tests.browser.conftest import OpenBoard


def test_no_request_leaves_the_machine(open_board: OpenBoard) -> None:
    """Walking through all pages asks nobody but the dashboard itself; `open_board` checks it for every other test."""
    board = open_board()
    seen: list[str] = []
    board.page.on("request", lambda request: seen.append(request.url))
    board.go()
    for entry in PAGES:
        board.menu(entry.title)
    assert seen and [] == board.outside


def test_the_icon_is_local(open_board: OpenBoard) -> None:
    """The icon of the page comes from the dashboard, on every page."""
    board = open_board().go()
    for title in ("Payers", "Import", "Definitions"):
        board.menu(title)
        icons = board.page.eval_on_selector_all("link[rel~='icon']", "links => links.map(link => link.href)")
        assert icons
        assert {urlsplit(board.address).netloc} == {urlsplit(icon).netloc for icon in icons}
