"""The codes of an 837 claim's HI segments, and which of them are diagnoses.

An HI element is a composite `qualifier:code:format:date:amount:...`. The qualifier says what the code is: a diagnosis,
but as well a procedure, an occurrence, a condition or a value. Service lines point at diagnoses by their place among
the principal and other ones, so those come first and in the file's order; admitting diagnoses, reasons for the visit
and external causes follow after them.
"""

import re
from collections.abc import Iterator

from pipelines.x12.delimiters import BLANKS

PRINCIPAL = frozenset({"ABK", "BK"})
OTHER = frozenset({"ABF", "BF"})
SUPPORTING = frozenset({"ABJ", "BJ", "APR", "PR", "ABN", "BN"})  # admitting, reason for the visit, external cause
ICD9 = frozenset({"BK", "BF", "BJ", "PR", "BN"})
CODE = 1  # place of the code among the parts of a composite
OTHER_SEPARATOR = re.compile(r"[A-Za-z]{2,3}([^\w\s.-])")
_KNOWN = PRINCIPAL | OTHER | SUPPORTING


def composites(elements: list[str], component: str) -> Iterator[tuple[int, list[str], str]]:
    """Yield each composite's place, its parts and the code of what is odd about it, "" if nothing is.

    One that is `code_missing` has a qualifier alone, or whatever was given in its place.
    """
    lone_qualifier = ""
    for place, element in enumerate(elements[1:], 1):
        parts, oddity = element.strip(BLANKS).split(component), ""
        if len(parts) == 1 and (other := OTHER_SEPARATOR.match(parts[0])):
            parts, oddity = parts[0].split(other[1]), "component_separator_differs"
        if lone_qualifier and len(parts) == 1 and parts[0]:
            yield place, [lone_qualifier, parts[0]], "composite_split"
            lone_qualifier = ""
            continue
        if lone_qualifier:
            yield place - 1, [lone_qualifier], "code_missing"
        if len(parts) > 1 and parts[CODE].strip(BLANKS):
            yield place, parts, oddity
            lone_qualifier = ""
        else:
            lone_qualifier = parts[0].strip(BLANKS) or element.strip(BLANKS + component)
    if lone_qualifier:
        yield len(elements) - 1, [lone_qualifier], "code_missing"


def dotted_diagnosis(qualifier: str, code: str) -> str | None:
    """Return a diagnosis with its dot, None for a code of another kind."""
    return dotted(code, qualifier in ICD9) if qualifier in _KNOWN else None


class Diagnoses:
    """The diagnoses of one claim as they gather, segment after segment."""

    __slots__ = ("_pointed", "_supporting", "principal")

    def __init__(self) -> None:
        self.principal: str | None = None
        self._pointed: list[str] = []
        self._supporting: list[str] = []

    def add(self, qualifier: str, code: str) -> None:
        """Take in one diagnosis, written with its dot."""
        if qualifier in SUPPORTING:
            self._supporting.append(code)
            return
        self._pointed.append(code)
        if qualifier in PRINCIPAL and self.principal is None:
            self.principal = code

    def all(self) -> str | None:
        """Return every diagnosis as "M17.11 Z96.651", or None; a supporting one only where it is not there already."""
        extra = [code for code in dict.fromkeys(self._supporting) if code not in self._pointed]
        return " ".join(self._pointed + extra) or None


def dotted(code: str, is_icd9: bool) -> str:
    """Return the code with the dot that X12 leaves out: "M1711" is "M17.11", ICD-9's "E9320" is "E932.0"."""
    code = "".join(code.upper().split())
    if not (4 <= len(code) <= 7 and code.isascii() and code.isalnum()):
        return code
    is_external_cause = is_icd9 and code[0] == "E" and code[1] in "89"
    head = 4 if is_external_cause else 3
    return f"{code[:head]}.{code[head:]}" if len(code) > head else code
