"""What is refused by the system or broken on the disk: one sentence that says what to do, and never a traceback."""

import errno
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from pipelines import __main__
from pipelines.build import is_current
from pipelines.errors import StoreError, advice
from pipelines.ingest import ingest, reread
from pipelines.store import Store, connect_build
from tests.test_ingest import FAKE, claims, given


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """A store with one small file, not built."""
    store = Store(tmp_path / "store")
    ingest(store, [given("a.835", claims(100))], readers=FAKE, workers=1)
    return store


def said(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], problem: Exception) -> tuple[int, str]:
    """How the command line ends when this goes wrong, and what it says."""

    def wrong(words: list[str]) -> None:
        raise problem

    monkeypatch.setattr(__main__, "_run", wrong)
    monkeypatch.setattr("os.umask", lambda mode: 0)
    with pytest.raises(SystemExit) as ended:
        __main__.main()
    return int(str(ended.value.code)), capsys.readouterr().err


@pytest.mark.parametrize(
    ("problem", "words"),
    [
        (OSError(errno.ENOSPC, "No space left on device", "/x/y"), "/x/y: the disk is full; make room"),
        (OSError(errno.EROFS, "Read-only file system", "/x"), "choose another folder by DENIALS_HOME"),
        (PermissionError(errno.EACCES, "Permission denied", "/x"), "run denialboard as that user"),
        (FileExistsError(errno.EEXIST, "File exists", "/x"), "a file where a folder is wanted"),
        (OSError(errno.EIO, "Input/output error", "/x"), "`denials restore`"),
        (duckdb.Error("Corrupt database file: computed checksum 1"), "`denials build --full`"),
        (duckdb.OutOfMemoryException("Out of Memory Error: x"), "not enough memory"),
        (MemoryError(), "not enough memory"),
    ],
)
def test_what_the_system_refuses_is_one_line(
    problem: Exception, words: str, store: Store, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Status 1 and what to do."""
    monkeypatch.setenv("DENIALS_HOME", str(store.home))
    status, line = said(monkeypatch, capsys, problem)
    assert (1, 1, True) == (status, line.count("\n"), words in line)


def test_other_errors_get_no_advice() -> None:
    """A mistake of the program is not taken for a refusal of the system, whatever its words."""
    assert "" == advice(ValueError("disk is full"))
    assert "" == advice(duckdb.BinderException("no such column"))


def test_a_file_in_the_place_of_the_store(tmp_path: Path) -> None:
    """It is left alone."""
    (tmp_path / "store").write_text("mine")
    with pytest.raises(StoreError, match="a file where a folder is wanted"):
        Store(tmp_path / "store").prepare()
    assert "mine" == (tmp_path / "store").read_text()


@pytest.mark.parametrize("place", [8, 20, 4_096, 4_104, 8_200, 12_288, 12_388], ids=str)
def test_a_damaged_build_is_one_sentence_and_is_made_anew(place: int, demo_home: Path, tmp_path: Path) -> None:
    """A byte of its heads turned over: it does not open, and does not count as current."""
    home = tmp_path / "store"
    (home / "builds").mkdir(parents=True)
    path = Path(shutil.copy(Store(demo_home).current_build(), home / "builds"))
    with path.open("r+b") as handle:
        handle.seek(place)
        [byte] = handle.read(1)
        handle.seek(place)
        handle.write(bytes([byte ^ 255]))
    with pytest.raises(StoreError, match="`denials build` makes a new one"):
        connect_build(path)
    assert not is_current(Store(home))


@pytest.mark.parametrize("damage", ["gone", "broken"])
def test_a_source_whose_copy_is_damaged(store: Store, damage: str) -> None:
    """It says to give the file again, and that helps."""
    [record] = store.records()
    shutil.rmtree(store.lake / record.sha256)
    path = store.source_path(record.sha256)
    path.unlink() if damage == "gone" else path.write_bytes(b"broken")
    with pytest.raises(StoreError, match="`denials ingest` again"):
        reread(store, FAKE, workers=1)
    [again] = ingest(store, [given("a.835", claims(100))], readers=FAKE, workers=1)
    assert "loaded" == again.status
    reread(store, FAKE, workers=1)


def test_a_port_that_is_taken(store: Store) -> None:
    """It is said before anything is built."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        command = [sys.executable, "-m", "pipelines", "serve", "--port", port]
        done = subprocess.run(command, env={"DENIALS_HOME": str(store.home)}, capture_output=True, text=True)
    assert (2, "") == (done.returncode, done.stdout)
    assert f"--port {port}: another program listens there" in done.stderr
    assert not any(store.builds.iterdir())
