"""The command that registers a documentation change: `denials change register`."""

import contextlib
import datetime
import decimal
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipelines import words
from pipelines.asking import table_with
from pipelines.cli_changes import app
from pipelines.cli_given import Who, dollars, ledger, typed
from pipelines.errors import NoBuild, UsageError
from pipelines.measure import answer
from pipelines.months import day
from pipelines.store import Store

if TYPE_CHECKING:
    import duckdb

    from pipelines.register import Change

__all__ = ["app"]

MOST_DOLLARS = 1_000_000_000
COLUMNS = {"payer": "payers", "procedure": "procedures", "provider": "providers", "place_of_service": "places"}
FIELDS = {"payer": "payers", "procedure": "procedures", "provider": "providers", "place": "places"}


def _count(option: str, most: int, help_text: str) -> Any:
    return typer.Option(option, min=0, max=most, help=help_text)


Text = str
Many = list[str] | None


@app.command("register")
def register_change(
    context: typer.Context,
    title: Annotated[Text, typer.Argument(metavar="TITLE", help="What people call it.")],
    go_live: Annotated[Text, typed("--go-live", "DATE", "First day of working the new way, YYYY-MM-DD.")],
    owner: Annotated[Text, typed("--owner", "NAME", "Whose change it is.")],
    what: Annotated[Text, typed("--what", "WHAT", "template, checklist, policy, training or other.")] = "template",
    description: Annotated[Text, typed("--description", "TEXT", "What is done differently.")] = "",
    payers: Annotated[Many, typed("--payer", "NAME", "Treated: only this payer. Repeat.")] = None,
    procedures: Annotated[Many, typed("--procedure", "CODE", "Treated: only this procedure. Repeat.")] = None,
    providers: Annotated[Many, typed("--provider", "NAME", "Treated: only this provider. Repeat.")] = None,
    places: Annotated[Many, typed("--place", "CODE", "Treated: only this place of service. Repeat.")] = None,
    comparison: Annotated[Text, typed("--comparison", "WHO", "other_providers, other_procedures or none.")] = "",
    compared: Annotated[Many, typed("--compare-with", "DIM=VALUE", "Compared instead: these lines. Repeat.")] = None,
    kpi: Annotated[Text, typed("--kpi", "KPI", "The share of lines it is to lower.")] = "necessity_denial_rate",
    root_cause: Annotated[Text, typed("--root-cause", "CAUSE", "Of that only this root cause.")] = "",
    checklist_item: Annotated[Text, typed("--item", "TEXT", "The line of the checklist it aims at.")] = "",
    wash_in_weeks: Annotated[int, _count("--wash-in-weeks", 52, "Weeks left out after go-live.")] = 4,
    spike: Annotated[Text, typed("--spike", "MONTH[:MONTH]", "Months that set it off, not in the baseline.")] = "",
    cost: Annotated[Text, typed("--cost", "DOLLARS", "What it cost.")] = "0",
    clinician_minutes: Annotated[int, _count("--clinician-minutes", 10_000_000, "Of all clinicians together.")] = 0,
    policy_reference: Annotated[Text, typed("--policy", "TEXT", "The payer's document it answers.")] = "",
    who: Who = None,
) -> None:
    """Register a documentation change before its result is looked at: says what it could show, never what it shows.

    Without a comparison, other providers are it where providers are named, else other procedures.

    Example:

        \b
        denials change register 'Knee template' --go-live 2026-03-02 --owner 'Dr. A. Sample' --procedure 20610 \\
            --provider 'SAMPLE, ADA' --cost 1500 --clinician-minutes 240
    """
    _write(context.params)


def _write(told: dict[str, Any]) -> None:
    """The change is in the ledger, after what it could show was found; UsageError for what cannot be meant."""
    from pipelines import register

    change = _change(told)
    foretold = _foretold(change)
    Store().prepare()
    register.record(ledger(), change, told["who"])
    late = "" if change.go_live > datetime.datetime.now(datetime.UTC).date() else "; marked: registered after go-live"
    typer.echo(f"registered     {change.change_id}: {change.title}{late}")
    for line in foretold:
        typer.echo(line)


def _change(told: dict[str, Any]) -> "Change":
    from pipelines import register

    plain = ("title", "owner", "description", "kpi", "root_cause", "checklist_item", "policy_reference", "what")
    numbers = ("wash_in_weeks", "clinician_minutes")
    first, last = _spike(told["spike"])
    values: dict[str, Any] = {
        **{name: told[name] for name in (*plain, *numbers)},
        **{name: tuple(told[name] or ()) for name in FIELDS.values()},
        **_compared(told),
    }
    return register.Change(
        change_id=register.new_id(told["title"]),
        go_live=day(told["go_live"], "--go-live"),
        spike_from=first,
        spike_to=last,
        cost_amount=_cost(told["cost"]),
        **values,
    )


def _compared(told: dict[str, Any]) -> dict[str, Any]:
    """Who it is compared with: as said, or what goes with the treated scope."""
    found: dict[str, list[str]] = {}
    for pair in told["compared"] or ():
        name, sign, value = pair.partition("=")
        if not sign or not value or name not in FIELDS:
            raise UsageError(f"--compare-with {pair}: wanted DIM=VALUE, DIM one of {', '.join(FIELDS)}")
        found.setdefault(f"comparison_{FIELDS[name]}", []).append(value)
    only_procedures = set(found) == {"comparison_procedures"} and told["comparison"] == "other_procedures"
    if found and told["comparison"] and not only_procedures:
        raise UsageError(f"--comparison {told['comparison']}: not with --compare-with, which says who is compared")
    usual = "other_providers" if told["providers"] else "other_procedures" if told["procedures"] else "none"
    kind = told["comparison"] or ("chosen" if found else usual)
    return {"comparison": kind, **{name: tuple(values) for name, values in found.items()}}


def _foretold(change: "Change") -> list[str]:
    """How many lines it touches and how small an effect they could show, where there is a build to tell it.

    Raises UsageError for a KPI by which no change can be judged.
    """
    from pipelines.effect import planned_power, settings_of
    from pipelines.effect.cells import count_share

    count_share(change.kpi)
    try:
        connection = Store().connect()
    except NoBuild:
        return ["power          nothing is loaded yet"]
    with contextlib.closing(connection):
        _check_cause(connection, change.root_cause)
        unknown = _unknown(connection, change)
        power = planned_power(connection, change, settings=settings_of(ledger()))
    treated, compared = power.treated_lines_per_month, power.comparison_lines_per_month
    lines = f"lines a month  treated {treated:.1f}, comparison {compared:.1f}, before go-live"
    if not treated:
        lines = "lines a month  no treated line in a mature month before go-live"
    return [*unknown, lines, f"power          {power.sentence}"]


def _check_cause(connection: "duckdb.DuckDBPyConnection", cause: str) -> None:
    """UsageError for a root cause that is none: nothing could ever be counted by it."""
    there = [key for (key,) in answer(connection, "select root_cause from ref_root_cause order by 1", [])]
    if cause and cause not in there:
        raise UsageError(f"--root-cause {cause}: no such root cause; there are {', '.join(there)}")


def _unknown(connection: "duckdb.DuckDBPyConnection", change: "Change") -> list[str]:
    """A line for each name and code of the scope that no line of the data has: a slip, or something new."""
    said = []
    for column, named in COLUMNS.items():
        table = table_with(connection, "line_fact", (column,))
        there = {value for (value,) in answer(connection, f"select distinct {column} from {table}", [])}
        missing = [value for value in getattr(change, named) if value not in there]
        said += [f"not in data    {words.named(column).lower()} {value}" for value in missing]
    return said


def _spike(text: str) -> tuple[datetime.date | None, datetime.date | None]:
    """First and last month of `2026-01:2026-02` or `2026-01`; none of an empty text."""
    if not text:
        return None, None
    first, _, last = text.partition(":")
    return _month(first), _month(last or first)


def _month(text: str) -> datetime.date:
    try:
        return datetime.date.fromisoformat(f"{text}-01")
    except ValueError as problem:
        raise UsageError(f"--spike {text}: not a month, wanted YYYY-MM or YYYY-MM:YYYY-MM") from problem


def _cost(text: str) -> decimal.Decimal:
    """The cost as typed; UsageError for what is no amount, or one that no change costs."""
    amount = dollars(text, "--cost")
    if not 0 <= amount < MOST_DOLLARS:
        raise UsageError(f"--cost {text}: wanted 0 to {MOST_DOLLARS - 1:,} dollars")
    return amount
