"""A key is found where it is said to be, is a key, and never lies in the store."""

import sys
import types
from pathlib import Path

import pytest

from pipelines.errors import UsageError
from pipelines.keys import KeyPlace, key_of, new_key

HEX = "0f" * 32


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """The folder of a store."""
    (tmp_path / "store").mkdir()
    return tmp_path / "store"


def test_a_new_key_is_its_owner_s_alone(tmp_path: Path, home: Path) -> None:
    """It is 256 bits, another each time, in a file of mode 0600; no key is ever overwritten."""
    paths = [tmp_path / "one", tmp_path / "two"]
    for path in paths:
        new_key(path, home)
    one, two = (key_of(KeyPlace(path), home) for path in paths)
    assert (32, 32, False) == (len(one), len(two), one == two)
    assert 0o600 == paths[0].stat().st_mode & 0o777
    with pytest.raises(UsageError, match="is there already"):
        new_key(paths[0], home)


def test_a_key_never_lies_in_the_store(home: Path) -> None:
    """Whoever takes the store, or its backup, does not get the key with it: whatever way its path is written."""
    with pytest.raises(UsageError, match="is inside the store"):
        new_key(home / "key", home)
    (home / "key").write_text(HEX)
    for path in (home / "key", home.parent / "store" / ".." / "store" / "key"):
        with pytest.raises(UsageError, match="is inside the store"):
            key_of(KeyPlace(path), home)
    (home.parent / "link").symlink_to(home / "key")
    with pytest.raises(UsageError, match="is inside the store"):
        key_of(KeyPlace(home.parent / "link"), home)


def test_a_key_comes_from_the_environment(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A variable holds it; one that is not set is said so."""
    monkeypatch.setenv("BACKUP_KEY", f" {HEX}\n")
    assert bytes.fromhex(HEX) == key_of(KeyPlace(variable="BACKUP_KEY"), home)
    with pytest.raises(UsageError, match="the environment's NO_KEY: holds no key, wanted 64 hexadecimal digits"):
        key_of(KeyPlace(variable="NO_KEY"), home)


def test_a_key_comes_from_the_keyring(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The keyring is asked for the name under `denialboard`; without one installed a person is told what to do."""
    monkeypatch.setitem(sys.modules, "keyring", None)
    with pytest.raises(UsageError, match="pip install keyring"):
        key_of(KeyPlace(keyring="backups"), home)
    known = {("denialboard", "backups"): HEX}
    ring = types.ModuleType("keyring")
    ring.get_password = lambda service, name: known.get((service, name))  # type: ignore[attr-defined]
    ring.errors = types.ModuleType("keyring.errors")  # type: ignore[attr-defined]
    ring.errors.KeyringError = RuntimeError  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "keyring", ring)
    monkeypatch.setitem(sys.modules, "keyring.errors", ring.errors)  # type: ignore[attr-defined]
    assert bytes.fromhex(HEX) == key_of(KeyPlace(keyring="backups"), home)
    with pytest.raises(UsageError, match="the keyring's denialboard, others: holds no key"):
        key_of(KeyPlace(keyring="others"), home)


@pytest.mark.parametrize("content", ["", "password", HEX[1:], HEX + "00", "0g" * 32])
def test_what_is_no_key_is_refused(tmp_path: Path, home: Path, content: str) -> None:
    """A password, or a key with a digit lost, is not taken for a key; what was there is not repeated."""
    path = tmp_path / "key"
    path.write_text(content)
    path.chmod(0o600)
    with pytest.raises(UsageError, match="wanted 64 hexadecimal digits") as refused:
        key_of(KeyPlace(path), home)
    assert not content or content not in str(refused.value)


def test_a_key_that_others_may_read_is_refused(tmp_path: Path, home: Path) -> None:
    """The line says what to do."""
    path = tmp_path / "key"
    path.write_text(HEX)
    path.chmod(0o640)
    with pytest.raises(UsageError, match="chmod 600"):
        key_of(KeyPlace(path), home)
    with pytest.raises(UsageError, match="cannot be read"):
        key_of(KeyPlace(tmp_path / "none"), home)


@pytest.mark.parametrize("place", [KeyPlace(), KeyPlace(Path("a"), "b"), KeyPlace(variable="a", keyring="b")])
def test_there_is_one_place(home: Path, place: KeyPlace) -> None:
    """None, or two of them, cannot be meant."""
    with pytest.raises(UsageError, match="wanted one of"):
        key_of(place, home)
