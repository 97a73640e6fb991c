"""What can happen to a claim: it is sent, remitted, appealed; and all of it together, the story of one claim family."""

from dataclasses import dataclass, field

from pipelines.demo.claims import Claim
from pipelines.demo.parameters import DenialKind
from pipelines.demo.practice import Payer
from pipelines.demo.reviewer import Kinds
from pipelines.demo.rulings import Settlement


@dataclass(slots=True)
class Sent:
    """One claim as it went out in an 837."""

    day: int
    claim: Claim
    account: str
    frequency: str = "1"
    original_number: str = ""
    is_accepted: bool = True
    earlier: Settlement | None = None  # what the payer before has said, when this goes to a secondary


@dataclass(slots=True)
class Step:
    """One remit event; `role` says what made it come.

    first, reversal, resubmitted, appealed, upheld, payer_corrected, payment_corrected, takeback or duplicate.
    """

    day: int
    settlement: Settlement
    role: str


@dataclass(slots=True)
class Appeal:
    """One appeal on paper."""

    filed_day: int
    decided_day: int
    is_overturned: bool


@dataclass(slots=True)
class Story:
    """One claim family: a claim with one payer, in the order of events."""

    claim: Claim
    payer: Payer
    sequence: str  # primary or secondary
    kinds: Kinds = field(default_factory=list)
    sent: list[Sent] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    appeals: list[Appeal] = field(default_factory=list)
    recoupment: tuple[int, int] | None = None  # day from which a PLB WO takes back this many cents

    @property
    def lead(self) -> DenialKind | None:
        """The kind of denial that the practice acts on: the first core one, else the first."""
        given = [kind for kind in self.kinds if kind]
        return next((kind for kind in given if kind.denial_scope == "core"), given[0] if given else None)
