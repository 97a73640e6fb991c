"""Whether a remittance adds up, on its three levels. An off amount is left less right side; None is "not checked".

    line         SVC02 - SVC03 = its CAS, a claim-level CAS counted once
    claim        CLP03 - CLP04 = its CAS, at claim and at line level
    transaction  BPR02         = sum of CLP04 - sum of PLB; a positive PLB reduces the payment

Nothing is corrected here: the off amount is kept with the row and shown.
"""

from collections.abc import Sequence

from pipelines.rows import Cents, RemitClaim, RemitLine


def unadjusted(charge: Cents | None, paid: Cents | None) -> Cents | None:
    """Return charge less payment, what adjustments have to explain; None where either is unknown."""
    return None if charge is None or paid is None else Cents(charge - paid)


def explain(row: RemitClaim | RemitLine, adjusted: int | None) -> None:
    """Take adjustments off what the row's charge and payment leave open; unknown adjustments leave it unchecked."""
    if adjusted is None:
        row.off_amount = None
    elif row.off_amount is not None:
        row.off_amount = Cents(row.off_amount - adjusted)


def settle_lines(lines: Sequence[RemitLine], claim_adjusted: int) -> None:
    """Let lines balance that leave open just what the claim-level CAS explains: those are told once, on the claim."""
    left_open = [line.off_amount for line in lines]
    known = [amount for amount in left_open if amount is not None]
    if claim_adjusted and len(known) == len(left_open) and sum(known) == claim_adjusted:
        for line in lines:
            line.off_amount = Cents(0)


def lines_short_of(claim: RemitClaim, lines: Sequence[RemitLine]) -> Cents | None:
    """Return the claim's charge less its lines' charges; None without lines or where a charge is unknown."""
    charges = [line.charge_amount for line in lines if line.charge_amount is not None]
    if claim.charge_amount is None or not lines or len(charges) < len(lines):
        return None
    return Cents(claim.charge_amount - sum(charges))


def transaction_off(
    payment: Cents | None, credit_debit_code: str | None, claims_paid: Cents | None, provider_adjusted: Cents | None
) -> Cents | None:
    """Return BPR02 less what claims and provider adjustments make of it; None where one of them is unknown.

    A debit (BPR03 is D) takes money back, so it counts as negative, however its sign is written. Some payers call a
    plain payment a debit of their own account: where the amount fits as written, it is taken so.
    """
    if payment is None or claims_paid is None or provider_adjusted is None:
        return None
    told = claims_paid - provider_adjusted
    if credit_debit_code == "D" and payment != told:
        return Cents(-abs(payment) - told)
    return Cents(payment - told)
