"""The benchmark runs and measures the real thing. Never a time: machines differ."""

import contextlib
import hashlib
from collections import Counter
from pathlib import Path

import pytest

from benchmarks import building, children, inputs, jobs, questions, reading
from benchmarks.__main__ import PARTS, parsed, report
from benchmarks.timing import Bar, Section, Timed, in_turn
from pipelines.sources import expand
from pipelines.store import Store


@pytest.fixture(scope="module")
def practice(tmp_path_factory: pytest.TempPathFactory) -> inputs.Practice:
    """Two pieces of a tiny practice, the newest day's files held back."""
    folder = tmp_path_factory.mktemp("bench")
    for piece in (0, 1):
        inputs.make_piece(folder / "pieces", 6, piece)
    return inputs.make_practice(folder, claims=12, pieces=folder / "pieces", day_count=1)


def test_every_file_is_in_the_base_or_arrives(practice: inputs.Practice) -> None:
    """No file of the pieces is missing, none is there twice, and what arrives is newer than every base remittance."""
    pieces = practice.base[0].parent.parent / "pieces"
    folders = (*practice.base, *practice.days)
    parted = Counter(path.stat().st_ino for folder in folders for path in folder.iterdir())
    assert Counter(path.stat().st_ino for path in pieces.rglob("*") if path.is_file()) == parted
    base = {path.stem[-8:] for folder in practice.base for path in folder.glob("*.835")}
    late = {path.stem[-8:] for folder in practice.days for path in folder.glob("*.835")}
    assert max(base) < min(late)


def test_one_file_holds_what_was_asked_for(practice: inputs.Practice, tmp_path: Path) -> None:
    """A file of some size is read whole, and the floor counts each of its elements."""
    path = inputs.one_file(practice, "835", tmp_path / "one.835", 0.05)
    assert 50_000 <= path.stat().st_size < 100_000
    text = path.read_text("ascii")
    assert text.count("*") + text.count("~") + 1 == jobs.split(str(path))[1]
    counted = text.count("~CLP*"), text.count("~SVC*")
    assert [1, *counted] == jobs.ingest(str(path), str(tmp_path / "store"), "1")[1]


def test_a_day_that_comes_later_is_in_the_build(practice: inputs.Practice, tmp_path: Path) -> None:
    """Base, build, a day's files, build: every file is in it; the copy has every row of the lake."""
    home = tmp_path / "store"
    for folder in practice.base:
        jobs.ingest(str(folder), str(home), "1")
    before = jobs.build(str(home))[1]
    after, _ = jobs.add(str(home), str(practice.days[0]))[1]
    assert before <= after == jobs.lines(str(home))[1]
    with contextlib.closing(Store(home).connect()) as connection:
        found = {sha256 for (sha256,) in connection.execute("select sha256 from source_file").fetchall()}
    files = [
        path for folder in (*practice.base, *practice.days) for path in folder.iterdir() if ".json" not in path.name
    ]
    assert {hashlib.sha256(path.read_bytes()).hexdigest() for path in files} == found
    assert jobs.copy(str(home), str(tmp_path))[1] > after
    section = questions.measure_questions(home, runs=1)
    assert ["smallest table", "as pages ask", "the fact itself"] == [one.name for one in section.timed]


def test_a_child_tells_its_answer_and_its_memory(practice: inputs.Practice) -> None:
    """A job in a process of its own gives the same answer as here; its memory is that of a Python at least."""
    done = children.job("split", practice.days[0])
    assert jobs.split(str(practice.days[0]))[1] == done.answer
    assert children.held(0) == 0
    with pytest.raises(RuntimeError, match="FileNotFoundError"):
        children.job("split", "no such file")


def test_a_rival_that_is_not_there_is_not_measured(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Without the rivals' environment the report says so instead of failing."""
    monkeypatch.setattr(reading, "RIVALS", tmp_path / "none")
    assert not reading.is_there("pyx12")


def test_stages_of_growth_end_with_all() -> None:
    """A store is built after its first piece, a quarter and all of them."""
    assert [[1], [1, 2], [1, 4, 17]] == [building.stages(pieces) for pieces in (1, 2, 17)]


def test_the_report_says_which_bars_are_met() -> None:
    """Least and most are told apart, and the first thing timed is what the others are set against."""
    timed = in_turn(2, rival=lambda: Timed("", [2.0]), ours=lambda: Timed("", [1.0], 3, 10))
    bars = [Bar("speed", 2, 1.7, is_least=True), Bar("memory", 400, 350, unit="MB")]
    text = report(parsed(["--claims", "6", "--only", "read"]), [Section("Read", "A file.", timed, bars)])
    assert "1 of 2 bars are met." in text
    assert "| ours | 2 | 1.000 | 1.000 | 1.000 | 0.50 | 10.0 | 3 |" in text
    assert "| speed | 2.00 times | at least 1.7 | yes |\n| memory | 400.00 MB | at most 350 | **no** |" in text
    assert parsed([]).only == PARTS


def test_the_samples_that_warm_a_reader_are_there() -> None:
    """Jobs read a little before their clock starts; it is this that they read."""
    assert [source for path in sorted(jobs.TINY.glob("*.83[57]"))[:1] for source in expand(path)]
