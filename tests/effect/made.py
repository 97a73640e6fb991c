"""Made-up lines with a known effect: as rows to fit, and as a build in memory that holds the columns judging reads."""

import datetime
import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from pipelines.effect.rows import Rows

Day = datetime.date
FIRST = Day(2024, 11, 1)
GO_LIVE = Day(2025, 11, 1)
AS_OF = Day(2026, 10, 31)


@dataclass(frozen=True)
class World:
    """A practice of treated and compared cells; rates are those before go-live, the odds ratio is the truth."""

    treated: int = 6
    compared: int = 8
    rate: float = 0.08
    lines: int = 30  # per cell and month
    odds_ratio: float = 1.0
    drift: float = 0.0  # of the treated alone, on the logit, per year
    seed: int = 1

    def counts(self, months: int = 24, go_live: int = 12) -> Iterator[tuple[int, int, int, int, int]]:
        """Cell, payer, month, lines and denials."""
        random = np.random.default_rng(self.seed)
        levels = random.normal(math.log(self.rate / (1 - self.rate)), 0.4, self.treated + self.compared)
        for cell, level in enumerate(levels):
            for payer, share in enumerate((0.5, 0.3, 0.2)):
                for month in range(months):
                    shift = math.log(self.odds_ratio) if month > go_live else 0.0
                    eta = level + (cell < self.treated) * (shift + self.drift * month / 12) - 0.3 * payer
                    count = int(random.poisson(self.lines * share))
                    yield cell, payer, month, count, int(random.binomial(count, 1 / (1 + math.exp(-eta))))

    def rows(self) -> Rows:
        """The counts as they are fitted, go-live's own month left out."""
        found = np.array([row for row in self.counts() if row[3] and row[2] != 12], dtype=np.int64)
        cell, payer, month, lines, denials = found.T
        after = (month > 12).astype(np.float64)
        return Rows(
            denials.astype(np.float64), lines.astype(np.float64), cell, month, month, payer, cell < self.treated, after
        )
