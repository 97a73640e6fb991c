"""A counter of X12 that knows nothing of the readers, and what of its count must be found again in their rows.

It splits plain files at the marks that their ISA names, and no others: a file whose ISA is not plain is not counted.
No silent loss means, of a file that is not refused whole:

* every CLP, SVC, CAS and PLB of an 835, every CLM, SV1, SV2, SV3, SVD, CAS and HI code of an 837, every STC and claim
  number of a 277CA has its row, or an oddity at its place, or stands in a transaction that was told as another's;
* amounts that are plain numbers are in those rows to the cent, so that their sums agree;
* whatever segment is taken out, something of rows or oddities changes: it left a trace (`fuzz_check`).
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

BLANK = " \t\r\n\v\f\0\x1a"
PLAIN_AMOUNT = re.compile(r"-?\d{1,16}(\.\d{1,2})?", re.ASCII)
ENVELOPE = ("ISA", "IEA", "GS", "GE", "ST", "SE")
NO_TRACE = frozenset(
    ("N2", "N3", "N4", "RDM", "LX", "PER", "PAT", "CUR", "DMG", "TA1", "ISA", "BHT")
)  # passed over by design: see below
WANTED = {"835": ("835",), "837": ("837",), "277CA": ("277",)}  # ST01
CLAIM_LEVELS = ("PT", "22", "23")
SERVICE_CHARGE = {"SV1": 2, "SV2": 3, "SV3": 2}
LEFT_OUT = frozenset(
    ("segment_out_of_place", "unknown_segment", "repeated_segment", "code_missing", "composite_split")
)  # oddities that say that a segment, or a part of it, is not in its row
OTHER_AMOUNT = frozenset(
    ("amount_unreadable", "amount_missing", "amount_rounded", "amount_untidy", "elements_shifted", "adjustment_gap")
)
TOLD_ONCE = ("segment_out_of_place", "unknown_segment")
MOST_FOUND = 5  # findings of one input; the others are the same


class Piece(NamedTuple):
    """One segment: where its first byte is, its id, its elements without blanks."""

    offset: int
    id: str
    elements: list[str]

    def at(self, index: int) -> str:
        """An element, "" where there is none."""
        return self.elements[index] if index < len(self.elements) else ""


def counted(data: bytes) -> list[Piece] | None:
    """The segments of a file with a plain ISA; None for any other."""
    text = data.decode("latin-1")
    head = text[:106]
    if len(text) < 110 or not head.startswith("ISA") or head[3].isalnum() or head.count(head[3]) != 16:
        return None
    separator, component, terminator = head[3], head[104], head[105]
    marks = {separator, component, terminator}
    is_plain = head[103] == separator and len(marks) == 3 and not any(mark.isalnum() or mark in BLANK for mark in marks)
    if not is_plain or not text[106:].lstrip(BLANK).startswith((f"GS{separator}", f"ST{separator}")):
        return None
    if re.search(r"(?i)ISA[^A-Za-z0-9]", text[3:]) or text.count("\0") * 8 > len(text):
        return None  # another interchange, or what looks like one, may bring marks of its own
    isa = Piece(0, "ISA", head[:-1].split(separator))  # fixed: a terminator within it ends no segment
    return [isa, *_pieces(text, separator, terminator, len(head))]


def _pieces(text: str, separator: str, terminator: str, offset: int) -> Iterator[Piece]:
    for raw in text[offset:].split(terminator):
        piece = raw.strip(BLANK)
        if piece:
            elements = [part.strip(BLANK) for part in piece.replace("\r", "").replace("\n", "").split(separator)]
            yield Piece(offset + raw.index(piece[0]), elements[0].upper(), elements)
        offset += len(raw) + 1


def cents(value: str) -> int | None:
    """The cents of a plain number; None for whatever a reader has to think about."""
    if not PLAIN_AMOUNT.fullmatch(value):
        return None
    whole, _, decimals = value.lstrip("-").partition(".")
    amount = int(whole) * 100 + int(decimals.ljust(2, "0") or 0)
    return -amount if value.startswith("-") else amount


class Account:
    """The rows of one file by where they say that they stand."""

    def __init__(self, rows: Iterable[Any]) -> None:
        self.by_place: dict[tuple[str, int], list[Any]] = defaultdict(list)
        self.told: dict[int, set[str]] = defaultdict(set)  # codes of oddities by place
        self.told_ids: set[str] = set()  # segments that stand outside any transaction are told once of each id
        self.rows: dict[str, list[Any]] = defaultdict(list)
        self.level = ""  # HL03 of a 277CA, as its segments go by
        self.component = ""  # ISA16
        for row in rows:
            name = type(row).__name__
            self.rows[name].append(row)
            if name == "Oddity":
                self.told[row.byte_offset].add(row.code)
                if row.code in TOLD_ONCE and row.message.startswith("'"):
                    self.told_ids.add(row.message.split("'")[1].upper())
            else:
                self.by_place[name, getattr(row, "byte_offset", -1)].append(row)

    def says(self, piece: Piece, codes: frozenset[str]) -> bool:
        """Whether one of these oddities stands at the segment."""
        return bool(self.told.get(piece.offset, frozenset()) & codes)

    def lost(self, piece: Piece, name: str, *wanted: tuple[str, str]) -> str:
        """What is missing of a segment that must be a row with these (field, text) amounts; '' when nothing is."""
        found = self.by_place.get((name, piece.offset), [])
        if not found:
            is_told = self.says(piece, LEFT_OUT)
            return "" if is_told else f"{piece.id} at byte {piece.offset} has neither {name} nor oddity"
        for field, text in wanted:
            amount = cents(text)
            if amount not in (None, getattr(found[0], field)) and not self.says(piece, OTHER_AMOUNT):
                return f"{piece.id} at byte {piece.offset}: {field} is {getattr(found[0], field)}, the file says {text}"
        return ""

    def sums(self, piece: Piece, name: str, texts: list[str]) -> str:
        """What is missing of a segment whose amounts are each a row; '' when nothing is or it was told."""
        amounts = [cents(text) for text in texts if text]
        if None in amounts or self.says(piece, LEFT_OUT | OTHER_AMOUNT):
            return ""
        found = [row.amount for row in self.by_place.get((name, piece.offset), [])]
        if sum(each for each in found if each is not None) == sum(each for each in amounts if each is not None):
            return ""
        return f"{piece.id} at byte {piece.offset}: amounts of {name} are {found}, the file says {amounts}"


def lost_of(kind: str, pieces: list[Piece], rows: list[Any]) -> list[str]:
    """What of a counted file is neither in the rows nor told; empty when nothing is lost."""
    account = Account(rows)
    account.component = pieces[0].at(16)
    rule = RULES[kind]
    told = (piece for piece in _of_kind(pieces, WANTED[kind]) if piece.id not in account.told_ids)
    found = (problem for piece in told if (problem := rule(account, piece)))
    return [problem for _, problem in zip(range(MOST_FOUND), found, strict=False)]


def of_claims(kind: str, pieces: list[Piece]) -> list[Piece]:
    """The segments that must leave a trace: an 835's, and those of claims or answers; not what stands above them."""
    wanted = list(_of_kind(pieces, WANTED[kind]))
    if kind == "835":
        return [piece for piece in wanted if piece.id not in NO_TRACE]
    if kind == "277CA":
        return [piece for piece in wanted if piece.id in ("STC", "SVC")]
    places, inside = {piece.offset for piece in wanted}, False
    kept = []
    for piece in pieces:
        inside = piece.id == "CLM" or (inside and piece.id not in ("HL", *ENVELOPE))
        if inside and piece.offset in places and piece.id not in NO_TRACE:
            kept.append(piece)
    return kept


def _of_kind(pieces: list[Piece], wanted: tuple[str, ...]) -> Iterator[Piece]:
    """The segments in transactions of the kind, and those in none, whose content may begin one."""
    is_foreign = False
    for piece in pieces:
        if piece.id in ENVELOPE:
            is_foreign = piece.id == "ST" and piece.at(1) not in wanted
        elif not is_foreign:
            yield piece


def remittance(account: Account, piece: Piece) -> str:
    """What an 835 must not lose of a segment."""
    if piece.id == "CLP":
        return account.lost(piece, "RemitClaim", ("charge_amount", piece.at(3)), ("paid_amount", piece.at(4)))
    if piece.id == "SVC":
        return account.lost(piece, "RemitLine", ("charge_amount", piece.at(2)), ("paid_amount", piece.at(3)))
    if piece.id == "CAS":
        return account.sums(piece, "Adjustment", piece.elements[3::3])
    if piece.id == "PLB":
        return account.sums(piece, "ProviderAdjustment", piece.elements[4::2])
    return ""


def submission(account: Account, piece: Piece) -> str:
    """What an 837 must not lose of a segment."""
    if piece.id == "CLM":
        return account.lost(piece, "Submission", ("charge_amount", piece.at(2)))
    if piece.id in SERVICE_CHARGE:
        return account.lost(piece, "SubmissionLine", ("charge_amount", piece.at(SERVICE_CHARGE[piece.id])))
    if piece.id == "SVD":
        return account.lost(piece, "SubmissionDecision", ("paid_amount", piece.at(2)))
    if piece.id == "CAS":
        return account.sums(piece, "SubmissionAdjustment", piece.elements[3::3])
    if piece.id == "HI" and not account.says(piece, LEFT_OUT):
        found = len(account.by_place.get(("SubmissionCode", piece.offset), []))
        wanted = sum(bool(part.strip(BLANK + account.component)) for part in piece.elements[1:])
        return "" if found == wanted else f"HI at byte {piece.offset} has {found} codes, the file {wanted}"
    return ""


def answer(account: Account, piece: Piece) -> str:
    """What a 277CA must not lose of a segment: each status is said in an answer, each claim's number is one's."""
    if piece.id == "HL":
        account.level = piece.at(3).upper()
    if piece.id == "TRN" and account.level in CLAIM_LEVELS and piece.at(2).isascii() and piece.at(2):
        numbers = {row.patient_control_number for row in account.rows["Acknowledgement"]}
        is_there = piece.at(2) in numbers or account.says(piece, LEFT_OUT)
        return "" if is_there else f"TRN at byte {piece.offset} ({piece.at(2)!r}) is in no answer"
    if piece.id != "STC" or account.says(piece, LEFT_OUT):
        return ""
    before = [row for row in account.rows["Acknowledgement"] if row.byte_offset < piece.offset and row.message]
    said = ":".join(re.split(r"[^A-Z0-9]+", piece.at(1).upper())[:3]).strip(":")
    if not said or any(said in re.sub(r"[^A-Z0-9]+", ":", row.message.upper()) for row in before):
        return ""
    return f"STC at byte {piece.offset} ({piece.at(1)!r}) is in no answer"


RULES: dict[str, Callable[[Account, Piece], str]] = {"835": remittance, "837": submission, "277CA": answer}
