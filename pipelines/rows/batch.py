"""Many rows of one table at once, as Arrow columns: what a reader that works by columns yields, and what goes to disk.

The columns are the fields of the row class, in their order and with the types below; `file_id` comes in front in the
lake. Amounts and quantities travel as whole cents and thousandths and become decimals here, never through a float.
"""

import dataclasses
import datetime
import functools
import re
import types
import typing
from operator import attrgetter
from typing import TYPE_CHECKING, Any, NamedTuple

from pipelines.rows.units import Cents, Milli

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

LARGEST = 10**18 - 1  # eighteen digits, the width of DECIMAL(18,2)


class RowBatch(NamedTuple):
    """Rows of one lake table, with exactly the columns of `arrow_schema`."""

    table: str  # as `table_name` makes it
    rows: "pa.Table"


@functools.cache
def table_name(row_class: type) -> str:
    """The row class's name in snake_case: RemitLine -> remit_line."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", row_class.__name__).lower()


@functools.cache
def columns(row_class: type) -> dict[str, object]:
    """Column name -> its type (str, int, bool, date, datetime, Cents or Milli), in the order of the fields."""
    hints = typing.get_type_hints(row_class)
    return {field.name: _without_none(hints[field.name]) for field in dataclasses.fields(row_class)}


def _without_none(hint: Any) -> object:
    if typing.get_origin(hint) in (typing.Union, types.UnionType):
        return next(part for part in typing.get_args(hint) if part is not type(None))
    return hint


@functools.cache
def arrow_schema(row_class: type) -> "pa.Schema":
    """The Arrow schema of a row class, without `file_id`."""
    import pyarrow as pa

    arrow: dict[object, pa.DataType] = {
        str: pa.string(),
        int: pa.int64(),
        bool: pa.bool_(),
        datetime.date: pa.date32(),
        datetime.datetime: pa.timestamp("us"),
        Cents: pa.decimal128(18, 2),
        Milli: pa.decimal128(18, 3),
    }
    return pa.schema([(name, arrow[kind]) for name, kind in columns(row_class).items()])


def batch_of(same_rows: list[Any]) -> RowBatch:
    """Rows of one class as a batch; OverflowError where a number has more than eighteen digits."""
    row_class: type = type(same_rows[0])
    return RowBatch(table_name(row_class), to_table(same_rows))


def to_table(same_rows: list[Any]) -> "pa.Table":
    """The Arrow table of rows of one class."""
    import pyarrow as pa

    row_class: type = type(same_rows[0])
    schema = arrow_schema(row_class)
    by_column = zip(*map(attrgetter(*schema.names), same_rows), strict=True)
    arrays = [_array(values, kind) for values, kind in zip(by_column, schema.types, strict=True)]
    return pa.Table.from_arrays(arrays, schema=schema)


def _array(values: tuple[Any, ...], kind: "pa.DataType") -> "pa.Array":
    import numpy as np
    import pyarrow as pa

    if not pa.types.is_decimal(kind):
        return pa.array(values, kind)
    valid, whole = pa.array(values, pa.int64()).buffers()
    return decimals(np.frombuffer(whole, np.int64, len(values)), kind, valid)  # Arrow writes 0 where there is none


def decimals(
    whole: "np.ndarray[Any, np.dtype[np.int64]]", kind: "pa.DataType", valid: "pa.Buffer | None"
) -> "pa.Array":
    """Whole cents (or thousandths) as decimals of the same digits; `valid` is Arrow's bitmap, None where all are.

    The integer is the decimal's own storage form: 128 bits, little-endian, the low word and then the sign's.
    OverflowError where one has more than eighteen digits.
    """
    import numpy as np
    import pyarrow as pa

    if len(whole) and (whole.max() > LARGEST or whole.min() < -LARGEST):
        raise OverflowError("more than eighteen digits")
    both = np.empty((len(whole), 2), dtype=np.int64)
    both[:, 0], both[:, 1] = whole, whole >> 63
    return pa.Array.from_buffers(kind, len(whole), [valid, pa.py_buffer(both)])
