"""What kind of table the columns make: a denial log, a claim export, something to ask about, or nothing of ours."""

import re
from enum import Enum

from pipelines.denial_log.mapping import Column
from pipelines.denial_log.outcome import status_says_denied

CLAIM = frozenset({"claim_id", "account", "denial_id"})
PATIENT = frozenset({"patient_id", "patient_name", "member_id"})
DATED = frozenset({"service_date", "denial_date", "adjudication_date"})
PAYER = frozenset({"payer_name", "payer_id"})
DENIAL = frozenset({"carc", "rarc", "denial_date", "denied_amount", "is_denied", "local_flag"})
TOLD = frozenset({"reason_text", "category_text", "claim_status"})
NAMED_DENIALS = re.compile(r"denial|denied|rejection|rejected", re.IGNORECASE)
EACH_ROW_DENIED = frozenset({"denial_date", "denial_id"})


class Kind(Enum):
    """How far a table's columns are understood."""

    CLEAR = "clear"
    UNCLEAR = "unclear"  # about claims or denials, but something needed is not settled
    FOREIGN = "foreign"  # neither a denial log nor a claim export


def fields_of(columns: list[Column], is_sure: bool = True) -> set[str]:
    """The fields that the columns give; with `is_sure` only those whose confidence is not low."""
    return {column.field for column in columns if column.field and not (is_sure and column.confidence == "low")}


def names_the_claim(fields: set[str]) -> bool:
    """True when a row can be told from others: by claim, account or denial, or by patient and date."""
    return bool(fields & CLAIM or (fields & PATIENT and fields & DATED))


def table_kind(columns: list[Column]) -> Kind:
    """CLEAR when claim and payer (or a denial fact) are settled, FOREIGN when there is too little to even ask about."""
    sure, possible = fields_of(columns), fields_of(columns, is_sure=False)
    if names_the_claim(sure) and sure & (PAYER | DENIAL | TOLD):
        return Kind.CLEAR
    has_half = possible & PAYER and possible & (PATIENT | {"reason_text", "claim_status"})
    if names_the_claim(possible) or possible & DENIAL or has_half:
        return Kind.UNCLEAR
    return Kind.FOREIGN


def questions(columns: list[Column]) -> list[str]:
    """What a person has to settle, in plain sentences; empty for a clear table."""
    sure = fields_of(columns)
    asked = []
    if not names_the_claim(sure):
        asked.append(_ask(columns, CLAIM, "No column surely names the claim or account (or the patient with a date)."))
    if not sure & (PAYER | DENIAL | TOLD):
        asked.append(
            _ask(columns, PAYER | TOLD, "No column surely names the payer, a denial reason, or a claim status.")
        )
    return asked


def _ask(columns: list[Column], fields: frozenset[str], sentence: str) -> str:
    maybe = [column for column in columns if column.field in fields and column.confidence == "low"]
    if not maybe:
        return f"{sentence} Which one does?"
    return f"{sentence} Is ‘{maybe[0].header}’ the {(maybe[0].field or '').replace('_', ' ')}?"


def is_denials_only(columns: list[Column], *names: str | None) -> bool:
    """True when each row is a denial: the table is named so, or each row has a denial date; and none was paid."""
    by_field: dict[str, Column] = {column.field: column for column in columns if column.field and column.profile}
    if "is_denied" in by_field:
        return False
    rows = max((_filled(by_field.get(field)) for field in CLAIM | PATIENT | {"carc"}), default=0)
    if rows == 0 or _has_paid(by_field):
        return False
    if any(_filled(by_field.get(field)) >= rows for field in EACH_ROW_DENIED):
        return True
    has_reason = any(
        _filled(by_field.get(field)) >= rows for field in ("carc", "reason_text", "category_text", "local_flag")
    )
    headers = (column.header for column in columns if column.field in {"carc", "reason_text", "category_text"})
    is_named = any(NAMED_DENIALS.search(name) for name in (*names, *headers) if name)
    return has_reason and is_named and not _says_not_denied(by_field)


def _filled(column: Column | None) -> int:
    return column.profile.filled_count if column and column.profile else 0


def _has_paid(by_field: dict[str, Column]) -> bool:
    paid = by_field.get("paid_amount")
    return paid is not None and paid.profile is not None and paid.profile.nonzero_count > 0


def _says_not_denied(by_field: dict[str, Column]) -> bool:
    status = by_field.get("claim_status")
    values = status.profile.distinct if status and status.profile else {}
    return any(status_says_denied(value) is False for value in values)
