"""What a payer says about a claim: each line paid, put on the patient, cut or denied; it balances to the cent."""

from dataclasses import dataclass, field, replace

from pipelines.demo.chance import Chance
from pipelines.demo.claims import Claim, Line
from pipelines.demo.parameters import PATIENT_SHARE_CARCS, DenialKind, Parameters
from pipelines.demo.practice import Payer, Practice

Adjustment = tuple[str, str, int, int]  # group code, CARC, cents, units (0 where not said)


@dataclass(slots=True)
class Ruling:
    """One line as the payer adjudicated it: charge = paid + adjustments."""

    line: Line
    paid: int
    adjustments: list[Adjustment]
    remarks: tuple[str, ...] = ()
    policy_reference: str = ""
    paid_units: int = 1

    @property
    def patient_share(self) -> int:
        """Deductible, coinsurance and copay in cents."""
        return sum(item[2] for item in self.adjustments if item[0] == "PR" and item[1] in PATIENT_SHARE_CARCS)


@dataclass(slots=True)
class Settlement:
    """One claim payment (one CLP loop) of one payer on one day."""

    claim: Claim
    payer: Payer
    status: str  # CLP02
    control_number: str  # CLP07
    rulings: list[Ruling]
    received_day: int
    original_number: str = ""  # REF*F8
    frequency: str = "1"
    claim_remarks: tuple[str, ...] = ()
    interest: int = 0
    account: str = ""
    secondary: Payer | None = None  # who the claim is passed on to (NM1*TT)
    lifted: bool = field(default=False)  # the adjustments stand at the claim, not at the lines

    @property
    def paid(self) -> int:
        """CLP04 in cents."""
        return sum(ruling.paid for ruling in self.rulings)

    @property
    def charge(self) -> int:
        """CLP03 in cents."""
        return sum(ruling.line.charge for ruling in self.rulings)

    @property
    def patient_share(self) -> int:
        """Everything in group PR, in cents (CLP05)."""
        return sum(item[2] for ruling in self.rulings for item in ruling.adjustments if item[0] == "PR")


class Adjudicator:
    """Rules on lines by the payers' fee schedules and the patients' benefits."""

    def __init__(self, practice: Practice, parameters: Parameters, chance: Chance) -> None:
        self.chance = chance
        factors = parameters.numbers(f"allowed_{practice.key}")
        base = parameters.numbers("medicare_allowed")
        self.fees: dict[tuple[str, str], int] = {
            (payer.key, code): round(amount * 100 * factors[payer.payer_class] * (0.85 + 0.3 * chance.share()))
            for payer in practice.payers
            for code, amount in base.items()
        }
        self.deductible = parameters.number("work", "deductible")
        self.unit_cut = parameters.number("work", "unit_cut")

    def settle(
        self, claim: Claim, kinds: list[DenialKind | None], number: str, received: int, month: int
    ) -> Settlement:
        """The payer's ruling on every line; `kinds` says which lines are denied and how."""
        on_deductible = self._on_deductible(claim.payer, month)
        rulings = [
            denied(line, kind) if kind else self._allowed(claim.payer, line, on_deductible)
            for line, kind in zip(claim.lines, kinds, strict=True)
        ]
        all_denied = all(kinds)
        settlement = Settlement(
            claim=claim,
            payer=claim.payer,
            status="4" if all_denied and "denied_as_primary" not in claim.payer.habits else "1",
            control_number=number,
            rulings=rulings,
            received_day=received,
            account=claim.account,
            claim_remarks=("MA01",) if "alert" in claim.payer.habits else (),
        )
        return styled(settlement, all_denied and len(set(kinds)) == 1)

    def _on_deductible(self, payer: Payer, month: int) -> bool:
        if payer.payer_class not in ("commercial", "medicare_ffs", "tricare_va"):
            return False
        return self.chance.happens(self.deductible * (2.5 if month <= 3 else 1.0))

    def _allowed(self, payer: Payer, line: Line, on_deductible: bool) -> Ruling:
        units = line.units
        if units > 1 and self.chance.happens(self.unit_cut):
            units -= 1
        cut = line.charge // line.units * (line.units - units)
        allowed = min(self.fees[payer.key, line.procedure] * units, line.charge - cut)
        adjustments: list[Adjustment] = []
        if cut:
            adjustments.append(("CO", "151", cut, line.units - units))
        if line.charge - cut > allowed:
            adjustments.append(("CO", "45", line.charge - cut - allowed, 0))
        share = self._patient_share(payer, line, allowed, on_deductible)
        if share[2]:
            adjustments.append(share)
        paid = allowed - share[2]
        if "sequestration" in payer.habits and paid >= 100:
            adjustments.append(("CO", "253", paid // 50, 0))
            paid -= paid // 50
        return Ruling(line, paid, adjustments, ("N362",) if cut else (), paid_units=units)

    def _patient_share(self, payer: Payer, line: Line, allowed: int, on_deductible: bool) -> Adjustment:
        if on_deductible:
            return ("PR", "1", allowed, 0)
        if payer.payer_class in ("medicare_ffs", "tricare_va"):
            return ("PR", "2", allowed // 5, 0)
        if payer.payer_class in ("commercial", "medicare_adv") and line.number == 1:
            return ("PR", "3", min(allowed, 3000 if payer.payer_class == "commercial" else 2000), 0)
        return ("PR", "3", 0, 0)


def denied(line: Line, kind: DenialKind) -> Ruling:
    """The whole charge of the line denied for one reason."""
    adjustments: list[Adjustment] = [(kind.group_code, kind.carc, line.charge, 0)] if line.charge else []
    return Ruling(line, 0, adjustments, kind.rarcs, kind.policy_reference, paid_units=0)


def styled(settlement: Settlement, one_reason: bool) -> Settlement:
    """The settlement in its payer's habits: without lines, or with its adjustments at the claim, or as it is."""
    habits = settlement.payer.habits
    if "no_lines" in habits:
        return replace(settlement, rulings=[_merged(settlement.rulings)])
    if "claim_adjustment" in habits and one_reason:
        return replace(settlement, lifted=True)
    return settlement


def _merged(rulings: list[Ruling]) -> Ruling:
    first = rulings[0].line
    line = Line(0, first.procedure, first.modifiers, 1, sum(each.line.charge for each in rulings), "")
    remarks = tuple(dict.fromkeys(remark for each in rulings for remark in each.remarks))
    return Ruling(line, sum(each.paid for each in rulings), summed(rulings), remarks)


def summed(rulings: list[Ruling]) -> list[Adjustment]:
    """The adjustments of several lines, one amount per group and CARC, in order of appearance."""
    totals: dict[tuple[str, str], int] = {}
    for ruling in rulings:
        for group, carc, amount, _ in ruling.adjustments:
            totals[group, carc] = totals.get((group, carc), 0) + amount
    return [(group, carc, amount, 0) for (group, carc), amount in totals.items()]


def reversal(settlement: Settlement) -> Settlement:
    """The same claim payment taken back: CLP02 22, every amount with its sign turned."""
    rulings = [
        replace(
            ruling,
            paid=-ruling.paid,
            adjustments=[(group, carc, -amount, units) for group, carc, amount, units in ruling.adjustments],
            line=replace(ruling.line, charge=-ruling.line.charge),
        )
        for ruling in settlement.rulings
    ]
    return replace(settlement, status="22", rulings=rulings, interest=0, secondary=None, claim_remarks=())


def second_opinion(
    first: Settlement, payer: Payer, claim: Claim, share: float, number: str, received: int
) -> Settlement:
    """What the secondary payer makes of the rest: mostly pays it, seldom denies it, at times owes nothing."""
    rulings = []
    for ruling in first.rulings:
        rest = ruling.patient_share
        adjustments: list[Adjustment] = [("OA", "23", ruling.line.charge - rest, 0)]
        if share < 0.06 and rest:
            adjustments.append(("PR", "204", rest, 0))
            rest = 0
        elif share < 0.16 and rest:
            adjustments = [("OA", "23", ruling.line.charge, 0)]
            rest = 0
        kept = [item for item in adjustments if item[2]]
        rulings.append(Ruling(ruling.line, rest, kept, paid_units=ruling.paid_units))
    status = "4" if share < 0.03 else "2"
    return Settlement(claim, payer, status, number, rulings, received, account=claim.account)
