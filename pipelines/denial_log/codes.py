"""The text of a code cell -> reason codes: 'CO-97', 'CO97', '97', 'PR 204', 'CO-16, N706', '45|1', 'NR', 'CVRG01'."""

import csv
import functools
import re
from typing import NamedTuple

from pipelines.reference import opened

GROUPS = frozenset({"CO", "PR", "OA", "PI", "CR"})

CARC = re.compile(r"0*([1-9]\d{0,2})(?:\.0+)?$|([ABDPWY][1-9]\d?|A0)$")
RARC = re.compile(r"(MA?|N)0*([1-9]\d{0,3})$")
GROUPED = re.compile(r"(CO|PR|OA|PI|CR)[\s:_\-–.#]*(0*\d{1,3}|[ABDPWY]\d{1,2})(?:\.0+)?$")
GROUP_APART = re.compile(r"\b(CO|PR|OA|PI|CR)[\s:_\-–]+(?=[ABDPWY]?\d)")
GLUED = re.compile(r"(?<=\d)-?(?=(?:CO|PR|OA|PI|CR)[ABDPWY]?\d)|(?<=\d)-(?=(?:MA?|N)\d)")
BETWEEN = re.compile(r"[,;|/\n\r+&\\]+")
LABEL = re.compile(r"\b(?:CARC|RARC|REASON|REMARK|CODES?|ANSI|ADJ|DENIAL)\b[\s:#]*")
WORD = re.compile(r"[A-Z]{3,}")
LONG_WORD = re.compile(r"(?<![A-Z0-9])[A-Z]{4,}(?![A-Z0-9])")
GROUP_START = re.compile(r"\b(?:CO|PR|OA|PI|CR)[\s:_\-–]*[ABDPWY]?\d")
LOCAL = re.compile(r"(?=.*\d)[A-Z][A-Z0-9_\-]{1,11}$|[A-Z]{1,3}$")
PROCEDURE = re.compile(r"(?:HC[:|])?(\d{4}[0-9AFTUM]|[A-V]\d{4})(?:\.0)?((?:[-: ,/]+[A-Z0-9]{2})*)$")
DIAGNOSIS = re.compile(r"\b([A-TV-Z]\d[0-9A-Z])\.?([0-9A-Z]{0,4})\b")
GLUED_MODIFIERS = re.compile(r"(?=.*\d)(?:[A-Z0-9]{2}){2,4}$")
MODIFIER = re.compile(r"[A-Z0-9]{2}(?![A-Z0-9])")
PLACE = re.compile(r"0*(\d{1,2})(?:\.0)?(?:\s*[-–:].*)?$")
FREQUENCY = re.compile(r"0?([1-8])(?:\s*[-–:(].*)?$")
FREQUENCIES = (
    dict.fromkeys(("original", "initial", "new", "first", "admit through discharge"), "1")
    | dict.fromkeys(("corrected", "correction", "replacement", "replacement of prior", "resubmission"), "7")
    | dict.fromkeys(("resubmitted", "rebill", "rebilled", "adjustment"), "7")
    | dict.fromkeys(("void", "voided", "cancel", "cancelled", "canceled", "void/cancel", "void/cancel of prior"), "8")
)
SEQUENCES = (
    dict.fromkeys(("p", "pri", "primary", "1", "1st", "first"), "P")
    | dict.fromkeys(("s", "sec", "secondary", "2", "2nd", "second"), "S")
    | dict.fromkeys(("t", "ter", "tertiary", "3", "3rd", "third"), "T")
)


@functools.cache
def local_flags() -> frozenset[str]:
    """The practices' own letters for necessity (NR, NMR, M, ...)."""
    with opened("local_code.csv") as file:
        return frozenset(row["code"] for row in csv.DictReader(file))


class Code(NamedTuple):
    """One reason code: `kind` is CARC, RARC or local."""

    kind: str
    group: str | None
    code: str


def parse_codes(text: str) -> list[Code] | None:
    """The codes of a cell in their order, each once; None where the text holds words and no code.

    Words may follow a code ('CO-50 - not deemed necessary'): from the first word on only unmistakable codes (with a
    group, or a remark code) are taken, so that 'CO-29, over 90 days' is one code and not two.
    """
    upper = GLUED.sub(" ", GROUP_APART.sub(r"\1-", LABEL.sub(" ", text.upper()))).strip()
    found: list[Code] = []
    is_prose = False
    for piece in BETWEEN.split(upper):
        for token in piece.split():
            token = token.strip("-–:.()[]#*\"'")
            code = read_code(token)
            if code is None or (is_prose and not (code.group or code.kind == "RARC")):
                is_prose = is_prose or bool(WORD.search(token))
            elif code.kind != "local" or len(piece.split()) == 1:
                found.append(code)
    unique = list(dict.fromkeys(found))
    return unique or (None if upper else [])


def has_words(text: str) -> bool:
    """True when a text says more than codes: 'CO-50 - not deemed necessary'."""
    return bool(LONG_WORD.search(LABEL.sub(" ", text.upper())))


def grouped_codes(text: str) -> list[Code]:
    """The codes of a sentence that are unmistakable for their group ('denied CO-50 for lack of records')."""
    return [code for code in parse_codes(text) or [] if code.group] if GROUP_START.search(text) else []


def read_code(token: str) -> Code | None:
    """One token without blanks as a code, or None; remark codes as the list writes them: M1, N1, but MA01."""
    if match := GROUPED.match(token):
        return Code("CARC", match[1], match[2].lstrip("0") or "0")
    if match := RARC.match(token):
        return Code("RARC", None, match[1] + (match[2].zfill(2) if match[1] == "MA" else match[2]))
    if match := CARC.match(token):
        return Code("CARC", None, match[1] or match[2])
    if token in local_flags() or (LOCAL.match(token) and any(character.isdigit() for character in token)):
        return Code("local", None, token)
    return None


def parse_group(text: str) -> str | None:
    """The claim adjustment group code at the start of a cell ('CO', 'CO - contractual'), or None."""
    start = text.strip().upper()[:2]
    return start if start in GROUPS and not text.strip()[2:3].isalpha() else None


def parse_groups(text: str) -> list[str]:
    """All group codes of a cell in their order: 'CO|PR' -> CO, PR."""
    return [group for piece in BETWEEN.split(text) if (group := parse_group(piece))]


def parse_procedure(text: str) -> tuple[str, str | None] | None:
    """Procedure code and the modifiers written with it ('99213-25', 'HC:20610:RT'), or None."""
    match = PROCEDURE.match(text.strip().upper())
    if match is None:
        return None
    return match[1], " ".join(MODIFIER.findall(match[2])) or None


def parse_modifiers(text: str) -> str | None:
    """Modifiers as 'RT 59', or None where the text holds none."""
    tokens = [token for token in re.split(r"[^A-Z0-9]+", text.strip().upper().removesuffix(".0")) if token]
    if any(len(token) != 2 and not GLUED_MODIFIERS.match(token) for token in tokens):
        return None
    return (
        " ".join(pair for token in tokens for pair in map("".join, zip(token[::2], token[1::2], strict=True))) or None
    )


def parse_diagnoses(text: str) -> str | None:
    """ICD-10 codes as 'M17.11 Z96.651', with their point whether it was written or not; None where there is none."""
    found = [head + ("." + rest if rest else "") for head, rest in DIAGNOSIS.findall(text.upper())]
    return " ".join(dict.fromkeys(found)) or None


def parse_place(text: str) -> str | None:
    """The two digits of a place of service ('11', '2' -> '02', '11 - Office'), or None."""
    match = PLACE.match(text.strip())
    return match[1].zfill(2) if match else None


def parse_sequence(text: str) -> str | None:
    """P, S or T for primary, secondary or tertiary in any of the ways that exports write it, or None."""
    return SEQUENCES.get(text.strip().lower().removesuffix(" insurance").removesuffix(" payer"))


def parse_frequency(text: str) -> str | None:
    """The claim frequency as X12 has it: 1 original, 7 replacement, 8 void, and the rarer 2 to 6; or None."""
    word = text.strip().lower().removesuffix(".0")
    if match := FREQUENCY.match(word):
        return match[1]
    return FREQUENCIES.get(word.removesuffix(" claim"))


def parse_procedures(text: str) -> list[tuple[str, str | None]]:
    """Each procedure of a cell that names several ('99213-25, 20610'); empty where any part is none."""
    parts = [parse_procedure(part) for part in re.split(r"[,;|\n]|\s+(?=[A-V]?\d{4})", text) if part.strip()]
    return [part for part in parts if part is not None] if None not in parts else []


def is_npi(text: str) -> bool:
    """True for ten digits whose check digit is right (Luhn with the prefix 80840)."""
    if len(text) != 10 or not text.isdigit():
        return False
    doubled = [int(digit) * (2 if place % 2 == 0 else 1) for place, digit in enumerate(text[:9])]
    return (24 + sum(value // 10 + value % 10 for value in doubled) + int(text[9])) % 10 == 0
