"""REF, PER and NM1 of an 835: numbers and names, of the line, the claim, or the header's payer or payee.

Every function gets (state, number, offset, elements); elements come without blanks around them.
"""

from pipelines.rows import Remit
from pipelines.x12.remittance_state import RemittanceState

LAST_NAME, FIRST_NAME, IDENTIFIER = 3, 4, 9  # of an NM1
PERSONS = {  # NM101 -> the claim's columns, and the element that each comes from
    "QC": {"patient_last_name": LAST_NAME, "patient_first_name": FIRST_NAME, "patient_id": IDENTIFIER},
    "IL": {"insured_last_name": LAST_NAME, "insured_first_name": FIRST_NAME, "insured_id": IDENTIFIER},
    "74": {"corrected_last_name": LAST_NAME, "corrected_first_name": FIRST_NAME, "corrected_id": IDENTIFIER},
    "TT": {"crossover_payer_name": LAST_NAME, "crossover_payer_id": IDENTIFIER},
    "PR": {"priority_payer_name": LAST_NAME, "priority_payer_id": IDENTIFIER},
    "GB": {"other_subscriber_id": IDENTIFIER},
}
CLAIM_REFERENCES = {
    "F8": "original_reference_number",
    "EA": "medical_record_number",
    "G1": "authorization_number",
    "CE": "contract_code",
}
LINE_REFERENCES = {
    "6R": "line_control_number",
    "0K": "policy_reference",
    "G1": "authorization_number",
    "LU": "location_number",
    "HPI": "rendering_npi",
}
PAYER_REFERENCES = ("2U", "EO", "HI", "NF")
REF_LENGTH, NM1_LENGTH, NPI_LENGTH = 3, 10, 10


def reference(state: RemittanceState, number: int, offset: int, elements: list[str]) -> None:
    """REF: to the column of the open line, claim or party, or a detail where there is none or it is taken."""
    if len(elements) < REF_LENGTH:
        elements += [""] * (REF_LENGTH - len(elements))
    qualifier, value = elements[1].upper(), elements[2] or None
    words = value or " ".join(filter(None, elements[3:])) or None
    row, fields = (state.line, LINE_REFERENCES) if state.line is not None else (state.claim, CLAIM_REFERENCES)
    if row is None:
        _header_reference(state, number, offset, qualifier, value, words)
        return
    field = fields.get(qualifier)
    if field is not None and getattr(row, field) is None and value == words:
        setattr(row, field, value)
    else:
        state.add_detail(number, offset, "REF", qualifier or None, words)


def _header_reference(
    state: RemittanceState, number: int, offset: int, qualifier: str, value: str | None, words: str | None
) -> None:
    remit = state.remit
    if remit is None:
        state.tell_outside(number, offset, "REF")
    elif value != words or not _party_reference(remit, state.party, qualifier, value):
        state.add_detail(number, offset, "REF", qualifier or None, words)


def _party_reference(remit: Remit, party: str, qualifier: str, value: str | None) -> bool:
    """Take a number of the payer or payee; says whether it was one with a column that is free."""
    if party == "PR" and qualifier in PAYER_REFERENCES and remit.payer_id is None:
        remit.payer_id = value
    elif party == "PE" and qualifier == "TJ" and remit.payee_tax_id is None:
        remit.payee_tax_id = value
    else:
        return False
    return True


def contact(state: RemittanceState, number: int, offset: int, elements: list[str]) -> None:
    """PER: whom to ask, of the payer or for one claim."""
    words = " ".join(word for word in elements[2:] if word)
    remit = state.remit
    if remit is None:
        state.tell_outside(number, offset, "PER")
    elif state.claim is None and state.party == "PR":
        remit.payer_contact = f"{remit.payer_contact}; {words}" if remit.payer_contact else words or None
    else:
        state.add_detail(number, offset, "PER", elements[1].upper() if len(elements) > 1 else None, words or None)


def person(state: RemittanceState, number: int, offset: int, elements: list[str]) -> None:
    """NM1: patient, insured, corrected name, rendering provider, crossover or priority payer, other subscriber."""
    claim = state.claim
    if claim is None:
        state.tell_orphan(number, offset, "NM1")
        return
    if len(elements) < NM1_LENGTH:
        elements += [""] * (NM1_LENGTH - len(elements))
    entity = elements[1]
    if entity in PERSONS:
        said = {field: elements[index] or None for field, index in PERSONS[entity].items()}
        known = {field: getattr(claim, field) for field in said}
        if any(known.values()) and known != said:
            _person_again(state, number, offset, elements)
        elif not any(said.values()):
            _nobody(state, number, offset, elements)
        else:
            for field, value in said.items():
                setattr(claim, field, value)
    elif entity == "82":
        _rendering(state, number, offset, elements)
    elif entity.islower():
        person(state, number, offset, ["NM1", entity.upper(), *elements[2:]])
    else:
        _other_person(state, number, offset, elements)


def _other_person(state: RemittanceState, number: int, offset: int, elements: list[str]) -> None:
    """Whoever has no column of the claim is a detail of it."""
    state.add_detail(number, offset, "NM1", elements[1] or None, _said(elements) or None, is_of_claim=True)


def _said(elements: list[str]) -> str:
    return " ".join(elements[index] for index in (LAST_NAME, FIRST_NAME, IDENTIFIER) if elements[index])


def _nobody(state: RemittanceState, number: int, offset: int, elements: list[str]) -> None:
    """Of what has columns nothing is said: a name alone is a detail, whatever stands in other elements is told."""
    if _said(elements):
        _other_person(state, number, offset, elements)
    elif any(elements[LAST_NAME:]):
        what = "and NM109 are empty, and other elements are not"
        state.values.tell("elements_shifted", elements, LAST_NAME, number, offset, what)


def _person_again(state: RemittanceState, number: int, offset: int, elements: list[str]) -> None:
    """A claim has one patient, one insured, ...: the first stays in the columns, another is told and a detail."""
    state.tell("repeated_segment", number, offset, f"a second NM1*{elements[1]} in the claim")
    _other_person(state, number, offset, elements)


def _rendering(state: RemittanceState, number: int, offset: int, elements: list[str]) -> None:
    """Take the rendering provider; the number is an NPI only if it is one, else a detail."""
    claim, qualifier, identifier = state.claim, elements[8], elements[IDENTIFIER] or None
    name = ", ".join(filter(None, (elements[LAST_NAME], elements[FIRST_NAME]))) or None
    npi = identifier if qualifier.upper() == "XX" or _looks_like_npi(elements[IDENTIFIER]) else None
    if claim is None:
        return
    if claim.rendering_name not in (None, name) or (npi and claim.rendering_npi not in (None, npi)):
        _person_again(state, number, offset, elements)
        return
    if name is None and identifier is None:
        _nobody(state, number, offset, elements)
    claim.rendering_name, claim.rendering_npi = name, npi or claim.rendering_npi
    if identifier is not None and npi is None:
        state.add_detail(number, offset, "NM1", "82", f"{qualifier} {identifier}".strip(), is_of_claim=True)


def _looks_like_npi(identifier: str) -> bool:
    return len(identifier) == NPI_LENGTH and identifier.isdecimal()
