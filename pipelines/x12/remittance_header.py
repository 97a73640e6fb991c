"""The parts of an 835 outside its claims: payment, trace, payer and payee, provider summaries and provider adjustments.

Every function gets (state, number, offset, elements); elements come without blanks around them.
"""

from pipelines.rows import Cents, ProviderAdjustment, ProviderSummary
from pipelines.x12.remittance_state import RemittanceState
from pipelines.x12.values import element

FIRST_PAIR = 3  # PLB03 and PLB04; six pairs


def envelope(state: RemittanceState, number: int, offset: int, elements: list[str]) -> None:
    """ISA to IEA: end what is open, move through the envelope, and begin a transaction at an ST of an 835."""
    if elements[0] == "TA1":  # ends nothing: claims that follow one are the transaction's all the same
        if state.envelope.in_transaction:
            state.tell("segment_out_of_place", number, offset, "TA1 stands within a transaction")
        return
    state.close_remit(offset)
    state.envelope.take(number, offset, elements)
    if elements[0] != "ST":
        return
    kind = state.envelope.transaction_type
    if kind == "835":
        state.open_remit(number, offset)
        return
    state.foreign = state.foreign or (number, kind)
    state.tell("other_transaction", number, offset, f"ST01 is {kind!r}, not 835")


def _is_bare(state: RemittanceState) -> bool:
    """Say whether the file has begun with neither ISA nor ST; elsewhere a header without ST is a stray one."""
    return state.envelope.transaction_no == 0 and state.envelope.interchange_control_number is None


def payment(state: RemittanceState, number: int, offset: int, elements: list[str]) -> None:
    """BPR: what is paid, how and when."""
    if _is_bare(state):
        state.begin_implied(number, offset, "BPR")
    if (remit := state.remit) is None:
        state.tell_outside(number, offset, "BPR")
        return
    values = state.values
    if remit.handling_code is not None or remit.payment_amount is not None:
        state.tell("repeated_segment", number, offset, "a second BPR in the transaction")
        return
    remit.handling_code = element(elements, 1) or None
    remit.payment_amount = values.amount(elements, 2, number, offset, required=True)
    remit.credit_debit_code = element(elements, 3).upper() or None
    remit.payment_method_code = element(elements, 4) or None
    remit.payment_date = values.date(elements, 16, number, offset)


def trace(state: RemittanceState, number: int, offset: int, elements: list[str]) -> None:
    """TRN: the number that ties the remittance to its payment."""
    if _is_bare(state):
        state.begin_implied(number, offset, "TRN")
    if (remit := state.remit) is None:
        state.tell_outside(number, offset, "TRN")
        return
    if not any(elements[2:4]) and any(elements[4:]):
        state.values.tell("elements_shifted", elements, 2, number, offset, "and TRN03 are empty, and TRN04 is not")
    if remit.trace_number is None and remit.originator_id is None:
        remit.trace_number, remit.originator_id = element(elements, 2) or None, element(elements, 3) or None
    else:
        state.add_detail(number, offset, "TRN", element(elements, 1) or None, element(elements, 2) or None)


def party(state: RemittanceState, number: int, offset: int, elements: list[str]) -> None:
    """N1: payer (PR) or payee (PE)."""
    if (remit := state.remit) is None:
        state.tell_outside(number, offset, "N1")
        return
    if state.claim is not None:
        state.tell("segment_out_of_place", number, offset, "N1 stands within a claim")
        return
    state.party = element(elements, 1).upper()
    name, qualifier, identifier = (
        element(elements, 2) or None,
        element(elements, 3) or None,
        element(elements, 4) or None,
    )
    if not (name or identifier) and any(elements[2:]):
        state.values.tell("elements_shifted", elements, 2, number, offset, "and N104 are empty, and others are not")
    if state.party == "PR" and remit.payer_name is None and remit.payer_id in (None, identifier):
        remit.payer_name, remit.payer_id = name, identifier
    elif state.party == "PE" and remit.payee_name is None and remit.payee_id in (None, identifier):
        remit.payee_name, remit.payee_id_qualifier, remit.payee_id = name, qualifier, identifier
        if qualifier == "FI":
            remit.payee_tax_id = identifier
    else:
        state.add_detail(number, offset, "N1", state.party or None, name or identifier)


def address(state: RemittanceState, number: int, offset: int, elements: list[str]) -> None:
    """N4: the payer's state, by which plans of one name differ; other addresses are not kept."""
    if state.remit is not None and state.claim is None and state.party == "PR":
        state.remit.payer_state = element(elements, 2) or None


def currency(state: RemittanceState, number: int, offset: int, elements: list[str]) -> None:
    """CUR: kept as a detail of the transaction."""
    if state.remit is not None:
        state.add_detail(number, offset, "CUR", element(elements, 1) or None, element(elements, 2) or None)


def group(state: RemittanceState, number: int, offset: int, elements: list[str]) -> None:
    """LX: a group of claims begins; the open claim ends here unless an SVC shows that it goes on."""
    state.lx_number, state.lx_offset = element(elements, 1) or None, offset
    state.summary = None


def summary(state: RemittanceState, number: int, offset: int, elements: list[str]) -> None:
    """TS3: the payer's totals for a provider number."""
    if state.remit is None:
        state.tell_outside(number, offset, "TS3")
        return
    state.summary_no += 1
    state.summary = ProviderSummary(
        transaction_no=state.transaction_no,
        summary_no=state.summary_no,
        segment_no=number,
        byte_offset=offset,
        provider_id=element(elements, 1) or None,
        facility_type_code=element(elements, 2) or None,
        fiscal_period_date=state.values.date(elements, 3, number, offset),
        claim_count=state.values.count(elements, 4, number, offset),
        charge_amount=state.values.amount(elements, 5, number, offset),
    )
    state.rows.append(state.summary)


def summary_drg(state: RemittanceState, number: int, offset: int, elements: list[str]) -> None:
    """TS2: the DRG amount of the summary before it."""
    if state.summary is None:
        state.tell("segment_out_of_place", number, offset, "TS2 stands without TS3")
    elif state.summary.drg_amount is not None:
        state.tell("repeated_segment", number, offset, "a second TS2 of the summary")
    else:
        is_said = any(elements[2:])
        state.summary.drg_amount = state.values.amount(elements, 1, number, offset, required=is_said)


def provider_adjustment(state: RemittanceState, number: int, offset: int, elements: list[str]) -> None:
    """PLB: money moved outside any claim, up to six pairs of reason and amount."""
    state.close_claim(offset)
    if (remit := state.remit) is None:
        state.tell_outside(number, offset, "PLB")
        return
    provider_id, date = element(elements, 1) or None, state.values.date(elements, 2, number, offset)
    for index in range(FIRST_PAIR, len(elements), 2):
        if not element(elements, index) and not element(elements, index + 1):
            continue
        amount = state.values.amount(elements, index + 1, number, offset, required=True)
        reason, reference_id = _reason(element(elements, index), state.values.component)
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
    return reason.strip().upper() or None, reference_id.strip() or None


def ignored(state: RemittanceState, number: int, offset: int, elements: list[str]) -> None:
    """N2, N3, RDM: known to X12, and nothing in them bears on denials, money or dates."""
