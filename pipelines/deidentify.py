"""Tables for somebody else: who the patient is left out, numbers that lead to one replaced by a token.

A token is the same for the same number in all files of one store, so that lines of a claim stay together, and cannot be
turned back without the store's key. Dates of service stay: without them the numbers say nothing. So a file is without
names and numbers of patients, and not de-identified in the sense of HIPAA's safe harbour, which wants years alone.
"""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pipelines.disk import held, write_private

KEY_NAME, KEY_BYTES = "token_key", 32
TOKEN_LENGTH = 12  # base32: 60 bits, so that a million numbers share none
LEFT_OUT = frozenset(
    (
        *("patient_name", "patient_first_name", "patient_last_name", "patient_birth_date", "plain_name"),
        *("insured_name", "insured_first_name", "insured_last_name"),
        *("note", "raw", "reason_text", "log_text"),  # free text, in which people write names
    )
)
REPLACED = frozenset(
    (
        *("patient_control_number", "account", "account_key", "claim_number", "original_reference_number"),
        *("patient_id", "insured_id", "subscriber_id", "member_id", "member_key", "sent_member_key"),
        *("payer_claim_control_number", "line_control_number", "authorization_number", "reference_number"),
        *("reference_id", "other_number"),  # what a provider adjustment (PLB) is about; a log's second number
        # our own keys are put together from such numbers: `<payer>~<number>~<date>`
        *("family_id", "later_family_id", "highest_family_id", "base_key", "claim_id", "denial_id", "appeal_id"),
        *("line_id", "lead_line_id", "line_key", "log_key", "other_key"),
        *("Claim", "Part", "Payer's number", "Denial id"),  # as the pages call them
    )
)
Tokens = Callable[[Any], Any]


def tokens(home: Path) -> Tokens:
    """What gives a number its token, with the key of the store in this folder; nothing stays nothing."""
    key = _key(home)

    def token(value: Any) -> Any:
        if value is None or value != value or value == "":
            return value
        digest = hmac.new(key, str(value).strip().upper().encode(), hashlib.sha256).digest()
        return "T" + base64.b32encode(digest).decode()[:TOKEN_LENGTH]

    return token


def _key(home: Path) -> bytes:
    """The store's key, made where there is none yet; only its owner can read it."""
    path = home / KEY_NAME
    with held(home / f"{KEY_NAME}.lock"):
        if not path.exists():
            write_private(path, secrets.token_bytes(KEY_BYTES))
    return path.read_bytes()
