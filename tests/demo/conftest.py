import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from pipelines.demo import write_demo


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
