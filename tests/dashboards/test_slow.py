"""Slow questions of pages are noted, by name and without what they asked for."""

from pathlib import Path

import pytest

from dashboards import cache
from pipelines.logs import Log
from pipelines.measure import Scope


def test_questions_are_timed_by_their_names(demo_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """KPIs, entries of filters and lists each under the name of what a page called."""
    monkeypatch.setenv("DENIALS_HOME", str(demo_home))
    said: list[dict[str, object]] = []
    monkeypatch.setattr(Log, "_say", lambda log, level, event, **fields: said.append({"event": event, **fields}))
    monkeypatch.setattr(Log, "_settings", type("Settings", (), {"slow_seconds": -1.0}))
    build = cache.build()
    assert build
    cache.measures(build, ("denial_rate",), (), Scope(payers=("OKONKWO",)))
    cache.read(build, "select ? as name", ("OKONKWO",))
    assert [("slow", "measures"), ("slow", "read")] == [(one["event"], one["question"]) for one in said]
    assert "OKONKWO" not in str(said)
