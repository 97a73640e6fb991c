"""The quarterly huddle: prepared from the numbers, decisions entered and printed, and then what came of them."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pypdfium2
import pytest
from playwright.sync_api import expect

from pipelines.demo import LEDGER
from pipelines.ledger import Ledger
from pipelines.ledger_lines import import_lines
from tests.browser.board import Board
from tests.browser.conftest import OpenBoard, serving
from tests.conftest import SAMPLES

QUARTER, NEXT = "2026Q3", "2026Q4"
WITHHELD = "withheld"
DECISION = "Name the side in every knee note"
OWNER = "Dr Made Up"
RESULT = "In 18 of 20 notes read"


@pytest.fixture(scope="module")
def huddle_server(demo_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a dashboard over the demo practice with the decisions, changes and answers of its ledger."""
    folder = tmp_path_factory.mktemp("huddle")
    home = Path(shutil.copytree(demo_home, folder / "store"))
    with (SAMPLES / LEDGER).open("rb") as stream:
        import_lines(Ledger(home / "ledger.sqlite"), stream, LEDGER)
    with serving(home, folder / "server.log") as address:
        yield address


def step(board: Board, name: str) -> None:
    """The meeting is at this step, and the address says so."""
    board.main.get_by_role("radio", name=name, exact=True).click()
    board.is_at("step=")
    board.settle()


def printed(path: Path) -> str:
    """The words of a PDF; every page of it draws something."""
    pages = list(pypdfium2.PdfDocument(path))
    assert pages
    for page in pages:
        drawn = page.render(scale=0.3, grayscale=True).to_numpy()
        assert drawn.min() < 128, "an empty page"
    return " ".join("\n".join(page.get_textpage().get_text_bounded() for page in pages).split())


def decide(board: Board) -> None:
    """The decision is typed in with its owner and entered."""
    step(board, "Decide")
    board.main.get_by_label("What do we decide?").fill(DECISION)
    board.main.get_by_label("Who does it").fill(OWNER)
    board.main.get_by_role("button", name="Enter the decision").click()
    expect(board.main.locator(".st-key-huddle-decided")).to_contain_text(DECISION)


def test_a_huddle_from_its_numbers_to_its_results(open_board: OpenBoard, huddle_server: str, tmp_path: Path) -> None:
    """Numbers, causes, last decisions, a new one, the pack on paper and in sheets; next quarter, what came of it."""
    board = open_board(huddle_server).go().menu("Huddle")
    board.go("huddle", quarter=QUARTER)
    assert "third quarter of 2026" in board.headline
    board.says("Clinicians satisfied")
    step(board, "Why")
    board.says("Payers that matter most")
    board.says("Samples, without the patient")
    step(board, "Did it work")
    board.says("decisions of 2026Q2")
    decide(board)
    step(board, "Hand out")
    words = printed(board.download("huddle-pack-pdf", tmp_path))
    assert DECISION in words and OWNER in words and WITHHELD in words
    book = openpyxl.load_workbook(board.download("huddle-pack-xlsx", tmp_path))
    cells = {str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row}
    assert {DECISION, OWNER, WITHHELD} <= cells
    book.close()
    board.go("huddle", quarter=NEXT, step="Did it work")
    board.says(DECISION)
    board.main.get_by_role("combobox", name="Write down what came of one").click()
    board.page.get_by_role("option").filter(has_text=DECISION).click()
    board.settle().main.get_by_label("What came of it").fill(RESULT)
    board.main.get_by_role("button", name="Record it").click()
    board.says(RESULT)


def test_small_counts_leave_only_when_asked(open_board: OpenBoard, huddle_server: str, tmp_path: Path) -> None:
    """The pack withholds small counts until the switch says that it stays in the practice, and then says so itself."""
    board = open_board(huddle_server).go("huddle", quarter=QUARTER, step="Hand out")
    board.main.get_by_text("For internal use").click()
    board.says("must not leave the practice")
    path = board.settle().download("huddle-pack-pdf", tmp_path)
    words = printed(path)
    assert "internal" in path.name and "Not to leave the practice" in words and WITHHELD not in words


def test_the_lines_behind_a_payer_of_the_pack(open_board: OpenBoard, huddle_server: str) -> None:
    """A payer's block leads to the denied lines that it counts, and the address alone leads back to the step."""
    board = open_board(huddle_server).go("huddle", quarter=QUARTER, step="Why")
    block = board.main.locator("[class*='st-key-focus-payer']").first
    told = block.locator(".db-sub").inner_text().split("For necessity: ")[1]
    block.get_by_role("link", name="The denied lines").click()
    board.is_at("/denials", "payer=", "from=", "tiers=")
    lines, dollars = told.rstrip(".").split(", ")
    board.settle().says(f"{lines.replace('line', 'denied line')} of")
    assert dollars in board.headline
    board.page.go_back()
    board.is_at("/huddle", "step=Why")
    board.settle().says("Payers that matter most")


@pytest.mark.parametrize("width", [1024])
def test_every_step_fits_the_projector(open_board: OpenBoard, huddle_server: str, width: int) -> None:
    """At 1024 pixels no step of the meeting is wider than the window, and none shows an error."""
    board = open_board(huddle_server, width=width).go("huddle", quarter=QUARTER)
    for name in ("Why", "What changed", "Did it work", "Decide", "Hand out", "Survey and audit"):
        step(board, name)
        wide = board.page.evaluate(
            "[document.documentElement.scrollWidth, document.querySelector(\"[data-testid='stMain']\").scrollWidth]"
        )
        assert max(wide) <= width + 1, name
        assert 0 == board.page.get_by_test_id("stException").count()
