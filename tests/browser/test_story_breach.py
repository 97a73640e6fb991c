"""The billing manager's morning: a payer denies more than usual, and two clicks later its claim is on the screen."""

import dataclasses
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from pipelines import register
from pipelines.ledger import Ledger
from pipelines.register import AlertRule
from tests.browser.board import Board
from tests.browser.conftest import OpenBoard, serving

WATCHED = AlertRule(
    rule_id="northfield-1",
    kpi="denial_rate_lines",
    cell=(("payer", "NORTHFIELD"), ("procedure", "20610"), ("root_cause", "missing_auth")),
    by="limit",
    owner="A. Manager",
)
BREACH = "Denial rate, lines, NORTHFIELD, 20610, Authorisation or referral missing: above its upper limit"


@pytest.fixture(scope="module")
def breach_server(breach_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a dashboard over a practice whose payer began to want authorisation for 20610 in Aug 2026."""
    folder = tmp_path_factory.mktemp("story")
    home = Path(shutil.copytree(breach_home, folder / "store"))
    ledger = Ledger(home / "ledger.sqlite")
    register.record(ledger, WATCHED)
    register.record(ledger, dataclasses.replace(WATCHED, rule_id="aetna", cell=(("payer", "Aetna"),)))
    with serving(home, folder / "server.log") as address:
        yield address


def follow(board: Board, link: str) -> None:
    """The link of the alert was clicked; the page behind it is there."""
    board.main.locator(".db-alert").get_by_role("link", name=link).click()
    board.settle()


def test_from_a_breach_to_its_claims(open_board: OpenBoard, breach_server: str) -> None:
    """The breach on the Overview leads to the lines of its two months, one of them to its claim, and back."""
    board = open_board(breach_server).go()
    alert = board.main.locator(".db-alert")
    expect(alert).to_have_count(1)  # the quiet rule takes no room
    expect(alert).to_contain_text(f"{BREACH}, since Aug 2026, 2 months")
    expect(alert).to_contain_text("12 of 30")
    follow(board, "The denied lines")
    board.is_at("/denials", "payer=NORTHFIELD", "cpt=20610", "from=2026-08-01", "to=2026-09-30")
    assert board.headline.startswith("21 denied lines of 21 claims: $2,100")
    board.pick_row(board.main.get_by_test_id("stDataFrame").first)
    board.is_at("/claim", "claim=")
    board.settle().says("Authorisation or referral missing")
    board.says("CAS*CO*197*100")
    board.main.get_by_role("link", name="Back to denials").click()
    board.is_at("/denials", "payer=NORTHFIELD", "from=2026-08-01")
    assert board.settle().headline.startswith("21 denied lines")


def test_from_what_moved_to_its_lines(open_board: OpenBoard, breach_server: str) -> None:
    """Who set no rule sees it too: first among what moved against its own limits, with the way to its lines."""
    board = open_board(breach_server).go(period="3 months")
    mover = board.main.locator(".db-mover").first
    expect(mover).to_contain_text("NORTHFIELD · 20610 · Authorisation or referral missing")
    mover.get_by_role("link").click()
    board.settle().is_at("/denials", "payer=NORTHFIELD", "cpt=20610", "root_cause=", "period=3")
    assert board.headline.startswith("23 denied lines")  # with the two of October so far


def test_from_a_breach_to_its_trend(open_board: OpenBoard, breach_server: str) -> None:
    """The other link shows the number with its limits, narrowed as the rule is, and the browser's Back leads home."""
    board = open_board(breach_server).go()
    follow(board, "Trend and limits")
    board.is_at("/trends", "payer=NORTHFIELD", "cpt=20610", "unit=lines", "period=24")
    assert "Aug 2026 to Sep 2026 above" in board.headline
    expect(board.main.locator("[class*='st-key-chip-payer'] button").first).to_contain_text("NORTHFIELD")
    board.page.go_back()
    board.settle()
    expect(board.main.locator(".db-alert")).to_contain_text(BREACH)
