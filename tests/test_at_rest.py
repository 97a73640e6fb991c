"""What lies on the disk is its owner's alone, from the first moment on; what must not be used is refused."""

import contextlib
import io
import json
import os
import sqlite3
import stat
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from dashboards.server import spilling_into
from pipelines import archives, volume
from pipelines import build as build_module
from pipelines.build import Recipe, build
from pipelines.disk import loose, open_private, temporary_folder, tighten
from pipelines.engine import DuckEngine
from pipelines.errors import StoreError, UsageError
from pipelines.ingest import ingest
from pipelines.lake import LAKE_VERSION
from pipelines.reading import Readers
from pipelines.settings import read_settings
from pipelines.sources import Source, expand
from pipelines.status import store_status
from pipelines.store import Store
from pipelines.volume import Volume
from tests import fake_reader
from tests.fake_reader import FAKE, claims, given, one_table


@pytest.fixture(autouse=True)
def open_umask() -> Iterator[None]:
    """Whatever is made is everybody's, unless somebody sees to it."""
    before = os.umask(0)
    yield
    os.umask(before)


@pytest.fixture
def recipe(tmp_path: Path) -> Recipe:
    """One table and no checks."""
    return one_table(tmp_path)


def seen(home: Path) -> set[str]:
    """Every file and folder of the store, each found to be its owner's alone."""
    found = {path: path.lstat().st_mode for path in (home, *home.rglob("*"))}
    wrong = {
        str(path): oct(stat.S_IMODE(mode))
        for path, mode in found.items()
        if stat.S_IMODE(mode) != (0o700 if stat.S_ISDIR(mode) else 0o600)
    }
    assert {} == wrong
    return {path.name for path in found}


def test_everything_is_its_owner_s_alone(tmp_path: Path, recipe: Recipe, monkeypatch: pytest.MonkeyPatch) -> None:
    """Folders 0700, files 0600, with any umask, also while files are read, a build is made, the ledger is open."""
    store = Store(tmp_path / "deep" / "store")
    during: dict[str, set[str]] = {}
    spilled: list[str] = []

    def read(source: Source, mapping: dict[str, str] | None = None) -> Iterator[fake_reader.Row]:
        during["reading"] = seen(store.home)
        yield from fake_reader.read(source, mapping)

    def checks(engine: DuckEngine, folder: Path) -> None:
        during["building"] = seen(store.home)
        spilled.append(engine.rows("select current_setting('temp_directory')")[0][0])

    monkeypatch.setattr(build_module, "run_checks", checks)
    readers = Readers(fake_reader.detect, read, fake_reader.fingerprint)
    ingest(store, [given("a.835", claims(100))], readers=readers, workers=1)
    store.ledger.append("unmasked", "family-1", {})
    with contextlib.closing(sqlite3.connect(store.ledger_path)) as connection:
        connection.execute("select count(*) from event").fetchall()
        store.ledger.append("unmasked", "family-2", {})
        during["deciding"] = seen(store.home)
    build(store, recipe, FAKE, workers=1)
    seen(store.home)
    assert {"0.zst", "held", "lock"} <= during["reading"]
    assert {"build.duckdb", "rows.arrow.zst", f"v{LAKE_VERSION}.duckdb"} <= during["building"]
    assert {"ledger.sqlite-wal", "ledger.sqlite-shm"} <= during["deciding"]
    assert [True] == [Path(place).is_relative_to(store.home) for place in spilled]


def test_a_store_that_lost_its_rights_gets_them_back(tmp_path: Path) -> None:
    """One that was copied with everybody's rights is tightened throughout as it is opened; links are left."""
    store = Store(tmp_path / "store")
    ingest(store, [given("a.835", claims(100))], readers=FAKE, workers=1)
    outside = tmp_path / "outside"
    outside.touch()
    outside.chmod(0o644)
    (store.home / "link").symlink_to(outside)
    for path in (store.home, store.sources, *store.sources.iterdir()):
        path.chmod(0o755)
    assert {store.home, store.sources, *store.sources.iterdir()} == set(loose(store.home))
    store.prepare()
    (store.home / "link").unlink()
    seen(store.home)
    assert 0o644 == outside.stat().st_mode & 0o777


def test_a_file_that_others_could_read_is_tightened_first(tmp_path: Path) -> None:
    """What is written over an open file of before is nobody else's to read either."""
    path = tmp_path / "denial.csv"
    path.touch(mode=0o666)
    with open_private(path):
        assert 0o600 == stat.S_IMODE(path.stat().st_mode)


def test_status_says_who_may_read(tmp_path: Path) -> None:
    """Of the folder whether it is private, and of what is in it how much is not."""
    store = Store(tmp_path / "store")
    ingest(store, [given("a.835", claims(100))], readers=FAKE, workers=1)
    names = ("is_private", "loose_count")
    assert [True, 0] == [store_status(store)[name] for name in names]
    next(store.sources.iterdir()).chmod(0o640)
    assert [True, 1] == [store_status(store)[name] for name in names]
    tighten(store.home)
    store.home.chmod(0o750)
    assert [False, 1] == [store_status(store)[name] for name in names]


def test_an_archive_in_an_archive_is_unpacked_in_the_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is too large for memory goes to the store's own disk, not to a folder that all programs share."""
    inner, outer = io.BytesIO(), tmp_path / "outer.zip"
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("a.835", claims(100))
    with zipfile.ZipFile(outer, "w") as archive:
        archive.writestr("inner.zip", inner.getvalue())
    used: list[object] = []

    class Watched(archives.SpooledTemporaryFile):  # type: ignore[type-arg]
        def __init__(self, size: int, **options: object) -> None:
            used.append(options["dir"])
            super().__init__(size, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(archives, "SpooledTemporaryFile", Watched)
    store = Store(tmp_path / "store")
    ingest(store, expand(outer), readers=FAKE, workers=1)
    assert [True] == list({Path(str(place)).is_relative_to(store.home / "work") for place in used})
    assert temporary_folder() is None


@pytest.fixture
def demanding(tmp_path: Path) -> Store:
    """A store with a file, whose settings want an encrypted disk."""
    store = Store(tmp_path / "store")
    ingest(store, [given("a.835", claims(100))], readers=FAKE, workers=1)
    (store.home / "settings.toml").write_text("[store]\nrequire_encrypted_volume = true\n")
    (store.home / "settings.toml").chmod(0o600)
    return store


@pytest.mark.parametrize(
    ("is_encrypted", "said"), [(False, "is not encrypted"), (None, "is not known to be encrypted")]
)
def test_a_store_that_wants_an_encrypted_disk_is_closed_without(
    demanding: Store, monkeypatch: pytest.MonkeyPatch, is_encrypted: bool | None, said: str
) -> None:
    """Nothing is read, written or built where the disk is not, or nobody can tell: one sentence says why."""
    monkeypatch.setattr(volume, "known_volume_of", lambda home: Volume(is_encrypted, "for a reason"))
    doors = (demanding.prepare, demanding.current_build, demanding.connect, lambda: demanding.ledger)
    for open_it in doors:
        with pytest.raises(
            StoreError, match=rf"its disk {said} \(for a reason\), and settings.toml wants it"
        ) as refused:
            open_it()
        assert "\n" not in str(refused.value)
    with pytest.raises(StoreError, match=said):
        ingest(demanding, [given("b.835", claims(1))], readers=FAKE, workers=1)
    assert 1 == len(demanding.records())


def test_a_store_that_wants_an_encrypted_disk_is_open_on_one(demanding: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """On an encrypted disk it is like any other."""
    monkeypatch.setattr(volume, "known_volume_of", lambda home: Volume(True, "dm-crypt"))
    ingest(demanding, [given("b.835", claims(1))], readers=FAKE, workers=1)
    assert 2 == len(demanding.records())
    assert read_settings(demanding.home).store.require_encrypted_volume


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[store]\nrequire_encrypted_volume = 'true'", "got 'true', wanted true or false"),
        ("[store]\nrequire_encrypted_volumes = true", "wanted require_encrypted_volume only"),
        ("store = true", "wanted require_encrypted_volume only"),
        ("[store\nrequire_encrypted_volume = true", "not TOML"),
    ],
)
def test_settings_that_cannot_be_meant_close_the_store(demanding: Store, text: str, said: str) -> None:
    """A word misspelt is not taken for "no"; settings that cannot be read and say nothing of it close nothing."""
    (demanding.home / "settings.toml").write_text(text)
    with pytest.raises(UsageError, match=said):
        demanding.prepare()
    (demanding.home / "settings.toml").write_text("nonsense")
    demanding.prepare()


def test_a_store_of_a_later_version_is_refused(tmp_path: Path) -> None:
    """A store that a later version keeps is not opened, and nothing of that version's is thrown away."""
    store = Store(tmp_path / "store")
    ingest(store, [given("a.835", claims(100))], readers=FAKE, workers=1)
    later = store.lake.with_name(f"v{LAKE_VERSION + 1}")
    later.mkdir()
    for open_it in (store.prepare, store.current_build, lambda: build(store)):
        with pytest.raises(StoreError, match=rf"of version {LAKE_VERSION + 1}, wanted at most {LAKE_VERSION}: a later"):
            open_it()
    assert later.exists()


def test_a_store_of_an_earlier_version_is_read_anew(tmp_path: Path, recipe: Recipe) -> None:
    """Rows that an earlier version read are read again from their sources; its ledger is taken on."""
    store = Store(tmp_path / "store")
    ingest(store, [given("a.835", claims(100, 200))], readers=FAKE, workers=1)
    store.lake.rename(store.lake.with_name("v1"))
    for path in store.sources.glob("*.json"):  # the first records said nothing of mapping or demo
        fields = json.loads(path.read_text())
        path.write_text(json.dumps({name: fields[name] for name in fields if name not in ("mapping", "is_demo")}))
    with contextlib.closing(sqlite3.connect(store.ledger_path)) as connection:
        connection.executescript(
            "create table event (event_id integer primary key, at text not null, who text not null, kind text not null,"
            " subject text not null, body text not null); insert into event values (1, '2026-03-01T09:30:00.000000',"
            " 'ana', 'target_set', 'denial_rate', '{\"target\": 1}');"
        )
    build(store, recipe, FAKE, workers=1)
    with contextlib.closing(store.connect()) as connection:
        assert [(3,)] == connection.execute("select sum(paid_amount) from paid").fetchall()
        assert [("denial_rate",)] == connection.execute("select kpi from ledger_target").fetchall()
    assert {"gathered", f"v{LAKE_VERSION}"} == {path.name for path in store.lake.parent.iterdir()}
    assert (store.home / "ledger.v0.sqlite").exists()


def test_the_server_spills_into_the_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An upload on its way to a page lies in the store's workplace, also in processes it starts; then nowhere."""
    monkeypatch.setattr(tempfile, "tempdir", None)
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    store = Store(tmp_path / "store")
    with spilling_into(store), tempfile.NamedTemporaryFile() as spilled:
        assert Path(spilled.name).is_relative_to(store.home / "work")
        assert os.environ["TMPDIR"] == str(Path(spilled.name).parent)
        seen(store.home)
    assert [] == list((store.home / "work").iterdir())
