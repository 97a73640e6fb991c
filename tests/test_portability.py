"""Every SELECT runs unchanged on a second engine and adds up to the same."""

import re
from decimal import Decimal
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from datafusion import SessionContext, udf

from pipelines.build import CHECKS_FOLDER, SQL_FOLDER
from pipelines.tables import TABLES
from tests.warehouse import query, warehouse
from tests.whole_practice import POLICIES, practice

SELECTS = {path.stem: path for folder in (SQL_FOLDER, CHECKS_FOLDER) for path in sorted(folder.glob("*.sql"))}
FORBIDDEN = (
    r"\bvarchar\b|\bqualify\b|\bexclude\b|group by all|\bunnest\b|\bextract\b|\binterval\b"
    r"|\bepoch\b|\bstruct\b|/|;|\[|\{|::"
)


def _days_between(first: pa.Array, last: pa.Array) -> pa.Array:
    return pc.cast(pc.days_between(first, last), pa.int64())


def _days_after(day: pa.Array, count: pa.Array) -> pa.Array:
    return pc.cast(pc.add(pc.cast(day, pa.int32()), pc.cast(count, pa.int32())), pa.date32())


def _text_matches(given: pa.Array, patterns: pa.Array) -> pa.Array:
    pairs = zip(given.to_pylist(), patterns.to_pylist(), strict=True)
    return pa.array([None if None in pair else _matches(*pair) for pair in pairs], pa.bool_())


def _matches(text: str, pattern: str) -> bool:
    return bool(pc.match_substring_regex(pa.scalar(text), pattern).as_py())


def _second_engine(connection: duckdb.DuckDBPyConnection) -> SessionContext:
    """DataFusion with the same lake, reference and ledger tables, and every SELECT run on them."""
    context = SessionContext()
    context.register_udf(udf(_days_between, [pa.date32(), pa.date32()], pa.int64(), "immutable", "days_between"))
    context.register_udf(udf(_days_after, [pa.date32(), pa.int64()], pa.date32(), "immutable", "days_after"))
    context.register_udf(udf(_text_matches, [pa.string(), pa.string()], pa.bool_(), "immutable", "text_matches"))
    inputs = query(
        connection,
        "select table_name from information_schema.tables where not table_name in (select unnest(?))".replace(
            "?", repr(list(TABLES))
        ),
    )
    for (name,) in inputs:
        table = connection.cursor().sql(f"select * from {name}").to_arrow_table()
        context.register_record_batches(name, [table.to_batches() or [_empty(table.schema)]])
    for table in TABLES:
        frame = context.sql(SELECTS[table].read_text(encoding="utf-8"))
        context.register_record_batches(table, [frame.collect() or [_empty(frame.schema())]])
    return context


def _empty(schema: pa.Schema) -> pa.RecordBatch:
    return pa.RecordBatch.from_arrays([pa.array([], kind) for kind in schema.types], schema=schema)


def _sums(columns: list[tuple[str, str]]) -> str:
    """A SELECT that adds up a table: amounts and counts as they are, of anything else how often it is there."""
    parts = ["count(*)"]
    for name, kind in columns:
        is_number = kind in ("BIGINT", "INTEGER", "HUGEINT") or kind.startswith("DECIMAL")
        parts.append(f"sum({name})" if is_number else f"count({name})")
        if kind == "BOOLEAN":
            parts.append(f"sum(case when {name} then 1 else 0 end)")
        if kind == "VARCHAR":
            parts.append(f"sum(length({name}))")
            parts.append(f"count(distinct {name})")
    return ", ".join(parts)


@pytest.fixture(scope="module")
def engines() -> tuple[duckdb.DuckDBPyConnection, SessionContext]:
    """The same practice on both engines."""
    connection = warehouse(practice(), policies=POLICIES)
    return connection, _second_engine(connection)


@pytest.mark.parametrize("table", TABLES)
def test_same_sums(engines: tuple[duckdb.DuckDBPyConnection, SessionContext], table: str) -> None:
    """DataFusion finds the same rows: equal counts, sums, and lengths of texts in every column."""
    connection, context = engines
    columns = [(str(row[0]), str(row[1])) for row in query(connection, f"describe {table}")]
    sql = f"select {_sums(columns)} from {table}"
    expected = [_plain(value) for value in query(connection, sql)[0]]
    actual = [_plain(column[0].as_py()) for batch in context.sql(sql).collect() for column in batch.columns]
    assert expected == actual


@pytest.mark.parametrize("name", [path.stem for path in sorted(CHECKS_FOLDER.glob("*.sql"))])
def test_checks_agree(engines: tuple[duckdb.DuckDBPyConnection, SessionContext], name: str) -> None:
    """A check finds nothing on either engine."""
    connection, context = engines
    sql = SELECTS[name].read_text(encoding="utf-8")
    rows = [row for batch in context.sql(sql).collect() for row in batch.to_pylist()]
    assert ([], []) == (query(connection, sql), rows)


def _plain(value: Any) -> Any:
    return Decimal(value) if isinstance(value, int | Decimal) else value


@pytest.mark.parametrize("name", SELECTS)
def test_dialect(name: str) -> None:
    """A SELECT uses nothing that only one engine knows."""
    text = re.sub(r"--.*|'[^']*'", "", SELECTS[name].read_text(encoding="utf-8"))
    assert [] == re.findall(FORBIDDEN, text)


@pytest.mark.parametrize("name", SELECTS)
def test_plain_literals(name: str) -> None:
    """A text holds no quote and no backslash: two quotes in a row are one on some engines and none on others."""
    text = re.sub(r"--.*", "", SELECTS[name].read_text(encoding="utf-8"))
    assert [] == [one for one in re.findall(r"'(?:[^']|'')*'", text) if "'" in one[1:-1] or "\\" in one]


def test_null_order(engines: tuple[duckdb.DuckDBPyConnection, SessionContext]) -> None:
    """Nulls first, as Spark has it, or last, as DuckDB does: every `order by` says which, or it does not matter."""
    first = warehouse(practice(), policies=POLICIES, null_order="nulls_first")
    for table in TABLES:
        assert (table, rows_of(engines[0], table)) == (table, rows_of(first, table))


def rows_of(connection: duckdb.DuckDBPyConnection, table: str) -> list[str]:
    """Every row of the table, in an order of its own."""
    return sorted(map(repr, query(connection, f"select * from {table}")))


@pytest.mark.parametrize("name", SELECTS)
def test_lower_case(name: str) -> None:
    """SQL is in lower case, in lines of at most 120 characters, and ends with its last step."""
    text = SELECTS[name].read_text(encoding="utf-8")
    code = re.sub(r"--.*|'[^']*'", "", text)
    assert (code.lower(), [], True) == (
        code,
        [one for one in text.splitlines() if len(one) > 120],
        text.endswith(")\nselect * from final\n"),
    )
