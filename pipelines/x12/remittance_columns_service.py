"""SVC by columns: what the lines of a part say themselves."""

import numpy as np
import pyarrow as pa

from pipelines.x12.columns import Column, Flags, Words
from pipelines.x12.columns_values import MILLI, Coded, DistinctValues, coded, decimals, sums_between
from pipelines.x12.remittance_columns_key import of_numbers, part_numbers
from pipelines.x12.remittance_columns_loops import Loops
from pipelines.x12.remittance_columns_tables import cents
from pipelines.x12.remittance_key import SERVICE, code_number
from pipelines.x12.remittance_values import Procedure, read_procedure
from pipelines.x12.values import ValueReader


class Services:
    """The SVCs of a part."""

    def __init__(self, loops: Loops, values: DistinctValues) -> None:
        table, segments = loops.table, loops.services
        self.loops = loops
        self.charge = values.amounts(table.column(segments, 2))
        self.paid = values.amounts(table.column(segments, 3))
        self.units = values.quantities(table.column(segments, 5))
        self.submitted_units = values.quantities(table.column(segments, 7))
        self.procedure = Procedures(table.column(segments, 1), table.delimiters.component)
        self.submitted = Procedures(table.column(segments, 6), table.delimiters.component)
        for odd in (~self.charge.is_there, ~self.paid.is_there, self.units.is_odd, self.submitted_units.is_odd):
            loops.refuse(segments[odd])
        for procedure in (self.procedure, self.submitted):
            loops.refuse(segments[procedure.is_odd])
        self.bounds = np.searchsorted(segments, np.append(loops.heads, len(table)))  # of each claim's lines
        self.claim_charge = sums_between(self.charge.values, self.bounds)

    def parts(self) -> Words:
        """Each line's part of the content key."""
        texts = self.procedure.code.each(code_number), self.procedure.modifiers.each(code_number)
        return part_numbers(SERVICE, *texts, of_numbers(self.charge), of_numbers(self.paid))

    def columns(self, rows: Flags) -> dict[str, pa.Array]:
        """What these lines say themselves."""
        procedure, submitted = self.procedure, self.submitted
        return {
            "procedure_qualifier": procedure.qualifier.array(rows),
            "procedure_code": procedure.code.array(rows),
            "modifiers": procedure.modifiers.array(rows),
            "revenue_code": self._revenue_code(rows),
            "charge_amount": cents(self.charge, rows),
            "paid_amount": cents(self.paid, rows),
            "paid_units": decimals(self.units.values[rows], self.units.is_there[rows], MILLI),
            "submitted_procedure_code": submitted.code.array(rows),
            "submitted_modifiers": submitted.modifiers.array(rows),
            "submitted_units": decimals(self.submitted_units.values[rows], self.submitted_units.is_there[rows], MILLI),
        }

    def _revenue_code(self, rows: Flags) -> pa.Array:
        """SVC04, or the procedure where that is a revenue code."""
        import pyarrow.compute as pc

        given = self.loops.table.take(self.loops.services[rows], 4)
        is_revenue = self.procedure.qualifier.among(("NU",))[rows]
        if not is_revenue.any():
            return given
        return pc.coalesce(given, pc.if_else(is_revenue, self.procedure.code.array(rows), None))


class Procedures:
    """A column of composites such as HC:73721:RT, each distinct one read once."""

    def __init__(self, column: Column, component: str) -> None:
        composites = coded(column)
        told: list[bool] = []
        read: list[Procedure] = []
        values = ValueReader([])
        for composite in composites.words:
            read.append(read_procedure([composite or ""], 0, 0, 0, values, component))
            told.append(bool(values.oddities))
            values.oddities.clear()
        self.is_odd = np.array([*told, False])[composites.codes]
        parts = zip(*read, strict=True) if read else ([], [], [])
        self.qualifier, self.code, self.modifiers = (Coded(composites.codes, list(part)) for part in parts)
