"""A practice leader's two minutes: which documentation change worked, what it brought, and how sure that is."""

import datetime
import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from pipelines import register
from pipelines.effect import judge
from pipelines.effect.result import Result
from pipelines.ledger import Ledger
from pipelines.ledger_lines import import_lines
from pipelines.store import Store
from tests.browser.conftest import OpenBoard, serving
from tests.changed_practice import PROVIDERS, change


@pytest.fixture(scope="module")
def changed_store(changed_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Store:
    """A copy of the changed practice's store; its template was registered a month before it went live."""
    store = Store(Path(shutil.copytree(changed_home, tmp_path_factory.mktemp("story") / "store")))
    event = {"event_id": 1, "at": "2025-09-01T09:00:00.000000", "who": "Dr. Sample", "kind": "change_registered"}
    line = json.dumps({**event, "subject": "template", "body": change().body()})
    import_lines(Ledger(store.ledger_path), [line.encode()], "made up")
    return store


@pytest.fixture(scope="module")
def change_server(changed_store: Store) -> Iterator[str]:
    """The address of a dashboard over it."""
    with serving(changed_store.home, changed_store.home.parent / "server.log") as address:
        yield address


def result_of(store: Store) -> Result:
    """What the effect package says of the template."""
    with store.connect() as connection:
        return judge(connection, *register.changes(Ledger(store.ledger_path)))


def test_a_leader_reads_what_a_change_brought(open_board: OpenBoard, change_server: str, changed_store: Store) -> None:
    """From the menu to the sentence to read out, its dollars, its checks, and the months as a table to take away."""
    result = result_of(changed_store)
    board = open_board(change_server).go().menu("Changes")
    board.is_at("/changes")
    assert board.headline == "The documentation change shows fewer denials than expected from the comparison"
    expect(board.main.locator(".st-key-change-answer")).to_contain_text(result.headline)
    board.says("It can be put down to the change: no check speaks against it.")
    expect(board.main.locator(".st-key-change-money")).to_contain_text("95 % interval of what is left")
    expect(board.main.locator(".st-key-change-checks")).to_contain_text("It was registered before go-live.")
    course = board.main.locator(".st-key-block-change-course")
    expect(course.locator(".js-plotly-plot")).to_be_visible()
    expect(course.get_by_role("img").or_(course.locator("[aria-label^='Line chart']")).first).to_be_visible()
    course.get_by_text("Table", exact=True).click()
    expect(board.settle().main.locator(".st-key-block-change-course [data-testid='stDataFrame']")).to_be_visible()


def test_the_next_change_is_registered_before_it_goes_live(open_board: OpenBoard, change_server: str) -> None:
    """What is missing is said; then the preview says how small an effect could be seen, and nothing of the result."""
    board = open_board(change_server).go("changes", **{"changes-show": "Register"})
    board.main.get_by_label("Title").fill("Shorter note")
    board.main.get_by_label("Owner").fill("Dr. Sample")
    board.main.get_by_role("spinbutton", name="year, Go-live").click()
    board.page.keyboard.type(f"{datetime.date.today() + datetime.timedelta(days=30):%Y%m%d}")
    preview = board.main.get_by_role("button", name="Preview what it could show")
    preview.click()
    board.settle().says("at least one of them: what is treated")
    board.main.get_by_role("combobox", name="Providers", exact=True).click()
    board.page.get_by_role("option", name=PROVIDERS["ANT"]).click()
    board.page.keyboard.press("Escape")  # closes the list, which hides the form from readers while it is open
    preview.click()
    told = board.settle().main.locator(".st-key-change-foretold")
    expect(told).to_contain_text("What it could show")
    expect(told).not_to_contain_text("fewer")
