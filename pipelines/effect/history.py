"""What a denial costs, from the practice's own history: what such lines are allowed, and what is paid in the end."""

import dataclasses
import datetime
import math
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np

from pipelines.effect.arms import Condition, treated
from pipelines.effect.cells import Table, count_share
from pipelines.effect.did import Fit
from pipelines.measure import answer

if TYPE_CHECKING:
    import duckdb

    from pipelines.register import Change

TIME_TO_RECOVER = 180  # days after which a denial that will be paid mostly has been
LEAST_DENIALS = 20
CENT = Decimal("0.01")


@dataclasses.dataclass(frozen=True)
class Allowed:
    """The mean allowed of lines that were not denied (dollars), and the error of that mean."""

    mean: Decimal
    error: float


@dataclasses.dataclass(frozen=True)
class Recovery:
    """Of so many denials, those that were paid in the end anyway, and whose they are."""

    count: int
    of: int
    basis: str

    @property
    def share(self) -> float:
        """Paid over denied; 0 where nothing is known."""
        return self.count / self.of if self.of else 0.0

    @property
    def exact_share(self) -> Decimal:
        """The same to four decimals, as money is multiplied by it."""
        return Decimal(repr(round(self.share, 4)))


def expected_allowed(
    connection: "duckdb.DuckDBPyConnection", change: "Change", table: Table, found: Fit
) -> Allowed | None:
    """The mean allowed per procedure of the treated scope, weighted by where the denials to be expected are."""
    inside, values = treated(change).condition()
    sql = (
        "select line.procedure, count(*), sum(family_line.allowed_amount),"
        " coalesce(stddev_samp(family_line.allowed_amount), 0)"
        " from line_fact as line inner join family_line"
        " on line.line_id = family_line.family_id || '|' || family_line.line_key"
        f" where line.payer_sequence = 'primary' and family_line.is_first_allowed and ({_qualified(inside)})"
        " and family_line.allowed_amount > 0 group by line.procedure"
    )
    by_procedure = {row[0]: row[1:] for row in answer(connection, sql, values)}
    if not by_procedure:
        return None
    lines = sum(int(row[0]) for row in by_procedure.values())
    total = sum(Decimal(row[1]) for row in by_procedure.values())
    spread = max(float(row[2]) for row in by_procedure.values())
    weights = _procedure_weights(table, found)
    mean, error = Decimal(0), 0.0
    for procedure, weight in weights.items():
        count, amount, deviation = by_procedure.get(procedure, (lines, total, spread))
        mean += Decimal(repr(weight)) * Decimal(amount) / int(count)
        error += (weight * float(deviation)) ** 2 / int(count)
    return Allowed(mean.quantize(CENT), math.sqrt(error))


def _qualified(condition: str) -> str:
    """The condition with its columns named as those of the lines."""
    for name in ("payer in", "procedure in", "provider in", "place_of_service in"):
        condition = condition.replace(name, f"line.{name}")
    return condition


def _procedure_weights(table: Table, found: Fit) -> dict[str, float]:
    """Share of each procedure in the denials to be expected after go-live."""
    after = found.rows.treated & (found.rows.exposure > 0)
    procedures = table.names["procedure"]
    place = found.rows.cell[after] % len(procedures)
    expected = np.bincount(place, found.rows.lines[after] * found.rate[after], minlength=len(procedures))
    return {procedures[at]: float(expected[at] / expected.sum()) for at in np.flatnonzero(expected)}


def recovered(
    connection: "duckdb.DuckDBPyConnection", change: "Change", as_of: datetime.date, denial_scope: str
) -> Recovery:
    """How many of such denials were paid in the end: of cause and treated scope if there are enough, else of more."""
    old = as_of - datetime.timedelta(days=TIME_TO_RECOVER)
    everywhere: Condition = ("true", [])
    looks: list[tuple[Condition, datetime.date, str]] = [
        (treated(change).condition(), old, "denials of the treated scope"),
        (everywhere, old, "such denials of the whole practice"),
        (everywhere, as_of, "such denials of the whole practice, young ones too"),
    ]
    if change.root_cause:
        of_cause = [
            (_of_cause(where, change.root_cause), day, f"{basis}, of this cause") for where, day, basis in looks
        ]
        looks = [*of_cause[:2], *looks]
    for (where, parameters), day, basis in looks:
        found = _recovered(connection, change, denial_scope, where, [*parameters, day], basis)
        if found.of >= LEAST_DENIALS:
            return found
    return found


def _of_cause(where: Condition, root_cause: str) -> Condition:
    return f"({where[0]}) and root_cause = ?", [*where[1], root_cause]


def _recovered(
    connection: "duckdb.DuckDBPyConnection", change: "Change", scope: str, where: str, values: list[Any], basis: str
) -> Recovery:
    kpi = count_share(change.kpi)
    sql = (
        f"select coalesce(sum(overturned_{scope}_count), 0), count(*) from line_fact where payer_sequence = 'primary'"
        f" and {kpi.numerator.format(scope=scope)} > 0 and ({where}) and payment_date <= ?"
    )
    ((count, total),) = answer(connection, sql, values)
    return Recovery(int(count), int(total), basis)
