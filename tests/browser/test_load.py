from playwright.sync_api import expect

from tests.browser.conftest import OpenBoard

CARDS = ("Denial rate", "M-code ratio", "Days to resubmission", "Denied and open", "Overturned")


def test_the_first_page_answers(open_board: OpenBoard) -> None:
    """The address alone shows the Overview: its sentence, the five cards, and that this is a demo."""
    board = open_board().go()
    assert "denied" in board.headline
    for label in CARDS:
        board.says(label)
    expect(board.page.get_by_test_id("stSidebar")).to_contain_text("DEMO DATA")


def test_an_address_leads_to_its_page_and_back(open_board: OpenBoard) -> None:
    """A page is reached by its address, the menu leads on, and the browser's Back leads back to what was there."""
    board = open_board().go("payers")
    before = board.headline
    board.menu("Definitions")
    board.is_at("/definitions")
    board.page.go_back()
    board.is_at("/payers")
    board.says(before)
