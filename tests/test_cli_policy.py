"""The commands about payer policies: what they write, what they say, and what they refuse."""

from pathlib import Path

import pytest

from pipelines.ledger import Ledger
from pipelines.policy_matrix import current, records
from pipelines.store import Store
from tests import coverage
from tests.commands import refused, run

MATRIX = Path(__file__).parent / "fixtures" / "policies" / "matrix.csv"
KNEE = ("policy", "set", "--payer", "Aetna", "--cpt", "20610-20611", "--from", "2026-01-01", "--covered", "M17.x")


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    """An empty store."""
    monkeypatch.setenv("DENIALS_HOME", str(tmp_path / "store"))
    return Store()


def test_set_then_follow_then_take_back(store: Store) -> None:
    """A policy is entered, followed by a version that keeps what is not said anew, listed by day, and taken back."""
    run(*KNEE, "--frequency", "3 per 12 months", "--item", "Side named", "--authorisation", "no")
    (first,) = current(Ledger(store.ledger_path))
    assert ((first.frequency_count, first.authorisation), ("Side named",)) == ((3, "not required"), first.checklist)
    run("policy", "set", "--id", first.policy_id, "--from", "2026-07-01", "--authorisation", "yes")
    assert [("M17",), ("M17",)] == [one.covered_diagnoses for one in records(Ledger(store.ledger_path))]
    assert "Authorisation: required" in run("policy", "list", "--on", "2026-08-01", "--cpt", "20611")
    assert "Authorisation: not required" in run("policy", "list", "--on", "2026-06-30", "--payer", "aetna")
    assert "Aetna" not in run("policy", "list", "--on", "2025-12-31")
    said = run("policy", "diff", "2026-06-30", "2026-07-01")
    assert "1 policy change: 1 changed" in said and "Authorisation: not required, now required" in said
    assert "No policy changed" in run("policy", "diff", "2026-02-01", "2026-03-01")
    run("policy", "set", "--id", first.policy_id, "--take-back")
    assert [] == records(Ledger(store.ledger_path))


def test_import_says_first_and_writes_once(store: Store) -> None:
    """A dry run writes nothing; then new ones are in; refused rows are named and end with status 1."""
    said = run("policy", "import", str(MATRIX), "--dry-run", status=1)
    assert "would write    new 3" in said and "refused        row 8: KNEE" in said and "not used       Remark" in said
    assert [] == records(Ledger(store.ledger_path))
    run("policy", "import", str(MATRIX), status=1)
    assert 3 == len(records(Ledger(store.ledger_path)))
    assert "recorded       unchanged 3" in run("policy", "import", str(MATRIX), status=1)


def test_import_articles(store: Store, tmp_path: Path) -> None:
    """Without an article the export is listed; with one its policies are in, under the payer that is named."""
    path = str(coverage.export_zip(tmp_path / "current_article.zip"))
    assert "Made-up rules for knee injections" in run("policy", "import-mcd", path)
    said = run("policy", "import-mcd", path, "--article", "A90001", "--payer", "Medicare")
    assert "recorded       new 2" in said and "3 diagnoses" in said
    assert {"Medicare"} == {one.payer for one in current(Ledger(store.ledger_path))}


def test_playbook_prints(store: Store, tmp_path: Path) -> None:
    """The playbook of a procedure is a PDF, also before anything was loaded."""
    run(*KNEE)
    path = tmp_path / "playbook.pdf"
    assert "playbook 20610 Injection, large joint" in run("policy", "playbook", "20610", "--out", str(path))
    assert path.read_bytes().startswith(b"%PDF")


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("policy", "set"), "wanted what it says"),
        (("policy", "set", "--take-back"), "wanted what it says"),
        (("policy", "set", "--payer", "Aetna"), "procedures: nothing given"),
        ((*KNEE, "--authorisation", "maybe"), "wanted yes, no or unknown"),
        (("policy", "set", "--id", "nothing", "--take-back"), "there is no such policy"),
        (("policy", "list", "--on", "yesterday"), "not a date"),
        (("policy", "diff", "2026-07-01", "2026-01-01"), "wanted the earlier day first"),
        (("policy", "playbook", "ABC", "--out", "abc.pdf"), "ABC: not a procedure"),
        (("policy", "playbook", "90832-90838", "--out", "abc.pdf"), "wanted one procedure"),
        (("policy", "import", "nowhere.csv"), "there is no such file"),
    ],
)
def test_what_cannot_be_meant_is_refused(store: Store, words: tuple[str, ...], expected: str) -> None:
    """What cannot be meant is refused with the reason, and nothing is written."""
    assert expected in refused(*words)
    assert [] == records(Ledger(store.ledger_path))
