"""Columns of texts of an 837 -> columns of what they mean, by the functions that the row reader reads them with."""

from collections.abc import Callable
from typing import NamedTuple, TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipelines.rows import Date, Oddity
from pipelines.x12.claim_segments import period
from pipelines.x12.columns import Column, Elements, Flags, Ints
from pipelines.x12.columns_values import as_dates
from pipelines.x12.values import ValueReader

EPOCH = 719_163  # date(1970, 1, 1).toordinal()
NO_DAY = np.iinfo(np.int64).min
NO_ELEMENT = 1 << 20  # the place of an element that no segment has
V = TypeVar("V")


def pick(column: pa.Array, rows: Ints) -> pa.Array:
    """These rows of a column; NULL for -1."""
    is_none = rows < 0
    return pa.nulls(len(rows), column.type) if is_none.all() else column.take(pa.array(rows, mask=is_none))


def has(table: Elements, segments: Ints, index: int | Ints) -> Flags:
    """Whether each segment has an element there that is not empty."""
    return table.column(segments, index).is_there


def joined(first: pa.StringArray, second: pa.StringArray, mark: str) -> pa.StringArray:
    """Both texts with a mark between them, or that one which is there."""
    if second.null_count == len(second):
        return first
    return pc.coalesce(pc.binary_join_element_wise(first, second, mark), first, second)


def read_each(column: Column, read: Callable[[ValueReader, str], V]) -> tuple[Ints, list[V], Flags]:
    """For each row which value it has (-1 for NULL), what each distinct text means, and which rows tell an oddity."""
    told: list[Oddity] = []
    values, reader, is_odd = [], ValueReader(told), []
    codes, texts = column.distinct()
    for text in texts:
        values.append(read(reader, text or ""))
        is_odd.append(bool(told) and text is not None)
        told.clear()
    return np.where(column.is_there, codes, -1), values, np.array(is_odd)[codes]


class Periods(NamedTuple):
    """First and last days of DTP segments in days since 1970, NO_DAY where there is none."""

    first: Ints
    last: Ints
    is_odd: Flags

    def at(self, rows: Ints) -> "Periods":
        """Those of some rows; NO_DAY for -1."""
        first, last, is_odd = self
        return Periods(np.append(first, NO_DAY)[rows], np.append(last, NO_DAY)[rows], np.append(is_odd, False)[rows])


def read_periods(table: Elements, segments: Ints, place: int) -> Periods:
    """The days that the format and value at `place` say; there are few formats, so one is read after the other."""
    periods = Periods(np.full(len(segments), NO_DAY), np.full(len(segments), NO_DAY), np.zeros(len(segments), bool))
    codes, forms = table.column(segments, place).distinct()
    for code in np.unique(codes).tolist():
        rows = np.flatnonzero(codes == code)
        _read_form(periods, rows, table.column(segments[rows], place + 1), forms[code] or "")
    return periods


def _read_form(periods: Periods, rows: Ints, column: Column, form: str) -> None:
    """Fill the rows of one format."""
    codes, days, is_odd = read_each(column, lambda reader, text: period(reader, 0, 0, ["", form, text], 1))
    for filled, part in ((periods.first, 0), (periods.last, 1)):
        filled[rows] = np.array([*(_day(both[part]) for both in days), NO_DAY])[codes]
    periods.is_odd[rows] = is_odd


def _day(date: Date | None) -> int:
    return NO_DAY if date is None else date.toordinal() - EPOCH


def day_column(days: Ints) -> pa.Array:
    """Days as dates, NO_DAY as NULL."""
    return as_dates(days, days != NO_DAY)


def words(table: Elements, segments: Ints, start: int | Ints) -> pa.StringArray:
    """What stands in each segment from element `start` on, `*` between the elements, none empty at the end."""
    counts = np.maximum(table.lengths[segments] - start, 0)
    bounds = np.append(0, np.cumsum(counts))
    places = np.arange(bounds[-1]) - np.repeat(bounds[:-1] - start, counts)
    elements = pc.fill_null(table.take(np.repeat(segments, counts), places), "")
    whole = pc.binary_join(pa.ListArray.from_arrays(pa.array(bounds, pa.int32()), elements), "*")
    whole = pc.utf8_rtrim(whole, "*")
    return pc.if_else(pc.equal(whole, ""), None, whole)
