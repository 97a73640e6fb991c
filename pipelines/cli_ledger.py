"""The commands about the ledger as a whole: export, import, list."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipelines.cli_show import show
from pipelines.errors import UsageError
from pipelines.store import Store

if TYPE_CHECKING:
    from pipelines.ledger import Event, Ledger

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    help="What people decided: list it, back it up, move it to another store.",
    epilog="Examples: denials ledger list; denials ledger export ledger.jsonl",
)
LONGEST_CELL = 60


@app.command("export")
def export_ledger(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Where to; - is the standard output.")],
) -> None:
    """Write every event to a file of JSON lines, one per line, oldest first.

    Only you can read the file. Some events name denials and claims, and account numbers with them: keep it like the
    store itself.

    Example:

        \b
        denials ledger export ledger.jsonl
    """
    from pipelines.ledger_lines import export_lines, lines

    if str(file) == "-":
        for line in lines(_ledger()):
            typer.echo(line)
        return
    count = export_lines(_ledger(), file)
    typer.echo(f"{file}: {count:,} events")


@app.command("import")
def import_ledger(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="What `export` wrote; - is the standard input.")],
) -> None:
    """Add the events of a file that are not here yet, all of them or none.

    An event is known by its time, person, kind, subject and body, so that a second import changes nothing. Where two
    ledgers said different things about a subject, what was said later stands.

    Example:

        \b
        denials ledger import ledger.jsonl
    """
    from pipelines.ledger_lines import import_lines

    store = Store()
    store.prepare()
    if str(file) == "-":
        done = import_lines(_ledger(), sys.stdin.buffer, "standard input")
    else:
        if not file.is_file():
            raise UsageError(f"{file}: there is no such file")
        with file.open("rb") as stream:
            done = import_lines(_ledger(), stream, str(file))
    typer.echo(f"{file}: new {done.new:,}, known {done.known:,}, refused 0")
    if done.new:
        typer.echo("               `denials build` brings what tables need into them")


@app.command("list")
def list_ledger(
    kind: Annotated[str | None, typer.Option(metavar="KIND", help="Only events of this kind.")] = None,
    subject: Annotated[str | None, typer.Option(metavar="SUBJECT", help="Only events about this.")] = None,
    standing: Annotated[bool, typer.Option("--standing", help="Only what stands now.")] = False,
    form: Annotated[str, typer.Option("--format", metavar="FORMAT", help="table, json or csv.")] = "table",
) -> None:
    """List what was decided: when, who, what kind, about what.

    An event with an empty body takes back what was said before.

    Examples:

        \b
        denials ledger list --kind change_registered
        denials ledger list --standing --format json
    """
    from pipelines.ledger import KINDS

    if kind is not None and kind not in KINDS:
        raise UsageError(f"--kind {kind}: no such kind; there are {', '.join(KINDS)}")
    found = _listed(_ledger(), (kind,) if kind else KINDS, standing)
    rows = [_row(event, form) for event in found if subject in (None, event.subject)]
    show(["number", "at", "who", "kind", "subject", "body"], rows, form)


def _ledger() -> "Ledger":
    from pipelines.ledger import Ledger

    return Ledger(Store().ledger_path)


def _listed(ledger: "Ledger", kinds: tuple[str, ...], standing: bool) -> "list[Event]":
    """The events of these kinds, oldest first."""
    if standing:
        found = [event for kind in kinds for event in ledger.current(kind)]
        return sorted(found, key=lambda event: (event.at, event.event_id))
    return [event for event in ledger.events() if event.kind in kinds]


def _row(event: "Event", form: str) -> list[Any]:
    """The event's cells; in a table times are to the second and bodies are cut to fit a line."""
    import json

    if form == "json":
        return list(event)
    body = json.dumps(event.body, ensure_ascii=False, sort_keys=True)
    if form != "table":
        return [*event[:5], body]
    cut = [text if len(text) <= LONGEST_CELL else f"{text[: LONGEST_CELL - 1]}…" for text in (event.subject, body)]
    return [event.event_id, event.at[:19].replace("T", " "), event.who, event.kind, *cut]
