"""What those may see who may see no claim: lines decided and denied, small counts withheld, by month, payer and cause.

There is one such summary of a build, the same for everybody and without filters: two views that differ in one payer
would give that payer away. All its counts hang together by sums and are suppressed together (huddle/suppress.py), so
no small one can be got from the others. Only lists of a fixed length, the rest in one row.

Not withheld is what two builds tell by their difference: a month that grew by three lines grew by three.
"""

import datetime
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from pipelines.huddle.suppress import Count, Derived, Hidden, Sum, hidden_keys
from pipelines.measure import Scope, measure
from pipelines.months import first_of

if TYPE_CHECKING:
    import duckdb

KPI = "denial_rate_lines"
MONTHS, MOST_ROWS = 12, 12
REST = "(all others)"

Cells = dict[str, tuple[int, int]]  # name -> lines decided, lines denied


class Line(NamedTuple):
    """One row: lines decided, lines denied and their quotient, each of them withheld where it must be."""

    name: str
    decided: int | str
    denied: int | str
    rate: float | str | None


class Summary(NamedTuple):
    """The twelve months up to the last one with a decision: in all, by month, by payer and by cause (denied alone)."""

    date_from: datetime.date
    date_to: datetime.date
    total: Line
    months: list[Line]
    payers: list[Line]
    causes: list[Line]
    minimum: int


def outside_summary(connection: "duckdb.DuckDBPyConnection", minimum: int) -> Summary | None:
    """The summary with every count below `minimum` withheld, and what would give it away; None without a decision."""
    ((last,),) = connection.execute("select max(payment_date) from line_fact where adjudicated_count > 0").fetchall()
    if last is None:
        return None
    scope = Scope(date_from=first_of(last, MONTHS - 1), date_to=last)
    parts = {"": _cells(connection, (), scope)}
    parts |= {name: _cells(connection, (name,), scope) for name in ("month", "payer", "root_cause")}
    parts["payer"], parts["root_cause"] = (_longest(parts[name], name, minimum) for name in ("payer", "root_cause"))
    counts = _counts(parts)
    hidden = Hidden(hidden_keys(counts, _sums(parts), minimum), minimum)
    lines = {name: [_line(name, cell, counts, hidden) for cell in cells] for name, cells in parts.items()}
    (total,), months, payers, causes = (lines[name] for name in parts)
    return Summary(scope.date_from or last, last, total, months, payers, causes, minimum)


def _cells(connection: "duckdb.DuckDBPyConnection", by: Sequence[str], scope: Scope) -> Cells:
    found = measure(connection, [KPI], by, scope)
    return {
        str(one.dimensions[by[0]]) if by else "All": (int(one.denominator or 0), int(one.numerator)) for one in found
    }


def _longest(cells: Cells, name: str, minimum: int) -> Cells:
    """The rows with most lines, and all others in one; a payer of few lines is not even named.

    Causes part what was denied, so their first number is that.
    """
    known = {key: (denied if name == "root_cause" else decided, denied) for key, (decided, denied) in cells.items()}
    order = sorted(known, key=lambda key: (-known[key][0], key))
    kept = {key: known[key] for key in order[:MOST_ROWS] if known[key][0] >= minimum}
    others = [known[key] for key in order if key not in kept]
    return kept | ({REST: (sum(a for a, _ in others), sum(b for _, b in others))} if others else {})


def _counts(parts: Mapping[str, Cells]) -> dict[Any, int]:
    """Every count by its key; a line that was decided was denied or it was not, and that is a count as well."""
    counts: dict[Any, int] = {}
    for part, cells in parts.items():
        for name, (decided, denied) in cells.items():
            counts[part, name, "denied"] = denied
            if part != "root_cause":
                counts |= {(part, name, "decided"): decided, (part, name, "not denied"): decided - denied}
    return counts


def _sums(parts: Mapping[str, Cells]) -> Iterator[Sum]:
    """How the counts hang together: denied and not are decided; months, payers and causes are all."""
    for part, cells in parts.items():
        for name in cells if part != "root_cause" else ():
            yield Sum((part, name, "decided"), ((part, name, "denied"), (part, name, "not denied")))
        for what in ("denied",) if part == "root_cause" else ("decided", "denied", "not denied") if part else ():
            yield Sum(("", "All", what), tuple((part, name, what) for name in cells))


def _line(part: str, name: str, counts: Mapping[Any, int], hidden: Hidden) -> Line:
    denied = Count(counts[part, name, "denied"], (part, name, "denied"))
    if part == "root_cause":
        return Line(name, "", hidden.shown(denied), None)
    decided = Count(counts[part, name, "decided"], (part, name, "decided"))
    rate = Derived(denied.value / decided.value if decided.value else None, (denied.key, decided.key))
    return Line(name, hidden.shown(decided), hidden.shown(denied), hidden.shown(rate))
