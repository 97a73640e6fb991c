"""A scene played once, undisturbed, to compare with; and looks into stores from processes of their own."""

import dataclasses
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.survive_kill import Kill, run
from benchmarks.survive_scenes import Scene
from benchmarks.survive_state import State, state_of


class Known(NamedTuple):
    """A scene, and what comes of it when nobody disturbs it."""

    scene: Scene
    before: State
    after: State
    steps: int
    sizes: list[int]  # of its files
    grown: int  # bytes that came
    seconds: float


def know(scene: Scene, folder: Path) -> Known:
    """The scene was played once, undisturbed."""
    home = copied(scene, folder)
    before, small = _state(home), sum(_sizes(home))
    ended = run(scene.work(home), Kill())
    if ended.status not in (0, 1):
        raise RuntimeError(f"{scene.name}: {ended.errors[-2000:]}")
    sizes = _sizes(home)
    return Known(scene, before, _state(home), ended.steps, sizes, sum(sizes) - small, ended.seconds)


def copied(scene: Scene, folder: Path) -> Path:
    """The store that the scene begins with, to be ruined."""
    home = folder / "home"
    shutil.rmtree(home, ignore_errors=True)
    shutil.copytree(scene.base, home)
    return home


def asked(question: Callable[[], object]) -> Any:
    """The answer of a function, from a process of its own; RuntimeError where that failed."""
    ended = run(lambda: print(json.dumps(question())))
    if ended.status:
        raise RuntimeError(ended.errors[-2000:])
    return json.loads(ended.said[0])


def broken(look: Callable[[], list[str]]) -> list[str]:
    """What the look found, or that it could not look."""
    try:
        return list(asked(look))
    except RuntimeError as problem:
        return [f"nobody can look into the store: {problem}"]


def _state(home: Path) -> State:
    return State(**asked(lambda: dataclasses.asdict(state_of(home))))


def _sizes(home: Path) -> list[int]:
    return [path.stat().st_size for path in home.rglob("*") if path.is_file()]
