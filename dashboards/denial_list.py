"""The denied lines behind the KPIs: the shared filters, and on top of them codes, states, tiers and words.

A `Wanted` without anything on top finds exactly the lines that the KPIs Denied lines and Denied dollars count.
"""

import dataclasses
from collections.abc import Sequence
from typing import Any

import pandas as pd

from dashboards import cache, words
from pipelines.measure import Scope

PAGE_ROWS = 250
STATES = {
    "denied_open": "Denied and open",
    "denied_final": "Denied for good",
    "written_off": "Written off",
    "paid_after_denial": "Overturned",
    "patient": "Left to the patient",
    "pending": "Taken back, no new decision",
    "takeback": "Paid, then taken back",
    "zero_paid": "Paid nothing, no reason",
    "paid": "Paid",
}
SOON_DAYS = 14
SOON = "expires_soon"  # beside the states: open, and the deadline is near
SOON_CONDITION = f"(state = 'denied_open' and days_left >= 0 and days_left < {SOON_DAYS})"
LIMITS = {"log": "by your log", "refile": "corrected claim", "appeal": "appeal"}  # deadline_kind
TIERS = {"A": "A, clinical judgement", "B": "B, coverage rule", "C": "C, may hide necessity", "": "none"}
ORDERS = {
    "Largest first": "denied_amount desc, denial_id",
    "Newest denial first": "denial_date desc nulls last, denial_id",
    "Oldest denial first": "denial_date nulls last, denial_id",
    "Deadline": "case when state <> 'denied_open' then 2 when days_left < 0 then 1 else 0 end, days_left, denial_id",
    "Newest service first": "service_date desc nulls last, denial_id",
    "Claim": "patient_control_number nulls last, denial_id",
    "Payer": "payer_key, denied_amount desc, denial_id",
    "CPT/HCPCS": "procedure_code, denied_amount desc, denial_id",
    "Root cause": "root_cause, denied_amount desc, denial_id",
}
SPOKEN = """
    select log_match.family_id, log_match.line_key, string_agg(log_line.log_text, ' ') as log_text
    from log_match inner join log_line using (file_id, row_no) group by all
"""  # what denial logs say of a line
HAYSTACK = """lower(concat_ws(' ', denials.patient_control_number, denials.payer_key, denials.procedure_code,
    denials.modifiers, denials.provider, denials.diagnosis_codes, denials.group_code || '-' || denials.carc,
    denials.rarc, denials.log_flag, ref_carc.label, ref_root_cause.label, ref_category.label, denials.evidence,
    spoken.log_text, log_line.log_text))"""
JOINS = f"""
    left join ref_carc on ref_carc.code = denials.carc
    left join ref_root_cause on ref_root_cause.root_cause = denials.root_cause
    left join ref_category on ref_category.category = denials.category
    left join ({SPOKEN}) as spoken on spoken.family_id = denials.family_id and spoken.line_key = denials.line_key
    left join log_line on denials.source = 'log' and log_line.file_id = denials.file_id
        and log_line.row_no = denials.row_no
"""
CODED = """denials.denial_id in (
    select denial_id from denial_reason where code = ? or coalesce(group_code || '-', '') || code = ?)"""
NUMBERED = "denials.family_id in (select family_id from claim_event where lower(payer_claim_control_number) = ?)"
TOTALS = """
    select count(*) as line_count, count(distinct coalesce(family_id, denial_id)) as claim_count,
        coalesce(sum(denied_amount), 0) as denied_amount,
        coalesce(sum(case when state = 'denied_open' then denied_amount end), 0) as open_amount,
        coalesce(sum(recovered_amount), 0) as recovered_amount
    from ({}) as found
"""


@dataclasses.dataclass(frozen=True)
class Wanted:
    """Which denied lines: a scope, and what narrows it further (empty: all)."""

    scope: Scope
    carcs: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    tiers: tuple[str, ...] = ()
    text: str = ""  # each word must be found: a claim number, a code, a part of any text

    @property
    def is_narrowed(self) -> bool:
        """Something narrows that the KPIs know nothing of."""
        return bool(self.carcs or self.states or self.tiers or self.text.strip())


@dataclasses.dataclass(frozen=True)
class Totals:
    """How many lines and claims were found, and their dollars."""

    line_count: int
    claim_count: int
    denied_amount: Any
    open_amount: Any
    recovered_amount: Any


def totals(build: str, wanted: Wanted) -> Totals:
    """What all lines found add up to, whatever page is shown."""
    sql, values = select(build, wanted)
    row = cache.query(build, TOTALS.format(sql), values).iloc[0]
    counts = {name: int(row[name]) for name in ("line_count", "claim_count")}
    return Totals(**counts, **{name: row[name] for name in ("denied_amount", "open_amount", "recovered_amount")})


def rows(build: str, wanted: Wanted, order: str, limit: int | None = None, offset: int = 0) -> pd.DataFrame:
    """The lines found, columns as in the table `denial`; without a limit all of them, for a file."""
    sql, values = select(build, wanted)
    cut = "" if limit is None else f" limit {int(limit)} offset {int(offset)}"
    ask = cache.read if limit is None else cache.query
    return ask(build, f"{sql} order by {order}{cut}", values)


def select(build: str, wanted: Wanted) -> tuple[str, list[Any]]:
    """The SELECT of the lines and its parameters."""
    where, values = wanted.scope.conditions("denial", with_reasons=True)
    parts = [where.removeprefix(" where ")] if where else []
    if wanted.scope.denial_scope == "core":
        parts.append("is_core")
    for column, chosen in (("carc", wanted.carcs), ("state", wanted.states), ("mn_tier", wanted.tiers)):
        if chosen:
            soon = f" or {SOON_CONDITION}" if SOON in chosen else ""
            parts.append(f"({column} in ({', '.join('?' * len(chosen))}){soon})")
            values.extend(chosen)
    where = f" where {' and '.join(parts)}" if parts else ""
    inner = f"select * from ({cache.denials_sql(wanted.scope)}) as all_denials{where}"
    if not wanted.text.strip():
        return f"select * from ({inner}) as denials", values
    said, more = _said(build, wanted.text)
    return f"select denials.* from ({inner}) as denials {JOINS} where {said}", values + more


def _said(build: str, text: str) -> tuple[str, list[Any]]:
    """The condition that each word is found. A word that is a reason code means that code, not a part of a number."""
    known = set(cache.labels(build, "carc")) | set(cache.labels(build, "rarc"))
    parts: list[str] = []
    values: list[Any] = []
    for word in text.split():
        code = word.upper()
        if code in known or code.partition("-")[2] in known:
            parts.append(f"({CODED} or denials.procedure_code = ?)")
            values += [code, code, code]
        else:
            parts.append(f"(contains({HAYSTACK}, ?) or {NUMBERED})")
            values += [word.lower(), word.lower()]
    return " and ".join(parts), values


def _due(frame: pd.DataFrame, column: str) -> list[Any]:
    """A value of the deadline, of open lines alone: of what has ended nothing is due any more."""
    return [
        value if state == "denied_open" else None for value, state in zip(frame[column], frame["state"], strict=True)
    ]


def for_people(build: str, frame: pd.DataFrame, is_whole: bool = False) -> pd.DataFrame:
    """The lines under names for people, no patient in them; `is_whole` adds what only a file has room for."""
    codes, remarks = cache.labels(build, "carc"), cache.labels(build, "rarc")
    causes = cache.labels(build, "root_cause", "root_cause")
    shown = {
        "Claim": frame["patient_control_number"],
        "Denied on": frame["denial_date"],
        "Payer": frame["payer_key"],
        "CPT/HCPCS": _joined(frame, "procedure_code", "modifiers"),
        "Denied": frame["denied_amount"],
        "Root cause": [causes.get(str(key), words.named(str(key))) for key in frame["root_cause"]],
        "State": [STATES.get(str(state), words.named(str(state))) for state in frame["state"]],
        "Deadline": _due(frame, "deadline_date"),
        "Days left": _due(frame, "days_left"),
        "To do by then": [LIMITS.get(str(kind), kind) for kind in _due(frame, "deadline_kind")],
        "Reason": [words.code(row.group_code, row.carc, codes.get(str(row.carc))) for row in frame.itertuples()],
        "Remark": [words.code(None, _given(code), remarks.get(str(code))) for code in frame["rarc"]],
        "Tier": frame["mn_tier"],
        "Recovered": frame["recovered_amount"],
        "Service": frame["service_date"],
        "Sent again": frame["resubmission_date"],
        "Answered": frame["answer_date"],
        "Provider": frame["provider"],
    }
    if is_whole:
        shown |= {name: frame[column] for name, column in WHOLE.items()}
    return pd.DataFrame(shown, columns=list(shown), dtype="object")


WHOLE = {
    "Place of service": "place_of_service",
    "Diagnoses": "diagnosis_codes",
    "Category": "category",
    "Rule": "rule_id",
    "Evidence": "evidence",
    "Confidence": "confidence",
    "Set by a person": "is_overridden",
    "Core": "is_core",
    "Days to resubmission": "days_to_resubmission",
    "First sent": "first_submission_date",
    "Settled": "resolution_date",
    "Written off": "written_off_amount",
    "Appeal": "appeal_outcome",
    "Overturned by": "overturned_by",
    "Source": "source",
    "Denial id": "denial_id",
    "File id": "file_id",
    "Segment": "segment_no",
    "Byte offset": "byte_offset",
    "Row": "row_no",
}


def _joined(frame: pd.DataFrame, *columns: str) -> list[str]:
    return [
        " ".join(str(value) for value in values if value) for values in zip(*(frame[c] for c in columns), strict=True)
    ]


def _given(code: Any) -> str | None:
    return None if code in (None, "(not given)") else str(code)


def options(build: str, column: str) -> Sequence[str]:
    """The values of a column of the denials that occur at all, the commonest first."""
    frame = cache.query(build, f"select {column}, count(*) as n from denial group by 1 order by 2 desc, 1 limit 500")
    return [str(value) for value in frame[column]]
