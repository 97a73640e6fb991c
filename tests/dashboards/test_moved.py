from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pandas as pd

from dashboards import moved


def cell(**more: object) -> Any:
    """One cell with limits of its own, within them."""
    known: dict[str, object] = {"count_before": 4, "count": 17, "amount_change": Decimal(6240)}
    known |= {"lower": 1.7, "upper": 9.4, "z": 2.0, "is_judged": True, "is_signal": False}
    return SimpleNamespace(**(known | more))


def test_a_mover_says_from_where_to_where_and_what_is_usual() -> None:
    """Whole lines: the least and the most that lie within its limits."""
    assert "4 → 17 lines, +$6,240 · usual 2 to 9" == moved.moved_words(cell(is_signal=True))
    assert moved.moved_words(cell(count=9)).endswith(" · usual 2 to 9, within noise")
    assert moved.moved_words(cell()).endswith(" · usual 2 to 9, yet not clear of chance")  # of so many looked at


def test_what_cannot_be_judged_says_why() -> None:
    """Too few lines, or no rate to hold it against: a new payer, or denials of a log alone."""
    assert moved.moved_words(cell(lower=None, upper=None, z=None)).endswith(" · too few to judge")
    assert moved.moved_words(cell(is_judged=False)).endswith(" · no rate in both periods to judge it by")


def test_signals_come_first_then_the_furthest_from_their_own_history() -> None:
    """Dollars order what cannot be judged: a large claim alone is no movement."""
    cells = {
        "dear": cell(z=None, amount_change=Decimal(9_000)),
        "dearer": cell(z=None, amount_change=Decimal(-9_001)),
        "near": cell(z=0.5),
        "far": cell(z=-2.5),
        "signal": cell(z=-3.5, is_signal=True),
    }
    frame = pd.DataFrame([vars(one) | {"name": name} for name, one in cells.items()], dtype="object")
    assert ["signal", "far", "near", "dearer", "dear"] == list(moved.ordered(frame)["name"])
    assert moved.ordered(frame.head(0)).empty
