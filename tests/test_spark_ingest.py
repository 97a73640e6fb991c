"""A real cluster reads files as this process does, with nothing but the code that is sent to it."""

import json
from pathlib import Path

from pipelines import ingest as at_home
from pipelines.cluster_ingest import cluster_at, ingest_by
from pipelines.sources import expand
from pipelines.store import Store
from tests.test_cli import Cli
from tests.test_cluster_ingest import SMALL, arrivals, of_lake, of_store


def test_the_machines_of_a_cluster_read_as_this_one_does(spark: str, tmp_path: Path) -> None:
    """The same rows and the same report; the second time nothing is new, and what was refused is refused again."""
    folder, home, away = arrivals(tmp_path / "in"), Store(tmp_path / "home"), Store(tmp_path / "away")
    lake = tmp_path / "lake"
    expected = at_home.ingest(home, expand(folder), workers=1)
    told: list[at_home.Ingested] = []
    with cluster_at(spark) as cluster:
        assert expected == ingest_by(cluster, away, str(lake), [str(folder)], tell=told.append, sizes=SMALL)
    assert expected == told
    assert of_store(home) == of_lake(lake)
    with cluster_at(spark) as cluster:
        again = ingest_by(cluster, away, lake.as_uri(), [folder.as_uri()], sizes=SMALL)
    assert {"already_loaded", "quarantined"} == {result.status for result in again}
    assert of_store(home) == of_lake(lake)


def test_the_command_tells_as_it_does_at_home(spark: str, tmp_path: Path) -> None:
    """What a script reads, and the exit status, do not depend on who read the files; the ledger says who sent them."""
    folder = arrivals(tmp_path / "in") / "835"
    (folder / "broken.835").write_text("ISA*nothing")
    home, away = Cli(tmp_path / "home"), Cli(tmp_path / "away")
    options = ("--engine", "spark", "--master", spark, "--lake", str(tmp_path / "lake"))
    expected = home("ingest", "--json", "--no-build", str(folder), status=1)
    assert json.loads(expected) == away.json("ingest", "--json", "--no-build", *options, str(folder), status=1)
    assert _imported(home) == _imported(away)


def _imported(cli: Cli) -> list[object]:
    return [event.body for event in Store(cli.home).ledger.events("imported")]
