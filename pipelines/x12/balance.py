"""Whether a remittance adds up, on its three levels. An off amount is left less right side; None is "not checked".

    line         SVC02 - SVC03 = its CAS, a claim-level CAS counted once
    claim        CLP03 - CLP04 = its CAS, at claim and at line level
    transaction  BPR02         = sum of CLP04 - sum of PLB; a positive PLB reduces the payment

A row's off amount begins as what its charge and payment leave open, and each CAS takes its part off as it is read.
Nothing is corrected here: the off amount is kept with the row and shown.
"""

from collections.abc import Sequence

from pipelines.rows import Cents, RemitLine


def left_open(charge: Cents | None, paid: Cents | None) -> Cents | None:
    """Return charge less payment, what adjustments have to explain; None where either is unknown."""
    return None if charge is None or paid is None else charge - paid  # type: ignore[return-value]


def settle_lines(lines: Sequence[RemitLine], claim_adjusted: int) -> None:
    """Let lines balance that leave open just what the claim-level CAS explains: those are told once, on the claim."""
    offs = [line.off_amount for line in lines]
    known = [amount for amount in offs if amount is not None]
    if claim_adjusted and len(known) == len(offs) and sum(known) == claim_adjusted:
        for line in lines:
            line.off_amount = Cents(0)


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
