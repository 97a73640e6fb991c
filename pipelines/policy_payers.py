"""A payer as a policy's source spells it -> the name under which the pages show it (payer_key)."""

import functools
import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from pipelines import reference
from pipelines.errors import NoBuild
from pipelines.store import Store

if TYPE_CHECKING:
    import duckdb

WRITTEN = "select payer_name, payer_key from payer_match union all select payer_key, payer_key from payer order by 1, 2"


def names(connection: "duckdb.DuckDBPyConnection") -> dict[str, str]:
    """Every spelling of a payer in the data, in lower case, and the name under which it is shown."""
    return {str(given).strip().lower(): str(shown) for given, shown in connection.execute(WRITTEN).fetchall() if given}


def known(store: Store) -> dict[str, str]:
    """The spellings of the current build; none before anything was built."""
    try:
        connection = store.connect()
    except NoBuild:
        return {}
    try:
        return names(connection)
    finally:
        connection.close()


def shown_as(spellings: dict[str, str]) -> Callable[[str], str]:
    """What gives a payer the name of the data, else that of the alias table, else its own."""
    return functools.partial(_shown, spellings)


def _shown(spellings: dict[str, str], payer: str) -> str:
    found = spellings.get(payer.strip().lower())
    if found:
        return found
    alias = next((name for pattern, name in _aliases() if pattern.search(payer.upper())), payer.strip())
    return spellings.get(alias.lower(), alias)


@functools.cache
def _aliases() -> list[tuple[re.Pattern[str], str]]:
    rows = sorted(
        (row for row in reference.rows("payer_alias") if row["match_kind"] == "name"),
        key=lambda row: int(row["precedence"]),
    )
    return [(re.compile(row["pattern"]), row["payer_name"]) for row in rows]
