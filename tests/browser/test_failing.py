"""A page that fails says one sentence; the log has the place under a number, and no word of what was in the data."""

import re
from pathlib import Path

import duckdb

from pipelines.store import Store
from tests.browser.conftest import OpenBoard, serving

SECRET = "MADEUP-PATIENT-MEMBER77"


def test_an_error_is_a_number(open_board: OpenBoard, tmp_path: Path) -> None:
    """A build that answers with an error: neither the browser nor the log learns what it said."""
    store, log = Store(tmp_path / "store"), tmp_path / "log"
    store.builds.mkdir(parents=True)
    with duckdb.connect(str(store.builds / "20260101.duckdb")) as build:
        day = f"cast('{SECRET}' as date)"  # the names are those of this version: what they hold is not
        build.execute(f"create view source_file as select {day} as first_payment_date, {day} as last_payment_date")
    with serving(store.home, log) as address:
        board = open_board(address)
        board.page.goto(address)
        shown = board.page.get_by_test_id("stAlertContentError").first.inner_text()
        page = board.page.content()
    [number] = re.findall(r"denials log ([0-9a-f]{8}) ", shown)
    noted = (store.home / "logs" / "denials.jsonl").read_text(encoding="utf-8")
    [line] = [line for line in noted.splitlines() if number in line]
    assert "ConversionException" in line
    for text in (page, noted, log.read_text()):
        assert "Traceback" not in text and SECRET not in text
    assert str(tmp_path) not in page
