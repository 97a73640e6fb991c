"""The simulation runs and counts; what it counts is in docs/calibration.md, and never asserted here."""

from pathlib import Path

import numpy as np
import pytest

from benchmarks.calibration import (
    CHOICE,
    COVERAGE_HEAD,
    FEW_HEAD,
    NULL_HEAD,
    SPIKE_HEAD,
    as_markdown,
    choice_column,
    coverage_row,
    few_row,
    null_row,
    share,
    spike_row,
)
from benchmarks.calibration_methods import WAYS, before_after, chances
from benchmarks.calibration_worlds import NULL, SPIKE, World, as_rows

DOCUMENT = Path(__file__).parent.parent.parent / "docs" / "calibration.md"


def test_every_row_is_as_wide_as_its_head() -> None:
    """One history or two of a world of every table."""
    found = ((NULL_HEAD, null_row), (COVERAGE_HEAD, coverage_row), (SPIKE_HEAD, spike_row), (FEW_HEAD, few_row))
    assert [len(head) for head, _ in found] == [len(row(1, 2)) for _, row in found]
    assert 1 + len(WAYS) == len(choice_column(2, 2))


def test_a_row_is_the_same_each_time() -> None:
    """Seeds belong to worlds, not to the order of a run."""
    assert null_row(3, 2) == null_row(3, 2)


def test_every_world_is_in_the_document() -> None:
    """docs/calibration.md is of these worlds and these ways."""
    text = DOCUMENT.read_text("utf-8")
    assert [] == [world.name for world in (*NULL, *CHOICE) if world.name not in text]
    assert [] == [way for way in WAYS if way not in text]


def test_histories_have_what_they_are_told() -> None:
    """Over many lines the treated odds fall by the planted factor, against the comparison."""
    world = World("large", lines=(4000, 4001), odds_ratio=0.4, payer_shocks=0.0)
    rows = world.rows(np.random.default_rng(1))
    odds = {}
    for treated in (True, False):
        for late in (True, False):
            part = (rows.treated == treated) & ((rows.exposure > 0) == late)
            odds[treated, late] = rows.denials[part].sum() / (rows.lines - rows.denials)[part].sum()
    ratio = odds[True, True] / odds[True, False] / (odds[False, True] / odds[False, False])
    assert ratio == pytest.approx(0.4, rel=0.05)


def test_left_out_months_are_gone() -> None:
    """The month of go-live and the spike's are in no row; later ones are exposed."""
    lines, denials = SPIKE.history(np.random.default_rng(1), SPIKE.months)
    rows = as_rows(SPIKE, lines, denials, 9, (6, 7, 8))
    assert not {6, 7, 8, 9} & set(rows.month.tolist())
    assert {True} == set((rows.exposure > 0)[rows.month > 9].tolist())


def test_all_ways_speak_of_the_same_estimate() -> None:
    """Each gives a chance between 0 and 1."""
    rows = World("one", odds_ratio=0.2, lines=(30, 60)).rows(np.random.default_rng(1))
    found = chances(rows, np.random.default_rng(1))
    assert list(WAYS) == list(found)
    assert all(0 <= chance <= 1 for chance in found.values())
    assert found[WAYS[-1]] < 0.05
    assert before_after(rows) < 0.05


def test_shares_and_tables_are_written() -> None:
    """A share with its error, and a table that Markdown knows."""
    assert ("5.0 % ± 1.9", "none") == (share(25, 500), share(0, 0))
    assert "| a | b |\n|---|---|\n| 1 | 2 |" == as_markdown([["a", "b"], ["1", "2"]])
