"""LQ, MIA, MOA, QTY and what else has no column of its own, by columns: the remarks and details of regular claims."""

from typing import NamedTuple

import numpy as np
import pyarrow as pa

from pipelines.rows import Detail, Remark
from pipelines.rows.batch import RowBatch
from pipelines.x12.columns import Flags, Ints
from pipelines.x12.columns_values import CENTS, DistinctValues, Numbers, as_dates, coded, decimals
from pipelines.x12.remittance_columns_fields import Amounts, Dates, References
from pipelines.x12.remittance_columns_loops import Loops, Taken
from pipelines.x12.remittance_columns_tables import batch, numbered, place
from pipelines.x12.remittance_values import QUANTITY_PLACES, REMARK_PLACES

OUTPATIENT = ("MIA", "MOA")


class Found(NamedTuple):
    """Some remarks or details of one kind; each list of arrays has one entry a row."""

    segments: Ints
    line_no: Ints
    kind: str  # segment id
    qualifier: pa.StringArray
    text: pa.StringArray
    amount: Numbers | None = None
    days: Numbers | None = None


class Details:
    """The remarks and details of a part."""

    def __init__(self, loops: Loops, values: DistinctValues, fields: tuple[References, Dates, Amounts]) -> None:
        self.loops = loops
        references, dates, amounts = fields
        self._remarks = [self._coded("LQ")]
        self._details = [self._references(references), self._dates(dates), self._amounts(amounts), self._coded("QTY")]
        for segment_id in OUTPATIENT:
            self._outpatient(segment_id, values)

    def _references(self, references: References) -> Found:
        """What has no value in REF02 may have one in REF03."""
        import pyarrow.compute as pc

        table, rows = self.loops.table, references.rest
        segments = references.segments[rows]
        value = pc.coalesce(table.take(segments, 2), table.take(segments, 3))
        return Found(segments, self._line_no(segments), "REF", references.qualifiers.array(rows), value)

    def _dates(self, dates: Dates) -> Found:
        rows, segments = dates.rest, dates.segments[dates.rest]
        given = self.loops.table.take(segments, 2)
        qualifier, days = dates.qualifiers.array(rows), _some(dates.days, rows)
        return Found(segments, self._line_no(segments), "DTM", qualifier, given, days=days)

    def _amounts(self, amounts: Amounts) -> Found:
        rows, segments = amounts.rest, amounts.segments[amounts.rest]
        given = self.loops.table.take(segments, 2)
        qualifier, amount = amounts.qualifiers.array(rows), _some(amounts.amounts, rows)
        return Found(segments, self._line_no(segments), "AMT", qualifier, given, amount)

    def _coded(self, segment_id: str) -> Found:
        segments, table = self.loops.of(segment_id), self.loops.table
        rows = np.arange(len(segments))
        qualifier, text = (coded(table.column(segments, index), str.upper).array(rows) for index in (1, 2))
        return Found(segments, self._line_no(segments), segment_id, qualifier, text)

    def _line_no(self, segments: Ints) -> Ints:
        return self.loops.line_no[segments]

    def _outpatient(self, segment_id: str, values: DistinctValues) -> None:
        """Codes among the elements are remarks of the claim, the rest are details."""
        table, every = self.loops.table, self.loops.of(segment_id)
        for index in range(1, int(table.lengths[every].max(initial=0))):
            segments = every[table.column(every, index).is_there]
            given, none = table.take(segments, index), np.zeros(len(segments), dtype=np.int64)
            if index in REMARK_PLACES[segment_id]:
                codes = coded(given, str.upper).array(np.arange(len(segments)))
                self._remarks.append(Found(segments, none, segment_id, pa.nulls(len(segments), pa.string()), codes))
                continue
            amount = None if index in QUANTITY_PLACES[segment_id] else values.amounts(given)
            if amount is not None:
                self.loops.refuse(segments[amount.is_odd])
            place = pa.repeat(pa.scalar(f"{index:02d}"), len(segments))
            self._details.append(Found(segments, none, segment_id, place, given, amount))

    def remarks(self, taken: Taken) -> RowBatch:
        """The remarks of the claims that are taken."""
        found = _Rows(self.loops, taken, self._remarks)
        columns = {
            **found.columns("remark_no"),
            "source": found.kinds(),
            "qualifier": found.texts("qualifier"),
            "rarc": found.texts("text"),
        }
        return batch(Remark, columns)

    def details(self, taken: Taken) -> RowBatch:
        """The details of the claims that are taken."""
        found = _Rows(self.loops, taken, self._details)
        columns = {
            **found.columns("detail_no"),
            "segment_id": found.kinds(),
            "qualifier": found.texts("qualifier"),
            "text_value": found.texts("text"),
            "amount": decimals(*found.numbers("amount"), CENTS),
            "date_value": as_dates(*found.numbers("days")),
        }
        return batch(Detail, columns)


class _Rows:
    """What was found of several kinds, in the order of the file, as far as its claims are taken."""

    def __init__(self, loops: Loops, taken: Taken, found: list[Found]) -> None:
        self._loops, self._taken, self._found = loops, taken, found
        segments = np.concatenate([each.segments for each in found])
        order = np.argsort(segments, kind="stable")
        self._order = order[taken.is_taken[loops.owner[segments[order]]]]
        self._segments = segments[self._order]

    def columns(self, number: str) -> dict[str, pa.Array]:
        """Where each row belongs."""
        line_no = np.concatenate([each.line_no for each in self._found])[self._order]
        own = {"line_no": pa.array(line_no), number: numbered(self._loops, self._segments)}
        return {**place(self._loops, self._taken, self._segments), **own}

    def kinds(self) -> pa.Array:
        """Each row's segment id."""
        kinds = pa.array([each.kind for each in self._found])
        return kinds.take(
            pa.array(np.repeat(np.arange(len(kinds)), [len(each.segments) for each in self._found])[self._order])
        )

    def texts(self, name: str) -> pa.Array:
        """One of the columns of text."""
        return pa.concat_arrays([getattr(each, name) for each in self._found]).take(pa.array(self._order))

    def numbers(self, name: str) -> tuple[Ints, Flags]:
        """One of the columns of numbers, and where there is one."""
        every = [getattr(each, name) or _none(len(each.segments)) for each in self._found]
        values = np.concatenate([each.values for each in every])[self._order]
        return values, np.concatenate([each.is_there for each in every])[self._order]


def _some(numbers: Numbers, rows: Flags) -> Numbers:
    return Numbers(numbers.values[rows], numbers.is_there[rows], numbers.is_odd[rows])


def _none(size: int) -> Numbers:
    return Numbers(np.zeros(size, dtype=np.int64), np.zeros(size, dtype=bool), np.zeros(size, dtype=bool))
