"""What the build holds about a change: lines and denials by month sent, payer, procedure and provider, in both arms.

First adjudications of primary payers only, by the day on which the claim was first sent; SQL adds, one row per group.
"""

import dataclasses
import datetime
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from pipelines.effect.arms import Condition, comparison_condition, treated
from pipelines.effect.result import AFTER, BEFORE, SPIKE, WASH_IN, Arm
from pipelines.effect.rows import Flags, Floats, Ints, Rows
from pipelines.errors import UsageError
from pipelines.kpis import KPIS, Kpi
from pipelines.maturity import Cohort, cohorts
from pipelines.measure import answer, known
from pipelines.scope import Scope

if TYPE_CHECKING:
    import duckdb

    from pipelines.register import Change

NEGATIVE_CONTROL = "eligibility_coverage"
EXTENDED = "_extended"
PHASES = (BEFORE, SPIKE, WASH_IN, AFTER)
PRIMARY, OTHER_DEFINITION, OTHER_SCOPE, NEGATIVE = "primary", "other_definition", "other_scope", "negative"
VIEWS = (PRIMARY, OTHER_DEFINITION, OTHER_SCOPE, NEGATIVE)


@dataclasses.dataclass(frozen=True)
class Table:
    """One row per month, phase, arm, payer, procedure and provider, column by column.

    `month`, `payer`, `procedure` and `provider` are places in `names`; `phase` is a place in PHASES.
    """

    months: tuple[datetime.date, ...]
    names: dict[str, tuple[str, ...]]
    month: Ints
    phase: Ints
    treated: Flags
    payer: Ints
    procedure: Ints
    provider: Ints
    volume: Floats
    sums: dict[str, tuple[Floats, Floats]]  # by view: denials and lines

    @property
    def cell(self) -> Ints:
        """The number of the row's provider x procedure cell."""
        return self.provider * len(self.names["procedure"]) + self.procedure

    def is_phase(self, *phases: str) -> Flags:
        """Rows of these phases."""
        return np.isin(self.phase, [PHASES.index(phase) for phase in phases])

    def is_month(self, wanted: set[datetime.date]) -> Flags:
        """Rows of these months."""
        return np.isin(self.month, [place for place, month in enumerate(self.months) if month in wanted])

    def rows(self, keep: Flags, view: str = PRIMARY) -> Rows:
        """The rows to keep, those after go-live exposed."""
        denials, lines = self.sums[view]
        keep = keep & (lines > 0)
        exposure = self.is_phase(AFTER).astype(np.float64)
        return Rows(denials, lines, self.cell, self.month, self.month, self.payer, self.treated, exposure).where(keep)

    def arm(self, keep: Flags, view: str = PRIMARY) -> Arm:
        """Lines and denials of the rows to keep."""
        denials, lines = self.sums[view]
        return Arm(int(lines[keep].sum()), int(denials[keep].sum()))


def wash_in_to(change: "Change") -> datetime.date:
    """The last day of the wash-in; the day before go-live where there is none."""
    return change.go_live + datetime.timedelta(days=7 * change.wash_in_weeks - 1)


def table(
    connection: "duckdb.DuckDBPyConnection", change: "Change", others: Sequence["Change"], denial_scope: str
) -> Table:
    """Both arms of the change; comparison lines that another change treats are left out.

    Raises UsageError for a KPI that is no share of lines.
    """
    inside, inside_values = treated(change).condition()
    compared, compared_values = clean_comparison(change, others)
    sums, sum_values = _sums(change, denial_scope)
    phase, phase_values = _phase(change)
    sql = (
        f"select submission_month, {phase}, ({inside}) as is_treated, payer, procedure, provider,"
        f" sum(adjudicated_count), {', '.join(sums)} from line_fact"
        f" where payer_sequence = 'primary' and submission_date is not null and (({inside}) or ({compared}))"
        " group by 1, 2, 3, 4, 5, 6 order by 1, 2, 3, 4, 5, 6"
    )
    values = [*phase_values, *inside_values, *sum_values, *inside_values, *compared_values]
    return _columns(answer(connection, sql, values))


def clean_comparison(change: "Change", others: Sequence["Change"]) -> Condition:
    """The comparison without what other changes treat: what they moved would be taken for the background."""
    condition, values = comparison_condition(change)
    values = list(values)
    for other in others:
        inside, inside_values = treated(other).condition()
        condition += f" and not ({inside})"
        values.extend(inside_values)
    return condition, values


def count_share(name: str) -> Kpi:
    """The KPI of this name. Raises UsageError for one that is no share of lines."""
    kpi = known(KPIS, name, "KPI")
    counts = kpi.numerator.endswith("_count") and (kpi.denominator or "").endswith("_count")
    if kpi.fact != "line_fact" or kpi.unit != "share" or not counts:
        raise UsageError(f"{name}: not a share of lines; a change can be judged by one such as necessity_denial_rate")
    return kpi


def other_definition(name: str) -> str:
    """The extended KPI of a strict one, and the other way round; itself where there is no other."""
    other = name.removesuffix(EXTENDED) if name.endswith(EXTENDED) else f"{name}{EXTENDED}"
    return other if other in KPIS else name


def _sums(change: "Change", denial_scope: str) -> tuple[list[str], list[Any]]:
    """For each view what adds up its denials and its lines."""
    other_scope = "broad" if denial_scope == "core" else "core"
    asked = (
        (count_share(change.kpi), denial_scope),
        (count_share(other_definition(change.kpi)), denial_scope),
        (count_share(change.kpi), other_scope),
    )
    sums, values = [], []
    for kpi, scope in asked:
        numerator, denominator = (str(part).format(scope=scope) for part in (kpi.numerator, kpi.denominator))
        if change.root_cause:
            numerator = f"case when root_cause = ? then {numerator} else 0 end"
            values.append(change.root_cause)
        sums += [f"sum({numerator})", f"sum({denominator})"]
    denied = f"case when category = '{NEGATIVE_CONTROL}' then rate_denied_core_count else 0 end"
    return [*sums, f"sum({denied})", "sum(adjudicated_count)"], values


def _phase(change: "Change") -> Condition:
    """The phase of a line by the day on which its claim was first sent; the spike's months are a phase of their own."""
    spike = "false"
    values: list[Any] = []
    if change.spike_from and change.spike_to:
        spike = "submission_month between ? and ?"
        values = [change.spike_from, change.spike_to]
    number = {name: place for place, name in enumerate(PHASES)}
    sql = (
        f"case when submission_date > ? then {number[AFTER]} when submission_date >= ? then {number[WASH_IN]}"
        f" when {spike} then {number[SPIKE]} else {number[BEFORE]} end"
    )
    return sql, [max(wash_in_to(change), change.go_live - datetime.timedelta(days=1)), change.go_live, *values]


def _columns(found: list[tuple[Any, ...]]) -> Table:
    found = [row for row in found if any(row[6:])]
    columns = list(zip(*found, strict=True)) or [()] * (7 + 2 * len(VIEWS))
    months, month = _coded(columns[0])
    names, places = {}, {}
    for at, name in ((3, "payer"), (4, "procedure"), (5, "provider")):
        names[name], places[name] = _coded(columns[at])
    return Table(
        months=months,
        names=names,
        month=month,
        phase=np.array(columns[1], dtype=np.int64),
        treated=np.array(columns[2], dtype=np.bool_),
        **places,
        volume=_floats(columns[6]),
        sums={view: (_floats(columns[7 + 2 * at]), _floats(columns[8 + 2 * at])) for at, view in enumerate(VIEWS)},
    )


def _floats(values: Sequence[Any]) -> Floats:
    return np.array([float(value) for value in values], dtype=np.float64)


def _coded(values: Sequence[Any]) -> tuple[tuple[Any, ...], Ints]:
    names = tuple(sorted(set(values)))
    place = {name: number for number, name in enumerate(names)}
    return names, np.array([place[value] for value in values], dtype=np.int64)


def cohorts_of(connection: "duckdb.DuckDBPyConnection", change: "Change") -> dict[datetime.date, Cohort]:
    """How far each month of sending is decided, for the payers of the change and of a comparison chosen for it."""
    payers = change.payers
    if change.comparison == "chosen":
        payers = (*payers, *change.comparison_payers) if payers and change.comparison_payers else ()
    return {one.month: one for one in cohorts(connection, Scope(payers=payers))}


def mature_months(found: dict[datetime.date, Cohort], days: int | None = None) -> set[datetime.date]:
    """Months that can be judged: by the product's rule, or where `days` is given once their last day is so long ago."""
    if days is None:
        return {month for month, one in found.items() if one.is_mature}
    return {month for month, one in found.items() if one.age_days >= days}
