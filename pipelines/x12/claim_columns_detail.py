"""The rows of `submission_detail`: what the segments of a part's claims say that has no column of its own."""

import numpy as np
import pyarrow as pa

from pipelines.rows import SubmissionDetail
from pipelines.rows.batch import arrow_schema
from pipelines.x12.claim_columns_above import PartyColumns
from pipelines.x12.claim_columns_part import KNOWN_IDS, ClaimPart
from pipelines.x12.claim_columns_places import Qualified
from pipelines.x12.claim_columns_values import Periods, day_column, joined, words
from pipelines.x12.claim_loop import CLAIM_DETAILS
from pipelines.x12.claim_segments import QUALIFIED, WHOLE
from pipelines.x12.columns import Ints
from pipelines.x12.columns_values import CENTS, Numbers, decimals, number_within, reworded

Columns = dict[str, pa.Array]
ID_NAMES = pa.array(["", *KNOWN_IDS])
TOLD = ("qualifier", "text_value", "amount", "date_value")


class Details:
    """Gathers them from one kind of segment after another."""

    def __init__(self, part: ClaimPart) -> None:
        self.part, self.table = part, part.table
        self._segments: list[Ints] = []
        self._orders: list[Ints] = []  # of those of one segment
        self._told: list[Columns] = []

    def _add(self, segments: Ints, order: int = 0, **told: pa.Array) -> None:
        self._segments.append(segments)
        self._orders.append(np.full(len(segments), order))
        schema = arrow_schema(SubmissionDetail)
        self._told.append({name: told.get(name, pa.nulls(len(segments), schema.field(name).type)) for name in TOLD})

    def claims(self) -> None:
        """CLM11 and CLM20."""
        for place in CLAIM_DETAILS:
            texts = self.table.take(self.part.claims, place)
            segments, told = self.part.claims[np.asarray(texts.is_valid())], texts.drop_null()
            self._add(segments, place, qualifier=pa.repeat(f"{place}", len(told)), text_value=told)

    def names(self, names: Qualified) -> None:
        """Parties: name and identifier in one text, where there is either."""
        rows = np.flatnonzero(~names.is_kept)
        party = PartyColumns(self.table, names.segments[rows])
        told = joined(party.name, party.identifier, " ")
        says = np.asarray(told.is_valid())
        rows = rows[says]
        self._add(names.segments[rows], qualifier=names.qualifiers(rows), text_value=told.drop_null())

    def references(self, references: Qualified) -> None:
        """Numbers."""
        rows = np.flatnonzero(~references.is_kept)
        segments = references.segments[rows]
        self._add(segments, qualifier=references.qualifiers(rows), text_value=words(self.table, segments, 2))

    def dates(self, dates: Qualified, periods: Periods) -> None:
        """Days as they are written, and the first of them."""
        rows = np.flatnonzero(~dates.is_kept)
        segments = dates.segments[rows]
        self._add(
            segments,
            qualifier=dates.qualifiers(rows),
            text_value=self.table.take(segments, 3),
            date_value=day_column(periods.first[rows]),
        )

    def amounts(self, amounts: Qualified, cents: Numbers) -> None:
        """Amounts as they are written and in cents."""
        rows = np.flatnonzero(~amounts.is_kept)
        segments = amounts.segments[rows]
        self._add(
            segments,
            qualifier=amounts.qualifiers(rows),
            text_value=self.table.take(segments, 2),
            amount=decimals(cents.values[rows], cents.is_there[rows], CENTS),
        )

    def whole(self, taxonomies: Qualified) -> None:
        """Segments that are kept whole, under their first element where that is a qualifier."""
        segments = np.union1d(self.part.inside(*WHOLE.split()), taxonomies.segments[~taxonomies.is_kept])
        is_qualified = self.part.is_one_of(segments, QUALIFIED)
        qualifiers = reworded(self.table.take(np.where(is_qualified, segments, -1), 1), str.upper)
        self._add(segments, qualifier=qualifiers, text_value=words(self.table, segments, np.where(is_qualified, 2, 1)))

    def columns(self, payer_no: Ints, line_no: Ints) -> tuple[Ints, Columns]:
        """The claim of each detail, and its columns; those of other payers stand at no line."""
        segments = np.concatenate(self._segments)
        order = np.lexsort((np.concatenate(self._orders), segments))
        segments = segments[order]
        part, claims = self.part, self.part.claim_of(segments)
        payers, lines = part.payer_of(segments), part.line_of(segments)
        told = {name: pa.concat_arrays([one[name] for one in self._told]).take(pa.array(order)) for name in TOLD}
        return claims, {
            "line_no": pa.array(np.where(payers >= 0, 0, np.append(line_no, 0)[lines])),
            "payer_no": pa.array(np.append(payer_no, 0)[payers]),
            "detail_no": pa.array(number_within(claims)),
            "segment_no": pa.array(segments + self.table.first_number),
            "byte_offset": pa.array(self.table.offsets[segments]),
            "segment_id": ID_NAMES.take(pa.array(part.codes[segments])),
            **told,
        }
