"""Folders that all worker processes of a run share: whoever needs one first makes it, the others wait and only look."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from pipelines.disk import held


def shared_folder(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], object]) -> Path:
    """The folder of this name, made by `make` once per run; no test may change it."""
    root = _of_the_run(factory)
    folder, done = root / f"shared-{name}", root / f"shared-{name}.made"
    with held(root / f"shared-{name}.lock"):
        if not done.exists():
            shutil.rmtree(folder, ignore_errors=True)  # another worker's attempt that failed half-way
            folder.mkdir()
            make(folder)
            done.touch()
    return folder


def _of_the_run(factory: pytest.TempPathFactory) -> Path:
    base = factory.getbasetemp()
    return base.parent if "PYTEST_XDIST_WORKER" in os.environ else base  # each worker's own is in that of the run


def contents(folder: Path) -> dict[str, tuple[int, int]]:
    """Every file but the log with its size and time of change: equal before and after if nobody wrote."""
    files = ((path, path.stat()) for path in folder.rglob("*") if path.is_file() and path.parent.name != "logs")
    return {str(path.relative_to(folder)): (known.st_size, known.st_mtime_ns) for path, known in files}
