"""837P, 837I and 837D -> rows: one Submission per CLM loop, one SubmissionLine per service, all else that the loop
says of codes, other payers and details, and what was odd.

Both 005010 and 004010 are read. Which of the three forms a claim has is told by ST03, else GS08, else REF*87, else by
its service segments. A claim ends where the next claim, level or transaction begins, so files without their ends lose
nothing.
"""

from collections.abc import Iterator
from typing import BinaryIO

from pipelines.rows import Row
from pipelines.x12 import claim_segments
from pipelines.x12.claim_loop import ClaimLoop
from pipelines.x12.claim_parties import Parties
from pipelines.x12.segments import SegmentStream, open_segments
from pipelines.x12.service_line import ServiceReader
from pipelines.x12.transactions import TransactionReader
from pipelines.x12.values import element

SEGMENT_IDS = """
    AMT BHT CAS CL1 CLM CN1 CR1 CR2 CR3 CR4 CR5 CR6 CRC CTP CUR DMG DN1 DN2 DSB DTP FRM HCP HI HL HSD K3 LIN LQ LX MEA
    MIA MOA N2 N3 N4 NM1 NTE OI PAT PER PRV PS1 PWK QTY REF SBR SV1 SV2 SV3 SV4 SV5 SV6 SV7 SVD TOO TST UR
"""
CLAIM_IDS = frozenset(("CAS", "HI", "LX", "SV1", "SV2", "SV3", "SVD"))  # what stands nowhere but in a claim


def read_claims(stream: BinaryIO, name: str) -> Iterator[Row]:
    """Yield the claims of an open 837 with their lines and oddities; raises NotReadable where there is no 837 in it."""
    yield from ClaimReader(open_segments(stream, name)).rows()


class ClaimReader(TransactionReader):
    """Reads the 837s of one file, holding one claim at a time."""

    wanted = "an 837"
    types = frozenset(("837",))
    openers = dict.fromkeys(("BHT", "HL", "CLM"), "837")
    known_ids = frozenset(SEGMENT_IDS.split())

    def __init__(self, segments: SegmentStream) -> None:
        super().__init__(segments)
        self._parties = Parties(self.values, self.envelope)
        self._services = ServiceReader(self.values)
        self._claim: ClaimLoop | None = None
        self._claim_no = 0
        self._began: tuple[int, int] | None = None  # where the transaction began, as long as it has no claim

    def begin(self, number: int, offset: int) -> None:
        """Nothing of the transaction before is left; the delimiters are those of the present interchange."""
        self._services.component = self.segments.delimiters.component
        self._parties.begin_transaction(self.envelope)
        self._began = (number, offset)

    def take(self, number: int, offset: int, elements: list[str]) -> None:
        """CLM and HL end the claim before; any other segment belongs to the claim, or else to what stands above it."""
        if elements[0] == "CLM":
            self._end_claim(offset)
            self._begin_claim(number, offset, elements)
        elif elements[0] == "HL":
            self._end_claim(offset)
            self._begin_level(number, offset, elements)
        elif self._claim is not None:
            claim_segments.take(self._claim, number, offset, elements)
        elif elements[0] in CLAIM_IDS:
            self.tell("segment_out_of_place", number, offset, f"{elements[0]} without a CLM before it")
        else:
            self._parties.take(number, offset, elements)

    def end(self, end_byte_offset: int) -> None:
        """The last claim is complete. A transaction without claims leaves no other row, so it is told."""
        self._end_claim(end_byte_offset)
        if self._began is not None:
            self.tell("transaction_without_claims", *self._began, "an 837 without a claim")

    def _begin_claim(self, number: int, offset: int, elements: list[str]) -> None:
        self._claim_no += 1
        self._began = None
        submission = self._parties.submission(self.envelope.transaction_no, self._claim_no, number, offset)
        self._claim = ClaimLoop(submission, self._services, self.values)
        self._claim.open(number, offset, elements)

    def _begin_level(self, number: int, offset: int, elements: list[str]) -> None:
        level_code = element(elements, 3)
        if not self._parties.begin_level(level_code):
            self.tell("level_unknown", number, offset, f"HL03 is {level_code[:12]!r}, not 20, 22 or 23")

    def _end_claim(self, end_byte_offset: int) -> None:
        if self._claim is not None:
            self.ready += self._claim.finish(end_byte_offset, self._parties.claim_form)
            self._claim = None
