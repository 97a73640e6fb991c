"""The DataFrames behind the Root causes page: denials for medical necessity by cause, by CPT and payer, and by rule.

Strict is tier A (the payer made a clinical judgement); extended adds tier B (coverage rule, diagnosis, setting,
quantity). Sums come from the KPIs, so they equal the M-code ratio's on every other page.
"""

import dataclasses

import pandas as pd

from dashboards import cache, denial_list, words
from dashboards.controls import View
from dashboards.denial_list import Wanted
from pipelines.measure import Scope

TIERS = {"strict": ("A",), "extended": ("A", "B")}
RATIO = {"strict": "m_code_ratio", "extended": "m_code_ratio_extended"}
RATE = {"strict": "necessity_denial_rate", "extended": "necessity_denial_rate_extended"}
MEANING = {
    "strict": "strict: the payer made a clinical judgement (tier A)",
    "extended": "extended: clinical judgement, or coverage rule, diagnosis, setting, quantity (tiers A and B)",
}
STAGES = {
    0: "a person's decision",
    10: "remark code",
    20: "policy named in the remittance",
    30: "facts of the claim sent",
    40: "words of the denial log",
    50: "reason code alone",
    60: "nothing found",
}
LINE_COUNT, AMOUNT = "count(*) as n", "sum(found.denied_amount) as amount"


def by_cause(view: View, tier: str) -> pd.DataFrame:
    """Necessity denials by root cause, largest first, those that do not say why last: `key`, `name`, `value`, `n`.

    `value` is dollars, `n` lines, `is_context` marks causes that do not say why.
    """
    kpis = (RATIO[tier], f"{RATIO[tier]}_dollars")
    frame = cache.measures(view.build, kpis, ("root_cause",), view.scope)
    counts = frame[frame["kpi"] == kpis[0]].set_index("root_cause")["numerator"]
    frame = frame[(frame["kpi"] == kpis[1]) & (frame["numerator"].astype(float) > 0)]
    known = causes(view.build)
    keys = frame["root_cause"].astype(str)
    frame = frame.assign(
        key=keys,
        name=[known.at[key, "label"] if key in known.index else words.named(key) for key in keys],
        value=frame["numerator"],
        n=[counts.get(key, 0) for key in keys],
        is_context=[key in known.index and not known.at[key, "is_determined"] for key in keys],
    )
    return frame.sort_values(["is_context", "value"], ascending=[True, False], ignore_index=True)


def causes(build: str) -> pd.DataFrame:
    """Every root cause with label, definition, remedy, owner, by its key."""
    return cache.query(build, "select * from ref_root_cause").set_index("root_cause")


def by_cell(view: View, tier: str, cause: str) -> pd.DataFrame:
    """Necessity denials (of one cause) per adjudicated line by CPT and payer: `row`, `column`, `value`, `n`, `of`."""
    scope = dataclasses.replace(view.scope, root_causes=(cause,) if cause else ())
    frame = cache.measures(view.build, (RATE[tier],), ("procedure", "payer"), scope)
    named = cache.labels(view.build, "procedure_label")
    return frame.assign(
        row=[" ".join(filter(None, (str(code), named.get(str(code))))) for code in frame["procedure"]],
        column=frame["payer"].astype(str),
        n=frame["numerator"],
        of=frame["denominator"],
    )


def grid(frame: pd.DataFrame, most_rows: int, most_columns: int) -> tuple[pd.DataFrame, list[str], list[str]]:
    """The cells with the most denied, their rows and their columns; no row and no column is without a cell.

    Columns are chosen within the rows: a payer that denies other procedures only would have nothing to show.
    """
    denied = frame.assign(n=frame["n"].astype(float))
    denied = denied[denied["n"] > 0]
    rows = _greatest(denied, "row", most_rows)
    columns = _greatest(denied[denied["row"].isin(rows)], "column", most_columns)
    cells = frame[frame["row"].isin(rows) & frame["column"].isin(columns)]
    return cells, [row for row in rows if row in set(cells["row"])], columns


def _greatest(cells: pd.DataFrame, column: str, most: int) -> list[str]:
    sums = cells.groupby(column)["n"].sum().sort_values(ascending=False)
    return [str(name) for name in sums.head(most).index]


def wanted(view: View, tier: str, cause: str, cell: tuple[str, str] | None) -> Wanted:
    """The necessity denials of the view, of one cause and of one cell if these are chosen."""
    scope: Scope = view.scope
    if cause:
        scope = dataclasses.replace(scope, root_causes=(cause,))
    if cell:
        scope = dataclasses.replace(scope, procedures=(cell[0],), payers=(cell[1],))
    return Wanted(scope, tiers=TIERS[tier])


def by_rule(build: str, chosen: Wanted) -> pd.DataFrame:
    """The rules that decided these denials: `rule_id`, `stage`, `root_cause`, `confidence`, `evidence`, `n`, `amount`.

    `other_count` counts denials of which further evidence names another determined cause.
    """
    sql, values = denial_list.select(build, chosen)
    other = """exists (select 1 from root_cause_evidence as others
        inner join ref_root_cause on ref_root_cause.root_cause = others.root_cause and ref_root_cause.is_determined
        where others.denial_id = found.denial_id and others.root_cause <> found.root_cause)"""
    return cache.query(
        build,
        f"""select found.rule_id, min(winner.stage) as stage, found.root_cause, min(found.confidence) as confidence,
            min(found.evidence) as evidence, {LINE_COUNT}, {AMOUNT},
            sum(case when {other} then 1 else 0 end) as other_count
        from ({sql}) as found
        inner join root_cause_evidence as winner on winner.denial_id = found.denial_id and winner.rank = 1
        group by found.rule_id, found.root_cause order by n desc, amount desc, found.rule_id""",
        values,
    )


def by_outcome(build: str, chosen: Wanted) -> pd.DataFrame:
    """By root cause: `n`, `amount`, `open_amount`, `overturned` of them."""
    sql, values = denial_list.select(build, chosen)
    return cache.query(
        build,
        f"""select found.root_cause, {LINE_COUNT}, {AMOUNT},
            coalesce(sum(case when state = 'denied_open' then found.denied_amount end), 0) as open_amount,
            sum(case when state = 'paid_after_denial' then 1 else 0 end) as overturned
        from ({sql}) as found group by found.root_cause order by amount desc, found.root_cause""",
        values,
    )


def undetermined(view: View) -> pd.DataFrame:
    """What the denials without a determined cause consist of, by cause and code: `remarks`, `payer`, `n`, `amount`."""
    scope_sql, values = denial_list.select(view.build, Wanted(view.scope))
    return cache.query(
        view.build,
        f"""select found.root_cause, found.group_code, found.carc, {LINE_COUNT}, {AMOUNT},
            string_agg(distinct nullif(found.rarc, '(not given)'), ' ') as remarks,
            count(distinct found.payer_key) as payer_count, min(found.payer_key) as payer
        from ({scope_sql}) as found where not found.is_determined
        group by found.root_cause, found.group_code, found.carc order by n desc, amount desc, found.carc""",
        values,
    )
