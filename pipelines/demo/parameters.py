"""What the demo is built on: `data/reference/demo_parameters.csv`, `demo_denial_kind.csv` and `demo_payer.csv`."""

import csv
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

REFERENCE = Path(__file__).resolve().parents[2] / "data" / "reference"
PATIENT_SHARE_CARCS = frozenset(("1", "2", "3"))


class Parameters:
    """Every parameter by group and key, as text until asked for as a number."""

    def __init__(self, rows: list[dict[str, str]]) -> None:
        self._groups: dict[str, dict[str, str]] = defaultdict(dict)
        for row in rows:
            self._groups[row["parameter_group"]][row["parameter_key"]] = row["parameter_value"]

    def numbers(self, group: str) -> dict[str, float]:
        """The group's keys in file order, each with its number."""
        return {key: float(value) for key, value in self._groups[group].items()}

    def number(self, group: str, key: str) -> float:
        """One parameter as a number."""
        return float(self._groups[group][key])

    def lag(self, key: str) -> tuple[int, ...]:
        """Least, median, 90th percentile and most days of one lag."""
        return tuple(int(days) for days in self._groups["lag_days"][key].split("/"))


@dataclass(frozen=True, slots=True)
class DenialKind:
    """One way to be denied: its codes, whom it hits, what the practice does about it and writes into its log."""

    kind: str
    practice: str
    carc: str
    rarcs: tuple[str, ...]
    group_code: str
    denial_scope: str  # core or broad
    mn_tier: str  # A, B, C or none: the strongest of the CARC and its RARCs
    reach: str  # claim, line or necessity
    services: str
    weight: float
    remedy: str  # correct, records, appeal or none
    overturn: str  # key of the overturn parameters
    claim_fact: str
    policy_reference: str
    local_code: str
    root_cause: str
    log_text: str

    @property
    def codes(self) -> str:
        """The reason as one text, as "CO-50+N115"."""
        return "+".join((f"{self.group_code}-{self.carc}", *self.rarcs))


def load_parameters() -> Parameters:
    """The committed parameter table."""
    return Parameters(read_rows("demo_parameters.csv"))


def load_denial_kinds(practice: str) -> list[DenialKind]:
    """The ways in which this practice is denied, in file order."""
    rows = [row for row in read_rows("demo_denial_kind.csv") if row["practice"] in (practice, "both")]
    return [_denial_kind(row) for row in rows]


def _denial_kind(row: dict[str, str]) -> DenialKind:
    texts = {name: row[name] for name in DenialKind.__slots__ if name not in ("rarcs", "weight")}
    return DenialKind(rarcs=tuple(row["rarcs"].split()), weight=float(row["weight"]), **texts)


def read_rows(name: str) -> list[dict[str, str]]:
    """The rows of one table of `data/reference`."""
    with (REFERENCE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
