"""Lines and denials in the form in which they are fitted, and what is done to them so that a fit has an answer."""

import dataclasses

import numpy as np
from numpy.typing import NDArray

from pipelines import words

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

LEAST_CELLS = 3  # with denials, in either arm: fewer tell nothing about how much cells differ by themselves
LEAST_DENIALS = 5  # treated before, and the comparison before and after
BLOCKED_BELOW = 5  # denials a month
POOLED_BELOW = 10  # payers with fewer denials share one level and one shift


@dataclasses.dataclass(frozen=True)
class Rows:
    """Lines and denials by cell, payer and month; `exposure` is 1 after go-live (or years, for a trend).

    `block` is what shares a level in time: the month, or several where denials are few.
    """

    denials: Floats
    lines: Floats
    cell: Ints
    month: Ints
    block: Ints
    payer: Ints
    treated: Flags
    exposure: Floats

    def where(self, wanted: Flags) -> "Rows":
        """These rows only."""
        return Rows(**{field.name: getattr(self, field.name)[wanted] for field in dataclasses.fields(self)})


def corners(rows: Rows) -> tuple[int, int, int, int]:
    """Denials treated before and after, compared before and after (of a trend: in its two halves)."""
    late = rows.exposure > 0
    parts = (rows.treated & ~late, rows.treated & late, ~rows.treated & ~late, ~rows.treated & late)
    before, after, other_before, other_after = (int(rows.denials[part].sum()) for part in parts)
    return before, after, other_before, other_after


def thin(rows: Rows) -> str:
    """Why nothing can be estimated from these rows, '' where it can be tried."""
    for arm, flags in (("treated", rows.treated), ("compared", ~rows.treated)):
        cells = len(np.unique(rows.cell[flags & (rows.denials > 0)]))
        if cells < LEAST_CELLS:
            found = words.counted(cells, f"{arm} provider-and-procedure cell")
            return f"{found} with a denial, {LEAST_CELLS} are needed"
    before, _, other_before, other_after = corners(rows)
    for what, count in (
        ("treated lines before", before),
        ("compared lines before", other_before),
        ("compared lines after", other_after),
    ):
        if count < LEAST_DENIALS:
            return f"{words.counted(count, 'denial')} among {what}, {LEAST_DENIALS} are needed"
    return ""


def halved(rows: Rows) -> Rows:
    """Where no treated line was denied after go-live, half a denial is spread over them (Haldane): a finite answer."""
    after = rows.treated & (rows.exposure > 0)
    if rows.denials[after].sum() or not after.any():
        return rows
    extra = np.where(after, 0.5 * rows.lines / rows.lines[after].sum(), 0.0)
    return dataclasses.replace(rows, denials=rows.denials + extra)


def pooled(rows: Rows) -> Rows:
    """Payers with few denials are one payer, so that no level rests on next to nothing."""
    totals = np.bincount(rows.payer, rows.denials)
    return dataclasses.replace(rows, payer=np.where(totals[rows.payer] < POOLED_BELOW, len(totals), rows.payer))


def blocked(rows: Rows) -> Rows:
    """Months that go-live parts are two; where months have few denials, three of them share a level."""
    count = len(np.unique(rows.month))
    length = 1 if rows.denials.sum() >= BLOCKED_BELOW * count else 3
    return dataclasses.replace(rows, block=rows.month // length * 2 + (rows.exposure == 1))


def informative(rows: Rows) -> Rows:
    """Without the cells, months and payers with no denial or nothing else: they tell nothing of an effect."""
    while True:
        keep = np.ones(len(rows.lines), dtype=np.bool_)
        shifted = rows.payer * 2 + (rows.exposure == 1)  # of a trend a payer is one group
        for group in (rows.cell, rows.block, shifted):
            denied, total = np.bincount(group, rows.denials), np.bincount(group, rows.lines)
            keep &= ((denied > 0) & (denied < total))[group]
        if keep.all():
            return rows
        rows = rows.where(keep)
