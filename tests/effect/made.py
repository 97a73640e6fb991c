"""Made-up lines with a known effect: as rows to fit, and as a build in memory that holds the columns judging reads."""

import datetime
import math
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

import duckdb
import numpy as np
import pyarrow as pa

from pipelines.effect.cells import NEGATIVE_CONTROL
from pipelines.effect.rows import Rows
from pipelines.register import Change

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


def month_date(number: int) -> Day:
    """The first day of the month of this number, counted from FIRST."""
    months = FIRST.year * 12 + FIRST.month - 1 + number
    return Day(months // 12, months % 12 + 1, 1)


def provider(number: int) -> str:
    """Two cells each: treated providers are the first ones."""
    return f"PROVIDER {number // 2}"


def procedure(number: int) -> str:
    """The two procedures of every provider."""
    return ("72148", "20610")[number % 2]


def lines_of(world: World) -> list[dict[str, object]]:
    """One row per line, denied ones first within a month; every 25th of the others was denied for eligibility."""
    rows: list[dict[str, object]] = []
    for cell, payer, month, lines, denials in world.counts():
        sent = month_date(month) + datetime.timedelta(days=(cell * 7 + payer * 3) % 28)
        for number in range(lines):
            is_denied = int(number < denials)
            is_eligibility = int(not is_denied and number % 25 == 24)
            rows.append(
                {
                    "family_id": f"F{len(rows)}",
                    "line_key": "1",
                    "line_id": f"F{len(rows)}|1",
                    "submission_month": month_date(month),
                    "submission_date": sent,
                    "payment_date": sent + datetime.timedelta(days=20),
                    "payer": f"PAYER {payer}",
                    "procedure": procedure(cell),
                    "provider": provider(cell),
                    "place_of_service": "11",
                    "payer_sequence": "primary",
                    "category": "medical_necessity"
                    if is_denied
                    else NEGATIVE_CONTROL
                    if is_eligibility
                    else "(not given)",
                    "root_cause": "missing_imaging_results" if is_denied and number % 2 else "(not given)",
                    "adjudicated_count": 1,
                    "rate_denied_core_count": is_denied + is_eligibility,
                    "rate_necessity_a_core_count": is_denied,
                    "rate_necessity_ab_core_count": is_denied,
                    "rate_necessity_a_broad_count": is_denied,
                    "rate_necessity_ab_broad_count": is_denied,
                    "overturned_core_count": is_denied * (number % 2),
                    "is_first_allowed": not is_denied,
                    "allowed_amount": Decimal("100.00") if not is_denied else Decimal("0.00"),
                }
            )
    return rows


def build(world: World, as_of: Day = AS_OF) -> duckdb.DuckDBPyConnection:
    """A build in memory with these lines, every month decided in full after twenty days."""
    lines = pa.Table.from_pylist(lines_of(world))
    connection = duckdb.connect()
    connection.register("lines", lines)
    connection.execute(f"create table line_fact as select * from lines where payment_date <= date '{as_of}'")
    connection.execute(
        "create table family_line as select family_id, line_key, is_first_allowed, allowed_amount from lines"
    )
    connection.execute(
        "create table cohort_fact as select payer, payer_sequence, submission_date, submission_month,"
        f" case when payment_date <= date '{as_of}' then 20 end as lag_days,"
        f" date '{as_of}' - submission_date as age_days,"
        " 1 as sent_count, 1 as awaited_count,"
        f" case when payment_date <= date '{as_of}' then 1 else 0 end as adjudicated_count, 0 as denied_core_count"
        f" from lines where submission_date <= date '{as_of}'"
    )
    connection.execute(f"create table data_span as select date '{as_of}' as as_of_date, date '{FIRST}' as first_date")
    return connection


def change(treated: int = 6, **others: object) -> Change:
    """The documentation change of this world: the treated providers, registered before go-live."""
    plain: dict[str, object] = {
        "change_id": "imaging-0001",
        "title": "Imaging template",
        "what": "template",
        "go_live": GO_LIVE,
        "owner": "Lead",
        "providers": tuple(sorted({provider(cell) for cell in range(treated)})),
        "cost_amount": Decimal("1500.00"),
        "clinician_minutes": 200,
        "registered_at": "2025-10-01T09:00:00",
        "first_registered_at": "2025-10-01T09:00:00",
    }
    return Change(**(plain | others))  # type: ignore[arg-type]
