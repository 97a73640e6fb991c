"""The only door to data, and the only place with Streamlit's caches. Every function says the right that it needs.

The path of the build is the first argument of every cached function: a new build is a new path, so nothing is ever
invalidated by hand. One connection per build, one cursor per query, read whole. Everything that leaves here is a
DataFrame or a plain value; amounts stay Decimal.
"""

import contextlib
import datetime
import sys
from collections.abc import Callable, Iterator, Sequence
from types import FunctionType
from typing import Any, NamedTuple, TypeVar

import duckdb
import pandas as pd
import streamlit as st

from dashboards.access import needs
from dashboards.kept import ENTRIES, kept
from pipelines import maturity
from pipelines.access import Right
from pipelines.asking import Catalog, ask, catalog, knowing, table_with
from pipelines.errors import NoBuild
from pipelines.huddle.suppress import MINIMUM
from pipelines.intervals import wilson
from pipelines.kpis import KPIS
from pipelines.logs import Log
from pipelines.measure import Scope, measure, of_this_version
from pipelines.measure import spans as measure_spans
from pipelines.movers import movers as find_movers
from pipelines.outside_summary import Summary, outside_summary
from pipelines.playbook_history import History, history
from pipelines.store import Store, connect_build

MOVERS_BY = ("payer", "root_cause", "procedure")
MOVED = (
    *("count", "count_before", "amount", "amount_before", "amount_change"),
    *("lower", "upper", "z", "q_value", "looks", "is_judged", "is_signal"),
)
OPTION_LIMIT = 1_000  # entries of a filter; more are found by searching on the Denials page
DENIALS = """
    select denial.*, payer_key as payer, denial_date as payment_date,
        coalesce(procedure_code, '(not given)') as procedure
    from denial
"""  # under the names that a Scope filters by
DENIALS_SENT = """
    select denials.*, counted_line.submission_date
    from ({}) as denials
    left join counted_line on counted_line.line_id = denials.denial_id
"""  # and when their claims were sent: every line is read for that
BY_NAME = {FunctionType: lambda function: f"{function.__module__}.{function.__qualname__}"}
Answer = TypeVar("Answer")


class Freshness(NamedTuple):
    """How much data there is, how new it is and how much of it balances."""

    file_count: int
    first_payment_date: datetime.date | None
    last_payment_date: datetime.date | None
    is_demo: bool
    is_mixed: bool = False  # made-up files and files of one's own in one store


class Target(NamedTuple):
    """What a KPI is meant to reach; `direction` is below, at_most, at_least or change_from_baseline."""

    value: float
    direction: str


def build() -> str | None:
    """The path of the current build; None before anything was loaded. Never cached: it is the key of everything."""
    try:
        return str(Store().current_build())
    except NoBuild:
        return None


@st.cache_resource(max_entries=2, show_spinner=False)
def _connection(build: str) -> duckdb.DuckDBPyConnection:
    from pathlib import Path

    return connect_build(Path(build))


@st.cache_resource(max_entries=2, show_spinner=False)
def _catalog(build: str) -> Catalog:
    return catalog(_connection(build))


@contextlib.contextmanager
def _asking(build: str) -> Iterator[duckdb.DuckDBPyConnection]:
    """A cursor for questions, which find the build's roll-ups without looking them up each time; notes slow ones."""
    asker = sys._getframe(2).f_code.co_name  # whose `with` this is; between is contextlib
    with knowing(_catalog(build)), Log(Store().home).timed(asker):
        yield _connection(build).cursor()


@needs(Right.CLAIMS)
def query(build: str, sql: str, parameters: Sequence[Any] = ()) -> pd.DataFrame:
    """The whole answer of one SELECT on the build. Lists of rows carry their own LIMIT."""
    return _query(build, sql, parameters)


@needs(Right.CLAIMS)
def read(build: str, sql: str, parameters: Sequence[Any] = ()) -> pd.DataFrame:
    """The same, and not kept: for files, of which one may be as large as all the rest."""
    return _read(build, sql, parameters)


def _read(build: str, sql: str, parameters: Sequence[Any]) -> pd.DataFrame:
    cursor = _connection(build).cursor()
    with Log(Store().home).timed("read"), of_this_version():
        cursor.execute(sql, list(parameters))
    names = [column[0] for column in cursor.description or ()]
    return pd.DataFrame(cursor.fetchall(), columns=names, dtype="object")


_query = st.cache_data(max_entries=ENTRIES, show_spinner=False)(_read)


@kept(Right.CLAIMS, hash_funcs=BY_NAME)
def asked(build: str, question: Callable[..., Answer], *arguments: Any) -> Answer:
    """What a function of pipelines/ answers: `question(connection, *arguments)`, such as a trend with its limits."""
    with _asking(build) as cursor:
        return question(cursor, *arguments)


@kept(Right.NUMBERS)
def measures(build: str, kpis: tuple[str, ...], by: tuple[str, ...], scope: Scope) -> pd.DataFrame:
    """KPIs by dimensions: columns `kpi`, the dimensions, `numerator`, `denominator`, `value`, `low`, `high`.

    `low` and `high` are the Wilson interval of shares that count things; None for shares of dollars.
    """
    with _asking(build) as cursor:
        rows = measure(cursor, list(kpis), list(by), scope)
    added = ("numerator", "denominator", "value")
    records = [{"kpi": row.kpi, **row.dimensions, **{name: getattr(row, name) for name in added}} for row in rows]
    frame = pd.DataFrame(records, columns=["kpi", *by, *added], dtype="object")
    limits = [_interval(row.kpi, row.numerator, row.denominator) for row in rows]
    return frame.assign(low=[low for low, _ in limits], high=[high for _, high in limits])


def _interval(kpi: str, numerator: Any, denominator: Any) -> tuple[float | None, float | None]:
    is_counted = KPIS[kpi].unit == "share" and isinstance(denominator, int) and isinstance(numerator, int)
    return wilson(numerator, denominator) if is_counted and denominator else (None, None)


@kept(Right.NUMBERS)
def movers(build: str, scope: Scope, before: Scope, by: tuple[str, ...] = MOVERS_BY) -> pd.DataFrame:
    """What changed, signals first: the columns `by` and MOVED, one row a cell."""
    with _asking(build) as cursor:
        found = find_movers(cursor, scope, before, by)
    records = [{**one.dimensions, **{field: getattr(one, field) for field in MOVED}} for one in found]
    return pd.DataFrame(records, columns=[*by, *MOVED], dtype="object")


def denials_sql(scope: Scope) -> str:
    """The denied lines as a SELECT under the names that the scope filters by."""
    return DENIALS_SENT.format(DENIALS) if scope.clock == "submission" else DENIALS


@kept(Right.CLAIMS)
def denials(build: str, scope: Scope, order: str = "denial_date desc, denial_id", limit: int = 1_000) -> pd.DataFrame:
    """The denied lines of the scope, columns as in the table `denial`; `order` is SQL of our own, never a person's."""
    where, values = scope.conditions("denial", with_reasons=True)
    core = f"{' and' if where else ' where'} is_core" if scope.denial_scope == "core" else ""
    return _query(
        build,
        f"select * from ({denials_sql(scope)}) as denials{where}{core} order by {order} limit {int(limit)}",
        values,
    )


@kept(Right.CLAIMS, max_entries=64)
def segments(build: str, file_id: str, start: int, end: int) -> list[tuple[int, str]]:
    """The segments of a file that begin at byte `start` or later but before `end`, each with its offset."""
    return Store().segments(file_id, start, end)


@kept(Right.NUMBERS)
def choices(build: str, dimension: str) -> list[str]:
    """The values of a dimension that occur, the commonest first."""
    with _asking(build) as cursor:
        table = table_with(cursor, "line_fact", (dimension,))
    sql = f"select {dimension}, sum(adjudicated_count) as line_count from {table} group by 1 order by 2 desc, 1 limit ?"
    return [str(value) for value in _query(build, sql, (OPTION_LIMIT,))[dimension]]


@kept(Right.SUMMARY, max_entries=8)
def labels(build: str, table: str, key: str = "code") -> dict[str, str]:
    """Our labels of a reference table, such as `carc`, `root_cause`, `place_of_service`."""
    frame = _query(build, f"select {key}, label from ref_{table} order by {key}", ())
    return dict(zip(frame[key].astype(str), frame["label"].astype(str), strict=True))


@kept(Right.NUMBERS, max_entries=8)
def payer_ranks(build: str) -> dict[str, int]:
    """Payer to rank (1 = most lines); a payer's colour follows its rank on every page."""
    frame = _query(build, "select payer_key, payer_rank from payer order by payer_rank", ())
    return {str(row.payer_key): int(row.payer_rank) for row in frame.itertuples()}


@kept(Right.SUMMARY, max_entries=2)
def freshness(build: str) -> Freshness:
    """How many files the build knows and the span of their payment dates."""
    sql = "select count(*) as files, min(first_payment_date) as first, max(last_payment_date) as last from source_file"
    row = _query(build, sql, ()).iloc[0]
    of_cluster = _query(build, "select is_demo from build_info", ())["is_demo"]  # whose files have no record here
    kinds = {record.is_demo for record in Store().records()} or set(of_cluster)
    return Freshness(int(row["files"]), row["first"], row["last"], True in kinds, len(kinds) > 1)


@kept(Right.NUMBERS, max_entries=8)
def _targets(build: str, last_event_id: int) -> dict[str, Target]:
    frame = _query(build, "select kpi, target, direction from ref_target where target is not null", ())
    known = {str(row.kpi): Target(float(row.target), str(row.direction)) for row in frame.itertuples()}
    for event in Store().ledger.current("target_set"):
        direction = known[event.subject].direction if event.subject in known else ""
        known[event.subject] = Target(float(event.body["target"]), direction)
    return known


@needs(Right.NUMBERS)
def targets(build: str) -> dict[str, Target]:
    """KPI to its target: the reference table's, or what people set in the ledger since, a moment ago included."""
    return _targets(build, Store().ledger.last_event_id())


@kept(Right.NUMBERS)
def spans(build: str, kpi: str, by: tuple[str, ...], scope: Scope) -> dict[tuple[Any, ...], Any]:
    """Key of the cell -> days done and days still open, for a KPI of days; without `by` the one key is ()."""
    with _asking(build) as cursor:
        return measure_spans(cursor, kpi, by, scope)


@kept(Right.NUMBERS)
def span_sources(build: str, kpi: str, scope: Scope) -> dict[str, int]:
    """Where the days of a KPI come from, 837, log or remit, and how many of each; what is still open has no source."""
    with _asking(build) as cursor:
        table, where, values = ask(cursor, "lag_fact", ("lag_source", "lag_kind"), scope, with_reasons=True)
    count = (KPIS[kpi].denominator or "").format(scope=scope.denial_scope)
    sql = f"select lag_source, sum({count}) as cases from {table}{where}{' and' if where else ' where'} lag_kind = ?"
    frame = _query(build, f"{sql} group by 1 having sum({count}) > 0", [*values, KPIS[kpi].lag_kind])
    return {str(row.lag_source): int(row.cases) for row in frame.itertuples() if row.lag_source}


@kept(Right.NUMBERS)
def cohorts(build: str, scope: Scope, unit: str) -> list[maturity.Cohort]:
    """The months of claims sent: how far each is decided, and what it will come to."""
    with _asking(build) as cursor:
        return maturity.cohorts(cursor, scope, unit)


@kept(Right.NUMBERS)
def not_awaited(build: str, scope: Scope) -> tuple[dict[str, int], int]:
    """Payers none of whose remits is here with their claims sent, most first; and how many claims were withdrawn."""
    with _asking(build) as cursor:
        table, where, values = ask(cursor, "cohort_fact", ("payer",), scope, with_reasons=False)
    sums = "sum(no_remits_count) as no_remits, sum(withdrawn_count) as withdrawn"
    rows = _query(build, f"select payer, {sums} from {table}{where} group by payer order by 2 desc, 1", values)
    payers = {str(row.payer): int(row.no_remits) for row in rows.itertuples() if row.no_remits}
    return payers, sum(int(row.withdrawn) for row in rows.itertuples() if not row.no_remits)


@kept(Right.NUMBERS, max_entries=2)
def submitted(build: str) -> tuple[datetime.date, datetime.date] | None:
    """The first and the last day on which a claim is known to have been sent; None where no such day is known."""
    with _asking(build) as cursor:
        table = table_with(cursor, "cohort_fact", ("submission_date",))
    sql = f"select min(submission_date) as first, max(submission_date) as last from {table}"
    row = _query(build, sql, ()).iloc[0]
    return (row["first"], row["last"]) if row["first"] else None


@kept(Right.NUMBERS)
def undated(build: str, scope: Scope) -> tuple[int, int]:
    """Claims adjudicated in the scope, and of them those of which no submission date is known."""
    month = "submission_month"
    with _asking(build) as cursor:
        table, where, values = ask(cursor, "claim_fact", (month,), scope, with_reasons=False)
    without = f"sum(case when {month} is null then claim_count else 0 end) as undated"
    row = _query(build, f"select sum(claim_count) as claims, {without} from {table}{where}", values).iloc[0]
    return int(row["claims"] or 0), int(row["undated"] or 0)


@kept(Right.NUMBERS)
def playbook(build: str, procedure: str) -> History | None:
    """How often the procedure was denied in the last 12 months of the data, for what and by whom."""
    with _asking(build) as cursor:
        return history(cursor, procedure)


@kept(Right.SUMMARY, max_entries=4)
def summary(build: str, minimum: int) -> Summary | None:
    """What people see who may see no claim: small counts are withheld before anything leaves here."""
    with _asking(build) as cursor:
        return outside_summary(cursor, max(minimum, MINIMUM))
