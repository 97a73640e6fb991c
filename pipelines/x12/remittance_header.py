"""The parts of an 835 outside its claims: payment, trace, payer and payee, provider summaries and provider adjustments.

Every function gets (state, number, offset, elements). REF, PER and N1 serve the header and the claim loop alike, so
what they mean depends on whether a claim is open.
"""

from pipelines.rows import Cents, ProviderAdjustment, ProviderSummary
from pipelines.x12 import remittance_claim
from pipelines.x12.remittance_state import RemittanceState
from pipelines.x12.values import element, text

PAYER_REFERENCES = ("2U", "EO", "HI", "NF")
FIRST_PAIR = 3  # PLB03 and PLB04; six pairs


def envelope(state: RemittanceState, number: int, offset: int, elements: list[str]) -> None:
    """ISA to IEA: end what is open, move through the envelope, and begin a transaction at an ST of an 835."""
    state.close_remit(number, offset)
    state.envelope.take(number, offset, elements)
    if elements[0] != "ST":
        return
    kind = state.envelope.transaction_type
    if kind == "835":
        state.open_remit(number, offset)
        return
    state.foreign = state.foreign or (number, kind)
    state.tell("other_transaction", number, offset, f"ST01 is {kind!r}, not 835")


def payment(state: RemittanceState, number: int, offset: int, elements: list[str]) -> None:
    """BPR: what is paid, how and when."""
    if not _has_header(state, number, offset, "BPR") or state.remit is None:
        return
    remit, values = state.remit, state.values
    if remit.handling_code is not None:
        state.tell("repeated_segment", number, offset, "a second BPR in the transaction")
        return
    remit.handling_code = text(element(elements, 1))
    remit.payment_amount = values.amount(elements, 2, number, offset, required=True)
    remit.credit_debit_code = element(elements, 3).upper() or None
    remit.payment_method_code = text(element(elements, 4))
    remit.payment_date = values.date(elements, 16, number, offset)


def _has_header(state: RemittanceState, number: int, offset: int, segment_id: str) -> bool:
    """Say whether a transaction's header is open; a segment of it elsewhere is told."""
    if state.remit is not None:
        return True
    if not state.envelope.in_transaction:
        state.tell("segment_out_of_place", number, offset, f"{segment_id} stands outside any transaction")
    return False


def trace(state: RemittanceState, number: int, offset: int, elements: list[str]) -> None:
    """TRN: the number that ties the remittance to its payment."""
    if _has_header(state, number, offset, "TRN") and state.remit is not None:
        if state.remit.trace_number is None:
            state.remit.trace_number = text(element(elements, 2))
            state.remit.originator_id = text(element(elements, 3))
        else:
            state.add_detail(number, offset, "TRN", element(elements, 1) or None, text(element(elements, 2)))


def party(state: RemittanceState, number: int, offset: int, elements: list[str]) -> None:
    """N1: payer (PR) or payee (PE)."""
    if not _has_header(state, number, offset, "N1") or (remit := state.remit) is None:
        return
    if state.claim is not None:
        state.tell("segment_out_of_place", number, offset, "N1 stands within a claim")
        return
    state.party = element(elements, 1).upper()
    name, qualifier, identifier = text(element(elements, 2)), text(element(elements, 3)), text(element(elements, 4))
    if state.party == "PR" and remit.payer_name is None:
        remit.payer_name, remit.payer_id = name, identifier
    elif state.party == "PE" and remit.payee_name is None:
        remit.payee_name, remit.payee_id_qualifier, remit.payee_id = name, qualifier, identifier
        if qualifier == "FI":
            remit.payee_tax_id = identifier
    else:
        state.add_detail(number, offset, "N1", state.party or None, name)


def address(state: RemittanceState, number: int, offset: int, elements: list[str]) -> None:
    """N4: the payer's state, by which plans of one name differ; other addresses are not kept."""
    if state.remit is not None and state.claim is None and state.party == "PR":
        state.remit.payer_state = text(element(elements, 2))


def contact(state: RemittanceState, number: int, offset: int, elements: list[str]) -> None:
    """PER: whom to ask, of the payer or for one claim."""
    words = " ".join(word for word in (text(element(elements, index)) for index in range(2, len(elements))) if word)
    if state.claim is None and state.remit is not None and state.party == "PR":
        before = state.remit.payer_contact
        state.remit.payer_contact = f"{before}; {words}" if before else words or None
    elif state.remit is not None:
        state.add_detail(number, offset, "PER", element(elements, 1).upper() or None, words or None)


def reference(state: RemittanceState, number: int, offset: int, elements: list[str]) -> None:
    """REF: of the claim loop where one is open, else of the payer, the payee or the transaction."""
    if state.claim is not None:
        remittance_claim.reference(state, number, offset, elements)
        return
    if not _has_header(state, number, offset, "REF") or (remit := state.remit) is None:
        return
    qualifier, value = element(elements, 1).upper(), text(element(elements, 2))
    if state.party == "PR" and qualifier in PAYER_REFERENCES and remit.payer_id is None:
        remit.payer_id = value
    elif state.party == "PE" and qualifier == "TJ" and remit.payee_tax_id is None:
        remit.payee_tax_id = value
    else:
        state.add_detail(number, offset, "REF", qualifier or None, value)


def currency(state: RemittanceState, number: int, offset: int, elements: list[str]) -> None:
    """CUR: kept as a detail of the transaction."""
    if _has_header(state, number, offset, "CUR"):
        state.add_detail(number, offset, "CUR", element(elements, 1) or None, text(element(elements, 2)))


def group(state: RemittanceState, number: int, offset: int, elements: list[str]) -> None:
    """LX: a group of claims begins; the open claim ends here unless an SVC shows that it goes on."""
    state.lx_number, state.lx_offset = text(element(elements, 1)), offset
    state.summary = None


def summary(state: RemittanceState, number: int, offset: int, elements: list[str]) -> None:
    """TS3: the payer's totals for a provider number."""
    if not _has_header(state, number, offset, "TS3"):
        return
    state.summary_no += 1
    state.summary = ProviderSummary(
        transaction_no=state.transaction_no,
        summary_no=state.summary_no,
        segment_no=number,
        byte_offset=offset,
        provider_id=text(element(elements, 1)),
        facility_type_code=text(element(elements, 2)),
        fiscal_period_date=state.values.date(elements, 3, number, offset),
        claim_count=state.values.count(elements, 4, number, offset),
        charge_amount=state.values.amount(elements, 5, number, offset),
    )
    state.rows.append(state.summary)


def summary_drg(state: RemittanceState, number: int, offset: int, elements: list[str]) -> None:
    """TS2: the DRG amount of the summary before it."""
    if state.summary is None:
        state.tell("segment_out_of_place", number, offset, "TS2 stands without TS3")
    else:
        state.summary.drg_amount = state.values.amount(elements, 1, number, offset)


def provider_adjustment(state: RemittanceState, number: int, offset: int, elements: list[str]) -> None:
    """PLB: money moved outside any claim, up to six pairs of reason and amount."""
    state.close_claim(offset)
    if not _has_header(state, number, offset, "PLB") or (remit := state.remit) is None:
        return
    provider_id, date = text(element(elements, 1)), state.values.date(elements, 2, number, offset)
    for index in range(FIRST_PAIR, len(elements), 2):
        if not element(elements, index) and not element(elements, index + 1):
            continue
        amount = state.values.amount(elements, index + 1, number, offset, required=True)
        reason, reference_id = _reason(element(elements, index), state.component)
        state.provider_adjustment_no += 1
        row = ProviderAdjustment(
            state.transaction_no, state.provider_adjustment_no, number, offset, provider_id, date, reason, reference_id
        )
        row.amount = amount
        state.rows.append(row)
        if amount is None:
            state.provider_is_known = False
        else:
            remit.provider_adjustment_amount = Cents(remit.provider_adjustment_amount + amount)


def _reason(composite: str, component: str) -> tuple[str | None, str | None]:
    """Return PLB03's reason and reference, also where another separator than the ISA's stands between them."""
    mark = composite[2:3]
    if component not in composite and mark and not mark.isalnum():
        component = mark
    reason, _, reference_id = composite.partition(component)
    return reason.strip().upper() or None, text(reference_id)


def ignored(state: RemittanceState, number: int, offset: int, elements: list[str]) -> None:
    """N2, N3, RDM: known to X12, and nothing in them bears on denials, money or dates."""
