"""The command line `denials`: thin commands over the modules beside this one. Errors are one line; status 0, 1 or 2."""

import os
import sys

import typer

from pipelines import (
    cli_alerts,
    cli_change_register,
    cli_decide,
    cli_files,
    cli_huddle,
    cli_ledger,
    cli_numbers,
    cli_policy_set,
    cli_serve,
)
from pipelines.errors import DenialboardError, UsageError

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)


@app.callback()
def about() -> None:
    """Payer denials of a practice, from its own files: who denies what, why, and on what evidence.

    A first session:

        \b
        denials check march.835              look into a file; nothing is stored
        denials ingest ~/remits log.xlsx     take files, folders, zip and gz archives; then build
        denials kpi denial_rate --by payer   the dashboard's numbers, as a table, JSON or CSV
        denials serve                        the dashboard, on this computer only

    Everything is kept in one folder: DENIALS_HOME, or data/store when that is not set.

    Exit status: 0 all well, 1 something was refused (and said), 2 wrong usage.
    """


for command in (
    cli_files.check,
    cli_files.ingest,
    cli_files.build,
    cli_numbers.status,
    cli_numbers.kpi,
    cli_numbers.sql,
    cli_numbers.export,
    cli_decide.bank,
    cli_decide.close,
    cli_huddle.huddle,
    cli_huddle.letter,
    cli_huddle.note,
    cli_serve.serve,
    cli_serve.demo,
):
    app.command()(command)
app.add_typer(cli_ledger.app, name="ledger")
app.add_typer(cli_alerts.app, name="alerts")
app.add_typer(cli_change_register.app, name="change")
app.add_typer(cli_policy_set.app, name="policy")


def main() -> None:
    """Run the command line and end the process with its status."""
    os.umask(0o077)  # whatever this process writes is its owner's alone
    try:
        app()
    except UsageError as problem:
        _end(problem, 2)
    except DenialboardError as problem:
        _end(problem, 1)
    except OSError as problem:
        _end(f"{problem.filename}: {problem.strerror}" if problem.filename else problem, 1)


def _end(words: object, status: int) -> None:
    print(f"denials: {words}", file=sys.stderr)
    sys.exit(status)


if __name__ == "__main__":
    main()
