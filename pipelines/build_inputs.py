"""What a build is made from, as tables its SELECTs can name: the lake, the reference data and the ledger."""

import csv
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.gathered import attach_gathered, quoted, select_lake
from pipelines.lake import LAKE_TABLES, sql_columns
from pipelines.ledger import Ledger

if TYPE_CHECKING:
    import duckdb


def create_lake_views(
    connection: "duckdb.DuckDBPyConnection", database: Path, small: list[Path], large: list[Path]
) -> None:
    """Each lake table is a temporary view `lake_<table>` over exactly these folders, empty where none has rows.

    Those of small files are gathered in the database; those of large ones are read where they are.
    """
    attach_gathered(connection, database, small)
    for table in LAKE_TABLES:
        columns = ", ".join(sql_columns(table))
        select = f"select {columns} from gathered.{table}"
        if any((folder / f"{table}.parquet").exists() for folder in large):
            select = f"{select} union all {select_lake(table, large)}"
        connection.execute(f"create temporary view lake_{table} as {select}")


def reference_type(column: str) -> str:
    """The SQL type of a reference column, by its name: codes stay text, whatever they look like."""
    if column.startswith("is_"):
        return "BOOLEAN"
    if column in ("valid_from", "valid_to") or column.endswith("_date"):
        return "DATE"
    if column in ("stage", "precedence"):
        return "INTEGER"
    return "DECIMAL(18,4)" if column in ("target", "value") else "VARCHAR"


def create_reference_tables(connection: "duckdb.DuckDBPyConnection", folder: Path) -> None:
    """Each CSV (or Parquet file) of the folder but the demo's own is a table `ref_<stem>`; empty cells are NULL."""
    for path in sorted(folder.glob("*.csv")):
        if path.stem.startswith("demo_"):
            continue
        with path.open(encoding="utf-8", newline="") as handle:
            header = next(csv.reader(handle))
        types = ", ".join(f"{quoted(name)}: {quoted(reference_type(name))}" for name in header)
        connection.execute(
            f"create table ref_{path.stem} as select * from read_csv({quoted(str(path))}, header = true,"
            f" auto_detect = false, delim = ',', quote = '\"', escape = '\"', columns = {{{types}}})"
        )
    for path in sorted(folder.glob("*.parquet")):
        connection.execute(f"create table ref_{path.stem} as select * from read_parquet({quoted(str(path))})")


def create_ledger_tables(connection: "duckdb.DuckDBPyConnection", ledger: Ledger) -> None:
    """`ledger_override` and `ledger_target` hold what stands now: the last word on each subject."""
    connection.execute(
        "create table ledger_override (denial_id VARCHAR, family_id VARCHAR, line_key VARCHAR,"
        " root_cause VARCHAR, note VARCHAR, who VARCHAR, decided_at TIMESTAMP)"
    )
    for event in ledger.current("root_cause_override"):
        family_id, _, line_key = event.subject.rpartition("|")
        values = [
            event.subject,
            family_id,
            line_key,
            event.body["root_cause"],
            event.body.get("note"),
            event.who,
            event.at,
        ]
        connection.execute("insert into ledger_override values (?, ?, ?, ?, ?, ?, ?)", values)
    connection.execute(
        "create table ledger_target (kpi VARCHAR, target DECIMAL(18,4), who VARCHAR, decided_at TIMESTAMP)"
    )
    for event in ledger.current("target_set"):
        values = [event.subject, str(event.body["target"]), event.who, event.at]
        connection.execute("insert into ledger_target values (?, ?, ?, ?)", values)
