"""Pure queries: what pages ask of the database, against the same sums on the smallest table that could give them."""

import contextlib
import itertools
import time
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.timing import Bar, Section, Timed
from pipelines.asking import catalog, knowing
from pipelines.kpis import KPIS, Kpi
from pipelines.measure import measure
from pipelines.store import Store

if TYPE_CHECKING:
    import duckdb

ASKED = ("denial_rate", "denial_rate_lines", "denied_amount", "m_code_ratio", "first_pass_resolution_rate")
PARTED = ("", "payer", "month", "provider", "procedure", "place_of_service", "category", "root_cause")
TIMES = 2  # the time of the same aggregate on the roll-up


def measure_questions(home: Path, runs: int) -> Section:
    """Some KPIs, whole and by dimension: as pages ask, on the smallest table that has the columns, and on the fact."""
    floor, asked, fact = Timed("smallest table", []), Timed("as pages ask", []), Timed("the fact itself", [])
    with contextlib.closing(Store(home).connect()) as connection, knowing(catalog(connection)):
        widths = _tables(connection)
        for _ in range(runs):
            for name, part in itertools.product(ASKED, PARTED):
                kpi = KPIS[name]
                columns = _columns(kpi, part)
                if columns <= widths[kpi.fact][1]:
                    floor.seconds.append(_took(connection, kpi, part, _smallest(widths, kpi.fact, columns)))
                    asked.seconds.append(_asked(connection, name, part))
                    fact.seconds.append(_took(connection, kpi, part, kpi.fact))
    bars = [Bar("a question, in times of the same sums", sum(asked.seconds) / sum(floor.seconds), TIMES)]
    note = f"{len(ASKED)} KPIs, whole and by {len(PARTED) - 1} dimensions, all dates."
    return Section("Questions to the database", note, [floor, asked, fact], bars)


def _tables(connection: "duckdb.DuckDBPyConnection") -> dict[str, tuple[int, set[str]]]:
    """Each table of the build -> its rows and columns."""
    found = connection.execute(
        "select table_name, coalesce(max(estimated_size), 1000000000000), list(column_name) from duckdb_columns()"
        " left join (select table_name, estimated_size from duckdb_tables()) using (table_name) group by table_name"
    )
    return {name: (rows, set(columns)) for name, rows, columns in found.fetchall()}


def _columns(kpi: Kpi, part: str) -> set[str]:
    names = (kpi.numerator, kpi.denominator or kpi.numerator)
    return {name.format(scope="core") for name in names} | ({part} if part else set())


def _smallest(widths: dict[str, tuple[int, set[str]]], fact: str, columns: set[str]) -> str:
    fit = [name for name, (_, own) in widths.items() if name.startswith(f"{fact}_by_") and columns <= own]
    return min([*fit, fact], key=lambda name: widths[name][0])


def _took(connection: "duckdb.DuckDBPyConnection", kpi: Kpi, part: str, table: str) -> float:
    """Seconds of the bare sums."""
    sums = ", ".join(f"sum({name})" for name in sorted(_columns(kpi, "")))
    query = f"select {part}, {sums} from {table} group by {part}" if part else f"select {sums} from {table}"
    started = time.perf_counter()
    connection.cursor().execute(query).fetchall()
    return time.perf_counter() - started


def _asked(connection: "duckdb.DuckDBPyConnection", name: str, part: str) -> float:
    started = time.perf_counter()
    measure(connection, [name], (part,) if part else ())
    return time.perf_counter() - started
