"""Small cells are hidden, and nobody who sees the rest can work them out."""

import itertools
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from pipelines.huddle.suppress import MINIMUM, Count, Derived, Hidden, Sum, hidden_keys

Rows = list[tuple[Any, ...]]
NUMBERS = st.one_of(st.integers(0, 14), st.integers(0, 300))


def suppressed(rows: Rows, *sums: Sum, minimum: int = MINIMUM) -> Rows:
    """The rows as a document shows them that holds nothing else."""
    counts = {cell.key: cell.value for row in rows for cell in row if isinstance(cell, Count)}
    hidden = Hidden(hidden_keys(counts, sums, minimum), minimum)
    return [tuple(hidden.shown(cell) for cell in row) for row in rows]


def test_a_small_count_is_hidden_and_the_smallest_other_with_it() -> None:
    """One hidden cell could be got by subtraction, so another goes too; the total stays."""
    rows = [("Aetna", Count(4, "a")), ("Cigna", Count(40, "b")), ("UHC", Count(30, "c")), ("all", Count(74, "all"))]
    shown = suppressed(rows, Sum("all", ("a", "b", "c")))
    assert [("Aetna", "withheld"), ("Cigna", 40), ("UHC", "withheld"), ("all", 74)] == shown


def test_nothing_is_shown_as_nothing_and_large_tables_stay_whole() -> None:
    """Zero says nothing about anybody, and from eleven on a count is shown."""
    rows = [("a", Count(0, "a")), ("b", Count(11, "b")), ("all", Count(11, "all"))]
    assert [("a", 0), ("b", 11), ("all", 11)] == suppressed(rows, Sum("all", ("a", "b")))


def test_what_rests_on_a_hidden_count_is_hidden_with_it() -> None:
    """A rate and dollars would give the count away."""
    rows = [("a", Count(3, "n"), Count(60, "of"), Derived(0.05, ("n", "of")), Derived(120, ("n",)))]
    assert [("a", "withheld", 60, "withheld", "withheld")] == suppressed(rows)


def test_two_small_cells_do_not_protect_each_other_when_their_sum_is_small() -> None:
    """Two hidden cells that are five together are five claims that somebody could point at."""
    rows = [(Count(2, "a"),), (Count(3, "b"),), (Count(50, "c"),), (Count(60, "d"),), (Count(115, "all"),)]
    shown = suppressed(rows, Sum("all", ("a", "b", "c", "d")))
    assert ["withheld", "withheld", "withheld", 60, 115] == [row[0] for row in shown]


def test_what_a_table_leaves_out_is_a_cell_too() -> None:
    """The three payers shown and all payers: what is missing between them is small, so one of the three is hidden."""
    keys = hidden_keys({"a": 50, "b": 40, "c": 30, "all": 124}, [Sum("all", ("a", "b", "c"))])
    assert frozenset({"c"}) == keys


def test_almost_all_denied_is_as_telling_as_almost_none() -> None:
    """95 denied of 100 says that 5 were not; without the 95 nothing is said."""
    assert frozenset({"denied"}) == hidden_keys({"denied": 95, "of": 100}, [Sum("of", ("denied",))])


def test_the_same_fact_is_hidden_in_every_table() -> None:
    """A cell that one table must hide is not shown by another, and one cell beside it guards it in both."""
    counts = {"a": 4, "b": 20, "c": 30, "all": 54, "a+c": 34}
    keys = hidden_keys(counts, [Sum("all", ("a", "b", "c")), Sum("a+c", ("a", "c"))])
    assert frozenset({"a", "c"}) == keys


def test_the_minimum_can_be_set() -> None:
    """A practice with a stricter rule says so in the ledger."""
    rows = [(Count(15, "a"),), (Count(0, "b"),)]
    assert [("withheld",), (0,)] == suppressed(rows, minimum=20)


def test_only_what_is_linked_to_a_small_count_is_hidden_with_it() -> None:
    """Three of 498 do not hide the headline: first the others of their own sums, and never what has no tie to them."""
    counts = {"all": 498, "denied": 318, "a": 120, "b": 110, "c": 88, "c x": 3, "c y": 60, "c z": 25, "claims": 400}
    counts |= {"paid": 350}
    sums = [Sum("all", ("denied",)), Sum("denied", ("a", "b", "c")), Sum("c", ("c x", "c y", "c z"))]
    assert frozenset({"c x", "c z"}) == hidden_keys(counts, [*sums, Sum("claims", ("paid",))])


def test_what_is_to_be_kept_is_hidden_only_where_nothing_else_can_be() -> None:
    """Of the two that could be hidden beside a small one it is the other; where there is none, the smaller."""
    sums = [Sum("all", ("a", "b", "c"))]
    assert frozenset({"a", "c"}) == hidden_keys({"a": 3, "b": 20, "c": 50, "all": 73}, sums, keep={"b", "all"})
    assert frozenset({"denied"}) == hidden_keys(
        {"denied": 95, "of": 100}, [Sum("of", ("denied",))], keep={"denied", "of"}
    )


def test_parts_beyond_their_total_are_a_mistake_of_ours() -> None:
    """A table whose parts exceed its total is wrong, and no suppression mends it."""
    with pytest.raises(ValueError, match="all: 3 in all, but its parts add up to 5"):
        hidden_keys({"a": 5, "all": 3}, [Sum("all", ("a",))])


@st.composite
def tables(draw: st.DrawFn) -> tuple[dict[object, int], list[Sum]]:
    """A table of payers by causes with both kinds of totals, of which the last column may be left out."""
    height, width = draw(st.integers(1, 4)), draw(st.integers(1, 4))
    cells = {(row, column): draw(NUMBERS) for row in range(height) for column in range(width)}
    counts: dict[object, int] = dict(cells)
    counts |= {("row", row): sum(cells[row, column] for column in range(width)) for row in range(height)}
    counts |= {("column", column): sum(cells[row, column] for row in range(height)) for column in range(width)}
    counts["all"] = sum(cells.values())
    left_out = draw(st.booleans()) and width > 1
    sums = [Sum(("row", row), tuple((row, column) for column in range(width - left_out))) for row in range(height)]
    sums += [Sum(("column", column), tuple((row, column) for row in range(height))) for column in range(width)]
    sums += [Sum("all", tuple(("row", row) for row in range(height)))]
    sums += [Sum("all", tuple(("column", column) for column in range(width)))]
    if left_out:
        for row in range(height):
            del counts[row, width - 1]
        del counts["column", width - 1]
        sums = [one for one in sums if one.total in counts]
        sums = [Sum(one.total, tuple(part for part in one.parts if part in counts)) for one in sums]
    return counts, sums


@st.composite
def cubes(draw: st.DrawFn) -> tuple[dict[object, int], list[Sum]]:
    """Payers by causes by procedures with totals over each, of which the document shows some and not others."""
    sizes = [draw(st.integers(1, 3)) for _ in range(3)]
    whole = {place: draw(NUMBERS) for place in itertools.product(*map(range, sizes))}
    counts: dict[object, int] = {}
    for place in itertools.product(*([*range(size), -1] for size in sizes)):  # -1: over all of the dimension
        fits = [cell for cell in whole if all(own in (-1, other) for own, other in zip(place, cell, strict=True))]
        if draw(st.integers(0, 3)) or place == (-1, -1, -1):
            counts[place] = sum(whole[cell] for cell in fits)
    sums = []
    places: list[Any] = list(counts)
    for total, axis in itertools.product(places, range(3)):
        if total[axis] == -1:
            parts = [(*total[:axis], number, *total[axis + 1 :]) for number in range(sizes[axis])]
            if shown := [part for part in parts if part in counts]:
                sums.append(Sum(total, tuple(shown)))
    return counts, sums


@settings(max_examples=100, deadline=None)
@given(st.one_of(tables(), cubes()))
def test_no_small_count_has_only_one_possible_value(table: tuple[dict[object, int], list[Sum]]) -> None:
    """An attacker who solves all sums at once, with numbers that cannot be negative, finds more than one answer."""
    counts, sums = table
    hidden = hidden_keys(counts, sums)
    small = {key for key, value in counts.items() if 0 < value < 11}
    assert small <= hidden
    for key in small:
        low, high = _range(key, counts, sums, hidden)
        assert high - low > 0.5, (key, counts[key], low, high)


def _range(key: object, counts: dict[object, int], sums: list[Sum], hidden: frozenset[object]) -> tuple[float, float]:
    """The least and the greatest that a hidden count can be, given all that is shown: a linear programme."""
    if not sums:
        return 0, 100_000
    rests = [("rest", number) for number in range(len(sums))]
    names = [*hidden, *rests]
    matrix, right = [], []
    for rest, one in zip(rests, sums, strict=True):
        row = np.zeros(len(names))
        known = 0.0
        for part, sign in ((one.total, -1), *((part, 1) for part in one.parts)):
            if part in hidden:
                row[names.index(part)] += sign
            else:
                known += sign * counts[part]
        if counts[one.total] != sum(counts[part] for part in one.parts):
            row[names.index(rest)] = 1
        matrix.append(row)
        right.append(-known)
    aim = np.zeros(len(names))
    aim[names.index(key)] = 1
    found = [linprog(sign * aim, A_eq=np.array(matrix), b_eq=right, bounds=(0, 100_000)) for sign in (1, -1)]
    assert [0, 0] == [one.status for one in found]
    return float(found[0].fun), float(-found[1].fun)
