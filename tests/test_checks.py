"""A build's own checks."""

import pytest

from tests.practice import Day, claim, paid, remit
from tests.warehouse import Files, failures, warehouse
from tests.whole_practice import practice

MARCH = Day(2026, 3, 2)


@pytest.mark.parametrize("files", [{}, practice()], ids=["nothing", "practice"])
def test_checks_find_nothing(files: Files) -> None:
    """Every check passes on an empty store and on a practice where everything occurs."""
    assert {} == failures(warehouse(files))


def test_checks_find_something() -> None:
    """A check speaks up when a reader's balance is not what its own rows say."""
    rows = remit(MARCH, claim("P1", paid()))
    rows[1].off_amount = 5  # type: ignore[union-attr]
    assert ["claim_balance"] == list(failures(warehouse({"era": rows})))
