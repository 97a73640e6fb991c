"""What the pages about policies look at: policies as the ledger has them, and denials held against them."""

import datetime
from collections.abc import Sequence

import pandas as pd

from dashboards import access, cache, deciding
from pipelines import policy_payers
from pipelines.policy import KIND, Policy
from pipelines.policy_matrix import records
from pipelines.store import Store

VERDICTS = {  # as they are said, short and in full, what helps most first
    "on_list": ("On the list", "Denied although the diagnosis is on the list"),
    "not_on_list": ("Not on the list", "Diagnosis not on the list"),
    "no_diagnosis": ("Not known", "Diagnosis not known"),
    "no_list": ("No list", "Policy lists no diagnoses"),
}
HELD = """
    select policy_denial.*, denial.denied_amount, denial.payer_key, denial.procedure_code, denial.carc,
        denial.group_code, denial.root_cause, denial.state, denial.evidence, denial.denial_date,
        denial.patient_control_number
    from (
        select *, row_number() over (
            partition by denial_id
            order by case verdict when 'on_list' then 0 when 'not_on_list' then 1 when 'no_diagnosis' then 2 else 3 end,
                first_day desc, policy_id
        ) as policy_no
        from policy_denial
    ) as policy_denial
    inner join denial on denial.denial_id = policy_denial.denial_id
    where denial.is_core and policy_denial.policy_no = 1
"""  # of several policies the one that the evidence goes by, so that no dollar is counted twice


def policies() -> list[Policy]:
    """Every version of every policy as the ledger says it now."""
    return records(access.ledger())


def payers(build: str | None, found: Sequence[Policy]) -> list[str]:
    """The payers of the data, most lines first, then those that only policies name."""
    named = [*(cache.payer_ranks(build) if build else ()), *sorted({policy.payer for policy in found})]
    return list({name.lower(): name for name in reversed(named)}.values())[::-1]


def spellings(build: str | None) -> dict[str, str]:
    """How payers are written in the data, and the names under which they are shown."""
    return policy_payers.known(Store()) if build else {}


def held(build: str, payer: str = "", procedure: str = "") -> pd.DataFrame:
    """The core denials for which a policy was in force, the dearest first."""
    conditions, values = [], []
    for column, value in (("denial.payer_key", payer), ("denial.procedure_code", procedure)):
        if value:
            conditions.append(f"{column} = ?")
            values.append(value)
    more = "".join(f" and {condition}" for condition in conditions)
    return cache.query(build, f"{HELD}{more} order by denied_amount desc, denial_id", values)


def procedures(build: str) -> list[str]:
    """The procedures that are denied, the dearest first."""
    frame = cache.query(
        build,
        "select procedure_code, sum(denied_amount) as amount from denial"
        " where is_core and procedure_code <> '(not given)' group by 1 order by 2 desc, 1 limit 500",
    )
    return [str(code) for code in frame["procedure_code"]]


def waiting(build: str, found: Sequence[Policy]) -> None:
    """The button that brings what was entered since the build into its tables."""
    built = cache.query(build, "select policy_id, max(decided_at) as decided_at from ledger_policy group by 1")
    known = {str(row.policy_id): row.decided_at for row in built.itertuples()}
    changed = [policy for policy in found if _is_newer(policy, known.get(policy.policy_id))]
    gone = set(known) - {policy.policy_id for policy in found}
    if changed or gone:
        number = len({policy.policy_id for policy in changed} | gone)
        what = "policy is" if number == 1 else "policies are"
        deciding.waiting(f"{number} {what} new or changed since denials were held against them")


def _is_newer(policy: Policy, decided_at: datetime.datetime | None) -> bool:
    said = datetime.datetime.fromisoformat(policy.set_at).replace(tzinfo=None) if policy.set_at else None
    return bool(said and (decided_at is None or said > decided_at))


def record(policy_id: str, body: dict[str, object], who: str) -> str:
    """'' when the version is in the ledger; else why not. An empty body takes the policy back."""
    return deciding.record(KIND, policy_id, body, who)


def on_page(found: Sequence[Policy], payer: str, procedure: str) -> list[Policy]:
    """Those of a payer and about a procedure, where they are chosen."""
    return [
        policy
        for policy in found
        if (not payer or policy.payer.lower() == payer.lower()) and (not procedure or procedure in policy.procedures)
    ]
