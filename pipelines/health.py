"""Whether there is something to look at: the answer to a program that watches this one, without a word of the data."""

import contextlib
import datetime
from typing import NamedTuple

from pipelines.errors import NoBuild, StoreError
from pipelines.store import Store, connect_build

NO_STORE, NO_BUILD, BROKEN = "there is no store", "nothing has been built", "the current build cannot be opened"


class Health(NamedTuple):
    """How the store's current build is; `problem` is None where it can be looked at."""

    problem: str | None
    build: str | None = None
    age_seconds: int | None = None
    waiting_file_count: int | None = None  # accepted, and not in the build


def health(store: Store) -> Health:
    """The current build was opened and read from just now, or why that could not be."""
    import duckdb

    if not store.sources.is_dir():
        return Health(NO_STORE)
    try:
        path = store.current_build()
    except NoBuild:
        return Health(NO_BUILD)
    try:
        with contextlib.closing(connect_build(path)) as connection:
            [(made, file_count)] = connection.execute("select created_at, file_count from build_info").fetchall()
    except (StoreError, duckdb.Error, ValueError):  # the last: a database, and none of ours
        return Health(BROKEN, path.stem)
    accepted = sum(1 for _ in store.sources.glob("*.json"))
    return Health(None, path.stem, _age(made), max(accepted - file_count, 0))


def _age(made: datetime.datetime) -> int:
    """Seconds since this moment in UTC; 0 where the clock has gone back since."""
    return max(int((datetime.datetime.now(datetime.UTC) - made.replace(tzinfo=datetime.UTC)).total_seconds()), 0)
