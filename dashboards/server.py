"""The dashboard's server: Streamlit's own, with a guard before it and what every page needs imported beside it.

`python -m dashboards.server --server.port 8501 ...` takes the options of `streamlit run`. Importing pandas takes as
long as the server does to start, and a browser needs a moment too before it asks for a page.
"""

import contextlib
import importlib
import os
import secrets
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import streamlit
from starlette.middleware import Middleware
from streamlit import App, runtime

from dashboards import access, health
from dashboards.failing import on_error, quiet
from dashboards.guard import Guard
from pipelines.access_settings import may_listen
from pipelines.errors import DenialboardError
from pipelines.logs import Log
from pipelines.settings import Settings, read_settings
from pipelines.store import Store

HEAVY = ("pandas", "pyarrow.compute", "duckdb")  # plotly comes with Streamlit
FIRST = ("dashboards.claim_link", "dashboards.alert_banner", "dashboards.blocks", "dashboards.moved")  # of the Overview
STARTING = 60  # seconds that the server may need until it runs
THIS_COMPUTER = "127.0.0.1"  # as .streamlit/config.toml has it
SCRIPT = Path(__file__).parent.parent / "app.py"


def main() -> None:
    """The server runs until it is stopped."""
    settings = read_settings(Store().home)
    options = {"server.maxUploadSize": settings.limits.upload_mb} | options_of(sys.argv[1:])
    # Not before Streamlit is there: as it is imported it sets plotly up, which uses a pandas that is half imported.
    threading.Thread(target=_import_what_pages_need, daemon=True).start()
    quiet()
    os.chdir(SCRIPT.parent)
    sys.argv = [str(SCRIPT)]  # Streamlit looks for its settings beside what it is told to run
    address = str(options.get("server.address", THIS_COMPUTER))
    try:
        may_listen(settings.access, address)
        app = guarded(settings, address)
    except DenialboardError as refusal:
        sys.exit(f"denials: {refusal}")
    Log(Store().home).started()
    with spilling_into(Store()):
        app.run(config=options)


@contextlib.contextmanager
def spilling_into(store: Store) -> Iterator[None]:
    """What is in a file for a moment only, such as an upload on its way, is in the store, not in a shared folder."""
    with store.workplace() as folder:
        tempfile.tempdir = os.environ["TMPDIR"] = str(folder.resolve())
        yield


def guarded(settings: Settings, bound_to: str) -> App:
    """The application: every request meets the guard first, no error's details reach a browser."""
    if settings.access.is_shared:
        access.remain_shared()
    page = (Path(streamlit.__file__).parent / "static" / "index.html").read_text(encoding="utf-8")
    guard = Middleware(Guard, page=page, address=settings.address, bound_to=bound_to)
    secrets_of_ours = sign_in_of(settings)
    return App(SCRIPT, routes=health.ROUTES, middleware=[guard], on_script_error=on_error, secrets=secrets_of_ours)


def sign_in_of(known: Settings) -> dict[str, Any] | None:
    """The provider and the secrets as Streamlit wants them: in memory alone, and in no file of its own.

    Cookies are signed with a secret of this run: a server that starts anew has everybody sign in again.
    """
    if not (sign_in := known.access.sign_in):
        return None
    provider = {
        "redirect_uri": f"{known.address}/oauth2callback",
        "cookie_secret": secrets.token_urlsafe(48),
        "client_id": sign_in.client,
        "client_secret": sign_in.secret.read(),
        "server_metadata_url": f"{sign_in.issuer}/.well-known/openid-configuration",
        "client_kwargs": {"scope": "openid email", "prompt": "select_account"},
    }
    return {"auth": provider}


def options_of(arguments: list[str]) -> dict[str, int | bool | str]:
    """`--server.port 8501 ...` as Streamlit's settings."""
    names, values = arguments[::2], arguments[1::2]
    return {name.removeprefix("--"): _value(text) for name, text in zip(names, values, strict=True)}


def _value(text: str) -> int | bool | str:
    return text == "true" if text in ("true", "false") else int(text) if text.isdecimal() else text


def _import_what_pages_need() -> None:
    for name in HEAVY:
        importlib.import_module(name)
    end = time.monotonic() + STARTING
    while not runtime.exists() and time.monotonic() < end:
        time.sleep(0.02)  # the pages' caches are Streamlit's, and belong to a server that runs
    for name in FIRST:
        importlib.import_module(name)


if __name__ == "__main__":
    main()
