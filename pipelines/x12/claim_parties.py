"""Who and what a claim of an 837 stands under: its batch, billing provider, subscriber, payer and patient.

An 837 says these things once and hangs any number of claims under them: HL level 20 is the billing provider, 22 the
subscriber, 23 a patient who is not the subscriber. A new level forgets what stood at it and below it, nothing above.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from pipelines.rows import Date, Submission
from pipelines.x12.envelope import Envelope
from pipelines.x12.values import ValueReader, element, text

FORMS = {
    "837P": ("098", "222", "291", "298"),
    "837I": ("096", "223", "292", "299"),
    "837D": ("097", "224", "293", "300"),
}
GUIDE_FORM = {guide: form for form, guides in FORMS.items() for guide in guides}
NPI_LENGTH = 10


def claim_form(version_code: str | None) -> str | None:
    """Return 837P, 837I or 837D for an implementation guide such as 005010X222A1, or None if it names none of them."""
    guide = re.search(r"X(\d{3})", version_code or "", re.IGNORECASE | re.ASCII)
    return GUIDE_FORM.get(guide[1]) if guide else None


@dataclass(slots=True)
class Party:
    """A person or an organisation of an NM1 segment; an organisation's name is its last name."""

    last_name: str | None = None
    first_name: str | None = None
    identifier: str | None = None
    npi: str | None = None

    @property
    def name(self) -> str | None:
        """The name in one text: "Cedar, Cara" or "Example Surgery Center"."""
        return ", ".join(part for part in (self.last_name, self.first_name) if part) or None


def read_party(elements: list[str]) -> Party:
    """Return the party of an NM1 segment; its identifier is an NPI where NM108 says so or it looks like one."""
    identifier = text(element(elements, 9))
    looks_like_npi = identifier is not None and len(identifier) == NPI_LENGTH and identifier.isdecimal()
    npi = identifier if looks_like_npi or element(elements, 8).upper() == "XX" else None
    return Party(text(element(elements, 3)), text(element(elements, 4)), identifier, npi)


NOBODY = Party()


class Parties:
    """What has been said above the claims so far, ready to be copied into the next claim."""

    def __init__(self, values: ValueReader, envelope: Envelope) -> None:
        self._values = values
        self.begin_transaction(envelope)

    def begin_transaction(self, envelope: Envelope) -> None:
        """Everything is forgotten; the guide that the envelope names decides the form of the claims."""
        self.claim_form = claim_form(envelope.version_code)
        self.control_numbers = (
            envelope.transaction_control_number,
            envelope.group_control_number,
            envelope.interchange_control_number,
        )
        self._submitter = NOBODY
        self._created_date: Date | None = None
        self._batch_reference: str | None = None
        self.begin_level("20")

    def begin_level(self, level_code: str) -> bool:
        """What stood at this level and below it is forgotten; False where the level is not one of an 837."""
        if level_code not in ("20", "22", "23"):
            return False
        if level_code == "20":
            self._billing, self._pay_to = NOBODY, NOBODY
            self._billing_taxonomy_code: str | None = None
        if level_code in ("20", "22"):
            self._subscriber, self._payer = NOBODY, NOBODY
            self._sequence_code: str | None = None
            self._filing_code: str | None = None
            self._subscriber_birth_date: Date | None = None
        self._patient: Party | None = None
        self._patient_birth_date: Date | None = None
        self._described = ""  # the NM1 that the next DMG or REF belongs to
        return True

    def take(self, number: int, offset: int, elements: list[str]) -> None:
        """Remember what the segment says about batch, provider, subscriber, payer or patient."""
        handler = HANDLERS.get(elements[0])
        if handler is not None:
            handler(self, number, offset, elements)

    def submission(self, transaction_no: int, claim_no: int, segment_no: int, byte_offset: int) -> Submission:
        """Return a new claim that knows all that stands above it; a patient not named is the subscriber."""
        is_subscriber = self._patient is None
        transaction, group, interchange = self.control_numbers
        patient = self._subscriber if self._patient is None else self._patient
        return Submission(
            transaction_no,
            claim_no,
            segment_no,
            byte_offset,
            created_date=self._created_date,
            batch_reference=self._batch_reference,
            transaction_control_number=transaction,
            group_control_number=group,
            interchange_control_number=interchange,
            submitter_name=self._submitter.name,
            payer_sequence_code=self._sequence_code,
            claim_filing_code=self._filing_code,
            payer_name=self._payer.name,
            payer_id=self._payer.identifier,
            subscriber_id=self._subscriber.identifier,
            subscriber_last_name=self._subscriber.last_name,
            subscriber_first_name=self._subscriber.first_name,
            patient_last_name=patient.last_name,
            patient_first_name=patient.first_name,
            patient_birth_date=self._subscriber_birth_date if is_subscriber else self._patient_birth_date,
            billing_name=self._billing.name,
            billing_npi=self._billing.npi,
            billing_taxonomy_code=self._billing_taxonomy_code,
            pay_to_name=self._pay_to.name,
            pay_to_npi=self._pay_to.npi,
        )

    def _batch(self, number: int, offset: int, elements: list[str]) -> None:
        self._batch_reference = text(element(elements, 3))
        self._created_date = self._values.date(elements, 4, number, offset)

    def _coverage(self, number: int, offset: int, elements: list[str]) -> None:
        self._sequence_code = text(element(elements, 1))
        self._filing_code = text(element(elements, 9))

    def _name(self, number: int, offset: int, elements: list[str]) -> None:
        self._described = code = element(elements, 1).upper()
        if code == "85":
            self._billing = read_party(elements)
        elif code == "IL":
            self._subscriber = read_party(elements)
        elif code == "PR":
            self._payer = read_party(elements)
        elif code == "QC":
            self._patient = read_party(elements)
        elif code == "87":
            self._pay_to = read_party(elements)
        elif code == "41":
            self._submitter = read_party(elements)

    def _taxonomy(self, number: int, offset: int, elements: list[str]) -> None:
        """PRV: in 4010 one of the pay-to provider (PT) may stand beside the billing provider's (BI)."""
        if self._billing_taxonomy_code is None or element(elements, 1).upper() == "BI":
            self._billing_taxonomy_code = text(element(elements, 3))

    def _birth(self, number: int, offset: int, elements: list[str]) -> None:
        if self._described == "QC":
            self._patient_birth_date = self._values.date(elements, 2, number, offset)
        elif self._described == "IL":
            self._subscriber_birth_date = self._values.date(elements, 2, number, offset)

    def _reference(self, number: int, offset: int, elements: list[str]) -> None:
        qualifier, value = element(elements, 1), text(element(elements, 2))
        if qualifier == "87":  # 4010 names the guide here, and often nowhere else
            self.claim_form = claim_form(value) or self.claim_form
        elif qualifier in ("2U", "NF") and self._described == "PR" and self._payer.identifier is None:
            self._payer.identifier = value


Handler = Callable[[Parties, int, int, list[str]], None]
HANDLERS: dict[str, Handler] = {
    "BHT": Parties._batch,
    "SBR": Parties._coverage,
    "NM1": Parties._name,
    "PRV": Parties._taxonomy,
    "DMG": Parties._birth,
    "REF": Parties._reference,
}
