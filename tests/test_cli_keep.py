"""The commands that keep a store, as a person types them."""

from collections.abc import Callable
from pathlib import Path

import pytest

from pipelines import status
from pipelines.cli_app import app_for
from pipelines.cli_files import line_of
from pipelines.errors import DenialboardError, UsageError
from pipelines.ingest import Ingested, ingest
from pipelines.ledger import Ledger
from pipelines.source_text import known_lakes, remember_lake
from pipelines.store import Store
from pipelines.volume import Volume
from tests.fake_reader import FAKE, claims, given

Denials = Callable[..., str]


@pytest.fixture
def denials(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Denials:
    """Runs a command on the store `store`, in this process; the result is what it prints."""
    monkeypatch.setenv("DENIALS_HOME", str(tmp_path / "store"))
    monkeypatch.chdir(tmp_path)

    def run(*words: str, status: int = 0) -> str:
        assert status == (app_for(words[0])(list(words), standalone_mode=False) or 0)
        return capsys.readouterr().out

    return run


@pytest.mark.parametrize(
    ("result", "said"),
    [
        (Ingested("a.835", "loaded", 1, 1, 1), "loaded         a.835: 1 claim, 1 line, 1 row rejected"),
        (Ingested("a.835", "loaded", 2, 1_204), "loaded         a.835: 2 claims, 1,204 lines"),
    ],
)
def test_one_is_one(result: Ingested, said: str) -> None:
    """What was loaded is counted in the number that it has."""
    assert said == line_of(result)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """A file and a decision."""
    store = Store(tmp_path / "store")
    ingest(store, [given("a.835", claims(100))], readers=FAKE, workers=1)
    store.ledger.append("unmasked", "family-1", {}, who="ana")
    return store


def test_a_store_comes_back_from_its_backup(denials: Denials, store: Store, tmp_path: Path) -> None:
    """Key, backup, another key, restore, verify: each says in a line what it did."""
    assert "old.key: a new key" in denials("key", "new", "old.key")
    denials("key", "new", "new.key")
    assert "x.backup: 1 file and the ledger" in denials("backup", "x.backup", "--key-file", "old.key")
    said = denials("rekey", "x.backup", "--key-file", "old.key", "--new-key-file", "new.key")
    assert "x.backup: opens with the new key only\n" == said
    with pytest.raises(DenialboardError, match="not the key"):
        denials("restore", "x.backup", "--into", "again", "--key-file", "old.key")
    said = denials("restore", "x.backup", "--into", "again", "--key-file", "new.key", "--no-build")
    assert said.startswith("restored       again: 1 file as of 20")
    assert ["family-1"] == [event.subject for event in Ledger(tmp_path / "again" / "ledger.sqlite").events()]
    assert {"store", "again", "x.backup", "old.key", "new.key"} == {path.name for path in tmp_path.iterdir()}


def test_a_backup_is_encrypted_unless_said_otherwise(denials: Denials, store: Store, tmp_path: Path) -> None:
    """Without a key nothing is written; `--unencrypted` is said back in capitals; both at once cannot be meant."""
    for words in ((), ("--unencrypted", "--key-env", "KEY")):
        with pytest.raises(UsageError, match="wanted --key-file, --key-env or --keyring"):
            denials("backup", "x.backup", *words)
    assert not (tmp_path / "x.backup").exists()
    assert "NOT ENCRYPTED: patients' names are in it" in denials("backup", "x.backup", "--unencrypted")


def test_what_lies_in_a_lake_is_not_in_a_backup(denials: Denials, tmp_path: Path) -> None:
    """Where a cluster reads for a store, a backup keeps the lake's place; both commands say what is left to do."""
    store = Store(tmp_path / "store")
    store.prepare()
    store.ledger.append("unmasked", "family-1", {}, who="ana")
    remember_lake(store, "s3://bucket/our lake")
    said = denials("backup", "x.backup", "--unencrypted")
    assert "NOT IN IT: what a cluster read into s3://bucket/our lake, and the files it read\n" in said
    said = denials("restore", "x.backup", "--into", "again")
    assert said.endswith("denials build --engine spark --master sc://... --lake 's3://bucket/our lake'\n")
    assert ["s3://bucket/our lake"] == known_lakes(Store(tmp_path / "again"))
    assert [] == list((tmp_path / "again").glob("builds/*"))


def test_a_damaged_source_is_told_with_the_backup(denials: Denials, store: Store, tmp_path: Path) -> None:
    """The backup is there, since the rest is worth it; but nobody learns of the damage years later only."""
    store.source_path(store.records()[0].sha256).write_bytes(b"rotten")
    said = denials("backup", "x.backup", "--unencrypted", status=1)
    assert "DAMAGED: a.835: its bytes are not those that came in" in said
    assert (tmp_path / "x.backup").exists()


def test_verify_has_a_line_for_each_part(denials: Denials, store: Store) -> None:
    """What is well is said to be, what is not says what to do and ends with status 1."""
    store.source_path(store.records()[0].sha256).unlink()
    lines = denials("verify", "--quick", status=1).splitlines()
    assert "sources    a.835: its bytes are missing; delete" in lines[0]
    assert "ledger     as it should be" == lines[1]


def test_verify_of_what_is_well(denials: Denials) -> None:
    """A part per line."""
    lines = denials("verify", "--quick").splitlines()
    assert ["sources", "ledger", "lake", "build"] == [line.split()[0] for line in lines]
    assert {"as it should be"} == {line[11:26] for line in lines}


def test_status_says_who_can_read_the_store(denials: Denials, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rights that are too wide come with the line that mends them; the disk is encrypted, not, or nobody can tell."""
    said = {}
    for is_encrypted in (True, False, None):
        monkeypatch.setattr(status, "volume_of", lambda home, known=is_encrypted: Volume(known, "so it is"))
        said[is_encrypted] = next(line for line in _status(denials) if line.startswith("disk"))
    expected = ["encrypted: so it is", "NOT ENCRYPTED: so it is", "cannot tell whether it is encrypted: so it is"]
    assert expected == [line.removeprefix("disk       ") for line in said.values()]
    store.ledger_path.chmod(0o644)
    assert any("but 1 file in it has wider rights: chmod -R go=" in line for line in _status(denials))
    store.home.chmod(0o755)
    assert any("NO: others can read it; chmod -R go=" in line for line in _status(denials))


def _status(denials: Denials) -> list[str]:
    """Without a build it ends with 1."""
    return denials("status", status=1).splitlines()


@pytest.mark.parametrize("words", [("backup",), ("restore",), ("verify",), ("rekey",), ("key", "new")])
def test_each_teaches_by_an_example(denials: Denials, words: tuple[str, ...]) -> None:
    """The help of every command shows how it is typed."""
    assert "Example" in denials(*words, "--help")
