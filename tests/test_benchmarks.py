"""The benchmark runs and measures the real thing. Never a time: machines differ."""

import io
from pathlib import Path

from benchmarks.__main__ import read_all, split_only, tables
from pipelines.demo import write_demo
from pipelines.x12.remittance import read_remittance


def test_every_section_is_measured() -> None:
    """One table each for reading, ingest, build and a question, on a small practice."""
    sections = list(tables(claims=6, runs=1))
    titles = [section.splitlines()[0] for section in sections]
    assert ["## Reading", "## Ingest", "## Build", "## A question"] == titles
    assert "0.0 MB in 0 files" not in sections[0]


def test_both_sides_of_reading_see_the_whole_text(tmp_path: Path) -> None:
    """The floor counts every element of the file, and the reader's rows are all taken."""
    write_demo(tmp_path, claims=40, seed=1)
    content = next(iter(sorted(tmp_path.glob("*.835")))).read_bytes()
    rows = list(read_remittance(io.BytesIO(content), "one.835"))
    assert len(rows) == read_all([content])
    text = content.decode("latin-1")
    assert text.count("*") + text.count("~") + 1 == split_only(text)
