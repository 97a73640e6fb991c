"""What the ledger says about baselines: a person's own, changes that went live, and spikes."""

import datetime
from pathlib import Path

import pytest

from pipelines import register
from pipelines.control_chart import Span
from pipelines.ledger import Ledger
from pipelines.measure import Scope
from pipelines.register import Baseline, Change
from pipelines.trend_baseline import Frozen, GoLive, cell_of, frozen

Day = datetime.date
YEAR = (Day(2025, 1, 1), Day(2025, 12, 1))


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    """A ledger with nothing in it."""
    return Ledger(tmp_path / "ledger.sqlite")


def test_nothing_said(ledger: Ledger) -> None:
    """Without a word nothing is frozen."""
    assert Frozen(None, (), ()) == frozen(ledger, "denial_rate", Scope())


def test_the_narrowest_baseline_wins(ledger: Ledger) -> None:
    """A cell has its own baseline, else that of the narrowest one around it; never another KPI's or payer's."""
    for cell, last in (((), 10), ((("payer", "Aetna"),), 11), ((("payer", "Cigna"),), 12)):
        register.record(ledger, Baseline("denial_rate", cell, YEAR[0], Day(2025, last, 1), f"until {last}"))
    found = {
        scope: frozen(ledger, "denial_rate", scope)
        for scope in (Scope(), Scope(payers=("Aetna",), procedures=("20610",)), Scope(payers=("Aetna", "Cigna")))
    }
    assert ["until 10", "until 11", "until 10"] == [one.reason for one in found.values()]
    assert Span(YEAR[0], Day(2025, 11, 1)) == list(found.values())[1].baseline
    assert None is frozen(ledger, "m_code_ratio", Scope()).baseline


def test_a_cell_is_what_the_ledger_finds_again(ledger: Ledger) -> None:
    """The cell of a scope is kept and found, whatever the order in which its values were chosen."""
    scope, other = (
        Scope(payers=("Cigna", "Aetna"), root_causes=("x",)),
        Scope(payers=("Aetna", "Cigna"), root_causes=("x",)),
    )
    register.record(ledger, Baseline("denial_rate", cell_of(scope), *YEAR, "agreed"))
    assert (("payer", "Aetna, Cigna"), ("root_cause", "x")) == cell_of(other)
    assert (Span(*YEAR), "agreed") == ((found := frozen(ledger, "denial_rate", other)).baseline, found.reason)


def test_changes_of_the_scope(ledger: Ledger) -> None:
    """Changes count where their treated scope meets this one; the months of their spikes teach nothing."""
    spike = {"spike_from": Day(2025, 11, 1), "spike_to": Day(2026, 1, 1)}
    one = Change("a-1", "Template", "template", Day(2026, 3, 16), "Ana", payers=("Aetna",), comparison="none", **spike)
    register.record(ledger, one)
    register.record(
        ledger, Change("b-2", "Checklist", "checklist", Day(2026, 1, 5), "Ben", payers=("Cigna",), comparison="none")
    )
    found = frozen(ledger, "denial_rate", Scope(payers=("Aetna",), procedures=("20610",)))
    assert (GoLive(Day(2026, 3, 16), "Template", "a-1"),) == found.changes
    assert (Day(2025, 11, 1), Day(2025, 12, 1), Day(2026, 1, 1)) == found.left_out
    assert (None, found.left_out, (Day(2026, 3, 16),)) == found.held
    assert ["b-2", "a-1"] == [change.change_id for change in frozen(ledger, "denial_rate", Scope()).changes]
