"""Rows as lines of text, for comparison with the golden files; `python -m tests.x12.golden` writes those anew."""

import dataclasses
import datetime
from pathlib import Path

from pipelines.rows import Row
from pipelines.x12.acknowledgement import read_acknowledgements
from pipelines.x12.claim import read_claims
from pipelines.x12.remittance import read_remittance

FIXTURES = Path(__file__).parents[1] / "fixtures"
READERS = {"835": read_remittance, "837": read_claims, "ack": read_acknowledgements}
SOURCES = sorted(
    path for kind in READERS for path in (FIXTURES / kind).iterdir() if path.suffix not in (".rows", ".tsv")
)


def lines_of(rows: list[Row]) -> list[str]:
    """Return one line per row: its class and every field that says something, sorted by place in the file."""
    ordered = sorted(rows, key=lambda row: (row.segment_no or 0, type(row).__name__, str(row)))  # type: ignore[union-attr]
    return [f"{type(row).__name__} {fields_of(row)}" for row in ordered]


def fields_of(row: Row) -> str:
    """Return the fields that are not empty as `name=value`."""
    values = ((field.name, getattr(row, field.name)) for field in dataclasses.fields(row))
    return " ".join(f"{name}={shown(value)}" for name, value in values if value is not None)


def shown(value: object) -> str:
    """Return a value so that no two differ in kind and look alike."""
    return value.isoformat() if isinstance(value, datetime.date) else repr(value)


def read_fixture(path: Path) -> list[Row]:
    """Return every row of a fixture."""
    with path.open("rb") as stream:
        return list(READERS[path.parent.name](stream, path.name))


def main() -> None:
    """Write every golden file anew; look at the difference before committing it."""
    for path in SOURCES:
        text = "\n".join(lines_of(read_fixture(path))) + "\n"
        path.with_suffix(".rows").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
