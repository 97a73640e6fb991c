"""A second, dull way to read the demo's 835 files: split, loop, add. It shares nothing with pipelines/x12."""

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path


@dataclass
class HandLine:
    charge: Decimal
    paid: Decimal
    adjusted: Decimal = Decimal(0)


@dataclass
class HandClaim:
    account: str
    status: str
    charge: Decimal
    paid: Decimal
    claim_adjusted: Decimal = Decimal(0)
    lines: list[HandLine] = field(default_factory=list)
    reasons: set[str] = field(default_factory=set)


@dataclass
class HandPayment:
    amount: Decimal
    trace: str = ""
    claims: list[HandClaim] = field(default_factory=list)
    provider_adjustments: Decimal = Decimal(0)

    @property
    def off(self) -> Decimal:
        """What BPR02 is beside the sum of its claims less its PLB."""
        return self.amount - sum((claim.paid for claim in self.claims), Decimal(0)) + self.provider_adjustments


def payments_of(path: Path) -> list[HandPayment]:
    """Every 835 transaction of a demo file."""
    payments: list[HandPayment] = []
    for text in path.read_text("ascii").split("~\n"):
        take(text.split("*"), payments)
    return payments


def take(elements: list[str], payments: list[HandPayment]) -> None:
    """One segment is added to where it belongs."""
    match elements:
        case ["BPR", _, amount, *_]:
            payments.append(HandPayment(Decimal(amount)))
        case ["TRN", _, trace, *_]:
            payments[-1].trace = trace
        case ["CLP", account, status, charge, paid, *_]:
            payments[-1].claims.append(HandClaim(account, status, Decimal(charge), Decimal(paid)))
        case ["SVC", _, charge, paid, *_]:
            payments[-1].claims[-1].lines.append(HandLine(Decimal(charge), Decimal(paid)))
        case ["CAS", _, *cells]:
            adjust(payments[-1].claims[-1], cells)
        case ["PLB", _, _, *cells]:
            payments[-1].provider_adjustments += sum(map(Decimal, cells[1::2]))


def adjust(claim: HandClaim, cells: list[str]) -> None:
    """The triplets of a CAS are added to the last line, or to the claim while it has no line."""
    amount = sum(map(Decimal, cells[1::3]), Decimal(0))
    claim.reasons.update(cells[0::3])
    if claim.lines:
        claim.lines[-1].adjusted += amount
    else:
        claim.claim_adjusted += amount


def totals(paths: list[Path]) -> dict[str, int]:
    """Counts and sums in cents over several 835 files."""
    counted: dict[str, int] = defaultdict(int)
    for path in paths:
        for payment in payments_of(path):
            counted["transactions"] += 1
            counted["payment_cents"] += int(payment.amount * 100)
            counted["provider_adjustment_cents"] += int(payment.provider_adjustments * 100)
            counted["claims"] += len(payment.claims)
            counted["lines"] += sum(len(claim.lines) for claim in payment.claims)
            counted["claim_paid_cents"] += int(sum((claim.paid for claim in payment.claims), Decimal(0)) * 100)
            counted["reversals"] += sum(claim.status == "22" for claim in payment.claims)
    return dict(counted)
