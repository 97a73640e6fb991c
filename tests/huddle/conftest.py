"""The build of the busy practice, made once for all tests of the pack."""

from collections.abc import Iterator

import duckdb
import pytest

from tests.huddle.busy import busy
from tests.warehouse import warehouse


@pytest.fixture(scope="session")
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection to it."""
    with warehouse(busy()) as opened:
        yield opened
