"""The claims and lines of a part of an 835 by columns: what their segments say together, and whether they balance."""

import numpy as np
import pyarrow as pa

from pipelines.rows import RemitClaim, RemitLine
from pipelines.rows.batch import RowBatch
from pipelines.x12.columns import Ints, Words
from pipelines.x12.columns_values import DistinctValues, coded, number_within, sums_between
from pipelines.x12.remittance_claim import CLAIM_STATUSES
from pipelines.x12.remittance_columns_adjustment import Adjustments
from pipelines.x12.remittance_columns_details import Details
from pipelines.x12.remittance_columns_fields import (
    FIRST_NAME,
    IDENTIFIER,
    LAST_NAME,
    Amounts,
    Dates,
    People,
    References,
)  # fmt: skip
from pipelines.x12.remittance_columns_key import as_texts, claim_keys, of_numbers, of_texts, part_numbers
from pipelines.x12.remittance_columns_loops import Loops, Taken
from pipelines.x12.remittance_columns_service import Services
from pipelines.x12.remittance_columns_tables import batch, cents, cents_at, days_at, place, whole_cents
from pipelines.x12.remittance_key import CLAIM, code_number

CLAIM_TEXTS = {  # element of the CLP
    "patient_control_number": 1,
    "claim_filing_code": 6,
    "payer_claim_control_number": 7,
    "facility_code": 8,
    "frequency_code": 9,
    "patient_status_code": 10,
    "drg_code": 11,
}
NAMES = {  # entity and element of the NM1
    "patient_last_name": ("QC", LAST_NAME),
    "patient_first_name": ("QC", FIRST_NAME),
    "patient_id": ("QC", IDENTIFIER),
    "insured_last_name": ("IL", LAST_NAME),
    "insured_first_name": ("IL", FIRST_NAME),
    "insured_id": ("IL", IDENTIFIER),
    "corrected_last_name": ("74", LAST_NAME),
    "corrected_first_name": ("74", FIRST_NAME),
    "corrected_id": ("74", IDENTIFIER),
    "rendering_npi": ("82", IDENTIFIER),
    "crossover_payer_name": ("TT", LAST_NAME),
    "crossover_payer_id": ("TT", IDENTIFIER),
    "priority_payer_name": ("PR", LAST_NAME),
    "priority_payer_id": ("PR", IDENTIFIER),
    "other_subscriber_id": ("GB", IDENTIFIER),
}


class Claims:
    """Every claim loop of a part; `loops.is_regular` says for which of them the columns are true."""

    def __init__(self, loops: Loops, values: DistinctValues) -> None:
        table, heads = loops.table, loops.heads
        self.loops = loops
        self.status = coded(table.column(heads, 2))
        self.charge, self.paid, self.share = (values.amounts(table.column(heads, index)) for index in (3, 4, 5))
        self.services, self.adjustments = Services(loops, values), Adjustments(loops, values)
        self.people, self.references, self.dates = People(loops), References(loops), Dates(loops, values)
        self.amounts = Amounts(loops, values)
        self.details = Details(loops, values, (self.references, self.dates, self.amounts))
        self.line_count = np.diff(self.services.bounds)
        self._refuse()
        self.key = self._keys()

    def _refuse(self) -> None:
        """Claims of which the row reader would tell something."""
        has_number = self.loops.table.column(self.loops.heads, 1).is_there
        sums_up = (self.line_count == 0) | (self.services.claim_charge == self.charge.values)
        is_plain = has_number & self.status.among(CLAIM_STATUSES) & sums_up
        is_plain &= self.charge.is_there & self.paid.is_there & ~self.share.is_odd
        self.loops.is_regular &= is_plain

    def _keys(self) -> Words:
        """The content key of each claim."""
        table, heads = self.loops.table, self.loops.heads
        account, number = of_texts(table, heads, 1), of_texts(table, heads, CLAIM_TEXTS["payer_claim_control_number"])
        amounts = map(of_numbers, (self.charge, self.paid, self.share))
        claims = part_numbers(CLAIM, account, self.status.each(code_number), *amounts, number)
        parts, has_part = np.zeros(len(table), dtype=np.uint64), np.zeros(len(table), dtype=bool)
        for segments, numbers in (
            (heads, claims),
            (self.loops.services, self.services.parts()),
            (self.loops.of("CAS"), self.adjustments.parts()),
            self.dates.parts(),
        ):
            parts[segments], has_part[segments] = numbers, True
        return claim_keys(parts[has_part], self.loops.owner[has_part], len(heads))

    def batches(self, taken: Taken) -> list[RowBatch]:
        """The rows of the claims that are taken, table by table."""
        adjusted, adjusted_at_claim, adjusted_at_line = self.adjustments.sums()
        off = self.charge.values - self.paid.values - adjusted
        line_off = self.services.charge.values - self.services.paid.values - adjusted_at_line
        told_once = (adjusted_at_claim != 0) & (sums_between(line_off, self.services.bounds) == adjusted_at_claim)
        line_off[np.repeat(told_once, self.line_count)] = 0
        return [
            self._claims(taken, off),
            self._lines(taken, line_off),
            self.adjustments.batch(taken),
            self.details.remarks(taken),
            self.details.details(taken),
        ]

    def _claims(self, taken: Taken, off: Ints) -> RowBatch:
        table, rows = self.loops.table, taken.is_taken
        heads = self.loops.heads[rows]
        references, dates = self.references.claim.items(), self.dates.claim.items()
        columns = {
            **place(self.loops, taken, heads),
            "end_byte_offset": pa.array(table.offsets[self.loops.ends[rows]]),
            "lx_number": taken.lx_number.filter(pa.array(rows)),
            "claim_status_code": self.status.array(rows),
            "charge_amount": cents(self.charge, rows),
            "paid_amount": cents(self.paid, rows),
            "patient_responsibility_amount": cents(self.share, rows),
            **{name: table.take(heads, index) for name, index in CLAIM_TEXTS.items()},
            **{name: table.take(self.people.slots[who][rows], index) for name, (who, index) in NAMES.items()},
            "rendering_name": self._rendering_name(self.people.slots["82"][rows]),
            **{name: table.take(slots[rows], 2) for name, slots in references},
            **{name: days_at(self.dates.days, slots[rows]) for name, slots in dates},
            "line_count": pa.array(self.line_count[rows]),
            "off_amount": whole_cents(off[rows]),
            "content_key": as_texts(self.key[rows]),
        }
        return batch(RemitClaim, columns)

    def _rendering_name(self, slots: Ints) -> pa.Array:
        import pyarrow.compute as pc

        last, first = (self.loops.table.take(slots, index) for index in (LAST_NAME, FIRST_NAME))
        return pc.coalesce(pc.binary_join_element_wise(last, first, ", "), last, first)

    def _lines(self, taken: Taken, off: Ints) -> RowBatch:
        table, services, loops = self.loops.table, self.loops.services, self.loops
        rows = taken.is_taken[loops.owner[services]]
        segments = services[rows]
        columns = {
            **place(loops, taken, segments),
            "line_no": pa.array(number_within(loops.owner[segments])),
            **self.services.columns(rows),
            **{name: days_at(self.dates.days, slots[rows]) for name, slots in self.dates.line.items()},
            **{name: table.take(slots[rows], 2) for name, slots in self.references.line.items()},
            "allowed_evidence_amount": cents_at(self.amounts.amounts, self.amounts.allowed[rows]),
            "off_amount": whole_cents(off[rows]),
        }
        return batch(RemitLine, columns)
