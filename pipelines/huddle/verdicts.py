"""What came of each documentation change, in one sentence that can be read out."""

import datetime
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from pipelines.ledger import Ledger
from pipelines.register import Change

if TYPE_CHECKING:
    import duckdb


class Verdicts(NamedTuple):
    """Change id -> its sentence; and the titles of those that cannot be judged yet, with the first day they can be."""

    said: dict[str, str]
    waiting: tuple[tuple[str, datetime.date], ...]


def verdicts(connection: "duckdb.DuckDBPyConnection", ledger: Ledger, changes: Sequence[Change]) -> Verdicts:
    """The sentence of every change, as the page Changes says it."""
    return Verdicts({}, ())
