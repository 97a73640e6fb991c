"""The commands about the ledger as a whole: list, verify, undo, set, export, import."""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipelines.cli_given import Format, TakeBack, Who, ledger
from pipelines.cli_show import show
from pipelines.errors import StoreError, UsageError
from pipelines.store import Store
from pipelines.words import counted, shortened

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
        for line in lines(ledger()):
            typer.echo(line)
        return
    count = export_lines(ledger(), file)
    typer.echo(f"{file}: {counted(count, 'event')}")


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
        done = import_lines(ledger(), sys.stdin.buffer, "standard input")
    else:
        if not file.is_file():
            raise UsageError(f"{file}: there is no such file")
        with file.open("rb") as stream:
            done = import_lines(ledger(), stream, str(file))
    typer.echo(f"{file}: new {done.new:,}, known {done.known:,}, refused 0")
    if done.new:
        typer.echo("               `denials build` brings what tables need into them")


@app.command("list")
def list_ledger(
    kind: Annotated[str | None, typer.Option(metavar="KIND", help="Only events of this kind.")] = None,
    subject: Annotated[str | None, typer.Option(metavar="SUBJECT", help="Only events about this.")] = None,
    standing: Annotated[bool, typer.Option("--standing", help="Only what stands now.")] = False,
    form: Format = "table",
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
    found = _listed(ledger(), (kind,) if kind else KINDS, standing)
    rows = [_row(event, form) for event in found if subject in (None, event.subject)]
    show(["number", "at", "who", "kind", "subject", "body"], rows, form)


@app.command("verify")
def verify_ledger(
    head: Annotated[
        str, typer.Option(metavar="HASH", help="A head that `denials status` said earlier, written down elsewhere.")
    ] = "",
) -> None:
    """See whether an event was changed, taken out or put in since it was written.

    The events hang together by hashes. Whoever may write the ledger's file can make that chain anew, too: only a HASH
    kept elsewhere shows that.

    Example:

        \b
        denials ledger verify
    """
    from pipelines.audit import chain_findings, holds

    known = ledger()
    if broken := chain_findings(known):
        raise StoreError(f"{known.path}: {broken[0]}")
    if head and not holds(known, head):
        raise StoreError(f"{known.path}: the head {head} is not in the chain: events were changed or left out")
    end = known.head()
    typer.echo(f"whole          {counted(end.number, 'event')}, head {end.hash}")


@app.command("undo")
def undo_event(
    number: Annotated[int, typer.Argument(metavar="NUMBER", help="The event's number, as `list` shows it.")],
    who: Who = None,
) -> None:
    """Take an event back: what was said before it stands again.

    Nothing is removed: the undoing is an event of its own, and can be undone. Only the last event about its subject can
    be.

    Example:

        \b
        denials ledger undo 12
    """
    event = ledger().undo(number, who)
    stands = shortened(_body(event), LONGEST_CELL) if event.body else "nothing"
    typer.echo(f"undone         {event.kind} {event.subject}: {stands} stands now, by event {event.event_id}")


@app.command("set")
def set_value(
    name: Annotated[str | None, typer.Argument(metavar="NAME", help="Which setting; none: show them all.")] = None,
    value: Annotated[str | None, typer.Argument(metavar="VALUE", help="What it is from now on.")] = None,
    source: Annotated[str, typer.Option(metavar="TEXT", help="Where the value comes from; wanted with a VALUE.")] = "",
    who: Who = None,
    take_back: TakeBack = False,
) -> None:
    """Show or choose the numbers that results are reckoned with: costs, and the smallest count that is shown outside.

    Every result that uses one names its source.

    Examples:

        \b
        denials ledger set
        denials ledger set rework_cost 31.50 --source 'own time study, March 2026'
        denials ledger set rework_cost --take-back
    """
    from pipelines.ledger_kinds import SETTINGS
    from pipelines.register import setting

    known = ledger()
    if name is None:
        found = [setting(known, each) for each in SETTINGS]
        rows = [[each.name, each.value, "ours" if each.is_default else "yours", each.source] for each in found]
        show(["setting", "value", "whose", "source"], rows, "table")
        return
    if (value is None) != take_back:
        raise UsageError("set: wanted a VALUE, or --take-back")
    setting(known, name)  # refuses a name that is none
    Store().prepare()
    known.append("setting", name, {} if value is None else {"value": value, "source": source.strip()}, who)
    now = setting(known, name)
    typer.echo(f"recorded       {name}: {now.value} ({now.source})")


def _listed(ledger: "Ledger", kinds: tuple[str, ...], standing: bool) -> "list[Event]":
    """The events of these kinds, oldest first."""
    if standing:
        from pipelines.ledger_kinds import HAPPENED

        found = [event for kind in kinds if kind not in HAPPENED for event in ledger.current(kind)]
        return sorted(found, key=lambda event: (event.at, event.event_id))
    return [event for event in ledger.events() if event.kind in kinds]


def _row(event: "Event", form: str) -> list[Any]:
    """The event's cells; in a table times are to the second and bodies are cut to fit a line."""
    if form == "json":
        return list(event)
    if form != "table":
        return [*event[:5], _body(event)]
    at = event.at[:19].replace("T", " ")
    subject, body = (shortened(text, LONGEST_CELL) for text in (event.subject, _body(event)))
    return [event.event_id, at, event.who, event.kind, subject, body]


def _body(event: "Event") -> str:
    return json.dumps(event.body, ensure_ascii=False, sort_keys=True)
