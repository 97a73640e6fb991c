"""What a build is made from, as tables its SELECTs can name: the lake, the reference data and the ledger."""

import csv
import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines.gathered import attach_gathered, quoted, select_lake
from pipelines.lake import LAKE_TABLES, has_few_rows, sql_columns
from pipelines.ledger import Ledger
from pipelines.policy_matrix import records
from pipelines.policy_rows import POLICY_TABLES, fill

if TYPE_CHECKING:
    import duckdb


def create_lake_views(
    connection: "duckdb.DuckDBPyConnection", database: Path, folders: list[Path], schema: str | None = None
) -> None:
    """Each lake table is a view `lake_<table>` over exactly these folders, empty where none has rows.

    Those of small files are gathered in the database; those of large ones are read where they are. Without a schema
    the views are temporary.
    """
    is_small = {folder: has_few_rows(folder) for folder in folders}
    large = [folder for folder in folders if not is_small[folder]]
    attach_gathered(connection, database, [folder for folder in folders if is_small[folder]])
    for table in LAKE_TABLES:
        columns = ", ".join(sql_columns(table))
        select = f"select {columns} from gathered.{table}"
        if any((folder / f"{table}.parquet").exists() for folder in large):
            select = f"{select} union all {select_lake(table, large)}"
        name = f"temporary view lake_{table}" if schema is None else f"view {schema}.lake_{table}"
        connection.execute(f"create {name} as {select}")


def reference_type(column: str) -> str:
    """The SQL type of a reference column, by its name: codes stay text, whatever they look like."""
    if column.startswith("is_"):
        return "BOOLEAN"
    if column in ("valid_from", "valid_to") or column.endswith("_date"):
        return "DATE"
    if column in ("stage", "precedence") or column.endswith("_days"):
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


LEDGER_TABLES = {  # what stands now by people's decisions: the last word on each subject
    "ledger_override": "denial_id VARCHAR, family_id VARCHAR, line_key VARCHAR, root_cause VARCHAR, note VARCHAR,"
    " who VARCHAR, decided_at TIMESTAMP",
    "ledger_target": "kpi VARCHAR, target DECIMAL(18,4), who VARCHAR, decided_at TIMESTAMP",
    "ledger_bank_amount": "deposit_key VARCHAR, amount DECIMAL(18,2), who VARCHAR, decided_at TIMESTAMP",
    "ledger_closed": "denial_id VARCHAR, state VARCHAR, note VARCHAR, who VARCHAR, decided_at TIMESTAMP",
    **POLICY_TABLES,
}

BUILD_KINDS = ("root_cause_override", "target_set", "bank_amount", "line_closed")  # what those tables are made of


def decision_digest(ledger: Ledger) -> str:
    """Equal for two ledgers exactly when their tables are, policies aside: other decisions change no build."""
    digest = hashlib.sha256()
    for kind in BUILD_KINDS:
        for event in ledger.current(kind):
            digest.update(json.dumps([kind, event.subject, event.body, event.who, event.at], sort_keys=True).encode())
    return digest.hexdigest()


def policy_digest(ledger: Ledger) -> str:
    """Equal for two ledgers exactly when their policies are."""
    digest = hashlib.sha256()
    for policy in records(ledger):
        digest.update(repr(policy).encode())
    return digest.hexdigest()


def create_ledger_tables(connection: "duckdb.DuckDBPyConnection", ledger: Ledger) -> None:
    """The tables `ledger_*` hold what stands now: the last word on each subject."""
    for table, columns in LEDGER_TABLES.items():
        connection.execute(f"create or replace table {table} ({columns})")
    for event in ledger.current("root_cause_override"):
        family_id, _, line_key = event.subject.rpartition("|")
        body = [event.body["root_cause"], event.body.get("note")]
        _insert(connection, "ledger_override", [event.subject, family_id, line_key, *body, event.who, event.at])
    for event in ledger.current("target_set"):
        _insert(connection, "ledger_target", [event.subject, str(event.body["target"]), event.who, event.at])
    for event in ledger.current("bank_amount"):
        _insert(connection, "ledger_bank_amount", [event.subject, str(event.body["amount"]), event.who, event.at])
    for event in ledger.current("line_closed"):
        body = [event.body["state"], event.body.get("note")]
        _insert(connection, "ledger_closed", [event.subject, *body, event.who, event.at])
    fill(connection, ledger)


def _insert(connection: "duckdb.DuckDBPyConnection", table: str, values: list[Any]) -> None:
    connection.execute(f"insert into {table} values ({', '.join('?' * len(values))})", values)
