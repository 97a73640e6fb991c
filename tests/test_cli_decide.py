"""The commands that record what people know: what they write, and what they refuse."""

from pathlib import Path

import pytest

from pipelines.build import build
from pipelines.ingest import ingest
from pipelines.ledger import Ledger
from pipelines.sources import expand
from pipelines.store import Store
from tests.commands import refused, run

SAMPLES = Path(__file__).parent.parent / "data" / "samples"


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    """A store with one remittance, built."""
    monkeypatch.setenv("DENIALS_HOME", str(tmp_path / "store"))
    store = Store()
    list(ingest(store, expand(SAMPLES / "demo_835_harbor_20260824.835")))
    build(store)
    return store


def one(store: Store, query: str) -> tuple[str, ...]:
    """The first row of a query on the newest build."""
    connection = store.connect()
    row = connection.execute(query).fetchall()[0]
    connection.close()
    return tuple(str(value) for value in row)


def test_bank_amount_reaches_the_deposit(store: Store) -> None:
    """An amount is entered under the trace number, compared in the next build, and can be taken back."""
    trace, key, paid = one(store, "select trace_number, deposit_key, payment_amount from deposit")
    assert key in run("bank", trace, "$1,204.5", "--who", "ana")
    build(store)
    columns = "bank_amount, bank_amount - bank_off_amount, bank_who"
    assert ("1204.50", paid, "ana") == one(store, f"select {columns} from deposit")
    assert "taken back" in run("bank", key, "--take-back")
    build(store)
    assert ("None",) == one(store, "select bank_amount from deposit")


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("bank", "no such number", "1"), "no payment has this trace number"),
        (("bank", "x", "12.345"), "not an amount"),
        (("bank", "x", "much"), "not an amount"),
        (("bank", "x"), "wanted an AMOUNT"),
        (("bank", "x", "1", "--take-back"), "wanted an AMOUNT"),
        (("close", "x"), "wanted a STATE"),
        (("close", "x", "gone"), "not a state"),
        (("close", "no such denial", "open"), "no such denial"),
    ],
)
def test_what_cannot_be_meant_is_refused(store: Store, words: tuple[str, ...], expected: str) -> None:
    """Nothing is written where the payment, the denial, the amount or the state is not clear."""
    assert expected in refused(*words)
    assert [] == Ledger(store.ledger_path).events()


def test_close_is_recorded(store: Store) -> None:
    """What a person says about a denial stands in the ledger, with the reason."""
    (denial,) = one(store, "select denial_id from denial order by 1")
    run("close", denial, "written_off", "--note", "below our limit")
    event = Ledger(store.ledger_path).current("line_closed")[0]
    assert (denial, {"state": "written_off", "note": "below our limit"}) == (event.subject, event.body)
