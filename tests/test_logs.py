"""The log: what stands in it, what never does, how large it grows, and that it stops nobody's work."""

import json
import multiprocessing
import os
import re
import stat
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from pipelines import __main__, logs
from pipelines.faults import MOST_PLACES, summary, told
from pipelines.ingest import ingest
from pipelines.logs import Log
from pipelines.reading import Readers
from pipelines.sources import Source, detect, expand, read_batches
from pipelines.store import Store

ROOT = Path(__file__).parent.parent
NAMES = ("OKONKWO", "WINIFRED", "ACCT-77-123", "MBR0099887766", "1961-04-09", "19610409")
NAMED = """Patient Name,Account,Member ID,DOB,Payer,DOS,Charge,Denial Code,Notes
OKONKWO WINIFRED,ACCT-77-123,MBR0099887766,1961-04-09,Aetna,2026-03-01,120.00,CO-50,Called OKONKWO about MBR0099887766
"""


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Log]:
    """The log of a store that holds nothing; `main` changes what files this process makes, which ends here."""
    store, before = Store(tmp_path / "store"), os.umask(0o077)
    store.prepare()
    yield Log(store.home)
    os.umask(before)


def lines(log: Log) -> list[dict[str, Any]]:
    """Everything in the log."""
    return [json.loads(line) for line in log.lines()]


def tripping(source: Source, mapping: dict[str, str] | None) -> Any:
    """A reader with a mistake in it, that says so in words from the file."""
    for row in read_batches(source, mapping):
        with source.open() as stream:
            raise KeyError(row, stream.read().decode())
        yield row


def test_no_log_holds_what_was_loaded(
    log: Log, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Names, accounts, member numbers and birthdays of files, file names, questions and errors stand in no log."""
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    (inbox / "OKONKWO WINIFRED.csv").write_text(NAMED)
    (inbox / "OKONKWO_odd.csv").write_text("Zed,Payer,Reason\nACCT-77-123,Aetna,CO-50\nOKONKWO,Aetna,CO-97\n")
    (inbox / "MBR0099887766.835").write_text("ISA*00*OKONKWO*WINIFRED~NM1*QC*1*OKONKWO*WINIFRED~")
    store = Store(log.home)
    ingest(store, expand(inbox), workers=1)
    broken = Readers(detect, tripping, lambda source: "")
    (inbox / "again.csv").write_text(NAMED + "OKONKWO,ACCT-77-124,,,,,,CO-97,\n")
    ingest(store, expand(inbox / "again.csv"), readers=broken, workers=1)
    monkeypatch.setenv("DENIALS_HOME", str(store.home))
    for words in (
        ["sql", "select 'OKONKWO'::integer, 'MBR0099887766'"],
        ["ingest", str(inbox / "OKONKWO WINIFRED.txt")],
        ["check", str(inbox / "MBR0099887766.835")],
        ["close", "ACCT-77-123", "paid"],
    ):
        monkeypatch.setattr(sys, "argv", ["denials", *words])
        with pytest.raises(SystemExit):
            __main__.main()
    log.failed(_raised(lambda: {}["OKONKWO WINIFRED"]))
    capsys.readouterr()
    text = "\n".join(log.lines())
    assert {"read", "ingested", "refused", "failed"} <= {line["event"] for line in lines(log)}
    assert {"loaded", "not_taken", "quarantined"} == {line["status"] for line in lines(log) if line["event"] == "read"}
    assert [] == [name for name in NAMES if re.search(re.escape(name), text, re.IGNORECASE)]


def _raised(work: Any) -> Exception:
    try:
        work()
    except Exception as problem:
        return problem
    raise AssertionError("nothing was raised")


def test_what_nobody_foresaw_has_a_number_and_places(
    log: Log, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A mistake of the program ends with status 3 and a line without its words; `denials log` has the way there."""

    def wrong(words: list[str]) -> None:
        raise ZeroDivisionError("OKONKWO") from ValueError("WINIFRED")

    monkeypatch.setenv("DENIALS_HOME", str(log.home))
    monkeypatch.setattr(__main__, "_run", wrong)
    with pytest.raises(SystemExit) as ended:
        __main__.main()
    said = capsys.readouterr().err
    assert (3, 1, False) == (ended.value.code, said.count("\n"), "OKONKWO" in said)
    [line] = lines(log)
    assert ("failed", ["ZeroDivisionError", "ValueError"]) == (line["event"], [one["type"] for one in line["errors"]])
    assert line["errors"][0]["through"][0].startswith("pipelines/__main__.py:")
    monkeypatch.undo()
    shown = subprocess.run(
        [sys.executable, "-m", "pipelines", "log", line["number"]],
        *(), cwd=ROOT, env={**os.environ, "DENIALS_HOME": str(log.home)}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert line == json.loads(shown.stdout)
    assert line["number"] in said


def _fail_elsewhere() -> None:
    raise ValueError("OKONKWO")


def test_an_error_of_another_process_says_where_it_was(log: Log) -> None:
    """The places in a reading process are told, though its error travels as a text; an endless recursion is cut."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        problem = _raised(lambda: pool.submit(_fail_elsewhere).result())
    found = told(problem)
    assert ["ValueError", "concurrent.futures.process._RemoteTraceback"] == [one["type"] for one in found]
    assert any("_fail_elsewhere" in place for place in found[1]["through"])
    assert "OKONKWO" not in json.dumps(found)

    def endless() -> None:
        endless()

    assert MOST_PLACES == len(told(_raised(endless))[0]["through"])
    assert re.fullmatch(r"RecursionError at tests/test_logs.py:\d+ endless", summary(_raised(endless)))


def test_the_log_is_private_and_bounded(log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    """Folder 0700, files 0600; a full file goes aside and the oldest goes, so that the newest lines always stand."""
    monkeypatch.setattr(logs, "LIMIT", 1_000)
    for number in range(100):
        log.built(str(number), 0.0)
    folder = log.path.parent
    assert 0o700 == stat.S_IMODE(folder.stat().st_mode)
    assert {0o600} == {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}
    assert {"denials.jsonl", "denials.1.jsonl", "denials.2.jsonl", "denials.3.jsonl", "lock"} >= {
        path.name for path in folder.iterdir()
    }
    assert sum(path.stat().st_size for path in folder.iterdir()) < logs.FILES * 1_200
    kept = [int(line["build"]) for line in lines(log)]
    assert list(range(kept[0], 100)) == kept and len(kept) > 10


def test_settings_choose_what_is_written(log: Log) -> None:
    """What is less grave than asked for is not written, and a question counts as slow from the seconds asked for."""
    settings = log.home / "settings.toml"
    settings.write_text('[log]\nlevel = "warning"\nslow_seconds = 0\n')
    settings.chmod(0o600)
    log.built("one", 1.0)
    with log.timed("measures"):
        pass
    assert [("slow", "measures")] == [(line["event"], line["question"]) for line in lines(log)]


def test_a_log_that_cannot_be_written_stops_nothing(log: Log, tmp_path: Path) -> None:
    """Where there is no store nothing is made, and where no log can be written the work goes on."""
    Log(tmp_path / "nothing").built("one", 1.0)
    assert not (tmp_path / "nothing").exists()
    (log.home / "logs").write_text("in the way")
    log.built("one", 1.0)
    assert [] == _lines_of(log)


def _lines_of(log: Log) -> list[str]:
    try:
        return list(log.lines())
    except NotADirectoryError:
        return []
