"""The diagnoses of an 837 claim, out of its HI segments.

An HI element is a composite `qualifier:code:...`. The qualifier says what the code is: a diagnosis, but as well a
procedure, an occurrence, a condition or a value. Only diagnoses are kept. Service lines point at them by their place
among the principal and other diagnoses, so those come first and in the file's order; admitting diagnoses, reasons for
the visit and external causes follow after them.
"""

PRINCIPAL = frozenset({"ABK", "BK"})
OTHER = frozenset({"ABF", "BF"})
SUPPORTING = frozenset({"ABJ", "BJ", "APR", "PR", "ABN", "BN"})  # admitting, reason for the visit, external cause
ICD9 = frozenset({"BK", "BF", "BJ", "PR", "BN"})
_KNOWN = PRINCIPAL | OTHER | SUPPORTING


class Diagnoses:
    """The diagnoses of one claim as they gather, segment after segment."""

    __slots__ = ("pointed", "principal", "supporting")

    def __init__(self) -> None:
        self.principal: str | None = None
        self.pointed: list[str] = []
        self.supporting: list[str] = []

    def add(self, elements: list[str], component: str) -> bool:
        """Take in the diagnoses of one HI segment; False where a code stood in the place of the next composite."""
        is_regular = True
        lone_qualifier = ""
        for element in elements[1:]:
            qualifier, _, rest = element.strip().partition(component)
            code = rest.partition(component)[0]
            if lone_qualifier and not rest:
                qualifier, code, is_regular = lone_qualifier, qualifier, False
            lone_qualifier = "" if code else qualifier
            self._keep(qualifier.upper(), code.strip())
        return is_regular

    def _keep(self, qualifier: str, code: str) -> None:
        if not code or qualifier not in _KNOWN:
            return
        written = dotted(code, qualifier in ICD9)
        if qualifier in SUPPORTING:
            self.supporting.append(written)
            return
        self.pointed.append(written)
        if qualifier in PRINCIPAL and self.principal is None:
            self.principal = written

    def all(self) -> str | None:
        """Return every diagnosis as "M17.11 Z96.651", or None; a supporting one only where it is not there already."""
        extra = [code for code in dict.fromkeys(self.supporting) if code not in self.pointed]
        return " ".join(self.pointed + extra) or None


def dotted(code: str, is_icd9: bool) -> str:
    """Return the code with the dot that X12 leaves out: "M1711" is "M17.11", ICD-9's "E9320" is "E932.0"."""
    code = "".join(code.upper().split())
    if not (4 <= len(code) <= 7 and code.isascii() and code.isalnum()):
        return code
    is_external_cause = is_icd9 and code[0] == "E" and code[1] in "89"
    head = 4 if is_external_cause else 3
    return f"{code[:head]}.{code[head:]}" if len(code) > head else code
