"""Made-up practices for the calibration: what is known to be true about them, and what disturbs the view of it."""

import dataclasses
import math

import numpy as np

from pipelines.effect.rows import Flags, Floats, Rows

SHARES = np.array([[0.4, 0.3, 0.2, 0.1], [0.2, 0.3, 0.3, 0.2]])  # of payers: usual, and another mix
PAYERS = SHARES.shape[1]
Random = np.random.Generator


@dataclasses.dataclass(frozen=True)
class World:
    """Cells with a level each, `months` of lines, go-live in the middle; its own month is left out as wash-in.

    Shocks and drifts are standard deviations on the logit; `trend` and `gap` (between the arms) are on the logit too.
    """

    name: str
    treated: int = 6
    compared: int = 8
    lines: tuple[int, int] = (5, 40)  # least and most a cell has a month
    rate: float = 0.05
    odds_ratio: float = 1.0
    gap: float = 0.0
    trend: float = 0.0  # a year, of all
    payer_shift: float = 0.0  # of the first payer, two months after go-live
    other_mix: bool = False  # the treated cells have another payer mix
    payer_shocks: float = 0.2  # of a payer in a month
    cell_shocks: float = 0.0  # of a cell in a month
    cell_drift: float = 0.0  # of a cell from go-live on, for good
    months: int = 24

    @property
    def is_treated(self) -> Flags:
        """The first cells are treated."""
        return np.asarray(np.arange(self.treated + self.compared) < self.treated)

    def rows(self, random: Random) -> Rows:
        """One history of this practice, as it is fitted."""
        lines, denials = self.history(random, self.months // 2)
        return as_rows(self, lines, denials, self.months // 2)

    def history(self, random: Random, go_live: int) -> tuple[Floats, Floats]:
        """Lines and denials by cell, payer and month."""
        own, months = self.is_treated, np.arange(self.months)
        cells = len(own)
        shares = SHARES[(own & self.other_mix).astype(int)]
        lines = random.poisson(random.uniform(*self.lines, (cells, 1, 1)) * shares[:, :, None] * np.ones(self.months))
        after = (months > go_live).astype(float)
        level = math.log(self.rate / (1 - self.rate)) + random.normal(0, 0.5, cells) + self.gap * own
        eta = level[:, None, None] + random.normal(0, 0.3, PAYERS)[:, None] + self.trend * months / 12
        eta = eta + random.normal(0, self.payer_shocks, (PAYERS, self.months))
        eta = eta + random.normal(0, self.cell_shocks, (cells, 1, self.months))
        eta = eta + random.normal(0, self.cell_drift, (cells, 1, 1)) * after
        eta[:, 0] += self.payer_shift * (months > go_live + 1)
        eta = eta + math.log(self.odds_ratio) * own[:, None, None] * after
        return lines.astype(float), random.binomial(lines, 1 / (1 + np.exp(-eta))).astype(float)


def as_rows(world: World, lines: Floats, denials: Floats, go_live: int, left_out: tuple[int, ...] = ()) -> Rows:
    """The history before and after a go-live, without its month and those that are left out."""
    cell, payer, month = (place.ravel() for place in np.indices(lines.shape))
    keep = (lines.ravel() > 0) & (month != go_live) & ~np.isin(month, left_out)
    after = (month > go_live).astype(float)
    treated = world.is_treated[cell]
    return Rows(denials.ravel(), lines.ravel(), cell, month, month, payer, treated, after).where(keep)


NULL = (
    World("flat, 5 %"),
    World("flat, 1 %", rate=0.01),
    World("flat, 10 %", rate=0.10),
    World("flat, 2 %, small cells (5 to 20 lines)", lines=(5, 20), rate=0.02),
    World("common trend, arms at different levels", gap=0.7, trend=-0.6),
    World("payer-wide shift, arms with different payer mix", payer_shift=0.8, other_mix=True),
    World("overdispersed: payer and cell shocks by month", payer_shocks=0.3, cell_shocks=0.4),
    World("each cell drifts for good", rate=0.08, lines=(20, 60), cell_drift=0.3),
    World("all of these", payer_shift=0.5, other_mix=True, gap=0.5, trend=-0.4, cell_shocks=0.3, cell_drift=0.2),
    World("3 treated, 4 compared cells", treated=3, compared=4),
    World("3 treated, 20 compared cells, drift", treated=3, compared=20, rate=0.08, lines=(20, 60), cell_drift=0.3),
)
COVERED = (
    World("flat, 5 %"),
    World("flat, 2 %, small cells", lines=(5, 20), rate=0.02),
    World("all disturbances", payer_shift=0.5, other_mix=True, gap=0.5, trend=-0.4, cell_shocks=0.3, cell_drift=0.2),
    World("4 treated, 12 compared cells", treated=4, compared=12, rate=0.04),
)
RATIOS = (1.0, 0.6, 0.4)
CHOICE = (
    World("6 and 8 cells, flat"),
    World("6 and 8 cells, drift", rate=0.08, lines=(20, 60), cell_drift=0.3),
    World("3 and 4 cells, flat", treated=3, compared=4),
    World("3 and 20 cells, drift", treated=3, compared=20, rate=0.08, lines=(20, 60), cell_drift=0.3),
    World("2 and 10 cells, flat", treated=2, compared=10),
)
SPIKE = World("ten groups of six cells", treated=6, compared=54, months=27, cell_shocks=0.2)
FEW = (
    World("2 treated, 10 compared cells", treated=2, compared=10),
    World("flat, 0.3 %, small cells", rate=0.003, lines=(5, 20)),
)
