"""Files read by a cluster are in its lake as they would be in a store at home; here the cluster is this process."""

import pickle
import shutil
import subprocess
import sys
import zipfile
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from pipelines import ingest as at_home
from pipelines.cluster import packed_code
from pipelines.cluster_ingest import ingest_by
from pipelines.cluster_lake import lake_parts, lake_records, manifests
from pipelines.cluster_tasks import ReadFiles, ReadPiece, Result, Sizes, Task
from pipelines.errors import NoSuchFile, StoreError, UsageError
from pipelines.lake import has_few_rows, read_few_rows
from pipelines.source_text import known_lakes, remember_lake
from pipelines.sources import expand, read
from pipelines.store import Store
from tests.x12.test_claim_columns import CLAIM, PROVIDER, SUBSCRIBER
from tests.x12.test_claim_columns import HEAD as CLAIMS_HEAD
from tests.x12.test_remittance_columns import HEAD

FIXTURES = Path(__file__).parent / "fixtures"
ENDS = "SE*9*1~GE*1*1~IEA*1*000000001~"
LOOP = "CLP*A{}*1*10*5**12*P{}~DTM*232*20260102~SVC*HC:1*10*5**1~CAS*CO*45*5~"
CLAIMS = "".join(LOOP.format(i, i) for i in range(130))
SMALL = Sizes(huge=8_000, piece=2_000, group=30_000)
OWN = ("received_at",)  # of `file`: when it came

Rows = dict[str, Counter[tuple[Any, ...]]]


class Here:
    """A cluster of one machine that is this process; what goes to it and comes from it is packed as for others."""

    def __init__(self) -> None:
        self.ran: list[Task] = []

    def run(self, tasks: Sequence[Task]) -> list[Result]:
        """What came of each task, in their order."""
        self.ran += tasks
        return [pickle.loads(pickle.dumps(pickle.loads(pickle.dumps(task)).run())) for task in tasks]


def arrivals(folder: Path) -> Path:
    """Every kind of file there is, some odd, some huge for these tests, some no files of ours at all."""
    for kind in ("835", "837", "ack", "logs"):
        shutil.copytree(FIXTURES / kind, folder / kind, ignore=shutil.ignore_patterns("*.rows", "*.tsv"))
    huge = {
        "plain.835": f"{HEAD}{CLAIMS}PLB*9*20260101*WO:1*5~{ENDS}",
        "late_trace.835": f"{HEAD}{CLAIMS}TRN*1*LATE~{CLAIMS}{ENDS}".replace("TRN*1*T1*1~", ""),
        "untidy.835": f"{HEAD}{CLAIMS}~~{CLAIMS}{ENDS}",
        "too_long.835": f"{HEAD}{CLAIMS}REF*6R*{'X' * (1 << 20)}~{ENDS}",
        "plain.837": CLAIMS_HEAD + PROVIDER + SUBSCRIBER + "".join(CLAIM.format(i) for i in range(100)) + ENDS,
    }
    for name, text in huge.items():
        (folder / f"huge_{name}").write_text(text)
    (folder / "nothing.835").write_bytes(b"")
    (folder / "unclear.csv").write_text("A,B\n1,2\n3,4\n")
    (folder / ".hidden.835").write_text(HEAD)
    (folder / "broken.zip").write_bytes(b"PK\x03\x04 no more")
    with zipfile.ZipFile(folder / "more.zip", "w") as archive:
        archive.writestr("inner/small.835", f"{HEAD}{LOOP.format('Z', 1)}{ENDS}")
        archive.writestr("inner/words.txt", "nothing of the sort")
    return folder


def of_store(store: Store) -> Rows:
    """Every row of a store's lake."""
    found: Rows = {}
    for record in store.records():
        folder = store.lake / record.sha256
        tables = read_few_rows(folder) if has_few_rows(folder) else {}
        tables |= {path.stem: pq.read_table(path) for path in folder.glob("*.parquet")}
        for table, rows in tables.items():
            found.setdefault(table, Counter()).update(_tuples(rows))
    return found


def of_lake(lake: Path) -> Rows:
    """Every row of a cluster's lake."""
    found: Rows = {}
    for table, parts in lake_parts(str(lake)).items():
        for part in parts:
            found.setdefault(table, Counter()).update(_tuples(pq.read_table(part, partitioning=None)))
    return found


def _tuples(rows: Any) -> list[tuple[Any, ...]]:
    return [tuple(value for name, value in row.items() if name not in OWN) for row in rows.to_pylist()]


def test_the_lake_of_a_cluster_has_the_rows_of_a_store(tmp_path: Path) -> None:
    """Whole or in pieces, taken or refused: the same rows, the same report, and the huge ones truly in pieces."""
    folder = arrivals(tmp_path / "in")
    store, cluster, lake = Store(tmp_path / "home"), Here(), tmp_path / "lake"
    expected = at_home.ingest(store, expand(folder), workers=1)
    assert expected == ingest_by(cluster, Store(tmp_path / "away"), str(lake), [str(folder)], sizes=SMALL)
    assert of_store(store) == of_lake(lake)
    pieces = Counter(task.file.found.name for task in cluster.ran if isinstance(task, ReadPiece))
    assert {"huge_plain.835", "huge_plain.837", "huge_late_trace.835"} == set(pieces)
    assert min(pieces.values()) > 3
    whole = [file.found.name for task in cluster.ran if isinstance(task, ReadFiles) for file in task.files]
    assert (
        "huge_late_trace.835" in whole
    )  # its trace stands in a claim, where nobody looks for it: its pieces do not fit


def test_what_is_in_a_lake_changes_nothing(tmp_path: Path) -> None:
    """Files come again, under other names too: no row twice, the names kept, no batch for nothing."""
    (tmp_path / "a.835").write_text(f"{HEAD}{LOOP.format(1, 1)}{ENDS}")
    (tmp_path / "b.835").write_text(f"{HEAD}{LOOP.format(1, 1)}{ENDS}")
    (tmp_path / "broken.835").write_text("ISA*nothing")
    store, lake, paths = Store(tmp_path / "home"), str(tmp_path / "lake"), [str(tmp_path / "a.835")]
    more = [str(tmp_path / name) for name in ("b.835", "broken.835")]
    statuses = [
        [result.status for result in ingest_by(Here(), store, lake, given)] for given in (paths, paths, more, more)
    ]
    again = ["already_loaded", "quarantined"]
    assert [["loaded"], ["already_loaded"], again, again] == statuses
    assert 2 == len(manifests(lake))
    assert ("a.835", "b.835") == lake_records(lake)[0].names
    assert 1 == of_lake(tmp_path / "lake")["remit_claim"].total()


def test_a_copy_in_the_same_run_is_loaded_already(tmp_path: Path) -> None:
    """Of two files with the same bytes one is read; its record has both names."""
    for name in ("a.835", "b.835"):
        (tmp_path / name).write_text(f"{HEAD}{LOOP.format(1, 1)}{ENDS}")
    lake = str(tmp_path / "lake")
    urls = [(tmp_path / name).as_uri() for name in ("a.835", "b.835")]
    results = ingest_by(Here(), Store(tmp_path / "home"), lake, urls)
    assert ["loaded", "already_loaded"] == [result.status for result in results]
    assert [("a.835", "b.835")] == [record.names for record in lake_records(lake)]


class Dies(Here):
    """A cluster that is gone when rows are read."""

    def run(self, tasks: Sequence[Task]) -> list[Result]:
        """All tasks but those of reading are done; of these the first only, whose rows are in the lake then."""
        done = super().run(tasks[:1])
        if isinstance(tasks[0], ReadFiles):
            raise KeyboardInterrupt
        return done


def test_a_run_that_is_killed_leaves_the_lake_as_it_was(tmp_path: Path) -> None:
    """Rows that no manifest names are never read, and the next run takes the files as if nothing had been."""
    (tmp_path / "a.835").write_text(f"{HEAD}{LOOP.format(1, 1)}{ENDS}")
    store, lake, urls = Store(tmp_path / "home"), tmp_path / "lake", [str(tmp_path / "a.835")]
    with pytest.raises(KeyboardInterrupt):
        ingest_by(Dies(), store, str(lake), urls)
    assert list(lake.rglob("*.parquet"))
    assert {} == lake_parts(str(lake))
    assert ["loaded"] == [result.status for result in ingest_by(Here(), store, str(lake), urls)]
    assert 1 == of_lake(lake)["remit_claim"].total()


def test_a_task_that_runs_twice_writes_the_same_bytes(tmp_path: Path) -> None:
    """A machine that was lost half-way, or only slow, changes nothing."""
    folder, cluster = arrivals(tmp_path / "in"), Here()
    lake = tmp_path / "lake"
    ingest_by(cluster, Store(tmp_path / "home"), str(lake), [str(folder)], sizes=SMALL)
    expected = {path: path.read_bytes() for path in lake.rglob("part-*.parquet")}
    cluster.run([task for task in cluster.ran if isinstance(task, ReadFiles | ReadPiece)])
    assert expected == {path: path.read_bytes() for path in lake.rglob("part-*.parquet")}


def test_a_file_that_changes_meanwhile_is_not_taken(tmp_path: Path) -> None:
    """What is read must be what was looked into."""
    path = tmp_path / "a.835"
    path.write_text(f"{HEAD}{LOOP.format(1, 1)}{ENDS}")

    class Changing(Here):
        def run(self, tasks: Sequence[Task]) -> list[Result]:
            if isinstance(tasks[0], ReadFiles):
                path.write_text(f"{HEAD}{LOOP.format(2, 2)}{LOOP.format(3, 3)}{ENDS}")
            return super().run(tasks)

    with pytest.raises(StoreError, match=r"a\.835: .*ingest it again"):
        ingest_by(Changing(), Store(tmp_path / "home"), str(tmp_path / "lake"), [str(path)])
    assert [] == manifests(str(tmp_path / "lake"))


@pytest.mark.parametrize("url_of", [str, Path.as_uri], ids=["path", "url"])
def test_a_file_may_be_called_anything(url_of: Callable[[Path], str], tmp_path: Path) -> None:
    """What a URL would say another way in names of files and folders is read, and its text found."""
    folder, store, lake = tmp_path / "in box", Store(tmp_path / "home"), str(tmp_path / "lake")
    (folder / "a b").mkdir(parents=True)
    (folder / "a b" / "100%41 #1?ü.835").write_text(f"{HEAD}{LOOP.format(1, 1)}{ENDS}")
    told = ingest_by(Here(), store, lake, [url_of(folder)])
    assert [("a b/100%41 #1?ü.835", "loaded")] == [(one.file, one.status) for one in told]
    assert "ISA" == store.segments(lake_records(lake)[0].file_id, 0, 1)[0][1][:3]


def test_a_path_that_is_not_there_is_told(tmp_path: Path) -> None:
    """Before anything is read."""
    with pytest.raises(UsageError, match="there is no such file or folder"):
        ingest_by(Here(), Store(tmp_path / "home"), str(tmp_path / "lake"), [str(tmp_path / "none.835")])


@pytest.mark.parametrize("name", ["huge_plain.835", "more.zip"])
def test_the_text_of_a_claim_is_found_where_its_file_is(name: str, tmp_path: Path) -> None:
    """In a file of its own and in an archive, without a copy in the store; where it is gone, its place is told."""
    folder, store = arrivals(tmp_path / "in"), Store(tmp_path / "home")
    ingest_by(Here(), store, str(tmp_path / "lake"), [str(folder / name)], sizes=SMALL)
    record = lake_records(str(tmp_path / "lake"))[0]
    at_home.ingest(Store(tmp_path / "other"), expand(folder / name), workers=1)
    whole = Store(tmp_path / "other").segments(record.file_id, 0, 1 << 30)
    start, _ = next(segment for segment in whole[len(whole) // 2 :] if segment[1].startswith(("CLP", "SE")))
    expected = [segment for segment in whole if start <= segment[0] < start + 60]
    assert expected == store.segments(record.file_id, start, start + 60)
    (folder / name).unlink()
    with pytest.raises(StoreError, match=f"its text is in .*{name}, which cannot be had here"):
        store.segments(record.file_id, start, start + 60)
    with pytest.raises(NoSuchFile):
        store.segments("0" * 12, 0, 10)


def test_lakes_are_not_forgotten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who is killed while another lake is remembered still knows the first; the latest is looked into first."""
    store = Store(tmp_path)
    remember_lake(store, "/one")
    with monkeypatch.context() as patch:
        patch.setattr("pipelines.source_text.write_private", _killed)
        with pytest.raises(KeyboardInterrupt):
            remember_lake(store, "/two")
    assert ["/one"] == known_lakes(store)
    remember_lake(store, "/two")
    assert ["/two", "/one"] == known_lakes(store)


def _killed(path: Path, content: bytes) -> None:
    path.write_bytes(content[:3])
    raise KeyboardInterrupt


def test_what_is_said_about_a_log_holds_for_the_next_one(tmp_path: Path) -> None:
    """Unclear columns are told with the line to type; what is typed is remembered, as at home."""
    rows = "Zed,Payer,Reason\nA1,Acme,CO-50\nA2,Acme,CO-97\n"
    (tmp_path / "a.csv").write_text(rows)
    (tmp_path / "b.csv").write_text(f"{rows}A3,Acme,CO-16\n")
    store, lake, first = Store(tmp_path / "home"), str(tmp_path / "lake"), str(tmp_path / "a.csv")
    (refused,) = ingest_by(Here(), store, lake, [first])
    assert refused.error is not None
    assert f"denials ingest {first} --map" in refused.error["message"]
    assert ["loaded"] == [result.status for result in ingest_by(Here(), store, lake, [first], {"Zed": "claim_id"})]
    assert ["loaded"] == [result.status for result in ingest_by(Here(), store, lake, [str(tmp_path / "b.csv")])]
    assert [{"Zed": "claim_id"}] * 2 == [record.mapping for record in lake_records(lake)]


LOG_ROWS = """
import sys
sys.path.insert(0, sys.argv[1])
import pipelines
from pipelines.sources import expand, read
from pathlib import Path
assert pipelines.__file__.startswith(sys.argv[1]), pipelines.__file__
(source,) = expand(Path(sys.argv[2]))
print(len(list(read(source))))
"""


def test_the_code_that_is_sent_reads_by_itself(tmp_path: Path) -> None:
    """A machine of the cluster has the zip alone: readers find in it what they look things up in."""
    (tmp_path / "code.zip").write_bytes(packed_code())
    log = FIXTURES.resolve() / "logs" / "practice_denials.csv"
    command = [sys.executable, "-c", LOG_ROWS, str(tmp_path / "code.zip"), str(log)]
    said = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True, env={})
    (source,) = expand(log)
    assert len(list(read(source))) == int(said.stdout)
