"""CAS by columns: the adjustments of regular claims and of their lines, and what they add up to."""

import numpy as np
import pyarrow as pa

from pipelines.rows import Adjustment
from pipelines.rows.batch import RowBatch
from pipelines.x12.columns import Flags, Ints, Words
from pipelines.x12.columns_values import MILLI, DistinctValues, coded, decimals, number_within, sums_between
from pipelines.x12.remittance_columns_key import mixed, of_numbers, part_numbers
from pipelines.x12.remittance_columns_loops import Loops, Taken
from pipelines.x12.remittance_columns_tables import batch, cents, numbered, place
from pipelines.x12.remittance_key import ADJUSTMENT, code_number
from pipelines.x12.triplets import TRIPLET

MOST = 6  # triplets of a CAS
FIRST = 2  # the first triplet's reason is CAS02


class Adjustments:
    """The CAS of a part, triplet by triplet; `segments` and `owners` say where each triplet stands."""

    def __init__(self, loops: Loops, values: DistinctValues) -> None:
        table, every = loops.table, loops.of("CAS")
        self.loops, self._every = loops, every
        counts = np.maximum(0, (table.lengths[every] - FIRST + TRIPLET - 1) // TRIPLET)
        loops.refuse(every[(counts == 0) | (counts > MOST)])
        self._rows = np.repeat(np.arange(len(every)), counts)
        self._nth = number_within(self._rows) - 1
        self.segments, index = every[self._rows], FIRST + TRIPLET * self._nth
        self._group = coded(table.column(every, 1), str.upper)
        reasons = table.column(self.segments, index)
        self._has_carc, self._carc = reasons.is_there, coded(reasons, str.upper)
        self._amount = values.amounts(table.column(self.segments, index + 1))
        self._quantity = values.quantities(table.column(self.segments, index + 2))
        self._is_there = self._whole()
        self.owners = loops.owner[self.segments]

    def _whole(self) -> Flags:
        """Which triplets are there; a CAS with one that is not whole, after a gap, or with none at all is refused."""
        carc, amount, quantity = self._has_carc, self._amount, self._quantity
        is_there = carc | amount.is_there | amount.is_odd | quantity.is_there | quantity.is_odd
        is_whole = carc & amount.is_there & ~quantity.is_odd
        follows = (self._nth == 0) | np.append(False, is_there[:-1])[: len(is_there)]
        is_fine = np.where(is_there, is_whole & follows, self._nth > 0)
        self.loops.refuse(self.segments[~is_fine])
        return is_there

    def parts(self) -> Words:
        """Each CAS's part of the content key; claims where a CAS or a triplet comes twice are refused."""
        carc, amount = self._carc.each(code_number), of_numbers(self._amount)
        self._refuse_repeated(self.segments, mixed(mixed(self._rows.view(np.uint64), carc), amount))
        parts = part_numbers(ADJUSTMENT, self._group.each(code_number))
        for nth in range(MOST):
            some = np.flatnonzero((self._nth == nth) & self._is_there)
            rows = self._rows[some]
            parts[rows] = mixed(mixed(parts[rows], carc[some]), amount[some])
        lines = self.loops.owner[self._every] * len(self.loops.table) + self.loops.line_no[self._every]
        self._refuse_repeated(self._every, mixed(lines.view(np.uint64), parts))
        return parts

    def _refuse_repeated(self, segments: Ints, numbers: Words) -> None:
        ordered = np.sort(numbers)
        repeated = ordered[1:][ordered[1:] == ordered[:-1]]
        if len(repeated):
            self.loops.refuse(segments[np.isin(numbers, repeated)])

    def sums(self) -> tuple[Ints, Ints, Ints]:
        """What the adjustments of each claim add up to in all, at claim level, and those of each line."""
        loops, amounts = self.loops, self._amount.values
        at_claim = loops.line_no[self.segments] == 0
        claims = np.searchsorted(self.owners, np.arange(len(loops.heads) + 1))
        lines = loops.line[self.segments[~at_claim]]
        line_bounds = np.searchsorted(lines, np.arange(len(loops.services) + 1))
        return (
            sums_between(amounts, claims),
            sums_between(np.where(at_claim, amounts, 0), claims),
            sums_between(amounts[~at_claim], line_bounds),
        )

    def batch(self, taken: Taken) -> RowBatch:
        """The adjustments of the claims that are taken."""
        rows = self._is_there & taken.is_taken[self.owners]
        segments = self.segments[rows]
        return batch(
            Adjustment,
            {
                **place(self.loops, taken, segments),
                "line_no": pa.array(self.loops.line_no[segments]),
                "adjustment_no": numbered(self.loops, segments),
                "group_code": self._group.array(self._rows[rows]),
                "carc": self._carc.array(rows),
                "amount": cents(self._amount, rows),
                "quantity": decimals(self._quantity.values[rows], self._quantity.is_there[rows], MILLI),
            },
        )
