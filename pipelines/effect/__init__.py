"""Did a documentation change work? Treated lines against a comparison, with an interval and what speaks against it.

`judge` says everything about one change; statsmodels, which takes seconds to import, is loaded when it is called.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from pipelines.effect.result import Combined, Power, Result, Settings

if TYPE_CHECKING:
    import duckdb

    from pipelines.ledger import Ledger
    from pipelines.register import Change

__all__ = [
    "Combined",
    "Power",
    "Result",
    "Settings",
    "combined",
    "judge",
    "planned_power",
    "result_words",
    "settings_of",
]


def settings_of(ledger: "Ledger") -> Settings:
    """The settings as they stand in the ledger."""
    from pipelines.register import setting

    rework, minute = setting(ledger, "rework_cost"), setting(ledger, "clinician_minute_cost")
    return Settings(Decimal(rework.value), rework.source, Decimal(minute.value))


def judge(
    connection: "duckdb.DuckDBPyConnection",
    change: "Change",
    others: Sequence["Change"] = (),
    settings: Settings | None = None,
) -> Result:
    """Everything that can be said about the change; the others are looked through for what they share with it.

    Raises UsageError for a KPI by which no change can be judged.
    """
    from pipelines.effect import judging

    return judging.judge(connection, change, others, settings)


def planned_power(
    connection: "duckdb.DuckDBPyConnection",
    change: "Change",
    months_after: int = 6,
    settings: Settings | None = None,
) -> Power:
    """What so many months after go-live could show, by the lines before it: never an effect."""
    from pipelines.effect import case, judging

    return judging.planned(case.case_of(connection, change, (), settings or Settings()), months_after)


def result_words(result: Result) -> list[str]:
    """Sentences to read out, the headline first."""
    from pipelines.effect import verdict

    return verdict.result_words(result)


def combined(
    connection: "duckdb.DuckDBPyConnection", changes: Sequence["Change"], results: Mapping[str, Result]
) -> Combined:
    """Several changes together, each line's dollars once; `results` by change_id."""
    from pipelines.effect import overlap

    return overlap.combined(connection, changes, results)
