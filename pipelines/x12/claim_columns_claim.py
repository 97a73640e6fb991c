"""The columns of `submission` that a claim itself says: its CLM, and what stands before payers and lines."""

import numpy as np
import pyarrow as pa

from pipelines.x12.claim_columns_above import PartyColumns, has_npi
from pipelines.x12.claim_columns_part import ClaimPart
from pipelines.x12.claim_columns_places import AT_CLAIM, Qualified
from pipelines.x12.claim_columns_values import NO_DAY, Periods, has, pick, read_each
from pipelines.x12.claim_segments import CLAIM_DATES, CLAIM_REFERENCES, FACILITY_CODES
from pipelines.x12.columns import Flags, Ints
from pipelines.x12.values import text

Columns = dict[str, pa.Array]
REF_LENGTH = NTE_LENGTH = 3  # elements; what stands behind them is kept with them, row by row


class ClaimColumns:
    """Reads them; whatever they cannot tell of a claim makes it odd."""

    def __init__(self, part: ClaimPart) -> None:
        self.part, self.table, self.claims = part, part.table, part.claims

    def one_each(self, segments: Ints) -> Ints:
        """The segment of each claim, -1 where it has none."""
        return self.part.only(segments, self.part.claim_of(segments), len(self.claims))

    def own(self) -> Columns:
        """What the CLM says but for its charge."""
        numbers = self.table.take(self.claims, 1)
        self.part.is_odd |= np.asarray(numbers.is_null())
        component = self.table.delimiters.component
        codes, places, _ = read_each(self.table.column(self.claims, 5), lambda _, given: given.split(component))
        facility = pa.array([text(place[0]) for place in places], pa.string())
        frequency = pa.array([text(place[2]) if len(place) > 2 else None for place in places], pa.string())
        return {
            "patient_control_number": numbers,
            "facility_code": pick(facility, codes),
            "frequency_code": pick(frequency, codes),
        }

    def names(self, names: Qualified, taxonomies: Qualified) -> Columns:
        """Rendering, referring and supervising provider and facility."""
        rendering, facility = (self._one_name(names, names.at(AT_CLAIM, *codes)) for codes in (("82",), FACILITY_CODES))
        is_numbered = has(self.table, names.segments, 9)
        self._mark_nobody(names.segments[~is_numbered])
        referring, supervising = (
            self._one_name(names, names.at(AT_CLAIM, code) & is_numbered) for code in ("DN", "DQ")
        )
        renderer, place = PartyColumns(self.table, rendering), PartyColumns(self.table, facility)
        return {
            "rendering_name": renderer.name,
            "rendering_npi": self.table.take(rendering, 9),
            "rendering_taxonomy_code": self.table.take(self._taxonomies(names, taxonomies), 3),
            "referring_npi": self.table.take(referring, 9),
            "supervising_npi": self.table.take(supervising, 9),
            "service_facility_name": place.name,
            "service_facility_npi": self.table.take(facility, 9),
        }

    def _mark_nobody(self, segments: Ints) -> None:
        """An NM1 that names nobody is told, if it says anything else."""
        self.part.mark(segments[~has(self.table, segments, 3) & ~has(self.table, segments, 4)])

    def _one_name(self, names: Qualified, is_wanted: Flags) -> Ints:
        segments = names.keep(is_wanted)
        self.part.mark(segments[has(self.table, segments, 9) & ~has_npi(self.table, segments)])
        return self.one_each(segments)

    def _taxonomies(self, names: Qualified, taxonomies: Qualified) -> Ints:
        """The PRV after the rendering provider's NM1."""
        is_rendering = names.are_before(taxonomies.segments, self.part.claim_of, "82")
        is_coded = has(self.table, taxonomies.segments, 3)
        return self.one_each(taxonomies.keep(is_rendering & is_coded & (taxonomies.places == AT_CLAIM)))

    def references(self, references: Qualified) -> Columns:
        """The numbers of REF segments that REF04 does not tie to another payer."""
        is_plain = ~has(self.table, references.segments, 4)
        is_empty = ~has(self.table, references.segments, 2)
        self.part.mark(references.segments[is_empty & (self.table.lengths[references.segments] > REF_LENGTH)])
        kept = {
            field: references.keep(references.at(AT_CLAIM, code) & is_plain) for code, field in CLAIM_REFERENCES.items()
        }
        return {field: self.table.take(self.one_each(segments), 2) for field, segments in kept.items()}

    def notes(self) -> Columns:
        """NTE02 of the claim; what stands at another payer is the claim's too."""
        notes = self.part.inside("NTE")
        self.part.mark(notes[self.table.lengths[notes] > NTE_LENGTH])
        return {"note": self.table.take(self.one_each(notes[self.part.line_of(notes) < 0]), 2)}

    def dates(self, dates: Qualified, periods: Periods) -> tuple[Periods, Ints]:
        """The service dates that claims tell themselves, and their admissions in days; NO_DAY where they do not."""
        is_service = dates.at(AT_CLAIM, *CLAIM_DATES)
        service = self.one_each(dates.keep(is_service))
        self.part.mark(dates.segments[is_service & (periods.first == NO_DAY)])
        admission = self.one_each(dates.segments[dates.at(AT_CLAIM, "435")])
        told = periods.at(dates.rows(service))
        last = np.where(told.last == NO_DAY, told.first, told.last)
        return told._replace(last=last), periods.at(dates.rows(admission)).first
