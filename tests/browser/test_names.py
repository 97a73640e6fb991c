"""Names from files are texts: in a real browser no script of theirs runs and no element is made of them."""

from pathlib import Path

from tests.browser.board import PAGES, Board
from tests.browser.conftest import OpenBoard, serving
from tests.dashboards.hostile import NAMES, hostile_store

MADE_OF_NAMES = """
    () => {
        const found = [];
        for (const element of document.querySelectorAll("a[href]"))
            if (new URL(element.href).host !== location.host) found.push(element.outerHTML);
        for (const element of document.querySelectorAll("img, iframe, script, object, embed"))
            if (/evil\\.example|onerror|odd\\(/.test(element.outerHTML)) found.push(element.outerHTML);
        for (const element of document.querySelectorAll("strong, b, em, i, code, del, s, tspan, sup"))
            if (element.textContent.trim() === "odd") found.push(element.outerHTML);
        for (const element of document.querySelectorAll(".katex, [data-testid='stIconMaterial']"))
            if (/odd|^home$/.test(element.textContent)) found.push(element.outerHTML);
        for (const element of document.querySelectorAll("[class*='stMarkdownColored']"))
            if (/odd/.test(element.textContent)) found.push(element.outerHTML);
        if (document.body.innerText.includes("\\u{1F389}")) found.push(":tada: is a picture");
        if (window.oddRan) found.push("a script of a name ran");
        return found;
    }
"""


def look(board: Board, place: str, found: list[str]) -> None:
    """What the page made of names, told with the page."""
    found += [f"{place}: {html[:300]}" for html in board.page.evaluate(MADE_OF_NAMES)]


def test_no_name_becomes_an_element(open_board: OpenBoard, tmp_path: Path) -> None:
    """On every page, and on a claim and a payment opened from their lists."""
    home, found = hostile_store(tmp_path / "store"), []
    with serving(home, tmp_path / "log") as address:
        board = open_board(address)
        board.page.add_init_script("window.odd = () => { window.oddRan = true; }")
        board.go(period="All dates")
        for entry in PAGES:
            board.menu(entry.title)
            look(board, entry.url_path, found)
        for name in NAMES:
            board.go("payers", payer=name, period="All dates")
            look(board, f"payers of {name}", found)
        board.menu("Denials")
        board.pick_row(board.main.get_by_test_id("stDataFrame").first)
        board.is_at("claim?")
        look(board.settle(), "one claim", found)
    assert [] == found
