"""NM1, REF, DTM and AMT by columns: which of them fills which column of its claim or line.

Every class says for a field of the row which segment fills it, one slot for each claim or line, -1 where none does.
A number or date that comes again, or has no column, is a detail; `rest` says which of the segments are.
"""

import numpy as np

from pipelines.x12.columns import Flags, Ints, Words
from pipelines.x12.columns_values import EPOCH, DistinctValues, coded
from pipelines.x12.remittance_claim import CLAIM_DATES, LINE_DATES
from pipelines.x12.remittance_columns_key import part_numbers
from pipelines.x12.remittance_columns_loops import Loops
from pipelines.x12.remittance_key import SERVICE_DATE, code_number
from pipelines.x12.remittance_reference import CLAIM_REFERENCES, LINE_REFERENCES

ENTITIES = ("QC", "82", "IL", "74", "TT", "PR", "GB")
LAST_NAME, FIRST_NAME, ID_QUALIFIER, IDENTIFIER = 3, 4, 8, 9  # of an NM1
DTM_LENGTH, REF_LENGTH = 3, 4  # what stands behind that is told, or kept, where the date or number itself is missing


def first_of_each(items: Ints, owners: Ints, size: int) -> Ints:
    """The first item of each owner, -1 where it has none."""
    slots = np.full(size, -1)
    slots[owners[::-1]] = items[::-1]
    return slots


class People:
    """The NM1s of a part: `slots[entity]` is each claim's segment of that entity; one that comes again is refused."""

    def __init__(self, loops: Loops) -> None:
        table, segments = loops.table, loops.of("NM1")
        entities = coded(table.column(segments, 1))
        self.slots: dict[str, Ints] = {}
        loops.refuse(segments[~entities.among(ENTITIES)])
        has_name = table.column(segments, LAST_NAME).is_there & ~entities.among(("GB",))  # which has no column for it
        loops.refuse(segments[~has_name & ~table.column(segments, IDENTIFIER).is_there])
        for entity in ENTITIES:
            these = segments[entities.among((entity,))]
            self.slots[entity] = first_of_each(these, loops.owner[these], len(loops.heads))
            loops.refuse(these[self.slots[entity][loops.owner[these]] != these])
            if entity == "82":
                self._refuse_strange_providers(loops, these)

    def _refuse_strange_providers(self, loops: Loops, segments: Ints) -> None:
        """A rendering provider whose number is of another kind than an NPI."""
        table = loops.table
        is_npi = coded(table.column(segments, ID_QUALIFIER), str.upper).among(("XX",))
        has_number = table.column(segments, IDENTIFIER).is_there
        loops.refuse(segments[has_number & ~is_npi])


class References:
    """The REFs of a part."""

    def __init__(self, loops: Loops) -> None:
        table, self.segments = loops.table, loops.of("REF")
        self.qualifiers = coded(table.column(self.segments, 1), str.upper)
        has_value, is_of_line = table.column(self.segments, 2).is_there, loops.line_no[self.segments] > 0
        self.rest = np.ones(len(self.segments), dtype=bool)
        self.claim = self._slots(CLAIM_REFERENCES, ~is_of_line, loops.owner[self.segments], len(loops.heads))
        self.line = self._slots(LINE_REFERENCES, is_of_line, loops.line[self.segments], len(loops.services))
        loops.refuse(self.segments[~has_value & (~self.rest | (table.lengths[self.segments] > REF_LENGTH))])

    def _slots(self, fields: dict[str, str], where: Flags, owners: Ints, size: int) -> dict[str, Ints]:
        """Field -> each owner's segment that fills it."""
        slots = {}
        for qualifier, field in fields.items():
            these = np.flatnonzero(self.qualifiers.among((qualifier,)) & where)
            first = first_of_each(these, owners[these], size)
            self.rest[first[first >= 0]] = False
            slots[field] = np.where(first >= 0, self.segments[first], -1) if len(these) else first
        return slots


class Dates:
    """The DTMs of a part: `claim` and `line` are, by field, places in `days`."""

    def __init__(self, loops: Loops, values: DistinctValues) -> None:
        table, self.segments = loops.table, loops.of("DTM")
        self.loops = loops
        self.qualifiers = coded(table.column(self.segments, 1))
        self.days = values.dates(table.column(self.segments, 2))
        self.rest = np.ones(len(self.segments), dtype=bool)
        is_of_line = loops.line_no[self.segments] > 0
        is_date_of_claim, self.is_date_of_line = self.qualifiers.among(CLAIM_DATES), self.qualifiers.among(LINE_DATES)
        loops.refuse(self.segments[self.days.is_odd])
        loops.refuse(self.segments[~self.days.is_there & (table.lengths[self.segments] > DTM_LENGTH)])
        loops.refuse(self.segments[(is_date_of_claim | self.is_date_of_line) & ~self.days.is_there])
        loops.refuse(self.segments[(is_date_of_claim & is_of_line) | (self.is_date_of_line & ~is_of_line)])
        owners, size, every = loops.owner[self.segments], len(loops.heads), np.ones(len(self.segments), dtype=bool)
        self.claim = {field: self._first(code, every, owners, size) for code, field in CLAIM_DATES.items()}
        self.line = self._line_dates()

    def _first(self, qualifier: str, where: Flags, owners: Ints, size: int) -> Ints:
        these = np.flatnonzero(self.qualifiers.among((qualifier,)) & where)
        first = first_of_each(these, owners[these], size)
        self.rest[first[first >= 0]] = False
        return first

    def _line_dates(self) -> dict[str, Ints]:
        """A line has one service date, by whichever qualifier, and one last day; what comes again is refused."""
        owners, size = self.loops.line[self.segments], len(self.loops.services)
        is_of_line = self.loops.line_no[self.segments] > 0
        on, begin, end = (self._first(code, is_of_line, owners, size) for code in LINE_DATES)
        self.loops.refuse(self.segments[self.rest & self.is_date_of_line])
        self.loops.refuse(self.loops.services[(on >= 0) & (begin >= 0)])
        self.rest &= ~self.is_date_of_line
        return {"service_date": np.maximum(on, begin), "service_end_date": end}

    def parts(self) -> tuple[Ints, Words]:
        """The segments of service dates, and each one's part of the content key."""
        these = self.is_date_of_line
        days = (self.days.values[these] + EPOCH).view(np.uint64)
        return self.segments[these], part_numbers(SERVICE_DATE, self.qualifiers.each(code_number)[these], days)


class Amounts:
    """The AMTs of a part: `allowed` is each line's place in `amounts` of what the payer calls allowed."""

    def __init__(self, loops: Loops, values: DistinctValues) -> None:
        table, self.segments = loops.table, loops.of("AMT")
        self.qualifiers = coded(table.column(self.segments, 1), str.upper)
        self.amounts = values.amounts(table.column(self.segments, 2))
        loops.refuse(self.segments[~self.amounts.is_there])
        these = np.flatnonzero(self.qualifiers.among(("B6",)) & (loops.line_no[self.segments] > 0))
        self.allowed = first_of_each(these, loops.line[self.segments[these]], len(loops.services))
        self.rest = np.ones(len(self.segments), dtype=bool)
        self.rest[self.allowed[self.allowed >= 0]] = False
