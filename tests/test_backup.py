"""A backup gives the store back, to its key alone, whole or not at all; whatever was done to the file."""

import contextlib
import dataclasses
import hashlib
import io
import json
import shutil
import tarfile
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from pipelines import backup as backup_module
from pipelines.backup import MANIFEST, Manifest, Member, backup, rekey
from pipelines.disk import held
from pipelines.errors import DenialboardError, Refused, StoreError, UsageError
from pipelines.ingest import ingest
from pipelines.restore import restore
from pipelines.store import Store
from tests.fake_reader import FAKE, claims, given

KEY, OTHER = bytes(range(32)), bytes(32)
Content = dict[str, bytes]


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """Two files, a decision and a setting."""
    store = Store(tmp_path / "store")
    ingest(store, [given("a.835", claims(100)), given("b.835", b"CLAIM 7\nnonsense\n")], readers=FAKE, workers=1)
    store.ledger.append("target_set", "denial_rate", {"target": "0.05"}, who="ana")
    (store.home / "settings.toml").write_text("[dashboard]\n")
    (store.home / "smtp_password").write_text("secret")
    return store


def kept(store: Store) -> dict[str, object]:
    """What must survive: the files, byte for byte, what was said, and the settings."""
    sources = {path.name: path.read_bytes() for path in store.sources.iterdir()}
    return sources | {"events": store.ledger.events(), "settings": (store.home / "settings.toml").read_text()}


@pytest.mark.parametrize("key", [KEY, None])
def test_a_restored_store_is_the_store(store: Store, tmp_path: Path, key: bytes | None) -> None:
    """Sources, records, events and settings are the same; what is computed and passwords stay out."""
    made = backup(store, tmp_path / "x.backup", key)
    restored = Store(tmp_path / "deep" / "again")
    manifest = restore(made.path, restored.home, key)
    assert (2, manifest) == (manifest.source_count, made.manifest)
    assert kept(store) == kept(restored)
    assert {"ledger.sqlite", "settings.toml", "sources"} == {path.name for path in restored.home.iterdir()}
    assert [restored.home] == list(restored.home.parent.iterdir())


def test_only_an_encrypted_backup_hides_what_it_holds(store: Store, tmp_path: Path) -> None:
    """Names of files, decisions and people stand in an unencrypted one and in no part of an encrypted one."""
    closed, open_ = backup(store, tmp_path / "x", KEY).path.read_bytes(), backup(store, tmp_path / "y", None).path
    for word in (b"a.835", b"denial_rate", b"manifest", b"ledger"):
        assert (False, True) == (word in closed, word in open_.read_bytes()), word


def test_a_backup_is_its_owner_s_alone(store: Store, tmp_path: Path) -> None:
    """It has mode 0600, gets a name of its own in a folder, and nothing else is left beside it."""
    (tmp_path / "disk").mkdir()
    made = backup(store, tmp_path / "disk", KEY)
    assert [made.path] == list((tmp_path / "disk").iterdir())
    assert (0o600, ".backup") == (made.path.stat().st_mode & 0o777, made.path.suffix)


@pytest.mark.parametrize("to", ["store/x.backup", "store/builds", "x.there"])
def test_a_backup_is_no_part_of_the_store(store: Store, tmp_path: Path, to: str) -> None:
    """It is lost with the store, or overwrites an older backup: neither is done."""
    (tmp_path / "x.there").write_text("an older one")
    with pytest.raises(UsageError, match=r"inside the store|is there already"):
        backup(store, tmp_path / to, KEY)
    assert "an older one" == (tmp_path / "x.there").read_text()


def test_nothing_is_no_backup(tmp_path: Path) -> None:
    """A store that holds nothing is said so, and is not made."""
    with pytest.raises(UsageError, match="holds nothing yet"):
        backup(Store(tmp_path / "store"), tmp_path / "x.backup", KEY)
    assert [] == list(tmp_path.iterdir())


def test_missing_bytes_are_told(store: Store, tmp_path: Path) -> None:
    """A backup without a file's bytes would not be one: it is not written."""
    next(store.sources.glob("*.zst")).unlink()
    with pytest.raises(StoreError, match="is missing"):
        backup(store, tmp_path / "x.backup", KEY)
    assert [] == list(tmp_path.glob("*x.backup*"))


def test_a_backup_is_whole_while_the_store_is_used(store: Store, tmp_path: Path) -> None:
    """Events and files that come meanwhile are in it or not, each whole; and every event before it began is."""
    is_over = threading.Event()

    def decide() -> None:
        while not is_over.is_set():
            store.ledger.append("unmasked", "family-1", {})

    def take_in() -> None:
        for number in range(1_000):
            if is_over.is_set():
                return
            ingest(store, [given(f"{number}.835", claims(number))], readers=FAKE, workers=1)

    threads = [threading.Thread(target=each) for each in (decide, take_in)]
    for thread in threads:
        thread.start()
    try:
        for number in range(5):
            before = store.ledger.events()
            made = backup(store, tmp_path / f"{number}.backup", KEY)
            restored = Store(tmp_path / f"restored-{number}")
            restore(made.path, restored.home, KEY)
            assert before == restored.ledger.events()[: len(before)]
            assert made.manifest.source_count == len(restored.records())
    finally:
        is_over.set()
        for thread in threads:
            thread.join()


@pytest.mark.parametrize(
    ("damage", "key", "said"),
    [
        (lambda content: content, OTHER, "not the key"),
        (lambda content: content, None, "is encrypted, wanted its key"),
        (lambda content: content[:-1], KEY, "cut or changed"),
        (lambda content: content[: len(content) // 2], KEY, "cut or changed"),
        (lambda content: content[:300] + b"?" + content[301:], KEY, "cut or changed"),
        (lambda content: b"", KEY, "not an encrypted backup"),
        (lambda content: b"", None, "not a whole backup"),
    ],
)
def test_a_damaged_backup_makes_no_store(
    store: Store, tmp_path: Path, damage: Callable[[bytes], bytes], key: bytes | None, said: str
) -> None:
    """A wrong key and a cut or changed file are one sentence, and nothing is written."""
    path = backup(store, tmp_path / "x.backup", KEY).path
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(DenialboardError, match=said) as refused:
        restore(path, tmp_path / "again", key)
    assert "\n" not in str(refused.value)
    assert {"store", "x.backup"} == {found.name for found in tmp_path.iterdir()}


def test_an_open_backup_is_not_taken_for_an_encrypted_one(store: Store, tmp_path: Path) -> None:
    """Who gives a key does not get a file that anybody could have written."""
    path = backup(store, tmp_path / "x.backup", None).path
    with pytest.raises(Refused, match="not an encrypted backup, but a key was given"):
        restore(path, tmp_path / "again", KEY)


def test_a_store_is_never_overwritten(store: Store, tmp_path: Path) -> None:
    """A folder with anything in it is refused and stays as it was; an empty one is taken."""
    path = backup(store, tmp_path / "x.backup", KEY).path
    before = kept(store)
    with pytest.raises(UsageError, match="holds something already"):
        restore(path, store.home, KEY)
    assert before == kept(store)
    (tmp_path / "empty").mkdir()
    restore(path, tmp_path / "empty", KEY)
    assert before == kept(Store(tmp_path / "empty"))


def test_what_a_dead_restore_left_is_swept(store: Store, tmp_path: Path) -> None:
    """A folder half unpacked holds patients' data: the next one removes it."""
    left = tmp_path / ".again.0123abcd.restoring"
    left.mkdir()
    (left / "held").touch()
    restore(backup(store, tmp_path / "x.backup", KEY).path, tmp_path / "again", KEY)
    assert not left.exists()


def test_what_a_dead_backup_left_is_swept(store: Store, tmp_path: Path) -> None:
    """Nobody would ever look for half a backup under a hidden name; one that is being written stays."""
    left, living = (tmp_path / f".{name}.backup.0123abcd.unfinished" for name in ("dead", "living"))
    left.touch()
    with held(living):
        path = backup(store, tmp_path / "x.backup", KEY).path
        assert {"store", path.name, living.name} == {found.name for found in tmp_path.iterdir()}
    rekey(path, KEY, OTHER)
    assert {"store", path.name} == {found.name for found in tmp_path.iterdir()}


def written(path: Path, content: Content, change: Callable[[Manifest], Manifest] = lambda same: same) -> Path:
    """An unencrypted backup of these members, its manifest what `change` makes of the right one."""
    members = {name: Member(len(data), hashlib.sha256(data).hexdigest()) for name, data in content.items()}
    whole = {**content, MANIFEST: change(Manifest("2026-03-01T00:00:00", members)).as_bytes()}
    with tarfile.open(path, "w") as archive:
        for name, data in whole.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return path


def members_of(path: Path) -> Content:
    """What an unencrypted backup holds, without its manifest."""
    with tarfile.open(path) as archive:
        found = {info.name: (archive.extractfile(info) or io.BytesIO()).read() for info in archive}
    del found[MANIFEST]
    return found


@pytest.mark.parametrize(
    "name",
    [
        "../outside",
        "/tmp/denialboard-outside",
        "sources/../../outside",
        "sources/../ledger.sqlite",
        "sources\\..\\outside",
        "builds/20260101T000000000000Z.duckdb",
        "smtp_password",
        "sources/" + "A" * 64 + ".json",
        "sources/" + "a" * 64 + ".json\n",
    ],
)
def test_no_member_leaves_its_place(store: Store, tmp_path: Path, name: str) -> None:
    """A name that no backup has is refused before anything is written under it."""
    content = members_of(backup(store, tmp_path / "x.backup", None).path)
    path = written(tmp_path / "evil.backup", {**content, name: b"evil"})
    with pytest.raises(Refused, match="where no backup does"):
        restore(path, tmp_path / "again", None)
    assert {"store", "x.backup", "evil.backup"} == {found.name for found in tmp_path.iterdir()}
    assert not Path("/tmp/denialboard-outside").exists()


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.DIRTYPE, tarfile.CHRTYPE])
def test_only_plain_files_are_taken(store: Store, tmp_path: Path, kind: bytes) -> None:
    """A link, through which a later member could leave the folder, a pipe or a device is refused."""
    path = tmp_path / "evil.backup"
    with tarfile.open(path, "w") as archive:
        info = tarfile.TarInfo("ledger.sqlite")
        info.type, info.linkname = kind, "../../outside"
        archive.addfile(info)
    with pytest.raises(Refused, match=r"'ledger\.sqlite' where no backup does"):
        restore(path, tmp_path / "again", None)
    assert not (tmp_path / "again").exists()


def _without(name: str) -> Callable[[Manifest], Manifest]:
    return lambda whole: dataclasses.replace(
        whole, members={known: member for known, member in whole.members.items() if known != name}
    )


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (_without("ledger.sqlite"), "ledger.sqlite is not what manifest.json says"),
        (
            lambda whole: dataclasses.replace(whole, members={**whole.members, "ledger.sqlite": Member(1, "0" * 64)}),
            "ledger",
        ),
        (
            lambda whole: dataclasses.replace(whole, members={**whole.members, "a": Member(1, "0" * 64)}),
            "a is not what",
        ),
        (lambda whole: dataclasses.replace(whole, format=2), "of format 2, wanted at most 1: use a later"),
    ],
)
def test_the_manifest_must_fit(store: Store, tmp_path: Path, change: Callable[[Manifest], Manifest], said: str) -> None:
    """A file that is missing, another, or too many is named; a backup of a later version is left to that."""
    content = members_of(backup(store, tmp_path / "x.backup", None).path)
    with pytest.raises(Refused, match=said):
        restore(written(tmp_path / "y.backup", content, change), tmp_path / "again", None)
    assert not (tmp_path / "again").exists()


def test_a_store_of_a_later_version_is_not_restored(store: Store, tmp_path: Path) -> None:
    """A record with a field, or a ledger with a version, that is not known here: there would be no store to use."""
    content = members_of(backup(store, tmp_path / "x.backup", None).path)
    name = next(name for name in content if name.endswith(".json"))
    later = json.dumps({**json.loads(content[name]), "colour": "blue"}).encode()
    with pytest.raises(Refused, match="colour"):
        restore(written(tmp_path / "y.backup", {**content, name: later}), tmp_path / "again", None)
    assert not (tmp_path / "again").exists()


def test_a_backup_gets_another_key(store: Store, tmp_path: Path) -> None:
    """It opens with the new key and not with the old one; nothing else changed."""
    path = backup(store, tmp_path / "x.backup", KEY).path
    rekey(path, KEY, OTHER)
    with pytest.raises(Refused, match="not the key"):
        restore(path, tmp_path / "again", KEY)
    restore(path, tmp_path / "again", OTHER)
    assert kept(store) == kept(Store(tmp_path / "again"))
    assert 0o600 == path.stat().st_mode & 0o777


@pytest.mark.parametrize("is_cut", [False, True])
def test_a_backup_that_cannot_be_opened_keeps_its_key(store: Store, tmp_path: Path, is_cut: bool) -> None:
    """With a wrong key, or cut, it stays as it is to the byte."""
    path = backup(store, tmp_path / "x.backup", KEY).path
    content = path.read_bytes()[: -1 if is_cut else None]
    path.write_bytes(content)
    with pytest.raises(Refused, match="cut or changed" if is_cut else "not the key"):
        rekey(path, KEY if is_cut else OTHER, OTHER)
    assert content == path.read_bytes()
    assert {"store", "x.backup"} == {found.name for found in tmp_path.iterdir()}


def test_a_full_disk_leaves_nothing(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A backup that cannot be written to its end is not there under its name, nor under another."""

    def full(path: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(backup_module, "sync", full)
    with pytest.raises(UsageError, match="No space left"):
        backup(store, tmp_path / "x.backup", KEY)
    assert {"store"} == {found.name for found in tmp_path.iterdir()}


def test_a_ledger_alone_is_worth_a_backup(tmp_path: Path) -> None:
    """Decisions of a store whose files are still to come are kept."""
    store = Store(tmp_path / "store")
    store.prepare()
    store.ledger.append("unmasked", "family-1", {})
    path = backup(store, tmp_path / "x.backup", KEY).path
    shutil.rmtree(store.home)
    with contextlib.suppress(FileNotFoundError):
        restore(path, store.home, KEY)
    assert ["family-1"] == [event.subject for event in store.ledger.events()]
