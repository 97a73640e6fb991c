"""The row readers where most of a file is passed over: what lies outside claims is read, claims are only counted.

`state` packs the reader as it stands, for whoever reads on from there; `standing` says of a reader what must be the
same for the next rows to be the same.
"""

import pickle
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

import numpy as np

from pipelines.rows import Cents
from pipelines.x12.claim_columns import ColumnReader
from pipelines.x12.claim_columns_above import LEVELS
from pipelines.x12.columns import Ints
from pipelines.x12.remittance import RemittanceReader
from pipelines.x12.remittance_state import RemittanceState
from pipelines.x12.segments import Batch, Segment, SegmentStream
from pipelines.x12.values import element

if TYPE_CHECKING:
    from pipelines.x12.cuts import Heads

ENVELOPE = ("ISA", "IEA", "GS", "GE", "ST", "SE")
LEVEL_ELEMENT = 3  # HL03
OF_CLAIMS = ("claim_count", "line_count", "claim_paid_amount", "off_amount")  # of a remit: what its claims add up to
OF_SKIMMING = {"segments", "levels", "last_level"}
PASSING = {"oddities", "values", "rows", "paid_is_known"}  # of a state: of claims, or only there to be quick


class Skimmer(Protocol):
    """A reader that can pass claims. Every segment stands where the last mark before it stands."""

    outside: ClassVar[tuple[str, ...]]  # marks after which no claim is open
    inside: ClassVar[tuple[str, ...]]  # marks that begin a claim, or what stands above one

    @property
    def is_open(self) -> bool:
        """A transaction that is read is open."""

    @property
    def is_elsewhere(self) -> bool:
        """A transaction of another kind is open."""

    def read(self, batch: Batch) -> None:
        """Segments outside claims."""

    def go_on(self, batch: Batch) -> None:
        """Segments after a mark within claims, which the part before ended with."""

    def pass_claims(self, table: "Heads", marks: Ints, end: int) -> None:
        """The claims and levels that begin at these segments of a part; the last one reaches up to `end`."""

    def state(self) -> bytes:
        """The reader as it stands, without what claims have added up to."""


def skimmer_of(kind: str, segments: SegmentStream) -> Skimmer:
    """The skimmer of an 835 or 837."""
    return RemittanceSkimmer(segments) if kind == "835" else ClaimSkimmer(segments)


class RemittanceSkimmer:
    """Of an 835: every CLP begins a claim that is passed."""

    outside: ClassVar[tuple[str, ...]] = (*ENVELOPE, "LX", "PLB")
    inside: ClassVar[tuple[str, ...]] = ("CLP",)

    def __init__(self, segments: SegmentStream) -> None:
        self._reader = RemittanceReader(segments)

    @property
    def is_open(self) -> bool:
        """A remittance is open."""
        return self._reader.state.remit is not None

    @property
    def is_elsewhere(self) -> bool:
        """A transaction that is no remittance is open."""
        return self._reader.state.envelope.in_transaction

    def read(self, batch: Batch) -> None:
        """Segments outside claims; their rows are for whoever reads the piece."""
        if batch.pieces:
            self._reader.take(batch)
            self._reader.rows()

    def go_on(self, batch: Batch) -> None:
        """The rest of a claim."""

    def pass_claims(self, table: "Heads", marks: Ints, end: int) -> None:
        """These claims are counted."""
        if len(marks):
            self._reader.state.pass_claims(table.offset(int(marks[0])), len(marks), 0, 0)

    def state(self) -> bytes:
        """The state, its remittance without claims so far."""
        state = self._reader.state
        if state.remit is not None:
            state.remit.claim_count, state.remit.claim_paid_amount = 0, Cents(0)
        return pickle.dumps(state)


def standing_in_remittance(state: RemittanceState) -> dict[str, Any]:
    """How the reader of an 835 stands between two claims."""
    found = {name: getattr(state, name) for name in RemittanceState.__slots__ if name not in PASSING}
    remit, summary = found.pop("remit"), found.pop("summary")
    found["envelope"] = plain(state.envelope)
    found["remit"] = remit and {name: value for name, value in _fields(remit) if name not in OF_CLAIMS}
    found["summary"] = summary and dict(_fields(summary))
    return found


class ClaimSkimmer(ColumnReader):
    """Of an 837: CLMs are passed, and of the levels above them only those are read that hold at a cut."""

    outside: ClassVar[tuple[str, ...]] = ENVELOPE
    inside: ClassVar[tuple[str, ...]] = ("CLM", "HL")

    def __init__(self, segments: SegmentStream) -> None:
        super().__init__(segments)
        self.levels: dict[str, list[Segment]] = {}  # HL03 -> the level that holds, not read yet
        self.last_level = ""  # the HL03 of what the last mark began; empty for a claim

    @property
    def is_open(self) -> bool:
        """An 837 is open."""
        return self._is_open

    @property
    def is_elsewhere(self) -> bool:
        """A transaction that is no 837 is open."""
        return self.envelope.in_transaction

    def read(self, batch: Batch) -> None:
        """Segments outside claims and levels; what is odd about them is for whoever reads the piece."""
        for segment in self.segments.segments(batch):
            if segment[2][0] == "ST":
                self.levels.clear()
            self._step(*segment)
            self.last = segment
        self.oddities.clear()

    def go_on(self, batch: Batch) -> None:
        """The rest of a claim, or of a level."""
        if self.last_level:
            self.levels[self.last_level] += self.segments.segments(batch)

    def pass_claims(self, table: "Heads", marks: Ints, end: int) -> None:
        """Claims are counted; from the last one back, the levels that hold are kept."""
        if not len(marks):
            return
        if claims := len(table.are(marks, "CLM")):
            self._claim_no += claims
            self._began = None
        levels = table.are(marks, "HL")
        found: dict[str, list[Segment]] = {}
        ends = np.append(marks, end)[np.searchsorted(marks, levels) + 1]
        for start, stop in zip(levels[::-1].tolist(), ends[::-1].tolist(), strict=True):
            level = element(table.elements(start), LEVEL_ELEMENT)
            if level in LEVELS and all(level < lower for lower in found):
                found[level] = list(self.segments.segments(table.batch(start, stop)))
            if level == LEVELS[0]:
                break
        self._keep(found)
        is_level = len(levels) > 0 and levels[-1] == marks[-1]
        self.last_level = max(found, default="") if is_level else ""

    def _keep(self, found: dict[str, list[Segment]]) -> None:
        """A level that is found makes those at it and below it forgotten."""
        highest = min(found, default=LEVELS[-1] + "+")
        self.levels = {level: segments for level, segments in self.levels.items() if level < highest} | found

    def state(self) -> bytes:
        """The reader, with the levels read that hold here."""
        if self._is_open:
            for level in sorted(self.levels):
                for segment in self.levels[level]:
                    self._step(*segment)
        self.oddities.clear()
        self._told.clear()
        return pickle.dumps({name: value for name, value in vars(self).items() if name not in OF_SKIMMING})


def standing_in_claims(reader: dict[str, Any]) -> dict[str, Any]:
    """How the reader of an 837, by its attributes, stands between two claims; outside any, nobody is above them."""
    found = {name: reader[name] for name in ("_claim_no", "_is_open", "_has_wanted", "_passed_over", "_claim")}
    found["envelope"] = plain(reader["envelope"])
    if found["_is_open"]:
        found |= {"_began": reader["_began"], "component": reader["_services"].component}
        found["parties"] = plain(reader["_parties"])
    return found


def _fields(row: Any) -> Iterator[tuple[str, Any]]:
    return ((name, getattr(row, name)) for name in type(row).__slots__)


def plain(part: Any) -> dict[str, Any]:
    """What an object knows, but for what it reads with and tells to."""
    return {name: value for name, value in vars(part).items() if name not in ("oddities", "_values", "values")}
