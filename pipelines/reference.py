"""The tables of data/reference: what is known before any file comes in. No reading here beyond plain CSV rows."""

import csv
import io
from pathlib import Path
from typing import TextIO, cast
from zipimport import zipimporter


def reference_dir() -> Path:
    """The folder of the reference tables."""
    return Path(__file__).resolve().parent.parent / "data" / "reference"


def tables() -> dict[str, Path]:
    """Stem -> path of every reference table (CSV or Parquet) at the folder's top level, by name."""
    folder = reference_dir()
    return {path.stem: path for path in sorted([*folder.glob("*.csv"), *folder.glob("*.parquet")])}


def opened(name: str) -> TextIO:
    """One CSV table, open for reading; also where this code lies in a zip, as it does on machines of a cluster."""
    path = reference_dir() / name
    if path.parent.is_dir():
        return path.open(encoding="utf-8", newline="")
    content = cast(zipimporter, __spec__.loader).get_data(f"data/reference/{name}")
    return io.StringIO(content.decode("utf-8"), newline="")


def rows(stem: str) -> list[dict[str, str]]:
    """The rows of one CSV table, every cell as text; KeyError where there is no such table."""
    with tables()[stem].open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
