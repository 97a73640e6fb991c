"""Which cell moved most against its own history: payer x root cause x procedure, in denied lines and dollars.

A cell's own history is the settled months before the period, at most the last 24. How likely would the period's denied
lines be, had the cell gone on as before? Given how many lines were denied in history and period together, that is a
hypergeometric tail (Fisher's; mid-p, which is not too careful of few). The history's own unrest widens it: the distance
in standard deviations is divided by Laney's sigma_z where the cell has 12 months and it exceeds 1. With fewer than 12
settled months all cells are held against the period before, by chance alone.

Of hundreds of cells some always look as if they had moved. A signal is beyond three of its own standard deviations, as
on a chart, and is among those that Benjamini and Hochberg's procedure (1995) keeps at a false discovery rate of 10 %
of all cells looked at: those with a rate, and with at least 5 denied lines in history and period together. Unrest is
looked up only of cells that would be signals without it: it takes signals away, and never makes one.
"""

import dataclasses
import datetime
from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

from pipelines.asking import ask
from pipelines.control_chart import FEWEST_MONTHS, MOST_MONTHS, SIGMAS
from pipelines.kpis import DIMENSIONS, KPIS, column_of
from pipelines.measure import Measure, answer, known, measure
from pipelines.months import last_of
from pipelines.mover_odds import Base, Mover, corrected, judged, laney_of, limited
from pipelines.scope import FILTERS, Scope
from pipelines.trend import series

if TYPE_CHECKING:
    import duckdb

__all__ = ["Base", "Mover", "movers"]

Key = tuple[str, ...]
RATE, FACT = "denial_rate_lines", "line_fact"


def movers(
    connection: "duckdb.DuckDBPyConnection",
    scope: Scope,
    before: Scope,
    by: Sequence[str] = ("payer", "root_cause", "procedure"),
) -> list[Mover]:
    """Every cell with a denial in either period; signals first, then by the size of the change in dollars.

    `scope` and `before` are the same restrictions with the dates of the two periods.
    """
    scope.check()
    now, then = _cells(connection, scope, by), _cells(connection, before, by)
    wholes, wholes_before = _wholes(connection, scope, by), _wholes(connection, before, by)
    months = _history(connection, scope)
    past, past_wholes = then, wholes_before
    if months:
        earlier = dataclasses.replace(scope, date_from=months[0], date_to=last_of(months[-1]))
        past, past_wholes = _cells(connection, earlier, by), _wholes(connection, earlier, by)
    found = []
    for key in sorted(set(now) | set(then)):
        plain = tuple(part for name, part in zip(by, key, strict=True) if not DIMENSIONS[name].is_reason)
        one, other = now.get(key, NONE), then.get(key, NONE)
        base = Base(past.get(key, NONE).rated, past_wholes.get(plain, 0), len(months))
        counts, amounts = (one.denied, other.denied), (one.amount, other.amount)
        of = wholes.get(plain, 0), wholes_before.get(plain, 0)
        found.append(judged(Mover(dict(zip(by, key, strict=True)), *counts, *amounts, *of, base, one.rated)))
    found = [limited(one) for one in corrected(_with_unrest(connection, found, scope, by, months))]
    return sorted(found, key=lambda mover: (not mover.is_signal, -abs(mover.amount_change), str(mover.dimensions)))


class Cell(NamedTuple):
    """Denied lines of a cell, their dollars, and how many of them are in its rate: those in a log alone are not."""

    denied: int = 0
    amount: Decimal = Decimal(0)
    rated: int = 0


NONE = Cell()


def _cells(connection: "duckdb.DuckDBPyConnection", scope: Scope, by: Sequence[str]) -> dict[Key, Cell]:
    """Every cell with a denial; asked for in one go, because of a large practice there are very many."""
    kpis = [KPIS[name] for name in ("denied_lines", "denied_amount", RATE)]
    counted, *others = (f"sum({kpi.numerator.format(scope=scope.denial_scope)})" for kpi in kpis)
    names = [column_of(known(DIMENSIONS, name, "dimension").name, FACT, scope.clock) for name in by]
    table, where, values = ask(connection, FACT, names, scope, with_reasons=True)
    columns = ", ".join([*names, counted, *others])
    sql = f"select {columns} from {table}{where} group by {', '.join(names)} having {counted} > 0"
    rows = answer(connection, sql, values)
    return {tuple(map(str, row[: len(by)])): Cell(*row[len(by) :]) for row in rows}


def _wholes(connection: "duckdb.DuckDBPyConnection", scope: Scope, by: Sequence[str]) -> dict[Key, int]:
    """Lines adjudicated behind every cell: those of its payer, not of its cause."""
    plain = [name for name in by if not DIMENSIONS[name].is_reason]
    return {_key(one): int(one.denominator or 0) for one in measure(connection, [RATE], plain, scope)}


def _history(connection: "duckdb.DuckDBPyConnection", scope: Scope) -> list[datetime.date]:
    """The settled months before the period, at most the last 24; none where there are fewer than 12."""
    if scope.date_from is None:
        return []
    points = series(connection, RATE, (), scope).get((), [])
    first = scope.date_from.replace(day=1)
    months = [one.month for one in points if one.month < first and not one.unsettled]
    return months[-MOST_MONTHS:] if len(months) >= FEWEST_MONTHS else []


def _with_unrest(
    connection: "duckdb.DuckDBPyConnection",
    found: Sequence[Mover],
    scope: Scope,
    by: Sequence[str],
    months: Sequence[datetime.date],
) -> list[Mover]:
    """The movers that look like signals judged again by the unrest of their own histories."""
    looked = [one for one in found if one.z is not None and abs(one.z) > SIGMAS]
    if not looked or not months:
        return list(found)
    chosen: dict[str, Any] = {
        field: tuple(sorted({one.dimensions[name] for one in looked})) for field, name in FILTERS.items() if name in by
    }
    points = series(connection, RATE, by, dataclasses.replace(scope, **chosen))
    keys = {tuple(one.dimensions.values()) for one in looked}
    unrest = {key: laney_of(points[key], months) for key in points if key in keys}
    return [_restless(one, unrest[key]) if (key := tuple(one.dimensions.values())) in unrest else one for one in found]


def _restless(mover: Mover, sigma_z: float | None) -> Mover:
    return judged(dataclasses.replace(mover, base=mover.base._replace(sigma_z=sigma_z)))


def _key(found: Measure) -> Key:
    return tuple(str(value) for value in found.dimensions.values())
