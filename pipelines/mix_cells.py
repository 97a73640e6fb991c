"""The cells that a mix is made of: what each holds before and now, and which are too small to stand alone."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

from pipelines.measure import Key, measure
from pipelines.scope import Scope
from pipelines.words import TOO_FEW

if TYPE_CHECKING:
    import duckdb

OTHERS = "(all others)"


class Both(NamedTuple):
    """What a cell holds before and now: the part (denied) of the whole (adjudicated)."""

    part_before: Fraction = Fraction(0)
    whole_before: Fraction = Fraction(0)
    part: Fraction = Fraction(0)
    whole: Fraction = Fraction(0)


def cells_of(
    connection: "duckdb.DuckDBPyConnection", kpis: tuple[str, str], scope: Scope, before: Scope, by: Sequence[str]
) -> dict[Key, Both]:
    """The first KPI's numerator and the second's denominator in every cell, in both periods."""
    cells: dict[Key, Both] = {}
    for period, names in ((before, ("part_before", "whole_before")), (scope, ("part", "whole"))):
        for at, kpi in enumerate(kpis):
            for found in measure(connection, [kpi], by, period):
                key = tuple(str(value) for value in found.dimensions.values())
                value = found.denominator if at else found.numerator
                cells[key] = cells.get(key, Both())._replace(**{names[at]: Fraction(value or 0)})
    return cells


def joined(counts: Mapping[Key, tuple[Fraction, Fraction]], depth: int) -> dict[Key, Key]:
    """Cell -> the cell it is counted in: its own, or others of its payer, or all others."""
    groups = {key: key for key in counts}
    for level in range(depth - 1, -1, -1):
        sums: dict[Key, tuple[Fraction, Fraction]] = {}
        for key, group in groups.items():
            (first, second), (one, other) = sums.get(group, (Fraction(0), Fraction(0))), counts[key]
            sums[group] = first + one, second + other
        small = {group for group, both in sums.items() if min(both) < TOO_FEW and not _is_one_sided(both)}
        for key, group in groups.items():
            if group in small:
                groups[key] = key[:level] + (OTHERS,) * (depth - level)
    return groups


def _is_one_sided(counts: tuple[Fraction, Fraction]) -> bool:
    """Enough in one period and nothing in the other: new or gone, and not to be mixed with what can be compared."""
    return min(counts) == 0 and max(counts) >= TOO_FEW


def grouped(cells: Mapping[Key, Both], groups: Mapping[Key, Key]) -> dict[Key, Both]:
    """The cells added up by group."""
    sums: dict[Key, Both] = {}
    for key, cell in cells.items():
        group = groups.get(key, key)
        sums[group] = Both(*(one + other for one, other in zip(sums.get(group, Both()), cell, strict=True)))
    return sums


def total(cells: Mapping[Key, Both]) -> Both:
    """All cells added up."""
    return Both(*(sum(column, Fraction(0)) for column in zip(*cells.values(), strict=True))) if cells else Both()
