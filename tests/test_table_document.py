"""docs/tables.md says what every column of a build is, and is as the code has it."""

from pathlib import Path

import pytest

from pipelines.build import Recipe
from pipelines.docs import FOLDER
from pipelines.table_document import OWN_COLUMNS, OWN_TABLES, column_types, described, document

RECIPE = Recipe()
TYPES = column_types()


def test_comments_are_grain_and_meanings(tmp_path: Path) -> None:
    """The first comment is the grain, `name: meaning` a column; longer ones go on in the next line."""
    (tmp_path / "t.sql").write_text(
        "-- One row per thing,\n-- whatever it is.\n-- a: the first: one\n-- more\n-- b: two\nselect"
    )
    found = described(tmp_path / "t.sql")
    assert ("One row per thing, whatever it is.", {"a": "the first: one more", "b": "two"}) == found


@pytest.mark.parametrize("table", RECIPE.tables)
def test_every_column_is_described(table: str) -> None:
    """Each SELECT tells its grain and every one of its columns, in their order, and no other."""
    found = described(RECIPE.sql / f"{table}.sql")
    assert found.grain.startswith("One row per ")
    assert list(TYPES[table]) == list(found.columns)


def test_own_tables_are_described() -> None:
    """The tables that have no SELECT are told as well; roll-ups have the columns of their facts."""
    others = {table for table in TYPES if table not in RECIPE.tables and not table.startswith("ref_")}
    others -= {table for table in others if "_fact_by_" in table}
    assert set(OWN_TABLES) == others
    assert set(OWN_COLUMNS) == {column for table in others for column in TYPES[table]}


def test_the_page_is_current() -> None:
    """`make docs` would change nothing."""
    assert document() == (FOLDER / "tables.md").read_text(encoding="utf-8")
