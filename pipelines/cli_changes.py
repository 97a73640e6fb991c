"""The commands about documentation changes: list them, read what became of one, withdraw one."""

import contextlib
import dataclasses
from typing import TYPE_CHECKING, Annotated

import typer

from pipelines.cli_given import Format, Who, ledger
from pipelines.cli_show import show, show_json
from pipelines.errors import UsageError
from pipelines.store import Store

if TYPE_CHECKING:
    from pipelines.effect import Result
    from pipelines.register import Change

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    help="Documentation changes: registered before their result is looked at, then judged against a comparison.",
    epilog="Examples: denials change list; denials change report knee-checklist-1a2b",
)
COLUMNS = ("change", "title", "go-live", "owner", "state", "result")


@app.command("list")
def list_changes(
    form: Format = "table",
) -> None:
    """Show every change with its state and what can be said about it.

    Example:

        \b
        denials change list
    """
    changes = _changes()
    results = _judged(changes, changes)
    rows = [
        (change.change_id, change.title, change.go_live, change.owner, result.state, result.headline)
        for change, result in zip(changes, results, strict=True)
    ]
    show(COLUMNS, rows, form)


@app.command("report")
def report(
    change_id: Annotated[str | None, typer.Argument(metavar="ID", help="Which; all, when not given.")] = None,
    form: Annotated[str, typer.Option("--format", metavar="FORMAT", help="text or json.")] = "text",
) -> None:
    """Say whether a change worked: the estimate with its interval, what speaks against it, and the money.

    Examples:

        \b
        denials change report knee-checklist-1a2b
        denials change report --format json
    """
    from pipelines.cli_change_report import text

    if form not in ("text", "json"):
        raise UsageError(f"--format {form}: there are text and json")
    everything = _changes()
    chosen = everything if change_id is None else [_named(everything, change_id)]
    results = _judged(chosen, everything)
    if form == "json":
        show_json([dataclasses.asdict(result) for result in results])
        return
    told = ["\n".join(text(change, result)) for change, result in zip(chosen, results, strict=True)]
    if sum(result.worth is not None for result in results) > 1:
        told.append(_together(chosen, results))
    typer.echo("\n\n".join(told) or "No change is registered yet: `denials change register`.")


@app.command("withdraw")
def withdraw(change_id: Annotated[str, typer.Argument(metavar="ID", help="Which.")], who: Who = None) -> None:
    """Take a registered change back; what was said about it stays in the ledger.

    Example:

        \b
        denials change withdraw knee-checklist-1a2b
    """
    from pipelines import register

    register.withdraw(ledger(), _named(_changes(), change_id), who)
    typer.echo(f"withdrawn      {change_id}")


def _judged(chosen: "list[Change]", everything: "list[Change]") -> "list[Result]":
    from pipelines.effect import judge, settings_of

    if not chosen:
        return []
    settings = settings_of(ledger())
    with contextlib.closing(Store().connect()) as connection:
        return [judge(connection, change, everything, settings) for change in chosen]


def _together(changes: "list[Change]", results: "list[Result]") -> str:
    """What all of them saved, each line's dollars once."""
    from pipelines.effect import combined

    with contextlib.closing(Store().connect()) as connection:
        return combined(connection, changes, {result.change_id: result for result in results}).sentence


def _changes() -> "list[Change]":
    from pipelines import register

    return register.changes(ledger())


def _named(changes: "list[Change]", change_id: str) -> "Change":
    for change in changes:
        if change.change_id == change_id:
            return change
    known = ", ".join(change.change_id for change in changes) or "none yet"
    raise UsageError(f"{change_id}: no such change; registered: {known}")
