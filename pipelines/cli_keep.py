"""The commands that keep a store: backup, restore, verify, rekey, key."""

import shlex
from pathlib import Path
from typing import Annotated

import typer

from pipelines.cli_show import progress
from pipelines.errors import UsageError
from pipelines.store import Store
from pipelines.words import counted

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    help="Keys of backups.",
    epilog="Example: denials key new ~/keys/denials.key",
)
KeyFile = Annotated[Path | None, typer.Option("--key-file", metavar="FILE", help="The key is in this file.")]
KeyVariable = Annotated[str | None, typer.Option("--key-env", metavar="NAME", help="It is in this variable.")]
KeyRing = Annotated[str | None, typer.Option("--keyring", metavar="NAME", help="It has this name in the keyring.")]
NewKeyFile = Annotated[Path | None, typer.Option("--new-key-file", metavar="FILE", help="The new key's file.")]
NewKeyVariable = Annotated[str | None, typer.Option("--new-key-env", metavar="NAME", help="Its variable.")]
NewKeyRing = Annotated[str | None, typer.Option("--new-keyring", metavar="NAME", help="Its name in the keyring.")]


def backup(
    to: Annotated[Path, typer.Argument(metavar="TO", help="A new file, or a folder in which it gets a name.")],
    key_file: KeyFile = None,
    key_env: KeyVariable = None,
    keyring: KeyRing = None,
    unencrypted: Annotated[bool, typer.Option("--unencrypted", help="Readable by whoever gets hold of it.")] = False,
) -> None:
    """Write what came in and what was decided to one encrypted file.

    The dashboard may be in use and files may be coming in. What is computed is left out: `restore` makes it again. So
    are passwords. Without its key a backup is lost: keep the key apart from it, and a second copy of the key. A source
    that is damaged already is in the backup as it is, is named, and makes the exit status 1.

    Examples:

        \b
        denials key new ~/keys/denials.key
        denials backup /mnt/backups --key-file ~/keys/denials.key
    """
    from pipelines.backup import backup as make
    from pipelines.keys import KeyPlace, key_of
    from pipelines.source_text import known_lakes
    from pipelines.verify import source_findings

    place = KeyPlace(key_file, key_env, keyring)
    if place.is_said == unencrypted:
        raise UsageError("backup: wanted --key-file, --key-env or --keyring (`denials key new`), or --unencrypted")
    store = Store()
    made = make(store, to, key_of(place, store.home) if place.is_said else None)
    size = made.path.stat().st_size / 1e6
    typer.echo(f"{made.path}: {counted(made.manifest.source_count, 'file')} and the ledger, {size:,.1f} MB")
    for lake in known_lakes(store):
        typer.echo(f"NOT IN IT: what a cluster read into {lake}, and the files it read")
    if unencrypted:
        typer.echo("NOT ENCRYPTED: patients' names are in it")
    damaged = list(source_findings(store))
    for what in damaged:
        typer.echo(f"DAMAGED: {what}")
    if damaged:
        raise typer.Exit(1)


def restore(
    source: Annotated[Path, typer.Argument(metavar="FROM", help="What `backup` wrote.")],
    into: Annotated[Path | None, typer.Option(metavar="FOLDER", help="A new or empty folder; else the store.")] = None,
    key_file: KeyFile = None,
    key_env: KeyVariable = None,
    keyring: KeyRing = None,
    no_build: Annotated[bool, typer.Option("--no-build", help="Leave the build for later (`denials build`).")] = False,
) -> None:
    """Make a store of a backup, then build.

    Nothing is overwritten. Every file is checked before the store is there; where one is not what it was, or the key is
    another, there is nothing.

    Example:

        \b
        DENIALS_HOME=~/restored denials restore denials-20261122T230000Z.backup --key-file ~/keys/denials.key
    """
    from pipelines.build import build
    from pipelines.crew import settle_in
    from pipelines.keys import KeyPlace, key_of
    from pipelines.restore import restore as unpack
    from pipelines.source_text import known_lakes

    store = Store(into)
    place = KeyPlace(key_file, key_env, keyring)
    manifest = unpack(source, store.home, key_of(place, store.home) if place.is_said else None)
    files = counted(manifest.source_count, "file")
    typer.echo(f"restored       {store.home}: {files} as of {manifest.made_at[:19]} UTC")
    if lakes := known_lakes(store):
        again = f"denials build --engine spark --master sc://... --lake {shlex.quote(lakes[0])}"
        typer.echo(f"not built      its files are in a lake: {again}")
    elif not no_build:
        settle_in()
        with progress("builds"):
            path = build(store)
        typer.echo(f"built          {path}")


def verify(
    quick: Annotated[bool, typer.Option("--quick", help="Do not make the build again: seconds, not minutes.")] = False,
) -> None:
    """Look whether the store is still what it was; nothing is changed.

    Every source is hashed again and every link of the ledger's chain checked, all rows are read, and the build is made
    again from sources and decisions, from the first byte on, and compared with the current one, table by table (not
    so where a cluster made it). One line for each finding says what to do; with any, the exit status is 1.

    Example:

        \b
        denials verify --quick
    """
    from pipelines.crew import settle_in
    from pipelines.distant import is_of_cluster
    from pipelines.verify import PARTS
    from pipelines.verify import verify as look

    settle_in()
    with progress("parts"):
        found = look(Store(), quick)
    quick = quick or is_of_cluster(Store())
    for part in PARTS:
        said = [finding.what for finding in found if finding.part == part]
        for what in said or ["as it should be" + (", as far as --quick looks" if quick and part == "build" else "")]:
            typer.echo(f"{part:<11}{what}")
    if found:
        raise typer.Exit(1)


def rekey(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A backup.")],
    key_file: KeyFile = None,
    key_env: KeyVariable = None,
    keyring: KeyRing = None,
    new_key_file: NewKeyFile = None,
    new_key_env: NewKeyVariable = None,
    new_keyring: NewKeyRing = None,
) -> None:
    """Encrypt a backup with another key: the old one opens it no more.

    Copies made before are still open to the old key.

    Example:

        \b
        denials rekey march.backup --key-file old.key --new-key-file new.key
    """
    from pipelines.backup import rekey as encrypt_anew
    from pipelines.keys import KeyPlace, key_of

    home = Store().home
    new = key_of(KeyPlace(new_key_file, new_key_env, new_keyring), home)
    encrypt_anew(file, key_of(KeyPlace(key_file, key_env, keyring), home), new)
    typer.echo(f"{file}: opens with the new key only")


@app.callback()
def about() -> None:
    """Keys of backups."""


@app.command("new")
def new_key(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A new file, outside the store.")],
) -> None:
    """Make a key at random and keep it in a file that only you can read.

    Keep a second copy apart from this computer and from the backups: without the key they are lost.

    Example:

        \b
        denials key new ~/keys/denials.key
    """
    from pipelines.keys import new_key as make

    make(file, Store().home)
    typer.echo(f"{file}: a new key; keep a copy of it away from the backups")
