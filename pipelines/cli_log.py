"""The command that shows what the program noted of its own work."""

import json
from collections import deque
from typing import Annotated

import typer

from pipelines.errors import UsageError
from pipelines.logs import Log
from pipelines.store import Store


def log(
    number: Annotated[str | None, typer.Argument(metavar="NUMBER", help="Of an error, as it was told.")] = None,
    last: Annotated[int, typer.Option(min=1, help="How many lines; the newest.")] = 20,
) -> None:
    """Show what the program did and what failed, as JSON lines; with the NUMBER of an error, that one alone.

    The lines hold no patient's data, no file names and nobody's name, so they can be sent to who is to mend something.

    Examples:

        \b
        denials log
        denials log 1a2b3c4d
        denials log --last 1000 | grep '"event": "slow"'
    """
    known = Log(Store().home)
    if number is None:
        for line in deque(known.lines(), maxlen=last):
            typer.echo(line)
        return
    found = [line for line in known.lines() if json.loads(line).get("number") == number]
    if not found:
        raise UsageError(f"{number}: no error of this number stands in {known.path} (old lines make room for new ones)")
    typer.echo(json.dumps(json.loads(found[-1]), indent=1))
