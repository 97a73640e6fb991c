"""What the claims of a part say of other payers: `submission_payer`, `submission_decision`, `submission_adjustment`."""

import numpy as np
import pyarrow as pa

from pipelines.x12.claim_columns_above import PartyColumns
from pipelines.x12.claim_columns_line import read_procedures
from pipelines.x12.claim_columns_part import ClaimPart
from pipelines.x12.claim_columns_places import AT_PAYER, Qualified
from pipelines.x12.claim_columns_values import NO_DAY, Periods, day_column, has
from pipelines.x12.claim_payers import REFERENCES
from pipelines.x12.columns import Ints
from pipelines.x12.columns_values import (
    CENTS,
    MILLI,
    DistinctValues,
    Numbers,
    decimals,
    distinct,
    number_within,
    reworded,
)
from pipelines.x12.triplets import TRIPLET

Columns = dict[str, pa.Array]


class PayerColumns:
    """Reads them; whatever they cannot tell makes the claim odd."""

    def __init__(self, part: ClaimPart, values: DistinctValues) -> None:
        self.part, self.table, self._values = part, part.table, values
        self.payer_no = number_within(part.claim_of(part.payers))
        self.decision_no = number_within(part.claim_of(part.decisions))
        part.mark(part.payers[part.line_of(part.payers) >= 0])
        part.mark(part.decisions[(part.line_of(part.decisions) < 0) | (part.payer_of(part.decisions) >= 0)])

    def _of_payers(self, segments: Ints) -> Ints:
        return self.part.only(segments, self.part.payer_of(segments), len(self.part.payers))

    def payers(self, names: Qualified, references: Qualified, amounts: tuple[Qualified, Numbers]) -> Columns:
        """SBR with the names, the number and the payment that follow it, but for the day of its decision."""
        payer = PartyColumns(self.table, self._of_payers(names.keep(names.at(AT_PAYER, "PR"))))
        is_numbered = has(self.table, names.segments, 9)
        subscribers = self._of_payers(names.keep(names.at(AT_PAYER, "IL") & is_numbered))
        given, cents = amounts
        paid = given.rows(self._of_payers(given.keep(given.at(AT_PAYER, "D"))))
        return {
            **self._places(self.part.payers),
            "payer_no": pa.array(self.payer_no),
            "sequence_code": self.table.take(self.part.payers, 1),
            "claim_filing_code": self.table.take(self.part.payers, 9),
            "payer_name": payer.name,
            "payer_id": payer.identifier,
            "subscriber_id": self.table.take(subscribers, 9),
            "paid_amount": decimals(np.append(cents.values, 0)[paid], paid >= 0, CENTS),
            **self._references(names, references),
        }

    def _references(self, names: Qualified, references: Qualified) -> Columns:
        """REF of the payer itself, not of its subscriber or others."""
        is_payers = names.are_before(references.segments, self.part.payer_of, "PR")
        is_plain = ~has(self.table, references.segments, 4)
        kept = {
            field: references.keep(references.at(AT_PAYER, code) & is_plain & is_payers)
            for code, field in REFERENCES.items()
        }
        return {field: self.table.take(self._of_payers(segments), 2) for field, segments in kept.items()}

    def dates(self, dates: Qualified, periods: Periods) -> Columns:
        """DTP*573: when the other payer decided."""
        is_decision = dates.at(AT_PAYER, "573")
        self.part.mark(dates.segments[is_decision & (periods.first == NO_DAY)])
        days = periods.at(dates.rows(self._of_payers(dates.keep(is_decision)))).first
        return {"decision_date": day_column(days)}

    def decisions(self, dates: Qualified, periods: Periods, line_no: Ints) -> Columns:
        """SVD: what another payer paid for a line, and DTP*573: when."""
        decisions, table = self.part.decisions, self.table
        paid, units = (
            self._values.amounts(table.column(decisions, 2)),
            self._values.quantities(table.column(decisions, 5)),
        )
        self.part.mark(decisions[paid.is_odd | ~paid.is_there | units.is_odd])
        is_decision = dates.named("573") & (self.part.decision_of(dates.segments) >= 0)
        self.part.mark(dates.segments[is_decision & (periods.first == NO_DAY)])
        segments = dates.keep(is_decision)
        days = self.part.only(segments, self.part.decision_of(segments), len(decisions))
        return {
            **self._places(decisions),
            "line_no": pa.array(np.append(line_no, 0)[self.part.line_of(decisions)]),
            "decision_no": pa.array(self.decision_no),
            "payer_id": table.take(decisions, 1),
            "paid_amount": decimals(paid.values, None, CENTS),
            **read_procedures(self.part, decisions, table.column(decisions, 3)),
            "revenue_code": table.take(decisions, 4),
            "paid_units": decimals(units.values, units.is_there, MILLI),
            "bundled_line": table.take(decisions, 6),
            "decision_date": day_column(periods.at(dates.rows(days)).first),
        }

    def adjustments(self, line_no: Ints) -> tuple[Ints, Columns]:
        """The claim of each triplet of a CAS, and the columns."""
        segments, places = self._triplets()
        carcs = reworded(self.table.take(segments, places), str.upper)
        amounts = self._values.amounts(self.table.column(segments, places + 1))
        units = self._values.quantities(self.table.column(segments, places + 2))
        self.part.mark(segments[np.asarray(carcs.is_null()) | amounts.is_odd | ~amounts.is_there | units.is_odd])
        self._mark_repeated(segments, carcs, amounts.values)
        payers, decisions = self.part.payer_of(segments), self.part.decision_of(segments)
        claims, lines = self.part.claim_of(segments), np.where(payers >= 0, -1, self.part.line_of(segments))
        return claims, {
            **self._places(segments),
            "line_no": pa.array(np.append(line_no, 0)[lines]),
            "payer_no": pa.array(np.append(self.payer_no, 0)[payers]),
            "decision_no": pa.array(np.append(self.decision_no, 0)[decisions]),
            "adjustment_no": pa.array(number_within(claims)),
            "group_code": reworded(self.table.take(segments, 1), str.upper),
            "carc": carcs,
            "amount": decimals(amounts.values, None, CENTS),
            "quantity": decimals(units.values, units.is_there, MILLI),
        }

    def _triplets(self) -> tuple[Ints, Ints]:
        """The CAS and the first element of every triplet that says anything; gaps between them are odd."""
        found = self.part.inside("CAS")
        self.part.mark(found[(self.part.payer_of(found) < 0) & (self.part.decision_of(found) < 0)])
        counts = np.maximum(self.table.lengths[found] + TRIPLET - 3, 0) // TRIPLET
        segments = np.repeat(found, counts)
        numbers = number_within(segments)
        says = np.any([has(self.table, segments, TRIPLET * numbers - 1 + part) for part in range(TRIPLET)], axis=0)
        segments, numbers = segments[says], numbers[says]
        self.part.mark(segments[numbers != number_within(segments)])
        return segments, TRIPLET * numbers - 1

    def _mark_repeated(self, segments: Ints, carcs: pa.StringArray, amounts: Ints) -> None:
        """One reason and amount twice in a segment is odd."""
        reasons = distinct(carcs)[0]
        order = np.lexsort((amounts, reasons, segments))
        alike = [column[order][1:] == column[order][:-1] for column in (segments, reasons, amounts)]
        self.part.mark(segments[order][1:][np.all(alike, axis=0)])

    def _places(self, segments: Ints) -> Columns:
        return {
            "segment_no": pa.array(segments + self.table.first_number),
            "byte_offset": pa.array(self.table.offsets[segments]),
        }
