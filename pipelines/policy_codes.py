"""Codes as policies list them: diagnoses one by one, as prefixes (M17, M17.x) or as ranges (M17-M17.9); procedures too.

A diagnosis that is listed covers itself and everything more specific: M17.1 covers M17.11, and a full code only itself.
Codes are compared without their dot, in the order of their characters (digits before letters).
"""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from pipelines.errors import UsageError

DASH = re.compile(r"\s*(?:[-–—]|\b(?:to|thru|through)\b)\s*", re.IGNORECASE)
ANY_MORE = re.compile(r"\.(?:[xX]+|[-*])(?=$|[\s,;|])|(?<=\.)([0-9A-Z]+)x+(?=$|[\s,;|])|\*(?=$|[\s,;|])")
SEPARATORS = re.compile(r"[\s,;|]+")
DIAGNOSIS = re.compile(r"[A-Z][0-9][0-9AB](?:\.?[0-9A-Z]{1,4})?")
KEPT = re.compile(r"[A-Z][0-9][0-9AB](?:\.[0-9A-Z]{1,4})?")
PROCEDURE = re.compile(r"[0-9]{4}[0-9A-Z]|[A-Z][0-9]{4}")
THIRD = "0123456789AB"  # third characters of ICD-10-CM categories
LONGEST = 7  # characters of a diagnosis code without its dot
MOST_IN_RANGE = 300  # procedures


class Span(NamedTuple):
    """Diagnoses of one category from one code to another, without dots; `last` is filled up with Z."""

    category: str
    first: str
    last: str


def diagnoses(text: str | Iterable[str]) -> tuple[str, ...]:
    """The entries of a list of diagnoses, each once, in order; UsageError names the part that is no code.

    `M17.x, M25.56; F32.0 to F33.9` gives M17, M25.56 and F32.0-F33.9.
    """
    joined = text if isinstance(text, str) else "; ".join(text)
    plain = DASH.sub("-", ANY_MORE.sub(lambda match: match[1] or "", joined)).upper()
    return tuple(dict.fromkeys(_diagnosis(token) for token in SEPARATORS.split(plain) if token))


def settled(entries: str | Iterable[str]) -> tuple[str, ...]:
    """The entries sorted, each once; those written as they are kept are not read again, so thousands take no time."""
    known = () if isinstance(entries, str) else tuple(entries)
    if known and all(map(KEPT.fullmatch, known)):
        return tuple(sorted(set(known)))
    return tuple(sorted(diagnoses(entries)))


def _diagnosis(token: str) -> str:
    first, dash, last = token.partition("-")
    if not all(DIAGNOSIS.fullmatch(code) for code in ((first, last) if dash else (first,))):
        raise UsageError(f"{token}: not a diagnosis; wanted a code or range such as M17.11, M17.x, M17-M19.9")
    if dash and plain(last) < plain(first)[: len(plain(last))]:
        raise UsageError(f"{token}: the range ends before it begins")
    return f"{dotted(first)}-{dotted(last)}" if dash else dotted(first)


def plain(code: str) -> str:
    """The code without its dot, in capitals."""
    return code.replace(".", "").strip().upper()


def dotted(code: str) -> str:
    """The code with a dot after its category: `M1711` is `M17.11`."""
    bare = plain(code)
    return f"{bare[:3]}.{bare[3:]}" if len(bare) > 3 else bare


def spans(entry: str) -> list[Span]:
    """The codes that an entry covers, one span per category, so that a join can go by category."""
    first, _, end = entry.partition("-")
    low, high = plain(first), plain(end or first)
    top = high.ljust(LONGEST, "Z")
    return [
        Span(category, max(low, category), min(top, category.ljust(LONGEST, "Z")))
        for category in _categories(low[:3], high[:3])
    ]


def _categories(first: str, last: str) -> Iterator[str]:
    """Every category from one to the other, both included."""
    for number in range(_rank(first), _rank(last) + 1):
        head, third = divmod(number, len(THIRD))
        yield f"{chr(ord('A') + head // 10)}{head % 10}{THIRD[third]}"


def _rank(category: str) -> int:
    return ((ord(category[0]) - ord("A")) * 10 + int(category[1])) * len(THIRD) + THIRD.index(category[2])


def covers(entry: str, code: str) -> bool:
    """The entry lists this diagnosis, or a less specific one above it."""
    bare = plain(code)
    first, _, end = entry.partition("-")
    return plain(first) <= bare <= plain(end or first).ljust(LONGEST, "Z")


def listed(entries: Iterable[str], code: str) -> bool:
    """One of the entries lists this diagnosis."""
    return any(covers(entry, code) for entry in entries)


def procedures(text: str | Iterable[str]) -> tuple[str, ...]:
    """The procedure codes of a list, ranges such as 90832-90838 written out; UsageError names what is no code."""
    joined = text if isinstance(text, str) else ", ".join(text)
    tokens = SEPARATORS.split(DASH.sub("-", joined).upper())
    return tuple(dict.fromkeys(code for token in tokens if token for code in _procedures(token)))


def _procedures(token: str) -> list[str]:
    first, dash, last = token.partition("-")
    if not all(PROCEDURE.fullmatch(code) for code in ((first, last) if dash else (first,))):
        raise UsageError(f"{token}: not a procedure; wanted CPT or HCPCS codes such as 20610, J7325, 90832-90838")
    if not dash:
        return [first]
    head = "" if first[0].isdigit() else first[0]
    tail = "" if first[-1].isdigit() else first[-1]
    if not (last.startswith(head) and last.endswith(tail) and last[len(head) : 5 - len(tail)].isdigit()):
        raise UsageError(f"{token}: the two ends are not of one kind")
    low, high = (int(code[len(head) : 5 - len(tail)]) for code in (first, last))
    if high < low:
        raise UsageError(f"{token}: the range ends before it begins")
    if high - low >= MOST_IN_RANGE:
        raise UsageError(f"{token}: {high - low + 1} procedures, wanted at most {MOST_IN_RANGE} in a range")
    width = 5 - len(head) - len(tail)
    return [f"{head}{number:0{width}}{tail}" for number in range(low, high + 1)]
