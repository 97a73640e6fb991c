from collections.abc import Iterator

import duckdb
import pytest

from pipelines.effect import Result, judge
from tests.effect.made import World, build, change

WORKING = World(odds_ratio=0.4, lines=12, rate=0.15)


@pytest.fixture(scope="session")
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    """A build of a practice in which a change of six cells cut the odds to 0.4; for reading only."""
    with build(WORKING) as found:
        yield found


@pytest.fixture(scope="session")
def working(connection: duckdb.DuckDBPyConnection) -> Result:
    """What is said about that change."""
    return judge(connection, change())
