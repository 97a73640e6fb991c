"""What programs that watch this one are told: whether there is a build to look at, and how old it is."""

import datetime
import json
import shutil
from pathlib import Path

import pytest
from starlette.requests import Request

from dashboards import health as page
from pipelines import health
from pipelines.health import BROKEN, NO_BUILD, NO_STORE, Health
from pipelines.store import Store
from tests.test_cli import Cli


def built(store: Store, name: str = "20260102T030405000006Z", made: datetime.datetime | None = None) -> Path:
    """A build that says that it holds one file."""
    import duckdb

    path = store.builds / f"{name}.duckdb"
    made = made or datetime.datetime.now(datetime.UTC).replace(tzinfo=None)
    with duckdb.connect(str(path)) as connection:
        connection.execute("create table build_info as select ? as created_at, 1 as file_count", [made])
    return path


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    """A store that does not exist yet; the dashboard looks at it."""
    monkeypatch.setenv("DENIALS_HOME", str(tmp_path / "store"))
    monkeypatch.setattr(page, "_last", None)
    return Store()


def test_what_is_wrong_is_told(store: Store) -> None:
    """No store, no build, a build that is damaged, cut, empty or of something else: each is said, none is an error."""
    assert Health(NO_STORE) == health.health(store)
    store.prepare()
    assert Health(NO_BUILD) == health.health(store)
    path = built(store)
    whole = path.read_bytes()
    flipped = whole[:4100] + bytes([whole[4100] ^ 255]) + whole[4101:]
    for content in (b"", b"text", whole[:6000], flipped):
        path.write_bytes(content)
        assert Health(BROKEN, path.stem) == health.health(store)
    assert "denials build" in Cli(store.home)("kpi", status=1)


def test_age_and_what_waits(store: Store) -> None:
    """The age is since the build was made, never negative; files accepted and not in the build wait."""
    store.prepare()
    now = datetime.datetime.now(datetime.UTC).replace(tzinfo=None)
    path = built(store, made=now - datetime.timedelta(hours=2))
    found = health.health(store)
    assert (None, path.stem, 0) == (found.problem, found.build, found.waiting_file_count)
    assert 7_200 == pytest.approx(found.age_seconds, abs=600)
    for name in "abc":
        (store.sources / f"{name}.json").touch()
    assert 2 == health.health(store).waiting_file_count
    built(store, "20260102T030405000007Z", now + datetime.timedelta(days=1))
    assert 0 == health.health(store).age_seconds


def test_the_address_answers_without_a_word_of_the_data(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """200 or 503 with four facts and no folder in them; who asks without end is told the same for a moment."""
    request = Request({"type": "http", "method": "GET", "headers": []})
    answer = page.answer(request)
    expected = {"problem": NO_STORE, "build": None, "age_seconds": None, "waiting_file_count": None}
    assert (503, expected) == (answer.status_code, json.loads(bytes(answer.body)))
    store.prepare()
    path = built(store)
    assert 503 == page.answer(request).status_code
    monkeypatch.setattr(page, "_last", None)
    answer = page.answer(request)
    assert (200, path.stem) == (answer.status_code, json.loads(bytes(answer.body))["build"])
    assert str(store.home).encode() not in bytes(answer.body)


def test_the_status_of_status(store: Store, demo_home: Path) -> None:
    """`denials status` ends with 1 where there is nothing to look at, and with 0 where there is."""
    cli = Cli(store.home)
    assert NO_STORE == cli.json("status", "--format", "json", status=1)["health"]["problem"]
    shutil.copytree(demo_home, store.home)
    found = json.loads(cli("status", "--format", "json"))
    assert (None, 0) == (found["health"]["problem"], found["health"]["waiting_file_count"])
    assert cli("status", "--format", "csv", status=2)
