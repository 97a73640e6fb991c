"""What each segment of a CLM loop says, of the claim or of its open line; of another payer `claim_payers` says it.

What has a column goes there once; whatever else a segment says is kept as a detail, so that nothing of a claim is lost
but addresses, contacts and birthdays of people who are not the patient.
"""

from collections.abc import Callable

from pipelines.rows import Date, Submission, SubmissionCode, SubmissionLine, SubmissionPayer
from pipelines.x12 import claim_payers
from pipelines.x12.claim_loop import ClaimLoop
from pipelines.x12.claim_parties import Party, read_party
from pipelines.x12.delimiters import BLANKS
from pipelines.x12.diagnosis import CODE, composites, dotted_diagnosis
from pipelines.x12.values import ValueReader, element, text

FACILITY_CODES = frozenset(("77", "FA", "LI", "TL"))  # 4010 tells facility, laboratory and so on apart
CLAIM_DATES = frozenset(("434", "472"))

ODD_COMPOSITES = {
    "composite_split": "and its qualifier are two elements",
    "component_separator_differs": "is parted by another separator than the ISA names",
    "code_missing": "is a qualifier without a code",
}
CLAIM_REFERENCES = {
    "F8": "original_reference_number",
    "G1": "authorization_number",
    "D9": "clearinghouse_number",
    "EA": "medical_record_number",
}
LINE_REFERENCES = {"6R": "line_control_number", "G1": "authorization_number"}
NO_DAY = frozenset(("TM", "TS", "RTM", "RTS", "CM", "CY", "MD", "YY"))  # hours, months and years
QUALIFIED = frozenset(("CR1", "CRC", "HSD", "LQ", "MEA", "NTE", "PRV", "PWK", "QTY", "TOO"))


def take(loop: ClaimLoop, number: int, offset: int, elements: list[str]) -> None:
    """The claim, line or other payer at hand holds what the segment says."""
    handler = HANDLERS.get(elements[0])
    if handler is not None:
        handler(loop, number, offset, elements)


def _name(loop: ClaimLoop, number: int, offset: int, elements: list[str]) -> None:
    loop.described = code = element(elements, 1).upper()
    party = read_party(elements)
    if loop.payer is not None:
        is_kept = claim_payers.name(loop.payer, code, party)
    elif loop.line is not None:
        is_kept = _line_name(loop.line, code, party)
    else:
        is_kept = _claim_name(loop.submission, code, party)
    words = " ".join(word for word in (party.name, party.identifier) if word)
    if words and not is_kept:
        loop.add_detail(number, offset, "NM1", code or None, words)
    elif not words and _words(elements, 3):
        loop.values.tell("elements_shifted", elements, 3, number, offset, "to 04 and 09 are empty, and others are not")


def _line_name(line: SubmissionLine, code: str, party: Party) -> bool:
    if code != "82" or party.npi is None or line.rendering_npi is not None:
        return False
    line.rendering_npi = party.npi
    return True


def _claim_name(claim: Submission, code: str, party: Party) -> bool:
    """Take a party that has a column; says whether all of it that counts is kept."""
    if code == "82" and claim.rendering_name is None and claim.rendering_npi is None:
        claim.rendering_name, claim.rendering_npi = party.name, party.npi
    elif code in FACILITY_CODES and claim.service_facility_name is None and claim.service_facility_npi is None:
        claim.service_facility_name, claim.service_facility_npi = party.name, party.npi
    elif code == "DN" and claim.referring_npi is None:
        claim.referring_npi = party.npi
        return party.npi is not None
    elif code == "DQ" and claim.supervising_npi is None:
        claim.supervising_npi = party.npi
        return party.npi is not None
    else:
        return False
    return party.npi is not None or party.identifier is None


def _taxonomy(loop: ClaimLoop, number: int, offset: int, elements: list[str]) -> None:
    claim = loop.submission
    code, is_at_claim = text(element(elements, 3)), loop.payer is None and loop.line is None
    if code and is_at_claim and loop.described == "82" and claim.rendering_taxonomy_code is None:
        claim.rendering_taxonomy_code = code
    else:
        _whole(loop, number, offset, elements)


def _reference(loop: ClaimLoop, number: int, offset: int, elements: list[str]) -> None:
    """REF: a number that REF04 ties to another payer is a detail, as is one that came before or has no column."""
    qualifier, is_plain = element(elements, 1).upper(), not element(elements, 4)
    row: Submission | SubmissionLine | SubmissionPayer = loop.submission
    fields = CLAIM_REFERENCES
    if loop.payer is not None:
        row, fields = loop.payer, claim_payers.REFERENCES if loop.described == "PR" else {}
    elif loop.line is not None:
        row, fields = loop.line, LINE_REFERENCES
    field, value, words = fields.get(qualifier), text(element(elements, 2)), _words(elements, 2)
    if field is None or not is_plain or (value is None and words):
        loop.add_detail(number, offset, "REF", qualifier or None, words)
        return
    known = getattr(row, field)
    if known is None:
        setattr(row, field, value)
    elif value not in (None, known):
        loop.values.tell("repeated_segment", elements, 1, number, offset, f"is {elements[1]} again")
        loop.add_detail(number, offset, "REF", qualifier, words)


def _codes(loop: ClaimLoop, number: int, offset: int, elements: list[str]) -> None:
    """HI: one row per code, and what of it is a diagnosis to the claim."""
    claim, told = loop.submission, set()
    for place, parts, oddity in composites(elements, loop.services.component):
        if len(parts) > CODE:
            loop.code_no += 1
            row = SubmissionCode(claim.transaction_no, claim.claim_no, loop.code_no, number, offset)
            if fill_code(row, loop.values, place, parts):
                loop.diagnoses.add(row.qualifier, row.code)
            loop.rows.append(row)
        if oddity and oddity not in told:
            told.add(oddity)
            loop.values.tell(oddity, elements, place, number, offset, ODD_COMPOSITES[oddity])


def fill_code(row: SubmissionCode, values: ValueReader, place: int, parts: list[str]) -> bool:
    """The row holds what the parts of a composite at a place of HI say; tells whether the code is a diagnosis."""
    row.qualifier, row.code = parts[0].upper(), parts[CODE].strip(BLANKS)
    written = dotted_diagnosis(row.qualifier, row.code)
    row.code = row.code if written is None else written
    if len(parts) > 2:
        _code_values(values, row, [f"HI{place:02d}-", *parts])
    return written is not None


def _code_values(values: ValueReader, row: SubmissionCode, parts: list[str]) -> None:
    """A date or span in the fourth part, an amount in the fifth, in the ninth whether it was there at admission."""
    if element(parts, 4):
        row.date_value, row.end_date = period(values, row.segment_no, row.byte_offset, parts, 3)
    row.amount = values.amount(parts, 5, row.segment_no, row.byte_offset)
    row.present_on_admission_code = text(element(parts, 9))


def _note(loop: ClaimLoop, number: int, offset: int, elements: list[str]) -> None:
    row = loop.line or loop.submission
    words = [part for part in (row.note, _words(elements, 2)) if part]
    row.note = "; ".join(words) or None


def _date(loop: ClaimLoop, number: int, offset: int, elements: list[str]) -> None:
    qualifier = element(elements, 1)
    first, last = period(loop.values, number, offset, elements, 2)
    if loop.payer is not None or loop.decision is not None:
        is_kept = qualifier == "573" and claim_payers.decided(loop, first)
    elif loop.line is not None:
        is_kept = qualifier == "472" and _line_date(loop.line, first, last)
    else:
        is_kept = qualifier in CLAIM_DATES and _claim_date(loop.submission, first, last)
        if qualifier == "435":
            loop.admission_date = loop.admission_date or first
    if not is_kept:
        loop.add_detail(number, offset, "DTP", qualifier or None, text(element(elements, 3)), None, first)


def _line_date(line: SubmissionLine, first: Date | None, last: Date | None) -> bool:
    if first is None or line.service_date is not None:
        return False
    line.service_date, line.service_end_date = first, last
    return True


def _claim_date(claim: Submission, first: Date | None, last: Date | None) -> bool:
    if first is None or claim.service_from_date is not None:
        return False
    claim.service_from_date, claim.service_to_date = first, last or first
    return True


def period(
    values: ValueReader, number: int, offset: int, elements: list[str], place: int
) -> tuple[Date | None, Date | None]:
    """Return the first day of the format and value at `place`, and the last of a range; the time of day is left out."""
    form, value = element(elements, place).upper(), element(elements, place + 1)
    if form in NO_DAY:
        return None, None
    if form == "DT":
        value = value[:8]
    head = elements[: place + 1]
    if len(value) != 17:
        return values.date([*head, value], place + 1, number, offset), None
    first, _, last = value.partition("-")
    dates = [values.date([*head, part], place + 1, number, offset) for part in (first, last)]
    return dates[0], dates[1]


def _amount(loop: ClaimLoop, number: int, offset: int, elements: list[str]) -> None:
    """AMT: D is what another payer paid, F5 what the patient did; the rest are details."""
    qualifier, amount = element(elements, 1).upper(), loop.values.amount(elements, 2, number, offset, required=True)
    claim, payer = loop.submission, loop.payer
    if payer is not None and qualifier == "D" and payer.paid_amount is None:
        payer.paid_amount = amount
    elif payer is None and loop.line is None and qualifier == "F5" and claim.patient_paid_amount is None:
        claim.patient_paid_amount = amount
    else:
        loop.add_detail(number, offset, "AMT", qualifier or None, text(element(elements, 2)), amount)


def _whole(loop: ClaimLoop, number: int, offset: int, elements: list[str]) -> None:
    """Any other segment is kept as a detail, under its first element where that is a qualifier."""
    is_qualified = elements[0] in QUALIFIED
    qualifier = (element(elements, 1).upper() or None) if is_qualified else None
    loop.add_detail(number, offset, elements[0], qualifier, _words(elements, 2 if is_qualified else 1))


def _words(elements: list[str], start: int) -> str | None:
    """Return the elements from `start` on as one text, `*` between them, none empty at the end."""
    return text("*".join(part.strip(BLANKS) for part in elements[start:]).rstrip("*"))


WHOLE = """
    CL1 CN1 CR1 CR2 CR3 CR4 CR5 CR6 CRC CTP CUR DN1 DN2 DSB FRM HCP HSD K3 LIN LQ MEA MIA MOA OI PS1 PWK QTY SV4 SV5
    SV6 SV7 TOO TST UR
"""
Handler = Callable[[ClaimLoop, int, int, list[str]], None]
HANDLERS: dict[str, Handler] = {
    **dict.fromkeys(WHOLE.split(), _whole),
    "SBR": claim_payers.begin_payer,
    "CAS": claim_payers.adjustments,
    "SVD": claim_payers.decision,
    "NM1": _name,
    "PRV": _taxonomy,
    "REF": _reference,
    "HI": _codes,
    "NTE": _note,
    "DTP": _date,
    "AMT": _amount,
    "LX": ClaimLoop.begin_line,
    "SV1": ClaimLoop.service,
    "SV2": ClaimLoop.service,
    "SV3": ClaimLoop.service,
}
