"""The command line: names, shapes and exit statuses that scripts may rely on."""

import csv
import inspect
import io
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any, cast

import pytest
import typer.main

from pipelines.cli_app import app_for
from pipelines.cli_kpi import AGAIN, ONCE, asked, print_kpis
from pipelines.kpis import KPIS

ROOT = Path(__file__).parent.parent
SAMPLES = ROOT / "data" / "samples"
INGESTED = {"file", "status", "claims", "lines", "rejected_rows", "error"}


class Cli:
    """Runs `denials` on one store."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.environment = {**os.environ, "DENIALS_HOME": str(home), "COLUMNS": "100"}

    def __call__(self, *words: str, status: int = 0) -> str:
        """What the command prints; the test fails when it ends with another status, or with a traceback."""
        command = [sys.executable, "-m", "pipelines", *words]
        done = subprocess.run(command, cwd=ROOT, env=self.environment, capture_output=True, text=True)
        assert (status, False) == (done.returncode, "Traceback" in done.stderr), done.stdout + done.stderr
        return done.stdout if status == 0 else done.stdout + done.stderr

    def json(self, *words: str, status: int = 0) -> Any:
        """What the command prints, as JSON."""
        return json.loads(self(*words, status=status))


@pytest.fixture(scope="module")
def practice(tmp_path_factory: pytest.TempPathFactory) -> Cli:
    """A store with a part of the samples, built."""
    cli = Cli(tmp_path_factory.mktemp("cli") / "store")
    files = [str(path) for path in sorted(SAMPLES.glob("demo_[!l]*"))[::3]]
    cli("ingest", *files)
    return cli


@pytest.fixture
def empty(tmp_path: Path) -> Cli:
    """A store that does not exist."""
    return Cli(tmp_path / "store")


def test_help_teaches(empty: Cli) -> None:
    """The help names every command and each command's help gives examples."""
    commands = ("check", "ingest", "build", "status", "kpi", "demo", "serve", "sql", "export", "bank", "close")
    text = empty("--help")
    assert [] == [name for name in commands if f"  {name} " not in text]
    assert [] == [name for name in (*commands, "ledger") if "Example" not in empty(name, "--help")]


def test_status_adds_no_claims_of_one_kind_to_those_of_another(empty: Cli, tmp_path: Path) -> None:
    """A claim sent and paid is one claim, not two: counts stand by kind; a store without a decision says so."""
    (tmp_path / "sent.csv").write_text("Acct,Payer,Denial Code\nA1,Aetna,CO-50\n")
    empty("ingest", str(tmp_path / "sent.csv"))
    said = empty("status")
    assert "None" not in said and "holds" not in said


@pytest.mark.parametrize(
    "words",
    [
        ("nonsense",),
        ("ingest",),
        ("ingest", "/no/such/file"),
        ("check", "/no/such/file"),
        ("ingest", "--map", "nothing", "README.md"),
        ("ingest", "--engine", "flink", "README.md"),
        ("ingest", "--engine", "spark", "--master", "sc://127.0.0.1:1", "README.md"),
        ("build", "--lake", "lake"),
        ("build", "--engine", "spark", "--master", "sc://127.0.0.1:1", "--lake", "100%"),
        ("build", "--engine", "spark", "--master", "sc://127.0.0.1:1", "--lake", "s3://me:hush@bucket/lake"),
        ("demo", ".", "--practice", "dental"),
        ("demo", "."),
    ],
)
def test_wrong_usage_ends_with_two(empty: Cli, words: tuple[str, ...]) -> None:
    """What cannot be meant ends with status 2, one line of words and no traceback, and makes no store."""
    assert empty(*words, status=2)
    assert not empty.home.exists() or not any((empty.home / "sources").iterdir())


@pytest.mark.parametrize("words", [("kpi",), ("sql", "select 1"), ("export", "denial", "--out", "x.csv")])
def test_without_a_build_it_says_what_to_do(empty: Cli, words: tuple[str, ...]) -> None:
    """Reading an empty store is refused in one line that names the command to begin with."""
    text = empty(*words, status=1)
    assert (1, True) == (text.count("\n"), "denials ingest" in text)


def test_ingest_json(empty: Cli, tmp_path: Path) -> None:
    """One object per file with the documented fields; a refused file makes the status 1; again, nothing changes."""
    good, bad = tmp_path / "a.835", tmp_path / "b.835"
    shutil.copy(next(SAMPLES.glob("*.835")), good)
    bad.write_text("not a remittance")
    first = empty.json("ingest", "--json", "--no-build", str(good), str(bad), status=1)
    assert [INGESTED, INGESTED] == [set(result) for result in first]
    assert [("a.835", "loaded"), ("b.835", "quarantined")] == [(result["file"], result["status"]) for result in first]
    assert {"segment", "got", "wanted", "message"} == set(first[1]["error"])
    again = empty.json("ingest", "--json", "--no-build", str(good))
    assert [{**first[0], "status": "already_loaded"}] == again
    assert empty.json("status", "--json", status=1)["build"] is None


def test_check_json_counts_what_ingest_counts(practice: Cli, empty: Cli) -> None:
    """`check` and `ingest` agree on claims and lines of every kind of file, and `check` stores nothing."""
    files = [str(next(SAMPLES.glob(name))) for name in ("*.835", "*.837", "*.277", "*.csv", "*.xlsx")]
    checked = empty.json("check", "--json", *files)
    assert not empty.home.exists()
    fields = [
        "file",
        "kind",
        "transactions",
        "claims",
        "lines",
        "total_amount",
        "balanced",
        "oddities",
        "error",
        "used_as",
    ]
    assert [fields] * len(files) == [list(report) for report in checked]
    taken = empty.json("ingest", "--json", "--no-build", *files)
    expected = [(report["file"], report["claims"], report["lines"]) for report in checked]
    assert expected == [(result["file"], result["claims"], result["lines"]) for result in taken]


def test_an_unclear_log_is_refused_with_the_line_to_type(empty: Cli, tmp_path: Path) -> None:
    """Status 1 and the proposal; after --map it loads, and the next log with the same headers loads by itself."""
    rows = "Zed,Payer,Reason\nA1,Acme,CO-50\nA2,Acme,CO-97\n"
    (tmp_path / "log.csv").write_text(rows)
    (tmp_path / "next.csv").write_text(rows + "A3,Acme,CO-16\n")
    text = empty("ingest", "--no-build", str(tmp_path / "log.csv"), status=1)
    assert f"denials ingest {tmp_path / 'log.csv'} --map" in text
    shown = empty("check", str(tmp_path / "log.csv"), status=1)
    assert "column ‘Zed’: not used (neither its header nor its values say what it is)" in shown
    assert "column ‘Payer’: payer_name (‘Payer’ is a known name for it; its values are words)" in shown
    assert "loaded" in empty("ingest", "--no-build", str(tmp_path / "log.csv"), "--map", "Zed=claim_id")
    checked = empty("check", str(tmp_path / "next.csv"))
    assert "column ‘Zed’: claim_id (as asked)" in checked
    assert "3 lines" in empty("ingest", "--no-build", str(tmp_path / "next.csv"))


def test_a_log_that_only_a_persons_words_make_one(empty: Cli, tmp_path: Path) -> None:
    """Headers that say nothing to us are refused with the way out; --map makes them a log, now and the next time."""
    rows = "Ref,Who,When,What\nR1,Ann,3/1/26,50\nR2,Bob,3/14/26,97\n"
    (tmp_path / "odd.csv").write_text(rows)
    (tmp_path / "next.csv").write_text(rows + "R3,Cy,3/15/26,16\n")
    assert "--map 'HEADER=FIELD'" in empty("ingest", "--no-build", str(tmp_path / "odd.csv"), status=1)
    words = ("--map", "Ref=claim_id", "--map", "Who=payer_name", "--map", "What=carc")
    assert "2 claims" in empty("ingest", "--no-build", str(tmp_path / "odd.csv"), *words)
    assert "3 claims" in empty("ingest", "--no-build", str(tmp_path / "next.csv"))


def test_check_of_a_folder_without_files_says_so(empty: Cli, tmp_path: Path) -> None:
    """Silence would look like all is well."""
    (tmp_path / "inbox").mkdir()
    assert "no files found\n" == empty("check", str(tmp_path / "inbox"))
    assert [] == empty.json("check", "--json", str(tmp_path / "inbox"))
    assert not empty.home.exists()


def test_status_json(practice: Cli) -> None:
    """Files, claims, dates, build and permissions are told; the samples are the demo."""
    found = practice.json("status", "--json")
    assert (True, True) == (found["is_demo"], found["is_private"])
    assert found["file_count"] == found["build"]["file_count"] == sum(kind["files"] for kind in found["build"]["files"])
    assert ("complete", "the first") == (found["build"]["kind"], found["build"]["reason"])
    shown = practice("status")
    assert all(word in shown for word in ("DEMO DATA", "made  ", "complete: the first"))


def test_kpi_json(practice: Cli) -> None:
    """A list of objects with kpi, numerator, denominator, value and the dimensions, the same order every time."""
    found = practice.json("kpi", "denial_rate_lines", "--by", "payer", "--by", "month", "--format", "json")
    assert ["kpi", "numerator", "denominator", "value", "payer", "month"] == list(found[0])
    assert found == practice.json("kpi", "denial_rate_lines", "--by", "payer", "--by", "month", "--format", "json")
    [whole] = practice.json("kpi", "denial_rate_lines", "--format", "json")
    assert whole["numerator"] == sum(part["numerator"] for part in found)
    assert whole["denominator"] == sum(part["denominator"] for part in found)
    assert whole["value"] == pytest.approx(whole["numerator"] / whole["denominator"])


def test_kpi_formats_agree(practice: Cli) -> None:
    """CSV and table hold the numbers of the JSON; without a name there is every KPI."""
    found = practice.json("kpi", "--format", "json")
    assert list(KPIS) == [measure["kpi"] for measure in found]
    rows = list(csv.DictReader(io.StringIO(practice("kpi", "--format", "csv"))))
    assert [str(measure["kpi"]) for measure in found] == [row["kpi"] for row in rows]
    for measure, row in zip(found, rows, strict=True):
        assert pytest.approx(float(measure["numerator"] or 0)) == float(row["numerator"] or 0)
    table = practice("kpi")
    assert [] == [name for name in KPIS if name not in table]


def test_kpi_clock(practice: Cli) -> None:
    """By submission the months are those in which claims were sent; payments know only the other clock."""
    names = ("denial_rate", "balanced_payment_share", "--by", "month", "--format", "json")
    paid, sent = practice.json("kpi", *names), practice.json("kpi", *names, "--clock", "submission")
    months = [{one["month"] for one in found if one["kpi"] == "denial_rate"} for found in (paid, sent)]
    assert min(months[1]) <= min(months[0])
    assert max(months[1]) <= max(months[0])
    payments = [[one for one in found if one["kpi"] == "balanced_payment_share"] for found in (paid, sent)]
    assert payments[0] == payments[1]


@pytest.mark.parametrize(
    "words",
    [
        ("kpi", "no_such_kpi"),
        ("kpi", "denial_rate", "--by", "moon"),
        ("kpi", "denial_rate", "--from", "yesterday"),
        ("kpi", "denial_rate", "--scope", "all"),
        ("kpi", "denial_rate", "--clock", "service"),
        ("kpi", "denial_rate", "--format", "xml"),
        ("sql", "select * from nowhere"),
        ("sql", "select * from read_text('README.md')"),
        ("sql", "drop table denial"),
        ("export", "nowhere", "--out", "x.csv"),
        ("export", "denial", "--out", "x.pdf"),
    ],
)
def test_questions_that_cannot_be_meant(practice: Cli, words: tuple[str, ...]) -> None:
    """Unknown names, dates, formats, and SQL that reads files or changes things: status 2, one line."""
    assert 1 == practice(*words, status=2).count("\n")


def test_sql_and_export_agree(practice: Cli, tmp_path: Path) -> None:
    """A query counts what an export writes."""
    [counted] = practice.json("sql", "select count(*) as n from source_file", "--format", "json")
    practice("export", "source_file", "--out", str(tmp_path / "files.csv"))
    with (tmp_path / "files.csv").open(encoding="utf-8-sig", newline="") as handle:
        assert counted == {"n": len(list(csv.DictReader(handle)))}


def test_kpi_answers_quickly(practice: Cli) -> None:
    """Neither pyarrow nor what the other commands or helping people need is imported for a KPI."""
    code = (
        "import sys; sys.argv = ['denials', 'kpi', 'denial_rate', '--by', 'payer']\n"
        "from pipelines.__main__ import main\n"
        "main()\n"
        "slow = ('pyarrow', 'pandas', 'streamlit', 'rich', 'typer', 'pydantic', 'pipelines.rows')\n"
        "print([m for m in slow if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=practice.environment, capture_output=True, text=True
    )
    assert "[]" == done.stdout.splitlines()[-1], done.stdout + done.stderr


def test_kpi_is_asked_the_same_both_ways() -> None:
    """The short way into `denials kpi` knows every option of the command but --help, and which may be given again."""
    command = cast(Any, typer.main.get_command(app_for("kpi"))).commands["kpi"]
    options = {option: param for param in command.params for option in param.opts if option.startswith("-")}
    assert {*ONCE, *AGAIN} == set(options)
    assert set(AGAIN) == {option for option, param in options.items() if param.multiple}
    defaults = {
        name: param.default for name, param in inspect.signature(print_kpis).parameters.items() if name in ONCE.values()
    }
    assert {ONCE[option]: param.default for option, param in options.items() if option in ONCE} == defaults


@pytest.mark.parametrize(
    ("words", "known"),
    [
        ("", {}),
        ("a b --by payer --by=month", {"names": ["a", "b"], "by": ["payer", "month"]}),
        (
            "--from 2026-01-01 a --payer X --format json",
            {"names": ["a"], "payers": ["X"], "date_from": "2026-01-01", "form": "json"},
        ),
        ("--help", None),
        ("a --by", None),
        ("a --moon payer", None),
        ("a --by --from", None),
        ("-- a", None),
    ],
)
def test_plain_words_are_understood(words: str, known: dict[str, Any] | None) -> None:
    """What the short way takes, it takes whole; the rest is left to the command line that can explain itself."""
    expected = None if known is None else {"names": [], "by": [], "payers": [], **known}
    assert expected == asked(words.split())


def long_remittance(folder: Path) -> Path:
    """A remittance that takes longer to read than a signal takes to arrive: one transaction eight thousand times."""
    text = next(iter(sorted(SAMPLES.glob("*.835")))).read_text("latin-1")
    start, end = text.index("ST*835"), text.index("GE*")
    path = folder / "long.835"
    path.write_text(text[:start] + text[start:end] * 8_000 + text[end:], "latin-1")
    return path


def test_ctrl_c_is_clean(empty: Cli, tmp_path: Path) -> None:
    """Interrupted, ingest says so in one line, without a traceback, and the next run goes on."""
    first = sorted(SAMPLES.glob("*.837"))[0]
    command = [sys.executable, "-m", "pipelines", "ingest", "--no-build", str(first), str(long_remittance(tmp_path))]
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env=empty.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # tests in the background have it ignored
    )
    assert process.stdout is not None
    process.stdout.readline()
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate()
    assert (130, True, False) == (process.returncode, "stopped:" in errors, "Traceback" in errors)
    assert [] == list((empty.home / "work").iterdir())


def test_serve_listens_on_this_computer_only(practice: Cli) -> None:
    """`serve` prints the address, once, answers there, and on 127.0.0.1 alone."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "pipelines", "serve", "--port", str(port)]
    process = subprocess.Popen(command, cwd=ROOT, env=practice.environment, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        assert any(f"http://127.0.0.1:{port}" in line for line in process.stdout)
        assert "ok" == _answer(f"http://127.0.0.1:{port}/_stcore/health")
        assert json.loads(_answer(f"http://127.0.0.1:{port}/health"))["problem"] is None
    finally:
        process.terminate()
        later, _ = process.communicate()
    assert "http://" not in later


def _answer(url: str) -> str:
    """What the address answers within a minute."""
    for _ in range(120):
        try:
            with urllib.request.urlopen(url, timeout=5) as response:
                return str(response.read().decode())
        except OSError:
            time.sleep(0.5)
    return "nothing"
