"""Elements that stand in another place than their own leave a trace, whatever segment they are of."""

from typing import Any

import pytest

from benchmarks.fuzz_places import cases, check
from pipelines.x12.remittance_state import RemittanceState

EVERY, COLUMNS_EVERY = 9, 40


@pytest.mark.parametrize("kind", ["835", "837", "277CA"])
def test_every_element_out_of_its_place(kind: str) -> None:
    """Missing, pushed on, empty, alone, far behind or twice, in our own files: nothing of the segment is lost."""
    some = list(cases(kind, with_others=False, before=0))[::EVERY]
    assert [] == [each for number, case in enumerate(some) for each in check(kind, case, number % COLUMNS_EVERY == 0)]


def test_a_reader_that_forgets_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """Were numbers without a column passed over, the cases would show it."""
    keep = RemittanceState.add_detail

    def forgets(state: RemittanceState, number: int, offset: int, segment_id: str, *told: Any, **more: Any) -> None:
        if segment_id != "REF":
            keep(state, number, offset, segment_id, *told, **more)

    monkeypatch.setattr(RemittanceState, "add_detail", forgets)
    found = (each for case in cases("835", with_others=False, before=0) for each in check("835", case, False))
    assert "no trace of REF" == next(found).rule
