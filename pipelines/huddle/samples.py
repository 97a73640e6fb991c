"""Sample claims without the patient: month, payer, codes, reason, evidence. No number of the claim, no name, no age."""

import dataclasses
import datetime
import re
from typing import TYPE_CHECKING, Any

from pipelines import words
from pipelines.measure import Scope, answer

if TYPE_CHECKING:
    import duckdb

# The denied lines under the names that a Scope filters by; a denied line of the KPIs is one row of it.
LINES = """
    select denial.*, denial.payer_key as payer, denial.denial_date as payment_date,
        coalesce(denial.procedure_code, '(not given)') as procedure
    from denial
"""
MOST = 2
EVIDENCE = {  # match_kind of a rule -> the kind of evidence: what is said outside, where no code or count is told
    "remark": "the payer's remark code",
    "carc_and_remark": "the payer's reason code with its remark",
    "policy_reference": "the policy that the payer names",
    "policy_on_list": "the diagnosis, which is on the payer's list",
    "policy_not_on_list": "the diagnosis, which is not on the payer's list",
    "auth_missing": "no authorisation number on the claim",
    "dx_side_missing": "a diagnosis without the side",
    "dx_unspecified": "an unspecified diagnosis",
    "dx_z_code_only": "a claim with Z codes alone",
    "place_of_service": "the place of service",
    "place_unpaid": "the place of service, held against what this payer pays",
    "pointer_missing": "the line's pointer to a diagnosis",
    "pointer_other": "the line's diagnosis, held against what this payer pays",
    "pointer_unpaid": "the line's diagnosis, held against what this payer pays",
    "units_over": "the units, held against what this payer pays",
    "modifier_missing": "a missing modifier",
    "modifier_usual": "a modifier that this payer usually sees",
    "log_text": "the words of the denial log",
    "local_code": "the practice's own code in the denial log",
}
STATES = {
    "denied_open": "still open",
    "denied_final": "denied for good",
    "written_off": "written off",
    "paid_after_denial": "paid in the end",
    "pending": "taken back, no new decision",
}


@dataclasses.dataclass(frozen=True)
class Sample:
    """One denied line as it may be shown in a meeting."""

    month: datetime.date | None  # of service
    payer: str
    procedure: str
    diagnoses: str
    reason: str  # CO-50 not medically necessary, with N115 ...
    evidence: str  # what decided about its root cause
    state: str
    amount: Any  # charge dollars; None outside the practice


def lines_of(
    connection: "duckdb.DuckDBPyConnection", scope: Scope, select: str, rest: str = "", necessity: bool = False
) -> list[tuple[Any, ...]]:
    """A SELECT over the denied lines of the scope, core alone."""
    where, values = scope.conditions("denial", with_reasons=True)
    parts = ["is_core", *([where.removeprefix(" where ")] if where else [])]
    parts += ["mn_tier in ('A', 'B')"] if necessity else []
    sql = f"select {select} from ({LINES}) as lines where {' and '.join(parts)} {rest}"
    return answer(connection, sql, values)


def samples(
    connection: "duckdb.DuckDBPyConnection", scope: Scope, necessity: bool, is_internal: bool, most: int = MOST
) -> tuple[Sample, ...]:
    """The denied lines of the scope that show best why: surest evidence first, then the largest."""
    columns = """payer, procedure, modifiers, diagnosis_codes, service_date, group_code, carc, rarc, evidence, state,
        denied_amount, rule_id"""
    order = """order by is_determined desc, case confidence when 'high' then 0 when 'medium' then 1 else 2 end,
        denied_amount desc, denial_id"""
    rows = lines_of(connection, scope, columns, f"{order} limit {int(most)}", necessity)
    codes, remarks = labels(connection, "carc"), labels(connection, "rarc")
    kinds = {} if is_internal else dict(answer(connection, "select rule_id, match_kind from rule", []))
    return tuple(_sample(row, codes, remarks, is_internal, kinds) for row in rows)


def _sample(
    row: tuple[Any, ...], codes: dict[str, str], remarks: dict[str, str], is_internal: bool, kinds: dict[str, str]
) -> Sample:
    payer, procedure, modifiers, diagnoses, service, group, carc, rarc, evidence, state, amount, rule = row
    return Sample(
        month=service.replace(day=1) if service else None,
        payer=payer,
        procedure=" ".join(filter(None, (procedure, modifiers))),
        diagnoses=diagnosis_words(diagnoses, is_internal),
        reason=reason(group, carc, rarc, codes, remarks),
        evidence=placeless(evidence) if is_internal else evidence_kind(rule, kinds),
        state=STATES.get(state, words.named(state or "")),
        amount=amount if is_internal else None,
    )


def evidence_kind(rule: str | None, kinds: dict[str, str]) -> str:
    """What decided, without codes or counts; where no rule of the table did: a person, or the code on the line."""
    if rule in kinds:
        return EVIDENCE[kinds[rule]]
    return "a person of the practice" if rule == "override" else "the payer's reason code"


def diagnosis_words(codes: str | None, is_internal: bool) -> str:
    """The diagnosis codes; outside the practice only their categories, which many patients share."""
    given = (codes or "").split()
    if not is_internal:
        given = list(dict.fromkeys(code[:3] for code in given))
    return " ".join(given[:4]) + (" ..." if len(given) > 4 else "")


def reason(
    group: str | None, carc: str | None, rarc: str | None, codes: dict[str, str], remarks: dict[str, str]
) -> str:
    """The payer's codes and what they mean: `CO-50 Not medically necessary, with N115 Local coverage policy`."""
    said = words.code(group, carc, codes.get(carc or ""))
    if rarc in (None, "", "(not given)"):
        return said
    return f"{said}, with {words.code(None, rarc, remarks.get(str(rarc)))}"


def placeless(evidence: str | None) -> str:
    """The evidence without the place in a file: `words of log row 29` is `words of the denial log`."""
    return re.sub(r"\blog row \d+", "the denial log", evidence or "")


def labels(connection: "duckdb.DuckDBPyConnection", table: str, key: str = "code") -> dict[str, str]:
    """Our labels of a reference table such as carc, rarc or root_cause."""
    return {str(code): str(label) for code, label in answer(connection, f"select {key}, label from ref_{table}", [])}
