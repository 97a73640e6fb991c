"""Content keys of many claims at once: what `remittance_key` reckons for one, by columns."""

import numpy as np
import pyarrow as pa

from pipelines.x12.columns import FIRST_BYTES, WINDOW, Elements, Ints, Words
from pipelines.x12.columns_values import Numbers
from pipelines.x12.remittance_key import HALF, MULTIPLIER, NOTHING, STEP

SHIFT, FACTOR = np.uint64(HALF), np.uint64(MULTIPLIER)
DIGITS = np.array([int.from_bytes(f"{byte:02x}".encode(), "little") for byte in range(256)], dtype=np.uint16)


def mixed(key: Words, number: Words) -> Words:
    """As `remittance_key.mixed`, for each row."""
    product = (key ^ number) * FACTOR
    return product ^ (product >> SHIFT)


def part_numbers(kind: int, *columns: Words) -> Words:
    """As `remittance_key.part_number`, for each row."""
    number = np.full(len(columns[0]), kind, dtype=np.uint64)
    for column in columns:
        number = mixed(number, column)
    return number


def of_numbers(column: Numbers) -> Words:
    """Amounts as numbers of the key."""
    return np.where(column.is_there, column.values.view(np.uint64), np.uint64(NOTHING))


def of_texts(table: Elements, segments: Ints, index: int) -> Words:
    """As `remittance_key.text_number`, for one element of each of these segments."""
    column = table.column(segments, index)
    starts, lengths = column.starts, column.ends - column.starts
    numbers = lengths.astype(np.uint64)
    for done in range(0, int(lengths.max(initial=0)), WINDOW):
        rows = np.flatnonzero(lengths > done)
        words = table.windows(starts[rows] + done) & FIRST_BYTES[np.minimum(lengths[rows] - done, WINDOW)]
        numbers[rows] = mixed(numbers[rows], words)
    return np.where(column.is_there, numbers, np.uint64(NOTHING))


def claim_keys(parts: Words, owners: Ints, claims: int) -> Words:
    """The key of each claim out of its parts, which come in the order of the file; `owners` says whose they are."""
    bounds = np.searchsorted(owners, np.arange(claims + 1))
    after = bounds[1:][owners] - np.arange(len(parts)) - 1  # parts of the same claim that come later
    powers = np.cumprod(np.append(np.uint64(1), np.full(after.max(initial=0), STEP, dtype=np.uint64)))
    totals: Words = np.append(np.uint64(0), np.cumsum(parts * powers[after]))
    keys: Words = totals[bounds[1:]] - totals[bounds[:-1]]
    return keys


def as_texts(keys: Words) -> pa.StringArray:
    """The keys as they stand in the lake: sixteen digits each."""
    digits = DIGITS[keys.astype(">u8").view(np.uint8)]
    ends = np.arange(len(keys) + 1, dtype=np.int32) * (2 * WINDOW)
    return pa.Array.from_buffers(pa.string(), len(keys), [None, pa.py_buffer(ends), pa.py_buffer(digits)])
