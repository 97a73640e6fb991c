"""How often a procedure was denied, for what and by whom: the history that stands in its playbook."""

import dataclasses
import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from pipelines.measure import Measure, measure
from pipelines.months import first_of
from pipelines.scope import Scope

if TYPE_CHECKING:
    import duckdb

MONTHS = 12
KPIS = ("denial_rate_lines", "denied_amount")
LAST = "select max(last_payment_date) from source_file"
LABELS = "select root_cause, label from ref_root_cause"


@dataclasses.dataclass(frozen=True)
class Part:
    """Denied lines of one payer or cause: of how many, where that can be said, and dollars."""

    name: str
    denied: int
    of: int | None
    amount: Decimal


@dataclasses.dataclass(frozen=True)
class History:
    """First denials of a procedure in core scope, by remittance, over the last months of the data."""

    procedure: str
    first_day: datetime.date
    last_day: datetime.date
    total: Part
    payers: tuple[Part, ...]  # most denied first
    causes: tuple[Part, ...]


def history(connection: "duckdb.DuckDBPyConnection", procedure: str) -> History | None:
    """The procedure's denials over the last 12 months of the data; None where no payment is there at all."""
    rows = connection.execute(LAST).fetchall()
    last_day = rows[0][0] if rows else None
    if last_day is None:
        return None
    first_day = first_of(last_day, MONTHS - 1)
    scope = Scope(date_from=first_day, date_to=last_day, procedures=(procedure,))
    labels = {str(key): str(label) for key, label in connection.execute(LABELS).fetchall()}
    (total,) = _parts(connection, (), scope) or (Part("", 0, 0, Decimal(0)),)
    payers = _parts(connection, ("payer",), scope)
    causes = [
        dataclasses.replace(part, name=labels.get(part.name, part.name), of=None)
        for part in _parts(connection, ("root_cause",), scope)
    ]
    return History(procedure, first_day, last_day, total, tuple(payers), tuple(causes))


def _parts(connection: "duckdb.DuckDBPyConnection", by: tuple[str, ...], scope: Scope) -> list[Part]:
    cells: dict[str, dict[str, Measure]] = {}
    for found in measure(connection, list(KPIS), list(by), scope):
        name = str(found.dimensions[by[0]]) if by else ""
        cells.setdefault(name, {})[found.kpi] = found
    parts = [_part(name, cell) for name, cell in cells.items()]
    return sorted((part for part in parts if part.denied or not by), key=lambda part: (-part.denied, part.name))


def _part(name: str, cell: dict[str, Measure]) -> Part:
    rate, amount = cell.get("denial_rate_lines"), cell.get("denied_amount")
    denied = int(rate.numerator) if rate else 0
    of = int(rate.denominator) if rate and rate.denominator is not None else None
    return Part(name, denied, of, Decimal(amount.numerator) if amount else Decimal(0))
