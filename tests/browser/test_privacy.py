from urllib.parse import urlsplit

from tests.browser.conftest import OpenBoard

# That no page asks another machine is seen by test_screens.py, which walks through all of them, and by `open_board` for
# every other test; that the server asks none, by `nothing_leaves` in tests/conftest.py.


def test_the_icon_is_local(open_board: OpenBoard) -> None:
    """The icon of the page comes from the dashboard, on pages of every section."""
    board = open_board().go()
    for title in ("Import", "Playbook"):
        board.menu(title)
        icons = board.page.eval_on_selector_all("link[rel~='icon']", "links => links.map(link => link.href)")
        assert icons
        assert {urlsplit(board.address).netloc} == {urlsplit(icon).netloc for icon in icons}
