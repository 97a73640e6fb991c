"""Deposits: payments against claims and adjustments to the cent, month by month, against the bank, down to the file."""

from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from dashboards import claim_mask, deposit_bank, deposit_list, words
from pipelines.build import build
from pipelines.ingest import ingest
from pipelines.ledger import Event, Ledger
from pipelines.sources import expand
from pipelines.store import Store
from tests.dashboards.conftest import Open, said
from tests.dashboards.stores import DENIED, PAID, make_store, remittance

TAKEN_BACK = "PLB*1111111111*20261231*WO:ICNP202603021*30*L6:NOBODY*-1.5~"


@pytest.fixture
def three(empty_home: Path) -> Path:
    """Payments of three months: one balances, one is off by 20, one takes 30 back and pays 1.50 of interest."""
    whole = remittance(PAID, DENIED, paid=80, day="20260302")
    short = remittance(PAID, paid=60, day="20260402")
    moved = remittance(PAID, paid=0, day="20260502").replace("BPR*I*0*", "BPR*I*51.5*")
    return make_store(empty_home, whole, short, moved.replace("SE*9*", f"{TAKEN_BACK}SE*9*"))


def sums(**given: object) -> pd.Series:
    """Sums of payments with these numbers."""
    usual = {"payment_count": 3, "balanced_count": 3, "explained_count": 0, "unexplained_count": 0}
    return pd.Series({**usual, "unexplained_amount": Decimal(0), **given}, dtype="object")


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"payment_count": 0}, "No payment in this view"),
        ({}, "All 3 payments balance to the cent"),
        ({"payment_count": 1, "balanced_count": 1}, "The only payment balances to the cent"),
        (
            {
                "payment_count": 214,
                "balanced_count": 212,
                "unexplained_count": 2,
                "unexplained_amount": Decimal("12.40"),
            },
            "212 of 214 payments balance to the cent; $12.40 in 2 payments is not explained",
        ),
        (
            {"balanced_count": 1, "explained_count": 1, "unexplained_count": 1, "unexplained_amount": Decimal(5)},
            "1 of 3 payments balance to the cent; 1 is off and explained; $5.00 in 1 payment is not explained",
        ),
    ],
)
def test_the_headline_says_what_is_so(given: dict[str, object], expected: str) -> None:
    """How many balance, how many are explained, and the dollars that nothing explains."""
    assert expected == deposit_list.headline(sums(**given))


def test_what_balances_and_what_does_not(three: Path, open_page: Open) -> None:
    """A payment is its claims less its adjustments; the one that is not stands first, with what it is off by."""
    app = open_page("deposits", period="All dates")
    text = said(app)
    assert "2 of 3 payments balance to the cent; $20.00 in 1 payment is not explained" in text
    rows = app.dataframe[1].value
    assert ["not explained", "balances", "balances"] == list(rows["Explanation"])
    assert [-20.0, 0.0, 0.0] == list(rows["Off by"])
    assert [0.0, 28.5, 0.0] == list(rows["Less adjustments"])


def test_the_months_add_up_to_all_and_each_row_to_its_payment(home: Path, open_page: Open) -> None:
    """All is the sum of the months, column by column, and in every row claims less adjustments and off are the paid."""
    months = open_page("deposits", period="All dates").dataframe[0].value
    whole, parts = months.iloc[0], months.iloc[1:]
    assert "All" == whole["Month"] and len(parts) > 1
    for column in months.columns[1:-1]:
        assert whole[column] == pytest.approx(parts[column].sum()), column
    made = months["Claims"] - months["Less adjustments"] + months["Off by"]
    assert list(months["Paid (BPR02)"]) == pytest.approx(list(made))


def test_all_payments_are_those_of_the_remittances(home: Path, open_page: Open) -> None:
    """What the page calls paid is what the counted payments of the remittances say they paid."""
    store = Store(home)
    with store.connect() as connection:
        (told,) = connection.execute("select sum(told_amount) from deposit").fetchall()[0]
        (given,) = connection.execute(
            "select sum(off_amount + claim_paid_amount - provider_adjustment_amount) from remit_payment"
            " where not is_repeat"
        ).fetchall()[0]
    assert given == told


@pytest.mark.parametrize(
    ("which", "count"), [("all", 3), ("unexplained", 1), ("explained", 0), ("bank_missing", 3), ("bank_differs", 0)]
)
def test_payments_can_be_narrowed_to_a_kind(three: Path, open_page: Open, which: str, count: int) -> None:
    """The address holds the kind; where there is none of it, the page says so."""
    app = open_page("deposits", period="All dates", which=which)
    if count:
        assert count == len(app.dataframe[1].value)
    else:
        assert "No payment of this kind in this view" in said(app)


def test_a_month_narrows_the_payments_and_not_the_sums(three: Path, open_page: Open) -> None:
    """The month of the address stands as a chip; the headline is about the whole view."""
    app = open_page("deposits", period="All dates", month="2026-04")
    assert 1 == len(app.dataframe[1].value)
    assert "2 of 3 payments" in said(app) and "1 payment, " in said(app)
    app.button(key="month-chip").click().run()
    assert 3 == len(app.dataframe[1].value)


def test_a_filter_that_no_payment_has_is_said_to_do_nothing(three: Path, open_page: Open) -> None:
    """A payment has no CPT: the page says that the filter does nothing here."""
    assert "a payment has no CPT, that filter does nothing here" in said(open_page("deposits", cpt="99213"))


def typed(row: int, amount: float | None) -> dict[str, object]:
    """The state of the editor after one amount was typed."""
    return {"edited_rows": {row: {"At the bank": amount}}, "added_rows": [], "deleted_rows": []}


def typing(app: AppTest) -> AppTest:
    """The page with the list turned into the editor."""
    app.toggle(key="bank-typing").set_value(True).run()
    return app


def test_a_bank_amount_is_compared_to_the_cent_and_counts_after_a_build(three: Path, open_page: Open) -> None:
    """What is typed is an event with who and when; the row says the difference; after Build now the sums hold it."""
    app = typing(open_page("deposits", period="All dates"))
    app.session_state["bank-0"] = typed(0, 59.99)
    app.run()
    (event,) = Ledger(three / "ledger.sqlite").events("bank_amount")
    assert {"amount": "59.99"} == event.body and event.who and event.subject.startswith("T20260402")
    assert -0.01 == pytest.approx(app.data_editor[0].value["Bank off by"][0])
    assert any("1 bank amount is new or changed" in box.value.replace("\\", "") for box in app.info)
    app.button(key="build-now").click().run()
    assert [] == [error.value for error in app.exception] and [] == list(app.info)
    assert "-$0.01 off in 1 payment" in said(app)


def test_an_emptied_bank_amount_is_taken_back(three: Path, open_page: Open) -> None:
    """An empty cell is an event too: nothing stands any more."""
    app = typing(open_page("deposits", period="All dates"))
    app.session_state["bank-0"] = typed(0, 60.0)
    app.run()
    app.session_state["bank-1"] = typed(0, None)
    app.run()
    assert [] == Ledger(three / "ledger.sqlite").current("bank_amount")
    assert 2 == len(Ledger(three / "ledger.sqlite").events("bank_amount"))


@pytest.mark.parametrize("amount", [1.005, float("inf"), 1e13])
def test_an_amount_that_cannot_be_is_refused_in_words(three: Path, open_page: Open, amount: float) -> None:
    """Parts of a cent and what is no amount are not written."""
    app = typing(open_page("deposits", period="All dates"))
    app.session_state["bank-0"] = typed(0, amount)
    app.run()
    assert 1 == len(app.error) and [] == Ledger(three / "ledger.sqlite").events()


def test_the_ledger_of_now_lies_over_the_build() -> None:
    """A row shows what is typed now, also where the build knows another amount or none any more."""
    frame = pd.DataFrame(
        {
            "deposit_key": ["a", "b"],
            "payment_amount": [Decimal(10), Decimal(10)],
            "bank_amount": [None, Decimal(9)],
            "bank_off_amount": [None, Decimal(-1)],
            "bank_who": [None, "x"],
        },
        dtype="object",
    )
    event = Event(1, "2026-11-01", "Biller B", "bank_amount", "a", {"amount": "10.00"})
    now = deposit_bank.overlaid(frame, {"a": event})
    assert [Decimal(10), None] == list(now["bank_amount"])
    assert [Decimal(0), None] == list(now["bank_off_amount"])
    assert ["Biller B", None] == list(now["bank_who"])


@pytest.fixture
def opened(three: Path, open_page: Open) -> AppTest:
    """The page with the payment that takes money back."""
    with Store(three).connect() as connection:
        ((key,),) = connection.execute(
            "select deposit_key from deposit where provider_adjustment_amount > 0"
        ).fetchall()
    return open_page("deposits", period="All dates", payment=key)


def test_a_payment_is_shown_as_a_sum_with_what_it_took_back(opened: AppTest) -> None:
    """Claims, less adjustments, paid; each adjustment with our label, and the claim it takes back by its number."""
    text = said(opened)
    assert "2 provider adjustments: $28.50 less in this payment, $30.00 of it taken back" in text
    assert words.cents(Decimal("51.50")) in text
    moved, claims = opened.dataframe[2].value, opened.dataframe[3].value
    assert ["WO Overpayment taken back", "L6 Interest owed"] == list(moved["Reason"])
    assert ["P202603021", None] == [None if pd.isna(value) else value for value in moved["Claim"]]
    assert [30.0, -1.5] == list(moved["Takes away"])
    assert [80.0] == list(claims["Paid"])


def test_the_segments_of_a_payment_are_those_of_the_file_with_accounts_and_references_masked(opened: AppTest) -> None:
    """Head and provider adjustments as written, but no bank account and no reference before it is asked for."""
    text = said(opened)
    assert "<b>BPR</b>" in text and "*51.5*" in text and "<b>PLB</b>*1111111111*20261231*WO:•••*30*L6:•••*-1.5" in text
    assert "NOBODY" not in text
    opened.button(key="show-names").click().run()
    assert "L6:NOBODY" in said(opened)
    assert 1 == len(Ledger(Store().ledger_path).events("unmasked"))


def test_a_payment_that_is_not_known_is_said_to_be_unknown(three: Path, open_page: Open) -> None:
    """An address of another store leads to the list and a word about it."""
    app = open_page("deposits", period="All dates", payment="<b>nobody")
    assert "not known here" in app.warning[0].value and "<b>" not in app.warning[0].value


def test_a_store_without_payments_says_what_to_load(empty_home: Path, open_page: Open) -> None:
    """Nothing loaded: Import. Only a log: a payment is told in a remittance alone."""
    assert "Nothing has been loaded yet" in said(open_page("deposits"))
    log = "Claim #,Payer,DOS,Denial date,CPT,CARC,Charge\nA1,AETNA,2026-01-05,2026-03-02,99213,CO-50,100\n"
    inbox = empty_home.parent / "log"
    inbox.mkdir()
    (inbox / "log.csv").write_text(log)
    ingest(Store(empty_home), expand(inbox), workers=1)
    build(Store(empty_home), workers=1)
    text = said(open_page("deposits", period="All dates"))
    assert "No payment in this view" in text and "Drop a remittance (835)" in text


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        (
            "BPR*I*5*C*ACH*CCP*01*99*DA*12*P**01*8*DA*4*20260302",
            "BPR*I*5*C*ACH*CCP*01*•••*DA*•••*P**01*•••*DA*•••*20260302",
        ),
        ("PLB*1*20261231*WO:ICN1*30*L6*-1", "PLB*1*20261231*WO:•••*30*L6*-1"),
        ("PLB*1*20261231*WO>ICN1 A1*30", "PLB*1*20261231*WO>•••*30"),
        ("TRN*1*T12*1", "TRN*1*T12*1"),
    ],
)
def test_bank_accounts_and_references_are_masked(raw: str, shown: str) -> None:
    """Of a payment's head the accounts, of an adjustment its reference; the reason and the dollars are not."""
    assert shown == claim_mask.segment(raw)
