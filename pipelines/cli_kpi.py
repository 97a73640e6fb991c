"""`denials kpi`, with and without the library of the command line, whose import costs as much as the whole answer."""

import contextlib
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from pipelines.cli_show import show, show_json
from pipelines.months import day
from pipelines.store import Store

if TYPE_CHECKING:
    from pipelines.measure import Measure

ONCE = {"--from": "date_from", "--to": "date_to", "--scope": "scope", "--clock": "clock", "--format": "form"}
AGAIN = {"--by": "by", "--payer": "payers"}


def asked(words: Sequence[str]) -> dict[str, Any] | None:
    """What these words ask `print_kpis`; None where they need the whole command line, such as --help or a mistake."""
    known: dict[str, Any] = {"names": [], "by": [], "payers": []}
    rest = iter(words)
    for word in rest:
        if not word.startswith("-"):
            known["names"].append(word)
            continue
        option, is_joined, value = word.partition("=")
        value = value if is_joined else next(rest, "-")
        if value.startswith("-") or option not in {**ONCE, **AGAIN}:
            return None
        if option in ONCE:
            known[ONCE[option]] = value
        else:
            known[AGAIN[option]].append(value)
    return known


def print_kpis(
    names: Sequence[str],
    by: Sequence[str],
    payers: Sequence[str],
    date_from: str | None = None,
    date_to: str | None = None,
    scope: str = "core",
    clock: str = "remittance",
    form: str = "table",
) -> None:
    """The KPIs named, or all, are on stdout."""
    from pipelines.kpis import KPIS
    from pipelines.measure import Scope, measure

    chosen = Scope(
        date_from=day(date_from, "--from") if date_from else None,
        date_to=day(date_to, "--to") if date_to else None,
        payers=tuple(payers),
        denial_scope=scope,
        clock=clock,
    )
    with contextlib.closing(Store().connect()) as connection:
        measures = measure(connection, list(names or KPIS), list(by), chosen)
    _show(measures, list(by), form)


def _show(measures: "list[Measure]", by: list[str], form: str) -> None:
    columns = ["kpi", *by, "numerator", "denominator", "value"]
    rows = [[m.kpi, *(m.dimensions[name] for name in by), m.numerator, m.denominator, m.value] for m in measures]
    if form == "json":
        order = ["kpi", "numerator", "denominator", "value", *by]
        show_json([{name: row[columns.index(name)] for name in order} for row in rows])
        return
    show(columns, rows, form)
