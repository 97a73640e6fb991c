"""Columns of elements -> columns of values: each distinct text is read once, by the readers that rows are read with.

So a column means by construction what the row readers mean. What they would tell as an oddity is not told here but
marked: `Numbers.is_odd` says where, and the loop it stands in is read by rows.
"""

from collections.abc import Callable, Collection
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from pipelines.rows import Date, Oddity
from pipelines.x12.columns import Column, Flags, Ints, Words
from pipelines.x12.values import ValueReader

EPOCH = 719_163  # date(1970, 1, 1).toordinal()
LARGEST = 10**13  # a hundred billion dollars in cents: sums over a part of such amounts stay within 64 bits
ODD, NONE = LARGEST + 1, LARGEST + 2
REMEMBERED = 1 << 16
CENTS, MILLI = pa.decimal128(18, 2), pa.decimal128(18, 3)


class Numbers(NamedTuple):
    """A column of whole numbers (cents, thousandths, days since 1970), 0 where there is none."""

    values: Ints
    is_there: Flags
    is_odd: Flags  # there is a text, and reading it tells an oddity


class DistinctValues:
    """Reads columns of amounts, quantities and dates; what was read in one part is known in the next."""

    def __init__(self) -> None:
        self._told: list[Oddity] = []
        values = ValueReader(self._told)
        self._amounts = _Known(self._told, lambda text: values.amount([text], 0, 0, 0))
        self._quantities = _Known(self._told, lambda text: values.quantity([text], 0, 0, 0))
        self._days = _Known(self._told, lambda text: _day(values.date([text], 0, 0, 0)))

    def amounts(self, column: Column | pa.StringArray) -> Numbers:
        """Whole cents."""
        return self._amounts.of(column)

    def quantities(self, column: Column | pa.StringArray) -> Numbers:
        """Whole thousandths."""
        return self._quantities.of(column)

    def dates(self, column: Column | pa.StringArray) -> Numbers:
        """Days since 1970-01-01."""
        return self._days.of(column)


def _day(date: Date | None) -> int | None:
    return None if date is None else date.toordinal() - EPOCH


class _Known(dict[str | None, int]):
    """What each text is as a number, read when first asked for; NONE for no text, ODD for what tells an oddity."""

    def __init__(self, told: list[Oddity], read: Callable[[str], int | None]) -> None:
        super().__init__({None: NONE})
        self._told, self._read = told, read

    def __missing__(self, text: str) -> int:
        number = self._read(text)
        known = self[text] = ODD if number is None or self._told or abs(number) > LARGEST else number
        self._told.clear()
        return known

    def of(self, column: Column | pa.StringArray) -> Numbers:
        """The column's numbers."""
        codes, texts = _words(column)
        values = np.array([self[text] for text in texts], dtype=np.int64)[codes]
        if len(self) > REMEMBERED:
            self.clear()
            self[None] = NONE
        is_there = values <= LARGEST
        return Numbers(values * is_there, is_there, values == ODD)


class Coded(NamedTuple):
    """A column of few texts: each row's place among the words, the last of which is None."""

    codes: Ints
    words: list[str | None]

    def array(self, rows: Flags | Ints) -> pa.StringArray:
        """These rows as strings."""
        return pa.array(self.words, pa.string()).take(pa.array(self.codes[rows] % len(self.words)))

    def each(self, convert: Callable[[str | None], int]) -> Words:
        """For each row the number of its text."""
        return np.array([convert(word) for word in self.words], dtype=np.uint64)[self.codes]

    def among(self, words: Collection[str | None]) -> Flags:
        """Which rows have one of these texts."""
        return np.array([word in words for word in self.words])[self.codes]


def coded(column: Column | pa.StringArray, reword: Callable[[str], str] = str) -> Coded:
    """The column's texts, each reworded."""
    codes, words = _words(column)
    return Coded(codes, [None if word is None else reword(word) for word in words])


def _words(column: Column | pa.StringArray) -> tuple[Ints, list[str | None]]:
    if isinstance(column, Column):
        return column.distinct()
    codes, texts = distinct(column)
    return codes, [*texts, None]


def distinct(column: pa.StringArray) -> tuple[Ints, list[str]]:
    """For each row which text it has, -1 for NULL; and the texts."""
    encoded = column.dictionary_encode()
    codes = encoded.indices if encoded.null_count == 0 else encoded.indices.fill_null(-1)
    return np.asarray(codes), encoded.dictionary.to_pylist()


def reworded(column: pa.StringArray, reword: Callable[[str], str | None]) -> pa.StringArray:
    """The column with each distinct text reworded."""
    encoded = column.dictionary_encode()
    given = encoded.dictionary.to_pylist()
    told = [reword(text) for text in given]
    return column if told == given else pa.array(told, pa.string()).take(encoded.indices)


def decimals(values: Ints, is_there: Flags | None, kind: pa.DataType) -> pa.Array:
    """Whole cents (or thousandths) as decimals of the same digits: the integer is the decimal's own storage form."""
    both = np.empty((len(values), 2), dtype=np.int64)
    both[:, 0], both[:, 1] = values, values >> 63  # 128 bits, little-endian: the low word, then the sign's
    return pa.Array.from_buffers(kind, len(values), [_validity(is_there), pa.py_buffer(both)])


def as_dates(days: Ints, is_there: Flags | None) -> pa.Array:
    """Days since 1970-01-01 as dates."""
    buffers = [_validity(is_there), pa.py_buffer(days.astype(np.int32))]
    return pa.Array.from_buffers(pa.date32(), len(days), buffers)


def _validity(is_there: Flags | None) -> pa.Buffer | None:
    return None if is_there is None or is_there.all() else pa.py_buffer(np.packbits(is_there, bitorder="little"))


def number_within(parents: Ints) -> Ints:
    """Each row's number within its run of equal parents, from 1."""
    is_first = np.append(True, parents[1:] != parents[:-1])[: len(parents)]
    places = np.arange(len(parents))
    return places - np.maximum.accumulate(np.where(is_first, places, 0)) + 1


def sums_between(values: Ints, bounds: Ints) -> Ints:
    """The sum from each bound until before the next; unlike np.add.reduceat it is 0 where nothing is between."""
    totals = np.append(0, np.cumsum(values))
    return np.diff(totals[bounds])
