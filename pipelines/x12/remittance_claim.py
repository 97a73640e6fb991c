"""The claim loop of an 835 (CLP to the next CLP): what each of its segments does to the open claim and line.

Every function gets (state, number, offset, elements or what RemittanceValues made of them). Elements come without
blanks around them. These run for every segment of every remittance, so they are written plainly, and for speed: a
sum of cents is not wrapped in Cents() again, which would be a call.
"""

from pipelines.rows import Adjustment, Cents, Remark, RemitClaim, RemitLine
from pipelines.x12.remittance_key import CLAIM, code_number, part_number, text_number
from pipelines.x12.remittance_state import RemittanceState
from pipelines.x12.remittance_values import Adjustments, Dated, Outpatient, Service, Valued

CLAIM_STATUSES = frozenset(
    ("1", "2", "3", "4", "5", "10", "13", "15", "16", "17", "19", "20", "21", "22", "23", "25", "27")
)
CLAIM_DATES = {
    "232": "statement_from_date",
    "233": "statement_to_date",
    "036": "coverage_expiration_date",
    "050": "received_date",
}
LINE_DATES = ("472", "150", "151")
CLP_LENGTH = 12


def claim(state: RemittanceState, number: int, offset: int, elements: list[str]) -> None:
    """CLP: begin a claim; one that was open has ended where this one, or the LX before it, begins."""
    state.close_claim(offset)
    if state.remit is None:
        state.begin_implied(number, offset, "CLP")
        if state.remit is None:
            return  # of another kind, told at its ST
    if len(elements) < CLP_LENGTH:
        elements += [""] * (CLP_LENGTH - len(elements))
    _, account, status, *_ = elements
    charge, paid, share = _claim_amounts(state, number, offset, elements)
    state.claim_no += 1
    row = RemitClaim(
        state.transaction_no,
        state.claim_no,
        number,
        offset,
        0,
        state.lx_number,
        account or None,
        status or None,
        charge,
        paid,
        share,
        elements[6] or None,
        elements[7] or None,
        elements[8] or None,
        elements[9] or None,
        elements[10] or None,
        elements[11] or None,
    )
    state.lx_offset = None
    texts = text_number(row.patient_control_number), code_number(row.claim_status_code)
    numbers = charge, paid, share, text_number(row.payer_claim_control_number)
    state.open_claim(row, part_number(CLAIM, *texts, *numbers))
    if not account or status not in CLAIM_STATUSES:
        _tell_claim(state, row)


def _claim_amounts(
    state: RemittanceState, number: int, offset: int, elements: list[str]
) -> tuple[Cents | None, Cents | None, Cents | None]:
    """Return CLP03, CLP04 and CLP05, the first two of which are required."""
    values = state.values
    charge, paid, share = values.cents[elements[3]], values.cents[elements[4]], values.cents[elements[5]]
    if charge is None:
        charge = values.amount(elements, 3, number, offset, required=True)
    if paid is None:
        paid = values.amount(elements, 4, number, offset, required=True)
    if share is None:
        share = values.amount(elements, 5, number, offset)
    return charge, paid, share


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
    fields, charge, left_open, part = values
    line_no = state.line_no = state.line_no + 1
    line = state.line = RemitLine(state.transaction_no, state.claim_no, line_no, number, offset, *fields)
    line.off_amount = left_open
    if charge is None:
        state.charges_are_known = False
    else:
        state.lines_charge += charge
    state.lines.append(line)
    state.loop_rows.append(line)
    state.add_part(part)
    if state.line_keys:
        state.line_keys = []


def adjustments(state: RemittanceState, number: int, offset: int, values: Adjustments) -> None:
    """CAS: the open line's, or the claim's where no line is open yet."""
    claim, line = state.claim, state.line
    if claim is None:
        state.tell_orphan(number, offset, "CAS")
        return
    group_code, triplets, total, key, part = values
    transaction_no, claim_no, line_no = state.transaction_no, state.claim_no, state.line_no
    for carc, amount, quantity in triplets:
        adjustment_no = state.adjustment_no = state.adjustment_no + 1
        state.loop_rows.append(
            Adjustment(
                transaction_no, claim_no, line_no, adjustment_no, number, offset, group_code, carc, amount, quantity
            )
        )
    if total is None:
        claim.off_amount = None
    elif claim.off_amount is not None:
        claim.off_amount -= total  # type: ignore[assignment]
    if line is None:
        state.claim_adjusted += total or 0
    elif total is None:
        line.off_amount = None
    elif line.off_amount is not None:
        line.off_amount -= total  # type: ignore[assignment]
    if key in state.line_keys:
        state.tell("adjustment_repeated", number, offset, f"the same CAS stood before: {key}")
    state.line_keys.append(key)
    state.add_part(part)


def service_date(state: RemittanceState, number: int, offset: int, values: Dated) -> None:
    """DTM*472, 150 or 151: the line's dates; 472 wins over 150, and what comes again is kept as a detail."""
    line, claim = state.line, state.claim
    qualifier, date, end_date, _, part = values
    if line is None:
        if claim is not None and claim.statement_from_date is None and qualifier != "151":
            state.tell("segment_out_of_place", number, offset, f"DTM*{qualifier} stands before any SVC")
            claim.statement_from_date = date
        other_date(state, number, offset, values)
        return
    state.add_part(part)
    known = line.service_end_date if qualifier == "151" else line.service_date
    if known is not None and known != date and (qualifier != "472" or date is None or state.dated_line is line):
        other_date(state, number, offset, values)
        return
    if known is not None and known != date:
        state.add_detail(number, offset, "DTM", "150", f"{known:%Y%m%d}", None, known)
    if qualifier == "151":
        line.service_end_date = date
    else:
        line.service_date = date
    if qualifier == "472" and date is not None:
        state.dated_line = line
    if end_date is not None and line.service_end_date not in (None, end_date):
        other_date(state, number, offset, values)
    elif end_date is not None:
        line.service_end_date = end_date


def claim_date(state: RemittanceState, number: int, offset: int, values: Dated) -> None:
    """DTM*232, 233, 036 or 050: the claim's dates, wherever in its loop they stand."""
    claim, qualifier = state.claim, values[0]
    field = CLAIM_DATES[qualifier]
    if claim is None or getattr(claim, field) is not None:
        other_date(state, number, offset, values)
        return
    setattr(claim, field, values[1])
    if qualifier == "232" and values[2] is not None and claim.statement_to_date in (None, values[2]):
        claim.statement_to_date = values[2]
    elif values[2] is not None:
        other_date(state, number, offset, values)
    if state.line is not None:
        state.tell("segment_out_of_place", number, offset, f"DTM*{qualifier} stands after an SVC")


def other_date(state: RemittanceState, number: int, offset: int, values: Dated) -> None:
    """DTM*405 in the header is the production date; any other is kept as a detail."""
    qualifier, date, _, as_given, _ = values
    if state.remit is None:
        state.tell_orphan(number, offset, "DTM")
    elif qualifier == "405" and state.claim is None and state.remit.production_date is None:
        state.remit.production_date = date
    else:
        state.add_detail(number, offset, "DTM", qualifier or None, as_given, None, date)


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
        state.add_detail(number, offset, "QTY", values[0], values[1])


def remark(state: RemittanceState, number: int, offset: int, values: Valued) -> None:
    """LQ: a remark code of the line (X12 ties it to the line, not to one CAS)."""
    if state.claim is None:
        state.tell_orphan(number, offset, "LQ")
    else:
        _add_remark(state, number, offset, state.line_no, "LQ", values[0], values[1])


def outpatient(state: RemittanceState, number: int, offset: int, values: Outpatient) -> None:
    """MIA or MOA: remark codes of the claim, and amounts as details."""
    segment_id, remarks, others = values
    if state.claim is None:
        state.tell_orphan(number, offset, segment_id)
        return
    for code in remarks:
        _add_remark(state, number, offset, 0, segment_id, None, code)
    for place, cents, as_given in others:
        state.add_detail(number, offset, segment_id, place, as_given, cents, is_of_claim=True)


def _add_remark(
    state: RemittanceState, number: int, offset: int, line_no: int, source: str, qualifier: str | None, code: str | None
) -> None:
    remark_no = state.remark_no = state.remark_no + 1
    state.loop_rows.append(
        Remark(state.transaction_no, state.claim_no, line_no, remark_no, number, offset, source, qualifier, code)
    )
