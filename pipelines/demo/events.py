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
    refusal: str = ""  # who turned it back where not the clearinghouse one claim: batch (277CA), set (999)
    is_exported: bool = False  # went out of a system without 837 and stands in the claim export alone
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
class Ending:
    """Nobody works on the denial any more, as the log says in its own words."""

    day: int
    words: str
    state: str  # written_off or denied_final


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
    ending: Ending | None = None
    logged: set[int] = field(default_factory=set)  # numbers of the lines that the log has
    underpaid: dict[int, int] = field(default_factory=dict)  # line number -> cents paid below the fee
    is_mangled: bool = False  # the remits tell another account number than the claim

    @property
    def lead(self) -> DenialKind | None:
        """The kind of denial that the practice acts on: the first core one, else the first."""
        given = [kind for kind in self.kinds if kind]
        return next((kind for kind in given if kind.denial_scope == "core"), given[0] if given else None)
