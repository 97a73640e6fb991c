"""Was this row's service denied? What a log says outright, or plainly implies; None where it does neither."""

import csv
import functools
import re

from pipelines.reference import opened
from pipelines.rows import LogCode, LogRow

NOT_DENIED = re.compile(r"\b(?:not denied|no denial|not applicable|never denied|denied\W+no)\b")
UNDECIDED = re.compile(r"\bpartial|\b(?:un|not |non-?)paid\b")
DENIED = re.compile(r"\b(?:denied|denial|denials|deny|rejected|rejection|overturned|appeal\w*)\b")
PAID = re.compile(r"\b(?:paid|approved|matched|underpa\w+|underpayment|contractual\w*|payment received)\b")
OPEN = re.compile(
    r"\b(?:pending|pended|open|submitted|in process|processing|billed|sent|closed|resolved|reversal|hold)\b"
)
DENIED_STATUS_CODES = frozenset({"4"})  # CLP02 as some exports carry it over
STATUS_CODES = frozenset({"1", "2", "3", "4", "19", "20", "21", "22", "23", "25"})


@functools.lru_cache(maxsize=4096)
def status_says_denied(status: str) -> bool | None:
    """True or False where the words of a status say so; None for what is open, partial or unknown."""
    text = status.lower().replace("_", " ").strip()
    if NOT_DENIED.search(text):
        return False
    if UNDECIDED.search(text):
        return None
    if DENIED.search(text) or text in DENIED_STATUS_CODES:
        return True
    return False if PAID.search(text) else None


def is_claim_status(text: str) -> bool:
    """True when a status speaks of claims, not of deals or tickets."""
    lower = text.lower().replace("_", " ").strip()
    return status_says_denied(text) is not None or bool(UNDECIDED.search(lower) or OPEN.search(lower))


def says_nothing_was_denied(text: str) -> bool:
    """True for what stands in a reason or category column of a row without a denial ('Not Denied')."""
    return bool(NOT_DENIED.fullmatch(text.lower().strip()))


@functools.cache
def never_denials() -> frozenset[str]:
    """The adjustment reason codes that are no denial in any scope: contractual, patient share, sequestration."""
    with opened("carc.csv") as file:
        return frozenset(row["code"] for row in csv.DictReader(file) if row["denial_scope"] == "never")


def is_row_denied(row: LogRow, codes: list[LogCode], is_denials_only: bool) -> bool | None:
    """True, False or None by the first that speaks: flag, kind of log, denial date, status, denied amount, payment.

    A denial date comes before the status: a claim denied in March and paid in May has the status 'Paid'.
    """
    if row.is_denied is not None:
        return row.is_denied
    if is_denials_only or row.denial_date is not None:
        return True
    said = status_says_denied(row.claim_status) if row.claim_status else None
    if said is not None:
        return said
    if row.paid_amount:
        return False if row.paid_amount > 0 else None
    if row.denied_amount and row.denied_amount > 0:
        return True
    has_denial_code = any(code.kind == "local" or is_denial_code(code) for code in codes)
    if row.paid_amount == 0 and has_denial_code and not row.allowed_amount:
        return True
    return None


def is_denial_code(code: LogCode) -> bool:
    """True for an adjustment reason that may deny a service; remark codes explain and never deny alone."""
    return code.kind == "CARC" and code.code not in never_denials()
