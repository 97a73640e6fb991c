"""The columns of `submission` that come from above the claims."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipelines.x12.claim_columns_above import (
    BATCH,
    PATIENT,
    PROVIDER,
    SUBSCRIBER,
    Above,
    PartyColumns,
)
from pipelines.x12.claim_columns_values import has, pick
from pipelines.x12.claim_parties import claim_form
from pipelines.x12.columns import Ints
from pipelines.x12.columns_values import DistinctValues, as_dates, coded

FORMS = ("837P", "837I", "837D")
Columns = dict[str, pa.Array]


class HeaderColumns:
    """Reads them; `odd_dates` are the segments above claims whose date tells an oddity, each with the date's place."""

    def __init__(self, above: Above, values: DistinctValues) -> None:
        self.above, self.part, self.table, self.values = above, above.part, above.table, values
        self.names = self.part.above("NM1")
        self._codes = coded(self.table.column(self.names, 1), str.upper)
        self.odd_dates: list[tuple[int, int]] = []

    def columns(self) -> Columns:
        """What every claim is told by what stands above it."""
        return {**self._batch(), **self._coverage(), **self._organisations(), **self._people()}

    def _named(self, *codes: str) -> Ints:
        return self.names[self._codes.among(codes)]

    def _party(self, code: str, level: int) -> tuple[PartyColumns, Ints]:
        segments = self._named(code)
        found = self.above.last(segments, level)
        return PartyColumns(self.table, segments, found), found

    def _dates(self, segments: Ints, place: int) -> pa.Array:
        """Dates of the segments; odd ones are to be told, and the claims under them read row by row."""
        dates = self.values.dates(self.table.column(segments, place))
        odd = segments[dates.is_odd]
        self.above.bad.append(odd)
        self.odd_dates += [(segment, place) for segment in odd.tolist() if segment >= self.part.carried]
        return as_dates(dates.values, dates.is_there)

    def _batch(self) -> Columns:
        batches = self.part.above("BHT")
        found = self.above.last(batches, BATCH)
        submitters = self._named("41")
        submitter = self.above.last(submitters, BATCH)
        return {
            "batch_reference": pick(self.table.take(batches, 3), found),
            "created_date": pick(self._dates(batches, 4), found),
            "submitter_name": PartyColumns(self.table, submitters, submitter).name,
        }

    def _coverage(self) -> Columns:
        coverages = self.part.above("SBR")
        found = self.above.last(coverages, SUBSCRIBER)
        return {
            "payer_sequence_code": pick(self.table.take(coverages, 1), found),
            "claim_filing_code": pick(self.table.take(coverages, 9), found),
        }

    def _organisations(self) -> Columns:
        billing, _ = self._party("85", PROVIDER)
        pay_to, _ = self._party("87", PROVIDER)
        return {
            "billing_name": billing.name,
            "billing_npi": billing.npi,
            "billing_taxonomy_code": self.table.take(self._taxonomies(), 3),
            "pay_to_name": pay_to.name,
            "pay_to_npi": pay_to.npi,
        }

    def _taxonomies(self) -> Ints:
        """Each claim's PRV above: the last of the billing provider (BI), else the first that says anything."""
        segments = self.part.above("PRV")
        is_billing = coded(self.table.column(segments, 1), str.upper).among(["BI"])
        says = has(self.table, segments, 3)
        self.above.bad.append(segments[is_billing & ~says])
        billing, others = segments[is_billing], segments[says]
        last, claims = self.above.last(billing, PROVIDER), self.part.claims
        first = np.searchsorted(others, self.above.since(PROVIDER, claims))
        others = np.append(others, len(self.table))
        first_others = np.where(others[first] < claims, others[first], -1)
        return np.where(last >= 0, np.append(billing, -1)[last], first_others)

    def _people(self) -> Columns:
        """A patient not named is the subscriber."""
        payer, _ = self._party("PR", SUBSCRIBER)
        subscriber, _ = self._party("IL", SUBSCRIBER)
        patient, patients = self._party("QC", PATIENT)
        self._check_payer_references()
        births = self.part.above("DMG")
        described = self.above.described(births, self.names)
        is_patient = pa.array(patients >= 0)
        columns = {
            "payer_name": payer.name,
            "payer_id": payer.identifier,
            "subscriber_id": subscriber.identifier,
            "subscriber_last_name": subscriber.last_name,
            "subscriber_first_name": subscriber.first_name,
        }
        own = [subscriber.last_name, subscriber.first_name, self._births(births, described, "IL", SUBSCRIBER)]
        born = self._births(births, described, "QC", PATIENT)  # odd dates are told even if no claim follows in the part
        if is_patient.true_count:
            other = [patient.last_name, patient.first_name, born]
            own = [pc.if_else(is_patient, *both) for both in zip(other, own, strict=True)]
        names = ("patient_last_name", "patient_first_name", "patient_birth_date")
        return {**columns, **dict(zip(names, own, strict=True))}

    def _births(self, births: Ints, described: Ints, code: str, level: int) -> pa.Array:
        segments = births[np.append(self._codes.among([code]), False)[described]]
        return pick(self._dates(segments, 2), self.above.last(segments, level))

    def _check_payer_references(self) -> None:
        """REF*2U or NF tells who the payer is where its NM1 does not: columns leave that to the rows."""
        references = self.part.above("REF")
        second = references[coded(self.table.column(references, 1)).among(["2U", "NF"])]
        described = self.above.described(second, self.names)
        is_payer = np.append(self._codes.among(["PR"]), False)[described]
        self.above.bad.append(second[is_payer & ~has(self.table, np.append(self.names, -1)[described], 9)])

    def forms(self, told: Ints) -> Ints:
        """Each claim's form as a number in FORMS, -1 for none: REF*87 of its batch says it, else the envelope."""
        references = self.part.above("REF")
        guides = references[coded(self.table.column(references, 1)).among(["87"])]
        forms = np.array([form_number(claim_form(text)) for text in self.table.take(guides, 2).to_pylist()], dtype=int)
        guides, forms = guides[forms >= 0], forms[forms >= 0]
        found = self.above.last(guides, BATCH)
        return np.where(found >= 0, np.append(forms, -1)[found], told)


def form_number(form: str | None) -> int:
    """The place of a form in FORMS, -1 for none."""
    return FORMS.index(form) if form in FORMS else -1
