"""The same estimate under other definitions: what a careful reader would ask next."""

import dataclasses

from pipelines.effect.case import Case
from pipelines.effect.cells import (
    OTHER_DEFINITION,
    OTHER_SCOPE,
    PRIMARY,
    Table,
    mature_months,
    other_definition,
)
from pipelines.effect.did import estimate
from pipelines.effect.result import AFTER, BEFORE, SPIKE, WASH_IN, Estimate
from pipelines.effect.rows import Flags
from pipelines.kpis import KPIS

AGES = (60, 90, 120)


def sensitivity(case: Case, primary: Estimate) -> tuple[Estimate, ...]:
    """The primary estimate, and the same with one thing at a time done otherwise."""
    table, keep, scope = case.table, case.keep, case.settings.denial_scope
    rows = [primary]
    if other_definition(case.change.kpi) != case.change.kpi:
        label = KPIS[other_definition(case.change.kpi)].label
        rows.append(_one(table, keep, OTHER_DEFINITION, "other_definition", label))
    wide = "core denials only" if scope == "broad" else "core and broad denials"
    rows.append(_one(table, keep, OTHER_SCOPE, "other_scope", wide))
    phases = table.is_phase(BEFORE, AFTER)
    for age in AGES:
        old = phases & table.is_month(mature_months(case.cohorts, age))
        rows.append(_one(table, old, PRIMARY, f"age_{age}", f"months sent at least {age} days ago"))
    mature = table.is_month(case.mature)
    if table.is_phase(SPIKE).any():
        rows.append(
            _one(table, mature & table.is_phase(BEFORE, SPIKE, AFTER), PRIMARY, "spike", "with the spike's months")
        )
    if table.is_phase(WASH_IN).any():
        rows.append(_without_wash_in(table, mature & table.is_phase(BEFORE, WASH_IN, AFTER)))
    return tuple(rows)


def _one(table: Table, keep: Flags, view: str, name: str, label: str) -> Estimate:
    return estimate(table.rows(keep, view), name, label)[0]


def _without_wash_in(table: Table, keep: Flags) -> Estimate:
    """The wash-in counted as after go-live."""
    rows = table.rows(keep)
    late = table.is_phase(WASH_IN, AFTER)[keep & (table.sums[PRIMARY][1] > 0)]
    return estimate(dataclasses.replace(rows, exposure=late.astype(float)), "wash_in", "from go-live on, no wash-in")[0]
