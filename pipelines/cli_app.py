"""The commands of `denials` by their names, and the app that understands them."""

import importlib
from types import ModuleType

import typer

COMMANDS = {  # name -> the module of the function that is called like it; in the order of the help
    "check": "cli_files",
    "ingest": "cli_files",
    "build": "cli_files",
    "status": "cli_numbers",
    "kpi": "cli_numbers",
    "sql": "cli_numbers",
    "export": "cli_numbers",
    "backup": "cli_keep",
    "restore": "cli_keep",
    "verify": "cli_keep",
    "rekey": "cli_keep",
    "bank": "cli_decide",
    "close": "cli_decide",
    "huddle": "cli_huddle",
    "letter": "cli_huddle",
    "note": "cli_huddle",
    "serve": "cli_serve",
    "log": "cli_log",
    "demo": "cli_serve",
}
GROUPS = {
    "ledger": "cli_ledger",
    "alerts": "cli_alerts",
    "change": "cli_change_register",
    "policy": "cli_policy_set",
    "key": "cli_keep",
}


def about() -> None:
    """Payer denials of a practice, from its own files: who denies what, why, and on what evidence.

    A first session:

        \b
        denials check march.835              look into a file; nothing is stored
        denials ingest ~/remits log.xlsx     take files, folders, zip and gz archives; then build
        denials kpi denial_rate --by payer   the dashboard's numbers, as a table, JSON or CSV
        denials serve                        the dashboard, on this computer only

    Everything is kept in one folder: DENIALS_HOME, or data/store when that is not set.

    Exit status: 0 all well, 1 something was refused (and said), 2 wrong usage, 3 a mistake in the program.
    """


def app_for(word: str | None) -> typer.Typer:
    """The app with the command or group of this name alone; with all of them where there is none of this name.

    One is enough for who calls it, and importing and defining the others takes longer than most of them do.
    """
    app = typer.Typer(
        callback=about,
        no_args_is_help=True,
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    )
    is_known = word in COMMANDS or word in GROUPS
    for name, module in COMMANDS.items():
        if name == word or not is_known:
            app.command()(getattr(_imported(module), name))
    for name, module in GROUPS.items():
        if name == word or not is_known:
            app.add_typer(_imported(module).app, name=name)
    return app


def _imported(module: str) -> ModuleType:
    return importlib.import_module(f"pipelines.{module}")
