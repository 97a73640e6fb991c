"""Did the payers change, or what we send them? A change of a share split into rate, mix and volume.

Kitagawa (1955): of cells c with share p and weight w, before (0) and now (1),

    change = sum of (w0 + w1) / 2 x (p1 - p0)   rate: the same cells are denied more or less often
           + sum of (p0 + p1) / 2 x (w1 - w0)   mix: more or less comes from cells that are denied often

exactly, the interaction halved between both. In dollars (denied = volume x share) the same halving parts off the
volume, (V1 - V0) x (r0 + r1) / 2, and leaves rate and mix above times (V0 + V1) / 2. All is reckoned in fractions; what
rounding leaves (at most a cent, or the twelfth decimal) is in the rate.

A cell that is there in one period only cannot be compared: its whole weight is mix, and its share of the volume is
told. Cells with fewer than 20 in either period are joined, first within their payer and then all together: their own
shares are chance, and chance would pass for mix.
"""

import dataclasses
import math
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from pipelines import words
from pipelines.errors import UsageError
from pipelines.kpis import DIMENSIONS, KPIS
from pipelines.measure import PLACES, Key, known
from pipelines.mix_cells import Both, cells_of, grouped, joined, total
from pipelines.scope import Scope

if TYPE_CHECKING:
    import duckdb

MIX = ("payer", "procedure_family")
APART = 0.005  # half a point between crude and standardised change is worth a warning
OPPOSITE = 0.001  # or that they have opposite signs, each by a tenth of a point
NOISE = 2.0  # standard errors that the mix is above what chance makes of cells that are all alike
COUNTED = {  # what tells how many a share of dollars stands on
    "denial_rate_dollars": "denial_rate_lines",
    "m_code_ratio_dollars": "m_code_ratio",
    "m_code_ratio_extended_dollars": "m_code_ratio_extended",
    "written_off_rate": "denial_rate_lines",
}
DOLLARS = {  # KPI -> whose numerator and whose denominator are its dollars; of necessity, those in a log alone included
    "denial_rate": ("denial_rate_dollars", "denial_rate_dollars"),
    "denial_rate_lines": ("denial_rate_dollars", "denial_rate_dollars"),
    "denial_rate_dollars": ("denial_rate_dollars", "denial_rate_dollars"),
    "any_line_denied_rate": ("denial_rate_dollars", "denial_rate_dollars"),
    "m_code_ratio": ("m_code_ratio_dollars", "m_code_ratio_dollars"),
    "m_code_ratio_dollars": ("m_code_ratio_dollars", "m_code_ratio_dollars"),
    "m_code_ratio_extended": ("m_code_ratio_extended_dollars", "m_code_ratio_extended_dollars"),
    "m_code_ratio_extended_dollars": ("m_code_ratio_extended_dollars", "m_code_ratio_extended_dollars"),
    "necessity_denial_rate": ("m_code_ratio_dollars", "denial_rate_dollars"),
    "necessity_denial_rate_extended": ("m_code_ratio_extended_dollars", "denial_rate_dollars"),
    "written_off_rate": ("written_off_rate", "written_off_rate"),
}


@dataclasses.dataclass(frozen=True)
class CellPart:
    """What one cell adds to the change; `n` counts, shares between 0 and 1, None where there was nothing."""

    cell: dict[str, str]
    n_before: int
    n: int
    rate_before: Decimal | None
    rate: Decimal | None
    rate_part: Decimal
    mix_part: Decimal


@dataclasses.dataclass(frozen=True)
class DollarSplit:
    """Dollars denied before and now, of so many adjudicated; rate + mix + volume is the change, to the cent."""

    before: Decimal
    now: Decimal
    volume_before: Decimal
    volume_now: Decimal
    rate: Decimal
    mix: Decimal
    volume: Decimal

    @property
    def change(self) -> Decimal:
        """Dollars more, or less, than before."""
        return self.now - self.before


@dataclasses.dataclass(frozen=True)
class Split:
    """A share before and now; rate + mix is the change. All None where a period has nothing to divide by.

    `new_share` and `gone_share` are the parts of the volume now, and before, that have no counterpart.
    """

    kpi: str
    n_before: int
    n: int
    before: Decimal | None
    now: Decimal | None
    rate: Decimal | None
    mix: Decimal | None
    cells: tuple[CellPart, ...]
    mix_error: float  # standard error of the mix, were all cells alike
    joined: int  # cells too small to stand alone
    new_share: Decimal
    gone_share: Decimal
    dollars: DollarSplit | None

    @property
    def change(self) -> Decimal | None:
        """The share now less that before: the crude change. `rate` is the standardised one."""
        return None if self.now is None or self.before is None else self.now - self.before

    @property
    def is_simpson(self) -> bool:
        """Crude and standardised change move apart, by half a point or with opposite signs, and not by chance."""
        if self.change is None or self.rate is None or self.mix is None:
            return False
        is_opposite = self.change * self.rate < 0 and min(abs(self.change), abs(self.rate)) >= OPPOSITE
        return abs(self.mix) >= NOISE * self.mix_error and (abs(self.mix) >= APART or is_opposite)

    @property
    def warnings(self) -> tuple[str, ...]:
        """What one has to know before believing the crude change, in words."""
        return tuple(_warnings(self))


def split(
    connection: "duckdb.DuckDBPyConnection", kpi: str, scope: Scope, before: Scope, by: Sequence[str] = MIX
) -> Split:
    """How the share changed from one period to the other; the scopes are the same but for their dates.

    Raises UsageError for a KPI that is no share, and for a reason to part by: reasons share one denominator.
    """
    if known(KPIS, kpi, "KPI").unit != "share" or KPIS[kpi].denominator is None:
        raise UsageError(f"{kpi}: only a share can be split into rate and mix")
    if reasons := [name for name in by if known(DIMENSIONS, name, "dimension").is_reason]:
        raise UsageError(f"{', '.join(reasons)}: a mix is of what was adjudicated, which has no reason")
    counts = cells_of(connection, (COUNTED.get(kpi, kpi),) * 2, scope, before, by)
    groups = joined({key: (cell.whole_before, cell.whole) for key, cell in counts.items()}, len(by))
    own = grouped(cells_of(connection, (kpi, kpi), scope, before, by), groups) if kpi in COUNTED else None
    lines = grouped(counts, groups)
    dollars = grouped(cells_of(connection, DOLLARS[kpi], scope, before, by), groups) if kpi in DOLLARS else None
    return split_cells(kpi, by, own or lines, lines, len(counts) - len(lines), dollars)


def split_cells(
    kpi: str,
    by: Sequence[str],
    cells: Mapping[Key, Both],
    lines: Mapping[Key, Both],
    joined_count: int,
    dollars: Mapping[Key, Both] | None,
) -> Split:
    """The split of what these cells hold; `lines` are what is counted in them, `dollars` what is split in dollars."""
    whole, counted = total(cells), total(lines)
    n_before, n = int(counted.whole_before), int(counted.whole)
    if not whole.whole_before or not whole.whole:
        nothing = Decimal(0)
        return Split(kpi, n_before, n, None, None, None, None, (), 0.0, joined_count, nothing, nothing, None)
    parts = {key: _parts(cell, whole) for key, cell in cells.items()}
    before, now = _places(whole.part_before / whole.whole_before), _places(whole.part / whole.whole)
    mix = _places(sum((mix for _, mix in parts.values()), Fraction(0)))
    found = [_cell_part(by, key, cell, lines.get(key, Both()), parts[key]) for key, cell in cells.items()]
    found.sort(key=lambda part: (-abs(part.rate_part + part.mix_part), str(part.cell)))
    new = sum((cell.whole for cell in cells.values() if not cell.whole_before), Fraction(0)) / whole.whole
    gone = sum((cell.whole_before for cell in cells.values() if not cell.whole), Fraction(0)) / whole.whole_before
    return Split(
        kpi,
        n_before,
        n,
        before,
        now,
        now - before - mix,
        mix,
        tuple(found),
        _mix_error(float(now), lines),
        joined_count,
        _places(new),
        _places(gone),
        _dollars(dollars) if dollars else None,
    )


def _parts(cell: Both, whole: Both) -> tuple[Fraction, Fraction]:
    """What a cell adds by rate and by mix; the mix against the average share, which leaves its sum as it is."""
    weight_before, weight = cell.whole_before / whole.whole_before, cell.whole / whole.whole
    share_before = cell.part_before / cell.whole_before if cell.whole_before else None
    share = cell.part / cell.whole if cell.whole else None
    first = share_before if share_before is not None else share or Fraction(0)  # alone, a cell keeps its own share
    second = share if share is not None else first
    average = (whole.part_before / whole.whole_before + whole.part / whole.whole) / 2
    rate = (weight_before + weight) / 2 * (second - first)
    return rate, ((first + second) / 2 - average) * (weight - weight_before)


def _mix_error(share: float, lines: Mapping[Key, Both]) -> float:
    """How far chance moves the mix where every cell has this share: its shares are means of so few."""
    whole = total(lines)
    steps = [
        (
            float(one.whole / whole.whole - one.whole_before / whole.whole_before),
            float(1 / one.whole + 1 / one.whole_before),
        )
        for one in lines.values()
        if one.whole and one.whole_before
    ]
    return math.sqrt(share * (1 - share) / 4 * sum(step * step * each for step, each in steps))


def _cell_part(by: Sequence[str], key: Key, cell: Both, lines: Both, parts: tuple[Fraction, Fraction]) -> CellPart:
    share_before = _places(cell.part_before / cell.whole_before) if cell.whole_before else None
    share = _places(cell.part / cell.whole) if cell.whole else None
    names = dict(zip(by, key, strict=True))
    rate, mix = (_places(part) for part in parts)
    return CellPart(names, int(lines.whole_before), int(lines.whole), share_before, share, rate, mix)


def _dollars(cells: Mapping[Key, Both]) -> DollarSplit | None:
    whole = total(cells)
    if not whole.whole_before or not whole.whole:
        return None
    volume = (
        (whole.whole - whole.whole_before) * (whole.part_before / whole.whole_before + whole.part / whole.whole) / 2
    )
    mix = sum((_parts(cell, whole)[1] for cell in cells.values()), Fraction(0)) * (whole.whole_before + whole.whole) / 2
    before, now, volume_before, volume_now = (
        _places(one, 2) for one in (whole.part_before, whole.part, whole.whole_before, whole.whole)
    )
    by_volume, by_mix = _places(volume, 2), _places(mix, 2)
    rate = now - before - by_volume - by_mix
    return DollarSplit(before, now, volume_before, volume_now, rate, by_mix, by_volume)


def _places(value: Fraction, places: int = PLACES) -> Decimal:
    """The fraction as a decimal of so many places."""
    return Decimal(round(value * 10**places)).scaleb(-places)


def _warnings(of: Split) -> Iterator[str]:
    if of.is_simpson and of.rate is not None:
        crude, standardised = words.points(of.change), words.points(of.rate)
        yield f"The rate changed by {crude}, at an unchanged mix by {standardised}: what is sent in has changed too"
    for share, what in ((of.new_share, "now was not there before"), (of.gone_share, "before is not there now")):
        if share:
            yield f"{words.rate(share)} of the volume {what}: it cannot be compared, and counts as mix"
