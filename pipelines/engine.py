"""Where SELECTs run, and where the tables that they make are kept: in DuckDB here, or on Spark (engine_spark.py).

The SELECTs are the same for both. What is written twice is what stands in these two classes, and nothing else.
"""

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    import duckdb


class Engine(Protocol):
    """Runs SELECTs of the shared dialect; each may name every table that was made or shown before."""

    def make(self, table: str, select: str, is_view: bool = False) -> None:
        """The table holds the SELECT's answer; where that is cheap, a view asks for it each time."""

    def rows(self, select: str) -> list[tuple[Any, ...]]:
        """Every row of the SELECT's answer, which is to be small."""

    def columns(self, table: str) -> list[str]:
        """The table's columns, in order; none where there is no such table."""


class DuckEngine:
    """Tables are made in the database that the connection uses."""

    def __init__(self, connection: "duckdb.DuckDBPyConnection") -> None:
        self.connection = connection

    def make(self, table: str, select: str, is_view: bool = False) -> None:
        """The table, or a view where one is wanted, is there."""
        self.connection.execute(f"create {'view' if is_view else 'table'} {table} as\n{select}")

    def rows(self, select: str) -> list[tuple[Any, ...]]:
        """Every row of the answer."""
        return self.connection.execute(select).fetchall()

    def columns(self, table: str) -> list[str]:
        """The columns, in order; none where there is no such table."""
        known = "select 1 from information_schema.tables where table_name = ?"
        if not self.connection.execute(known, [table]).fetchall():
            return []
        return [str(row[0]) for row in self.connection.execute(f"describe {table}").fetchall()]
