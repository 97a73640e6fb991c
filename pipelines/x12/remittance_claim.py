"""The claim loop of an 835 (CLP to the next CLP): what each of its segments does to the open claim and line.

Every function gets (state, number, offset, elements or what remittance_values made of them).
"""

from pipelines.rows import Adjustment, Cents, Remark, RemitClaim, RemitLine
from pipelines.x12 import balance
from pipelines.x12.remittance_state import RemittanceState
from pipelines.x12.remittance_values import Adjustments, Dated, Outpatient, Service, Valued
from pipelines.x12.values import element, text

CLAIM_STATUSES = frozenset(
    ("1", "2", "3", "4", "5", "10", "13", "15", "16", "17", "19", "20", "21", "22", "23", "25", "27")
)
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
CLAIM_DATES = {
    "232": "statement_from_date",
    "233": "statement_to_date",
    "036": "coverage_expiration_date",
    "050": "received_date",
}
LINE_DATES = ("472", "150", "151")
NPI_LENGTH = 10


def claim(state: RemittanceState, number: int, offset: int, elements: list[str]) -> None:
    """CLP: begin a claim."""
    if state.remit is None:
        if state.envelope.in_transaction:
            return  # of another kind of transaction, told at its ST
        state.envelope.open_implied(number, offset, "835", "CLP without ST before it")
        state.open_remit(number, offset)
    elements += [""] * (12 - len(elements))
    amount = state.values.amount
    number_text, status, payer_number = text(elements[1]), elements[2].strip(), text(elements[7])
    state.close_claim(offset)
    state.claim_no += 1
    row = RemitClaim(
        state.transaction_no,
        state.claim_no,
        number,
        offset,
        0,
        state.lx_number,
        number_text,
        status or None,
        amount(elements, 3, number, offset, True),
        amount(elements, 4, number, offset, True),
        amount(elements, 5, number, offset),
        text(elements[6]),
        payer_number,
        text(elements[8]),
        text(elements[9]),
        text(elements[10]),
        text(elements[11]),
    )
    state.open_claim(row)
    state.lx_offset = None
    state.key_parts.append(
        f"CLP|{number_text}|{status}|{row.charge_amount}|{row.paid_amount}|{row.patient_responsibility_amount}|{payer_number}"
    )
    if number_text is None or status not in CLAIM_STATUSES:
        _tell_claim(state, row)


def _tell_claim(state: RemittanceState, row: RemitClaim) -> None:
    if row.patient_control_number is None:
        state.tell("claim_number_missing", row.segment_no, row.byte_offset, "CLP01 is missing")
    if row.claim_status_code is None:
        state.tell("claim_status_missing", row.segment_no, row.byte_offset, "CLP02 is missing")
    elif row.claim_status_code not in CLAIM_STATUSES:
        message = f"CLP02 is {row.claim_status_code!r}, not a claim status code"
        state.tell("claim_status_unknown", row.segment_no, row.byte_offset, message)


def service(state: RemittanceState, number: int, offset: int, values: Service) -> None:
    """SVC: begin a line."""
    if state.claim is None:
        state.tell_orphan(number, offset, "SVC")
        return
    if state.lx_offset is not None:
        state.tell("segment_out_of_place", number, offset, "an LX stands between a claim and its SVC")
        state.lx_offset = None
    fields, charge, paid, key = values
    state.line_no += 1
    line = RemitLine(state.transaction_no, state.claim_no, state.line_no, number, offset, *fields)  # type: ignore[arg-type]
    if charge is not None and paid is not None:
        line.off_amount = Cents(charge - paid)
    state.line = line
    state.lines.append(line)
    state.loop_rows.append(line)
    state.key_parts.append(key)
    if state.line_keys:
        state.line_keys = []


def adjustments(state: RemittanceState, number: int, offset: int, values: Adjustments) -> None:
    """CAS: the open line's, or the claim's where no line is open yet."""
    claim, line = state.claim, state.line
    if claim is None:
        state.tell_orphan(number, offset, "CAS")
        return
    group_code, triplets, total, key = values
    transaction_no, claim_no, line_no = state.transaction_no, state.claim_no, state.line_no
    for carc, amount, quantity in triplets:
        state.adjustment_no += 1
        state.loop_rows.append(
            Adjustment(
                transaction_no, claim_no, line_no, state.adjustment_no, number, offset,
                group_code, carc, amount, quantity,
            )
        )  # fmt: skip
    balance.explain(claim, total)
    if line is not None:
        balance.explain(line, total)
    else:
        state.claim_adjusted += total or 0
    if key in state.line_keys:
        state.tell("adjustment_repeated", number, offset, f"the same CAS stood before: {key}")
    state.line_keys.append(key)
    state.key_parts.append(key)


def service_date(state: RemittanceState, number: int, offset: int, values: Dated) -> None:
    """DTM*472, 150 or 151: the line's dates; 472 wins over 150."""
    line, claim = state.line, state.claim
    qualifier, date, end_date, _, key = values
    if line is None:
        if claim is not None and claim.statement_from_date is None and qualifier != "151":
            state.tell("segment_out_of_place", number, offset, f"DTM*{qualifier} stands before any SVC")
            claim.statement_from_date = date
        other_date(state, number, offset, values)
        return
    if qualifier == "151":
        line.service_end_date = date
    elif qualifier == "472" or line.service_date is None:
        line.service_date = date
    if end_date is not None:
        line.service_end_date = end_date
    state.key_parts.append(key)


def claim_date(state: RemittanceState, number: int, offset: int, values: Dated) -> None:
    """DTM*232, 233, 036 or 050: the claim's dates, wherever in its loop they stand."""
    claim, field = state.claim, CLAIM_DATES[values.qualifier]
    if claim is None or getattr(claim, field) is not None:
        other_date(state, number, offset, values)
        return
    setattr(claim, field, values.date)
    if values.end_date is not None and values.qualifier == "232":
        claim.statement_to_date = values.end_date
    if state.line is not None:
        state.tell("segment_out_of_place", number, offset, f"DTM*{values.qualifier} stands after an SVC")


def other_date(state: RemittanceState, number: int, offset: int, values: Dated) -> None:
    """DTM*405 in the header is the production date; any other is kept as a detail."""
    if state.remit is None:
        state.tell_orphan(number, offset, "DTM")
    elif values.qualifier == "405" and state.claim is None and state.remit.production_date is None:
        state.remit.production_date = values.date
    else:
        state.add_detail(number, offset, "DTM", values.qualifier or None, values.as_given, None, values.date)


def amount(state: RemittanceState, number: int, offset: int, values: Valued) -> None:
    """AMT: B6 on a line is what the payer calls allowed; the rest are details."""
    qualifier, as_given, cents = values
    line = state.line
    if line is not None and qualifier == "B6" and line.allowed_evidence_amount is None:
        line.allowed_evidence_amount = cents
    elif state.claim is not None:
        state.add_detail(number, offset, "AMT", qualifier, as_given, cents)
    else:
        state.tell_orphan(number, offset, "AMT")


def quantity(state: RemittanceState, number: int, offset: int, values: Valued) -> None:
    """QTY: a detail of the claim or line."""
    if state.claim is None:
        state.tell_orphan(number, offset, "QTY")
    else:
        state.add_detail(number, offset, "QTY", values.qualifier, values.as_given)


def remark(state: RemittanceState, number: int, offset: int, values: Valued) -> None:
    """LQ: a remark code of the line (X12 ties it to the line, not to one CAS)."""
    if state.claim is None:
        state.tell_orphan(number, offset, "LQ")
        return
    code = values.as_given.upper() if values.as_given else None
    _add_remark(state, number, offset, state.line_no, "LQ", values.qualifier, code)


def outpatient(state: RemittanceState, number: int, offset: int, values: Outpatient) -> None:
    """MIA or MOA: remark codes of the claim, and amounts as details."""
    if state.claim is None:
        state.tell_orphan(number, offset, values.segment_id)
        return
    for code in values.remarks:
        _add_remark(state, number, offset, 0, values.segment_id, None, code)
    for place, cents, as_given in values.others:
        state.add_detail(number, offset, values.segment_id, place, as_given, cents, is_of_claim=True)


def _add_remark(
    state: RemittanceState, number: int, offset: int, line_no: int, source: str, qualifier: str | None, code: str | None
) -> None:
    state.remark_no += 1
    state.loop_rows.append(
        Remark(
            state.transaction_no, state.claim_no, line_no, state.remark_no, number, offset, source, qualifier, code
        )
    )  # fmt: skip


def reference(state: RemittanceState, number: int, offset: int, elements: list[str]) -> None:
    """REF of a claim or line: to its column, or a detail where there is none or it is taken."""
    qualifier, value = element(elements, 1).upper(), text(element(elements, 2) or element(elements, 3))
    row = state.claim if state.line is None else state.line
    field = (CLAIM_REFERENCES if state.line is None else LINE_REFERENCES).get(qualifier)
    if field is not None and getattr(row, field) is None:
        setattr(row, field, value)
    else:
        state.add_detail(number, offset, "REF", qualifier or None, value)


def person(state: RemittanceState, number: int, offset: int, elements: list[str]) -> None:
    """NM1: patient, insured, corrected name, rendering provider, crossover or priority payer, other subscriber."""
    claim = state.claim
    if claim is None:
        state.tell_orphan(number, offset, "NM1")
        return
    elements += [""] * (10 - len(elements))
    entity, last, first, identifier = (
        elements[1].strip().upper(),
        text(elements[3]),
        text(elements[4]),
        text(elements[9]),
    )
    if entity == "QC":
        claim.patient_last_name, claim.patient_first_name, claim.patient_id = last, first, identifier
    elif entity == "IL":
        claim.insured_last_name, claim.insured_first_name, claim.insured_id = last, first, identifier
    elif entity == "74":
        claim.corrected_last_name, claim.corrected_first_name, claim.corrected_id = last, first, identifier
    elif entity == "82":
        claim.rendering_name = f"{last}, {first}" if last and first else last
        _rendering_id(state, number, offset, elements[8].strip().upper(), identifier)
    elif entity == "TT":
        claim.crossover_payer_name, claim.crossover_payer_id = last, identifier
    elif entity == "PR":
        claim.priority_payer_name, claim.priority_payer_id = last, identifier
    elif entity == "GB":
        claim.other_subscriber_id = identifier
    else:
        words = " ".join(word for word in (last, first, identifier) if word)
        state.add_detail(number, offset, "NM1", entity or None, words or None, is_of_claim=True)


def _rendering_id(state: RemittanceState, number: int, offset: int, qualifier: str, identifier: str | None) -> None:
    """Take the rendering provider's number as an NPI only if it is one; else keep it as a detail."""
    looks_like_npi = identifier is not None and len(identifier) == NPI_LENGTH and identifier.isdecimal()
    if state.claim is not None and (qualifier == "XX" or looks_like_npi):
        state.claim.rendering_npi = identifier
    elif identifier is not None:
        state.add_detail(number, offset, "NM1", "82", f"{qualifier} {identifier}".strip(), is_of_claim=True)
