"""A file gets in whole or not at all, once, whatever happens on the way."""

import io
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipelines import crew
from pipelines.errors import StoreError
from pipelines.ingest import Ingested, ingest, reread
from pipelines.lake import read_few_rows
from pipelines.ledger import Ledger
from pipelines.reading import Readers, is_demo
from pipelines.rows import Row
from pipelines.sources import Source
from pipelines.store import Store
from tests.fake_reader import FAKE, claims, detect, fingerprint, given, read

ROOT = Path(__file__).parent.parent


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """A store that does not exist yet."""
    return Store(tmp_path / "store")


def take(store: Store, *found: Source, words: dict[str, str] | None = None) -> list[Ingested]:
    """What became of these files with the fake reader, read in this process."""
    return ingest(store, found, words, readers=FAKE, workers=1)


def tree(folder: Path) -> dict[str, bytes]:
    """Every file under the folder with its bytes, but for the locks and the log."""
    names = {
        path: str(path.relative_to(folder))
        for path in folder.rglob("*")
        if path.is_file() and path.parent.name != "logs"
    }
    return {name: path.read_bytes() for path, name in names.items() if not name.endswith("lock")}


def amounts(store: Store) -> list[int]:
    """The paid amounts of all claims in the lake, in cents."""
    claims_of = [read_few_rows(folder).get("remit_claim") for folder in store.lake.iterdir()]
    found = [amount for rows in claims_of if rows is not None for amount in rows["paid_amount"].to_pylist()]
    return sorted(int(amount * 100) for amount in found)


def test_a_file_is_loaded_with_its_counts(store: Store) -> None:
    """The report tells claims and lines; the lake holds the rows, the store the bytes."""
    [result] = take(store, given("a.835", claims(100, 250)))
    assert Ingested("a.835", "loaded", 2, 2) == result
    assert [100, 250] == amounts(store)
    [record] = store.records()
    assert ("a.835", "835", 20) == (record.name, record.kind, record.byte_count)


def test_the_same_file_again_changes_nothing(store: Store) -> None:
    """Sent again, every byte of the store stays as it was."""
    take(store, given("a.835", claims(100)))
    before = tree(store.home)
    assert [Ingested("a.835", "already_loaded", 1, 1)] == take(store, given("a.835", claims(100)))
    assert before == tree(store.home)


def test_a_renamed_copy_is_known(store: Store) -> None:
    """The same bytes under another name are not loaded again; the name is remembered."""
    take(store, given("a.835", claims(100)))
    assert ["already_loaded"] == [result.status for result in take(store, given("copy.835", claims(100)))]
    assert ("a.835", "copy.835") == store.records()[0].names
    assert [100] == amounts(store)


def test_copies_in_one_run_are_known(store: Store) -> None:
    """Copies that come together load once, and each gets its own result, in the order given."""
    results = take(
        store, given("b", claims(7)), given("a", claims(7)), given("c", b"CLAIM 1\nBAD"), given("d", b"CLAIM 1\nBAD")
    )
    expected = [("b", "loaded"), ("a", "already_loaded"), ("c", "quarantined"), ("d", "quarantined")]
    assert expected == [(result.file, result.status) for result in results]
    assert [7] == amounts(store)


def test_a_bad_file_is_quarantined_whole(store: Store) -> None:
    """Nothing of it counts; its bytes, its oddities and why it was refused are kept."""
    [result] = take(store, given("bad.835", b"CLAIM 1\nODD\nBAD"))
    error = {"segment": 3, "got": "'BAD'", "wanted": "CLAIM", "message": "bad.835, segment 3: 'BAD', wanted CLAIM"}
    assert Ingested("bad.835", "quarantined", error=error) == result
    [folder] = store.lake.iterdir()
    assert {"file", "oddity"} == set(read_few_rows(folder))
    assert store.source_path(folder.name).exists()


def test_a_reader_that_trips_refuses_only_that_file(store: Store) -> None:
    """An unforeseen error in a reader is a quarantined file with the error in it, and the run goes on."""
    bad, good = take(store, given("bad", b"CLAIM x"), given("good", claims(1)))
    assert ("quarantined", "loaded") == (bad.status, good.status)
    assert bad.error is not None
    assert "ValueError in read" in str(bad.error["got"])


def test_a_quarantined_file_is_tried_again(store: Store) -> None:
    """What was refused once is read anew when it comes again: the reader may have learnt it."""
    take(store, given("late", b"CLAIM 1\nLATE 5\n"))
    able = Readers(detect, read_late, fingerprint)
    results = ingest(store, [given("again", b"CLAIM 1\nLATE 5\n")], readers=able, workers=1)
    assert [Ingested("again", "loaded", 2, 2)] == results
    assert ("late", "again") == store.records()[0].names


def read_late(source: Source, mapping: dict[str, str] | None = None) -> Iterator[Row]:
    """A later version of the reader, which knows LATE."""
    with source.open() as stream:
        content = stream.read().replace(b"LATE", b"CLAIM")
    return read(given(source.name, content), mapping)


def test_a_file_that_cannot_be_read_to_its_end_is_not_stored(store: Store) -> None:
    """A broken archive's member is reported; nothing is kept of it."""
    [result] = take(store, Source("torn.835", Torn))
    assert ("quarantined", []) == (result.status, store.records())


class Torn(io.BytesIO):
    """A stream that breaks after its first bytes."""

    def read(self, size: int | None = -1) -> bytes:
        """Raise as a truncated gzip does."""
        raise EOFError("Compressed file ended before the end-of-stream marker was reached")


def test_unclear_log_is_not_stored(store: Store) -> None:
    """A log whose columns a person has to settle is refused with what to say; the store stays as it was."""
    [result] = take(store, given("log.csv", b"LOG v1\nCLAIM 5\n"))
    assert ("quarantined", "log.csv: say --map AMOUNT=paid_amount") == (result.status, (result.error or {})["message"])
    assert [] == store.records()


def test_what_was_said_about_headers_is_remembered(store: Store) -> None:
    """A mapping given once serves the next log with the same headers, and is part of the source's record."""
    words = {"AMOUNT": "paid_amount"}
    results = take(store, given("log1.csv", b"LOG v1\nCLAIM 5\n"), words=words)
    results += take(store, given("log2.csv", b"LOG v1\nCLAIM 6\n"), given("log3.csv", b"LOG v2\nCLAIM 7\n"))
    assert ["loaded", "loaded", "quarantined"] == [result.status for result in results]
    assert [("LOG v1", {"mapping": words})] == [
        (event.subject, event.body) for event in Ledger(store.ledger_path).events("log_mapping")
    ]
    assert [words, words] == [record.mapping for record in store.records()]


def test_order_of_files_does_not_matter(tmp_path: Path) -> None:
    """Two stores given the same files in different order hold the same sources and rows."""
    files = [given(f"f{n}", claims(n, n + 1)) for n in range(5)]
    stores = Store(tmp_path / "a"), Store(tmp_path / "b")
    for store, found in zip(stores, (files, files[::-1]), strict=True):
        take(store, *found)
    one, two = ([path.name for path in sorted(store.lake.iterdir())] for store in stores)
    assert one == two
    assert amounts(stores[0]) == amounts(stores[1])


def test_many_files_on_all_cores(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """With several processes the results are the same, in the order given."""
    monkeypatch.setattr(crew, "INLINE_BYTES", 100)
    sizes = [4_000, 10, 20, 4_000, 30]
    found = [given(f"f{n}", claims(*range(n, n + size))) for n, size in enumerate(sizes)]
    results = ingest(store, [*found, given("bad", b"CLAIM 1\nBAD")], readers=FAKE, workers=2)
    expected = [("f0", 4_000), ("f1", 10), ("f2", 20), ("f3", 4_000), ("f4", 30), ("bad", 0)]
    assert expected == [(result.file, result.claims) for result in results]
    assert [] == list((store.home / "work").iterdir())


def test_missing_rows_are_read_again(store: Store) -> None:
    """With the lake gone, `reread` makes the same rows again from the sources."""
    take(store, given("a", claims(1, 2)), given("bad", b"CLAIM 1\nODD\nBAD"))
    before = tree(store.home)
    for folder in list(store.lake.iterdir()):
        for path in folder.iterdir():
            path.unlink()
        folder.rmdir()
    reread(store, FAKE, workers=1)
    assert before == tree(store.home)


def test_only_the_owner_reads_the_store(store: Store) -> None:
    """The folder has mode 0700 and every file 0600, whatever the umask."""
    before = os.umask(0)
    try:
        take(store, given("a", claims(1)))
    finally:
        os.umask(before)
    assert 0o700 == store.home.stat().st_mode & 0o777
    assert {0o600} == {path.stat().st_mode & 0o777 for path in store.home.rglob("*") if path.is_file()}


def test_demo_files_are_known(store: Store) -> None:
    """The made-up practice is told by its sender, its logs' first cell, or a workbook's name."""
    assert is_demo(b"ISA*00*          *00*          *ZZ*DBDEMO         *ZZ*X", "x.835")
    assert is_demo(b"DEMO DATA - made-up practice", "log.csv")
    assert is_demo(b"PK\x03\x04", "box/demo_denial_log.xlsx")
    assert not is_demo(b"PK\x03\x04", "denials.xlsx")
    assert not is_demo(b"ISA*00*          *00*          *ZZ*CLEARINGHOUSE  *ZZ*X", "demo_835.835")


ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT)}
SLOW = """
import sys, time
from pathlib import Path
from pipelines import crew, ingest
from pipelines.reading import Readers
from pipelines.store import Store
from tests.fake_reader import FAKE, claims, detect, fingerprint, given, read

def slow(source, mapping=None):
    for number, row in enumerate(read(source, mapping)):
        time.sleep(0.001)
        yield row

if __name__ == "__main__":
    crew.settle_in()
    print("go", flush=True)
    found = [given(f"f{n}", claims(*range(n, n + 20))) for n in range(30)]
    crew.INLINE_BYTES, ingest.GROUP_FILES = 0, int(sys.argv[3])
    ingest.ingest(Store(sys.argv[1]), found, readers=Readers(detect, slow, fingerprint), workers=int(sys.argv[2]))
    print("done", flush=True)
"""


@pytest.fixture
def slow(tmp_path: Path) -> Path:
    """A program that takes thirty files into a store, slowly."""
    path = tmp_path / "slow.py"
    path.write_text(SLOW)
    return path


@pytest.mark.parametrize(
    ("seconds", "workers", "group"),
    [(0.05, 1, 1), (0.2, 1, 1), (0.4, 1, 3), (0.7, 1, 1), (1.0, 1, 5), (2.0, 2, 1), (3.0, 2, 4)],
)
def test_kill_9_leaves_whole_files_only(store: Store, slow: Path, seconds: float, workers: int, group: int) -> None:
    """Killed at any moment, some files are in whole and of the others there is no trace; the next run goes on."""
    command = [sys.executable, str(slow), str(store.home), str(workers), str(group)]
    process = subprocess.Popen(command, cwd=ROOT, env=ENVIRONMENT, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert "go\n" == process.stdout.readline()
    time.sleep(seconds)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    store.prepare()
    for record in store.records():
        assert store.source_path(record.sha256).exists()
        assert store.loaded(record.sha256) is not None
    kept = len(store.records())
    found = [given(f"f{n}", claims(*range(n, n + 20))) for n in range(30)]
    statuses = [result.status for result in take(store, *found)]
    assert (kept, 30 - kept) == (statuses.count("already_loaded"), statuses.count("loaded"))
    assert [] == list((store.home / "work").iterdir())
    assert 30 == len(list(store.lake.iterdir())) == len(list(store.sources.glob("*.zst")))


def test_two_processes_at_once(store: Store, slow: Path) -> None:
    """Both end well, every file is in once."""
    command = [sys.executable, str(slow), str(store.home), "1", "4"]
    processes = [
        subprocess.Popen(command, cwd=ROOT, env=ENVIRONMENT, stdout=subprocess.PIPE, text=True) for _ in range(2)
    ]
    assert ["go\ndone\n", "go\ndone\n"] == [process.communicate()[0] for process in processes]
    assert 30 == len(store.records()) == len(list(store.lake.iterdir()))
    assert 600 == len(amounts(store))


def test_what_is_in_place_survives_a_power_cut(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever gets a name in the store was made safe before, records come after what they record, names last."""
    happened: list[tuple[str, Path]] = []
    fsync, replace = os.fsync, Path.replace

    def noted_fsync(descriptor: int) -> None:
        happened.append(("safe", Path(f"/proc/self/fd/{descriptor}").readlink()))
        fsync(descriptor)

    def noted_replace(path: Path, target: Path) -> Path:
        inside = [path, *path.iterdir()] if path.is_dir() else [path]
        assert {("safe", one) for one in inside} <= set(happened)
        happened.append(("placed", target))
        return replace(path, target)

    monkeypatch.setattr(os, "fsync", noted_fsync)
    monkeypatch.setattr(Path, "replace", noted_replace)
    take(store, *(given(f"f{n}", claims(n)) for n in range(5)), given("bad", b"CLAIM 1\nBAD"))
    placed = [path.suffix for what, path in happened if what == "placed"]
    assert sorted([".zst", ""] * 6) == sorted(placed[:12])
    assert [".json"] * 6 == placed[12:]
    assert {("safe", store.lake), ("safe", store.sources)} == set(happened[-2:])


def test_leftovers_without_a_record_are_swept(store: Store) -> None:
    """Bytes or rows that were put in place but never recorded are gone at the next run."""
    take(store, given("a", claims(1)))
    (store.sources / f"{'0' * 64}.zst").write_bytes(b"half")
    (store.lake / ("0" * 64)).mkdir()
    take(store)
    assert ["a"] == [record.name for record in store.records()]
    assert 1 == len(list(store.sources.glob("*.zst"))) == len(list(store.lake.iterdir()))


def test_a_killed_reading_process_is_told(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the system ends a worker, ingest ends in one line; nothing of the files at hand is in the store."""
    monkeypatch.setattr(crew, "INLINE_BYTES", 0)
    deadly = Readers(detect, die, fingerprint)
    with pytest.raises(StoreError, match="a reading process was killed"):
        ingest(store, [given("a", claims(1)), given("b", claims(2))], readers=deadly, workers=2)
    assert ([], []) == (store.records(), list((store.home / "work").iterdir()))


def die(source: Source, mapping: dict[str, str] | None = None) -> Iterator[Row]:
    """A reader that the system kills for its memory."""
    os._exit(9)
