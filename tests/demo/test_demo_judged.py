"""The demo's planted documentation changes, as its own ledger registers them, are judged as they were planted."""

from pathlib import Path

from pipelines.demo.ledger_book import LEDGER
from pipelines.effect import judge
from pipelines.effect.result import JUDGED, TOO_EARLY, TOO_FEW
from pipelines.ledger import Ledger
from pipelines.ledger_lines import import_lines
from pipelines.register import changes
from tests.demo.conftest import Measured


def test_planted_changes_are_judged_or_called_too_few(measured: Measured, tmp_path: Path) -> None:
    """Where a change is judged, the planted odds lie in its interval; ten months of a small practice are too few."""
    ledger = Ledger(tmp_path / "ledger.sqlite")
    with (measured.folder / LEDGER).open("rb") as stream:
        import_lines(ledger, stream, LEDGER)
    planted = {one["first_service_day"]: one for one in measured.truth["planted"].values() if "odds_factor" in one}
    found = changes(ledger)
    assert sorted(planted) == [one.go_live.isoformat() for one in found]
    for change in found:
        result = judge(measured.connection, change, found)
        assert result.state in (JUDGED, TOO_FEW, TOO_EARLY)
        assert (result.primary is not None) == (result.state == JUDGED)
        if result.primary is not None:
            low, high = result.primary.low or 0, result.primary.high or 99
            assert low <= planted[change.go_live.isoformat()]["odds_factor"] <= high
