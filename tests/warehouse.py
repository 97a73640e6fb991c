"""Rows -> lake -> build, in a temporary folder and in memory: what the tests of classifying and measuring stand on."""

import dataclasses
import datetime
import functools
import hashlib
import re
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from pipelines import functions, policy_rows
from pipelines.build import CHECKS_FOLDER, SQL_FOLDER
from pipelines.build_inputs import LEDGER_TABLES, create_reference_tables
from pipelines.lake import LAKE_TABLES, File, LakeWriter, read_few_rows, sql_columns
from pipelines.policy import Policy
from pipelines.reference import reference_dir
from pipelines.rows import Row
from pipelines.tables import TABLES
from tests.practice import Claim, Day, remit

Files = Mapping[str, Iterable[Row]]
Event = tuple[Day, Claim]
MARCH = Day(2026, 3, 2)
WHEN = datetime.datetime(2026, 11, 1)


def file_id(name: str) -> str:
    """The file id that a test file of this name gets."""
    return hashlib.sha256(name.encode()).hexdigest()[:12]


def write_lake(folder: Path, files: Mapping[str, Iterable[Row]]) -> list[Path]:
    """One lake folder per named file."""
    folders = []
    for name, rows in files.items():
        kind = "denial_log" if name.startswith("log") else "837P" if name.startswith("837") else "835"
        home = folder / file_id(name)
        home.mkdir()
        writer = LakeWriter(home, file_id(name), name)
        writer.write([File(file_id(name) * 5, name, kind, "loaded", 0, WHEN), *rows])
        writer.close()
        folders.append(home)
    return folders


def create_lake_tables(connection: duckdb.DuckDBPyConnection, folders: list[Path]) -> None:
    """Each lake table is a table `lake_<table>`, empty where no file has rows for it."""
    for table in LAKE_TABLES:
        columns = ", ".join(f"{name} {kind}" for name, kind in sql_columns(table).items())
        connection.execute(f"create table lake_{table} ({columns})")
    arrived: dict[str, list[pa.Table]] = {}
    for folder in folders:
        for table, rows in read_few_rows(folder).items():
            arrived.setdefault(table, []).append(rows)
    for table, parts in arrived.items():  # all files at once: a statement costs more than its rows
        connection.register("arrived", pa.concat_tables(parts))
        connection.execute(f"insert into lake_{table} select * from arrived")


@functools.cache
def made_from(table: str) -> frozenset[str]:
    """The table and all that its SELECT stands on, by what it reads from; a CTE called like a table costs only time."""
    text = re.sub(r"--.*", "", (SQL_FOLDER / f"{table}.sql").read_text(encoding="utf-8"))
    before = set(re.findall(r"\b(?:from|join)\s+(\w+)", text)).intersection(TABLES[: TABLES.index(table)])
    return frozenset({table, "source_file"}.union(*map(made_from, before)))  # by the file a test knows its rows


def warehouse(
    files: Mapping[str, Iterable[Row]],
    upto: str | Sequence[str] | None = None,
    overrides: Mapping[str, str] = {},
    bank_amounts: Mapping[str, str] = {},
    closed: Mapping[str, str] = {},
    policies: Sequence[Policy] = (),
    null_order: str = "nulls_last",
) -> duckdb.DuckDBPyConnection:
    """A connection that holds the tables of a build of these files: all, or those named and what they stand on."""
    connection = duckdb.connect(":memory:")
    connection.execute("set threads = 1")
    connection.execute(f"set default_null_order = '{null_order}'")
    functions.register(connection)
    for name, columns in LEDGER_TABLES.items():
        connection.execute(f"create table {name} ({columns})")
    for denial_id, root_cause in overrides.items():
        connection.execute(
            "insert into ledger_override values (?, null, null, ?, null, 'tester', null)", [denial_id, root_cause]
        )
    for key, amount in bank_amounts.items():
        connection.execute("insert into ledger_bank_amount values (?, ?, 'tester', null)", [key, amount])
    for denial_id, state in closed.items():
        connection.execute("insert into ledger_closed values (?, ?, null, 'tester', null)", [denial_id, state])
    policy_rows.fill(connection, policies)
    create_reference_tables(connection, reference_dir())
    with tempfile.TemporaryDirectory() as folder:
        create_lake_tables(connection, write_lake(Path(folder), files))
        named = TABLES if upto is None else [upto] if isinstance(upto, str) else upto
        wanted = frozenset().union(*map(made_from, named))
        for table in (one for one in TABLES if one in wanted):
            text = (SQL_FOLDER / f"{table}.sql").read_text(encoding="utf-8")
            connection.execute(f"create table {table} as\n{text}")
    return connection


def query(connection: duckdb.DuckDBPyConnection, sql: str) -> list[tuple[Any, ...]]:
    """Every row of a query."""
    return connection.cursor().execute(sql).fetchall()


def failures(connection: duckdb.DuckDBPyConnection) -> dict[str, list[tuple[Any, ...]]]:
    """Check -> the rows that must not exist."""
    found = {path.stem: query(connection, path.read_text(encoding="utf-8")) for path in CHECKS_FOLDER.glob("*.sql")}
    return {name: rows for name, rows in found.items() if rows}


def found(files: Files, table: str, columns: str, order: str = "1") -> list[Any]:
    """The columns of every row of a table; of one column the values alone."""
    rows = query(warehouse(files, table), f"select {columns} from {table} order by {order}")
    return [row[0] if len(row) == 1 else row for row in rows]


def lines(*claims: Claim | tuple[Day, Claim], columns: str, table: str = "family_line") -> list[Any]:
    """The columns of every line of a family, in the order of claim and line, when these claim payments come."""
    dated = [one if isinstance(one, tuple) else (MARCH, one) for one in claims]
    files = {f"era-{number}": remit(day, one, trace=f"T{number}") for number, (day, one) in enumerate(dated)}
    return found(files, table, columns, "family_id, line_key, event_no" if "event" in table else "family_id, line_key")


def each(
    cases: Mapping[str, Sequence[Event]], table: str, columns: str, extra: Files | None = None
) -> dict[str, list[Any]]:
    """Case -> the columns of its rows, in the order of claim and line. All cases go through one build."""
    files: dict[str, Iterable[Row]] = dict(extra or {})
    homes: dict[str, str] = {}
    for number, (name, events) in enumerate(cases.items()):
        for position, (day, one) in enumerate(events):
            era = f"era-{number}-{position}"
            files[era] = remit(day, _own(number, one), trace=era)
            homes[file_id(era)] = name
    rows = query(warehouse(files, table), f"select file_id, {columns} from {table} order by family_id, line_no")
    answers: dict[str, list[Any]] = {name: [] for name in cases}
    for home, *values in rows:
        if home in homes:
            answers[homes[home]].append(values[0] if len(values) == 1 else tuple(values))
    return answers


def _own(number: int, one: Claim) -> Claim:
    """The claim payment with numbers that no other case has; filler and missing numbers stay as they are."""
    own = {
        name: f"{value}x{number}" for name in ("pcn", "icn", "f8") if (value := getattr(one, name)) and value.strip("0")
    }
    return dataclasses.replace(one, **own)
