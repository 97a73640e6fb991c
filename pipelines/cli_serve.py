"""The commands that start things: the dashboard, and the demo practice that it shows before there is anything else."""

import os
import socket
import sys
import tempfile
from pathlib import Path
from typing import Annotated

import typer

from pipelines.access_settings import may_listen
from pipelines.cli_alerts import tell_of_alerts
from pipelines.cli_show import progress
from pipelines.errors import CheckFailed, StoreError, UsageError
from pipelines.settings import read_settings
from pipelines.store import Store
from pipelines.words import counted

ADDRESS = "127.0.0.1"
PORT = 8501
PORTS_TRIED = 20
ROOT = Path(__file__).parent.parent
DEMO_CLAIMS = 4_000
DEMO_SEED = 2026
PRACTICES = ("ortho", "behavioral")


def serve(
    port: Annotated[int | None, typer.Option(help=f"Port; else the first free one from {PORT} on.")] = None,
    with_demo: Annotated[
        bool, typer.Option("--demo", help="Make the demo practice first if the store is empty.")
    ] = False,
    address: Annotated[
        str, typer.Option(help="Where to listen. Only where people sign in may it be other than this computer.")
    ] = ADDRESS,
) -> None:
    """Start the dashboard on this computer and print its address.

    It listens on 127.0.0.1, for you alone, until settings.toml says who may sign in. Ctrl-C ends it.

    Examples:

        \b
        denials serve
        DENIALS_HOME=~/practice denials serve --port 8600
    """
    store = Store()
    may_listen(read_settings(store.home).access, address)
    store.prepare()
    if with_demo and _holds_nothing_else_than_the_demo(store):
        make_demo_store(store)
    if port and not _is_free(port):
        raise UsageError(f"--port {port}: another program listens there; choose another, or leave the option out")
    _bring_up_to_date(store)
    app = ROOT / "app.py"
    if not app.exists():
        raise StoreError(f"{app}: the dashboard is not here; run from a checkout of denialboard")
    chosen = port or _free_port()
    typer.echo(f"denialboard  http://{address}:{chosen}   (store {store.home}; Ctrl-C ends it)")
    sys.stdout.flush()
    options = ["--server.address", address, "--server.port", str(chosen), "--server.headless", "true"]
    environment = {**os.environ, "DENIALS_HOME": str(store.home.resolve())}
    os.chdir(ROOT)  # Streamlit looks for its settings where it is started
    os.execve(sys.executable, [sys.executable, "-m", "dashboards.server", *options], environment)


def _holds_nothing_else_than_the_demo(store: Store) -> bool:
    """Nothing was taken in yet, or the demo was begun and never built."""
    return not any(store.builds.glob("*.duckdb")) and all(record.is_demo for record in store.records())


def _bring_up_to_date(store: Store) -> None:
    """The current build is what this version makes of the store; where its checks fail, the one before is shown."""
    from pipelines.build import build, is_current

    if not store.records() or is_current(store):
        return
    typer.echo("Building anew: the sources, the decisions or the program have changed")
    try:
        build(store)
        tell_of_alerts()
    except CheckFailed as problem:
        typer.echo(f"denials: {problem}; the build before is shown", err=True)


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex((ADDRESS, port)) != 0


def _free_port() -> int:
    for port in range(PORT, PORT + PORTS_TRIED):
        if _is_free(port):
            return port
    raise StoreError(f"ports {PORT} to {PORT + PORTS_TRIED - 1} are taken; choose one with --port")


def make_demo_store(store: Store) -> None:
    """The store holds the demo practice, built."""
    from pipelines.build import build
    from pipelines.crew import settle_in
    from pipelines.demo import LEDGER, write_demo
    from pipelines.ingest import ingest
    from pipelines.ledger_lines import import_lines
    from pipelines.sources import expand

    settle_in()
    typer.echo("There is no store yet: making the demo practice (under a minute, once)")
    with tempfile.TemporaryDirectory() as folder:
        write_demo(Path(folder), claims=DEMO_CLAIMS, seed=DEMO_SEED, practice="ortho")
        with progress("files read") as advance:
            ingest(store, expand(Path(folder)), tell=lambda result: advance())
        with (Path(folder) / LEDGER).open("rb") as decided:
            import_lines(store.ledger, decided, LEDGER)
    with progress("builds"):
        build(store)
    tell_of_alerts(quiet=True)


def demo(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A new or empty folder.")],
    claims: Annotated[int, typer.Option(min=1, help="How many claims.")] = DEMO_CLAIMS,
    seed: Annotated[int, typer.Option(help="The same seed writes the same files.")] = DEMO_SEED,
    practice: Annotated[str, typer.Option(help="ortho or behavioral.")] = "ortho",
) -> None:
    """Write a made-up practice's files to a folder.

    24 months of claims, remittances, acknowledgements and a denial log, the same for the same seed.
    truth.json beside them says what was planted, demo_ledger.jsonl what the practice decided. Nothing is stored:
    `denials ingest DIR` and `denials ledger import DIR/demo_ledger.jsonl` do that.

    Example:

        \b
        denials demo /tmp/practice --claims 20000 --seed 7 --practice behavioral
    """
    from pipelines.demo import write_demo

    if practice not in PRACTICES:
        raise UsageError(f"--practice {practice}: there are {', '.join(PRACTICES)}")
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(f"{folder}: is there already and not an empty folder")
    truth = write_demo(folder, claims=claims, seed=seed, practice=practice)
    files = counted(sum(path.is_file() for path in folder.rglob("*")), "file")
    typer.echo(f"{folder}: {files}; what was planted stands in {truth}")
