"""A part of an 837 -> its tables by columns, one row per claim, line, code, ... that is not odd."""

from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipelines.rows import (
    Submission,
    SubmissionAdjustment,
    SubmissionCode,
    SubmissionDecision,
    SubmissionDetail,
    SubmissionLine,
    SubmissionPayer,
)
from pipelines.x12.claim_columns_above import Above
from pipelines.x12.claim_columns_claim import ClaimColumns
from pipelines.x12.claim_columns_code import code_columns, diagnosis_columns, read_codes
from pipelines.x12.claim_columns_detail import Details
from pipelines.x12.claim_columns_header import HeaderColumns
from pipelines.x12.claim_columns_line import LineColumns
from pipelines.x12.claim_columns_payer import PayerColumns
from pipelines.x12.claim_columns_places import AT_CLAIM, Qualified
from pipelines.x12.claim_columns_values import NO_DAY, Periods, day_column, read_periods
from pipelines.x12.columns import Ints
from pipelines.x12.columns_values import CENTS, DistinctValues, decimals, number_within, sums_between

LAST_DAY = np.iinfo(np.int64).max
Columns = dict[str, pa.Array]


class Told(NamedTuple):
    """The columns of one table, but for the numbers of transaction and claim."""

    row_class: type
    claims: Ints  # of each row
    columns: Columns


class PartColumns:
    """Reads all tables of a part; what columns cannot tell is marked as odd in the part."""

    def __init__(self, above: Above, values: DistinctValues) -> None:
        part = above.part
        self.part, self.table, self.values = part, above.table, values
        self.names, self.references = Qualified(part, "NM1"), Qualified(part, "REF")
        self.taxonomies, self.amounts = Qualified(part, "PRV"), Qualified(part, "AMT")
        self.dates = Qualified(part, "DTP", is_upper=False)
        self.periods = read_periods(part.table, self.dates.segments, 2)
        part.mark(self.dates.segments[self.periods.is_odd])
        self.cents = values.amounts(part.table.column(self.amounts.segments, 2))
        part.mark(self.amounts.segments[self.cents.is_odd | ~self.cents.is_there])
        self.header = HeaderColumns(above, values)
        self.claims, self.lines = ClaimColumns(part), LineColumns(part, values)
        self.payers = PayerColumns(part, values)
        self._bounds = np.searchsorted(self.lines.claim, np.arange(len(part.claims) + 1))  # of each claim's lines

    def read(self) -> list[Told]:
        """All rows; details last, when it is known what has a column."""
        codes, part = read_codes(self.part), self.part
        submissions = {**self._submissions(), **diagnosis_columns(part, codes)}
        payers = self.payers.payers(self.names, self.references, (self.amounts, self.cents))
        payers |= self.payers.dates(self.dates, self.periods)
        line_no = number_within(self.lines.claim)
        decisions = self.payers.decisions(self.dates, self.periods, line_no)
        adjustments = self.payers.adjustments(line_no)
        part.is_odd |= self.header.above.under_bad()
        return [
            Told(Submission, np.arange(len(part.claims)), submissions),
            Told(SubmissionLine, self.lines.claim, self._line_columns),
            Told(SubmissionCode, codes.claims, code_columns(part, codes)),
            Told(SubmissionPayer, part.claim_of(part.payers), payers),
            Told(SubmissionDecision, part.claim_of(part.decisions), decisions),
            Told(SubmissionAdjustment, *adjustments),
            Told(SubmissionDetail, *self._details(line_no)),
        ]

    def first_services(self) -> Ints:
        """The form of each claim's first service, as a number in FORMS; any where the claim is odd."""
        return np.append(self.lines.kind, 0)[self._bounds[:-1]]

    def _submissions(self) -> Columns:
        """Everything but diagnoses and what the envelope says."""
        columns = self.header.columns()
        columns |= self.claims.own() | self.claims.notes() | self.claims.references(self.references)
        columns |= self.claims.names(self.names, self.taxonomies)
        has_rendering = pc.or_(columns["rendering_name"].is_valid(), columns["rendering_npi"].is_valid())
        taxonomies = pc.if_else(has_rendering, columns["rendering_taxonomy_code"], columns["billing_taxonomy_code"])
        has_payer = pc.or_(columns["payer_name"].is_valid(), columns["payer_id"].is_valid())
        self.part.is_odd |= ~np.asarray(has_payer)
        return {
            **columns,
            "rendering_taxonomy_code": taxonomies,
            **self._lines_and_days(),
            **self._money(),
            "segment_no": pa.array(self.part.claims + self.table.first_number),
            "byte_offset": pa.array(self.table.offsets[self.part.claims]),
            "end_byte_offset": pa.array(self.table.offsets[self.part.claim_ends]),
            "line_count": pa.array(np.diff(self._bounds)),
        }

    def _money(self) -> Columns:
        """The charge, which is what the lines sum to, and what the patient paid."""
        charges = self.values.amounts(self.table.column(self.part.claims, 2))
        sums = sums_between(self._line_charges.values, self._bounds)
        self.part.is_odd |= charges.is_odd | ~charges.is_there | (sums != charges.values)
        self.part.is_odd |= np.diff(self._bounds) == 0
        paid = self.amounts.rows(self.claims.one_each(self.amounts.keep(self.amounts.at(AT_CLAIM, "F5"))))
        return {
            "charge_amount": decimals(charges.values, None, CENTS),
            "patient_paid_amount": decimals(np.append(self.cents.values, 0)[paid], paid >= 0, CENTS),
        }

    def _lines_and_days(self) -> Columns:
        """The claim's own days, else those its lines span, else the admission; the lines are read on the way."""
        told, admission = self.claims.dates(self.dates, self.periods)
        lines = self.lines.dates(self.dates, self.periods)
        services, self._line_charges = self.lines.services_columns()
        self._line_columns = {
            **self.lines.places(),
            **services,
            **self.lines.names(self.names),
            **self.lines.references(self.references),
            **self.lines.notes(),
            "service_date": day_column(lines.first),
            "service_end_date": day_column(lines.last),
        }
        first, last = self._span(lines, admission)
        is_told = told.first != NO_DAY
        return {
            "service_from_date": day_column(np.where(is_told, told.first, first)),
            "service_to_date": day_column(np.where(is_told, told.last, last)),
        }

    def _span(self, lines: Periods, admission: Ints) -> tuple[Ints, Ints]:
        """First and last day of each claim's lines, else its admission."""
        first, last = np.full(len(admission), LAST_DAY), np.full(len(admission), NO_DAY)
        np.minimum.at(first, self.lines.claim, np.where(lines.first == NO_DAY, LAST_DAY, lines.first))
        np.maximum.at(last, self.lines.claim, np.maximum(lines.first, lines.last))
        return np.where(first == LAST_DAY, admission, first), np.where(last == NO_DAY, admission, last)

    def _details(self, line_no: Ints) -> tuple[Ints, Columns]:
        details = Details(self.part)
        details.claims()
        details.names(self.names)
        details.references(self.references)
        details.dates(self.dates, self.periods)
        details.amounts(self.amounts, self.cents)
        details.whole(self.taxonomies)
        return details.columns(self.payers.payer_no, line_no)
