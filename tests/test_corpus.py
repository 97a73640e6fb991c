"""`denials check` on whole files: our own fixtures always, and files that others wrote where that folder is at hand."""

import csv
from pathlib import Path
from typing import Any

import pytest

from pipelines.check import check
from pipelines.sources import expand

OWN = Path(__file__).parent / "fixtures"
CORPUS = Path(__file__).parents[2] / "shared" / "corpus"
FIGURES = ("transactions", "claims", "lines", "total_amount")
NO_FORM = "837?"  # what the table says of an 837 that does not say which it is


def expected_rows(folder: Path) -> list[dict[str, str]]:
    """Return the rows of the folder's expected.tsv."""
    with (folder / "expected.tsv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream, delimiter="\t"))


def reported(folder: Path, expected: dict[str, str]) -> dict[str, Any]:
    """Return what `check --json` says about the file."""
    (source,) = expand(folder / expected["file"])
    return check(source).as_json()


def differences(expected: dict[str, str], got: dict[str, Any]) -> list[str]:
    """Return where the report differs from the table, in words; what the table leaves empty is not compared."""
    found = [name for name in FIGURES if expected[name] and float(expected[name]) != float(got[name])]
    if expected["kind"] not in (got["kind"], NO_FORM):
        found.append("kind")
    return [f"{name}: {expected[name]} expected, {got[name]} found" for name in found]


@pytest.mark.parametrize("expected", expected_rows(OWN / "835"), ids=lambda row: row["file"])
def test_own_files(expected: dict[str, str]) -> None:
    """Each of our own remittances has the kind, transactions, claims, lines and total that it was made with."""
    assert [] == differences(expected, reported(OWN / "835", expected))


@pytest.mark.parametrize("folder", ["835", "837", "ack"])
def test_files_of_others(folder: str) -> None:
    """Every file that others wrote agrees with a tolerant counter, malformed ones too, and none is refused."""
    if not (CORPUS / folder).exists():
        pytest.skip(f"no third-party files at ../shared/corpus/{folder}: only our own fixtures were tried")
    rows = expected_rows(CORPUS / folder)
    reports = [(row, reported(CORPUS / folder, row)) for row in rows]
    wrong = [f"{row['file']}: {text}" for row, got in reports for text in differences(row, got)]
    assert ([], []) == (wrong, [got["error"] for _, got in reports if got["error"]])


def test_malformed_files_of_others_are_told() -> None:
    """Whatever is marked malformed among the remittances of others has at least one oddity that says so."""
    if not (CORPUS / "835").exists():
        pytest.skip("no third-party files at ../shared/corpus/835: only our own fixtures were tried")
    malformed = [row for row in expected_rows(CORPUS / "835") if row["malformed"]]
    assert [] == [row["file"] for row in malformed if not reported(CORPUS / "835", row)["oddities"]]
