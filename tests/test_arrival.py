"""However files arrive, in whatever order, in however many batches and builds and however often, all ends the same."""

import dataclasses
import itertools
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from pipelines import daily
from pipelines.build import build
from pipelines.demo import write_demo
from pipelines.ingest import ingest
from pipelines.sources import Source, expand
from pipelines.store import Store

OF_ARRIVAL = {"source_file": "exclude (file_name, received_at)"}  # what only says how and when a file came
ABOUT_THE_BUILD = {"build_info", "build_source", "build_table"}
NO_DAY = {"the first", "nothing is new", "the data do not reach further than before"}  # then a build is complete
Tables = dict[str, Counter[str]]


@dataclasses.dataclass(frozen=True)
class Arrival:
    """The order of the files, which of them come again under another name, and after which of them a batch ends."""

    order: list[int]
    again: dict[int, int]  # file -> place at which it comes once more
    ends: list[int]

    def batches(self, files: list[Source]) -> Iterator[list[Source]]:
        """The files as they arrive."""
        coming = [files[number] for number in self.order]
        for number, place in sorted(self.again.items()):
            name = f"again_{number}{Path(files[number].name).suffix}"
            coming.insert(place, dataclasses.replace(files[number], name=name))
        places = [0, *sorted(self.ends), len(coming)]
        for start, end in itertools.pairwise(places):
            yield coming[start:end]


@st.composite
def arrivals(draw: st.DrawFn, count: int) -> Arrival:
    """Any way in which so many files can arrive: up to three batches, up to eight files twice."""
    places = st.integers(0, count)
    return Arrival(
        draw(st.permutations(range(count))),
        draw(st.dictionaries(st.integers(0, count - 1), places, max_size=8)),
        draw(st.lists(places, min_size=1, max_size=2)),
    )


def arrive(batches: Iterable[list[Source]]) -> tuple[Tables, list[str]]:
    """Every table of the last of the builds after each batch, and of each build `daily` or why it was complete."""
    ways: list[str] = []
    with TemporaryDirectory() as folder:
        store = Store(Path(folder) / "store")
        for batch in batches:
            ingest(store, batch, workers=1)
            build(store, workers=1)
            with store.connect() as connection:
                [(way,)] = connection.execute("select coalesce(reason, kind) from build_info").fetchall()
            ways.append(way)
        return tables_of(store), ways


def tables_of(store: Store) -> Tables:
    """Every table of the current build, as its rows in no order; a row may come several times."""
    with store.connect() as connection:
        names = {
            name
            for (name,) in connection.execute(
                "select table_name from information_schema.tables where table_type <> 'LOCAL TEMPORARY'"
            ).fetchall()
        }
        return {
            name: Counter(row for (row,) in connection.execute(rows_as_text(name)).fetchall())
            for name in sorted(names - ABOUT_THE_BUILD)
        }


def differences(expected: Tables, found: Tables) -> dict[str, object]:
    """Table -> rows that are missing, and rows that are too many."""
    assert expected.keys() == found.keys()
    different = {name: (expected[name] - found[name], found[name] - expected[name]) for name in expected}
    return {name: rows for name, rows in different.items() if any(rows)}


def rows_as_text(table: str) -> str:
    """The SELECT of a table's rows, each as one text."""
    return f'select cast(row_of as varchar) from (select * {OF_ARRIVAL.get(table, "")} from "{table}") as row_of'


@pytest.fixture(autouse=True, scope="module")
def days() -> Iterator[None]:
    """A build is made out of the last one, however little there is and however much of it is touched."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(daily, "LARGEST_SHARE", 100.0)
        patch.setattr(daily, "LEAST_RECORDS", 0)
        yield


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[Source]:
    """A demo of sixty visits in which nearly everything happens that a demo plants."""
    folder = tmp_path_factory.mktemp("arrival")
    write_demo(folder, claims=60, seed=115, months=6)
    return list(expand(folder))


@pytest.fixture(scope="module")
def expected(files: list[Source]) -> Tables:
    """The tables after one ingest of all files in order of name."""
    return arrive([files])[0]


@settings(
    deadline=None,
    max_examples=1,
    phases=(Phase.generate,),  # a failing order is as telling as a shorter one, which would take minutes to find
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(data=st.data())
def test_the_order_of_arrival_changes_nothing(data: st.DataObject, files: list[Source], expected: Tables) -> None:
    """Files in any order, some twice and renamed, in batches with a build after each, give the same rows everywhere."""
    found, ways = arrive(data.draw(arrivals(len(files))).batches(files))
    assert {} == differences(expected, found)
    assert set() == set(ways) - {"daily"} - NO_DAY  # a day that fails is made good by a complete build, and says so


def test_a_day_is_as_good_as_a_complete_build(files: list[Source], expected: Tables) -> None:
    """The last files, of several kinds and among them an old one, are a day's work and give every table as it was."""
    late = [file for number, file in enumerate(files) if number % 7 == 3]
    found, ways = arrive([[file for file in files if file not in late], late])
    assert ["the first", "daily"] == ways
    assert {} == differences(expected, found)


def test_the_property_looks_at_something(expected: Tables) -> None:
    """The demo of the property fills the tables that order could change: families, lines, denials, matches, repeats."""
    filled = {name for name, rows in expected.items() if rows}
    assert filled >= {"submission_event", "claim_event", "acknowledgement_event", "line_history", "log_match", "denial"}
