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
    folder = tmp_path_factory.mktemp(request.param)
    return Demo(folder, json.loads(write_demo(folder, claims=1500, seed=3, practice=request.param).read_text("utf-8")))


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
    folder = tmp_path_factory.mktemp("measured")
    truth = write_demo(folder / "demo", claims=700, seed=19, months=10, practice=request.param)
    store = Store(folder / "store")
    ingest(store, expand(folder / "demo"))
    build(store)
    connection = store.connect()
    yield Measured(folder / "demo", connection, json.loads(Path(truth).read_text("utf-8")))
    connection.close()
