import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from pipelines.build import build
from pipelines.demo import write_demo
from pipelines.ingest import ingest
from pipelines.measure import Measure, Scope, measure
from pipelines.sources import expand
from pipelines.store import Store
from tests.shared import shared_folder


@dataclass
class Demo:
    folder: Path
    truth: dict[str, Any]

    def files(self, kind: str) -> list[Path]:
        """The demo's files of one kind, without the copy that is sent twice."""
        return [path for path in sorted(self.folder.glob(f"demo_{kind}_*")) if "resent" not in path.name]


@pytest.fixture(scope="session", params=["ortho", "behavioral"])
def demo(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Demo:
    """A demo of 1,500 visits of each practice, with its truth."""
    practice = request.param
    folder = shared_folder(
        tmp_path_factory, practice, lambda own: write_demo(own, claims=1500, seed=3, practice=practice)
    )
    return Demo(folder, truth_of(folder))


def truth_of(folder: Path) -> dict[str, Any]:
    """What write_demo says of the files in the folder."""
    truth: dict[str, Any] = json.loads((folder / "truth.json").read_text("utf-8"))
    return truth


@dataclass
class Measured:
    folder: Path
    connection: Any
    truth: dict[str, Any]

    def kpi(self, name: str, scope: Scope | None = None) -> Measure:
        """One KPI over everything in scope."""
        return measure(self.connection, [name], (), scope)[0]

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """All rows of a query."""
        return self.connection.cursor().execute(sql).fetchall()


@pytest.fixture(scope="session", params=["ortho", "behavioral"])
def measured(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Measured]:
    """A demo of 700 visits in ten months of each practice, ingested and built."""
    practice = request.param
    folder = shared_folder(tmp_path_factory, f"measured-{practice}", lambda own: _write_and_load(own, practice))
    connection = Store(folder / "store").connect()
    yield Measured(folder / "demo", connection, truth_of(folder / "demo"))
    connection.close()


def _write_and_load(folder: Path, practice: str) -> None:
    write_demo(folder / "demo", claims=700, seed=19, months=10, practice=practice)
    store = Store(folder / "store")
    ingest(store, expand(folder / "demo"))
    build(store)
