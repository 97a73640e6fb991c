"""A build made on a cluster is the build that DuckDB makes, and is read like it. The cluster is what `spark` gives."""

import contextlib
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import duckdb
import pytest
from streamlit.testing.v1 import AppTest

from pipelines import engine_spark, functions
from pipelines.build import Recipe, build
from pipelines.build_cluster import build_on_cluster
from pipelines.cluster_lake import versioned
from pipelines.engine import DuckEngine
from pipelines.engine_spark import SparkEngine, connected
from pipelines.errors import CheckFailed, StoreError
from pipelines.ingest import ingest
from pipelines.kpis import DIMENSIONS, KPIS
from pipelines.measure import Scope, measure
from pipelines.policy import body
from pipelines.source_text import known_lakes
from pipelines.status import store_status
from pipelines.store import Store
from pipelines.tables import TABLES
from pipelines.verify import verify
from tests.clusters import differences, keep, odd_and_usual, write_cluster_lake
from tests.shared import shared_folder
from tests.whole_practice import POLICIES

DAY = "cast('2025-12-31' as date)"
CALLS = (
    f"select days_between({DAY}, cast('2026-03-01' as date)), days_between({DAY}, cast(null as date))",
    f"select days_after({DAY}, 60), days_after({DAY}, cast(-1 as bigint)), days_after(cast(null as date), 1)",
    "select text_matches('no x-ray', 'x.ray'), text_matches('ab', '^b'), text_matches(cast(null as string), 'a')",
    "select text_matches('12', '^[1-9][0-9]?$'), text_matches('12' || chr(10), '^[1-9][0-9]?$')",
    "select text_matches('a log of it', pattern) from (select chr(92) || 'blog' || chr(92) || 'b' as pattern) as given",
)
ROW_GROUPS = ("row_groups_scanned", "total_row_groups_to_scan")
DEPOSIT = "T-9|2026-04-02|AETNA"
APP = Path(__file__).parent.parent / "app.py"
SMALL_BYTES = 6_000  # of a table that the build takes in; of so few rows hardly any table has more
FEW_ROWS = {"parquet.block.size": "2000", "max_row_group_size": "50"}  # as Spark says it, and as Sail does
OF_ITSELF = {"build_info", "build_source", "build_table"}


class Both(NamedTuple):
    """The same rows on both engines: DuckDB's tables beside the cluster's build, the store of that build, its lake."""

    here: duckdb.DuckDBPyConnection
    store: Store
    lake: Path


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory, demo_home: Path, request: pytest.FixtureRequest) -> Iterator[Both]:
    """The odd cases and the samples, with policies and decisions, built once on each engine."""

    def make(folder: Path) -> None:
        make_both(folder, Store(demo_home), request.getfixturevalue("spark"))

    home = shared_folder(tmp_path_factory, "cluster", make)
    store = Store(home / "store")
    with contextlib.closing(duckdb.connect(str(home / "here.duckdb"), read_only=True)) as here:
        here.execute(f"attach '{store.current_build()}' as build (read_only)")
        yield Both(here, store, home / "lake")


def make_both(folder: Path, samples: Store, master: str) -> None:
    """The folder has what DuckDB makes (here.duckdb), the lake, and a store with the build that the cluster makes."""
    store = Store(folder / "store")
    decide(store)
    with contextlib.closing(odd_and_usual(samples, store)) as here:
        write_cluster_lake(folder / "lake", here)
        keep(here, folder / "here.duckdb")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engine_spark, "IN_ORDER", FEW_ROWS)
        build_on_cluster(store, master, str(folder / "lake"), small_bytes=SMALL_BYTES)


def decide(store: Store) -> None:
    """Somebody has said something of every kind that a build reads."""
    store.prepare()
    for policy in POLICIES:
        store.ledger.append("policy_set", policy.policy_id, body(policy), "tester")
    store.ledger.append("root_cause_override", "log-b8260cf725d5-4", {"root_cause": "eligibility"}, "tester")
    store.ledger.append("line_closed", "log-b8260cf725d5-3", {"state": "written_off"}, "tester")
    store.ledger.append("bank_amount", DEPOSIT, {"amount": "1.00"}, "tester")
    store.ledger.append("target_set", "denial_rate", {"target": "0.05"}, "tester")


def tables(connection: duckdb.DuckDBPyConnection, kind: str) -> set[str]:
    """The names of the attached build's tables, or of its views."""
    sql = "select table_name from information_schema.tables where table_catalog = 'build' and table_type = ?"
    return {name for (name,) in connection.execute(sql, [kind]).fetchall()}


def test_every_table_is_equal(both: Both) -> None:
    """Columns, types and rows of every table and roll-up are the same, whichever engine made them."""
    found = tables(both.here, "BASE TABLE") | tables(both.here, "VIEW")
    assert set(TABLES) < found
    assert {} == differences(both.here, sorted(found - OF_ITSELF))


def test_functions_agree(spark: str, tmp_path: Path) -> None:
    """What every engine spells its own way answers alike: days over a year's end, no value, a line feed at an end."""
    here = duckdb.connect()
    functions.register(here)
    with connected(spark) as session:
        there = SparkEngine(session, str(tmp_path))
        for sql in CALLS:
            assert (sql, DuckEngine(here).rows(sql)) == (sql, there.rows(sql))


def test_what_is_small_is_taken_in(both: Both) -> None:
    """A large table is a view of the files that the cluster wrote, a small one stands in the build."""
    views = tables(both.here, "VIEW")
    assert {"claim_event", "line_fact", "claim_fact_by_month_all"} <= views
    assert {"data_span", "payer", "rollup", "ref_carc"} <= tables(both.here, "BASE TABLE")


@pytest.mark.parametrize("dimension", DIMENSIONS)
def test_every_kpi_is_equal(both: Both, dimension: str) -> None:
    """Every KPI by every dimension, to the cent: the cluster's facts and roll-ups answer as DuckDB's do."""
    scope = Scope(payer_sequence="all")
    with contextlib.closing(both.store.connect()) as there:
        assert measure(both.here, list(KPIS), (dimension,), scope) == measure(there, list(KPIS), (dimension,), scope)


def scanned(connection: duckdb.DuckDBPyConnection, sql: str, value: str) -> tuple[int, int]:
    """How many row groups the question read, and of how many."""
    plan = connection.execute(f"explain (analyze, format json) {sql}", [value]).fetchall()[0][1]
    words = re.findall(r'"(row_groups_scanned|total_row_groups_to_scan)": (\d+)', plan)
    return tuple(sum(int(count) for name, count in words if name == wanted) for wanted in ROW_GROUPS)


@pytest.mark.parametrize("table", ["claim_event", "line_event", "line_reason", "family_event", "family_member"])
def test_a_claim_is_found_in_few_row_groups(both: Both, table: str) -> None:
    """Who looks at one claim reads its row groups, not the table."""
    with contextlib.closing(both.store.connect()) as there:
        [(family,)] = there.execute(f"select max(family_id) from {table}").fetchall()
        read, of = scanned(there, f"select * from {table} where family_id = ?", family)
    assert (True, True) == (read <= 2, of >= 4)


def test_no_other_file_can_be_read(both: Both) -> None:
    """A reader of the build reaches its tables' files and no others, and cannot be told otherwise."""
    outside = f"select count(*) from read_parquet('{both.lake}/v*/file/*/*.parquet')"
    with contextlib.closing(both.store.connect()) as there, contextlib.closing(both.store.connect()) as again:
        assert there.execute("select count(*) from claim_event").fetchall() == (
            again.execute("select count(*) from claim_event").fetchall()
        )
        with pytest.raises(duckdb.PermissionException):
            there.execute(outside)
        with pytest.raises(duckdb.InvalidInputException):
            again.execute("set allowed_directories = ['/']")


def test_pages_show_it(both: Both, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first page, the list of denials and a claim are shown of such a build as of any other."""
    monkeypatch.setenv("DENIALS_HOME", str(both.store.home))
    [(family,)] = both.here.execute("select min(family_id) from denial where source = '835'").fetchall()
    for page, query in (("overview", {}), ("denials", {}), ("claim", {"claim": family}), ("data_quality", {})):
        app = AppTest.from_file(str(APP), default_timeout=60)
        app.query_params.update(query)
        if page != "overview":
            app.switch_page(f"dashboards/{page}.py")
        app.run()
        assert (page, []) == (page, [error.value for error in app.exception])


def test_status_tells_of_it(both: Both) -> None:
    """How many files it is made from, and that a cluster made it."""
    [(file_count,)] = both.here.execute("select count(*) from lake_file").fetchall()
    told = store_status(both.store)["build"]
    assert (file_count, "complete", "made on a cluster") == (told["file_count"], told["kind"], told["reason"])


def test_who_only_builds_finds_the_text_too(both: Both) -> None:
    """The lake was filled from another computer: what its files say is looked for there all the same."""
    assert [str(both.lake)] == known_lakes(both.store)


def test_the_store_makes_none_of_its_own(both: Both) -> None:
    """A build of what is on this machine would take the place of one of a thousand machines: it is refused."""
    for make in (lambda: build(both.store), lambda: ingest(both.store, [])):
        with pytest.raises(StoreError, match="its last build was made on a cluster"):
            make()


def test_verify_looks_for_the_files(both: Both, tmp_path: Path) -> None:
    """A build whose large tables are all there is as it should be; one that lost a table's files says so."""
    home = Path(shutil.copytree(both.store.home, tmp_path / "store"))
    folder = Path(shutil.copytree(both.lake / "builds", tmp_path / "builds"))
    assert [] == verify(Store(home))
    [told] = home.glob("builds/*.tables")
    told.write_text(str(folder))
    found = verify(Store(home))
    assert {"build"} == {finding.part for finding in found}
    assert any(finding.what.startswith("claim_event: its files cannot be read") for finding in found)


@pytest.fixture
def own(both: Both, tmp_path: Path) -> Both:
    """A store of the test's own, with a build, and a copy of the lake."""
    store = Store(tmp_path / "store")
    store.prepare()
    (store.builds / "20261101.duckdb").touch()
    return Both(
        both.here, store, Path(shutil.copytree(versioned(str(both.lake)), versioned(str(tmp_path / "lake")))).parent
    )


def recipe(folder: Path, sql: str, check: str) -> Recipe:
    """One table and one check."""
    for name in ("sql", "checks", "reference"):
        (folder / name).mkdir()
    (folder / "sql" / "paid.sql").write_text(sql)
    (folder / "checks" / "rule.sql").write_text(check)
    return Recipe(("paid",), folder / "sql", folder / "checks", folder / "reference")


@pytest.mark.parametrize(
    ("sql", "check", "error", "said"),
    [
        ("select nothing from lake_file", "", StoreError, "paid.sql: .*nothing"),
        ("select file_id from lake_file", "select file_id from paid", CheckFailed, "rule: .* rows, the first"),
    ],
)
def test_what_fails_leaves_the_last_build(
    own: Both, tmp_path: Path, spark: str, sql: str, check: str, error: type[Exception], said: str
) -> None:
    """A SELECT that cannot run and a check that finds rows end the build with their names; the one before stays."""
    with pytest.raises(error, match=said):
        build_on_cluster(own.store, spark, str(own.lake), recipe(tmp_path, sql, check))
    assert "20261101.duckdb" == own.store.current_build().name
    assert [] == [*(own.lake / "builds").iterdir()]
