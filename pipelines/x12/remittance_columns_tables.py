"""Columns of the rows of an 835 -> tables of the lake: the columns that say where a row belongs, and whole tables."""

from collections.abc import Hashable

import pyarrow as pa

from pipelines.rows.batch import RowBatch, arrow_schema, table_name
from pipelines.x12.columns import Flags, Ints
from pipelines.x12.columns_values import CENTS, Numbers, as_dates, decimals, number_within
from pipelines.x12.remittance_columns_loops import Loops, Taken

Columns = dict[str, pa.Array]


def batch(row_class: Hashable, columns: Columns) -> RowBatch:
    """A table of the lake; a column that is not given is NULL throughout."""
    schema = arrow_schema(row_class)
    size = len(columns["transaction_no"])
    arrays = [
        columns[name] if name in columns else pa.nulls(size, kind)
        for name, kind in zip(schema.names, schema.types, strict=True)
    ]
    return RowBatch(table_name(row_class), pa.Table.from_arrays(arrays, schema=schema))


def place(loops: Loops, taken: Taken, segments: Ints) -> Columns:
    """Which claim the rows of these segments belong to, and where in the file they stand."""
    owners = loops.owner[segments]
    return {
        "transaction_no": pa.array(taken.transaction_no[owners]),
        "claim_no": pa.array(taken.claim_no[owners]),
        "segment_no": pa.array(segments + loops.table.first_number),
        "byte_offset": pa.array(loops.table.offsets[segments]),
    }


def numbered(loops: Loops, segments: Ints) -> pa.Array:
    """Each row's number within its claim."""
    return pa.array(number_within(loops.owner[segments]))


def cents(numbers: Numbers, rows: Flags | Ints) -> pa.Array:
    """These rows' amounts."""
    return decimals(numbers.values[rows], numbers.is_there[rows], CENTS)


def whole_cents(values: Ints) -> pa.Array:
    """Amounts that are all known."""
    return decimals(values, None, CENTS)


def days_at(numbers: Numbers, slots: Ints) -> pa.Array:
    """The date at each slot, NULL where that is -1."""
    if not len(numbers.values):
        return pa.nulls(len(slots), pa.date32())
    return as_dates(numbers.values[slots], (slots >= 0) & numbers.is_there[slots])


def cents_at(numbers: Numbers, slots: Ints) -> pa.Array:
    """The amount at each slot, NULL where that is -1."""
    if not len(numbers.values):
        return pa.nulls(len(slots), CENTS)
    return decimals(numbers.values[slots], (slots >= 0) & numbers.is_there[slots], CENTS)
