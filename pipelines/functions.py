"""The functions that every engine spells its own way: `days_between`, `days_after` and `text_matches`.

A build keeps them as macros, for whoever asks it in SQL. While it is made, `text_matches` is a function of our own:
DuckDB compiles a pattern that comes from a table once per row (0.1 ms), this one once per pattern and batch.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import duckdb

DAYS_BETWEEN = "create or replace macro days_between(a, b) as date_diff('day', cast(a as date), cast(b as date))"
DAYS_AFTER = "create or replace macro days_after(day, n) as cast(day as date) + cast(n as integer)"
TEXT_MATCHES = "create or replace macro text_matches(given, pattern) as regexp_matches(given, pattern)"


def register(connection: "duckdb.DuckDBPyConnection") -> None:
    """SELECTs on this connection can call these functions."""
    connection.execute(DAYS_BETWEEN)
    connection.execute(DAYS_AFTER)
    connection.execute("drop macro if exists text_matches")  # what a build keeps for its readers is slower
    kind: Any = "arrow"
    connection.create_function("text_matches", text_matches, ["VARCHAR", "VARCHAR"], "BOOLEAN", type=kind)


def keep(connection: "duckdb.DuckDBPyConnection") -> None:
    """The database in use keeps these functions for its readers."""
    connection.remove_function("text_matches")
    connection.execute(TEXT_MATCHES)


def text_matches(texts: Any, patterns: Any) -> Any:
    """Whether each pattern (RE2) occurs in its text: Arrow arrays in and out; DuckDB itself reads these annotations."""
    import numpy
    import pyarrow as pa
    import pyarrow.compute as pc

    given, known = pa.concat_arrays(texts.chunks), pa.concat_arrays(patterns.chunks).dictionary_encode()
    at_pattern = numpy.asarray(known.indices)
    found = numpy.zeros(len(given), dtype=bool)
    for number, pattern in enumerate(known.dictionary.to_pylist()):
        places = numpy.flatnonzero(at_pattern == number)
        found[places] = pc.match_substring_regex(given.take(pa.array(places)), pattern).to_numpy(zero_copy_only=False)
    return pa.array(found)
