"""What an 837 says of the patient's other payers: loops 2320 and 2330 of a claim, 2430 of a line.

A secondary claim tells what the primary payer paid and adjusted, in the same CAS segments as its remittance.
"""

from pipelines.rows import Date, SubmissionAdjustment, SubmissionDecision, SubmissionPayer
from pipelines.x12.claim_loop import ClaimLoop
from pipelines.x12.claim_parties import Party
from pipelines.x12.triplets import read_triplets
from pipelines.x12.values import element, text

REFERENCES = {"F8": "payer_claim_control_number"}


def begin_payer(loop: ClaimLoop, number: int, offset: int, elements: list[str]) -> None:
    """SBR: another payer begins, until the next SBR or LX."""
    claim = loop.submission
    loop.payer_no += 1
    loop.decision, loop.described = None, ""
    loop.payer = SubmissionPayer(
        claim.transaction_no,
        claim.claim_no,
        loop.payer_no,
        number,
        offset,
        text(element(elements, 1)),
        text(element(elements, 9)),
    )
    loop.rows.append(loop.payer)


def name(payer: SubmissionPayer, code: str, party: Party) -> bool:
    """Take the payer or its subscriber; says whether it was one of them, and the first."""
    if code == "PR" and payer.payer_name is None and payer.payer_id is None:
        payer.payer_name, payer.payer_id = party.name, party.identifier
    elif code == "IL" and payer.subscriber_id is None and party.identifier is not None:
        payer.subscriber_id = party.identifier
    else:
        return False
    return True


def decision(loop: ClaimLoop, number: int, offset: int, elements: list[str]) -> None:
    """SVD: what another payer paid for the open line."""
    claim, line = loop.submission, loop.line
    if line is None or loop.payer is not None:
        loop.tell("segment_out_of_place", number, offset, "SVD stands outside any line")
    loop.decision_no += 1
    row = SubmissionDecision(
        claim.transaction_no,
        claim.claim_no,
        line.line_no if line is not None else 0,
        loop.decision_no,
        number,
        offset,
        text(element(elements, 1)),
        loop.values.amount(elements, 2, number, offset, required=True),
    )
    loop.services.procedure(row, 3, number, offset, elements)
    row.revenue_code = text(element(elements, 4))
    row.paid_units = loop.values.quantity(elements, 5, number, offset)
    row.bundled_line = text(element(elements, 6))
    loop.decision = row
    loop.rows.append(row)


def decided(loop: ClaimLoop, day: Date | None) -> bool:
    """DTP*573: when the other payer decided; says whether that was not known before."""
    row = loop.payer or loop.decision
    if row is None or row.decision_date is not None:
        return False
    row.decision_date = day
    return day is not None


def adjustments(loop: ClaimLoop, number: int, offset: int, elements: list[str]) -> None:
    """CAS: what another payer took off the claim or the line."""
    claim, payer, made = loop.submission, loop.payer, loop.decision
    if payer is None and made is None:
        loop.tell("segment_out_of_place", number, offset, "CAS stands outside what another payer decided")
    line_no = loop.line.line_no if loop.line is not None and payer is None else 0
    payer_no, decision_no = payer.payer_no if payer else 0, made.decision_no if made else 0
    group_code = element(elements, 1).upper() or None
    for triplet in read_triplets(loop.values, [part.strip() for part in elements], number, offset):
        loop.adjustment_no += 1
        loop.rows.append(
            SubmissionAdjustment(
                claim.transaction_no,
                claim.claim_no,
                line_no,
                payer_no,
                decision_no,
                loop.adjustment_no,
                number,
                offset,
                group_code,
                *triplet,
            )
        )
