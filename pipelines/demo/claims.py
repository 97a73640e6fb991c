"""Visits become claims: patient, payer, provider, place, diagnoses and one to four service lines with charges."""

from dataclasses import dataclass, replace

from pipelines.demo.accounts import account_number
from pipelines.demo.calendar import Span
from pipelines.demo.chance import Chance, Wheel
from pipelines.demo.parameters import Parameters
from pipelines.demo.people import Patient, patient
from pipelines.demo.practice import Payer, Place, Practice, Provider

SERVICES = {
    "imaging": ("72148", "73721"),
    "injection": ("20610", "J3301"),
    "surgery": ("29881", "29827", "27447", "63030", "63047"),
    "therapy": ("97110", "97140", "97530"),
    "supply": ("L1833",),
    "psychotherapy": ("90837", "90834", "90832", "90847", "90846", "90853", "90833", "90791", "90792"),
    "testing": ("96130", "96131", "96136", "96137"),
    "visit": ("99203", "99204", "99213", "99214"),
}
SERVICE_OF = {code: service for service, codes in SERVICES.items() for code in codes}
REGION_OF = {
    "73562": "knee", "73721": "knee", "29881": "knee", "27447": "knee", "L1833": "knee",
    "73030": "shoulder", "29827": "shoulder", "72148": "spine", "63030": "spine", "63047": "spine",
}  # fmt: skip
SIDED = frozenset(("73562", "73030", "73721", "20610", "29881", "29827", "27447", "L1833"))
AUTHORIZED = frozenset((*SERVICES["imaging"], *SERVICES["surgery"], *SERVICES["testing"]))
MULTI_UNIT = {"97110": 3, "97140": 2, "97530": 2, "J3301": 4, "96131": 3, "96137": 4}
# region -> diagnoses of the right side, of the left side, and the unspecified one that coders should avoid
DIAGNOSES = {
    "knee": (("M17.11", "M25.561", "S83.241A"), ("M17.12", "M25.562", "S83.242A"), "M25.569"),
    "shoulder": (("M75.121", "M25.511", "M75.41"), ("M75.122", "M25.512", "M75.42"), "M25.519"),
    "spine": (("M54.16", "M48.061", "M51.26"), ("M54.16", "M48.061", "M51.26"), "M54.50"),
    "mind": (("F33.1", "F41.1", "F43.23", "F90.2"), ("F33.2", "F43.12", "F60.3", "F41.1"), "F32.A"),
}


@dataclass(slots=True)
class Line:
    """One service line as it is billed; amounts in cents."""

    number: int
    procedure: str
    modifiers: tuple[str, ...]
    units: int
    charge: int
    control_number: str


@dataclass(slots=True)
class Claim:
    """One visit as it is billed to one payer."""

    account: str
    number: int
    patient: Patient
    payer: Payer
    provider: Provider
    place: Place
    service_day: int
    diagnoses: tuple[str, ...]
    unspecified_diagnosis: str
    lines: list[Line]
    authorization: str

    @property
    def charge(self) -> int:
        """The sum of the lines' charges in cents."""
        return sum(line.charge for line in self.lines)


class Desk:
    """The front desk: makes the next claim of a day."""

    def __init__(
        self, practice: Practice, parameters: Parameters, span: Span, claims: int, chance: Chance, piece: int = 0
    ) -> None:
        self.practice, self.span, self.chance = practice, span, chance
        self.allowed_base = parameters.numbers("medicare_allowed")
        self.charge_factor = parameters.number(f"allowed_{practice.key}", "charge")
        visits = parameters.numbers(f"visit_{practice.key}")
        self.visits = Wheel((tuple(codes.split("+")), weight) for codes, weight in visits.items())
        self.providers = Wheel((provider, 1.0) for provider in practice.providers)
        self.places = Wheel((place, place.weight) for place in practice.places)
        self.payers = [self._payer_wheel(parameters, month) for month in range(span.months)]
        self.starts = [span.month_start(month) for month in range(2, span.months + 1)]
        self.patients_per_payer = max(3, claims // practice.visits_per_patient // len(practice.payers))
        self.first, self.first_patient = piece * claims, piece * self.patients_per_payer
        self.made = 0

    def _payer_wheel(self, parameters: Parameters, month: int) -> Wheel[Payer]:
        """The payer mix of a month: Medicare Advantage grows steadily, all others keep their proportions."""
        mix = parameters.numbers(f"payer_mix_{self.practice.key}")
        first = parameters.number("planted", "advantage_share_first")
        last = parameters.number("planted", "advantage_share_last")
        advantage = first + (last - first) * month / max(1, self.span.months - 1)
        others = sum(share for payer_class, share in mix.items() if payer_class != "medicare_adv")
        scale = (1 - advantage) / others
        return Wheel(
            (payer, advantage if payer.payer_class == "medicare_adv" else mix[payer.payer_class] * scale * payer.weight)
            for payer in self.practice.payers
        )

    def claim(self, day: int, month: int) -> Claim:
        """The next claim, for a visit on this day in this month of the span (from 0)."""
        chance = self.chance
        self.made += 1
        number = self.first + self.made
        payer = chance.draw(self.payers[month])
        codes = chance.draw(self.visits)
        region = self._region(codes)
        right = chance.below(2) == 0
        account = account_number(number, "mangled_accounts" in payer.habits)
        sides = DIAGNOSES[region][0 if right else 1]
        first = chance.below(len(sides))
        second = (sides[(first + 1) % len(sides)],) if chance.happens(0.4) else ()
        place = chance.draw(self.places)
        return Claim(
            account=account,
            number=number,
            patient=patient(payer.payer_id, payer.payer_class, self._member()),
            payer=payer,
            provider=chance.draw(self.providers),
            place=place,
            service_day=day,
            diagnoses=("Z47.1",) if codes == ("99024",) else (sides[first], *second),
            unspecified_diagnosis=DIAGNOSES[region][2],
            lines=[self._line(number, codes, account, right, place) for number in range(1, len(codes) + 1)],
            authorization=f"AUTH{number:07d}" if AUTHORIZED.intersection(codes) else "",
        )

    def _member(self) -> int:
        return self.first_patient + self.chance.below(self.patients_per_payer)

    def _region(self, codes: tuple[str, ...]) -> str:
        if self.practice.key != "ortho":
            return "mind"
        named = [REGION_OF[code] for code in codes if code in REGION_OF]
        joint = SIDED.intersection(codes)
        return named[0] if named else ("knee", "shoulder", "knee", "knee" if joint else "spine")[self.chance.below(4)]

    def _line(self, number: int, codes: tuple[str, ...], account: str, right: bool, place: Place) -> Line:
        code = codes[number - 1]
        units = 1 + self.chance.below(MULTI_UNIT[code]) if code in MULTI_UNIT else 1
        return Line(
            number=number,
            procedure=code,
            modifiers=_modifiers(code, codes, right, place),
            units=units,
            charge=units * round(self.allowed_base[code] * self.charge_factor) * 100,
            control_number=f"{account}L{number}",
        )


def _modifiers(code: str, codes: tuple[str, ...], right: bool, place: Place) -> tuple[str, ...]:
    if SERVICE_OF.get(code) == "visit" and len(codes) > 1:
        return ("25",)
    if SERVICE_OF.get(code) == "therapy":
        return ("GP",)
    if code in SIDED:
        return ("RT",) if right else ("LT",)
    return ("95",) if place.code in ("02", "10") else ()


def with_authorization(claim: Claim) -> Claim:
    """The claim with an authorisation number, which it may not have needed before."""
    return replace(claim, authorization=f"AUTH{claim.number:07d}")


def flawed(claim: Claim, claim_fact: str, line: Line) -> Claim:
    """The claim as it was first sent, with the flaw that it was denied for; the given claim is the right one."""
    if claim_fact == "no_authorization":
        return replace(claim, authorization="")
    if claim_fact == "unspecified_diagnosis":
        return replace(claim, diagnoses=(claim.unspecified_diagnosis,))
    if claim_fact == "no_modifier":
        lines = [replace(each, modifiers=()) if each is line else each for each in claim.lines]
        return replace(claim, lines=lines)
    return claim
