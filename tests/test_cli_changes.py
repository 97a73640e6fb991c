"""The commands about documentation changes: what they write, print and refuse."""

import datetime
import json
import shutil
from decimal import Decimal
from pathlib import Path

import pytest

from pipelines import register
from pipelines.effect import judge
from pipelines.ledger import Ledger
from pipelines.store import Store
from tests.changed_practice import GO_LIVE, PROVIDERS, WITH, change
from tests.commands import refused, run

TEMPLATE = ("change", "register", "Knee template", "--go-live", "2025-10-01", "--owner", "Dr. Sample")
FOR = tuple(word for name in WITH for word in ("--provider", PROVIDERS[name]))


@pytest.fixture
def store(changed_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    """A copy of the changed practice's store that the test may change."""
    monkeypatch.setenv("DENIALS_HOME", str(shutil.copytree(changed_home, tmp_path / "store")))
    return Store()


@pytest.fixture
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    """An empty store."""
    monkeypatch.setenv("DENIALS_HOME", str(tmp_path / "store"))
    return Store()


def kept(store: Store) -> list[register.Change]:
    """The changes that stand."""
    return register.changes(Ledger(store.ledger_path))


def test_registering_keeps_what_was_said_and_foretells_power_alone(store: Store) -> None:
    """Every word is in the ledger; what is printed are lines and power before go-live, and that it came late."""
    said = run(*TEMPLATE, *FOR, "--procedure", "20610", "--cost", "$1,500", "--clinician-minutes", "240")
    (one,) = kept(store)
    assert (GO_LIVE, "other_providers", 4) == (one.go_live, one.comparison, one.wash_in_weeks)
    assert (Decimal("1500.00"), 240, ("20610",)) == (one.cost_amount, one.clinician_minutes, one.procedures)
    assert tuple(PROVIDERS[name] for name in WITH) == one.providers
    assert f"registered     {one.change_id}: Knee template; marked: registered after go-live" in said
    assert "lines a month  treated 48.0, comparison 48.0, before go-live" in said
    assert "power          With 6 months after go-live a fall from 25.0" in said
    assert "fewer" not in said


def test_a_slip_in_the_scope_is_said(store: Store) -> None:
    """What no line has is named; a root cause that is none is refused, and so is a cost beyond belief."""
    said = run(*TEMPLATE, "--provider", "NOBODY", "--procedure", "20610", "--place", "99")
    assert "not in data    provider NOBODY" in said and "not in data    place of service 99" in said
    assert "20610" not in said and "lines a month  no treated line in a mature month" in said
    assert "--root-cause nope: no such root cause; there are " in refused(*TEMPLATE, *FOR, "--root-cause", "nope")
    assert "--cost 1e9: wanted 0 to 999,999,999 dollars" == refused(*TEMPLATE, *FOR, "--cost", "1e9")
    assert 1 == len(kept(store))


def test_before_anything_is_loaded_a_change_can_be_registered(empty: Store) -> None:
    """A practice that starts with a change has nothing to foretell from yet."""
    later = (datetime.date.today() + datetime.timedelta(days=30)).isoformat()
    said = run("change", "register", "New note", "--go-live", later, "--owner", "Lead", "--procedure", "97110")
    assert "nothing is loaded yet" in said and "after go-live" not in said
    assert ["other_procedures"] == [one.comparison for one in kept(empty)]
    assert "No change is registered yet" in run("change", "withdraw", kept(empty)[0].change_id) + run(
        "change", "report"
    )


def test_a_chosen_comparison_and_a_spike(empty: Store) -> None:
    """Comparison lines by name, and months in order."""
    run(
        *TEMPLATE,
        *FOR,
        "--compare-with",
        "provider=ELK, DOC",
        "--compare-with",
        "provider=FOX, DOC",
        "--spike",
        "2025-08",
    )
    run(*TEMPLATE, *FOR, "--procedure", "1", "--comparison", "other_procedures", "--compare-with", "procedure=2")
    first, second = sorted(kept(empty), key=lambda one: one.first_registered_at)
    assert ("chosen", ("ELK, DOC", "FOX, DOC")) == (first.comparison, first.comparison_providers)
    assert (datetime.date(2025, 8, 1),) * 2 == (first.spike_from, first.spike_to)
    assert ("other_procedures", ("2",)) == (second.comparison, second.comparison_procedures)


def test_the_report_says_what_was_judged(store: Store) -> None:
    """Sentences first, then the figures: the same as the effect's own, as text, as JSON and in the list."""
    ledger = Ledger(store.ledger_path)
    register.record(ledger, change())
    with store.connect() as connection:
        result = judge(connection, kept(store)[0], kept(store))
    said = run("change", "report", "template")
    assert result.headline in said and result.why in said
    for told in ("treated                            144 of 576 (25.0", "jump at go-live, difference", "95 % interval"):
        assert told in said
    assert "Registered beforehand              failed" in said
    (shown,) = json.loads(run("change", "report", "--format", "json"))
    assert (result.state, result.primary and result.primary.odds_ratio) == (
        shown["state"],
        shown["primary"]["odds_ratio"],
    )
    (listed,) = json.loads(run("change", "list", "--format", "json"))
    assert {"change": "template", "go-live": "2025-10-01", "result": result.headline}.items() <= listed.items()


def test_dollars_of_two_changes_on_the_same_lines_are_summed_once(store: Store) -> None:
    """The report of all says what they saved together."""
    for name in ("template", "training"):
        register.record(Ledger(store.ledger_path), change(name))
    last = run("change", "report").strip().splitlines()[-1]
    assert last.startswith("Together the 2 changes ") and "are counted once" in last


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ((*TEMPLATE, *FOR, "--kpi", "denied_amount"), "not a share of lines"),
        ((*TEMPLATE, *FOR, "--kpi", "nonsense"), "nonsense"),
        ((*TEMPLATE, *FOR, "--cost", "1.005"), "--cost 1.005"),
        ((*TEMPLATE, *FOR, "--cost", "much"), "--cost much"),
        ((*TEMPLATE, *FOR, "--spike", "2025"), "--spike 2025: not a month"),
        ((*TEMPLATE, *FOR, "--spike", "2025-11"), "before the go-live"),
        ((*TEMPLATE, *FOR, "--what", "magic"), "what: got 'magic'"),
        ((*TEMPLATE, *FOR, "--compare-with", "plan=1"), "wanted DIM=VALUE"),
        ((*TEMPLATE, *FOR, "--comparison", "none", "--compare-with", "payer=1"), "not with --compare-with"),
        ((*TEMPLATE, "--comparison", "other_providers", "--payer", "X"), "the treated providers"),
        (TEMPLATE, "at least one of them: what is treated"),
        (("change", "register", "x", "--go-live", "1 May", "--owner", "me"), "--go-live 1 May: not a date"),
        (("change", "report", "nothing"), "no such change; registered: none yet"),
        (("change", "report", "--format", "pdf"), "there are text and json"),
        (("change", "withdraw", "nothing"), "no such change"),
    ],
)
def test_what_cannot_be_meant_is_refused(empty: Store, words: tuple[str, ...], expected: str) -> None:
    """Nothing is written where the day, the money, the scope, the number or the comparison is not clear."""
    assert expected in refused(*words)
    assert [] == kept(empty)
