"""The tables of data/reference: what is known before any file comes in. No reading here beyond plain CSV rows."""

import csv
from pathlib import Path


def reference_dir() -> Path:
    """The folder of the reference tables."""
    return Path(__file__).resolve().parent.parent / "data" / "reference"


def tables() -> dict[str, Path]:
    """Stem -> path of every reference table (CSV or Parquet) at the folder's top level, by name."""
    folder = reference_dir()
    return {path.stem: path for path in sorted([*folder.glob("*.csv"), *folder.glob("*.parquet")])}


def rows(stem: str) -> list[dict[str, str]]:
    """The rows of one CSV table, every cell as text; KeyError where there is no such table."""
    with tables()[stem].open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
