"""Which lines a payer denies at first, and how: by chance for its class and the procedure, bent by what is planted."""

from dataclasses import dataclass

from pipelines.demo.calendar import Span
from pipelines.demo.chance import Chance, Wheel
from pipelines.demo.claims import SERVICE_OF, SERVICES, Claim, Line
from pipelines.demo.parameters import DenialKind, Parameters

Kinds = list[DenialKind | None]
LAST_LINE_CARCS = frozenset(("97", "236"))
WORKING_CODES = {"ortho": ("72148", "20610"), "behavioral": ("90837", *SERVICES["testing"])}
IDLE_CODES = {"ortho": SERVICES["therapy"], "behavioral": ("90834", "90847")}
POLICY_CODE = {"ortho": "20610", "behavioral": "90847"}
POLICY_PAYER = "northfield"


@dataclass(frozen=True, slots=True)
class Change:
    """A planted documentation change: from a service day on, a provider group's necessity odds are multiplied."""

    name: str
    procedures: tuple[str, ...]
    provider_group: str
    first_day: int
    odds_factor: float

    def covers(self, claim: Claim, line: Line) -> bool:
        """The line is in the change's scope, before or after its start."""
        return line.procedure in self.procedures and claim.provider.group == self.provider_group


@dataclass(frozen=True, slots=True)
class PolicyChange:
    """A planted payer policy change: from a service day on, one payer wants authorisation for one procedure."""

    payer: str
    procedure: str
    first_day: int
    rate: float

    def covers(self, claim: Claim, line: Line) -> bool:
        """The line is in the policy's scope, before or after its start."""
        return claim.payer.key == self.payer and line.procedure == self.procedure


def planted_changes(practice: str, parameters: Parameters, span: Span) -> tuple[Change, Change]:
    """The documentation change that works and the one that does not."""
    codes = {"working": WORKING_CODES[practice], "idle": IDLE_CODES[practice]}
    working, idle = (
        Change(
            name=f"{name}_documentation_change",
            procedures=codes[name],
            provider_group=group,
            first_day=span.month_start(span.planted_month(parameters, f"{name}_change_month")),
            odds_factor=parameters.number("planted", f"{name}_change_odds"),
        )
        for name, group in (("working", "A"), ("idle", "B"))
    )
    return working, idle


def planted_policy(practice: str, parameters: Parameters, span: Span) -> PolicyChange:
    """The policy change of one payer."""
    return PolicyChange(
        payer=POLICY_PAYER,
        procedure=POLICY_CODE[practice],
        first_day=span.month_start(span.planted_month(parameters, "policy_change_month")),
        rate=parameters.number("planted", "policy_change_rate"),
    )


class Reviewer:
    """The payers' first look at claims."""

    def __init__(
        self, practice: str, parameters: Parameters, kinds: list[DenialKind], span: Span, chance: Chance
    ) -> None:
        self.chance = chance
        self.rates = parameters.numbers(f"denial_rate_{practice}")
        self.general_share = parameters.number("work", "general_share")
        self.hazards = parameters.numbers("necessity_hazard")
        self.class_factors = parameters.numbers("necessity_class_factor")
        self.changes = planted_changes(practice, parameters, span)
        self.policy = planted_policy(practice, parameters, span)
        mix = parameters.numbers(f"carc_mix_{practice}")
        self.general = _general_wheel(kinds, mix, 1.0)
        self.general_wordy = _general_wheel(kinds, mix, 2.5)
        self.necessity = {
            service: Wheel((kind, kind.weight) for kind in kinds if kind.services == service)
            for service in {kind.services for kind in kinds} - {"any"}
        }
        self.no_authorization = next(kind for kind in kinds if kind.codes == "CO-197")

    def kinds(self, claim: Claim) -> Kinds:
        """For each line the way it is denied, or None where it is not."""
        if not claim.charge:
            return [None] * len(claim.lines)
        kinds = [self._line_kind(claim, line) for line in claim.lines]
        if not any(kinds) and self.chance.happens(self.rates[claim.payer.payer_class] * self.general_share):
            kinds = self._general(claim)
        if any(kinds) and "no_lines" in claim.payer.habits:
            kinds = [next(filter(None, kinds))] * len(kinds)
        return kinds

    def _line_kind(self, claim: Claim, line: Line) -> DenialKind | None:
        policy = self.policy
        if policy.covers(claim, line) and claim.service_day >= policy.first_day and self.chance.happens(policy.rate):
            return self.no_authorization
        if line.procedure not in self.hazards or not self.chance.happens(self._hazard(claim, line)):
            return None
        return self.chance.draw(self.necessity[SERVICE_OF[line.procedure]])

    def _hazard(self, claim: Claim, line: Line) -> float:
        hazard = self.hazards[line.procedure] * self.class_factors[claim.payer.payer_class]
        for change in self.changes:
            if claim.service_day >= change.first_day and change.covers(claim, line):
                odds = hazard / (1 - hazard) * change.odds_factor
                hazard = odds / (1 + odds)
        return hazard

    def _general(self, claim: Claim) -> Kinds:
        wordy = "information" in claim.payer.habits
        kind = self.chance.draw(self.general_wordy if wordy else self.general)
        count = len(claim.lines)
        if kind.reach == "claim" or count == 1:
            return [kind] * count
        hit = count - 1 if kind.carc in LAST_LINE_CARCS else self.chance.below(count)
        return [kind if place == hit else None for place in range(count)]


def _general_wheel(kinds: list[DenialKind], mix: dict[str, float], wordy_factor: float) -> Wheel[DenialKind]:
    """The kinds that are no matter of necessity, each CARC with its share of the mix."""
    general = [kind for kind in kinds if kind.reach != "necessity" and kind.carc in mix]
    weights = {carc: sum(kind.weight for kind in general if kind.carc == carc) for carc in mix}
    return Wheel(
        (kind, mix[kind.carc] * kind.weight / weights[kind.carc] * (wordy_factor if kind.carc == "16" else 1.0))
        for kind in general
    )
