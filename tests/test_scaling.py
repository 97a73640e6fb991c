"""The benchmark of a cluster counts what Spark tells, and tells equal builds from others."""

import contextlib
import json
from pathlib import Path

from benchmarks.scaling import biggest_share, fingerprints, lines_of
from benchmarks.spark_costs import Meter
from pipelines.store import Store
from tests.spark.cluster import Cluster

ENDED = {"Event": "SparkListenerTaskEnd", "Task End Reason": {"Reason": "Success"}}
METRICS = {"Shuffle Write Metrics": {"Shuffle Bytes Written": 70}, "Disk Bytes Spilled": 3}
LOST = {"Event": "SparkListenerTaskEnd", "Task End Reason": {"Reason": "ExecutorLostFailure"}}


def test_what_work_costs_is_what_its_tasks_tell(tmp_path: Path) -> None:
    """Tasks that ended before, and half a line that Spark is still writing, are not counted."""
    log, whole = tmp_path / "app", json.dumps(ENDED | {"Task Metrics": METRICS}) + "\n"
    log.write_text(whole)
    meter = Meter(Cluster("", *[None] * 3, tmp_path, None))  # type: ignore[arg-type]
    meter._cpu = lambda: 0.0  # type: ignore[method-assign]

    def work() -> None:
        with log.open("a") as told:
            told.write(whole * 2 + json.dumps(LOST) + "\n" + whole[:40])

    cost = meter.cost(work)
    assert (140, 6, 1) == (cost.shuffled, cost.spilled, cost.lost_tasks)
    assert (0, 0, 0) == tuple(getattr(meter.cost(lambda: None), name) for name in ("shuffled", "spilled", "lost_tasks"))


def test_equal_builds_have_equal_fingerprints(demo_home: Path, changed_home: Path) -> None:
    """Each table's rows are counted and hashed in any order; another practice has other rows."""
    found, other = fingerprints(demo_home), fingerprints(changed_home)
    with contextlib.closing(Store(demo_home).connect()) as connection:
        assert found["denial"][0] == connection.execute("select count(*) from denial").fetchall()[0][0]
    assert found == fingerprints(demo_home)
    assert found.keys() == other.keys()
    assert found["line_fact"] != other["line_fact"]


def test_lines_and_shares_are_those_of_the_files(demo_home: Path) -> None:
    """Service lines are counted in remittances; one payer has a part of them."""
    samples = Path(__file__).parent.parent / "data" / "samples"
    counted = sum(path.read_text().count("~\nSVC*") for path in samples.glob("*.835"))
    assert 0 < counted == lines_of(samples)
    assert 0 < biggest_share(demo_home) < 1
