"""The columns of `submission_line`: one row per LX with its one service segment."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipelines.rows import SubmissionLine
from pipelines.x12.claim_columns_above import has_npi
from pipelines.x12.claim_columns_part import CODES, ClaimPart
from pipelines.x12.claim_columns_places import AT_LINE, Qualified
from pipelines.x12.claim_columns_values import NO_DAY, NO_ELEMENT, Periods, has, pick, read_each
from pipelines.x12.claim_segments import LINE_REFERENCES
from pipelines.x12.columns import Column, Flags, Ints
from pipelines.x12.columns_values import CENTS, MILLI, DistinctValues, Numbers, decimals, number_within
from pipelines.x12.service_line import ServiceReader
from pipelines.x12.values import ValueReader

Columns = dict[str, pa.Array]
SERVICES = ("SV1", "SV2", "SV3")
PLACES = {  # of each fact in SV1, SV2 and SV3, as `service_line` reads them
    "procedure": (1, 2, 1),
    "charge_amount": (2, 3, 2),
    "unit_code": (3, 4, NO_ELEMENT),
    "units": (4, 5, 6),
    "place_of_service_code": (5, NO_ELEMENT, 3),
    "diagnosis_pointers": (7, NO_ELEMENT, 11),
    "revenue_code": (NO_ELEMENT, 1, NO_ELEMENT),
}


class LineColumns:
    """Reads them; whatever they cannot tell of a line makes its claim odd."""

    def __init__(self, part: ClaimPart, values: DistinctValues) -> None:
        self.part, self.table, self._values = part, part.table, values
        self.claim = part.claim_of(part.lines)
        services = part.inside(*SERVICES)
        owners = part.line_of(services)
        part.mark(services[owners < 0])
        self.services = self.one_each(services[owners >= 0])
        part.mark(part.lines[self.services < 0])
        kinds = np.array([CODES[name] for name in SERVICES])
        self.kind = np.searchsorted(kinds[1:], part.codes[self.services], side="right")  # SV1 is 0, SV2 is 1, SV3 is 2

    def one_each(self, segments: Ints) -> Ints:
        """The segment of each line, -1 where it has none."""
        return self.part.only(segments, self.part.line_of(segments), len(self.part.lines))

    def services_columns(self) -> tuple[Columns, Numbers]:
        """What the service segments say; and the charges."""
        charges = self._values.amounts(self._fact("charge_amount"))
        units = self._values.quantities(self._fact("units"))
        is_shifted = pc.match_substring(self._fact("revenue_code").texts(), self.table.delimiters.component)
        self._mark(charges.is_odd | ~charges.is_there | units.is_odd | np.asarray(is_shifted.fill_null(False)))
        texts = ("unit_code", "place_of_service_code", "revenue_code")
        return {
            **read_procedures(self.part, self.part.lines, self._fact("procedure")),
            "charge_amount": decimals(charges.values, charges.is_there, CENTS),
            "units": decimals(units.values, units.is_there, MILLI),
            "diagnosis_pointers": self._pointers(),
            **{name: self._fact(name).texts() for name in texts},
        }, charges

    def _fact(self, name: str) -> Column:
        return self.table.column(self.services, np.array(PLACES[name])[self.kind])

    def _mark(self, is_odd: Flags) -> None:
        self.part.mark(self.part.lines[is_odd])

    def _pointers(self) -> pa.StringArray:
        component = self.table.delimiters.component
        codes, values, _ = read_each(
            self._fact("diagnosis_pointers"), lambda reader, given: service_reader(reader, component).pointers(given)
        )
        return pick(pa.array(values, pa.string()), codes)

    def names(self, names: Qualified) -> Columns:
        """The rendering provider, where the line names one by an NPI."""
        at_line = names.at(AT_LINE, "82")
        at_line[at_line] = has_npi(self.table, names.segments[at_line])
        rendering = self.one_each(names.keep(at_line))
        return {"rendering_npi": self.table.take(rendering, 9)}

    def references(self, references: Qualified) -> Columns:
        """The numbers of REF segments that REF04 does not tie to another payer."""
        is_plain = ~has(self.table, references.segments, 4)
        kept = {code: references.keep(references.at(AT_LINE, code) & is_plain) for code in LINE_REFERENCES}
        return {LINE_REFERENCES[code]: self.table.take(self.one_each(kept[code]), 2) for code in kept}

    def dates(self, dates: Qualified, periods: Periods) -> Periods:
        """The service dates, NO_DAY where there is none."""
        is_service = dates.at(AT_LINE, "472") & (self.part.decision_of(dates.segments) < 0)
        self.part.mark(dates.segments[is_service & (periods.first == NO_DAY)])
        return periods.at(dates.rows(self.one_each(dates.keep(is_service))))

    def notes(self) -> Columns:
        """NTE02 of the line."""
        notes = self.part.inside("NTE")
        return {"note": self.table.take(self.one_each(notes[self.part.line_of(notes) >= 0]), 2)}

    def places(self) -> Columns:
        """Where each line stands: at its service segment."""
        return {
            "line_no": pa.array(number_within(self.claim)),
            "segment_no": pa.array(self.services + self.table.first_number),
            "byte_offset": pa.array(self.table.offsets[self.services]),
        }


def read_procedures(part: ClaimPart, segments: Ints, column: Column) -> Columns:
    """Qualifier, code and modifiers of composites; the claims of odd ones are marked by their `segments`."""
    component = part.table.delimiters.component

    def read(reader: ValueReader, given: str) -> SubmissionLine:
        line = SubmissionLine(0, 0, 0, 0, 0)
        service_reader(reader, component).procedure(line, 1, 0, 0, ["", given])
        return line

    codes, lines, is_odd = read_each(column, read)
    part.mark(segments[is_odd])
    names = ("procedure_qualifier", "procedure_code", "modifiers")
    return {name: pick(pa.array([getattr(line, name) for line in lines], pa.string()), codes) for name in names}


def service_reader(reader: ValueReader, component: str) -> ServiceReader:
    """The reader of services whose composites are parted so."""
    services = ServiceReader(reader)
    services.component = component
    return services
