from playwright.sync_api import expect

from tests.browser.conftest import OpenBoard


def test_a_choice_is_in_the_address_and_back_from_it(open_board: OpenBoard) -> None:
    """Broad scope, counted by lines, is what the URL says; the URL alone shows the same elsewhere."""
    board = open_board().go("payers")
    board.main.get_by_role("radio", name="broad").click()
    board.main.get_by_role("radio", name="lines").click()
    board.is_at("scope=broad", "unit=lines")
    board.settle().says("core and broad denials")
    colleague = open_board()
    colleague.page.goto(board.page.url)
    colleague.settle().says("core and broad denials")
    assert board.headline == colleague.headline


def test_the_other_clock_is_in_the_address_and_on_every_page(open_board: OpenBoard) -> None:
    """By submission the Overview and the Time page speak of what was sent, and say which months are left out."""
    board = open_board().go("", period="All dates")
    board.main.get_by_role("radio", name="submission").click()
    board.is_at("clock=submission")
    board.settle().says("by month of submission")
    board.menu("Time")
    board.main.get_by_role("radio", name="Submission to first remit").click()
    board.is_at("clock=submission", "span=Submission")
    board.settle().says("decided")
    assert "answered within" in board.headline


def test_a_payer_narrows_and_its_chip_widens(open_board: OpenBoard) -> None:
    """Choosing a payer shows its own page and a chip; the chip's x takes it back; the filter holds on other pages."""
    board = open_board().go("payers")
    everyone = board.headline
    board.main.get_by_test_id("stMultiSelect").filter(has_text="Payers").locator("input").first.click()
    option = board.page.get_by_role("option").nth(1)
    payer = option.inner_text().strip()
    option.click()
    board.page.keyboard.press("Escape")
    board.is_at("payer=")
    chip = board.main.locator("[class*='st-key-chip-payer'] button")
    expect(chip.first).to_contain_text(payer)
    board.settle()
    assert payer in board.headline
    board.menu("Overview")
    expect(chip.first).to_contain_text(payer)
    board.menu("Payers")
    chip.first.click()
    expect(chip).to_have_count(0)
    board.settle().says(everyone)
