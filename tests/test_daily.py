"""A build made out of the last one and the files that came since is the build that a complete one would be."""

import contextlib
import datetime as dt
import itertools
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import duckdb
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from pipelines import daily, functions, units
from pipelines.build import Recipe, create_tables
from pipelines.build_inputs import LEDGER_TABLES, create_lake_views, create_reference_tables
from pipelines.daily import Daily, attached, is_known
from pipelines.engine import DuckEngine
from pipelines.errors import InDoubt
from pipelines.rows import Row
from pipelines.tables import TABLES
from tests.practice import claim, log, paid, remit
from tests.test_sql_arrival import again, stores
from tests.warehouse import file_id, write_lake

ABOUT_THE_BUILD = {"build_table"}
NO_DAY = "the data do not reach further than before"
Tables = dict[str, Counter[str]]


@contextlib.contextmanager
def build_at(path: Path, folders: Sequence[Path], schema: str | None = None) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection with the file attached as `build` and the lake of these folders."""
    with contextlib.closing(duckdb.connect()) as connection:
        connection.execute("set threads = 1")
        connection.execute(f"attach '{path}' as build")
        connection.execute("use build")
        functions.register(connection)
        scratch = path.with_name("scratch.duckdb")
        scratch.unlink(missing_ok=True)
        with contextlib.ExitStack() as stack:
            if schema:
                stack.enter_context(attached(connection, path.with_name("before.duckdb"), scratch))
                connection.execute("create schema scratch.lake")
            create_lake_views(connection, path.with_name(f"{len(folders)}.gathered"), list(folders), schema)
            yield connection


def complete(path: Path, folders: Sequence[Path]) -> None:
    """A complete build in a new file."""
    with build_at(path, folders) as connection:
        create_reference_tables(connection, Recipe().reference)
        for table, columns in LEDGER_TABLES.items():
            connection.execute(f"create table {table} ({columns})")
        create_tables(DuckEngine(connection), Recipe())


def add(path: Path, folders: Sequence[Path], new: Sequence[str]) -> None:
    """The build in this file is one of all these folders, out of one without the new files; InDoubt if it cannot be."""
    shutil.copyfile(path, path.with_name("before.duckdb"))
    with build_at(path, folders, "scratch.lake") as connection:
        Daily(connection, Recipe().sql, TABLES).run([file_id(name) for name in new])


def tables(path: Path) -> Tables:
    """Every table of a build, as its rows in no order."""
    with duckdb.connect(str(path), read_only=True) as connection:
        names = [
            name
            for (name,) in connection.execute(
                "select table_name from information_schema.tables where table_type <> 'LOCAL TEMPORARY'"
            ).fetchall()
        ]
        return {
            name: Counter(
                row for (row,) in connection.execute(f'select cast(r as varchar) from (from "{name}") as r').fetchall()
            )
            for name in sorted(set(names) - ABOUT_THE_BUILD)
        }


def differences(files: Mapping[str, Sequence[Row]], batches: Sequence[Sequence[str]]) -> dict[str, object]:
    """Tables of a build of all files that are not as they are where they come in batches, with a build after each."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        written = dict(zip(files, write_lake(folder, files), strict=True))
        complete(folder / "all.duckdb", list(written.values()))
        here = list(batches[0])
        complete(folder / "daily.duckdb", [written[one] for one in here])
        for batch in batches[1:]:
            here += batch
            try:
                add(folder / "daily.duckdb", [written[one] for one in here], batch)
            except InDoubt as doubt:
                assert NO_DAY == str(doubt)  # whatever else is in doubt, is a defect here
                (folder / "daily.duckdb").unlink()
                complete(folder / "daily.duckdb", [written[one] for one in here])
        expected, found = tables(folder / "all.duckdb"), tables(folder / "daily.duckdb")
    either = {name: (expected[name] - found[name], found[name] - expected[name]) for name in expected}
    return {name: rows for name, rows in either.items() if any(rows)}


@pytest.fixture(autouse=True)
def however_many(monkeypatch: pytest.MonkeyPatch) -> None:
    """So few records are never too few or too many."""
    monkeypatch.setattr(daily, "LARGEST_SHARE", 100.0)
    monkeypatch.setattr(daily, "LEAST_RECORDS", 0)


def test_every_table_is_known() -> None:
    """No table is forgotten when one is added."""
    assert [] == [table for table in TABLES if not is_known(table)]


def neighbours(files: Mapping[str, Sequence[Row]], of: str) -> set[str]:
    """The files whose records hang together with those of one file, where no log row is settled yet."""
    with tempfile.TemporaryDirectory() as name:
        folders = write_lake(Path(name), files)
        with build_at(Path(name) / "keys.duckdb", folders) as connection:
            create_reference_tables(connection, Recipe().reference)
            connection.execute("create table log_candidate (file_id VARCHAR, row_no BIGINT, match_rule VARCHAR)")
            units.create_keys(connection)
            records = f"select {units.RECORD} from record_key where file_id = '{file_id(of)}'"
            connection.execute(f"create table entering as select distinct * from ({records})")
            units.close(connection, most=100)
            reached = {found for (found,) in connection.execute("select file_id from entering").fetchall()}
    return {name for name in files if file_id(name) in reached}


def test_members_are_neighbours_by_the_day() -> None:
    """Payments for one member hang together on one day of service; with a log row of no number, on whatever day."""
    first, other = dt.date(2026, 1, 5), dt.date(2026, 1, 9)
    member = {"fields": {"patient_id": "M-001"}}
    files = {
        "a": remit(dt.date(2026, 2, 2), claim("A1000", paid(date=first), **member)),
        "same day": remit(dt.date(2026, 2, 9), claim("B2000", paid(date=first), **member)),
        "other day": remit(dt.date(2026, 2, 9), claim("C3000", paid(date=other), **member)),
    }
    told = {"told": log(2, "CO-50", member_id="m001", service_date=dt.date(2026, 1, 20), procedure_code="99213")}
    assert {"a", "same day"} == neighbours(files, "a")
    assert {"other day"} == neighbours(files, "other day")
    assert {*files, "told"} == neighbours({**files, **told}, "a")
    assert {*files, "told"} == neighbours({**files, **told}, "told")


@settings(
    deadline=None,
    max_examples=1,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
)
@given(stores(), st.data())
def test_a_day_is_as_good_as_a_complete_build(files: dict[str, list[Row]], data: st.DataObject) -> None:
    """Files in any order, some twice, in two batches with a build after each, give the same rows in every table."""
    twice = data.draw(st.lists(st.sampled_from(sorted(files)), max_size=3, unique=True))
    files = {**files, **{f"{name} once more": again(files[name]) for name in twice}}
    order = data.draw(st.permutations(sorted(files)))
    ends = sorted(data.draw(st.lists(st.integers(1, len(order)), min_size=1, max_size=2)))
    batches = [order[start:end] for start, end in itertools.pairwise([0, *ends, len(order)]) if end > start]
    assert {} == differences(files, batches)
