from pathlib import Path

from playwright.sync_api import expect

from pipelines.store import Store
from tests.browser.conftest import OpenBoard


def test_from_the_list_to_the_segments_of_a_claim(open_board: OpenBoard) -> None:
    """A row of Denials opens its claim, down to the segments of the file; the way back leads to the list."""
    board = open_board().go("denials", period="All dates")
    board.pick_row(board.main.get_by_test_id("stDataFrame").first)
    board.is_at("/claim", "claim=")
    board.settle().says("CLP*")
    board.says(".835")
    board.main.get_by_role("link", name="Back to denials").click()
    board.is_at("/denials", "period=All")


def test_names_are_masked_until_asked(open_board: OpenBoard, demo_home: Path) -> None:
    """The claim's page shows no name or member number of its patient before someone asks, not even in its segments."""
    with Store(demo_home).connect() as connection:
        found = connection.execute(
            "select family_id, patient_last_name, patient_first_name, patient_id from claim_event"
            " where patient_last_name is not null and patient_id is not null and family_id in"
            " (select family_id from denial) order by family_id limit 1"
        ).fetchall()
    family, *names = found[0]
    board = open_board().go("claim", claim=family)
    board.says("CLP*")
    shown = board.main.inner_text().upper()
    assert [] == [name for name in names if str(name).upper() in shown]


def test_a_mark_of_a_chart_narrows(open_board: OpenBoard) -> None:
    """A click on a payer's dot shows that payer alone."""
    board = open_board().go("payers", period="All dates")
    board.click_mark(board.main.locator(".st-key-block-payers"))
    board.is_at("payer=")
    expect(board.main.locator("[class*='st-key-chip-payer'] button").first).to_be_visible()


def test_from_what_does_not_balance_to_its_file(open_board: OpenBoard) -> None:
    """Data quality opens to the payments that are off, with the amount, and says where they are."""
    board = open_board().go("data_quality")
    board.main.get_by_text("Payments that do not balance").first.click()
    board.settle().says("Compare with the deposit")
    expect(board.main.get_by_role("region", name="Payments that do not balance")).to_be_visible()


def test_from_the_end_of_the_flow_to_its_lines(open_board: OpenBoard) -> None:
    """A click on where a flow ends lists the lines that stand there."""
    board = open_board().go("outcomes", period="All dates")
    board.click_mark(board.main.locator(".st-key-block-flow"))
    board.is_at("/denials", "state=")
    board.settle().says("narrowed further here by what the KPIs do not part")


def test_from_a_payment_to_its_segments(open_board: OpenBoard) -> None:
    """A row of Deposits shows what the payment is made of and the head of the payment in its file, accounts masked."""
    board = open_board().go("deposits", period="All dates")
    board.pick_row(board.main.get_by_test_id("stDataFrame").nth(1))
    board.is_at("payment=")
    board.settle().says("Claims paid (CLP04)")
    board.main.get_by_text("In the file", exact=True).click()
    board.settle().says("BPR*I*")
    board.says("*DA*•••*")


def test_from_a_step_of_a_claim_to_its_segment(open_board: OpenBoard) -> None:
    """The place beside a step of the timeline is what is read below, with its first byte."""
    board = open_board().go("denials", period="All dates")
    board.pick_row(board.main.get_by_test_id("stDataFrame").first)
    board.is_at("/claim", "claim=")
    board.settle()
    step = board.main.locator("[class*='st-key-step-'] button").first
    place = step.inner_text().removeprefix("segment ")
    step.click()
    board.settle().says(f"Segments {place} to ")
