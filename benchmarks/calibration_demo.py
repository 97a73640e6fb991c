"""The demo's planted documentation changes, judged: `python -m benchmarks.calibration_demo 6000:1:ortho 6000:2:ortho`.

Each argument is visits, seed and practice; docs/calibration_demo.md holds the run. 6,000 visits take about a minute.
"""

import argparse
import contextlib
import datetime
import json
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines.build import build
from pipelines.demo import write_demo
from pipelines.effect import judge
from pipelines.ingest import ingest
from pipelines.register import Change
from pipelines.sources import expand
from pipelines.store import Store

if TYPE_CHECKING:
    import duckdb

DOCUMENT = Path(__file__).parent.parent / "docs" / "calibration_demo.md"
DEMOS = ("4000:7:ortho", "6000:1:ortho", "6000:2:ortho", "6000:1:behavioral", "30000:5:ortho")
HEAD = """# The demo's planted changes, judged

Made by `python -m benchmarks.calibration_demo {demos}`. The demo multiplies the odds of a necessity denial by 0.4 from
one service day on (the change that works) or by 1.0 (the idle one); judging knows lines by the day they were sent, so
that a few lines after go-live were written up by the clinician before it.

| demo | change | true odds ratio | state | estimate (95 % interval) | holds the truth | treated before, after |
|---|---|---|---|---|---|---|"""


def planted(connection: "duckdb.DuckDBPyConnection", truth: dict[str, Any]) -> Iterator[tuple[float, Change]]:
    """The true odds ratio and the change as a practice would register it, for both planted changes."""
    named = connection.cursor().execute("select distinct provider from line_fact order by provider").fetchall()
    groups = {each["name"]: each["group"] for each in truth["providers"].values()}
    for name in ("working", "idle"):
        told = truth["planted"][f"{name}_documentation_change"]
        providers = tuple(one for (one,) in named if groups.get(one.split(",")[0]) == told["provider_group"])
        yield (
            told["odds_factor"],
            Change(
                change_id=name,
                title=name,
                what="template",
                go_live=datetime.date.fromisoformat(told["first_service_day"]),
                owner="",
                procedures=tuple(told["procedures"]),
                providers=providers,
            ),
        )


def rows(connection: "duckdb.DuckDBPyConnection", truth: dict[str, Any]) -> Iterator[str]:
    """One row of the table for each planted change."""
    about = truth["demo"]
    demo = f"{about['practice']}, {about['claims']:,} visits, seed {about['seed']}"
    for true, change in planted(connection, truth):
        found = judge(connection, change)
        told, holds = "", ""
        if found.primary is not None:
            low, high = found.primary.low or 0.0, found.primary.high or float("inf")
            told = f"{found.primary.odds_ratio:.2f} ({low:.2f} to {high:.2f})"
            holds = "yes" if low <= true <= high else "**no**"
        lines = f"{found.counts.treated_before.lines:,}, {found.counts.treated_after.lines:,}"
        cells = (demo, change.title, f"{true:.1f}", found.state, told, holds, lines)
        yield f"| {' | '.join(cells)} |"


def of_demo(demo: str) -> list[str]:
    """The rows of one demo, made, ingested and built in a temporary folder."""
    claims, seed, practice = demo.split(":")
    with tempfile.TemporaryDirectory(prefix="denialboard-demo-") as name:
        store = Store(Path(name) / "store")
        truth = write_demo(Path(name) / "demo", claims=int(claims), seed=int(seed), practice=practice)
        ingest(store, expand(truth.parent))
        build(store)
        with contextlib.closing(store.connect()) as connection:
            return list(rows(connection, json.loads(truth.read_text("utf-8"))))


def main() -> None:
    """docs/calibration_demo.md holds this run."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.calibration_demo", description=__doc__)
    parser.add_argument("demos", nargs="*", default=DEMOS, help="visits:seed:practice")
    parser.add_argument("--out", type=Path, default=DOCUMENT, help="file to write")
    options = parser.parse_args()
    lines = [HEAD.format(demos=" ".join(options.demos)), *(row for demo in options.demos for row in of_demo(demo))]
    options.out.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(options.out.read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
